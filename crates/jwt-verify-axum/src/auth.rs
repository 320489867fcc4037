//! [`Auth`]: what decides about requests, and where the extractors find it.

use core::ops::Deref;
use std::sync::Arc;

use axum::{
    Extension,
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
    middleware::AddExtension,
};
use jwt_verify_core::{Policy, Verifier};
use jwt_verify_http::{AuthBuilder, Refusal};
#[cfg(feature = "remote")]
use jwt_verify_remote::{EnvironmentError, RemoteIssuerBuilder, SetupError};
use tower_layer::Layer;

use crate::{Protect, Rejection};

/// Decides about the tokens of requests: which tokens are accepted, where in a request they stand, and what a client is told.
///
/// Built once, when the program starts, and registered in one of three ways. Cloning is cheap. What it can do without a framework
/// ([`health`](jwt_verify_http::Auth::health), [`verifier`](jwt_verify_http::Auth::verifier) and more) is told at
/// [`jwt_verify_http::Auth`], to which it dereferences. As an argument of a handler it is the one that the extractors of that
/// handler would use.
///
/// | registered by | reaches | needs |
/// |---|---|---|
/// | [`.layer(auth.protect())`](Self::protect) | what is inside, and refuses requests without a token | nothing |
/// | `.layer(auth)` | what is inside; refuses nothing | nothing |
/// | the state | all handlers of the router | `impl FromRef<AppState> for Auth` |
///
/// The innermost layer wins over the others and over the state. How a state says that it holds no `Auth` because a layer does, is
/// told at [`Registration`].
///
/// # Examples
///
/// ```
/// use axum::{Router, extract::FromRef, routing::get};
/// use jwt_verify_axum::{Auth, CurrentUser};
///
/// #[derive(Clone)]
/// struct AppState {
///     auth: Auth,
///     greeting: String,
/// }
///
/// // Or `#[derive(FromRef)]` on the state, with Axum's feature `macros`.
/// impl FromRef<AppState> for Auth {
///     fn from_ref(state: &AppState) -> Self {
///         state.auth.clone()
///     }
/// }
///
/// async fn me(user: CurrentUser) -> String {
///     user.id().to_owned()
/// }
///
/// # fn app(auth: Auth) -> Router {
/// Router::new().route("/me", get(me)).with_state(AppState { auth, greeting: "Hello".into() })
/// # }
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
        Ok(AuthBuilder::from_env()?.build())
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
    /// use jwt_verify_axum::{Auth, remote::providers};
    ///
    /// let auth = Auth::issuer(providers::auth0("acme.eu.auth0.com").audience("https://api.acme.example"))?;
    /// assert_eq!(auth.realm(), "api");
    /// # Ok::<(), jwt_verify_axum::remote::SetupError>(())
    /// ```
    #[cfg(feature = "remote")]
    pub fn issuer(issuer: RemoteIssuerBuilder) -> Result<Self, SetupError> {
        Ok(AuthBuilder::issuer(issuer)?.build())
    }

    /// For another realm, tokens in another header field or a cookie, your own error bodies, another name of `{user_id}`.
    pub fn builder(verifier: Verifier) -> AuthBuilder<Self> {
        AuthBuilder::new(verifier)
    }

    /// A layer: all that it wraps needs a token. See [`Protect`] for exemptions and rules.
    pub fn protect(&self) -> Protect {
        Protect::from(self.guard())
    }

    /// A layer: all that it wraps needs a token whose caller the policy allows.
    ///
    /// # Examples
    ///
    /// ```
    /// # use axum::{Router, routing::get};
    /// # use jwt_verify_axum::Auth;
    /// use jwt_verify_axum::Policy;
    ///
    /// # fn app(auth: Auth) -> Router {
    /// Router::new().route("/admin", get(|| async { "secrets" })).layer(auth.require(Policy::role("admin")))
    /// # }
    /// ```
    pub fn require(&self, policy: Policy) -> Protect {
        self.protect().require(policy)
    }

    /// The innermost layer's, else the state's.
    pub(crate) fn find<S>(parts: &Parts, state: &S) -> Result<Self, Rejection>
    where
        Registration: FromRef<S>,
    {
        let left_by_a_layer = parts.extensions.get::<Self>().cloned();
        let found = left_by_a_layer.or_else(|| Registration::from_ref(state).0);
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
impl<S> FromRequestParts<S> for Auth
where
    S: Send + Sync,
    Registration: FromRef<S>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        Self::find(parts, state)
    }
}

/// Registers and refuses nothing: handlers that take no extractor of this crate stay open. [`protect`](Self::protect) refuses.
impl<S> Layer<S> for Auth {
    type Service = AddExtension<S, Self>;

    fn layer(&self, inner: S) -> Self::Service {
        Extension(self.clone()).layer(inner)
    }
}

/// How a router's state registers [`Auth`]: what the extractors of this crate ask a state for.
///
/// There is seldom a reason to name it. A state for which `Auth: FromRef<AppState>` holds registers that `Auth`, also inside of an
/// [`Arc`]; so does `Auth` as the whole state. The state `()` registers none, so that a layer has to. A state of
/// yours says the same with [`by_layer`](Self::by_layer).
///
/// # Examples
///
/// ```
/// use axum::{Router, extract::FromRef, routing::get};
/// use jwt_verify_axum::{Auth, CurrentUser, Registration};
///
/// #[derive(Clone)]
/// struct AppState {
///     greeting: String,
/// }
///
/// impl FromRef<AppState> for Registration {
///     fn from_ref(_: &AppState) -> Self {
///         Registration::by_layer()
///     }
/// }
///
/// async fn me(user: CurrentUser) -> String {
///     user.id().to_owned()
/// }
///
/// # fn app(auth: Auth) -> Router {
/// Router::new().route("/me", get(me)).layer(auth).with_state(AppState { greeting: "Hello".into() })
/// # }
/// ```
///
/// A state that says nothing does not compile: `the trait bound Auth: FromRef<AppState> is not satisfied`.
///
/// ```compile_fail,E0277
/// use axum::extract::FromRequestParts;
/// use jwt_verify_axum::CurrentUser;
///
/// struct AppState;
///
/// fn is_extractor<T: FromRequestParts<S>, S: Send + Sync>() {}
/// is_extractor::<CurrentUser, AppState>();
/// ```
#[derive(Clone, Debug)]
pub struct Registration(Option<Auth>);

impl Registration {
    /// Not by the state but by a layer: `.layer(auth)` or `.layer(auth.protect())`.
    ///
    /// The compiler no longer tells that the layer is missing; a request is then answered with 500, and the log names the line.
    #[must_use]
    pub fn by_layer() -> Self {
        Self(None)
    }
}

/// The state has an `Auth`.
impl<S> FromRef<S> for Registration
where
    Auth: FromRef<S>,
{
    fn from_ref(state: &S) -> Self {
        Self(Some(Auth::from_ref(state)))
    }
}

/// There is no state, so a layer has it.
impl FromRef<()> for Registration {
    fn from_ref((): &()) -> Self {
        Self::by_layer()
    }
}

/// As the state inside says. (Outside of this crate nobody can write `impl FromRef<Arc<AppState>> for Auth`.)
impl<S> FromRef<Arc<S>> for Registration
where
    Self: FromRef<S>,
{
    fn from_ref(state: &Arc<S>) -> Self {
        Self::from_ref(&**state)
    }
}

const MISSING_LINE: &str = "router.layer(auth.protect()), router.layer(auth), or router.with_state(..) with `impl FromRef<AppState> for Auth`";
