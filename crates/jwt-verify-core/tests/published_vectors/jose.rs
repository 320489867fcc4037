//! From the JSON of the vectors to keys, tokens and verdicts.

use base64ct::{Base64UrlUnpadded, Encoding};
use jwt_verify_core::{
    Algorithm, Error, HmacSecret, Jwk, JwkSet, KeySet, SecretError, TrustedIssuerBuilder, VerifyingKey,
};
use serde_json::{Value, json};

/// Why a case is refused: because of its token, or because of the secret that it comes with.
#[derive(Debug, PartialEq)]
pub(crate) enum Refusal {
    Token(Error),
    Secret(SecretError),
}

impl Refusal {
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Token(error) => error.code(),
            Self::Secret(_) => "secret_refused",
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Token(error)
    }
}

impl From<SecretError> for Refusal {
    fn from(error: SecretError) -> Self {
        Self::Secret(error)
    }
}

/// A token taken apart, as a JWS library would do it before it verifies.
pub(crate) struct Jws<'a> {
    pub(crate) signing_input: &'a str,
    pub(crate) signature: Vec<u8>,
}

impl<'a> Jws<'a> {
    pub(crate) fn split(compact: &'a str) -> Self {
        let (signing_input, signature) = compact.rsplit_once('.').unwrap();
        Self { signing_input, signature: decode(signature) }
    }

    /// Checks that the signature is the key's, and that with one bit changed it is not.
    pub(crate) fn check(&self, key: &VerifyingKey, what: &str) {
        let message = self.signing_input.as_bytes();
        assert_eq!(key.verify(message, &self.signature), Ok(()), "{what}");
        let mut signature = self.signature.clone();
        *signature.last_mut().unwrap() ^= 1;
        assert_eq!(key.verify(message, &signature), Err(Error::InvalidSignature), "{what}");
    }
}

/// A key of whatever kind, bound to one algorithm. Private members are taken out of it first.
pub(crate) fn bind(jwk: &Value, algorithm: Algorithm) -> VerifyingKey {
    if algorithm.is_symmetric() {
        HmacSecret::from_jwk(algorithm, &jwk.to_string()).unwrap().bind(algorithm).unwrap()
    } else {
        Jwk::parse(&public(jwk).to_string()).unwrap().bind(algorithm).unwrap()
    }
}

/// The issuer's key or keys: a secret, a JWK or a JWK Set.
///
/// Public keys go in as a source and not as a fixed set, as they would come from an issuer: that none of them
/// is usable then shows when a token needs one.
pub(crate) fn with_keys(
    issuer: TrustedIssuerBuilder,
    keys: &Value,
    secret_for: Option<Algorithm>,
) -> Result<TrustedIssuerBuilder, SecretError> {
    if keys["kty"] == "oct" {
        return Ok(issuer.hmac_secret(HmacSecret::from_jwk(secret_for.unwrap(), &keys.to_string())?));
    }
    let set = if keys["keys"].is_array() { keys.clone() } else { json!({ "keys": [keys] }) };
    Ok(issuer.key_source(KeySet::from(JwkSet::parse(set.to_string()).unwrap())))
}

/// The public half of a key.
pub(crate) fn public(jwk: &Value) -> Value {
    let mut jwk = jwk.clone();
    let members = jwk.as_object_mut().unwrap();
    members.retain(|name, _| !["d", "p", "q", "dp", "dq", "qi", "priv"].contains(&&**name));
    jwk
}

/// Every algorithm of this build.
pub(crate) fn all_algorithms() -> impl Iterator<Item = Algorithm> {
    Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.is_compiled_in())
}

pub(crate) fn algorithm(name: &Value) -> Algorithm {
    text(name).parse().unwrap()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

/// One text, or a list of them.
pub(crate) fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        _ => list(value).iter().map(text).collect(),
    }
}

pub(crate) fn decode(base64url: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(base64url).unwrap()
}

pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    Base64UrlUnpadded::encode_string(bytes.as_ref())
}
