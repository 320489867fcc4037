//! [`RemoteJwks`]: an issuer's keys, fetched from the issuer and kept.

mod absent;
mod builder;
mod fetching;
mod health;
mod prefetch;
mod schedule;
pub mod settings;
mod single_flight;
#[cfg(test)]
mod single_flight_tests;
mod snapshot;
mod sync;
mod telemetry;

use core::fmt;
use std::sync::Arc;

use jwt_verify_core::{Generation, Held, KeySource, KeySourceError, RefreshReason, Refreshed, async_trait};

pub use self::{
    builder::{RemoteJwksBuilder, RemoteJwksError, RemoteJwksProblem},
    health::{Health, KeysState},
    snapshot::{Snapshot, SnapshotError},
};
use self::{
    fetching::Fetching,
    schedule::{NotNow, Published, Schedule},
    single_flight::{Boarded, Decision, InFlight, Landed, Landing, Line, SingleFlight},
    telemetry::{News, Telemetry},
};
use crate::{
    RemoteError, background,
    moment::{Moment, Timekeeper},
};

/// The keys that an issuer publishes as a JWK Set, fetched over HTTPS, kept fresh, and used on for a while when the issuer is away.
///
/// | keys are | what happens |
/// |---|---|
/// | empty | Nothing was fetched yet. The first use starts a fetch, and its token waits for it. |
/// | fresh | As the issuer's `Cache-Control` says, between 1 minute and 1 hour, or 10 minutes where it says nothing. Verifying never waits. |
/// | refreshing | At 80 % of that time the next use starts a fetch in the background. Verifying goes on. |
/// | stale | Past that time, and the issuer was asked and could not be reached, was in trouble (5xx, 429), or something else answered in its place. Verifying goes on, for up to 1 hour, with attempts in between. |
/// | expired | Past that too, or the issuer itself [answered without the keys](RemoteError::is_definite), or nobody has asked lately. Tokens wait for the next fetch; if it fails, or is not due, that is an outage ([`Error::KeySource`](jwt_verify_core::Error::KeySource), 503 in HTTP), never the client's fault. |
///
/// A token that names a key which is not held, or whose signature a key held did not make, causes a fetch itself: at most two, and one more each
/// 30 seconds, whoever sends them. What is over that is refused without waiting; a fetch in flight is joined. Key IDs that the
/// issuer did not have when asked are remembered, for 30 seconds at first and up to 5 minutes, or until the keys change.
///
/// At most one fetch is in flight, for all tasks, threads and runtimes. It runs on a thread of this crate and goes on when the request
/// that caused it is gone. A failed fetch never takes keys away; an answer without usable keys counts as failed.
///
/// Cheap to clone; clones are the same source. Keep one for [`health`](Self::health) and give one to the issuer.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Algorithm, Claims, TrustedIssuer, Verifier};
/// use jwt_verify_remote::RemoteJwks;
/// use jwt_verify_testing::TestIssuer;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let issuer = TestIssuer::start(); // a real server on loopback
/// let keys = RemoteJwks::builder(issuer.jwks_url()).build()?;
/// let verifier = Verifier::builder()
///     .issuer(
///         TrustedIssuer::builder(issuer.name())
///             .audience(issuer.audience())
///             .algorithms([Algorithm::EdDsa])
///             .key_source(keys.clone())
///             .build()?,
///     )
///     .clock(issuer.clock())
///     .build()?;
///
/// verifier.verify::<Claims>(&issuer.token().mint()).await?;
/// issuer.rotate();
/// verifier.verify::<Claims>(&issuer.token().mint()).await?; // a new key
/// assert!(keys.is_ready());
/// assert_eq!(issuer.jwks_requests(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RemoteJwks {
    inner: Arc<Inner>,
}

struct Inner {
    fetching: Fetching,
    keys: Arc<SingleFlight<Keys>>,
    timekeeper: Timekeeper,
    telemetry: Telemetry,
}

impl RemoteJwks {
    /// Keys at this address. Nothing is fetched yet.
    pub fn builder(url: impl Into<String>) -> RemoteJwksBuilder {
        RemoteJwksBuilder::at(url.into())
    }

    /// Keys at the address that the issuer's metadata give: OpenID Connect Discovery, or RFC 8414. Nothing is fetched yet.
    ///
    /// `issuer` is the exact name; the metadata must say the same.
    pub fn discover(issuer: impl Into<String>) -> RemoteJwksBuilder {
        RemoteJwksBuilder::discovered(issuer.into())
    }

    /// The state of the keys, for a health page, an alarm, or a log.
    #[must_use]
    pub fn health(&self) -> Health {
        let now = self.inner.timekeeper.now();
        self.inner.keys.inspect(|published, schedule, InFlight(in_flight)| {
            Health::of(self.inner.fetching.name(), published, schedule, in_flight, now)
        })
    }

    /// Whether there are keys that can be used now, fresh or stale.
    ///
    /// The question for a readiness probe. It fetches nothing: a service that is to be ready before its first request calls
    /// [`prefetch`](Self::prefetch) at start-up.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let now = self.inner.timekeeper.now();
        self.inner.keys.read(|published| published.is_usable(now))
    }

    /// The keys held, with their age, to be stored and given to [`RemoteJwksBuilder::seed`] at the next start.
    ///
    /// `None` until there are any, and without a wall clock.
    #[must_use]
    pub fn snapshot(&self) -> Option<Snapshot> {
        let now = self.inner.timekeeper.now();
        self.inner.keys.read(|published| Snapshot::of(self.inner.fetching.source(), published, now))
    }

    /// A fetch on the background thread.
    fn take_off(&self, landing: Landing<Keys>) {
        let inner = Arc::clone(&self.inner);
        background::spawn(async move {
            let etag = landing.line().read(|published| published.etag.clone());
            let began = std::time::Instant::now();
            let fetched = inner.fetching.fetch(etag.as_ref(), inner.timekeeper.now()).await;
            inner.telemetry.fetched(&fetched, began.elapsed());
            let now = inner.timekeeper.now();
            let mut news = None;
            landing.land(|schedule, published| match fetched {
                Ok(answer) => {
                    let next = schedule.succeed(published, answer, now);
                    news = Some(News::Published {
                        before: Box::new(published.clone()),
                        now: Box::new(next.clone()),
                    });
                    Landed { publish: Some(next), outcome: Ok(()) }
                }
                Err(error) => {
                    let next = schedule.fail(published, &error, now);
                    news =
                        Some(News::Failed { error: error.clone(), in_a_row: schedule.consecutive_failures });
                    Landed { publish: next, outcome: Err(error) }
                }
            });
            // Not under the lock: whoever listens may be slow, or ask this source something.
            if let Some(news) = news {
                inner.telemetry.landed(&news);
            }
        });
    }

    /// Decides what somebody gets who asks for newer keys than those of generation `seen`.
    fn decide(
        schedule: &mut Schedule,
        published: &Published,
        InFlight(in_flight): InFlight,
        ask: &Ask<'_>,
        now: Moment,
    ) -> Decision<Result<Refreshed, KeySourceError>> {
        let is_usable = published.is_usable(now);
        let is_newer = published.keys.generation() != ask.seen || ask.why == RefreshReason::NoUsableKeys;
        // The issuer was asked after the question had come up, and does not have the key.
        if matches!(ask.flown, Flown::Own)
            && let Some(key_id) = ask.key_id()
            && !published.has_key_id(key_id)
        {
            schedule.remember_absent(key_id, now);
        }
        // Compare and refresh: somebody else has been faster.
        if is_usable && is_newer {
            return Decision::Answer(Ok(Refreshed::Newer(published.keys.clone())));
        }
        match &ask.flown {
            Flown::Failed(error) => return Decision::Answer(Err(unavailable(error, schedule.pause(now)))),
            Flown::Own if is_usable => return Decision::Answer(Ok(Refreshed::Unchanged)),
            Flown::Own => return Decision::Answer(Err(KeySourceError::NoUsableKeys)),
            // What was in flight before the question came up may have been answered before the issuer changed its keys.
            Flown::Joined | Flown::NotYet => {}
        }
        if in_flight {
            return Decision::Fly;
        }
        if !is_usable {
            return match schedule.pause(now) {
                pause if pause.is_zero() => Decision::Fly,
                pause => Decision::Answer(Err(backing_off(schedule, pause))),
            };
        }
        if ask.key_id().is_some_and(|key_id| schedule.knows_absent(key_id, now)) {
            return Decision::Answer(Ok(Refreshed::Unchanged));
        }
        match schedule.pay(now) {
            Ok(()) => Decision::Fly,
            Err(NotNow::TooOften) => Decision::Answer(Ok(Refreshed::Limited)),
            Err(NotNow::Failing(pause)) => Decision::Answer(Err(backing_off(schedule, pause))),
        }
    }
}

/// A question for newer keys.
struct Ask<'a> {
    seen: Generation,
    why: RefreshReason<'a>,
    flown: Flown,
}

/// What whoever asks has waited for already.
enum Flown {
    NotYet,
    /// A flight that was in the air before.
    Joined,
    /// A flight that began with the question, or later.
    Own,
    Failed(RemoteError),
}

impl Ask<'_> {
    fn key_id(&self) -> Option<&str> {
        match self.why {
            RefreshReason::KeyNotFound { key_id } => key_id,
            _ => None,
        }
    }
}

#[async_trait]
impl KeySource for RemoteJwks {
    fn held(&self) -> Held {
        let now = self.inner.timekeeper.now();
        let (held, is_refresh_due) = self.inner.keys.read(|published| {
            (Held::new(published.keys.clone(), published.freshness(now)), published.is_refresh_due(now))
        });
        if is_refresh_due
            // Looked at once more: a fetch may have ended since.
            && let Some(landing) = self.inner.keys.nudge(|schedule, published| {
                published.is_refresh_due(now) && schedule.pause(now).is_zero()
            })
        {
            self.take_off(landing);
        }
        held
    }

    async fn refresh(&self, seen: Generation, why: RefreshReason<'_>) -> Result<Refreshed, KeySourceError> {
        let mut ask = Ask { seen, why, flown: Flown::NotYet };
        let answer = loop {
            let now = self.inner.timekeeper.now();
            let boarded = self.inner.keys.board(|schedule, published, in_flight| {
                Self::decide(schedule, published, in_flight, &ask, now)
            });
            let (arrival, next) = match boarded {
                Boarded::Answer(answer) => break answer,
                Boarded::Started(arrival, landing) => {
                    self.take_off(landing);
                    (arrival, Flown::Own)
                }
                // The second flight that is joined began after the question.
                Boarded::Joined(arrival) if matches!(ask.flown, Flown::Joined) => (arrival, Flown::Own),
                Boarded::Joined(arrival) => (arrival, Flown::Joined),
            };
            ask.flown = match arrival.await {
                Ok(()) => next,
                Err(error) => Flown::Failed(error),
            };
        };
        self.inner.telemetry.refreshed(why, &answer);
        answer
    }
}

impl fmt::Debug for RemoteJwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let health = self.health();
        f.debug_struct("RemoteJwks")
            .field("source", &self.inner.fetching.name())
            .field("state", &health.state())
            .finish_non_exhaustive()
    }
}

/// What flies here.
#[derive(Debug)]
struct Keys;

impl Line for Keys {
    type Published = Published;
    type State = Schedule;
    type Error = RemoteError;

    fn lost(schedule: &mut Schedule, published: &Published) -> Landed<Self> {
        let error = RemoteError::Aborted;
        let now = schedule.now();
        Landed { publish: schedule.fail(published, &error, now), outcome: Err(error) }
    }
}

/// What whoever asks hears while the issuer is left alone after a failure.
fn backing_off(schedule: &Schedule, pause: core::time::Duration) -> KeySourceError {
    match &schedule.last_error {
        Some(error) => unavailable(error, pause),
        None => KeySourceError::NoUsableKeys,
    }
}

fn unavailable(error: &RemoteError, pause: core::time::Duration) -> KeySourceError {
    KeySourceError::failed(error.clone()).retry_after(pause)
}
