use jwt_verify_core::Algorithm;
use jwt_verify_testing::{Endpoint, Fault, TestIssuer};
use serde_json::json;

use crate::program::{demo, file, jwk, run};

#[test]
fn each_key_is_told_with_its_thumbprint_or_why_it_cannot_be_used() {
    let mut key = jwk();
    key["kid"] = "2026-11".into();
    key["use"] = "sig".into();
    let set = json!({ "keys": [
        { "kty": "AKP", "alg": "ML-DSA-44", "kid": "quantum" },
        key,
        { "kty": "OKP", "crv": "X25519", "kid": "agreement", "use": "enc", "x": "" },
        "no key at all",
    ] });
    let path = file("mixed.jwks.json", set.to_string());
    let outcome = run(["jwks", &path]);
    assert_eq!((outcome.status, &*outcome.stderr), (Some(0), ""));
    let thumbprint = jwt_verify_core::Jwk::parse(&key.to_string()).unwrap().public_key().thumbprint();
    assert_eq!(
        outcome.stdout,
        format!(
            "{path}\n\n    \
             type         algorithm  use  key ID       thumbprint, or why it cannot be used\n  \
             ✗ AKP          ML-DSA-44  -    \"quantum\"    the key type \"AKP\" (`kty`) is not supported\n  \
             ✓ OKP Ed25519  EdDSA      sig  \"2026-11\"    {thumbprint}\n  \
             ✗ OKP X25519   -          enc  \"agreement\"  the curve \"X25519\" (`crv`) is not supported\n  \
             ✗ ?            -          -    none         the JWK is not a JSON object\n\n\
             1 of 4 can be used\n"
        )
    );

    let outcome = run(["jwks", "--json", &path]);
    assert_eq!(
        outcome.json(),
        json!({
            "address": path,
            "keys": [
                {
                    "key_id": "quantum", "key_type": "AKP", "curve": null, "bits": null, "algorithms": ["ML-DSA-44"],
                    "use": null, "issuer": null, "accepted": false,
                    "reason": "the key type \"AKP\" (`kty`) is not supported",
                },
                {
                    "key_id": "2026-11", "key_type": "OKP", "curve": "Ed25519", "bits": null, "algorithms": ["EdDSA"],
                    "use": "sig", "issuer": null, "accepted": true, "thumbprint": thumbprint,
                },
                {
                    "key_id": "agreement", "key_type": "OKP", "curve": "X25519", "bits": null, "algorithms": [],
                    "use": "enc", "issuer": null, "accepted": false,
                    "reason": "the curve \"X25519\" (`crv`) is not supported",
                },
                {
                    "key_id": null, "key_type": null, "curve": null, "bits": null, "algorithms": [],
                    "use": null, "issuer": null, "accepted": false, "reason": "the JWK is not a JSON object",
                },
            ],
        })
    );
}

#[test]
fn a_set_is_fetched_from_its_address_or_from_where_the_metadata_say() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::EdDsa, Algorithm::Rs256]).start();
    let url = issuer.jwks_url();
    for place in [[&*url].as_slice(), &["--issuer", issuer.name()]] {
        let outcome = run([&["jwks"], place].concat());
        assert_eq!((outcome.status, &*outcome.stderr), (Some(0), ""));
        assert!(outcome.stdout.starts_with(&format!("{url}\n")), "{}", outcome.stdout);
        assert!(outcome.stdout.contains("✓ RSA 2048 "), "{}", outcome.stdout);
        assert!(outcome.stdout.ends_with("\n2 of 2 can be used\n"), "{}", outcome.stdout);
    }
}

#[test]
fn whatever_the_fault_the_program_ends_and_its_status_tells_what_was_had() {
    let issuer = TestIssuer::start();
    let url = issuer.jwks_url();
    for fault in Fault::all() {
        issuer.set_fault_for(Endpoint::Jwks, fault.clone());
        let expected = match fault {
            Fault::WrongContentType
            | Fault::ByteOrderMark
            | Fault::OneBadKeyAmongGood
            | Fault::DuplicateKeyIds => 0,
            // A set, and no key in it.
            Fault::EmptySet | Fault::OnlyUnusableKeys => 1,
            _ => 3,
        };
        let outcome = run(["jwks", "--timeout", "1s", &url]);
        assert_eq!(outcome.status, Some(expected), "{fault}: {outcome:?}");
        assert_eq!(outcome.stdout.is_empty(), expected == 3, "{fault}: {outcome:?}");
        assert_eq!(outcome.stderr.lines().count(), usize::from(expected == 3), "{fault}: {outcome:?}");
        issuer.heal();
    }
}

#[test]
fn a_set_without_keys_says_so() {
    let outcome = run(["jwks", &file("without-keys.jwks.json", "{\"keys\":[]}")]);
    assert_eq!((outcome.status, &*outcome.stderr), (Some(1), ""));
    assert!(outcome.stdout.contains("The set is empty."), "{}", outcome.stdout);

    let outcome = run([
        "jwks",
        &file("without-usable-keys.jwks.json", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}"),
    ]);
    assert_eq!((outcome.status, &*outcome.stderr), (Some(1), ""));
    assert!(outcome.stdout.ends_with("\n0 of 1 can be used\n"), "{}", outcome.stdout);
    assert!(!outcome.stdout.contains("c2VjcmV0"), "{}", outcome.stdout);
}

#[test]
fn a_key_id_that_two_keys_have_is_pointed_out() {
    let rsa = "sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1WlUzewbgBHod5pcM9H95GQRV3JDXboIRROSBigeC5yjU1hGzHHyXss8UDprecbAYxknTcQkhslANGRUZmdTOQ5qTRsLAt6BTYuyvVRdhS8exSZEy_c4gs_7svlJJQ4H9_NxsiIoLwAEk7-Q3UXERGYw_75IDrGA84-lA_-Ct4eTlXHBIY2EaV7t7LjJaynVJCpkv4LKjTTAumiGUIuQhrNhZLuF_RJLqHpM2kgWFLU7-VTdL1VbC2tejvcI2BlMkEpk1BzBZI0KQB0GaDWFLN-aEAw3vRw";
    let mut key = jwk();
    key["kid"] = "twice".into();
    let set = json!({ "keys": [key, { "kty": "RSA", "kid": "twice", "n": rsa, "e": "AQAB" }] });
    let outcome = run(["jwks", &file("twice.jwks.json", set.to_string())]);
    assert_eq!(outcome.status, Some(0));
    for expected in [
        "✓ RSA 2048     RS…, PS…",
        "\"twice\" is the ID of several keys: their algorithms must tell them apart",
    ] {
        assert!(outcome.stdout.contains(expected), "{}", outcome.stdout);
    }
}

#[test]
fn what_somebody_else_wrote_reaches_the_terminal_escaped() {
    let mut key = jwk();
    key["kid"] = "\u{1b}[2J\u{202e}".into();
    key["use"] = "sig".into();
    let other = json!({ "kty": "\u{1b}]0;title\u{7}", "alg": "\u{9b}31m", "kid": "\u{2066}" });
    let path = file("escapes.jwks.json", json!({ "keys": [key, other] }).to_string());
    for arguments in [["jwks", &*path].as_slice(), &["jwks", "--json", &path]] {
        let outcome = run(arguments.iter().copied());
        assert_eq!(outcome.status, Some(0));
        let deceptive = ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{2066}'];
        assert!(!outcome.stdout.contains(deceptive), "{:?}", outcome.stdout);
    }
}

#[test]
fn what_is_no_set_is_a_mistake_in_the_setup_if_it_is_in_a_file() {
    let check = |arguments: &[&str], expected: &str| {
        assert_eq!(run([&["jwks"], arguments].concat()).setup_error(), expected, "{arguments:?}");
    };
    let page = file("page-as-set.html", "<html>");
    let token = demo("better-auth.token");
    check(&[], "there is no set to look at: give its address, a file, or --issuer URL");
    check(&["absent.json"], "\"absent.json\": there is no such file: check the path");
    check(
        &[&page],
        &format!(
            "{page:?}: not a JWK Set but a web page: check the address, and what a proxy or a login page makes of it; save what the \
             `jwks_uri` of the issuer answers"
        ),
    );
    check(
        &[&token],
        &format!("{token:?}: a token and not a JWK Set: get the set from the `jwks_uri` of the issuer"),
    );
    check(
        &["--timeout", "1s", &token],
        &format!("--timeout is for what is fetched, and {token:?} is a file: leave it out"),
    );
    check(
        &["a.json", "--issuer", "https://id.example"],
        "[URL|FILE] and --issuer exclude each other: give one of them; see `jwt-verify jwks --help`",
    );
    check(
        &["a", "b"],
        "more than one argument besides the flags: give one address or file; see `jwt-verify jwks --help`",
    );
}
