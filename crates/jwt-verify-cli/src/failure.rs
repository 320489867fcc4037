//! How the program ends: with an answer ([`Status`]), or without one ([`Failure`]).

use core::error;
use std::{io, process::ExitCode};

use jwt_verify_core::Error;

/// What was found out. The worse, the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// Every token was accepted, or could be read if that was all that was asked.
    Good,
    /// A token was refused.
    Refused,
    /// Keys could not be had: nothing is known of a token.
    KeysUnavailable,
}

impl Status {
    /// An outage is not the token's fault, and whoever tries again later must be able to tell.
    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::KeySource(_) => Self::KeysUnavailable,
            _ => Self::Refused,
        }
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Good => 0,
            Status::Refused => 1,
            Status::KeysUnavailable => 3,
        })
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Usage or configuration: what was found and what to do, in one line.
    Setup(String),
    /// Keys could not be had: why, and what to do, in one line.
    Keys(String),
    /// Whoever read the output went away. Nobody is left to be told.
    BrokenPipe,
}

impl Failure {
    pub(crate) fn setup(message: impl Into<String>) -> Self {
        Self::Setup(message.into())
    }

    /// For use with `map_err` on everything that writes the answer.
    pub(crate) fn output(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::BrokenPipe,
            _ => Self::Setup(format!("the output cannot be written: {error}")),
        }
    }

    /// For use with `map_err` on everything that reads standard input.
    pub(crate) fn input(error: io::Error) -> Self {
        Self::Setup(format!("standard input cannot be read: {error}"))
    }
}

impl From<Failure> for ExitCode {
    fn from(failure: Failure) -> Self {
        Self::from(match failure {
            Failure::Setup(_) => 2,
            Failure::Keys(_) => 3,
            // 128 + 13: what a shell reports for a program that `SIGPIPE` has ended. Rust programs ignore that signal.
            Failure::BrokenPipe => 141,
        })
    }
}

/// An error with what caused it, and what caused that.
pub(crate) fn chain(error: &dyn error::Error) -> String {
    let mut chain = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        // Some errors repeat their cause.
        if !chain.ends_with(&text) {
            chain.push_str(": ");
            chain.push_str(&text);
        }
        source = cause.source();
    }
    chain
}

#[cfg(test)]
mod tests {
    use jwt_verify_core::{ClaimError, KeySourceError};

    use super::*;

    #[test]
    fn only_an_outage_is_not_the_tokens_fault() {
        assert_eq!(Status::of(&Error::KeySource(KeySourceError::NoUsableKeys)), Status::KeysUnavailable);
        assert_eq!(Status::of(&Error::InvalidSignature), Status::Refused);
        assert_eq!(Status::of(&Error::Claim(ClaimError::InvalidIssuer)), Status::Refused);
    }

    #[test]
    fn an_error_is_told_with_its_causes() {
        let cause = io::Error::other("connection refused");
        let error = Error::KeySource(KeySourceError::failed(cause));
        assert_eq!(
            chain(&error),
            "the issuer's keys cannot be had: the key source failed: connection refused"
        );
    }

    #[test]
    fn each_end_has_its_exit_status() {
        // end, exit status
        for (end, expected) in [
            (ExitCode::from(Status::Good), 0),
            (ExitCode::from(Status::Refused), 1),
            (ExitCode::from(Failure::setup("")), 2),
            (ExitCode::from(Status::KeysUnavailable), 3),
            (ExitCode::from(Failure::Keys(String::new())), 3),
            (ExitCode::from(Failure::output(io::ErrorKind::BrokenPipe.into())), 141),
        ] {
            assert_eq!(end, ExitCode::from(expected), "{expected}");
        }
    }
}
