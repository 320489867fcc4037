//! `jwt-verify verify`.

use std::io::Write as _;

use crate::{
    arguments::VerifyArguments,
    batch,
    failure::{Failure, Status},
    input::Input,
    judge::{Judge, Refusal},
    report,
};

pub(crate) fn run(arguments: &VerifyArguments) -> Result<Status, Failure> {
    // First, so that a mistake in the setup does not wait for a token.
    let judge = Judge::new(arguments)?;
    match Input::of(arguments.token.as_deref())? {
        Input::One(token) => one(&judge, &token, arguments.json),
        Input::TooLong => too_long(&judge, arguments.json),
        Input::Lines => batch::run(&judge, arguments.json),
    }
}

fn one(judge: &Judge, token: &str, json: bool) -> Result<Status, Failure> {
    let now = judge.now()?;
    let answer = judge.decide(token, now);
    let mut out = anstream::stdout().lock();
    if json {
        writeln!(out, "{}", report::json(&answer)).map_err(Failure::output)?;
    } else {
        report::whole(&mut out, &answer, &judge.explain(token, now), &judge.required_scopes(), now)
            .map_err(Failure::output)?;
    }
    out.flush().map_err(Failure::output)?;
    Ok(answer.map_or_else(|refusal| refusal.status(), |_| Status::Good))
}

/// There are no steps to tell: the verifier never saw it.
fn too_long(judge: &Judge, json: bool) -> Result<Status, Failure> {
    let mut out = anstream::stdout().lock();
    if json {
        writeln!(out, "{}", report::json(&Err(Refusal::TooLong))).map_err(Failure::output)?;
    } else {
        report::refused(&mut out, &Refusal::TooLong, judge.now()?).map_err(Failure::output)?;
    }
    out.flush().map_err(Failure::output)?;
    Ok(Refusal::TooLong.status())
}
