//! Runs the program, and has something to run it on.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
};

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use serde_json::Value;

/// What the program left behind.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// The one JSON object on standard output.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{self:?}");
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// What was said of a setup in which nothing could be decided: one line, and status 2.
    pub(crate) fn setup_error(&self) -> &str {
        assert_eq!((self.status, &*self.stdout), (Some(2), ""), "{self:?}");
        let line = self.stderr.strip_suffix('\n').unwrap();
        assert!(!line.contains('\n'), "{self:?}");
        line.strip_prefix("error: ").unwrap()
    }
}

pub(crate) fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jwt-verify"));
    command.env_remove("CLICOLOR_FORCE").stdin(Stdio::null());
    // The issuers of these tests are on this machine, and no proxy is.
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(variable).env_remove(variable.to_lowercase());
    }
    command
}

pub(crate) fn run<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Outcome {
    outcome(command().args(arguments).output().unwrap())
}

/// Runs the program with `input` on standard input.
pub(crate) fn run_on<'a>(arguments: impl IntoIterator<Item = &'a str>, input: &[u8]) -> Outcome {
    let mut command = command();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // Beside the reading, or both would wait once a pipe is full. That nobody reads to the end may be what is tested.
    let writer = thread::spawn(move || stdin.write_all(&input));
    let outcome = outcome(child.wait_with_output().unwrap());
    let _ = writer.join().unwrap();
    outcome
}

fn outcome(output: Output) -> Outcome {
    Outcome {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A file that one test writes for the program to read.
pub(crate) fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path.into_os_string().into_string().unwrap()
}

/// The path of a file in `demo/`.
pub(crate) fn demo(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "demo", name].iter().collect();
    path.into_os_string().into_string().unwrap()
}

/// The genuine token of `demo/`.
pub(crate) fn token() -> String {
    fs::read_to_string(demo("better-auth.token")).unwrap().trim_end().to_owned()
}

/// A minute after the token of `demo/` was issued.
pub(crate) const NOW: &str = "1795529050";

/// The rules for the token of `demo/`, but for its keys and the time.
pub(crate) const RULES: &[&str] = &[
    "verify",
    "--issuer",
    "http://localhost:3000",
    "--audience",
    "http://localhost:3000",
    "--algorithms",
    "EdDSA",
];

/// `RULES` and more, at `NOW` unless that says otherwise.
pub(crate) fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let now: &[&str] =
        if more.iter().any(|argument| argument.starts_with("--now")) { &[] } else { &["--now", NOW] };
    [RULES, now, more].concat()
}

/// The key of `demo/`, as the JWK that it is published as.
pub(crate) fn jwk() -> Value {
    let set: Value =
        serde_json::from_str(&fs::read_to_string(demo("better-auth.jwks.json")).unwrap()).unwrap();
    set["keys"][0].clone()
}

/// The key of `demo/` as a SubjectPublicKeyInfo.
pub(crate) fn der() -> Vec<u8> {
    let key = Base64UrlUnpadded::decode_vec(jwk()["x"].as_str().unwrap()).unwrap();
    // RFC 8410 §4: what comes before the 32 bytes is always this.
    [b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00".as_slice(), &key].concat()
}

pub(crate) fn pem() -> String {
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", Base64::encode_string(&der()))
}

/// HS256 by [`SECRET`]: issuer `https://id.example`, audience `https://api.example`, subject `ada`, scope `read write`, valid
/// until 1800000000.
pub(crate) const HMAC_TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJodHRwczovL2FwaS5leGFtcGxlIiwic3ViIjoiYWRhIiwic2NvcGUiOiJyZWFkIHdyaXRlIiwiaWF0IjoxNzk5OTk5MDAwLCJleHAiOjE4MDAwMDAwMDB9.6vA-FAFg42P-Y8IRP4F_j7adavrgYUt-qkClaeh2rmc";

pub(crate) const SECRET: &str = "a secret of at least thirty-two bytes";

/// The rules for [`HMAC_TOKEN`], but for the secret.
pub(crate) const HMAC_RULES: &[&str] = &[
    "verify",
    "--issuer",
    "https://id.example",
    "--audience",
    "https://api.example",
    "--algorithms",
    "HS256",
    "--now",
    "1799999500",
];
