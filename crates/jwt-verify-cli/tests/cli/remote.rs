//! Keys at an issuer: a real server on loopback, which works at first and then misbehaves in every way.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::Stdio,
};

use jwt_verify_testing::{Discovery, Endpoint, Fault, TestIssuer};

use crate::program::{Outcome, command, run, run_on, token};

/// The arguments for the tokens of an issuer, but for the keys.
fn rules(issuer: &TestIssuer) -> Vec<String> {
    let now = issuer.clock().now().to_string();
    [
        "verify",
        "--issuer",
        issuer.name(),
        "--audience",
        issuer.audience(),
        "--algorithms",
        "EdDSA",
        "--now",
        &now,
    ]
    .map(String::from)
    .into()
}

fn verify(issuer: &TestIssuer, more: &[&str]) -> Outcome {
    let rules = rules(issuer);
    run(rules.iter().map(String::as_str).chain(more.iter().copied()))
}

/// The one line about keys that could not be had, without its beginning.
fn outage(outcome: &Outcome) -> &str {
    assert_eq!((outcome.status, &*outcome.stdout), (Some(3), ""), "{outcome:?}");
    let line = outcome.stderr.strip_suffix('\n').unwrap();
    assert!(!line.contains('\n'), "{outcome:?}");
    let (beginning, reason) = line.split_once(" cannot be had: ").unwrap();
    assert!(beginning.starts_with("error: the keys of \"http://127.0.0.1:"), "{outcome:?}");
    reason
}

#[test]
fn keys_are_fetched_from_an_address_or_from_where_the_metadata_say() {
    let issuer = TestIssuer::builder().path("/tenant/a").start();
    let (token, url) = (issuer.token().mint(), issuer.jwks_url());
    for keys in [["--jwks-url", &url].as_slice(), &["--discover"]] {
        let outcome = verify(&issuer, &[keys, &[&token]].concat());
        assert_eq!((outcome.status, &*outcome.stderr), (Some(0), ""), "{outcome:?}");
        assert!(outcome.stdout.contains("VALID  signed by "), "{outcome:?}");
    }
    assert_eq!(issuer.jwks_requests(), 2);

    issuer.set_discovery(Discovery::Rfc8414Only);
    assert_eq!(verify(&issuer, &["--discover", &token]).status, Some(0));
}

#[test]
fn whatever_the_fault_the_program_ends_and_its_status_tells_whether_there_were_keys() {
    let issuer = TestIssuer::start();
    let (token, url) = (issuer.token().mint(), issuer.jwks_url());
    for fault in Fault::all() {
        issuer.set_fault_for(Endpoint::Jwks, fault.clone());
        let expected = match fault {
            // A key that can be used is in what came.
            Fault::WrongContentType | Fault::ByteOrderMark | Fault::OneBadKeyAmongGood => 0,
            // Two keys answer to one name, and neither is tried.
            Fault::DuplicateKeyIds => 1,
            _ => 3,
        };
        for keys in [["--jwks-url", &url].as_slice(), &["--discover"]] {
            let outcome = verify(&issuer, &[keys, &["--timeout", "1s", &token]].concat());
            assert_eq!(outcome.status, Some(expected), "{fault}: {outcome:?}");
            if expected == 3 {
                outage(&outcome);
            }
        }
        issuer.heal();
        assert_eq!(verify(&issuer, &["--jwks-url", &url, &token]).status, Some(0), "after {fault}");
    }
}

#[test]
fn whatever_is_wrong_with_the_metadata_the_program_ends_without_keys() {
    let issuer = TestIssuer::start();
    let token = issuer.token().mint();
    for fault in [
        Fault::NotFound,
        Fault::Status(500),
        Fault::HangBeforeHeaders,
        Fault::DripBody,
        Fault::HugeBody,
        Fault::GzipBomb,
        Fault::InvalidJson,
        Fault::HtmlWith200,
        Fault::RedirectToOtherOrigin,
    ] {
        issuer.set_fault_for(Endpoint::Metadata, fault.clone());
        outage(&verify(&issuer, &["--discover", "--timeout", "1s", &token]));
        issuer.heal();
    }
    for discovery in [
        Discovery::None,
        Discovery::OtherIssuer("https://id.example".into()),
        Discovery::JwksUri("https://keys.example/jwks.json".into()),
    ] {
        issuer.set_discovery(discovery);
        outage(&verify(&issuer, &["--discover", &token]));
    }
    assert_eq!(issuer.jwks_requests(), 0);
}

#[test]
fn an_address_in_the_metadata_that_is_not_allowed_is_told_as_the_metadatas() {
    let issuer = TestIssuer::start();
    let token = issuer.token().mint();
    for (jwks_uri, expected) in [
        (
            "/jwks.json",
            "not an absolute URL such as https://issuer.example (where an issuer's name is no URL, give the address of its keys); \
             or give the address of the keys itself",
        ),
        (
            "https://keys.example/jwks.json",
            "`jwks_uri` points to https://keys.example: allow that origin (`jwks_origin`) if the issuer documents it; or give the \
             address of the keys itself",
        ),
    ] {
        issuer.set_discovery(Discovery::JwksUri(jwks_uri.into()));
        let outcome = verify(&issuer, &["--discover", &token]);
        let beginning = "the issuer's metadata cannot be used: the metadata document has a `jwks_uri` that keys are not fetched from: ";
        assert_eq!(outage(&outcome), format!("{beginning}{expected}"));
    }
}

#[test]
fn an_outage_is_told_with_its_cause_and_what_to_do() {
    let issuer = TestIssuer::start();
    let (token, url) = (issuer.token().mint(), issuer.jwks_url());
    // fault, how its message begins and ends
    for (fault, begins, ends) in [
        (
            Fault::ClosedPort,
            "the issuer could not be reached: ",
            "; check the address, the network and HTTPS_PROXY; --ca FILE trusts an authority of your own",
        ),
        (
            Fault::HangBeforeHeaders,
            "the issuer did not answer within 1 s",
            "; try again later, or give it more time with --timeout",
        ),
        (
            Fault::NotFound,
            "the issuer answered with status 404",
            "; check that this is the `jwks_uri` of the issuer",
        ),
        (Fault::Status(500), "the issuer answered with status 500", "; try again later"),
        (
            Fault::HtmlWith200,
            "the issuer's answer is no JWK Set: not a JWK Set but a web page: ",
            "; check that this is the `jwks_uri` of the issuer",
        ),
        (Fault::OnlyUnusableKeys, "none of the ", "; `jwt-verify jwks` with the same address tells why"),
    ] {
        issuer.set_fault(fault.clone());
        let outcome = verify(&issuer, &["--jwks-url", &url, "--timeout", "1s", &token]);
        let reason = outage(&outcome);
        assert!(reason.starts_with(begins) && reason.ends_with(ends), "{fault}: {reason}");
        issuer.heal();
    }
}

#[test]
fn what_is_wrong_with_the_arguments_is_told_before_anything_is_fetched() {
    let issuer = TestIssuer::start();
    let url = issuer.jwks_url();
    let verify_help = "see `jwt-verify verify --help`";
    // arguments, message
    for (arguments, expected) in [
        (
            ["--jwks-url", "id.example/jwks"].as_slice(),
            format!(
                "--jwks-url takes an address, which begins with `https://`: write the whole of it; {verify_help}"
            ),
        ),
        (
            &["--jwks-url", &url, "--timeout", "61s"],
            format!("--timeout \"61s\": nobody waits longer than 1m for keys: write 5s; {verify_help}"),
        ),
        (
            &["--jwks-url", &url, "--danger-allow-http-host", "http://frontend"],
            format!(
                "--danger-allow-http-host: not a host: write HOST or HOST:PORT, without `http://` and path; {verify_help}"
            ),
        ),
        (
            &["--jwks-url", &url, "--discover"],
            format!("--jwks-url and --discover exclude each other: give one of them; {verify_help}"),
        ),
        (
            &["--jwks", "jwks.json", "--timeout", "2s"],
            String::from("--timeout is for keys that are fetched, and these are not: leave it out"),
        ),
        (
            &["--jwks-url", &url, "--ca", "absent.pem"],
            String::from("--ca \"absent.pem\": there is no such file: check the path"),
        ),
        (
            &["--jwks-url", &url, "--leeway", "10m"],
            String::from("--leeway 600s is more than the 300s that clocks may disagree: set the clocks"),
        ),
    ] {
        let outcome = verify(&issuer, &[arguments, &[&token()]].concat());
        assert_eq!(outcome.setup_error(), expected);
    }
    let outcome = run([
        "verify",
        "--danger-any-issuer",
        "--audience",
        "a",
        "--algorithms",
        "EdDSA",
        "--discover",
        &token(),
    ]);
    assert!(outcome.setup_error().contains("exclude each other"), "{outcome:?}");
    assert_eq!(issuer.requests(), 0);
}

#[test]
fn plain_http_is_for_this_machine_and_for_hosts_that_are_named() {
    let verify = |more: &[&str]| {
        let rules = ["verify", "--issuer", "a", "--audience", "b", "--algorithms", "EdDSA"];
        run([&rules, more, &["--jwks-url", "http://frontend.invalid/jwks?key=hunter2", &token()]].concat())
    };
    let outcome = verify(&[]);
    let error = outcome.setup_error();
    assert!(error.starts_with("\"http://frontend.invalid/jwks\": "), "{error}");
    assert!(error.ends_with("that is --danger-allow-http-host"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");

    // Allowed, and not there.
    let outcome = verify(&["--danger-allow-http-host", "frontend.invalid"]);
    assert_eq!((outcome.status, &*outcome.stdout), (Some(3), ""), "{outcome:?}");
    assert!(!outcome.stderr.contains("hunter2"), "{outcome:?}");
}

#[test]
fn a_set_without_a_key_for_the_algorithms_is_told_as_that_of_a_file() {
    let issuer = TestIssuer::start();
    let outcome = run([
        "verify",
        "--issuer",
        issuer.name(),
        "--audience",
        issuer.audience(),
        "--algorithms",
        "RS256",
        "--discover",
        &token(),
    ]);
    let error = outcome.setup_error();
    assert!(error.starts_with(&format!("{:?} has no key for RS256: key ", issuer.name())), "{error}");
    assert!(
        error.ends_with("set --algorithms to what the issuer signs with, or get its current set"),
        "{error}"
    );
}

#[test]
fn one_token_is_judged_by_keys_that_were_fetched_a_moment_ago() {
    let issuer = TestIssuer::start();
    let (token, url) = (issuer.token().header("kid", "unknown").mint(), issuer.jwks_url());
    let outcome = verify(&issuer, &["--jwks-url", &url, "--json", &token]);
    assert_eq!((outcome.status, &outcome.json()["error"]["code"]), (Some(1), &"key_not_found".into()));
    assert_eq!(issuer.jwks_requests(), 1);
}

#[test]
fn a_rotation_between_two_of_many_tokens_is_picked_up() {
    let issuer = TestIssuer::start();
    let (url, rules) = (issuer.jwks_url(), rules(&issuer));
    let mut child = command()
        .args(&rules)
        .args(["--jwks-url", &url, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let mut judge = |token: String| {
        writeln!(stdin, "{token}").unwrap();
        let mut verdict = String::new();
        stdout.read_line(&mut verdict).unwrap();
        verdict
    };
    assert_eq!(judge(issuer.token().subject("ada").mint()), "valid    \"ada\"\n");
    issuer.rotate();
    assert_eq!(judge(issuer.token().subject("grace").mint()), "valid    \"grace\"\n");
    assert_eq!(issuer.jwks_requests(), 2);
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn many_tokens_that_name_unknown_keys_cause_few_fetches() {
    let issuer = TestIssuer::start();
    let (url, rules) = (issuer.jwks_url(), rules(&issuer));
    let lines: String = (0..200)
        .map(|number| issuer.token().header("kid", format!("unknown-{number}")).mint() + "\n")
        .collect();
    let arguments = rules.iter().map(String::as_str).chain(["--jwks-url", &url, "-"]);
    let outcome = run_on(arguments, lines.as_bytes());
    assert_eq!((outcome.status, outcome.stdout.matches("refused  key_not_found").count()), (Some(1), 200));
    // The first, and the two that tokens may cause at once.
    assert_eq!(issuer.jwks_requests(), 3);
}
