//! How often tokens may make us ask the issuer: a bucket, and a memory of key IDs that it does not have.

use std::{collections::VecDeque, time::Duration};

use super::settings::{ABSENT_FOR, MAX_ABSENT_KEY_IDS};
use crate::moment::Moment;

/// Fetches that tokens may cause. Holds `burst`, and gains one each `refill`.
///
/// Nobody ever waits for it: what is over it is refused at once.
#[derive(Debug)]
pub(super) struct Bucket {
    burst: u32,
    refill: Duration,
    left: u32,
    /// Since when the next one has been on its way.
    counted_from: Moment,
}

impl Bucket {
    pub(super) fn full(burst: u32, refill: Duration, now: Moment) -> Self {
        Self { burst, refill, left: burst, counted_from: now }
    }

    /// Takes one, if there is one.
    pub(super) fn take(&mut self, now: Moment) -> bool {
        let passed = now.since(self.counted_from);
        let refill = self.refill.as_nanos().max(1);
        let gained = u32::try_from(passed.as_nanos() / refill).unwrap_or(u32::MAX);
        if self.left.saturating_add(gained) >= self.burst {
            self.left = self.burst;
            self.counted_from = now;
        } else if gained > 0 {
            self.left += gained;
            let begun = u64::try_from(passed.as_nanos() % refill).unwrap_or(u64::MAX);
            self.counted_from = now.before(Duration::from_nanos(begun));
        }
        let has_one = self.left > 0;
        self.left = self.left.saturating_sub(1);
        has_one
    }

    /// Gives one back: the fetch that it paid for has failed.
    pub(super) fn give_back(&mut self) {
        self.left = self.left.saturating_add(1).min(self.burst);
    }
}

/// Key IDs that the issuer did not have when it was asked for them, oldest first.
#[derive(Debug, Default)]
pub(super) struct AbsentKeyIds(VecDeque<(Box<str>, Moment)>);

impl AbsentKeyIds {
    pub(super) fn contains(&self, key_id: &str, now: Moment) -> bool {
        self.0.iter().any(|(absent, since)| **absent == *key_id && now.since(*since) < ABSENT_FOR)
    }

    pub(super) fn insert(&mut self, key_id: &str, now: Moment) {
        self.0.retain(|(absent, _)| **absent != *key_id);
        if self.0.len() == MAX_ABSENT_KEY_IDS {
            self.0.pop_front();
        }
        self.0.push_back((key_id.into(), now));
    }

    /// The keys have changed.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use jwt_verify_core::UnixTime;

    use super::*;
    use crate::moment::Timekeeper;

    fn at(second: i64) -> Moment {
        Timekeeper::Given(std::sync::Arc::new(UnixTime::from_secs(1_790_000_000 + second))).now()
    }

    #[test]
    fn the_bucket_gives_its_burst_and_then_one_per_refill() {
        let mut bucket = Bucket::full(2, Duration::from_secs(30), at(0));
        for (second, expected) in [
            (0, true),
            (0, true),
            (0, false),
            (29, false),
            (30, true),
            (30, false),
            // A refill that has begun goes on.
            (59, false),
            (60, true),
            // However long nobody asks: no more than the burst.
            (10_000, true),
            (10_000, true),
            (10_000, false),
            (10_029, false),
            (10_030, true),
        ] {
            assert_eq!(bucket.take(at(second)), expected, "at {second} s");
        }
    }

    #[test]
    fn what_is_given_back_does_not_overflow_the_bucket() {
        let mut bucket = Bucket::full(1, Duration::from_secs(30), at(0));
        assert!(bucket.take(at(0)));
        bucket.give_back();
        bucket.give_back();
        assert!(bucket.take(at(0)));
        assert!(!bucket.take(at(0)));
    }

    #[test]
    fn absent_key_ids_are_remembered_for_five_minutes_and_not_more_than_128() {
        let mut absent = AbsentKeyIds::default();
        absent.insert("a", at(0));
        assert!(absent.contains("a", at(299)));
        assert!(!absent.contains("a", at(300)));
        assert!(!absent.contains("A", at(0)));
        for key_id in 0..128 {
            absent.insert(&key_id.to_string(), at(1));
        }
        assert!(!absent.contains("a", at(1)), "the oldest gave way");
        assert_eq!(absent.0.len(), 128);
        absent.clear();
        assert!(!absent.contains("5", at(1)));
    }
}
