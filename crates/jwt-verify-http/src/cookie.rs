//! The cookies of one `Cookie` field (RFC 6265).
//!
//! A request may have several such fields. RFC 9113 §8.2.3: "the Cookie header field MAY be split into separate header fields, each
//! with one or more cookie-pairs." So whoever looks for a cookie looks at all of them.

use crate::authorization::trim;

/// The names and values of a `Cookie` field, as they stand there.
///
/// RFC 6265 §4.2.1: `cookie-string = cookie-pair *( ";" SP cookie-pair )`. Always cut at `;`, in quotes too: no `cookie-octet` is
/// one. What is no pair is passed over; other people's cookies are nobody's error.
pub(crate) fn pairs(field: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    field.split(|byte| *byte == b';').filter_map(|pair| {
        // §5.4 puts one space behind the semicolon; some clients put none.
        let pair = trim(pair);
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let (name, value) = pair.split_at_checked(equals)?;
        Some((name, value.strip_prefix(b"=")?))
    })
}

/// The value without the quotes around it, if there are any.
///
/// RFC 6265 §4.1.1: `cookie-value = *cookie-octet / ( DQUOTE *cookie-octet DQUOTE )`.
pub(crate) fn unquoted(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] => inner,
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_found_by_their_exact_names() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            // RFC 6265 §3.1.
            ("SID=31d4d96e407aad42; lang=en-US", &[("SID", "31d4d96e407aad42"), ("lang", "en-US")]),
            ("a=1", &[("a", "1")]),
            ("a=1;b=2", &[("a", "1"), ("b", "2")]),
            (" a=1 ;  b=2\t", &[("a", "1"), ("b", "2")]),
            ("a=1; ; b=2;", &[("a", "1"), ("b", "2")]),
            // The value goes on to the semicolon, and no further.
            ("a=b=c==", &[("a", "b=c==")]),
            ("a=", &[("a", "")]),
            ("a=\"1; b=2\"", &[("a", "\"1"), ("b", "2\"")]),
            // Neither the name nor the value is mended.
            ("a =1", &[("a ", "1")]),
            ("A=1; a=2", &[("A", "1"), ("a", "2")]),
            ("=1", &[("", "1")]),
            // No pair.
            ("", &[]),
            ("a", &[]),
            ("a; b=2", &[("b", "2")]),
        ];
        for (field, expected) in cases {
            let found: Vec<_> = pairs(field.as_bytes())
                .map(|(name, value)| (str::from_utf8(name).unwrap(), str::from_utf8(value).unwrap()))
                .collect();
            assert_eq!(&found, expected, "{field:?}");
        }
    }

    #[test]
    fn one_pair_of_quotes_is_taken_away() {
        for (value, expected) in [
            ("x", "x"),
            ("\"x\"", "x"),
            ("\"\"", ""),
            ("\"\"x\"\"", "\"x\""),
            ("\"", "\""),
            ("\"x", "\"x"),
            ("", ""),
        ] {
            assert_eq!(unquoted(value.as_bytes()), expected.as_bytes());
        }
    }
}
