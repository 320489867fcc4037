//! Ed25519 on points of small order and encodings that are not canonical, where implementations differ.
//!
//! Two published collections, with the strict verdict for each. `JWT_VERIFY_VECTORS` names the folder that
//! has them.

use jwt_verify_core::{Algorithm, PublicKey};
use serde_json::Value;

use crate::files;

#[test]
fn cctv_vectors_are_accepted_only_where_strict_verification_does() {
    let Some(vectors) = vectors("ed25519-edge-cases/cctv_ed25519vectors.json") else { return };
    let accepted = vectors.iter().filter(|vector| {
        let message = vector["msg"].as_str().unwrap().as_bytes();
        check(vector, &hex(&vector["key"]), message, &hex(&vector["sig"]))
    });
    assert_eq!((accepted.count(), vectors.len()), (43, 914));
}

#[test]
fn speccheck_cases_are_accepted_only_where_strict_verification_does() {
    let Some(vectors) = vectors("ed25519-edge-cases/speccheck_cases.json") else { return };
    let accepted = vectors.iter().filter(|vector| {
        check(vector, &hex(&vector["pub_key"]), &hex(&vector["message"]), &hex(&vector["signature"]))
    });
    // Case 3, of mixed order, which strict verification leaves to its cofactorless equation.
    assert_eq!((accepted.count(), vectors.len()), (1, 12));
}

fn check(vector: &Value, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let accepted = PublicKey::from_ed25519_bytes(key)
        .is_ok_and(|key| key.bind(Algorithm::EdDsa).unwrap().verify(message, signature).is_ok());
    let expected = match vector["expect_strict"].as_str().unwrap() {
        "accept" => true,
        "reject" => false,
        other => panic!("{other}"),
    };
    assert_eq!(accepted, expected, "{vector}");
    accepted
}

fn hex(text: &Value) -> Vec<u8> {
    let digits = text.as_str().unwrap().as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

fn vectors(file: &str) -> Option<Vec<Value>> {
    let Value::Array(vectors) = files::gathered(file)?["vectors"].take() else { panic!("no vectors") };
    Some(vectors)
}
