//! Exactly what is missing: [`Denied`].

use alloc::{boxed::Box, string::ToString, sync::Arc, vec::Vec};
use core::{fmt, time::Duration};

use serde_json::Value;

use crate::ClaimPath;

/// Why a [`Policy`](crate::Policy) does not allow what a caller wants, as data.
///
/// It repeats what the policy asks for and nothing of the caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Denied {
    pub(super) missing: Missing,
    pub(super) way: Box<Way>,
}

impl Denied {
    /// A stable name, as [`Error::code`](crate::Error::code): `insufficient_user_authentication` (RFC 9470 §3) if a
    /// fresh or stronger login would be enough, else `insufficient_scope` (RFC 6750 §3.1).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.needs_step_up() {
            Some(_) => "insufficient_user_authentication",
            None => "insufficient_scope",
        }
    }

    /// Everything that is missing.
    #[must_use]
    pub fn missing(&self) -> &Missing {
        &self.missing
    }

    /// The scopes that a token needs to be allowed, those it has already included: what the challenge's
    /// `scope` tells.
    ///
    /// In the policy's order and each once. RFC 6750 §3: "the required scope of the access token for
    /// accessing the requested resource". All of them, because a client that asks for the missing ones alone
    /// gets a token without the others.
    ///
    /// Of the alternatives of an [`any`](crate::Policy::any), those scopes count that are on the way that lacks
    /// least: first of roles, claims and whatever else no new token brings by itself, then of scopes and
    /// logins. Of equals it is the first.
    #[must_use]
    pub fn scopes(&self) -> Vec<&str> {
        self.way.scopes.iter().map(|scope| &**scope).collect()
    }

    /// Which login would be enough, if nothing but the login is missing (RFC 9470), on the way that
    /// [`scopes`](Self::scopes) describes.
    #[must_use]
    pub fn needs_step_up(&self) -> Option<&StepUp> {
        let only_login = self.way.needs_step_up && self.way.lacking == 0 && self.way.unobtainable == 0;
        only_login.then_some(&self.way.step_up)
    }
}

/// For logs: says what the policy asks for.
impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.missing.fmt(f)
    }
}

impl core::error::Error for Denied {}

/// What a caller lacks.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Missing {
    /// A scope.
    Scope(Arc<str>),
    /// A role.
    Role(Arc<str>),
    /// A claim with a certain value.
    Claim {
        /// Where it is.
        path: ClaimPath,
        /// The value that the policy asks for.
        value: Arc<Value>,
    },
    /// A login of a certain kind or age.
    Authentication(StepUp),
    /// All of these are missing, two at least.
    AllOf(Vec<Missing>),
    /// Each of these is missing, and one of them would be enough. Empty if the policy has no alternative.
    AnyOf(Vec<Missing>),
    /// The caller has what a [`not`](crate::Policy::not) excludes.
    Forbidden,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scope(scope) => write!(f, "the scope {scope:?} is missing"),
            Self::Role(role) => write!(f, "the role {role:?} is missing"),
            Self::Claim { path, value } => {
                write!(f, "the claim {:?} is not {value}", path.to_string())
            }
            Self::Authentication(StepUp { acr_values, max_age }) => {
                f.write_str("the login is not")?;
                if !acr_values.is_empty() {
                    write!(f, " one of {acr_values:?}")?;
                }
                if let Some(age) = max_age {
                    write!(f, " from the last {} s", age.as_secs())?;
                }
                Ok(())
            }
            Self::AllOf(missing) => write_joined(f, missing, " and "),
            Self::AnyOf(missing) if missing.is_empty() => f.write_str("nobody is allowed"),
            Self::AnyOf(missing) => {
                f.write_str("no alternative holds (")?;
                write_joined(f, missing, "; ")?;
                f.write_str(")")
            }
            Self::Forbidden => f.write_str("something excluded is there"),
        }
    }
}

/// The login that is asked for, as RFC 9470 §3 tells it to a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepUp {
    /// Authentication context class references, of which one is enough, in order of preference. Empty: any
    /// will do.
    pub acr_values: Vec<Arc<str>>,
    /// How long ago the login may be at most. `None`: any age will do.
    pub max_age: Option<Duration>,
}

/// What is needed to be allowed, whether it is there already or not, and how much of it is missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Way {
    pub(super) scopes: Vec<Arc<str>>,
    /// How many of the scopes the token does not carry.
    pub(super) lacking: usize,
    pub(super) step_up: StepUp,
    pub(super) needs_step_up: bool,
    /// How many roles, claims and exclusions stand against it.
    pub(super) unobtainable: usize,
}

impl Way {
    /// To be compared: first what a new token does not bring by itself.
    pub(super) fn length(&self) -> (usize, usize) {
        (self.unobtainable, self.lacking.saturating_add(usize::from(self.needs_step_up)))
    }

    /// Adds what is needed as well. Of logins, one that fulfils both.
    pub(super) fn join(&mut self, other: Self) {
        let new: Vec<_> = other.scopes.into_iter().filter(|scope| !self.scopes.contains(scope)).collect();
        self.scopes.extend(new);
        self.lacking = self.lacking.saturating_add(other.lacking);
        self.unobtainable = self.unobtainable.saturating_add(other.unobtainable);
        self.needs_step_up |= other.needs_step_up;

        let StepUp { acr_values, max_age } = other.step_up;
        self.step_up.max_age = self.step_up.max_age.into_iter().chain(max_age).min();
        if self.step_up.acr_values.is_empty() {
            self.step_up.acr_values = acr_values;
        } else if !acr_values.is_empty() {
            self.step_up.acr_values.retain(|value| acr_values.contains(value));
            if self.step_up.acr_values.is_empty() {
                // No login is of two classes.
                self.unobtainable = self.unobtainable.saturating_add(1);
            }
        }
    }
}

fn write_joined(f: &mut fmt::Formatter<'_>, parts: &[Missing], separator: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        write!(f, "{part}")?;
    }
    Ok(())
}
