//! The extractors: newtypes over core's types, without a rule of their own.

use core::{fmt, marker::PhantomData, ops::Deref};

use jwt_verify_core::{Claims, Identity, VerifiedToken};
use jwt_verify_http::{Authenticated, NamedPolicy, OwnerId, Refusal};
use poem::{
    FromRequest, PathPattern, Request, RequestBody,
    http::{HeaderMap, Uri},
};
use serde::de::DeserializeOwned;

use crate::{Auth, Rejection};

/// The user who calls: the request has a token, it is genuine, and its claims name a user.
///
/// # Errors
///
/// 401 without a token, with one that is refused, or with one that names no user; 400 if the credentials are broken; 503 if keys
/// cannot be had.
///
/// # Security
///
/// Do not take `Option<CurrentUser>`: Poem makes `None` of every error, so a forged token would look like a caller without one, and
/// an outage of the keys too. [`MaybeUser`] tells them apart. The same holds for all extractors here.
///
/// # Examples
///
/// ```
/// use jwt_verify_poem::CurrentUser;
/// use poem::handler;
///
/// #[handler]
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

impl<'a> FromRequest<'a> for CurrentUser {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let caller = caller(request).await?;
        Ok(Self(caller.identity().map_err(Rejection::from)?.clone()))
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
/// Do not take `Option<Verified<C>>`, for the [same reason](CurrentUser#security): [`MaybeVerified`] tells absent from invalid.
///
/// # Examples
///
/// ```
/// use jwt_verify_poem::Verified;
/// use poem::handler;
///
/// #[derive(serde::Deserialize)]
/// struct Plan {
///     sub: String,
///     plan: String,
/// }
///
/// #[handler]
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

impl<'a, C: DeserializeOwned + Send> FromRequest<'a> for Verified<C> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let caller = caller(request).await?;
        Ok(Self(caller.claims().map_err(Rejection::from)?))
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
/// use jwt_verify_poem::MaybeUser;
/// use poem::handler;
///
/// #[handler]
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

impl<'a> FromRequest<'a> for MaybeUser {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let Some(caller) = optional_caller(request).await? else { return Ok(Self(None)) };
        Ok(Self(Some(caller.identity().map_err(Rejection::from)?.clone())))
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

impl<'a, C: DeserializeOwned + Send> FromRequest<'a> for MaybeVerified<C> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let Some(caller) = optional_caller(request).await? else { return Ok(Self(None)) };
        Ok(Self(Some(caller.claims().map_err(Rejection::from)?)))
    }
}

/// The user who calls, and who is the one that the path names: `:user_id` of the route is the caller's ID.
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
/// use jwt_verify_poem::Owner;
/// use poem::{Route, get, handler};
///
/// #[handler]
/// async fn tasks(owner: Owner) -> String {
///     format!("tasks of {}", owner.id())
/// }
///
/// let routes = Route::new().at("/api/:user_id/tasks", get(tasks));
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

impl<'a> FromRequest<'a> for Owner {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let caller = caller(request).await?;
        let name = Auth::find(request)?.owner_parameter();
        let user_id =
            owner_id(request, name_in_route(request, name)).ok_or_else(|| Refusal::no_such_parameter(name));
        let owner = user_id.and_then(|user_id| caller.check_owner(user_id).cloned());
        Ok(Self(owner.map_err(Rejection::from)?))
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
/// use jwt_verify_poem::{Authorized, Policy, policy};
/// use poem::handler;
///
/// policy! { pub ReadReports = Policy::scope("reports:read"); }
///
/// #[handler]
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

impl<'a, P: NamedPolicy> FromRequest<'a> for Authorized<P> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let caller = caller(request).await?;
        Ok(Self(caller.authorize(&P::policy()).map_err(Rejection::from)?.clone(), PhantomData))
    }
}

/// Who calls: as a guard found out, else verified now. An extractor sees the request but cannot leave its result there.
async fn caller(request: &Request) -> Result<Authenticated, Rejection> {
    let auth = Auth::find(request)?;
    if let Some(caller) = known_caller(auth, request) {
        return Ok(caller);
    }
    Ok(auth.authenticate(request.method().as_str(), fields(request.headers(), request.uri())).await?)
}

/// As [`caller`], or `None` if the request has no credentials.
async fn optional_caller(request: &Request) -> Result<Option<Authenticated>, Rejection> {
    let auth = Auth::find(request)?;
    if let Some(caller) = known_caller(auth, request) {
        return Ok(Some(caller));
    }
    Ok(auth
        .authenticate_optional(request.method().as_str(), fields(request.headers(), request.uri()))
        .await?)
}

/// What another `Auth` accepted is none of our business: it may trust other issuers.
fn known_caller(auth: &Auth, request: &Request) -> Option<Authenticated> {
    request.data::<Authenticated>().filter(|caller| caller.is_from(auth)).cloned()
}

/// Every field of the request, in order, and what HTTP/2 has in the place of `Host`. RFC 9113 §8.3.1: "Clients that generate HTTP/2
/// requests directly MUST use the ":authority" pseudo-header field".
pub(crate) fn fields<'r>(headers: &'r HeaderMap, uri: &'r Uri) -> impl Iterator<Item = (&'r str, &'r [u8])> {
    let fields = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let authority = uri.authority().map(|authority| (":authority", authority.as_str().as_bytes()));
    fields.chain(authority)
}

/// What the path has in the parameter's place. `None` if the route has no such parameter.
///
/// Poem has decoded each value once, and not strictly: a `%` that encodes nothing stays as it is, and a value that is no UTF-8 is left
/// out. Both are nobody's ID.
fn owner_id<'r>(request: &'r Request, name: &str) -> Option<OwnerId<'r>> {
    let value = request.raw_path_param(name);
    let is_there = || request.data::<PathPattern>().is_some_and(|pattern| has_parameter(&pattern.0, name));
    (value.is_some() || is_there()).then(|| OwnerId::leniently_decoded(value, request.uri().path()))
}

/// poem-openapi renames parameters.
#[cfg(feature = "openapi")]
fn name_in_route<'r>(request: &'r Request, name: &'r str) -> &'r str {
    let parameters = request.data::<crate::openapi::Parameters>();
    parameters.and_then(|parameters| parameters.in_route(name)).unwrap_or(name)
}

#[cfg(not(feature = "openapi"))]
fn name_in_route<'r>(_: &'r Request, name: &'r str) -> &'r str {
    name
}

/// Whether a pattern of Poem names the parameter: `:name`, `:name<regex>` or `*name`.
fn has_parameter(pattern: &str, name: &str) -> bool {
    pattern.split([':', '*']).skip(1).any(|rest| rest.split(['/', '<']).next() == Some(name))
}
