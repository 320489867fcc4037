//! The second stage: no key, or not that one.

use alloc::boxed::Box;
use core::fmt;

use crate::Algorithm;

/// Why none of the issuer's keys answers for a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyNotFound {
    /// No key has the `kid` that the header names. It is compared exactly, and nothing else is tried.
    UnknownKeyId {
        /// The key ID, at most [`limits::MAX_KEY_ID_LEN`](crate::limits::MAX_KEY_ID_LEN) bytes. Whoever sent the token chose it.
        key_id: Box<str>,
    },
    /// The header names no `kid`, and no key fits the algorithm.
    NoneFits,
    /// Several keys fit, and trying one after the other is not done.
    ///
    /// Either the header names no `kid`, or the set lists one `kid` twice for one type of key.
    Ambiguous,
    /// The source holds no key at all.
    NoKeys,
    /// The keys held are too old to be used, and the source has none that are newer.
    ///
    /// A source that cannot reach its issuer answers with an error instead, and then it is an outage.
    OnlyExpired,
}

impl fmt::Display for KeyNotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKeyId { key_id } => write!(f, "the issuer has no key with the key ID {key_id:?}"),
            Self::NoneFits => {
                f.write_str("the token names no key, and none of the issuer's keys fits its algorithm")
            }
            Self::Ambiguous => {
                f.write_str("several of the issuer's keys fit, and the token does not say which")
            }
            Self::NoKeys => f.write_str("the issuer has no usable key"),
            Self::OnlyExpired => {
                f.write_str("the issuer's keys are past their maximum age, and there are none that are newer")
            }
        }
    }
}

/// Why the key that a token names cannot be used with the token's algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyMismatch {
    /// The key is of another type or on another curve than the algorithm asks for.
    KeyType,
    /// The key's own `alg` is another one (RFC 8725 §3.1: each key is used with exactly one algorithm).
    Algorithm {
        /// The algorithm that the key is for.
        key: Algorithm,
    },
    /// The key's JWK restricts it to another issuer (`issuer`).
    Issuer,
    /// The issuer's keys are public keys, and HS256, HS384 and HS512 take a secret.
    PublicKeysOnly,
    /// The issuer's key is a shared secret, and the algorithm takes a public key.
    SecretOnly,
}

impl fmt::Display for KeyMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyType => {
                f.write_str("the key's type or curve is not the one the token's algorithm takes")
            }
            Self::Algorithm { key } => write!(f, "the key is for {key} and for nothing else"),
            Self::Issuer => f.write_str("the key is for another issuer"),
            Self::PublicKeysOnly => {
                f.write_str("the token's algorithm takes a secret, and the issuer's keys are public keys")
            }
            Self::SecretOnly => {
                f.write_str("the token's algorithm takes a public key, and the issuer's key is a secret")
            }
        }
    }
}
