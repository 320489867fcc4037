//! Issuers that are known by the name of their provider.

use jwt_verify_testing::TestIssuer;

use crate::program::{Outcome, run, token};

fn verify(arguments: &[&str]) -> Outcome {
    run([&["verify"], arguments].concat())
}

#[test]
fn the_name_of_a_provider_and_what_it_asks_for_are_enough() {
    let issuer = TestIssuer::start();
    let base = format!("base={}", issuer.name());
    let token = issuer.token().claim("aud", issuer.name()).mint();
    let now = issuer.clock().now().to_string();
    let provider = ["--provider", "better-auth", "--set", &base, "--now", &now];
    // arguments beside, status
    for (arguments, expected) in [
        ([].as_slice(), 0),
        (&["--require", "email"], 1),
        (&["--typ", "at+jwt"], 1),
        (&["--max-age", "1h"], 0),
        (&["--algorithms", "ES256"], 1),
        (&["--issuer", "https://app.example"], 1),
    ] {
        let outcome = verify(&[&provider, arguments, &[&token]].concat());
        assert_eq!((outcome.status, &*outcome.stderr), (Some(expected), ""), "{arguments:?}");
    }

    let base = String::from("base=http://127.0.0.1:1");
    let outcome = verify(&["--provider", "better-auth", "--set", &base, &token]);
    assert_eq!((outcome.status, &*outcome.stdout), (Some(3), ""));
    assert!(
        outcome.stderr.starts_with("error: the keys of \"http://127.0.0.1:1/api/auth/jwks\" cannot be had: "),
        "{outcome:?}"
    );
}

#[test]
fn what_is_wrong_is_told_at_once_by_the_names_of_the_flags() {
    let token = token();
    for (arguments, expected) in [
        (
            ["--provider", "auth0"].as_slice(),
            "--set base=acme.eu.auth0.com is missing (the tenant's domain); \
             --audience https://api.acme.example is missing (the identifier of the API)",
        ),
        (
            &["--provider", "auth0", "--set", "base=acme.eu.auth0.com", "--audience", "a", "--leeway", "10m"],
            "--leeway 600s is more than the 300s that clocks may disagree: set the clocks",
        ),
        (
            &["--provider", "better-auth", "--set", "base=http://frontend:3000"],
            "plain `http` to frontend:3000: use `https`, or allow this host by name (`danger_allow_http_hosts`) if the network \
             between is yours; here, that is --danger-allow-http-host",
        ),
        (
            &["--provider", "auth0", "--set", "acme.eu.auth0.com"],
            "--set \"acme.eu.auth0.com\": not a setting: write NAME=VALUE, such as base=acme.eu.auth0.com; see `jwt-verify verify --help`",
        ),
        (
            &["--provider", "auth0", "--typ", "any", "--typ", "at+jwt"],
            "--typ any accepts every type: name no other beside it",
        ),
        // Another tenant's name, beside those that are accepted.
        (
            &[
                "--provider",
                "entra",
                "--set",
                "base=11111111-2222-3333-4444-555555555555",
                "--set",
                "base=22222222-2222-3333-4444-555555555555",
                "--audience",
                "a",
                "--issuer",
                "https://login.microsoftonline.com/33333333-2222-3333-4444-555555555555/v2.0",
            ],
            "--issuer would stand in for the list of the tenants: leave it out, and name the tenants that are accepted with --set \
             base=TENANT",
        ),
        (
            &["--set", "base=a", "--jwks", "a"],
            "--set tells a provider's rules what they need: name it with --provider",
        ),
        (
            &["--provider", "auth0", "--danger-any-issuer"],
            "--provider and --danger-any-issuer exclude each other: give one of them; see `jwt-verify verify --help`",
        ),
    ] {
        let outcome = verify(&[arguments, &[&token]].concat());
        assert_eq!(outcome.setup_error(), expected);
    }
    let outcome = verify(&["--provider", "nobody", &token]);
    let error = outcome.setup_error();
    assert!(
        error.starts_with("--provider is none that is known: ") && error.contains(", keycloak, "),
        "{error}"
    );
}
