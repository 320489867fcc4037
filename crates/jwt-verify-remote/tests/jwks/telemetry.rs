//! What is told through `tracing` and `metrics`, and that no secret is in it.
//!
//! Both have one receiver in a process, and fetches tell from a thread of their own: each is put in place by one test.

use core::fmt::{self, Write as _};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use jwt_verify_core::KeySource;
use jwt_verify_remote::{HttpClient, RemoteJwks};
use jwt_verify_testing::{Fault, Tamper};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use crate::setup::{Service, unpublished_key};

#[tokio::test]
async fn metrics_count_fetches_changes_and_what_tokens_asked_for() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    recorder.install().unwrap();

    let service = Service::start();
    service.issuer.set_etag(true);
    // No keys yet: `no_usable_keys`, `newer`.
    assert_eq!(service.verdict_now().await, "ok");
    // A new key: `key_not_found`, `newer`.
    service.issuer.rotate();
    assert_eq!(service.verdict_now().await, "ok");
    // None: `unchanged`, and the issuer has nothing new.
    let absent = service.issuer.token().key(&unpublished_key()).mint();
    assert_eq!(service.verdict(&absent).await, "key_not_found");
    // No fetch is left: `invalid_signature`, `limited`.
    let forged = service.issuer.token().tamper(Tamper::FlipSignatureBit).mint();
    assert_eq!(service.verdict(&forged).await, "invalid_signature");
    // An outage.
    service.issuer.set_fault(Fault::NotFound);
    service.advance(86_400);
    assert_eq!(service.verdict_now().await, "keys_unavailable");

    service.settle();

    let source = service.issuer.jwks_url();
    let mut told = BTreeMap::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let (_, key) = key.into_parts();
        let (of_this, labels): (Vec<_>, Vec<_>) = key.labels().partition(|label| label.key() == "source");
        if of_this.iter().all(|label| label.value() != source) {
            continue;
        }
        let labels: Vec<_> =
            labels.iter().map(|label| format!("{}={}", label.key(), label.value())).collect();
        let value = match value {
            DebugValue::Counter(count) => count.to_string(),
            DebugValue::Gauge(value) => format!("is {value}"),
            DebugValue::Histogram(values) => format!("{} values", values.len()),
        };
        told.insert(format!("{} {}", key.name(), labels.join(" ")), value);
    }
    let expected = [
        ("jwt_verify_jwks_changes_total ", "2"),
        ("jwt_verify_jwks_fetch_duration_seconds ", "4 values"),
        ("jwt_verify_jwks_fetches_total outcome=fetched", "2"),
        ("jwt_verify_jwks_fetches_total outcome=not_modified", "1"),
        ("jwt_verify_jwks_fetches_total outcome=status", "1"),
        ("jwt_verify_jwks_keys ", "is 2"),
        ("jwt_verify_jwks_refreshes_total reason=invalid_signature answer=limited", "1"),
        ("jwt_verify_jwks_refreshes_total reason=key_not_found answer=newer", "1"),
        ("jwt_verify_jwks_refreshes_total reason=key_not_found answer=unchanged", "1"),
        ("jwt_verify_jwks_refreshes_total reason=no_usable_keys answer=newer", "1"),
        ("jwt_verify_jwks_refreshes_total reason=no_usable_keys answer=unavailable", "1"),
    ];
    let told: Vec<_> = told.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(told, expected);
}

#[tokio::test]
async fn neither_header_values_nor_tokens_are_told() {
    let events = Events::default();
    tracing::subscriber::set_global_default(events.clone()).unwrap();

    let client = HttpClient::builder()
        .header("authorization", "Basic s3cret")
        .header("x-api-key", "k3y-of-ours")
        .build()
        .unwrap();
    let service = Service::with(|builder| builder.fetcher(client));
    // Who hears of something may ask, also on the thread that fetches.
    events.0.lock().unwrap().asks = Some(service.keys.clone());
    let mut tokens = Vec::new();
    let mut shown = String::new();
    for fault in Fault::all() {
        if matches!(fault, Fault::HangBeforeHeaders | Fault::DripBody) {
            continue;
        }
        service.issuer.set_fault(fault);
        service.advance(100_000);
        for token in [
            service.issuer.token().mint(),
            service.issuer.token().key(&unpublished_key()).mint(),
            service.issuer.token().tamper(Tamper::FlipSignatureBit).mint(),
        ] {
            if let Err(error) = service.verifier.verify::<jwt_verify_core::Claims>(&token).await {
                writeln!(shown, "{error} {error:?}").unwrap();
            }
            tokens.push(token);
        }
        let health = service.keys.health();
        writeln!(shown, "{health} {health:?} {:?} {:?}", service.keys, service.keys.held()).unwrap();
    }
    let request = service.issuer.last_request().unwrap();
    assert_eq!(request.header("authorization"), Some("Basic s3cret"));
    shown.push_str(&events.text());

    assert!(shown.contains("a token asked for newer keys"), "events are heard");
    assert!(shown.contains("keys could not be fetched"), "events of the background thread are heard");
    for secret in ["s3cret", "k3y-of-ours"] {
        assert!(!shown.contains(secret), "{secret}");
    }
    for token in &tokens {
        // Payload and signature, each by itself.
        for part in token.split('.').skip(1) {
            assert!(!shown.contains(part), "{part}");
        }
    }
}

/// The text of every event of this crate.
#[derive(Clone, Default)]
struct Events(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    text: String,
    asks: Option<RemoteJwks>,
}

impl Events {
    fn text(&self) -> String {
        self.0.lock().unwrap().text.clone()
    }
}

impl Subscriber for Events {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _span: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _span: &span::Id, _values: &span::Record<'_>) {}

    fn record_follows_from(&self, _span: &span::Id, _follows: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        struct Text<'a>(&'a mut String);

        impl Visit for Text<'_> {
            fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
                writeln!(self.0, "{field}: {value:?}").unwrap();
            }
        }

        // What the HTTP client tells by itself is not ours to promise.
        if event.metadata().target().starts_with("jwt_verify") {
            let asks = self.0.lock().unwrap().asks.clone();
            let health = asks.map(|keys| keys.health().to_string());
            let mut heard = self.0.lock().unwrap();
            event.record(&mut Text(&mut heard.text));
            heard.text.extend(health);
        }
    }

    fn enter(&self, _span: &span::Id) {}

    fn exit(&self, _span: &span::Id) {}
}
