//! The value of an `Authorization` field: bearer credentials, somebody else's, or broken (RFC 9110 §11, RFC 6750 §2.1).

use crate::CredentialsError;

/// The token in the value of an `Authorization` field. `None` if the value names another scheme, or none.
///
/// ```text
/// b64token    = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
/// credentials = "Bearer" 1*SP b64token                                          (RFC 6750 §2.1)
/// ```
///
/// Reads the bytes once, copies nothing.
pub(crate) fn bearer(value: &[u8]) -> Result<Option<&str>, CredentialsError> {
    let value = trim(value);
    let Some((scheme, rest)) = value.split_at_checked(SCHEME.len()) else { return Ok(None) };
    // RFC 9110 §11.1: "It uses a case-insensitive token to identify the authentication scheme". A value of another scheme is never
    // searched, not even behind a comma (`Basic …, Bearer …`): a parameter of that scheme may contain whatever its sender likes.
    if !scheme.eq_ignore_ascii_case(SCHEME) {
        return Ok(None);
    }
    let token = match rest {
        [] => return Err(CredentialsError::MissingToken),
        [b' ', ..] => without_leading_spaces(rest),
        // The name goes on: it is another scheme, as in `Bearerish x`.
        [next, ..] if is_token_character(*next) => return Ok(None),
        [..] => return Err(CredentialsError::Separator),
    };
    b64token(token).map(Some)
}

/// A token that stands alone, in the syntax that RFC 6750 §2.1 gives it behind `Bearer`.
///
/// The first byte that does not belong ends it: a second token, a comma and whatever another hop has joined with it, quotes.
pub(crate) fn b64token(value: &[u8]) -> Result<&str, CredentialsError> {
    let end = value.iter().position(|byte| !is_b64token_character(*byte)).unwrap_or(value.len());
    let (characters, padding) = value.split_at_checked(end).ok_or(CredentialsError::Character)?;
    if characters.is_empty() || padding.iter().any(|byte| *byte != b'=') {
        return Err(CredentialsError::Character);
    }
    // It is ASCII. The standard library makes sure in a fraction of the time that the loop above took.
    str::from_utf8(value).map_err(|_| CredentialsError::Character)
}

/// Without white space around it.
///
/// RFC 9110 §5.5: "A field value does not include leading or trailing whitespace. When a specific version of HTTP allows such
/// whitespace to appear in a message, a field parsing implementation MUST exclude such whitespace prior to evaluating the field
/// value." HTTP/1 parsers do, HTTP/2 has nothing to exclude, so what is left here must not change the answer.
pub(crate) fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// RFC 9110 §5.6.2, `tchar`: what a scheme's or a field's name is made of.
pub(crate) fn is_token_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

fn is_b64token_character(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
}

fn without_leading_spaces(mut value: &[u8]) -> &[u8] {
    while let [b' ', rest @ ..] = value {
        value = rest;
    }
    value
}

const SCHEME: &[u8] = b"Bearer";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bearer_credentials_are_taken_others_left_and_broken_ones_refused() {
        type Verdict = Result<Option<&'static str>, CredentialsError>;
        let cases: &[(&[u8], Verdict)] = &[
            // RFC 6750 §2.1.
            (b"Bearer mF_9.B5f-4.1JqM", Ok(Some("mF_9.B5f-4.1JqM"))),
            (b"Bearer aA0-._~+/bb==", Ok(Some("aA0-._~+/bb=="))),
            (b"Bearer x", Ok(Some("x"))),
            // The scheme in any case, but in ASCII only: this is a wide B.
            (b"bearer x", Ok(Some("x"))),
            (b"BEARER x", Ok(Some("x"))),
            (b"bEaReR x", Ok(Some("x"))),
            ("\u{ff22}earer x".as_bytes(), Ok(None)),
            // 1*SP.
            (b"Bearer   x", Ok(Some("x"))),
            (b"Bearer\tx", Err(CredentialsError::Separator)),
            (b"Bearer \tx", Err(CredentialsError::Character)),
            (b"Bearer\x0bx", Err(CredentialsError::Separator)),
            ("Bearer\u{a0}x".as_bytes(), Err(CredentialsError::Separator)),
            (b"Bearer\0x", Err(CredentialsError::Separator)),
            (b"Bearer:x", Err(CredentialsError::Separator)),
            (b"Bearer=x", Err(CredentialsError::Separator)),
            (b"Bearer,x", Err(CredentialsError::Separator)),
            (b"Bearer\"x\"", Err(CredentialsError::Separator)),
            // What stands around a field's value is no part of it.
            (b" Bearer x", Ok(Some("x"))),
            (b"\tBearer x", Ok(Some("x"))),
            (b"Bearer x ", Ok(Some("x"))),
            (b"Bearer x \t", Ok(Some("x"))),
            (b"Bearer x\n", Err(CredentialsError::Character)),
            (b"\nBearer x", Ok(None)),
            // The scheme alone.
            (b"Bearer", Err(CredentialsError::MissingToken)),
            (b"bearer ", Err(CredentialsError::MissingToken)),
            (b"Bearer    \t", Err(CredentialsError::MissingToken)),
            // Padding only at the end, and never alone.
            (b"Bearer =", Err(CredentialsError::Character)),
            (b"Bearer x=y", Err(CredentialsError::Character)),
            (b"Bearer x=", Ok(Some("x="))),
            // More than one token, more than one credential.
            (b"Bearer x y", Err(CredentialsError::Character)),
            (b"Bearer x, Bearer x", Err(CredentialsError::Character)),
            (b"Bearer x,", Err(CredentialsError::Character)),
            (b"Bearer x, Basic eDp5", Err(CredentialsError::Character)),
            (b"Bearer realm=\"x\"", Err(CredentialsError::Character)),
            // Characters outside.
            (b"Bearer \"x\"", Err(CredentialsError::Character)),
            (b"Bearer 'x'", Err(CredentialsError::Character)),
            (b"Bearer <x>", Err(CredentialsError::Character)),
            (b"Bearer x%2E", Err(CredentialsError::Character)),
            (b"Bearer x\0", Err(CredentialsError::Character)),
            ("Bearer x\u{e9}".as_bytes(), Err(CredentialsError::Character)),
            (b"Bearer x\xff\xfe", Err(CredentialsError::Character)),
            // Other schemes, and none.
            (b"", Ok(None)),
            (b"  ", Ok(None)),
            (b"Beare", Ok(None)),
            (b"Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", Ok(None)),
            (b"DPoP x", Ok(None)),
            (b"Token x", Ok(None)),
            (b"Bearerx", Ok(None)),
            (b"Bearer.x", Ok(None)),
            (b"Bearer-Token x", Ok(None)),
            (b"eyJhbGciOiJFUzI1NiJ9.e30.x", Ok(None)),
            (b"\xff\xfe", Ok(None)),
            // Never searched for a bearer part.
            (b"Basic eDp5, Bearer x", Ok(None)),
            (b"Digest username=\"a, Bearer x\"", Ok(None)),
            (b", Bearer x", Ok(None)),
            (b"\"Bearer x\"", Ok(None)),
        ];
        for (value, expected) in cases {
            assert_eq!(&bearer(value), expected, "{:?}", String::from_utf8_lossy(value));
        }
    }

    proptest! {
        /// A second reader, by another way: cut at the first space, then compare.
        #[test]
        fn what_is_taken_is_the_scheme_spaces_and_one_token(value in "[Bb]earer[ \\t]{0,2}[a-z.=, \\u{e9}]{0,6}") {
            if let Ok(Some(token)) = bearer(value.as_bytes()) {
                prop_assert!(!token.is_empty());
                prop_assert!(token.bytes().all(|byte| is_b64token_character(byte) || byte == b'='));
                let (scheme, rest) = value.split_once(' ').unwrap();
                prop_assert!(scheme.eq_ignore_ascii_case("bearer"));
                prop_assert_eq!(rest.trim_matches([' ', '\t']), token);
            }
        }

        #[test]
        fn any_bytes_are_answered(value in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = bearer(&value);
            let _ = bearer(&[b"Bearer ".as_slice(), &value].concat());
        }
    }
}
