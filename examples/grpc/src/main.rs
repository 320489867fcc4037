//! Starts an issuer and the service, calls the service as its clients would, and says what came back.

use std::error::Error;

use grpc::proto::{ListRequest, ReportRequest, tasks_client::TasksClient};
use jwt_verify_axum::Auth;
use jwt_verify_testing::{Tamper, TestIssuer};
use tokio::net::TcpListener;
use tonic::{Code, Request, Status, transport::Endpoint};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    // An issuer in this process, for an example that runs by itself. With one of yours: `let auth = Auth::from_env()?;`
    let issuer = TestIssuer::start();
    let auth = Auth::new(issuer.verifier());

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(grpc::serve(listener, auth));
    let mut client = TasksClient::new(Endpoint::try_from(format!("http://{address}"))?.connect().await?);

    let ada = issuer.token().subject("ada").mint();
    let forged = issuer.token().subject("ada").tamper(Tamper::FlipSignatureBit).mint();
    let reader = issuer.token().subject("grace").claim("scope", "reports:read").mint();

    let list = client.list(ListRequest {}).await.map(|answer| format!("{:?}", answer.into_inner().tasks));
    say("List without a token", list, Code::Unauthenticated)?;
    let list = client.list(with(&forged, ListRequest {})?).await;
    let list = list.map(|answer| format!("{:?}", answer.into_inner().tasks));
    say("List with a forged token", list, Code::Unauthenticated)?;
    let list = client.list(with(&ada, ListRequest {})?).await;
    let list = list.map(|answer| format!("{:?}", answer.into_inner().tasks));
    say("List with Ada's token", list, Code::Ok)?;
    let report = client.report(with(&ada, ReportRequest {})?).await;
    let report = report.map(|answer| format!("{} tasks", answer.into_inner().tasks));
    say("Report with Ada's token, which lacks the scope", report, Code::PermissionDenied)?;
    let report = client.report(with(&reader, ReportRequest {})?).await;
    let report = report.map(|answer| format!("{} tasks", answer.into_inner().tasks));
    say("Report with a token that has it", report, Code::Ok)
}

/// What a client does: the token goes into the metadata, which are header fields of HTTP.
fn with<T>(token: &str, message: T) -> Result<Request<T>, Box<dyn Error>> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse()?);
    Ok(request)
}

/// Says what came back, and ends the program if that is not what must come.
fn say(call: &str, answer: Result<String, Status>, expected: Code) -> Result<(), Box<dyn Error>> {
    let (code, words) = match answer {
        Ok(message) => (Code::Ok, message),
        Err(status) => (status.code(), status.message().to_owned()),
    };
    println!("{call:47}  {code:?}: {words}");
    if code == expected {
        Ok(())
    } else {
        Err(format!("{call}: expected {expected:?}, found {code:?}").into())
    }
}
