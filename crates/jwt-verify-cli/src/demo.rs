//! `jwt-verify demo`: an issuer, a protected service, and what becomes of tokens there. No network but this machine's own.
//!
//! The issuer is [`TestIssuer`](jwt_verify_testing::TestIssuer), whose private keys everybody has: it is for watching, and nothing
//! may ever trust it. The service is one of three, built with the public adapters and nothing else, and every request goes over
//! a socket.

mod client;
mod service;
mod serving;
mod stage;
mod story;
mod teller;

use std::io::Write;

use self::{stage::Stage, teller::Teller};
use crate::{
    arguments::DemoArguments,
    failure::{Failure, Status},
    report::{ACCEPTED, REFUSED},
};

/// Tells the story and checks it, or keeps the service up.
pub(crate) fn run(arguments: &DemoArguments) -> Result<Status, Failure> {
    match (arguments.serve, arguments.port) {
        (true, port) => serving::run(arguments.framework, port.unwrap_or_default()),
        (false, None) => tell(arguments),
        (false, Some(_)) => {
            Err(Failure::setup("--port says where --serve listens: give both, or leave it out"))
        }
    }
}

fn tell(arguments: &DemoArguments) -> Result<Status, Failure> {
    let stage = Stage::set_up(arguments.framework)?;
    let mut teller = Teller::new(anstream::stdout().lock());
    teller.introduce(arguments.framework, &stage).map_err(Failure::output)?;
    for scene in story::SCENES {
        teller.begin(scene).map_err(Failure::output)?;
        for step in scene.steps {
            (step.before)(&stage);
            let token = (step.token)(&stage);
            let answer = client::get(stage.service(), step.path, token.as_deref()).map_err(|error| {
                Failure::Setup(format!("the service of the demo does not answer: {error}"))
            })?;
            teller.tell(step, token.as_deref(), &answer, &stage).map_err(Failure::output)?;
            let differences = step.expected.differences(&answer, stage.reason().as_ref());
            if !differences.is_empty() {
                teller.differ(&differences).map_err(Failure::output)?;
                return Ok(Status::Refused);
            }
        }
    }
    close(&mut teller.into_inner()).map_err(Failure::output)?;
    Ok(Status::Good)
}

fn close(out: &mut impl Write) -> std::io::Result<()> {
    let steps: usize = story::SCENES.iter().map(|scene| scene.steps.len()).sum();
    writeln!(out, "\n{ACCEPTED}All {steps} answers were as they must be.{ACCEPTED:#}")?;
    writeln!(out, "To try it yourself:  jwt-verify demo --serve")?;
    out.flush()
}

/// Green for an answer that lets in, red for every other.
fn style_of(status: u16) -> anstyle::Style {
    if status < 400 { ACCEPTED } else { REFUSED }
}
