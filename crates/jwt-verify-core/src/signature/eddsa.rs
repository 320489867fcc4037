//! Ed25519 (RFC 8032, RFC 8037), strictly.

use crate::JwkError;

/// A point of the prime-order group or near it: never one of small order.
pub(crate) struct Key(Inner);

#[cfg(feature = "eddsa")]
type Inner = ed25519_dalek::VerifyingKey;
#[cfg(not(feature = "eddsa"))]
type Inner = core::convert::Infallible;

#[cfg(feature = "eddsa")]
impl Key {
    pub(crate) fn new(encoded: &[u8; 32]) -> Result<Self, JwkError> {
        // RFC 8032 §5.1.3: "If the resulting value is >= p, decoding fails."
        if !y_is_below_p(encoded) {
            return Err(JwkError::NotCanonical);
        }
        let key = Inner::from_bytes(encoded).map_err(|_| JwkError::NotOnCurve)?;
        // RFC 8032 is silent on points of small order. With one of them for a key, anybody can sign: for the
        // identity every message, for the others a fraction of them. This also refuses what §5.1.3 wants
        // refused, "If x = 0, and x_0 = 1, decoding fails": both points with x = 0 are of small order.
        if key.is_weak() {
            return Err(JwkError::WeakKey);
        }
        Ok(Self(key))
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = ed25519_dalek::Signature::from_slice(signature) else {
            return false;
        };
        // Strict: S below the group's order (RFC 8032 §5.1.7, against malleability), R canonical and not of
        // small order.
        self.0.verify_strict(message, &signature).is_ok()
    }
}

#[cfg(not(feature = "eddsa"))]
impl Key {
    pub(crate) fn new(_: &[u8; 32]) -> Result<Self, JwkError> {
        Err(JwkError::NotCompiledIn { feature: "eddsa" })
    }

    pub(crate) fn verify(&self, _: &[u8], _: &[u8]) -> bool {
        match self.0 {}
    }
}

/// Whether the y coordinate, 255 bits in little-endian order, is below p = 2²⁵⁵ − 19.
#[cfg(feature = "eddsa")]
fn y_is_below_p(encoded: &[u8; 32]) -> bool {
    let [lowest, middle @ .., highest] = encoded;
    // The 19 values from p to 2²⁵⁵ − 1 are those with every bit set above the lowest byte, and 0xed or more
    // in it.
    !(highest & 0x7f == 0x7f && middle.iter().all(|byte| *byte == 0xff) && *lowest >= 0xed)
}

#[cfg(test)]
#[cfg(feature = "eddsa")]
mod tests {
    use super::*;

    /// RFC 8032 §7.1, TEST 2: public key and signature of the message `0x72`.
    const PUBLIC_KEY: [u8; 32] = [
        0x3d, 0x40, 0x17, 0xc3, 0xe8, 0x43, 0x89, 0x5a, 0x92, 0xb7, 0x0a, 0xa7, 0x4d, 0x1b, 0x7e, 0xbc, 0x9c,
        0x98, 0x2c, 0xcf, 0x2e, 0xc4, 0x96, 0x8c, 0xc0, 0xcd, 0x55, 0xf1, 0x2a, 0xf4, 0x66, 0x0c,
    ];
    const SIGNATURE: [u8; 64] = [
        0x92, 0xa0, 0x09, 0xa9, 0xf0, 0xd4, 0xca, 0xb8, 0x72, 0x0e, 0x82, 0x0b, 0x5f, 0x64, 0x25, 0x40, 0xa2,
        0xb2, 0x7b, 0x54, 0x16, 0x50, 0x3f, 0x8f, 0xb3, 0x76, 0x22, 0x23, 0xeb, 0xdb, 0x69, 0xda, 0x08, 0x5a,
        0xc1, 0xe4, 0x3e, 0x15, 0x99, 0x6e, 0x45, 0x8f, 0x36, 0x13, 0xd0, 0xf1, 0x1d, 0x8c, 0x38, 0x7b, 0x2e,
        0xae, 0xb4, 0x30, 0x2a, 0xee, 0xb0, 0x0d, 0x29, 0x16, 0x12, 0xbb, 0x0c, 0x00,
    ];

    fn y(lowest: u8, middle: u8, highest: u8) -> [u8; 32] {
        let mut encoded = [middle; 32];
        encoded[0] = lowest;
        encoded[31] = highest;
        encoded
    }

    #[test]
    fn keys_are_accepted_or_refused_for_their_own_reason() {
        for (encoded, expected, why) in [
            (PUBLIC_KEY, Ok(()), "RFC 8032 §7.1, TEST 2"),
            // Not canonical: y from p upwards, with either sign.
            (y(0xed, 0xff, 0x7f), Err(JwkError::NotCanonical), "y = p"),
            (y(0xee, 0xff, 0x7f), Err(JwkError::NotCanonical), "y = p + 1"),
            (y(0xee, 0xff, 0xff), Err(JwkError::NotCanonical), "y = p + 1, sign"),
            (y(0xff, 0xff, 0x7f), Err(JwkError::NotCanonical), "y = 2^255 - 1"),
            // Of small order.
            (y(0x01, 0x00, 0x00), Err(JwkError::WeakKey), "the identity"),
            (y(0xec, 0xff, 0x7f), Err(JwkError::WeakKey), "y = -1, of order 2"),
            (y(0x00, 0x00, 0x00), Err(JwkError::WeakKey), "y = 0, of order 4"),
            // Off the curve.
            (y(0x02, 0x00, 0x00), Err(JwkError::NotOnCurve), "y = 2"),
        ] {
            assert_eq!(Key::new(&encoded).map(|_| ()), expected, "{why}");
        }
        for encoded in [y(0x01, 0x00, 0x80), y(0xec, 0xff, 0xff)] {
            assert!(Key::new(&encoded).is_err(), "x = 0 with the sign bit set");
        }
    }

    #[test]
    fn the_signature_verifies_and_nothing_near_it_does() {
        let key = Key::new(&PUBLIC_KEY).unwrap();
        assert!(key.verify(&[0x72], &SIGNATURE));
        assert!(!key.verify(&[0x73], &SIGNATURE));
        assert!(!key.verify(&[0x72], &SIGNATURE[..63]));
        assert!(!key.verify(&[0x72], &[&SIGNATURE[..], &[0]].concat()));
        assert!(!key.verify(&[0x72], &[]));
        for bit in 0..512 {
            let mut altered = SIGNATURE;
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(!key.verify(&[0x72], &altered), "bit {bit}");
        }
    }
}
