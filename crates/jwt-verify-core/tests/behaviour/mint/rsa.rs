//! RSA signatures over any block: what is signed need not be what RFC 8017 asks for.

use std::{convert::Infallible, sync::LazyLock};

use rsa::{BoxedUint, PrivateKey, rand_core::TryCryptoRng, traits::PublicKeyParts};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::{KEYS, octets};

/// A hash function, with what RFC 8017 says of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(crate) fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            // Where its value does not matter, only its length.
            Self::Sha1 => Sha256::digest(message)[..20].to_vec(),
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }

    pub(crate) fn len(self) -> usize {
        self.digest(b"").len()
    }

    /// RFC 8017 §9.2, note 1.
    pub(crate) fn digest_info(self, message: &[u8]) -> Vec<u8> {
        let prefix: [u8; 19] = match self {
            Self::Sha1 => panic!("no algorithm of JOSE uses it"),
            Self::Sha256 => *b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
            Self::Sha384 => *b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
            Self::Sha512 => *b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
        };
        [&prefix, &*self.digest(message)].concat()
    }
}

/// The public key, without `kid` and `alg`.
pub(crate) fn jwk() -> Value {
    let key = &KEYS["rsa2048-a"];
    json!({"kty": "RSA", "n": key["n"], "e": key["e"]})
}

/// The length of the modulus in bytes.
pub(crate) const MODULUS_LEN: usize = 256;

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2): `00 01 FF … FF 00 ‖ T`.
pub(crate) fn pkcs1(digest_info: &[u8]) -> Vec<u8> {
    let mut block = vec![0xff; MODULUS_LEN - digest_info.len()];
    block[..2].copy_from_slice(&[0, 1]);
    *block.last_mut().unwrap() = 0;
    block.extend(digest_info);
    block
}

/// EMSA-PSS (RFC 8017 §9.1.1) for a modulus of 2048 bits, with a salt that is the same each time.
pub(crate) fn pss(hash: Hash, mgf_hash: Hash, salt_len: usize, message: &[u8]) -> Vec<u8> {
    let salt = vec![0x5a; salt_len];
    let salted = hash.digest(&[&[0; 8], &*hash.digest(message), &salt].concat());
    let mut masked = vec![0; MODULUS_LEN - hash.len() - 1 - salt_len - 1];
    masked.push(1);
    masked.extend(salt);
    for (byte, mask) in masked.iter_mut().zip(mgf1(mgf_hash, &salted)) {
        *byte ^= mask;
    }
    // The block has one bit less than the modulus.
    masked[0] &= 0x7f;
    [masked, salted, vec![0xbc]].concat()
}

/// RFC 8017 App. B.2.1, as long as it is needed.
fn mgf1(hash: Hash, seed: &[u8]) -> impl Iterator<Item = u8> {
    (0_u32..).flat_map(move |counter| hash.digest(&[seed, &counter.to_be_bytes()].concat()))
}

/// RSASP1 (RFC 8017 §5.2.1): any block that is smaller than the modulus.
pub(crate) fn sign(block: &[u8]) -> Vec<u8> {
    let block = BoxedUint::from_be_slice(block, PRIVATE_KEY.n().bits_precision()).unwrap();
    let no_chance = None::<&mut dyn TryCryptoRng<Error = Infallible>>;
    rsa::hazmat::rsa_decrypt(no_chance, &*PRIVATE_KEY, &block).unwrap().to_be_bytes().to_vec()
}

static PRIVATE_KEY: LazyLock<PrivateKey> = LazyLock::new(|| {
    let number = |name: &str| BoxedUint::from_be_slice_vartime(&octets(&KEYS["rsa2048-a"][name]));
    let primes = vec![number("p"), number("q")];
    PrivateKey::from_components(number("n"), number("e"), number("d"), primes).unwrap()
});
