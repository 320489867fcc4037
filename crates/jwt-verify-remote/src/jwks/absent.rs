//! The key IDs that an issuer does not have, as far as tokens have asked for them.

use std::collections::VecDeque;

use super::settings::{ABSENT_FOR, MAX_ABSENT_KEY_IDS};
use crate::moment::Moment;

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
    use std::sync::Arc;

    use jwt_verify_core::UnixTime;

    use super::*;
    use crate::moment::Timekeeper;

    fn at(second: i64) -> Moment {
        Timekeeper::Given(Arc::new(UnixTime::from_secs(1_790_000_000 + second))).now()
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
