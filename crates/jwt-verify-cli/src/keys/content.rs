use core::fmt;

use serde_json::Value;

use crate::input::is_token;

/// What a file seems to hold: enough to read it in the right way, and to say what it is where it is something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Empty,
    JwkSet,
    Jwk,
    /// JSON, or what was meant to be.
    OtherJson,
    WebPage,
    Pem,
    Der,
    OpenSsh,
    Token,
    Other,
}

impl Content {
    pub(super) fn of(file: &[u8]) -> Self {
        // A byte order mark is not looked at.
        let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file).trim_ascii();
        match text.first() {
            None => Self::Empty,
            Some(b'{' | b'[') => of_json(text),
            Some(b'<') => Self::WebPage,
            _ if text.starts_with(b"-----BEGIN OPENSSH")
                || text.starts_with(b"ssh-")
                || text.starts_with(b"ecdsa-") =>
            {
                Self::OpenSsh
            }
            // Some tools write the key in words before the PEM.
            _ if text.windows(PEM.len()).any(|window| window == PEM) => Self::Pem,
            // A SEQUENCE of 128 bytes or more, or of fewer, to the end of the file.
            Some(0x30) if core::str::from_utf8(text).is_err() || is_short_sequence(file) => Self::Der,
            _ if core::str::from_utf8(text).is_ok_and(is_token) => Self::Token,
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
            Self::Token => "a token",
            Self::Other => "neither JSON nor PEM nor DER",
        })
    }
}

fn of_json(text: &[u8]) -> Content {
    match serde_json::from_slice::<Value>(text) {
        Ok(Value::Object(members)) if members.contains_key("keys") => Content::JwkSet,
        Ok(Value::Object(members)) if members.contains_key("kty") => Content::Jwk,
        _ => Content::OtherJson,
    }
}

/// X.690 §8.1.3.4: up to 127 bytes, the length is one byte.
fn is_short_sequence(file: &[u8]) -> bool {
    file.get(1).is_some_and(|length| usize::from(*length).saturating_add(2) == file.len())
}

const PEM: &[u8] = b"-----BEGIN ";

#[cfg(test)]
mod tests {
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
            (b"<!DOCTYPE html>", Content::WebPage),
            (b"-----BEGIN PUBLIC KEY-----", Content::Pem),
            (b"Certificate:\n  Data:\n-----BEGIN CERTIFICATE-----", Content::Pem),
            (b"-----BEGIN OPENSSH PRIVATE KEY-----", Content::OpenSsh),
            (b"ssh-ed25519 AAAA", Content::OpenSsh),
            (b"0\x03abc", Content::Der),
            (b"0\x81\x9f0\x0d\x06\x09", Content::Der),
            (b"0123456789", Content::Other),
            (b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln\n", Content::Token),
            (b"e30.e30.c2ln", Content::Other),
            (b"hello", Content::Other),
        ] {
            assert_eq!(Content::of(file), expected, "{:?}", String::from_utf8_lossy(file));
        }
    }
}
