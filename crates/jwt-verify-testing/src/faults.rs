//! [`Fault`]: in which way an issuer misbehaves.

use std::fmt;

/// What a [`TestIssuer`](crate::TestIssuer) does instead of answering as it should.
///
/// Says what is wrong, and nothing about what a client should make of it: that is for a test to say.
///
/// # Examples
///
/// ```
/// use jwt_verify_testing::{Fault, TestIssuer};
///
/// let issuer = TestIssuer::start();
/// issuer.set_fault(Fault::ServiceUnavailable { retry_after: 120 });
/// // … what does a verifier do now?
/// issuer.heal();
///
/// // For a table of all.
/// assert!(Fault::all().contains(&Fault::ClosedPort));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Status 404.
    NotFound,
    /// This status, with a body in JSON that is no JWK Set. A number that is no status of HTTP becomes 500.
    Status(u16),
    /// Status 503 with `Retry-After`.
    ServiceUnavailable {
        /// In seconds.
        retry_after: u64,
    },

    /// Nothing listens: connections are refused, and those that are open end. Holds for every endpoint, whichever it is set for.
    /// The same port opens again when the fault ends.
    ClosedPort,
    /// The connection is reset (RST) once the request has come.
    ResetConnection,
    /// The connection is closed (FIN) once the request has come.
    CloseConnection,
    /// An answer that is not HTTP.
    NotHttp,
    /// No answer, until the client gives up.
    HangBeforeHeaders,
    /// A body of one byte each 50 milliseconds, without end.
    DripBody,
    /// `Content-Length` promises 1000 bytes more than come before the connection is closed.
    TruncatedBody,

    /// A body of 100 MB, in chunks. It is a JWK Set with a key that can be used, if it is read to its end.
    HugeBody,
    /// The same, compressed to some 100 KB, with `Content-Encoding: gzip`.
    GzipBomb,
    /// JSON that breaks off.
    InvalidJson,
    /// An array in an array, 100 000 deep.
    DeeplyNestedJson,
    /// A page in HTML with status 200.
    HtmlWith200,
    /// The right document as `text/plain`.
    WrongContentType,
    /// The right document in UTF-16, as little-endian with a byte-order mark.
    Utf16,
    /// The right document behind a byte-order mark of UTF-8.
    ByteOrderMark,

    /// A redirect to the same address.
    RedirectToItself,
    /// A redirect to another origin (`localhost` instead of `127.0.0.1`), where the right document is.
    RedirectToOtherOrigin,
    /// A redirect to an address that redirects to another one, and back.
    RedirectLoop,

    /// A set without keys. As all that follow, it changes the JWK Set only.
    EmptySet,
    /// A set of keys for encryption, of unknown types, of secrets, and of things that are no keys.
    OnlyUnusableKeys,
    /// The right keys behind one whose coordinates are too short.
    OneBadKeyAmongGood,
    /// Each of the right keys behind another key with the same ID.
    DuplicateKeyIds,
    /// The right keys behind 100 others.
    TooManyKeys,
}

impl Fault {
    /// Every fault once, those that have a parameter with a usual one.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![
            Self::NotFound,
            Self::Status(500),
            Self::ServiceUnavailable { retry_after: 120 },
            Self::ClosedPort,
            Self::ResetConnection,
            Self::CloseConnection,
            Self::NotHttp,
            Self::HangBeforeHeaders,
            Self::DripBody,
            Self::TruncatedBody,
            Self::HugeBody,
            Self::GzipBomb,
            Self::InvalidJson,
            Self::DeeplyNestedJson,
            Self::HtmlWith200,
            Self::WrongContentType,
            Self::Utf16,
            Self::ByteOrderMark,
            Self::RedirectToItself,
            Self::RedirectToOtherOrigin,
            Self::RedirectLoop,
            Self::EmptySet,
            Self::OnlyUnusableKeys,
            Self::OneBadKeyAmongGood,
            Self::DuplicateKeyIds,
            Self::TooManyKeys,
        ]
    }
}

/// In words, for the messages of a test.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "status 404",
            Self::Status(status) => return write!(f, "status {status}"),
            Self::ServiceUnavailable { retry_after } => {
                return write!(f, "status 503, retry after {retry_after} s");
            }
            Self::ClosedPort => "closed port",
            Self::ResetConnection => "connection reset",
            Self::CloseConnection => "connection closed",
            Self::NotHttp => "not HTTP",
            Self::HangBeforeHeaders => "no answer",
            Self::DripBody => "a body that drips",
            Self::TruncatedBody => "a body cut short",
            Self::HugeBody => "a body of 100 MB",
            Self::GzipBomb => "a gzip bomb",
            Self::InvalidJson => "invalid JSON",
            Self::DeeplyNestedJson => "deeply nested JSON",
            Self::HtmlWith200 => "HTML with status 200",
            Self::WrongContentType => "wrong content type",
            Self::Utf16 => "UTF-16",
            Self::ByteOrderMark => "a byte-order mark",
            Self::RedirectToItself => "redirect to itself",
            Self::RedirectToOtherOrigin => "redirect to another origin",
            Self::RedirectLoop => "redirect loop",
            Self::EmptySet => "an empty set",
            Self::OnlyUnusableKeys => "only unusable keys",
            Self::OneBadKeyAmongGood => "one bad key among good ones",
            Self::DuplicateKeyIds => "duplicate key IDs",
            Self::TooManyKeys => "too many keys",
        })
    }
}

/// What an issuer serves, for [`TestIssuer::set_fault_for`](crate::TestIssuer::set_fault_for).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Endpoint {
    /// The JWK Set.
    Jwks,
    /// The metadata of OpenID Connect Discovery and of RFC 8414.
    Metadata,
}
