//! RSASSA-PKCS1-v1_5 and RSASSA-PSS (RFC 7518 §3.3 and §3.5, RFC 8017).

use crate::{Algorithm, JwkError, limits};

/// An RSA public key within our limits, with its Montgomery parameters.
pub(crate) struct Key {
    bits: usize,
    inner: Inner,
}

#[cfg(feature = "rsa")]
type Inner = ::rsa::PublicKey;
#[cfg(not(feature = "rsa"))]
type Inner = core::convert::Infallible;

impl Key {
    /// From modulus and exponent, unsigned and big-endian, without leading zero octets.
    pub(crate) fn new(modulus: &[u8], exponent: &[u8]) -> Result<Self, JwkError> {
        // All limits come before any arithmetic: an attacker who can publish a key gains no lever with a huge
        // one.
        let bits = bit_length(modulus);
        if !(limits::MIN_RSA_MODULUS_BITS..=limits::MAX_RSA_MODULUS_BITS).contains(&bits) {
            return Err(JwkError::RsaModulusSize { bits });
        }
        if modulus.last().is_none_or(|lowest| lowest % 2 == 0) {
            return Err(JwkError::EvenModulus);
        }
        check_exponent(exponent)?;
        Ok(Self { bits, inner: prepare(modulus, exponent)? })
    }

    pub(crate) fn bits(&self) -> usize {
        self.bits
    }
}

#[cfg(feature = "rsa")]
impl Key {
    pub(crate) fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        use sha2::{Sha256, Sha384, Sha512};

        // RFC 8017 §8.1.2 and §8.2.2: "If the length of the signature S is not k octets, output "invalid
        // signature" and stop." The primitive checks it as well; a length is cheap to compare twice.
        if signature.len() != self.bits.div_ceil(8) {
            return false;
        }
        // RFC 7518 §3.5: "The size of the salt value is the same size as the hash function output." The
        // functions for PSS take no other, and MGF1 with the same hash. Both refuse s >= n (RFC 8017 §5.2.2).
        let key = &self.inner;
        match algorithm {
            Algorithm::Rs256 => key.pkcs1v15_verify::<Sha256>(message, signature).is_ok(),
            Algorithm::Rs384 => key.pkcs1v15_verify::<Sha384>(message, signature).is_ok(),
            Algorithm::Rs512 => key.pkcs1v15_verify::<Sha512>(message, signature).is_ok(),
            Algorithm::Ps256 => key.pss_verify::<Sha256>(message, signature).is_ok(),
            Algorithm::Ps384 => key.pss_verify::<Sha384>(message, signature).is_ok(),
            Algorithm::Ps512 => key.pss_verify::<Sha512>(message, signature).is_ok(),
            // An RSA key is bound to no other algorithm.
            _ => false,
        }
    }
}

#[cfg(not(feature = "rsa"))]
impl Key {
    pub(crate) fn verify(&self, _: Algorithm, _: &[u8], _: &[u8]) -> bool {
        match self.inner {}
    }
}

#[cfg(feature = "rsa")]
fn prepare(modulus: &[u8], exponent: &[u8]) -> Result<Inner, JwkError> {
    let modulus = ::rsa::BoxedUint::from_be_slice_vartime(modulus);
    let exponent = ::rsa::BoxedUint::from_be_slice_vartime(exponent);
    // What it checks has been checked above, each with an error of its own.
    Inner::new(modulus, exponent).map_err(|_| JwkError::RsaExponent)
}

#[cfg(not(feature = "rsa"))]
fn prepare(_: &[u8], _: &[u8]) -> Result<Inner, JwkError> {
    Err(JwkError::NotCompiledIn { feature: "rsa" })
}

/// RFC 8017 §3.1: "the RSA public exponent e is an integer between 3 and n - 1" and odd, as it has to be
/// prime to λ(n); ours ends at [`limits::MAX_RSA_EXPONENT`]. With an exponent of 1 the padded hash is its own
/// signature.
fn check_exponent(exponent: &[u8]) -> Result<(), JwkError> {
    if exponent.len() > size_of::<u64>() {
        return Err(JwkError::RsaExponent);
    }
    let value = exponent.iter().fold(0, |value: u64, octet| (value << 8) | u64::from(*octet));
    if value % 2 == 1 && (3..=limits::MAX_RSA_EXPONENT).contains(&value) {
        Ok(())
    } else {
        Err(JwkError::RsaExponent)
    }
}

/// The length in bits of a number without leading zero octets. Octets would not do: 2047 bits fill 256 of
/// them.
fn bit_length(number: &[u8]) -> usize {
    let Some((highest, lower)) = number.split_first() else {
        return 0;
    };
    let of_highest = u8::BITS.saturating_sub(highest.leading_zeros());
    lower.len().saturating_mul(8).saturating_add(usize::try_from(of_highest).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    /// An odd number with this many bits.
    fn odd(bits: usize) -> Vec<u8> {
        let mut number = alloc::vec![0xff; bits.div_ceil(8)];
        number[0] >>= number.len() * 8 - bits;
        number
    }

    #[test]
    fn bits_are_counted_not_octets() {
        for bits in [1, 7, 8, 9, 2047, 2048, 2049] {
            assert_eq!(bit_length(&odd(bits)), bits);
        }
        assert_eq!(bit_length(&[]), 0);
    }

    #[test]
    #[cfg(feature = "rsa")]
    fn numbers_outside_our_limits_are_refused() {
        let mut even = odd(2048);
        even[255] = 0xfe;
        let f4 = &[1, 0, 1][..];
        for (modulus, exponent, expected) in [
            (odd(2048), f4, Ok(2048)),
            (odd(2049), f4, Ok(2049)),
            (odd(8192), f4, Ok(8192)),
            (odd(512), f4, Err(JwkError::RsaModulusSize { bits: 512 })),
            (odd(2047), f4, Err(JwkError::RsaModulusSize { bits: 2047 })),
            (odd(8193), f4, Err(JwkError::RsaModulusSize { bits: 8193 })),
            (Vec::new(), f4, Err(JwkError::RsaModulusSize { bits: 0 })),
            (even, f4, Err(JwkError::EvenModulus)),
            (odd(2048), &[3], Ok(2048)),
            (odd(2048), &[], Err(JwkError::RsaExponent)),
            (odd(2048), &[1], Err(JwkError::RsaExponent)),
            (odd(2048), &[2], Err(JwkError::RsaExponent)),
            (odd(2048), &[1, 0, 0], Err(JwkError::RsaExponent)),
            (odd(2048), &[1, 0xff, 0xff, 0xff, 0xff], Ok(2048)),
            (odd(2048), &[2, 0, 0, 0, 1], Err(JwkError::RsaExponent)),
            (odd(2048), &[1, 0, 0, 0, 0, 0, 0, 0, 3], Err(JwkError::RsaExponent)),
            (odd(2048), &odd(2047), Err(JwkError::RsaExponent)),
        ] {
            assert_eq!(Key::new(&modulus, exponent).map(|key| key.bits()), expected);
        }
    }
}
