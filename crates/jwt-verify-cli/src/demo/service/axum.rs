//! With Axum.

use std::{io, net::TcpListener};

use axum::{Json, Router, middleware, response::Response, routing::get};
use jwt_verify_axum::{Auth, Authorized, Owner, Reason, http};
use serde_json::Value;

use super::{ReadReports, Reasons, reports_for, tasks_of};

/// The user in the path must be the caller.
async fn tasks(owner: Owner) -> Json<Value> {
    Json(tasks_of(owner.id()))
}

/// The caller's token must carry the scope.
async fn reports(caller: Authorized<ReadReports>) -> Json<Value> {
    Json(reports_for(caller.id()))
}

fn app(auth: Auth) -> Router {
    Router::new().route("/api/{user_id}/tasks", get(tasks)).route("/api/reports", get(reports)).layer(auth)
}

pub(super) fn serve(listener: TcpListener, auth: http::Auth, reasons: Reasons) -> io::Result<()> {
    let note_reason = move |response: Response| {
        reasons.note(response.extensions().get::<Reason>());
        core::future::ready(response)
    };
    let app = app(auth.into()).layer(middleware::map_response(note_reason));

    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async { axum::serve(tokio::net::TcpListener::from_std(listener)?, app).await })
}
