//! Where the story takes place: an issuer, its clock, and the service.

use core::{net::SocketAddr, time::Duration};
use std::sync::OnceLock;

use jwt_verify_core::{Clock, Explanation, SystemClock, UnixTime, Verifier};
use jwt_verify_http::{Auth, Reason};
use jwt_verify_remote::{Health, HttpClient, RemoteIssuer, RemoteJwks};
use jwt_verify_testing::{Fault, TestClock, TestIssuer, TokenBuilder};

use super::service::{self, Reasons};
use crate::{
    arguments::Framework,
    failure::{self, Failure},
};

pub(super) struct Stage {
    issuer: TestIssuer,
    auth: Auth,
    keys: RemoteJwks,
    service: SocketAddr,
    reasons: Reasons,
    /// A token of Ada's by the key that the issuer began with.
    kept: OnceLock<String>,
}

impl Stage {
    /// With a clock that stands still until the story moves it.
    pub(super) fn set_up(framework: Framework) -> Result<Self, Failure> {
        let issuer = TestIssuer::start();
        let clock = issuer.clock();
        Self::with(issuer, clock, framework, 0)
    }

    /// With the system's clock, and the service at a port of the user's choice.
    pub(super) fn set_up_to_serve(framework: Framework, port: u16) -> Result<Self, Failure> {
        let clock = SystemClock::new();
        let now = crate::judge::now(&clock)?;
        let issuer = TestIssuer::builder().clock(TestClock::at(now)).start();
        Self::with(issuer, clock, framework, port)
    }

    fn with(
        issuer: TestIssuer,
        clock: impl Clock + Clone + 'static,
        framework: Framework,
        port: u16,
    ) -> Result<Self, Failure> {
        let (auth, keys) = auth(&issuer, clock)?;
        let reasons = Reasons::default();
        let service = service::start(framework, port, auth.clone(), reasons.clone()).map_err(|error| {
            Failure::Setup(format!(
                "the service cannot listen on 127.0.0.1, port {port}: {error}; give another --port"
            ))
        })?;
        Ok(Self { issuer, auth, keys, service, reasons, kept: OnceLock::new() })
    }

    pub(super) fn service(&self) -> SocketAddr {
        self.service
    }

    pub(super) fn issuer_name(&self) -> &str {
        self.issuer.name()
    }

    /// A token as the issuer signs it at this moment.
    pub(super) fn token_of(&self, user: &str) -> TokenBuilder {
        self.issuer.token().subject(user)
    }

    /// The token of Ada's that was kept when the keys were rotated.
    pub(super) fn kept(&self) -> Option<String> {
        self.kept.get().cloned()
    }

    pub(super) fn rotate_keys(&self) {
        self.kept.get_or_init(|| self.token_of("ada").mint());
        self.issuer.rotate();
    }

    pub(super) fn stop_issuer(&self) {
        self.issuer.set_fault(Fault::ClosedPort);
    }

    pub(super) fn start_issuer(&self) {
        self.issuer.heal();
    }

    pub(super) fn wait(&self, time: Duration) {
        self.issuer.clock().advance(time);
    }

    /// Why the service refused the last request. `None` if it did not.
    pub(super) fn reason(&self) -> Option<Reason> {
        self.reasons.last()
    }

    /// How the service's own verifier comes to its verdict on a token.
    pub(super) fn explain(&self, token: &str) -> Explanation {
        self.auth.verifier().explain(token, self.now())
    }

    pub(super) fn now(&self) -> UnixTime {
        self.issuer.clock().now()
    }

    /// How the service's keys are.
    pub(super) fn health(&self) -> Health {
        self.keys.health()
    }

    /// How often the issuer has handed out its keys.
    pub(super) fn fetches(&self) -> usize {
        self.issuer.jwks_requests()
    }
}

/// As a service is set up that trusts this issuer; only the clock and the client are the demo's own.
fn auth(issuer: &TestIssuer, clock: impl Clock + Clone + 'static) -> Result<(Auth, RemoteJwks), Failure> {
    // Whatever proxy the environment names: nothing leaves this machine.
    let client = HttpClient::builder().no_proxy().build().map_err(|error| setup(&error))?;
    let keys = RemoteJwks::builder(issuer.jwks_url())
        .fetcher(client)
        .clock(clock.clone())
        .build()
        .map_err(|error| setup(&error))?;
    let trusted = RemoteIssuer::jwks(issuer.name(), issuer.jwks_url())
        .audience(issuer.audience())
        .algorithms(issuer.algorithms())
        .key_source(keys.clone())
        .build()
        .map_err(|error| setup(&error))?;
    let verifier =
        Verifier::builder().issuer(trusted.into()).clock(clock).build().map_err(|error| setup(&error))?;
    Ok((Auth::builder(verifier).build(), keys))
}

fn setup(error: &dyn core::error::Error) -> Failure {
    Failure::Setup(format!("the demo cannot be set up: {}", failure::chain(error)))
}
