//! `jwt-verify`: is this token genuine, for us, and still valid; and if not, why not?
//!
//! The rules are those of `jwt-verify-core`, and so is the explanation. This program reads files and arguments, and writes
//! verdicts. It opens no connection.
//!
//! | exit status | meaning |
//! |---|---|
//! | 0 | every token is valid (`inspect`: could be read) |
//! | 1 | a token was refused (`inspect`: could not be read) |
//! | 2 | usage or configuration: nothing was decided |
//! | 3 | the keys are unavailable: nothing is known of the token; for sources that fetch keys, of which there is none yet |
//! | 141 | whoever read the output went away, as of any program that ends by `SIGPIPE` |

mod arguments;
mod batch;
mod content;
mod failure;
mod input;
mod inspect;
mod judge;
mod keys;
mod moment;
mod printable;
mod report;
mod table;
mod usage;
mod verify;

use std::{io::Write as _, process::ExitCode};

use crate::{
    arguments::{Arguments, Command},
    failure::{Failure, Status},
};

fn main() -> ExitCode {
    let answer = Arguments::from_command_line().and_then(|arguments| match arguments {
        Some(Arguments { command: Command::Verify(arguments) }) => verify::run(&arguments),
        Some(Arguments { command: Command::Inspect(arguments) }) => inspect::run(&arguments),
        None => Ok(Status::Good),
    });
    match answer {
        Ok(status) => status.into(),
        Err(failure) => {
            if let Failure::Setup(message) = &failure {
                let error = report::REFUSED;
                // Where there is no standard error either, the exit status has to do.
                let _ = writeln!(anstream::stderr(), "{error}error:{error:#} {}", printable::line(message));
            }
            failure.into()
        }
    }
}
