//! [`Verifier`]: a token, some keys and a time go in; a [`VerifiedToken`] or the reason against it comes out.

mod builder;
mod candidate;
mod issuers;

use alloc::{boxed::Box, sync::Arc};

use serde::de::DeserializeOwned;

pub use self::builder::VerifierBuilder;
use self::{
    candidate::{Candidate, Received},
    issuers::{Choice, Issuers},
};
use crate::{
    Clock, Error, Explanation, KeySourceError, TrustedIssuer, UnixTime, VerifiedToken,
    explain::{Trace, Untraced},
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
/// The asynchronous forms are ready at the first poll unless the keys held do not answer for the token, or its issuer has to be
/// looked up by an [`IssuerResolver`](crate::IssuerResolver). The steps, in the order in
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
        VerifierBuilder::new()
    }

    /// Verifies a token now, asking the key source for newer keys if the ones held do not answer for it.
    ///
    /// # Errors
    ///
    /// [`Error`]: the reason against the token, or [`Error::KeySource`] if its issuer or keys cannot be had.
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
        let received = Received::read(token, self.inner.max_token_len, &mut Untraced)?;
        let chosen = match self.inner.issuers.choose(received.payload(), &mut Untraced)? {
            Choice::Known(chosen) => chosen,
            Choice::Unknown(issuer) => {
                received.check_before_resolving(now)?;
                self.inner.issuers.resolve(issuer).await?
            }
        };
        let candidate = Candidate::new(received, chosen, &mut Untraced)?;
        let held = candidate.key_source().held();
        if let Err(error) = candidate.check_signature(held.usable(), &mut Untraced) {
            candidate.check_signature_with_newer_keys(&held, error, now).await?;
        }
        candidate.check_claims(now, &mut Untraced)
    }

    /// Verifies a token now, with the keys held: never waits, never refreshes.
    ///
    /// # Errors
    ///
    /// [`Error`]: the reason against the token, or [`Error::KeySource`] if no usable keys are held, or if the resolver of issuers
    /// has not looked up the token's yet.
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
        let received = Received::read(token, self.inner.max_token_len, trace)?;
        let chosen = match self.inner.issuers.choose(received.payload(), trace)? {
            Choice::Known(chosen) => chosen,
            Choice::Unknown(_) => {
                received.check_before_resolving(now)?;
                return Err(Error::KeySource(KeySourceError::NoUsableKeys));
            }
        };
        let candidate = Candidate::new(received, chosen, trace)?;
        let held = candidate.key_source().held();
        candidate.check_signature(held.usable(), trace)?;
        candidate.check_claims(now, trace)
    }

    fn now(&self) -> Result<UnixTime, Error> {
        self.inner.clock.now().ok_or(Error::ClockUnavailable)
    }
}
