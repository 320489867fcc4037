//! [`Protect`]: a tower layer that verifies once and leaves the result for the extractors.

use core::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use axum::{
    BoxError,
    body::{Body, Bytes, HttpBody},
    http::{HeaderValue, Method, Request, Response, Version, header::CONTENT_TYPE},
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
/// answered here, so layers outside (CORS, tracing) see an ordinary response. CORS belongs outside: a preflight has no token.
///
/// Patterns are about the whole path as the client sent it, wherever the router is nested: `/api/*` covers `/api`, `/api/` and
/// all below; `{name}` is one segment. A path that can be read in more than one way (`//`, `/../`, `%2F` and the like) is never
/// exempt, and refused if owners or policies depend on the path.
///
/// `.layer(..)` covers a router's fallback too, so that an unknown path needs a token; `.route_layer(..)` covers the routes
/// alone. The layer also fits other services of tower, and with [`grpc`](Self::grpc) it serves tonic.
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
    refusals: Refusals,
}

/// How refusals are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusals {
    Http,
    Grpc,
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
        self.try_with(|guard| guard.paths(patterns))
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
        self.try_with(|guard| guard.exempt(patterns))
    }

    /// The policy must allow the caller, for everything that needs a token. May be called again: then all of them must.
    pub fn require(self, policy: Policy) -> Self {
        Self { guard: self.guard.require(policy), ..self }
    }

    /// The policy must allow the caller, for what the pattern covers.
    ///
    /// # Errors
    ///
    /// [`PathPatternError`], which names the pattern and what is wrong with it.
    pub fn require_on(self, pattern: impl AsRef<str>, policy: Policy) -> Result<Self, PathPatternError> {
        self.try_with(|guard| guard.require_on(pattern, policy))
    }

    /// The segment that the pattern names `{user_id}` must be the caller's ID: 403 otherwise.
    ///
    /// Decoded once, and compared byte by byte.
    ///
    /// # Errors
    ///
    /// [`PathPatternError`], which names the pattern and what is wrong with it; also if it has no such segment.
    pub fn owner(self, pattern: impl AsRef<str>) -> Result<Self, PathPatternError> {
        self.try_with(|guard| guard.owner(pattern))
    }

    /// Lets CORS preflights through without a token, for CORS inside of the guard.
    ///
    /// # Security
    ///
    /// A preflight is `OPTIONS` with two header fields, and anybody can send one. A handler that answers every method runs for it, without a
    /// token, whatever policies say. Put CORS outside instead.
    pub fn danger_pass_preflights(self) -> Self {
        Self { guard: self.guard.danger_pass_preflights(), ..self }
    }

    /// Refuses calls of gRPC in gRPC's own way: status 200 with `grpc-status`, for a service of tonic.
    ///
    /// Only where it is said, and only for what is a call: whoever asks for a page must not choose to get 200 for a refusal.
    pub fn grpc(self) -> Self {
        Self { refusals: Refusals::Grpc, ..self }
    }

    fn try_with(
        self,
        change: impl FnOnce(Guard) -> Result<Guard, PathPatternError>,
    ) -> Result<Self, PathPatternError> {
        Ok(Self { guard: change(self.guard)?, refusals: self.refusals })
    }
}

impl From<Guard> for Protect {
    fn from(guard: Guard) -> Self {
        Self { guard, refusals: Refusals::Http }
    }
}

impl<S> Layer<S> for Protect {
    type Service = Protected<S>;

    fn layer(&self, inner: S) -> Protected<S> {
        Protected { inner, guard: self.guard.clone(), refusals: self.refusals }
    }
}

/// A service behind [`Protect`].
#[derive(Clone, Debug)]
pub struct Protected<S> {
    inner: S,
    guard: Guard,
    refusals: Refusals,
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
    // Boxed, as the guard's future has no name, and the inner service's could not be pinned without `unsafe` or a macro.
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // `poll_ready` made this very instance ready; its clone may not be.
        let next = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, next);
        let guard = self.guard.clone();
        let answers_in_grpc = self.refusals == Refusals::Grpc && is_grpc(&request);
        Box::pin(async move {
            match check(&guard, &request).await {
                Ok(admission) => {
                    leave_for_extractors(&guard, admission, &mut request);
                    Ok(inner.call(request).await?.map(Body::new))
                }
                Err(refusal) if answers_in_grpc => Ok(Rejection::from(refusal).into_grpc_response()),
                Err(refusal) => Ok(Rejection::from(refusal).into_response()),
            }
        })
    }
}

fn check<B>(guard: &Guard, request: &Request<B>) -> impl Future<Output = Result<Admission, Refusal>> {
    let path = extract::original_path(request.extensions(), request.uri());
    let fields = extract::fields(request.headers(), request.uri());
    // An outer guard may have verified the token.
    let known = request.extensions().get();
    guard.check_known(request.method().as_str(), path, fields, known)
}

fn leave_for_extractors<B>(guard: &Guard, admission: Admission, request: &mut Request<B>) {
    request.extensions_mut().insert(Auth::from(guard.auth().clone()));
    if let Admission::Authenticated(authenticated) = admission {
        request.extensions_mut().insert(authenticated);
    }
}

/// gRPC over HTTP/2, "Requests": the method is `POST`, and the content type is `"application/grpc" [("+proto" / "+json" / {custom})]`.
fn is_grpc<B>(request: &Request<B>) -> bool {
    let content_type = request.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let rest = content_type.and_then(|value| value.strip_prefix(b"application/grpc"));
    request.version() == Version::HTTP_2
        && request.method() == Method::POST
        && matches!(rest, Some([] | [b'+' | b';', ..]))
}
