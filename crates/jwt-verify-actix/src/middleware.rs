//! [`Protect`]: a middleware that verifies once and leaves the result for the extractors.

use core::{
    future::{Ready, ready},
    pin::Pin,
    task::{Context, Poll},
};
use std::rc::Rc;

use actix_web::{
    HttpMessage,
    body::EitherBody,
    dev::{Service, ServiceRequest, ServiceResponse, Transform},
};
use jwt_verify_core::Policy;
use jwt_verify_http::{Admission, Authenticated, Guard, PathPatternError};

use crate::{Auth, Rejection, extract};

/// A guard: what it wraps needs a token. Made by [`Auth::protect`] and [`Auth::require`].
///
/// A request is decided once, and the result is left for the extractors inside, which do not verify again. What is refused is
/// answered here, so middleware outside (CORS, logging) sees an ordinary response. CORS belongs outside: a preflight has no token.
///
/// Patterns are about the whole path as the client sent it, in whatever scope the guard stands: `/api/*` covers `/api`, `/api/` and
/// all below; `{name}` is one segment. A path that can be read in more than one way (`//`, `/../`, `%2F` and the like) is never
/// exempt, and refused if owners or policies depend on the path.
///
/// `.wrap(..)` of an app or a scope covers its default service too, so that an unknown path needs a token; that of a resource covers
/// the resource alone. Of several middlewares of one app, scope or resource the last is the outermost: `.wrap(cors)` comes after
/// `.wrap(auth.protect())`.
///
/// # Examples
///
/// ```
/// use actix_web::web;
/// use jwt_verify_actix::{Auth, CurrentUser, PathPatternError, Policy};
///
/// async fn me(user: CurrentUser) -> String {
///     user.id().to_owned()
/// }
///
/// fn routes(auth: &Auth, config: &mut web::ServiceConfig) -> Result<(), PathPatternError> {
///     let protect = auth
///         .protect()
///         .exempt(["/health", "/api/webhooks/*"])?
///         .require_on("/api/admin/*", Policy::role("admin"))?
///         .owner("/api/users/{user_id}/*")?;
///     config.service(
///         web::scope("")
///             .wrap(protect)
///             .route("/health", web::get().to(|| async { "up" }))
///             .route("/api/me", web::get().to(me))
///             .route("/api/admin/users", web::get().to(|| async { "ada, grace" }))
///             .route("/api/users/{user_id}/tasks", web::get().to(me)),
///     );
///     Ok(())
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a guard protects what it is put around, by `.wrap(..)`"]
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

impl<S, B> Transform<S, ServiceRequest> for Protect
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>> + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = S::Error;
    type Transform = Protected<S>;
    type InitError = ();
    type Future = Ready<Result<Protected<S>, ()>>;

    fn new_transform(&self, inner: S) -> Self::Future {
        ready(Ok(Protected { inner: Rc::new(inner), guard: self.guard.clone() }))
    }
}

/// A service behind [`Protect`].
#[derive(Debug)]
pub struct Protected<S> {
    inner: Rc<S>,
    guard: Guard,
}

impl<S, B> Service<ServiceRequest> for Protected<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>> + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = S::Error;
    // Boxed, as the guard's future has no name, and the inner service's could not be pinned without `unsafe` or a macro.
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>>>>;

    fn poll_ready(&self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let inner = Rc::clone(&self.inner);
        let guard = self.guard.clone();
        Box::pin(async move {
            match check(&guard, &request).await {
                Ok(admission) => {
                    leave_for_extractors(&guard, admission, &request);
                    Ok(inner.call(request).await?.map_into_left_body())
                }
                Err(rejection) => Ok(request.error_response(rejection).map_into_right_body()),
            }
        })
    }
}

async fn check(guard: &Guard, request: &ServiceRequest) -> Result<Admission, Rejection> {
    // In contrast to what routes are matched with, this path is as the client sent it; a scope does not shorten it either.
    let path = request.uri().path();
    let fields = extract::fields(request.headers(), request.uri());
    // An outer guard may have verified the token. Cloned, as the borrow must not outlive this line.
    let known: Option<Authenticated> = request.extensions().get().cloned();
    let check = guard.check_known(request.method().as_str(), path, fields, known.as_ref());
    check.await.map_err(Rejection::from)
}

fn leave_for_extractors(guard: &Guard, admission: Admission, request: &ServiceRequest) {
    // The borrow ends here, before the inner service is called: it would panic where an extractor borrows.
    let mut extensions = request.extensions_mut();
    extensions.insert(Auth::from(guard.auth().clone()));
    if let Admission::Authenticated(authenticated) = admission {
        extensions.insert(authenticated);
    }
}
