//! The key IDs that an issuer does not have, as far as tokens have asked for them.

use std::{collections::VecDeque, time::Duration};

use super::settings::{MAX_ABSENT_FOR, MAX_ABSENT_KEY_IDS, MIN_ABSENT_FOR};
use crate::moment::Moment;

/// Key IDs that the issuer did not have when it was asked for them, the longest unasked first.
#[derive(Debug, Default)]
pub(super) struct AbsentKeyIds(VecDeque<Absent>);

#[derive(Debug)]
struct Absent {
    key_id: Box<str>,
    asked: Moment,
    /// After which time it may be asked for again.
    lasts: Duration,
}

impl AbsentKeyIds {
    pub(super) fn contains(&self, key_id: &str, now: Moment) -> bool {
        self.0.iter().any(|absent| *absent.key_id == *key_id && now.since(absent.asked) < absent.lasts)
    }

    /// The issuer was asked for it (again), and does not have it.
    pub(super) fn insert(&mut self, key_id: &str, now: Moment) {
        let before = self.0.iter().position(|absent| *absent.key_id == *key_id);
        let before = before.and_then(|index| self.0.remove(index));
        let lasts =
            before.map_or(MIN_ABSENT_FOR, |absent| absent.lasts.saturating_mul(2).min(MAX_ABSENT_FOR));
        if self.0.len() == MAX_ABSENT_KEY_IDS {
            self.0.pop_front();
        }
        self.0.push_back(Absent { key_id: key_id.into(), asked: now, lasts });
    }

    /// The keys have changed.
    pub(super) fn clear(&mut self) {
        self.0.clear();
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
    fn an_absent_key_id_is_remembered_for_longer_each_time_up_to_five_minutes() {
        let mut absent = AbsentKeyIds::default();
        let mut asked = 0;
        for lasts in [30, 60, 120, 240, 300, 300] {
            absent.insert("a", at(asked));
            assert!(absent.contains("a", at(asked + lasts - 1)), "{lasts} s");
            assert!(!absent.contains("a", at(asked + lasts)), "{lasts} s");
            assert!(!absent.contains("A", at(asked)));
            asked += lasts;
        }
        absent.clear();
        absent.insert("a", at(asked));
        assert!(!absent.contains("a", at(asked + 30)), "it begins anew");
    }

    #[test]
    fn no_more_than_128_absent_key_ids_are_remembered() {
        let mut absent = AbsentKeyIds::default();
        absent.insert("a", at(0));
        for key_id in 0..128 {
            absent.insert(&key_id.to_string(), at(1));
        }
        assert!(!absent.contains("a", at(1)), "the oldest gave way");
        assert_eq!(absent.0.len(), 128);
        absent.clear();
        assert!(!absent.contains("5", at(1)));
    }
}
