//! The JOSE files of Project Wycheproof: JWSs and keys, most of them broken on purpose.
//!
//! The payloads are no claims sets. The verifier reads claims only once it has accepted the signature, so
//! that a complaint about the payload's JSON is the sign that the JWS is valid.

use jwt_verify_core::{
    Claims, Error, JwkError, JwkSet, Malformed, Part, TokenKind, TrustedIssuer, UnixTime, UnverifiedToken,
    Verifier,
};
use serde_json::Value;

use crate::{
    files,
    jose::{Jws, algorithm, all_algorithms, bind, list, text, with_keys},
    suite::{Suite, Verdict},
};

#[test]
fn signatures_are_accepted_where_they_are_valid() {
    run(
        "wycheproof/json_web_signature",
        &[
            ("accept", 16),
            ("algorithm_not_allowed", 2),
            ("invalid_signature", 149),
            ("key_mismatch", 2),
            ("key_not_found", 2),
            ("malformed", 30),
        ],
    );
}

#[test]
fn keys_are_refused_where_they_are_weak() {
    run(
        "wycheproof/json_web_key",
        &[("accept", 3), ("invalid_signature", 1), ("malformed", 2), ("secret_refused", 2)],
    );

    // Two of the tokens have an empty payload, and are refused for that before a key is looked at. The keys
    // would not do either.
    let Some(file) = files::gathered("wycheproof/json_web_key.json") else { return };
    let refused: Vec<_> = list(&file["testGroups"])
        .iter()
        .filter(|group| group["public"].is_object())
        .flat_map(|group| JwkSet::parse(group["public"].to_string()).unwrap().skipped().to_vec())
        .map(|skipped| skipped.reason().clone())
        .collect();
    assert_eq!(refused, [JwkError::RsaModulusSize { bits: 1024 }, JwkError::RsaExponent]);
}

#[test]
fn keys_and_signatures_together_are_accepted_where_they_are_valid() {
    run("wycheproof/json_web_crypto", &[("accept", 1), ("invalid_signature", 4), ("malformed", 18)]);
}

/// The signature alone, below the rules for tokens: it is good in every valid JWS, also over an empty
/// payload.
#[test]
fn bound_keys_verify_every_signature_that_is_valid() {
    let Some(file) = files::gathered("wycheproof/json_web_signature.json") else { return };
    let mut verified = 0;
    for group in list(&file["testGroups"]) {
        let key = key_or_keys(group);
        for test in list(&group["tests"]).iter().filter(|test| published(test) == "valid") {
            Jws::split(text(&test["jws"]))
                .check(&bind(key, algorithm(&key["alg"])), &test["tcId"].to_string());
            verified += 1;
        }
    }
    assert_eq!(verified, 20);
}

fn run(suite: &'static str, verdicts: &[(&'static str, usize)]) {
    let Some(file) = files::gathered(&format!("{suite}.json")) else { return };
    let mut suite = Suite::new(suite);
    for group in list(&file["testGroups"]) {
        for test in list(&group["tests"]) {
            let verdict = verify(key_or_keys(group), text(&test["jws"]));
            suite.check(&test["tcId"].to_string(), published(test), &verdict);
        }
    }
    suite.finish(verdicts);
}

/// The verdict of Wycheproof, or the one that the gathered file puts in its place and explains.
fn published(test: &Value) -> &str {
    match test["project_expect"].as_str() {
        None | Some("policy") => text(&test["result"]),
        Some(corrected) => corrected,
    }
}

/// The public key or keys; a group with secrets has nothing else.
fn key_or_keys(group: &Value) -> &Value {
    match &group["public"] {
        Value::Null => &group["private"],
        public => public,
    }
}

fn verify(keys: &Value, token: &str) -> Verdict {
    let key = match keys["keys"].as_array() {
        Some(keys) if keys.iter().any(|key| key["kty"] == "oct") => secret_for(keys, token),
        _ => keys,
    };
    let rules = TrustedIssuer::danger_any_issuer()
        .danger_any_audience()
        .danger_no_expiration()
        .token_kind(TokenKind::DangerAny)
        .algorithms(all_algorithms());
    // Secrets all have `alg` here.
    let issuer = with_keys(rules, key, key["alg"].as_str().and_then(|name| name.parse().ok()))?;
    match Verifier::new(issuer.build().unwrap()).verify_held_at::<Claims>(token, UnixTime::from_secs(0)) {
        Ok(_) | Err(Error::Malformed(Malformed::Json(Part::Payload, _))) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A verifier has one secret. Of several, that of the token's `kid` is given to it.
fn secret_for<'a>(secrets: &'a [Value], token: &str) -> &'a Value {
    let header = UnverifiedToken::parse(token).and_then(|token| token.header()).unwrap();
    secrets.iter().find(|secret| secret["kid"].as_str() == header.key_id()).unwrap()
}
