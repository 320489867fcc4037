//! Points in time, and where "now" comes from.

use core::{fmt, time::Duration};

/// A point in time: whole seconds since 1970-01-01T00:00:00Z, negative before.
///
/// The integer part of a NumericDate (RFC 7519 §2). Leap seconds are not counted, as there.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use jwt_verify_core::UnixTime;
///
/// let now = UnixTime::from_secs(1_795_420_384);
/// assert_eq!(now.saturating_add(Duration::from_secs(60)).as_secs(), 1_795_420_444);
/// assert_eq!(now.to_string(), "1795420384");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(i64);

impl UnixTime {
    /// The point this many seconds after the epoch.
    #[must_use]
    pub const fn from_secs(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since the epoch.
    #[must_use]
    pub const fn as_secs(self) -> i64 {
        self.0
    }

    /// The point this much later; a fraction of a second is dropped, and the last point there is stands for all beyond.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add_unsigned(duration.as_secs()))
    }

    /// The point this much earlier; a fraction of a second is dropped, and the first point there is stands for all before.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub_unsigned(duration.as_secs()))
    }
}

/// The number of seconds.
impl fmt::Display for UnixTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Tells the time to [`verify`](crate::Verifier::verify) and [`verify_held`](crate::Verifier::verify_held).
///
/// A check itself never asks a clock: it is given a time. A [`UnixTime`] is a clock that stands still, for tests.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Clock, UnixTime};
///
/// let stopped = UnixTime::from_secs(1_795_420_384);
/// assert_eq!(stopped.now(), Some(stopped));
/// ```
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time now, or `None` if it is not known: a device that was just switched on, say.
    fn now(&self) -> Option<UnixTime>;
}

impl Clock for UnixTime {
    fn now(&self) -> Option<UnixTime> {
        Some(*self)
    }
}

/// The operating system's wall clock.
#[cfg(feature = "std")]
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

#[cfg(feature = "std")]
impl SystemClock {
    /// The operating system's wall clock.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

#[cfg(feature = "std")]
impl Clock for SystemClock {
    fn now(&self) -> Option<UnixTime> {
        let since_epoch = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            // A clock before 1970 was never set.
            .ok()?;
        i64::try_from(since_epoch.as_secs()).ok().map(UnixTime::from_secs)
    }
}

/// What [`verify`](crate::Verifier::verify) asks unless another clock was given.
///
/// Without the `std` feature there is none, and it answers `None`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DefaultClock;

impl Clock for DefaultClock {
    fn now(&self) -> Option<UnixTime> {
        #[cfg(feature = "std")]
        return SystemClock::new().now();
        #[cfg(not(feature = "std"))]
        None
    }
}

/// A NumericDate (RFC 7519 §2): a JSON number of seconds, "in which non-integer values can be represented".
///
/// Kept as its floor and whether anything follows, which answers every comparison with whole seconds exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NumericDate {
    floor: i64,
    has_fraction: bool,
}

impl NumericDate {
    /// Reads the text of a JSON number. Values beyond 64 bits become the nearest that fits: any comparison with a time that
    /// exists still comes out as the mathematics says.
    pub(crate) fn from_json_number(text: &str) -> Self {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            // An exponent beyond 32 bits is as good as the largest one: see `digit_at`.
            Some((mantissa, exponent)) => (mantissa, saturating_i32(exponent)),
            None => (text, 0),
        };
        let (integer, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = || integer.bytes().chain(fraction.bytes()).map(|digit| i64::from(digit - b'0'));
        // The point stands behind this many digits, which may be before the first or behind the last.
        let point = i64::try_from(integer.len()).unwrap_or(i64::MAX).saturating_add(i64::from(exponent));

        let mut magnitude: i64 = 0;
        let mut has_fraction = false;
        let mut position: i64 = 0;
        for digit in digits() {
            if position < point {
                magnitude = magnitude.saturating_mul(10).saturating_add(digit);
            } else {
                has_fraction |= digit != 0;
            }
            position = position.saturating_add(1);
        }
        // Zeros between the last digit and the point. Twenty of them overflow whatever is not zero.
        let zeros = point.saturating_sub(position).clamp(0, 20);
        for _ in 0..zeros {
            magnitude = magnitude.saturating_mul(10);
        }

        let floor = match (negative, has_fraction) {
            (false, _) => magnitude,
            (true, false) => magnitude.saturating_neg(),
            (true, true) => magnitude.saturating_neg().saturating_sub(1),
        };
        Self { floor, has_fraction }
    }

    /// The last whole second at or before it.
    pub(crate) fn floor(self) -> UnixTime {
        UnixTime(self.floor)
    }

    /// The first whole second at or after it.
    pub(crate) fn ceil(self) -> UnixTime {
        UnixTime(self.floor.saturating_add(i64::from(self.has_fraction)))
    }
}

fn saturating_i32(exponent: &str) -> i32 {
    exponent.parse().unwrap_or(if exponent.starts_with('-') { i32::MIN } else { i32::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numeric_dates_are_read_exactly() {
        // text, floor, ceiling
        for (text, floor, ceil) in [
            ("0", 0, 0),
            ("-0", 0, 0),
            ("1790000000", 1_790_000_000, 1_790_000_000),
            ("1790000000.0", 1_790_000_000, 1_790_000_000),
            ("1790000000.5", 1_790_000_000, 1_790_000_001),
            ("-1.5", -2, -1),
            ("-1", -1, -1),
            // Exponents, in both directions and of both signs.
            ("1.79e9", 1_790_000_000, 1_790_000_000),
            ("1.79E+9", 1_790_000_000, 1_790_000_000),
            ("17900000005e-1", 1_790_000_000, 1_790_000_001),
            ("5e-1", 0, 1),
            ("5e-99", 0, 1),
            ("0e99999999999999999999", 0, 0),
            ("0.0000017900000005e15", 1_790_000_000, 1_790_000_001),
            // Beyond 64 bits.
            ("9223372036854775807", i64::MAX, i64::MAX),
            ("9223372036854775808", i64::MAX, i64::MAX),
            ("1e300", i64::MAX, i64::MAX),
            ("-1e300", -i64::MAX, -i64::MAX),
            ("1e-99999999999999999999", 0, 1),
            ("123456789012345678901234567890", i64::MAX, i64::MAX),
        ] {
            let date = NumericDate::from_json_number(text);
            assert_eq!((date.floor().as_secs(), date.ceil().as_secs()), (floor, ceil), "{text}");
        }
    }

    #[test]
    fn arithmetic_stops_at_the_ends() {
        let second = Duration::from_secs(1);
        assert_eq!(UnixTime::from_secs(i64::MAX).saturating_add(second), UnixTime::from_secs(i64::MAX));
        assert_eq!(UnixTime::from_secs(i64::MIN).saturating_sub(second), UnixTime::from_secs(i64::MIN));
        assert_eq!(UnixTime::from_secs(0).saturating_add(Duration::MAX), UnixTime::from_secs(i64::MAX));
    }

    #[cfg(feature = "std")]
    #[test]
    fn the_system_clock_is_past_2025() {
        assert!(SystemClock::new().now() > Some(UnixTime::from_secs(1_735_689_600)));
    }
}
