//! The rules of the command line, as a verifier; and what is wrong with them, by the names of the flags.

use core::time::Duration;

use jwt_verify_core::{
    BuildError, BuildProblem, Claims, Clock, Denied, Error, Explanation, Policy, SystemClock, TokenKind,
    TrustedIssuer, TrustedIssuerBuilder, UnixTime, VerifiedToken, Verifier, limits,
};

use crate::{
    arguments::VerifyArguments,
    failure::{self, Failure, Status},
    input::READ_AT_MOST,
    keys::Keys,
    provider, wait,
};

/// Decides about tokens.
pub(crate) struct Judge {
    verifier: Verifier,
    /// The scopes that a token must carry, if there are any.
    scopes: Option<Policy>,
    clock: Box<dyn Clock>,
    /// How long a token may wait for newer keys, where there can be newer ones.
    patience: Option<Duration>,
}

impl Judge {
    /// Reads the keys and makes the verifier. What is missing on the command line is told at once, before any file is read.
    pub(crate) fn new(arguments: &VerifyArguments) -> Result<Self, Failure> {
        if arguments.typ.len() > 1 && arguments.typ.iter().any(|typ| typ == ANY_TYPE) {
            return Err(Failure::setup("--typ any accepts every type: name no other beside it"));
        }
        let (trusted, patience) = match &arguments.keys.provider {
            Some(name) => {
                let (trusted, remote) = provider::issuer(name, arguments)?;
                remote.fetch()?;
                (trusted, Some(remote.patience()))
            }
            None => by_flags(arguments)?,
        };
        let scopes = arguments.scope.iter().map(String::as_str);
        Ok(Self {
            verifier: Verifier::new(trusted),
            scopes: (!arguments.scope.is_empty()).then(|| Policy::scopes(scopes)),
            clock: clock(arguments.now),
            patience,
        })
    }

    /// The time to verify at.
    pub(crate) fn now(&self) -> Result<UnixTime, Failure> {
        now(&*self.clock)
    }

    /// The verdict on a token, by the keys held.
    pub(crate) fn decide(&self, token: &str, now: UnixTime) -> Result<VerifiedToken<Claims>, Refusal> {
        self.check_scopes(self.verifier.verify_held_at(token, now)?, now)
    }

    /// The verdict on one token of many, for which newer keys are fetched if those held do not answer: they may have been rotated
    /// since.
    pub(crate) fn decide_among_many(
        &self,
        token: &str,
        now: UnixTime,
    ) -> Result<VerifiedToken<Claims>, Refusal> {
        let Some(patience) = self.patience else { return self.decide(token, now) };
        match wait::within(patience, self.verifier.verify_at(token, now)) {
            Some(verified) => self.check_scopes(verified?, now),
            None => self.decide(token, now),
        }
    }

    fn check_scopes(
        &self,
        verified: VerifiedToken<Claims>,
        now: UnixTime,
    ) -> Result<VerifiedToken<Claims>, Refusal> {
        if let Some(scopes) = &self.scopes {
            let caller = verified.identity()?;
            let refuse = |denied| Refusal::Scope { denied, carried: caller.scopes().to_vec() };
            scopes.check(&caller, now).map_err(refuse)?;
        }
        Ok(verified)
    }

    /// How the verifier comes to its part of the verdict.
    pub(crate) fn explain(&self, token: &str, now: UnixTime) -> Explanation {
        self.verifier.explain(token, now)
    }

    /// The scopes that a token must carry.
    pub(crate) fn required_scopes(&self) -> Vec<&str> {
        self.scopes.as_ref().map(Policy::required_scopes).unwrap_or_default()
    }
}

/// Why a token was refused.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// By the verifier.
    Token(Error),
    /// Before the verifier saw it: how long it really is was not found out.
    TooLong,
    /// It is genuine, and does not carry a scope that was asked for.
    Scope {
        denied: Denied,
        /// The scopes that it does carry.
        carried: Vec<String>,
    },
}

impl Refusal {
    /// A stable name: [`Error::code`] or [`Denied::code`].
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Token(error) => error.code(),
            // As of one whose length is known.
            Self::TooLong => "malformed",
            Self::Scope { denied, .. } => denied.code(),
        }
    }

    pub(crate) fn message(&self) -> String {
        match self {
            Self::Token(error) => failure::chain(error),
            Self::TooLong => format!(
                "the token has more than {READ_AT_MOST} bytes, more than the limit of {}",
                limits::DEFAULT_MAX_TOKEN_LEN
            ),
            Self::Scope { denied, .. } => denied.to_string(),
        }
    }

    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Token(error) => Status::of(error),
            Self::TooLong | Self::Scope { .. } => Status::Refused,
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Token(error)
    }
}

/// A clock that stands still at `--now`, or the system's.
pub(crate) fn clock(now: Option<UnixTime>) -> Box<dyn Clock> {
    match now {
        Some(now) => Box::new(now),
        None => Box::new(SystemClock::new()),
    }
}

/// What a clock says, or what to do where it says nothing.
pub(crate) fn now(clock: &dyn Clock) -> Result<UnixTime, Failure> {
    clock
        .now()
        .ok_or_else(|| Failure::setup("the system's clock is not set: give the time with `--now UNIX`"))
}

/// The issuer that the flags describe, and how long a token may wait for newer keys of it.
fn by_flags(arguments: &VerifyArguments) -> Result<(TrustedIssuer, Option<Duration>), Failure> {
    if !arguments.set.is_empty() {
        return Err(Failure::setup("--set tells a provider's rules what they need: name it with --provider"));
    }
    if let Err(error) = issuer(arguments).build() {
        let no_keys_yet =
            |problem: &&BuildProblem| **problem != BuildProblem::NoKeys || arguments.keys.is_absent();
        let problems: Vec<_> = error.problems().iter().filter(no_keys_yet).map(in_flags).collect();
        if !problems.is_empty() {
            return Err(Failure::Setup(problems.join("; ")));
        }
    }
    let keys = Keys::load(arguments)?;
    let fetched = keys.fetched();
    if let Some((set, _)) = fetched {
        // A source of keys may hold anything later. What it holds now must fit.
        issuer(arguments).jwk_set(set.clone()).build().map_err(|error| misfit(&error, &keys, arguments))?;
    }
    let trusted =
        keys.give_to(issuer(arguments)).build().map_err(|error| misfit(&error, &keys, arguments))?;
    Ok((trusted, fetched.map(|(_, remote)| remote.patience())))
}

/// Everything but the keys.
fn issuer(arguments: &VerifyArguments) -> TrustedIssuerBuilder {
    let mut issuer = if arguments.danger_any_issuer {
        TrustedIssuer::danger_any_issuer()
    } else {
        let (first, others) = match arguments.issuer.split_first() {
            Some((first, others)) => (first.as_str(), others),
            // The core says that an empty name is none.
            None => ("", [].as_slice()),
        };
        others.iter().fold(TrustedIssuer::builder(first), TrustedIssuerBuilder::also_known_as)
    };
    if arguments.danger_any_audience {
        issuer = issuer.danger_any_audience();
    }
    if arguments.danger_no_expiration {
        issuer = issuer.danger_no_expiration();
    }
    if let Some(max_age) = arguments.max_age {
        issuer = issuer.max_age(max_age);
    }
    issuer = arguments.audience.iter().fold(issuer, TrustedIssuerBuilder::audience);
    issuer = arguments.require.iter().fold(issuer, TrustedIssuerBuilder::require_claim);
    issuer
        .algorithms(arguments.algorithms.iter().copied())
        .leeway(arguments.leeway)
        .token_kind(token_kind(&arguments.typ))
}

pub(crate) fn token_kind(types: &[String]) -> TokenKind {
    match types {
        [] => TokenKind::AccessToken,
        [any] if any == ANY_TYPE => TokenKind::DangerAny,
        types => TokenKind::of_type(types.iter().map(String::as_str)),
    }
}

/// A problem by the name of the flag that solves it.
pub(crate) fn in_flags(problem: &BuildProblem) -> String {
    String::from(match problem {
        BuildProblem::EmptyIssuer => {
            "--issuer NAME is missing (the exact `iss` of the tokens, or --danger-any-issuer)"
        }
        BuildProblem::NoAudience => {
            "--audience NAME is missing (the value of `aud` that means this service, or --danger-any-audience)"
        }
        BuildProblem::NoAlgorithms => {
            "--algorithms A,B is missing (what the issuer signs with, such as EdDSA)"
        }
        BuildProblem::NoKeys => {
            "the keys are missing: one of --jwks FILE, --jwks-url URL, --discover, --provider NAME, --key FILE, --secret-env NAME, --secret-file FILE"
        }
        BuildProblem::LeewayTooLong { leeway } => {
            let (found, most) = (leeway.as_secs(), limits::MAX_LEEWAY.as_secs());
            return format!(
                "--leeway {found}s is more than the {most}s that clocks may disagree: set the clocks"
            );
        }
        BuildProblem::ZeroMaxAge => "--max-age 0 accepts no token: give a length of time such as 1h",
        BuildProblem::EmptyType => "--typ is empty and accepts no token: name a type, or `any`",
        BuildProblem::EmptyClaimCheck => "--require is empty: name a claim",
        other => return other.to_string(),
    })
}

/// What is wrong now that there are keys.
fn misfit(error: &BuildError, keys: &Keys, arguments: &VerifyArguments) -> Failure {
    let problems = error.problems().iter().map(|problem| match problem {
        BuildProblem::NoUsableKey => keys.fit_none_of(&arguments.algorithms),
        other => in_flags(other),
    });
    Failure::Setup(problems.collect::<Vec<_>>().join("; "))
}

/// The value of `--typ` that accepts every type.
const ANY_TYPE: &str = "any";
