//! How much time has passed, by a clock that cannot be set and one that does not stop.

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use jwt_verify_core::{Clock, UnixTime};

/// Reads the time for one source of keys.
#[derive(Clone, Debug)]
pub(crate) enum Timekeeper {
    /// The system's two clocks.
    System {
        /// Where the steady clock is counted from.
        start: Instant,
    },
    /// A clock of the user's own, alone.
    Given(Arc<dyn Clock>),
}

impl Timekeeper {
    pub(crate) fn system() -> Self {
        Self::System { start: Instant::now() }
    }

    pub(crate) fn now(&self) -> Moment {
        match self {
            Self::System { start } => Moment {
                steady: LONG_AGO.saturating_add(start.elapsed()),
                wall: SystemTime::now().duration_since(UNIX_EPOCH).ok(),
            },
            Self::Given(clock) => Moment {
                steady: Duration::ZERO,
                wall: clock.now().and_then(|now| u64::try_from(now.as_secs()).ok()).map(Duration::from_secs),
            },
        }
    }
}

/// A point in time on both clocks.
///
/// The steady clock stands still while a machine sleeps, and the wall clock can be set. Of the two spans between two moments the
/// longer one counts: keys may look older than they are, which costs a fetch, and never younger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moment {
    steady: Duration,
    wall: Option<Duration>,
}

impl Moment {
    /// How long ago `earlier` was.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        let wall = self.wall.zip(earlier.wall).map(|(now, earlier)| now.saturating_sub(earlier));
        self.steady.saturating_sub(earlier.steady).max(wall.unwrap_or_default())
    }

    /// The moment this much earlier.
    pub(crate) fn before(self, span: Duration) -> Self {
        Self {
            steady: self.steady.saturating_sub(span),
            wall: self.wall.map(|wall| wall.saturating_sub(span)),
        }
    }

    /// By the wall clock, if there is one.
    pub(crate) fn unix_time(self) -> Option<UnixTime> {
        self.wall.and_then(|wall| i64::try_from(wall.as_secs()).ok()).map(UnixTime::from_secs)
    }
}

/// Added to the steady clock, so that moments before the start of the program can be told.
const LONG_AGO: Duration = Duration::from_secs(100 * 365 * 86_400);

#[cfg(test)]
mod tests {
    use super::*;

    const fn moment(steady: u64, wall: Option<u64>) -> Moment {
        let wall = match wall {
            Some(wall) => Some(Duration::from_secs(wall)),
            None => None,
        };
        Moment { steady: Duration::from_secs(steady), wall }
    }

    #[test]
    fn the_longer_span_of_the_two_clocks_counts() {
        let earlier = moment(1_000, Some(5_000));
        for (now, expected) in [
            (moment(1_010, Some(5_010)), 10),
            // The machine slept.
            (moment(1_010, Some(6_000)), 1_000),
            // The wall clock was set back, or is not known.
            (moment(1_010, Some(10)), 10),
            (moment(1_010, None), 10),
            // Asked the wrong way round.
            (moment(900, Some(4_000)), 0),
        ] {
            assert_eq!(now.since(earlier), Duration::from_secs(expected), "{now:?}");
        }
    }

    #[test]
    fn a_moment_before_the_program_began_can_be_told() {
        let now = Timekeeper::system().now();
        let day = Duration::from_secs(86_400);
        assert_eq!(now.since(now.before(day)), day);
    }
}
