//! The peer: what one writes with `jsonwebtoken`.

use jsonwebtoken::{DecodingKey, Validation};
use jwt_verify_benches::{AUDIENCE, ISSUER, Session};

/// One key, known from the start and not looked up by its ID; issuer, audience and expiration are checked.
pub(crate) struct ByHand {
    key: DecodingKey,
    validation: Validation,
}

impl ByHand {
    pub(crate) fn new(algorithm: &str, jwk: &str) -> Self {
        let mut validation = Validation::new(algorithm.parse().unwrap());
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        Self { key: DecodingKey::from_jwk(&serde_json::from_str(jwk).unwrap()).unwrap(), validation }
    }

    /// The claims of the token in the value of the field `Authorization`.
    pub(crate) fn session(&self, authorization: Option<&str>) -> Option<Session> {
        let token = authorization?.strip_prefix("Bearer ")?;
        let decoded = jsonwebtoken::decode::<Session>(token, &self.key, &self.validation).ok()?;
        Some(decoded.claims)
    }
}
