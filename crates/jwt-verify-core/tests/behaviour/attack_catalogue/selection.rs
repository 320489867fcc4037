//! Section 4: which key answers, and what a header may not do.

use jwt_verify_core::{
    Algorithm, ClaimError, Error, Freshness, Held, KeyMismatch, KeyNotFound, KeySet, KeySource, Malformed,
    ParameterProblem, TokenKind, TrustedIssuer, Verifier, limits,
};
use serde_json::{Value, json};

use super::{decoy, every_algorithm, issuer_with, verifier_with};
use crate::mint::{
    self, AUDIENCE, ISSUER, KEY_ID, Signer, accepted, claims, document, refusal, with, without,
};

#[test]
fn row_36_a_key_in_the_header_is_never_used() {
    let ours = Signer::new(Algorithm::EdDsa);
    let forger = Signer::another();
    let embedded = json!({"alg": "EdDSA", "jwk": forger.jwk()});
    // kid, refusal
    for (key_id, expected) in [
        (json!({"kid": KEY_ID}), Error::InvalidSignature),
        (json!({"kid": "other"}), unknown("other")),
        (json!({}), Error::InvalidSignature),
    ] {
        let token = forger.token_with_header(&with(embedded.clone(), key_id), &claims());
        assert_eq!(refusal(&ours.verifier(), &token), expected);
    }
    // Not when there is no key at all either.
    let nothing = mint::verifier(
        TrustedIssuer::builder(ISSUER).audience(AUDIENCE).algorithms([Algorithm::EdDsa]).key_source(NoKeys),
    );
    let token = forger.token_with_header(&embedded, &claims());
    assert_eq!(refusal(&nothing, &token), Error::KeyNotFound(KeyNotFound::NoKeys));
    // A genuine token may carry one, whatever it is: it is read past.
    for jwk in [ours.jwk(), forger.jwk(), json!("none"), json!(null)] {
        let token = ours.token_with_header(&with(ours.header(), json!({"jwk": jwk})), &claims());
        accepted(&ours.verifier(), &token);
    }
}

#[test]
fn row_37_an_address_of_keys_is_never_followed() {
    let ours = Signer::new(Algorithm::EdDsa);
    let forger = Signer::another();
    for parameter in ["jku", "x5u"] {
        for address in [
            json!("https://evil.example/jwks.json"),
            json!("https://id.example@evil.example/"),
            json!("file:///etc/passwd"),
            json!(document([forger.jwk()])),
            json!(7),
        ] {
            let header = |signer: &Signer| with(signer.header(), json!({parameter: address}));
            let forged = forger.token_with_header(&header(&forger), &claims());
            assert_eq!(refusal(&ours.verifier(), &forged), Error::InvalidSignature);
            let unknown_key = with(header(&forger), json!({"kid": "evil"}));
            let forged = forger.token_with_header(&unknown_key, &claims());
            assert_eq!(refusal(&ours.verifier(), &forged), unknown("evil"));
            accepted(&ours.verifier(), &ours.token_with_header(&header(&ours), &claims()));
        }
    }
}

#[test]
fn row_38_a_certificate_in_the_header_is_never_used() {
    let ours = Signer::new(Algorithm::Rs256);
    let forger = Signer::new(Algorithm::Es256);
    let verifier = verifier_with([ours.jwk()], &[Algorithm::Rs256, Algorithm::Es256]);
    for certificates in [json!(["MIIBszCCAVmgAwIBAgI"]), json!("MIIB"), json!([])] {
        let chain = json!({"x5c": certificates, "x5t": "AAAA", "x5t#S256": "AAAA"});
        let forged = forger.token_with_header(&with(forger.header(), chain.clone()), &claims());
        assert_eq!(refusal(&verifier, &forged), Error::KeyMismatch(KeyMismatch::KeyType));
        let nameless = without(with(forger.header(), chain.clone()), "kid");
        let forged = forger.token_with_header(&nameless, &claims());
        assert_eq!(refusal(&verifier, &forged), Error::KeyNotFound(KeyNotFound::NoneFits));
        accepted(&verifier, &ours.token_with_header(&with(ours.header(), chain), &claims()));
    }
}

#[test]
fn row_39_a_key_id_is_a_name_and_nothing_else() {
    let signer = Signer::new(Algorithm::EdDsa);
    let secret = Signer::new(Algorithm::Hs256);
    for key_id in [
        "../../../../../dev/null",
        "/dev/null",
        "k1' UNION SELECT 'secret' -- ",
        "*)(uid=*",
        "k1\r\nX-Injected: 1",
        "\u{1b}[31mred\u{1b}[0m",
        "\u{202e}1k",
        "https://evil.example/key",
        "k1\0",
        "",
    ] {
        let token = signer.token_with_header(&json!({"alg": "EdDSA", "kid": key_id}), &claims());
        let error = refusal(&signer.verifier(), &token);
        assert_eq!(error, unknown(key_id), "{key_id:?}");
        // In a log it is one line, without control characters and without ones that turn the text around.
        let printed = format!("{error} {error:?}");
        assert!(!printed.contains(|char: char| char.is_control() || char == '\u{202e}'), "{printed:?}");

        // The MAC of whoever believes that the key is an empty file, or the name itself.
        for guess in [&b""[..], &[0], key_id.as_bytes()] {
            let forger = Signer::hmac(Algorithm::Hs256, guess);
            let token = forger.token_with_header(&json!({"alg": "HS256", "kid": key_id}), &claims());
            assert_eq!(refusal(&secret.verifier(), &token), Error::InvalidSignature, "{key_id:?}");
        }
    }
}

#[test]
fn row_39_a_key_id_is_bounded_in_length() {
    let signer = Signer::new(Algorithm::EdDsa);
    for (len, expected) in [
        (limits::MAX_KEY_ID_LEN, unknown(&"k".repeat(limits::MAX_KEY_ID_LEN))),
        (limits::MAX_KEY_ID_LEN + 1, parameter("kid", ParameterProblem::TooLong)),
        (8000, parameter("kid", ParameterProblem::TooLong)),
    ] {
        let header = json!({"alg": "EdDSA", "kid": "k".repeat(len)});
        let token = signer.token_with_header(&header, &claims());
        assert_eq!(refusal(&signer.verifier(), &token), expected, "{len}");
    }
}

#[test]
fn row_40_key_ids_are_equal_letter_by_letter() {
    let signer = Signer::new(Algorithm::EdDsa);
    let key = with(signer.jwk(), json!({"kid": "Kéy-1"}));
    let verifier = verifier_with([key.clone()], &[Algorithm::EdDsa]);
    for other in [
        "kéy-1",
        "KÉY-1",
        " Kéy-1",
        "Kéy-1 ",
        // The accent as a character of its own.
        "Ke\u{301}y-1",
        "Key-1",
        "Kéy-",
        "Kéy-10",
        "Kéy-1\0",
        "Kéy\u{ad}-1",
        "K%C3%A9y-1",
        "*",
    ] {
        let token = signer.token_with_header(&json!({"alg": "EdDSA", "kid": other}), &claims());
        assert_eq!(refusal(&verifier, &token), unknown(other));
    }
    let escaped = r#"{"alg":"EdDSA","kid":"K\u00e9y\u002d1"}"#;
    accepted(&verifier, &signer.raw_token(escaped, claims().to_string()));
    // In the set too.
    let escaped = document([key]).replace('é', "\\u00e9").replace("kid", "k\\u0069d");
    let issuer =
        issuer_with([decoy()], &[Algorithm::EdDsa]).jwk_set(jwt_verify_core::JwkSet::parse(escaped).unwrap());
    let token = signer.token_with_header(&json!({"alg": "EdDSA", "kid": "Kéy-1"}), &claims());
    accepted(&mint::verifier(issuer), &token);
}

#[test]
fn row_40_a_key_id_that_is_no_string_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    let key = with(signer.jwk(), json!({"kid": "1"}));
    let verifier = verifier_with([key], &[Algorithm::EdDsa]);
    for key_id in [json!(1), json!(1.0), json!(true), json!(null), json!(["1"]), json!({"1": 1})] {
        let token = signer.token_with_header(&json!({"alg": "EdDSA", "kid": key_id}), &claims());
        assert_eq!(refusal(&verifier, &token), parameter("kid", ParameterProblem::NotAString), "{key_id}");
    }
    accepted(&verifier, &signer.token_with_header(&json!({"alg": "EdDSA", "kid": "1"}), &claims()));
}

#[test]
fn row_41_a_token_without_a_key_id_needs_exactly_one_key_that_fits() {
    let signer = Signer::new(Algorithm::EdDsa);
    let (one, other) = (signer.jwk(), decoy());
    let p256 = Signer::new(Algorithm::Es256).jwk();
    let renamed = |key: &Value, key_id: &str| with(key.clone(), json!({"kid": key_id}));
    let nameless = without(signer.header(), "kid");
    let token = signer.token_with_header(&nameless, &claims());
    let ambiguous = Some(Error::KeyNotFound(KeyNotFound::Ambiguous));
    // keys, refusal if any
    for (keys, expected) in [
        (vec![one.clone()], None),
        (vec![without(one.clone(), "kid")], None),
        (vec![one.clone(), p256.clone()], None),
        (vec![one.clone(), renamed(&p256, "a"), with(decoy(), json!({"use": "enc"}))], None),
        // One key under two names is one key.
        (vec![one.clone(), renamed(&one, "again")], None),
        (vec![one.clone(), other.clone()], ambiguous.clone()),
        (vec![other.clone(), one.clone()], ambiguous.clone()),
        (vec![without(one.clone(), "kid"), without(other.clone(), "kid")], ambiguous),
        (vec![p256], Some(Error::KeyNotFound(KeyNotFound::NoneFits))),
        // The only one that fits is not the signer's.
        (vec![other], Some(Error::InvalidSignature)),
    ] {
        let verifier = verifier_with(&keys, &[Algorithm::EdDsa, Algorithm::Es256]);
        match expected {
            None => drop(accepted(&verifier, &token)),
            Some(error) => assert_eq!(refusal(&verifier, &token), error, "{keys:?}"),
        }
    }
}

#[test]
fn row_41_a_key_id_that_is_not_in_the_set_does_not_fall_back_to_the_only_key() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&claims());
    for key in [with(signer.jwk(), json!({"kid": "k2"})), without(signer.jwk(), "kid")] {
        assert_eq!(refusal(&verifier_with([key], &[Algorithm::EdDsa]), &token), unknown(KEY_ID));
    }
}

#[test]
fn row_41_one_key_id_on_two_types_of_key_is_resolved_by_the_algorithm() {
    let keys = [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Es384, Algorithm::Rs256].map(Signer::new);
    let verifier = verifier_with(keys.each_ref().map(Signer::jwk), &every_algorithm());
    for signer in &keys {
        accepted(&verifier, &signer.token(&claims()));
    }
}

#[test]
fn row_41_one_key_id_on_two_keys_of_one_type_is_ambiguous() {
    let keys = [Signer::new(Algorithm::EdDsa), Signer::another()];
    let verifier = verifier_with(keys.each_ref().map(Signer::jwk), &[Algorithm::EdDsa]);
    for signer in &keys {
        let ambiguous = Error::KeyNotFound(KeyNotFound::Ambiguous);
        assert_eq!(refusal(&verifier, &signer.token(&claims())), ambiguous);
    }
    let twice = [keys[0].jwk(), keys[0].jwk()];
    accepted(&verifier_with(&twice, &[Algorithm::EdDsa]), &keys[0].token(&claims()));
}

#[test]
fn row_42_one_issuer_cannot_sign_for_another_under_the_same_key_id() {
    let ours = Signer::new(Algorithm::EdDsa);
    let theirs = Signer::another();
    let es256 = Signer::new(Algorithm::Es256);
    let issuer = |name: &str, signer: &Signer| {
        TrustedIssuer::builder(name)
            .audience(AUDIENCE)
            .algorithms([signer.algorithm()])
            .jwk_set(mint::jwk_set([signer.jwk()]))
            .build()
            .unwrap()
    };
    let verifier = Verifier::builder()
        .issuer(issuer(ISSUER, &ours))
        .issuer(issuer("https://b.example", &theirs))
        .issuer(issuer("https://c.example", &es256))
        .build()
        .unwrap();
    let said = |name: &str| with(claims(), json!({"iss": name}));

    accepted(&verifier, &ours.token(&said(ISSUER)));
    accepted(&verifier, &theirs.token(&said("https://b.example")));
    accepted(&verifier, &es256.token(&said("https://c.example")));
    assert_eq!(refusal(&verifier, &theirs.token(&said(ISSUER))), Error::InvalidSignature);
    assert_eq!(refusal(&verifier, &ours.token(&said("https://b.example"))), Error::InvalidSignature);
    // Algorithms are not pooled either.
    assert_eq!(
        refusal(&verifier, &es256.token(&said(ISSUER))),
        Error::AlgorithmNotAllowed(Some(Algorithm::Es256))
    );
    assert_eq!(
        refusal(&verifier, &theirs.token(&said("https://d.example"))),
        Error::Claim(ClaimError::InvalidIssuer)
    );
}

#[test]
fn row_43_every_critical_extension_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    for member in [
        // Unknown, and there or not.
        r#""crit":["exp"],"exp":1790000300"#,
        r#""crit":["http://example.invalid/UNDEFINED"],"http://example.invalid/UNDEFINED":true"#,
        r#""crit":["x"]"#,
        // Registered names, duplicates, nothing, wrong types.
        r#""crit":["alg"]"#,
        r#""crit":["kid","typ"]"#,
        r#""crit":["x","x"],"x":1"#,
        r#""crit":[]"#,
        r#""crit":null"#,
        r#""crit":"x""#,
        r#""crit":{}"#,
        r#""crit":false"#,
        r#""crit":[1]"#,
        r#""c\u0072it":["x"]"#,
    ] {
        let header = format!(r#"{{"alg":"EdDSA","kid":"k1",{member}}}"#);
        let token = signer.raw_token(header, claims().to_string());
        assert_eq!(refusal(&signer.verifier(), &token), Error::UnsupportedCritical, "{member}");
    }
    // Names are case-sensitive: this is an unknown parameter.
    let header = r#"{"alg":"EdDSA","kid":"k1","Crit":["x"]}"#;
    accepted(&signer.verifier(), &signer.raw_token(header, claims().to_string()));
}

#[test]
fn row_44_an_unencoded_payload_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    for member in [
        r#""b64":false,"crit":["b64"]"#,
        r#""b64":true,"crit":["b64"]"#,
        r#""b64":false"#,
        r#""b64":true"#,
        r#""b64":"false""#,
        r#""b64":null"#,
    ] {
        let header = format!(r#"{{"alg":"EdDSA","kid":"k1",{member}}}"#);
        let token = signer.raw_token(header, claims().to_string());
        assert_eq!(refusal(&signer.verifier(), &token), Error::UnsupportedCritical, "{member}");
    }
}

#[test]
fn row_45_unknown_parameters_are_ignored_whatever_they_are() {
    let signer = Signer::new(Algorithm::EdDsa);
    for value in
        [json!(1), json!(-1e300), json!(null), json!([[[]]]), json!({"alg": "none"}), json!("x"), json!(true)]
    {
        for name in ["oiat", "nonce", "critical", "ALG", "exp", "https://example.com/x", "", "iss"] {
            let header = with(signer.header(), json!({name: value}));
            accepted(&signer.verifier(), &signer.token_with_header(&header, &claims()));
        }
    }
}

#[test]
fn row_46_another_kind_of_token_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = mint::verifier(signer.issuer().token_kind(TokenKind::of_type(["at+jwt"])));
    // typ, accepted
    for (typ, fits) in [
        (json!("at+jwt"), true),
        (json!("AT+JWT"), true),
        (json!("application/at+jwt"), true),
        (json!("Application/At+Jwt"), true),
        (json!("JWT"), false),
        (json!("dpop+jwt"), false),
        (json!("logout+jwt"), false),
        (json!("secevent+jwt"), false),
        (json!("oauth-authz-req+jwt"), false),
        (json!("client-authentication+jwt"), false),
        (json!("text/at+jwt"), false),
        (json!("application/application/at+jwt"), false),
        (json!("application/x/at+jwt"), false),
        (json!("at+jwt "), false),
        (json!("at+jwt;q=1"), false),
        (json!("at jwt"), false),
        (json!("at+jwt+dpop"), false),
        (json!(""), false),
    ] {
        let token = signer.token_with_header(&with(signer.header(), json!({"typ": typ})), &claims());
        match fits {
            true => drop(accepted(&verifier, &token)),
            false => assert_eq!(refusal(&verifier, &token), Error::Claim(ClaimError::InvalidType), "{typ}"),
        }
    }
    assert_eq!(refusal(&verifier, &signer.token(&claims())), Error::Claim(ClaimError::InvalidType));
}

#[test]
fn row_46_a_type_that_is_no_string_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = mint::verifier(signer.issuer().token_kind(TokenKind::DangerAny));
    for typ in [json!(null), json!(1), json!(["at+jwt"]), json!({}), json!(true)] {
        let token = signer.token_with_header(&with(signer.header(), json!({"typ": typ})), &claims());
        assert_eq!(refusal(&verifier, &token), parameter("typ", ParameterProblem::NotAString), "{typ}");
    }
}

#[test]
fn row_47_material_for_encryption_means_nothing_in_a_signed_token() {
    let signer = Signer::new(Algorithm::EdDsa);
    let material = json!({"p2c": 4_000_000_000_u32, "p2s": "AA", "epk": signer.jwk(), "apu": 7, "iv": "AA", "tag": null});
    accepted(&signer.verifier(), &signer.token_with_header(&with(signer.header(), material), &claims()));
}

/// Holds nothing, and says so.
#[derive(Debug)]
struct NoKeys;

impl KeySource for NoKeys {
    fn held(&self) -> Held {
        Held::new(KeySet::empty(), Freshness::Fresh)
    }
}

fn unknown(key_id: &str) -> Error {
    Error::KeyNotFound(KeyNotFound::UnknownKeyId { key_id: key_id.into() })
}

fn parameter(name: &'static str, problem: ParameterProblem) -> Error {
    Error::Malformed(Malformed::HeaderParameter { name, problem })
}
