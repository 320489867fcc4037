//! HMAC with SHA-2 (RFC 7518 §3.2).

#[cfg(feature = "hmac")]
use ::hmac::{Hmac, KeyInit, Mac, digest::InvalidLength};
#[cfg(feature = "hmac")]
use sha2::{Sha256, Sha384, Sha512};

use crate::{Algorithm, SecretError};

/// The state of an HMAC after its secret went in; the secret itself is not kept.
///
/// The state is as good as the secret, and wiped when dropped: by the `zeroize` features of `hmac` and
/// `sha2`.
#[cfg(feature = "hmac")]
pub(crate) enum Key {
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
    Sha512(Hmac<Sha512>),
}

#[cfg(feature = "hmac")]
impl Key {
    pub(crate) fn new(algorithm: Algorithm, secret: &[u8]) -> Result<Self, SecretError> {
        match algorithm {
            Algorithm::Hs256 => Hmac::new_from_slice(secret).map(Self::Sha256),
            Algorithm::Hs384 => Hmac::new_from_slice(secret).map(Self::Sha384),
            Algorithm::Hs512 => Hmac::new_from_slice(secret).map(Self::Sha512),
            _ => return Err(SecretError::NotHmac { algorithm }),
        }
        // Does not happen, as HMAC takes secrets of any length (RFC 2104 §2).
        .map_err(|InvalidLength| SecretError::TooShort {
            algorithm,
            found: secret.len(),
            required: 0,
        })
    }

    pub(crate) fn verify(&self, message: &[u8], mac: &[u8]) -> bool {
        match self {
            Self::Sha256(state) => full_length_matches(state, message, mac),
            Self::Sha384(state) => full_length_matches(state, message, mac),
            Self::Sha512(state) => full_length_matches(state, message, mac),
        }
    }
}

/// RFC 7518 §3.2: "the comparison of the computed HMAC value to the JWS Signature value MUST be done in a
/// constant-time manner to thwart timing attacks." `verify_slice` does, and refuses a MAC of another length
/// than the hash's.
#[cfg(feature = "hmac")]
fn full_length_matches(state: &(impl Mac + Clone), message: &[u8], mac: &[u8]) -> bool {
    state.clone().chain_update(message).verify_slice(mac).is_ok()
}

/// Stands in for the key while its feature is off: there is no value of it.
#[cfg(not(feature = "hmac"))]
pub(crate) enum Key {}

#[cfg(not(feature = "hmac"))]
impl Key {
    pub(crate) fn new(_: Algorithm, _: &[u8]) -> Result<Self, SecretError> {
        Err(SecretError::NotCompiledIn { feature: "hmac" })
    }

    pub(crate) fn verify(&self, _: &[u8], _: &[u8]) -> bool {
        match *self {}
    }
}

#[cfg(test)]
#[cfg(feature = "hmac")]
mod tests {
    use super::*;

    #[test]
    fn the_state_is_wiped_when_dropped() {
        fn wiped<T: zeroize::ZeroizeOnDrop>() {}
        // An `Hmac` consists of two states of its hash and a buffer, and each wipes itself.
        wiped::<Sha256>();
        wiped::<Sha384>();
        wiped::<Sha512>();
    }

    #[test]
    fn a_mac_verifies_at_its_full_length_only() {
        // RFC 4231 §4.2, test case 1.
        let key = Key::new(Algorithm::Hs256, &[0x0b; 20]).unwrap();
        let mac: [u8; 32] = [
            0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53, 0x5c, 0xa8, 0xaf, 0xce, 0xaf, 0x0b, 0xf1, 0x2b,
            0x88, 0x1d, 0xc2, 0x00, 0xc9, 0x83, 0x3d, 0xa7, 0x26, 0xe9, 0x37, 0x6c, 0x2e, 0x32, 0xcf, 0xf7,
        ];
        assert!(key.verify(b"Hi There", &mac));
        assert!(key.verify(b"Hi There", &mac), "verifying leaves the state as it was");
        assert!(!key.verify(b"Hi there", &mac));
        assert!(!key.verify(b"Hi There", &[&mac[..], &[0]].concat()));
        for len in 0..mac.len() {
            assert!(!key.verify(b"Hi There", &mac[..len]), "{len}");
        }
    }
}
