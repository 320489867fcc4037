//! With Actix-web.

use std::{io, net::TcpListener};

use actix_web::{
    App, HttpServer,
    dev::Service as _,
    rt::System,
    web::{self, Json, ServiceConfig},
};
use jwt_verify_actix::{Auth, Authorized, Owner, Reason, http};
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

fn app(auth: Auth) -> impl FnOnce(&mut ServiceConfig) {
    |app| {
        app.app_data(auth)
            .route("/api/{user_id}/tasks", web::get().to(tasks))
            .route("/api/reports", web::get().to(reports));
    }
}

pub(super) fn serve(listener: TcpListener, auth: http::Auth, reasons: Reasons) -> io::Result<()> {
    let auth = Auth::from(auth);
    let build = move || {
        let reasons = reasons.clone();
        App::new().configure(app(auth.clone())).wrap_fn(move |request, service| {
            let reasons = reasons.clone();
            let response = service.call(request);
            async move {
                let response = response.await?;
                reasons.note(response.response().extensions().get::<Reason>());
                Ok(response)
            }
        })
    };
    // Whoever pressed ctrl-c meant the program.
    System::new().block_on(HttpServer::new(build).workers(1).disable_signals().listen(listener)?.run())
}
