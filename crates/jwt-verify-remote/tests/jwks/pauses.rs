//! After a failure the issuer is left alone for a while, and for as long as it asks.

use jwt_verify_core::{Claims, KeySource, RefreshReason};
use jwt_verify_testing::Fault;

use crate::{
    flood::flood,
    setup::{Service, seconds},
};

#[tokio::test]
async fn pauses_after_failures_double_up_to_twenty_seconds_and_end_with_a_success() {
    let service = Service::start();
    for _ in 0..2 {
        service.issuer.set_fault(Fault::Status(500));
        let mut fetches = service.fetches() + 1;
        assert_eq!(service.verdict_now().await, "keys_unavailable");
        // Each is up to a tenth shorter or longer.
        for (before, after) in [(0, 2), (1, 3), (3, 5), (7, 9), (14, 18), (17, 22), (17, 22), (17, 22)] {
            service.advance(before);
            assert_eq!(service.verdict_now().await, "keys_unavailable");
            assert_eq!(service.fetches(), fetches, "no fetch {before} s after the last one");
            service.advance(after - before);
            assert_eq!(service.verdict_now().await, "keys_unavailable");
            fetches += 1;
            assert_eq!(service.fetches(), fetches, "a fetch {after} s after the last one");
        }
        service.issuer.heal();
        service.advance(34);
        assert_eq!(service.verdict_now().await, "ok");
        // Beyond the stale hour.
        service.advance(4_200);
    }
}

#[tokio::test]
async fn a_use_while_the_pause_lasts_causes_no_fetch_though_the_keys_are_due() {
    let service = Service::ready().await;
    service.advance(540);
    service.issuer.set_fault(Fault::Status(500));
    assert_eq!(service.verdict_now().await, "ok");
    service.settle();
    for _ in 0..100 {
        assert_eq!(service.verdict_now().await, "ok");
    }
    assert_eq!(service.fetches(), 2);
    service.advance(2);
    assert_eq!(service.verdict_now().await, "ok");
    assert_eq!(service.fetches(), 3);
}

#[tokio::test]
async fn retry_after_is_honoured_up_to_one_minute_and_told_to_the_client() {
    for (asked, pause) in [(5, 5), (20, 20), (60, 60), (61, 60), (86_400, 60), (u64::MAX, 60)] {
        let service = Service::start();
        service.issuer.set_fault(Fault::ServiceUnavailable { retry_after: asked });
        let retry_in = async || {
            let token = service.issuer.token().mint();
            service.verifier.verify::<Claims>(&token).await.unwrap_err().retry_in()
        };
        assert_eq!(retry_in().await, Some(seconds(pause)), "{asked}");
        service.advance(pause - 1);
        assert_eq!(retry_in().await, Some(seconds(1)), "{asked}");
        assert_eq!(service.fetches(), 1, "{asked}");
        service.issuer.heal();
        service.advance(1);
        assert_eq!(service.verdict_now().await, "ok", "{asked}");
    }
}

#[tokio::test]
async fn a_retry_after_that_is_too_short_does_not_shorten_the_pause() {
    let service = Service::start();
    service.issuer.set_fault(Fault::ServiceUnavailable { retry_after: 0 });
    assert_eq!(service.verdict_now().await, "keys_unavailable");
    assert_eq!(service.verdict_now().await, "keys_unavailable");
    assert_eq!(service.fetches(), 1);
}

#[tokio::test]
async fn tokens_and_prefetches_leave_an_issuer_alone_that_asks_for_it() {
    let service = Service::ready().await;
    service.advance(560);
    service.issuer.set_fault(Fault::ServiceUnavailable { retry_after: 60 });
    assert_eq!(service.verdict_now().await, "ok");
    service.settle();
    service.advance(59);
    flood(&service, 10).await;
    for _ in 0..5 {
        assert!(service.keys.prefetch_within(seconds(0)).await.is_err());
    }
    assert_eq!(service.fetches(), 2);
    service.advance(1);
    flood(&service, 10).await;
    assert_eq!(service.fetches(), 3);
}

#[tokio::test]
async fn one_broken_connection_costs_a_rotation_two_seconds_and_is_no_refusal_for_asking_too_often() {
    let service = Service::ready().await;
    service.issuer.rotate();
    service.issuer.set_fault(Fault::ResetConnection);
    assert_eq!(service.verdict_now().await, "key_not_found");
    service.issuer.heal();
    let seen = service.keys.held().keys().generation();
    let why = RefreshReason::KeyNotFound { key_id: Some("new") };
    assert!(service.keys.refresh(seen, why).await.is_err(), "the issuer is left alone");
    service.advance(2);
    assert_eq!(service.verdict_now().await, "ok");
}
