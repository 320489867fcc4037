//! ECDSA (RFC 7518 §3.4) over P-256, P-384 and P-521, and over secp256k1 (RFC 8812).

use crate::JwkError;

/// One curve: the type of its keys, and the stand-in for builds without its feature.
macro_rules! curve {
    ($name:ident, $curve:ident, $feature:literal, $coordinate_len:literal, |$signature:ident| $prepare:expr) => {
        #[doc = concat!("A point that is on the curve and not the identity, with coordinates of ", $coordinate_len, " bytes.")]
        #[cfg(feature = $feature)]
        pub(crate) struct $name($curve::ecdsa::VerifyingKey);

        #[cfg(feature = $feature)]
        impl $name {
            pub(crate) fn new(x: &[u8], y: &[u8]) -> Result<Self, JwkError> {
                let point = uncompressed(x, y, $coordinate_len)?;
                // Refuses coordinates from p upwards and points off the curve; the identity has no such
                // encoding.
                let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(&point).map_err(|_| JwkError::NotOnCurve)?;
                Ok(Self(key))
            }

            pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
                use $curve::ecdsa::{Signature, signature::Verifier};

                // R ‖ S at full length. RFC 7518 §3.4: "The octet sequence representations MUST NOT be
                // shortened to omit any leading zero octets contained in the values." Refuses r or s of zero,
                // or from n upwards.
                let Ok($signature) = Signature::from_slice(signature) else {
                    return false;
                };
                self.0.verify(message, &$prepare).is_ok()
            }
        }

        /// Stands in for the key while its feature is off: there is no value of it.
        #[cfg(not(feature = $feature))]
        pub(crate) enum $name {}

        #[cfg(not(feature = $feature))]
        impl $name {
            pub(crate) fn new(_: &[u8], _: &[u8]) -> Result<Self, JwkError> {
                Err(JwkError::NotCompiledIn { feature: $feature })
            }

            pub(crate) fn verify(&self, _: &[u8], _: &[u8]) -> bool {
                match *self {}
            }
        }
    };
}

curve!(P256, p256, "es256", 32, |signature| signature);
curve!(P384, p384, "es384", 48, |signature| signature);
curve!(P521, p521, "es512", 66, |signature| signature);
// Of the two values of S that are valid in ECDSA, k256 takes the lower one only, a rule of Bitcoin's. JWA has
// no such rule, and RFC 8812 adds none: the higher one is replaced by the lower one first.
curve!(Secp256k1, k256, "es256k", 32, |signature| signature.normalize_s());

/// The point as SEC 1 §2.3.3 writes it: `04 ‖ X ‖ Y`.
#[cfg(any(feature = "es256", feature = "es384", feature = "es512", feature = "es256k"))]
fn uncompressed(x: &[u8], y: &[u8], coordinate_len: usize) -> Result<alloc::vec::Vec<u8>, JwkError> {
    for (member, coordinate) in [("x", x), ("y", y)] {
        // RFC 7518 §6.2.1.2: "The length of this octet string MUST be the full size of a coordinate for the
        // curve specified in the "crv" parameter."
        if coordinate.len() != coordinate_len {
            return Err(JwkError::KeyLength { member, found: coordinate.len(), required: coordinate_len });
        }
    }
    Ok([&[0x04], x, y].concat())
}

#[cfg(test)]
#[cfg(feature = "es256")]
mod tests {
    use super::*;

    /// RFC 7515 App. A.3.1: the key, the signing input and its signature.
    const X: [u8; 32] = [
        127, 205, 206, 39, 112, 246, 196, 93, 65, 131, 203, 238, 111, 219, 75, 123, 88, 7, 51, 53, 123, 233,
        239, 19, 186, 207, 110, 60, 123, 209, 84, 69,
    ];
    const Y: [u8; 32] = [
        199, 241, 68, 205, 27, 189, 155, 126, 135, 44, 223, 237, 185, 238, 185, 244, 179, 105, 93, 110, 169,
        11, 36, 173, 138, 70, 35, 40, 133, 136, 229, 173,
    ];
    const MESSAGE: &[u8] = b"eyJhbGciOiJFUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const R: [u8; 32] = [
        14, 209, 33, 83, 121, 99, 108, 72, 60, 47, 127, 21, 88, 7, 212, 2, 163, 178, 40, 3, 58, 249, 124,
        126, 23, 129, 154, 195, 22, 158, 166, 101,
    ];
    const S: [u8; 32] = [
        197, 10, 7, 211, 140, 60, 112, 229, 216, 241, 45, 175, 8, 74, 84, 128, 166, 101, 144, 197, 242, 147,
        80, 154, 143, 63, 127, 138, 131, 163, 84, 213,
    ];
    /// The order of P-256.
    const N: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
        0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];

    #[test]
    fn points_are_accepted_or_refused_for_their_own_reason() {
        let mut off = Y;
        off[31] ^= 1;
        for (x, y, expected) in [
            (&X[..], &Y[..], Ok(())),
            (&X[..], &off[..], Err(JwkError::NotOnCurve)),
            (&Y[..], &X[..], Err(JwkError::NotOnCurve)),
            (&[0; 32][..], &[0; 32][..], Err(JwkError::NotOnCurve)),
            (&[0xff; 32][..], &Y[..], Err(JwkError::NotOnCurve)),
            (&X[1..], &Y[..], Err(JwkError::KeyLength { member: "x", found: 31, required: 32 })),
            (
                &X[..],
                &[&[0], &Y[..]].concat()[..],
                Err(JwkError::KeyLength { member: "y", found: 33, required: 32 }),
            ),
            (&[][..], &Y[..], Err(JwkError::KeyLength { member: "x", found: 0, required: 32 })),
        ] {
            assert_eq!(P256::new(x, y).map(|_| ()), expected);
        }
    }

    #[test]
    fn only_r_and_s_in_range_and_at_full_length_verify() {
        let key = P256::new(&X, &Y).unwrap();
        let zero = [0; 32];
        for (signature, expected, why) in [
            ([R, S].concat(), true, "as in the RFC"),
            ([S, R].concat(), false, "swapped"),
            ([zero, zero].concat(), false, "r = s = 0"),
            ([zero, S].concat(), false, "r = 0"),
            ([R, zero].concat(), false, "s = 0"),
            ([N, N].concat(), false, "r = s = n"),
            ([N, S].concat(), false, "r = n"),
            ([R, N].concat(), false, "s = n"),
            ([R, [0xff; 32]].concat(), false, "s = 2^256 - 1"),
            ([&R[..], &S[..31]].concat(), false, "an octet short"),
            ([&R[..], &S[..], &[0]].concat(), false, "an octet long"),
            (alloc::vec![], false, "empty"),
        ] {
            assert_eq!(key.verify(MESSAGE, &signature), expected, "{why}");
        }
        assert!(!key.verify(&MESSAGE[1..], &[R, S].concat()));
    }
}
