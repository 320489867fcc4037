//! [`KeyType`]: which algorithms a key can be for.

use core::fmt;

use crate::Algorithm;

/// The type of a public key, with its curve or its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyType {
    /// An Ed25519 key (RFC 8037).
    Ed25519,
    /// A key on P-256.
    P256,
    /// A key on P-384.
    P384,
    /// A key on P-521.
    P521,
    /// A key on secp256k1 (RFC 8812).
    Secp256k1,
    /// An RSA key.
    Rsa {
        /// The size of its modulus in bits.
        bits: usize,
    },
}

impl KeyType {
    pub(super) fn admits(self, algorithm: Algorithm) -> bool {
        match algorithm {
            Algorithm::EdDsa => self == Self::Ed25519,
            Algorithm::Es256 => self == Self::P256,
            Algorithm::Es384 => self == Self::P384,
            Algorithm::Es512 => self == Self::P521,
            Algorithm::Es256K => self == Self::Secp256k1,
            Algorithm::Rs256
            | Algorithm::Rs384
            | Algorithm::Rs512
            | Algorithm::Ps256
            | Algorithm::Ps384
            | Algorithm::Ps512 => matches!(self, Self::Rsa { .. }),
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => false,
        }
    }
}

/// `Ed25519`, `P-256`, `RSA 2048`.
impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ed25519 => "Ed25519",
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::Secp256k1 => "secp256k1",
            Self::Rsa { bits } => return write!(f, "RSA {bits}"),
        })
    }
}
