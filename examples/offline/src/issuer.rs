//! **For this demonstration only**: an issuer in the same process, whose secret keys anybody can read.

use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signer, SigningKey};
use jwt_verify_core::{Clock, SystemClock};

pub struct DemoIssuer {
    key_id: &'static str,
    key: SigningKey,
}

impl DemoIssuer {
    pub fn new(key_id: &'static str, seed: &[u8; 32]) -> Self {
        Self { key_id, key: SigningKey::from_bytes(seed) }
    }

    /// A token for `subject` that expires in so many seconds, or did so many seconds ago.
    pub fn sign(&self, subject: &str, scope: &str, expires_in: i64) -> String {
        let now = SystemClock::new().now().map_or(0, |now| now.as_secs());
        let header = format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{}"}}"#, self.key_id);
        let claims = format!(
            r#"{{"iss":"https://id.example.com","aud":"order-queue","sub":"{subject}","scope":"{scope}","exp":{}}}"#,
            now + expires_in
        );
        let signing_input = format!("{}.{}", base64url(header.as_bytes()), base64url(claims.as_bytes()));
        let signature = self.key.sign(signing_input.as_bytes());
        format!("{signing_input}.{}", base64url(&signature.to_bytes()))
    }
}

/// What an issuer publishes: its public keys.
pub fn jwk_set(issuers: &[&DemoIssuer]) -> String {
    let jwk = |issuer: &&DemoIssuer| {
        let x = base64url(issuer.key.verifying_key().as_bytes());
        format!(r#"{{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"{}","x":"{x}"}}"#, issuer.key_id)
    };
    format!(r#"{{"keys":[{}]}}"#, issuers.iter().map(jwk).collect::<Vec<_>>().join(","))
}

fn base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}
