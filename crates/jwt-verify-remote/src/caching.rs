//! What an answer says about time: how long it stays fresh, and when to come back.

use core::time::Duration;
use std::time::UNIX_EPOCH;

use jwt_verify_core::UnixTime;

use crate::{FetchResponse, RemoteError};

impl FetchResponse {
    /// How long it stays fresh by its own account; `None` if it does not say.
    pub(crate) fn fresh_for(&self) -> Option<Duration> {
        fresh_for(self.cache_control.as_deref(), self.age.as_deref())
    }

    /// What an answer means whose status is none that was hoped for.
    pub(crate) fn refusal(&self, now: Option<UnixTime>) -> RemoteError {
        match self.status() {
            status @ (300..=303 | 305..=399) => RemoteError::Redirect { status },
            status => RemoteError::Status {
                status,
                retry_after: self.retry_after.as_deref().and_then(|value| retry_after(value, now)),
            },
        }
    }
}

/// How long an answer stays fresh by what its `Cache-Control` and `Age` say; `None` if they do not say.
///
/// The caller clamps it. We are a private cache (RFC 9111 §1), so `s-maxage` is not for us. `must-revalidate` (RFC 9111 §5.2.2.2)
/// shortens nothing: it forbids the use of what is stale, which has bounds of its own here; issuers send it beside a
/// `max-age` of hours. `Expires` is not read: it needs the issuer's clock to agree with ours, and RFC 9111 §5.3 has `max-age`
/// outrank it; an issuer that sends it alone gets the default.
fn fresh_for(cache_control: Option<&str>, age: Option<&str>) -> Option<Duration> {
    let max_age = cache_control.and_then(max_age)?;
    Some(max_age.saturating_sub(age.and_then(received_age).unwrap_or_default()))
}

/// How long `Retry-After` asks to stay away (RFC 9110 §10.2.3: "either an HTTP-date or a number of seconds").
///
/// The caller clamps it. `None` for what is neither, and for a date while the time is not known.
fn retry_after(value: &str, now: Option<UnixTime>) -> Option<Duration> {
    let value = value.trim_ascii();
    if let Some(seconds) = delta_seconds(value) {
        return Some(seconds);
    }
    let date = httpdate::parse_http_date(value).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let now = u64::try_from(now?.as_secs()).unwrap_or_default();
    Some(date.saturating_sub(Duration::from_secs(now)))
}

/// The shortest time that the directives allow, or `None` if none of them says one.
fn max_age(cache_control: &str) -> Option<Duration> {
    let Some(directives) = directives(cache_control) else {
        return Some(Duration::ZERO);
    };
    directives
        .into_iter()
        .filter_map(|(name, argument)| {
            if name.eq_ignore_ascii_case("no-store") || name.eq_ignore_ascii_case("no-cache") {
                Some(Duration::ZERO)
            } else if name.eq_ignore_ascii_case("max-age") {
                // RFC 9111 §4.2.1: "Caches are encouraged to consider responses that have invalid freshness information (e.g.,
                // a max-age directive with non-integer content) to be stale."
                Some(argument.and_then(delta_seconds).unwrap_or_default())
            } else {
                None
            }
        })
        // RFC 9111 §4.2.1: "either the first occurrence should be used or the response should be considered stale". The least
        // of them lies between the two.
        .min()
}

/// Names and arguments of a `Cache-Control` field, or `None` if a quotation does not end.
///
/// RFC 9111 §5.2: `cache-directive = token [ "=" ( token / quoted-string ) ]`, and a recipient ought to accept both forms. Escapes
/// within quotations stay as they are: no number has one.
fn directives(field: &str) -> Option<Vec<(&str, Option<&str>)>> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let at_comma = |c: char| {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            _ => {}
        }
        c == ',' && !is_quoted
    };
    let parts: Vec<_> = field.split(at_comma).collect();
    if is_quoted {
        return None;
    }
    Some(parts.into_iter().map(name_and_argument).collect())
}

fn name_and_argument(directive: &str) -> (&str, Option<&str>) {
    match directive.split_once('=') {
        None => (directive.trim_ascii(), None),
        Some((name, argument)) => {
            let argument = argument.trim_ascii();
            let unquoted = argument.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            (name.trim_ascii(), Some(unquoted.unwrap_or(argument)))
        }
    }
}

/// RFC 9111 §5.1: a recipient of a list "SHOULD use the first member of the field value, discarding subsequent ones", and ignore
/// the field if that is invalid.
fn received_age(age: &str) -> Option<Duration> {
    delta_seconds(age.split(',').next().unwrap_or_default().trim_ascii())
}

/// RFC 9111 §1.2.2: `delta-seconds = 1*DIGIT`, and if it is too great "the cache MUST consider the value to be 2147483648 (2^31) or
/// the greatest positive integer it can conveniently represent".
fn delta_seconds(digits: &str) -> Option<Duration> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(Duration::from_secs(digits.parse().unwrap_or(MAX_DELTA_SECONDS).min(MAX_DELTA_SECONDS)))
}

const MAX_DELTA_SECONDS: u64 = 1 << 31;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_that_cache_control_allows_counts() {
        let rows = [
            // As issuers send it.
            ("max-age=300", None, Some(300)),
            ("public, max-age=19845, must-revalidate, no-transform", None, Some(19_845)),
            ("public, max-age=15, stale-while-revalidate=15, stale-if-error=86400", None, Some(15)),
            ("max-age=0, must-revalidate, private", None, Some(0)),
            ("no-cache, no-store, max-age=0, must-revalidate", None, Some(0)),
            // Says nothing.
            ("", None, None),
            ("public", None, None),
            ("s-maxage=600", None, None),
            ("must-revalidate", None, None),
            ("max-age-ish=5", None, None),
            // A private cache looks at `max-age`, whatever the order.
            ("s-maxage=600, max-age=60", None, Some(60)),
            // Not to be kept.
            ("no-store", None, Some(0)),
            ("max-age=300, NO-CACHE", None, Some(0)),
            ("no-cache=\"set-cookie\", max-age=300", None, Some(0)),
            // Spelling.
            ("MAX-AGE=300", None, Some(300)),
            ("max-age=\"300\"", None, Some(300)),
            (" ,, max-age = 300 ,", None, Some(300)),
            ("foo=\"max-age=1, no-store\", max-age=300", None, Some(300)),
            ("foo=\"a\\\", max-age=1\", max-age=300", None, Some(300)),
            // More than one: the least.
            ("max-age=300, max-age=60", None, Some(60)),
            ("max-age=60, max-age=300", None, Some(60)),
            // Invalid: stale.
            ("max-age", None, Some(0)),
            ("max-age=", None, Some(0)),
            ("max-age=-1", None, Some(0)),
            ("max-age=+1", None, Some(0)),
            ("max-age=1.5", None, Some(0)),
            ("max-age=1e3", None, Some(0)),
            ("max-age=0x10", None, Some(0)),
            ("max-age=3 0", None, Some(0)),
            ("max-age=\"", None, Some(0)),
            ("foo=\"bar, max-age=300", None, Some(0)),
            ("max-age=٣٠٠", None, Some(0)),
            ("max-age=300, max-age=soon", None, Some(0)),
            // Beyond what counts.
            ("max-age=2147483647", None, Some(2_147_483_647)),
            ("max-age=2147483649", None, Some(2_147_483_648)),
            ("max-age=99999999999999999999999", None, Some(2_147_483_648)),
            // Less the age.
            ("max-age=300", Some("0"), Some(300)),
            ("max-age=300", Some(" 100 "), Some(200)),
            ("max-age=300", Some("300"), Some(0)),
            ("max-age=300", Some("301"), Some(0)),
            ("max-age=300", Some("99999999999999999999999"), Some(0)),
            ("max-age=300", Some("100, 200"), Some(200)),
            ("max-age=300", Some("x, 200"), Some(300)),
            ("max-age=300", Some("-5"), Some(300)),
            ("public", Some("5"), None),
        ];
        for (cache_control, age, expected) in rows {
            let expected = expected.map(Duration::from_secs);
            assert_eq!(fresh_for(Some(cache_control), age), expected, "{cache_control} / {age:?}");
        }
        assert_eq!(fresh_for(None, Some("5")), None);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        // The example of RFC 9110 §10.2.3.
        let date = "Fri, 31 Dec 1999 23:59:59 GMT";
        let at = 946_684_799;
        let rows = [
            ("120", None, Some(120)),
            (" 0 ", None, Some(0)),
            ("99999999999999999999999", None, Some(2_147_483_648)),
            (date, Some(at - 60), Some(60)),
            (date, Some(at), Some(0)),
            (date, Some(at + 1), Some(0)),
            (date, Some(-1), Some(946_684_799)),
            ("Friday, 31-Dec-99 23:59:59 GMT", Some(at - 60), Some(60)),
            (date, None, None),
            ("", Some(at), None),
            ("-5", Some(at), None),
            ("1.5", Some(at), None),
            ("120, 60", Some(at), None),
            ("soon", Some(at), None),
            ("Fri, 32 Dec 1999 23:59:59 GMT", Some(at), None),
        ];
        for (value, now, expected) in rows {
            let expected = expected.map(Duration::from_secs);
            assert_eq!(retry_after(value, now.map(UnixTime::from_secs)), expected, "{value} at {now:?}");
        }
    }
}
