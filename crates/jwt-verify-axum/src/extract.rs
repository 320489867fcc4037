//! The extractors: newtypes over core's types, without a rule of their own.

use core::{fmt, marker::PhantomData, ops::Deref};

use axum::{
    extract::{
        FromRef, FromRequestParts, OptionalFromRequestParts, OriginalUri, RawPathParams,
        rejection::RawPathParamsRejection,
    },
    http::{Extensions, HeaderMap, Uri, request::Parts},
};
use jwt_verify_core::{Claims, Identity, VerifiedToken};
use jwt_verify_http::{Authenticated, NamedPolicy, OwnerId, Refusal};
use serde::de::DeserializeOwned;

use crate::{Auth, Registration, Rejection};

/// The user who calls: the request has a token, it is genuine, and its claims name a user.
///
/// # Errors
///
/// 401 without a token, with one that is refused, or with one that names no user; 400 if the credentials are broken; 503 if keys
/// cannot be had. `Option<CurrentUser>` is [`MaybeUser`]: without a token `None`, with a bad one refused.
///
/// # Examples
///
/// ```
/// use jwt_verify_axum::CurrentUser;
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

impl<S> FromRequestParts<S> for CurrentUser
where
    S: Send + Sync,
    Registration: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        Ok(Self(caller(parts, state).await?.identity()?.clone()))
    }
}

/// Without a token `None`; with one that is refused, refused.
impl<S> OptionalFromRequestParts<S> for CurrentUser
where
    S: Send + Sync,
    Registration: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        Ok(MaybeUser::from_request_parts(parts, state).await?.0.map(Self))
    }
}

/// The request's token, verified, with its claims as a type of yours.
///
/// # Errors
///
/// 401 without a token, with one that is refused, or with one whose claims do not fit `C`; 400 and 503 as [`CurrentUser`].
///
/// # Examples
///
/// ```
/// use jwt_verify_axum::Verified;
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

impl<S, C> FromRequestParts<S> for Verified<C>
where
    S: Send + Sync,
    C: DeserializeOwned,
    Registration: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        Ok(Self(caller(parts, state).await?.claims()?))
    }
}

/// Without a token `None`; with one that is refused, refused.
impl<S, C> OptionalFromRequestParts<S> for Verified<C>
where
    S: Send + Sync,
    C: DeserializeOwned,
    Registration: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        Ok(MaybeVerified::from_request_parts(parts, state).await?.0.map(Self))
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
/// use jwt_verify_axum::MaybeUser;
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

impl<S> FromRequestParts<S> for MaybeUser
where
    S: Send + Sync,
    Registration: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let Some(caller) = optional_caller(parts, state).await? else { return Ok(Self(None)) };
        Ok(Self(Some(caller.identity()?.clone())))
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

impl<S, C> FromRequestParts<S> for MaybeVerified<C>
where
    S: Send + Sync,
    C: DeserializeOwned,
    Registration: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let Some(caller) = optional_caller(parts, state).await? else { return Ok(Self(None)) };
        Ok(Self(Some(caller.claims()?)))
    }
}

/// The user who calls, and who is the one that the path names: `{user_id}` of the route is the caller's ID.
///
/// The segment is decoded once and compared byte by byte; a path with broken percent-encoding is nobody's. The parameter's name can be
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
/// use axum::{Router, routing::get};
/// use jwt_verify_axum::Owner;
///
/// async fn tasks(owner: Owner) -> String {
///     format!("tasks of {}", owner.id())
/// }
///
/// let routes: Router = Router::new().route("/api/{user_id}/tasks", get(tasks));
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

impl<S> FromRequestParts<S> for Owner
where
    S: Send + Sync,
    Registration: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let auth = Auth::find(parts, state)?;
        let caller = caller_of(&auth, parts).await?;
        let name = auth.owner_parameter();
        let parameters = match RawPathParams::from_request_parts(parts, state).await {
            Ok(parameters) => parameters,
            // A value is no UTF-8 when it is decoded.
            Err(RawPathParamsRejection::InvalidUtf8InPathParam(_)) => {
                let path = original_path(&parts.extensions, &parts.uri);
                let owner = OwnerId::leniently_decoded(None, path);
                return Ok(Self(caller.check_owner(owner)?.clone()));
            }
            Err(_) => return Err(Refusal::no_such_parameter(name).into()),
        };
        let path = original_path(&parts.extensions, &parts.uri);
        // Nested routers may name it twice, and the handler may read either: each has to be the caller.
        let mut named = parameters.iter().filter(|(key, _)| *key == name).peekable();
        if named.peek().is_none() {
            return Err(Refusal::no_such_parameter(name).into());
        }
        for (_, user_id) in named {
            caller.check_owner(OwnerId::leniently_decoded(Some(user_id), path))?;
        }
        Ok(Self(caller.identity()?.clone()))
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
/// use jwt_verify_axum::{Authorized, Policy, policy};
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

impl<S, P> FromRequestParts<S> for Authorized<P>
where
    S: Send + Sync,
    P: NamedPolicy,
    Registration: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        Ok(Self(caller(parts, state).await?.authorize(&P::policy())?.clone(), PhantomData))
    }
}

/// Who calls, verified once for a request: by a layer, or by the first extractor.
async fn caller<S>(parts: &mut Parts, state: &S) -> Result<Authenticated, Rejection>
where
    Registration: FromRef<S>,
{
    let auth = Auth::find(parts, state)?;
    caller_of(&auth, parts).await
}

async fn caller_of(auth: &Auth, parts: &mut Parts) -> Result<Authenticated, Rejection> {
    if let Some(caller) = known_caller(auth, parts) {
        return Ok(caller);
    }
    let caller = auth.authenticate(parts.method.as_str(), fields(&parts.headers, &parts.uri)).await?;
    parts.extensions.insert(caller.clone());
    Ok(caller)
}

/// As [`caller`], or `None` if the request has no credentials.
async fn optional_caller<S>(parts: &mut Parts, state: &S) -> Result<Option<Authenticated>, Rejection>
where
    Registration: FromRef<S>,
{
    let auth = Auth::find(parts, state)?;
    if let Some(caller) = known_caller(&auth, parts) {
        return Ok(Some(caller));
    }
    let caller =
        auth.authenticate_optional(parts.method.as_str(), fields(&parts.headers, &parts.uri)).await?;
    if let Some(caller) = &caller {
        parts.extensions.insert(caller.clone());
    }
    Ok(caller)
}

/// What another `Auth` accepted is none of our business: it may trust other issuers.
fn known_caller(auth: &Auth, parts: &Parts) -> Option<Authenticated> {
    parts.extensions.get::<Authenticated>().filter(|caller| caller.is_from(auth)).cloned()
}

/// Every field of the request, in order, and what HTTP/2 has in the place of `Host`. RFC 9113 §8.3.1: "Clients that generate HTTP/2
/// requests directly MUST use the ":authority" pseudo-header field".
pub(crate) fn fields<'r>(headers: &'r HeaderMap, uri: &'r Uri) -> impl Iterator<Item = (&'r str, &'r [u8])> {
    let fields = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    let authority = uri.authority().map(|authority| (":authority", authority.as_str().as_bytes()));
    fields.chain(authority)
}

/// The whole path, as the client sent it. A nested router sees the rest of it alone.
pub(crate) fn original_path<'r>(extensions: &'r Extensions, uri: &'r Uri) -> &'r str {
    extensions.get::<OriginalUri>().map_or(uri, |OriginalUri(uri)| uri).path()
}
