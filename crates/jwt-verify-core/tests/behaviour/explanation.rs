//! The explanation of a verdict: which step refused, what it expected and found, and nothing that is secret.

use std::time::Duration;

use jwt_verify_core::{
    Algorithm, ClaimCheck, ClaimMapping, Claims, Error, Explanation, HmacSecret, JwkError, JwkSet,
    KeyMismatch, PassedOver, Step, TokenKind, TrustedIssuer, UnixTime, Verdict, Verifier,
};
use serde_json::{Value, json};

use crate::mint::{
    self, AUDIENCE, ISSUER, NOW, Signer, base64url, claims, signature, with, with_signature, without,
};

#[test]
fn the_steps_run_in_their_order_and_all_pass_for_a_good_token() {
    let signer = Signer::new(Algorithm::EdDsa);
    let issuer = signer
        .issuer()
        .max_age(Duration::from_secs(3600))
        .require_claim("sub")
        .check_claim(ClaimCheck::one_of("plan", ["pro"]));
    let token = signer.token(&with(claims(), json!({"plan": "pro", "iat": NOW.as_secs()})));
    let explanation = mint::verifier(issuer).explain(&token, NOW);
    let steps: Vec<Step> = explanation.steps().iter().map(|step| step.step()).collect();
    assert_eq!(
        steps,
        [
            Step::Shape,
            Step::Header,
            Step::Encoding,
            Step::Algorithm,
            Step::Key,
            Step::Signature,
            Step::Claims,
            Step::Issuer,
            Step::Audience,
            Step::Type,
            Step::ExpirationTime,
            Step::NotBefore,
            Step::Age,
            Step::Binding,
            Step::RequiredClaim,
            Step::ClaimCheck,
            Step::Identity,
            Step::Shaping,
        ]
    );
    assert!(steps.is_sorted(), "as they are declared");
    assert!(explanation.steps().iter().all(|step| step.verdict() == Verdict::Passed));
    assert!(explanation.is_accepted());
    assert_eq!((explanation.error(), explanation.remedy()), (None, None));
    assert_eq!(explanation.keys().len(), 1);
    assert_eq!(explanation.keys()[0].passed_over(), None);
    assert!(explanation.to_string().ends_with("accepted"));
}

/// Cuts characters off, until no bytes have that length.
fn cut_to_one_modulo_four(part: &mut String) {
    while part.len() % 4 != 1 {
        part.pop();
    }
}

/// The token with one of its three parts changed.
fn with_part<R>(token: &str, index: usize, change: impl FnOnce(&mut String) -> R) -> String {
    let mut parts: Vec<String> = token.split('.').map(String::from).collect();
    change(&mut parts[index]);
    parts.join(".")
}

#[test]
fn the_last_step_is_the_one_that_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    let now = NOW.as_secs();
    let header = |changes: Value| signer.token_with_header(&with(signer.header(), changes), &good());
    let claim = |changes: Value| signer.token(&with(good(), changes));
    let lacking = |name: &str| signer.token(&without(good(), name));
    let found = |text: &str| Some(String::from(text));
    // token, step, expected, found, code
    for (token, step, expected, found, code) in [
        ("abc".into(), Step::Shape, "three parts, at most 16384 bytes", found("3 bytes"), "malformed"),
        (
            header(json!({"crit": ["x"]})),
            Step::Header,
            "a JSON object with `alg` and without `crit`",
            None,
            "unsupported_critical",
        ),
        (
            header(json!({"kid": 7})),
            Step::Header,
            "a JSON object with `alg` and without `crit`",
            None,
            "malformed",
        ),
        // A part that was cut off, or altered so that bits are set behind its last byte.
        (
            with_part(&signer.token(&good()), 1, cut_to_one_modulo_four),
            Step::Encoding,
            "payload and signature in base64url",
            None,
            "malformed",
        ),
        (
            with_part(&signer.token(&good()), 2, cut_to_one_modulo_four),
            Step::Encoding,
            "payload and signature in base64url",
            None,
            "malformed",
        ),
        (
            with_part(&signer.token(&good()), 2, String::clear),
            Step::Encoding,
            "payload and signature in base64url",
            None,
            "malformed",
        ),
        (
            header(json!({"alg": "none"})),
            Step::Algorithm,
            "EdDSA",
            found("\"none\""),
            "algorithm_not_allowed",
        ),
        (
            header(json!({"alg": "RS256"})),
            Step::Algorithm,
            "EdDSA",
            found("\"RS256\""),
            "algorithm_not_allowed",
        ),
        (header(json!({"kid": "k2"})), Step::Key, "one key for EdDSA", found("\"k2\""), "key_not_found"),
        (
            with_signature(&signer.token(&good()), &[1; 64]),
            Step::Signature,
            "a signature of this text by that key",
            None,
            "invalid_signature",
        ),
        (
            signer.raw_token(signer.header().to_string(), "[]"),
            Step::Claims,
            "a JSON object, registered claims of their types",
            None,
            "malformed",
        ),
        (
            claim(json!({"exp": "never"})),
            Step::Claims,
            "a JSON object, registered claims of their types",
            None,
            "invalid_claim",
        ),
        (
            claim(json!({"iss": "https://evil.example"})),
            Step::Issuer,
            "\"https://id.example\"",
            found("\"https://evil.example\""),
            "invalid_issuer",
        ),
        (lacking("iss"), Step::Issuer, "\"https://id.example\"", found("absent"), "missing_claim"),
        (
            claim(json!({"aud": ["a", "b"]})),
            Step::Audience,
            "\"https://api.example\"",
            found("[\"a\", \"b\"]"),
            "invalid_audience",
        ),
        (lacking("aud"), Step::Audience, "\"https://api.example\"", found("absent"), "missing_claim"),
        (
            header(json!({"typ": "dpop+jwt"})),
            Step::Type,
            "absent, \"JWT\" or \"at+jwt\", and nothing of another kind of token",
            found("\"dpop+jwt\""),
            "invalid_type",
        ),
        (
            claim(json!({"exp": now - 60})),
            Step::ExpirationTime,
            "after 1790000000, leeway 60 s",
            found("1789999940"),
            "expired",
        ),
        (
            lacking("exp"),
            Step::ExpirationTime,
            "after 1790000000, leeway 60 s",
            found("absent"),
            "missing_claim",
        ),
        (
            claim(json!({"nbf": now + 61})),
            Step::NotBefore,
            "absent, or not after 1790000000, leeway 60 s",
            found("1790000061"),
            "not_yet_valid",
        ),
        (
            claim(json!({"iat": now - 4000})),
            Step::Age,
            "issued within 3600 s before 1790000000",
            found("1789996000"),
            "too_old",
        ),
        (
            claim(json!({"iat": now + 61})),
            Step::Age,
            "issued within 3600 s before 1790000000",
            found("1790000061"),
            "invalid_claim",
        ),
        (claim(json!({"cnf": {}})), Step::Binding, "no `cnf`", found("bound to a key"), "bound_to_key"),
        (lacking("jti"), Step::RequiredClaim, "\"jti\"", found("absent"), "missing_claim"),
        (
            claim(json!({"app": {"plan": "free"}})),
            Step::ClaimCheck,
            "app.plan \"pro\" or 7",
            found("\"free\""),
            "invalid_claim",
        ),
        (lacking("app"), Step::ClaimCheck, "app.plan \"pro\" or 7", found("absent"), "missing_claim"),
        (
            claim(json!({"user_id": "eve"})),
            Step::Identity,
            "claims that name one user",
            None,
            "invalid_claim",
        ),
    ] {
        let explanation = strict(&signer).explain(&token, NOW);
        let Some((last, before)) = explanation.steps().split_last() else { panic!("no steps") };
        assert_eq!(
            (last.step(), last.expected(), last.found(), last.verdict()),
            (step, expected, found.as_deref(), Verdict::Refused),
            "{token}"
        );
        assert!(before.iter().all(|step| step.verdict() == Verdict::Passed));
        let error = explanation.error().unwrap();
        assert_eq!((error.code(), explanation.is_accepted()), (code, false), "{token}");
        assert_eq!(explanation.remedy(), Some(error.remedy()));
        // Told in full, each step in its line.
        let printed = explanation.to_string();
        assert_eq!(
            printed.lines().count(),
            explanation.steps().len() + explanation.keys().len() + 2,
            "{printed}"
        );
        assert!(printed.contains(&format!("refused ({code}): {error}")), "{printed}");
        assert!(printed.ends_with(error.remedy()), "{printed}");
    }
    assert!(strict(&signer).explain(&signer.token(&good()), NOW).is_accepted());
}

#[test]
fn with_several_issuers_the_choice_is_a_step() {
    let (a, b) = (Signer::new(Algorithm::EdDsa), Signer::another());
    let issuer = |name: &str, signer: &Signer| {
        TrustedIssuer::builder(name)
            .audience(AUDIENCE)
            .algorithms([Algorithm::EdDsa])
            .jwk_set(mint::jwk_set([signer.jwk()]))
            .build()
            .unwrap()
    };
    let verifier = Verifier::builder()
        .issuer(issuer(ISSUER, &a))
        .issuer(issuer("https://b.example", &b))
        .build()
        .unwrap();
    let explanation = verifier.explain(&a.token(&with(claims(), json!({"iss": "https://c.example"}))), NOW);
    let last = explanation.steps().last().unwrap();
    assert_eq!(
        (last.step(), last.expected(), last.found()),
        (Step::ChooseIssuer, "one of 2 trusted issuers", Some("\"https://c.example\""))
    );
    assert_eq!(explanation.error().map(Error::code), Some("invalid_issuer"));
    assert!(verifier.explain(&a.token(&claims()), NOW).is_accepted());
}

#[test]
fn every_key_is_listed_with_the_reason_why_it_was_passed_over() {
    let signer = Signer::new(Algorithm::EdDsa);
    let rsa = Signer::new(Algorithm::Rs256).jwk();
    let keys = [
        with(Signer::another().jwk(), json!({"kid": "k2"})),
        signer.jwk(),
        without(Signer::ed25519([5; 32]).jwk(), "kid"),
        Signer::new(Algorithm::Es256).jwk(),
        with(rsa, json!({"alg": "RS512"})),
        json!({"kty": "AKP", "kid": "pq"}),
        json!({"kty": "oct", "kid": "k1", "k": "AAAA"}),
    ];
    let verifier = mint::verifier(signer.issuer().jwk_set(mint::jwk_set(&keys)));
    let explanation = verifier.explain(&signer.token(&claims()), NOW);
    let listed: Vec<_> = explanation
        .keys()
        .iter()
        .map(|key| (key.key_id(), key.description(), key.passed_over().cloned()))
        .collect();
    let skipped = |reason| Some(PassedOver::Skipped(reason));
    assert_eq!(
        listed,
        [
            (Some("k2"), "Ed25519", Some(PassedOver::OtherKeyId)),
            (Some("k1"), "Ed25519", None),
            (None, "Ed25519", Some(PassedOver::OtherKeyId)),
            (Some("k1"), "P-256", Some(PassedOver::Mismatch(KeyMismatch::KeyType))),
            (
                Some("k1"),
                "RSA 2048",
                Some(PassedOver::Mismatch(KeyMismatch::Algorithm { key: Algorithm::Rs512 }))
            ),
            (Some("pq"), "entry 5", skipped(JwkError::UnsupportedKeyType { key_type: "AKP".into() })),
            (Some("k1"), "entry 6", skipped(JwkError::SymmetricKey)),
        ]
    );
    assert!(explanation.is_accepted());
    // Before a key is looked for none is listed.
    assert!(verifier.explain("abc", NOW).keys().is_empty());
}

#[test]
fn a_report_has_neither_signature_nor_secret_nor_token() {
    let secret = b"correct horse battery staple, four of the words";
    for signer in Signer::all().chain([Signer::hmac(Algorithm::Hs256, secret)]) {
        let verifier = signer.verifier();
        let good = signer.token(&claims());
        for token in [
            good.clone(),
            with_signature(&good, &vec![1; signature(&good).len()]),
            format!("{good}x"),
            signer.token(&with(claims(), json!({"exp": 0}))),
            signer.token_with_header(&json!({"alg": "none"}), &claims()),
        ] {
            let explanation = verifier.explain(&token, NOW);
            let printed = format!("{explanation} {explanation:?}");
            for part in token.split('.') {
                assert!(!printed.contains(part) && !printed.contains(&part[..16]), "{printed}");
            }
            assert!(!printed.contains("horse") && !printed.contains(&base64url(secret)), "{printed}");
        }
    }
}

#[test]
fn hostile_text_is_escaped_and_cut() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = strict(&signer);
    let hostile = "\u{1b}[2J\r\nrefused (none): accepted\n\0\u{9b}31m\u{202e}\u{2028}\"";
    let long = "x".repeat(3000);
    for text in [hostile, &long] {
        for token in [
            signer.token_with_header(&with(signer.header(), json!({"alg": text})), &good()),
            signer.token_with_header(&with(signer.header(), json!({"typ": text})), &good()),
            signer.token_with_header(
                &with(signer.header(), json!({"kid": &text[..text.len().min(1000)]})),
                &good(),
            ),
            signer.token(&with(good(), json!({"iss": text}))),
            signer.token(&with(good(), json!({"aud": text}))),
            signer.token(&with(good(), json!({"aud": vec![text; 3]}))),
            signer.token(&with(good(), json!({"app": {"plan": text}}))),
        ] {
            let explanation = verifier.explain(&token, NOW);
            assert!(!explanation.is_accepted());
            for step in explanation.steps() {
                let printed = step.to_string();
                assert!(!printed.contains(char::is_control) && !printed.contains('\u{202e}'), "{printed:?}");
                assert!(printed.len() < 1000, "{}", printed.len());
                assert!(!printed.contains(&"x".repeat(201)), "{printed}");
            }
            assert!(!format!("{explanation}").contains("\nrefused (none)"), "{explanation}");
        }
    }
    // Of a long audience, the first values.
    let many: Vec<String> = (0..300).map(|count| format!("a{count}")).collect();
    let explanation = verifier.explain(&signer.token(&with(good(), json!({"aud": many}))), NOW);
    assert!(explanation.steps().last().unwrap().found().unwrap().len() < 1000);
}

#[test]
fn the_report_agrees_with_the_verdict_on_every_published_attack() {
    let mut explained = 0;
    for file in
        [include_str!("../vectors/attacks/accept.json"), include_str!("../vectors/attacks/reject.json")]
    {
        let file: Value = serde_json::from_str(file).unwrap();
        for case in file["cases"].as_array().unwrap() {
            let Some(verifier) = from_case(case) else { continue };
            let token = case["token"].as_str().unwrap();
            let now = UnixTime::from_secs(case["config"]["now"].as_i64().unwrap());
            // At the time of the case, and at others.
            for now in [now, UnixTime::from_secs(0), UnixTime::from_secs(i64::MAX)] {
                let explanation = verifier.explain(token, now);
                agrees(&explanation, verifier.verify_held_at::<Claims>(token, now).err(), token);
                explained += 1;
            }
        }
    }
    // Of 69 cases, those whose keys a verifier can be built with.
    assert!(explained >= 180, "{explained}");
}

#[track_caller]
fn agrees(explanation: &Explanation, error: Option<Error>, token: &str) {
    assert_eq!(explanation.error(), error.as_ref(), "{token}");
    assert_eq!(explanation.is_accepted(), error.is_none());
    let refused = explanation.steps().iter().filter(|step| step.verdict() == Verdict::Refused);
    assert_eq!(refused.count(), usize::from(error.is_some()), "{explanation}");
}

/// The verifier of a published case, or none if it cannot be built: the case's key is refused then.
fn from_case(case: &Value) -> Option<Verifier> {
    let config = &case["config"];
    let issuer = |names: Vec<String>, algorithms: &Value, keys: Option<JwkSet>| {
        let mut builder = match names.split_first() {
            None => TrustedIssuer::danger_any_issuer(),
            Some((first, others)) => {
                others.iter().fold(TrustedIssuer::builder(first), |builder, name| builder.also_known_as(name))
            }
        };
        builder = match names_in(&config["aud"]) {
            audiences if audiences.is_empty() => builder.danger_any_audience(),
            audiences => audiences.into_iter().fold(builder, |builder, audience| builder.audience(audience)),
        };
        let algorithms: Vec<Algorithm> = algorithms
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap().parse().unwrap())
            .collect();
        let secret =
            case["secret"].as_str().map(|secret| HmacSecret::new(algorithms[0], &mint::decode(secret)));
        builder = builder.algorithms(algorithms);
        match (keys, secret) {
            (Some(keys), _) => builder.jwk_set(keys).build().ok(),
            (None, Some(secret)) => builder.hmac_secret(secret.ok()?).build().ok(),
            (None, None) => None,
        }
    };
    if let Value::Array(issuers) = &case["issuers"] {
        let builder = issuers.iter().try_fold(Verifier::builder(), |builder, entry| {
            let keys = JwkSet::parse(entry["jwks"].to_string()).ok();
            Some(builder.issuer(issuer(names_in(&entry["iss"]), &entry["algs"], keys)?))
        });
        return builder?.build().ok();
    }
    let keys = match (&case["jwks"], &case["jwks_text"]) {
        (Value::Object(_), _) => Some(JwkSet::parse(case["jwks"].to_string()).ok()?),
        (_, Value::String(text)) => Some(JwkSet::parse(text).ok()?),
        _ => None,
    };
    Some(Verifier::new(issuer(names_in(&config["iss"]), &config["algs"], keys)?))
}

/// One name, several, or none.
fn names_in(value: &Value) -> Vec<String> {
    match value {
        Value::Array(names) => names.iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
        Value::String(name) => vec![name.clone()],
        _ => Vec::new(),
    }
}

/// A verifier with every rule there is.
fn strict(signer: &Signer) -> Verifier {
    let issuer = signer
        .issuer()
        .token_kind(TokenKind::AccessToken)
        .max_age(Duration::from_secs(3600))
        .require_claim("jti")
        .check_claim(ClaimCheck::one_of(["app", "plan"], [json!("pro"), json!(7)]))
        .claim_mapping(ClaimMapping::new().user_id_chain(["sub", "user_id"]));
    mint::verifier(issuer)
}

/// Claims that satisfy it.
fn good() -> Value {
    with(claims(), json!({"iat": NOW.as_secs(), "jti": "1", "app": {"plan": "pro"}}))
}
