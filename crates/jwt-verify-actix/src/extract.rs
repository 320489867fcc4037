//! The extractors: newtypes over core's types, without a rule of their own.

use core::{fmt, marker::PhantomData, ops::Deref, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::{Uri, header::HeaderMap},
};
use jwt_verify_core::{Claims, Identity, VerifiedToken};
use jwt_verify_http::{Authenticated, NamedPolicy, Refusal};
use serde::de::DeserializeOwned;

use crate::{Auth, Rejection, parameter::parameters};

/// The user who calls: the request has a token, it is genuine, and its claims name a user.
///
/// # Errors
///
/// 401 without a token, with one that is refused, or with one that names no user; 400 if the credentials are broken; 503 if keys
/// cannot be had.
///
/// # Security
///
/// Not `Option<CurrentUser>`: Actix-web makes every error of an extractor `None` then, so that a forged token looks like no token, and an
/// outage like nobody. Take [`MaybeUser`].
///
/// # Examples
///
/// ```
/// use jwt_verify_actix::CurrentUser;
///
/// async fn me(user: CurrentUser) -> String {
///     format!("{} {:?} {:?}", user.id(), user.email(), user.roles())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct CurrentUser(Identity);

impl CurrentUser {
    /// The identity alone.
    #[must_use]
    pub fn into_inner(self) -> Identity {
        self.0
    }
}

impl Deref for CurrentUser {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.0
    }
}

impl FromRequest for CurrentUser {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(caller(&request).await?.identity()?.clone())) })
    }
}

/// The request's token, verified, with its claims as a type of yours.
///
/// # Errors
///
/// 401 without a token, with one that is refused, or with one whose claims do not fit `C`; 400 and 503 as [`CurrentUser`].
///
/// # Security
///
/// Not `Option<Verified<C>>`, for the reason told at [`CurrentUser`]. Take [`MaybeVerified<C>`](MaybeVerified).
///
/// # Examples
///
/// ```
/// use jwt_verify_actix::Verified;
///
/// #[derive(serde::Deserialize)]
/// struct Plan {
///     sub: String,
///     plan: String,
/// }
///
/// async fn plan(token: Verified<Plan>) -> String {
///     format!("{}: {}", token.claims().sub, token.claims().plan)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Verified<C = Claims>(VerifiedToken<C>);

impl<C> Verified<C> {
    /// The verified token alone.
    #[must_use]
    pub fn into_inner(self) -> VerifiedToken<C> {
        self.0
    }
}

impl<C> Deref for Verified<C> {
    type Target = VerifiedToken<C>;

    fn deref(&self) -> &VerifiedToken<C> {
        &self.0
    }
}

impl<C: DeserializeOwned + 'static> FromRequest for Verified<C> {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(caller(&request).await?.claims()?)) })
    }
}

/// The user who calls, or `None` if the request has no token. A token that is refused is refused: a forgery is nobody's.
///
/// # Errors
///
/// As [`CurrentUser`], except that a request without a token is accepted.
///
/// # Examples
///
/// ```
/// use jwt_verify_actix::MaybeUser;
///
/// async fn hello(user: MaybeUser) -> String {
///     format!("Hello {}", user.as_ref().map_or("stranger", |user| user.id()))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct MaybeUser(Option<Identity>);

impl MaybeUser {
    /// The identity alone, if there is one.
    #[must_use]
    pub fn into_inner(self) -> Option<Identity> {
        self.0
    }
}

impl Deref for MaybeUser {
    type Target = Option<Identity>;

    fn deref(&self) -> &Option<Identity> {
        &self.0
    }
}

impl FromRequest for MaybeUser {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let Some(caller) = optional_caller(&request).await? else { return Ok(Self(None)) };
            Ok(Self(Some(caller.identity()?.clone())))
        })
    }
}

/// The request's token as [`Verified`], or `None` if it has none. A token that is refused is refused.
///
/// # Errors
///
/// As [`Verified`], except that a request without a token is accepted.
#[derive(Clone, Debug)]
pub struct MaybeVerified<C = Claims>(Option<VerifiedToken<C>>);

impl<C> MaybeVerified<C> {
    /// The verified token alone, if there is one.
    #[must_use]
    pub fn into_inner(self) -> Option<VerifiedToken<C>> {
        self.0
    }
}

impl<C> Deref for MaybeVerified<C> {
    type Target = Option<VerifiedToken<C>>;

    fn deref(&self) -> &Option<VerifiedToken<C>> {
        &self.0
    }
}

impl<C: DeserializeOwned + 'static> FromRequest for MaybeVerified<C> {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let Some(caller) = optional_caller(&request).await? else { return Ok(Self(None)) };
            Ok(Self(Some(caller.claims()?)))
        })
    }
}

/// The user who calls, and who is the one that the path names: `{user_id}` of the route is the caller's ID.
///
/// The segment is decoded once and compared byte by byte. The parameter's name can be
/// [another](jwt_verify_http::AuthBuilder::owner_parameter).
///
/// # Errors
///
/// As [`CurrentUser`]; 403 if the path names somebody else; 500, and a line in the log, if the route has no such parameter.
///
/// # Security
///
/// The ID is unique within its issuer. Where the verifier trusts several, compare [`Identity::issuer`] too.
///
/// # Examples
///
/// ```
/// use actix_web::web;
/// use jwt_verify_actix::Owner;
///
/// async fn tasks(owner: Owner) -> String {
///     format!("tasks of {}", owner.id())
/// }
///
/// let resource = web::resource("/api/{user_id}/tasks").route(web::get().to(tasks));
/// ```
#[derive(Clone, Debug)]
pub struct Owner(Identity);

impl Owner {
    /// The identity alone.
    #[must_use]
    pub fn into_inner(self) -> Identity {
        self.0
    }
}

impl Deref for Owner {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.0
    }
}

impl FromRequest for Owner {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let auth = Auth::find(&request)?;
            let caller = caller_of(&auth, &request).await?;
            let name = auth.owner_parameter();
            // Nested scopes may name it twice, and the handler may read either: each has to be the caller.
            let mut named = parameters(request.match_info(), name).peekable();
            if named.peek().is_none() {
                return Err(Refusal::no_such_parameter(name).into());
            }
            for user_id in named {
                caller.check_owner(user_id)?;
            }
            Ok(Self(caller.identity()?.clone()))
        })
    }
}

/// The user who calls, and whom the [policy](crate::policy!) `P` allows.
///
/// # Errors
///
/// As [`CurrentUser`]; 403 if a scope, a role or a claim is missing; 401 if the user has to log in again or more strongly.
///
/// # Examples
///
/// ```
/// use jwt_verify_actix::{Authorized, Policy, policy};
///
/// policy! { pub ReadReports = Policy::scope("reports:read"); }
///
/// async fn reports(user: Authorized<ReadReports>) -> String {
///     format!("reports for {}", user.id())
/// }
/// ```
pub struct Authorized<P>(Identity, PhantomData<fn() -> P>);

impl<P> Authorized<P> {
    /// The identity alone.
    #[must_use]
    pub fn into_inner(self) -> Identity {
        self.0
    }
}

impl<P> Deref for Authorized<P> {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.0
    }
}

impl<P> Clone for Authorized<P> {
    fn clone(&self) -> Self {
        Self(self.0.clone(), PhantomData)
    }
}

impl<P> fmt::Debug for Authorized<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Authorized").field(&self.0).finish()
    }
}

impl<P: NamedPolicy> FromRequest for Authorized<P> {
    type Error = Rejection;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(
            async move { Ok(Self(caller(&request).await?.authorize(&P::policy())?.clone(), PhantomData)) },
        )
    }
}

/// Boxed, as an extractor of Actix-web is that may have to wait.
type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, Rejection>>>>;

/// Who calls, verified once for a request: by a guard, or by the first extractor.
async fn caller(request: &HttpRequest) -> Result<Authenticated, Rejection> {
    let auth = Auth::find(request)?;
    caller_of(&auth, request).await
}

async fn caller_of(auth: &Auth, request: &HttpRequest) -> Result<Authenticated, Rejection> {
    if let Some(caller) = known_caller(auth, request) {
        return Ok(caller);
    }
    let caller =
        auth.authenticate(request.method().as_str(), fields(request.headers(), request.uri())).await?;
    // Nothing is borrowed across a wait: other extractors of the handler run meanwhile.
    request.extensions_mut().insert(caller.clone());
    Ok(caller)
}

/// As [`caller`], or `None` if the request has no credentials.
async fn optional_caller(request: &HttpRequest) -> Result<Option<Authenticated>, Rejection> {
    let auth = Auth::find(request)?;
    if let Some(caller) = known_caller(&auth, request) {
        return Ok(Some(caller));
    }
    let caller = auth
        .authenticate_optional(request.method().as_str(), fields(request.headers(), request.uri()))
        .await?;
    if let Some(caller) = &caller {
        request.extensions_mut().insert(caller.clone());
    }
    Ok(caller)
}

/// What another `Auth` accepted is none of our business: it may trust other issuers.
fn known_caller(auth: &Auth, request: &HttpRequest) -> Option<Authenticated> {
    request.extensions().get::<Authenticated>().filter(|caller| caller.is_from(auth)).cloned()
}

/// Every field of the request, in order, and what HTTP/2 has in the place of `Host`. RFC 9113 §8.3.1: "Clients that generate HTTP/2
/// requests directly MUST use the ":authority" pseudo-header field".
pub(crate) fn fields<'r>(headers: &'r HeaderMap, uri: &'r Uri) -> impl Iterator<Item = (&'r str, &'r [u8])> {
    let fields = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let authority = uri.authority().map(|authority| (":authority", authority.as_str().as_bytes()));
    fields.chain(authority)
}
