//! [`Rejection`]: a refusal as a response of Poem.

use core::{error::Error, fmt};

use jwt_verify_http::Refusal;
use poem::{
    Body, IntoResponse, Response,
    http::{HeaderName, HeaderValue, StatusCode},
};

/// A request that is refused, by an extractor or by a guard.
///
/// The response has the status, the fields and the body of the [`Refusal`], to the byte. Why it was refused is in none of them: the
/// [`Reason`](crate::Reason) is in the response's extensions, for middleware outside, and in those of the [`poem::Error`] as which an
/// extractor's refusal gets there.
///
/// # Examples
///
/// ```
/// use jwt_verify_poem::{CurrentUser, Reason};
/// use poem::{Response, handler};
///
/// // A handler that answers by itself where there is no user.
/// #[handler]
/// async fn me(user: poem::Result<CurrentUser>) -> poem::Result<String> {
///     match user {
///         Ok(user) => Ok(user.id().to_owned()),
///         Err(error) if matches!(error.data(), Some(Reason::NoCredentials)) => Ok("nobody".into()),
///         Err(error) => Err(error),
///     }
/// }
///
/// // For a middleware that counts why requests are refused.
/// fn refused_for(response: &Response) -> Option<&'static str> {
///     response.data::<Reason>().map(Reason::code)
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

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let refusal = self.0;
        let mut response = Response::from(Body::from(refusal.body().to_vec()));
        response
            .set_status(StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
        for (name, value) in refusal.headers() {
            // Both are always well formed: the names are fixed, and the values are escaped where they are made.
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().append(name, value);
            }
        }
        response.set_data(refusal.reason().clone());
        response
    }
}

/// As which an extractor refuses: the very response.
impl From<Rejection> for poem::Error {
    fn from(rejection: Rejection) -> Self {
        let reason = rejection.0.reason().clone();
        let mut error = Self::from_response(rejection.into_response());
        // An error's extensions replace those of its response.
        error.set_data(reason);
        error
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused with {}: {}", self.0.status(), self.0.reason().code())
    }
}

impl Error for Rejection {}
