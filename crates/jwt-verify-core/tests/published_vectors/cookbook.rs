//! The JOSE cookbook, from which RFC 7520 was made: with the intermediate values, and with examples that are
//! in no RFC.

use jwt_verify_core::{
    Algorithm, Claims, HmacSecret, JsonProblem, Jwk, JwkError, Malformed, Part, SecretError, TrustedIssuer,
    UnixTime, Verifier,
};
use serde_json::Value;

use crate::{
    files,
    jose::{Jws, Refusal, algorithm, all_algorithms, bind, decode, public, text, with_keys},
    suite::{Suite, Verdict},
};

#[test]
fn keys_are_read_unless_they_are_private_secret_or_for_encryption() {
    let Some(keys) = gathered([
        "jwk_3_1.ec_public_key",
        "jwk_3_2.ec_private_key",
        "jwk_3_3.rsa_public_key",
        "jwk_3_4.rsa_private_key",
        "jwk_3_5.symmetric_key_mac_computation",
        "jwk_3_6.symmetric_key_encryption",
    ]) else {
        return;
    };
    let [ec, ec_private, rsa, rsa_private, mac, encryption] = keys.map(|key| key.to_string());
    for (key, expected) in [
        (&ec, None),
        (&ec_private, Some(JwkError::PrivateKey)),
        (&rsa, None),
        (&rsa_private, Some(JwkError::PrivateKey)),
        (&mac, Some(JwkError::SymmetricKey)),
        (&encryption, Some(JwkError::SymmetricKey)),
    ] {
        assert_eq!(Jwk::parse(key).err(), expected, "{key}");
    }

    assert_eq!(HmacSecret::from_jwk(Algorithm::Hs256, &mac).map(drop), Ok(()));
    let refused = SecretError::Jwk(JwkError::UseNotSignature { key_use: "enc".into() });
    assert_eq!(HmacSecret::from_jwk(Algorithm::Hs256, &encryption).map(drop), Err(refused));
}

#[test]
fn signatures_are_good_over_whatever_they_protect() {
    let Some(examples) = gathered([
        "jws_4_1.rsa_v15_signature",
        "jws_4_2.rsa-pss_signature",
        "jws_4_3.ecdsa_signature",
        "jws_4_4.hmac-sha2_integrity_protection",
        "jws_4_5.signature_with_detached_content",
        "jws_4_6.protecting_specific_header_fields",
        "jws_4_7.protecting_content_only",
        "jws_4_8.multiple_signatures",
        "curve25519_jws",
    ]) else {
        return;
    };
    let mut verified = 0;
    for example in &examples {
        let input = &example["input"];
        // Several signatures come with as many keys and algorithms.
        let each = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        let keys = each(&input["key"]).into_iter().zip(each(&input["alg"]));
        for ((key, name), signing) in keys.zip(each(&example["signing"])) {
            let jws =
                Jws { signing_input: text(&signing["sig-input"]), signature: decode(text(&signing["sig"])) };
            jws.check(&bind(&key, algorithm(&name)), text(&example["title"]));
            verified += 1;
        }
    }
    assert_eq!(verified, 11);
}

#[test]
fn only_the_signed_claims_in_compact_form_are_a_token() {
    let prose = || Err(malformed(Malformed::Json(Part::Payload, JsonProblem::Syntax { at: 0 })));
    let encrypted = || Err(malformed(Malformed::Encrypted));
    let mut suite = Suite::new("rfc7520-cookbook");
    for (name, example, compact) in [
        ("jws_4_1.rsa_v15_signature", "", Some(prose())),
        ("jws_4_2.rsa-pss_signature", "", Some(prose())),
        ("jws_4_3.ecdsa_signature", "", Some(prose())),
        ("jws_4_4.hmac-sha2_integrity_protection", "", Some(prose())),
        (
            "jws_4_5.signature_with_detached_content",
            "",
            Some(Err(malformed(Malformed::EmptyPart(Part::Payload)))),
        ),
        // These exist in JSON only: part of the header is not protected, or there are several signatures.
        ("jws_4_6.protecting_specific_header_fields", "", None),
        ("jws_4_7.protecting_content_only", "", None),
        ("jws_4_8.multiple_signatures", "", None),
        ("curve25519_jws", "", Some(prose())),
        // RFC 7797: the payload is not encoded, and the blanks in it are no characters of a token.
        ("rfc7797_hmac-sha2_b64_false", "", Some(Err(malformed(Malformed::Character { at: 61 })))),
        ("rfc7797_4.2.hmac-sha2_b64_false", "", None),
        ("curve25519_ecdh-es", "", Some(encrypted())),
        ("6.nesting_signatures_and_encryption", "/sign", Some(Ok(()))),
        ("6.nesting_signatures_and_encryption", "/encrypt", Some(encrypted())),
    ] {
        let Some(file) = files::gathered(&format!("rfc7520-cookbook/{name}.json")) else { return };
        let example = file.pointer(example).unwrap();
        let (input, output) = (&example["input"], &example["output"]);
        assert_eq!(output["compact"].is_string(), compact.is_some(), "{name}");

        let compact = compact.map(|expected| (text(&output["compact"]).to_owned(), expected));
        let json =
            ["json", "json_flat"].map(|form| &output[form]).into_iter().filter(|json| json.is_object());
        let json = json.map(|json| (json.to_string(), Err(malformed(Malformed::JsonSerialization))));
        for (token, expected) in compact.into_iter().chain(json) {
            let verdict = verify(input, &token);
            assert_eq!(verdict, expected, "{name}: {token}");
            suite.check(name, if expected.is_ok() { "accept" } else { "reject" }, &verdict);
        }
    }
    suite.finish(&[("accept", 1), ("malformed", 34)]);
}

fn verify(input: &Value, token: &str) -> Verdict {
    let rules = TrustedIssuer::builder("hobbiton.example").danger_any_audience().algorithms(all_algorithms());
    // Of several keys the first: that they are in JSON is what counts.
    let key = input["key"].get(0).unwrap_or(&input["key"]);
    let key = if key["kty"] == "oct" { key.clone() } else { public(key) };
    let issuer = with_keys(rules, &key, input["alg"].as_str().and_then(|name| name.parse().ok()))?;
    let now = UnixTime::from_secs(1_300_819_379);
    Verifier::new(issuer.build().unwrap())
        .verify_held_at::<Claims>(token, now)
        .map(drop)
        .map_err(Refusal::Token)
}

fn malformed(problem: Malformed) -> Refusal {
    Refusal::Token(problem.into())
}

fn gathered<const N: usize>(names: [&str; N]) -> Option<[Value; N]> {
    let examples: Option<Vec<_>> =
        names.into_iter().map(|name| files::gathered(&format!("rfc7520-cookbook/{name}.json"))).collect();
    Some(examples?.try_into().unwrap())
}
