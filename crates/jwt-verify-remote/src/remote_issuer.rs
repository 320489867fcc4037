//! A trusted issuer whose keys live at the issuer: [`RemoteIssuer`].

mod setup_error;

use core::{fmt, time::Duration};
use std::sync::Arc;

use jwt_verify_core::{
    Algorithm, ClaimCheck, ClaimMapping, HmacSecret, KeySet, KeySource, TokenKind, TrustedIssuer,
    TrustedIssuerBuilder, Verifier,
};

pub(crate) use self::setup_error::shown;
pub use self::setup_error::{SetupError, SetupProblem};
use crate::{Fetch, RemoteJwks, RemoteJwksBuilder, address::without_query, providers::Setting};

/// One issuer that is trusted, and the source that keeps its keys.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::Algorithm;
/// use jwt_verify_remote::{RemoteIssuer, providers};
///
/// // A provider that is known: its rules are filled in, and can be changed.
/// let issuer = providers::auth0("acme.eu.auth0.com").audience("https://api.acme.example").build()?;
/// assert_eq!(issuer.trusted_issuer().name(), Some("https://acme.eu.auth0.com/"));
///
/// // Any other issuer.
/// let verifier = RemoteIssuer::jwks("https://id.example", "https://id.example/keys")
///     .audience("https://api.example")
///     .algorithms([Algorithm::Es256])
///     .verifier()?;
/// # Ok::<(), jwt_verify_remote::SetupError>(())
/// ```
#[derive(Clone, Debug)]
pub struct RemoteIssuer {
    issuer: TrustedIssuer,
    keys: Option<RemoteJwks>,
}

impl RemoteIssuer {
    /// Starts with the issuer's name, the exact text of its tokens' `iss`, and the address of its JWK Set.
    pub fn jwks(name: impl Into<String>, jwks_url: impl Into<String>) -> RemoteIssuerBuilder {
        RemoteIssuerBuilder::new(Issuer::OneOf(vec![name.into()]), Keys::At(jwks_url.into()))
    }

    /// Starts with the issuer's name, which is a URL, below which its metadata tell where the keys are (OpenID Connect Discovery,
    /// RFC 8414).
    ///
    /// The name is compared byte by byte, with the tokens' `iss` and with the metadata's `issuer`. A trailing slash counts.
    pub fn discover(name: impl Into<String>) -> RemoteIssuerBuilder {
        RemoteIssuerBuilder::new(Issuer::OneOf(vec![name.into()]), Keys::Discover)
    }

    /// The rules for its tokens.
    #[must_use]
    pub fn trusted_issuer(&self) -> &TrustedIssuer {
        &self.issuer
    }

    /// What keeps its keys: for readiness, health and a fetch before the first request. `None` if they were given.
    #[must_use]
    pub fn keys(&self) -> Option<&RemoteJwks> {
        self.keys.as_ref()
    }

    /// A verifier that trusts this issuer alone. For several issuers, give each to [`Verifier::builder`].
    #[must_use]
    pub fn into_verifier(self) -> Verifier {
        Verifier::new(self.issuer)
    }
}

/// For [`VerifierBuilder::issuer`](jwt_verify_core::VerifierBuilder::issuer).
impl From<RemoteIssuer> for TrustedIssuer {
    fn from(issuer: RemoteIssuer) -> Self {
        issuer.issuer
    }
}

/// Collects the rules for one issuer and how its keys are kept. Made by [`RemoteIssuer`] and by the functions of
/// [`providers`](crate::providers).
///
/// Nothing is checked and nothing is fetched before [`build`](Self::build); what is wrong until then is told there, at once.
#[must_use = "a builder does nothing until `build` is called"]
pub struct RemoteIssuerBuilder {
    issuer: Issuer,
    keys: Keys,
    audiences: Vec<String>,
    substitutes: Vec<ClaimCheck>,
    algorithms: Vec<Algorithm>,
    token_kind: TokenKind,
    claim_mapping: ClaimMapping,
    checks: Vec<ClaimCheck>,
    required: Vec<String>,
    more_rules: Vec<Change<TrustedIssuerBuilder>>,
    key_settings: Vec<Change<RemoteJwksBuilder>>,
    problems: Vec<SetupProblem>,
}

type Change<T> = Box<dyn FnOnce(T) -> T + Send>;

/// Which values of `iss` are the issuer's.
#[derive(Debug)]
enum Issuer {
    OneOf(Vec<String>),
    /// With `{tenantid}` for a tenant's GUID, which the claim `tid` repeats. No tenants are all tenants.
    Template {
        template: String,
        tenants: Vec<String>,
    },
}

/// Where the keys are.
enum Keys {
    At(String),
    /// Where the metadata of the issuer say.
    Discover,
    Given(Arc<dyn KeySource>),
    Secret(HmacSecret),
}

impl RemoteIssuerBuilder {
    fn new(issuer: Issuer, keys: Keys) -> Self {
        Self {
            issuer,
            keys,
            audiences: Vec::new(),
            substitutes: Vec::new(),
            algorithms: Vec::new(),
            token_kind: TokenKind::default(),
            claim_mapping: ClaimMapping::new(),
            checks: Vec::new(),
            required: Vec::new(),
            more_rules: Vec::new(),
            key_settings: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The issuer's name as it stands: the first, or the template, if there are several.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.issuer {
            Issuer::OneOf(names) => names.first().map_or("", String::as_str),
            Issuer::Template { template, .. } => template,
        }
    }

    /// The address of the JWK Set as it stands. `None` if it is to be discovered, or if the keys were given.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        match &self.keys {
            Keys::At(url) => Some(url),
            Keys::Discover | Keys::Given(_) | Keys::Secret(_) => None,
        }
    }

    /// Another name than the preset's: for a custom domain, or an issuer that is configured at the provider.
    ///
    /// Replaces all names. The address of the keys stays, unless it is discovered, which follows the name.
    ///
    /// Of an issuer with a name for each tenant it must be the name for one of the tenants that are accepted, and accepts that one alone. Any other is
    /// [`SetupProblem::NameOfTenants`]: it would give up the list of tenants and the check that the claim `tid` agrees.
    pub fn issuer(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        match &mut self.issuer {
            Issuer::OneOf(names) => *names = vec![name],
            Issuer::Template { template, tenants } => match tenant_in(template, &name) {
                Some(tenant) if tenants.is_empty() || tenants.iter().any(|listed| listed == tenant) => {
                    *tenants = vec![tenant.to_owned()];
                }
                _ => self.problems.push(SetupProblem::name_of_tenants(&name)),
            },
        }
        self
    }

    /// Another exact text of `iss` by which the same issuer goes.
    pub fn also_known_as(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        match &mut self.issuer {
            Issuer::OneOf(names) => names.push(name),
            // A contradiction, which core tells.
            Issuer::Template { .. } => return self.rules(|rules| rules.also_known_as(name)),
        }
        self
    }

    /// A value of `aud` that means this service. May be called more than once; a token must name one of them.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Several values of `aud`, as [`audience`](Self::audience).
    pub fn audiences(mut self, audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.audiences.extend(audiences.into_iter().map(Into::into));
        self
    }

    /// A check that stands in for the audience, as
    /// [`TrustedIssuerBuilder::instead_of_audience`](TrustedIssuerBuilder::instead_of_audience).
    pub fn instead_of_audience(mut self, check: ClaimCheck) -> Self {
        self.substitutes.push(check);
        self
    }

    /// The algorithms that the issuer signs with. Replaces those of the preset.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Which kind of token is accepted. Replaces that of the preset.
    pub fn token_kind(mut self, kind: TokenKind) -> Self {
        self.token_kind = kind;
        self
    }

    /// How far the issuer's clock and ours may disagree, as [`TrustedIssuerBuilder::leeway`].
    pub fn leeway(self, leeway: Duration) -> Self {
        self.rules(move |rules| rules.leeway(leeway))
    }

    /// Which claims tell who is calling. Replaces the mapping of the preset.
    pub fn claim_mapping(mut self, mapping: ClaimMapping) -> Self {
        self.claim_mapping = mapping;
        self
    }

    /// Changes which claims tell who is calling, starting with the mapping of the preset.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_remote::providers;
    ///
    /// // An Auth0 action writes the roles into a claim of its own.
    /// let builder = providers::auth0("acme.eu.auth0.com")
    ///     .audience("https://api.acme.example")
    ///     .map_claims(|mapping| mapping.roles("https://acme.example/roles"));
    /// assert!(builder.build().is_ok());
    /// ```
    pub fn map_claims(mut self, change: impl FnOnce(ClaimMapping) -> ClaimMapping) -> Self {
        self.claim_mapping = change(self.claim_mapping);
        self
    }

    /// A claim that must be there, whatever its value.
    pub fn require_claim(mut self, name: impl Into<String>) -> Self {
        self.required.push(name.into());
        self
    }

    /// A claim that must be there with one of certain values. May be called more than once; all must hold.
    pub fn check_claim(mut self, check: ClaimCheck) -> Self {
        self.checks.push(check);
        self
    }

    /// Any other rule for the tokens. Applied when the issuer is built, after everything else, in the order of the calls.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use jwt_verify_remote::providers;
    ///
    /// let builder = providers::google(["123.apps.googleusercontent.com"])
    ///     .rules(|rules| rules.max_age(Duration::from_secs(600)));
    /// assert!(builder.build().is_ok());
    /// ```
    pub fn rules(
        mut self,
        change: impl FnOnce(TrustedIssuerBuilder) -> TrustedIssuerBuilder + Send + 'static,
    ) -> Self {
        self.more_rules.push(Box::new(change));
        self
    }

    /// How the keys are fetched and kept. Applied when the issuer is built, in the order of the calls.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use jwt_verify_remote::providers;
    ///
    /// let builder = providers::logto("acme.logto.app")
    ///     .audience("https://api.acme.example")
    ///     .keys(|keys| keys.timeout(Duration::from_secs(2)));
    /// assert!(builder.build().is_ok());
    /// ```
    pub fn keys(
        mut self,
        change: impl FnOnce(RemoteJwksBuilder) -> RemoteJwksBuilder + Send + 'static,
    ) -> Self {
        self.key_settings.push(Box::new(change));
        self
    }

    /// Another address of the JWK Set than the preset's: an internal one, while the issuer's name stays the public one.
    pub fn jwks_url(mut self, url: impl Into<String>) -> Self {
        self.keys = Keys::At(url.into());
        self
    }

    /// Finds the JWK Set through the issuer's metadata, instead of at an address that is known.
    pub fn discover(mut self) -> Self {
        self.keys = Keys::Discover;
        self
    }

    /// Takes the keys from another source. Nothing is fetched then: for tests, and for programs with a cache of their own.
    pub fn key_source(mut self, source: impl KeySource + 'static) -> Self {
        self.keys = Keys::Given(Arc::new(source));
        self
    }

    /// Takes a secret shared with the issuer for its key. Nothing is fetched then, and the secret's algorithm becomes the only one.
    pub fn hmac_secret(mut self, secret: HmacSecret) -> Self {
        self.algorithms = vec![secret.algorithm()];
        self.keys = Keys::Secret(secret);
        self
    }

    /// Checks everything and makes the issuer. Fetches nothing.
    ///
    /// # Errors
    ///
    /// [`SetupError`] with everything that is missing or wrong, at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_remote::RemoteIssuer;
    ///
    /// let error = RemoteIssuer::jwks("https://id.example", "ftp://id.example/keys").build().unwrap_err();
    /// // No audience, no algorithms, and an address that is not allowed.
    /// assert_eq!(error.problems().len(), 3);
    /// ```
    pub fn build(self) -> Result<RemoteIssuer, SetupError> {
        let mut problems = self.problems;
        let first_name = match &self.issuer {
            Issuer::OneOf(names) => names.first().cloned().unwrap_or_default(),
            Issuer::Template { template, .. } => template.clone(),
        };

        let mut rules = self.issuer.into_rules().algorithms(self.algorithms).token_kind(self.token_kind);
        rules = self.audiences.into_iter().fold(rules, TrustedIssuerBuilder::audience);
        rules = self.substitutes.into_iter().fold(rules, TrustedIssuerBuilder::instead_of_audience);
        rules = self.checks.into_iter().fold(rules, TrustedIssuerBuilder::check_claim);
        rules = self.required.into_iter().fold(rules, TrustedIssuerBuilder::require_claim);
        rules = rules.claim_mapping(self.claim_mapping);
        rules = self.more_rules.into_iter().fold(rules, |rules, change| change(rules));

        let remote = match self.keys {
            Keys::At(url) => Some(RemoteJwks::builder(url)),
            Keys::Discover => Some(RemoteJwks::discover(first_name)),
            Keys::Given(source) => {
                rules = rules.key_source(source);
                None
            }
            Keys::Secret(secret) => {
                rules = rules.hmac_secret(secret);
                None
            }
        };
        if remote.is_none() && !self.key_settings.is_empty() {
            problems.push(SetupProblem::NoRemoteKeys);
        }
        let remote =
            remote.map(|keys| self.key_settings.into_iter().fold(keys, |keys, change| change(keys)).build());
        let keys = match remote {
            Some(Ok(keys)) => {
                rules = rules.key_source(keys.clone());
                Some(keys)
            }
            Some(Err(error)) => {
                problems.extend(error.problems().iter().cloned().map(SetupProblem::Keys));
                // So that the rest is checked as well.
                rules = rules.key_source(KeySet::empty());
                None
            }
            None => None,
        };

        match rules.build() {
            Ok(issuer) if problems.is_empty() => Ok(RemoteIssuer { issuer, keys }),
            Ok(_) => Err(SetupError::new(problems)),
            Err(error) => {
                problems.extend(error.problems().iter().cloned().map(SetupProblem::Rule));
                Err(SetupError::new(problems))
            }
        }
    }

    /// As [`build`](Self::build), straight to a verifier that trusts this issuer alone.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn verifier(self) -> Result<Verifier, SetupError> {
        self.build().map(RemoteIssuer::into_verifier)
    }

    pub(crate) fn with_problems(mut self, problems: Vec<SetupProblem>) -> Self {
        self.problems.extend(problems);
        self
    }

    /// Takes down that a setting has a value that it cannot have.
    pub(crate) fn with_invalid(self, setting: Setting, found: &str) -> Self {
        self.with_problems(vec![SetupProblem::invalid(setting, found)])
    }

    /// These values of `aud` and no other: in place of those that the preset has.
    pub(crate) fn only_audiences(mut self, audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.audiences = audiences.into_iter().map(Into::into).collect();
        self
    }

    /// Fetches with this client unless another one is chosen, before or after. Without effect where nothing is fetched.
    pub(crate) fn default_fetcher(mut self, fetcher: impl Fetch + 'static) -> Self {
        if matches!(self.keys, Keys::At(_) | Keys::Discover) {
            self.key_settings.insert(0, Box::new(|keys| keys.fetcher(fetcher)));
        }
        self
    }

    /// For an issuer with a name for each tenant.
    pub(crate) fn template(template: String, tenants: Vec<String>, jwks_url: String) -> Self {
        Self::new(Issuer::Template { template, tenants }, Keys::At(jwks_url))
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(url) => f.debug_tuple("At").field(&without_query(url)).finish(),
            Self::Discover => f.write_str("Discover"),
            Self::Given(source) => f.debug_tuple("Given").field(source).finish(),
            Self::Secret(secret) => f.debug_tuple("Secret").field(secret).finish(),
        }
    }
}

/// Without the changes, which are functions.
impl fmt::Debug for RemoteIssuerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteIssuerBuilder")
            .field("issuer", &self.issuer)
            .field("keys", &self.keys)
            .field("audiences", &self.audiences)
            .field("substitutes", &self.substitutes)
            .field("algorithms", &self.algorithms)
            .field("token_kind", &self.token_kind)
            .field("claim_mapping", &self.claim_mapping)
            .field("checks", &self.checks)
            .field("required", &self.required)
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}

/// What stands in a name in the place of the tenant. That it is a GUID is checked with the other rules.
fn tenant_in<'n>(template: &str, name: &'n str) -> Option<&'n str> {
    let (before, after) = template.split_once("{tenantid}")?;
    name.strip_prefix(before)?.strip_suffix(after)
}

impl Issuer {
    fn into_rules(self) -> TrustedIssuerBuilder {
        match self {
            Self::OneOf(names) => {
                let mut names = names.into_iter();
                let rules = TrustedIssuer::builder(names.next().unwrap_or_default());
                names.fold(rules, TrustedIssuerBuilder::also_known_as)
            }
            Self::Template { template, tenants } => {
                let rules = TrustedIssuer::tenant_template(template);
                if tenants.is_empty() { rules } else { rules.only_tenants(tenants) }
            }
        }
    }
}
