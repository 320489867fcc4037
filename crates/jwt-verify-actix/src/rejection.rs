//! [`Rejection`]: a refusal as a response of Actix-web.

use core::{error::Error, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    body::BoxBody,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
};
use jwt_verify_http::Refusal;

/// A request that is refused, by an extractor or by a guard.
///
/// The response has the status, the fields and the body of the [`Refusal`], to the byte. Why it was refused is in none of them: the
/// [`Reason`](crate::Reason) is in the response's extensions, for middleware outside.
///
/// # Examples
///
/// ```
/// use actix_web::HttpResponse;
/// use jwt_verify_actix::{CurrentUser, Reason, Rejection};
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
/// // A middleware that counts why requests are refused.
/// fn refused_for<B>(response: &HttpResponse<B>) -> Option<&'static str> {
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
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl ResponseError for Rejection {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        let refusal = &self.0;
        let mut response = HttpResponse::with_body(self.status_code(), BoxBody::new(refusal.body().to_vec()));
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
