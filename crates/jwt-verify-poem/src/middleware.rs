//! [`Protect`]: a middleware that verifies once and leaves the result for the extractors.

use jwt_verify_core::Policy;
use jwt_verify_http::{Admission, Guard, PathPatternError};
use poem::{Endpoint, IntoResponse, Middleware, PathPattern, Request, Response, http::Uri};

use crate::{Auth, Rejection, extract};

/// A middleware: what it wraps needs a token. Made by [`Auth::protect`] and [`Auth::require`].
///
/// A request is decided once, and the result is left for the extractors inside, which do not verify again. What is refused is
/// answered here, so middleware outside (CORS, tracing) sees an ordinary response. CORS belongs outside: a preflight has no token.
///
/// Patterns are about the whole path as the client sent it, wherever the route is nested: `/api/*` covers `/api`, `/api/` and
/// all below; `{name}` is one segment. A path that can be read in more than one way (`//`, `/../`, `%2F` and the like) is never
/// exempt, and refused if owners or policies depend on the path.
///
/// Around a [`Route`](poem::Route) it covers unknown paths too, so that they need a token; around the endpoint of `.at(..)` it covers
/// that one alone.
///
/// A request that was not received but made, as `poem::test::TestClient` does, does not say what its path was before routes were
/// nested. A guard outside of all routes then takes the path as it is. One inside takes it for a path that can be
/// read in more than one way.
///
/// # Examples
///
/// ```
/// use jwt_verify_poem::{Auth, CurrentUser, PathPatternError, Policy};
/// use poem::{Endpoint, EndpointExt, Route, get, handler};
///
/// #[handler]
/// async fn health() -> &'static str {
///     "up"
/// }
///
/// #[handler]
/// async fn me(user: CurrentUser) -> String {
///     user.id().to_owned()
/// }
///
/// fn app(auth: &Auth) -> Result<impl Endpoint, PathPatternError> {
///     let protect = auth
///         .protect()
///         .exempt(["/health", "/api/webhooks/*"])?
///         .require_on("/api/admin/*", Policy::role("admin"))?
///         .owner("/api/users/{user_id}/*")?;
///     Ok(Route::new()
///         .at("/health", get(health))
///         .at("/api/me", get(me))
///         .at("/api/users/:user_id/tasks", get(me))
///         .with(protect))
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a guard protects what it is put around, by `.with(..)`"]
pub struct Protect {
    guard: Guard,
}

impl Protect {
    /// Only these need a token, instead of everything inside.
    ///
    /// # Errors
    ///
    /// [`PathPatternError`], which names the pattern and what is wrong with it.
    pub fn paths(
        self,
        patterns: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, PathPatternError> {
        self.guard.paths(patterns).map(Self::from)
    }

    /// These need no token. An extractor in a handler there still refuses.
    ///
    /// # Errors
    ///
    /// [`PathPatternError`], which names the pattern and what is wrong with it.
    pub fn exempt(
        self,
        patterns: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, PathPatternError> {
        self.guard.exempt(patterns).map(Self::from)
    }

    /// The policy must allow the caller, for everything that needs a token. May be called again: then all of them must.
    pub fn require(self, policy: Policy) -> Self {
        Self::from(self.guard.require(policy))
    }

    /// The policy must allow the caller, for what the pattern covers.
    ///
    /// # Errors
    ///
    /// [`PathPatternError`], which names the pattern and what is wrong with it.
    pub fn require_on(self, pattern: impl AsRef<str>, policy: Policy) -> Result<Self, PathPatternError> {
        self.guard.require_on(pattern, policy).map(Self::from)
    }

    /// The segment that the pattern names `{user_id}` must be the caller's ID: 403 otherwise.
    ///
    /// Decoded once, and compared byte by byte.
    ///
    /// # Errors
    ///
    /// [`PathPatternError`], which names the pattern and what is wrong with it; also if it has no such segment.
    pub fn owner(self, pattern: impl AsRef<str>) -> Result<Self, PathPatternError> {
        self.guard.owner(pattern).map(Self::from)
    }

    /// Lets CORS preflights through without a token, for CORS inside of the guard.
    ///
    /// # Security
    ///
    /// A preflight is `OPTIONS` with two header fields, and anybody can send one. A handler that answers every method runs for it, without a
    /// token, whatever policies say. Put CORS outside instead.
    pub fn danger_pass_preflights(self) -> Self {
        Self::from(self.guard.danger_pass_preflights())
    }
}

impl From<Guard> for Protect {
    fn from(guard: Guard) -> Self {
        Self { guard }
    }
}

impl<E: Endpoint> Middleware<E> for Protect {
    type Output = Protected<E>;

    fn transform(&self, inner: E) -> Protected<E> {
        Protected { inner, guard: self.guard.clone() }
    }
}

/// An endpoint behind [`Protect`].
#[derive(Clone, Debug)]
pub struct Protected<E> {
    inner: E,
    guard: Guard,
}

impl<E: Endpoint> Endpoint for Protected<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let fields = extract::fields(request.headers(), request.uri());
        // An outer guard may have verified the token.
        let known = request.data();
        match self.guard.check_known(request.method().as_str(), whole_path(&request), fields, known).await {
            Ok(admission) => {
                leave_for_extractors(&self.guard, admission, &mut request);
                self.inner.call(request).await.map(IntoResponse::into_response)
            }
            Err(refusal) => Ok(Rejection::from(refusal).into_response()),
        }
    }
}

/// The path as the client sent it. A nested route sees the rest of it alone.
///
/// A request that was made in the program has no original URI, which reads as `/`. Then the path is whole only outside of all routes.
fn whole_path(request: &Request) -> &str {
    let (original, path) = (request.original_uri(), request.uri().path());
    if *original != Uri::default() || path == original.path() {
        return original.path();
    }
    if request.data::<PathPattern>().is_some() { UNKNOWN } else { path }
}

fn leave_for_extractors(guard: &Guard, admission: Admission, request: &mut Request) {
    request.set_data(Auth::from(guard.auth().clone()));
    if let Admission::Authenticated(authenticated) = admission {
        request.set_data(authenticated);
    }
}

/// Not a path in its plain form: never exempt.
const UNKNOWN: &str = "*";
