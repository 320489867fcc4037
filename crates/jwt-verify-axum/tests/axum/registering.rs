//! Where the extractors find `Auth`.

use std::sync::Arc;

use axum::{Router, extract::FromRef, http::StatusCode, routing::get};
use jwt_verify_axum::{Auth, CurrentUser, Reason, Registration};
use jwt_verify_testing::TestIssuer;

use crate::setup::{Log, TestService, answer, request};

#[derive(Clone)]
struct AppState {
    auth: Auth,
}

impl FromRef<AppState> for Auth {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

#[derive(Clone)]
struct NoAuthInside;

impl FromRef<NoAuthInside> for Registration {
    fn from_ref(_: &NoAuthInside) -> Self {
        Self::by_layer()
    }
}

#[tokio::test]
async fn an_auth_in_the_state_or_in_a_layer_is_found() {
    let service = TestService::new();
    let auth = service.auth();
    let apps = [
        me_routes().with_state(AppState { auth: auth.clone() }),
        me_routes().with_state(Arc::new(AppState { auth: auth.clone() })),
        me_routes().with_state(auth.clone()),
        me_routes().layer(auth.clone()).with_state(()),
        me_routes().layer(auth.clone()).with_state(NoAuthInside),
        me_routes().layer(auth.clone()).with_state(Arc::new(NoAuthInside)),
        me_routes().layer(auth.protect()).with_state(()),
    ];
    for (index, app) in apps.into_iter().enumerate() {
        let response = answer(&app, service.by_ada("/me")).await;
        assert_eq!((response.status, &*response.body), (200, "ada"), "app {index}");
    }
}

#[tokio::test]
async fn the_innermost_layer_wins_over_other_layers_and_the_state() {
    let service = TestService::new();
    let stranger = Auth::new(TestIssuer::start().verifier());
    let inside = me_routes().layer(service.auth()).layer(stranger.clone()).with_state(stranger.clone());
    assert_eq!(answer(&inside, service.by_ada("/me")).await.status, 200);
    let outside = me_routes().layer(stranger.clone()).layer(service.auth()).with_state(service.auth());
    assert_eq!(answer(&outside, service.by_ada("/me")).await.status, 401);
}

#[tokio::test]
async fn a_layer_that_registers_refuses_nothing() {
    let app = Router::new().route("/", get(|| async { "open" })).layer(TestService::new().auth());
    assert_eq!(answer(&app, request("/")).await.body, "open");
}

#[tokio::test]
async fn not_registered_is_500_and_one_line_in_the_log_that_says_what_to_write() {
    let service = TestService::new();
    let log = Log::default();
    let response = {
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone());
        let _guard = tracing::subscriber::set_default(subscriber.finish());
        answer(&me_routes().with_state(NoAuthInside), service.by_ada("/me")).await
    };
    assert_eq!((response.status, response.challenge.as_deref()), (500, None));
    assert_eq!(response.reason, Some(Reason::NotRegistered));
    let log = log.text();
    assert_eq!(log.lines().count(), 1, "{log}");
    for part in ["ERROR", ".layer(auth.protect())", ".layer(auth)", "impl FromRef<AppState> for Auth"] {
        assert!(log.contains(part), "{part:?} is not in {log}");
    }
}

#[tokio::test]
async fn auth_is_an_argument_too() {
    async fn health(auth: Auth) -> (StatusCode, String) {
        let health = auth.health();
        (StatusCode::from_u16(health.status()).unwrap(), health.into_body())
    }
    let service = TestService::new();
    let app = Router::new().route("/health", get(health)).layer(service.auth());
    assert_eq!(answer(&app, request("/health")).await.status, 200);
}

fn me_routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    Registration: FromRef<S>,
{
    Router::new().route("/me", get(async |user: CurrentUser| user.id().to_owned()))
}
