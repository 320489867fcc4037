//! Requests that are gone, fetches that panic or never end, runtimes that are shut down: nobody waits for ever, and no fetch is lost.

use core::{future::pending, time::Duration};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use jwt_verify_core::{Claims, Error, KeySource};
use jwt_verify_remote::{
    Fetch, FetchRequest, FetchResponse, KeysState, RemoteError, RemoteJwks, async_trait,
};
use jwt_verify_testing::TestIssuer;

use crate::setup::{CLIENT, Service, at_once, eventually, seconds, verifier};

#[tokio::test]
async fn a_fetch_goes_on_when_the_request_that_caused_it_is_gone() {
    let service = Service::start();
    let held = service.issuer.hold();
    let token = service.issuer.token().mint();
    let mut first = Box::pin(service.verdict(&token));
    assert_eq!(at_once(&mut first), None);
    drop(first);
    service.issuer.requests_arrived(1).await;
    held.release();
    eventually("the keys are there", || service.keys.is_ready());
    assert_eq!(at_once(service.verdict(&token)), Some("ok"));
    assert_eq!(service.fetches(), 1);
}

#[tokio::test]
async fn those_who_wait_get_the_result_when_the_one_who_asked_first_is_gone() {
    let service = Service::start();
    let held = service.issuer.hold();
    let token = service.issuer.token().mint();
    let mut waiting: Vec<_> = (0..100).map(|_| Box::pin(service.verdict(&token))).collect();
    for each in &mut waiting {
        assert_eq!(at_once(each), None);
    }
    // The first, the last, and every other one.
    let mut place = 0;
    waiting.retain(|_| {
        place += 1;
        place % 2 == 0 && place != 100
    });
    held.release();
    for each in waiting {
        assert_eq!(each.await, "ok");
    }
    assert_eq!(service.fetches(), 1);
}

#[test]
fn a_runtime_that_is_shut_down_during_a_fetch_does_not_lose_it_for_others() {
    let service = Service::start();
    let held = service.issuer.hold();
    let token = service.issuer.token().mint();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap();
    let (verifier, its_token) = (service.verifier.clone(), token.clone());
    drop(runtime.spawn(async move { verifier.verify::<Claims>(&its_token).await }));
    service.issuer.wait_for_requests(1);
    let mut other = Box::pin(service.verdict(&token));
    assert_eq!(at_once(&mut other), None);
    drop(runtime);
    held.release();
    assert_eq!(crate::setup::block_on(other), "ok");
    assert_eq!(service.fetches(), 1);
}

/// Does something else the first time.
#[derive(Debug)]
struct AtFirst {
    fetches: AtomicUsize,
    what: Misdeed,
}

#[derive(Debug)]
enum Misdeed {
    Panic,
    NeverReturn,
}

#[async_trait]
impl Fetch for AtFirst {
    async fn fetch(&self, request: FetchRequest<'_>) -> Result<FetchResponse, RemoteError> {
        if self.fetches.fetch_add(1, SeqCst) > 0 {
            return CLIENT.fetch(request).await;
        }
        match self.what {
            Misdeed::Panic => {
                // So that others come to wait.
                tokio::time::sleep(Duration::from_millis(100)).await;
                panic!("as the test wants it")
            }
            Misdeed::NeverReturn => pending().await,
        }
    }
}

/// A hundred wait for a fetch that comes to nothing.
async fn wait_in_vain(what: Misdeed, told: RemoteError) {
    let issuer = TestIssuer::start();
    let keys = RemoteJwks::builder(issuer.jwks_url())
        .clock(issuer.clock())
        .timeout(Duration::from_millis(300))
        .fetcher(AtFirst { fetches: AtomicUsize::new(0), what })
        .build()
        .unwrap();
    let verifier = verifier(&issuer, &keys);
    let token = issuer.token().mint();
    let mut waiting: Vec<_> = (0..100).map(|_| Box::pin(verifier.verify::<Claims>(&token))).collect();
    for each in &mut waiting {
        assert!(at_once(each).is_none());
    }
    for each in waiting {
        let outage = each.await.map(drop).unwrap_err();
        assert!(matches!(outage, Error::KeySource(_)), "{outage:?}");
        assert!(outage.retry_in().is_some_and(|pause| !pause.is_zero()), "{outage:?}");
    }
    assert_eq!(keys.health().last_error(), Some(&told));
    assert_eq!(keys.health().state(), KeysState::Empty);
    // And the next one works.
    issuer.clock().advance(seconds(2));
    let keys_are_back = verifier.verify::<Claims>(&issuer.token().mint()).await.map(drop);
    assert_eq!(keys_are_back, Ok(()));
    assert_eq!(keys.health().last_error(), None);
}

#[tokio::test]
async fn a_fetch_that_panics_wakes_everybody_and_the_next_one_works() {
    wait_in_vain(Misdeed::Panic, RemoteError::Aborted).await;
}

#[tokio::test]
async fn a_fetch_that_never_returns_is_ended_by_the_deadline_and_the_next_one_works() {
    wait_in_vain(Misdeed::NeverReturn, RemoteError::TimedOut { after: Duration::from_millis(300) }).await;
}

/// Panics where no future is there yet to be polled.
#[tokio::test]
async fn a_fetch_that_panics_each_time_takes_no_keys_away() {
    #[derive(Debug)]
    struct Once(AtomicUsize);

    #[async_trait]
    impl Fetch for Once {
        async fn fetch(&self, request: FetchRequest<'_>) -> Result<FetchResponse, RemoteError> {
            assert_eq!(self.0.fetch_add(1, SeqCst), 0, "as the test wants it");
            CLIENT.fetch(request).await
        }
    }

    let service = Service::with(|builder| builder.fetcher(Once(AtomicUsize::new(0))));
    service.keys.prefetch().await.unwrap();
    for minute in 0..70 {
        assert_eq!(service.verdict_now().await, "ok", "after {minute} minutes");
        service.advance(60);
    }
    assert_eq!(service.verdict_now().await, "keys_unavailable");
    assert_eq!(service.keys.health().last_error(), Some(&RemoteError::Aborted));
}

#[tokio::test]
async fn a_source_that_is_dropped_during_a_fetch_is_freed_when_the_fetch_ends() {
    /// Alive as long as the source is.
    #[derive(Debug)]
    struct Tracked(#[expect(dead_code, reason = "counts its owners")] Arc<()>);

    #[async_trait]
    impl Fetch for Tracked {
        async fn fetch(&self, request: FetchRequest<'_>) -> Result<FetchResponse, RemoteError> {
            CLIENT.fetch(request).await
        }
    }

    let alive = Arc::new(());
    let issuer = TestIssuer::start();
    let held = issuer.hold();
    let keys = RemoteJwks::builder(issuer.jwks_url()).fetcher(Tracked(Arc::clone(&alive))).build().unwrap();
    let mut waiting = Box::pin(keys.prefetch());
    assert!(at_once(&mut waiting).is_none());
    issuer.requests_arrived(1).await;
    drop(waiting);
    drop(keys);
    assert_eq!(Arc::strong_count(&alive), 2, "the fetch goes on");
    held.release();
    eventually("all is freed", || Arc::strong_count(&alive) == 1);
}

#[tokio::test]
async fn a_source_that_is_dropped_during_a_fetch_that_never_returns_is_freed_at_the_deadline() {
    let alive = Arc::new(());

    #[derive(Debug)]
    struct Never(#[expect(dead_code, reason = "counts its owners")] Arc<()>);

    #[async_trait]
    impl Fetch for Never {
        async fn fetch(&self, _request: FetchRequest<'_>) -> Result<FetchResponse, RemoteError> {
            pending().await
        }
    }

    let keys = RemoteJwks::builder("https://nobody.example/jwks")
        .timeout(Duration::from_millis(50))
        .fetcher(Never(Arc::clone(&alive)))
        .build()
        .unwrap();
    let mut waiting =
        Box::pin(keys.refresh(keys.held().keys().generation(), jwt_verify_core::RefreshReason::NoUsableKeys));
    assert!(at_once(&mut waiting).is_none());
    drop(waiting);
    drop(keys);
    eventually("all is freed", || Arc::strong_count(&alive) == 1);
}
