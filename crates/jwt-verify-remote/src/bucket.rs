//! How often something may happen that others can cause.

use std::time::Duration;

use crate::moment::Moment;

/// Holds a number of permits, and gains one each `refill`. Nobody ever waits for it: it says how long until the next one.
#[derive(Debug)]
pub(crate) struct Bucket {
    burst: u32,
    refill: Duration,
    left: u32,
    /// Since when the next one has been on its way.
    counted_from: Moment,
}

impl Bucket {
    /// `refill` must not be zero; the shortest there is takes its place.
    pub(crate) fn full(burst: u32, refill: Duration, now: Moment) -> Self {
        Self { burst, refill: refill.max(Duration::from_nanos(1)), left: burst, counted_from: now }
    }

    /// Takes one, or says after how long there will be one.
    pub(crate) fn take(&mut self, now: Moment) -> Result<(), Duration> {
        let passed = now.since(self.counted_from);
        let gained = u32::try_from(passed.as_nanos() / self.refill.as_nanos()).unwrap_or(u32::MAX);
        if gained >= self.burst.saturating_sub(self.left) {
            self.left = self.burst;
            self.counted_from = now;
        } else if gained > 0 {
            self.left = self.left.saturating_add(gained);
            self.counted_from = now.before(passed.saturating_sub(self.refill.saturating_mul(gained)));
        }
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => Err(self.refill.saturating_sub(now.since(self.counted_from))),
        }
    }

    /// Gives one back.
    pub(crate) fn give_back(&mut self) {
        self.left = self.left.saturating_add(1).min(self.burst);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jwt_verify_core::UnixTime;

    use super::*;
    use crate::moment::Timekeeper;

    fn at(second: i64) -> Moment {
        Timekeeper::Given(Arc::new(UnixTime::from_secs(1_790_000_000 + second))).now()
    }

    #[test]
    fn the_burst_is_given_at_once_and_then_one_per_refill() {
        let mut bucket = Bucket::full(3, Duration::from_secs(20), at(0));
        let wait = |seconds| Err(Duration::from_secs(seconds));
        for (second, expected) in [
            (0, Ok(())),
            (0, Ok(())),
            (0, Ok(())),
            (0, wait(20)),
            (19, wait(1)),
            (20, Ok(())),
            (20, wait(20)),
            // One that is half on its way stays so.
            (50, Ok(())),
            (50, wait(10)),
            (60, Ok(())),
            // However long nobody asks: no more than the burst.
            (10_000, Ok(())),
            (10_000, Ok(())),
            (10_000, Ok(())),
            (10_000, wait(20)),
            // The clock was set back.
            (9_000, wait(20)),
            (10_020, Ok(())),
        ] {
            assert_eq!(bucket.take(at(second)), expected, "at {second} s");
        }
    }

    #[test]
    fn what_is_given_back_does_not_overflow_the_bucket() {
        let mut bucket = Bucket::full(1, Duration::from_secs(30), at(0));
        assert_eq!(bucket.take(at(0)), Ok(()));
        bucket.give_back();
        bucket.give_back();
        assert_eq!(bucket.take(at(0)), Ok(()));
        assert_eq!(bucket.take(at(0)), Err(Duration::from_secs(30)));
    }
}
