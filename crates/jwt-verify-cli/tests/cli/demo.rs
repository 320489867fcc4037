//! The demo: it tells a story, checks it, and shows no token that could be used.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::Stdio,
};

use crate::program::{command, run};

/// The statuses of the story, in its order.
const STATUSES: [u16; 16] = [401, 200, 401, 401, 401, 401, 403, 200, 403, 200, 200, 200, 200, 200, 503, 200];

const CHALLENGES: [&str; 6] = [
    "Bearer realm=\"api\"",
    "Bearer realm=\"api\", error=\"invalid_token\"",
    "Bearer realm=\"api\", error=\"invalid_token\"",
    "Bearer realm=\"api\", error=\"invalid_token\"",
    "Bearer realm=\"api\", error=\"invalid_token\"",
    "Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"reports:read\"",
];

/// What follows a label in each step that has it.
fn labelled<'o>(output: &'o str, label: &str) -> Vec<&'o str> {
    output.lines().filter_map(|line| line.trim_start().strip_prefix(label)).map(str::trim).collect()
}

/// A token is three parts of base64url. A shortened one has no point in it.
fn has_token(output: &str) -> bool {
    let is_part = |part: &str| {
        part.len() > 12
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let is_outside = |character: char| !(character.is_ascii_alphanumeric() || "-_.".contains(character));
    output.split(is_outside).any(|word| word.split('.').filter(|part| is_part(part)).count() >= 2)
}

#[test]
fn the_story_is_told_and_holds_with_every_framework() {
    let mut told = Vec::new();
    for (framework, name) in [("axum", "Axum"), ("actix", "Actix-web"), ("poem", "Poem")] {
        let outcome = run(["demo", "--framework", framework]);
        assert_eq!((outcome.status, &*outcome.stderr), (Some(0), ""), "{outcome:?}");
        let output = outcome.stdout;
        assert!(output.contains(&format!("a service with {name} at http://127.0.0.1:")), "{output}");
        let statuses: Vec<u16> =
            labelled(&output, "answer").iter().map(|status| status[..3].parse().unwrap()).collect();
        assert_eq!(statuses, STATUSES, "{output}");
        assert_eq!(labelled(&output, "www-authenticate:"), CHALLENGES, "{output}");
        assert_eq!(labelled(&output, "retry-after:").len(), 1, "{output}");
        assert!(!has_token(&output), "{output}");
        assert!(!output.contains('\u{1b}'), "no colours where there is no terminal");
        assert!(output.contains("\nAll 16 answers were as they must be.\n"), "{output}");
        let bodies: Vec<String> =
            output.lines().filter(|line| line.trim_start().starts_with('{')).map(String::from).collect();
        assert_eq!(bodies.len(), STATUSES.len(), "{output}");
        told.push(bodies);
    }
    assert!(told.windows(2).all(|pair| pair[0] == pair[1]), "three frameworks, one answer: {told:#?}");
}

#[test]
fn each_reason_is_the_services_own() {
    let outcome = run(["demo"]);
    let reasons: Vec<_> = labelled(&outcome.stdout, "why")
        .into_iter()
        .filter_map(|why| why.split_once(": "))
        .map(|(code, _)| code)
        .collect();
    assert_eq!(
        reasons,
        [
            "no_credentials",
            "invalid_signature",
            "expired",
            "invalid_audience",
            "algorithm_not_allowed",
            "not_owner",
            "insufficient_scope",
            "keys_unavailable",
        ],
        "{outcome:?}"
    );
}

#[test]
fn a_rotation_costs_one_fetch_and_an_outage_shows_in_the_state_of_the_keys() {
    let outcome = run(["demo"]);
    let keys = labelled(&outcome.stdout, "keys");
    let found: Vec<_> = keys
        .iter()
        .map(|line| (line.split_once(':').unwrap().0, line.rsplit_once("; ").unwrap().1))
        .collect();
    // The signature that was changed has caused a fetch before: the key might have been replaced.
    // state, fetches
    assert_eq!(
        found,
        [
            ("fresh", "2 fetched so far, 0 for this request"),
            ("fresh", "3 fetched so far, 1 for this request"),
            ("fresh", "3 fetched so far, 0 for this request"),
            ("stale", "3 fetched so far, 0 for this request"),
            ("expired", "3 fetched so far, 0 for this request"),
            ("fresh", "4 fetched so far, 1 for this request"),
        ],
        "{outcome:?}"
    );
}

#[test]
fn what_is_wrong_with_the_arguments_is_one_line() {
    let help = "; see `jwt-verify demo --help`";
    for (arguments, expected) in [
        (
            ["demo", "--framework", "rocket"].as_slice(),
            format!(
                "--framework \"rocket\": there is no adapter of that name: write axum, actix or poem{help}"
            ),
        ),
        (
            &["demo", "--port", "8080"],
            String::from("--port says where --serve listens: give both, or leave it out"),
        ),
        (
            &["demo", "--serve", "--port", "65536"],
            format!("--port \"65536\": not a port: write a number from 0 to 65535{help}"),
        ),
        (
            &["demo", "axum"],
            format!("an argument besides the flags: leave it out, the demo mints its own tokens{help}"),
        ),
    ] {
        assert_eq!(run(arguments.iter().copied()).setup_error(), expected);
    }
}

#[test]
fn a_port_that_is_taken_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let outcome = run(["demo", "--serve", "--port", &port]);
    let error = outcome.setup_error();
    assert!(error.starts_with(&format!("the service cannot listen on 127.0.0.1, port {port}: ")), "{error}");
}

/// A curl line, as what it sends.
#[derive(Debug)]
struct Curl {
    status: u16,
    address: String,
    path: String,
    authorization: Option<String>,
}

impl Curl {
    fn parse(title: &str, line: &str) -> Self {
        let status = title.strip_prefix("# ").unwrap()[..3].parse().unwrap();
        let (start, url) = line.rsplit_once(" http://").unwrap();
        let (address, path) = url.split_once('/').unwrap();
        let authorization = start.strip_prefix("curl -i").unwrap().strip_prefix(" -H '");
        let authorization = authorization.map(|field| field.strip_suffix('\'').unwrap().to_owned());
        Self { status, address: address.into(), path: format!("/{path}"), authorization }
    }

    fn send(&self) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let authorization =
            self.authorization.as_ref().map(|field| format!("{field}\r\n")).unwrap_or_default();
        let Self { address, path, .. } = self;
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{authorization}connection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

#[test]
fn the_lines_of_serve_do_what_they_say() {
    for framework in ["axum", "actix", "poem"] {
        let mut child = command()
            .args(["demo", "--serve", "--port", "0", "--framework", framework])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let mut curls = Vec::new();
        let mut last = String::new();
        for line in lines.by_ref() {
            if line.starts_with("curl ") {
                curls.push(Curl::parse(&last, &line));
            }
            if line == "Ctrl-C ends it." {
                break;
            }
            last = line;
        }

        assert_eq!(curls.iter().map(|curl| curl.status).collect::<Vec<_>>(), [401, 200, 403, 403, 200]);
        for curl in &curls {
            let answer = curl.send();
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {} ", curl.status)),
                "{framework} {curl:?}: {answer}"
            );
        }
        end(&mut child);
        let status = child.wait().unwrap();
        if cfg!(unix) {
            assert_eq!(lines.last().as_deref(), Some("The service has ended."));
            assert_eq!(status.code(), Some(0));
        }
    }
}

/// As ctrl-c does, where that can be done without a terminal.
fn end(child: &mut std::process::Child) {
    if cfg!(unix) {
        let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(kill.unwrap().success());
    } else {
        child.kill().unwrap();
    }
}
