//! `-`: one token per line.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::Stdio,
};

use serde_json::Value;

use crate::program::{Outcome, command, demo, file, run_on, token, with};

fn verify_lines(more: &[&str], input: &[u8]) -> Outcome {
    let jwks = demo("better-auth.jwks.json");
    run_on(with(&[&["--jwks", &jwks], more, &["-"]].concat()), input)
}

/// What `--json` says of each line: `valid`, or the code.
fn codes(outcome: &Outcome) -> Vec<String> {
    let code = |line: &str| {
        let json: Value = serde_json::from_str(line).unwrap();
        if json["valid"] == true { "valid" } else { json["error"]["code"].as_str().unwrap() }.to_owned()
    };
    outcome.stdout.lines().map(code).collect()
}

#[test]
fn a_thousand_verdicts_come_in_the_order_of_their_tokens() {
    let token = token();
    let altered = token.replace("eyJpYXQ", "eyJpYXR");
    let (mut input, mut expected) = (String::new(), Vec::new());
    for index in 0..1000 {
        let (line, code) = match index % 7 {
            0 => (token.as_str(), "valid"),
            1 => (altered.as_str(), "invalid_signature"),
            2 => ("opaque", "malformed"),
            _ => (token.as_str(), "valid"),
        };
        input.push_str(line);
        input.push('\n');
        expected.push(code);
    }
    let outcome = verify_lines(&["--json"], input.as_bytes());
    assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(1), ""));
    assert_eq!(codes(&outcome), expected);
}

#[test]
fn every_line_has_its_verdict_whatever_it_is() {
    let token = token();
    let too_long = "a".repeat(16 * 1024 + 1);
    let endless = "a".repeat(1 << 21);
    let input = format!("{token}\r\n\n{too_long}\n{endless}\n {token}\n{token}");
    let outcome = verify_lines(&["--json"], input.as_bytes());
    assert_eq!(outcome.status, Some(1));
    assert_eq!(codes(&outcome), ["valid", "malformed", "malformed", "malformed", "malformed", "valid"]);
    for expected in
        ["the token is empty", "more than the limit of 16384", "byte 0 of the token is not a letter"]
    {
        assert!(outcome.stdout.contains(expected), "{expected}");
    }
}

/// Each takes a byte of the input and a hundred and more of the output.
#[cfg(target_os = "linux")]
#[test]
fn many_short_lines_take_little_memory() {
    use std::fs;

    let (jwks, lines) = (demo("better-auth.jwks.json"), file("many-lines", "\n".repeat(1 << 20)));
    for format in [[].as_slice(), &["--json"]] {
        let mut command = command();
        command.args(with(&[&["--jwks", &jwks], format, &["-"]].concat()));
        command.stdin(fs::File::open(&lines).unwrap()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut String::new()).unwrap();
        // A chunk has been answered, and was in memory with its answers.
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        let kilobytes: u64 = peak.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(kilobytes < 40_000, "{kilobytes} kB");
    }
}

#[test]
fn for_people_a_verdict_is_one_line_too() {
    let outcome = verify_lines(&[], format!("{}\nopaque\n", token()).as_bytes());
    assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(1), ""));
    assert_eq!(
        outcome.stdout,
        "valid    \"wRSM0rWbxOewUEQdDt9DkoRnU6dPC6lj\"\n\
         refused  malformed: a JWT has three parts separated by dots and this has 1: an opaque token, perhaps\n"
    );
}

#[test]
fn the_status_is_that_of_the_worst_token() {
    let token = token();
    assert_eq!(verify_lines(&[], format!("{token}\n{token}\n").as_bytes()).status, Some(0));
    assert_eq!(verify_lines(&[], b"").status, Some(0));
}

#[test]
fn a_verdict_does_not_wait_for_the_next_token() {
    let jwks = demo("better-auth.jwks.json");
    let mut command = command();
    command.args(with(&["--jwks", &jwks, "-"])).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for _ in 0..3 {
        writeln!(stdin, "{}", token()).unwrap();
        let mut verdict = String::new();
        stdout.read_line(&mut verdict).unwrap();
        assert!(verdict.starts_with("valid"), "{verdict}");
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn whoever_stops_reading_ends_the_program_quietly() {
    let jwks = demo("better-auth.jwks.json");
    let mut command = command();
    command.args(with(&["--jwks", &jwks, "-"]));
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{}", token()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(141), ""));
}
