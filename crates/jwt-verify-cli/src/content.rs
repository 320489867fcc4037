//! What bytes seem to be, told by themselves: those of a file, of a variable, or of an argument that should have been a name.

use core::fmt;

use base64ct::{Base64Unpadded, Encoding as _};
use serde_json::Value;

use crate::input::is_token;

/// What a file seems to hold: enough to read it in the right way, and to say what it is where it is something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Empty,
    JwkSet,
    Jwk,
    /// JSON, or what was meant to be.
    OtherJson,
    WebPage,
    Pem,
    Der,
    OpenSsh,
    /// One of those that hold keys, in base64: the body of a PEM without its markers, or the whole once more.
    Base64,
    Token,
    Other,
}

impl Content {
    pub(crate) fn of(file: &[u8]) -> Self {
        match Self::plain(file) {
            Self::Other if of_base64(file) => Self::Base64,
            content => content,
        }
    }

    /// Without a look into base64.
    fn plain(file: &[u8]) -> Self {
        if is_der(file) {
            return Self::Der;
        }
        if is_ssh_blob(file) {
            return Self::OpenSsh;
        }
        // What Windows calls Unicode, and PowerShell writes where output is redirected.
        let recoded = from_utf16(file);
        let file = recoded.as_ref().map_or(file, String::as_bytes);
        // A byte order mark is not looked at.
        let bytes = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file).trim_ascii();
        if bytes.is_empty() {
            return Self::Empty;
        }
        // Some tools write the key in words before the PEM.
        if contains(bytes, b"-----BEGIN OPENSSH") || contains(bytes, b"---- BEGIN SSH2") {
            return Self::OpenSsh;
        }
        if contains(bytes, b"-----BEGIN ") || contains(bytes, b"-----END ") {
            return Self::Pem;
        }
        // Random bytes begin with a brace as often as with anything else.
        let Ok(text) = core::str::from_utf8(bytes) else {
            return Self::Other;
        };
        match text.chars().next() {
            Some('{' | '[') => of_json(text),
            Some('<') => Self::WebPage,
            _ if SSH_KEY_TYPES.iter().any(|name| text.starts_with(name)) => Self::OpenSsh,
            _ if text.contains("\"kty\"") || text.contains("\"keys\"") => Self::OtherJson,
            _ if is_token(text) => Self::Token,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "an empty file",
            Self::JwkSet => "a JWK Set",
            Self::Jwk => "a single JWK",
            Self::OtherJson => "JSON, but neither a JWK nor a JWK Set,",
            Self::WebPage => "a web page",
            Self::Pem => "a key or certificate in PEM",
            Self::Der => "a key or certificate in DER",
            Self::OpenSsh => "a key in OpenSSH's own format",
            Self::Base64 => "a key or certificate in base64",
            Self::Token => "a token",
            Self::Other => "neither JSON nor PEM nor DER",
        })
    }
}

fn of_json(text: &str) -> Content {
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(members)) if members.contains_key("keys") => Content::JwkSet,
        Ok(Value::Object(members)) if members.contains_key("kty") => Content::Jwk,
        _ => Content::OtherJson,
    }
}

/// A SEQUENCE (X.690 §8.9) to the end of the file, or to white space there, as which every key and certificate is written.
///
/// One in 65,536 secrets begins so by chance. That its first element is a SEQUENCE, an INTEGER or an OBJECT IDENTIFIER, as it
/// is in all of them, and ends inside leaves next to none.
fn is_der(file: &[u8]) -> bool {
    let Some((0x30, sequence, rest)) = element(file) else {
        return false;
    };
    rest.trim_ascii_start().is_empty() && matches!(element(sequence), Some((0x02 | 0x06 | 0x30, _, _)))
}

/// Tag and contents of the first element, and what follows it. X.690 §8.1.3.4 and §8.1.3.5: up to 127 bytes, the length is one
/// byte; or a byte says of how many it is.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let [tag, length, rest @ ..] = bytes else {
        return None;
    };
    let (length, rest) = match length {
        0..=0x7f => (usize::from(*length), rest),
        // No file that is read here takes more.
        0x81..=0x84 => {
            let (length, rest) = rest.split_at_checked(usize::from(*length & 0x7f))?;
            (length.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    Some((*tag, contents, rest))
}

/// RFC 4253 §6.6: the length of the name of the type, in four bytes, and the name.
fn is_ssh_blob(file: &[u8]) -> bool {
    let name = file.get(4..).unwrap_or_default();
    file.starts_with(b"\0\0\0") && SSH_KEY_TYPES.iter().any(|prefix| name.starts_with(prefix.as_bytes()))
}

/// Whether this is base64, in either alphabet and however it is broken into lines, of what holds keys.
fn of_base64(file: &[u8]) -> bool {
    let recoded = from_utf16(file);
    let Ok(text) = recoded.as_deref().map_or_else(|| core::str::from_utf8(file), Ok) else {
        return false;
    };
    // In environment files line ends are often written as two characters, and values in quotes.
    let text = text.replace("\\n", "\n").replace("\\r", "\r");
    let text: String = text
        .trim_matches(['"', '\'', '\u{feff}'])
        .chars()
        .filter(|character| !character.is_ascii_whitespace())
        .map(|character| match character {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    let Ok(decoded) = Base64Unpadded::decode_vec(text.trim_end_matches('=')) else {
        return false;
    };
    // Not `OtherJson` and the like: what a secret decodes to may begin with a brace.
    matches!(
        Content::plain(&decoded),
        Content::JwkSet | Content::Jwk | Content::Pem | Content::Der | Content::OpenSsh
    )
}

/// The text, if the bytes have the byte order mark of UTF-16 or every other byte is zero, as in its ASCII.
fn from_utf16(bytes: &[u8]) -> Option<String> {
    let every_other_is_zero = |first: usize| bytes.iter().skip(first).step_by(2).all(|byte| *byte == 0);
    let read: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        [_, _, ..] if every_other_is_zero(1) => u16::from_le_bytes,
        [_, _, ..] if every_other_is_zero(0) => u16::from_be_bytes,
        _ => return None,
    };
    let units = bytes.chunks_exact(2).filter_map(|unit| unit.try_into().ok()).map(read);
    let text: String = char::decode_utf16(units).collect::<Result<_, _>>().ok()?;
    Some(text.trim_start_matches('\u{feff}').to_owned())
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// How the names of OpenSSH's types of keys begin.
const SSH_KEY_TYPES: [&str; 4] = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"];

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Base64UrlUnpadded};

    use super::*;

    #[test]
    fn content_is_told_by_what_it_is_and_not_by_its_name() {
        // file, content
        for (file, expected) in [
            (b"".as_slice(), Content::Empty),
            (b" \n", Content::Empty),
            (b"{\"keys\":[]}", Content::JwkSet),
            (b"\xef\xbb\xbf\n{\"keys\":[]}", Content::JwkSet),
            (b"{\"kty\":\"OKP\"}", Content::Jwk),
            (b"{\"error\":\"not_found\"}", Content::OtherJson),
            (b"{\"keys\":[", Content::OtherJson),
            (b"[{\"kty\":\"OKP\"}]", Content::OtherJson),
            (b"const jwks = {\"keys\":[]};", Content::OtherJson),
            (b"<!DOCTYPE html>", Content::WebPage),
            (b"-----BEGIN PUBLIC KEY-----", Content::Pem),
            (b"MCowBQYDK2Vw\n-----END PUBLIC KEY-----", Content::Pem),
            (b"Certificate:\n  Data:\n-----BEGIN CERTIFICATE-----", Content::Pem),
            (b"-----BEGIN OPENSSH PRIVATE KEY-----", Content::OpenSsh),
            (b"ssh-ed25519 AAAA", Content::OpenSsh),
            (b"AAAAC3NzaC1lZDI1NTE5AAAAIA==", Content::Base64),
            (b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln\n", Content::Token),
            (b"eyJhbGciOiJkaXIifQ..a.b.c", Content::Token),
            (b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln~WyJhIl0~", Content::Token),
            (b"YS5i.e30.c2ln", Content::Other),
            (b"hello", Content::Other),
        ] {
            assert_eq!(Content::of(file), expected, "{:?}", String::from_utf8_lossy(file));
        }
    }

    #[test]
    fn der_is_a_sequence_that_covers_the_whole() {
        let long = [b"0\x82\x01\x03\x02\x01\x00".as_slice(), &[0xff; 256]].concat();
        // file, content
        for (file, expected) in [
            (b"0\x03\x02\x01\x00".as_slice(), Content::Der),
            (b"0\x81\x03\x02\x01\x00", Content::Der),
            (b"0\x03\x02\x01\x00\r\n", Content::Der),
            (b"0\x05\x30\x03\x02\x01\x00", Content::Der),
            (&long, Content::Der),
            (&long[..long.len() - 1], Content::Other),
            // What a random secret may be: longer, shorter, of nothing that a key begins with, or with an element too long.
            (b"0\x03\x02\x01\x00\x01", Content::Other),
            (b"0\x04\x02\x01\x00", Content::Other),
            (b"0\x03\x04\x01\x00", Content::Other),
            (b"0\x03\x02\x02\x00", Content::Other),
            (b"0\x80\x02\x01\x00", Content::Other),
            (b"0\xff", Content::Other),
            (b"0123456789", Content::Other),
        ] {
            assert_eq!(Content::of(file), expected, "{file:x?}");
        }
    }

    #[test]
    fn base64_is_looked_into() {
        let der = b"0\x08\x02\x01\x00\x04\x03\xff\xef\xbe".as_slice();
        for text in [
            Base64::encode_string(der),
            Base64UrlUnpadded::encode_string(der),
            format!("\"{}\"", Base64::encode_string(der)),
            format!("{}\n", Base64::encode_string(der).replace('C', "C\r\n")),
            Base64::encode_string(der).replace('C', "C\\n"),
            Base64::encode_string(b"-----BEGIN PUBLIC KEY-----"),
            Base64::encode_string(b"{\"kty\":\"OKP\"}"),
        ] {
            assert_eq!(Content::of(text.as_bytes()), Content::Base64, "{text}");
        }
        // What a secret may decode to.
        for bytes in [b"{random bytes, and a brace first}".as_slice(), b"\x30\xff\x01random", b"<random"] {
            let text = Base64::encode_string(bytes);
            assert_eq!(Content::of(text.as_bytes()), Content::Other, "{text}");
        }
    }

    #[test]
    fn utf_16_is_read_too() {
        for text in ["-----BEGIN PUBLIC KEY-----\n", "{\"kty\":\"OKP\"}", "MAMCAQA=\n"] {
            let expected = Content::of(text.as_bytes());
            assert_ne!(expected, Content::Other);
            for mark in ["", "\u{feff}"] {
                let units: Vec<u16> = format!("{mark}{text}").encode_utf16().collect();
                let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
                let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
                assert_eq!((Content::of(&little), Content::of(&big)), (expected, expected), "{text}");
            }
        }
    }

    #[test]
    fn random_bytes_are_nothing_whatever_they_begin_with() {
        for first in [b'{', b'[', b'<', b'0', b'-', 0xff, 0xfe, 0] {
            let mut bytes = [0x9c; 32];
            bytes[0] = first;
            assert_eq!(Content::of(&bytes), Content::Other, "{first:#x}");
        }
    }
}
