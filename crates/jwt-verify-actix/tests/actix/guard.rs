//! Guards in scopes, and what middleware outside of them sees.

use std::{cell::RefCell, rc::Rc};

use actix_web::{
    App,
    dev::Service,
    middleware::{NormalizePath, TrailingSlash},
    web,
};
use jwt_verify_actix::{Auth, Policy};
use jwt_verify_testing::TestIssuer;

use crate::{answer, get, get_as, me, read, reason_of, with_token};

#[actix_web::test]
async fn a_guard_in_nested_scopes_sees_the_whole_path() {
    let issuer = TestIssuer::start();
    for (path, status) in [
        ("/api/v1/open", 200),
        ("/api/v1/me", 401),
        // A pattern about the rest of the path would have exempted this one.
        ("/api/v1/v1/open", 401),
    ] {
        let protect = Auth::new(issuer.verifier()).protect().exempt(["/api/v1/open"]).unwrap();
        let ran = || async { "ran" };
        let inner = web::scope("/v1")
            .wrap(protect)
            .route("/open", web::get().to(ran))
            .route("/v1/open", web::get().to(ran))
            .route("/me", web::get().to(ran));
        let app = App::new().service(web::scope("/api").service(inner));
        assert_eq!(answer(app, get(path)).await.status(), status, "{path}");
    }
}

#[actix_web::test]
async fn a_path_that_is_routed_after_decoding_is_protected_however_it_is_written() {
    let issuer = TestIssuer::start();
    let ran = || async { "ran" };
    for path in
        ["/api/me", "/%61pi/me", "/api/%6De", "/%61%70%69/%6d%65", "/api/me?x=/health", "/api/../api/me"]
    {
        let protect = Auth::new(issuer.verifier()).protect().paths(["/api/*"]).unwrap();
        let app = App::new().wrap(protect).route("/api/me", web::get().to(ran)).default_service(web::to(ran));
        assert_eq!(answer(app, get(path)).await.status(), 401, "{path}");
    }
}

#[actix_web::test]
async fn an_unknown_path_in_a_guarded_scope_needs_a_token_and_one_outside_does_not() {
    let issuer = TestIssuer::start();
    for (request, status) in
        [(get("/api/nothing"), 401), (get_as(&issuer, "ada", "/api/nothing"), 404), (get("/nothing"), 404)]
    {
        let protect = Auth::new(issuer.verifier()).protect();
        let app = App::new().service(web::scope("/api").wrap(protect).route("/me", web::get().to(me)));
        assert_eq!(answer(app, request).await.status(), status);
    }
}

#[actix_web::test]
async fn a_guard_behind_a_normalizing_middleware_decides_about_the_path_that_is_routed() {
    let issuer = TestIssuer::start();
    for path in ["/health/", "//health", "/health"] {
        let protect = Auth::new(issuer.verifier()).protect().exempt(["/health"]).unwrap();
        let app = App::new()
            .wrap(protect)
            .wrap(NormalizePath::new(TrailingSlash::Trim))
            .route("/health", web::get().to(|| async { "up" }));
        assert_eq!(read(answer(app, get(path)).await).await, (200, "up".into()), "{path}");
    }
}

#[actix_web::test]
async fn middleware_outside_gets_a_response_with_the_reason_and_no_error() {
    let issuer = TestIssuer::start();
    for (path, reason) in [("/guarded/me", "no_credentials"), ("/open/me", "no_credentials")] {
        let auth = Auth::new(issuer.verifier());
        let seen = Rc::new(RefCell::new(None));
        let sees = Rc::clone(&seen);
        let app = App::new()
            .app_data(auth.clone())
            .service(web::scope("/guarded").wrap(auth.protect()).route("/me", web::get().to(me)))
            .route("/open/me", web::get().to(me))
            .wrap_fn(move |request, service| {
                let sees = Rc::clone(&sees);
                let answer = service.call(request);
                async move {
                    let answer = answer.await;
                    *sees.borrow_mut() = answer.as_ref().ok().map(reason_of);
                    answer
                }
            });
        assert_eq!(answer(app, get(path)).await.status(), 401, "{path}");
        assert_eq!(*seen.borrow(), Some(Some(reason)), "{path}");
    }
}

#[actix_web::test]
async fn a_policy_before_a_resource_is_asked_before_the_handler_runs() {
    let issuer = TestIssuer::start();
    for (scope, status, challenge) in [
        ("reports:read", 200, None),
        ("reports", 403, Some(r#"Bearer realm="api", error="insufficient_scope", scope="reports:read""#)),
    ] {
        let require = Auth::new(issuer.verifier()).require(Policy::scope("reports:read"));
        let app = App::new()
            .service(web::resource("/reports").wrap(require).route(web::get().to(|| async { "ran" })));
        let token = issuer.token().claim("scope", scope).mint();
        let response = answer(app, with_token(get("/reports"), &token)).await;
        let found = response.headers().get("www-authenticate").map(|value| value.to_str().unwrap());
        assert_eq!((response.status().as_u16(), found), (status, challenge));
    }
}
