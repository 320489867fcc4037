//! When keys are fresh, stale or expired, and when the issuer may be asked: decisions only, no I/O and no waiting.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use jwt_verify_core::{Freshness, JwkSet, KeySet};

use super::{
    absent::AbsentKeyIds,
    settings::{
        FAILURE_WINDOW, JITTER_PERCENT, MAX_COUNTED_FAILURES, MAX_FRESH_FOR, MAX_PAUSE, MAX_RETRY_AFTER,
        MIN_FRESH_FOR, MIN_PAUSE, REFRESH_AHEAD_PERCENT, Settings,
    },
};
use crate::{
    RemoteError,
    bucket::Bucket,
    moment::{Moment, Timekeeper},
};

/// The keys held, and for how long they may be used: what every verification looks at.
#[derive(Clone, Debug)]
pub(super) struct Published {
    pub(super) keys: KeySet,
    /// When the issuer last confirmed them. `None`: there never were any.
    pub(super) confirmed: Option<Moment>,
    /// All since then.
    pub(super) refresh_after: Duration,
    pub(super) fresh_for: Duration,
    pub(super) usable_for: Duration,
    /// Whether they may be used at present when they are no longer fresh: the issuer was asked and could not be reached, or they come
    /// from a snapshot.
    pub(super) serve_stale: bool,
    /// What the issuer sent.
    pub(super) document: Arc<[u8]>,
    pub(super) etag: Option<EntityTag>,
}

impl Published {
    pub(super) fn nothing() -> Self {
        Self {
            keys: KeySet::empty(),
            confirmed: None,
            refresh_after: Duration::ZERO,
            fresh_for: Duration::ZERO,
            usable_for: Duration::ZERO,
            serve_stale: false,
            document: Arc::from([]),
            etag: None,
        }
    }

    pub(super) fn age(&self, now: Moment) -> Option<Duration> {
        self.confirmed.map(|confirmed| now.since(confirmed))
    }

    pub(super) fn freshness(&self, now: Moment) -> Freshness {
        match self.age(now) {
            Some(age) if age < self.fresh_for => Freshness::Fresh,
            Some(age) if self.serve_stale && age < self.usable_for => Freshness::Stale,
            _ => Freshness::Expired,
        }
    }

    pub(super) fn is_usable(&self, now: Moment) -> bool {
        self.freshness(now) != Freshness::Expired
    }

    pub(super) fn has_key_id(&self, key_id: &str) -> bool {
        self.keys.jwk_set().is_some_and(|set| set.keys().iter().any(|key| key.key_id() == Some(key_id)))
    }

    /// Whether it is time to fetch them, for the first time or again.
    pub(super) fn is_refresh_due(&self, now: Moment) -> bool {
        self.age(now).is_none_or(|age| age >= self.refresh_after)
    }
}

/// What a fetch brought.
#[derive(Debug)]
pub(super) struct Answer {
    /// `None`: the issuer says that nothing has changed (304).
    pub(super) document: Option<(JwkSet, Arc<[u8]>)>,
    pub(super) etag: Option<EntityTag>,
    /// From `Cache-Control`.
    pub(super) fresh_for: Option<Duration>,
}

/// Names one version of the document at one address (RFC 9110 §8.8.3): at another address the same text means something else.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct EntityTag {
    pub(super) url: String,
    pub(super) tag: String,
}

/// Why a token may not cause a fetch now.
pub(super) enum NotNow {
    /// Tokens have caused too many.
    TooOften,
    /// The last ones failed, and the issuer is left alone for so long.
    Failing(Duration),
}

/// What decides whether the issuer is asked.
#[derive(Debug)]
pub(super) struct Schedule {
    settings: Settings,
    timekeeper: Timekeeper,
    bucket: Bucket,
    absent: AbsentKeyIds,
    /// The flight in the air was paid for from the bucket.
    is_paid: bool,
    /// When a fetch that a token had caused last failed, and how many have in a row.
    on_demand_failure: Option<(Moment, u32)>,
    /// The issuer itself has answered without the keys since it last confirmed them: they are not served past their time any more,
    /// whatever the next attempts bring.
    is_withdrawn: bool,
    pause: Option<Pause>,
    pub(super) consecutive_failures: u32,
    pub(super) last_error: Option<RemoteError>,
    failures: VecDeque<Moment>,
}

/// The issuer is left alone for a while.
#[derive(Clone, Copy, Debug)]
struct Pause {
    since: Moment,
    lasts: Duration,
}

impl Pause {
    fn left(self, now: Moment) -> Duration {
        self.lasts.saturating_sub(now.since(self.since))
    }
}

impl Schedule {
    pub(super) fn new(settings: Settings, timekeeper: Timekeeper) -> Self {
        Self {
            bucket: Bucket::full(settings.on_demand_burst, settings.on_demand_refill, timekeeper.now()),
            settings,
            timekeeper,
            absent: AbsentKeyIds::default(),
            is_paid: false,
            on_demand_failure: None,
            is_withdrawn: false,
            pause: None,
            consecutive_failures: 0,
            last_error: None,
            failures: VecDeque::new(),
        }
    }

    pub(super) fn now(&self) -> Moment {
        self.timekeeper.now()
    }

    /// How long until the issuer may be asked without a token's doing. Zero: now.
    pub(super) fn pause(&self, now: Moment) -> Duration {
        self.pause.map_or(Duration::ZERO, |pause| pause.left(now))
    }

    pub(super) fn knows_absent(&self, key_id: &str, now: Moment) -> bool {
        self.absent.contains(key_id, now)
    }

    pub(super) fn remember_absent(&mut self, key_id: &str, now: Moment) {
        self.absent.insert(key_id, now);
    }

    /// Whether a token may cause a fetch now, while usable keys are held.
    ///
    /// A failure is given back. After the first there is a pause like after any other; after the next it takes another refill, so that
    /// what was given back does not make more fetches of a failing issuer than of a healthy one.
    pub(super) fn pay(&mut self, now: Moment) -> Result<(), NotNow> {
        let refill = match self.on_demand_failure {
            Some((failed, in_a_row)) if in_a_row > 1 => {
                self.settings.on_demand_refill.saturating_sub(now.since(failed))
            }
            _ => Duration::ZERO,
        };
        let pause = self.pause(now).max(refill);
        if !pause.is_zero() {
            return Err(NotNow::Failing(pause));
        }
        self.bucket.take(now).map_err(|_| NotNow::TooOften)?;
        self.is_paid = true;
        Ok(())
    }

    /// A fetch succeeded: what is published next.
    pub(super) fn succeed(&mut self, held: &Published, answer: Answer, now: Moment) -> Published {
        self.is_paid = false;
        self.on_demand_failure = None;
        self.is_withdrawn = false;
        self.pause = None;
        self.consecutive_failures = 0;
        self.last_error = None;

        let fresh_for = answer
            .fresh_for
            .map_or(self.settings.fresh_for, |asked| asked.clamp(MIN_FRESH_FOR, MAX_FRESH_FOR))
            .min(self.settings.max_age);
        let (keys, document) = match answer.document {
            None => (held.keys.clone(), Arc::clone(&held.document)),
            Some((set, document)) => match held.keys.renewed(set) {
                Some(newer) => {
                    self.absent.clear();
                    (newer, document)
                }
                None => (held.keys.clone(), document),
            },
        };
        Published {
            keys,
            confirmed: Some(now),
            refresh_after: refresh_ahead(fresh_for),
            fresh_for,
            usable_for: fresh_for.saturating_add(self.settings.stale_if_error).min(self.settings.max_age),
            serve_stale: false,
            document,
            etag: answer.etag,
        }
    }

    /// A fetch failed: what is published next, if that changes anything.
    pub(super) fn fail(&mut self, held: &Published, error: &RemoteError, now: Moment) -> Option<Published> {
        if core::mem::take(&mut self.is_paid) {
            self.bucket.give_back();
            let in_a_row = self.on_demand_failure.map_or(0, |(_, in_a_row)| in_a_row);
            self.on_demand_failure = Some((now, in_a_row.saturating_add(1)));
        }
        let doublings = self.consecutive_failures.min(16);
        self.consecutive_failures = self.consecutive_failures.saturating_add(1);
        let doubled = MIN_PAUSE.saturating_mul(1 << doublings).min(MAX_PAUSE);
        let asked = error.retry_after().unwrap_or_default().min(MAX_RETRY_AFTER);
        self.pause = Some(Pause { since: now, lasts: jittered(doubled).max(asked) });
        self.last_error = Some(error.clone());
        self.failures.push_back(now);
        if self.failures.len() > MAX_COUNTED_FAILURES {
            self.failures.pop_front();
        }

        self.is_withdrawn |= error.is_definite();
        // Only what fails when the keys are due says that they cannot be renewed: of a failure long before nobody knows whether it lasts.
        let serve_stale = !self.is_withdrawn && (held.serve_stale || held.is_refresh_due(now));
        (held.serve_stale != serve_stale).then(|| Published { serve_stale, ..held.clone() })
    }

    pub(super) fn recent_failures(&self, now: Moment) -> usize {
        self.failures.iter().filter(|failed| now.since(**failed) < FAILURE_WINDOW).count()
    }

    /// What a snapshot is worth: stale from the start, however new it is.
    pub(super) fn seeded(&self, set: JwkSet, document: Arc<[u8]>, age: Duration, now: Moment) -> Published {
        Published {
            keys: set.into(),
            confirmed: Some(now.before(age)),
            refresh_after: Duration::ZERO,
            fresh_for: Duration::ZERO,
            usable_for: self
                .settings
                .fresh_for
                .saturating_add(self.settings.stale_if_error)
                .min(self.settings.max_age),
            serve_stale: true,
            document,
            etag: None,
        }
    }
}

fn refresh_ahead(fresh_for: Duration) -> Duration {
    jittered(fresh_for.saturating_mul(REFRESH_AHEAD_PERCENT) / 100)
}

/// A span up to [`JITTER_PERCENT`] shorter or longer.
fn jittered(span: Duration) -> Duration {
    let percent = fastrand::u32(100 - JITTER_PERCENT..=100 + JITTER_PERCENT);
    span.saturating_mul(percent) / 100
}
