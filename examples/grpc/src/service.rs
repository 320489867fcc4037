//! The methods. None of them verifies anything: a request that comes here has passed the layer.

use jwt_verify_axum::{Authenticated, Refusal};
use tonic::{Code, Request, Response, Status};

use crate::proto::{
    ListRequest, ListResponse, ReportRequest, ReportResponse, tasks_server::Tasks as TasksMethods,
};

/// Keeps the tasks of two users.
#[derive(Debug)]
pub(crate) struct Tasks;

#[tonic::async_trait]
impl TasksMethods for Tasks {
    async fn list(&self, request: Request<ListRequest>) -> Result<Response<ListResponse>, Status> {
        // A genuine token need not name a user.
        let user = caller(&request)?.identity().map_err(|refusal| status(&refusal))?;
        let tasks = TASKS.iter().filter(|(owner, _)| *owner == user.id());
        let tasks = tasks.map(|(_, task)| String::from(*task)).collect();
        Ok(Response::new(ListResponse { user: user.id().to_owned(), tasks }))
    }

    async fn report(&self, _: Request<ReportRequest>) -> Result<Response<ReportResponse>, Status> {
        Ok(Response::new(ReportResponse { tasks: u64::try_from(TASKS.len()).unwrap_or(u64::MAX) }))
    }
}

/// What the layer left in the request's extensions. Without the layer there is nothing, and nobody is let in.
fn caller<T>(request: &Request<T>) -> Result<&Authenticated, Status> {
    let left = request.extensions().get::<Authenticated>();
    left.ok_or_else(|| Status::internal("this service is not behind `.layer(auth.protect())`"))
}

/// A refusal that a method comes to by itself, as the layer would tell it.
fn status(refusal: &Refusal) -> Status {
    let status = refusal.grpc();
    Status::new(Code::from(i32::from(status.code())), status.message())
}

const TASKS: &[(&str, &str)] = &[
    ("ada", "write the first program"),
    ("ada", "translate Menabrea's notes"),
    ("grace", "find the moth in the relay"),
];
