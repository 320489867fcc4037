//! Whom we believe: [`TrustedIssuer`], the rules for one issuer's tokens.

mod builder;
mod claim_check;
mod resolver;
mod tenants;
mod token_kind;

use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};
use core::time::Duration;

pub(crate) use self::claim_check::Rule;
pub(crate) use self::tenants::{TenantTemplate, overlap, tenant_of};
pub use self::{
    builder::TrustedIssuerBuilder,
    claim_check::ClaimCheck,
    resolver::{IssuerResolver, Resolved},
    token_kind::TokenKind,
};
use crate::{ClaimError, ClaimMapping, KeySource, algorithm::AlgorithmSet, claims::RegisteredClaims};

/// One issuer that is trusted: its name, its keys, and the rules for its tokens.
///
/// Keys, algorithms and audiences belong to the issuer (RFC 8725 §3.8: keys must belong to the `iss` of the token) and are never
/// pooled with another's. Cheap to clone.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Algorithm, ClaimCheck, JwkSet, TrustedIssuer};
///
/// # let jwks = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
/// let issuer = TrustedIssuer::builder("https://id.example")
///     .audience("https://api.example")
///     .algorithms([Algorithm::EdDsa])
///     .jwk_set(JwkSet::parse(jwks)?)
///     .build()?;
/// assert_eq!(issuer.name(), Some("https://id.example"));
///
/// // An issuer whose tokens have no `aud` says which claim stands in for it.
/// let issuer = TrustedIssuer::builder("https://clerk.example")
///     .instead_of_audience(ClaimCheck::one_of("azp", ["https://app.example"]))
///     .algorithms([Algorithm::EdDsa])
///     .jwk_set(JwkSet::parse(jwks)?)
///     .build()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct TrustedIssuer {
    pub(crate) policy: Arc<IssuerPolicy>,
}

impl TrustedIssuer {
    /// Starts with the issuer's name: the exact text of its tokens' `iss`.
    ///
    /// Compared byte by byte. A trailing slash counts, and the name need not be a URL.
    pub fn builder(name: impl Into<String>) -> TrustedIssuerBuilder {
        TrustedIssuerBuilder::new(IssuerRule::OneOf(Vec::from([name.into().into_boxed_str()])))
    }

    /// Starts with a template of names: an issuer that signs for many tenants with the same keys, such as Entra ID.
    ///
    /// `{tenantid}` must be exactly one whole segment of the path. It stands for one tenant, a GUID in lower case; all else is
    /// compared byte by byte. In every token the claim that names the tenant must be the one in `iss`: `tid`, or what
    /// [`tenant_claim`](TrustedIssuerBuilder::tenant_claim) says. A JWK with an `issuer` answers for tokens of that `iss` only.
    ///
    /// # Security
    ///
    /// Anybody can have a tenant. Tokens of all of them are accepted, unless
    /// [`only_tenants`](TrustedIssuerBuilder::only_tenants) names those that are.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::{Algorithm, BuildProblem, JwkSet, TrustedIssuer};
    ///
    /// # let jwks = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    /// let issuer = TrustedIssuer::tenant_template("https://login.microsoftonline.com/{tenantid}/v2.0")
    ///     .only_tenants(["9188040d-6c67-4c5b-b112-36a304b66dad"])
    ///     .audience("6731de76-14a6-49ae-97bc-6eba6914391e")
    ///     .algorithms([Algorithm::EdDsa])
    ///     .jwk_set(JwkSet::parse(jwks)?)
    ///     .build()?;
    /// assert_eq!(issuer.template(), Some("https://login.microsoftonline.com/{tenantid}/v2.0"));
    ///
    /// let error = TrustedIssuer::tenant_template("https://{tenantid}.example").build().unwrap_err();
    /// assert!(matches!(error.problems(), [BuildProblem::InvalidTenantTemplate { .. }, ..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn tenant_template(template: impl Into<String>) -> TrustedIssuerBuilder {
        let template = TenantTemplate::new(template.into().into_boxed_str());
        TrustedIssuerBuilder::new(IssuerRule::Tenants(template))
    }

    /// Starts without a name: tokens of any issuer, or none, are accepted if the keys verify them.
    ///
    /// # Security
    ///
    /// The keys alone decide. Right only where they sign for nobody else, and never beside another issuer in one verifier.
    pub fn danger_any_issuer() -> TrustedIssuerBuilder {
        TrustedIssuerBuilder::new(IssuerRule::Any)
    }

    /// The issuer's name, the first if it has several. `None` after [`tenant_template`](Self::tenant_template) and
    /// [`danger_any_issuer`](Self::danger_any_issuer).
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.policy.issuer.names().first().map(|name| &**name)
    }

    /// The template of its names, after [`tenant_template`](Self::tenant_template).
    #[must_use]
    pub fn template(&self) -> Option<&str> {
        self.policy.issuer.template().map(TenantTemplate::text)
    }

    /// The source of its keys.
    #[must_use]
    pub fn key_source(&self) -> &dyn KeySource {
        &*self.policy.keys
    }
}

/// The rules for one issuer's tokens, as the verifier applies them.
#[derive(Debug)]
pub(crate) struct IssuerPolicy {
    pub(crate) issuer: IssuerRule,
    pub(crate) keys: Arc<dyn KeySource>,
    pub(crate) algorithms: AlgorithmSet,
    pub(crate) audience: AudienceRule,
    pub(crate) token_kind: TokenKind,
    pub(crate) leeway: Duration,
    pub(crate) expiration_required: bool,
    pub(crate) max_age: Option<Duration>,
    pub(crate) required: Vec<Box<str>>,
    pub(crate) checks: Vec<ClaimCheck>,
    pub(crate) claim_mapping: ClaimMapping,
}

impl IssuerPolicy {
    /// Whether a claim that has no field of its own in [`RegisteredClaims`] is needed for one of the rules.
    pub(crate) fn captures(&self, claim: &str) -> bool {
        let substitutes = match &self.audience {
            AudienceRule::Substitute { checks, .. } => checks.as_slice(),
            AudienceRule::OneOf(_) | AudienceRule::Any => &[],
        };
        self.required.iter().any(|required| **required == *claim)
            || self.token_kind.required_claims().contains(&claim)
            || self.issuer.template().is_some_and(|template| template.claim().begins_with(claim))
            || substitutes.iter().chain(&self.checks).any(|check| check.path().begins_with(claim))
            || self.claim_mapping.checks(claim)
    }
}

/// Which values of `iss` an issuer may use.
#[derive(Debug)]
pub(crate) enum IssuerRule {
    OneOf(Vec<Box<str>>),
    Tenants(TenantTemplate),
    Any,
}

impl IssuerRule {
    pub(crate) fn names(&self) -> &[Box<str>] {
        match self {
            Self::OneOf(names) => names,
            Self::Tenants(_) | Self::Any => &[],
        }
    }

    pub(crate) fn template(&self) -> Option<&TenantTemplate> {
        match self {
            Self::Tenants(template) => Some(template),
            Self::OneOf(_) | Self::Any => None,
        }
    }

    /// RFC 7519 §4.1.1, compared as RFC 8725 §3.8 asks: the whole value, exactly. Configuring an issuer makes the claim required.
    pub(crate) fn check(&self, claims: &RegisteredClaims) -> Result<(), ClaimError> {
        match (self, &claims.issuer) {
            (Self::Any, _) => Ok(()),
            (Self::OneOf(_) | Self::Tenants(_), None) => Err(ClaimError::missing("iss")),
            (Self::OneOf(names), Some(issuer)) if names.contains(issuer) => Ok(()),
            (Self::OneOf(_), Some(_)) => Err(ClaimError::InvalidIssuer),
            (Self::Tenants(template), Some(issuer)) => template.check_issuer(issuer),
        }
    }

    /// What ties other claims to `iss`. Asks for the claims that [`IssuerPolicy::captures`] names.
    pub(crate) fn check_tenant(&self, claims: &RegisteredClaims) -> Result<(), ClaimError> {
        self.template().map_or(Ok(()), |template| template.check_claim(claims))
    }
}

/// Whom a token must be for.
#[derive(Debug)]
pub(crate) enum AudienceRule {
    /// `aud` must name one of these.
    OneOf(Vec<Box<str>>),
    /// These checks must hold instead; an `aud` that is there all the same must name one of `audiences`.
    Substitute { checks: Vec<ClaimCheck>, audiences: Vec<Box<str>> },
    /// `aud` is not looked at.
    Any,
}

impl AudienceRule {
    /// RFC 7519 §4.1.3: "If the principal processing the claim does not identify itself with a value in the "aud" claim when this
    /// claim is present, then the JWT MUST be rejected."
    pub(crate) fn check(&self, claims: &RegisteredClaims) -> Result<(), ClaimError> {
        match (self, &claims.audience) {
            (Self::Any, _) => Ok(()),
            (Self::OneOf(ours) | Self::Substitute { audiences: ours, .. }, Some(theirs))
                if !theirs.names_one_of(ours) =>
            {
                Err(ClaimError::InvalidAudience)
            }
            (Self::OneOf(_), None) => Err(ClaimError::missing("aud")),
            (Self::OneOf(_), Some(_)) => Ok(()),
            (Self::Substitute { checks, .. }, _) => checks.iter().try_for_each(|check| check.check(claims)),
        }
    }
}
