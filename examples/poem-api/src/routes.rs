//! Which handler answers what, and what each of them asks for: a token, a policy, or nothing.

use std::{error::Error, sync::Arc};

use poem::{
    Endpoint, EndpointExt as _, IntoResponse, Request, Response, Route,
    endpoint::{BoxEndpoint, make},
    error::ResponseError,
    get, handler,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Cors,
    web::{Data, Html},
};
use poem_openapi::{
    ApiResponse, OpenApi,
    error::{ContentTypeError, ParseRequestPayloadError},
    param::Path,
    payload::Json,
};

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

/// The whole service.
pub fn app(config: &Config, auth: Auth, tasks: Tasks) -> Result<impl Endpoint + use<>, Box<dyn Error>> {
    let protect = protect_api(&auth)?;
    let service = openapi::service(Api { tasks });
    let app = Route::new()
        .at("/health", get(health))
        .at("/ready", get(ready))
        .at("/openapi.json", get(document_json.data(Document(service.spec().into()))))
        .at("/docs", get(docs))
        .nest("/", service)
        // This registers `auth`: extractors find it there.
        .data(auth)
        // From here on, what comes later is further out. Refusals pass through CORS: a page could not read them otherwise.
        .with(protect);
    Ok(with_cors(app, config.cors_origins.clone()).around(observe))
}

/// The handlers that are described in the document.
#[derive(Clone, Debug)]
pub struct Api {
    tasks: Tasks,
}

#[OpenApi]
impl Api {
    /// For everybody, by name for those with a token.
    #[oai(path = "/public/hello", method = "get")]
    async fn hello(&self, user: MaybeUser) -> Json<Hello> {
        Json(Hello::to(user.as_ref()))
    }

    /// Who is calling.
    #[oai(path = "/api/me", method = "get")]
    async fn me(&self, user: CurrentUser) -> Json<Me> {
        Json(Me::from(&**user))
    }

    /// The caller's tasks.
    #[oai(path = "/api/:user_id/tasks", method = "get")]
    async fn list_tasks(
        &self,
        owner: Owner,
        /// The caller's ID.
        #[oai(name = "user_id")]
        _user_id: Path<String>,
    ) -> poem::Result<Json<Vec<Task>>> {
        Ok(Json(self.tasks.list(&owner).await?))
    }

    /// One more task for the caller.
    #[oai(path = "/api/:user_id/tasks", method = "post", transform = "answer_bad_bodies")]
    async fn add_task(
        &self,
        owner: Owner,
        /// The caller's ID.
        #[oai(name = "user_id")]
        _user_id: Path<String>,
        task: Json<NewTask>,
    ) -> poem::Result<Added> {
        let task = self.tasks.add(&owner, &task).await?;
        Ok(Added::Task(Json(task)))
    }

    /// A report on the caller's tasks.
    #[oai(path = "/api/reports", method = "get")]
    async fn reports(&self, caller: Authorized<ReadReports>) -> poem::Result<Json<Report>> {
        let tasks = self.tasks.count(&caller).await?;
        Ok(Json(Report { tasks }))
    }

    /// For administrators.
    #[oai(path = "/api/admin", method = "get")]
    async fn admin(&self, caller: Authorized<Administer>) -> Json<Admin> {
        Json(Admin { id: caller.id().to_owned() })
    }
}

#[derive(ApiResponse)]
enum Added {
    /// The task.
    #[oai(status = 201)]
    Task(Json<Task>),
}

/// For a liveness probe: 200, and what is known of the issuer's keys. An outage of the issuer is no reason to start again.
#[handler]
async fn health(auth: Auth) -> Response {
    health_response(&auth.health())
}

/// For a readiness probe: 503 while no token can be verified. Fetches keys if there never were any.
#[handler]
async fn ready(auth: Auth) -> Response {
    health_response(&auth.readiness().await)
}

#[derive(Clone, Debug)]
struct Document(Arc<str>);

#[handler]
async fn document_json(document: Data<&Document>) -> Response {
    Response::builder().content_type("application/json").body(document.0.0.to_string())
}

#[handler]
async fn docs() -> Html<&'static str> {
    Html(openapi::PAGE)
}

/// Poem's own middleware refuses every request with another `Origin`, also those of the service's own page. So it is around the requests of
/// the front ends alone; to others, no header says that their page may read the answer.
fn with_cors(app: impl Endpoint + 'static, origins: Vec<String>) -> impl Endpoint {
    let app: Arc<BoxEndpoint<'static>> = Arc::new(app.map_to_response().boxed());
    let cors = Cors::new()
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE])
        .expose_headers([header::WWW_AUTHENTICATE.as_str(), header::RETRY_AFTER.as_str(), REQUEST_ID]);
    let app_for_front_ends = Arc::new(Arc::clone(&app).with(cors));
    let origins: Arc<[String]> = origins.into();
    make(move |request: Request| {
        let (app, app_for_front_ends, origins) =
            (Arc::clone(&app), Arc::clone(&app_for_front_ends), Arc::clone(&origins));
        async move {
            let origin = request.headers().get(header::ORIGIN).map(HeaderValue::as_bytes);
            match origins.iter().any(|known| Some(known.as_bytes()) == origin) {
                true => app_for_front_ends.get_response(request).await,
                false => app.get_response(request).await,
            }
        }
    })
}

fn answer_bad_bodies(add_task: impl Endpoint) -> impl Endpoint {
    add_task
        .before(|mut request| async move {
            let body = request.take_body().into_bytes_limit(16 * 1024).await;
            request.set_body(body.map_err(|_| Problem::TOO_LARGE)?);
            Ok(request)
        })
        .catch_error(|_: ParseRequestPayloadError| async { Problem::NOT_JSON.as_response() })
        .catch_error(|_: ContentTypeError| async { Problem::NOT_JSON_TYPE.as_response() })
}

fn health_response(reply: &HealthReply) -> Response {
    let mut response = reply.body().to_owned().into_response();
    response.set_status(StatusCode::from_u16(reply.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in reply.headers() {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn as_response(&self) -> Response {
        Response::builder()
            .status(ResponseError::status(self))
            .content_type(Self::CONTENT_TYPE)
            .body(self.body())
    }
}
