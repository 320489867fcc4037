//! [`TokenBuilder`]: tokens as they should be, and as they should not.

mod tamper;

use jwt_verify_core::{Algorithm, UnixTime};
use serde_json::{Map, Value};

pub use self::tamper::Tamper;
use crate::{TestIssuer, TestKey, keys::base64url};

/// Mints one token. Made by [`TestIssuer::token`], or by a function of [`shapes`](crate::shapes).
///
/// Unless it is told otherwise, the token is valid: `iss` and `aud` of the issuer, `sub` is `user-1`, `iat` is now and `exp` in 300
/// seconds by the issuer's clock; `typ` is `JWT`, `alg` and `kid` are those of the key that the issuer signs with.
///
/// Whatever is called last counts: `.key(&key).header("alg", "none")` signs with the key and says `none`.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::Claims;
/// use jwt_verify_testing::TestIssuer;
/// use serde_json::json;
///
/// let issuer = TestIssuer::start();
/// let token = issuer.token().subject("ada").claim("roles", json!(["admin"])).mint();
/// let verified = issuer.verifier().verify_held::<Claims>(&token)?;
/// assert_eq!(verified.claims().get("roles"), Some(&json!(["admin"])));
///
/// let late = issuer.token().expires_in(-61).mint();
/// assert_eq!(issuer.verifier().verify_held::<Claims>(&late).unwrap_err().code(), "expired");
/// # Ok::<(), jwt_verify_core::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `mint` is called"]
pub struct TokenBuilder {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    raw_header: Option<Vec<u8>>,
    raw_payload: Option<Vec<u8>>,
    now: UnixTime,
    key: TestKey,
    /// What the issuer could sign with.
    keys: Vec<TestKey>,
    is_signed: bool,
    tampers: Vec<Tamper>,
}

impl TokenBuilder {
    pub(crate) fn new(issuer: &TestIssuer) -> Self {
        let now = issuer.clock().now();
        let key = issuer.signing_key();
        let builder = Self {
            header: Map::new(),
            claims: Map::new(),
            raw_header: None,
            raw_payload: None,
            now,
            key: key.clone(),
            keys: issuer.keys(),
            is_signed: true,
            tampers: Vec::new(),
        };
        builder
            .header("typ", "JWT")
            .key(&key)
            .claim("iss", issuer.name())
            .claim("aud", issuer.audience())
            .subject("user-1")
            .claim("iat", now.as_secs())
            .expires_in(300)
    }

    /// The user: `sub`.
    pub fn subject(self, subject: impl Into<String>) -> Self {
        self.claim("sub", subject.into())
    }

    /// Sets a claim to any JSON value.
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.claims.insert(name.into(), value.into());
        self
    }

    /// Leaves a claim out.
    pub fn remove_claim(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Sets a header parameter to any JSON value, also `alg` and `kid`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.header.insert(name.into(), value.into());
        self
    }

    /// Leaves a header parameter out.
    pub fn remove_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// Signs by this algorithm, with the issuer's key for it, and says so in `alg` and `kid`.
    ///
    /// If the issuer publishes none, it is [`TestKey::new`] of the algorithm: a key that a verifier must not find.
    pub fn algorithm(self, algorithm: Algorithm) -> Self {
        let found = self.keys.iter().chain([&self.key]).find(|key| key.algorithm() == algorithm).cloned();
        let key = found.unwrap_or_else(|| TestKey::new(algorithm));
        self.key(&key)
    }

    /// Signs with this key, and says so in `alg` and `kid`.
    pub fn key(mut self, key: &TestKey) -> Self {
        self.key = key.clone();
        self.header("alg", key.algorithm().name()).header("kid", key.key_id())
    }

    /// When it expires, in seconds from the issuer's time at which the builder was made. Negative is in the past.
    pub fn expires_in(self, seconds: i64) -> Self {
        let expiration_time = self.now.as_secs().saturating_add(seconds);
        self.claim("exp", expiration_time)
    }

    /// Leaves the third part empty. With `.header("alg", "none")` it is the unsecured JWS of RFC 7515 App. A.5.
    pub fn without_signature(mut self) -> Self {
        self.is_signed = false;
        self
    }

    /// Signs these bytes instead of the claims, whatever they are.
    pub fn raw_payload(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.raw_payload = Some(bytes.into());
        self
    }

    /// Signs these bytes as the header, whatever they are.
    pub fn raw_header(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.raw_header = Some(bytes.into());
        self
    }

    /// Changes the token after it was signed. May be called more than once.
    pub fn tamper(mut self, tamper: Tamper) -> Self {
        self.tampers.push(tamper);
        self
    }

    /// The token: three parts of base64url (RFC 7515 §7.1), unless it was [tampered](Self::tamper) with.
    #[must_use]
    pub fn mint(self) -> String {
        let header = self.raw_header.unwrap_or_else(|| Value::Object(self.header).to_string().into());
        let payload = self.raw_payload.unwrap_or_else(|| Value::Object(self.claims).to_string().into());
        let input = format!("{}.{}", base64url(header), base64url(payload));
        let signature = if self.is_signed { self.key.sign(input.as_bytes()) } else { Vec::new() };
        let token = format!("{input}.{}", base64url(signature));
        self.tampers.iter().fold(token, |token, tamper| tamper.apply(&token))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jwt_verify_core::{Claims, Error, Part, UnverifiedToken};
    use serde_json::json;

    use super::*;

    fn verdict(issuer: &TestIssuer, token: &str) -> Result<(), Error> {
        issuer.verifier().verify_held::<Claims>(token).map(drop)
    }

    #[test]
    fn a_token_of_every_algorithm_verifies() {
        for algorithm in Algorithm::ALL {
            let issuer = TestIssuer::builder().algorithms([*algorithm]).start();
            assert_eq!(verdict(&issuer, &issuer.token().mint()), Ok(()), "{algorithm}");
            issuer.rotate();
            assert_eq!(verdict(&issuer, &issuer.token().mint()), Ok(()), "{algorithm}, second key");
        }
    }

    #[test]
    fn an_issuer_of_several_algorithms_signs_by_the_one_that_is_asked_for() {
        let algorithms = [Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es384];
        let issuer = TestIssuer::builder().algorithms(algorithms).start();
        for algorithm in algorithms {
            let token = issuer.token().algorithm(algorithm).mint();
            assert_eq!(verdict(&issuer, &token), Ok(()), "{algorithm}");
        }
        let foreign = issuer.token().algorithm(Algorithm::Es256).mint();
        assert_eq!(verdict(&issuer, &foreign).unwrap_err().code(), "algorithm_not_allowed");
    }

    #[test]
    fn every_tampering_is_refused_for_every_algorithm() {
        for algorithm in Algorithm::ALL {
            let issuer = TestIssuer::builder().algorithms([*algorithm]).start();
            for tamper in Tamper::ALL {
                let token = issuer.token().tamper(*tamper).mint();
                assert!(verdict(&issuer, &token).is_err(), "{algorithm} {tamper:?}: {token}");
            }
        }
    }

    #[test]
    fn a_flipped_bit_and_a_swapped_payload_are_refused_for_their_signature() {
        let issuer = TestIssuer::start();
        for tamper in [Tamper::FlipSignatureBit, Tamper::SwapPayload] {
            let token = issuer.token().tamper(tamper).mint();
            assert_eq!(verdict(&issuer, &token), Err(Error::InvalidSignature), "{tamper:?}");
        }
    }

    #[test]
    fn a_token_without_a_signature_ends_in_a_point() {
        let issuer = TestIssuer::start();
        let token = issuer.token().header("alg", "none").without_signature().mint();
        assert!(token.ends_with('.'));
        assert_eq!(verdict(&issuer, &token).unwrap_err().code(), "algorithm_not_allowed");
    }

    #[test]
    fn raw_parts_are_signed_as_they_are() {
        let issuer = TestIssuer::start();
        let token = issuer.token().raw_payload(*b"{\"a\":1,\"a\":2}").mint();
        assert!(
            matches!(verdict(&issuer, &token), Err(Error::Malformed(_))),
            "{:?}",
            verdict(&issuer, &token)
        );
        let token = issuer.token().raw_header(*b"no JSON").mint();
        let refusal = verdict(&issuer, &token).unwrap_err();
        assert!(format!("{refusal:?}").contains(&format!("{:?}", Part::Header)), "{refusal:?}");
    }

    #[test]
    fn claims_and_header_parameters_are_set_and_left_out() {
        let issuer = TestIssuer::start();
        let token = issuer
            .token()
            .claim("tenant", json!({"id": 7}))
            .remove_claim("sub")
            .header("x", true)
            .remove_header("typ")
            .mint();
        let verified = issuer.verifier().verify_held::<Claims>(&token).unwrap();
        assert_eq!(verified.claims().get("tenant"), Some(&json!({"id": 7})));
        assert_eq!(verified.claims().subject(), None);
        assert_eq!(verified.header().token_type(), None);
        assert!(UnverifiedToken::parse(&token).is_ok());
    }

    #[test]
    fn a_token_expires_by_the_clock_of_the_issuer() {
        let issuer = TestIssuer::start();
        let token = issuer.token().expires_in(10).mint();
        issuer.clock().advance(Duration::from_secs(69));
        assert_eq!(verdict(&issuer, &token), Ok(()));
        issuer.clock().advance(Duration::from_secs(1));
        assert_eq!(verdict(&issuer, &token).unwrap_err().code(), "expired");
    }
}
