//! Where the extractors find their `Auth`, and what happens if there is none.

use core::fmt;
use std::sync::{Arc, Mutex};

use jwt_verify_poem::{Auth, MaybeUser, Verifier};
use jwt_verify_testing::TestIssuer;
use poem::{EndpointExt, Route, handler};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use crate::{answer, get, get_as, me, read, reason_of};

/// Tells by the realm which `Auth` it was.
fn named(verifier: Verifier, name: &str) -> Auth {
    Auth::builder(verifier).realm(name).build()
}

#[handler]
async fn realm(auth: Auth) -> String {
    auth.realm().to_owned()
}

#[handler]
async fn hello(user: MaybeUser) -> String {
    user.as_ref().map_or("nobody".to_owned(), |user| user.id().to_owned())
}

#[tokio::test]
async fn the_innermost_data_or_guard_wins() {
    let issuer = TestIssuer::start();
    let auth = |name: &str| named(issuer.verifier(), name);
    let app = Route::new()
        .at("/app", realm)
        .at("/endpoint", realm.data(auth("of the endpoint")))
        .nest("/guarded", Route::new().at("/me", realm).with(auth("of the guard").protect()))
        .nest(
            "/inside",
            Route::new().at("/me", realm.data(auth("inside"))).with(auth("of the guard").protect()),
        )
        .data(auth("of the app"));
    for (path, expected) in [
        ("/app", "of the app"),
        ("/endpoint", "of the endpoint"),
        ("/guarded/me", "of the guard"),
        ("/inside/me", "inside"),
    ] {
        let response = answer(&app, get_as(&issuer, "ada", path)).await;
        assert_eq!(read(response).await, (200, expected.into()), "{path}");
    }
}

#[tokio::test]
async fn a_path_that_a_guard_exempts_is_decided_by_the_extractor_with_the_guard_s_auth() {
    let issuer = TestIssuer::start();
    let protect = Auth::new(issuer.verifier()).protect().exempt(["/open"]).unwrap();
    let app = Route::new().at("/open", hello).with(protect);
    assert_eq!(read(answer(&app, get("/open")).await).await, (200, "nobody".into()));
    assert_eq!(read(answer(&app, get_as(&issuer, "ada", "/open")).await).await, (200, "ada".into()));
}

#[tokio::test]
async fn not_registered_is_500_and_one_line_in_the_log_that_names_the_missing_line() {
    let issuer = TestIssuer::start();
    let log = Log::default();
    let _reading = tracing::subscriber::set_default(log.clone());

    let app = Route::new().at("/me", me);
    let response = answer(&app, get_as(&issuer, "ada", "/me")).await;

    assert_eq!(response.status(), 500);
    assert_eq!(response.header("www-authenticate"), None);
    assert_eq!(reason_of(&response), Some("not_registered"));
    let lines = log.lines.lock().unwrap().clone();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("Route::new().data(auth)"), "{lines:?}");
}

/// Keeps the errors that are logged.
#[derive(Clone, Default)]
struct Log {
    lines: Arc<Mutex<Vec<String>>>,
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() == Level::ERROR
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.lines.lock().unwrap().push(line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.push_str(&format!("{}={value:?} ", field.name()));
    }
}
