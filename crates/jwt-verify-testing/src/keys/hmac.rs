//! HMAC with SHA-2 (RFC 7518 §3.2).

use hmac::{Hmac, KeyInit, Mac};
use jwt_verify_core::Algorithm;
use sha2::{Sha256, Sha384, Sha512};

use super::unsupported;

/// The tag of a message. A secret of any length is taken.
pub(super) fn sign(algorithm: Algorithm, secret: &[u8], message: &[u8]) -> Vec<u8> {
    match algorithm {
        Algorithm::Hs256 => tag::<Hmac<Sha256>>(secret, message),
        Algorithm::Hs384 => tag::<Hmac<Sha384>>(secret, message),
        Algorithm::Hs512 => tag::<Hmac<Sha512>>(secret, message),
        other => unsupported(other),
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes a secret of any length")]
fn tag<M: Mac + KeyInit>(secret: &[u8], message: &[u8]) -> Vec<u8> {
    let keyed = <M as KeyInit>::new_from_slice(secret).expect("any length");
    keyed.chain_update(message).finalize().into_bytes().to_vec()
}
