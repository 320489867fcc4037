//! What is told while keys are kept: events through `tracing`, numbers through `metrics`. `docs/metrics.md` lists both; the names are
//! stable.

use std::time::Duration;

use jwt_verify_core::{KeySourceError, RefreshReason, Refreshed};
use metrics::{counter, gauge, histogram};

use super::schedule::{Answer, Published};
use crate::RemoteError;

/// Tells about one source.
#[derive(Debug)]
pub(super) struct Telemetry {
    source: String,
}

/// What a flight has brought.
pub(super) enum News {
    Published { before: Box<Published>, now: Box<Published> },
    Failed { error: RemoteError, in_a_row: u32 },
}

impl Telemetry {
    pub(super) fn new(source: &str) -> Self {
        Self { source: source.into() }
    }

    /// A fetch has ended.
    pub(super) fn fetched(&self, fetched: &Result<Answer, RemoteError>, took: Duration) {
        let outcome = match fetched {
            Ok(Answer { document: Some(_), .. }) => "fetched",
            Ok(Answer { document: None, .. }) => "not_modified",
            Err(error) => error.code(),
        };
        counter!("jwt_verify_jwks_fetches_total", "source" => self.source.clone(), "outcome" => outcome)
            .increment(1);
        histogram!("jwt_verify_jwks_fetch_duration_seconds", "source" => self.source.clone()).record(took);
    }

    /// A flight has landed.
    pub(super) fn landed(&self, news: &News) {
        match news {
            News::Published { before, now } => self.published(before, now),
            News::Failed { error, in_a_row } => self.failed(error, *in_a_row),
        }
    }

    /// The issuer confirmed or changed its keys.
    fn published(&self, before: &Published, now: &Published) {
        let Some(set) = now.keys.jwk_set() else { return };
        let held = u32::try_from(set.keys().len()).unwrap_or(u32::MAX);
        gauge!("jwt_verify_jwks_keys", "source" => self.source.clone()).set(held);
        if before.keys.generation() == now.keys.generation() {
            tracing::debug!(source = %self.source, fresh_for = now.fresh_for.as_secs(), "keys confirmed");
            return;
        }
        counter!("jwt_verify_jwks_changes_total", "source" => self.source.clone()).increment(1);
        tracing::info!(source = %self.source, keys = held, skipped = set.skipped().len(), fresh_for = now.fresh_for.as_secs(), "keys changed");
        for skipped in set.skipped() {
            tracing::debug!(source = %self.source, %skipped, "key skipped");
        }
    }

    /// A fetch failed.
    fn failed(&self, error: &RemoteError, in_a_row: u32) {
        let cause = core::error::Error::source(error).map(tracing::field::display);
        tracing::warn!(source = %self.source, code = error.code(), %error, cause, in_a_row, "keys could not be fetched");
    }

    /// A token asked for newer keys.
    pub(super) fn refreshed(&self, why: RefreshReason<'_>, answer: &Result<Refreshed, KeySourceError>) {
        let reason = match why {
            RefreshReason::KeyNotFound { .. } => "key_not_found",
            RefreshReason::InvalidSignature => "invalid_signature",
            _ => "no_usable_keys",
        };
        let answer = match answer {
            Ok(Refreshed::Newer(_)) => "newer",
            Ok(Refreshed::Unchanged) => "unchanged",
            Ok(_) => "limited",
            Err(_) => "unavailable",
        };
        counter!("jwt_verify_jwks_refreshes_total", "source" => self.source.clone(), "reason" => reason, "answer" => answer)
            .increment(1);
        tracing::debug!(source = %self.source, reason, answer, "a token asked for newer keys");
    }
}
