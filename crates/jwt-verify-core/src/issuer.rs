//! Whom we believe: [`TrustedIssuer`], the rules for one issuer's tokens.

use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};
use core::{fmt, time::Duration};

use serde_json::Value;

use crate::{
    Algorithm, BuildError, BuildProblem, ClaimError, ClaimMapping, ClaimPath, Header, HmacSecret, Jwk,
    JwkSet, KeySet, KeySource, PublicKey, algorithm::AlgorithmSet, claims::RegisteredClaims,
    header::same_media_type, limits,
};

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

    /// Starts without a name: tokens of any issuer, or none, are accepted if the keys verify them.
    ///
    /// # Security
    ///
    /// The keys alone decide. Right only where they sign for nobody else, and never beside another issuer in one verifier.
    pub fn danger_any_issuer() -> TrustedIssuerBuilder {
        TrustedIssuerBuilder::new(IssuerRule::Any)
    }

    /// The issuer's name, the first if it has several, or `None` after [`danger_any_issuer`](Self::danger_any_issuer).
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.policy.issuer.names().first().map(|name| &**name)
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
            || substitutes
                .iter()
                .chain(&self.checks)
                .any(|check| check.path.names().first().is_some_and(|name| name == claim))
            || self.claim_mapping.checks(claim)
    }
}

/// Which values of `iss` an issuer may use.
#[derive(Debug)]
pub(crate) enum IssuerRule {
    OneOf(Vec<Box<str>>),
    Any,
}

impl IssuerRule {
    pub(crate) fn names(&self) -> &[Box<str>] {
        match self {
            Self::OneOf(names) => names,
            Self::Any => &[],
        }
    }

    /// RFC 7519 §4.1.1, compared as RFC 8725 §3.8 asks: the whole value, exactly. Configuring an issuer makes the claim required.
    pub(crate) fn check(&self, claims: &RegisteredClaims) -> Result<(), ClaimError> {
        match (self, &claims.issuer) {
            (Self::Any, _) => Ok(()),
            (Self::OneOf(_), None) => Err(ClaimError::missing("iss")),
            (Self::OneOf(names), Some(issuer)) if names.contains(issuer) => Ok(()),
            (Self::OneOf(_), Some(_)) => Err(ClaimError::InvalidIssuer),
        }
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

/// A claim that must be there with one of certain values.
///
/// Values are compared as JSON: same type, strings byte by byte.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{ClaimCheck, ClaimPath};
///
/// // Cognito says in `token_use` what a token is good for.
/// let check = ClaimCheck::one_of("token_use", ["access"]);
/// assert_eq!(check.path(), &ClaimPath::from("token_use"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimCheck {
    path: ClaimPath,
    allowed: Vec<Value>,
}

impl ClaimCheck {
    /// The claim at `path` must be one of `values`.
    pub fn one_of<V: Into<Value>>(path: impl Into<ClaimPath>, values: impl IntoIterator<Item = V>) -> Self {
        Self { path: path.into(), allowed: values.into_iter().map(V::into).collect() }
    }

    /// The claim that is looked at.
    #[must_use]
    pub fn path(&self) -> &ClaimPath {
        &self.path
    }

    /// What it may be.
    #[must_use]
    pub fn allowed(&self) -> &[Value] {
        &self.allowed
    }

    pub(crate) fn check(&self, claims: &RegisteredClaims) -> Result<(), ClaimError> {
        let name = || alloc::string::ToString::to_string(&self.path);
        match self.path.find(&claims.captured) {
            None => Err(ClaimError::missing(name())),
            Some(value) if self.allowed.contains(value) => Ok(()),
            Some(_) => Err(ClaimError::not_allowed(name())),
        }
    }

    fn is_empty(&self) -> bool {
        self.path.is_empty() || self.allowed.is_empty()
    }
}

/// Which kind of token is accepted, so that one kind cannot pass for another (RFC 8725 §3.11, §3.12).
///
/// An issuer signs many things with one key: access tokens, ID tokens, logout tokens, session cookies. `typ` tells them apart
/// where the issuer sets it; members that only one kind has, where it does not.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TokenKind {
    /// An access token by whatever profile: `typ` absent, `JWT` or `at+jwt`; none of `events`, `at_hash`,
    /// `c_hash`, `s_hash`.
    #[default]
    AccessToken,
    /// An access token by RFC 9068: `typ` must be `at+jwt`, and `iss`, `exp`, `aud`, `sub`, `client_id`, `iat` and `jti` must be
    /// there (§2.2).
    Rfc9068,
    /// An OpenID Connect ID token: `typ` absent or `JWT`; `sub` and `iat` must be there, `events` must not.
    IdToken,
    /// Tokens whose `typ` is one of these media types, with or without `application/`; absent is refused.
    OfType(Vec<Box<str>>),
    /// Anything the keys have signed. Right only for keys that sign one kind of token.
    DangerAny,
}

impl TokenKind {
    /// Tokens whose `typ` is one of these.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::TokenKind;
    ///
    /// let kind = TokenKind::of_type(["secevent+jwt"]);
    /// assert!(matches!(kind, TokenKind::OfType(types) if types.len() == 1));
    /// ```
    pub fn of_type<T: Into<Box<str>>>(types: impl IntoIterator<Item = T>) -> Self {
        Self::OfType(types.into_iter().map(T::into).collect())
    }

    pub(crate) fn check(&self, header: &Header, claims: &RegisteredClaims) -> Result<(), ClaimError> {
        let is_of = |types: &[&str]| match header.token_type() {
            Some(found) => types.iter().any(|expected| same_media_type(found, expected)),
            None => false,
        };
        let is_unmarked = header.token_type().is_none() || is_of(&["JWT"]);
        let foreign = claims.foreign;
        let fits = match self {
            Self::AccessToken => {
                (is_unmarked || is_of(&["at+jwt"])) && !foreign.events && !foreign.id_token_hashes
            }
            Self::Rfc9068 => is_of(&["at+jwt"]) && !foreign.events && !foreign.id_token_hashes,
            Self::IdToken => is_unmarked && !foreign.events,
            Self::OfType(types) => types.iter().any(|expected| is_of(&[&**expected])),
            Self::DangerAny => true,
        };
        if fits { Ok(()) } else { Err(ClaimError::InvalidType) }
    }

    /// Claims that every token of the kind has.
    pub(crate) fn required_claims(&self) -> &'static [&'static str] {
        match self {
            Self::Rfc9068 => &["iss", "exp", "aud", "sub", "client_id", "iat", "jti"],
            Self::IdToken => &["sub", "iat"],
            Self::AccessToken | Self::OfType(_) | Self::DangerAny => &[],
        }
    }
}

/// For messages: what `typ` may be.
impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccessToken => {
                f.write_str("absent, \"JWT\" or \"at+jwt\", and nothing of another kind of token")
            }
            Self::Rfc9068 => f.write_str("\"at+jwt\""),
            Self::IdToken => f.write_str("absent or \"JWT\", and no security event"),
            Self::OfType(types) => {
                for (index, name) in types.iter().enumerate() {
                    write!(f, "{}{name:?}", if index == 0 { "" } else { " or " })?;
                }
                Ok(())
            }
            Self::DangerAny => f.write_str("anything"),
        }
    }
}

/// Collects the rules for one issuer. Made by [`TrustedIssuer::builder`].
///
/// Audience, algorithms and keys must be given before anything is built; what else there is has a safe default.
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct TrustedIssuerBuilder {
    issuer: IssuerRule,
    /// A contradiction, to be told when the issuer is built.
    names_any_issuer: bool,
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
    fn new(issuer: IssuerRule) -> Self {
        Self {
            issuer,
            names_any_issuer: false,
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
            IssuerRule::Any => self.names_any_issuer = true,
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
        if self.names_any_issuer {
            problem(BuildProblem::NameForAnyIssuer);
        }
        let unnamed = self.audiences.is_empty() && self.substitutes.is_empty() && !self.any_audience;
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
