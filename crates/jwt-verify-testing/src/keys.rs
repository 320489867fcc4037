//! [`TestKey`]: private keys that everybody knows.

mod ecdsa;
mod hmac;
mod rsa;

use std::{
    fmt,
    sync::{Arc, LazyLock},
};

use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::Signer as _;
use jwt_verify_core::{Algorithm, HmacSecret};
use serde_json::{Value, json};
use sha2::{Digest, Sha512};

/// A private key, or a secret, that signs by one algorithm.
///
/// The keys are the same in each run: the first of each algorithm is printed in this crate, the others follow from their number.
///
/// # Security
///
/// Everybody has these private keys, and no verifier refuses them. Their IDs start with `test-`, unless
/// [`with_key_id`](Self::with_key_id) gives another, so that you can look for them in a JWK Set.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::Algorithm;
/// use jwt_verify_testing::TestKey;
///
/// let key = TestKey::new(Algorithm::Es256);
/// assert_eq!(key.key_id(), "test-es256-1");
/// assert_eq!(key.public_jwk()["crv"], "P-256");
/// assert_eq!(key.sign(b"message").len(), 64);
/// ```
#[derive(Clone)]
pub struct TestKey {
    key_id: Arc<str>,
    algorithm: Algorithm,
    public: Public,
    /// Members that the JWK has, or lacks, whatever it would have otherwise.
    changes: Vec<(String, Option<Value>)>,
    sign: Arc<Sign>,
}

type Sign = dyn Fn(&[u8]) -> Vec<u8> + Send + Sync;

/// What the other side has of it.
#[derive(Clone)]
enum Public {
    /// The members of the JWK that make the key.
    Jwk(Arc<Value>),
    Secret(Arc<[u8]>),
}

impl TestKey {
    /// The first key for an algorithm: `TestKey::numbered(algorithm, 1)`.
    #[must_use]
    pub fn new(algorithm: Algorithm) -> Self {
        Self::numbered(algorithm, 1)
    }

    /// One of the keys for an algorithm. Its ID is made of both: `test-es256-2`.
    ///
    /// Each number is another key, except with RSA: there are two, and they take turns, as making one takes seconds.
    #[must_use]
    pub fn numbered(algorithm: Algorithm, number: u32) -> Self {
        let key = match algorithm {
            Algorithm::EdDsa => Self::ed25519(array(&octets("ed25519", "d", number))),
            Algorithm::Es256 => ecdsa::p256(&octets("p-256", "d", number)),
            Algorithm::Es384 => ecdsa::p384(&octets("p-384", "d", number)),
            Algorithm::Es512 => ecdsa::p521(&octets("p-521", "d", number)),
            Algorithm::Es256K => ecdsa::secp256k1(&octets("secp256k1", "d", number)),
            Algorithm::Rs256 => rsa::pkcs1(algorithm, rsa::Hash::Sha256, number),
            Algorithm::Rs384 => rsa::pkcs1(algorithm, rsa::Hash::Sha384, number),
            Algorithm::Rs512 => rsa::pkcs1(algorithm, rsa::Hash::Sha512, number),
            Algorithm::Ps256 => rsa::pss(algorithm, rsa::Hash::Sha256, number),
            Algorithm::Ps384 => rsa::pss(algorithm, rsa::Hash::Sha384, number),
            Algorithm::Ps512 => rsa::pss(algorithm, rsa::Hash::Sha512, number),
            Algorithm::Hs256 => Self::hmac(algorithm, &octets("hs256", "k", number)),
            Algorithm::Hs384 => Self::hmac(algorithm, &octets("hs384", "k", number)),
            Algorithm::Hs512 => Self::hmac(algorithm, &octets("hs512", "k", number)),
            other => unsupported(other),
        };
        key.with_key_id(format!("test-{}-{number}", algorithm.name().to_ascii_lowercase()))
    }

    /// An Ed25519 key of this seed. Its ID is `test-` and the first bytes of the public key in hexadecimal.
    #[must_use]
    pub fn ed25519(seed: [u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        let public = json!({"kty": "OKP", "crv": "Ed25519", "x": base64url(key.verifying_key().as_bytes())});
        let short: String =
            key.verifying_key().as_bytes().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        Self::of_public(Algorithm::EdDsa, public, move |message| key.sign(message).to_bytes().to_vec())
            .with_key_id(format!("test-{short}"))
    }

    /// The first secret for HS256.
    #[must_use]
    pub fn hs256() -> Self {
        Self::new(Algorithm::Hs256)
    }

    /// A secret of your own, for HS256, HS384 or HS512. Its ID is `test-secret`.
    ///
    /// Any length is taken, as by somebody who tries to pass a public key for a secret.
    ///
    /// # Panics
    ///
    /// If the algorithm takes no secret.
    #[must_use]
    pub fn hmac(algorithm: Algorithm, secret: &[u8]) -> Self {
        let owned: Arc<[u8]> = secret.into();
        let signing = Arc::clone(&owned);
        let sign = move |message: &[u8]| hmac::sign(algorithm, &signing, message);
        // So that a wrong algorithm is told here and not when something is signed.
        sign(b"");
        Self {
            key_id: "test-secret".into(),
            algorithm,
            public: Public::Secret(owned),
            changes: Vec::new(),
            sign: Arc::new(sign),
        }
    }

    fn of_public(
        algorithm: Algorithm,
        public: Value,
        sign: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static,
    ) -> Self {
        Self {
            key_id: "test-key".into(),
            algorithm,
            public: Public::Jwk(Arc::new(public)),
            changes: Vec::new(),
            sign: Arc::new(sign),
        }
    }

    /// The same key under another ID.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = key_id.into().into();
        self
    }

    /// The same key with another member of its JWK: `issuer`, as Entra ID has it, or a wrong `use`.
    #[must_use]
    pub fn with_jwk_member(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.changes.push((name.into(), Some(value.into())));
        self
    }

    /// The same key without a member of its JWK: `alg`, which Entra ID leaves out, or `use`, which Better Auth does.
    #[must_use]
    pub fn without_jwk_member(mut self, name: impl Into<String>) -> Self {
        self.changes.push((name.into(), None));
        self
    }

    /// Its ID: the `kid` of tokens and of the JWK.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The one algorithm that it signs by.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public JWK, with `kid`, `alg` and `use`.
    ///
    /// # Panics
    ///
    /// If it is a secret, which has no public half: see [`secret`](Self::secret).
    #[must_use]
    #[expect(clippy::panic, reason = "a test that would publish a secret is wrong, and should say so")]
    pub fn public_jwk(&self) -> Value {
        match self.jwk() {
            Some(jwk) => jwk,
            None => panic!("{} is a secret for {}: it has no public JWK", self.key_id, self.algorithm),
        }
    }

    /// The public JWK, unless it is a secret.
    pub(crate) fn jwk(&self) -> Option<Value> {
        let Public::Jwk(members) = &self.public else {
            return None;
        };
        let mut jwk = Value::clone(members);
        if let Some(jwk) = jwk.as_object_mut() {
            jwk.insert("kid".into(), self.key_id().into());
            jwk.insert("alg".into(), self.algorithm.name().into());
            jwk.insert("use".into(), "sig".into());
            for (name, value) in &self.changes {
                match value {
                    Some(value) => jwk.insert(name.clone(), value.clone()),
                    None => jwk.remove(name),
                };
            }
        }
        Some(jwk)
    }

    /// The shared secret, or `None` for a key pair.
    #[must_use]
    pub fn secret(&self) -> Option<&[u8]> {
        match &self.public {
            Public::Secret(secret) => Some(secret),
            Public::Jwk(_) => None,
        }
    }

    /// The shared secret as a verifier takes it, or `None` for a key pair.
    ///
    /// # Panics
    ///
    /// If it is shorter than a verifier takes.
    #[must_use]
    #[expect(clippy::expect_used, reason = "as documented")]
    pub fn hmac_secret(&self) -> Option<HmacSecret> {
        self.secret().map(|secret| {
            HmacSecret::new(self.algorithm, secret).expect("the secret is as long as the algorithm asks")
        })
    }

    /// Signs a message. The same message has the same signature each time, with PSS too.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        (self.sign)(message)
    }
}

/// The algorithm and the ID.
impl fmt::Debug for TestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestKey")
            .field("algorithm", &self.algorithm)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// The private bytes of the first key are printed in the file; those of the others follow from their name and number.
fn octets(name: &str, member: &str, number: u32) -> Vec<u8> {
    let first = published(name, member);
    if number == 1 {
        return first;
    }
    // Of 66 bytes for P-521 the first two stay zero, which keeps the scalar below the order of the group.
    let hash = Sha512::digest(format!("jwt-verify-testing {name} {number}"));
    let zeros = first.len().saturating_sub(hash.len());
    std::iter::repeat_n(0, zeros).chain(hash).take(first.len()).collect()
}

/// A member of a published key.
#[expect(clippy::expect_used, reason = "the file is part of this crate")]
fn published(name: &str, member: &str) -> Vec<u8> {
    let text = KEYS.get(name).and_then(|key| key.get(member)).and_then(Value::as_str);
    Base64UrlUnpadded::decode_vec(text.expect("a key of the file")).expect("base64url")
}

#[expect(clippy::expect_used, reason = "the file is part of this crate")]
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("the length of a private key")
}

#[expect(clippy::panic, reason = "a test crate has nobody to hand the error to")]
fn unsupported(algorithm: Algorithm) -> ! {
    panic!("no test key signs by {algorithm} this way")
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

#[expect(clippy::expect_used, reason = "the file is part of this crate")]
static KEYS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("keys/test-keys.json")).expect("JSON"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_another_key_and_the_same_one_each_time() {
        for algorithm in Algorithm::ALL {
            let [first, second] = [1, 2].map(|number| TestKey::numbered(*algorithm, number).sign(b"message"));
            assert_ne!(first, second, "{algorithm}");
            assert_eq!(TestKey::new(*algorithm).sign(b"message"), first, "{algorithm}");
        }
    }

    #[test]
    fn a_key_pair_has_a_public_jwk_without_private_members_and_a_secret_has_none() {
        for algorithm in Algorithm::ALL {
            let key = TestKey::new(*algorithm);
            assert!(key.key_id().starts_with("test-"));
            match key.jwk() {
                Some(jwk) => {
                    assert!(!algorithm.is_symmetric());
                    assert_eq!(jwk["kid"], key.key_id());
                    assert_eq!(jwk["alg"], algorithm.name());
                    for private in ["d", "p", "q", "k"] {
                        assert_eq!(jwk.get(private), None, "{algorithm}");
                    }
                }
                None => assert!(algorithm.is_symmetric() && key.secret().is_some()),
            }
        }
    }

    #[test]
    fn members_of_a_jwk_are_set_and_left_out() {
        let key = TestKey::new(Algorithm::Rs256);
        let jwk = key.with_jwk_member("issuer", "https://id.example").without_jwk_member("alg").public_jwk();
        assert_eq!(jwk["issuer"], "https://id.example");
        assert_eq!(jwk.get("alg"), None);
        assert_eq!(jwk["use"], "sig");
    }

    #[test]
    fn what_is_printed_of_a_key_is_its_algorithm_and_its_id() {
        let printed = format!("{:?}", TestKey::hs256());
        assert_eq!(printed, "TestKey { algorithm: Hs256, key_id: \"test-hs256-1\", .. }");
    }
}
