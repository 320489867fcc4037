//! [`Verifier`]: a token, some keys and a time go in; a [`VerifiedToken`] or the reason against it comes out.

use alloc::{boxed::Box, string::String, sync::Arc, vec::Vec};

use serde::de::DeserializeOwned;

use crate::{
    Algorithm, BuildError, BuildProblem, ClaimError, Clock, Error, Explanation, Header, Held, KeyNotFound,
    KeySet, Malformed, Part, RefreshReason, Refreshed, TrustedIssuer, UnixTime, UnverifiedToken,
    VerifiedToken,
    claims::RegisteredClaims,
    explain::{Step, Trace, Untraced},
    issuer::{IssuerPolicy, IssuerRule},
    key_source::Wanted,
    limits,
    time::DefaultClock,
};

/// Verifies tokens of one or more issuers.
///
/// | | asynchronous, may refresh the keys | synchronous, with the keys held |
/// |---|---|---|
/// | by the clock | [`verify`](Self::verify) | [`verify_held`](Self::verify_held) |
/// | at a given time | [`verify_at`](Self::verify_at) | [`verify_held_at`](Self::verify_held_at) |
///
/// The asynchronous forms are ready at the first poll unless the keys held do not answer for the token. The steps, in the order in
/// which they run, are told in the [crate's documentation](crate#what-verified-means).
///
/// Cheap to clone, and shared between threads.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Algorithm, Claims, JwkSet, TrustedIssuer, UnixTime, Verifier};
///
/// let issuer = TrustedIssuer::builder("http://127.0.0.1:3100")
///     .audience("http://127.0.0.1:3100")
///     .algorithms([Algorithm::EdDsa])
///     .jwk_set(JwkSet::parse(include_str!("../tests/vectors/real-tokens/better-auth-eddsa.jwks.json"))?)
///     .build()?;
/// let verifier = Verifier::new(issuer);
///
/// let token = include_str!("../tests/vectors/real-tokens/better-auth-eddsa.token").trim_end();
/// let verified = verifier.verify_held_at::<Claims>(token, UnixTime::from_secs(1_795_420_384))?;
/// assert_eq!(verified.claims().get("email").unwrap(), "ada@example.test");
///
/// let late = verifier.verify_held_at::<Claims>(token, UnixTime::from_secs(1_795_430_000));
/// assert_eq!(late.unwrap_err().code(), "expired");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verifier {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    issuers: Issuers,
    clock: Box<dyn Clock>,
    max_token_len: usize,
}

/// The policies, ready to be chosen from.
#[derive(Debug)]
enum Issuers {
    /// One: nothing needs to be read to choose it.
    One(Arc<IssuerPolicy>),
    /// Several, by name, sorted.
    Several(Vec<(Box<str>, Arc<IssuerPolicy>)>),
}

impl Verifier {
    /// Trusts one issuer, with the system's clock and tokens of at most [`limits::DEFAULT_MAX_TOKEN_LEN`] bytes.
    #[must_use]
    pub fn new(issuer: TrustedIssuer) -> Self {
        Self {
            inner: Arc::new(Inner {
                issuers: Issuers::One(issuer.policy),
                clock: Box::new(DefaultClock),
                max_token_len: limits::DEFAULT_MAX_TOKEN_LEN,
            }),
        }
    }

    /// For several issuers, another clock, or another longest token.
    pub fn builder() -> VerifierBuilder {
        VerifierBuilder {
            issuers: Vec::new(),
            clock: Box::new(DefaultClock),
            max_token_len: limits::DEFAULT_MAX_TOKEN_LEN,
        }
    }

    /// Verifies a token now, asking the key source for newer keys if the ones held do not answer for it.
    ///
    /// # Errors
    ///
    /// [`Error`]: the reason against the token, or [`Error::KeySource`] if keys cannot be had.
    pub async fn verify<C: DeserializeOwned>(&self, token: &str) -> Result<VerifiedToken<C>, Error> {
        self.verify_at(token, self.now()?).await
    }

    /// Verifies a token as of `now`, asking the key source for newer keys if the ones held do not answer for it.
    ///
    /// The time stays `now`, however long the key source takes.
    ///
    /// # Errors
    ///
    /// As [`verify`](Self::verify).
    pub async fn verify_at<C: DeserializeOwned>(
        &self,
        token: &str,
        now: UnixTime,
    ) -> Result<VerifiedToken<C>, Error> {
        let candidate = self.read(token, &mut Untraced)?;
        let held = candidate.policy.keys.held();
        if let Err(error) = candidate.check_signature(held.usable(), &mut Untraced) {
            candidate.check_signature_with_newer_keys(&held, error, now).await?;
        }
        candidate.check_claims(now, &mut Untraced)
    }

    /// Verifies a token now, with the keys held: never waits, never refreshes.
    ///
    /// # Errors
    ///
    /// [`Error`]: the reason against the token, or [`Error::KeySource`] if no usable keys are held.
    pub fn verify_held<C: DeserializeOwned>(&self, token: &str) -> Result<VerifiedToken<C>, Error> {
        self.verify_held_at(token, self.now()?)
    }

    /// Verifies a token as of `now`, with the keys held: a pure function of the token, the keys and the time.
    ///
    /// # Errors
    ///
    /// As [`verify_held`](Self::verify_held).
    pub fn verify_held_at<C: DeserializeOwned>(
        &self,
        token: &str,
        now: UnixTime,
    ) -> Result<VerifiedToken<C>, Error> {
        self.verify_held_traced(token, now, &mut Untraced)
    }

    /// Tells how [`verify_held_at`](Self::verify_held_at) decides about a token: each step with what was expected and found, the
    /// keys that were passed over, and what to change.
    ///
    /// Runs the same code. The report contains values of the token's header and claims, escaped and cut, but neither the token
    /// nor its signature nor any secret.
    #[must_use]
    pub fn explain(&self, token: &str, now: UnixTime) -> Explanation {
        Explanation::of(self, token, now)
    }

    pub(crate) fn verify_held_traced<C: DeserializeOwned>(
        &self,
        token: &str,
        now: UnixTime,
        trace: &mut impl Trace,
    ) -> Result<VerifiedToken<C>, Error> {
        let candidate = self.read(token, trace)?;
        let held = candidate.policy.keys.held();
        candidate.check_signature(held.usable(), trace)?;
        candidate.check_claims(now, trace)
    }

    fn now(&self) -> Result<UnixTime, Error> {
        self.inner.clock.now().ok_or(Error::ClockUnavailable)
    }

    /// Steps 1 to 4: what can be said of a token before a key is looked at.
    fn read<'v, 't>(&'v self, token: &'t str, trace: &mut impl Trace) -> Result<Candidate<'v, 't>, Error> {
        trace.step(Step::Shape, |detail| {
            detail.expected(format_args!("three parts, at most {} bytes", self.inner.max_token_len));
            detail.found(format_args!("{} bytes", token.len()));
        });
        let token = UnverifiedToken::parse_within(token, self.inner.max_token_len)?;

        trace.step(Step::Header, |detail| detail.expected("a JSON object with `alg` and without `crit`"));
        let header = token.header()?;

        trace.step(Step::Encoding, |detail| detail.expected("payload and signature in base64url"));
        let payload = token.payload()?;
        let signature = token.signature()?;
        if signature.is_empty() && header.algorithm().is_some() {
            return Err(Malformed::EmptyPart(Part::Signature).into());
        }

        let policy = self.choose(&payload, trace)?;

        trace.step(Step::Algorithm, |detail| {
            detail.expected(policy.algorithms);
            detail.found_text(header.algorithm_name());
        });
        // RFC 8725bis §3.1: the allow-list is ours, and the header may only agree with it.
        let algorithm = match header.algorithm() {
            Some(algorithm) if policy.algorithms.contains(algorithm) => algorithm,
            found => return Err(Error::AlgorithmNotAllowed(found)),
        };
        Ok(Candidate { token, header, payload, signature, algorithm, policy })
    }

    /// With one issuer nothing is read. With several, `iss` is looked up before anything expensive happens, and a name that is
    /// not trusted ends it. The claim is checked again with the others, once it is known to be genuine.
    fn choose<'v>(&'v self, payload: &[u8], trace: &mut impl Trace) -> Result<&'v Arc<IssuerPolicy>, Error> {
        let policies = match &self.inner.issuers {
            Issuers::One(policy) => return Ok(policy),
            Issuers::Several(policies) => policies,
        };
        trace.step(Step::ChooseIssuer, |detail| {
            detail.expected(format_args!("one of {} trusted issuers", policies.len()));
        });
        let issuer = RegisteredClaims::peek_issuer(payload)?.ok_or(ClaimError::missing("iss"))?;
        trace.detail(|detail| detail.found_text(&issuer));
        policies
            .binary_search_by(|(name, _)| name.cmp(&issuer))
            .ok()
            .and_then(|index| policies.get(index))
            .map(|(_, policy)| policy)
            .ok_or_else(|| ClaimError::InvalidIssuer.into())
    }
}

/// A token that was read and whose policy is known: everything but the signature and the claims.
struct Candidate<'v, 't> {
    token: UnverifiedToken<'t>,
    header: Header,
    payload: Vec<u8>,
    signature: Vec<u8>,
    algorithm: Algorithm,
    policy: &'v Arc<IssuerPolicy>,
}

impl Candidate<'_, '_> {
    /// Steps 5 and 6: the one key that answers for the token, and its signature.
    fn check_signature(&self, keys: Result<&KeySet, Error>, trace: &mut impl Trace) -> Result<(), Error> {
        trace.step(Step::Key, |detail| {
            detail.expected(format_args!("one key for {}", self.algorithm));
            match self.header.key_id() {
                Some(key_id) => detail.found_text(key_id),
                None => detail.found("no key ID in the header"),
            }
        });
        let keys = keys?;
        let issuer = &self.policy.issuer;
        let wanted = Wanted { algorithm: self.algorithm, key_id: self.header.key_id(), issuer };
        trace.keys(keys, wanted);
        let key = keys.verifying_key(wanted)?;
        trace.step(Step::Signature, |detail| detail.expected("a signature of this text by that key"));
        key.verify(self.token.signing_input(), &self.signature)
    }

    /// Once more, with newer keys, if newer keys could change the answer and the token is worth asking for them.
    async fn check_signature_with_newer_keys(
        &self,
        held: &Held,
        error: Error,
        now: UnixTime,
    ) -> Result<(), Error> {
        let Some(reason) = RefreshReason::of(&error) else { return Err(error) };
        self.check_unverified(now)?;

        match self.policy.keys.refresh(held.keys().generation(), reason).await {
            Ok(Refreshed::Newer(keys)) => self.check_signature(Ok(&keys), &mut Untraced),
            // Nothing newer, or not to be had so soon: the token is refused. That there are no usable keys is no outage either,
            // as long as the source does not say so.
            Ok(Refreshed::Unchanged | Refreshed::Limited) => Err(match reason {
                RefreshReason::NoUsableKeys if held.keys().is_empty() => {
                    Error::KeyNotFound(KeyNotFound::NoKeys)
                }
                RefreshReason::NoUsableKeys => Error::KeyNotFound(KeyNotFound::OnlyExpired),
                _ => error,
            }),
            Err(source) => Err(match reason {
                RefreshReason::NoUsableKeys => Error::KeySource(source),
                _ if held.keys().is_empty() => Error::KeySource(source),
                _ => error,
            }),
        }
    }

    /// Nobody is asked for keys on behalf of a token that is refused whatever the keys are: whoever can make us ask can do it
    /// often. What the token says is not known to be genuine yet, and can only refuse.
    fn check_unverified(&self, now: UnixTime) -> Result<(), Error> {
        if !self.algorithm.has_signatures_of(self.signature.len()) {
            return Err(Error::InvalidSignature);
        }
        let claims = RegisteredClaims::read(&self.payload, |_| false)?;
        self.policy.issuer.check(&claims)?;
        Ok(claims.check_expiration(self.policy.expiration_required, now, self.policy.leeway)?)
    }

    /// Steps 7 to 9: the claims, now that they are known to be the issuer's.
    fn check_claims<C: DeserializeOwned>(
        self,
        now: UnixTime,
        trace: &mut impl Trace,
    ) -> Result<VerifiedToken<C>, Error> {
        let policy = self.policy;
        trace.step(Step::Claims, |detail| detail.expected("a JSON object, registered claims of their types"));
        let claims = RegisteredClaims::read(&self.payload, |name| policy.captures(name))?;

        trace.step(Step::Issuer, |detail| {
            match policy.issuer.names() {
                [] => detail.expected("anything"),
                names => detail.expected_texts(names.iter().map(|name| &**name)),
            }
            detail.found_optional_text(claims.issuer.as_deref());
        });
        policy.issuer.check(&claims)?;

        trace.step(Step::Audience, |detail| detail.audience(&policy.audience, claims.audience.as_ref()));
        policy.audience.check(&claims)?;

        trace.step(Step::Type, |detail| {
            detail.expected(&policy.token_kind);
            detail.found_optional_text(self.header.token_type());
        });
        policy.token_kind.check(&self.header, &claims)?;

        trace.step(Step::ExpirationTime, |detail| {
            detail.expected(format_args!("after {now}, leeway {} s", policy.leeway.as_secs()));
            detail.found_date(claims.expiration_time);
        });
        claims.check_expiration(policy.expiration_required, now, policy.leeway)?;

        trace.step(Step::NotBefore, |detail| {
            detail.expected(format_args!("absent, or not after {now}, leeway {} s", policy.leeway.as_secs()));
            detail.found_date(claims.not_before);
        });
        claims.check_not_before(now, policy.leeway)?;

        if let Some(max_age) = policy.max_age {
            trace.step(Step::Age, |detail| {
                detail.expected(format_args!("issued within {} s before {now}", max_age.as_secs()));
                detail.found_date(claims.issued_at);
            });
            claims.check_age(max_age, now, policy.leeway)?;
        }

        // RFC 9449 §7.2, RFC 8705 §3: whoever sends a bound token must prove to have the key. We do not check that proof, so the
        // token is not taken without it.
        trace.step(Step::Binding, |detail| {
            detail.expected("no `cnf`");
            detail.found(if claims.is_bound { "bound to a key" } else { "absent" });
        });
        if claims.is_bound {
            return Err(ClaimError::BoundToKey.into());
        }

        let required = policy.required.iter().map(|name| &**name);
        for name in required.chain(policy.token_kind.required_claims().iter().copied()) {
            trace.step(Step::RequiredClaim, |detail| {
                detail.expected_text(name);
                detail.found(if claims.captured.get(name).is_some() { "present" } else { "absent" });
            });
            if claims.captured.get(name).is_none() {
                return Err(ClaimError::missing(String::from(name)).into());
            }
        }
        for check in &policy.checks {
            trace.step(Step::ClaimCheck, |detail| detail.claim_check(check, &claims));
            check.check(&claims)?;
        }

        trace.step(Step::Identity, |detail| detail.expected("claims that name one user"));
        policy.claim_mapping.check(&claims.captured)?;

        trace.step(Step::Shaping, |detail| detail.expected("claims that fit the requested type"));
        VerifiedToken::prove(self.header, self.algorithm, self.payload, claims, Arc::clone(policy), now)
    }
}

/// Collects issuers, a clock and limits. Made by [`Verifier::builder`].
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{BuildProblem, Verifier};
///
/// assert_eq!(Verifier::builder().build().unwrap_err().problems(), [BuildProblem::NoIssuers]);
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct VerifierBuilder {
    issuers: Vec<TrustedIssuer>,
    clock: Box<dyn Clock>,
    max_token_len: usize,
}

impl VerifierBuilder {
    /// Trusts an issuer. May be called more than once; a token's `iss` chooses among them.
    pub fn issuer(mut self, issuer: TrustedIssuer) -> Self {
        self.issuers.push(issuer);
        self
    }

    /// Tells the time to [`Verifier::verify`] and [`Verifier::verify_held`]. The default is the system's clock, or none without
    /// the `std` feature.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// The longest token that is looked at, in bytes. The default is [`limits::DEFAULT_MAX_TOKEN_LEN`], the most
    /// [`limits::MAX_TOKEN_LEN`].
    pub fn max_token_len(mut self, bytes: usize) -> Self {
        self.max_token_len = bytes;
        self
    }

    /// Checks the setup and makes the verifier.
    ///
    /// # Errors
    ///
    /// [`BuildError`] with everything that is wrong, at once.
    pub fn build(self) -> Result<Verifier, BuildError> {
        let mut problems = Vec::new();
        if self.issuers.is_empty() {
            problems.push(BuildProblem::NoIssuers);
        }
        if self.issuers.len() > limits::MAX_ISSUERS {
            problems.push(BuildProblem::TooManyIssuers { found: self.issuers.len() });
        }
        if !(1..=limits::MAX_TOKEN_LEN).contains(&self.max_token_len) {
            problems.push(BuildProblem::TokenLimit { limit: self.max_token_len });
        }

        let issuers = match <[TrustedIssuer; 1]>::try_from(self.issuers) {
            Ok([issuer]) => Issuers::One(issuer.policy),
            Err(issuers) => Issuers::Several(by_name(&issuers, &mut problems)),
        };
        BuildError::check(problems)?;
        let inner = Inner { issuers, clock: self.clock, max_token_len: self.max_token_len };
        Ok(Verifier { inner: Arc::new(inner) })
    }
}

/// Every name of every issuer, sorted, with the issuer's policy.
fn by_name(
    issuers: &[TrustedIssuer],
    problems: &mut Vec<BuildProblem>,
) -> Vec<(Box<str>, Arc<IssuerPolicy>)> {
    let mut policies: Vec<(Box<str>, Arc<IssuerPolicy>)> = Vec::new();
    for TrustedIssuer { policy } in issuers {
        if matches!(policy.issuer, IssuerRule::Any) {
            problems.push(BuildProblem::AnyIssuerBesideOthers);
        }
        let names = policy.issuer.names().iter();
        policies.extend(names.map(|name| (name.clone(), Arc::clone(policy))));
    }
    policies.sort_by(|(one, _), (other, _)| one.cmp(other));
    for pair in policies.windows(2) {
        if let [(one, _), (other, _)] = pair
            && one == other
        {
            problems.push(BuildProblem::DuplicateIssuer { issuer: one.clone().into() });
        }
    }
    policies
}
