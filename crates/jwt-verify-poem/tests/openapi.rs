//! poem-openapi: what the document says, and that requests are answered as everywhere else.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

use jwt_verify_poem::{
    Auth, Policy, Reason,
    openapi::{Authorized, CurrentUser, MaybeUser, MaybeVerified, Owner, SCHEME, Secured, Verified},
    policy,
};
use jwt_verify_testing::TestIssuer;
use poem::{Endpoint, EndpointExt, Response, Route, test::TestClient};
use poem_openapi::{
    ApiResponse, OAuthScopes, OpenApi, OpenApiService, SecurityScheme,
    param::{Path, Query},
    payload::PlainText,
};
use serde_json::{Value, json};

policy! {
    ReadReports = Policy::all([Policy::scopes(["reports:read", "reports:list"]), Policy::claim("plan", "pro")]);
    Audit = Policy::any([Policy::scope("audit"), Policy::scope("reports:read")]);
}

#[derive(serde::Deserialize)]
struct Profile {
    email: String,
}

#[derive(OAuthScopes)]
enum Scope {
    /// Sends mail.
    #[oai(rename = "mail:send")]
    Mail,
}

/// Another scheme of the program's own.
#[derive(SecurityScheme)]
#[oai(ty = "basic")]
struct Monitoring(
    #[expect(dead_code, reason = "only its place in the document matters")] poem_openapi::auth::Basic,
);

/// Takes every error of an extractor for a bad request.
#[derive(ApiResponse)]
#[oai(bad_request_handler = "bad_request")]
enum Answer {
    #[oai(status = 200)]
    Fine(PlainText<String>),
    #[oai(status = 400)]
    Bad(PlainText<String>),
}

fn bad_request(error: poem::Error) -> Answer {
    Answer::Bad(PlainText(format!("bad: {error}")))
}

/// Describes one of the refusals itself.
#[derive(ApiResponse)]
enum Described {
    #[oai(status = 200)]
    Fine(PlainText<String>),
    /// Log in first.
    #[oai(status = 401)]
    #[expect(dead_code, reason = "only its place in the document matters")]
    LogIn,
}

struct Api;

#[OpenApi]
impl Api {
    #[oai(path = "/me", method = "get")]
    async fn me(&self, user: CurrentUser) -> PlainText<String> {
        PlainText(user.id().to_owned())
    }

    #[oai(path = "/claims", method = "get")]
    async fn claims(&self, token: Verified<Profile>) -> PlainText<String> {
        PlainText(token.claims().email.clone())
    }

    #[oai(path = "/maybe", method = "get")]
    async fn maybe(&self, user: MaybeUser) -> PlainText<String> {
        PlainText(user.as_ref().map_or("nobody".into(), |user| user.id().into()))
    }

    #[oai(path = "/maybe-claims", method = "get")]
    async fn maybe_claims(&self, token: MaybeVerified<Profile>) -> PlainText<String> {
        PlainText(token.as_ref().map_or("nobody".into(), |token| token.claims().email.clone()))
    }

    #[oai(path = "/users/:user_id/tasks", method = "get")]
    async fn tasks(&self, owner: Owner, user_id: Path<String>) -> PlainText<String> {
        PlainText(format!("{} {}", owner.id(), user_id.0))
    }

    #[oai(path = "/reports", method = "get")]
    async fn reports(&self, user: Authorized<ReadReports>) -> PlainText<String> {
        PlainText(user.id().to_owned())
    }

    #[oai(path = "/both", method = "get")]
    async fn both(
        &self,
        user: MaybeUser,
        _reader: Authorized<ReadReports>,
        _auditor: Authorized<Audit>,
    ) -> PlainText<String> {
        PlainText(user.is_some().to_string())
    }

    #[oai(path = "/mail", method = "post")]
    async fn mail(&self, #[oai(scope = "Scope::Mail")] user: CurrentUser) -> PlainText<String> {
        PlainText(user.id().to_owned())
    }

    #[oai(path = "/monitored", method = "get")]
    async fn monitored(&self, _monitoring: Monitoring, user: CurrentUser) -> PlainText<String> {
        PlainText(user.id().to_owned())
    }

    #[oai(path = "/handled", method = "get")]
    async fn handled(&self, user: Authorized<ReadReports>) -> Answer {
        Answer::Fine(PlainText(user.id().to_owned()))
    }

    #[oai(path = "/counted", method = "get")]
    async fn counted(&self, _user: CurrentUser, count: Query<u32>) -> Answer {
        Answer::Fine(PlainText(count.0.to_string()))
    }

    #[oai(path = "/described", method = "get")]
    async fn described(&self, user: CurrentUser) -> Described {
        Described::Fine(PlainText(user.id().to_owned()))
    }

    #[oai(path = "/public", method = "get")]
    async fn public(&self) -> PlainText<&'static str> {
        PlainText("ran")
    }

    #[oai(path = "/undocumented", method = "get")]
    async fn undocumented(&self, user: jwt_verify_poem::CurrentUser) -> PlainText<String> {
        PlainText(user.id().to_owned())
    }
}

fn document() -> Value {
    serde_json::from_str(&OpenApiService::new(Secured(Api), "Test", "1.0").spec()).unwrap()
}

fn operation(path: &str, method: &str) -> Value {
    document()["paths"][path][method].clone()
}

fn statuses(operation: &Value) -> Vec<&str> {
    operation["responses"].as_object().unwrap().keys().map(String::as_str).collect()
}

fn app(auth: Auth) -> impl Endpoint {
    Route::new()
        .nest("/secured", OpenApiService::new(Secured(Api), "Test", "1.0"))
        .nest("/bare", OpenApiService::new(Api, "Test", "1.0"))
        .data(auth)
}

#[test]
fn the_document_has_the_scheme_and_each_operation_what_its_handler_demands() {
    assert_eq!(
        document()["components"]["securitySchemes"][SCHEME],
        json!({ "type": "http", "scheme": "bearer", "bearerFormat": "JWT" })
    );
    let user = ["200", "401", "503"].as_slice();
    let denied = ["200", "401", "403", "503"].as_slice();
    for (path, method, security, expected) in [
        ("/me", "get", json!([{ "bearer": [] }]), user),
        ("/claims", "get", json!([{ "bearer": [] }]), user),
        ("/maybe", "get", json!([{}, { "bearer": [] }]), user),
        ("/maybe-claims", "get", json!([{}, { "bearer": [] }]), user),
        ("/users/{user_id}/tasks", "get", json!([{ "bearer": [] }]), denied),
        ("/reports", "get", json!([{ "bearer": ["reports:read", "reports:list"] }]), denied),
        // All of them are demanded at once.
        ("/both", "get", json!([{ "bearer": ["reports:read", "reports:list", "audit"] }]), denied),
        ("/mail", "post", json!([{ "bearer": ["mail:send"] }]), user),
        ("/monitored", "get", json!([{ "Monitoring": [] }, { "bearer": [] }]), user),
    ] {
        let operation = operation(path, method);
        assert_eq!(operation["security"], security, "{path}");
        assert_eq!(statuses(&operation), expected, "{path}");
    }
}

#[test]
fn a_refusal_is_described_with_its_fields_and_the_problem() {
    let operation = operation("/reports", "get");
    let problem = json!({ "application/problem+json": { "schema": {
        "type": "object",
        "description": "A problem (RFC 9457).",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string" },
        },
    } } });
    for (status, description, header, schema, meaning) in [
        (
            "401",
            "There is no access token, or it is not accepted.",
            "WWW-Authenticate",
            "string",
            "`Bearer`, with an error code if there was a token.",
        ),
        (
            "403",
            "The caller is not allowed to do this.",
            "WWW-Authenticate",
            "string",
            "`Bearer` with the scopes that are needed, if scopes are the reason.",
        ),
        ("503", "Access tokens cannot be checked at the moment.", "Retry-After", "integer", "Seconds."),
    ] {
        assert_eq!(
            operation["responses"][status],
            json!({
                "description": description,
                "content": problem,
                "headers": { header: {
                    "description": meaning,
                    "deprecated": false,
                    "schema": { "type": schema },
                } },
            }),
            "{status}"
        );
    }
}

#[test]
fn a_response_that_an_operation_describes_itself_stays() {
    let operation = operation("/described", "get");
    assert_eq!(operation["responses"]["401"], json!({ "description": "Log in first." }));
    assert_eq!(statuses(&operation), ["200", "401", "503"]);
}

#[test]
fn operations_without_our_extractors_stay_as_they_are() {
    for path in ["/public", "/undocumented"] {
        let operation = operation(path, "get");
        assert_eq!(operation["security"], Value::Null, "{path}");
        assert_eq!(statuses(&operation), ["200"], "{path}");
    }
}

#[test]
fn without_secured_the_document_has_the_plain_scheme() {
    let document: Value = serde_json::from_str(&OpenApiService::new(Api, "Test", "1.0").spec()).unwrap();
    let paths = &document["paths"];
    assert_eq!(paths["/reports"]["get"]["security"], json!([{ "bearer": [] }]));
    assert_eq!(paths["/maybe"]["get"]["security"], json!([{ "bearer": [] }, {}]));
    assert_eq!(statuses(&paths["/reports"]["get"]), ["200"]);
}

#[test]
fn the_document_is_the_same_each_time_and_in_yaml() {
    let service = OpenApiService::new(Secured(Api), "Test", "1.0");
    assert_eq!(service.spec(), service.spec());
    assert!(service.spec_yaml().contains("reports:list"));
    assert!(!service.spec().contains("demand"));
}

async fn get(app: &TestClient<impl Endpoint>, path: &str, token: Option<&str>) -> Response {
    let request = app.get(path);
    let request = match token {
        Some(token) => request.header("authorization", format!("Bearer {token}")),
        None => request,
    };
    request.send().await.0
}

#[tokio::test]
async fn handlers_take_the_extractors_directly() {
    let issuer = TestIssuer::start();
    let app = TestClient::new(app(Auth::new(issuer.verifier())));
    let token = issuer
        .token()
        .subject("ada")
        .claim("email", "ada@example.test")
        .claim("scope", "reports:read reports:list")
        .claim("plan", "pro")
        .mint();
    for service in ["/secured", "/bare"] {
        for (path, anonymous, expected) in [
            ("/me", 401, "ada"),
            ("/claims", 401, "ada@example.test"),
            ("/maybe", 200, "ada"),
            ("/maybe-claims", 200, "ada@example.test"),
            // Without `Secured` nobody knows how its parameter is called.
            ("/users/ada/tasks", 401, if service == "/bare" { NO_SUCH_PARAMETER } else { "ada ada" }),
            ("/reports", 401, "ada"),
            ("/both", 401, "true"),
            ("/handled", if service == "/bare" { 400 } else { 401 }, "ada"),
            ("/undocumented", 401, "ada"),
        ] {
            let path = format!("{service}{path}");
            assert_eq!(get(&app, &path, None).await.status(), anonymous, "{path}");
            let response = get(&app, &path, Some(&token)).await;
            let status = if expected == NO_SUCH_PARAMETER { 500 } else { 200 };
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(response.into_body().into_string().await.unwrap(), expected, "{path}");
        }
    }
}

#[tokio::test]
async fn a_refusal_is_the_same_response_as_everywhere_else_also_past_a_bad_request_handler() {
    let issuer = TestIssuer::start();
    let app = TestClient::new(app(Auth::new(issuer.verifier())));
    let ada = issuer.token().subject("ada").mint();
    for (path, token, status, challenge, reason) in [
        ("/secured/me", None, 401, Some(r#"Bearer realm="api""#), "no_credentials"),
        ("/bare/me", None, 401, Some(r#"Bearer realm="api""#), "no_credentials"),
        ("/secured/maybe", Some("forged"), 401, Some(INVALID_TOKEN), "malformed"),
        ("/secured/users/grace/tasks", Some(&*ada), 403, None, "not_owner"),
        ("/secured/reports", Some(&*ada), 403, Some(INSUFFICIENT_SCOPE), "insufficient_scope"),
        ("/secured/handled", None, 401, Some(r#"Bearer realm="api""#), "no_credentials"),
        ("/secured/handled", Some("forged"), 401, Some(INVALID_TOKEN), "malformed"),
        ("/secured/handled", Some(&*ada), 403, Some(INSUFFICIENT_SCOPE), "insufficient_scope"),
    ] {
        let response = get(&app, path, token).await;
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(response.header("www-authenticate"), challenge, "{path}");
        assert_eq!(response.content_type(), Some("application/problem+json"), "{path}");
        assert_eq!(response.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(response.data::<Reason>().map(Reason::code), Some(reason), "{path}");
        let body: Value = serde_json::from_str(&response.into_body().into_string().await.unwrap()).unwrap();
        assert_eq!(body["status"], status, "{path}");
    }
}

#[tokio::test]
async fn errors_of_other_extractors_still_go_to_the_bad_request_handler() {
    let issuer = TestIssuer::start();
    let app = TestClient::new(app(Auth::new(issuer.verifier())));
    let token = issuer.token().subject("ada").mint();
    let response = get(&app, "/secured/counted?count=many", Some(&token)).await;
    assert_eq!(response.status(), 400);
    let body = response.into_body().into_string().await.unwrap();
    assert!(body.starts_with("bad: failed to parse parameter `count`"), "{body}");
}

const INVALID_TOKEN: &str = r#"Bearer realm="api", error="invalid_token""#;
const INSUFFICIENT_SCOPE: &str =
    r#"Bearer realm="api", error="insufficient_scope", scope="reports:read reports:list""#;
const NO_SUCH_PARAMETER: &str = r#"{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"The server is not set up to check access tokens here."}"#;
