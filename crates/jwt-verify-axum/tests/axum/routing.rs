//! Nested routers, fallbacks, `HEAD`, other layers.

use axum::{
    Router,
    http::{Method, header},
    routing::get,
};
use jwt_verify_axum::{CurrentUser, Owner, Policy, Protect};
use tower_http::cors::CorsLayer;

use crate::setup::{REALM, TestService, answer, request};

#[tokio::test]
async fn patterns_are_about_the_whole_path_of_a_nested_router() {
    let service = TestService::new();
    let nested = |protect: Protect| {
        let api = Router::new().route("/open", get(|| async { "open" })).layer(protect);
        Router::new().nest("/v1", Router::new().nest("/api", api))
    };
    let whole = nested(service.auth().protect().exempt(["/v1/api/open"]).unwrap());
    assert_eq!(answer(&whole, request("/v1/api/open")).await.status, 200);
    let rest = nested(service.auth().protect().exempt(["/open", "/api/open"]).unwrap());
    assert_eq!(answer(&rest, request("/v1/api/open")).await.status, 401);
}

#[tokio::test]
async fn a_layer_covers_the_fallback_and_a_route_layer_does_not() {
    let service = TestService::new();
    let routes = || Router::new().route("/me", get(|| async { "me" }));
    let layer = routes().layer(service.auth().protect());
    let route_layer = routes().route_layer(service.auth().protect());
    let statuses = [
        answer(&layer, request("/me")).await.status,
        answer(&layer, request("/nowhere")).await.status,
        answer(&route_layer, request("/me")).await.status,
        answer(&route_layer, request("/nowhere")).await.status,
    ];
    assert_eq!(statuses, [401, 401, 401, 404]);
}

#[tokio::test]
async fn an_owner_named_by_the_outer_router_is_found() {
    let service = TestService::new();
    let tasks = Router::new().route("/tasks/{task}", get(async |owner: Owner| owner.id().to_owned()));
    let app = Router::new().nest("/users/{user_id}", tasks).layer(service.auth());
    for (path, status) in [
        ("/users/ada/tasks/1", 200),
        ("/users/%61da/tasks/1", 200),
        ("/users/%2561da/tasks/1", 403),
        ("/users/grace/tasks/1", 403),
        // Axum calls it broken, whichever parameter it is.
        ("/users/%FF/tasks/1", 403),
        ("/users/ada/tasks/%FF", 403),
    ] {
        assert_eq!(answer(&app, service.by_ada(path)).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn head_is_refused_as_get_without_the_body() {
    let service = TestService::new();
    let app = Router::new()
        .route("/extractor", get(async |_: CurrentUser| "me"))
        .route("/guard", get(|| async { "me" }).layer(service.auth().protect()))
        .layer(service.auth());
    for path in ["/extractor", "/guard"] {
        let by_get = answer(&app, request(path)).await;
        let mut head = request(path);
        *head.method_mut() = Method::HEAD;
        let by_head = answer(&app, head).await;
        assert_eq!((by_head.status, by_head.challenge.as_deref()), (401, Some(REALM)), "{path}");
        assert_eq!(by_head.content_length, Some(by_get.body.len().to_string()), "{path}");
        assert_eq!(by_head.body, "", "{path}");
    }
}

#[tokio::test]
async fn a_cors_layer_outside_writes_its_fields_on_refusals_and_answers_preflights() {
    let service = TestService::new();
    let app = Router::new()
        .route("/extractor", get(async |_: CurrentUser| "me"))
        .route("/guard", get(|| async { "me" }).layer(service.auth().protect()))
        .route("/admin", get(|| async { "me" }).layer(service.auth().require(Policy::role("admin"))))
        .layer(service.auth())
        .layer(CorsLayer::new().allow_origin(["https://app.example".parse().unwrap()]));
    for (path, status) in [("/extractor", 401), ("/guard", 401), ("/admin", 403)] {
        let mut request = if status == 403 { service.by_ada(path) } else { request(path) };
        request.headers_mut().insert(header::ORIGIN, "https://app.example".parse().unwrap());
        let response = answer(&app, request).await;
        assert_eq!(response.status, status, "{path}");
        assert_eq!(response.allow_origin.as_deref(), Some("https://app.example"), "{path}");
    }
    let mut preflight = request("/guard");
    *preflight.method_mut() = Method::OPTIONS;
    let headers = preflight.headers_mut();
    headers.insert(header::ORIGIN, "https://app.example".parse().unwrap());
    headers.insert(header::ACCESS_CONTROL_REQUEST_METHOD, "GET".parse().unwrap());
    let response = answer(&app, preflight).await;
    assert_eq!((response.status, response.allow_origin.as_deref()), (200, Some("https://app.example")));
}
