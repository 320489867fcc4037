//! What is done to a token after it was signed.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};

use crate::keys::base64url;

/// A change to a token that was signed well. A verifier must refuse the result, whichever it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tamper {
    /// Flips one bit of the signature.
    FlipSignatureBit,
    /// Replaces `sub` by `admin` and keeps the signature.
    SwapPayload,
    /// Writes `none` for `alg` and drops the signature.
    AlgorithmNone,
    /// Drops the signature.
    DropSignature,
    /// Drops the last byte of the signature.
    ShortenSignature,
    /// Adds a zero byte to the signature.
    AppendByte,
    /// Adds `=` to the signature, as base64 with padding has it.
    PadBase64,
    /// Adds a line feed, as a text file has it.
    AppendNewline,
    /// Adds a fourth part.
    AppendPart,
    /// Writes the token as a flattened JWS JSON serialization (RFC 7515 §7.2.2).
    JsonSerialization,
}

impl Tamper {
    /// Each of them.
    pub const ALL: &'static [Self] = &[
        Self::FlipSignatureBit,
        Self::SwapPayload,
        Self::AlgorithmNone,
        Self::DropSignature,
        Self::ShortenSignature,
        Self::AppendByte,
        Self::PadBase64,
        Self::AppendNewline,
        Self::AppendPart,
        Self::JsonSerialization,
    ];

    /// The token, changed. A text that has no three parts stays as it is, which several changes to one token can bring about.
    pub(super) fn apply(self, token: &str) -> String {
        let mut parts = token.splitn(3, '.');
        let (Some(header), Some(payload), Some(signature)) = (parts.next(), parts.next(), parts.next())
        else {
            return token.into();
        };
        let with_signature = |bytes: &[u8]| format!("{header}.{payload}.{}", base64url(bytes));
        let mut bytes = Base64UrlUnpadded::decode_vec(signature).unwrap_or_default();
        match self {
            Self::FlipSignatureBit => {
                if let Some(first) = bytes.first_mut() {
                    *first ^= 1;
                }
                with_signature(&bytes)
            }
            Self::SwapPayload => {
                format!("{header}.{}.{signature}", with_member(payload, "sub", "admin"))
            }
            Self::AlgorithmNone => format!("{}.{payload}.", with_member(header, "alg", "none")),
            Self::DropSignature => with_signature(&[]),
            Self::ShortenSignature => {
                bytes.pop();
                with_signature(&bytes)
            }
            Self::AppendByte => {
                bytes.push(0);
                with_signature(&bytes)
            }
            Self::PadBase64 => format!("{token}="),
            Self::AppendNewline => format!("{token}\n"),
            Self::AppendPart => format!("{token}.e30"),
            Self::JsonSerialization => {
                json!({"protected": header, "payload": payload, "signature": signature}).to_string()
            }
        }
    }
}

/// The part with one member of its JSON object replaced. One that is no object becomes one.
fn with_member(part: &str, name: &str, value: &str) -> String {
    let decoded = Base64UrlUnpadded::decode_vec(part).unwrap_or_default();
    let mut object = match serde_json::from_slice(&decoded) {
        Ok(Value::Object(object)) => object,
        _ => serde_json::Map::new(),
    };
    object.insert(name.into(), value.into());
    base64url(Value::Object(object).to_string())
}
