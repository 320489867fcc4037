//! Mints tokens with fixed keys, for a fixed issuer, at a fixed time.
//!
//! The private keys are public knowledge: they are those of `tests/vectors/attacks/test-keys.json`.

pub(crate) mod rsa;

use std::{fmt, sync::LazyLock};

use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::Signer as _;
use hmac::{Hmac, KeyInit, Mac};
use jwt_verify_core::{
    Algorithm, Claims, Error, HmacSecret, JwkSet, TrustedIssuer, TrustedIssuerBuilder, UnixTime,
    VerifiedToken, Verifier,
};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};

use self::rsa::Hash;

/// The `iss` of every token, unless a test says otherwise.
pub(crate) const ISSUER: &str = "https://id.example";
/// The `aud` of every token, unless a test says otherwise.
pub(crate) const AUDIENCE: &str = "https://api.example";
/// The `kid` of every key, unless a test says otherwise.
pub(crate) const KEY_ID: &str = "k1";
/// The time at which every token is verified, unless a test says otherwise.
pub(crate) const NOW: UnixTime = UnixTime::from_secs(1_790_000_000);

/// One private key, with the algorithm that it signs by.
pub(crate) struct Signer {
    algorithm: Algorithm,
    key: Key,
    sign: Sign,
}

type Sign = Box<dyn Fn(&[u8]) -> Vec<u8> + Send + Sync>;

/// What the other side has of it.
enum Key {
    /// The members of the JWK, without `kid` and `alg`.
    Public(Value),
    Secret(Vec<u8>),
}

impl Signer {
    /// The first key for this algorithm.
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::EdDsa => Self::ed25519(octets(&KEYS["ed-a"]["d"]).try_into().unwrap()),
            Algorithm::Es256 => Self::p256(&octets(&KEYS["p-256-a"]["d"])),
            Algorithm::Es384 => Self::p384(&octets(&KEYS["p-384-a"]["d"])),
            Algorithm::Es512 => Self::p521(&octets(&KEYS["p-521-a"]["d"])),
            #[cfg(feature = "es256k")]
            Algorithm::Es256K => Self::secp256k1(&octets(&KEYS["secp256k1-a"]["d"])),
            Algorithm::Rs256 => Self::pkcs1(algorithm, Hash::Sha256),
            Algorithm::Rs384 => Self::pkcs1(algorithm, Hash::Sha384),
            Algorithm::Rs512 => Self::pkcs1(algorithm, Hash::Sha512),
            Algorithm::Ps256 => Self::pss(algorithm, Hash::Sha256),
            Algorithm::Ps384 => Self::pss(algorithm, Hash::Sha384),
            Algorithm::Ps512 => Self::pss(algorithm, Hash::Sha512),
            Algorithm::Hs256 => Self::hmac(algorithm, &octets(&KEYS["hs256-a"]["k"])),
            Algorithm::Hs384 => Self::hmac(algorithm, &octets(&KEYS["hs384-a"]["k"])),
            Algorithm::Hs512 => Self::hmac(algorithm, &octets(&KEYS["hs512-a"]["k"])),
            other => panic!("no key for {other}"),
        }
    }

    /// A second key for EdDSA.
    pub(crate) fn another() -> Self {
        Self::ed25519([9; 32])
    }

    /// The first key of every algorithm that is compiled in.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Algorithm::ALL
            .iter()
            .filter(|algorithm| algorithm.is_compiled_in())
            .map(|algorithm| Self::new(*algorithm))
    }

    pub(crate) fn ed25519(seed: [u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(&seed);
        let x = base64url(key.verifying_key().as_bytes());
        Self {
            algorithm: Algorithm::EdDsa,
            key: Key::Public(json!({"kty": "OKP", "crv": "Ed25519", "x": x})),
            sign: Box::new(move |message| key.sign(message).to_bytes().to_vec()),
        }
    }

    /// Takes any bytes for a secret, as an attacker would.
    pub(crate) fn hmac(algorithm: Algorithm, secret: &[u8]) -> Self {
        macro_rules! mac {
            ($hash:ty) => {{
                let keyed = Hmac::<$hash>::new_from_slice(secret).unwrap();
                Box::new(move |message: &[u8]| {
                    keyed.clone().chain_update(message).finalize().into_bytes().to_vec()
                })
            }};
        }
        let sign: Sign = match algorithm {
            Algorithm::Hs256 => mac!(Sha256),
            Algorithm::Hs384 => mac!(Sha384),
            Algorithm::Hs512 => mac!(Sha512),
            other => panic!("{other} takes no secret"),
        };
        Self { algorithm, key: Key::Secret(secret.to_vec()), sign }
    }

    fn pkcs1(algorithm: Algorithm, hash: Hash) -> Self {
        let sign = move |message: &[u8]| rsa::sign(&rsa::pkcs1(&hash.digest_info(message)));
        Self { algorithm, key: Key::Public(rsa::jwk()), sign: Box::new(sign) }
    }

    fn pss(algorithm: Algorithm, hash: Hash) -> Self {
        let sign = move |message: &[u8]| rsa::sign(&rsa::pss(hash, hash, hash.len(), message));
        Self { algorithm, key: Key::Public(rsa::jwk()), sign: Box::new(sign) }
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        (self.sign)(message)
    }

    /// A token with these claims: `alg` and `kid` are right.
    pub(crate) fn token(&self, claims: &Value) -> String {
        self.token_with_header(&self.header(), claims)
    }

    pub(crate) fn token_with_header(&self, header: &Value, claims: &Value) -> String {
        self.raw_token(header.to_string(), claims.to_string())
    }

    /// A token of these bytes, whatever they are. The signature is right.
    pub(crate) fn raw_token(&self, header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
        let input = format!("{}.{}", base64url(header), base64url(payload));
        format!("{input}.{}", base64url(self.sign(input.as_bytes())))
    }

    /// The header of [`token`](Self::token).
    pub(crate) fn header(&self) -> Value {
        json!({"alg": self.algorithm.name(), "kid": KEY_ID})
    }

    /// The public JWK, without `alg`.
    pub(crate) fn jwk(&self) -> Value {
        match &self.key {
            Key::Public(members) => with(members.clone(), json!({"kid": KEY_ID})),
            Key::Secret(_) => panic!("a secret has no public JWK"),
        }
    }

    /// The issuer of this key's tokens.
    pub(crate) fn issuer(&self) -> TrustedIssuerBuilder {
        let issuer = TrustedIssuer::builder(ISSUER).audience(AUDIENCE).algorithms([self.algorithm]);
        match &self.key {
            Key::Public(_) => issuer.jwk_set(jwk_set([self.jwk()])),
            Key::Secret(secret) => issuer.hmac_secret(HmacSecret::new(self.algorithm, secret).unwrap()),
        }
    }

    /// A verifier that trusts that issuer and nobody else.
    pub(crate) fn verifier(&self) -> Verifier {
        verifier(self.issuer())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// The four curves have the same types under different names.
macro_rules! ecdsa {
    ($name:ident, $curve:ident, $algorithm:ident, $crv:literal) => {
        impl Signer {
            pub(crate) fn $name(scalar: &[u8]) -> Self {
                use $curve::ecdsa::{Signature, SigningKey, signature::Signer as _};
                let key = SigningKey::from_slice(scalar).unwrap();
                let point = key.verifying_key().to_sec1_point(false);
                let (x, y) = (base64url(point.x().unwrap()), base64url(point.y().unwrap()));
                Self {
                    algorithm: Algorithm::$algorithm,
                    key: Key::Public(json!({"kty": "EC", "crv": $crv, "x": x, "y": y})),
                    // Deterministic (RFC 6979).
                    sign: Box::new(move |message| {
                        let signature: Signature = key.sign(message);
                        signature.to_bytes().to_vec()
                    }),
                }
            }
        }
    };
}

ecdsa!(p256, p256, Es256, "P-256");
ecdsa!(p384, p384, Es384, "P-384");
ecdsa!(p521, p521, Es512, "P-521");
#[cfg(feature = "es256k")]
ecdsa!(secp256k1, k256, Es256K, "secp256k1");

/// The claims of an ordinary access token, valid [`NOW`].
pub(crate) fn claims() -> Value {
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "ada", "exp": NOW.as_secs() + 300})
}

/// The object with these members added or replaced.
pub(crate) fn with(mut object: Value, changes: Value) -> Value {
    let Value::Object(changes) = changes else { panic!("{changes} is no object") };
    object.as_object_mut().unwrap().extend(changes);
    object
}

/// The object without this member.
pub(crate) fn without(mut object: Value, member: &str) -> Value {
    object.as_object_mut().unwrap().remove(member).unwrap();
    object
}

/// The same token with another signature.
pub(crate) fn with_signature(token: &str, signature: &[u8]) -> String {
    format!("{}.{}", signing_input(token), base64url(signature))
}

pub(crate) fn signing_input(token: &str) -> &str {
    token.rsplit_once('.').unwrap().0
}

/// The decoded signature of a token.
pub(crate) fn signature(token: &str) -> Vec<u8> {
    decode(token.rsplit_once('.').unwrap().1)
}

pub(crate) fn jwk_set(keys: impl AsRef<[Value]>) -> JwkSet {
    JwkSet::parse(document(keys)).unwrap()
}

/// The text of a JWK Set.
pub(crate) fn document(keys: impl AsRef<[Value]>) -> String {
    json!({"keys": keys.as_ref()}).to_string()
}

pub(crate) fn verifier(issuer: TrustedIssuerBuilder) -> Verifier {
    Verifier::new(issuer.build().unwrap())
}

/// The reason against a token. Fails the test if there is none.
#[track_caller]
pub(crate) fn refusal(verifier: &Verifier, token: &str) -> Error {
    match verifier.verify_held_at::<Claims>(token, NOW) {
        Err(error) => error,
        Ok(_) => panic!("accepted: {token}"),
    }
}

/// The verified token. Fails the test if it is refused.
#[track_caller]
pub(crate) fn accepted(verifier: &Verifier, token: &str) -> VerifiedToken {
    match verifier.verify_held_at(token, NOW) {
        Ok(verified) => verified,
        Err(error) => panic!("{error}: {token}"),
    }
}

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}

pub(crate) fn decode(text: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(text).unwrap()
}

/// The bytes of a member of a JWK.
pub(crate) fn octets(member: &Value) -> Vec<u8> {
    decode(member.as_str().unwrap())
}

/// Private and secret keys, by name.
pub(crate) static KEYS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../vectors/attacks/test-keys.json")).unwrap());
