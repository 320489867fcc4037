//! Why a token is refused, as data.
//!
//! What is wrong with a setup is a [`BuildError`](crate::BuildError), and with key material a [`JwkError`](crate::JwkError).

use alloc::{borrow::Cow, boxed::Box, sync::Arc};
use core::{fmt, time::Duration};

use crate::{Algorithm, UnixTime, limits};

/// Why a token was refused, in the order in which the checks run.
///
/// The variant says how far the token got. Nothing in here repeats text of the token but key IDs and names of
/// members, both bounded in length and escaped when displayed; an error can be logged.
///
/// To a client all of this is one answer (RFC 6750 §3.1, `invalid_token`); only [`Error::KeySource`] and
/// [`Error::ClockUnavailable`] are not the token's fault.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Error, UnverifiedToken};
///
/// let error = UnverifiedToken::parse("not a token").unwrap_err();
/// assert_eq!(error.code(), "malformed");
/// assert!(matches!(error, Error::Malformed(_)));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    // 1. Not a JWT we can read.
    /// The text is not a JWT in the JWS Compact Serialization (RFC 7519 §7.2).
    Malformed(Malformed),
    /// The header has `crit` or `b64`: an extension that must be understood, and is not.
    ///
    /// RFC 7515 §4.1.11: "If any of the listed extension Header Parameters are not understood and supported by the
    /// recipient, then the JWS is invalid." RFC 7797 §7 keeps `b64` out of JWTs.
    UnsupportedCritical,

    // 2. No signature we accept.
    /// The header's `alg` is not one that this issuer's tokens may use.
    ///
    /// `None` for `none` and for every name we do not know.
    AlgorithmNotAllowed(Option<Algorithm>),
    /// No key of the issuer answers for this token.
    KeyNotFound(KeyNotFound),
    /// The key that the token names cannot be used with the token's algorithm.
    KeyMismatch(KeyMismatch),
    /// The signature is not the key's signature of this token. Deliberately says no more.
    InvalidSignature,

    // 3. Signed, but not for us, or not now.
    /// A claim, or the header's `typ`, is not as this issuer's tokens must have it.
    Claim(ClaimError),
    /// The claims are genuine but do not fit the type that was asked for.
    ///
    /// The text is the `Deserialize` implementation's own, escaped and at most 200 characters. Our part of it names kinds of
    /// values and never a value; what a type of yours puts into its messages is in there too.
    ClaimsShape(Box<str>),

    // Not the token's fault.
    /// The keys that are needed cannot be had: an outage, to be told as 503 and never as 401.
    KeySource(KeySourceError),
    /// There is no wall clock here. Use [`Verifier::verify_held_at`](crate::Verifier::verify_held_at) or give the
    /// verifier a [`Clock`](crate::Clock).
    ClockUnavailable,
}

impl Error {
    /// A stable name for this kind of refusal, in `snake_case`: for logs, metrics and tests.
    ///
    /// `docs/errors.md` has the list with what to change for each.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::{ClaimError, Error};
    ///
    /// assert_eq!(Error::InvalidSignature.code(), "invalid_signature");
    /// assert_eq!(Error::Claim(ClaimError::InvalidIssuer).code(), "invalid_issuer");
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::UnsupportedCritical => "unsupported_critical",
            Self::AlgorithmNotAllowed(_) => "algorithm_not_allowed",
            Self::KeyNotFound(_) => "key_not_found",
            Self::KeyMismatch(_) => "key_mismatch",
            Self::InvalidSignature => "invalid_signature",
            Self::Claim(claim) => claim.code(),
            Self::ClaimsShape(_) => "claims_shape",
            Self::KeySource(_) => "keys_unavailable",
            Self::ClockUnavailable => "clock_unavailable",
        }
    }

    /// After how long the same token may be accepted: `Some` only for an outage of a key source that knows.
    ///
    /// Meant for the `Retry-After` of a 503 (RFC 9110 §10.2.3).
    #[must_use]
    pub fn retry_in(&self) -> Option<Duration> {
        match self {
            Self::KeySource(source) => source.retry_in(),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(malformed) => malformed.fmt(f),
            Self::UnsupportedCritical => {
                f.write_str("the header demands an extension (`crit` or `b64`) that is not supported")
            }
            Self::AlgorithmNotAllowed(Some(found)) => {
                write!(f, "the algorithm {found} is not allowed for this issuer")
            }
            Self::AlgorithmNotAllowed(None) => {
                f.write_str("the header's `alg` is `none` or names no algorithm known here")
            }
            Self::KeyNotFound(not_found) => not_found.fmt(f),
            Self::KeyMismatch(mismatch) => mismatch.fmt(f),
            Self::InvalidSignature => f.write_str("the signature does not verify"),
            Self::Claim(claim) => claim.fmt(f),
            Self::ClaimsShape(message) => write!(f, "the claims do not fit the requested type: {message}"),
            Self::KeySource(_) => f.write_str("the issuer's keys cannot be had"),
            Self::ClockUnavailable => f.write_str("there is no clock to tell the time"),
        }
    }
}

impl core::error::Error for Error {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::KeySource(source) => Some(source),
            _ => None,
        }
    }
}

impl From<ClaimError> for Error {
    fn from(error: ClaimError) -> Self {
        Self::Claim(error)
    }
}

impl From<Malformed> for Error {
    fn from(error: Malformed) -> Self {
        Self::Malformed(error)
    }
}

/// What makes a text no JWT that we read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Malformed {
    /// The token is longer than the configured limit. Nothing in it was looked at.
    TooLong {
        /// Its length in bytes.
        found: usize,
        /// The most that is read, in bytes.
        limit: usize,
    },
    /// The empty string.
    Empty,
    /// A character that no JWT contains, such as white space, `=` or a quote.
    ///
    /// Only letters, digits, `-`, `_` and the two dots may occur: nothing is trimmed, nothing is unfolded.
    Character {
        /// Where it is: bytes from the start.
        at: usize,
    },
    /// The word `Bearer` is still in front of the token.
    BearerPrefix,
    /// Not three parts, and nothing better known either: probably an opaque token.
    Parts {
        /// How many parts, dots plus one.
        found: usize,
    },
    /// Five parts, or `enc` in the header: an encrypted token (JWE). These are never decrypted.
    ///
    /// Whoever has the recipient's public key can encrypt, so a JWE proves nothing about its sender.
    Encrypted,
    /// `~` between the parts: an SD-JWT (RFC 9901), which is not an access-token format.
    SelectiveDisclosure,
    /// A JSON object: the JWS JSON Serialization, which RFC 7519 keeps out of JWTs.
    JsonSerialization,
    /// An empty header, payload or signature.
    EmptyPart(Part),
    /// A part is not base64url without padding (RFC 7515 §2), or has bits set behind its last byte.
    Base64(Part),
    /// A part is not a JSON object as we read it.
    Json(Part, JsonProblem),
    /// A header parameter is absent or has the wrong type.
    HeaderParameter {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        problem: ParameterProblem,
    },
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { found, limit } => {
                write!(f, "the token has {found} bytes, more than the limit of {limit}")
            }
            Self::Empty => f.write_str("the token is empty"),
            Self::Character { at } => {
                write!(f, "byte {at} of the token is not a letter, a digit, `-`, `_` or `.`")
            }
            Self::BearerPrefix => {
                f.write_str("the word `Bearer` is still in front of the token: pass what comes after it")
            }
            Self::Parts { found } => write!(
                f,
                "a JWT has three parts separated by dots and this has {found}: an opaque token, perhaps"
            ),
            Self::Encrypted => f.write_str(
                "the token is encrypted (a JWE), and encrypted tokens prove nothing about their sender",
            ),
            Self::SelectiveDisclosure => {
                f.write_str("the token is an SD-JWT (`~`), which is not an access-token format")
            }
            Self::JsonSerialization => {
                f.write_str("the token is a JSON object, and a JWT is always in the compact form")
            }
            Self::EmptyPart(part) => write!(f, "the {part} of the token is empty"),
            Self::Base64(part) => {
                write!(f, "the {part} of the token is not base64url without padding")
            }
            Self::Json(part, problem) => write!(f, "the {part} of the token {problem}"),
            Self::HeaderParameter { name, problem } => write!(f, "the header's `{name}` {problem}"),
        }
    }
}

impl core::error::Error for Malformed {}

/// A part of a token in the JWS Compact Serialization (RFC 7515 §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The JOSE header.
    Header,
    /// The JWS payload: for a JWT, its claims set.
    Payload,
    /// The JWS signature.
    Signature,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        })
    }
}

/// Why a text is no JSON that we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonProblem {
    /// Not UTF-8 (RFC 8725 §3.7), or a byte order mark in front.
    Encoding,
    /// Not JSON (RFC 8259).
    Syntax {
        /// Where reading stopped: bytes from the start.
        at: usize,
    },
    /// JSON, but not an object.
    NotAnObject,
    /// A member name occurs twice in one object (RFC 7515 §4, RFC 7519 §4).
    DuplicateMember {
        /// Where its second occurrence begins: bytes from the start.
        at: usize,
    },
    /// Nested deeper than [`limits::MAX_JSON_DEPTH`].
    TooDeep,
    /// More text after the end of the JSON value.
    TrailingData {
        /// Where it begins: bytes from the start.
        at: usize,
    },
    /// A number too large for a double, such as `1e400`.
    NumberOutOfRange {
        /// Where it begins: bytes from the start.
        at: usize,
    },
    /// A member name that has a special meaning to the `serde_json` crate.
    ///
    /// Some of its features let an object with such a member stand for a number or for raw text. We would read one
    /// thing and a handler another, so no token may contain it.
    ReservedName {
        /// Where it begins: bytes from the start.
        at: usize,
    },
}

impl fmt::Display for JsonProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding => f.write_str("is not UTF-8 text without a byte order mark"),
            Self::Syntax { at } => write!(f, "is not valid JSON at byte {at}"),
            Self::NotAnObject => f.write_str("is not a JSON object"),
            Self::DuplicateMember { at } => {
                write!(f, "has two members of one name, the second at byte {at}")
            }
            Self::TooDeep => write!(f, "is nested deeper than {} levels", limits::MAX_JSON_DEPTH),
            Self::TrailingData { at } => write!(f, "goes on after the JSON value, at byte {at}"),
            Self::NumberOutOfRange { at } => write!(f, "has a number out of range at byte {at}"),
            Self::ReservedName { at } => write!(f, "has a reserved member name at byte {at}"),
        }
    }
}

/// What is wrong with a header parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterProblem {
    /// It must be there and is not.
    Missing,
    /// It must be a string and is something else.
    NotAString,
    /// It is longer than its limit.
    TooLong,
}

impl fmt::Display for ParameterProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is missing",
            Self::NotAString => "is not a string",
            Self::TooLong => "is too long",
        })
    }
}

/// Why none of the issuer's keys answers for a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyNotFound {
    /// No key has the `kid` that the header names. It is compared exactly, and nothing else is tried.
    UnknownKeyId {
        /// The key ID, at most [`limits::MAX_KEY_ID_LEN`] bytes. Whoever sent the token chose it.
        key_id: Box<str>,
    },
    /// The header names no `kid`, and no key fits the algorithm.
    NoneFits,
    /// Several keys fit, and trying one after the other is not done.
    ///
    /// Either the header names no `kid`, or the set lists one `kid` twice for one type of key.
    Ambiguous,
    /// The source holds no key at all.
    NoKeys,
    /// The keys held are too old to be used, and the source has none that are newer.
    ///
    /// A source that cannot reach its issuer answers with an error instead, and then it is an outage.
    OnlyExpired,
}

impl fmt::Display for KeyNotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKeyId { key_id } => write!(f, "the issuer has no key with the key ID {key_id:?}"),
            Self::NoneFits => {
                f.write_str("the token names no key, and none of the issuer's keys fits its algorithm")
            }
            Self::Ambiguous => {
                f.write_str("several of the issuer's keys fit, and the token does not say which")
            }
            Self::NoKeys => f.write_str("the issuer has no usable key"),
            Self::OnlyExpired => {
                f.write_str("the issuer's keys are past their maximum age, and there are none that are newer")
            }
        }
    }
}

/// Why the key that a token names cannot be used with the token's algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyMismatch {
    /// The key is of another type or on another curve than the algorithm asks for.
    KeyType,
    /// The key's own `alg` is another one (RFC 8725 §3.1: each key is used with exactly one algorithm).
    Algorithm {
        /// The algorithm that the key is for.
        key: Algorithm,
    },
    /// The key's JWK restricts it to another issuer (`issuer`).
    Issuer,
    /// The issuer's keys are public keys, and HS256, HS384 and HS512 take a secret.
    PublicKeysOnly,
    /// The issuer's key is a shared secret, and the algorithm takes a public key.
    SecretOnly,
}

impl fmt::Display for KeyMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyType => {
                f.write_str("the key's type or curve is not the one the token's algorithm takes")
            }
            Self::Algorithm { key } => write!(f, "the key is for {key} and for nothing else"),
            Self::Issuer => f.write_str("the key is for another issuer"),
            Self::PublicKeysOnly => {
                f.write_str("the token's algorithm takes a secret, and the issuer's keys are public keys")
            }
            Self::SecretOnly => {
                f.write_str("the token's algorithm takes a public key, and the issuer's key is a secret")
            }
        }
    }
}

/// What is wrong with a claim of a genuine token, or with its `typ`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimError {
    /// The token is past its `exp` (RFC 7519 §4.1.4).
    Expired {
        /// The token's `exp`.
        expiration_time: UnixTime,
        /// The time it was checked at.
        now: UnixTime,
        /// The allowance for clocks that disagree.
        leeway: Duration,
    },
    /// The token's `nbf` is still to come (RFC 7519 §4.1.5).
    NotYetValid {
        /// The token's `nbf`.
        not_before: UnixTime,
        /// The time it was checked at.
        now: UnixTime,
        /// The allowance for clocks that disagree.
        leeway: Duration,
    },
    /// The token was issued longer ago than the configured maximum.
    TooOld {
        /// The token's `iat`.
        issued_at: UnixTime,
        /// The time it was checked at.
        now: UnixTime,
        /// The configured maximum.
        max_age: Duration,
        /// The allowance for clocks that disagree, which is added to it.
        leeway: Duration,
    },
    /// The token's `iat` lies ahead, so that its age, for which there is a maximum, cannot be told.
    IssuedInFuture {
        /// The token's `iat`.
        issued_at: UnixTime,
        /// The time it was checked at.
        now: UnixTime,
        /// The allowance for clocks that disagree.
        leeway: Duration,
    },
    /// `iss` is not, byte for byte, the name of an issuer that is trusted.
    InvalidIssuer,
    /// `iss` fits the template of an issuer with tenants, and the tenant in it is not on the list of those accepted.
    TenantNotAllowed,
    /// The claim that names the tenant is not the tenant in `iss`.
    TenantMismatch {
        /// Its name, or its path with `.` between the names.
        claim: Cow<'static, str>,
    },
    /// `aud` names others, or is there although nothing says which value is ours (RFC 7519 §4.1.3).
    InvalidAudience,
    /// The header's `typ`, or what the claims contain, is that of another kind of token.
    InvalidType,
    /// A claim that must be there is not.
    Missing {
        /// Its name, or its path with `.` between the names.
        claim: Cow<'static, str>,
    },
    /// A claim has another JSON type than it must have. It is never treated as absent.
    WrongType {
        /// Its name, or its path with `.` between the names.
        claim: Cow<'static, str>,
    },
    /// A claim has a value that is not among those allowed.
    NotAllowed {
        /// Its name, or its path with `.` between the names.
        claim: Cow<'static, str>,
    },
    /// Two claims of the chain that names the user contradict each other.
    UserIdsDisagree,
    /// The token is bound to a key of the client (`cnf`: DPoP or mutual TLS), and that binding is not checked here.
    ///
    /// RFC 9449 §7.2: a bound token must not be accepted as a plain bearer token.
    BoundToKey,
}

impl ClaimError {
    /// A stable name, as [`Error::code`].
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Expired { .. } => "expired",
            Self::NotYetValid { .. } => "not_yet_valid",
            Self::TooOld { .. } => "too_old",
            Self::InvalidIssuer => "invalid_issuer",
            Self::TenantNotAllowed => "tenant_not_allowed",
            Self::TenantMismatch { .. } => "tenant_mismatch",
            Self::InvalidAudience => "invalid_audience",
            Self::InvalidType => "invalid_type",
            Self::Missing { .. } => "missing_claim",
            Self::IssuedInFuture { .. }
            | Self::WrongType { .. }
            | Self::NotAllowed { .. }
            | Self::UserIdsDisagree => "invalid_claim",
            Self::BoundToKey => "bound_to_key",
        }
    }

    pub(crate) fn missing(claim: impl Into<Cow<'static, str>>) -> Self {
        Self::Missing { claim: claim.into() }
    }

    pub(crate) fn wrong_type(claim: impl Into<Cow<'static, str>>) -> Self {
        Self::WrongType { claim: claim.into() }
    }

    pub(crate) fn not_allowed(claim: impl Into<Cow<'static, str>>) -> Self {
        Self::NotAllowed { claim: claim.into() }
    }
}

impl fmt::Display for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired { expiration_time, now, leeway } => write!(
                f,
                "the token expired at {expiration_time} and it is {now} (leeway {} s)",
                leeway.as_secs()
            ),
            Self::NotYetValid { not_before, now, leeway } => write!(
                f,
                "the token is not valid before {not_before} and it is {now} (leeway {} s)",
                leeway.as_secs()
            ),
            Self::TooOld { issued_at, now, max_age, leeway } => write!(
                f,
                "the token was issued at {issued_at}, it is {now}, and the maximum age is {} s (leeway {} s)",
                max_age.as_secs(),
                leeway.as_secs()
            ),
            Self::IssuedInFuture { issued_at, now, leeway } => write!(
                f,
                "the token was issued at {issued_at} and it is only {now} (leeway {} s)",
                leeway.as_secs()
            ),
            Self::InvalidIssuer => f.write_str("the token's issuer is not trusted here"),
            Self::TenantNotAllowed => {
                f.write_str("the tenant in the token's `iss` is not one of those accepted")
            }
            Self::TenantMismatch { claim } => {
                write!(f, "the claim {claim:?} is not the tenant in the token's `iss`")
            }
            Self::InvalidAudience => f.write_str("the token is for another audience"),
            Self::InvalidType => f.write_str("the token is of another kind than is accepted here"),
            Self::Missing { claim } => write!(f, "the claim {claim:?} is missing"),
            Self::WrongType { claim } => write!(f, "the claim {claim:?} has the wrong JSON type"),
            Self::NotAllowed { claim } => write!(f, "the claim {claim:?} has a value that is not allowed"),
            Self::UserIdsDisagree => f.write_str("the claims that name the user contradict each other"),
            Self::BoundToKey => {
                f.write_str("the token is bound to a client key (`cnf`), which is not checked here")
            }
        }
    }
}

impl core::error::Error for ClaimError {}

/// Why a [`KeySource`](crate::KeySource) has no usable keys, or an [`IssuerResolver`](crate::IssuerResolver) no answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum KeySourceError {
    /// The source failed; the cause is its own. Made by [`failed`](Self::failed).
    #[non_exhaustive]
    Failed {
        /// The cause.
        cause: OtherError,
        /// After how long asking again may help, if the source said so with [`retry_after`](Self::retry_after).
        retry_in: Option<Duration>,
    },
    /// The keys held are past their maximum age, or there never were any, and no refresh was possible just now.
    ///
    /// The synchronous forms answer this, as they never refresh.
    NoUsableKeys,
}

impl KeySourceError {
    /// Wraps the source's own error.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::KeySourceError;
    ///
    /// let io = std::io::Error::other("connection refused");
    /// let error = KeySourceError::failed(io);
    /// assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "connection refused");
    /// ```
    pub fn failed(error: impl core::error::Error + Send + Sync + 'static) -> Self {
        Self::Failed { cause: OtherError::new(error), retry_in: None }
    }

    /// Says after how long asking again may help: what a 503 tells its client (RFC 9110 §10.2.3, `Retry-After`).
    ///
    /// A source passes on what its issuer asked for, or how long it waits itself before it asks again. Only a failure has
    /// such a time: on [`NoUsableKeys`](Self::NoUsableKeys) this changes nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{io, time::Duration};
    /// use jwt_verify_core::{Error, KeySourceError};
    ///
    /// let error = KeySourceError::failed(io::Error::other("503")).retry_after(Duration::from_secs(30));
    /// assert_eq!(error.retry_in(), Some(Duration::from_secs(30)));
    /// assert_eq!(Error::KeySource(error).retry_in(), Some(Duration::from_secs(30)));
    /// ```
    #[must_use]
    pub fn retry_after(self, delay: Duration) -> Self {
        match self {
            Self::Failed { cause, .. } => Self::Failed { cause, retry_in: Some(delay) },
            Self::NoUsableKeys => Self::NoUsableKeys,
        }
    }

    /// After how long asking again may help, or `None` if the source does not know.
    #[must_use]
    pub fn retry_in(&self) -> Option<Duration> {
        match self {
            Self::Failed { retry_in, .. } => *retry_in,
            Self::NoUsableKeys => None,
        }
    }
}

impl fmt::Display for KeySourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed { .. } => "the key source failed",
            Self::NoUsableKeys => "the key source holds no usable keys",
        })
    }
}

impl core::error::Error for KeySourceError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Failed { cause, .. } => Some(&*cause.0),
            Self::NoUsableKeys => None,
        }
    }
}

/// Somebody else's error. Never equal to anything, not even to itself.
#[derive(Clone, Debug)]
pub struct OtherError(Arc<dyn core::error::Error + Send + Sync>);

impl OtherError {
    /// Wraps an error.
    pub fn new(error: impl core::error::Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(error))
    }
}

impl PartialEq for OtherError {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

impl fmt::Display for OtherError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for OtherError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.0.source()
    }
}
