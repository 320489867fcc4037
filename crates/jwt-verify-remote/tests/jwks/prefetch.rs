//! Keys that are fetched before the first token comes. Pauses and limits are by the system's clock here.

use core::time::Duration;

use jwt_verify_core::Claims;
use jwt_verify_remote::{KeysState, RemoteError};
use jwt_verify_testing::Fault;

use crate::setup::{Service, at_once, seconds};

#[tokio::test]
async fn a_prefetch_tries_again_until_the_issuer_is_back() {
    let service = Service::start();
    service.issuer.set_fault(Fault::Status(500));
    let mut prefetch = Box::pin(service.keys.prefetch());
    assert_eq!(at_once(&mut prefetch), None);
    service.settle();
    service.issuer.heal();
    assert_eq!(prefetch.await, Ok(()));
    assert_eq!(service.fetches(), 2);
    assert_eq!(at_once(service.verdict(&service.issuer.token().mint())), Some("ok"));
}

#[tokio::test]
async fn a_prefetch_gives_back_at_once_what_the_issuer_definitely_says() {
    for (fault, error) in [
        (Fault::NotFound, RemoteError::Status { status: 404, retry_after: None }),
        (Fault::EmptySet, RemoteError::NoUsableKeys { entries: 0 }),
        (Fault::OnlyUnusableKeys, RemoteError::NoUsableKeys { entries: 6 }),
        (Fault::RedirectToItself, RemoteError::Redirect { status: 302 }),
    ] {
        let service = Service::start();
        service.issuer.set_fault(fault);
        assert_eq!(service.keys.prefetch().await, Err(error));
        assert_eq!(service.fetches(), 1);
    }
}

#[tokio::test]
async fn a_prefetch_does_not_begin_a_pause_that_is_longer_than_its_limit() {
    let service = Service::start();
    service.issuer.set_fault(Fault::ServiceUnavailable { retry_after: 30 });
    let error = RemoteError::Status { status: 503, retry_after: Some(seconds(30)) };
    assert_eq!(service.keys.prefetch().await, Err(error));
    assert_eq!(service.fetches(), 1);
}

#[tokio::test]
async fn a_prefetch_ends_at_its_limit_and_the_fetch_goes_on() {
    let service = Service::start();
    let held = service.issuer.hold();
    let limit = Duration::from_millis(50);
    assert_eq!(service.keys.prefetch_within(limit).await, Err(RemoteError::TimedOut { after: limit }));
    held.release();
    service.settle();
    assert!(service.keys.is_ready());
    assert_eq!(service.fetches(), 1);
}

#[tokio::test]
async fn a_prefetch_joins_the_fetch_of_a_token_and_leaves_fresh_keys_alone() {
    let service = Service::start();
    let held = service.issuer.hold();
    let token = service.issuer.token().mint();
    let mut verdict = Box::pin(service.verdict(&token));
    let mut prefetch = Box::pin(service.keys.prefetch());
    assert_eq!((at_once(&mut verdict), at_once(&mut prefetch)), (None, None));
    held.release();
    assert_eq!((verdict.await, prefetch.await), ("ok", Ok(())));
    assert_eq!(at_once(service.keys.prefetch()), Some(Ok(())));
    assert_eq!(service.fetches(), 1);
    // Not fresh is enough.
    service.advance(600);
    assert_eq!(service.keys.health().state(), KeysState::Expired);
    assert_eq!(service.keys.prefetch().await, Ok(()));
    assert_eq!(service.fetches(), 2);
}

#[test]
fn a_program_without_a_runtime_prefetches_and_verifies() {
    let service = Service::start();
    assert_eq!(service.keys.prefetch_blocking(), Ok(()));
    assert!(service.keys.is_ready());
    assert!(service.verifier.verify_held::<Claims>(&service.issuer.token().mint()).is_ok());
    // Fresh keys are not fetched again.
    assert_eq!(service.keys.prefetch_blocking(), Ok(()));
    assert_eq!(service.fetches(), 1);
}

#[tokio::test]
async fn a_prefetch_that_blocks_a_runtime_of_one_thread_ends_all_the_same() {
    let service = Service::start();
    assert_eq!(service.keys.prefetch_blocking(), Ok(()));
    assert_eq!(service.verdict_now().await, "ok");
}
