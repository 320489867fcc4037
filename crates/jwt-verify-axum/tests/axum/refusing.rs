//! What is refused, as layers outside see it.

use axum::{Router, routing::get};
use jwt_verify_axum::{Auth, Body, CurrentUser, Reason};

use crate::setup::{REALM, TestService, answer, request, request_with};

#[tokio::test]
async fn the_reason_is_in_the_extensions_for_layers_outside() {
    let service = TestService::new();
    let app = Router::new()
        .route("/extractor", get(async |_: CurrentUser| "me"))
        .route("/guard", get(|| async { "me" }).layer(service.auth().protect()))
        .layer(service.auth());
    let expired = service.issuer.token().expires_in(-3600).mint();
    for path in ["/extractor", "/guard"] {
        assert_eq!(answer(&app, request(path)).await.reason, Some(Reason::NoCredentials));
        let response = answer(&app, request_with(path, &expired)).await;
        assert_eq!(response.reason.as_ref().map(Reason::code), Some("expired"));
        assert!(!response.body.contains("expired"), "{}", response.body);
    }
    assert_eq!(answer(&app, service.by_ada("/extractor")).await.reason, None);
}

#[tokio::test]
async fn a_body_of_the_service_s_own_is_answered_by_extractors_and_layers() {
    let service = TestService::new();
    let auth = Auth::builder(service.issuer.verifier())
        .refusal_body(|refusal| Body::json(format!(r#"{{"error":{}}}"#, refusal.status()).into_bytes()))
        .build();
    let app = Router::new()
        .route("/extractor", get(async |_: CurrentUser| "me"))
        .route("/guard", get(|| async { "me" }).layer(auth.protect()))
        .layer(auth);
    for path in ["/extractor", "/guard"] {
        let response = answer(&app, request(path)).await;
        assert_eq!((response.status, &*response.body), (401, r#"{"error":401}"#), "{path}");
        assert_eq!(response.content_type.as_deref(), Some("application/json"), "{path}");
        assert_eq!(response.challenge.as_deref(), Some(REALM), "{path}");
    }
}
