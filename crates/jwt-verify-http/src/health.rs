//! [`HealthReply`]: how the keys are, for a page and for a probe.

#[cfg(feature = "remote")]
use core::{
    future::{Future, poll_fn},
    task::Poll,
    time::Duration,
};
use std::borrow::Cow;

#[cfg(feature = "remote")]
use jwt_verify_remote::{Health, KeysState, RemoteJwks};
#[cfg(feature = "remote")]
use serde_json::{Value, json};

/// The answer to a question of a monitor or a probe.
///
/// The body is JSON and free of addresses, keys and causes, so a public page may have it:
///
/// ```json
/// {"status":"up","keys":[{"state":"fresh","age_seconds":12,"last_error":null}]}
/// ```
///
/// | `status` | what it means | [`Auth::health`](crate::Auth::health) | [`Auth::readiness`](crate::Auth::readiness) |
/// |---|---|---|---|
/// | `up` | tokens can be verified | 200 | 200 |
/// | `degraded` | they can, with keys past their time, or the last fetch failed | 200 | 200 |
/// | `starting` | keys were not needed yet, and not fetched | 200 | 503 |
/// | `down` | they cannot: requests with tokens are answered with 503 | 200 | 503 |
///
/// With several issuers, `degraded` is also when some of them have keys and others not: what stops the service for all would help
/// nobody. `state` is `empty`, `fresh`, `refreshing`, `stale` or `expired`; `last_error` is a code of
/// `docs/metrics.md`. Keys that were given and are not fetched are not listed.
///
/// Health is 200 also when the keys are gone: the process is well, and a liveness probe that stops it would make an issuer's outage
/// the service's own. Readiness tells a load balancer to send requests elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthReply {
    status: u16,
    body: Cow<'static, str>,
}

impl HealthReply {
    #[cfg(not(feature = "remote"))]
    pub(crate) fn health() -> Self {
        Self { status: 200, body: Cow::Borrowed(NO_KEYS) }
    }

    #[cfg(feature = "remote")]
    pub(crate) fn health(sources: &[RemoteJwks]) -> Self {
        Self { status: 200, ..Self::readiness_now(sources) }
    }

    #[cfg(feature = "remote")]
    pub(crate) async fn readiness(sources: &[RemoteJwks]) -> Self {
        // Also after an outage: a service that is not ready gets no requests, whose tokens would ask for keys.
        let missing = sources.iter().filter(|keys| !keys.is_ready());
        // What they fail with is in the health that is read next.
        side_by_side(missing.map(|keys| keys.prefetch_within(READINESS_TIMEOUT))).await;
        Self::readiness_now(sources)
    }

    #[cfg(feature = "remote")]
    fn readiness_now(sources: &[RemoteJwks]) -> Self {
        if sources.is_empty() {
            return Self { status: 200, body: Cow::Borrowed(NO_KEYS) };
        }
        let healths: Vec<_> = sources.iter().map(RemoteJwks::health).collect();
        let status = Status::of_all(&healths);
        let keys: Vec<_> = healths.iter().map(told).collect();
        let body = json!({ "status": status.name(), "keys": keys }).to_string();
        Self { status: if status <= Status::Degraded { 200 } else { 503 }, body: body.into() }
    }

    /// 200 or 503.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The header fields: what the body is, and that it is true only now.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        [("content-type", "application/json"), ("cache-control", "no-store")].into_iter()
    }

    /// The body.
    #[must_use]
    pub fn body(&self) -> &str {
        &self.body
    }

    /// The body by value.
    #[must_use]
    pub fn into_body(self) -> String {
        self.body.into_owned()
    }
}

/// From good to bad.
#[cfg(feature = "remote")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    Up,
    Degraded,
    Starting,
    Down,
}

#[cfg(feature = "remote")]
impl Status {
    fn of(health: &Health) -> Self {
        match health.state() {
            KeysState::Fresh | KeysState::Refreshing if health.last_error().is_none() => Self::Up,
            KeysState::Fresh | KeysState::Refreshing | KeysState::Stale => Self::Degraded,
            KeysState::Empty if health.last_error().is_none() => Self::Starting,
            _ => Self::Down,
        }
    }

    /// While one issuer's tokens can be verified, the service is of use.
    fn of_all(healths: &[Health]) -> Self {
        let worst = healths.iter().map(Self::of).max().unwrap_or(Self::Up);
        let best = healths.iter().map(Self::of).min().unwrap_or(Self::Up);
        if best <= Self::Degraded { worst.min(Self::Degraded) } else { worst }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Degraded => "degraded",
            Self::Starting => "starting",
            Self::Down => "down",
        }
    }
}

#[cfg(feature = "remote")]
fn told(health: &Health) -> Value {
    json!({
        "state": health.state().name(),
        "age_seconds": health.age().map(|age| age.as_secs()),
        "last_error": health.last_error().map(|error| error.code()),
    })
}

/// Waits for all, each of which has a deadline of its own.
#[cfg(feature = "remote")]
async fn side_by_side<F: Future>(futures: impl Iterator<Item = F>) {
    let mut waiting: Vec<_> = futures.map(Box::pin).collect();
    poll_fn(|context| {
        waiting.retain_mut(|future| future.as_mut().poll(context).is_pending());
        if waiting.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Nothing that could be stale.
const NO_KEYS: &str = r#"{"status":"up","keys":[]}"#;

/// How long [`Auth::readiness`](crate::Auth::readiness) waits for the first keys: less than most probes do.
#[cfg(feature = "remote")]
pub const READINESS_TIMEOUT: Duration = Duration::from_millis(800);
