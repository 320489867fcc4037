//! `jwt-verify`: is this token genuine, for us, and still valid; and if not, why not?
//!
//! The rules are those of `jwt-verify-core`, and so is the explanation. This program reads files and arguments, and writes
//! verdicts. Where it is told to fetch keys, `jwt-verify-remote` does. `demo` shows a protected service at work.
//!
//! | exit status | meaning |
//! |---|---|
//! | 0 | every token is valid (`inspect`: could be read; `jwks`: there is a key that can be used) |
//! | 1 | a token was refused (`inspect`: could not be read; `jwks`: no key can be used; `demo`: an answer was not the expected one) |
//! | 2 | usage or configuration: nothing was decided |
//! | 3 | the keys cannot be had: nothing is known of the token |
//! | 141 | whoever read the output went away, as of any program that ends by `SIGPIPE` |

extern crate alloc;

mod arguments;
mod batch;
mod content;
#[cfg(feature = "demo")]
mod demo;
mod failure;
mod input;
mod inspect;
mod judge;
mod jwks;
mod keys;
mod moment;
mod printable;
mod provider;
mod remote;
mod report;
mod table;
mod usage;
mod verify;
mod wait;

use std::{io::Write as _, process::ExitCode};

use crate::{
    arguments::{Arguments, Command},
    failure::{Failure, Status},
};

fn main() -> ExitCode {
    let answer = Arguments::from_command_line().and_then(|arguments| match arguments {
        Some(Arguments { command: Command::Verify(arguments) }) => verify::run(&arguments),
        Some(Arguments { command: Command::Inspect(arguments) }) => inspect::run(&arguments),
        Some(Arguments { command: Command::Jwks(arguments) }) => jwks::run(&arguments),
        #[cfg(feature = "demo")]
        Some(Arguments { command: Command::Demo(arguments) }) => demo::run(&arguments),
        None => Ok(Status::Good),
    });
    match answer {
        Ok(status) => status.into(),
        Err(failure) => {
            if let Failure::Setup(message) | Failure::Keys(message) = &failure {
                let error = report::REFUSED;
                // Where there is no standard error either, the exit status has to do.
                let _ = writeln!(anstream::stderr(), "{error}error:{error:#} {}", printable::line(message));
            }
            failure.into()
        }
    }
}
