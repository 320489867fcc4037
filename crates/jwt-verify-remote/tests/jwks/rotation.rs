//! Keys that come, stay and go.

use jwt_verify_core::KeySource;
use jwt_verify_remote::KeysState;
use jwt_verify_testing::Fault;

use crate::setup::{Service, unpublished_key};

#[tokio::test]
async fn new_keys_have_another_generation_and_those_that_stay_keep_what_was_prepared() {
    let service = Service::ready().await;
    let before = (service.keys.held().keys().generation(), service.held_key("test-eddsa-1"));
    service.issuer.rotate();
    assert_eq!(service.verdict_now().await, "ok");
    assert_ne!(service.keys.held().keys().generation(), before.0);
    assert!(service.held_key("test-eddsa-1").shares_preparation_with(&before.1));
    assert!(!service.held_key("test-eddsa-2").shares_preparation_with(&before.1));
}

#[tokio::test]
async fn another_key_under_the_same_key_id_is_picked_up_and_the_one_before_is_refused() {
    let service = Service::ready().await;
    let before = service.issuer.token().mint();
    assert_eq!(service.verdict(&before).await, "ok");
    let held = service.held_key("test-eddsa-1");
    service.issuer.swap_key_keeping_its_key_id();
    assert_eq!(service.verdict_now().await, "ok");
    assert_eq!(service.fetches(), 2);
    assert!(!service.held_key("test-eddsa-1").shares_preparation_with(&held));
    assert_eq!(service.verdict(&before).await, "invalid_signature");
}

#[tokio::test]
async fn a_key_that_was_withdrawn_is_refused_after_the_next_refresh() {
    let service = Service::ready().await;
    let token = service.issuer.token().mint();
    service.issuer.rotate();
    service.issuer.withdraw("test-eddsa-1");
    assert_eq!(service.verdict(&token).await, "ok", "not known yet");
    assert_eq!(service.verdict_now().await, "ok");
    assert_eq!(service.verdict(&token).await, "key_not_found");
}

#[tokio::test]
async fn an_issuer_that_withdraws_its_last_key_is_believed_when_the_fresh_time_ends() {
    let service = Service::ready().await;
    service.issuer.clear_keys();
    service.advance(540);
    assert_eq!(service.verdict_now().await, "ok");
    service.settle();
    assert_eq!(service.keys.health().keys(), 1, "an empty set takes nothing away");
    assert_eq!(service.verdict_now().await, "ok");
    service.advance(60);
    assert_eq!(service.verdict_now().await, "keys_unavailable");
}

#[tokio::test]
async fn keys_that_the_issuer_has_withdrawn_do_not_come_back_when_it_gets_into_trouble() {
    let service = Service::ready().await;
    let token = service.issuer.token().expires_in(3_600).mint();
    service.issuer.set_fault(Fault::EmptySet);
    service.advance(600);
    assert_eq!(service.verdict(&token).await, "keys_unavailable");
    for fault in
        [Fault::Status(503), Fault::ResetConnection, Fault::HtmlWith200, Fault::NotFound, Fault::Status(500)]
    {
        service.issuer.set_fault(fault.clone());
        service.advance(60);
        assert_eq!(service.verdict(&token).await, "keys_unavailable", "{fault}");
        assert_eq!(service.keys.health().state(), KeysState::Expired, "{fault}");
    }
    // Confirmed, they are used again, and past their time too.
    service.issuer.heal();
    service.advance(60);
    assert_eq!(service.verdict(&token).await, "ok");
    service.issuer.set_fault(Fault::Status(503));
    service.advance(600);
    assert_eq!(service.verdict(&token).await, "ok");
    assert_eq!(service.keys.health().state(), KeysState::Stale);
}

#[tokio::test]
async fn one_failure_while_the_keys_are_new_does_not_let_withdrawn_keys_be_used_later() {
    let service = Service::ready().await;
    let withdrawn = service.issuer.token().expires_in(3_600).mint();
    // A token asks for a key in vain, long before the keys are due.
    service.issuer.set_fault(Fault::Status(503));
    let unknown = service.issuer.token().key(&unpublished_key()).mint();
    assert_eq!(service.verdict(&unknown).await, "key_not_found");
    // Then nobody asks until they are past their time. The issuer is well again, and has other keys.
    service.issuer.heal();
    service.issuer.rotate_without_overlap();
    service.advance(601);
    assert_eq!(service.keys.health().state(), KeysState::Expired);
    assert_eq!(service.verdict(&withdrawn).await, "key_not_found");
}
