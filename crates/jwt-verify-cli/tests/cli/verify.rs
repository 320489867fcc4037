use std::fs;

use serde_json::{Value, json};

use crate::program::{
    HMAC_RULES, HMAC_TOKEN, NOW, Outcome, SECRET, command, demo, der, file, jwk, pem, run, run_on, token,
    with,
};

fn jwks() -> String {
    demo("better-auth.jwks.json")
}

fn verify(more: &[&str]) -> Outcome {
    run(with(&[&["--jwks", &jwks()], more].concat()))
}

/// The code of the refusal, as `--json` tells it.
fn code(more: &[&str]) -> String {
    let outcome = verify(&[&["--json"], more].concat());
    assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(1), ""), "{outcome:?}");
    outcome.json()["error"]["code"].as_str().unwrap().to_owned()
}

#[test]
fn a_genuine_token_is_valid_and_every_step_is_told() {
    let outcome = verify(&[&token()]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(0), ""));
    for expected in [
        "✓ signature",
        "✓ expiration time  after 1795529050, leeway 60 s",
        "1795529890, in 14 minutes\n",
        "VALID  signed by \"http://localhost:3000\" with EdDSA",
        "\"exp\": 1795529890,   expires in 14 minutes (2026-11-24T14:18:10Z)\n",
        "\"email\": \"ada@example.test\"",
    ] {
        assert!(outcome.stdout.contains(expected), "{expected}: {}", outcome.stdout);
    }
    assert!(!outcome.stdout.contains('✗') && !outcome.stdout.contains('\u{1b}'));
}

#[test]
fn the_command_of_the_readme_works() {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let (_, command) = readme.split_once("jwt-verify-cli -- verify").unwrap();
    let (command, _) = command.split_once("```").unwrap();
    // What a shell does, as far as it is needed here.
    let command = command.replace("\\\n", "").replace("\"$(cat ", "@").replace(")\"", "");
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
    let arguments: Vec<_> = command
        .split_whitespace()
        .map(|argument| match argument.strip_prefix('@') {
            Some(path) => fs::read_to_string(format!("{root}{path}")).unwrap().trim_end().to_owned(),
            None if argument.starts_with("crates/") => format!("{root}{argument}"),
            None => argument.to_owned(),
        })
        .collect();
    let outcome = run(["verify"].into_iter().chain(arguments.iter().map(String::as_str)));
    assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(0), ""));

    // What it shows is what comes out, but for the steps that are left out.
    let (_, shown) = readme.split_once("```text\n").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    for line in shown.lines().filter(|line| line.trim() != "…") {
        assert!(outcome.stdout.contains(line), "{line}: {}", outcome.stdout);
    }
}

#[test]
fn an_expired_token_is_refused_with_the_time_in_words_and_what_to_do() {
    let outcome = verify(&["--now", "1795789890", &token()]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(1), ""));
    for expected in [
        "✗ expiration time",
        "REFUSED  expired: the token expired at 1795529890 and it is 1795789890 (leeway 60 s)",
        "expired 3 days ago (2026-11-24T14:18:10Z)",
        "To do    have the client fetch a new token",
    ] {
        assert!(outcome.stdout.contains(expected), "{expected}: {}", outcome.stdout);
    }
}

#[test]
fn a_valid_token_as_json_is_exactly_this() {
    let outcome = verify(&["--json", &token()]);
    assert_eq!(outcome.status, Some(0));
    let key_id = jwk()["kid"].as_str().unwrap().to_owned();
    assert!(
        outcome.stdout.starts_with("{\"valid\":true,\"algorithm\":\"EdDSA\",\"key_id\":"),
        "{}",
        outcome.stdout
    );
    let json = outcome.json();
    assert_eq!(json["claims"]["sub"], "wRSM0rWbxOewUEQdDt9DkoRnU6dPC6lj");
    assert_eq!(
        json,
        json!({
            "valid": true,
            "algorithm": "EdDSA",
            "key_id": key_id,
            "issuer": "http://localhost:3000",
            "claims": json["claims"],
        })
    );
}

#[test]
fn a_refusal_as_json_is_exactly_this() {
    let outcome = verify(&["--json", "--now", "1795529950", &token()]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(1), ""));
    assert!(outcome.stdout.starts_with("{\"valid\":false,\"error\":{\"code\":\"expired\",\"message\":"));
    assert_eq!(
        outcome.json(),
        json!({
            "valid": false,
            "error": {
                "code": "expired",
                "message": "the token expired at 1795529890 and it is 1795529950 (leeway 60 s)",
                "remedy": "have the client fetch a new token; if the clocks disagree, set them",
            },
        })
    );
}

#[test]
fn each_rule_refuses_by_its_own_code() {
    let token = token();
    let altered = token.replace("eyJpYXQ", "eyJpYXR");
    // arguments, code
    for (arguments, expected) in [
        (["--require", "org_id", &token].as_slice(), "missing_claim"),
        (&["--typ", "at+jwt", &token], "invalid_type"),
        (&["--max-age", "30s", "--leeway", "0", &token], "too_old"),
        (&["--scope", "read", &token], "insufficient_scope"),
        (&["--now", "1795528900", "--max-age", "1h", &token], "invalid_claim"),
        (&[&altered], "invalid_signature"),
        (&["gho_16C7e42F292c6912E7710c838347Ae178B4a"], "malformed"),
        (&[""], "malformed"),
        (&[HMAC_TOKEN], "algorithm_not_allowed"),
    ] {
        assert_eq!(code(arguments), expected, "{arguments:?}");
    }
    for (issuer, audience, expected) in [
        ("http://localhost:3000/", "http://localhost:3000", "invalid_issuer"),
        ("http://localhost:3000", "http://localhost", "invalid_audience"),
    ] {
        let jwks = jwks();
        let outcome = run([
            "verify",
            "--jwks",
            &jwks,
            "--issuer",
            issuer,
            "--audience",
            audience,
            "--algorithms",
            "EdDSA",
            "--now",
            NOW,
            "--json",
            &token,
        ]);
        assert_eq!((outcome.status, &outcome.json()["error"]["code"]), (Some(1), &Value::from(expected)));
    }
}

#[test]
fn each_rule_can_be_met() {
    let token = token();
    for arguments in [
        ["--require", "email", "--require", "sub"].as_slice(),
        &["--typ", "any"],
        &["--max-age", "1h"],
        &["--leeway", "2m", "--now", "1795530000"],
        // The first is the name; a token may bear any of them, and one audience is enough.
        &["--issuer", "http://localhost:3001", "--audience", "http://localhost:3001"],
        &["--algorithms", "ES256"],
    ] {
        let outcome = verify(&[arguments, &[&token]].concat());
        assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn an_opt_out_accepts_what_it_names() {
    let (jwks, token) = (jwks(), token());
    let outcome = run([
        "verify",
        "--jwks",
        &jwks,
        "--algorithms",
        "EdDSA",
        "--danger-any-issuer",
        "--danger-any-audience",
        "--danger-no-expiration",
        "--now",
        NOW,
        &token,
    ]);
    assert_eq!(outcome.status, Some(0), "{outcome:?}");
    assert!(outcome.stdout.contains("✓ issuer           anything"), "{}", outcome.stdout);
}

#[test]
fn every_form_of_a_public_key_verifies() {
    let other_key_id = jwk().to_string().replace("\"kid\":\"", "\"kid\":\"another");
    // file, content, status
    for (name, content, expected) in [
        ("key.pem", pem().into_bytes(), 0),
        ("key.der", der(), 0),
        ("key.json", jwk().to_string().into_bytes(), 0),
        // A JWK answers for its own key ID only.
        ("other-key-id.json", other_key_id.into_bytes(), 1),
    ] {
        let outcome = run(with(&["--key", &file(name, content), &token()]));
        assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(expected), ""), "{name}");
    }
}

/// As Cloudflare Access serves its keys.
#[test]
fn certificates_beside_the_keys_of_a_set_do_no_harm() {
    let certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    let set = json!({ "keys": [jwk()], "public_certs": [{ "kid": "a", "cert": certificate }] });
    let path = file("with-certificates.jwks.json", set.to_string());
    assert_eq!(run(with(&["--jwks", &path, &token()])).status, Some(0));
    assert_eq!(run(["jwks", &path]).status, Some(0));
}

#[test]
fn a_secret_comes_from_the_environment_or_from_a_file() {
    let by_variable = |value: &str| {
        let mut command = command();
        command.args(HMAC_RULES).args(["--secret-env", "CLI_TEST_SECRET", HMAC_TOKEN]);
        command.env("CLI_TEST_SECRET", value).output().unwrap().status.code()
    };
    assert_eq!(by_variable(SECRET), Some(0));
    // Bytes as they are: a line end in a variable is part of the secret.
    assert_eq!(by_variable(&format!("{SECRET}\n")), Some(1));

    // file, content, status
    for (name, content, expected) in [
        ("secret", SECRET.to_owned(), 0),
        ("secret-line", format!("{SECRET}\n"), 0),
        ("secret-windows-line", format!("{SECRET}\r\n"), 0),
        ("secret-two-lines", format!("{SECRET}\n\n"), 1),
        ("secret-space", format!("{SECRET} "), 1),
    ] {
        let path = file(name, content);
        let outcome = run([HMAC_RULES, &["--secret-file", &path, HMAC_TOKEN]].concat());
        assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(expected), ""), "{name}");
        assert!(!outcome.stdout.contains(SECRET) && !outcome.stdout.contains(HMAC_TOKEN));
    }
}

#[test]
fn scopes_must_all_be_there() {
    let secret = file("secret-for-scopes", SECRET);
    let verify =
        |scopes: &[&str]| run([HMAC_RULES, scopes, &["--secret-file", &secret, HMAC_TOKEN]].concat());
    let outcome = verify(&["--scope", "read", "--scope", "write"]);
    assert_eq!(outcome.status, Some(0), "{outcome:?}");
    assert!(outcome.stdout.contains("✓ scope            read write"), "{}", outcome.stdout);

    let outcome = verify(&["--scope", "read", "--scope", "delete"]);
    assert_eq!(outcome.status, Some(1));
    assert!(outcome.stdout.contains("✗ scope            read delete"), "{}", outcome.stdout);
    assert!(
        outcome.stdout.contains("REFUSED  insufficient_scope: the scope \"delete\" is missing"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn es256k_is_there_too() {
    let vectors =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../jwt-verify-core/tests/vectors/attacks/accept.json");
    let vectors: Value = serde_json::from_str(&fs::read_to_string(vectors).unwrap()).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    let case = cases.iter().find(|case| case["name"] == "plain-es256k").unwrap();
    let jwks = file("es256k.jwks.json", case["jwks"].to_string());
    let outcome = run([
        "verify",
        "--jwks",
        &jwks,
        "--issuer",
        case["config"]["iss"].as_str().unwrap(),
        "--audience",
        case["config"]["aud"].as_str().unwrap(),
        "--algorithms",
        "ES256K",
        "--now",
        "1790000000",
        case["token"].as_str().unwrap(),
    ]);
    assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(0), ""), "{outcome:?}");
}

#[test]
fn a_single_token_is_read_from_standard_input() {
    let jwks = jwks();
    let arguments = with(&["--jwks", &jwks, "--json"]);
    for line_end in ["", "\n", "\r\n"] {
        let outcome = run_on(arguments.clone(), format!("{}{line_end}", token()).as_bytes());
        assert_eq!(outcome.status, Some(0), "{outcome:?}");
    }
    let two = format!("{0}\n{0}\n", token());
    assert_eq!(
        run_on(arguments, two.as_bytes()).setup_error(),
        "several lines on standard input: give `-` to verify one token per line"
    );
}

#[test]
fn of_what_is_too_long_for_a_token_no_false_length_is_told() {
    const MIB: usize = 1 << 20;
    let (jwks, rules) = (jwks(), with(&[]));
    // bytes, what is said of them
    for (length, expected) in [
        (MIB, "the token has 1048576 bytes, more than the limit of 16384"),
        (MIB + 1, "the token has more than 1048576 bytes, more than the limit of 16384"),
        (3 * MIB, "the token has more than 1048576 bytes, more than the limit of 16384"),
    ] {
        let input = vec![b'a'; length];
        let outcome = run_on([rules.as_slice(), &["--jwks", &jwks]].concat(), &input);
        assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(1), ""), "{outcome:?}");
        assert!(outcome.stdout.contains(&format!("REFUSED  malformed: {expected}\n")), "{}", outcome.stdout);

        let outcome = run_on([rules.as_slice(), &["--jwks", &jwks, "--json"]].concat(), &input);
        assert_eq!((outcome.status, &outcome.json()["error"]["message"]), (Some(1), &expected.into()));

        let outcome = run_on(["inspect"], &input);
        assert_eq!(outcome.status, Some(1));
        assert!(outcome.stdout.contains(expected), "{}", outcome.stdout);
    }
}

/// Beside a verdict, times are told as the verifier reads them.
#[test]
fn a_time_that_is_far_away_is_not_told_as_past() {
    // HS256: `exp` is 1.5e20 and `nbf` 1.7999990005e9.
    let token = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJodHRwczovL2FwaS5leGFtcGxlIiwibmJmIjoxLjc5OTk5OTAwMDVlOSwiZXhwIjoxLjVlMjB9.V2jmsZ2O7EoPUGSPFU39E66sfYc_kl8iiPbyVr4zVSs";
    let secret = file("secret-for-far-times", SECRET);
    let outcome = run([HMAC_RULES, &["--secret-file", &secret, token]].concat());
    assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(0), ""));
    for expected in
        ["   expires far in the future\n", "   valid since 8 minutes ago (2027-01-15T07:43:20Z)\n"]
    {
        assert!(outcome.stdout.contains(expected), "{expected}: {}", outcome.stdout);
    }
    assert!(outcome.stdout.contains(", far in the future\n"), "{}", outcome.stdout);
    assert!(!outcome.stdout.contains("1970") && !outcome.stdout.contains("expired"), "{}", outcome.stdout);
}

#[test]
fn the_keys_that_were_passed_over_are_listed_when_none_answers() {
    let mut other = jwk();
    other["kid"] = "2026-11".into();
    let skipped = json!({ "kty": "AKP", "kid": "quantum" });
    let set = file("passed-over.jwks.json", json!({ "keys": [other, skipped] }).to_string());
    let outcome = run(with(&["--jwks", &set, &token()]));
    assert_eq!(outcome.status, Some(1));
    for expected in [
        "REFUSED  key_not_found: the issuer has no key with the key ID",
        "key \"2026-11\" (Ed25519): has another key ID",
        "key \"quantum\" (entry 1): skipped, the key type \"AKP\" (`kty`) is not supported",
    ] {
        assert!(outcome.stdout.contains(expected), "{expected}: {}", outcome.stdout);
    }
}

#[test]
fn help_goes_to_standard_output_and_has_examples() {
    for (arguments, expected) in [
        (["--help"].as_slice(), "Exit status:"),
        (&["verify", "--help"], "jwt-verify verify --jwks jwks.json --algorithms EdDSA"),
        // As dangerous as what is called so.
        (&["verify", "--help"], "DANGER: `any`"),
        (&["verify", "--help"], "occur with keys from files"),
        (&["verify", "--help"], "jwt-verify verify --discover --issuer https://id.example"),
        (&["jwks", "--help"], "jwt-verify jwks --issuer https://id.example"),
        (&["inspect", "--help"], "jwt-verify inspect \"$TOKEN\""),
        (&["--version"], "jwt-verify "),
    ] {
        let outcome = run(arguments.iter().copied());
        assert_eq!((outcome.status, outcome.stderr.as_str()), (Some(0), ""), "{arguments:?}");
        assert!(outcome.stdout.contains(expected), "{}", outcome.stdout);
    }
}
