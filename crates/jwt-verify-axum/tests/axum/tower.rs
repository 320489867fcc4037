//! A tower service that is no router, as tonic's are.

use std::{
    future::{Ready, ready},
    io,
    task::{Context, Poll},
};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderValue, Method, Request, Response, Version, header},
};
use jwt_verify_axum::{Authenticated, Policy, Protect, Reason};
use tower_layer::Layer;
use tower_service::Service;

use crate::setup::{REALM, TestService};

/// Answers whom the guard admitted. Fails if it is called without having been asked whether it is ready, as a service with a limit
/// or a buffer would.
#[derive(Debug)]
struct Inner {
    is_ready: bool,
}

impl Clone for Inner {
    fn clone(&self) -> Self {
        Self { is_ready: false }
    }
}

impl Service<Request<String>> for Inner {
    type Response = Response<String>;
    type Error = io::Error;
    type Future = Ready<Result<Response<String>, io::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<String>) -> Self::Future {
        assert!(self.is_ready, "called without having been ready");
        self.is_ready = false;
        let caller = request.extensions().get::<Authenticated>();
        let id = caller.map_or("nobody", |caller| caller.identity().unwrap().id());
        ready(if request.body() == "fail" {
            Err(io::Error::other("failed"))
        } else {
            Ok(Response::new(id.to_owned()))
        })
    }
}

async fn call(layer: Protect, request: Request<String>) -> io::Result<Response<Body>> {
    let mut service = layer.layer(Inner { is_ready: false });
    std::future::poll_fn(|context| service.poll_ready(context)).await?;
    service.call(request).await
}

fn grpc_request(token: Option<&str>) -> Request<String> {
    let request = Request::post("/tasks.Tasks/List")
        .version(Version::HTTP_2)
        .header(header::CONTENT_TYPE, "application/grpc+proto");
    let request = match token {
        Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
        None => request,
    };
    request.body(String::new()).unwrap()
}

#[tokio::test]
async fn a_call_is_refused_in_trailers_only_form() {
    let service = TestService::new();
    let ada = service.ada();
    let admin = service.auth().require(Policy::role("admin")).grpc();
    for (layer, token, status, message, reason) in [
        (
            service.auth().protect().grpc(),
            None,
            "16",
            "This call needs a valid access token.",
            "no_credentials",
        ),
        (
            service.auth().protect().grpc(),
            Some("forged"),
            "16",
            "This call needs a valid access token.",
            "malformed",
        ),
        (admin, Some(&*ada), "7", "This caller is not allowed to make this call.", "insufficient_scope"),
    ] {
        let response = call(layer, grpc_request(token)).await.unwrap();
        let found: Vec<_> =
            response.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        let expected = [
            ("content-type", "application/grpc"),
            ("cache-control", "no-store"),
            ("grpc-status", status),
            ("grpc-message", message),
        ];
        assert_eq!((response.status().as_u16(), &*found), (200, &expected[..]));
        assert_eq!(response.extensions().get::<Reason>().map(Reason::code), Some(reason));
        assert!(to_bytes(response.into_body(), usize::MAX).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_call_that_is_accepted_reaches_the_service_that_was_ready() {
    let service = TestService::new();
    let response = call(service.auth().protect(), grpc_request(Some(&service.ada()))).await.unwrap();
    assert_eq!(to_bytes(response.into_body(), usize::MAX).await.unwrap(), "ada");
}

#[tokio::test]
async fn what_is_no_call_is_refused_as_http_and_so_is_a_call_where_nobody_said_grpc() {
    let service = TestService::new();
    let grpc = || service.auth().protect().grpc();
    let with = |change: fn(&mut Request<String>)| {
        let mut request = grpc_request(None);
        change(&mut request);
        request
    };
    let content_type = |value: &str| {
        let mut request = grpc_request(None);
        request.headers_mut().insert(header::CONTENT_TYPE, value.parse().unwrap());
        request
    };
    for (layer, request) in [
        (service.auth().protect(), grpc_request(None)),
        (grpc(), with(|request| *request.version_mut() = Version::HTTP_11)),
        (grpc(), with(|request| *request.method_mut() = Method::GET)),
        (grpc(), content_type("application/json")),
        (grpc(), content_type("application/grpc-web+proto")),
        (grpc(), content_type("application/grpcfoo")),
    ] {
        let told = format!("{request:?}");
        let response = call(layer, request).await.unwrap();
        assert_eq!(
            (response.status().as_u16(), &response.headers()["www-authenticate"]),
            (401, &HeaderValue::from_static(REALM)),
            "{told}"
        );
    }
}

#[tokio::test]
async fn an_error_of_the_service_stays_its_own() {
    let service = TestService::new();
    let request = grpc_request(Some(&service.ada())).map(|_| "fail".into());
    assert_eq!(call(service.auth().protect(), request).await.unwrap_err().to_string(), "failed");
}
