//! Why a request is refused, and what that means in HTTP.

use core::fmt;

use jwt_verify_core::{Denied, Error};

use crate::{CredentialsError, challenge::Challenge};

/// Why a request is refused: for logs, metrics and outer layers, never for the client.
///
/// The client learns the status and the challenge; both follow from the reason, in one place.
///
/// # Examples
///
/// ```
/// use jwt_verify_http::Reason;
///
/// assert_eq!(Reason::NoCredentials.code(), "no_credentials");
/// assert_eq!(Reason::InvalidToken(jwt_verify_core::Error::InvalidSignature).code(), "invalid_signature");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// No bearer token is in any of the places where one may be: 401, and a challenge without an error code.
    NoCredentials,
    /// The credentials are not written as RFC 6750 §2.1 has them, or there are two: 400.
    MalformedCredentials(CredentialsError),
    /// The token is in a cookie, and another site made the browser send it: 403.
    CrossOrigin,
    /// The token is refused, its claims name no user, or they do not fit the type that a handler asks for: 401.
    InvalidToken(Error),
    /// The caller is genuine and the policy does not allow it: 403, or 401 if another login is enough (RFC 9470).
    Denied(Denied),
    /// The caller is genuine and the resource is somebody else's: 403.
    NotOwner,
    /// The path can be read in more than one way, and what is allowed depends on it: 400.
    AmbiguousPath,
    /// The keys to decide with cannot be had, or there is no clock: 503. Not the caller's fault.
    Unavailable(Error),
    /// A handler wants to know the caller, and nothing was set up to tell: 500.
    NotRegistered,
    /// A handler wants the path's owner, and its route has no such parameter: 500.
    NoSuchParameter,
}

impl Reason {
    /// A stable name, in `snake_case`: for logs, metrics and tests. That of a refused token is [`Error::code`], that of a denied
    /// caller [`Denied::code`].
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCredentials => "no_credentials",
            Self::MalformedCredentials(error) => error.code(),
            Self::CrossOrigin => "cross_origin",
            Self::InvalidToken(error) | Self::Unavailable(error) => error.code(),
            Self::Denied(denied) => denied.code(),
            Self::NotOwner => "not_owner",
            Self::AmbiguousPath => "ambiguous_path",
            Self::NotRegistered => "not_registered",
            Self::NoSuchParameter => "no_such_parameter",
        }
    }

    /// What it means on the wire. The only such table.
    pub(crate) fn meaning(&self) -> Meaning<'_> {
        match self {
            // RFC 6750 §3.1: "If the request lacks any authentication information [..], the resource server SHOULD NOT include an
            // error code or other error information."
            Self::NoCredentials => Meaning::challenged(401, Challenge::bare(), "This needs an access token."),
            // RFC 6750 §3.1, invalid_request: "The request is missing a required parameter, [..] repeats the same parameter, uses
            // more than one method for including an access token, or is otherwise malformed. The resource server SHOULD respond
            // with the HTTP 400 (Bad Request) status code."
            Self::MalformedCredentials(_) => Meaning::challenged(
                400,
                Challenge::error("invalid_request"),
                "The credentials of this request are not well-formed.",
            ),
            Self::CrossOrigin => Meaning::plain(403, "This request came from another site."),
            // RFC 6750 §3.1, invalid_token: "The access token provided is expired, revoked, malformed, or invalid for other reasons.
            // The resource SHOULD respond with the HTTP 401 (Unauthorized) status code." One answer for all of them: which check
            // failed would help whoever is guessing.
            Self::InvalidToken(_) => Meaning::challenged(
                401,
                Challenge::error("invalid_token"),
                "The access token is not valid here.",
            ),
            Self::Denied(denied) => match denied.needs_step_up() {
                // RFC 9470 §3: "The authentication event associated with the access token presented with the request does not meet
                // the authentication requirements of the protected resource."
                Some(step_up) => Meaning::challenged(
                    401,
                    Challenge::step_up(step_up),
                    "This needs a more recent or a stronger login.",
                ),
                // RFC 6750 §3.1, insufficient_scope: "The request requires higher privileges than provided by the access token. The
                // resource server SHOULD respond with the HTTP 403 (Forbidden) status code and MAY include the "scope" attribute
                // with the scope necessary to access the protected resource."
                None => Meaning::challenged(
                    403,
                    Challenge::insufficient_scope(denied.scopes()),
                    "The access token does not allow this.",
                ),
            },
            // No token of this caller's would be enough, so there is nothing to challenge for.
            Self::NotOwner => Meaning::plain(403, "This belongs to somebody else."),
            Self::AmbiguousPath => {
                Meaning::plain(400, "The path of this request can be read in more than one way.")
            }
            // RFC 9110 §15.6.4: "The server MAY send a Retry-After header field [..] to suggest an appropriate amount of time for the
            // client to wait". A 401 would send users to log in again, who are logged in.
            Self::Unavailable(_) => {
                Meaning::plain(503, "Access tokens cannot be checked at the moment. Try again later.")
            }
            Self::NotRegistered | Self::NoSuchParameter => {
                Meaning::plain(500, "The server is not set up to check access tokens here.")
            }
        }
    }
}

/// For logs: one line, with everything escaped that the client chose.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCredentials => f.write_str("there is no bearer token"),
            Self::MalformedCredentials(error) => error.fmt(f),
            Self::CrossOrigin => f.write_str("a cookie's token came with another site's request"),
            Self::InvalidToken(error) | Self::Unavailable(error) => error.fmt(f),
            Self::Denied(denied) => denied.fmt(f),
            Self::NotOwner => f.write_str("the path names another user than the caller"),
            Self::AmbiguousPath => f.write_str("the path is not in its plain form, and rules depend on it"),
            Self::NotRegistered => {
                f.write_str("no `Auth` is registered where the handler asks for the caller")
            }
            Self::NoSuchParameter => f.write_str("the route has no parameter that names the owner"),
        }
    }
}

impl core::error::Error for Reason {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::InvalidToken(error) | Self::Unavailable(error) => error.source(),
            _ => None,
        }
    }
}

/// Not the token's fault, or the token's.
impl From<Error> for Reason {
    fn from(error: Error) -> Self {
        match error {
            Error::KeySource(_) | Error::ClockUnavailable => Self::Unavailable(error),
            _ => Self::InvalidToken(error),
        }
    }
}

/// A status, a challenge, and fixed words for the body.
#[derive(Debug)]
pub(crate) struct Meaning<'a> {
    pub(crate) status: u16,
    pub(crate) challenge: Option<Challenge<'a>>,
    pub(crate) detail: &'static str,
}

impl<'a> Meaning<'a> {
    fn challenged(status: u16, challenge: Challenge<'a>, detail: &'static str) -> Self {
        Self { status, challenge: Some(challenge), detail }
    }

    fn plain(status: u16, detail: &'static str) -> Self {
        Self { status, challenge: None, detail }
    }
}
