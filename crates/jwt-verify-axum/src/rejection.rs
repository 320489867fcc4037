//! [`Rejection`]: a refusal as a response of Axum.

use core::{error::Error, fmt};

use axum::{
    body::Body,
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use jwt_verify_http::Refusal;

/// A request that is refused, by an extractor or by a layer.
///
/// The response has the status, the fields and the body of the [`Refusal`], to the byte. Why it was refused is in none of them: the
/// [`Reason`](crate::Reason) is in the response's extensions, for layers outside.
///
/// # Examples
///
/// ```
/// use axum::{http::Response, response::IntoResponse};
/// use jwt_verify_axum::{CurrentUser, Reason, Rejection};
///
/// // A handler that answers by itself where there is no user.
/// async fn me(user: Result<CurrentUser, Rejection>) -> Result<String, Rejection> {
///     match user {
///         Ok(user) => Ok(user.id().to_owned()),
///         Err(rejection) if matches!(rejection.refusal().reason(), Reason::NoCredentials) => Ok("nobody".into()),
///         Err(rejection) => Err(rejection),
///     }
/// }
///
/// // A layer that counts why requests are refused.
/// fn refused_for<B>(response: &Response<B>) -> Option<&'static str> {
///     response.extensions().get::<Reason>().map(Reason::code)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Rejection(Refusal);

impl Rejection {
    /// What the client is told, and the reason.
    #[must_use]
    pub fn refusal(&self) -> &Refusal {
        &self.0
    }

    /// The refusal alone.
    #[must_use]
    pub fn into_refusal(self) -> Refusal {
        self.0
    }

    /// The same refusal for a gRPC client.
    pub(crate) fn into_grpc_response(self) -> Response {
        let status = self.0.grpc();
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        // gRPC over HTTP/2, "Responses": "Trailers-Only is permitted for calls that produce an immediate error", which is
        // "HTTP-Status Content-Type Trailers" with `:status 200`, all in one block of fields.
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(HeaderName::from_static("grpc-status"), HeaderValue::from(u16::from(status.code())));
        headers.insert(HeaderName::from_static("grpc-message"), HeaderValue::from_static(status.message()));
        response.extensions_mut().insert(self.0.reason().clone());
        response
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let refusal = self.0;
        let mut response = Response::new(Body::from(refusal.body().to_vec()));
        *response.status_mut() =
            StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in refusal.headers() {
            // Both are always well formed: the names are fixed, and the values are escaped where they are made.
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().append(name, value);
            }
        }
        response.extensions_mut().insert(refusal.reason().clone());
        response
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused with {}: {}", self.0.status(), self.0.reason().code())
    }
}

impl Error for Rejection {}
