//! The extractors, together and as `Option` and `Result`.

use std::sync::atomic::Ordering;

use axum::{
    Router,
    extract::{FromRef, FromRequestParts},
    routing::get,
};
use jwt_verify_axum::{
    Auth, Claims, CurrentUser, MaybeUser, Owner, Reason, Registration, Rejection, Verified,
};
use jwt_verify_testing::TestIssuer;
use serde::Deserialize;

use crate::setup::{INVALID, REFUSED_BODY, TestService, answer, request, request_with};

#[derive(Deserialize)]
struct Plan {
    plan: String,
}

#[tokio::test]
async fn option_tells_an_absent_token_from_a_refused_one() {
    let service = TestService::new();
    let app = Router::new()
        .route(
            "/user",
            get(async |user: Option<CurrentUser>| user.map_or("nobody".into(), |user| user.id().to_owned())),
        )
        .route(
            "/plan",
            get(async |token: Option<Verified<Plan>>| {
                token.map_or("none".into(), |token| token.claims().plan.clone())
            }),
        )
        .layer(service.auth());
    let forged = || request_with("/user", &service.issuer.token().without_signature().mint());
    let with_plan = service.issuer.token().subject("ada").claim("plan", "pro").mint();
    for (request, status, body) in [
        (request("/user"), 200, "nobody"),
        (service.by_ada("/user"), 200, "ada"),
        (forged(), 401, REFUSED_BODY),
        (request("/plan"), 200, "none"),
        (request_with("/plan", &with_plan), 200, "pro"),
        (service.by_ada("/plan"), 401, REFUSED_BODY),
    ] {
        let path = request.uri().path().to_owned();
        let response = answer(&app, request).await;
        assert_eq!((response.status, &*response.body), (status, body), "{path}");
    }
}

#[tokio::test]
async fn a_handler_that_takes_the_result_decides_by_itself() {
    async fn me(user: Result<CurrentUser, Rejection>) -> Result<String, Rejection> {
        match user {
            Ok(user) => Ok(user.id().to_owned()),
            Err(rejection) if rejection.refusal().reason() == &Reason::NoCredentials => Ok("nobody".into()),
            Err(rejection) => Err(rejection),
        }
    }
    let service = TestService::new();
    let app = Router::new().route("/me", get(me)).layer(service.auth());
    assert_eq!(answer(&app, request("/me")).await.body, "nobody");
    assert_eq!(answer(&app, request_with("/me", "forged")).await.challenge.as_deref(), Some(INVALID));
}

#[tokio::test]
async fn a_request_is_verified_once_however_many_ask() {
    let service = TestService::new();
    let handler =
        async |user: CurrentUser, token: Verified<Claims>, maybe: MaybeUser, again: Option<CurrentUser>| {
            assert_eq!(token.subject(), Some(user.id()));
            assert_eq!(maybe.as_ref().map(|user| user.id()), again.as_ref().map(|user| user.id()));
            user.id().to_owned()
        };
    let auth = service.auth();
    let by_extractors = Router::new().route("/me", get(handler)).layer(auth.clone());
    let by_guard = Router::new().route("/me", get(handler)).layer(auth.protect());
    let by_guards = Router::new().route("/me", get(handler)).layer(auth.protect()).layer(auth.protect());
    for (app, verifications) in [(by_extractors, 1), (by_guard, 1), (by_guards, 1)] {
        service.verifications.store(0, Ordering::Relaxed);
        assert_eq!(answer(&app, service.by_ada("/me")).await.body, "ada");
        assert_eq!(service.verifications.load(Ordering::Relaxed), verifications);
    }
}

#[tokio::test]
async fn of_two_parameters_that_name_an_owner_each_has_to_be_the_caller() {
    let service = TestService::new();
    let inner = Router::new().route("/x/{user_id}", get(async |owner: Owner| owner.id().to_owned()));
    let app = Router::new().nest("/ns/{user_id}", inner).layer(service.auth());
    for (path, status) in [("/ns/ada/x/ada", 200), ("/ns/ada/x/grace", 403), ("/ns/grace/x/ada", 403)] {
        assert_eq!(answer(&app, service.by_ada(path)).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn what_another_auth_accepted_is_verified_again() {
    let service = TestService::new();
    let stranger = Auth::new(TestIssuer::start().verifier());
    let app = Router::new()
        .route("/me", get(async |user: CurrentUser| user.id().to_owned()))
        .layer(stranger)
        .layer(service.auth().protect());
    assert_eq!(answer(&app, service.by_ada("/me")).await.challenge.as_deref(), Some(INVALID));
}

/// Every extractor is one for every state that registers an `Auth`.
#[expect(dead_code, reason = "it compiles, which is all that it is for")]
fn extractors_are_generic_over_the_state<S: Send + Sync>()
where
    Registration: FromRef<S>,
{
    fn is_extractor<T: FromRequestParts<S>, S: Send + Sync>() {}
    is_extractor::<CurrentUser, S>();
    is_extractor::<Option<CurrentUser>, S>();
    is_extractor::<Verified<Claims>, S>();
    is_extractor::<Owner, S>();
}
