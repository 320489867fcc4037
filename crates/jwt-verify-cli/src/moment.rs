//! Times in words.

use core::ops::RangeInclusive;

use jiff::Timestamp;
use jwt_verify_core::{Claims, UnixTime};
use serde_json::Value;

/// `3 days ago (2026-11-20T10:00:00Z)`.
pub(crate) fn in_words(time: UnixTime, now: UnixTime) -> String {
    // No calendar has years of more than four digits.
    let date = Timestamp::from_second(time.as_secs()).ok().map(|date| date.to_string());
    let notes: Vec<_> = date.into_iter().chain(hint(time).map(String::from)).collect();
    let distance = distance(time, now);
    if notes.is_empty() { distance } else { format!("{distance} ({})", notes.join("; ")) }
}

/// `3 days ago`, `in 14 minutes`, `far in the future`.
pub(crate) fn distance(time: UnixTime, now: UnixTime) -> String {
    let seconds = time.as_secs().abs_diff(now.as_secs());
    if seconds == 0 {
        return String::from("now");
    }
    if seconds > FAR {
        return String::from(if time > now { "far in the future" } else { "far in the past" });
    }
    // The largest unit of which there are at least two, so that nothing is rounded by more than a third.
    let (unit, name) = UNITS.into_iter().find(|(unit, _)| seconds / unit >= 2).unwrap_or((1, "second"));
    let count = seconds / unit;
    let plural = if count == 1 { "" } else { "s" };
    if time > now { format!("in {count} {name}{plural}") } else { format!("{count} {name}{plural} ago") }
}

/// What a claim that holds a time says, or `None` if it holds none.
pub(crate) fn of_claim(name: &str, value: &Value, now: UnixTime) -> Option<String> {
    let (past, future) = match name {
        "exp" => ("expired", "expires"),
        "nbf" => ("valid since", "not valid yet, but"),
        "iat" => ("issued", "issued in the future,"),
        "auth_time" => ("logged in", "logged in in the future,"),
        _ => return None,
    };
    let time = numeric_date(value)?;
    let verb = if time <= now { past } else { future };
    Some(format!("{verb} {}", in_words(time, now)))
}

/// What the verifier makes of a number, whose verdict stands beside these words. Every claim of this kind is read as `exp` is.
fn numeric_date(value: &Value) -> Option<UnixTime> {
    let claims = Value::Object([(String::from("exp"), value.clone())].into_iter().collect());
    serde_json::from_value::<Claims>(claims).ok()?.expiration_time()
}

/// A frequent mistake: `Date.now()` of JavaScript counts milliseconds.
fn hint(time: UnixTime) -> Option<&'static str> {
    MILLISECONDS.contains(&time.as_secs()).then_some("was it written in milliseconds?")
}

const UNITS: [(u64, &str); 5] =
    [(31_557_600, "year"), (2_629_800, "month"), (86_400, "day"), (3_600, "hour"), (60, "minute")];

/// 10,000 years, in seconds: further away than any date, and no number of years says more.
const FAR: u64 = 315_576_000_000;

/// The years 1973 to 5138 in milliseconds. As seconds, they begin in the year 5138.
const MILLISECONDS: RangeInclusive<i64> = 100_000_000_000..=100_000_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_795_420_384);

    #[test]
    fn distances_are_told_in_the_largest_unit_that_fits_twice() {
        // seconds from now, words
        for (seconds, expected) in [
            (0, "now"),
            (1, "in 1 second"),
            (-1, "1 second ago"),
            (119, "in 119 seconds"),
            (120, "in 2 minutes"),
            (-7_199, "119 minutes ago"),
            (-7_200, "2 hours ago"),
            (172_800, "in 2 days"),
            (-5_259_600, "2 months ago"),
            (63_115_200, "in 2 years"),
        ] {
            assert_eq!(distance(UnixTime::from_secs(NOW.as_secs() + seconds), NOW), expected);
        }
    }

    #[test]
    fn times_that_no_calendar_has_are_told_too() {
        for (seconds, expected) in [
            (i64::MIN, "far in the past"),
            (i64::MAX, "far in the future"),
            (1_795_420_384_000, "far in the future (was it written in milliseconds?)"),
            (150_000_000_000, "in 4696 years (6723-04-25T02:40:00Z; was it written in milliseconds?)"),
        ] {
            assert_eq!(in_words(UnixTime::from_secs(seconds), NOW), expected);
        }
    }

    #[test]
    fn a_number_is_read_as_the_verifier_reads_it() {
        // number, words
        for (number, expected) in [
            ("1.5e20", "expires far in the future"),
            ("-1.5e20", "expired far in the past"),
            ("1e300", "expires far in the future"),
            ("18446744073709551615", "expires far in the future"),
            ("1795420444e0", "expires in 60 seconds (2026-11-23T07:54:04Z)"),
            ("1.795420444e9", "expires in 60 seconds (2026-11-23T07:54:04Z)"),
            ("1795420324.5", "expired 60 seconds ago (2026-11-23T07:52:04Z)"),
        ] {
            let value = serde_json::from_str(number).unwrap();
            assert_eq!(of_claim("exp", &value, NOW).unwrap(), expected, "{number}");
        }
    }

    #[test]
    fn claims_that_hold_times_are_explained_and_others_are_not() {
        let words = |name, value: Value| of_claim(name, &value, NOW);
        assert_eq!(
            words("exp", 1_795_420_444.into()).unwrap(),
            "expires in 60 seconds (2026-11-23T07:54:04Z)"
        );
        assert_eq!(
            words("exp", 1_795_420_264.5.into()).unwrap(),
            "expired 2 minutes ago (2026-11-23T07:51:04Z)"
        );
        assert_eq!(words("exp", "soon".into()), None);
        assert_eq!(words("expires", 1.into()), None);
    }
}
