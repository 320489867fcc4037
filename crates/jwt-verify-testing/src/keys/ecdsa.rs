//! Keys on four curves. Signatures are deterministic (RFC 6979).

use jwt_verify_core::Algorithm;
use serde_json::json;

use super::{TestKey, base64url};

/// The four crates have the same types under the same names.
macro_rules! ecdsa {
    ($name:ident, $curve:ident, $algorithm:ident, $crv:literal) => {
        /// The key of this scalar, in as many bytes as the order of the curve.
        pub(super) fn $name(scalar: &[u8]) -> TestKey {
            use $curve::ecdsa::{Signature, SigningKey, signature::Signer as _};
            let key = SigningKey::from_slice(scalar).expect("a scalar below the order of the curve");
            let point = key.verifying_key().to_sec1_point(false);
            let [x, y] = [point.x(), point.y()].map(|coordinate| base64url(coordinate.expect("no compression")));
            let public = json!({"kty": "EC", "crv": $crv, "x": x, "y": y});
            TestKey::of_public(Algorithm::$algorithm, public, move |message| {
                let signature: Signature = key.sign(message);
                signature.to_bytes().to_vec()
            })
        }
    };
}

ecdsa!(p256, p256, Es256, "P-256");
ecdsa!(p384, p384, Es384, "P-384");
ecdsa!(p521, p521, Es512, "P-521");
ecdsa!(secp256k1, k256, Es256K, "secp256k1");
