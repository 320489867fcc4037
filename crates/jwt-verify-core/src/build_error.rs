//! What is wrong with a setup: told once, when an issuer or a verifier is built.

use alloc::{string::String, vec::Vec};
use core::{fmt, time::Duration};

use crate::{Algorithm, limits};

/// Why an issuer or a verifier could not be built: everything that is wrong, at once.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{BuildProblem, TrustedIssuer};
///
/// let error = TrustedIssuer::builder("https://id.example").build().unwrap_err();
/// assert_eq!(
///     error.problems(),
///     [BuildProblem::NoAudience, BuildProblem::NoAlgorithms, BuildProblem::NoKeys]
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildError {
    problems: Vec<BuildProblem>,
}

impl BuildError {
    pub(crate) fn new(problems: Vec<BuildProblem>) -> Self {
        Self { problems }
    }

    /// `Ok` when there is nothing wrong.
    pub(crate) fn check(problems: Vec<BuildProblem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self::new(problems)) }
    }

    /// What is wrong. Never empty.
    #[must_use]
    pub fn problems(&self) -> &[BuildProblem] {
        &self.problems
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl core::error::Error for BuildError {}

/// One thing that is wrong with a setup.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BuildProblem {
    /// The issuer's name is empty.
    EmptyIssuer,
    /// `also_known_as` after `danger_any_issuer`: a name would restrict nothing.
    NameForAnyIssuer,
    /// The template of an issuer with tenants does not have `{tenantid}` as exactly one whole segment of its path.
    InvalidTenantTemplate {
        /// The template.
        template: String,
    },
    /// `also_known_as` beside a template. Another form of the name is another issuer.
    NameBesideTemplate,
    /// `only_tenants` or `tenant_claim` for an issuer that was not built with a template.
    TenantsWithoutTemplate,
    /// An empty list of tenants.
    NoTenants,
    /// A tenant that is not a GUID in lower case: 8-4-4-4-12 hexadecimal digits.
    InvalidTenant {
        /// The tenant.
        tenant: String,
    },
    /// Neither an audience, nor a check that stands in for it, nor the opt-out.
    NoAudience,
    /// An audience, or a check that stands in for it, beside `danger_any_audience`, which would overrule it.
    AudienceBesideAnyAudience,
    /// No algorithm. An empty list allows nothing.
    NoAlgorithms,
    /// No keys: no JWK Set, no key, no secret, no key source.
    NoKeys,
    /// The algorithm's cargo feature is off in this build.
    AlgorithmNotCompiledIn {
        /// The algorithm.
        algorithm: Algorithm,
        /// The feature of `jwt-verify-core` that brings it.
        feature: &'static str,
    },
    /// The secret's algorithm is not in the list.
    SecretAlgorithmNotAllowed {
        /// The algorithm that the secret was made for.
        algorithm: Algorithm,
    },
    /// The JWK Set has no key that one of the algorithms could use.
    NoUsableKey,
    /// The leeway exceeds [`limits::MAX_LEEWAY`].
    LeewayTooLong {
        /// What was asked for.
        leeway: Duration,
    },
    /// A maximum age of zero.
    ZeroMaxAge,
    /// A `typ` that is empty, or a list of them that is.
    EmptyType,
    /// A claim path without a name, or a check without an allowed value.
    EmptyClaimCheck,
    /// No issuer.
    NoIssuers,
    /// More issuers than [`limits::MAX_ISSUERS`].
    TooManyIssuers {
        /// How many.
        found: usize,
    },
    /// Two trusted issuers have the same name: the token could not tell them apart.
    DuplicateIssuer {
        /// The name.
        issuer: String,
    },
    /// The name or template of one issuer is a name that the template of another stands for.
    OverlappingIssuers {
        /// The name, or the one template.
        issuer: String,
        /// The other's template.
        template: String,
    },
    /// An issuer that accepts any `iss` beside others.
    AnyIssuerBesideOthers,
    /// The longest token is zero bytes or more than [`limits::MAX_TOKEN_LEN`].
    TokenLimit {
        /// What was asked for, in bytes.
        limit: usize,
    },
}

impl fmt::Display for BuildProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyIssuer => f.write_str("the issuer is empty: give the exact text of the tokens' `iss`"),
            Self::NameForAnyIssuer => f.write_str(
                "`danger_any_issuer` accepts every issuer: leave out `also_known_as`, or name the issuer",
            ),
            Self::InvalidTenantTemplate { template } => write!(
                f,
                "the template {template:?} needs `{{tenantid}}` as exactly one whole segment of its path, \
                 as in `https://login.example/{{tenantid}}/v2.0`"
            ),
            Self::NameBesideTemplate => f.write_str(
                "`also_known_as` beside a template: leave it out, and build another issuer for the other name",
            ),
            Self::TenantsWithoutTemplate => f.write_str(
                "`only_tenants` and `tenant_claim` belong to `tenant_template`: leave them out, or start with a template",
            ),
            Self::NoTenants => f.write_str("an empty list of tenants accepts no token"),
            Self::InvalidTenant { tenant } => {
                write!(f, "the tenant {tenant:?} is not a GUID in lower case and would never fit")
            }
            Self::NoAudience => f.write_str(
                "no audience: call `audience` with the value of `aud` that means this service, \
                 `instead_of_audience` where the issuer sets none, or `danger_any_audience`",
            ),
            Self::AudienceBesideAnyAudience => f.write_str(
                "`danger_any_audience` overrules every audience: leave it out, or leave out the audience and its substitutes",
            ),
            Self::NoAlgorithms => {
                f.write_str("no algorithm: call `algorithms` with those that the issuer signs with")
            }
            Self::NoKeys => {
                f.write_str("no keys: call `jwk_set`, `public_key`, `hmac_secret` or `key_source`")
            }
            Self::AlgorithmNotCompiledIn { algorithm, feature } => write!(
                f,
                "{algorithm} is not in this build: switch on the feature `{feature}` of jwt-verify-core"
            ),
            Self::SecretAlgorithmNotAllowed { algorithm } => {
                write!(f, "the secret is for {algorithm}, which is not among the algorithms")
            }
            Self::NoUsableKey => f.write_str("no key fits any of the algorithms"),
            Self::LeewayTooLong { leeway } => write!(
                f,
                "a leeway of {} s is more than the {} s that clocks may disagree",
                leeway.as_secs(),
                limits::MAX_LEEWAY.as_secs()
            ),
            Self::ZeroMaxAge => f.write_str("a maximum age of zero accepts no token"),
            Self::EmptyType => f.write_str("an empty `typ` accepts no token"),
            Self::EmptyClaimCheck => {
                f.write_str("a claim check needs the name of a claim and at least one allowed value")
            }
            Self::NoIssuers => f.write_str("no issuer: call `issuer` at least once, or `issuer_resolver`"),
            Self::TooManyIssuers { found } => {
                write!(f, "{found} issuers are more than the {} of one verifier", limits::MAX_ISSUERS)
            }
            Self::DuplicateIssuer { issuer } => write!(f, "the issuer {issuer:?} is there twice"),
            Self::OverlappingIssuers { issuer, template } => write!(
                f,
                "a token could be of the issuer {issuer:?} or of the template {template:?}: keep one of them"
            ),
            Self::AnyIssuerBesideOthers => {
                f.write_str("an issuer built with `danger_any_issuer` must be the only one")
            }
            Self::TokenLimit { limit } => {
                write!(f, "a token limit of {limit} bytes is not between 1 and {}", limits::MAX_TOKEN_LEN)
            }
        }
    }
}
