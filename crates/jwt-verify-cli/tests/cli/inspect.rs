use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde_json::json;

use crate::program::{NOW, run, run_on, token};

const BEFORE: &str = "NOT VERIFIED: anybody can write a token that says this.\n";
const AFTER: &str = "NOT VERIFIED: `jwt-verify verify` tells whether it is genuine.\n";

fn unsigned(header: &str, claims: &str) -> String {
    let encode = |json: &str| Base64UrlUnpadded::encode_string(json.as_bytes());
    format!("{}.{}.c2ln", encode(header), encode(claims))
}

#[test]
fn a_token_is_shown_and_nothing_is_claimed_of_it() {
    let outcome = run(["inspect", "--now", "1795789890", &token()]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(0), ""));
    assert!(outcome.stdout.starts_with(BEFORE) && outcome.stdout.ends_with(AFTER), "{}", outcome.stdout);
    for expected in ["\"alg\": \"EdDSA\"", "\"exp\": 1795529890,   expired 3 days ago (2026-11-24T14:18:10Z)"]
    {
        assert!(outcome.stdout.contains(expected), "{expected}: {}", outcome.stdout);
    }
    assert!(!outcome.stdout.to_lowercase().contains("valid"), "{}", outcome.stdout);
}

#[test]
fn as_json_it_says_that_it_is_not_verified() {
    let outcome = run(["inspect", "--json", &unsigned(r#"{"alg":"ES256"}"#, r#"{"sub":"ada"}"#)]);
    assert_eq!(outcome.status, Some(0));
    assert_eq!(
        outcome.stdout,
        "{\"verified\":false,\"header\":{\"alg\":\"ES256\"},\"claims\":{\"sub\":\"ada\"}}\n"
    );
}

#[test]
fn what_every_verifier_refuses_is_shown_and_explained() {
    let token = unsigned(r#"{"alg":"ES256","crit":["x"],"jku":"https://evil.example"}"#, r#"{"sub":"ada"}"#);
    let outcome = run(["inspect", &token]);
    assert_eq!(outcome.status, Some(0));
    for expected in [
        "\"sub\": \"ada\"",
        "  crit: lists extensions that must be understood; none is, so the token is refused\n",
        "  jku: an address at which the sender proposes keys; it is never followed\n",
        "Every verifier refuses this token  unsupported_critical: ",
    ] {
        assert!(outcome.stdout.contains(expected), "{expected}: {}", outcome.stdout);
    }
    assert!(outcome.stdout.starts_with(BEFORE) && outcome.stdout.ends_with(AFTER));
}

#[test]
fn an_encrypted_token_shows_its_header_only() {
    let header = Base64UrlUnpadded::encode_string(br#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#);
    let outcome = run(["inspect", "--json", &format!("{header}.a.b.c.d")]);
    assert_eq!(outcome.status, Some(1));
    let json = outcome.json();
    assert_eq!((&json["verified"], &json["claims"]), (&json!(false), &json!(null)));
    assert_eq!((&json["header"]["enc"], &json["error"]["code"]), (&json!("A256GCM"), &json!("malformed")));
}

#[test]
fn what_a_terminal_would_obey_does_not_reach_it() {
    // Some raw, as JSON allows, and some escaped.
    let claims =
        json!({ "sub": "\u{1b}]0;owned\u{7}", "name": "a\u{202e}b", "\u{9b}31m": "red" }).to_string();
    let token = unsigned(r#"{"alg":"ES256","kid":"\u001b[2J"}"#, &claims);
    for arguments in [vec!["inspect", &token], vec!["inspect", "--json", &token]] {
        let outcome = run(arguments);
        assert_eq!(outcome.status, Some(0));
        let deceptive =
            |character: char| character.is_control() && character != '\n' || character == '\u{202e}';
        assert!(!outcome.stdout.contains(deceptive), "{:?}", outcome.stdout);
        for expected in [r"\u001b]0;owned\u0007", r"a\u202eb", r"\u009b31m", r"\u001b[2J"] {
            assert!(outcome.stdout.contains(expected), "{expected}: {}", outcome.stdout);
        }
    }
}

#[test]
fn what_cannot_be_read_is_said_to_be_so() {
    for token in ["opaque", "", "a.b.c", "e30.e30"] {
        let outcome = run(["inspect", token]);
        assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(1), ""), "{token}");
        assert!(
            outcome.stdout.contains("Every verifier refuses this token  malformed: "),
            "{}",
            outcome.stdout
        );
    }
}

#[test]
fn lines_are_shown_one_by_one() {
    let input = format!("{}\nopaque\n", token());
    let outcome = run_on(["inspect", "--now", NOW, "--json", "-"], input.as_bytes());
    assert_eq!(outcome.status, Some(1));
    assert_eq!(outcome.stdout.lines().count(), 2, "{}", outcome.stdout);
}
