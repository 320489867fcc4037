//! The rules for one issuer's tokens, collected and checked.

use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};
use core::time::Duration;

use super::{AudienceRule, ClaimCheck, IssuerPolicy, IssuerRule, TokenKind, TrustedIssuer, tenants::is_guid};
use crate::{
    Algorithm, BuildError, BuildProblem, ClaimMapping, ClaimPath, HmacSecret, Jwk, JwkSet, KeySet, KeySource,
    PublicKey, algorithm::AlgorithmSet, limits,
};

/// Collects the rules for one issuer. Made by [`TrustedIssuer::builder`] and its neighbours.
///
/// Audience, algorithms and keys must be given before anything is built; what else there is has a safe default.
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct TrustedIssuerBuilder {
    issuer: IssuerRule,
    /// Calls that contradict how the builder began, to be told when the issuer is built.
    contradictions: Vec<BuildProblem>,
    audiences: Vec<Box<str>>,
    substitutes: Vec<ClaimCheck>,
    any_audience: bool,
    algorithms: Vec<Algorithm>,
    keys: Option<Arc<dyn KeySource>>,
    /// Keys that are known now, so that a mistake shows when the issuer is built.
    known: Option<KeySet>,
    token_kind: TokenKind,
    leeway: Duration,
    expiration_required: bool,
    max_age: Option<Duration>,
    required: Vec<Box<str>>,
    checks: Vec<ClaimCheck>,
    claim_mapping: ClaimMapping,
}

impl TrustedIssuerBuilder {
    pub(super) fn new(issuer: IssuerRule) -> Self {
        Self {
            issuer,
            contradictions: Vec::new(),
            audiences: Vec::new(),
            substitutes: Vec::new(),
            any_audience: false,
            algorithms: Vec::new(),
            keys: None,
            known: None,
            token_kind: TokenKind::default(),
            leeway: limits::DEFAULT_LEEWAY,
            expiration_required: true,
            max_age: None,
            required: Vec::new(),
            checks: Vec::new(),
            claim_mapping: ClaimMapping::default(),
        }
    }

    /// Another exact text of `iss` by which the same issuer goes, such as Google's with and without `https://`.
    pub fn also_known_as(mut self, name: impl Into<String>) -> Self {
        match &mut self.issuer {
            IssuerRule::OneOf(names) => names.push(name.into().into_boxed_str()),
            IssuerRule::Tenants(_) => self.contradictions.push(BuildProblem::NameBesideTemplate),
            IssuerRule::Any => self.contradictions.push(BuildProblem::NameForAnyIssuer),
        }
        self
    }

    /// Accepts tokens of these tenants only, GUIDs in lower case; after [`TrustedIssuer::tenant_template`]. May be called more
    /// than once.
    pub fn only_tenants(mut self, tenants: impl IntoIterator<Item = impl Into<String>>) -> Self {
        match &mut self.issuer {
            IssuerRule::Tenants(template) => {
                let tenants = tenants.into_iter().map(|tenant| tenant.into().into_boxed_str());
                template.only.get_or_insert_default().extend(tenants);
            }
            _ => self.contradictions.push(BuildProblem::TenantsWithoutTemplate),
        }
        self
    }

    /// The claim that must be the tenant in `iss`, a string; after [`TrustedIssuer::tenant_template`]. The default is `tid`.
    pub fn tenant_claim(mut self, claim: impl Into<ClaimPath>) -> Self {
        match &mut self.issuer {
            IssuerRule::Tenants(template) => template.claim = claim.into(),
            _ => self.contradictions.push(BuildProblem::TenantsWithoutTemplate),
        }
        self
    }

    /// A value of `aud` that means this service. May be called more than once; a token must name one of them.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into().into_boxed_str());
        self
    }

    /// A check that stands in for the audience, where the issuer sets no `aud`: Clerk's `azp`, Cognito's `client_id`.
    ///
    /// May be called more than once; all must hold. A token that has an `aud` all the same is refused unless it names one
    /// given with [`audience`](Self::audience).
    pub fn instead_of_audience(mut self, check: ClaimCheck) -> Self {
        self.substitutes.push(check);
        self
    }

    /// Accepts tokens for anybody.
    ///
    /// # Security
    ///
    /// A token that the issuer gave out for another service then opens this one too.
    pub fn danger_any_audience(mut self) -> Self {
        self.any_audience = true;
        self
    }

    /// The algorithms that the issuer signs with. A token that names another is refused before any key is looked at.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms.extend(algorithms);
        self
    }

    /// The issuer's keys: a JWK Set that does not change. Replaces keys given before, as the following four do.
    pub fn jwk_set(self, set: JwkSet) -> Self {
        self.key_set(set.into())
    }

    /// The issuer's key: a JWK. If it has a `kid`, tokens that name another are refused.
    pub fn jwk(self, key: Jwk) -> Self {
        self.key_set(key.into())
    }

    /// The issuer's key. It answers whatever `kid` a token has.
    pub fn public_key(self, key: PublicKey) -> Self {
        self.key_set(key.into())
    }

    /// The secret shared with the issuer. It answers whatever `kid` a token has.
    pub fn hmac_secret(self, secret: HmacSecret) -> Self {
        self.key_set(secret.into())
    }

    /// Any source of keys.
    pub fn key_source(mut self, source: impl KeySource + 'static) -> Self {
        self.known = None;
        self.keys = Some(Arc::new(source));
        self
    }

    fn key_set(mut self, keys: KeySet) -> Self {
        self.known = Some(keys.clone());
        self.keys = Some(Arc::new(keys));
        self
    }

    /// Which kind of token is accepted; the default is [`TokenKind::AccessToken`].
    pub fn token_kind(mut self, kind: TokenKind) -> Self {
        self.token_kind = kind;
        self
    }

    /// How far the issuer's clock and ours may disagree.
    ///
    /// Whole seconds; a fraction is dropped. Widens both ends: a token is accepted while `now < exp + leeway`, and once
    /// `now + leeway >= nbf`. The default is [`limits::DEFAULT_LEEWAY`], the most [`limits::MAX_LEEWAY`].
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// The longest time since `iat` that a token is accepted, whatever its `exp`. The claim becomes required.
    ///
    /// Whole seconds; a fraction is dropped. The leeway is added to it.
    pub fn max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// Accepts tokens without `exp`, which never end. One that is there is still checked.
    ///
    /// # Security
    ///
    /// Such a token can only be taken back by changing the key.
    pub fn danger_no_expiration(mut self) -> Self {
        self.expiration_required = false;
        self
    }

    /// A claim that must be there, whatever its value.
    pub fn require_claim(mut self, name: impl Into<String>) -> Self {
        self.required.push(name.into().into_boxed_str());
        self
    }

    /// A claim that must be there with one of certain values. May be called more than once; all must hold.
    pub fn check_claim(mut self, check: ClaimCheck) -> Self {
        self.checks.push(check);
        self
    }

    /// Which claims tell who is calling; the default reads `sub`, `email` and `scope`.
    pub fn claim_mapping(mut self, mapping: ClaimMapping) -> Self {
        self.claim_mapping = mapping;
        self
    }

    /// Checks the rules and makes the issuer.
    ///
    /// # Errors
    ///
    /// [`BuildError`] with everything that is missing or wrong, at once.
    pub fn build(self) -> Result<TrustedIssuer, BuildError> {
        let mut problems = Vec::new();
        let mut problem = |problem| problems.push(problem);

        let names = self.issuer.names();
        if names.iter().any(|name| name.is_empty()) {
            problem(BuildProblem::EmptyIssuer);
        }
        for (index, name) in names.iter().enumerate() {
            if names.iter().take(index).any(|earlier| earlier == name) {
                problem(BuildProblem::DuplicateIssuer { issuer: name.clone().into() });
            }
        }
        if let Some(template) = self.issuer.template() {
            if !template.is_well_formed() {
                problem(BuildProblem::InvalidTenantTemplate { template: template.text().into() });
            }
            if template.only().is_some_and(<[_]>::is_empty) {
                problem(BuildProblem::NoTenants);
            }
            for tenant in template.only().into_iter().flatten().filter(|tenant| !is_guid(tenant)) {
                problem(BuildProblem::InvalidTenant { tenant: tenant.clone().into() });
            }
        }
        let mut contradictions = self.contradictions;
        contradictions.dedup();
        contradictions.into_iter().for_each(&mut problem);
        // What a token may lack does not say whom it is for.
        let is_substituted = self.substitutes.iter().any(ClaimCheck::requires_presence);
        let unnamed = self.audiences.is_empty() && !is_substituted && !self.any_audience;
        if unnamed || self.audiences.iter().any(|audience| audience.is_empty()) {
            problem(BuildProblem::NoAudience);
        }
        if self.any_audience && !(self.audiences.is_empty() && self.substitutes.is_empty()) {
            problem(BuildProblem::AudienceBesideAnyAudience);
        }
        if self.algorithms.is_empty() {
            problem(BuildProblem::NoAlgorithms);
        }
        let mut algorithms = AlgorithmSet::default();
        for algorithm in self.algorithms {
            if !algorithm.is_compiled_in() {
                problem(BuildProblem::AlgorithmNotCompiledIn { algorithm, feature: algorithm.feature() });
            }
            algorithms.insert(algorithm);
        }
        if let Some(known) = &self.known {
            match known.secret() {
                Some(secret) if !algorithms.is_empty() && !algorithms.contains(secret.algorithm()) => {
                    problem(BuildProblem::SecretAlgorithmNotAllowed { algorithm: secret.algorithm() });
                }
                Some(_) => {}
                None => {
                    let usable = |key: &Jwk| algorithms.iter().any(|algorithm| key.bind(algorithm).is_ok());
                    if !algorithms.is_empty() && !known.public_keys().iter().any(usable) {
                        problem(BuildProblem::NoUsableKey);
                    }
                }
            }
        }
        if self.leeway.as_secs() > limits::MAX_LEEWAY.as_secs() {
            problem(BuildProblem::LeewayTooLong { leeway: self.leeway });
        }
        if self.max_age.is_some_and(|max_age| max_age.as_secs() == 0) {
            problem(BuildProblem::ZeroMaxAge);
        }
        if matches!(&self.token_kind, TokenKind::OfType(types) if types.is_empty() || types.iter().any(|name| name.is_empty()))
        {
            problem(BuildProblem::EmptyType);
        }
        if self.required.iter().any(|name| name.is_empty())
            || self.substitutes.iter().chain(&self.checks).any(ClaimCheck::is_empty)
            || self.issuer.template().is_some_and(|template| template.claim().is_empty())
            || self.claim_mapping.has_empty_path()
        {
            problem(BuildProblem::EmptyClaimCheck);
        }
        let Some(keys) = self.keys else {
            problem(BuildProblem::NoKeys);
            return Err(BuildError::new(problems));
        };
        BuildError::check(problems)?;

        let audience = match (self.any_audience, self.substitutes.is_empty()) {
            (true, _) => AudienceRule::Any,
            (false, true) => AudienceRule::OneOf(self.audiences),
            (false, false) => {
                AudienceRule::Substitute { checks: self.substitutes, audiences: self.audiences }
            }
        };
        let policy = IssuerPolicy {
            issuer: self.issuer,
            keys,
            algorithms,
            audience,
            token_kind: self.token_kind,
            leeway: self.leeway,
            expiration_required: self.expiration_required,
            max_age: self.max_age,
            required: self.required,
            checks: self.checks,
            claim_mapping: self.claim_mapping,
        };
        Ok(TrustedIssuer { policy: Arc::new(policy) })
    }
}
