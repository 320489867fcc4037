//! What can be done with a verified token.

use std::collections::HashMap;

use jwt_verify_core::{Algorithm, Claims, Error, UnixTime, UnverifiedToken, VerifiedToken};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::mint::{self, ISSUER, KEY_ID, NOW, Signer, accepted, claims, with};

#[derive(Clone, Debug, Deserialize, PartialEq)]
struct Session {
    sub: String,
    exp: i64,
    #[serde(default)]
    roles: Vec<String>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Borrowed<'a> {
    sub: &'a str,
    #[serde(borrow, default)]
    roles: Vec<&'a str>,
}

#[test]
fn claims_come_as_any_type_also_later() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&with(claims(), json!({"roles": ["admin", "editor"]})));
    let expected =
        Session { sub: "ada".into(), exp: 1_790_000_300, roles: vec!["admin".into(), "editor".into()] };

    let typed: VerifiedToken<Session> = signer.verifier().verify_held_at(&token, NOW).unwrap();
    assert_eq!(typed.claims(), &expected);
    let untyped = accepted(&signer.verifier(), &token);
    assert_eq!(untyped.claims_as::<Session>().unwrap().claims(), &expected);
    assert_eq!(typed.claims_as::<Claims>().unwrap().claims(), untyped.claims());
    assert_eq!(typed.into_claims(), expected);

    let borrowed: Borrowed<'_> = untyped.read_claims().unwrap();
    assert_eq!(borrowed, Borrowed { sub: "ada", roles: vec!["admin", "editor"] });
    let map: HashMap<String, Value> = untyped.read_claims().unwrap();
    assert_eq!(map["roles"], json!(["admin", "editor"]));
    let nothing: VerifiedToken<serde::de::IgnoredAny> =
        signer.verifier().verify_held_at(&token, NOW).unwrap();
    assert_eq!(nothing.subject(), Some("ada"));
}

#[test]
fn a_verified_token_tells_how_it_was_verified() {
    let signer = Signer::new(Algorithm::Es256);
    let header = with(signer.header(), json!({"typ": "at+jwt"}));
    let verified = accepted(&signer.verifier(), &signer.token_with_header(&header, &claims()));
    assert_eq!(verified.algorithm(), Algorithm::Es256);
    assert_eq!(verified.key_id(), Some(KEY_ID));
    assert_eq!(verified.header().token_type(), Some("at+jwt"));
    assert_eq!((verified.issuer(), verified.subject()), (Some(ISSUER), Some("ada")));
    assert_eq!(verified.expiration_time(), Some(UnixTime::from_secs(NOW.as_secs() + 300)));
    assert_eq!(verified.verified_at(), NOW);
}

#[test]
fn claims_that_do_not_fit_the_type_are_refused_after_everything_else() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verify =
        |claims: &Value| signer.verifier().verify_held_at::<Session>(&signer.token(claims), NOW).map(drop);
    for changes in [json!({"roles": "admin"}), json!({"roles": [1]}), json!({"roles": null})] {
        let error = verify(&with(claims(), changes.clone())).unwrap_err();
        assert!(matches!(error, Error::ClaimsShape(_)), "{changes}: {error:?}");
        assert_eq!(error.code(), "claims_shape");
        let expired = with(with(claims(), changes), json!({"exp": 0}));
        assert_eq!(verify(&expired).unwrap_err().code(), "expired");
    }
    let untyped = accepted(&signer.verifier(), &signer.token(&with(claims(), json!({"roles": 7}))));
    assert_eq!(untyped.claims_as::<Session>().unwrap_err().code(), "claims_shape");
    assert_eq!(untyped.read_claims::<Borrowed<'_>>().unwrap_err().code(), "claims_shape");
}

#[test]
fn text_with_escapes_cannot_be_borrowed_and_is_refused_as_a_matter_of_shape() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verified = accepted(&signer.verifier(), &signer.token(&with(claims(), json!({"sub": "a\"b"}))));
    assert_eq!(verified.read_claims::<Borrowed<'_>>().unwrap_err().code(), "claims_shape");
    assert_eq!(verified.subject(), Some("a\"b"));
}

#[test]
fn a_clone_shares_the_claims() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verified = accepted(&signer.verifier(), &signer.token(&claims()));
    let clone = verified.clone();
    assert!(std::ptr::eq(verified.claims(), clone.claims()));
    assert!(std::ptr::eq(verified.issuer().unwrap(), clone.issuer().unwrap()));
    // Whether it is the last one or not.
    assert_eq!(clone.into_claims().subject(), Some("ada"));
    assert_eq!(verified.into_claims().subject(), Some("ada"));
}

#[test]
fn verifiers_and_tokens_go_between_threads() {
    fn is_shared<T: Send + Sync + 'static>(_: &T) {}
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    is_shared(&verifier);
    is_shared(&accepted(&verifier, &signer.token(&claims())));
    is_shared(&mint::refusal(&verifier, ""));
}

#[test]
fn claims_can_be_looked_at_unverified_by_a_name_that_says_so() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = mint::with_signature(&signer.token(&claims()), &[0; 64]);
    let token = UnverifiedToken::parse(&token).unwrap();
    assert_eq!(token.danger_unverified_claims().unwrap().subject(), Some("ada"));
    assert_eq!(token.header().unwrap().key_id(), Some(KEY_ID));
}
