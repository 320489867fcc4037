//! The same steps as `verify`, told: expected, found, verdict, remedy.

use alloc::{
    boxed::Box,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::{self, Write as _};

use serde::de::IgnoredAny;
use serde_json::Value;

use crate::{
    ClaimCheck, ClaimPath, Error, Jwk, KeySet, PassedOver, UnixTime, Verifier,
    claims::{Audience, RegisteredClaims},
    excerpt::printable,
    issuer::{AudienceRule, IssuerRule, Rule, TenantTemplate},
    key_source::Wanted,
    limits,
    time::NumericDate,
};

/// How a verifier decides about one token. Made by [`Verifier::explain`].
///
/// Contains no token, no signature and no secret. Values that the sender chose are escaped and cut to 200 characters.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Algorithm, Error, JwkSet, Step, TrustedIssuer, UnixTime, Verdict, Verifier};
///
/// let issuer = TrustedIssuer::builder("http://127.0.0.1:3100")
///     .audience("http://127.0.0.1:3100")
///     .algorithms([Algorithm::Es256])
///     .jwk_set(JwkSet::parse(include_str!("../tests/vectors/real-tokens/better-auth-es256.jwks.json"))?)
///     .build()?;
/// let verifier = Verifier::new(issuer);
/// let token = include_str!("../tests/vectors/real-tokens/better-auth-eddsa.token").trim_end();
///
/// let explanation = verifier.explain(token, UnixTime::from_secs(1_795_420_384));
/// assert_eq!(explanation.error().map(Error::code), Some("algorithm_not_allowed"));
/// let refused = explanation.steps().last().unwrap();
/// assert_eq!((refused.step(), refused.verdict()), (Step::Algorithm, Verdict::Refused));
/// assert_eq!((refused.expected(), refused.found()), ("ES256", Some("\"EdDSA\"")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Explanation {
    steps: Vec<ExplainedStep>,
    keys: Vec<ExplainedKey>,
    error: Option<Error>,
}

impl Explanation {
    pub(crate) fn of(verifier: &Verifier, token: &str, now: UnixTime) -> Self {
        let mut record = Record { steps: Vec::new(), keys: Vec::new() };
        let error = verifier.verify_held_traced::<IgnoredAny>(token, now, &mut record).err();
        if let (Some(refused), Some(_)) = (record.steps.last_mut(), &error) {
            refused.verdict = Verdict::Refused;
        }
        Self { steps: record.steps, keys: record.keys, error }
    }

    /// The steps that ran, in order. If the token was refused, the last one is where.
    #[must_use]
    pub fn steps(&self) -> &[ExplainedStep] {
        &self.steps
    }

    /// The keys that were looked through, and those that had been skipped when the set was read. Empty if no key was looked for.
    #[must_use]
    pub fn keys(&self) -> &[ExplainedKey] {
        &self.keys
    }

    /// Whether the token is accepted.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.error.is_none()
    }

    /// Why the token is refused.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// What to change, if the token should have been accepted.
    #[must_use]
    pub fn remedy(&self) -> Option<&'static str> {
        self.error.as_ref().map(Error::remedy)
    }
}

/// Several lines of plain text, one for each step.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            writeln!(f, "{step}")?;
        }
        for key in &self.keys {
            writeln!(f, "  {key}")?;
        }
        match &self.error {
            None => f.write_str("accepted"),
            Some(error) => write!(f, "refused ({}): {error}\nwhat to do: {}", error.code(), error.remedy()),
        }
    }
}

/// One step of an [`Explanation`].
#[derive(Clone, Debug)]
pub struct ExplainedStep {
    step: Step,
    expected: String,
    found: Option<String>,
    verdict: Verdict,
}

impl ExplainedStep {
    /// Which step.
    #[must_use]
    pub fn step(&self) -> Step {
        self.step
    }

    /// What the setup asks for, in words.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What the token has. Text that the sender chose is quoted and escaped.
    #[must_use]
    pub fn found(&self) -> Option<&str> {
        self.found.as_deref()
    }

    /// Whether the token passed it.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }
}

impl fmt::Display for ExplainedStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<8} {:<16} expected {}", self.verdict, self.step, self.expected)?;
        match &self.found {
            Some(found) => write!(f, "; found {found}"),
            None => Ok(()),
        }
    }
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// The token passed it.
    Passed,
    /// The token was refused there.
    Refused,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Passed => "passed",
            Self::Refused => "refused",
        })
    }
}

/// A step of verification, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Step {
    /// Length, alphabet, three parts.
    Shape,
    /// The JOSE header can be read and demands no extension.
    Header,
    /// Payload and signature are base64url, and there.
    Encoding,
    /// With several issuers: `iss` is the name of one of them, or fits its template.
    ChooseIssuer,
    /// With a resolver: it trusts the issuer that `iss` names.
    ResolveIssuer,
    /// `alg` is one of the issuer's.
    Algorithm,
    /// Exactly one key answers for the token.
    Key,
    /// The signature is that key's.
    Signature,
    /// The claims can be read.
    Claims,
    /// `iss`.
    Issuer,
    /// With a template of issuers: the claim that names the tenant is the one in `iss`.
    Tenant,
    /// `aud`, or what stands in for it.
    Audience,
    /// `typ`, and nothing of another kind of token.
    Type,
    /// `exp`.
    ExpirationTime,
    /// `nbf`.
    NotBefore,
    /// The maximum age, if there is one.
    Age,
    /// No `cnf`.
    Binding,
    /// A claim that must be there.
    RequiredClaim,
    /// A claim that must have a certain value.
    ClaimCheck,
    /// The claims that name the user do not contradict each other.
    Identity,
    /// The claims fit the type that was asked for.
    Shaping,
}

impl Step {
    /// A short name in plain words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Header => "header",
            Self::Encoding => "encoding",
            Self::ChooseIssuer => "choose issuer",
            Self::ResolveIssuer => "resolve issuer",
            Self::Algorithm => "algorithm",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Claims => "claims",
            Self::Issuer => "issuer",
            Self::Tenant => "tenant",
            Self::Audience => "audience",
            Self::Type => "type",
            Self::ExpirationTime => "expiration time",
            Self::NotBefore => "not before",
            Self::Age => "age",
            Self::Binding => "binding",
            Self::RequiredClaim => "required claim",
            Self::ClaimCheck => "claim check",
            Self::Identity => "identity",
            Self::Shaping => "shaping",
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A key of the issuer, and why it was passed over.
#[derive(Clone, Debug)]
pub struct ExplainedKey {
    key_id: Option<Box<str>>,
    description: String,
    passed_over: Option<PassedOver>,
}

impl ExplainedKey {
    /// Its `kid`.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Its type, such as `RSA 2048`, and the issuer that its JWK restricts it to, if there is one.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Why it does not answer for the token; `None` if it does.
    #[must_use]
    pub fn passed_over(&self) -> Option<&PassedOver> {
        self.passed_over.as_ref()
    }
}

impl fmt::Display for ExplainedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key_id {
            Some(key_id) => write!(f, "key {} ({})", quoted(key_id), self.description)?,
            None => write!(f, "key without key ID ({})", self.description)?,
        }
        match &self.passed_over {
            None => f.write_str(": fits"),
            Some(reason) => write!(f, ": {reason}"),
        }
    }
}

/// Listens to a verification.
///
/// A step is announced before it is decided: what follows it passed, and where an error ends it, it was refused. So the checks
/// themselves know nothing of the report, and there is no second set of rules.
pub(crate) trait Trace {
    /// A step is about to be decided.
    fn step(&mut self, step: Step, describe: impl FnOnce(&mut Detail));
    /// More about the step announced last.
    fn detail(&mut self, describe: impl FnOnce(&mut Detail));
    /// The keys that a token chooses from.
    fn keys(&mut self, keys: &KeySet, wanted: Wanted<'_>);
}

/// Listens to nothing, and costs nothing.
pub(crate) struct Untraced;

impl Trace for Untraced {
    fn step(&mut self, _: Step, _: impl FnOnce(&mut Detail)) {}
    fn detail(&mut self, _: impl FnOnce(&mut Detail)) {}
    fn keys(&mut self, _: &KeySet, _: Wanted<'_>) {}
}

struct Record {
    steps: Vec<ExplainedStep>,
    keys: Vec<ExplainedKey>,
}

impl Trace for Record {
    fn step(&mut self, step: Step, describe: impl FnOnce(&mut Detail)) {
        let mut detail = Detail::default();
        describe(&mut detail);
        let Detail { expected, found } = detail;
        self.steps.push(ExplainedStep { step, expected, found, verdict: Verdict::Passed });
    }

    fn detail(&mut self, describe: impl FnOnce(&mut Detail)) {
        let Some(last) = self.steps.last_mut() else { return };
        let mut detail = Detail { expected: core::mem::take(&mut last.expected), found: last.found.take() };
        describe(&mut detail);
        (last.expected, last.found) = (detail.expected, detail.found);
    }

    fn keys(&mut self, keys: &KeySet, wanted: Wanted<'_>) {
        if let Some(secret) = keys.secret() {
            self.keys.push(ExplainedKey {
                key_id: None,
                description: alloc::format!("secret for {}", secret.algorithm()),
                passed_over: secret.bind(wanted.algorithm).err().map(PassedOver::Mismatch),
            });
        }
        for key in keys.public_keys() {
            self.keys.push(ExplainedKey {
                key_id: key.key_id().map(Box::from),
                description: described(key),
                passed_over: keys.fit(key, wanted).err(),
            });
        }
        for skipped in keys.jwk_set().into_iter().flat_map(|set| set.skipped()) {
            self.keys.push(ExplainedKey {
                key_id: skipped.key_id().map(Box::from),
                description: alloc::format!("entry {}", skipped.index()),
                passed_over: Some(PassedOver::Skipped(skipped.reason().clone())),
            });
        }
    }
}

/// What a step expects and finds, in words.
#[derive(Default)]
pub(crate) struct Detail {
    expected: String,
    found: Option<String>,
}

impl Detail {
    pub(crate) fn expected(&mut self, what: impl fmt::Display) {
        self.expected = what.to_string();
    }

    pub(crate) fn expected_text(&mut self, text: &str) {
        self.expected = quoted(text);
    }

    pub(crate) fn expected_texts<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        self.expected = one_of(texts.map(quoted));
    }

    pub(crate) fn found(&mut self, what: impl fmt::Display) {
        self.found = Some(what.to_string());
    }

    pub(crate) fn found_text(&mut self, text: &str) {
        self.found = Some(quoted(text));
    }

    pub(crate) fn found_optional_text(&mut self, text: Option<&str>) {
        self.found = Some(text.map_or_else(absent, quoted));
    }

    pub(crate) fn found_date(&mut self, date: Option<NumericDate>) {
        self.found = Some(date.map_or_else(absent, |date| date.floor().to_string()));
    }

    pub(crate) fn issuer(&mut self, rule: &IssuerRule, found: Option<&str>) {
        self.found_optional_text(found);
        match rule {
            IssuerRule::Any => self.expected("anything"),
            IssuerRule::OneOf(names) => self.expected_texts(names.iter().map(|name| &**name)),
            IssuerRule::Tenants(template) => {
                self.expected_text(template.text());
                if let Some(only) = template.only() {
                    let tenants = one_of(only.iter().take(limits::MAX_SHOWN_VALUES).map(|id| quoted(id)));
                    // Writing to a `String` does not fail.
                    let _ = write!(self.expected, ", the tenant {tenants}");
                    if only.len() > limits::MAX_SHOWN_VALUES {
                        self.expected.push_str(" or another of the list");
                    }
                }
            }
        }
    }

    pub(crate) fn tenant(&mut self, template: &TenantTemplate, claims: &RegisteredClaims) {
        self.expected = alloc::format!("{} the tenant in `iss`", template.claim());
        self.found_claim(template.claim(), claims);
    }

    pub(crate) fn audience(&mut self, rule: &AudienceRule, found: Option<&Audience>) {
        self.found = Some(match found {
            None => absent(),
            Some(audience) => {
                alloc::format!("[{}]", listed(audience.values().take(limits::MAX_SHOWN_VALUES).map(quoted)))
            }
        });
        match rule {
            AudienceRule::Any => self.expected("anything"),
            AudienceRule::OneOf(ours) => self.expected_texts(ours.iter().map(|name| &**name)),
            AudienceRule::Substitute { checks, audiences } => {
                let checks = checks.iter().map(|check| alloc::format!("{} {}", check.path(), allowed(check)));
                self.expected = checks.collect::<Vec<_>>().join(" and ");
                if !audiences.is_empty() {
                    let audiences = one_of(audiences.iter().map(|name| quoted(name)));
                    // Writing to a `String` does not fail.
                    let _ = write!(self.expected, ", and where there is an audience {audiences}");
                }
            }
        }
    }

    pub(crate) fn claim_check(&mut self, check: &ClaimCheck, claims: &RegisteredClaims) {
        self.expected = alloc::format!("{} {}", check.path(), allowed(check));
        self.found_claim(check.path(), claims);
    }

    fn found_claim(&mut self, path: &ClaimPath, claims: &RegisteredClaims) {
        self.found = Some(match path.find(&claims.captured) {
            None => absent(),
            Some(value) => printable(&value.to_string(), limits::MAX_SHOWN_TEXT),
        });
    }
}

/// The type of a key, and whose it is.
fn described(key: &Jwk) -> String {
    let key_type = key.public_key().key_type();
    match key.issuer() {
        None => key_type.to_string(),
        Some(issuer) => alloc::format!("{key_type}, of {} only", quoted(issuer)),
    }
}

fn allowed(check: &ClaimCheck) -> String {
    let shown = |values: &[Value]| {
        one_of(values.iter().map(|value| printable(&value.to_string(), limits::MAX_SHOWN_TEXT)))
    };
    match check.rule() {
        Rule::OneOf(values) => shown(values),
        Rule::NoneOf(values) => alloc::format!("not {}", shown(values)),
        Rule::Absent => absent(),
    }
}

fn one_of(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(" or ")
}

fn listed(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join(", ")
}

fn absent() -> String {
    String::from("absent")
}

/// Text that somebody else chose: cut, escaped, quoted.
fn quoted(text: &str) -> String {
    let mut characters = text.chars();
    let mut shown: String = characters.by_ref().take(limits::MAX_SHOWN_TEXT).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    alloc::format!("{shown:?}")
}
