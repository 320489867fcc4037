//! `--serve`: the same service, kept up, with lines to copy into another terminal.

use core::{future::poll_fn, pin::pin, task::Poll};
use std::io::{self, Write};

use super::stage::Stage;
use crate::{
    arguments::Framework,
    failure::{Failure, Status},
    report::{BOLD, DIM, WARNING},
};

/// Serves until ctrl-c, by the system's clock.
pub(super) fn run(framework: Framework, port: u16) -> Result<Status, Failure> {
    let stage = Stage::set_up_to_serve(framework, port)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .map_err(|error| Failure::Setup(format!("ctrl-c cannot be waited for: {error}")))?;
    runtime.block_on(async {
        let mut ctrl_c = pin!(tokio::signal::ctrl_c());
        let mut is_told = false;
        poll_fn(|context| {
            // Listens from its first poll on: before anybody can know that the service is up.
            let ended = ctrl_c.as_mut().poll(context);
            if !is_told {
                is_told = true;
                if let Err(error) = introduce(framework, &stage) {
                    return Poll::Ready(Err(Failure::output(error)));
                }
            }
            ended.map_err(|error| Failure::Setup(format!("ctrl-c cannot be waited for: {error}")))
        })
        .await
    })?;
    writeln!(anstream::stdout(), "\nThe service has ended.").map_err(Failure::output)?;
    Ok(Status::Good)
}

fn introduce(framework: Framework, stage: &Stage) -> io::Result<()> {
    let base = format!("http://{}", stage.service());
    let ada = stage.token_of("ada").expires_in(LIFE).mint();
    let grace = stage.token_of("grace").claim("scope", "reports:read").expires_in(LIFE).mint();

    let mut out = anstream::stdout().lock();
    writeln!(out, "A service with {framework} at {base}, which trusts the issuer {}.", stage.issuer_name())?;
    writeln!(
        out,
        "{WARNING}For trying out only{WARNING:#}: the issuer's private keys are public. The tokens below are valid for an hour."
    )?;
    // title, path, token
    for (title, path, token) in [
        ("401: no token", "/api/ada/tasks", None),
        ("200: Ada's own tasks", "/api/ada/tasks", Some(&ada)),
        ("403: Grace asks for Ada's tasks", "/api/ada/tasks", Some(&grace)),
        ("403: Ada's token lacks the scope reports:read", "/api/reports", Some(&ada)),
        ("200: Grace's token has it", "/api/reports", Some(&grace)),
    ] {
        let field = token.map(|token| format!(" -H 'Authorization: Bearer {token}'")).unwrap_or_default();
        writeln!(out, "\n{BOLD}# {title}{BOLD:#}\ncurl -i{field} {base}{path}")?;
    }
    writeln!(out, "\n{DIM}Ctrl-C ends it.{DIM:#}")?;
    out.flush()
}

/// How long the printed tokens are valid, in seconds.
const LIFE: i64 = 3600;
