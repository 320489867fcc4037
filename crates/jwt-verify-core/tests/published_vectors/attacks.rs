//! Tokens of an attacker, and honest ones that careless checks would refuse. Their format:
//! `tests/vectors/attacks/README.md`.

use core::time::Duration;

use jwt_verify_core::{
    Algorithm, ClaimError, Claims, Error, HmacSecret, JsonProblem, JwkError, JwkSet, KeyMismatch,
    KeyNotFound, KeySet, Malformed, ParameterProblem, Part, Policy, SecretError, TokenKind, TrustedIssuer,
    TrustedIssuerBuilder, UnixTime, VerifiedToken, Verifier,
};
use serde_json::Value;

use crate::{
    files,
    jose::{Refusal, algorithm, decode, list, text, texts},
    suite::Suite,
};

#[test]
fn honest_tokens_are_accepted() {
    let file = files::copied("attacks/accept.json");
    let mut suite = Suite::new("attacks/accept");
    let mut accepted = 28;
    for case in list(&file["cases"]) {
        let expected = algorithm(&case["token_alg"]);
        if !expected.is_compiled_in() {
            // ES256K is left out by default.
            assert_eq!(expected, Algorithm::Es256K);
            accepted -= 1;
            continue;
        }
        let verdict = verify(case);
        if let Ok(token) = &verdict {
            assert_eq!(token.algorithm(), expected, "{}", case["name"]);
        }
        suite.check(text(&case["name"]), text(&case["expect"]), &verdict.map(drop));
    }
    suite.finish(&[("accept", accepted)]);
}

/// The reason counts: a forged signature that is refused because the token happens to have expired shows
/// nothing.
#[test]
fn attacks_are_refused_for_what_they_are() {
    let file = files::copied("attacks/reject.json");
    let mut suite = Suite::new("attacks/reject");
    let cases = list(&file["cases"]);
    let refusals = refusals();
    assert_eq!(cases.len(), refusals.len());
    for (case, (name, reason, refusal)) in cases.iter().zip(refusals) {
        assert_eq!((text(&case["name"]), text(&case["reason"])), (name, reason));
        let verdict = verify(case).map(drop);
        suite.check(name, text(&case["expect"]), &verdict);
        assert_eq!(verdict, Err(refusal), "{name} ({}, {}): {}", case["class"], case["level"], case["why"]);
    }
    suite.finish(&[
        ("algorithm_not_allowed", 4),
        ("expired", 1),
        ("invalid_audience", 1),
        ("invalid_claim", 3),
        ("invalid_issuer", 1),
        ("invalid_signature", 7),
        ("invalid_type", 1),
        ("key_mismatch", 4),
        ("key_not_found", 6),
        ("malformed", 10),
        ("secret_refused", 1),
        ("unsupported_critical", 2),
    ]);
}

#[test]
fn keys_of_attackers_and_keys_for_other_purposes_are_not_in_the_set() {
    let file = files::copied("attacks/reject.json");
    let skipped: Vec<_> = list(&file["cases"])
        .iter()
        .filter(|case| case["jwks"].is_object())
        .flat_map(|case| {
            let skipped = key_set(case).skipped().to_vec();
            skipped.into_iter().map(|skipped| (text(&case["name"]), skipped.reason().clone()))
        })
        .collect();
    let expected = [
        ("eddsa-identity-key-forgery", JwkError::WeakKey),
        ("rsa-1536", JwkError::RsaModulusSize { bits: 1536 }),
        ("key-use-enc", JwkError::UseNotSignature { key_use: "enc".into() }),
        ("key-off-curve", JwkError::NotOnCurve),
        ("oct-key-in-set", JwkError::SymmetricKey),
    ];
    assert_eq!(skipped, expected);
}

/// Every case of `reject.json`, in its order: its name, the reason it is published with, and our refusal.
fn refusals() -> Vec<(&'static str, &'static str, Refusal)> {
    let token = |error: Error| Refusal::Token(error);
    let malformed = |problem| token(Error::Malformed(problem));
    let json = |part, problem| malformed(Malformed::Json(part, problem));
    let claim = |problem| token(Error::Claim(problem));
    let mismatch = |problem| token(Error::KeyMismatch(problem));
    let no_such_key =
        |key_id: &str| token(Error::KeyNotFound(KeyNotFound::UnknownKeyId { key_id: key_id.into() }));
    let no_key = || token(Error::KeyNotFound(KeyNotFound::NoKeys));
    let bad_signature = || token(Error::InvalidSignature);
    let crit = || token(Error::UnsupportedCritical);
    vec![
        ("alg-none", "alg", token(Error::AlgorithmNotAllowed(None))),
        ("alg-none-mixed-case", "alg", token(Error::AlgorithmNotAllowed(None))),
        ("alg-lower-case", "alg", token(Error::AlgorithmNotAllowed(None))),
        (
            "alg-not-in-allow-list",
            "alg_not_allowed",
            token(Error::AlgorithmNotAllowed(Some(Algorithm::Rs384))),
        ),
        // No byte string becomes a secret by being a key.
        ("hs384-keyed-by-rsa-pem", "key_type", mismatch(KeyMismatch::PublicKeysOnly)),
        (
            "key-says-other-alg",
            "key_alg_mismatch",
            mismatch(KeyMismatch::Algorithm { key: Algorithm::Ps512 }),
        ),
        ("curve-mismatch", "key_alg_mismatch", mismatch(KeyMismatch::KeyType)),
        ("psychic-es384", "bad_signature", bad_signature()),
        ("der-signature", "bad_signature", bad_signature()),
        ("es384-95-octets", "bad_signature", bad_signature()),
        ("eddsa-malleated", "bad_signature", bad_signature()),
        // The key is skipped when the set is read, and then there is none.
        ("eddsa-identity-key-forgery", "weak_key", no_key()),
        ("pss-wrong-salt-length", "bad_signature", bad_signature()),
        ("pkcs1-under-ps384", "bad_signature", bad_signature()),
        ("rsa-1536", "weak_key", no_key()),
        (
            "hs512-short-secret",
            "weak_key",
            Refusal::Secret(SecretError::TooShort { algorithm: Algorithm::Hs512, found: 40, required: 64 }),
        ),
        // Whatever key the header proposes, the issuer's is the one that must have signed.
        ("embedded-jwk", "bad_signature", bad_signature()),
        ("jku-and-unknown-kid", "key_not_found", no_such_key("z")),
        ("kid-other-case", "key_not_found", no_such_key("FW-RS256")),
        (
            "kid-number",
            "malformed",
            malformed(Malformed::HeaderParameter { name: "kid", problem: ParameterProblem::NotAString }),
        ),
        ("crit-not-understood", "crit", crit()),
        ("crit-empty", "crit", crit()),
        // The header would be refused as the two before. The payload is in the way: text that is no
        // base64url.
        ("b64-false", "crit", malformed(Malformed::Character { at: 80 })),
        ("typ-id-token", "typ", claim(ClaimError::InvalidType)),
        ("duplicate-alg", "duplicate_member", json(Part::Header, JsonProblem::DuplicateMember { at: 32 })),
        ("duplicate-exp", "duplicate_member", json(Part::Payload, JsonProblem::DuplicateMember { at: 74 })),
        ("payload-array", "payload_not_object", json(Part::Payload, JsonProblem::NotAnObject)),
        ("header-trailing-data", "json", json(Part::Header, JsonProblem::TrailingData { at: 33 })),
        ("padded-signature", "base64", malformed(Malformed::Character { at: 285 })),
        ("line-break-behind", "malformed", malformed(Malformed::Character { at: 541 })),
        ("jwe-shaped", "malformed", malformed(Malformed::Encrypted)),
        ("flattened-json", "malformed", malformed(Malformed::JsonSerialization)),
        (
            "exp-now",
            "expired",
            claim(ClaimError::Expired {
                expiration_time: UnixTime::from_secs(1_790_000_000),
                now: UnixTime::from_secs(1_790_000_000),
                leeway: Duration::ZERO,
            }),
        ),
        ("exp-string", "claim_type", claim(ClaimError::WrongType { claim: "exp".into() })),
        ("nbf-null", "claim_type", claim(ClaimError::WrongType { claim: "nbf".into() })),
        ("iss-prefix", "iss", claim(ClaimError::InvalidIssuer)),
        ("iss-array", "iss", claim(ClaimError::WrongType { claim: "iss".into() })),
        ("aud-longer", "aud", claim(ClaimError::InvalidAudience)),
        ("key-use-enc", "key_use", no_key()),
        ("key-off-curve", "key_invalid", no_key()),
        ("oct-key-in-set", "key_type", mismatch(KeyMismatch::PublicKeysOnly)),
    ]
}

fn verify(case: &Value) -> Result<VerifiedToken, Refusal> {
    let config = &case["config"];
    let now = UnixTime::from_secs(config["now"].as_i64().unwrap());
    let verified = verifier(case)?.verify_held_at::<Claims>(text(&case["token"]), now)?;

    // What is not checked must not be there either, so that no case passes by a check that it meant to fail.
    for name in ["iss", "aud"] {
        assert!(!config[name].is_null() || verified.claims().get(name).is_none(), "{}", case["name"]);
    }
    if config["scopes"].is_array() {
        let policy = Policy::scopes(texts(&config["scopes"]));
        let identity = verified.identity()?;
        policy
            .check(&identity, now)
            .map_err(|_| Error::Claim(ClaimError::NotAllowed { claim: "scope".into() }))?;
    }
    Ok(verified)
}

fn verifier(case: &Value) -> Result<Verifier, Refusal> {
    let config = &case["config"];
    let Some(issuers) = case["issuers"].as_array() else {
        let issuer = match &config["iss"] {
            Value::Null => TrustedIssuer::danger_any_issuer(),
            names => named(&texts(names)),
        };
        let issuer = with_rules(issuer, config, &config["algs"]);
        let issuer = match case["secret"].as_str() {
            Some(secret) => issuer.hmac_secret(HmacSecret::new(secret_algorithm(config), &decode(secret))?),
            None => issuer.key_source(KeySet::from(key_set(case))),
        };
        return Ok(Verifier::new(issuer.build().unwrap()));
    };
    let verifier = issuers.iter().fold(Verifier::builder(), |verifier, issuer| {
        let rules = with_rules(named(&texts(&issuer["iss"])), config, &issuer["algs"]);
        verifier.issuer(rules.key_source(KeySet::from(key_set(issuer))).build().unwrap())
    });
    Ok(verifier.build().unwrap())
}

fn named(names: &[&str]) -> TrustedIssuerBuilder {
    let (first, others) = names.split_first().unwrap();
    others.iter().fold(TrustedIssuer::builder(*first), |issuer, name| issuer.also_known_as(*name))
}

fn with_rules(mut issuer: TrustedIssuerBuilder, config: &Value, algorithms: &Value) -> TrustedIssuerBuilder {
    issuer = issuer
        .algorithms(list(algorithms).iter().map(algorithm))
        .leeway(Duration::from_secs(config["leeway"].as_u64().unwrap()));
    issuer = match &config["aud"] {
        Value::Null => issuer.danger_any_audience(),
        audiences => texts(audiences).into_iter().fold(issuer, TrustedIssuerBuilder::audience),
    };
    // Without `typ` the default applies, which suits every case.
    if config["typ"].is_array() {
        issuer = issuer.token_kind(TokenKind::of_type(texts(&config["typ"])));
    }
    let required = texts(&config["require"]);
    if !required.contains(&"exp") {
        issuer = issuer.danger_no_expiration();
    }
    required.into_iter().fold(issuer, TrustedIssuerBuilder::require_claim)
}

fn key_set(case: &Value) -> JwkSet {
    match case["jwks_text"].as_str() {
        Some(document) => JwkSet::parse(document),
        None => JwkSet::parse(case["jwks"].to_string()),
    }
    .unwrap()
}

/// Cases with a secret allow one algorithm.
fn secret_algorithm(config: &Value) -> Algorithm {
    match list(&config["algs"]) {
        [name] => algorithm(name),
        _ => panic!("several algorithms for one secret"),
    }
}
