//! With Poem.

use alloc::sync::Arc;
use std::{io, net::TcpListener};

use jwt_verify_poem::{Auth, Authorized, Owner, Reason, http};
use poem::{
    Endpoint, EndpointExt as _, Request, Route, Server, get, handler, listener::TcpAcceptor, web::Json,
};
use serde_json::Value;

use super::{ReadReports, Reasons, reports_for, tasks_of};

/// The user in the path must be the caller.
#[handler]
async fn tasks(owner: Owner) -> Json<Value> {
    Json(tasks_of(owner.id()))
}

/// The caller's token must carry the scope.
#[handler]
async fn reports(caller: Authorized<ReadReports>) -> Json<Value> {
    Json(reports_for(caller.id()))
}

fn app(auth: Auth) -> impl Endpoint {
    Route::new().at("/api/:user_id/tasks", get(tasks)).at("/api/reports", get(reports)).data(auth)
}

pub(super) fn serve(listener: TcpListener, auth: http::Auth, reasons: Reasons) -> io::Result<()> {
    let app = app(auth.into()).around(move |app: Arc<_>, request: Request| {
        let reasons = reasons.clone();
        async move {
            let response = app.get_response(request).await;
            reasons.note(response.extensions().get::<Reason>());
            Ok(response)
        }
    });

    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async { Server::new_with_acceptor(TcpAcceptor::from_std(listener)?).run(app).await })
}
