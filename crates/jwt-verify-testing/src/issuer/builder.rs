//! How an issuer is to be.

use std::sync::Arc;

use jwt_verify_core::Algorithm;

use super::{JWKS_PATH, TestIssuer};
use crate::{
    TestClock, TestKey,
    server::{Port, Server},
    state::Shared,
};

/// Tells how an issuer is to be. Made by [`TestIssuer::builder`].
///
/// # Examples
///
/// ```
/// use jwt_verify_core::Algorithm;
/// use jwt_verify_testing::TestIssuer;
///
/// let issuer = TestIssuer::builder()
///     .path("/realms/test")
///     .algorithms([Algorithm::Rs256, Algorithm::Es256])
///     .audience("account")
///     .start();
/// assert!(issuer.name().ends_with("/realms/test"));
/// assert_eq!(issuer.signing_key().key_id(), "test-rs256-1");
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `start` is called"]
pub struct TestIssuerBuilder {
    path: String,
    jwks_path: String,
    audience: String,
    clock: TestClock,
    keys: Vec<TestKey>,
}

impl TestIssuerBuilder {
    pub(super) fn new() -> Self {
        Self {
            path: String::new(),
            jwks_path: JWKS_PATH.into(),
            audience: "https://api.example".into(),
            clock: TestClock::default(),
            keys: vec![TestKey::new(Algorithm::EdDsa)],
        }
    }

    /// What follows the port in its name: `/tenant/a`, or `/` for a name with a slash at its end. Nothing by default.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// Where its keys are, from its name on: `/protocol/openid-connect/certs`, say.
    pub fn jwks_path(mut self, path: impl Into<String>) -> Self {
        self.jwks_path = path.into();
        self
    }

    /// Has the first [`TestKey`] of each of these algorithms, and signs with that of the first. The default is EdDSA alone.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.keys = algorithms.into_iter().map(TestKey::new).collect();
        self
    }

    /// Has these keys, and signs with the first.
    pub fn keys(mut self, keys: impl IntoIterator<Item = TestKey>) -> Self {
        self.keys = keys.into_iter().collect();
        self
    }

    /// Has no keys but a secret, for HS256: [`TestKey::hs256`]. Its JWK Set is empty.
    pub fn hmac_secret(self) -> Self {
        self.keys([TestKey::hs256()])
    }

    /// The `aud` of its tokens.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = audience.into();
        self
    }

    /// The clock that it goes by. The default starts at 1 790 000 000.
    pub fn clock(mut self, clock: TestClock) -> Self {
        self.clock = clock;
        self
    }

    /// Starts it.
    ///
    /// # Panics
    ///
    /// If no port can be had, or if it has neither a key nor a secret.
    #[must_use]
    #[expect(clippy::expect_used, reason = "as documented: a test has nobody to hand the error to")]
    pub fn start(self) -> TestIssuer {
        let port = Port::reserve().expect("a port on 127.0.0.1");
        let name = format!("{}{}", port.origin(), self.path);
        let signing = self.keys.first().cloned().expect("a key to sign with");
        let shared = Arc::new(Shared::new(port.origin(), self.path, self.jwks_path, self.keys, signing));
        let server = Server::start(port, Arc::clone(&shared)).expect("a thread for the server");
        TestIssuer { name, audience: self.audience, clock: self.clock, shared, server }
    }
}
