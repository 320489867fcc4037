//! The service from outside: its program, a real socket, tokens of a test issuer. The same file in axum-api, actix-api and poem-api.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic: that is how it fails"
)]

mod http;
mod service;

use jwt_verify_testing::{Fault, Tamper};
use serde_json::{Value, json};

use crate::{
    http::{Request, Response},
    service::{FRONT_END, Service, fails_to_start},
};

const ANONYMOUS: &str = r#"Bearer realm="api""#;
const INVALID_TOKEN: &str = r#"Bearer realm="api", error="invalid_token""#;

/// A refusal: the status, the challenge, and a body that is the problem of this status.
#[track_caller]
fn assert_refused(response: &Response, status: u16, challenge: Option<&str>) {
    assert_eq!(response.status, status, "{response:?}");
    assert_eq!(response.field("www-authenticate"), challenge, "{response:?}");
    assert_problem(response);
}

#[track_caller]
fn assert_problem(response: &Response) {
    assert_eq!(response.field("content-type"), Some("application/problem+json"), "{response:?}");
    assert_eq!(response.json()["status"], response.status, "{response:?}");
}

#[track_caller]
fn assert_json(response: &Response, status: u16, body: &Value) {
    assert_eq!((response.status, &response.json()), (status, body), "{response:?}");
}

#[test]
fn health_and_readiness_need_no_token() {
    let service = Service::start();
    for path in ["/health", "/ready"] {
        let response = service.send(&Request::get(path));
        assert_eq!(response.status, 200, "{response:?}");
        assert_eq!(response.field("content-type"), Some("application/json"));
        assert_eq!(response.field("cache-control"), Some("no-store"));
    }
}

#[test]
fn a_greeting_is_for_everybody_but_not_for_a_forgery() {
    let service = Service::start();
    let hello = Request::get("/public/hello");
    assert_json(&service.send(&hello), 200, &json!({"message": "Hello stranger"}));
    let ada = hello.clone().token(&service.token("ada").mint());
    assert_json(&service.send(&ada), 200, &json!({"message": "Hello ada"}));
    let forged = hello.token(&service.token("ada").tamper(Tamper::FlipSignatureBit).mint());
    assert_refused(&service.send(&forged), 401, Some(INVALID_TOKEN));
}

#[test]
fn a_caller_without_a_good_token_is_challenged() {
    let service = Service::start();
    let me = Request::get("/api/me");
    assert_refused(&service.send(&me), 401, Some(ANONYMOUS));
    let cases = [
        ("forged", service.token("ada").tamper(Tamper::FlipSignatureBit).mint()),
        ("expired", service.token("ada").expires_in(-3600).mint()),
        ("for another service", service.token("ada").claim("aud", "https://other.example").mint()),
        ("unsigned", service.token("ada").header("alg", "none").without_signature().mint()),
        ("nobody's", service.token("ada").remove_claim("sub").mint()),
    ];
    for (name, token) in cases {
        let response = service.send(&me.clone().token(&token));
        assert_eq!((name, response.status), (name, 401));
        assert_refused(&response, 401, Some(INVALID_TOKEN));
    }
}

#[test]
fn a_caller_is_who_the_token_says() {
    let service = Service::start();
    let token = service.token("ada").claim("role", "admin").claim("scope", "reports:read").mint();
    let response = service.send(&Request::get("/api/me").token(&token));
    let ada =
        json!({"id": "ada", "email": "ada@example.test", "roles": ["admin"], "scopes": ["reports:read"]});
    assert_json(&response, 200, &ada);
}

#[test]
fn each_user_sees_their_own_tasks() {
    let service = Service::start();
    for user in ["ada", "grace"] {
        let token = service.token(user).mint();
        let path = format!("/api/{user}/tasks");
        assert_json(&service.send(&Request::get(&path).token(&token)), 200, &json!([]));
        let title = format!("{user}'s task");
        let response = service.send(&Request::post(&path, json!({"title": title}).to_string()).token(&token));
        assert_eq!((response.status, &response.json()["title"]), (201, &json!(title)), "{response:?}");
    }
    for user in ["ada", "grace"] {
        let response =
            service.send(&Request::get(format!("/api/{user}/tasks")).token(&service.token(user).mint()));
        assert_eq!(response.status, 200);
        let tasks = response.json();
        let titles: Vec<_> =
            tasks.as_array().unwrap().iter().map(|task| task["title"].as_str().unwrap()).collect();
        assert_eq!(titles, [format!("{user}'s task")]);
    }
}

#[test]
fn somebody_elses_tasks_are_forbidden_to_read_and_to_write() {
    let service = Service::start();
    let token = service.token("ada").mint();
    // IDs are compared as they are: neither case nor an end counts for nothing.
    for other in ["grace", "Ada", "ada2", "ad", "ada%20", "%2561da"] {
        let path = format!("/api/{other}/tasks");
        assert_refused(&service.send(&Request::get(&path).token(&token)), 403, None);
        assert_refused(&service.send(&Request::post(&path, r#"{"title":"x"}"#).token(&token)), 403, None);
    }
    let response = service.send(&Request::get("/api/grace/tasks").token(&service.token("grace").mint()));
    assert_json(&response, 200, &json!([]));
}

#[test]
fn an_id_that_paths_escape_is_its_owner() {
    let service = Service::start();
    for (id, segment) in [("a b", "a%20b"), ("auth0|1", "auth0%7C1"), ("ü", "%C3%BC"), ("a+b", "a+b")] {
        let request = Request::get(format!("/api/{segment}/tasks")).token(&service.token(id).mint());
        assert_json(&service.send(&request), 200, &json!([]));
    }
}

#[test]
fn an_owner_that_a_body_names_is_ignored() {
    let service = Service::start();
    let token = service.token("ada").mint();
    let body = json!({"title": "x", "owner": "grace", "id": 7});
    let response = service.send(&Request::post("/api/ada/tasks", body.to_string()).token(&token));
    assert_json(&response, 201, &json!({"id": 1, "title": "x"}));
    let response = service.send(&Request::get("/api/grace/tasks").token(&service.token("grace").mint()));
    assert_json(&response, 200, &json!([]));
}

#[test]
fn a_body_that_is_no_task_is_a_problem_of_the_client() {
    let service = Service::start();
    let token = service.token("ada").mint();
    let post = |body: &str| Request::post("/api/ada/tasks", body).token(&token);
    let cases = [
        ("no JSON", post("title=x"), 400),
        ("nothing", post(""), 400),
        ("no title", post("{}"), 400),
        ("a title of another type", post(r#"{"title":["x"]}"#), 400),
        ("a form", post(r#"{"title":"x"}"#).field("content-type", "text/plain"), 415),
        ("an empty title", post(r#"{"title":" "}"#), 422),
        ("a title with a line end", post(r#"{"title":"a\nb"}"#), 422),
        ("a long title", post(&json!({"title": "x".repeat(201)}).to_string()), 422),
        ("a large body", post(&json!({"title": "x".repeat(20_000)}).to_string()), 413),
    ];
    for (name, request, status) in cases {
        let response = service.send(&request);
        assert_eq!((name, response.status), (name, status), "{response:?}");
        assert_problem(&response);
    }
    assert_json(&service.send(&Request::get("/api/ada/tasks").token(&token)), 200, &json!([]));
}

#[test]
fn reports_are_for_those_with_the_scope() {
    let service = Service::start();
    let reports = Request::get("/api/reports");
    assert_refused(&service.send(&reports), 401, Some(ANONYMOUS));
    let without = reports.clone().token(&service.token("ada").claim("scope", "reports:write").mint());
    let challenge = r#"Bearer realm="api", error="insufficient_scope", scope="reports:read""#;
    assert_refused(&service.send(&without), 403, Some(challenge));
    let with = reports.token(&service.token("ada").claim("scope", "openid reports:read").mint());
    assert_json(&service.send(&with), 200, &json!({"tasks": 0}));
}

#[test]
fn administration_is_for_those_with_the_role() {
    let service = Service::start();
    let admin = Request::get("/api/admin");
    let without = admin.clone().token(&service.token("ada").claim("role", "user").mint());
    assert_refused(&service.send(&without), 403, Some(r#"Bearer realm="api", error="insufficient_scope""#));
    let with = admin.token(&service.token("ada").claim("role", "admin").mint());
    assert_json(&service.send(&with), 200, &json!({"id": "ada"}));
}

#[test]
fn a_path_below_api_that_nobody_serves_needs_a_token_all_the_same() {
    let service = Service::start();
    assert_refused(&service.send(&Request::get("/api/nothing/here")), 401, Some(ANONYMOUS));
    let known = Request::get("/api/nothing/here").token(&service.token("ada").mint());
    assert_eq!(service.send(&known).status, 404);
}

#[test]
fn the_front_end_can_read_refusals_and_another_origin_nothing() {
    let service = Service::start();
    let ada = service.token("ada").mint();
    let broken = Service::start();
    broken.issuer.set_fault(Fault::ClosedPort);
    let cases = [
        (&service, Request::get("/api/me").token(&ada), 200),
        (&service, Request::get("/api/me"), 401),
        (&service, Request::get("/api/grace/tasks").token(&ada), 403),
        (&service, Request::post("/api/ada/tasks", "{}").token(&ada), 400),
        (&broken, Request::get("/api/me").token(&broken.token("ada").mint()), 503),
    ];
    for (service, request, status) in cases {
        let response = service.send(&request.clone().field("origin", FRONT_END));
        assert_eq!(response.status, status, "{response:?}");
        assert_eq!(response.field("access-control-allow-origin"), Some(FRONT_END), "{response:?}");
        let exposed = list(response.field("access-control-expose-headers"));
        assert_eq!(exposed, ["retry-after", "www-authenticate", "x-request-id"]);

        let response = service.send(&request.field("origin", "https://evil.example"));
        assert_eq!(response.field("access-control-allow-origin"), None, "{response:?}");
    }
}

#[test]
fn a_preflight_allows_the_token_and_needs_none() {
    let service = Service::start();
    let preflight = Request::options("/api/ada/tasks")
        .field("origin", FRONT_END)
        .field("access-control-request-method", "POST")
        .field("access-control-request-headers", "authorization,content-type");
    let response = service.send(&preflight);
    assert!(matches!(response.status, 200 | 204), "{response:?}");
    assert_eq!(response.field("access-control-allow-origin"), Some(FRONT_END));
    assert_eq!(list(response.field("access-control-allow-headers")), ["authorization", "content-type"]);
    assert!(
        list(response.field("access-control-allow-methods")).contains(&"post".to_owned()),
        "{response:?}"
    );
}

#[test]
fn without_keys_nobody_is_refused_and_nobody_let_in() {
    let service = Service::start();
    service.issuer.set_fault(Fault::ClosedPort);
    let response = service.send(&Request::get("/api/me").token(&service.token("ada").mint()));
    assert_refused(&response, 503, None);
    assert!(response.field("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
    assert_eq!(service.send(&Request::get("/ready")).status, 503);
    assert_json(&service.send(&Request::get("/public/hello")), 200, &json!({"message": "Hello stranger"}));
}

#[test]
fn a_new_key_of_the_issuer_is_accepted_without_a_restart() {
    let service = Service::start();
    let me = Request::get("/api/me");
    let old = me.clone().token(&service.token("ada").mint());
    assert_eq!(service.send(&old).status, 200);
    service.issuer.rotate();
    assert_eq!(service.send(&me.token(&service.token("ada").mint())).status, 200);
    assert_eq!(service.send(&old).status, 200);
}

#[test]
fn the_openapi_document_says_who_may_call_what() {
    let service = Service::start();
    let response = service.send(&Request::get("/openapi.json"));
    assert_eq!((response.status, response.field("content-type")), (200, Some("application/json")));
    let document = response.json();
    let scheme = &document["components"]["securitySchemes"]["bearer"];
    assert_eq!((&scheme["type"], &scheme["scheme"]), (&json!("http"), &json!("bearer")));

    let none: [Value; 0] = [];
    let cases = [
        ("/public/hello", "get", json!([{}, {"bearer": none}]), &["200", "401", "503"][..]),
        ("/api/me", "get", json!([{"bearer": none}]), &["200", "401", "503"]),
        ("/api/{user_id}/tasks", "get", json!([{"bearer": none}]), &["200", "401", "403", "503"]),
        ("/api/{user_id}/tasks", "post", json!([{"bearer": none}]), &["201", "401", "403", "503"]),
        ("/api/reports", "get", json!([{"bearer": ["reports:read"]}]), &["200", "401", "403", "503"]),
        ("/api/admin", "get", json!([{"bearer": none}]), &["200", "401", "403", "503"]),
    ];
    for (path, method, security, statuses) in cases {
        let operation = &document["paths"][path][method];
        assert_eq!(operation["security"], security, "{method} {path}");
        let responses = operation["responses"].as_object().unwrap_or_else(|| panic!("no {method} {path}"));
        for status in statuses {
            assert!(responses.contains_key(*status), "{method} {path} says nothing of {status}");
        }
    }
}

#[test]
fn the_page_shows_the_document_and_loads_nothing_from_elsewhere() {
    let service = Service::start();
    let response = service.send(&Request::get("/docs"));
    assert_eq!((response.status, response.field("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(response.body.contains(r#"fetch("/openapi.json")"#));
    assert!(!response.body.contains("http://") && !response.body.contains("https://"));
}

#[test]
fn it_ends_when_asked_and_its_log_has_request_ids_and_no_token() {
    let service = Service::start();
    let good = service.token("ada").mint();
    let forged = service.token("ada").tamper(Tamper::FlipSignatureBit).mint();
    let named = service.send(&Request::get("/api/me").token(&good).field("x-request-id", "from-the-proxy"));
    assert_eq!(named.field("x-request-id"), Some("from-the-proxy"));
    let refused = service.send(&Request::get("/api/me?access_token=in-the-query").token(&forged));
    let id = refused.field("x-request-id").unwrap().to_owned();
    assert_eq!(id.len(), 32);

    let (status, log) = service.terminate();
    assert_eq!(status.code(), Some(0));
    let answered = |id: &str| {
        let of_request = |line: &&Value| line["message"] == "answered" && line["span"]["id"] == id;
        log.iter().find(of_request).unwrap_or_else(|| panic!("no answer to {id} in {log:#?}"))
    };
    let line = answered("from-the-proxy");
    assert_eq!((&line["span"]["method"], &line["span"]["path"]), (&json!("GET"), &json!("/api/me")));
    assert_eq!((&line["status"], line.get("refused")), (&json!(200), None));
    let line = answered(&id);
    assert_eq!((&line["status"], &line["refused"]), (&json!(401), &json!("invalid_signature")));

    let log = json!(log).to_string();
    for secret in [&good, &forged, good.rsplit('.').next().unwrap(), "in-the-query"] {
        assert!(!log.contains(secret), "the log has {secret}");
    }
}

#[test]
fn it_does_not_start_without_an_issuer_or_with_a_setting_that_means_nothing() {
    let said = fails_to_start(&[("PORT", "0")]);
    assert!(said.contains("JWT_ISSUER"), "{said}");
    let said = fails_to_start(&[
        ("PORT", "eighty"),
        ("CORS_ORIGIN", "*"),
        ("BETTER_AUTH_URL", "https://app.example.com"),
    ]);
    assert!(said.contains("PORT") && said.contains("CORS_ORIGIN"), "{said}");
}

/// The names of a list field in lower case, sorted.
fn list(field: Option<&str>) -> Vec<String> {
    let mut names: Vec<_> =
        field.unwrap_or_default().split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
    names.sort_unstable();
    names
}
