//! The service as its clients meet it, over a socket.
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

use grpc::proto::{ListRequest, ReportRequest, tasks_client::TasksClient};
use jwt_verify_axum::Auth;
use jwt_verify_testing::{Tamper, TestIssuer};
use tokio::net::TcpListener;
use tonic::{
    Code, Request, Status,
    transport::{Channel, Endpoint},
};

async fn client_of(issuer: &TestIssuer) -> TasksClient<Channel> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(grpc::serve(listener, Auth::new(issuer.verifier())));
    let endpoint = Endpoint::try_from(format!("http://{address}")).unwrap();
    TasksClient::new(endpoint.connect().await.unwrap())
}

fn with<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    request
}

fn told<T>(answer: Result<T, Status>) -> (Code, String) {
    match answer {
        Ok(_) => (Code::Ok, String::new()),
        Err(status) => (status.code(), status.message().to_owned()),
    }
}

#[tokio::test]
async fn each_caller_gets_their_own_tasks() {
    let issuer = TestIssuer::start();
    let mut client = client_of(&issuer).await;
    // user, tasks
    for (user, tasks) in [("ada", 2), ("grace", 1), ("edsger", 0)] {
        let token = issuer.token().subject(user).mint();
        let answer = client.list(with(&token, ListRequest {})).await.unwrap().into_inner();
        assert_eq!((&*answer.user, answer.tasks.len()), (user, tasks));
    }
}

#[tokio::test]
async fn a_call_without_a_good_token_is_unauthenticated_and_not_told_why() {
    let issuer = TestIssuer::start();
    let mut client = client_of(&issuer).await;
    let refused = (Code::Unauthenticated, String::from("This call needs a valid access token."));
    assert_eq!(told(client.list(ListRequest {}).await), refused);
    for token in [
        issuer.token().tamper(Tamper::FlipSignatureBit),
        issuer.token().tamper(Tamper::AlgorithmNone),
        issuer.token().expires_in(-3600),
        issuer.token().claim("aud", "https://other.example"),
        issuer.token().remove_claim("sub"),
    ] {
        assert_eq!(told(client.list(with(&token.mint(), ListRequest {})).await), refused);
    }
}

#[tokio::test]
async fn a_method_with_a_policy_needs_its_scope() {
    let issuer = TestIssuer::start();
    let mut client = client_of(&issuer).await;
    let without = issuer.token().claim("scope", "reports:write").mint();
    assert_eq!(
        told(client.report(with(&without, ReportRequest {})).await),
        (Code::PermissionDenied, String::from("This caller is not allowed to make this call."))
    );
    let reader = issuer.token().claim("scope", "reports:read").mint();
    let answer = client.report(with(&reader, ReportRequest {})).await.unwrap().into_inner();
    assert_eq!(answer.tasks, 3);
}

#[tokio::test]
async fn broken_credentials_are_an_invalid_argument() {
    let issuer = TestIssuer::start();
    let mut client = client_of(&issuer).await;
    assert_eq!(
        told(client.list(with("two tokens", ListRequest {})).await),
        (Code::InvalidArgument, String::from("This call is not well-formed."))
    );
}
