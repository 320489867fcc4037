//! What this framework alone can do. What all three do is in the conformance suite.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod cors;
mod extract;
mod guard;
mod owner;
mod registration;

use jwt_verify_poem::{CurrentUser, Reason};
use jwt_verify_testing::TestIssuer;
use poem::{
    Body, Endpoint, IntoResponse, Request, Response, handler,
    http::{self, Method, header, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};

#[handler]
async fn me(user: CurrentUser) -> String {
    user.id().to_owned()
}

#[handler]
async fn ran() -> &'static str {
    "ran"
}

/// As a server receives it: with its original URI, which requests that are made do not have.
fn request(method: Method, path: &str, fields: &[(&str, &str)]) -> Request {
    let mut request = http::Request::builder().method(method).uri(path);
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    let (parts, ()) = request.body(()).unwrap().into_parts();
    let parts = (parts, LocalAddr::default(), RemoteAddr::default(), Scheme::HTTP).into();
    Request::from_parts(parts, Body::empty())
}

fn get(path: &str) -> Request {
    request(Method::GET, path, &[])
}

/// With a token of this user.
fn get_as(issuer: &TestIssuer, user: &str, path: &str) -> Request {
    with_token(get(path), &issuer.token().subject(user).mint())
}

fn with_token(mut request: Request, token: &str) -> Request {
    request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    request
}

/// What the server would send.
async fn answer(app: &impl Endpoint, request: Request) -> Response {
    app.get_response(request).await.into_response()
}

/// The status and the body.
async fn read(response: Response) -> (u16, String) {
    (response.status().as_u16(), response.into_body().into_string().await.unwrap())
}

/// What middleware outside can find out about a refusal.
fn reason_of(response: &Response) -> Option<&'static str> {
    response.data::<Reason>().map(Reason::code)
}
