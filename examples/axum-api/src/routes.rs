//! Which handler answers what, and what each of them asks for: a token, a policy, or nothing.

use std::{error::Error, sync::Arc};

use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, FromRef, State, rejection::JsonRejection},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use tower_http::cors::CorsLayer;

use crate::{
    answers::{Admin, Hello, Me, Report},
    auth::{
        Administer, Auth, Authorized, CurrentUser, HealthReply, MaybeUser, Owner, ReadReports, protect_api,
    },
    config::Config,
    observe::observe,
    openapi,
    problem::Problem,
    tasks::{NewTask, Task, Tasks},
    telemetry::REQUEST_ID,
};

/// What handlers may ask for.
#[derive(Clone, Debug)]
struct AppState {
    auth: Auth,
    tasks: Tasks,
    document: Arc<str>,
}

/// This registers `auth`: extractors find it in the state.
impl FromRef<AppState> for Auth {
    fn from_ref(state: &AppState) -> Self {
        state.auth.clone()
    }
}

impl FromRef<AppState> for Tasks {
    fn from_ref(state: &AppState) -> Self {
        state.tasks.clone()
    }
}

/// The whole service.
pub fn app(config: &Config, auth: Auth, tasks: Tasks) -> Result<Router, Box<dyn Error>> {
    let protect = protect_api(&auth)?;
    let document = openapi::document()?.into();
    Ok(Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/openapi.json", get(document_json))
        .route("/docs", get(docs))
        .route("/public/hello", get(hello))
        .route("/api/me", get(me))
        .route("/api/{user_id}/tasks", get(list_tasks).post(add_task))
        .route("/api/reports", get(reports))
        .route("/api/admin", get(admin))
        .with_state(AppState { auth, tasks, document })
        .layer(DefaultBodyLimit::max(16 * 1024))
        // From here on, what comes later is further out. Refusals pass through CORS: a page could not read them otherwise.
        .layer(protect)
        .layer(cors(&config.cors_origins)?)
        .layer(axum::middleware::from_fn(observe)))
}

/// For a liveness probe: 200, and what is known of the issuer's keys. An outage of the issuer is no reason to start again.
async fn health(State(state): State<AppState>) -> Response {
    health_response(&state.auth.health())
}

/// For a readiness probe: 503 while no token can be verified. Fetches keys if there never were any.
async fn ready(State(state): State<AppState>) -> Response {
    health_response(&state.auth.readiness().await)
}

/// For everybody, by name for those with a token.
#[utoipa::path(get, path = "/public/hello", responses((status = 200, description = "A greeting.", body = Hello)))]
pub async fn hello(user: MaybeUser) -> Json<Hello> {
    Json(Hello::to(user.as_ref()))
}

/// Who is calling.
#[utoipa::path(get, path = "/api/me", responses((status = 200, description = "The caller.", body = Me)))]
pub async fn me(user: CurrentUser) -> Json<Me> {
    Json(Me::from(&*user))
}

/// The caller's tasks.
#[utoipa::path(get, path = "/api/{user_id}/tasks", params(("user_id" = String, Path, description = "The caller's ID.")),
    responses((status = 200, description = "The tasks, the oldest first.", body = Vec<Task>)))]
pub async fn list_tasks(owner: Owner, State(tasks): State<Tasks>) -> Result<Json<Vec<Task>>, Problem> {
    tasks.list(&owner).await.map(Json)
}

/// One more task for the caller.
#[utoipa::path(post, path = "/api/{user_id}/tasks", params(("user_id" = String, Path, description = "The caller's ID.")),
    request_body = NewTask, responses((status = 201, description = "The task.", body = Task)))]
pub async fn add_task(
    owner: Owner,
    State(tasks): State<Tasks>,
    task: Result<Json<NewTask>, JsonRejection>,
) -> Result<(StatusCode, Json<Task>), Problem> {
    let Json(task) = task?;
    let task = tasks.add(&owner, &task).await?;
    Ok((StatusCode::CREATED, Json(task)))
}

/// A report on the caller's tasks.
#[utoipa::path(get, path = "/api/reports", responses((status = 200, description = "The report.", body = Report)))]
pub async fn reports(
    caller: Authorized<ReadReports>,
    State(tasks): State<Tasks>,
) -> Result<Json<Report>, Problem> {
    let tasks = tasks.count(&caller).await?;
    Ok(Json(Report { tasks }))
}

/// For administrators.
#[utoipa::path(get, path = "/api/admin", responses((status = 200, description = "Who was let in.", body = Admin)))]
pub async fn admin(caller: Authorized<Administer>) -> Json<Admin> {
    Json(Admin { id: caller.id().to_owned() })
}

async fn document_json(State(state): State<AppState>) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], state.document.to_string()).into_response()
}

async fn docs() -> Html<&'static str> {
    Html(openapi::PAGE)
}

fn cors(origins: &[String]) -> Result<CorsLayer, Box<dyn Error>> {
    let origins =
        origins.iter().map(|origin| HeaderValue::from_str(origin)).collect::<Result<Vec<_>, _>>()?;
    Ok(CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([header::WWW_AUTHENTICATE, header::RETRY_AFTER, HeaderName::from_static(REQUEST_ID)]))
}

fn health_response(reply: &HealthReply) -> Response {
    let mut response = reply.body().to_owned().into_response();
    *response.status_mut() =
        StatusCode::from_u16(reply.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in reply.headers() {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, [(header::CONTENT_TYPE, Self::CONTENT_TYPE)], self.body()).into_response()
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TOO_LARGE,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::NOT_JSON_TYPE,
            _ => Self::NOT_JSON,
        }
    }
}
