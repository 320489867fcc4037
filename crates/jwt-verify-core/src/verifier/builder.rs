//! What a verifier is made of, collected and checked.

use alloc::{boxed::Box, sync::Arc, vec::Vec};

use super::{Inner, Verifier, issuers::Issuers};
use crate::{BuildError, BuildProblem, Clock, IssuerResolver, TrustedIssuer, limits, time::DefaultClock};

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
    resolver: Option<Box<dyn IssuerResolver>>,
    clock: Box<dyn Clock>,
    max_token_len: usize,
}

impl VerifierBuilder {
    pub(super) fn new() -> Self {
        Self {
            issuers: Vec::new(),
            resolver: None,
            clock: Box::new(DefaultClock),
            max_token_len: limits::DEFAULT_MAX_TOKEN_LEN,
        }
    }

    /// Trusts an issuer. May be called more than once; a token's `iss` chooses among them: first by name, then by
    /// [template](TrustedIssuer::tenant_template).
    pub fn issuer(mut self, issuer: TrustedIssuer) -> Self {
        self.issuers.push(issuer);
        self
    }

    /// Asks for issuers that are not among those given here. The last one given counts.
    ///
    /// [`Verifier::verify`] and [`Verifier::verify_at`] wait for it where it has to look. The other forms do not: for them an
    /// issuer that was not looked up yet is [`Error::KeySource`](crate::Error::KeySource).
    pub fn issuer_resolver(mut self, resolver: impl IssuerResolver + 'static) -> Self {
        self.resolver = Some(Box::new(resolver));
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
        if self.issuers.is_empty() && self.resolver.is_none() {
            problems.push(BuildProblem::NoIssuers);
        }
        if self.issuers.len() > limits::MAX_ISSUERS {
            problems.push(BuildProblem::TooManyIssuers { found: self.issuers.len() });
        }
        if !(1..=limits::MAX_TOKEN_LEN).contains(&self.max_token_len) {
            problems.push(BuildProblem::TokenLimit { limit: self.max_token_len });
        }

        let issuers = Issuers::new(self.issuers, self.resolver, &mut problems);
        BuildError::check(problems)?;
        let inner = Inner { issuers, clock: self.clock, max_token_len: self.max_token_len };
        Ok(Verifier { inner: Arc::new(inner) })
    }
}
