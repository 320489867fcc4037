//! The services on Poem.

use std::{net::TcpListener, sync::Arc};

use jwt_verify_benches::Session;
use jwt_verify_poem::{Auth, CurrentUser};
use poem::{
    Endpoint, EndpointExt, FromRequest, Request, RequestBody, Route, Server, get, handler,
    http::{StatusCode, header::AUTHORIZATION},
    listener::TcpAcceptor,
};
use tokio::sync::oneshot;

use super::{ByHand, NOBODY, Service, Variant};

pub(crate) async fn serve(service: Service) {
    let Service { variant, verifier, by_hand, listener, started, stopped } = service;
    let auth = Auth::new(verifier);
    started.on_this_thread();
    match variant {
        Variant::Bare => run(Route::new().at("/me", get(bare)), listener, stopped).await,
        Variant::Extractor => run(Route::new().at("/me", get(me)).data(auth), listener, stopped).await,
        Variant::Guard => run(Route::new().at("/me", get(me)).with(auth.protect()), listener, stopped).await,
        Variant::ByHand => {
            run(Route::new().at("/me", get(caller)).data(by_hand), listener, stopped).await;
        }
    }
}

async fn run(app: impl Endpoint + 'static, listener: TcpListener, stopped: oneshot::Receiver<()>) {
    let acceptor = TcpAcceptor::from_std(listener).unwrap();
    let stopped = async { drop(stopped.await) };
    Server::new_with_acceptor(acceptor).run_with_graceful_shutdown(app, stopped, None).await.unwrap();
}

#[handler]
async fn bare() -> String {
    NOBODY.to_owned()
}

#[handler]
async fn me(user: CurrentUser) -> String {
    user.id().to_owned()
}

#[handler]
async fn caller(Caller(session): Caller) -> String {
    session.sub
}

struct Caller(Session);

impl<'a> FromRequest<'a> for Caller {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let session = request.data::<Arc<ByHand>>().and_then(|by_hand| by_hand.session(authorization));
        Ok(Self(session.ok_or_else(|| poem::Error::from_status(StatusCode::UNAUTHORIZED))?))
    }
}
