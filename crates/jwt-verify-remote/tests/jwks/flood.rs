//! Tokens that name keys which the issuer does not have: how many fetches they cause, and what they cannot prevent.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use jwt_verify_core::{Claims, Error, KeyNotFound, KeySourceError};
use jwt_verify_testing::{Fault, Tamper};

use crate::setup::{Service, at_once, code, seconds, unpublished_key};

/// So many tokens with key IDs that were never seen before, eight at a time: how often which verdict.
pub(crate) async fn flood(service: &Service, count: usize) -> BTreeMap<&'static str, usize> {
    static INVENTED: AtomicUsize = AtomicUsize::new(0);

    let tokens: Vec<_> = (0..count)
        .map(|_| service.token_naming(&format!("invented-{}", INVENTED.fetch_add(1, SeqCst))))
        .collect();
    verify_all(service, tokens).await
}

async fn verify_all(service: &Service, tokens: Vec<String>) -> BTreeMap<&'static str, usize> {
    let tokens = Arc::new(tokens);
    let next = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (tokens, next, verifier) = (Arc::clone(&tokens), Arc::clone(&next), service.verifier.clone());
            tokio::spawn(async move {
                let mut verdicts = Vec::new();
                while let Some(token) = tokens.get(next.fetch_add(1, SeqCst)) {
                    verdicts.push(code(&verifier.verify::<Claims>(token).await.map(drop)));
                }
                verdicts
            })
        })
        .collect();
    let mut counted = BTreeMap::new();
    for task in tasks {
        for verdict in task.await.unwrap() {
            *counted.entry(verdict).or_default() += 1;
        }
    }
    counted
}

/// Faults as they meet a flood, and how many fetches it may cause at once.
const ISSUERS: [(Option<Fault>, usize); 6] = [
    (None, 2),
    // What has failed is given back, and not tried again before another 30 seconds have passed.
    (Some(Fault::Status(500)), 1),
    (Some(Fault::NotFound), 1),
    (Some(Fault::ServiceUnavailable { retry_after: 20 }), 1),
    (Some(Fault::ClosedPort), 1),
    (Some(Fault::HangBeforeHeaders), 1),
];

async fn ready_to_fail_fast() -> Service {
    let service = Service::with(|builder| builder.timeout(Duration::from_millis(300)));
    service.keys.prefetch().await.unwrap();
    service
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_invented_key_ids_cause_no_more_fetches_than_the_bucket_holds() {
    for (fault, burst) in ISSUERS {
        let service = ready_to_fail_fast().await;
        if let Some(fault) = &fault {
            service.issuer.set_fault(fault.clone());
        }
        let verdicts = flood(&service, 10_000).await;
        assert_eq!(verdicts, BTreeMap::from([("key_not_found", 10_000)]), "{fault:?}");
        assert_eq!(service.fetches(), 1 + burst, "{fault:?}");
        assert_eq!(service.verdict_now().await, "ok", "a genuine token, {fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_that_goes_on_causes_one_fetch_each_thirty_seconds() {
    for (fault, burst) in ISSUERS {
        let service = ready_to_fail_fast().await;
        if let Some(fault) = &fault {
            service.issuer.set_fault(fault.clone());
        }
        flood(&service, 100).await;
        // Before the keys are due by themselves, which is after 432 seconds at the earliest.
        for refill in 1..=12 {
            service.advance(29);
            flood(&service, 100).await;
            let before = service.fetches();
            service.advance(1);
            flood(&service, 100).await;
            if fault.is_none() {
                assert_eq!((before, service.fetches()), (burst + refill, 1 + burst + refill));
            } else {
                // After one failure there is a second attempt soon, then one per refill: never more than the bucket's.
                assert!(
                    (1 + refill..=3 + refill).contains(&service.fetches()),
                    "{fault:?}: {}",
                    service.fetches()
                );
            }
        }
    }
}

#[tokio::test]
async fn a_failing_issuer_gets_no_more_fetches_than_a_healthy_one() {
    for (fault, at_least) in [(None, 12), (Some(Fault::Status(500)), 10), (Some(Fault::NotFound), 10)] {
        let service = Service::with(|builder| builder.fresh_for(seconds(3_600)));
        service.keys.prefetch().await.unwrap();
        if let Some(fault) = &fault {
            service.issuer.set_fault(fault.clone());
        }
        for second in 0..=300 {
            let token = service.token_naming(&format!("invented-{second}"));
            assert_eq!(service.verdict(&token).await, "key_not_found");
            service.advance(1);
        }
        let fetches = service.fetches() - 1;
        // The bucket's two, and ten more.
        assert!((at_least..=12).contains(&fetches), "{fault:?}: {fetches}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_keys_a_flood_causes_one_fetch_per_pause_and_every_answer_is_an_outage() {
    let service = Service::start();
    service.issuer.set_fault(Fault::Status(500));
    let outages = |count| BTreeMap::from([("keys_unavailable", count)]);
    assert_eq!(flood(&service, 1_000).await, outages(1_000));
    assert_eq!(service.fetches(), 1);
    service.advance(2);
    assert_eq!(flood(&service, 1_000).await, outages(1_000));
    assert_eq!(service.fetches(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rotation_during_a_flood_is_picked_up_within_one_refill() {
    for fault in [None, Some(Fault::Status(500)), Some(Fault::ClosedPort)] {
        let service = Service::ready().await;
        if let Some(fault) = &fault {
            service.issuer.set_fault(fault.clone());
        }
        flood(&service, 10_000).await;
        service.issuer.heal();
        let (old, _) = (service.issuer.token().mint(), service.issuer.rotate());
        assert_eq!(service.verdict_now().await, "key_not_found", "no fetch is left for it, {fault:?}");
        service.advance(30);
        flood(&service, 1_000).await;
        assert_eq!(service.verdict_now().await, "ok", "the flood itself has fetched the new key, {fault:?}");
        assert_eq!(service.verdict(&old).await, "ok", "{fault:?}");
    }
}

#[tokio::test]
async fn a_token_for_which_no_fetch_is_left_is_refused_without_waiting() {
    let service = Service::ready().await;
    flood(&service, 100).await;
    let token = service.token_naming("one-more");
    let refused = Err(Error::KeyNotFound(KeyNotFound::UnknownKeyId { key_id: "one-more".into() }));
    assert_eq!(
        at_once(service.verifier.verify::<Claims>(&token)).map(|verdict| verdict.map(drop)),
        Some(refused)
    );
    assert_eq!(service.fetches(), 3);
}

#[tokio::test]
async fn a_fetch_in_flight_is_joined_even_if_none_is_left() {
    let service = Service::with(|builder| builder.on_demand(1, seconds(30)));
    service.keys.prefetch().await.unwrap();
    let held = service.issuer.hold();
    let (first, second) = (service.token_naming("first"), {
        service.issuer.rotate();
        service.issuer.token().mint()
    });
    let mut first = Box::pin(service.verdict(&first));
    let mut second = Box::pin(service.verdict(&second));
    assert_eq!(at_once(&mut first), None, "it has the only fetch");
    assert_eq!(at_once(&mut second), None, "it waits with it");
    held.release();
    assert_eq!((first.await, second.await), ("key_not_found", "ok"));
    assert_eq!(service.fetches(), 2);
}

#[tokio::test]
async fn time_in_which_no_token_comes_saves_up_no_more_than_the_bucket_holds() {
    let service = Service::ready().await;
    flood(&service, 10).await;
    assert_eq!(service.fetches(), 3);
    // Not so long that the keys are due.
    service.advance(400);
    flood(&service, 100).await;
    assert_eq!(service.fetches(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_signatures_under_a_known_key_id_cause_no_more_fetches_than_the_bucket_holds() {
    let service = Service::ready().await;
    let forged: Vec<_> = (0..1_000)
        .map(|n| service.issuer.token().subject(format!("user-{n}")).tamper(Tamper::FlipSignatureBit).mint())
        .collect();
    let refused = BTreeMap::from([("invalid_signature", 1_000)]);
    assert_eq!(verify_all(&service, forged.clone()).await, refused);
    assert_eq!(service.fetches(), 3);
    service.advance(30);
    assert_eq!(verify_all(&service, forged).await, refused);
    assert_eq!(service.fetches(), 4);
}

#[tokio::test]
async fn tokens_that_no_key_could_make_valid_cause_no_fetch() {
    let service = Service::ready().await;
    let token = || service.issuer.token().key(&unpublished_key());
    for (token, verdict) in [
        (token().expires_in(-3_600).mint(), "expired"),
        (token().claim("iss", "https://other.example").mint(), "invalid_issuer"),
        (token().header("alg", "none").without_signature().mint(), "algorithm_not_allowed"),
        (token().header("alg", "RS256").mint(), "algorithm_not_allowed"),
        (token().tamper(Tamper::ShortenSignature).mint(), "invalid_signature"),
    ] {
        assert_eq!(service.verdict(&token).await, verdict);
    }
    assert_eq!(service.fetches(), 1);
}

#[tokio::test]
async fn a_fetch_that_failed_is_given_back_to_the_tokens() {
    let service = Service::ready().await;
    // The bucket's two.
    flood(&service, 10).await;
    assert_eq!(service.fetches(), 3);
    // One more, which fails.
    service.advance(30);
    service.issuer.set_fault(Fault::Status(500));
    flood(&service, 10).await;
    assert_eq!(service.fetches(), 4);
    // Not at once again, although there is one.
    service.issuer.heal();
    flood(&service, 10).await;
    assert_eq!(service.fetches(), 4);
    service.advance(2);
    flood(&service, 10).await;
    assert_eq!(service.fetches(), 5);
    // And the next when its time has come.
    service.advance(27);
    flood(&service, 10).await;
    assert_eq!(service.fetches(), 5);
    service.advance(1);
    flood(&service, 10).await;
    assert_eq!(service.fetches(), 6);
}

#[tokio::test]
async fn a_verifier_that_never_waits_is_served_by_the_fetches_that_it_starts() {
    let service = Service::start();
    let token = service.issuer.token().mint();
    let outage = Error::KeySource(KeySourceError::NoUsableKeys);
    assert_eq!(service.verifier.verify_held::<Claims>(&token).map(drop), Err(outage));
    service.settle();
    assert_eq!(service.verifier.verify_held::<Claims>(&token).map(drop), Ok(()));
    service.advance(540);
    service.issuer.rotate();
    let token = service.issuer.token().mint();
    let refused = Error::KeyNotFound(KeyNotFound::UnknownKeyId { key_id: "test-eddsa-2".into() });
    assert_eq!(service.verifier.verify_held::<Claims>(&token).map(drop), Err(refused));
    service.settle();
    assert_eq!(service.verifier.verify_held::<Claims>(&token).map(drop), Ok(()));
    assert_eq!(service.fetches(), 2);
}
