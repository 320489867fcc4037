//! How the keys are: for a health page, an alarm, or a log.

use core::fmt;
use std::time::Duration;

use jwt_verify_core::{Freshness, UnixTime};

use super::schedule::{Published, Schedule};
use crate::{RemoteError, moment::Moment};

/// The state of an issuer's keys at one time. Made by [`RemoteJwks::health`](crate::RemoteJwks::health). Free of secrets.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::{KeysState, RemoteJwks};
///
/// let health = RemoteJwks::builder("https://id.example/jwks").build()?.health();
/// assert_eq!(health.state(), KeysState::Empty);
/// assert_eq!(health.age(), None);
/// assert_eq!(health.to_string(), "keys of https://id.example/jwks: empty");
/// # Ok::<(), jwt_verify_remote::RemoteJwksError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Health {
    source: String,
    state: KeysState,
    keys: usize,
    age: Option<Duration>,
    last_success: Option<UnixTime>,
    last_error: Option<RemoteError>,
    consecutive_failures: u32,
    recent_failures: usize,
    next_refresh: Duration,
}

/// Whether keys are there and can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeysState {
    /// There never were any.
    Empty,
    /// As new as the issuer promises.
    Fresh,
    /// Fresh, and being fetched again.
    Refreshing,
    /// Past their time and used, as the issuer cannot be reached.
    Stale,
    /// Past their time and not used.
    Expired,
}

impl KeysState {
    /// `empty`, `fresh`, `refreshing`, `stale` or `expired`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Fresh => "fresh",
            Self::Refreshing => "refreshing",
            Self::Stale => "stale",
            Self::Expired => "expired",
        }
    }

    /// Whether tokens can be verified.
    #[must_use]
    pub fn is_ready(self) -> bool {
        matches!(self, Self::Fresh | Self::Refreshing | Self::Stale)
    }
}

impl fmt::Display for KeysState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Health {
    pub(super) fn of(
        source: &str,
        published: &Published,
        schedule: &Schedule,
        in_flight: bool,
        now: Moment,
    ) -> Self {
        let state = match published.freshness(now) {
            _ if published.confirmed.is_none() => KeysState::Empty,
            Freshness::Fresh if in_flight => KeysState::Refreshing,
            Freshness::Fresh => KeysState::Fresh,
            Freshness::Stale => KeysState::Stale,
            _ => KeysState::Expired,
        };
        let age = published.age(now);
        let until_due = age.map_or(Duration::ZERO, |age| published.refresh_after.saturating_sub(age));
        Self {
            source: source.into(),
            state,
            keys: published.keys.jwk_set().map_or(0, |set| set.keys().len()),
            age,
            last_success: published.confirmed.and_then(Moment::unix_time),
            last_error: schedule.last_error.clone(),
            consecutive_failures: schedule.consecutive_failures,
            recent_failures: schedule.recent_failures(now),
            next_refresh: until_due.max(schedule.pause(now)),
        }
    }

    /// The address of the keys without its query, or the issuer that they are discovered from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The state in one word.
    #[must_use]
    pub fn state(&self) -> KeysState {
        self.state
    }

    /// Whether tokens can be verified: [`KeysState::is_ready`].
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.state.is_ready()
    }

    /// How many usable keys are held.
    #[must_use]
    pub fn keys(&self) -> usize {
        self.keys
    }

    /// How long ago the issuer confirmed the keys, or `None` if there never were any.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.age
    }

    /// When the issuer confirmed the keys, by the wall clock.
    #[must_use]
    pub fn last_success(&self) -> Option<UnixTime> {
        self.last_success
    }

    /// Why the last fetch failed; `None` if it succeeded.
    #[must_use]
    pub fn last_error(&self) -> Option<&RemoteError> {
        self.last_error.as_ref()
    }

    /// How many fetches in a row have failed.
    #[must_use]
    pub fn consecutive_failures(&self) -> u32 {
        self.consecutive_failures
    }

    /// How many fetches have failed in the last five minutes. More than ten is worth an alarm.
    #[must_use]
    pub fn recent_failures(&self) -> usize {
        self.recent_failures
    }

    /// After what time the next use may start a fetch by itself. Zero: it is due, and the next use starts it.
    #[must_use]
    pub fn next_refresh(&self) -> Duration {
        self.next_refresh
    }
}

/// One line.
impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "keys of {}: {}", self.source, self.state)?;
        if let Some(age) = self.age {
            write!(f, ", {} held, confirmed {} s ago", self.keys, age.as_secs())?;
        }
        if let Some(error) = &self.last_error {
            write!(f, ", {} failures in a row, the last: {error}", self.consecutive_failures)?;
        }
        Ok(())
    }
}
