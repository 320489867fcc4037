//! The examples of the RFCs.
//!
//! Each is looked at twice: as a JWS, whose signature must be good where the RFC says so, and as a JWT, which
//! many of them are not.

use core::time::Duration;

use jwt_verify_core::{
    Algorithm, ClaimError, Claims, Error, JsonProblem, Jwk, JwkError, JwkSet, KeyNotFound, Malformed, Part,
    PublicKey, TokenKind, TrustedIssuer, TrustedIssuerBuilder, UnixTime, Verifier,
};
use serde_json::{Value, json};

use crate::{
    files,
    jose::{Jws, algorithm, all_algorithms, bind, decode, encode, list, public, text, with_keys},
    suite::Suite,
};

#[test]
fn rfc_7515_tokens_are_accepted_until_they_expire_and_nothing_unsigned_ever() {
    let file = files::copied("rfc/rfc7515.json");
    run(
        "rfc7515",
        &file,
        &[
            ("rfc7515-A.1", Ok(())),
            ("rfc7515-A.2", Ok(())),
            ("rfc7515-A.3", Ok(())),
            // The text `Payload`.
            ("rfc7515-A.4", Err(no_json_object(0))),
            ("rfc7515-A.5-unsecured", Err(Error::AlgorithmNotAllowed(None))),
            ("rfc7515-E-crit-negative", Err(Error::UnsupportedCritical)),
            ("rfc7515-A.6.4-general-json", Err(Malformed::JsonSerialization.into())),
            ("rfc7515-A.7-flattened-json", Err(Malformed::JsonSerialization.into())),
        ],
        &[("accept", 3), ("algorithm_not_allowed", 1), ("malformed", 3), ("unsupported_critical", 1)],
    );

    for vector in list(&file["vectors"]).iter().filter(|vector| vector["jwt"] == "accept") {
        let now = UnixTime::from_secs(1_300_819_380);
        let verifier = Verifier::new(issuer(vector).build().unwrap());
        let expired = ClaimError::Expired { expiration_time: now, now, leeway: Duration::ZERO };
        let verdict = verifier.verify_held_at::<Claims>(text(&vector["token"]), now);
        assert_eq!(verdict.map(drop), Err(expired.into()), "{}", vector["name"]);
    }
}

/// RFC 7515 App. A.6 and A.7: JSON serializations are no tokens, and it is not for bad signatures that we
/// refuse them.
#[test]
fn rfc_7515_signatures_in_json_are_good() {
    let file = files::copied("rfc/rfc7515.json");
    let key_for = |algorithm: Algorithm| {
        let key_type = if algorithm == Algorithm::Rs256 { "RSA" } else { "EC" };
        list(&file["keys"]).iter().find(|key| key["kty"] == key_type).unwrap()
    };
    let mut verified = 0;
    for json in list(&file["vectors"]).iter().map(|vector| &vector["json"]).filter(|json| json.is_object()) {
        let signatures = json["signatures"].as_array().cloned().unwrap_or_else(|| vec![json.clone()]);
        for signature in signatures {
            let header: Value = serde_json::from_slice(&decode(text(&signature["protected"]))).unwrap();
            let algorithm = algorithm(&header["alg"]);
            let signing_input = format!("{}.{}", text(&signature["protected"]), text(&json["payload"]));
            let jws = Jws { signing_input: &signing_input, signature: decode(text(&signature["signature"])) };
            jws.check(&bind(key_for(algorithm), algorithm), "RFC 7515");
            verified += 1;
        }
    }
    assert_eq!(verified, 3);
}

#[test]
fn rfc_7517_keys_are_used_for_what_they_are_meant() {
    let file = files::copied("rfc/rfc7517-keys.json");
    let encryption = || JwkError::UseNotSignature { key_use: "enc".into() };
    let skipped = [
        ("rfc7517-section-3", vec![]),
        ("rfc7517-A.1", vec![encryption()]),
        ("rfc7517-A.2", vec![JwkError::PrivateKey, JwkError::PrivateKey]),
        ("rfc7517-A.3", vec![JwkError::SymmetricKey, JwkError::SymmetricKey]),
        ("rfc7517-B", vec![]),
        // Both private and for encryption.
        ("rfc7517-C.1", vec![JwkError::PrivateKey]),
    ];
    let documents = list(&file["documents"]);
    assert_eq!(documents.len(), skipped.len());
    for (document, (name, skipped)) in documents.iter().zip(skipped) {
        assert_eq!(document["name"], name);
        let keys = &document["document"];
        let keys = if keys["keys"].is_array() { keys.clone() } else { json!({ "keys": [keys] }) };
        let set = JwkSet::parse(keys.to_string()).unwrap();

        let reasons: Vec<_> = set.skipped().iter().map(|skipped| skipped.reason().clone()).collect();
        assert_eq!(reasons, skipped, "{name}");

        let algorithms_of = |jwk: &Jwk| {
            let usable = all_algorithms().filter(|algorithm| jwk.bind(*algorithm).is_ok());
            usable.collect::<Vec<_>>()
        };
        let found: Vec<_> = set.keys().iter().map(algorithms_of).collect();
        let expected: Vec<Vec<_>> = match document["usable"].as_object() {
            Some(usable) => {
                usable.values().map(|names| list(names).iter().map(algorithm).collect()).collect()
            }
            None => vec![],
        };
        assert_eq!(found, expected, "{name}");
    }
}

/// Whoever has the recipient's public key can encrypt, so that a JWE says nothing about its sender.
#[test]
fn rfc_7516_and_rfc_7519_encrypted_tokens_are_refused_by_name() {
    let encrypted = || Err(Malformed::Encrypted.into());
    run(
        "rfc7519-jwe",
        &files::copied("rfc/rfc7519-jwe.json"),
        &[
            ("rfc7519-A.1.jwe", encrypted()),
            ("rfc7519-A.2.jwe", encrypted()),
            ("rfc7516-3.3.", encrypted()),
            ("rfc7516-A.2.7.", encrypted()),
            ("rfc7516-A.3.7.", encrypted()),
        ],
        &[("malformed", 5)],
    );
}

#[test]
fn rfc_7520_signatures_are_good_and_what_is_no_claims_set_is_no_token() {
    let encrypted = || Err(Malformed::Encrypted.into());
    run(
        "rfc7520",
        &files::copied("rfc/rfc7520.json"),
        &[
            // Prose.
            ("rfc7520-4.1.3.", Err(no_json_object(0))),
            ("rfc7520-4.2.3.", Err(no_json_object(0))),
            ("rfc7520-4.3.3.", Err(no_json_object(0))),
            ("rfc7520-4.4.3.", Err(no_json_object(0))),
            ("rfc7520-4.5-detached", Err(Malformed::EmptyPart(Part::Payload).into())),
            ("rfc7520-5.1.5.-jwe", encrypted()),
            ("rfc7520-5.2.5.-jwe", encrypted()),
            ("rfc7520-5.3.5.-jwe", encrypted()),
            ("rfc7520-5.4.5.-jwe", encrypted()),
            ("rfc7520-5.5.5.-jwe", encrypted()),
            ("rfc7520-5.6.4.-jwe", encrypted()),
            ("rfc7520-5.7.5.-jwe", encrypted()),
            ("rfc7520-5.8.5.-jwe", encrypted()),
            ("rfc7520-5.9.5.-jwe", encrypted()),
            ("rfc7520-6.3.", Ok(())),
            ("rfc7520-6.8.-jwe", encrypted()),
        ],
        &[("accept", 1), ("malformed", 15)],
    );
}

#[test]
fn rfc_7638_and_rfc_8037_thumbprints_are_those_of_the_text() {
    for file in ["rfc/rfc7638.json", "rfc/rfc8037.json"] {
        let file = files::copied(file);
        let [example] = list(&file["thumbprints"]) else { panic!("one example") };
        let key = PublicKey::from_jwk(&example["jwk"].to_string()).unwrap();
        assert_eq!(key.thumbprint(), example["sha256_b64u"]);
    }
}

/// RFC 7797 §7: "JWTs MUST NOT use the "b64" Header Parameter with a "false" value".
#[test]
fn rfc_7797_unencoded_payloads_are_refused() {
    let file = files::copied("rfc/rfc7797.json");
    run(
        "rfc7797",
        &file,
        &[
            // The text `$.02`.
            ("rfc7797-4.1", Err(no_json_object(0))),
            // Its payload is detached besides.
            ("rfc7797-4.2-b64-false-detached", Err(Malformed::EmptyPart(Part::Payload).into())),
        ],
        &[("malformed", 2)],
    );

    // With a payload between header and signature it is the header that is refused, before the signature is
    // looked at.
    let vector = &list(&file["vectors"])[1];
    let token = text(&vector["token"]).replace("..", ".e30.");
    let verifier = Verifier::new(issuer(vector).build().unwrap());
    let verdict = verifier.verify_held_at::<Claims>(&token, NOW);
    assert_eq!(verdict.map(drop), Err(Error::UnsupportedCritical));
}

#[test]
fn rfc_8037_signature_is_good_and_keys_that_cannot_verify_are_refused() {
    let file = files::copied("rfc/rfc8037.json");
    let rows = [("rfc8037-A.4", Err(no_json_object(0)))];
    run("rfc8037", &file, &rows, &[("malformed", 1)]);

    let key_agreement: Vec<_> =
        list(&file["other_keys"]).iter().map(|key| Jwk::parse(&key.to_string())).collect();
    let unsupported = |curve: &str| Err(JwkError::UnsupportedCurve { curve: curve.into() });
    let expected = ["X25519", "X25519", "X448", "X448"].map(unsupported);
    assert_eq!(key_agreement, expected);
    assert_eq!(Jwk::parse(&file["private_key"].to_string()), Err(JwkError::PrivateKey));
}

#[test]
fn rfc_8417_event_without_signature_is_refused() {
    run(
        "rfc8417",
        &files::copied("rfc/rfc8417.json"),
        &[("rfc8417-unsecured-set", Err(Error::AlgorithmNotAllowed(None)))],
        &[("algorithm_not_allowed", 1)],
    );
}

/// The RFC prints header and claims without a signature. Here they are signed with the key of RFC 7515 App.
/// A.2.
#[test]
fn rfc_9068_access_token_is_accepted_for_its_issuer_and_audience_until_it_expires() {
    const ISSUER: &str = "https://authorization-server.example.com/";
    const AUDIENCE: &str = "https://rs.example.com/";
    let example = files::copied("rfc/rfc9068.json");
    let key = &files::copied("rfc/rfc7515.json")["keys"][1];
    let token = sign_rs256(key, &example["header"], &example["claims"]);
    let expiration_time = UnixTime::from_secs(1_639_528_912);
    let one_second = Duration::from_secs(1);

    let verdict = |token: &str, issuer: &str, audience: &str, kind: TokenKind, now: UnixTime| {
        let issuer = TrustedIssuer::builder(issuer)
            .audience(audience)
            .algorithms([Algorithm::Rs256])
            .token_kind(kind)
            .leeway(Duration::ZERO)
            .public_key(PublicKey::from_jwk(&public(key).to_string()).unwrap())
            .build()
            .unwrap();
        Verifier::new(issuer).verify_held_at::<Claims>(token, now).map(drop)
    };
    let at_last = expiration_time.saturating_sub(one_second);

    // Its `typ` is `at+JWT`, and case does not matter.
    assert_eq!(verdict(&token, ISSUER, AUDIENCE, TokenKind::Rfc9068, at_last), Ok(()));
    assert_eq!(verdict(&token, ISSUER, AUDIENCE, TokenKind::AccessToken, at_last), Ok(()));
    let type_as_written = TokenKind::of_type(["application/at+jwt"]);
    assert_eq!(verdict(&token, ISSUER, AUDIENCE, type_as_written, at_last), Ok(()));

    for (issuer, audience, kind, now, refusal) in [
        (ISSUER, AUDIENCE, TokenKind::IdToken, at_last, ClaimError::InvalidType),
        (ISSUER, "https://rs.example.com", TokenKind::Rfc9068, at_last, ClaimError::InvalidAudience),
        (
            "https://authorization-server.example.com",
            AUDIENCE,
            TokenKind::Rfc9068,
            at_last,
            ClaimError::InvalidIssuer,
        ),
        (
            ISSUER,
            AUDIENCE,
            TokenKind::Rfc9068,
            expiration_time,
            ClaimError::Expired { expiration_time, now: expiration_time, leeway: Duration::ZERO },
        ),
    ] {
        assert_eq!(verdict(&token, issuer, audience, kind, now), Err(refusal.into()));
    }

    // RFC 9068 §2.2: these claims are required.
    for claim in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
        let mut claims = example["claims"].clone();
        claims.as_object_mut().unwrap().remove(claim);
        let token = sign_rs256(key, &example["header"], &claims);
        let missing = ClaimError::Missing { claim: claim.into() };
        assert_eq!(verdict(&token, ISSUER, AUDIENCE, TokenKind::Rfc9068, at_last), Err(missing.into()));
    }
}

#[test]
fn rfc_9101_request_object_is_accepted_only_by_who_asks_for_one() {
    let file = files::copied("rfc/rfc9101.json");
    run("rfc9101", &file, &[("rfc9101-request-object", Ok(()))], &[("accept", 1)]);

    let [vector] = list(&file["vectors"]) else { panic!("one example") };
    let verdict = |issuer: TrustedIssuerBuilder| {
        let verifier = Verifier::new(issuer.build().unwrap());
        verifier.verify_held_at::<Claims>(text(&vector["token"]), NOW).map(drop)
    };
    let access_token = issuer(vector).token_kind(TokenKind::Rfc9068);
    assert_eq!(verdict(access_token), Err(ClaimError::InvalidType.into()));
    // The rules of `issuer` let it pass without `exp`. This is the same without that.
    let by_default = TrustedIssuer::builder("s6BhdRkqt3")
        .audience("https://server.example.com")
        .algorithms([Algorithm::Rs256])
        .jwk(Jwk::parse(&vector["key"].to_string()).unwrap());
    assert_eq!(verdict(by_default), Err(ClaimError::Missing { claim: "exp".into() }.into()));
}

#[test]
fn rfc_9449_proofs_are_no_access_tokens_whoever_has_signed_them() {
    let file = files::copied("rfc/rfc9449-dpop.json");
    run(
        "rfc9449-dpop",
        &file,
        &[
            // The key in the header is not the issuer's.
            ("rfc9449-dpop-proof-1", Err(Error::InvalidSignature)),
            ("rfc9449-dpop-proof-2", Err(Error::InvalidSignature)),
            (
                "rfc9449-access-token-3",
                Err(Error::KeyNotFound(KeyNotFound::UnknownKeyId { key_id: "BeALkb".into() })),
            ),
            ("rfc9449-dpop-proof-4", Err(Error::InvalidSignature)),
        ],
        &[("invalid_signature", 3), ("key_not_found", 1)],
    );

    for vector in list(&file["vectors"]).iter().filter(|vector| vector["embedded_jwk"].is_object()) {
        // Even if it were the issuer's, and nothing else were checked.
        let key = Jwk::parse(&vector["embedded_jwk"].to_string()).unwrap();
        let issuer = TrustedIssuer::danger_any_issuer()
            .danger_any_audience()
            .danger_no_expiration()
            .algorithms([Algorithm::Es256])
            .jwk(key);
        let verifier = Verifier::new(issuer.build().unwrap());
        let verdict = verifier.verify_held_at::<Claims>(text(&vector["token"]), NOW);
        assert_eq!(verdict.map(drop), Err(ClaimError::InvalidType.into()), "{}", vector["name"]);
    }
}

/// Runs every vector of a file: `rows` has one for each, in order, with the exact verdict on it as a JWT.
fn run(
    suite: &'static str,
    file: &Value,
    rows: &[(&str, Result<(), Error>)],
    verdicts: &[(&'static str, usize)],
) {
    let mut suite = Suite::new(suite);
    let vectors = list(&file["vectors"]);
    assert_eq!(vectors.len(), rows.len());
    for (vector, (name, expected)) in vectors.iter().zip(rows) {
        assert_eq!(vector["name"], *name);
        check_jws(vector);

        // Of those in JSON, the JSON is the text that somebody may send.
        let token = vector["token"].as_str().map_or_else(|| vector["json"].to_string(), String::from);
        let now = vector["jwt_config"]["now"].as_i64().map_or(NOW, UnixTime::from_secs);
        let verifier = Verifier::new(issuer(vector).build().unwrap());
        let verdict = verifier.verify_held_at::<Claims>(&token, now).map(drop);
        assert_eq!(verdict, *expected, "{name}");
        suite.check(name, text(&vector["jwt"]), &verdict.map_err(Into::into));
    }
    suite.finish(verdicts);
}

/// Where a signature is said to be good, it is.
fn check_jws(vector: &Value) {
    let key = match text(&vector["jws"]) {
        "valid" => &vector["key"],
        "valid under the embedded key" => &vector["embedded_jwk"],
        _ => return,
    };
    let jws = Jws::split(text(&vector["token"]));
    jws.check(&bind(key, algorithm(&vector["alg"])), text(&vector["name"]));
}

/// The rules that a vector asks for, as lax as can be where it says nothing. Without a key it is verified
/// with that of another.
fn issuer(vector: &Value) -> TrustedIssuerBuilder {
    let config = &vector["jwt_config"];
    let mut issuer = match config["iss"].as_str() {
        Some(name) => TrustedIssuer::builder(name),
        None => TrustedIssuer::danger_any_issuer(),
    };
    issuer = match config["aud"].as_str() {
        Some(audience) => issuer.audience(audience),
        None => issuer.danger_any_audience(),
    };
    issuer = match config["algs"].as_array() {
        Some(names) => issuer.algorithms(names.iter().map(algorithm)),
        None => issuer.algorithms(all_algorithms()),
    };
    if config["require"].is_array() {
        issuer = issuer.danger_no_expiration();
    }
    let secret_for = vector["alg"].as_str().and_then(|name| name.parse().ok());
    // RFC 7515 App. A.3.
    let another = json!({
        "kty": "EC",
        "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    let key = if vector["key"].is_object() { &vector["key"] } else { &another };
    with_keys(issuer.leeway(Duration::ZERO), key, secret_for).unwrap()
}

fn no_json_object(at: usize) -> Error {
    Malformed::Json(Part::Payload, JsonProblem::Syntax { at }).into()
}

/// Signs with a private key as a JWK has it.
fn sign_rs256(key: &Value, header: &Value, claims: &Value) -> String {
    use rsa::{
        BoxedUint, PrivateKey,
        pkcs1v15::SigningKey,
        signature::{SignatureEncoding, Signer},
    };

    let integer = |member: &str| BoxedUint::from_be_slice_vartime(&decode(text(&key[member])));
    let primes = vec![integer("p"), integer("q")];
    let key = PrivateKey::from_components(integer("n"), integer("e"), integer("d"), primes).unwrap();
    let signing_input = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
    let signature = SigningKey::<sha2::Sha256>::new(key).sign(signing_input.as_bytes());
    format!("{signing_input}.{}", encode(signature.to_bytes()))
}

/// A second before the tokens of RFC 7515 and RFC 7520 expire.
const NOW: UnixTime = UnixTime::from_secs(1_300_819_379);
