//! The services on Axum.

use std::sync::Arc;

use axum::{
    Router,
    extract::FromRequestParts,
    http::{StatusCode, header::AUTHORIZATION, request::Parts},
    routing::get,
};
use jwt_verify_axum::{Auth, CurrentUser};
use jwt_verify_benches::Session;
use tokio::net::TcpListener;

use super::{ByHand, NOBODY, Service, Variant};

pub(crate) async fn serve(service: Service) {
    let auth = Auth::new(service.verifier);
    let app: Router = match service.variant {
        Variant::Bare => Router::new().route("/me", get(bare)),
        Variant::Extractor => Router::new().route("/me", get(me)).with_state(auth),
        Variant::Guard => Router::new().route("/me", get(me)).layer(auth.protect()),
        Variant::ByHand => Router::new().route("/me", get(caller)).with_state(service.by_hand),
    };
    let listener = TcpListener::from_std(service.listener).unwrap();
    service.started.on_this_thread();
    let stopped = async { drop(service.stopped.await) };
    axum::serve(listener, app).with_graceful_shutdown(stopped).await.unwrap();
}

async fn bare() -> String {
    NOBODY.to_owned()
}

async fn me(user: CurrentUser) -> String {
    user.id().to_owned()
}

async fn caller(Caller(session): Caller) -> String {
    session.sub
}

struct Caller(Session);

impl FromRequestParts<Arc<ByHand>> for Caller {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, by_hand: &Arc<ByHand>) -> Result<Self, StatusCode> {
        let authorization = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        by_hand.session(authorization).map(Self).ok_or(StatusCode::UNAUTHORIZED)
    }
}
