//! What the benchmarks measure with: for each algorithm a key, a verifier that trusts it, and tokens.
//!
//! Everything is fixed (keys, claims, time, and the signatures too), so that two runs measure the same. See the README.

mod signing;

use std::sync::OnceLock;

use jwt_verify_core::{Algorithm, HmacSecret, Jwk, JwkSet, TrustedIssuer, UnixTime, Verifier, VerifyingKey};
use serde::Deserialize;

use crate::signing::{Signer, base64url};

/// Every algorithm with every size of key that is worth a row, each with its signer.
pub static CASES: [Case; 15] = [
    Case::new(Algorithm::Hs256, "512-bit", signing::hs256),
    Case::new(Algorithm::Hs384, "512-bit", signing::hs384),
    Case::new(Algorithm::Hs512, "512-bit", signing::hs512),
    Case::new(Algorithm::EdDsa, "Ed25519", signing::ed25519),
    Case::new(Algorithm::Es256, "P-256", signing::es256),
    Case::new(Algorithm::Es384, "P-384", signing::es384),
    Case::new(Algorithm::Es512, "P-521", signing::es512),
    Case::new(Algorithm::Es256K, "secp256k1", signing::es256k),
    Case::new(Algorithm::Rs256, "2048-bit", || signing::rs256(signing::RSA_2048)),
    Case::new(Algorithm::Rs256, "4096-bit", || signing::rs256(signing::RSA_4096)),
    Case::new(Algorithm::Rs384, "2048-bit", || signing::rs384(signing::RSA_2048)),
    Case::new(Algorithm::Rs512, "2048-bit", || signing::rs512(signing::RSA_2048)),
    Case::new(Algorithm::Ps256, "2048-bit", || signing::ps256(signing::RSA_2048)),
    Case::new(Algorithm::Ps384, "2048-bit", || signing::ps384(signing::RSA_2048)),
    Case::new(Algorithm::Ps512, "2048-bit", || signing::ps512(signing::RSA_2048)),
];

/// An algorithm with one kind of key.
#[derive(Debug)]
pub struct Case {
    /// The algorithm.
    pub algorithm: Algorithm,
    /// The kind of key, for the name of the benchmark.
    pub key: &'static str,
    signer: fn() -> Signer,
    material: OnceLock<Material>,
}

impl Case {
    const fn new(algorithm: Algorithm, key: &'static str, signer: fn() -> Signer) -> Self {
        Self { algorithm, key, signer, material: OnceLock::new() }
    }

    /// What to measure with. Made when first asked for, so that a filtered run does not sign for the others.
    pub fn material(&self) -> &Material {
        self.material.get_or_init(|| Material::new(self.algorithm, (self.signer)()))
    }
}

/// A verifier, the key that it will find, and tokens for it.
#[derive(Debug)]
pub struct Material {
    /// Trusts the issuer of the tokens, with all that is checked by default.
    pub verifier: Verifier,
    /// The key that the tokens name.
    pub key: VerifyingKey,
    /// The same as a JSON Web Key, for other libraries.
    pub jwk: String,
    /// [`TOKENS`] different ones.
    pub tokens: Vec<Token>,
}

impl Material {
    fn new(algorithm: Algorithm, signer: Signer) -> Self {
        let issuer = TrustedIssuer::builder(ISSUER).audience(AUDIENCE).algorithms([algorithm]);
        let (issuer, key, jwk) = match &signer.public_key {
            Some(members) => {
                let jwk = format!(r#"{{"kid":"{KEY_ID}",{members}}}"#);
                let set = JwkSet::parse(format!(r#"{{"keys":[{jwk}]}}"#)).unwrap();
                (issuer.jwk_set(set), Jwk::parse(&jwk).unwrap().bind(algorithm).unwrap(), jwk)
            }
            None => {
                let secret = HmacSecret::new(algorithm, &signing::SECRET).unwrap();
                let jwk =
                    format!(r#"{{"kid":"{KEY_ID}","kty":"oct","k":"{}"}}"#, base64url(&signing::SECRET));
                (issuer.hmac_secret(secret.clone()), secret.bind(algorithm).unwrap(), jwk)
            }
        };
        let tokens = (0..TOKENS).map(|number| Token::new(number, algorithm, &signer)).collect();
        let material = Self { verifier: Verifier::new(issuer.build().unwrap()), key, jwk, tokens };
        material.check();
        material
    }

    /// Each token is accepted, and refused once a bit of its signature is another: what is fast but wrong is not measured.
    fn check(&self) {
        for token in &self.tokens {
            let session = self.verifier.verify_held_at::<Session>(&token.text, NOW).unwrap().into_claims();
            assert_eq!(session.sub, token.subject);
            assert_eq!(session.roles.len(), 4);

            let error = self.verifier.verify_held_at::<Session>(&token.altered(), NOW).unwrap_err();
            assert_eq!(error.code(), "invalid_signature");
        }
    }
}

/// A token and its parts.
#[derive(Debug)]
pub struct Token {
    /// As it is sent.
    pub text: String,
    /// Its `sub`, which no other has.
    pub subject: String,
    /// What the signature is over.
    pub signing_input: String,
    /// Its signature, decoded.
    pub signature: Vec<u8>,
}

impl Token {
    fn new(number: usize, algorithm: Algorithm, signer: &Signer) -> Self {
        let subject = format!("user-{number:06}");
        let header = format!(r#"{{"alg":"{algorithm}","typ":"JWT","kid":"{KEY_ID}"}}"#);
        let claims: String = format!(
            r#"{{"iss":"{ISSUER}","sub":"{subject}","aud":"{AUDIENCE}","exp":{expiration},"iat":{now},
                "email":"{subject}@customers.example.com",
                "scope":"openid profile orders:read orders:write invoices:read",
                "roles":["customer","editor","treasurer","administrator"]}}"#,
            expiration = EXPIRATION.as_secs(),
            now = NOW.as_secs(),
        )
        .lines()
        .map(str::trim)
        .collect();
        let signing_input = format!("{}.{}", base64url(header.as_bytes()), base64url(claims.as_bytes()));
        let signature = (signer.sign)(signing_input.as_bytes());
        let text = format!("{signing_input}.{}", base64url(&signature));
        Self { text, subject, signing_input, signature }
    }

    /// Its text with another bit in the signature.
    pub fn altered(&self) -> String {
        let mut signature = self.signature.clone();
        signature[7] ^= 1;
        format!("{}.{}", self.signing_input, base64url(&signature))
    }
}

/// The claims as a service would have them: of its own type, owned.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "named as the claims are")]
pub struct Session {
    pub sub: String,
    pub email: String,
    pub scope: String,
    pub roles: Vec<String>,
    pub exp: i64,
    pub iat: i64,
}

/// How many tokens each case has. With one alone, the processor would learn the way that its signature takes.
pub const TOKENS: usize = 256;

/// The time of every verification.
pub const NOW: UnixTime = UnixTime::from_secs(1_800_000_000);

/// Who has issued the tokens.
pub const ISSUER: &str = "https://id.example.com";

/// Whom they are for.
pub const AUDIENCE: &str = "https://api.example.com";

/// 2100-01-01: what is measured over HTTP asks the system's clock.
const EXPIRATION: UnixTime = UnixTime::from_secs(4_102_444_800);

const KEY_ID: &str = "bench-2026-11";
