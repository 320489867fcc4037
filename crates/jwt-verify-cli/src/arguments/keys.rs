//! Where keys are, and how they are fetched.

use core::time::Duration;
use std::path::PathBuf;

use clap::Args;

use super::whole_seconds;
use crate::usage;

/// Where the keys are. Exactly one must be given. A secret is never an argument: every user of a machine can list those.
///
/// Values may begin with a hyphen, or a key in PEM would be taken for a flag, of which clap repeats the text.
#[derive(Args, Debug)]
#[group(multiple = false)]
pub(crate) struct KeyArguments {
    /// The issuer's public keys: a JWK Set, as it is served at its `jwks_uri`
    #[arg(
        long,
        value_name = "FILE",
        value_parser = usage::file_name(),
        allow_hyphen_values = true,
        help_heading = KEYS
    )]
    pub(crate) jwks: Option<PathBuf>,

    /// The same, fetched from this address
    #[arg(
        long,
        value_name = "URL",
        value_parser = usage::address(),
        allow_hyphen_values = true,
        help_heading = KEYS
    )]
    pub(crate) jwks_url: Option<String>,

    /// The same, fetched from the address that the metadata of the issuer name (OpenID Connect Discovery, RFC 8414): --issuer is
    /// its URL
    #[arg(long, conflicts_with = "danger_any_issuer", help_heading = KEYS)]
    pub(crate) discover: bool,

    /// The same, of a provider with whose name come its rules: whom to trust, what it signs with, where its keys are. --set and
    /// --audience tell the rest, and what is missing is named; a name that is not known lists those that are
    #[arg(long, value_name = "NAME", help_heading = PROVIDER)]
    pub(crate) provider: Option<String>,

    /// The issuer's public key, in PEM, DER or as a JWK, whichever the file holds
    #[arg(
        long,
        value_name = "FILE",
        value_parser = usage::file_name(),
        allow_hyphen_values = true,
        help_heading = KEYS
    )]
    pub(crate) key: Option<PathBuf>,

    /// The environment variable that holds the shared secret; its bytes are taken as they are
    #[arg(
        long,
        value_name = "NAME",
        value_parser = usage::variable_name(),
        allow_hyphen_values = true,
        help_heading = KEYS
    )]
    pub(crate) secret_env: Option<String>,

    /// The file that holds the shared secret; its bytes are taken as they are, but for one line end after the last
    #[arg(
        long,
        value_name = "FILE",
        value_parser = usage::file_name(),
        allow_hyphen_values = true,
        help_heading = KEYS
    )]
    pub(crate) secret_file: Option<PathBuf>,
}

impl KeyArguments {
    pub(crate) fn is_absent(&self) -> bool {
        matches!(
            self,
            Self {
                jwks: None,
                jwks_url: None,
                discover: false,
                provider: None,
                key: None,
                secret_env: None,
                secret_file: None
            }
        )
    }
}

/// How keys are fetched.
#[derive(Args, Debug)]
pub(crate) struct FetchArguments {
    /// Certificates in PEM that are trusted beside the system's: those of the authority of an issuer of your own
    #[arg(
        long,
        value_name = "FILE",
        value_parser = usage::file_name(),
        allow_hyphen_values = true,
        help_heading = FETCHING
    )]
    pub(crate) ca: Option<PathBuf>,

    /// Fetch from this host, as HOST or HOST:PORT, without TLS: whoever is in between can replace the keys; may be repeated; by
    /// default only from this machine
    #[arg(long, value_name = "HOST", value_parser = host, help_heading = FETCHING)]
    pub(crate) danger_allow_http_host: Vec<String>,

    /// How long it may take until the keys are there, in whole seconds, at most 1m; by default 5s
    #[arg(
        long,
        value_name = "TIME",
        value_parser = timeout,
        allow_hyphen_values = true,
        help_heading = FETCHING
    )]
    pub(crate) timeout: Option<Duration>,
}

impl FetchArguments {
    /// The first flag that was given.
    pub(crate) fn given(&self) -> Option<&'static str> {
        [
            (self.ca.is_some(), "--ca"),
            (!self.danger_allow_http_host.is_empty(), "--danger-allow-http-host"),
            (self.timeout.is_some(), "--timeout"),
        ]
        .into_iter()
        .find_map(|(given, flag)| given.then_some(flag))
    }
}

fn timeout(text: &str) -> Result<Duration, &'static str> {
    match whole_seconds(text)? {
        Duration::ZERO => Err("nothing is fetched in no time: write 5s"),
        timeout if timeout > LONGEST_TIMEOUT => Err("nobody waits longer than 1m for keys: write 5s"),
        timeout => Ok(timeout),
    }
}

/// A name or an address, with a port perhaps. What is wrong with it is said where it is used; here only what is no host at all.
fn host(text: &str) -> Result<String, &'static str> {
    if text.is_empty()
        || text.contains(|character: char| character.is_whitespace() || "/@?#".contains(character))
    {
        return Err("not a host: write HOST or HOST:PORT, without `http://` and path");
    }
    Ok(String::from(text))
}

const KEYS: &str = "Keys (exactly one)";
pub(super) const PROVIDER: &str = "Providers";
const FETCHING: &str = "Fetching keys";

/// The default waits for the slowest issuer that works; this much for one that is being debugged.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_from_one_second_to_one_minute() {
        assert_eq!(timeout("1"), Ok(Duration::from_secs(1)));
        assert_eq!(timeout("1m"), Ok(LONGEST_TIMEOUT));
        for text in ["0", "61s", "500ms", "soon"] {
            assert!(timeout(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_host_is_not_an_address() {
        for text in ["frontend", "frontend:3000", "[fd00::1]:3000", "10.0.0.7"] {
            assert_eq!(host(text).as_deref(), Ok(text));
        }
        for text in ["", "http://frontend", "frontend/", "a b", "ada@frontend"] {
            assert!(host(text).is_err(), "{text}");
        }
    }
}
