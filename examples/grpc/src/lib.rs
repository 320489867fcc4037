//! A gRPC service that knows who is calling: tonic, and the tower layer of `jwt-verify-axum`.

mod service;

use std::io;

use jwt_verify_axum::{Auth, PathPatternError, Policy, Protect};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;

use crate::{proto::tasks_server::TasksServer, service::Tasks};

/// Generated from `proto/tasks.proto`.
#[expect(unused_qualifications, reason = "generated")]
pub mod proto {
    tonic::include_proto!("tasks.v1");
}

/// Who may call what. The path of a gRPC request is its method: `/package.Service/Method`.
fn protect(auth: &Auth) -> Result<Protect, PathPatternError> {
    auth.protect().grpc().require_on("/tasks.v1.Tasks/Report", Policy::scope("reports:read"))
}

/// Serves until the task is dropped.
///
/// # Errors
///
/// If the socket fails.
pub async fn serve(listener: TcpListener, auth: Auth) -> io::Result<()> {
    let protect = protect(&auth).map_err(io::Error::other)?;
    Server::builder()
        .layer(protect)
        .add_service(TasksServer::new(Tasks))
        .serve_with_incoming(TcpListenerStream::new(listener))
        .await
        .map_err(io::Error::other)
}
