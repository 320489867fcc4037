use alloc::{format, string::String};

use super::*;
use crate::JsonProblem;

const ED25519: &str = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;
/// RFC 7515 App. A.3.1.
const P256: &str = r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#;
/// RFC 7638 §3.1.
const RSA: &str = r#""kty":"RSA","e":"AQAB","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw""#;

/// The key with other members behind.
fn with(key: &str, members: &str) -> String {
    format!("{{{key},{members}}}")
}

fn missing(member: &'static str) -> JwkError {
    JwkError::MissingMember { member }
}

fn wrong_type(member: &'static str) -> JwkError {
    JwkError::WrongType { member }
}

fn base64(member: &'static str) -> JwkError {
    JwkError::Base64 { member }
}

fn key_type(key_type: &str) -> JwkError {
    JwkError::UnsupportedKeyType { key_type: key_type.into() }
}

fn curve(curve: &str) -> JwkError {
    JwkError::UnsupportedCurve { curve: curve.into() }
}

fn algorithm(algorithm: &str) -> JwkError {
    JwkError::UnsupportedAlgorithm { algorithm: algorithm.into() }
}

fn key_use(key_use: &str) -> JwkError {
    JwkError::UseNotSignature { key_use: key_use.into() }
}

#[test]
fn what_a_key_says_about_itself_is_read() {
    let long_key_id = "k".repeat(limits::MAX_KEY_ID_LEN);
    for (key, members, expected) in [
        (ED25519, r#""alg":null,"kid":null,"use":null,"key_ops":null,"issuer":null"#, (None, None, None)),
        (ED25519, r#""alg":"EdDSA","kid":"1""#, (Some("1"), Some(Algorithm::EdDsa), None)),
        (ED25519, r#""alg":"Ed25519","kid":"""#, (Some(""), Some(Algorithm::EdDsa), None)),
        (ED25519, r#""k\u0069d":"\u0031\n""#, (Some("1\n"), None, None)),
        (P256, r#""alg":"ES256","use":"sig","key_ops":["verify"]"#, (None, Some(Algorithm::Es256), None)),
        (RSA, r#""alg":"PS384","key_ops":["sign","verify"]"#, (None, Some(Algorithm::Ps384), None)),
        (
            RSA,
            r#""issuer":"https://id.example/{tenantid}/""#,
            (None, None, Some("https://id.example/{tenantid}/")),
        ),
        // Members that do not matter for the type may be anything, as may those that matter for none.
        (RSA, r#""crv":"Ed25519","x":{},"y":[1]"#, (None, None, None)),
        (ED25519, r#""y":1,"n":null,"e":[],"x5c":"MII","x5t":{"a":[{}]},"exp":1e3"#, (None, None, None)),
        // A private member that is null is none.
        (ED25519, r#""d":null"#, (None, None, None)),
        (ED25519, &format!(r#""kid":"{long_key_id}""#), (Some(&*long_key_id), None, None)),
    ] {
        let json = with(key, members);
        let jwk = Jwk::parse(&json).unwrap_or_else(|error| panic!("{json}: {error}"));
        assert_eq!((jwk.key_id(), jwk.algorithm(), jwk.issuer()), expected, "{json}");
    }
}

#[test]
fn every_broken_rule_has_its_own_error() {
    let too_long = format!(r#""kid":"{}""#, "k".repeat(limits::MAX_KEY_ID_LEN + 1));
    for (json, expected) in [
        // Not a JWK at all.
        ("null".into(), JwkError::Json(JsonProblem::NotAnObject)),
        ("[]".into(), JwkError::Json(JsonProblem::NotAnObject)),
        ("".into(), JwkError::Json(JsonProblem::Syntax { at: 0 })),
        (r#"{"kty":"EC""#.into(), JwkError::Json(JsonProblem::Syntax { at: 11 })),
        (r#"{} {}"#.into(), JwkError::Json(JsonProblem::TrailingData { at: 3 })),
        (r#"{"kty":1,"kty":2}"#.into(), JwkError::Json(JsonProblem::DuplicateMember { at: 9 })),
        (r#"{"a":{"b":1,"\u0062":2}}"#.into(), JwkError::Json(JsonProblem::DuplicateMember { at: 12 })),
        // Type and curve, letter by letter.
        ("{}".into(), missing("kty")),
        (r#"{"Kty":"RSA"}"#.into(), missing("kty")),
        (r#"{"kty":null}"#.into(), wrong_type("kty")),
        (r#"{"kty":["RSA"]}"#.into(), wrong_type("kty")),
        (RSA.replace("RSA", "rsa").replacen('"', "{\"", 1) + "}", key_type("rsa")),
        (r#"{"kty":"AKP","alg":"ML-DSA-44","pub":"AA"}"#.into(), key_type("AKP")),
        (r#"{"kty":"OKP"}"#.into(), missing("crv")),
        (r#"{"kty":"OKP","crv":1}"#.into(), wrong_type("crv")),
        (r#"{"kty":"OKP","crv":"X25519","x":"AA"}"#.into(), curve("X25519")),
        (r#"{"kty":"OKP","crv":"Ed448","x":"AA"}"#.into(), curve("Ed448")),
        (r#"{"kty":"OKP","crv":"P-256","x":"AA"}"#.into(), curve("P-256")),
        (r#"{"kty":"EC","crv":"Ed25519","x":"AA"}"#.into(), curve("Ed25519")),
        (r#"{"kty":"EC","crv":"p-256","x":"AA","y":"AA"}"#.into(), curve("p-256")),
        (r#"{"kty":"EC","crv":"brainpoolP256r1"}"#.into(), curve("brainpoolP256r1")),
        (format!(r#"{{"kty":"{}"}}"#, "é".repeat(65)), key_type(&"é".repeat(64))),
        // Secrets and private keys.
        (r#"{"kty":"oct","k":"AA"}"#.into(), JwkError::SymmetricKey),
        (with(ED25519, r#""d":"AA""#), JwkError::PrivateKey),
        (with(RSA, r#""p":1"#), JwkError::PrivateKey),
        (with(RSA, r#""oth":[]"#), JwkError::PrivateKey),
        (with(P256, r#""k":"AA""#), JwkError::PrivateKey),
        (r#"{"kty":"AKP","priv":"AA"}"#.into(), JwkError::PrivateKey),
        // Numbers.
        (r#"{"kty":"OKP","crv":"Ed25519"}"#.into(), missing("x")),
        (r#"{"kty":"OKP","crv":"Ed25519","x":null}"#.into(), wrong_type("x")),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"AA=="}"#.into(), base64("x")),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"AB"}"#.into(), base64("x")),
        (
            r#"{"kty":"OKP","crv":"Ed25519","x":"AA"}"#.into(),
            JwkError::KeyLength { member: "x", found: 1, required: 32 },
        ),
        (r#"{"kty":"EC","crv":"P-256","x":"AA"}"#.into(), missing("y")),
        (
            r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#.into(),
            JwkError::KeyLength { member: "x", found: 1, required: 32 },
        ),
        (format!("{{{}}}", P256.replace("f83O", "f83P")), JwkError::NotOnCurve),
        (r#"{"kty":"RSA","e":"AQAB"}"#.into(), missing("n")),
        (r#"{"kty":"RSA","n":"AQAB"}"#.into(), missing("e")),
        (r#"{"kty":"RSA","n":"a+b/","e":"AQAB"}"#.into(), base64("n")),
        (r#"{"kty":"RSA","n":"","e":"AQAB"}"#.into(), JwkError::RsaModulusSize { bits: 0 }),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#.into(), JwkError::RsaModulusSize { bits: 17 }),
        (format!("{{{}}}", RSA.replace("AQAB", "AQ")), JwkError::RsaExponent),
        // What it is for.
        (with(RSA, r#""use":"enc""#), key_use("enc")),
        (with(RSA, r#""use":"SIG""#), key_use("SIG")),
        (with(RSA, r#""use":["sig"]"#), wrong_type("use")),
        (with(RSA, r#""key_ops":[]"#), JwkError::KeyOpsWithoutVerify),
        (with(RSA, r#""key_ops":["signing"]"#), JwkError::KeyOpsWithoutVerify),
        (with(RSA, r#""use":"sig","key_ops":["encrypt"]"#), JwkError::KeyOpsWithoutVerify),
        (with(RSA, r#""use":"enc","key_ops":["verify"]"#), key_use("enc")),
        (with(RSA, r#""key_ops":"verify""#), wrong_type("key_ops")),
        (with(RSA, r#""key_ops":["verify",1]"#), wrong_type("key_ops")),
        (with(RSA, r#""alg":"RSA-OAEP""#), algorithm("RSA-OAEP")),
        (with(RSA, r#""alg":"HS256""#), algorithm("HS256")),
        (with(RSA, r#""alg":"none""#), algorithm("none")),
        (with(RSA, r#""alg":"ES256""#), algorithm("ES256")),
        (with(P256, r#""alg":"ECDH-ES""#), algorithm("ECDH-ES")),
        (with(P256, r#""alg":"ES384""#), algorithm("ES384")),
        (with(P256, r#""alg":"es256""#), algorithm("es256")),
        (with(P256, r#""alg":"""#), algorithm("")),
        (with(P256, r#""alg":256"#), wrong_type("alg")),
        (with(P256, r#""kid":1"#), wrong_type("kid")),
        (with(P256, r#""issuer":1"#), wrong_type("issuer")),
        (with(P256, &too_long), JwkError::KeyIdTooLong { found: limits::MAX_KEY_ID_LEN + 1 }),
    ] {
        assert_eq!(Jwk::parse(&json), Err(expected), "{json}");
    }
}

#[test]
fn a_key_with_an_algorithm_is_bound_to_no_other() {
    let jwk = Jwk::parse(&with(RSA, r#""alg":"RS256""#)).unwrap();
    assert!(jwk.bind(Algorithm::Rs256).is_ok());
    for algorithm in [Algorithm::Ps256, Algorithm::Rs512, Algorithm::Es256, Algorithm::Hs256] {
        assert_eq!(jwk.bind(algorithm).unwrap_err(), KeyMismatch::Algorithm { key: Algorithm::Rs256 });
    }
    let jwk = Jwk::from(jwk.into_public_key());
    assert!(jwk.bind(Algorithm::Ps256).is_ok());
    assert_eq!(jwk.bind(Algorithm::Es256).unwrap_err(), KeyMismatch::KeyType);
    assert_eq!(jwk.with_algorithm(Algorithm::Es256), Err(KeyMismatch::KeyType));
}
