//! RSA with the same signature for the same message each time: PSS with a fixed salt.

use std::{convert::Infallible, sync::LazyLock};

use jwt_verify_core::Algorithm;
use rsa::{BoxedUint, PrivateKey, rand_core::TryCryptoRng, traits::PublicKeyParts};
use serde_json::json;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{TestKey, base64url, published};

/// A hash function, with what RFC 8017 says of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }

    /// RFC 8017 §9.2, note 1.
    fn digest_info(self, message: &[u8]) -> Vec<u8> {
        let prefix: [u8; 19] = match self {
            Self::Sha256 => *b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
            Self::Sha384 => *b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
            Self::Sha512 => *b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
        };
        [&prefix, &*self.digest(message)].concat()
    }
}

/// RSASSA-PKCS1-v1_5 with one of the two keys.
pub(super) fn pkcs1(algorithm: Algorithm, hash: Hash, number: u32) -> TestKey {
    key(algorithm, number, move |message| pkcs1_block(&hash.digest_info(message)))
}

/// RSASSA-PSS with one of the two keys.
pub(super) fn pss(algorithm: Algorithm, hash: Hash, number: u32) -> TestKey {
    key(algorithm, number, move |message| pss_block(hash, message))
}

fn key(
    algorithm: Algorithm,
    number: u32,
    encode: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static,
) -> TestKey {
    let (name, key) = if number % 2 == 1 { ("rsa-1", &FIRST) } else { ("rsa-2", &SECOND) };
    let [n, e] = ["n", "e"].map(|member| base64url(published(name, member)));
    let public = json!({"kty": "RSA", "n": n, "e": e});
    TestKey::of_public(algorithm, public, move |message| sign(key, &encode(message)))
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2): `00 01 FF … FF 00 ‖ T`.
fn pkcs1_block(digest_info: &[u8]) -> Vec<u8> {
    let padding = vec![0xff; MODULUS_LEN.saturating_sub(digest_info.len()).saturating_sub(3)];
    [&[0, 1], &*padding, &[0], digest_info].concat()
}

/// EMSA-PSS (RFC 8017 §9.1.1) for a modulus of 2048 bits. The salt is as long as the hash (RFC 7518 §3.5).
fn pss_block(hash: Hash, message: &[u8]) -> Vec<u8> {
    let digest = hash.digest(message);
    let salt = vec![0x5a; digest.len()];
    let salted = hash.digest(&[&[0; 8], &*digest, &salt].concat());
    let zeros =
        vec![0; MODULUS_LEN.saturating_sub(salted.len()).saturating_sub(salt.len()).saturating_sub(2)];
    let mut masked = [&*zeros, &[1], &salt].concat();
    for (byte, mask) in masked.iter_mut().zip(mgf1(hash, &salted)) {
        *byte ^= mask;
    }
    // The block has one bit less than the modulus.
    if let Some(first) = masked.first_mut() {
        *first &= 0x7f;
    }
    [&*masked, &salted, &[0xbc]].concat()
}

/// RFC 8017 App. B.2.1, as long as it is needed.
fn mgf1(hash: Hash, seed: &[u8]) -> impl Iterator<Item = u8> {
    (0_u32..).flat_map(move |counter| hash.digest(&[seed, &counter.to_be_bytes()].concat()))
}

/// RSASP1 (RFC 8017 §5.2.1).
#[expect(clippy::expect_used, reason = "a block of this file is smaller than the modulus")]
fn sign(key: &PrivateKey, block: &[u8]) -> Vec<u8> {
    let block = BoxedUint::from_be_slice(block, key.n().bits_precision()).expect("as long as the modulus");
    let no_chance = None::<&mut dyn TryCryptoRng<Error = Infallible>>;
    rsa::hazmat::rsa_decrypt(no_chance, key, &block).expect("a whole key").to_be_bytes().to_vec()
}

#[expect(clippy::expect_used, reason = "the file is part of this crate")]
fn parse(name: &str) -> PrivateKey {
    let number = |member: &str| BoxedUint::from_be_slice_vartime(&published(name, member));
    let primes = vec![number("p"), number("q")];
    PrivateKey::from_components(number("n"), number("e"), number("d"), primes).expect("a whole key")
}

static FIRST: LazyLock<PrivateKey> = LazyLock::new(|| parse("rsa-1"));
static SECOND: LazyLock<PrivateKey> = LazyLock::new(|| parse("rsa-2"));

/// In bytes.
const MODULUS_LEN: usize = 256;
