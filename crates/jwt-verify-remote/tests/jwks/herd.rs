//! Many at the same time: one fetch for all of them.

use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use jwt_verify_core::{Claims, Freshness, KeySource, Verifier};
use jwt_verify_remote::{Fetch, FetchRequest, FetchResponse, RemoteError, RemoteJwks, async_trait};
use jwt_verify_testing::{Hold, TestIssuer};
use tokio::sync::Semaphore;

use crate::setup::{CLIENT, Service, at_once, block_on, code, eventually, seconds, unpublished_key};

const HERD: usize = 1_000;

/// Verifies, and counts itself as arrived when it waits, or is done, for the first time.
fn verify(
    verifier: &Verifier,
    token: &str,
    arrived: &Arc<AtomicUsize>,
) -> impl Future<Output = &'static str> + Send + use<> {
    let (verifier, token) = (verifier.clone(), token.to_owned());
    Counted {
        verdict: Box::pin(async move { code(&verifier.verify::<Claims>(&token).await.map(drop)) }),
        arrived: Some(Arc::clone(arrived)),
    }
}

struct Counted {
    verdict: Pin<Box<dyn Future<Output = &'static str> + Send>>,
    arrived: Option<Arc<AtomicUsize>>,
}

impl Future for Counted {
    type Output = &'static str;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<&'static str> {
        let polled = self.verdict.as_mut().poll(context);
        if let Some(arrived) = self.arrived.take() {
            arrived.fetch_add(1, SeqCst);
        }
        polled
    }
}

/// Lets the answer go when all have arrived.
fn release_when_arrived(held: Hold, arrived: &AtomicUsize, count: usize) {
    eventually("all have arrived", || arrived.load(SeqCst) == count);
    held.release();
}

/// A herd verifies one token while the issuer's answer is held back; gives how many fetches that took.
async fn stampede(service: &Service, token: &str) -> usize {
    let before = service.fetches();
    let held = service.issuer.hold();
    let arrived = Arc::default();
    let herd: Vec<_> = (0..HERD).map(|_| tokio::spawn(verify(&service.verifier, token, &arrived))).collect();
    tokio::task::block_in_place(|| release_when_arrived(held, &arrived, HERD));
    for member in herd {
        assert_eq!(member.await.unwrap(), "ok");
    }
    assert_eq!(service.issuer.jwks_requests(), service.fetches());
    service.fetches() - before
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tasks_without_keys_wait_for_one_fetch() {
    let service = Service::start();
    assert_eq!(stampede(&service, &service.issuer.token().mint()).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tasks_at_expiry_wait_for_one_fetch() {
    let service = Service::ready().await;
    service.advance(600);
    assert_eq!(stampede(&service, &service.issuer.token().mint()).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tasks_with_one_new_key_wait_for_one_fetch() {
    let service = Service::ready().await;
    service.issuer.rotate();
    assert_eq!(stampede(&service, &service.issuer.token().mint()).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tasks_with_a_key_that_was_swapped_wait_for_one_fetch() {
    let service = Service::ready().await;
    service.issuer.swap_key_keeping_its_key_id();
    assert_eq!(stampede(&service, &service.issuer.token().mint()).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tasks_with_keys_that_are_due_do_not_wait_for_the_one_fetch() {
    let service = Service::ready().await;
    service.advance(540);
    let held = service.issuer.hold();
    let token = service.issuer.token().mint();
    let herd: Vec<_> =
        (0..HERD).map(|_| tokio::spawn(verify(&service.verifier, &token, &Arc::default()))).collect();
    for member in herd {
        assert_eq!(member.await.unwrap(), "ok", "while the answer is held back");
    }
    assert_eq!(service.fetches(), 2);
    held.release();
    service.settle();
    assert_eq!(service.issuer.jwks_requests(), 2);
}

/// Here nobody is held back: some come before the fetch, some during it, and some with what they saw before it after it.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_saw_the_keys_of_before_does_not_fetch_again() {
    let service = Service::with(|builder| builder.on_demand(1_000, seconds(30)));
    service.keys.prefetch().await.unwrap();
    for round in 0..20 {
        service.issuer.rotate_without_overlap();
        let token = service.issuer.token().mint();
        let herd: Vec<_> = (0..HERD / 10)
            .map(|_| tokio::spawn(verify(&service.verifier, &token, &Arc::default())))
            .collect();
        for member in herd {
            assert_eq!(member.await.unwrap(), "ok");
        }
        assert_eq!(service.fetches(), 2 + round);
    }
}

/// The keys that were seen are those of before the fetch, whatever happened since.
#[tokio::test]
async fn newer_keys_than_those_seen_are_given_without_a_fetch() {
    use jwt_verify_core::{RefreshReason, Refreshed};

    let service = Service::ready().await;
    let seen = service.keys.held().keys().generation();
    service.issuer.rotate();
    assert_eq!(service.verdict_now().await, "ok");
    assert_eq!(service.fetches(), 2);
    for why in [
        RefreshReason::KeyNotFound { key_id: Some("absent") },
        RefreshReason::KeyNotFound { key_id: None },
        RefreshReason::InvalidSignature,
        RefreshReason::NoUsableKeys,
    ] {
        let refreshed = service.keys.refresh(seen, why).await;
        let Ok(Refreshed::Newer(newer)) = refreshed else { panic!("{why:?}: {refreshed:?}") };
        assert_eq!(newer.generation(), service.keys.held().keys().generation(), "{why:?}");
    }
    assert_eq!(service.fetches(), 2);
}

#[test]
fn tasks_of_two_runtimes_and_threads_without_one_wait_for_one_fetch() {
    let service = Service::start();
    let token = service.issuer.token().mint();
    let held = service.issuer.hold();
    let arrived = Arc::default();
    let verify_one = || verify(&service.verifier, &token, &arrived);
    let run = |runtime: &tokio::runtime::Runtime| {
        let herd: Vec<_> = (0..100).map(|_| runtime.spawn(verify_one())).collect();
        for member in herd {
            assert_eq!(runtime.block_on(member).unwrap(), "ok");
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| run(&tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap()));
        scope.spawn(|| run(&tokio::runtime::Builder::new_current_thread().build().unwrap()));
        for _ in 0..20 {
            scope.spawn(|| assert_eq!(block_on(verify_one()), "ok"));
        }
        release_when_arrived(held, &arrived, 220);
    });
    assert_eq!(service.fetches(), 1);
    assert_eq!(service.issuer.jwks_requests(), 1);
}

#[test]
fn threads_that_prefetch_at_the_same_time_wait_for_one_fetch() {
    let service = Service::start();
    let held = service.issuer.hold();
    thread::scope(|scope| {
        let herd: Vec<_> = (0..20).map(|_| scope.spawn(|| service.keys.prefetch_blocking())).collect();
        service.issuer.wait_for_requests(1);
        held.release();
        for member in herd {
            assert_eq!(member.join().unwrap(), Ok(()));
        }
    });
    assert_eq!(service.fetches(), 1);
}

#[tokio::test]
async fn a_fetch_that_was_answered_before_the_rotation_is_followed_by_another() {
    /// Keeps what the issuer has answered until it may be told.
    #[derive(Debug)]
    struct Delayed {
        answered: Arc<AtomicUsize>,
        may_be_told: Arc<Semaphore>,
    }

    #[async_trait]
    impl Fetch for Delayed {
        async fn fetch(&self, request: FetchRequest<'_>) -> Result<FetchResponse, RemoteError> {
            let answer = CLIENT.fetch(request).await;
            self.answered.fetch_add(1, SeqCst);
            self.may_be_told.acquire().await.unwrap().forget();
            answer
        }
    }

    let (answered, may_be_told) = (Arc::default(), Arc::new(Semaphore::new(1)));
    let fetcher = Delayed { answered: Arc::clone(&answered), may_be_told: Arc::clone(&may_be_told) };
    let service = Service::with(|builder| builder.fetcher(fetcher));
    service.keys.prefetch().await.unwrap();
    let absent = service.issuer.token().key(&unpublished_key()).mint();
    let mut first = Box::pin(service.verdict(&absent));
    assert_eq!(at_once(&mut first), None);
    eventually("the issuer has answered", || answered.load(SeqCst) == 2);

    service.issuer.rotate();
    let token = service.issuer.token().mint();
    let mut second = Box::pin(service.verdict(&token));
    assert_eq!(at_once(&mut second), None);
    may_be_told.add_permits(2);
    assert_eq!((first.await, second.await), ("key_not_found", "ok"));
    assert_eq!(answered.load(SeqCst), 3);
}

/// What is looked at without a lock may be old by the time it is acted upon.
#[test]
fn threads_that_see_keys_due_at_the_same_time_start_one_fetch() {
    let issuer = TestIssuer::start();
    let fetches = Arc::new(AtomicUsize::new(0));
    let fetcher = AtOnce { document: issuer.jwks_document(), fetches: Arc::clone(&fetches) };
    let keys = RemoteJwks::builder(issuer.jwks_url()).clock(issuer.clock()).fetcher(fetcher).build().unwrap();
    keys.prefetch_blocking().unwrap();
    for round in 2..300 {
        issuer.clock().advance(seconds(601));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    while keys.held().freshness() != Freshness::Fresh {
                        std::hint::spin_loop();
                    }
                });
            }
        });
        assert_eq!(fetches.load(SeqCst), round);
    }
}

/// Answers without delay.
#[derive(Debug)]
struct AtOnce {
    document: String,
    fetches: Arc<AtomicUsize>,
}

#[async_trait]
impl Fetch for AtOnce {
    async fn fetch(&self, _request: FetchRequest<'_>) -> Result<FetchResponse, RemoteError> {
        self.fetches.fetch_add(1, SeqCst);
        Ok(FetchResponse::new(200, self.document.clone()))
    }
}
