//! Who is calling, as far as verification has a say in it. How claims are read is tested where it is written.

use jwt_verify_core::{Algorithm, ClaimError, ClaimMapping, Error};
use serde_json::json;

use crate::mint::{self, ISSUER, Signer, accepted, claims, refusal, with, without};

#[test]
fn claims_that_name_two_users_are_refused_when_the_token_is_verified() {
    let signer = Signer::new(Algorithm::EdDsa);
    let mapping = ClaimMapping::new().user_id_chain(["user_id", "sub", "id"]);
    let verifier = mint::verifier(signer.issuer().claim_mapping(mapping));
    let wrong_type = |claim: &'static str| Error::Claim(ClaimError::WrongType { claim: claim.into() });
    let disagree = Error::Claim(ClaimError::UserIdsDisagree);
    // claims beside `"sub": "ada"`, the ID or the refusal
    for (changes, expected) in [
        (json!({}), Ok("ada")),
        (json!({"user_id": "ada"}), Ok("ada")),
        (json!({"user_id": "ada", "id": "ada"}), Ok("ada")),
        (json!({"o": {"id": "eve"}}), Ok("ada")),
        (json!({"user_id": "eve"}), Err(disagree.clone())),
        (json!({"id": "eve"}), Err(disagree.clone())),
        (json!({"id": "Ada"}), Err(disagree.clone())),
        (json!({"user_id": "ada", "id": "ada "}), Err(disagree.clone())),
        (json!({"user_id": ""}), Err(disagree)),
        (json!({"user_id": 7}), Err(wrong_type("user_id"))),
        (json!({"id": null}), Err(wrong_type("id"))),
        (json!({"id": ["ada"]}), Err(wrong_type("id"))),
    ] {
        let token = signer.token(&with(claims(), changes.clone()));
        match expected {
            Ok(id) => assert_eq!(accepted(&verifier, &token).identity().unwrap().id(), id, "{changes}"),
            Err(error) => assert_eq!(refusal(&verifier, &token), error, "{changes}"),
        }
    }
    // A chain of which nothing is there names nobody, which is no contradiction.
    let nobody = signer.token(&without(claims(), "sub"));
    let missing = Error::Claim(ClaimError::Missing { claim: "user_id".into() });
    assert_eq!(accepted(&verifier, &nobody).identity().unwrap_err(), missing);
}

#[test]
fn a_token_that_names_nobody_verifies_and_has_no_identity() {
    let signer = Signer::new(Algorithm::EdDsa);
    let nobody = accepted(&signer.verifier(), &signer.token(&without(claims(), "sub")));
    let missing = ClaimError::Missing { claim: "sub".into() };
    assert_eq!(nobody.identity().unwrap_err(), Error::Claim(missing));
    let empty = accepted(&signer.verifier(), &signer.token(&with(claims(), json!({"sub": ""}))));
    let not_allowed = ClaimError::NotAllowed { claim: "sub".into() };
    assert_eq!(empty.identity().unwrap_err(), Error::Claim(not_allowed));
}

#[test]
fn an_identity_is_read_by_the_rules_of_the_issuer_that_signed() {
    let (a, b) = (Signer::new(Algorithm::EdDsa), Signer::another());
    let issuer = |name: &str, signer: &Signer, mapping| {
        jwt_verify_core::TrustedIssuer::builder(name)
            .danger_any_audience()
            .algorithms([Algorithm::EdDsa])
            .jwk_set(mint::jwk_set([signer.jwk()]))
            .claim_mapping(mapping)
            .build()
            .unwrap()
    };
    let verifier = jwt_verify_core::Verifier::builder()
        .issuer(issuer(ISSUER, &a, ClaimMapping::new().roles("roles").tenant("org")))
        .issuer(issuer("https://b.example", &b, ClaimMapping::new().user_id("oid").roles(["realm", "roles"])))
        .build()
        .unwrap();
    let all = json!({"roles": ["one"], "realm": {"roles": ["two"]}, "org": "acme", "oid": "o-1", "email": "ada@example.test"});

    let caller = accepted(&verifier, &a.token(&with(claims(), all.clone()))).identity().unwrap();
    assert_eq!((caller.id(), caller.tenant(), caller.issuer()), ("ada", Some("acme"), Some(ISSUER)));
    assert_eq!((caller.roles(), caller.email()), (&["one".to_owned()][..], Some("ada@example.test")));

    let token = b.token(&with(with(claims(), all), json!({"iss": "https://b.example"})));
    let caller = accepted(&verifier, &token).identity().unwrap();
    assert_eq!((caller.id(), caller.tenant(), caller.issuer()), ("o-1", None, Some("https://b.example")));
    assert_eq!(caller.roles(), ["two"]);
}

#[test]
fn a_mapped_claim_of_the_wrong_type_makes_no_identity() {
    let signer = Signer::new(Algorithm::EdDsa);
    for (claim, value) in
        [("email", json!(7)), ("email_verified", json!("yes")), ("scope", json!({"read": true}))]
    {
        let token = signer.token(&with(claims(), json!({claim: value})));
        let wrong_type = ClaimError::WrongType { claim: claim.into() };
        let verified = accepted(&signer.verifier(), &token);
        assert_eq!(verified.identity().unwrap_err(), Error::Claim(wrong_type), "{claim}");
    }
}
