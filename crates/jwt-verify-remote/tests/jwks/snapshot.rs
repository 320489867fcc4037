//! Keys that outlive the process.

use jwt_verify_core::{Clock, KeySource, UnixTime};
use jwt_verify_remote::{KeysState, RemoteError, RemoteJwks, RemoteJwksProblem, Snapshot, SnapshotError};
use jwt_verify_testing::{Fault, TestIssuer};

use crate::setup::{CLIENT, Service, at_once, seconds};

/// What the issuer publishes now, received so many seconds ago.
fn snapshot(issuer: &TestIssuer, age: i64) -> Snapshot {
    let fetched_at = UnixTime::from_secs(issuer.clock().now().as_secs() - age);
    Snapshot::new(issuer.jwks_url(), issuer.jwks_document(), fetched_at)
}

/// A service that starts with keys of that age.
fn seeded(age: i64) -> Service {
    let issuer = TestIssuer::start();
    let snapshot = snapshot(&issuer, age);
    Service::at(issuer, |builder| builder.seed(snapshot))
}

#[tokio::test]
async fn a_service_that_starts_while_its_issuer_is_away_verifies_with_the_keys_of_before() {
    let before = Service::ready().await;
    before.advance(100);
    let stored = before.keys.snapshot().unwrap().to_json();

    let read = Snapshot::from_json(&stored).unwrap();
    assert_eq!(read.source(), before.issuer.jwks_url());
    assert_eq!(read.document(), before.issuer.jwks_document());
    assert_eq!(read.fetched_at().as_secs(), before.issuer.clock().now().as_secs() - 100);
    assert_eq!(read.to_json(), stored);

    let after = Service::at(before.issuer, |builder| builder.seed(read));
    after.issuer.set_fault(Fault::ClosedPort);
    assert_eq!(after.keys.health().state(), KeysState::Stale);
    assert!(after.keys.is_ready());
    assert_eq!(after.fetches(), 0, "nothing is fetched before the first use");
    let token = after.issuer.token().mint();
    assert_eq!(at_once(after.verdict(&token)), Some("ok"), "without waiting");
    assert_eq!(after.fetches(), 1);
    after.settle();
    assert_eq!(after.verdict(&token).await, "ok");
    assert_eq!(after.keys.health().state(), KeysState::Stale);
}

#[tokio::test]
async fn imported_keys_are_never_fresh() {
    for age in [0, 1, 599, 600, 4_199, -1, -300] {
        let service = seeded(age);
        assert_eq!(service.keys.health().state(), KeysState::Stale, "{age}");
        assert_eq!(service.keys.health().next_refresh(), seconds(0), "{age}");
    }
}

#[tokio::test]
async fn imported_keys_are_replaced_by_the_first_answer() {
    let service = seeded(10);
    let withdrawn = service.issuer.token().mint();
    service.issuer.rotate_without_overlap();
    assert_eq!(service.verdict(&withdrawn).await, "ok", "while the first fetch is under way");
    service.settle();
    assert_eq!(service.keys.health().state(), KeysState::Fresh);
    assert_eq!(service.verdict(&withdrawn).await, "key_not_found");
    assert_eq!(service.verdict_now().await, "ok");
}

#[tokio::test]
async fn imported_keys_that_the_issuer_confirms_keep_their_generation() {
    let service = seeded(10);
    let generation = service.keys.held().keys().generation();
    service.settle();
    assert_eq!(service.keys.health().state(), KeysState::Fresh);
    assert_eq!(service.keys.held().keys().generation(), generation);
}

#[tokio::test]
async fn imported_keys_are_not_used_after_the_issuer_has_said_no() {
    let service = seeded(10);
    service.issuer.set_fault(Fault::NotFound);
    assert_eq!(service.verdict_now().await, "ok", "while the first fetch is under way");
    service.settle();
    assert_eq!(service.verdict_now().await, "keys_unavailable");
    assert_eq!(service.keys.health().state(), KeysState::Expired);
}

#[tokio::test]
async fn keys_that_are_too_old_to_be_used_are_imported_as_expired() {
    for (age, verdict) in
        [(4_199, "ok"), (4_200, "keys_unavailable"), (i64::from(u32::MAX), "keys_unavailable")]
    {
        let service = seeded(age);
        service.issuer.set_fault(Fault::ClosedPort);
        let state = if verdict == "ok" { KeysState::Stale } else { KeysState::Expired };
        assert_eq!(service.keys.health().state(), state, "{age}");
        assert_eq!(service.verdict_now().await, verdict, "{age}");
        assert_eq!(service.keys.is_ready(), verdict == "ok", "{age}");
        service.issuer.heal();
        service.settle();
        service.advance(2);
        service.verdict_now().await;
        service.settle();
        assert_eq!(service.keys.health().state(), KeysState::Fresh, "{age}");
    }
}

#[tokio::test]
async fn imported_keys_age_from_when_they_were_received() {
    let service = seeded(1_000);
    service.issuer.set_fault(Fault::ClosedPort);
    assert_eq!(service.keys.health().age(), Some(seconds(1_000)));
    service.advance(3_199);
    assert_eq!(service.verdict_now().await, "ok");
    service.settle();
    service.advance(1);
    assert_eq!(service.verdict_now().await, "keys_unavailable");
}

#[tokio::test]
async fn a_prefetch_does_not_take_imported_keys_for_fresh() {
    let service = seeded(0);
    service.keys.prefetch().await.unwrap();
    assert_eq!(service.fetches(), 1);
    assert_eq!(service.keys.health().state(), KeysState::Fresh);
    // And keeps them where the issuer is away.
    let service = seeded(0);
    service.issuer.set_fault(Fault::NotFound);
    let error = RemoteError::Status { status: 404, retry_after: None };
    assert_eq!(service.keys.prefetch().await, Err(error));
    assert_eq!(service.keys.health().keys(), 1);
}

#[tokio::test]
async fn an_export_of_imported_keys_does_not_make_them_younger() {
    let service = seeded(1_000);
    service.advance(50);
    let exported = service.keys.snapshot().unwrap();
    assert_eq!(exported.fetched_at().as_secs(), service.issuer.clock().now().as_secs() - 1_050);
    assert_eq!(exported.document(), service.issuer.jwks_document());
}

#[tokio::test]
async fn a_source_without_keys_exports_nothing() {
    let service = Service::start();
    assert!(service.keys.snapshot().is_none());
    service.issuer.set_fault(Fault::Status(500));
    assert_eq!(service.verdict_now().await, "keys_unavailable");
    assert!(service.keys.snapshot().is_none());
}

#[tokio::test]
async fn exports_of_the_same_keys_have_the_same_generation() {
    let service = Service::ready().await;
    let first = service.keys.snapshot().unwrap();
    service.advance(700);
    assert_eq!(service.verdict_now().await, "ok");
    let confirmed = service.keys.snapshot().unwrap();
    assert_eq!(confirmed.generation(), first.generation());
    assert_ne!(confirmed.fetched_at(), first.fetched_at());
    service.issuer.rotate();
    assert_eq!(service.verdict_now().await, "ok");
    let changed = service.keys.snapshot().unwrap();
    assert_ne!(changed.generation(), first.generation());
    assert_eq!(changed.document(), service.issuer.jwks_document());
    assert_eq!(Snapshot::from_json(&first.to_json()).unwrap().generation(), None);
}

#[test]
fn what_cannot_be_imported_is_refused_when_the_source_is_built() {
    let issuer = TestIssuer::start();
    let now = issuer.clock().now();
    let build_at = |source: &str, document: &str, fetched_at| {
        let seed = Snapshot::new(source, document, fetched_at);
        let builder = RemoteJwks::builder(issuer.jwks_url()).clock(issuer.clock()).fetcher(CLIENT.clone());
        let built = builder.seed(seed).build();
        built.map(drop).map_err(|error| error.problems().to_vec())
    };
    let build = |source: &str, document: &str| build_at(source, document, now);
    let refused = |error| Err(vec![RemoteJwksProblem::Seed(error)]);
    let (url, document) = (issuer.jwks_url(), issuer.jwks_document());
    assert_eq!(build(&url, &document), Ok(()));
    for other in ["https://other.example/jwks", "", issuer.name()] {
        assert_eq!(build(other, &document), refused(SnapshotError::OtherSource { found: other.into() }));
    }
    assert_eq!(build(&url, r#"{"keys":[]}"#), refused(SnapshotError::NoUsableKeys));
    let later = |seconds| now.saturating_add(core::time::Duration::from_secs(seconds));
    assert_eq!(build_at(&url, &document, later(300)), Ok(()));
    assert_eq!(build_at(&url, &document, later(301)), refused(SnapshotError::FromTheFuture));
    let no_set = jwt_verify_core::JwkSet::parse("<html>").unwrap_err();
    assert_eq!(build(&url, "<html>"), refused(SnapshotError::NotAJwkSet(no_set)));
}

#[test]
fn what_is_no_snapshot_is_refused_when_it_is_read() {
    let read = |json: &str| Snapshot::from_json(json).map(drop);
    let good = r#"{"version":1,"source":"https://id.example/jwks","fetched_at":0,"document":"{}"}"#;
    assert_eq!(read(good), Ok(()));
    for (json, error) in [
        ("", SnapshotError::NotASnapshot),
        ("{}", SnapshotError::NotASnapshot),
        ("<html>", SnapshotError::NotASnapshot),
        (r#"{"keys":[]}"#, SnapshotError::NotASnapshot),
        (&good.replace("\"fetched_at\":0", "\"fetched_at\":\"today\""), SnapshotError::NotASnapshot),
        (&good.replace("}", ",\"more\":1}"), SnapshotError::NotASnapshot),
        (&good.replace("\"version\":1", "\"version\":2"), SnapshotError::Version { found: 2 }),
    ] {
        assert_eq!(read(json), Err(error), "{json}");
    }
}

#[test]
fn without_a_wall_clock_nobody_knows_how_old_a_snapshot_is_and_it_is_not_used() {
    #[derive(Debug)]
    struct NoClock;

    impl Clock for NoClock {
        fn now(&self) -> Option<UnixTime> {
            None
        }
    }

    let issuer = TestIssuer::start();
    let keys = RemoteJwks::builder(issuer.jwks_url())
        .clock(NoClock)
        .fetcher(CLIENT.clone())
        .seed(snapshot(&issuer, 0))
        .build()
        .unwrap();
    assert_eq!(keys.health().state(), KeysState::Empty);
    assert_eq!(keys.prefetch_blocking(), Ok(()));
    assert!(keys.is_ready());
    assert!(keys.snapshot().is_none());
}

#[tokio::test]
async fn sources_that_differ_in_their_query_alone_do_not_take_each_others_keys() {
    let issuer = TestIssuer::start();
    let at = |policy: &str| {
        let url = format!("{}?policy={policy}", issuer.jwks_url());
        RemoteJwks::builder(url).clock(issuer.clock()).fetcher(CLIENT.clone())
    };
    let keys = at("sign-in").build().unwrap();
    keys.prefetch().await.unwrap();
    let snapshot = keys.snapshot().unwrap();
    assert!(at("sign-in").seed(snapshot.clone()).build().is_ok());
    // The query may hold a secret: it tells sources apart and is not shown.
    assert_eq!(snapshot.source(), format!("{}?policy=sign-in", issuer.jwks_url()));
    assert!(!format!("{snapshot:?}").contains("sign-in"));
    let error = at("reset").seed(snapshot).build().map(drop).unwrap_err();
    let other = SnapshotError::OtherSource { found: issuer.jwks_url() };
    assert_eq!(error.problems(), [RemoteJwksProblem::Seed(other)]);
}
