//! What a page and a probe are told of the keys.
#![cfg(feature = "remote")]
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

use std::time::Duration;

use jwt_verify_core::{Algorithm, Verifier};
use jwt_verify_http::{
    Auth, HealthReply,
    remote::{RemoteIssuer, RemoteJwks},
};
use jwt_verify_testing::{Fault, TestIssuer};

/// Keys at the issuer, on the issuer's clock.
fn auth(issuer: &TestIssuer) -> Auth {
    let clock = issuer.clock();
    let remote = RemoteIssuer::jwks(issuer.name(), issuer.jwks_url())
        .audience(issuer.audience())
        .algorithms([Algorithm::EdDsa])
        .keys(move |keys| keys.clock(clock))
        .build()
        .unwrap();
    let keys = remote.keys().unwrap().clone();
    let verifier = Verifier::builder().issuer(remote.into()).clock(issuer.clock()).build().unwrap();
    Auth::builder(verifier).keys(keys).build()
}

#[tokio::test]
async fn health_tells_the_state_and_readiness_decides() {
    let issuer = TestIssuer::start();
    let auth = auth(&issuer);
    let health = auth.health();
    assert_eq!(health.status(), 200);
    assert_eq!(
        health.body(),
        r#"{"keys":[{"age_seconds":null,"last_error":null,"state":"empty"}],"status":"starting"}"#
    );

    // Readiness fetches what was never fetched.
    assert_eq!(auth.readiness().await.status(), 200);
    assert_eq!(
        auth.health().body(),
        r#"{"keys":[{"age_seconds":0,"last_error":null,"state":"fresh"}],"status":"up"}"#
    );

    // Past every bound, with the issuer gone: not ready, and alive all the same.
    issuer.set_fault(Fault::Status(500));
    issuer.clock().advance(Duration::from_secs(7 * 24 * 3600));
    let readiness = auth.readiness().await;
    assert_eq!(readiness.status(), 503);
    assert!(readiness.body().ends_with(r#""state":"expired"}],"status":"down"}"#), "{}", readiness.body());
    assert_eq!(auth.health().status(), 200);
    assert_eq!(auth.health().body(), readiness.body());

    // A service that is not ready gets no requests, so the probe itself has to bring it back.
    issuer.heal();
    issuer.clock().advance(Duration::from_secs(60));
    assert_eq!(auth.readiness().await.status(), 200);
}

#[tokio::test]
async fn an_issuer_that_never_answered_makes_a_service_not_ready_and_the_code_says_why() {
    let issuer = TestIssuer::start();
    issuer.set_fault(Fault::NotFound);
    let readiness = auth(&issuer).readiness().await;
    assert_eq!(readiness.status(), 503);
    assert_eq!(
        readiness.body(),
        r#"{"keys":[{"age_seconds":null,"last_error":"status","state":"empty"}],"status":"down"}"#
    );
}

#[tokio::test]
async fn while_one_of_two_issuers_has_keys_the_service_is_ready_and_degraded() {
    let (well, ill) = (TestIssuer::start(), TestIssuer::start());
    ill.set_fault(Fault::NotFound);
    let keys =
        |issuer: &TestIssuer| RemoteJwks::builder(issuer.jwks_url()).clock(issuer.clock()).build().unwrap();
    let both = Auth::builder(well.verifier()).keys(keys(&well)).keys(keys(&ill)).build();
    let readiness: HealthReply = Auth::readiness(&both).await;
    assert_eq!(readiness.status(), 200);
    assert!(readiness.body().ends_with(r#""status":"degraded"}"#), "{}", readiness.body());
}

#[tokio::test]
async fn keys_that_are_given_are_always_ready() {
    let auth = Auth::new(TestIssuer::start().verifier());
    let health = auth.health();
    assert_eq!((health.status(), health.body()), (200, r#"{"status":"up","keys":[]}"#));
    assert_eq!(auth.readiness().await, health);
    assert_eq!(
        health.headers().collect::<Vec<_>>(),
        [("content-type", "application/json"), ("cache-control", "no-store")]
    );
}
