//! Bad input: each ends in one line that says what was found and what to do.

use base64ct::{Base64, Encoding as _};
use serde_json::json;

use crate::program::{HMAC_RULES, HMAC_TOKEN, RULES, command, demo, der, file, jwk, pem, run, token, with};

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
         the keys are missing: one of --jwks FILE, --jwks-url URL, --discover, --provider NAME, --key FILE, --secret-env NAME, --secret-file FILE",
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
            "--algorithms \"none\": `none` means unsigned, and an unsigned token is never accepted: name what the issuer signs \
             with, such as EdDSA; see `jwt-verify verify --help`",
        ),
        (
            ["--algorithms", "ES256,es384"],
            "--algorithms \"es384\": not a signature algorithm; known are EdDSA, ES256, ES384, ES512, \
             ES256K, RS256, RS384, RS512, PS256, PS384, PS512, HS256, HS384, HS512 (names are case-sensitive, and `none` is \
             not one of them); see `jwt-verify verify --help`",
        ),
        (
            ["--leeway", "soon"],
            "--leeway \"soon\": not a length of time: write 60, 60s, 2m or 1h; see `jwt-verify verify --help`",
        ),
        (
            ["--leeway", "-1s"],
            "--leeway \"-1s\": not a length of time: write 60, 60s, 2m or 1h; see `jwt-verify verify --help`",
        ),
        (
            ["--leeway", "300.9s"],
            "--leeway \"300.9s\": seconds are counted whole: write 60, 60s, 2m or 1h; see `jwt-verify verify --help`",
        ),
        (
            ["--max-age", "500ms"],
            "--max-age \"500ms\": seconds are counted whole: write 60, 60s, 2m or 1h; see `jwt-verify verify --help`",
        ),
        (
            ["--scope", "a b"],
            "--scope \"a b\": a scope is one word: repeat the flag for each; see `jwt-verify verify --help`",
        ),
        (
            ["--scope", ""],
            "--scope \"\": a scope is one word: repeat the flag for each; see `jwt-verify verify --help`",
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
    for (flag, to_do) in [("--jwks", "give it with --jwks-url"), ("--key", "save the key, and name the file")]
    {
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
            &format!("\"https://id.example/jwks\": an address and not the name of a file: {to_do}"),
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
        "--secret-file: a single JWK and not a secret: give the bytes that its `k` encodes if it is of type `oct`, or a public \
         key with --key",
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

/// Whoever knows what was taken for a secret can sign with it.
#[test]
fn nothing_that_others_have_too_is_taken_for_a_secret() {
    let utf_16 = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    // Line ends are no part of a secret, and DER may end in the same byte.
    let mut ends_in_line_end = der();
    *ends_in_line_end.last_mut().unwrap() = b'\n';
    let pkcs_1 =
        [b"0\x82\x01\x0a\x02\x82\x01\x01".as_slice(), &[0x7f; 257], b"\x02\x03\x01\x00\x01"].concat();
    let body = Base64::encode_string(&pkcs_1);
    let (der_, json, page) = ("a key or certificate in DER", "JSON, but neither", "a web page");
    let (jwk, set) = (jwk().to_string(), std::fs::read(demo("better-auth.jwks.json")).unwrap());
    // content, what it is called
    for (content, expected) in [
        (der(), der_),
        (ends_in_line_end, der_),
        ([der(), b"\n".to_vec()].concat(), der_),
        (pkcs_1.clone(), der_),
        (pem().into_bytes(), "a key or certificate in PEM"),
        (utf_16(&pem()), "a key or certificate in PEM"),
        (utf_16(&format!("\u{feff}{}", pem())), "a key or certificate in PEM"),
        (body.clone().into_bytes(), "a key or certificate in base64"),
        (format!("{}\n{}\n", &body[..64], &body[64..]).into_bytes(), "a key or certificate in base64"),
        (Base64::encode_string(pem().as_bytes()).into_bytes(), "a key or certificate in base64"),
        (jwk.clone().into_bytes(), "a single JWK"),
        (format!("[{jwk}]").into_bytes(), json),
        (format!("{{\"keys\":[{jwk},]}}").into_bytes(), json),
        (format!("const jwk = {jwk};").into_bytes(), json),
        (set, "a JWK Set"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>".to_vec(), page),
        (token().into_bytes(), "a token"),
        (b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI ada@host".to_vec(), "a key in OpenSSH's own format"),
    ] {
        let shown = String::from_utf8_lossy(&content);
        let path = file("others-have-it", &content);
        let outcome = run([HMAC_RULES, &["--secret-file", &path, HMAC_TOKEN]].concat());
        let error = outcome.setup_error();
        assert!(error.starts_with(&format!("--secret-file: {expected}")), "{error}: {shown}");
        assert!(error.contains(" and not a secret: "), "{error}: {shown}");

        // A variable is text without a zero.
        let Some(text) = String::from_utf8(content).ok().filter(|text| !text.contains('\0')) else {
            continue;
        };
        let mut command = command();
        command.args(HMAC_RULES).args(["--secret-env", "CLI_TEST_OTHERS", HMAC_TOKEN]);
        let output = command.env("CLI_TEST_OTHERS", &text).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), error.lines().count()), (Some(2), 1), "{error}: {text}");
        assert!(error.starts_with(&format!("error: --secret-env: {expected}")), "{error}: {text}");
    }
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
fn what_is_in_the_wrong_place_is_not_repeated() {
    let (jwks, token, verify) = (demo("better-auth.jwks.json"), token(), "see `jwt-verify verify --help`");
    let private =
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIHUNTER2Hunter2\n-----END PRIVATE KEY-----";
    let secret = "{\"kty\":\"oct\",\"k\":\"SHVudGVyMkh1bnRlcjI\"}";
    let encrypted = "eyJhbGciOiJkaXIifQ..SHVudGVyMg.SHVudGVyMg.SHVudGVyMg";
    let body = "MC4CAQAwBQYDK2VwBCIEIHVudGVyMkh1bnRlcjJIdW50ZXIySHVudGVyMkh1bnRl";
    let long = "hunter2 ".repeat(20);
    for content in [private, secret, encrypted, body, &long, &token] {
        for flag in ["--jwks", "--key", "--secret-file", "--secret-env"] {
            let expected = if flag == "--secret-env" {
                "takes the name of an environment variable; this is the value of one: export it"
            } else {
                "takes the name of a file; this is the content of one: put it into a file"
            };
            let expected = format!("{flag} {expected}; {verify}");
            check(&with(&[flag, content, &token]), &expected);
            check(&with(&[&format!("{flag}={content}"), &token]), &expected);
        }
        let misplaced = "error: --now: not a number of seconds since 1970: write one, as `date +%s` does";
        for (arguments, expected) in [
            (with(&["--jwks", &jwks, &format!("--now={content}")]), misplaced),
            (with(&["--jwks", &jwks, "--algorithms", content]), "error: "),
            (with(&["--jwks", &jwks, &token, content]), "error: "),
            (with(&["--jwks", &jwks, &format!("--{content}")]), "error: an argument begins with a hyphen"),
            (vec![content], "error: "),
        ] {
            let outcome = run(arguments);
            assert!(outcome.stderr.starts_with(expected), "{outcome:?}");
            let error = outcome.setup_error();
            for part in [content, "Hunter", "HUNTER", "SHVudGVy", "hunter", &content[..12]] {
                assert!(!error.contains(part), "{error}");
            }
        }
    }
    // As a token, a key in PEM begins like a flag.
    let outcome = run(with(&["--jwks", &jwks, private]));
    assert_eq!(
        outcome.setup_error(),
        "an argument begins with a hyphen and is no flag: keys and secrets are given as files, by their names; \
         see `jwt-verify verify --help`"
    );
}

#[test]
fn a_name_that_is_mistyped_is_repeated() {
    for name in ["id.example.jwks.json", "jwks,json", "keys/2026/id.example/current/jwks.json", "-"] {
        check(
            &with(&["--jwks", name, &token()]),
            &format!("{name:?}: there is no such file: check the path"),
        );
    }
}

#[test]
fn what_is_wrong_with_the_arguments_is_one_line_and_names_the_help() {
    let verify = "; see `jwt-verify verify --help`";
    for (arguments, expected) in [
        (
            [RULES, &["--jwks", "a", "--key", "b"]].concat(),
            "--jwks and --key exclude each other: give one of them",
        ),
        (
            [RULES, &["--secret-env", "A", "--secret-file", "b"]].concat(),
            "--secret-env and --secret-file exclude each other: give one of them",
        ),
        (
            [RULES, &["--danger-any-issuer"]].concat(),
            "--issuer and --danger-any-issuer exclude each other: give one of them",
        ),
        (
            [RULES, &["--danger-any-audience"]].concat(),
            "--audience and --danger-any-audience exclude each other: give one of them",
        ),
        (
            vec!["verify", "--leeway", "1s", "--leeway", "2s"],
            "--leeway is given more than once: give it once",
        ),
        (vec!["verify", "--json", "--json"], "--json is given more than once: give it once"),
        (vec!["verify", "--json=yes"], "--json takes no value: leave out the `=` and what follows"),
        (vec!["verify", "--isuer", "a"], "there is no flag --isuer here: did you mean --issuer?"),
        (vec!["verify", "--verbose"], "there is no flag --verbose here: leave it out"),
        (vec!["verify", "-k", "a"], "there is no flag -k here: leave it out"),
        (vec!["verify", "--issuer"], "--issuer takes a value and there is none: write it behind the flag"),
        (vec!["verify", "--jwks"], "--jwks takes a value and there is none: write it behind the flag"),
        (
            vec!["verify", "--jwks", "--json"],
            "--jwks takes a value, and a flag stands there: write the value behind it",
        ),
        (vec!["verify", "a", "b"], "more than one argument besides the flags: give one token, or `-`"),
    ] {
        check(&arguments, &format!("{expected}{verify}"));
    }
    let commands = if cfg!(feature = "demo") {
        "`verify`, `inspect`, `jwks` or `demo`"
    } else {
        "`verify`, `inspect` or `jwks`"
    };
    let first = format!("write {commands} first; see `jwt-verify --help`");
    check(&[], &format!("there is no command: {first}"));
    check(&["verfy"], &format!("there is no command \"verfy\": {first}"));
    check(&[&token()], &format!("the first argument is no command, and a token stands behind one: {first}"));
    check(
        &["inspect", "--jwks", "a"],
        "there is no flag --jwks here: leave it out; see `jwt-verify inspect --help`",
    );
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_no_text_is_refused_in_one_line() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

    for before in [["verify"].as_slice(), &["verify", "--issuer"], &["inspect"]] {
        let output = command().args(before).arg(OsStr::from_bytes(b"\xffa")).output().unwrap();
        assert_eq!((output.status.code(), output.stdout), (Some(2), Vec::new()));
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            format!(
                "error: an argument is not UTF-8 text, as a token and every name but a file's are: check where it comes from; \
                 see `jwt-verify {} --help`\n",
                before[0]
            )
        );
    }
}
