//! Guards around nested routes, and what middleware outside of them sees.

use std::sync::{Arc, Mutex};

use jwt_verify_poem::{Auth, Policy};
use jwt_verify_testing::TestIssuer;
use poem::{
    Endpoint, EndpointExt, Route,
    http::{Method, header},
    middleware::{NormalizePath, TrailingSlash},
    test::TestClient,
};

use crate::{answer, get, get_as, me, ran, read, reason_of, request, with_token};

/// Exempts `/api/v1/open`, inside of a route or two.
fn nested(issuer: &TestIssuer) -> impl Endpoint {
    let protect = Auth::new(issuer.verifier()).protect().exempt(["/api/v1/open"]).unwrap();
    let inner = Route::new().at("/open", ran).at("/v1/open", ran).at("/me", ran).with(protect);
    Route::new().nest("/api", Route::new().nest("/v1", inner))
}

#[tokio::test]
async fn a_guard_in_nested_routes_sees_the_whole_path() {
    let issuer = TestIssuer::start();
    let app = nested(&issuer);
    for (path, status) in [
        ("/api/v1/open", 200),
        ("/api/v1/open?a=/api/v1/me", 200),
        ("http://api.example/api/v1/open", 200),
        ("/api/v1/me", 401),
        // A pattern about the rest of the path would have exempted this one.
        ("/api/v1/v1/open", 401),
    ] {
        assert_eq!(answer(&app, get(path)).await.status(), status, "{path}");
    }
}

#[tokio::test]
async fn a_guard_in_a_nest_that_strips_nothing_sees_the_whole_path() {
    let issuer = TestIssuer::start();
    let protect = Auth::new(issuer.verifier()).protect().exempt(["/api/open"]).unwrap();
    let inner = Route::new().at("/api/open", ran).at("/api/me", ran).with(protect);
    let app = Route::new().nest_no_strip("/api", inner);
    assert_eq!(answer(&app, get("/api/open")).await.status(), 200);
    assert_eq!(answer(&app, get("/api/me")).await.status(), 401);
}

#[tokio::test]
async fn a_request_that_is_made_is_decided_by_its_path_outside_of_routes_and_never_exempt_inside() {
    let issuer = TestIssuer::start();
    let protect =
        Auth::new(issuer.verifier()).protect().paths(["/api/*"]).unwrap().exempt(["/api/open"]).unwrap();
    let routes = Route::new().at("/", ran).at("/health", ran).at("/api/open", ran).at("/api/me", ran);
    let outside = TestClient::new(routes.with(protect));
    for (path, status) in [("/", 200), ("/health", 200), ("/api/open", 200), ("/api/me", 401)] {
        assert_eq!(outside.get(path).send().await.0.status(), status, "{path}");
    }
    // What is exempt cannot be known: Poem has no original URI here, and the nest has taken a part of the path.
    let inside = TestClient::new(nested(&issuer));
    for path in ["/api/v1/open", "/api/v1/me", "/api/v1/v1/open"] {
        assert_eq!(inside.get(path).send().await.0.status(), 401, "{path}");
    }
}

#[tokio::test]
async fn a_path_that_could_be_routed_after_decoding_is_protected_however_it_is_written() {
    let protect = Auth::new(TestIssuer::start().verifier()).protect().paths(["/api/*"]).unwrap();
    let app = ran.with(protect);
    for path in
        ["/api/me", "/%61pi/me", "/api/%6De", "/%61%70%69/%6d%65", "/api/me?x=/health", "/api/../api/me"]
    {
        assert_eq!(answer(&app, get(path)).await.status(), 401, "{path}");
    }
}

#[tokio::test]
async fn an_unknown_path_behind_a_guard_needs_a_token_and_one_outside_does_not() {
    let issuer = TestIssuer::start();
    let protect = Auth::new(issuer.verifier()).protect();
    let app = Route::new().nest("/api", Route::new().at("/me", me).with(protect));
    for (request, status) in
        [(get("/api/nothing"), 401), (get_as(&issuer, "ada", "/api/nothing"), 404), (get("/nothing"), 404)]
    {
        assert_eq!(answer(&app, request).await.status(), status);
    }
}

#[tokio::test]
async fn a_path_that_a_middleware_has_normalized_is_exempt_only_as_the_client_sent_it() {
    let issuer = TestIssuer::start();
    let protect = Auth::new(issuer.verifier()).protect().exempt(["/health"]).unwrap();
    let app = Route::new().at("/health", ran).with(protect).with(NormalizePath::new(TrailingSlash::Trim));
    for (path, status) in [("/health", 200), ("/health/", 401), ("//health", 401)] {
        assert_eq!(answer(&app, get(path)).await.status(), status, "{path}");
    }
}

#[tokio::test]
async fn middleware_outside_of_a_guard_gets_a_response_and_outside_of_an_extractor_an_error_with_the_reason()
{
    let auth = Auth::new(TestIssuer::start().verifier());
    for (path, expected) in [("/guarded/me", Ok("no_credentials")), ("/open/me", Err("no_credentials"))] {
        let seen = Arc::new(Mutex::new(None));
        let sees = Arc::clone(&seen);
        let app = Route::new()
            .nest("/guarded", Route::new().at("/me", me).with(auth.protect()))
            .nest("/open", Route::new().at("/me", me).data(auth.clone()))
            .after(move |result| {
                let saw = match &result {
                    Ok(response) => Ok(reason_of(response)),
                    Err(error) => Err(error.data().map(jwt_verify_poem::Reason::code)),
                };
                *sees.lock().unwrap() = Some(saw);
                async move { result }
            });
        let response = answer(&app, get(path)).await;
        assert_eq!(
            (response.status().as_u16(), reason_of(&response)),
            (401, Some("no_credentials")),
            "{path}"
        );
        assert_eq!(seen.lock().unwrap().take(), Some(expected.map(Some).map_err(Some)), "{path}");
    }
}

#[tokio::test]
async fn a_policy_before_an_endpoint_is_asked_before_the_handler_runs() {
    let issuer = TestIssuer::start();
    let require = Auth::new(issuer.verifier()).require(Policy::scope("admin"));
    let app = Route::new().at("/admin", ran.with(require));
    let admin = issuer.token().claim("scope", "admin").mint();
    assert_eq!(read(answer(&app, with_token(get("/admin"), &admin)).await).await, (200, "ran".into()));
    let response = answer(&app, get_as(&issuer, "ada", "/admin")).await;
    assert_eq!(response.status(), 403);
    assert_eq!(
        response.header(header::WWW_AUTHENTICATE),
        Some(r#"Bearer realm="api", error="insufficient_scope", scope="admin""#)
    );
}

#[tokio::test]
async fn a_head_request_is_refused_as_its_get_would_be() {
    let auth = Auth::new(TestIssuer::start().verifier());
    let app = Route::new()
        .at("/open", poem::get(me).data(auth.clone()))
        .at("/guarded", poem::get(ran).with(auth.protect()));
    for path in ["/open", "/guarded"] {
        let response = answer(&app, request(Method::HEAD, path, &[])).await;
        assert_eq!(response.status(), 401, "{path}");
        assert_eq!(response.header(header::WWW_AUTHENTICATE), Some(r#"Bearer realm="api""#), "{path}");
    }
}
