//! What this framework alone can do. What all three do is in the conformance suite.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod cors;
mod extract;
mod guard;
mod owner;
mod registration;

use actix_web::{
    App, Error,
    body::{self, MessageBody},
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::header::AUTHORIZATION,
    test::{TestRequest, call_service, init_service},
};
use jwt_verify_actix::{CurrentUser, Reason, Verifier, remote::RemoteIssuer};
use jwt_verify_testing::TestIssuer;

async fn me(user: CurrentUser) -> String {
    user.id().to_owned()
}

fn get(path: &str) -> TestRequest {
    TestRequest::get().uri(path)
}

/// With a token of this user.
fn get_as(issuer: &TestIssuer, user: &str, path: &str) -> TestRequest {
    with_token(get(path), &issuer.token().subject(user).mint())
}

fn with_token(request: TestRequest, token: &str) -> TestRequest {
    request.insert_header((AUTHORIZATION, format!("Bearer {token}")))
}

async fn answer<T, B>(app: App<T>, request: TestRequest) -> ServiceResponse<B>
where
    T: ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<B>,
            Error = Error,
            InitError = (),
        > + 'static,
    T::Future: 'static,
    B: MessageBody,
{
    call_service(&init_service(app).await, request.to_request()).await
}

/// The status and the body.
async fn read<B: MessageBody>(response: ServiceResponse<B>) -> (u16, String) {
    let status = response.status().as_u16();
    let bytes = body::to_bytes(response.into_body()).await.ok().unwrap();
    (status, String::from_utf8(bytes.into()).unwrap())
}

/// What middleware outside can find out about a refusal.
fn reason_of<B>(response: &ServiceResponse<B>) -> Option<&'static str> {
    response.response().extensions().get::<Reason>().map(Reason::code)
}

/// Trusts the issuer, and fetches its keys from the server of another, or from its own.
fn fetching(issuer: &TestIssuer, server: &TestIssuer) -> Verifier {
    let trusted = RemoteIssuer::jwks(issuer.name(), server.jwks_url())
        .audience(issuer.audience())
        .algorithms(issuer.algorithms())
        .build()
        .unwrap();
    Verifier::builder().issuer(trusted.into()).clock(issuer.clock()).build().unwrap()
}
