//! The services on Actix-web.

use core::future::{Ready, ready};

use actix_web::{
    App, Error, FromRequest, HttpRequest, HttpServer, dev::Payload, error::ErrorUnauthorized,
    http::header::AUTHORIZATION, web,
};
use jwt_verify_actix::{Auth, CurrentUser};
use jwt_verify_benches::Session;

use super::{ByHand, NOBODY, Service, Variant};

pub(crate) async fn serve(service: Service) {
    let Service { variant, verifier, by_hand, listener, started, stopped } = service;
    let auth = Auth::new(verifier);
    let server = HttpServer::new(move || {
        // Called by the worker, of which there is one.
        started.on_this_thread();
        let me = || web::resource("/me").get(me);
        App::new().configure(|app| {
            match variant {
                Variant::Bare => app.service(web::resource("/me").get(bare)),
                Variant::Extractor => app.app_data(auth.clone()).service(me()),
                Variant::Guard => app.service(me().wrap(auth.protect())),
                Variant::ByHand => {
                    app.app_data(web::Data::from(by_hand.clone())).service(web::resource("/me").get(caller))
                }
            };
        })
    });
    let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
    let handle = server.handle();
    tokio::spawn(async move {
        let _ = stopped.await;
        // Gracefully it would take a second.
        handle.stop(false).await;
    });
    server.await.unwrap();
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

impl FromRequest for Caller {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let authorization = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let by_hand = request.app_data::<web::Data<ByHand>>();
        let session = by_hand.and_then(|by_hand| by_hand.session(authorization));
        ready(session.map(Self).ok_or_else(|| ErrorUnauthorized("")))
    }
}
