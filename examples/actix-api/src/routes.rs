//! Which handler answers what, and what each of them asks for: a token, a policy, or nothing.

use std::{error::Error, sync::Arc};

use actix_cors::Cors;
use actix_web::{
    HttpResponse, ResponseError,
    error::JsonPayloadError,
    http::{StatusCode, header},
    web::{self, Data, Html, Json, JsonConfig, ServiceConfig},
};

use crate::{
    answers::{Admin, Hello, Me, Report},
    auth::{Administer, Auth, Authorized, CurrentUser, HealthReply, MaybeUser, Owner, ReadReports},
    openapi,
    problem::Problem,
    tasks::{NewTask, Task, Tasks},
    telemetry::REQUEST_ID,
};

/// What handlers may ask for.
#[derive(Clone, Debug)]
pub struct Routes {
    auth: Auth,
    tasks: Tasks,
    document: Arc<str>,
}

impl Routes {
    pub fn new(auth: Auth, tasks: Tasks) -> Result<Self, Box<dyn Error>> {
        Ok(Self { auth, tasks, document: openapi::document()?.into() })
    }

    /// The whole service, but for its middleware.
    pub fn add_to(&self, app: &mut ServiceConfig) {
        app
            // This registers `auth`: extractors find it there.
            .app_data(self.auth.clone())
            .app_data(Data::new(self.tasks.clone()))
            .app_data(Data::from(Arc::clone(&self.document)))
            .app_data(
                JsonConfig::default().limit(16 * 1024).error_handler(|error, _| Problem::from(error).into()),
            )
            .route("/health", web::get().to(health))
            .route("/ready", web::get().to(ready))
            .route("/openapi.json", web::get().to(document_json))
            .route("/docs", web::get().to(docs))
            .route("/public/hello", web::get().to(hello))
            .route("/api/me", web::get().to(me))
            .route("/api/{user_id}/tasks", web::get().to(list_tasks))
            .route("/api/{user_id}/tasks", web::post().to(add_task))
            .route("/api/reports", web::get().to(reports))
            .route("/api/admin", web::get().to(admin));
    }
}

/// For a liveness probe: 200, and what is known of the issuer's keys. An outage of the issuer is no reason to start again.
async fn health(auth: Auth) -> HttpResponse {
    health_response(&auth.health())
}

/// For a readiness probe: 503 while no token can be verified. Fetches keys if there never were any.
async fn ready(auth: Auth) -> HttpResponse {
    health_response(&auth.readiness().await)
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
pub async fn list_tasks(owner: Owner, tasks: Data<Tasks>) -> Result<Json<Vec<Task>>, Problem> {
    tasks.list(&owner).await.map(Json)
}

/// One more task for the caller.
#[utoipa::path(post, path = "/api/{user_id}/tasks", params(("user_id" = String, Path, description = "The caller's ID.")),
    request_body = NewTask, responses((status = 201, description = "The task.", body = Task)))]
pub async fn add_task(
    owner: Owner,
    tasks: Data<Tasks>,
    task: Json<NewTask>,
) -> Result<(Json<Task>, StatusCode), Problem> {
    let task = tasks.add(&owner, &task).await?;
    Ok((Json(task), StatusCode::CREATED))
}

/// A report on the caller's tasks.
#[utoipa::path(get, path = "/api/reports", responses((status = 200, description = "The report.", body = Report)))]
pub async fn reports(caller: Authorized<ReadReports>, tasks: Data<Tasks>) -> Result<Json<Report>, Problem> {
    let tasks = tasks.count(&caller).await?;
    Ok(Json(Report { tasks }))
}

/// For administrators.
#[utoipa::path(get, path = "/api/admin", responses((status = 200, description = "Who was let in.", body = Admin)))]
pub async fn admin(caller: Authorized<Administer>) -> Json<Admin> {
    Json(Admin { id: caller.id().to_owned() })
}

async fn document_json(document: Data<str>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(document.to_string())
}

async fn docs() -> Html {
    Html::new(openapi::PAGE)
}

pub fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "POST"])
        .allowed_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([
            header::WWW_AUTHENTICATE,
            header::RETRY_AFTER,
            header::HeaderName::from_static(REQUEST_ID),
        ]);
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}

fn health_response(reply: &HealthReply) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    for field in reply.headers() {
        response.append_header(field);
    }
    response.body(reply.body().to_owned())
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code()).content_type(Self::CONTENT_TYPE).body(self.body())
    }
}

impl From<JsonPayloadError> for Problem {
    fn from(error: JsonPayloadError) -> Self {
        match error {
            JsonPayloadError::Overflow { .. } | JsonPayloadError::OverflowKnownLength { .. } => {
                Self::TOO_LARGE
            }
            JsonPayloadError::ContentType => Self::NOT_JSON_TYPE,
            _ => Self::NOT_JSON,
        }
    }
}
