//! [`Auth`]: what decides about requests, and where the extractors find it.

use core::ops::Deref;

use jwt_verify_core::{Policy, Verifier};
use jwt_verify_http::{AuthBuilder, Refusal};
#[cfg(feature = "remote")]
use jwt_verify_remote::{EnvironmentError, RemoteIssuerBuilder, SetupError};
use poem::{FromRequest, Request, RequestBody};

use crate::{Protect, Rejection};

/// Decides about the tokens of requests: which tokens are accepted, where in a request they stand, and what a client is told.
///
/// Built once, when the program starts, and registered in one of two ways. Cloning is cheap. What it can do without a framework
/// ([`health`](jwt_verify_http::Auth::health), [`verifier`](jwt_verify_http::Auth::verifier) and more) is told at
/// [`jwt_verify_http::Auth`], to which it dereferences. As an argument of a handler it is the one that the extractors of that
/// handler would use.
///
/// | registered by | reaches | needs |
/// |---|---|---|
/// | [`.with(auth.protect())`](Self::protect) | what is inside, and refuses requests without a token | nothing |
/// | `.data(auth)` | what is inside; refuses nothing | nothing |
///
/// The innermost wins over the others.
///
/// # Examples
///
/// ```
/// use jwt_verify_poem::{Auth, CurrentUser};
/// use poem::{Endpoint, EndpointExt, Route, get, handler};
///
/// #[handler]
/// async fn me(user: CurrentUser) -> String {
///     user.id().to_owned()
/// }
///
/// fn app(auth: Auth) -> impl Endpoint {
///     Route::new().at("/me", get(me)).data(auth)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Auth(jwt_verify_http::Auth);

impl Auth {
    /// With a verifier of yours, and the defaults for everything else.
    #[must_use]
    pub fn new(verifier: Verifier) -> Self {
        Self(jwt_verify_http::Auth::new(verifier))
    }

    /// As the environment says: `BETTER_AUTH_URL=https://app.example` is enough. `docs/configuration.md` lists the variables.
    ///
    /// # Errors
    ///
    /// [`EnvironmentError`], which names each variable that is missing or wrong and what to set.
    #[cfg(feature = "remote")]
    pub fn from_env() -> Result<Self, EnvironmentError> {
        jwt_verify_http::Auth::from_env().map(Self)
    }

    /// For one issuer whose keys live at the issuer. Nothing is fetched yet.
    ///
    /// # Errors
    ///
    /// [`SetupError`], which names what is missing or wrong in the rules for the issuer.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_poem::{Auth, remote::providers};
    ///
    /// let auth = Auth::issuer(providers::auth0("acme.eu.auth0.com").audience("https://api.acme.example"))?;
    /// assert_eq!(auth.realm(), "api");
    /// # Ok::<(), jwt_verify_poem::remote::SetupError>(())
    /// ```
    #[cfg(feature = "remote")]
    pub fn issuer(issuer: RemoteIssuerBuilder) -> Result<Self, SetupError> {
        jwt_verify_http::Auth::issuer(issuer).map(Self)
    }

    /// For another realm, tokens in another header field or a cookie, your own error bodies, another name of `{user_id}`.
    pub fn builder(verifier: Verifier) -> AuthBuilder<Self> {
        AuthBuilder::new(verifier)
    }

    /// A middleware: all that it wraps needs a token. See [`Protect`] for exemptions and rules.
    pub fn protect(&self) -> Protect {
        Protect::from(self.guard())
    }

    /// A middleware: all that it wraps needs a token whose caller the policy allows.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_poem::{Auth, Policy};
    /// use poem::{Endpoint, EndpointExt, Route, get, handler};
    ///
    /// #[handler]
    /// async fn admin() -> &'static str {
    ///     "secrets"
    /// }
    ///
    /// fn app(auth: &Auth) -> impl Endpoint {
    ///     Route::new().at("/admin", get(admin)).with(auth.require(Policy::role("admin")))
    /// }
    /// ```
    pub fn require(&self, policy: Policy) -> Protect {
        self.protect().require(policy)
    }

    /// What the innermost guard left or `.data(..)` registered.
    pub(crate) fn find(request: &Request) -> Result<&Self, Rejection> {
        request.data::<Self>().ok_or_else(|| Rejection::from(Refusal::not_registered(MISSING_LINE)))
    }
}

impl From<jwt_verify_http::Auth> for Auth {
    fn from(auth: jwt_verify_http::Auth) -> Self {
        Self(auth)
    }
}

impl Deref for Auth {
    type Target = jwt_verify_http::Auth;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

/// The one that the handler's other extractors use. Refused with 500 if there is none.
impl<'a> FromRequest<'a> for Auth {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Self::find(request)?.clone())
    }
}

const MISSING_LINE: &str = "Route::new().with(auth.protect()) or Route::new().data(auth)";
