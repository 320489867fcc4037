//! Reads tokens, one a line, and says of each who is calling, or why it is refused.
//!
//! `BETTER_AUTH_URL` in the environment is all the configuration there is. Tokens come on standard input: on a command line
//! everybody on the machine could read them.

use std::{error::Error as _, process::ExitCode};

use jwt_verify_core::{Claims, Error, Identity, Verifier};
use tokio::io::{AsyncBufReadExt as _, BufReader};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let environment = match jwt_verify_remote::from_env() {
        Ok(environment) => environment,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    for notice in environment.notices() {
        eprintln!("notice: {notice}");
    }
    // Nothing is fetched before the first token; `prefetch()` on its keys would have them at hand at start-up.
    let verifier = environment.into_verifier();

    let mut tokens = BufReader::new(tokio::io::stdin()).lines();
    loop {
        match tokens.next_line().await {
            Ok(Some(token)) => println!("{}", answer(&verifier, &token).await),
            Ok(None) => return ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("standard input cannot be read: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
}

/// One line: `accepted` and who, `refused` and the reason, or `unavailable` where nothing can be said about the token.
async fn answer(verifier: &Verifier, token: &str) -> String {
    match caller(verifier, token).await {
        Ok(caller) => format!("accepted {}", describe(&caller)),
        // An outage of the issuer, not the token's fault: 503 in HTTP, where a refusal is 401.
        Err(error @ Error::KeySource(_)) => format!("unavailable {}: {}", error.code(), with_causes(&error)),
        Err(error) => format!("refused {}: {error}", error.code()),
    }
}

/// Who is calling. Waits for the issuer only when the keys at hand do not answer for the token.
async fn caller(verifier: &Verifier, token: &str) -> Result<Identity, Error> {
    verifier.verify::<Claims>(token).await?.identity()
}

/// Escaped, as users choose their own names and addresses, and could put line ends and terminal commands into them.
fn describe(caller: &Identity) -> String {
    let id = caller.id().escape_debug();
    match caller.email() {
        None => id.to_string(),
        // An address that nobody has confirmed says nothing about who is calling.
        Some(email) if caller.email_verified() != Some(true) => {
            format!("{id} {} (address not confirmed)", email.escape_debug())
        }
        Some(email) => format!("{id} {}", email.escape_debug()),
    }
}

fn with_causes(error: &Error) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        told.push_str(": ");
        told.push_str(&cause.to_string());
        source = cause.source();
    }
    told
}
