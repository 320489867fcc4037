//! What an answer says about itself: how long it is fresh, and whether anything is new in it.

use jwt_verify_core::KeySource;
use jwt_verify_remote::{KeysState, RemoteError};
use jwt_verify_testing::Fault;

use crate::setup::{Service, seconds};

#[tokio::test]
async fn cache_control_decides_within_one_minute_and_one_hour() {
    for (cache_control, fresh_for) in [
        (None, 600),
        (Some("public"), 600),
        (Some("max-age=60"), 60),
        (Some("max-age=900, stale-while-revalidate=30"), 900),
        (Some("max-age=3600"), 3_600),
        // Too short.
        (Some("max-age=0"), 60),
        (Some("max-age=59"), 60),
        (Some("no-store"), 60),
        (Some("no-cache, no-store, max-age=0, must-revalidate"), 60),
        // Too long.
        (Some("max-age=3601"), 3_600),
        (Some("public, max-age=31536000, immutable"), 3_600),
        (Some("max-age=99999999999999999999999999"), 3_600),
        // No number: to be taken for stale.
        (Some("max-age=banana"), 60),
        (Some("max-age=-1"), 60),
        (Some("max-age="), 60),
        // Something else.
        (Some("?!"), 600),
    ] {
        let context = format!("{cache_control:?}");
        let service = Service::start();
        service.issuer.set_cache_control(cache_control);
        service.keys.prefetch().await.unwrap();
        let due_in = service.keys.health().next_refresh();
        assert!(due_in >= seconds(fresh_for) * 72 / 100, "{context}: {due_in:?}");
        assert!(due_in <= seconds(fresh_for) * 88 / 100, "{context}: {due_in:?}");
        service.advance(fresh_for - 1);
        assert_eq!(service.keys.health().state(), KeysState::Fresh, "{context}");
        assert_eq!(service.fetches(), 1, "{context}");
        service.advance(1);
        assert_eq!(service.keys.health().state(), KeysState::Expired, "{context}");
        // Not every request is a fetch.
        for _ in 0..10 {
            assert_eq!(service.verdict_now().await, "ok", "{context}");
        }
        assert_eq!(service.fetches(), 2, "{context}");
    }
}

#[tokio::test]
async fn the_time_that_an_answer_has_spent_in_a_cache_is_taken_off() {
    let service = Service::start();
    service.issuer.set_cache_control(Some("max-age=600"));
    service.issuer.set_header("age", Some("500"));
    service.keys.prefetch().await.unwrap();
    service.advance(99);
    assert_eq!(service.keys.health().state(), KeysState::Fresh);
    service.advance(1);
    assert_eq!(service.keys.health().state(), KeysState::Expired);
}

#[tokio::test]
async fn an_issuer_that_has_nothing_new_confirms_the_keys_and_their_generation_stays() {
    for sends_etag in [true, false] {
        let service = Service::start();
        service.issuer.set_etag(sends_etag);
        service.keys.prefetch().await.unwrap();
        let before = (service.keys.held().keys().generation(), service.held_key("test-eddsa-1"));
        for round in 1..=3 {
            service.advance(700);
            assert_eq!(service.keys.health().state(), KeysState::Expired);
            assert_eq!(service.verdict_now().await, "ok");
            assert_eq!(service.keys.health().state(), KeysState::Fresh);
            assert_eq!(service.fetches(), 1 + round);
            assert_eq!(service.issuer.not_modified_responses(), if sends_etag { round } else { 0 });
        }
        assert_eq!(service.keys.held().keys().generation(), before.0);
        assert!(service.held_key("test-eddsa-1").shares_preparation_with(&before.1));
    }
}

#[tokio::test]
async fn an_entity_tag_goes_with_the_keys_that_it_came_with() {
    let service = Service::start();
    service.issuer.set_etag(true);
    service.keys.prefetch().await.unwrap();
    assert_eq!(service.issuer.last_request().unwrap().header("if-none-match"), None);
    service.issuer.rotate();
    service.advance(700);
    assert_eq!(service.verdict_now().await, "ok");
    let first_tag = service.issuer.last_request().unwrap().header("if-none-match").map(str::to_owned);
    assert!(first_tag.is_some());
    assert_eq!(service.issuer.not_modified_responses(), 0, "the content is another");
    service.advance(700);
    assert_eq!(service.verdict_now().await, "ok");
    assert_ne!(service.issuer.last_request().unwrap().header("if-none-match"), first_tag.as_deref());
    assert_eq!(service.issuer.not_modified_responses(), 1);
    // And it is gone when the issuer sends none.
    service.issuer.set_etag(false);
    service.advance(700);
    assert_eq!(service.verdict_now().await, "ok");
    service.advance(700);
    assert_eq!(service.verdict_now().await, "ok");
    assert_eq!(service.issuer.last_request().unwrap().header("if-none-match"), None);
}

#[tokio::test]
async fn a_status_304_without_a_question_for_changes_is_no_answer() {
    let service = Service::start();
    service.issuer.set_fault(Fault::Status(304));
    assert_eq!(service.verdict_now().await, "keys_unavailable");
    let error = RemoteError::Status { status: 304, retry_after: None };
    assert_eq!(service.keys.health().last_error(), Some(&error));
}
