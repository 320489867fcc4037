//! Key IDs that the issuer does not have: for how long it is not asked for them again.

use jwt_verify_testing::Fault;

use crate::setup::{Service, seconds, unpublished_key};

#[tokio::test]
async fn a_key_id_that_the_issuer_does_not_have_is_asked_for_again_after_half_a_minute_and_in_the_end_each_five()
 {
    let service = Service::with(|builder| builder.on_demand(100, seconds(1)).fresh_for(seconds(3_600)));
    service.keys.prefetch().await.unwrap();
    let ask = async |key_id| service.verdict(&service.token_naming(key_id)).await;
    assert_eq!(ask("absent").await, "key_not_found");
    let mut fetches = 2;
    for wait in [30, 60, 120, 240, 300, 300] {
        for _ in 1..wait {
            service.advance(1);
            assert_eq!(ask("absent").await, "key_not_found");
        }
        assert_eq!(service.fetches(), fetches, "{wait} s");
        service.advance(1);
        assert_eq!(ask("absent").await, "key_not_found");
        fetches += 1;
        assert_eq!(service.fetches(), fetches, "{wait} s");
    }
}

#[tokio::test]
async fn a_key_that_signs_before_it_is_published_is_accepted_half_a_minute_later() {
    let service = Service::ready().await;
    let late = unpublished_key();
    let token = service.issuer.token().key(&late).mint();
    assert_eq!(service.verdict(&token).await, "key_not_found");
    service.issuer.publish(&late);
    service.advance(29);
    assert_eq!(service.verdict(&token).await, "key_not_found");
    service.advance(1);
    assert_eq!(service.verdict(&token).await, "ok");
}

#[tokio::test]
async fn the_memory_of_absent_key_ids_ends_when_the_keys_change() {
    let service = Service::with(|builder| builder.on_demand(100, seconds(1)));
    service.keys.prefetch().await.unwrap();
    let late = unpublished_key();
    let token = service.issuer.token().key(&late).mint();
    assert_eq!(service.verdict(&token).await, "key_not_found");
    // Something else changes, and somebody else learns of it.
    service.issuer.rotate();
    assert_eq!(service.verdict_now().await, "ok");
    assert_eq!(service.fetches(), 3);
    service.issuer.publish(&late);
    assert_eq!(service.verdict(&token).await, "ok", "asked for again");
    assert_eq!(service.fetches(), 4);
}

#[tokio::test]
async fn a_key_id_is_not_remembered_as_absent_after_a_fetch_that_failed() {
    let service = Service::with(|builder| builder.on_demand(2, seconds(1)));
    service.keys.prefetch().await.unwrap();
    service.issuer.rotate();
    let token = service.issuer.token().mint();
    service.issuer.set_fault(Fault::Status(500));
    assert_eq!(service.verdict(&token).await, "key_not_found");
    service.issuer.heal();
    // The pause, which is up to a tenth longer than a second.
    service.advance(2);
    assert_eq!(service.verdict(&token).await, "ok");
}
