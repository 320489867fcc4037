//! Keys over hours: outages and their ends, refreshes that nobody notices, and clocks that are set.

use core::time::Duration;

use jwt_verify_core::{Claims, Error, KeySource, KeySourceError, UnixTime};
use jwt_verify_remote::{KeysState, RemoteError};
use jwt_verify_testing::{Fault, TestIssuer};

use crate::setup::{Service, at_once, seconds};

#[tokio::test]
async fn an_outage_of_fifty_minutes_loses_no_valid_request() {
    for fault in [Fault::ClosedPort, Fault::Status(503), Fault::HtmlWith200] {
        let service = Service::ready().await;
        service.issuer.set_fault(fault.clone());
        for second in (0..3_000).step_by(10) {
            assert_eq!(service.verdict_now().await, "ok", "{fault}, after {second} s");
            service.settle();
            service.advance(10);
        }
        assert_eq!(service.keys.health().state(), KeysState::Stale);
        // One each twenty seconds or so, as far as tokens come just then; refreshing ahead begins at 432 s at the earliest.
        let attempts = service.fetches() - 1;
        assert!((80..=150).contains(&attempts), "{fault}: {attempts} attempts");
    }
}

#[tokio::test]
async fn the_bound_of_an_outage_is_one_hour_past_the_fresh_time_and_then_the_client_hears_when_to_come_back()
{
    let service = Service::ready().await;
    service.issuer.set_fault(Fault::Status(500));
    service.advance(600);
    assert_eq!(service.verdict_now().await, "ok");
    service.advance(3_599);
    assert_eq!(service.verdict_now().await, "ok");
    service.settle();
    service.advance(1);
    let token = service.issuer.token().mint();
    let outage = service.verifier.verify::<Claims>(&token).await.unwrap_err();
    let Error::KeySource(KeySourceError::Failed { cause, retry_in, .. }) = &outage else {
        panic!("{outage:?}")
    };
    assert_eq!(cause.to_string(), RemoteError::Status { status: 500, retry_after: None }.to_string());
    assert!(retry_in.is_some_and(|pause| pause <= seconds(22)), "{retry_in:?}");
    assert_eq!(service.keys.health().state(), KeysState::Expired);
    assert!(!service.keys.is_ready());
    // The pause is told, and it is the truth.
    service.issuer.heal();
    service.issuer.clock().advance(retry_in.unwrap() + seconds(1));
    assert_eq!(service.verdict_now().await, "ok");
    assert!(service.keys.is_ready());
}

#[tokio::test]
async fn an_outage_from_the_start_is_told_and_ends_by_itself() {
    let service = Service::start();
    service.issuer.set_fault(Fault::ClosedPort);
    for _ in 0..120 {
        assert_eq!(service.verdict_now().await, "keys_unavailable");
        service.advance(30);
    }
    service.issuer.heal();
    service.advance(4);
    assert_eq!(service.verdict_now().await, "ok");
    assert_eq!(service.keys.health().consecutive_failures(), 0);
    assert_eq!(service.keys.health().last_error(), None);
}

#[tokio::test]
async fn keys_recover_by_themselves_within_the_pause_and_a_key_that_was_withdrawn_is_refused_from_then_on() {
    let service = Service::ready().await;
    let withdrawn = service.issuer.token().expires_in(7_200).mint();
    service.issuer.set_fault(Fault::ClosedPort);
    service.issuer.rotate_without_overlap();
    for _ in 0..60 {
        service.advance(30);
        assert_eq!(service.verdict(&withdrawn).await, "ok", "nobody can know");
        service.settle();
    }
    assert_eq!(service.keys.health().state(), KeysState::Stale);
    service.issuer.heal();
    // The longest pause.
    service.advance(22);
    let _ = service.keys.held();
    service.settle();
    assert_eq!(service.keys.health().state(), KeysState::Fresh);
    assert_eq!(service.verdict(&withdrawn).await, "key_not_found");
    assert_eq!(service.verdict_now().await, "ok");
}

#[tokio::test]
async fn a_refresh_ahead_comes_with_the_first_use_past_eighty_percent_and_a_tenth_and_never_without_a_use() {
    // The jitter is another one each time.
    for _ in 0..20 {
        let service = Service::ready().await;
        let token = service.issuer.token().expires_in(7_200).mint();
        let due_in = service.keys.health().next_refresh().as_secs_f64();
        assert!((432.0..=528.0).contains(&due_in), "{due_in}");
        service.advance(431);
        assert!(service.verifier.verify_held::<Claims>(&token).is_ok());
        assert_eq!(service.fetches(), 1);
        service.advance(98);
        assert_eq!(service.keys.health().next_refresh(), Duration::ZERO);
        assert_eq!(service.fetches(), 1, "not without a use");
        assert_eq!(at_once(service.verdict(&token)), Some("ok"), "without waiting");
        assert_eq!(service.fetches(), 2);
        service.settle();
        assert_eq!(service.keys.health().state(), KeysState::Fresh);
    }
}

#[tokio::test]
async fn keys_that_nobody_uses_are_not_fetched() {
    let service = Service::ready().await;
    for _ in 0..100 {
        service.advance(600);
        let _ = (service.keys.health(), service.keys.is_ready(), service.keys.snapshot());
    }
    assert_eq!(service.fetches(), 1);
    assert_eq!(service.keys.health().state(), KeysState::Expired);
}

#[tokio::test]
async fn a_day_is_the_end_however_long_stale_keys_are_allowed() {
    let service = Service::with(|builder| builder.stale_if_error(seconds(100 * 3_600)));
    service.keys.prefetch().await.unwrap();
    service.issuer.set_fault(Fault::Status(500));
    service.advance(86_399);
    assert_eq!(service.verdict_now().await, "ok");
    service.advance(1);
    assert_eq!(service.verdict_now().await, "keys_unavailable");
}

#[tokio::test]
async fn the_maximum_age_bounds_fresh_keys_too() {
    let service = Service::with(|builder| builder.max_age(seconds(120)).fresh_for(seconds(300)));
    service.issuer.set_cache_control(Some("max-age=3600"));
    service.keys.prefetch().await.unwrap();
    service.issuer.set_fault(Fault::Status(500));
    service.advance(119);
    assert_eq!(service.keys.health().state(), KeysState::Fresh);
    service.advance(1);
    assert_eq!(service.verdict_now().await, "keys_unavailable");
}

#[tokio::test]
async fn without_stale_keys_the_end_of_the_fresh_time_is_the_end() {
    let service = Service::with(|builder| builder.stale_if_error(Duration::ZERO));
    service.keys.prefetch().await.unwrap();
    service.issuer.set_fault(Fault::Status(500));
    service.advance(599);
    assert_eq!(service.verdict_now().await, "ok");
    service.settle();
    service.advance(2);
    assert_eq!(service.verdict_now().await, "keys_unavailable");
}

#[tokio::test]
async fn a_clock_that_is_set_forward_costs_one_fetch() {
    let service = Service::ready().await;
    service.advance(365 * 86_400);
    assert_eq!(service.verdict_now().await, "ok");
    assert_eq!(service.verdict_now().await, "ok");
    assert_eq!(service.fetches(), 2);
}

#[tokio::test]
async fn a_clock_that_is_set_back_takes_no_keys_away_and_stops_no_fetch_for_good() {
    let issuer = TestIssuer::start();
    let start = issuer.clock().now();
    let service = Service::at(issuer, |builder| builder);
    service.keys.prefetch().await.unwrap();
    let set_back_by = |span: i64| service.issuer.clock().set(UnixTime::from_secs(start.as_secs() - span));
    set_back_by(86_400);
    assert_eq!(service.verdict_now().await, "ok");
    assert_eq!(service.keys.health().age(), Some(Duration::ZERO));
    // A new key is found all the same.
    service.issuer.rotate();
    assert_eq!(service.verdict_now().await, "ok");
    // And from then on the keys age by the clock as it is.
    service.advance(600);
    assert_eq!(service.keys.health().state(), KeysState::Expired);
    assert_eq!(service.verdict_now().await, "ok");
    // Before 1970, and at the end of time.
    for time in [i64::MIN, -1, 0, i64::MAX] {
        service.issuer.clock().set(UnixTime::from_secs(time));
        let _ = (service.keys.held(), service.keys.health(), service.keys.snapshot());
    }
}
