//! Several issuers in one verifier: chosen by `iss`, never pooled.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use jwt_verify_core::{
    Algorithm, ClaimError, Claims, Error, Freshness, Held, JsonProblem, KeyMismatch, KeySet, KeySource,
    Malformed, Part, TrustedIssuer, TrustedIssuerBuilder, Verifier,
};
use serde_json::{Value, json};

use crate::mint::{self, AUDIENCE, ISSUER, NOW, Signer, accepted, claims, refusal, with};

const A: &str = "https://a.example";
const B: &str = "https://b.example";

#[test]
fn a_token_is_verified_with_the_keys_and_rules_of_its_issuer_only() {
    let (a, b) = (Signer::new(Algorithm::EdDsa), Signer::another());
    let verifier = verifier([issuer(A, &a), issuer(B, &b).require_claim("plan")]);
    // iss, signer, claims, refusal if any
    let plan = json!({"plan": "pro"});
    for (name, signer, changes, expected) in [
        (A, &a, json!({}), None),
        (B, &b, plan.clone(), None),
        (B, &b, json!({}), Some(Error::Claim(ClaimError::Missing { claim: "plan".into() }))),
        // The same key ID, the other issuer's key.
        (A, &b, plan.clone(), Some(Error::InvalidSignature)),
        (B, &a, plan, Some(Error::InvalidSignature)),
    ] {
        let token = signer.token(&with(with(claims(), json!({"iss": name})), changes));
        match expected {
            None => assert_eq!(accepted(&verifier, &token).issuer(), Some(name)),
            Some(error) => assert_eq!(refusal(&verifier, &token), error, "{name}"),
        }
    }
}

#[test]
fn audiences_are_not_pooled() {
    let signer = Signer::new(Algorithm::EdDsa);
    let issuer = |name: &str, audience: &str| {
        TrustedIssuer::builder(name)
            .audience(audience)
            .algorithms([Algorithm::EdDsa])
            .jwk_set(mint::jwk_set([signer.jwk()]))
    };
    let verifier = verifier([issuer(A, "for-a"), issuer(B, "for-b")]);
    for (name, audience, fits) in
        [(A, "for-a", true), (B, "for-b", true), (A, "for-b", false), (B, "for-a", false)]
    {
        let token = signer.token(&with(claims(), json!({"iss": name, "aud": audience})));
        match fits {
            true => drop(accepted(&verifier, &token)),
            false => assert_eq!(refusal(&verifier, &token), Error::Claim(ClaimError::InvalidAudience)),
        }
    }
}

#[test]
fn an_unknown_issuer_is_refused_before_a_key_is_looked_at() {
    /// Counts how often it is looked at.
    #[derive(Debug, Default)]
    struct Looks(AtomicUsize);

    impl KeySource for Looks {
        fn held(&self) -> Held {
            self.0.fetch_add(1, Ordering::Relaxed);
            Held::new(KeySet::empty(), Freshness::Fresh)
        }
    }

    let signer = Signer::new(Algorithm::EdDsa);
    let looks = Arc::new(Looks::default());
    let verifier = verifier([A, B].map(|name| issuer(name, &signer).key_source(Arc::clone(&looks))));
    let unknown = ClaimError::InvalidIssuer;
    let missing = ClaimError::Missing { claim: "iss".into() };
    let wrong_type = || ClaimError::WrongType { claim: "iss".into() };
    for (issuer, expected) in [
        (json!("https://c.example"), unknown.clone()),
        (json!("https://a.example/"), unknown.clone()),
        (json!("https://a.exampl"), unknown.clone()),
        (json!(""), unknown.clone()),
        (json!("https://a.example https://b.example"), unknown),
        (json!(null), wrong_type()),
        (json!([A]), wrong_type()),
        (json!(7), wrong_type()),
    ] {
        let token = signer.token(&with(claims(), json!({"iss": issuer})));
        assert_eq!(refusal(&verifier, &token), Error::Claim(expected), "{issuer}");
    }
    let nobody = signer.token(&json!({"aud": AUDIENCE, "exp": NOW.as_secs() + 300}));
    assert_eq!(refusal(&verifier, &nobody), Error::Claim(missing));
    let algorithm = Signer::new(Algorithm::Es256).token(&with(claims(), json!({"iss": A})));
    assert_eq!(refusal(&verifier, &algorithm), Error::AlgorithmNotAllowed(Some(Algorithm::Es256)));
    assert_eq!(looks.0.load(Ordering::Relaxed), 0);
}

#[test]
fn an_issuer_that_is_there_twice_is_refused_whoever_signed() {
    let (a, b) = (Signer::new(Algorithm::EdDsa), Signer::another());
    let verifier = verifier([issuer(A, &a), issuer(B, &b)]);
    let payload = |first: &str, second: &str, name: &str| {
        format!(r#"{{"iss":"{first}","aud":"{AUDIENCE}","exp":1790000300,"{name}":"{second}"}}"#)
    };
    for (first, second) in [(A, B), (B, A), (A, A)] {
        for name in ["iss", r"\u0069ss"] {
            for signer in [&a, &b] {
                let token = signer.raw_token(signer.header().to_string(), payload(first, second, name));
                let error = refusal(&verifier, &token);
                let duplicate = Malformed::Json(Part::Payload, JsonProblem::DuplicateMember { at: 72 });
                let is_first = std::ptr::eq(signer, if first == A { &a } else { &b });
                let expected = if is_first { duplicate.into() } else { Error::InvalidSignature };
                assert_eq!(error, expected, "{first} {second} {name}");
            }
        }
    }
}

#[test]
fn only_the_claim_itself_is_seen() {
    let (a, b) = (Signer::new(Algorithm::EdDsa), Signer::another());
    let verifier = verifier([issuer(A, &a), issuer(B, &b)]);
    let rest = format!(r#""aud":"{AUDIENCE}","exp":1790000300"#);
    let missing = Error::Claim(ClaimError::Missing { claim: "iss".into() });
    // payload, signer A accepted or why not
    for (payload, expected) in [
        (format!(r#"{{{rest},"iss":"{A}"}}"#), None),
        (format!(r#"{{"i\u0073s":"https:\/\/a.example",{rest}}}"#), None),
        (
            format!(
                r#"{{"o":{{"iss":"{B}"}},"l":[{{"iss":"{B}"}}],"t":"\"iss\":\"{B}\"",{rest},"iss":"{A}"}}"#
            ),
            None,
        ),
        (format!(r#"{{"o":{{"iss":"{A}"}},{rest}}}"#), Some(missing.clone())),
        (format!(r#"{{"Iss":"{A}",{rest}}}"#), Some(missing)),
        (format!(r#"{{"o":{{"iss":"{A}"}},{rest},"iss":"{B}"}}"#), Some(Error::InvalidSignature)),
        ("[]".into(), Some(Malformed::Json(Part::Payload, JsonProblem::NotAnObject).into())),
        (
            format!(r#"{{"a":1,"a":2,"iss":"{A}"}}"#),
            Some(Malformed::Json(Part::Payload, JsonProblem::DuplicateMember { at: 7 }).into()),
        ),
        (
            format!(r#"{{"iss":"{A}",{rest}"#),
            Some(Malformed::Json(Part::Payload, JsonProblem::Syntax { at: 71 }).into()),
        ),
    ] {
        let token = a.raw_token(a.header().to_string(), &payload);
        match expected {
            None => drop(accepted(&verifier, &token)),
            Some(error) => assert_eq!(refusal(&verifier, &token), error, "{payload}"),
        }
    }
}

#[test]
fn an_issuer_may_go_by_several_names() {
    let google = Signer::new(Algorithm::EdDsa);
    let with_scheme = "https://accounts.google.com";
    let without_scheme = "accounts.google.com";
    let one = || issuer(with_scheme, &google).also_known_as(without_scheme);
    let other = Signer::another();
    for verifier in [mint::verifier(one()), verifier([one(), issuer(B, &other)])] {
        for name in [with_scheme, without_scheme] {
            let verified = accepted(&verifier, &google.token(&with(claims(), json!({"iss": name}))));
            assert_eq!(verified.issuer(), Some(name), "as the token has it");
            assert_eq!(verified.identity().unwrap().issuer(), Some(name));
        }
        for name in ["http://accounts.google.com", "google.com", "https://accounts.google.com/"] {
            let token = google.token(&with(claims(), json!({"iss": name})));
            assert_eq!(refusal(&verifier, &token), Error::Claim(ClaimError::InvalidIssuer));
        }
    }
    assert_eq!(one().build().unwrap().name(), Some(with_scheme));
}

#[test]
fn names_that_share_most_of_their_text_are_kept_apart() {
    // As Entra has them: one host, a tenant in the path, two versions; and names that are no URLs.
    let names = [
        "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111111/v2.0",
        "https://login.microsoftonline.com/11111111-1111-1111-1111-111111111112/v2.0",
        "https://sts.windows.net/11111111-1111-1111-1111-111111111111/",
        "https://sts.windows.net/11111111-1111-1111-1111-111111111111",
        "stytch.com/project-test-1",
        "P2abcdefghijklmnopqrstuvwxyz",
        "é",
        "e\u{301}",
    ];
    let signers: Vec<Signer> = (1..).take(names.len()).map(|seed| Signer::ed25519([seed; 32])).collect();
    let issuers = names.iter().zip(&signers).map(|(name, signer)| issuer(name, signer));
    let verifier = verifier(issuers);
    for (index, name) in names.iter().enumerate() {
        for (owner, signer) in signers.iter().enumerate() {
            let token = signer.token(&with(claims(), json!({"iss": name})));
            match index == owner {
                true => assert_eq!(accepted(&verifier, &token).issuer(), Some(*name)),
                false => assert_eq!(refusal(&verifier, &token), Error::InvalidSignature, "{name}"),
            }
        }
    }
}

#[test]
fn opting_out_of_the_issuer_leaves_the_keys_to_decide() {
    let signer = Signer::new(Algorithm::EdDsa);
    let issuer = TrustedIssuer::danger_any_issuer()
        .audience(AUDIENCE)
        .algorithms([Algorithm::EdDsa])
        .jwk_set(mint::jwk_set([signer.jwk()]));
    let built = issuer.build().unwrap();
    assert_eq!(built.name(), None);
    let verifier = Verifier::new(built);
    let nobody: Value = json!({"aud": AUDIENCE, "exp": NOW.as_secs() + 300});
    assert_eq!(accepted(&verifier, &signer.token(&nobody)).issuer(), None);
    let anybody = accepted(&verifier, &signer.token(&with(claims(), json!({"iss": "x"}))));
    assert_eq!(anybody.issuer(), Some("x"));
    let token = Signer::another().token(&claims());
    assert_eq!(refusal(&verifier, &token), Error::InvalidSignature);
    let token = signer.token(&with(claims(), json!({"iss": 7})));
    assert_eq!(refusal(&verifier, &token), Error::Claim(ClaimError::WrongType { claim: "iss".into() }));
}

fn issuer(name: &str, signer: &Signer) -> TrustedIssuerBuilder {
    TrustedIssuer::builder(name)
        .audience(AUDIENCE)
        .algorithms([signer.algorithm()])
        .jwk_set(mint::jwk_set([signer.jwk()]))
}

fn verifier(issuers: impl IntoIterator<Item = TrustedIssuerBuilder>) -> Verifier {
    let issuers = issuers.into_iter().map(|issuer| issuer.build().unwrap());
    issuers.fold(Verifier::builder(), |builder, issuer| builder.issuer(issuer)).build().unwrap()
}

#[test]
fn a_key_that_its_jwk_restricts_to_another_issuer_answers_for_none_but_that() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&claims());
    for (issuer, expected) in [
        (ISSUER, Ok(())),
        ("", Err(Error::KeyMismatch(KeyMismatch::Issuer))),
        ("https://id.example/", Err(Error::KeyMismatch(KeyMismatch::Issuer))),
        // A tenant is a GUID, and `id` is none.
        ("https://{tenantid}.example", Err(Error::KeyMismatch(KeyMismatch::Issuer))),
        ("{tenantid}", Err(Error::KeyMismatch(KeyMismatch::Issuer))),
    ] {
        let key = with(signer.jwk(), json!({"issuer": issuer}));
        let verifier = mint::verifier(signer.issuer().key_source(KeySet::from(mint::jwk_set([key]))));
        let verdict = verifier.verify_held_at::<Claims>(&token, NOW).map(drop);
        assert_eq!(verdict, expected, "{issuer}");
    }
}

#[test]
fn a_key_of_one_name_does_not_answer_for_the_other_name_of_its_issuer() {
    let signer = Signer::new(Algorithm::EdDsa);
    let key = with(signer.jwk(), json!({"issuer": A}));
    let keys = || KeySet::from(mint::jwk_set([&key].map(Value::clone)));
    let both = || issuer(A, &signer).also_known_as(B).key_source(keys());
    let any = TrustedIssuer::danger_any_issuer()
        .audience(AUDIENCE)
        .algorithms([Algorithm::EdDsa])
        .key_source(keys());
    let token = |name: &str| signer.token(&with(claims(), json!({"iss": name})));
    let other = Error::KeyMismatch(KeyMismatch::Issuer);
    for verifier in
        [mint::verifier(both()), verifier([both(), issuer(ISSUER, &Signer::another())]), mint::verifier(any)]
    {
        assert_eq!(accepted(&verifier, &token(A)).issuer(), Some(A));
        assert_eq!(refusal(&verifier, &token(B)), other);
    }
    // Where no issuer is asked for, a token without one is nobody's.
    let any = TrustedIssuer::danger_any_issuer()
        .audience(AUDIENCE)
        .algorithms([Algorithm::EdDsa])
        .key_source(keys());
    let nobody = signer.token(&json!({"aud": AUDIENCE, "exp": NOW.as_secs() + 300}));
    assert_eq!(refusal(&mint::verifier(any), &nobody), other);
}
