//! [`TestIssuer`]: an issuer on this machine that does what a test wants.

mod builder;
mod keys;
mod requests;

use std::{fmt, sync::Arc};

use hyper::header::{HeaderName, HeaderValue};
use jwt_verify_core::{Algorithm, JwkSet, TrustedIssuer, Verifier};

pub use self::{builder::TestIssuerBuilder, requests::Hold};
use crate::{
    Endpoint, Fault, TestClock, TokenBuilder,
    server::{self, Server},
    state::Shared,
};

/// An issuer with an HTTP server on 127.0.0.1, which mints tokens, changes its keys, and fails on request.
///
/// The server runs in a thread of its own, so a plain `#[test]` can use it as well as one of any asynchronous runtime. It stops when
/// this is dropped. Tests may run side by side: each issuer has a port of its own.
///
/// | for | look at |
/// |---|---|
/// | a token | [`token`](Self::token), [`shapes`](crate::shapes) |
/// | a verifier without network | [`verifier`](Self::verifier), [`trusted_issuer`](Self::trusted_issuer) |
/// | a verifier that fetches the keys | [`name`](Self::name), [`jwks_url`](Self::jwks_url) |
/// | what goes wrong | [`set_fault`](Self::set_fault), [`heal`](Self::heal), [`set_discovery`](Self::set_discovery) |
/// | how answers may be cached | [`set_cache_control`](Self::set_cache_control), [`set_etag`](Self::set_etag) |
/// | keys over time | [`rotate`](Self::rotate) and those that follow it |
/// | what was asked | [`jwks_requests`](Self::jwks_requests), [`last_request`](Self::last_request) |
/// | many at the same time | [`hold`](Self::hold), [`wait_for_requests`](Self::wait_for_requests) |
///
/// It serves, below its name, `/.well-known/openid-configuration`, `/.well-known/jwks.json` and Better Auth's `/api/auth/jwks`, and
/// the metadata of RFC 8414 at `/.well-known/oauth-authorization-server`, followed by the path of its name.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Claims, Error, KeyNotFound};
/// use jwt_verify_testing::TestIssuer;
///
/// let issuer = TestIssuer::start();
/// let verifier = issuer.verifier();
/// assert!(verifier.verify_held::<Claims>(&issuer.token().mint()).is_ok());
///
/// // That verifier holds the keys of then, and does not fetch.
/// issuer.rotate();
/// let refusal = verifier.verify_held::<Claims>(&issuer.token().mint()).unwrap_err();
/// assert_eq!(refusal, Error::KeyNotFound(KeyNotFound::UnknownKeyId { key_id: "test-eddsa-2".into() }));
/// ```
pub struct TestIssuer {
    name: String,
    audience: String,
    clock: TestClock,
    shared: Arc<Shared>,
    server: Server,
}

impl TestIssuer {
    /// Starts an issuer with one Ed25519 key.
    ///
    /// # Panics
    ///
    /// If no port can be had.
    #[must_use]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// For another path, other algorithms, another audience or a clock of yours.
    pub fn builder() -> TestIssuerBuilder {
        TestIssuerBuilder::new()
    }

    /// Its name, the `iss` of its tokens: `http://127.0.0.1:PORT`, with the path if one was given.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where its keys are: the name and `/.well-known/jwks.json`, unless another path was given.
    #[must_use]
    pub fn jwks_url(&self) -> String {
        self.shared.jwks_url()
    }

    /// The `aud` of its tokens: `https://api.example`, unless another was given.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.audience
    }

    /// Its clock, which is also that of [`verifier`](Self::verifier).
    #[must_use]
    pub fn clock(&self) -> TestClock {
        self.clock.clone()
    }

    /// The text of its JWK Set, as of now and without any fault.
    #[must_use]
    pub fn jwks_document(&self) -> String {
        self.shared.lock().jwks().to_string()
    }

    /// Its JWK Set, as of now and without any fault. Empty if it signs with a secret.
    ///
    /// # Panics
    ///
    /// If more keys were published than a set may have.
    #[must_use]
    #[expect(clippy::expect_used, reason = "as documented")]
    pub fn jwk_set(&self) -> JwkSet {
        JwkSet::parse(self.jwks_document()).expect("a JWK Set of at most a hundred keys")
    }

    /// The rules by which its tokens are verified, with the keys that it has now and no network.
    ///
    /// They are the rules of any issuer: nothing is left out because it is a test.
    ///
    /// # Panics
    ///
    /// If it has no keys now.
    #[must_use]
    #[expect(clippy::expect_used, reason = "as documented")]
    pub fn trusted_issuer(&self) -> TrustedIssuer {
        let builder = TrustedIssuer::builder(&self.name).audience(&self.audience);
        let signing = self.signing_key();
        let builder = match signing.hmac_secret() {
            Some(secret) => builder.algorithms([signing.algorithm()]).hmac_secret(secret),
            None => builder.algorithms(self.algorithms()).jwk_set(self.jwk_set()),
        };
        builder.build().expect("an issuer that has keys")
    }

    /// A verifier that trusts this issuer alone, with the keys that it has now, its clock, and no network.
    ///
    /// # Panics
    ///
    /// As [`trusted_issuer`](Self::trusted_issuer).
    #[must_use]
    #[expect(clippy::expect_used, reason = "one issuer, and the default for the rest")]
    pub fn verifier(&self) -> Verifier {
        let builder = Verifier::builder().issuer(self.trusted_issuer()).clock(self.clock());
        builder.build().expect("one issuer")
    }

    /// The algorithms of the keys that it publishes, each once.
    #[must_use]
    pub fn algorithms(&self) -> Vec<Algorithm> {
        let mut algorithms: Vec<_> = self.keys().iter().map(|key| key.algorithm()).collect();
        algorithms.sort_unstable();
        algorithms.dedup();
        algorithms
    }

    /// Starts a token, which is valid unless it is changed.
    pub fn token(&self) -> TokenBuilder {
        TokenBuilder::new(self)
    }

    /// Misbehaves from now on, at every endpoint.
    ///
    /// # Panics
    ///
    /// If the port cannot be closed, or opened again.
    pub fn set_fault(&self, fault: Fault) {
        server::prepare(&fault);
        {
            let mut state = self.shared.lock();
            state.jwks_fault = Some(fault.clone());
            state.metadata_fault = Some(fault);
        }
        self.move_port();
    }

    /// Misbehaves from now on at one endpoint; the other one stays as it is.
    ///
    /// # Panics
    ///
    /// As [`set_fault`](Self::set_fault).
    pub fn set_fault_for(&self, endpoint: Endpoint, fault: Fault) {
        server::prepare(&fault);
        {
            let mut state = self.shared.lock();
            match endpoint {
                Endpoint::Jwks => state.jwks_fault = Some(fault),
                Endpoint::Metadata => state.metadata_fault = Some(fault),
            }
        }
        self.move_port();
    }

    /// Behaves again, at every endpoint. Requests that hang already go on hanging.
    ///
    /// # Panics
    ///
    /// As [`set_fault`](Self::set_fault).
    pub fn heal(&self) {
        {
            let mut state = self.shared.lock();
            state.jwks_fault = None;
            state.metadata_fault = None;
        }
        self.move_port();
    }

    #[expect(clippy::expect_used, reason = "as documented")]
    fn move_port(&self) {
        let is_closed = self.shared.lock().is_port_closed();
        self.server.set_port_open(!is_closed).expect("the port is ours");
    }

    /// Which metadata it serves, and what they say. The default is [`Discovery::Both`].
    pub fn set_discovery(&self, discovery: Discovery) {
        self.shared.lock().discovery = discovery;
    }

    /// Sends this `Cache-Control` with every document, or none, which is the default.
    ///
    /// # Panics
    ///
    /// If it cannot be a header field.
    pub fn set_cache_control(&self, value: Option<&str>) {
        if let Some(value) = value {
            check_field("cache-control", value);
        }
        self.shared.lock().cache_control = value.map(Into::into);
    }

    /// Sends an `ETag` with every document and answers `If-None-Match` with status 304, or not, which is the default.
    pub fn set_etag(&self, sends_etag: bool) {
        self.shared.lock().sends_etag = sends_etag;
    }

    /// Sends this header field with every document, such as `Age`, or leaves it out again.
    ///
    /// # Panics
    ///
    /// If it cannot be a header field.
    pub fn set_header(&self, name: &str, value: Option<&str>) {
        check_field(name, value.unwrap_or_default());
        let mut state = self.shared.lock();
        state.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        if let Some(value) = value {
            state.headers.push((name.into(), value.into()));
        }
    }
}

/// The name.
impl fmt::Debug for TestIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestIssuer").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Which metadata an issuer serves, and what they say. For [`TestIssuer::set_discovery`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Discovery {
    /// Those of OpenID Connect Discovery and of RFC 8414.
    #[default]
    Both,
    /// Those of OpenID Connect Discovery.
    OidcOnly,
    /// Those of RFC 8414.
    Rfc8414Only,
    /// None: status 404.
    None,
    /// Both, with another issuer's name in `issuer`.
    OtherIssuer(String),
    /// Both, with another address in `jwks_uri`.
    JwksUri(String),
}

#[expect(clippy::expect_used, reason = "as documented where it is called")]
fn check_field(name: &str, value: &str) {
    HeaderName::from_bytes(name.as_bytes()).expect("the name of a header field");
    HeaderValue::from_str(value).expect("the value of a header field");
}

/// Where the keys are unless another path is given.
pub(crate) const JWKS_PATH: &str = "/.well-known/jwks.json";
