//! How long keys are good for, and how often they are asked for: the numbers, each with its reason.

use std::time::Duration;

/// What [`RemoteJwksBuilder`](super::RemoteJwksBuilder) collects. `docs/defaults.md` has the same table.
#[derive(Clone, Debug)]
pub(super) struct Settings {
    pub(super) fresh_for: Duration,
    pub(super) stale_if_error: Duration,
    pub(super) max_age: Duration,
    pub(super) timeout: Duration,
    pub(super) on_demand_burst: u32,
    pub(super) on_demand_refill: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            fresh_for: DEFAULT_FRESH_FOR,
            stale_if_error: DEFAULT_STALE_IF_ERROR,
            max_age: DEFAULT_MAX_AGE,
            timeout: DEFAULT_TIMEOUT,
            on_demand_burst: DEFAULT_ON_DEMAND_BURST,
            on_demand_refill: DEFAULT_ON_DEMAND_REFILL,
        }
    }
}

/// How long keys are fresh where the issuer's `Cache-Control` does not say: 10 minutes, on which the advice of issuers and the habits of
/// gateways meet.
pub const DEFAULT_FRESH_FOR: Duration = Duration::from_secs(600);
/// The shortest time that `Cache-Control` can ask for: 1 minute. `max-age=0` must not make every request a fetch.
pub const MIN_FRESH_FOR: Duration = Duration::from_secs(60);
/// The longest time that `Cache-Control` can ask for: 1 hour. It bounds how long a key that the issuer has withdrawn goes on opening
/// doors.
pub const MAX_FRESH_FOR: Duration = Duration::from_secs(3_600);
/// When keys are fetched anew, in percent of the time that they are fresh: early enough for several attempts before it is over.
pub(super) const REFRESH_AHEAD_PERCENT: u32 = 80;
/// By how much more or less, in percent of it: the instances of a service must not all ask at once.
pub(super) const JITTER_PERCENT: u32 = 10;
/// How long keys are used past their time while the issuer cannot be reached: 1 hour, enough to be woken and to mend it.
pub const DEFAULT_STALE_IF_ERROR: Duration = Duration::from_secs(3_600);
/// The age at which keys are used under no circumstances: 24 hours since the issuer last confirmed them. Whoever can cut us off from the
/// issuer could otherwise keep a stolen key alive.
pub const DEFAULT_MAX_AGE: Duration = Duration::from_secs(86_400);
/// How long a fetch may take in all, discovery included: 5 seconds. Long enough for a slow issuer on another continent, short enough
/// for the request that waits.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long [`RemoteJwks::prefetch`](crate::RemoteJwks::prefetch) tries: 10 seconds. At start-up nobody waits yet.
pub const PREFETCH_TIMEOUT: Duration = Duration::from_secs(10);
/// How many fetches tokens may cause at once: 2. A rotation that comes in two steps is picked up at once.
pub const DEFAULT_ON_DEMAND_BURST: u32 = 2;
/// After which time tokens may cause one more: 30 seconds. Key IDs cost whoever invents them nothing.
pub const DEFAULT_ON_DEMAND_REFILL: Duration = Duration::from_secs(30);
/// How many key IDs that the issuer does not have are remembered: 128. They are chosen by whoever sends tokens.
pub(super) const MAX_ABSENT_KEY_IDS: usize = 128;
/// For how long one is, the first time: 30 seconds, doubled each time that it is asked for again in vain. A new key may sign before every
/// cache in front of the issuer shows it.
pub(super) const MIN_ABSENT_FOR: Duration = Duration::from_secs(30);
/// For how long at most: 5 minutes.
pub(super) const MAX_ABSENT_FOR: Duration = Duration::from_secs(300);
/// The pause after a failed fetch: 1 second, doubled with each that follows,
pub(super) const MIN_PAUSE: Duration = Duration::from_secs(1);
/// up to 20 seconds: a service without usable keys must notice soon that the issuer is back, and an outage must stay above the alarm of
/// [`FAILURE_WINDOW`] for as long as it lasts, also where each attempt takes the whole [`DEFAULT_TIMEOUT`].
pub(super) const MAX_PAUSE: Duration = Duration::from_secs(20);
/// The most that `Retry-After` can ask for: 1 minute. Whoever answers in the issuer's place must not silence us for a day.
pub(super) const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);
/// The span over which [`Health`](crate::Health) counts failures: 5 minutes, of which "more than ten" is the classic alarm.
pub(super) const FAILURE_WINDOW: Duration = Duration::from_secs(300);
/// How many failures are counted at most.
pub(super) const MAX_COUNTED_FAILURES: usize = 1_000;
/// For how long the address of the keys, once discovered, is not looked up again: 1 hour, the longest that keys are fresh.
pub(super) const METADATA_FRESH_FOR: Duration = Duration::from_secs(3_600);
/// When the look-up has failed and the address known so far is used on: 1 minute.
pub(super) const METADATA_RETRY: Duration = Duration::from_secs(60);
