//! The third stage: a genuine token that is not for us, or not now.

use alloc::borrow::Cow;
use core::{fmt, time::Duration};

use crate::UnixTime;

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
    /// A stable name, as [`Error::code`](crate::Error::code).
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
