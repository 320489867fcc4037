//! An issuer, requests and answers.

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, header},
};
use jwt_verify_axum::{
    Auth, Reason, Verifier,
    core::{Clock, UnixTime},
};
use jwt_verify_testing::{TestClock, TestIssuer};
use tower_service::Service;

pub(crate) const REALM: &str = r#"Bearer realm="api""#;
pub(crate) const INVALID: &str = r#"Bearer realm="api", error="invalid_token""#;

/// An issuer, and a verifier that counts how often it is asked for a verdict.
pub(crate) struct TestService {
    pub(crate) issuer: TestIssuer,
    pub(crate) verifications: Arc<AtomicUsize>,
    auth: Auth,
}

/// The verifier asks for the time once for a token.
#[derive(Debug)]
struct CountingClock {
    clock: TestClock,
    asked: Arc<AtomicUsize>,
}

impl Clock for CountingClock {
    fn now(&self) -> Option<UnixTime> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Some(self.clock.now())
    }
}

impl TestService {
    pub(crate) fn new() -> Self {
        let issuer = TestIssuer::start();
        let verifications = Arc::new(AtomicUsize::new(0));
        let clock = CountingClock { clock: issuer.clock(), asked: Arc::clone(&verifications) };
        let verifier = Verifier::builder().issuer(issuer.trusted_issuer()).clock(clock).build().unwrap();
        Self { issuer, verifications, auth: Auth::new(verifier) }
    }

    pub(crate) fn auth(&self) -> Auth {
        self.auth.clone()
    }

    pub(crate) fn ada(&self) -> String {
        self.issuer.token().subject("ada").mint()
    }

    pub(crate) fn by_ada(&self, path: &str) -> Request<Body> {
        request_with(path, &self.ada())
    }
}

pub(crate) fn request(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

pub(crate) fn request_with(path: &str, token: &str) -> Request<Body> {
    let authorization = format!("Bearer {token}");
    Request::get(path).header(header::AUTHORIZATION, authorization).body(Body::empty()).unwrap()
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) challenge: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) content_length: Option<String>,
    pub(crate) allow_origin: Option<String>,
    pub(crate) reason: Option<Reason>,
    pub(crate) body: String,
}

pub(crate) async fn answer(app: &Router, request: Request<Body>) -> Answer {
    let response = app.clone().call(request).await.unwrap();
    let field = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    Answer {
        status: response.status().as_u16(),
        challenge: field(header::WWW_AUTHENTICATE),
        content_type: field(header::CONTENT_TYPE),
        content_length: field(header::CONTENT_LENGTH),
        allow_origin: field(header::ACCESS_CONTROL_ALLOW_ORIGIN),
        reason: response.extensions().get().cloned(),
        body: String::from_utf8(to_bytes(response.into_body(), usize::MAX).await.unwrap().into()).unwrap(),
    }
}

pub(crate) const REFUSED_BODY: &str = r#"{"type":"about:blank","title":"Unauthorized","status":401,"detail":"The access token is not valid here."}"#;

/// What was logged.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
