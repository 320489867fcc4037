//! Whom a token must be for, and claims that must have certain values.

use jwt_verify_core::{
    Algorithm, BuildProblem, ClaimCheck, ClaimError, Error, TrustedIssuer, TrustedIssuerBuilder,
};
use serde_json::{Value, json};

use crate::mint::{self, AUDIENCE, ISSUER, Signer, accepted, claims, refusal, with, without};

#[test]
fn a_check_stands_in_for_an_audience_that_is_not_there() {
    let azp = ClaimCheck::one_of("azp", ["https://app.example", "https://admin.example"]);
    let verifier = mint::verifier(issuer().instead_of_audience(azp));
    let bare = without(claims(), "aud");
    // claims, refusal if any
    for (changes, expected) in [
        (json!({"azp": "https://app.example"}), None),
        (json!({"azp": "https://admin.example"}), None),
        (json!({}), Some(missing("azp"))),
        (json!({"azp": "https://app.example/"}), Some(not_allowed("azp"))),
        (json!({"azp": "https://evil.example"}), Some(not_allowed("azp"))),
        (json!({"azp": ["https://app.example"]}), Some(not_allowed("azp"))),
        (json!({"azp": null}), Some(not_allowed("azp"))),
        // RFC 7519 §4.1.3: an audience that is there and does not name us.
        (json!({"azp": "https://app.example", "aud": AUDIENCE}), Some(ClaimError::InvalidAudience)),
        (json!({"azp": "https://app.example", "aud": []}), Some(ClaimError::InvalidAudience)),
        (json!({"azp": "https://evil.example", "aud": "x"}), Some(ClaimError::InvalidAudience)),
    ] {
        let token = Signer::new(Algorithm::EdDsa).token(&with(bare.clone(), changes.clone()));
        verify(&verifier, &token, expected, &changes);
    }
}

#[test]
fn an_audience_that_is_there_all_the_same_must_name_us() {
    let client = ClaimCheck::one_of("client_id", ["web"]);
    let verifier = mint::verifier(issuer().instead_of_audience(client).audience(AUDIENCE));
    let bare = without(claims(), "aud");
    for (changes, expected) in [
        (json!({"client_id": "web"}), None),
        (json!({"client_id": "web", "aud": AUDIENCE}), None),
        (json!({"client_id": "web", "aud": ["x", AUDIENCE]}), None),
        // The audience does not make up for the check.
        (json!({"aud": AUDIENCE}), Some(missing("client_id"))),
        (json!({"client_id": "other", "aud": AUDIENCE}), Some(not_allowed("client_id"))),
        (json!({"client_id": "web", "aud": "x"}), Some(ClaimError::InvalidAudience)),
        (json!({"client_id": "web", "aud": []}), Some(ClaimError::InvalidAudience)),
    ] {
        let token = Signer::new(Algorithm::EdDsa).token(&with(bare.clone(), changes.clone()));
        verify(&verifier, &token, expected, &changes);
    }
}

#[test]
fn every_check_that_stands_in_must_hold() {
    let issuer = issuer()
        .instead_of_audience(ClaimCheck::one_of("token_use", ["access"]))
        .instead_of_audience(ClaimCheck::one_of("client_id", ["web", "app"]));
    let verifier = mint::verifier(issuer);
    let bare = without(claims(), "aud");
    for (changes, expected) in [
        (json!({"token_use": "access", "client_id": "app"}), None),
        (json!({"token_use": "id", "client_id": "app"}), Some(not_allowed("token_use"))),
        (json!({"client_id": "app"}), Some(missing("token_use"))),
        (json!({"token_use": "access"}), Some(missing("client_id"))),
        (json!({"token_use": "access", "client_id": "x"}), Some(not_allowed("client_id"))),
    ] {
        let token = Signer::new(Algorithm::EdDsa).token(&with(bare.clone(), changes.clone()));
        verify(&verifier, &token, expected, &changes);
    }
}

#[test]
fn opting_out_of_the_audience_leaves_the_other_rules() {
    let verifier = mint::verifier(issuer().danger_any_audience());
    for audience in [json!("x"), json!([]), json!(["x", "y"])] {
        let token = Signer::new(Algorithm::EdDsa).token(&with(claims(), json!({"aud": audience})));
        accepted(&verifier, &token);
    }
    let token = Signer::new(Algorithm::EdDsa).token(&with(claims(), json!({"aud": 7})));
    assert_eq!(refusal(&verifier, &token), Error::Claim(ClaimError::WrongType { claim: "aud".into() }));
    let token = Signer::new(Algorithm::EdDsa).token(&with(claims(), json!({"iss": "x"})));
    assert_eq!(refusal(&verifier, &token), Error::Claim(ClaimError::InvalidIssuer));
}

#[test]
fn a_checked_claim_has_one_of_certain_values() {
    let check = ClaimCheck::one_of("v", [json!("a"), json!(1), json!(true), json!(["x"]), json!(null)]);
    let verifier = mint::verifier(issuer().audience(AUDIENCE).check_claim(check));
    for (value, fits) in [
        (json!("a"), true),
        (json!(1), true),
        (json!(true), true),
        (json!(["x"]), true),
        (json!(null), true),
        (json!("A"), false),
        (json!("a "), false),
        (json!("1"), false),
        (json!("true"), false),
        (json!("null"), false),
        (json!(false), false),
        (json!("x"), false),
        (json!(["x", "y"]), false),
        (json!(["a"]), false),
        (json!({"a": 1}), false),
    ] {
        let token = Signer::new(Algorithm::EdDsa).token(&with(claims(), json!({"v": value})));
        verify(&verifier, &token, (!fits).then(|| not_allowed("v")), &value);
    }
    verify(&verifier, &Signer::new(Algorithm::EdDsa).token(&claims()), Some(missing("v")), &json!({}));
}

#[test]
fn a_claim_that_must_not_have_certain_values_may_be_absent() {
    let check = ClaimCheck::none_of("sts", ["pending", "expired"]);
    let verifier = mint::verifier(issuer().audience(AUDIENCE).check_claim(check));
    for (value, fits) in [
        (json!("active"), true),
        (json!("Pending"), true),
        (json!(null), true),
        (json!("pending"), false),
        (json!("expired"), false),
    ] {
        let token = Signer::new(Algorithm::EdDsa).token(&with(claims(), json!({"sts": value})));
        verify(&verifier, &token, (!fits).then(|| not_allowed("sts")), &value);
    }
    verify(&verifier, &Signer::new(Algorithm::EdDsa).token(&claims()), None, &json!({}));
}

#[test]
fn a_claim_that_must_be_absent_is_refused_whatever_its_value() {
    let verifier = mint::verifier(issuer().audience(AUDIENCE).check_claim(ClaimCheck::absent("nonce")));
    for value in [json!("n-0S6_WzA2Mj"), json!(""), json!(null), json!(0), json!({})] {
        let token = Signer::new(Algorithm::EdDsa).token(&with(claims(), json!({"nonce": value})));
        verify(&verifier, &token, Some(not_allowed("nonce")), &value);
    }
    verify(&verifier, &Signer::new(Algorithm::EdDsa).token(&claims()), None, &json!({}));
}

#[test]
fn a_check_that_absence_satisfies_does_not_stand_in_for_the_audience() {
    let check = || ClaimCheck::none_of("azp", ["https://evil.example"]);
    let error = issuer().instead_of_audience(check()).build().unwrap_err();
    assert_eq!(error.problems(), [BuildProblem::NoAudience]);
    let both = issuer()
        .instead_of_audience(check())
        .instead_of_audience(ClaimCheck::one_of("azp", ["https://app.example"]));
    assert!(both.build().is_ok());
}

#[test]
fn a_checked_claim_may_be_deep_inside() {
    let check = ClaimCheck::one_of(["app", "plan.v2", "name"], ["pro", "team"]);
    let verifier = mint::verifier(issuer().audience(AUDIENCE).check_claim(check));
    let name = "app.plan.v2.name";
    for (changes, expected) in [
        (json!({"app": {"plan.v2": {"name": "pro"}}}), None),
        (json!({"app": {"plan.v2": {"name": "team", "x": 1}, "y": 2}}), None),
        (json!({"app": {"plan.v2": {"name": "free"}}}), Some(not_allowed(name))),
        (json!({"app": {"plan.v2": {"name": ["pro"]}}}), Some(not_allowed(name))),
        (json!({"app": {"plan": {"v2": {"name": "pro"}}}}), Some(missing(name))),
        (json!({"app": {"plan.v2": "pro"}}), Some(missing(name))),
        (json!({"app": [{"plan.v2": {"name": "pro"}}]}), Some(missing(name))),
        (json!({"app": null}), Some(missing(name))),
        (json!({"app.plan.v2.name": "pro"}), Some(missing(name))),
        (json!({"plan.v2": {"name": "pro"}, "name": "pro"}), Some(missing(name))),
        (json!({}), Some(missing(name))),
    ] {
        let token = Signer::new(Algorithm::EdDsa).token(&with(claims(), changes.clone()));
        verify(&verifier, &token, expected, &changes);
    }
}

#[test]
fn registered_claims_can_be_checked_too() {
    let issuer = issuer()
        .audience(AUDIENCE)
        .check_claim(ClaimCheck::one_of("sub", ["ada", "grace"]))
        .check_claim(ClaimCheck::one_of("iss", [ISSUER]));
    let verifier = mint::verifier(issuer);
    let signer = Signer::new(Algorithm::EdDsa);
    let verified = accepted(&verifier, &signer.token(&claims()));
    assert_eq!((verified.subject(), verified.issuer()), (Some("ada"), Some(ISSUER)));
    let token = signer.token(&with(claims(), json!({"sub": "eve"})));
    assert_eq!(refusal(&verifier, &token), Error::Claim(not_allowed("sub")));
    let token = signer.token(&with(claims(), json!({"sub": 7})));
    assert_eq!(refusal(&verifier, &token), Error::Claim(ClaimError::WrongType { claim: "sub".into() }));
}

#[test]
fn a_token_bound_to_a_key_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    for cnf in [
        json!({"jkt": "AAAA"}),
        json!({"x5t#S256": "AAAA"}),
        json!({"jwk": signer.jwk()}),
        json!({}),
        json!(null),
        json!("x"),
        json!([]),
    ] {
        let token = signer.token(&with(claims(), json!({"cnf": cnf})));
        assert_eq!(refusal(&signer.verifier(), &token), Error::Claim(ClaimError::BoundToKey), "{cnf}");
    }
    accepted(&signer.verifier(), &signer.token(&with(claims(), json!({"o": {"cnf": {}}, "CNF": 1}))));
    // Also where something asks for the claim to be there.
    let verifier = mint::verifier(signer.issuer().require_claim("cnf"));
    let token = signer.token(&with(claims(), json!({"cnf": {"jkt": "AAAA"}})));
    assert_eq!(refusal(&verifier, &token), Error::Claim(ClaimError::BoundToKey));
}

/// Everything but the audience.
fn issuer() -> TrustedIssuerBuilder {
    let signer = Signer::new(Algorithm::EdDsa);
    TrustedIssuer::builder(ISSUER).algorithms([Algorithm::EdDsa]).jwk_set(mint::jwk_set([signer.jwk()]))
}

#[track_caller]
fn verify(verifier: &jwt_verify_core::Verifier, token: &str, expected: Option<ClaimError>, case: &Value) {
    match expected {
        None => drop(accepted(verifier, token)),
        Some(error) => assert_eq!(refusal(verifier, token), Error::Claim(error), "{case}"),
    }
}

fn missing(claim: &str) -> ClaimError {
    ClaimError::Missing { claim: claim.to_owned().into() }
}

fn not_allowed(claim: &str) -> ClaimError {
    ClaimError::NotAllowed { claim: claim.to_owned().into() }
}
