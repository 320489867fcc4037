//! `jwt-verify verify -`: one token per line in, one verdict per line out, in the same order, on all cores.

use std::io::{self, BufReader, IsTerminal as _, Write as _};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use jwt_verify_core::Error;
use rayon::prelude::*;

use crate::{
    failure::{Failure, Status},
    input::{Line, Lines, to_u64},
    judge::{Judge, Refusal},
    report::{self, Answer},
};

/// A blank line is a token that is missing, and refused: line n of the output is about line n of the input.
pub(crate) fn run(judge: &Judge, json: bool) -> Result<Status, Failure> {
    // Without a clock there is no answer to any line.
    judge.now()?;
    let mut lines = Lines::new(BufReader::with_capacity(CHUNK, io::stdin().lock()));
    let mut out = anstream::stdout().lock();
    let progress = progress();
    let (mut status, mut count) = (Status::Good, 0_usize);
    while let Some(chunk) = lines.next_chunk()? {
        // `collect` keeps the order.
        let answers: Vec<(String, Status)> = chunk.par_iter().map(|line| answer(judge, line, json)).collect();
        let mut text = String::new();
        for (line, its_status) in &answers {
            text.push_str(line);
            text.push('\n');
            status = status.max(*its_status);
        }
        out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Failure::output)?;
        count = count.saturating_add(chunk.len());
        progress.inc(to_u64(chunk.iter().map(|line| line.length).sum()));
        progress.set_message(format!("{} tokens", HumanCount(to_u64(count))));
    }
    progress.finish_and_clear();
    Ok(status)
}

fn answer(judge: &Judge, line: &Line, json: bool) -> (String, Status) {
    let answer = decide(judge, line);
    let text = if json { report::json(&answer) } else { report::line(&answer) };
    (text, answer.map_or_else(|refusal| refusal.status(), |_| Status::Good))
}

fn decide(judge: &Judge, line: &Line) -> Answer {
    let token = line.text.as_ref().map_err(|error| Refusal::Token(error.clone()))?;
    // Each token at its own time: the input may be a pipe that runs for days.
    let now = judge.now().map_err(|_| Refusal::Token(Error::ClockUnavailable))?;
    judge.decide_among_many(token, now)
}

/// A bar on standard error, if that is a terminal and the verdicts go elsewhere: they show the progress themselves.
fn progress() -> ProgressBar {
    if !io::stderr().is_terminal() || io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match length_of_standard_input() {
        Some(length) => (ProgressBar::new(length), "{bar:40} {percent:>3} %  {msg}, {eta} left"),
        None => (ProgressBar::no_length(), "{spinner} {msg} in {elapsed}"),
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// How much there is to read, if standard input is a file.
fn length_of_standard_input() -> Option<u64> {
    #[cfg(unix)]
    {
        use std::{fs::File, os::fd::AsFd as _};
        let file = File::from(io::stdin().as_fd().try_clone_to_owned().ok()?);
        file.metadata().ok().filter(std::fs::Metadata::is_file).map(|metadata| metadata.len())
    }
    #[cfg(not(unix))]
    None
}

/// How much is read at once, in bytes: about a thousand tokens, so that every core has something to do, and little enough
/// that memory does not matter.
const CHUNK: usize = 1 << 20;
