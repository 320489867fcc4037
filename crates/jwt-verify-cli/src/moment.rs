//! Times in words.

use jiff::Timestamp;
use jwt_verify_core::UnixTime;
use serde_json::Value;

/// `3 days ago (2026-11-20T10:00:00Z)`.
pub(crate) fn in_words(time: UnixTime, now: UnixTime) -> String {
    let date = match Timestamp::from_second(time.as_secs()) {
        Ok(date) => date.to_string(),
        Err(_) => String::from("a year of more than four digits"),
    };
    format!("{} ({date}{})", distance(time, now), hint(time))
}

/// `3 days ago`, `in 14 minutes`.
pub(crate) fn distance(time: UnixTime, now: UnixTime) -> String {
    let seconds = time.as_secs().abs_diff(now.as_secs());
    if seconds == 0 {
        return String::from("now");
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

/// RFC 7519 §2: a number of seconds, of which a fraction does not matter in words.
fn numeric_date(value: &Value) -> Option<UnixTime> {
    let number = value.as_number()?.to_string();
    let whole = number.split_once('.').map_or(number.as_str(), |(whole, _)| whole);
    whole.parse().ok().map(UnixTime::from_secs)
}

/// A frequent mistake: `Date.now()` of JavaScript counts milliseconds.
fn hint(time: UnixTime) -> &'static str {
    if time.as_secs() > YEAR_5000 { "; was it written in milliseconds?" } else { "" }
}

const UNITS: [(u64, &str); 5] =
    [(31_557_600, "year"), (2_629_800, "month"), (86_400, "day"), (3_600, "hour"), (60, "minute")];

const YEAR_5000: i64 = 95_617_584_000;

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
        for seconds in [i64::MIN, i64::MAX] {
            assert!(in_words(UnixTime::from_secs(seconds), NOW).contains("more than four digits"));
        }
        assert!(in_words(UnixTime::from_secs(1_795_420_384_000), NOW).contains("milliseconds"));
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
