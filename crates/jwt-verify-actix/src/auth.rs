//! [`Auth`]: what decides about requests, and where the extractors find it.

use core::{
    future::{Ready, ready},
    ops::Deref,
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web::Data};
use jwt_verify_core::{Policy, Verifier};
use jwt_verify_http::{AuthBuilder, Refusal};
#[cfg(feature = "remote")]
use jwt_verify_remote::{EnvironmentError, RemoteIssuerBuilder, SetupError};

use crate::{Protect, Rejection};

/// Decides about the tokens of requests: which tokens are accepted, where in a request they stand, and what a client is told.
///
/// Built once, when the program starts and before `HttpServer::new`, and registered in one of two ways. Cloning is cheap. What it can
/// do without a framework ([`health`](jwt_verify_http::Auth::health), [`verifier`](jwt_verify_http::Auth::verifier) and more) is told
/// at [`jwt_verify_http::Auth`], to which it dereferences. As an argument of a handler it is the one that the extractors of that
/// handler would use.
///
/// | registered by | reaches | needs |
/// |---|---|---|
/// | [`.wrap(auth.protect())`](Self::protect) | what is inside, and refuses requests without a token | nothing |
/// | `.app_data(auth.clone())` | all handlers of the app, the scope or the resource; refuses nothing | nothing |
///
/// The innermost guard wins over the others and over the data; of the data, that of the innermost scope wins. `web::Data<Auth>` is
/// looked for where there is no bare `Auth`.
///
/// Nothing here blocks a worker: a token is verified with the keys that are held, without waiting, and what fetches keys runs on a
/// thread of its own.
///
/// # Examples
///
/// ```
/// use actix_web::{App, HttpServer, web};
/// use jwt_verify_actix::{Auth, CurrentUser};
///
/// async fn me(user: CurrentUser) -> String {
///     user.id().to_owned()
/// }
///
/// # fn server(auth: Auth) {
/// // The closure runs once for each worker, and each gets a clone: they share the keys.
/// HttpServer::new(move || App::new().app_data(auth.clone()).route("/me", web::get().to(me)))
/// # ;}
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
    /// [`EnvironmentError`] with everything that is missing or wrong, at once.
    #[cfg(feature = "remote")]
    pub fn from_env() -> Result<Self, EnvironmentError> {
        Ok(AuthBuilder::from_env()?.build())
    }

    /// For one issuer whose keys live at the issuer. Nothing is fetched yet.
    ///
    /// # Errors
    ///
    /// [`SetupError`] with everything that is missing or wrong, at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_actix::{Auth, remote::providers};
    ///
    /// let auth = Auth::issuer(providers::auth0("acme.eu.auth0.com").audience("https://api.acme.example"))?;
    /// assert_eq!(auth.realm(), "api");
    /// # Ok::<(), jwt_verify_actix::remote::SetupError>(())
    /// ```
    #[cfg(feature = "remote")]
    pub fn issuer(issuer: RemoteIssuerBuilder) -> Result<Self, SetupError> {
        Ok(AuthBuilder::issuer(issuer)?.build())
    }

    /// For another realm, tokens in another header field or a cookie, your own error bodies, another name of `{user_id}`.
    pub fn builder(verifier: Verifier) -> AuthBuilder<Self> {
        AuthBuilder::new(verifier)
    }

    /// A guard: all that it wraps needs a token. See [`Protect`] for exemptions and rules.
    pub fn protect(&self) -> Protect {
        Protect::from(self.guard())
    }

    /// A guard: all that it wraps needs a token whose caller the policy allows.
    ///
    /// # Examples
    ///
    /// ```
    /// # use actix_web::web;
    /// # use jwt_verify_actix::Auth;
    /// use jwt_verify_actix::Policy;
    ///
    /// # fn resource(auth: Auth) {
    /// web::resource("/admin").wrap(auth.require(Policy::role("admin"))).to(|| async { "secrets" })
    /// # ;}
    /// ```
    pub fn require(&self, policy: Policy) -> Protect {
        self.protect().require(policy)
    }

    /// The innermost guard's, else that of the data.
    pub(crate) fn find(request: &HttpRequest) -> Result<Self, Rejection> {
        let left_by_a_guard = request.extensions().get::<Self>().cloned();
        let found = left_by_a_guard
            .or_else(|| request.app_data::<Self>().cloned())
            .or_else(|| request.app_data::<Data<Self>>().map(|auth| auth.get_ref().clone()));
        found.ok_or_else(|| Rejection::from(Refusal::not_registered(MISSING_LINE)))
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
impl FromRequest for Auth {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::find(request))
    }
}

const MISSING_LINE: &str = "App::new().app_data(auth.clone()), or App::new().wrap(auth.protect())";
