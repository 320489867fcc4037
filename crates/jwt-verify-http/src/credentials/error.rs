//! [`CredentialsError`]: why a request's credentials cannot be read.

use core::fmt;

/// Why a request's credentials cannot be read. The answer is 400 with `error="invalid_request"` (RFC 6750 §3.1).
///
/// It says what is wrong with the request, never what was in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialsError {
    /// Tokens in two places at once, for example in `Authorization` and in a cookie. Refused even if they are equal.
    TwoCredentials,
    /// The field with the credentials is there twice. RFC 9110 §5.3 allows that for lists only.
    RepeatedField,
    /// The cookie with the token is there twice. RFC 6265 §4.2.2: "servers SHOULD NOT rely upon the order in which these cookies
    /// appear in the header."
    RepeatedCookie,
    /// `Bearer`, and nothing behind it.
    MissingToken,
    /// Something other than a space behind `Bearer`: a tab, a colon, a comma.
    Separator,
    /// Something in the token, or behind it, that RFC 6750 §2.1 does not allow there: a quote, a comma, a second token, a byte that
    /// is not ASCII.
    Character,
}

impl CredentialsError {
    /// A stable name for logs and counters.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TwoCredentials => "two_credentials",
            Self::RepeatedField => "repeated_field",
            Self::RepeatedCookie => "repeated_cookie",
            Self::MissingToken => "missing_token",
            Self::Separator => "separator",
            Self::Character => "character",
        }
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TwoCredentials => "tokens in two places: send one only",
            Self::RepeatedField => "the field with the credentials is there twice: send it once",
            Self::RepeatedCookie => {
                "the cookie with the token is there twice: it may have been set for two paths or domains"
            }
            Self::MissingToken => "no token behind \"Bearer\"",
            Self::Separator => "something other than a space between \"Bearer\" and the token",
            Self::Character => {
                "a character in or behind the token that none may have: expected letters, digits, - . _ ~ + / and = at \
                 the end, without quotes, and nothing more"
            }
        })
    }
}

impl core::error::Error for CredentialsError {}
