//! The first stage: a text that is no JWT as we read it.

use core::fmt;

use crate::limits;

/// What makes a text no JWT that we read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Malformed {
    /// The token is longer than the configured limit. Nothing in it was looked at.
    TooLong {
        /// Its length in bytes.
        found: usize,
        /// The most that is read, in bytes.
        limit: usize,
    },
    /// The empty string.
    Empty,
    /// A character that no JWT contains, such as white space, `=` or a quote.
    ///
    /// Only letters, digits, `-`, `_` and the two dots may occur: nothing is trimmed, nothing is unfolded.
    Character {
        /// Where it is: bytes from the start.
        at: usize,
    },
    /// The word `Bearer` is still in front of the token.
    BearerPrefix,
    /// Not three parts, and nothing better known either: probably an opaque token.
    Parts {
        /// How many parts, dots plus one.
        found: usize,
    },
    /// Five parts, or `enc` in the header: an encrypted token (JWE). These are never decrypted.
    ///
    /// Whoever has the recipient's public key can encrypt, so a JWE proves nothing about its sender.
    Encrypted,
    /// `~` between the parts: an SD-JWT (RFC 9901), which is not an access-token format.
    SelectiveDisclosure,
    /// A JSON object: the JWS JSON Serialization, which RFC 7519 keeps out of JWTs.
    JsonSerialization,
    /// An empty header, payload or signature.
    EmptyPart(Part),
    /// A part is not base64url without padding (RFC 7515 §2), or has bits set behind its last byte.
    Base64(Part),
    /// A part is not a JSON object as we read it.
    Json(Part, JsonProblem),
    /// A header parameter is absent or has the wrong type.
    HeaderParameter {
        /// Its name.
        name: &'static str,
        /// What is wrong with it.
        problem: ParameterProblem,
    },
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { found, limit } => {
                write!(f, "the token has {found} bytes, more than the limit of {limit}")
            }
            Self::Empty => f.write_str("the token is empty"),
            Self::Character { at } => {
                write!(f, "byte {at} of the token is not a letter, a digit, `-`, `_` or `.`")
            }
            Self::BearerPrefix => {
                f.write_str("the word `Bearer` is still in front of the token: pass what comes after it")
            }
            Self::Parts { found } => write!(
                f,
                "a JWT has three parts separated by dots and this has {found}: an opaque token, perhaps"
            ),
            Self::Encrypted => f.write_str(
                "the token is encrypted (a JWE), and encrypted tokens prove nothing about their sender",
            ),
            Self::SelectiveDisclosure => {
                f.write_str("the token is an SD-JWT (`~`), which is not an access-token format")
            }
            Self::JsonSerialization => {
                f.write_str("the token is a JSON object, and a JWT is always in the compact form")
            }
            Self::EmptyPart(part) => write!(f, "the {part} of the token is empty"),
            Self::Base64(part) => {
                write!(f, "the {part} of the token is not base64url without padding")
            }
            Self::Json(part, problem) => write!(f, "the {part} of the token {problem}"),
            Self::HeaderParameter { name, problem } => write!(f, "the header's `{name}` {problem}"),
        }
    }
}

impl core::error::Error for Malformed {}

/// A part of a token in the JWS Compact Serialization (RFC 7515 §7.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The JOSE header.
    Header,
    /// The JWS payload: for a JWT, its claims set.
    Payload,
    /// The JWS signature.
    Signature,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
            Self::Signature => "signature",
        })
    }
}

/// Why a text is no JSON that we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JsonProblem {
    /// Not UTF-8 (RFC 8725 §3.7), or a byte order mark in front.
    Encoding,
    /// Not JSON (RFC 8259).
    Syntax {
        /// Where reading stopped: bytes from the start.
        at: usize,
    },
    /// JSON, but not an object.
    NotAnObject,
    /// A member name occurs twice in one object (RFC 7515 §4, RFC 7519 §4).
    DuplicateMember {
        /// Where its second occurrence begins: bytes from the start.
        at: usize,
    },
    /// Nested deeper than [`limits::MAX_JSON_DEPTH`].
    TooDeep,
    /// More text after the end of the JSON value.
    TrailingData {
        /// Where it begins: bytes from the start.
        at: usize,
    },
    /// A number too large for a double, such as `1e400`.
    NumberOutOfRange {
        /// Where it begins: bytes from the start.
        at: usize,
    },
    /// A member name that has a special meaning to the `serde_json` crate.
    ///
    /// Some of its features let an object with such a member stand for a number or for raw text. We would read one
    /// thing and a handler another, so no token may contain it.
    ReservedName {
        /// Where it begins: bytes from the start.
        at: usize,
    },
}

impl fmt::Display for JsonProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding => f.write_str("is not UTF-8 text without a byte order mark"),
            Self::Syntax { at } => write!(f, "is not valid JSON at byte {at}"),
            Self::NotAnObject => f.write_str("is not a JSON object"),
            Self::DuplicateMember { at } => {
                write!(f, "has two members of one name, the second at byte {at}")
            }
            Self::TooDeep => write!(f, "is nested deeper than {} levels", limits::MAX_JSON_DEPTH),
            Self::TrailingData { at } => write!(f, "goes on after the JSON value, at byte {at}"),
            Self::NumberOutOfRange { at } => write!(f, "has a number out of range at byte {at}"),
            Self::ReservedName { at } => write!(f, "has a reserved member name at byte {at}"),
        }
    }
}

/// What is wrong with a header parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterProblem {
    /// It must be there and is not.
    Missing,
    /// It must be a string and is something else.
    NotAString,
    /// It is longer than its limit.
    TooLong,
}

impl fmt::Display for ParameterProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is missing",
            Self::NotAString => "is not a string",
            Self::TooLong => "is too long",
        })
    }
}
