//! The one place where signatures are checked: which primitive answers for which key.
//!
//! Everything above deals in [`VerifyingKey`](crate::VerifyingKey); everything below is one family of
//! algorithms, the only callers of RustCrypto. A faster implementation goes in here, behind
//! [`Prepared::verify`] and [`hmac::Key::verify`], and nothing else notices.
//!
//! A family whose cargo feature is off keeps its type, which then has no value: its constructor answers
//! [`JwkError::NotCompiledIn`].

pub(crate) mod ecdsa;
pub(crate) mod eddsa;
pub(crate) mod hmac;
pub(crate) mod rsa;

use crate::{Algorithm, KeyType};

/// Public key material, checked, with everything done that can be done once per key.
pub(crate) enum Prepared {
    Ed25519(eddsa::Key),
    P256(ecdsa::P256),
    P384(ecdsa::P384),
    P521(ecdsa::P521),
    Secp256k1(ecdsa::Secp256k1),
    Rsa(rsa::Key),
}

impl Prepared {
    pub(crate) fn key_type(&self) -> KeyType {
        match self {
            Self::Ed25519(_) => KeyType::Ed25519,
            Self::P256(_) => KeyType::P256,
            Self::P384(_) => KeyType::P384,
            Self::P521(_) => KeyType::P521,
            Self::Secp256k1(_) => KeyType::Secp256k1,
            Self::Rsa(key) => KeyType::Rsa { bits: key.bits() },
        }
    }

    /// Whether `signature` is this key's signature of `message` by `algorithm`, which the key's type must
    /// admit.
    ///
    /// Only RSA has a choice; every other type fixes the algorithm itself.
    pub(crate) fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Ed25519(key) => key.verify(message, signature),
            Self::P256(key) => key.verify(message, signature),
            Self::P384(key) => key.verify(message, signature),
            Self::P521(key) => key.verify(message, signature),
            Self::Secp256k1(key) => key.verify(message, signature),
            Self::Rsa(key) => key.verify(algorithm, message, signature),
        }
    }
}
