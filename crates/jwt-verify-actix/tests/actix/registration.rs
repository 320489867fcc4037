//! Where the extractors find their `Auth`, and what happens if there is none.

use core::fmt;
use std::sync::{Arc, Mutex};

use actix_web::{
    App,
    web::{self, Data},
};
use jwt_verify_actix::{Auth, AuthBuilder, MaybeUser, Verifier};
use jwt_verify_testing::TestIssuer;
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

use crate::{answer, get, get_as, me, read, reason_of};

/// Tells by the challenge which `Auth` it was.
fn named(verifier: Verifier, realm: &str) -> Auth {
    let builder: AuthBuilder<Auth> = Auth::builder(verifier);
    builder.realm(realm).build()
}

async fn realm(auth: Auth) -> String {
    auth.realm().to_owned()
}

#[actix_web::test]
async fn it_is_found_as_data_of_the_app_bare_or_in_web_data() {
    let issuer = TestIssuer::start();
    let bare = App::new().app_data(Auth::new(issuer.verifier())).route("/me", web::get().to(me));
    let data = App::new().app_data(Data::new(Auth::new(issuer.verifier()))).route("/me", web::get().to(me));
    assert_eq!(read(answer(bare, get_as(&issuer, "ada", "/me")).await).await, (200, "ada".into()));
    assert_eq!(read(answer(data, get_as(&issuer, "ada", "/me")).await).await, (200, "ada".into()));
}

#[actix_web::test]
async fn the_innermost_scope_s_data_wins_and_a_guard_wins_over_data() {
    let verifier = TestIssuer::start().verifier();
    let issuer = TestIssuer::start();
    for (path, expected) in [
        ("/app", "of the app"),
        ("/scope/plain", "of the scope"),
        ("/scope/resource", "of the resource"),
        ("/guarded/me", "of the guard"),
    ] {
        let guard = named(issuer.verifier(), "of the guard").protect();
        let app = App::new()
            .app_data(named(verifier.clone(), "of the app"))
            .route("/app", web::get().to(realm))
            .service(
                web::scope("/scope")
                    .app_data(named(verifier.clone(), "of the scope"))
                    .route("/plain", web::get().to(realm))
                    .service(
                        web::resource("/resource")
                            .app_data(named(verifier.clone(), "of the resource"))
                            .route(web::get().to(realm)),
                    ),
            )
            .service(
                web::scope("/guarded")
                    .app_data(named(verifier.clone(), "of the scope"))
                    .wrap(guard)
                    .route("/me", web::get().to(realm)),
            );
        assert_eq!(read(answer(app, get_as(&issuer, "ada", path)).await).await, (200, expected.into()));
    }
}

#[actix_web::test]
async fn a_path_that_a_guard_exempts_is_decided_by_the_extractor_with_the_guard_s_auth() {
    let issuer = TestIssuer::start();
    for (request, expected) in
        [(get("/open"), (200, "nobody".into())), (get_as(&issuer, "ada", "/open"), (200, "ada".to_owned()))]
    {
        let protect = Auth::new(issuer.verifier()).protect().exempt(["/open"]).unwrap();
        let hello = |user: MaybeUser| async move {
            user.as_ref().map_or("nobody".to_owned(), |user| user.id().to_owned())
        };
        let app = App::new().wrap(protect).route("/open", web::get().to(hello));
        assert_eq!(read(answer(app, request).await).await, expected);
    }
}

#[actix_web::test]
async fn not_registered_is_500_and_one_line_in_the_log_that_names_the_missing_line() {
    let issuer = TestIssuer::start();
    let log = Log::default();
    let _reading = tracing::subscriber::set_default(log.clone());

    let app = App::new().route("/me", web::get().to(me));
    let response = answer(app, get_as(&issuer, "ada", "/me")).await;

    assert_eq!(response.status(), 500);
    assert_eq!(response.headers().get("www-authenticate"), None);
    assert_eq!(reason_of(&response), Some("not_registered"));
    let lines = log.lines.lock().unwrap().clone();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("App::new().app_data(auth.clone())"), "{lines:?}");
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
