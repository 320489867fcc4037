//! [`TestClock`]: a clock that moves when a test says so.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jwt_verify_core::{Clock, UnixTime};

/// A clock that stands still until it is moved. Its clones are the same clock.
///
/// Starts at 1 790 000 000, unless another time is given: a published instant, so that tokens and messages are the same in each run.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use jwt_verify_testing::TestClock;
///
/// let clock = TestClock::default();
/// let same = clock.clone();
/// same.advance(Duration::from_millis(1_500));
/// same.advance(Duration::from_millis(1_500));
/// assert_eq!(clock.now().as_secs(), 1_790_000_003);
/// ```
#[derive(Clone, Debug)]
pub struct TestClock {
    moment: Arc<Mutex<Moment>>,
}

/// Fractions of a second add up, although they are not shown.
#[derive(Clone, Copy, Debug)]
struct Moment {
    start: UnixTime,
    elapsed: Duration,
}

impl TestClock {
    /// A clock that shows this time.
    #[must_use]
    pub fn at(time: UnixTime) -> Self {
        Self { moment: Arc::new(Mutex::new(Moment { start: time, elapsed: Duration::ZERO })) }
    }

    /// The time that it shows: whole seconds.
    #[must_use]
    pub fn now(&self) -> UnixTime {
        let Moment { start, elapsed } = *self.moment.lock().unwrap_or_else(PoisonError::into_inner);
        start.saturating_add(elapsed)
    }

    /// Moves it forward.
    pub fn advance(&self, by: Duration) {
        let mut moment = self.moment.lock().unwrap_or_else(PoisonError::into_inner);
        moment.elapsed = moment.elapsed.saturating_add(by);
    }

    /// Makes it show another time, also an earlier one: clocks of servers are stepped back, too.
    pub fn set(&self, time: UnixTime) {
        let mut moment = self.moment.lock().unwrap_or_else(PoisonError::into_inner);
        *moment = Moment { start: time, elapsed: Duration::ZERO };
    }
}

/// At 1 790 000 000.
impl Default for TestClock {
    fn default() -> Self {
        Self::at(START)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Option<UnixTime> {
        Some(Self::now(self))
    }
}

const START: UnixTime = UnixTime::from_secs(1_790_000_000);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_of_a_second_add_up() {
        let clock = TestClock::default();
        for _ in 0..4 {
            clock.advance(Duration::from_millis(250));
        }
        assert_eq!(clock.now(), UnixTime::from_secs(1_790_000_001));
    }

    #[test]
    fn a_step_backwards_is_seen_by_every_clone() {
        let clock = TestClock::at(UnixTime::from_secs(100));
        let same = clock.clone();
        clock.advance(Duration::from_secs(50));
        clock.set(UnixTime::from_secs(40));
        assert_eq!(same.now(), UnixTime::from_secs(40));
        same.advance(Duration::from_secs(1));
        assert_eq!(Clock::now(&clock), Some(UnixTime::from_secs(41)));
    }
}
