//! What is told about the keys.

use core::time::Duration;

use jwt_verify_core::{Error, KeySource};
use jwt_verify_remote::{KeysState, RemoteError};
use jwt_verify_testing::Fault;

use crate::setup::{Service, seconds};

#[tokio::test]
async fn health_follows_the_keys_from_the_first_fetch_to_the_end_of_an_outage() {
    let service = Service::start();
    let start = service.issuer.clock().now();
    let url = service.issuer.jwks_url();

    let health = service.keys.health();
    assert_eq!(health.source(), url);
    assert_eq!((health.state(), health.is_ready(), health.keys()), (KeysState::Empty, false, 0));
    assert_eq!((health.age(), health.last_success(), health.last_error()), (None, None, None));
    assert_eq!((health.consecutive_failures(), health.recent_failures()), (0, 0));
    assert_eq!(health.next_refresh(), Duration::ZERO);
    assert_eq!(health.to_string(), format!("keys of {url}: empty"));

    service.keys.prefetch().await.unwrap();
    service.advance(10);
    let health = service.keys.health();
    assert_eq!((health.state(), health.is_ready(), health.keys()), (KeysState::Fresh, true, 1));
    assert_eq!((health.age(), health.last_success()), (Some(seconds(10)), Some(start)));
    assert_eq!(health.to_string(), format!("keys of {url}: fresh, 1 held, confirmed 10 s ago"));

    // Due, and under way.
    service.advance(530);
    let held = service.issuer.hold();
    let _ = service.keys.held();
    assert_eq!(service.keys.health().state(), KeysState::Refreshing);
    assert!(service.keys.is_ready());
    service.issuer.set_fault(Fault::Status(503));
    held.release();
    service.settle();
    let error = RemoteError::Status { status: 503, retry_after: None };
    let health = service.keys.health();
    assert_eq!((health.state(), health.last_error()), (KeysState::Fresh, Some(&error)));
    assert_eq!((health.consecutive_failures(), health.recent_failures()), (1, 1));
    assert!((Duration::from_millis(900)..=Duration::from_millis(1_100)).contains(&health.next_refresh()));
    let told = "fresh, 1 held, confirmed 540 s ago, 1 failures in a row, the last: the issuer answered with status 503";
    assert_eq!(health.to_string(), format!("keys of {url}: {told}"));

    service.advance(60);
    let health = service.keys.health();
    assert_eq!((health.state(), health.is_ready()), (KeysState::Stale, true));
    assert_eq!(health.next_refresh(), Duration::ZERO);
    service.advance(3_600);
    let health = service.keys.health();
    assert_eq!((health.state(), health.is_ready(), health.keys()), (KeysState::Expired, false, 1));
    assert_eq!(health.last_success(), Some(start));

    service.issuer.heal();
    assert_eq!(service.verdict_now().await, "ok");
    let health = service.keys.health();
    assert_eq!((health.state(), health.age()), (KeysState::Fresh, Some(Duration::ZERO)));
    assert_eq!((health.consecutive_failures(), health.last_error()), (0, None));
}

#[tokio::test]
async fn an_outage_with_traffic_is_more_than_ten_failures_in_any_five_minutes_and_the_alarm_ends_with_it() {
    let service = Service::ready().await;
    service.issuer.set_fault(Fault::ClosedPort);
    // Until the keys are due, nobody can know.
    service.advance(540);
    let mut counts = Vec::new();
    for _ in 0..600 {
        assert_eq!(service.verdict_now().await, "ok");
        service.settle();
        service.advance(5);
        counts.push(service.keys.health().recent_failures());
    }
    // From the fifth minute on.
    let least = counts.iter().skip(60).min();
    assert!(least > Some(&10), "{counts:?}");
    service.issuer.heal();
    service.advance(22);
    assert_eq!(service.verdict_now().await, "ok");
    service.settle();
    assert_eq!(service.keys.health().consecutive_failures(), 0);
    service.advance(300);
    assert_eq!(service.keys.health().recent_failures(), 0);
}

#[tokio::test]
async fn failures_are_counted_for_five_minutes() {
    let service = Service::start();
    service.issuer.set_fault(Fault::Status(500));
    for expected in 1..=3 {
        assert_eq!(service.verdict_now().await, "keys_unavailable");
        assert_eq!(service.keys.health().recent_failures(), expected);
        service.advance(100);
    }
    // The first is 300 s old.
    assert_eq!(service.keys.health().recent_failures(), 2);
    service.advance(99);
    assert_eq!(service.keys.health().recent_failures(), 2);
    service.advance(1);
    assert_eq!(service.keys.health().recent_failures(), 1);
    assert_eq!(service.keys.health().consecutive_failures(), 3);
}

#[tokio::test]
async fn an_outage_says_what_failed_and_when_to_come_back() {
    let service = Service::start();
    service.issuer.set_fault(Fault::ServiceUnavailable { retry_after: 20 });
    let token = service.issuer.token().mint();
    for passed in [0, 5] {
        service.advance(passed);
        let outage = service.verifier.verify::<jwt_verify_core::Claims>(&token).await.unwrap_err();
        assert_eq!(outage.code(), "keys_unavailable");
        assert_eq!(outage.retry_in(), Some(seconds(20 - passed)));
        let Error::KeySource(source) = outage else { panic!("{outage:?}") };
        let cause = std::error::Error::source(&source).unwrap();
        assert_eq!(cause.to_string(), "the issuer answered with status 503");
        let cause = cause.downcast_ref::<RemoteError>();
        let expected = RemoteError::Status { status: 503, retry_after: Some(seconds(20)) };
        assert_eq!(cause, Some(&expected));
    }
}
