//! The command line: what may be said, and how it is documented.

#[cfg(feature = "demo")]
mod demo;
mod keys;

use core::time::Duration;
use std::{env, io::Write as _, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use jiff::SignedDuration;
use jwt_verify_core::{Algorithm, UnixTime, UnknownAlgorithm};

#[cfg(feature = "demo")]
pub(crate) use self::demo::{DemoArguments, Framework};
pub(crate) use self::keys::{FetchArguments, KeyArguments};
use crate::{failure::Failure, usage};

/// Verifies JSON Web Tokens: is this token genuine, for us, and still valid; and if not, why not?
#[derive(Debug, Parser)]
#[command(name = "jwt-verify", version, arg_required_else_help = true, after_help = EXIT_STATUS)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Verify a token, and tell each step
    #[command(after_help = VERIFY_EXAMPLES)]
    Verify(Box<VerifyArguments>),
    /// Show what is in a token, WITHOUT verifying anything
    #[command(after_help = INSPECT_EXAMPLES)]
    Inspect(InspectArguments),
    /// Show the keys of a JWK Set: which can be used, and why the others cannot
    #[command(after_help = JWKS_EXAMPLES)]
    Jwks(JwksArguments),
    /// Watch a protected service at work: good tokens, bad ones, new keys, an outage
    #[cfg(feature = "demo")]
    #[command(after_help = demo::EXAMPLES)]
    Demo(DemoArguments),
}

#[derive(Args, Debug)]
pub(crate) struct VerifyArguments {
    /// The token; `-` reads one token per line from standard input, and no argument reads a single one
    #[arg(value_name = "TOKEN|-")]
    pub(crate) token: Option<String>,

    #[command(flatten)]
    pub(crate) keys: KeyArguments,

    /// What the provider must be told, such as base=acme.eu.auth0.com; repeat it for others
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting, help_heading = keys::PROVIDER)]
    pub(crate) set: Vec<(String, String)>,

    #[command(flatten)]
    pub(crate) fetch: FetchArguments,

    /// The algorithms that the issuer signs with; no default, since the token must not choose
    #[arg(long, value_name = "A,B", value_delimiter = ',', value_parser = algorithm, help_heading = TRUST)]
    pub(crate) algorithms: Vec<Algorithm>,

    /// The exact text of the tokens' `iss`; repeat it for other texts by which the same issuer goes
    #[arg(long, value_name = "NAME", help_heading = TRUST)]
    pub(crate) issuer: Vec<String>,

    /// The value of `aud` that means this service; repeat it for others, of which one must be there
    #[arg(long, value_name = "NAME", help_heading = TRUST)]
    pub(crate) audience: Vec<String>,

    /// Accept tokens of every issuer, or of none, that the keys verify
    #[arg(long, conflicts_with_all = ["issuer", "provider"], help_heading = TRUST)]
    pub(crate) danger_any_issuer: bool,

    /// Accept tokens that are meant for anybody
    #[arg(long, conflicts_with_all = ["audience", "provider"], help_heading = TRUST)]
    pub(crate) danger_any_audience: bool,

    /// Accept tokens without `exp`, which never end
    #[arg(long, help_heading = RULES)]
    pub(crate) danger_no_expiration: bool,

    /// How far the issuer's clock and this one may disagree, in whole seconds, at most 5m
    #[arg(
        long,
        value_name = "TIME",
        default_value = "60s",
        value_parser = whole_seconds,
        allow_hyphen_values = true,
        help_heading = RULES
    )]
    pub(crate) leeway: Duration,

    /// The longest time since `iat` that a token is accepted, in whole seconds, such as 1h; by default only `exp` counts
    #[arg(
        long,
        value_name = "TIME",
        value_parser = whole_seconds,
        allow_hyphen_values = true,
        help_heading = RULES
    )]
    pub(crate) max_age: Option<Duration>,

    /// The time to verify at, in seconds since 1970; by default that of the system's clock
    #[arg(
        long,
        value_name = "UNIX",
        value_parser = unix_time,
        allow_negative_numbers = true,
        help_heading = RULES
    )]
    pub(crate) now: Option<UnixTime>,

    /// A claim that must be there, whatever its value; may be repeated; by default none but those of the other rules
    #[arg(long, value_name = "CLAIM", help_heading = RULES)]
    pub(crate) require: Vec<String>,

    /// What the header's `typ` must be; repeat it for others; by default access tokens: `typ` absent, JWT or at+jwt. DANGER:
    /// `any` accepts all that the keys have signed, ID tokens and logout tokens too, and is as dangerous as --danger-…
    #[arg(long, value_name = "TYPE", help_heading = RULES)]
    pub(crate) typ: Vec<String>,

    /// A scope that the token must carry, in `scope` or `scp`, one word; may be repeated; by default none
    #[arg(long, value_name = "SCOPE", value_parser = scope, help_heading = RULES)]
    pub(crate) scope: Vec<String>,

    /// Write one JSON object per token, on a line of its own
    #[arg(long, help_heading = OUTPUT)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct InspectArguments {
    /// The token; `-` reads one token per line from standard input, and no argument reads a single one
    #[arg(value_name = "TOKEN|-")]
    pub(crate) token: Option<String>,

    /// The time that "ago" counts from, in seconds since 1970; by default that of the system's clock
    #[arg(long, value_name = "UNIX", value_parser = unix_time, allow_negative_numbers = true)]
    pub(crate) now: Option<UnixTime>,

    /// Write one JSON object per token, on a line of its own
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct JwksArguments {
    /// The address that the set is served at, or a file that holds it
    #[arg(value_name = "URL|FILE", value_parser = usage::place(), conflicts_with = "issuer")]
    pub(crate) place: Option<PathBuf>,

    /// The URL of an issuer whose metadata tell the address (OpenID Connect Discovery, RFC 8414)
    #[arg(long, value_name = "URL", value_parser = usage::address(), allow_hyphen_values = true)]
    pub(crate) issuer: Option<String>,

    #[command(flatten)]
    pub(crate) fetch: FetchArguments,

    /// Write one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

impl Arguments {
    /// Reads the command line, or says what is wrong with it. `None` if there is nothing more to do, as after `--help`.
    pub(crate) fn from_command_line() -> Result<Option<Self>, Failure> {
        let error = match Self::try_parse() {
            Ok(arguments) => return Ok(Some(arguments)),
            Err(error) => error,
        };
        if !error.use_stderr() {
            let _ = write!(anstream::stdout(), "{}", error.render().ansi());
            return Ok(None);
        }
        let command = match env::args_os().nth(1) {
            Some(command) if command == "verify" => "jwt-verify verify",
            Some(command) if command == "inspect" => "jwt-verify inspect",
            Some(command) if command == "jwks" => "jwt-verify jwks",
            #[cfg(feature = "demo")]
            Some(command) if command == "demo" => "jwt-verify demo",
            _ => "jwt-verify",
        };
        Err(Failure::Setup(usage::in_one_line(&error, command)))
    }
}

fn algorithm(name: &str) -> Result<Algorithm, String> {
    let name = name.trim();
    if name.eq_ignore_ascii_case("none") {
        return Err(String::from(
            "`none` means unsigned, and an unsigned token is never accepted: name what the issuer signs with, such as EdDSA",
        ));
    }
    name.parse().map_err(|unknown: UnknownAlgorithm| unknown.to_string())
}

/// `60`, `60s`, `2m`, `1h 30m`. Fractions of seconds are refused: the core counts whole ones, and would drop them.
fn whole_seconds(text: &str) -> Result<Duration, &'static str> {
    if let Ok(seconds) = text.parse() {
        return Ok(Duration::from_secs(seconds));
    }
    let duration: Option<SignedDuration> = text.parse().ok();
    let duration: Duration = duration
        .and_then(|duration| duration.try_into().ok())
        .ok_or("not a length of time: write 60, 60s, 2m or 1h")?;
    match duration.subsec_nanos() {
        0 => Ok(duration),
        _ => Err("seconds are counted whole: write 60, 60s, 2m or 1h"),
    }
}

fn setting(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((String::from(name), String::from(value))),
        _ => Err("not a setting: write NAME=VALUE, such as base=acme.eu.auth0.com"),
    }
}

/// RFC 6749 §3.3: a space separates scopes, and none is empty. Such a one would be in no token.
fn scope(text: &str) -> Result<String, &'static str> {
    if text.is_empty() || text.contains(|character: char| character.is_whitespace() || character.is_control())
    {
        return Err("a scope is one word: repeat the flag for each");
    }
    Ok(String::from(text))
}

fn unix_time(text: &str) -> Result<UnixTime, &'static str> {
    text.parse()
        .map(UnixTime::from_secs)
        .map_err(|_| "not a number of seconds since 1970: write one, as `date +%s` does")
}

const TRUST: &str = "Whom to trust (all three, unless --provider says it)";
const RULES: &str = "Rules";
const OUTPUT: &str = "Output";

const EXIT_STATUS: &str = "\
Exit status:
  0  every token is valid (inspect: could be read; jwks: there is a key
     that can be used)
  1  a token was refused (inspect: could not be read; jwks: no key can
     be used)
  2  usage or configuration: nothing was decided
  3  the keys cannot be had: nothing is known of the token (does not
     occur with keys from files)";

const VERIFY_EXAMPLES: &str = "\
Examples:
  A token by the keys that its issuer publishes:
    jwt-verify verify --jwks jwks.json --algorithms EdDSA \\
      --issuer https://id.example --audience https://api.example \"$TOKEN\"

  The same, with the keys fetched from where the issuer serves them:
    jwt-verify verify --jwks-url https://id.example/jwks.json \\
      --algorithms EdDSA --issuer https://id.example \\
      --audience https://api.example \"$TOKEN\"

  Or from where the issuer's metadata say that they are:
    jwt-verify verify --discover --issuer https://id.example \\
      --algorithms EdDSA --audience https://api.example \"$TOKEN\"

  A token of a provider whose rules are known:
    jwt-verify verify --provider auth0 --set base=acme.eu.auth0.com \\
      --audience https://api.example \"$TOKEN\"

  By one public key, with a scope that must be there:
    jwt-verify verify --key public.pem --algorithms RS256,PS256 \\
      --issuer https://id.example --audience https://api.example \\
      --scope invoices:read \"$TOKEN\"

  By a shared secret, read from the environment:
    jwt-verify verify --secret-env JWT_SECRET --algorithms HS256 \\
      --issuer https://id.example --audience https://api.example \"$TOKEN\"

  Many tokens, one per line in and one verdict per line out:
    jwt-verify verify --jwks jwks.json --algorithms EdDSA \\
      --issuer https://id.example --audience https://api.example \\
      --json - < tokens.txt

Keys are fetched over HTTPS before the first token is read, and again
when one line of many names a key that is not known; no redirect is
followed, and the variables HTTPS_PROXY and NO_PROXY count.

Exit status:
  0  every token is valid
  1  a token was refused
  2  usage or configuration: nothing was decided
  3  the keys cannot be had: nothing is known of the token (does not
     occur with keys from files)";

const INSPECT_EXAMPLES: &str = "\
Examples:
  jwt-verify inspect \"$TOKEN\"
  jwt-verify inspect --json < token.txt

Nothing is verified: anybody can write a token that says anything. Exit status 0 only means that it could be read.";

const JWKS_EXAMPLES: &str = "\
Examples:
  The keys that an issuer serves:
    jwt-verify jwks https://id.example/jwks.json

  From where its metadata say that they are:
    jwt-verify jwks --issuer https://id.example

  Those in a file:
    jwt-verify jwks jwks.json

Exit status:
  0  there is a key that can be used
  1  there is none
  2  usage or configuration; what a file holds is no JWK Set
  3  the keys cannot be had";

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_definition_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn lengths_of_time_are_read_as_people_write_them() {
        for (text, seconds) in
            [("0", 0), ("60", 60), ("60s", 60), ("2m", 120), ("1h", 3600), ("1h 30m", 5400), ("24h", 86400)]
        {
            assert_eq!(whole_seconds(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "-1", "-1s", "soon", "1 fortnight", "60 60"] {
            assert!(whole_seconds(text).is_err(), "{text}");
        }
        for text in ["300.9s", "0.5s", "500ms", "1s 1ns"] {
            assert!(whole_seconds(text).unwrap_err().contains("whole"), "{text}");
        }
        assert_eq!(whole_seconds("1.5h"), Ok(Duration::from_secs(5400)));
    }

    #[test]
    fn an_unsigned_token_cannot_be_asked_for() {
        for name in ["none", "None", "NONE", " none"] {
            assert!(algorithm(name).unwrap_err().contains("never accepted"), "{name}");
        }
        assert!(algorithm("es256").unwrap_err().contains("case-sensitive"));
    }
}
