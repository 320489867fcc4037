//! Keys of an algorithm that is not compiled in.

use super::*;

#[test]
fn a_key_whose_feature_is_off_names_the_feature() {
    let x = "eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g";
    let jwk = format!(r#"{{"kty":"EC","crv":"secp256k1","x":"{x}","y":"{x}"}}"#);
    assert_eq!(PublicKey::from_jwk(&jwk), Err(JwkError::NotCompiledIn { feature: "es256k" }));
}
