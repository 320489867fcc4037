//! Signs the tokens, with fixed keys and without chance. **For measurements only**: the keys are published here.

use core::{convert::Infallible, fmt};

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use rsa::{
    PrivateKey, pkcs1v15,
    pkcs8::DecodePrivateKey,
    pss,
    rand_core::{TryCryptoRng, TryRng},
    signature::{RandomizedSigner, SignatureEncoding, Signer as _},
    traits::PublicKeyParts,
};
use sha2::{Sha256, Sha384, Sha512};

/// Signs, and says what verifies it.
pub(crate) struct Signer {
    /// The members of the JSON Web Key; `None` if it is [`SECRET`].
    pub(crate) public_key: Option<String>,
    /// The signature of a message.
    pub(crate) sign: Box<Sign>,
}

type Sign = dyn Fn(&[u8]) -> Vec<u8>;

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("public_key", &self.public_key).finish_non_exhaustive()
    }
}

/// The three have the same types under different names.
macro_rules! hmac_sha2 {
    ($name:ident, $digest:ident) => {
        pub(crate) fn $name() -> Signer {
            let keyed = Hmac::<$digest>::new_from_slice(&SECRET).unwrap();
            let sign =
                move |message: &[u8]| keyed.clone().chain_update(message).finalize().into_bytes().to_vec();
            Signer { public_key: None, sign: Box::new(sign) }
        }
    };
}

hmac_sha2!(hs256, Sha256);
hmac_sha2!(hs384, Sha384);
hmac_sha2!(hs512, Sha512);

pub(crate) fn ed25519() -> Signer {
    let key = ed25519_dalek::SigningKey::from_bytes(&SEED);
    let x = base64url(key.verifying_key().as_bytes());
    Signer {
        public_key: Some(format!(r#""kty":"OKP","crv":"Ed25519","x":"{x}""#)),
        sign: Box::new(move |message| key.sign(message).to_vec()),
    }
}

/// The four curves have the same types under different names.
macro_rules! ecdsa {
    ($name:ident, $curve:ident, $crv:literal, $scalar:expr) => {
        pub(crate) fn $name() -> Signer {
            use $curve::ecdsa::{Signature, SigningKey};
            let key = SigningKey::from_slice(&$scalar).unwrap();
            let point = key.verifying_key().to_sec1_point(false);
            let (x, y) = (base64url(point.x().unwrap()), base64url(point.y().unwrap()));
            Signer {
                public_key: Some(format!(r#""kty":"EC","crv":"{}","x":"{x}","y":"{y}""#, $crv)),
                // Deterministic (RFC 6979).
                sign: Box::new(move |message| {
                    let signature: Signature = key.sign(message);
                    signature.to_vec()
                }),
            }
        }
    };
}

ecdsa!(es256, p256, "P-256", [7; 32]);
ecdsa!(es384, p384, "P-384", [7; 48]);
// Nine bits in the first two bytes.
ecdsa!(es512, p521, "P-521", [1; 66]);
ecdsa!(es256k, k256, "secp256k1", [7; 32]);

/// The three have the same types under different names.
macro_rules! rsa_sha2 {
    ($pkcs1v15:ident, $pss:ident, $digest:ident) => {
        pub(crate) fn $pkcs1v15(pem: &str) -> Signer {
            let key = PrivateKey::from_pkcs8_pem(pem).unwrap();
            let public_key = Some(rsa_members(&key));
            let key = pkcs1v15::SigningKey::<$digest>::new(key);
            Signer { public_key, sign: Box::new(move |message| key.sign(message).to_vec()) }
        }

        pub(crate) fn $pss(pem: &str) -> Signer {
            let key = PrivateKey::from_pkcs8_pem(pem).unwrap();
            let public_key = Some(rsa_members(&key));
            let key = pss::SigningKey::<$digest>::new(key);
            // The salt is random by definition. Ours is the same in each run.
            Signer {
                public_key,
                sign: Box::new(move |message| key.sign_with_rng(&mut NoChance(1), message).to_vec()),
            }
        }
    };
}

rsa_sha2!(rs256, ps256, Sha256);
rsa_sha2!(rs384, ps384, Sha384);
rsa_sha2!(rs512, ps512, Sha512);

fn rsa_members(key: &PrivateKey) -> String {
    let (n, e) = (
        base64url(&key.n().to_be_bytes_trimmed_vartime()),
        base64url(&key.e().to_be_bytes_trimmed_vartime()),
    );
    format!(r#""kty":"RSA","n":"{n}","e":"{e}""#)
}

pub(crate) fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// The same numbers each time (xorshift64).
struct NoChance(u64);

impl TryRng for NoChance {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let [a, b, c, d, ..] = self.try_next_u64()?.to_le_bytes();
        Ok(u32::from_le_bytes([a, b, c, d]))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        Ok(self.0)
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.try_next_u64()?.to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// Only so that the signer takes it.
impl TryCryptoRng for NoChance {}

/// The secret of HS256, HS384 and HS512.
pub(crate) const SECRET: [u8; 64] = [7; 64];

/// The seed of Ed25519.
const SEED: [u8; 32] = [7; 32];

/// `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`, once.
pub(crate) const RSA_2048: &str = include_str!("../keys/rsa-2048.pem");

/// The same with 4096 bits.
pub(crate) const RSA_4096: &str = include_str!("../keys/rsa-4096.pem");
