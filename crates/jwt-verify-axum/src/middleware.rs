//! [`Protect`]: a tower layer that verifies once and leaves the result for the extractors.

use core::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    BoxError,
    body::{Body, Bytes, HttpBody},
    http::{HeaderMap, Request, Response, header::CONTENT_TYPE},
    response::IntoResponse,
};
use jwt_verify_core::Policy;
use jwt_verify_http::{Admission, Guard, PathPatternError, Refusal};
use tower_layer::Layer;
use tower_service::Service;

use crate::{Auth, Rejection, extract};

/// A layer: what it wraps needs a token. Made by [`Auth::protect`] and [`Auth::require`].
///
/// A request is decided once, and the result is left for the extractors inside, which do not verify again. What is refused is
/// answered here, so layers outside (CORS, tracing) see an ordinary response. A CORS preflight passes.
///
/// Patterns are about the whole path as the client sent it, wherever the router is nested: `/api/*` covers `/api`, `/api/` and
/// all below; `{name}` is one segment. A path that can be read in more than one way (`//`, `/../`, `%2F` and the like) is never
/// exempt, and refused if owners or policies depend on the path.
///
/// `.layer(..)` covers a router's fallback too, so that an unknown path needs a token; `.route_layer(..)` covers the routes
/// alone. The layer also fits other services of tower: requests of gRPC (content type `application/grpc`) are refused in gRPC's
/// own way, so it serves tonic.
///
/// # Examples
///
/// ```
/// use axum::{Router, routing::get};
/// use jwt_verify_axum::{Auth, CurrentUser, PathPatternError, Policy};
///
/// async fn me(user: CurrentUser) -> String {
///     user.id().to_owned()
/// }
///
/// fn app(auth: &Auth) -> Result<Router, PathPatternError> {
///     let protect = auth
///         .protect()
///         .exempt(["/health", "/api/webhooks/*"])?
///         .require_on("/api/admin/*", Policy::role("admin"))?
///         .owner("/api/users/{user_id}/*")?;
///     Ok(Router::new()
///         .route("/health", get(|| async { "up" }))
///         .route("/api/me", get(me))
///         .route("/api/admin/users", get(|| async { "ada, grace" }))
///         .route("/api/users/{user_id}/tasks", get(me))
///         .layer(protect))
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a layer protects what it is put around, by `.layer(..)`"]
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
}

impl From<Guard> for Protect {
    fn from(guard: Guard) -> Self {
        Self { guard }
    }
}

impl<S> Layer<S> for Protect {
    type Service = Protected<S>;

    fn layer(&self, inner: S) -> Protected<S> {
        Protected { inner, guard: self.guard.clone() }
    }
}

/// A service behind [`Protect`].
#[derive(Clone, Debug)]
pub struct Protected<S> {
    inner: S,
    guard: Guard,
}

impl<S, B, R> Service<Request<B>> for Protected<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: HttpBody<Data = Bytes> + Send + 'static,
    R::Error: Into<BoxError>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    // Boxed, as the guard's future has no name, and the inner service's could not be pinned without `unsafe` or a macro. It is the
    // one allocation that the framework does not ask for, and it is made beside the check of a signature.
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // `poll_ready` made this very instance ready; its clone may not be.
        let next = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, next);
        let guard = self.guard.clone();
        Box::pin(async move {
            match check(&guard, &request).await {
                Ok(admission) => {
                    leave_for_extractors(&guard, admission, &mut request);
                    Ok(inner.call(request).await?.map(Body::new))
                }
                Err(refusal) if is_grpc(request.headers()) => {
                    Ok(Rejection::from(refusal).into_grpc_response())
                }
                Err(refusal) => Ok(Rejection::from(refusal).into_response()),
            }
        })
    }
}

fn check<B>(guard: &Guard, request: &Request<B>) -> impl Future<Output = Result<Admission, Refusal>> {
    let path = extract::original_path(request.extensions(), request.uri());
    guard.check(request.method().as_str(), path, extract::fields(request.headers(), request.uri()))
}

fn leave_for_extractors<B>(guard: &Guard, admission: Admission, request: &mut Request<B>) {
    request.extensions_mut().insert(Auth::from(guard.auth().clone()));
    if let Admission::Authenticated(authenticated) = admission {
        request.extensions_mut().insert(authenticated);
    }
}

/// gRPC over HTTP/2, "Requests": a content type is `"application/grpc" [("+proto" / "+json" / {custom})]`.
fn is_grpc(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}
