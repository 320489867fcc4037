//! Why a token is refused, as data.
//!
//! What is wrong with a setup is a [`BuildError`](crate::BuildError), and with key material a [`JwkError`](crate::JwkError).

mod claim;
mod key;
mod malformed;
mod source;

use alloc::boxed::Box;
use core::{fmt, time::Duration};

pub use self::{
    claim::ClaimError,
    key::{KeyMismatch, KeyNotFound},
    malformed::{JsonProblem, Malformed, ParameterProblem, Part},
    source::{KeySourceError, OtherError},
};
use crate::Algorithm;

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
