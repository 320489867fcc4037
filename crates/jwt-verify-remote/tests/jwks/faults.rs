//! The fault table: every fault, at every age of the keys.

use jwt_verify_remote::KeysState;
use jwt_verify_testing::Fault;

use crate::setup::{Service, seconds};

/// Every fault, what it is to whoever fetches keys, and the code of the error that is told.
///
/// A fault that is not in here fails [`every_fault_is_in_the_table`].
const FAULTS: &[(Fault, Class, Option<&str>)] = &[
    // The right keys, whatever is strange about the rest.
    (Fault::WrongContentType, Class::Harmless, None),
    (Fault::ByteOrderMark, Class::Harmless, None),
    (Fault::OneBadKeyAmongGood, Class::Harmless, None),
    // A set in which no token can say which key it means.
    (Fault::DuplicateKeyIds, Class::Ambiguous, None),
    // No answer, or none of the issuer's own.
    (Fault::ClosedPort, Class::Trouble, Some("unreachable")),
    (Fault::ResetConnection, Class::Trouble, Some("unreachable")),
    (Fault::CloseConnection, Class::Trouble, Some("unreachable")),
    (Fault::NotHttp, Class::Trouble, Some("unreachable")),
    (Fault::TruncatedBody, Class::Trouble, Some("unreachable")),
    (Fault::HangBeforeHeaders, Class::Trouble, Some("timed_out")),
    (Fault::DripBody, Class::Trouble, Some("timed_out")),
    (Fault::HugeBody, Class::Trouble, Some("too_large")),
    (Fault::GzipBomb, Class::Trouble, Some("too_large")),
    (Fault::InvalidJson, Class::Trouble, Some("not_a_jwk_set")),
    (Fault::DeeplyNestedJson, Class::Trouble, Some("not_a_jwk_set")),
    (Fault::HtmlWith200, Class::Trouble, Some("not_a_jwk_set")),
    (Fault::Utf16, Class::Trouble, Some("not_a_jwk_set")),
    (Fault::TooManyKeys, Class::Trouble, Some("not_a_jwk_set")),
    // An answer that says "later".
    (Fault::Status(408), Class::Trouble, Some("status")),
    (Fault::Status(429), Class::Trouble, Some("status")),
    (Fault::Status(500), Class::Trouble, Some("status")),
    (Fault::Status(502), Class::Trouble, Some("status")),
    (Fault::Status(504), Class::Trouble, Some("status")),
    (Fault::ServiceUnavailable { retry_after: 120 }, Class::Trouble, Some("status")),
    // An answer that says "no".
    (Fault::NotFound, Class::Definite, Some("status")),
    (Fault::Status(204), Class::Definite, Some("status")),
    (Fault::Status(400), Class::Definite, Some("status")),
    (Fault::Status(401), Class::Definite, Some("status")),
    (Fault::Status(403), Class::Definite, Some("status")),
    (Fault::Status(410), Class::Definite, Some("status")),
    (Fault::RedirectToItself, Class::Definite, Some("redirect")),
    (Fault::RedirectToOtherOrigin, Class::Definite, Some("redirect")),
    (Fault::RedirectLoop, Class::Definite, Some("redirect")),
    (Fault::EmptySet, Class::Definite, Some("no_usable_keys")),
    (Fault::OnlyUnusableKeys, Class::Definite, Some("no_usable_keys")),
];

/// What a fault is to whoever fetches keys.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Class {
    /// No fault.
    Harmless,
    /// No fault of the fetch; but no token can be verified with what it brings.
    Ambiguous,
    /// Keys past their time are used on.
    Trouble,
    /// Keys past their time are not.
    Definite,
}

/// What is expected of each class, in the order of [`Class`].
type Expected = [Row; 4];

/// The verdict on a token; after the fetch that was caused, if any, the state of the keys and the verdict on the same token again;
/// and how many fetches the first one caused.
type Row = (&'static str, KeysState, &'static str, usize);

/// How things are when the fault begins, and which token comes then.
struct Situation {
    /// The age of the keys at which the token comes, in seconds. `None`: there are no keys.
    age: Option<u64>,
    /// At that age less this, the issuer answered with status 500.
    failure_before: Option<u64>,
    /// At that age less this, a token of a known key came, and met the fault already.
    use_before: Option<u64>,
    /// Whether the token's key is a new one, which the issuer publishes.
    is_rotated: bool,
}

/// Fresh keys, and a token of one of them.
const FRESH: Situation =
    Situation { age: Some(0), failure_before: None, use_before: None, is_rotated: false };

#[test]
fn every_fault_is_in_the_table() {
    for fault in Fault::all() {
        let rows = FAULTS.iter().filter(|(classified, ..)| *classified == fault).count();
        assert_eq!(rows, 1, "{fault}");
    }
}

#[tokio::test]
async fn without_keys_every_failure_is_an_outage() {
    let expected = [
        ("ok", KeysState::Fresh, "ok", 1),
        ("key_not_found", KeysState::Fresh, "key_not_found", 1),
        ("keys_unavailable", KeysState::Empty, "keys_unavailable", 1),
        ("keys_unavailable", KeysState::Empty, "keys_unavailable", 1),
    ];
    check(Situation { age: None, ..FRESH }, expected).await;
}

#[tokio::test]
async fn fresh_keys_are_used_without_a_fetch_whatever_the_fault() {
    check(FRESH, [("ok", KeysState::Fresh, "ok", 0); 4]).await;
}

#[tokio::test]
async fn a_token_of_a_new_key_is_refused_while_the_issuer_fails() {
    let expected = [
        ("ok", KeysState::Fresh, "ok", 1),
        ("key_not_found", KeysState::Fresh, "key_not_found", 1),
        ("key_not_found", KeysState::Fresh, "key_not_found", 1),
        ("key_not_found", KeysState::Fresh, "key_not_found", 1),
    ];
    check(Situation { is_rotated: true, ..FRESH }, expected).await;
}

#[tokio::test]
async fn keys_due_for_a_refresh_are_used_whatever_the_fault() {
    let expected = [
        ("ok", KeysState::Fresh, "ok", 1),
        // New keys are taken as they come.
        ("ok", KeysState::Fresh, "key_not_found", 1),
        ("ok", KeysState::Fresh, "ok", 1),
        ("ok", KeysState::Fresh, "ok", 1),
    ];
    check(Situation { age: Some(540), ..FRESH }, expected).await;
}

#[tokio::test]
async fn keys_that_could_not_be_refreshed_in_time_are_used_past_it_unless_the_issuer_said_no() {
    let expected = [
        // Refreshed in time.
        ("ok", KeysState::Fresh, "ok", 0),
        ("key_not_found", KeysState::Fresh, "key_not_found", 1),
        ("ok", KeysState::Stale, "ok", 1),
        ("keys_unavailable", KeysState::Expired, "keys_unavailable", 1),
    ];
    check(Situation { age: Some(640), use_before: Some(100), ..FRESH }, expected).await;
}

#[tokio::test]
async fn keys_that_nobody_used_in_time_are_used_past_it_once_the_issuer_was_asked_unless_it_says_no() {
    let expected = [
        ("ok", KeysState::Fresh, "ok", 1),
        ("key_not_found", KeysState::Fresh, "key_not_found", 1),
        ("ok", KeysState::Stale, "ok", 1),
        ("keys_unavailable", KeysState::Expired, "keys_unavailable", 1),
    ];
    for age in [600, 601, 4_199] {
        check(Situation { age: Some(age), ..FRESH }, expected).await;
    }
}

#[tokio::test]
async fn stale_keys_are_used_until_the_issuer_says_no() {
    let expected = [
        ("ok", KeysState::Fresh, "ok", 1),
        ("ok", KeysState::Fresh, "key_not_found", 1),
        ("ok", KeysState::Stale, "ok", 1),
        // It says so while the token is verified already.
        ("ok", KeysState::Expired, "keys_unavailable", 1),
    ];
    check(Situation { age: Some(1_800), failure_before: Some(1_000), ..FRESH }, expected).await;
}

#[tokio::test]
async fn keys_beyond_the_stale_hour_are_not_used_whatever_the_fault() {
    let expected = [
        ("ok", KeysState::Fresh, "ok", 1),
        ("key_not_found", KeysState::Fresh, "key_not_found", 1),
        ("keys_unavailable", KeysState::Expired, "keys_unavailable", 1),
        ("keys_unavailable", KeysState::Expired, "keys_unavailable", 1),
    ];
    check(Situation { age: Some(4_200), ..FRESH }, expected).await;
    check(Situation { age: Some(4_200), failure_before: Some(1_000), ..FRESH }, expected).await;
}

async fn check(situation: Situation, [harmless, ambiguous, trouble, definite]: Expected) {
    for (fault, class, error) in FAULTS {
        let (verdict, state, again, fetches) = match class {
            Class::Harmless => harmless,
            Class::Ambiguous => ambiguous,
            Class::Trouble => trouble,
            Class::Definite => definite,
        };
        let context = format!("{fault}, age {:?}", situation.age);

        let service = Service::with(|builder| match fault {
            Fault::HangBeforeHeaders | Fault::DripBody => {
                builder.timeout(core::time::Duration::from_millis(300))
            }
            _ => builder,
        });
        prepare(&service, &situation, fault).await;
        let before = (service.fetches(), service.issuer.requests());

        let token = service.issuer.token().mint();
        assert_eq!(service.verdict(&token).await, verdict, "the verdict, {context}");
        assert_eq!(service.fetches() - before.0, fetches, "fetches, {context}");
        service.settle();
        // No redirect is followed, and nothing is tried twice.
        let requests = if *fault == Fault::ClosedPort { 0 } else { fetches };
        assert_eq!(service.issuer.requests() - before.1, requests, "requests, {context}");

        let health = service.keys.health();
        assert_eq!(health.state(), state, "the state, {context}");
        assert_eq!(health.is_ready(), state.is_ready(), "readiness, {context}");
        let told = health.last_error().map(jwt_verify_remote::RemoteError::code);
        assert_eq!(told, error.filter(|_| fetches > 0), "the last error, {context}");
        assert_eq!(service.verdict(&token).await, again, "the verdict on the same token again, {context}");
    }
}

/// Brings a service into the situation; the fault has begun.
async fn prepare(service: &Service, situation: &Situation, fault: &Fault) {
    let Some(age) = situation.age else {
        return service.issuer.set_fault(fault.clone());
    };
    service.keys.prefetch().await.unwrap();
    let passes = |span| service.issuer.clock().advance(seconds(span));
    if let Some(before) = situation.failure_before {
        passes(age - before);
        service.issuer.set_fault(Fault::Status(500));
        assert_eq!(service.verdict_now().await, "ok");
        assert_eq!(service.keys.health().state(), KeysState::Stale);
        passes(before);
    } else if let Some(before) = situation.use_before {
        passes(age - before);
        service.issuer.set_fault(fault.clone());
        assert_eq!(service.verdict_now().await, "ok");
        service.settle();
        passes(before);
    } else {
        passes(age);
    }
    if situation.is_rotated {
        service.issuer.rotate();
    }
    service.issuer.set_fault(fault.clone());
}
