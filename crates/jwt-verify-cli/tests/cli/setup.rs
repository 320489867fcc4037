//! Bad input: each ends in one line that says what was found and what to do.

use serde_json::json;

use crate::program::{
    HMAC_RULES, HMAC_TOKEN, RULES, command, demo, der, file, jwk, pem, run, run_on, token, with,
};

fn check(arguments: &[&str], expected: &str) {
    let outcome = run(arguments.iter().copied());
    assert_eq!(outcome.setup_error(), expected, "{arguments:?}");
}

fn check_jwks(name: &str, content: impl AsRef<[u8]>, expected: &str) {
    let path = file(name, content);
    check(&with(&["--jwks", &path, &token()]), &format!("{path:?}{expected}"));
}

fn check_key(name: &str, content: impl AsRef<[u8]>, expected: &str) {
    let path = file(name, content);
    check(&with(&["--key", &path, &token()]), &format!("{path:?}{expected}"));
}

#[test]
fn everything_that_is_missing_is_named_at_once() {
    check(
        &["verify", &token()],
        "--issuer NAME is missing (the exact `iss` of the tokens, or --danger-any-issuer); \
         --audience NAME is missing (the value of `aud` that means this service, or --danger-any-audience); \
         --algorithms A,B is missing (what the issuer signs with, such as EdDSA); \
         the keys are missing: one of --jwks FILE, --key FILE, --secret-env NAME, --secret-file FILE",
    );
    check(
        &[
            "verify",
            "--issuer",
            "",
            "--danger-any-audience",
            "--algorithms",
            "EdDSA",
            "--jwks",
            "absent",
            &token(),
        ],
        "--issuer NAME is missing (the exact `iss` of the tokens, or --danger-any-issuer)",
    );
}

#[test]
fn a_rule_that_makes_no_sense_is_refused() {
    let jwks = demo("better-auth.jwks.json");
    for (arguments, expected) in [
        (["--leeway", "10m"], "--leeway 600s is more than the 300s that clocks may disagree: set the clocks"),
        (["--max-age", "0"], "--max-age 0 accepts no token: give a length of time such as 1h"),
        (["--typ", ""], "--typ is empty and accepts no token: name a type, or `any`"),
        (["--require", ""], "--require is empty: name a claim"),
        (
            ["--algorithms", "none"],
            "invalid value 'none' for '--algorithms <A,B>': `none` means unsigned, and an unsigned token is never accepted: \
             name what the issuer signs with, such as EdDSA",
        ),
        (
            ["--algorithms", "ES256,es384"],
            "invalid value 'es384' for '--algorithms <A,B>': not a signature algorithm; known are EdDSA, ES256, ES384, ES512, \
             ES256K, RS256, RS384, RS512, PS256, PS384, PS512, HS256, HS384, HS512 (names are case-sensitive, and `none` is \
             not one of them)",
        ),
        (
            ["--leeway", "soon"],
            "invalid value 'soon' for '--leeway <TIME>': not a length of time: write 60, 60s, 2m or 1h",
        ),
    ] {
        check(&with(&[&["--jwks", &jwks], arguments.as_slice(), &[&token()]].concat()), expected);
    }
    check(
        &with(&["--jwks", &jwks, "--typ", "any", "--typ", "at+jwt", &token()]),
        "--typ any accepts every type: name no other beside it",
    );
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let directory = env!("CARGO_TARGET_TMPDIR");
    for flag in ["--jwks", "--key"] {
        check(
            &with(&[flag, "absent.json", &token()]),
            "\"absent.json\": there is no such file: check the path",
        );
        check(
            &with(&[flag, directory, &token()]),
            &format!("{directory:?}: a directory and not a file: name the file"),
        );
        check(
            &with(&[flag, "https://id.example/jwks", &token()]),
            "\"https://id.example/jwks\": this program opens no connection: save the document, `curl -o jwks.json URL`, and name \
             the file",
        );
    }
    check_jwks(
        "large.json",
        vec![b' '; 300_000],
        ": the file has more than 262144 bytes: no key or JWK Set is that long",
    );
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named() {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    let path = file("forbidden.json", "{}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&path).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    check(
        &with(&["--jwks", &path, &token()]),
        &format!("{path:?}: the file may not be read by this user: change its permissions"),
    );
}

#[test]
fn what_is_no_jwk_set_is_named_for_what_it_is() {
    check_jwks(
        "page.html",
        "<!DOCTYPE html><title>Sign in</title>",
        ": not a JWK Set but a web page: check the address, and what a proxy or a login page makes of it; save what the \
         `jwks_uri` of the issuer answers",
    );
    let get = "get the set from the `jwks_uri` of the issuer";
    check_jwks("empty.json", "", &format!(": an empty file and not a JWK Set: {get}"));
    check_jwks("token.txt", token(), &format!(": a token and not a JWK Set: {get}"));
    check_jwks("words.txt", "hello", &format!(": neither JSON nor PEM nor DER and not a JWK Set: {get}"));
    check_jwks(
        "discovery.json",
        "{\"issuer\":\"a\"}",
        &format!(": not a JWK Set: the member `keys` is missing; {get}"),
    );
    check_jwks("cut.json", "{\"keys\":[", &format!(": the JWK Set is not valid JSON at byte 9; {get}"));
    check_jwks("one.json", jwk().to_string(), ": a single JWK and not a JWK Set: give it with --key");
    check_jwks("one.pem", pem(), ": a key or certificate in PEM and not a JWK Set: give it with --key");
    check_jwks("one.der", der(), ": a key or certificate in DER and not a JWK Set: give it with --key");
}

#[test]
fn a_set_without_a_usable_key_tells_what_it_has() {
    check_jwks(
        "no-keys.json",
        "{\"keys\":[]}",
        " is a JWK Set without any key: get the set that the issuer publishes",
    );
    let keys = json!({ "keys": [
        { "kty": "AKP", "kid": "quantum" },
        { "kty": "oct", "k": "AAAA" },
        { "kty": "EC", "crv": "secp256k1", "kid": "coin", "alg": "ES256K",
          "x": "h76lQU_9SzanKhELCLe79VtCMu5VDR54KNcWY_oL0hQ", "y": "t5HKFcusUNvIFT386OsjngL4OGeXiXb6iqZ6XItEHRs" },
    ] });
    check_jwks(
        "other-keys.json",
        keys.to_string(),
        " has no key for EdDSA: key \"coin\" is for ES256K (secp256k1); \
         skipped key 0 (\"quantum\"): the key type \"AKP\" (`kty`) is not supported; \
         skipped key 1: this is a shared secret (`oct`) and not a public key; \
         set --algorithms to what the issuer signs with, or get its current set",
    );
    let jwks = demo("better-auth.jwks.json");
    let rules =
        ["verify", "--issuer", "a", "--audience", "b", "--algorithms", "HS256", "--jwks", &jwks, HMAC_TOKEN];
    check(
        &rules,
        &format!(
            "{jwks:?} holds public keys, and HS256 takes a secret: give it with --secret-env or --secret-file, or name the \
             algorithm that the issuer signs with"
        ),
    );
}

#[test]
fn what_is_no_public_key_is_named_for_what_it_is() {
    check_key(
        "private.pem",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----\n",
        ": the PEM is of a \"PRIVATE KEY\" and not of a `PUBLIC KEY`: never give a verifier the private key; extract the public \
         one with `openssl pkey -pubout`",
    );
    check_key(
        "certificate.pem",
        "-----BEGIN CERTIFICATE-----\nMC4CAQ==\n-----END CERTIFICATE-----\n",
        ": the PEM is of a \"CERTIFICATE\" and not of a `PUBLIC KEY`: extract its key with `openssl x509 -pubkey -noout`",
    );
    let mut private = jwk();
    private["d"] = "AAAA".into();
    check_key(
        "private.json",
        private.to_string(),
        ": not a usable JWK: this is a private key: give a verifier the public key only, and replace a key that leaked",
    );
    check_key(
        "secret.json",
        "{\"kty\":\"oct\",\"k\":\"AAAA\"}",
        ": this is a shared secret (`oct`) and not a public key: give the bytes that its `k` encodes with --secret-file or \
         --secret-env",
    );
    check_key(
        "other.der",
        b"0\x03\x02\x01\x00",
        ": not the DER of a SubjectPublicKeyInfo: from a private key make one with `openssl pkey -inform DER -pubout`, from a \
         certificate with `openssl x509 -inform DER -pubkey -noout`",
    );
    check_key("set.json", "{\"keys\":[]}", ": a JWK Set and not a single key: give it with --jwks");
    check_key(
        "id_ed25519.pub",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI ada@host",
        ": a key in OpenSSH's own format: convert it with `ssh-keygen -e -m PKCS8`",
    );
    let give = "give a public key in PEM, in DER or as a JWK";
    check_key("token-as-key.txt", token(), &format!(": a token and not a key: {give}"));
    check_key("page-as-key.html", "<html>", &format!(": a web page and not a key: {give}"));

    let path = file("fits-not.pem", pem());
    let rules =
        ["verify", "--issuer", "a", "--audience", "b", "--algorithms", "RS256", "--key", &path, &token()];
    check(
        &rules,
        &format!(
            "{path:?} holds a key of type Ed25519 for EdDSA, not for RS256: set --algorithms accordingly"
        ),
    );
}

#[test]
fn a_secret_that_is_none_is_refused_and_never_repeated() {
    let check_secret = |name: &str, content: &str, expected: &str| {
        let path = file(name, content);
        check(&[HMAC_RULES, &["--secret-file", &path, HMAC_TOKEN]].concat(), expected);
    };
    check_secret(
        "short-secret",
        "password\n",
        "--secret-file: the secret has 8 bytes and HS256 needs at least 32: make one with `openssl rand -base64 32` and decode it",
    );
    check_secret(
        "key-as-secret",
        &pem(),
        "--secret-file: a key or certificate in PEM and not a secret: give public keys with --jwks or --key",
    );
    check_secret(
        "jwk-as-secret",
        "{\"kty\":\"oct\",\"k\":\"AAAA\"}",
        "--secret-file: a single JWK and not a secret: give the bytes that its `k` encodes",
    );

    // Somebody may pass the secret itself.
    let secret = "hunter2hunter2hunter2hunter2hunter2";
    check(
        &[HMAC_RULES, &["--secret-env", secret, HMAC_TOKEN]].concat(),
        "--secret-env: there is no environment variable of that name: give the NAME of one, not the secret itself, and export it",
    );
    check(
        &[HMAC_RULES, &["--secret-file", secret, HMAC_TOKEN]].concat(),
        "--secret-file: there is no such file: check the path",
    );
    let mut command = command();
    command
        .args(HMAC_RULES)
        .args(["--secret-env", "CLI_TEST_SHORT", HMAC_TOKEN])
        .env("CLI_TEST_SHORT", "password");
    let stderr = String::from_utf8(command.output().unwrap().stderr).unwrap();
    assert!(stderr.contains("the secret has 8 bytes and HS256 needs at least 32"), "{stderr}");

    for algorithms in ["HS256,HS512", "HS256,EdDSA"] {
        check(
            &[
                "verify",
                "--issuer",
                "a",
                "--audience",
                "b",
                "--algorithms",
                algorithms,
                "--secret-env",
                "PATH",
                HMAC_TOKEN,
            ],
            "--secret-env: a secret is for exactly one algorithm: give one of HS256, HS384, HS512 with --algorithms",
        );
    }
    check(
        &with(&["--secret-env", "PATH", &token()]),
        "--secret-env: EdDSA takes a public key and no secret: give it with --jwks or --key",
    );
}

#[test]
fn a_file_in_place_of_a_token_is_told_apart() {
    let (jwks, path) = (demo("better-auth.jwks.json"), demo("better-auth.token"));
    check(
        &with(&["--jwks", &jwks, &path]),
        &format!("{path:?} is a file and not a token: pass what is in it, with `< FILE` or \"$(cat FILE)\""),
    );
}

#[test]
fn a_token_in_the_wrong_place_is_not_repeated() {
    let (jwks, token) = (demo("better-auth.jwks.json"), token());
    let now = format!("--now={token}");
    for arguments in [
        vec![token.as_str()],
        with(&["--jwks", &jwks, &token, &token]),
        with(&["--jwks", &jwks, &now]),
        with(&["--jwks", &token]),
    ] {
        let outcome = run_on(arguments, b"");
        assert_eq!(outcome.status, Some(2));
        assert!(
            outcome.stderr.starts_with("error: ") && !outcome.stderr.contains(&token),
            "{}",
            outcome.stderr
        );
    }
}

#[test]
fn flags_that_exclude_each_other_are_refused() {
    for arguments in [
        ["--jwks", "a", "--key", "b"].as_slice(),
        &["--secret-env", "A", "--secret-file", "b"],
        &["--danger-any-issuer"],
        &["--danger-any-audience"],
    ] {
        let outcome = run([RULES, arguments].concat());
        assert_eq!(outcome.status, Some(2), "{arguments:?}");
        assert!(outcome.stderr.contains("cannot be used with"), "{}", outcome.stderr);
    }
}
