//! Section 3: keys and sets of keys.

use jwt_verify_core::{
    Algorithm, Error, HmacSecret, JsonProblem, Jwk, JwkError, JwkSet, JwkSetError, KeyMismatch, KeyNotFound,
    KeySet, KeyType, PublicKey, SecretError,
};
use serde_json::{Value, json};

use super::{decoy, every_algorithm, reason_to_skip, verifier_with};
use crate::mint::{
    self, KEY_ID, KEYS, Signer, accepted, base64url, claims, octets, refusal, rsa, with, without,
};

#[test]
fn row_23_a_secret_shorter_than_the_hash_is_no_secret() {
    for (algorithm, required) in [(Algorithm::Hs256, 32), (Algorithm::Hs384, 48), (Algorithm::Hs512, 64)] {
        let jwk = |bytes: &[u8]| json!({"kty": "oct", "k": base64url(bytes)}).to_string();
        for found in [0, 1, 8, 16, 20, required - 1] {
            let bytes = vec![7; found];
            let too_short = SecretError::TooShort { algorithm, found, required };
            assert_eq!(HmacSecret::new(algorithm, &bytes).unwrap_err(), too_short);
            assert_eq!(HmacSecret::from_jwk(algorithm, &jwk(&bytes)).unwrap_err(), too_short);
        }
        for enough in [required, required + 1, 200] {
            let bytes = vec![7; enough];
            assert_eq!(HmacSecret::new(algorithm, &bytes).unwrap().algorithm(), algorithm);
            assert_eq!(HmacSecret::from_jwk(algorithm, &jwk(&bytes)).unwrap().algorithm(), algorithm);
        }
    }
}

#[test]
fn row_24_an_rsa_modulus_has_at_least_2048_bits_and_bits_are_counted() {
    // 2047 bits fill 256 octets.
    for bits in [8, 512, 1024, 1536, 2040, 2047] {
        assert_eq!(reason_to_skip(&rsa_key(&modulus(bits), &[1, 0, 1])), JwkError::RsaModulusSize { bits });
    }
    let jwk = with(without(without(KEYS["rsa1536"].clone(), "d"), "p"), json!({"q": null}));
    assert_eq!(reason_to_skip(&jwk), JwkError::RsaModulusSize { bits: 1536 });
    for bits in [2048, 2049, 3072, 4096] {
        assert_eq!(key_type(&rsa_key(&modulus(bits), &[1, 0, 1])), KeyType::Rsa { bits });
    }
}

#[test]
fn row_25_huge_rsa_numbers_are_refused_before_any_arithmetic() {
    assert_eq!(key_type(&rsa_key(&modulus(8192), &[1, 0, 1])), KeyType::Rsa { bits: 8192 });
    for bits in [8193, 16_384, 100_000] {
        assert_eq!(reason_to_skip(&rsa_key(&modulus(bits), &[1, 0, 1])), JwkError::RsaModulusSize { bits });
    }
    assert_eq!(key_type(&rsa_key(&modulus(2048), &[1, 0xff, 0xff, 0xff, 0xff])), KeyType::Rsa { bits: 2048 });
    for exponent in [vec![2, 0, 0, 0, 1], vec![1; 8], vec![1; 9], vec![1; 255], modulus(2048)] {
        assert_eq!(reason_to_skip(&rsa_key(&modulus(2048), &exponent)), JwkError::RsaExponent);
    }
}

#[test]
fn row_26_degenerate_rsa_numbers_are_refused() {
    for exponent in [vec![], vec![0], vec![1], vec![2], vec![4], vec![1, 0, 0], vec![0, 0, 1]] {
        assert_eq!(
            reason_to_skip(&rsa_key(&modulus(2048), &exponent)),
            JwkError::RsaExponent,
            "{exponent:?}"
        );
    }
    for exponent in [vec![3], vec![0, 3], vec![17], vec![1, 0, 1]] {
        assert_eq!(key_type(&rsa_key(&modulus(2048), &exponent)), KeyType::Rsa { bits: 2048 });
    }
    let mut even = modulus(2048);
    *even.last_mut().unwrap() = 2;
    assert_eq!(reason_to_skip(&rsa_key(&even, &[1, 0, 1])), JwkError::EvenModulus);
    for none in [vec![], vec![0], vec![0; 256]] {
        assert_eq!(reason_to_skip(&rsa_key(&none, &[1, 0, 1])), JwkError::RsaModulusSize { bits: 0 });
    }
}

#[test]
fn row_26_an_exponent_of_one_does_not_make_the_hash_its_own_signature() {
    let signer = Signer::new(Algorithm::Rs256);
    let key = with(signer.jwk(), json!({"e": base64url([1])}));
    let token = signer.token(&claims());
    let block = rsa::pkcs1(&rsa::Hash::Sha256.digest_info(mint::signing_input(&token).as_bytes()));
    let verifier = verifier_with([key, decoy()], &every_algorithm());
    assert_eq!(refusal(&verifier, &mint::with_signature(&token, &block)), unknown(KEY_ID));
}

#[test]
fn row_27_a_point_off_its_curve_is_no_key() {
    for signer in elliptic_curves() {
        let jwk = signer.jwk();
        let (x, y) = (octets(&jwk["x"]), octets(&jwk["y"]));
        let zero = vec![0; x.len()];
        // The number P-521 has room for is 2⁵²¹ − 1 = p.
        let mut largest = vec![0xff; x.len()];
        if x.len() == 66 {
            largest[0] = 1;
        }
        let mut off = y.clone();
        *off.last_mut().unwrap() ^= 1;
        for (x, y) in
            [(&x, &off), (&zero, &zero), (&x, &zero), (&y, &x), (&largest, &y), (&x, &largest), (&zero, &y)]
        {
            let key = with(jwk.clone(), json!({"x": base64url(x), "y": base64url(y)}));
            assert_eq!(reason_to_skip(&key), JwkError::NotOnCurve, "{key}");
        }
    }
}

#[test]
fn row_14_an_ed25519_key_of_small_order_is_no_key() {
    let signer = Signer::new(Algorithm::EdDsa);
    // The eight points whose order divides eight.
    for point in [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ] {
        let point = hexadecimal(point);
        assert_eq!(PublicKey::from_ed25519_bytes(&point), Err(JwkError::WeakKey));
        let key = with(signer.jwk(), json!({"x": base64url(&point)}));
        assert_eq!(reason_to_skip(&key), JwkError::WeakKey);

        // With the identity for a key, R = S·B is a signature of everything: here with S = 0.
        let identity = [&[1][..], &[0; 63]].concat();
        let verifier = verifier_with([key, decoy()], &every_algorithm());
        let forged = mint::with_signature(&signer.token(&claims()), &identity);
        assert_eq!(refusal(&verifier, &forged), unknown(KEY_ID));
    }
}

#[test]
fn row_15_an_ed25519_key_that_is_not_canonical_is_no_key() {
    // y from p = 2²⁵⁵ − 19 to 2²⁵⁵ − 1, with either sign: among them points of large order.
    for lowest in 0xed..=0xff_u8 {
        for highest in [0x7f, 0xff] {
            let mut point = [0xff; 32];
            (point[0], point[31]) = (lowest, highest);
            assert_eq!(PublicKey::from_ed25519_bytes(&point), Err(JwkError::NotCanonical), "{lowest:x}");
        }
    }
    // x = 0 with the sign set: both such points are of small order.
    for y in [
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ] {
        assert_eq!(PublicKey::from_ed25519_bytes(&hexadecimal(y)), Err(JwkError::WeakKey), "{y}");
    }
}

#[test]
fn row_28_a_badly_encoded_key_is_skipped_for_its_own_reason() {
    let ec = Signer::new(Algorithm::Es256).jwk();
    let okp = Signer::new(Algorithm::EdDsa).jwk();
    let rsa = Signer::new(Algorithm::Rs256).jwk();
    let (x, okp_x) = (octets(&ec["x"]), octets(&okp["x"]));
    let length = |member, found, required| JwkError::KeyLength { member, found, required };
    let base64 = |member| JwkError::Base64 { member };
    let wrong_type = |member| JwkError::WrongType { member };
    let key_type = |key_type: &str| JwkError::UnsupportedKeyType { key_type: key_type.into() };
    let curve = |curve: &str| JwkError::UnsupportedCurve { curve: curve.into() };
    let text = |key: &Value, member: &str| String::from(key[member].as_str().unwrap());
    let hexadecimal: String = x.iter().map(|byte| format!("{byte:02x}")).collect();
    let spki = [
        b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04",
        &*x,
        &octets(&ec["y"]),
    ]
    .concat();
    // key, changed members, reason
    for (key, changes, expected) in [
        // RFC 7518 §6.2.1.2: the full size, exactly.
        (&ec, json!({"x": base64url(&x[1..])}), length("x", 31, 32)),
        (&ec, json!({"x": base64url([&[0], &*x].concat())}), length("x", 33, 32)),
        (&ec, json!({"y": ""}), length("y", 0, 32)),
        (&ec, json!({"y": base64url([4])}), length("y", 1, 32)),
        (&okp, json!({"x": base64url(&okp_x[1..])}), length("x", 31, 32)),
        (&okp, json!({"x": base64url([&*okp_x, &[0]].concat())}), length("x", 33, 32)),
        (&okp, json!({"x": ""}), length("x", 0, 32)),
        (&ec, json!({"x": base64url(&spki)}), length("x", spki.len(), 32)),
        // Other alphabets and lengths of text.
        (&ec, json!({"x": format!("{}=", text(&ec, "x"))}), base64("x")),
        (&ec, json!({"x": format!("{}\n", text(&ec, "x"))}), base64("x")),
        (&ec, json!({"x": format!(" {}", text(&ec, "x"))}), base64("x")),
        (&ec, json!({"x": "+".repeat(43)}), base64("x")),
        (&ec, json!({"x": "/".repeat(43)}), base64("x")),
        (&ec, json!({"x": "A"}), base64("x")),
        // Bits behind the last byte: 43 letters are 258 bits.
        (&ec, json!({"x": "B".repeat(43)}), base64("x")),
        (&ec, json!({"x": hexadecimal}), length("x", 48, 32)),
        (&rsa, json!({"n": format!("{}=", text(&rsa, "n"))}), base64("n")),
        (&rsa, json!({"e": "AQAB="}), base64("e")),
        // Numbers, lists and nothing at all.
        (&ec, json!({"x": 7}), wrong_type("x")),
        (&ec, json!({"y": x}), wrong_type("y")),
        (&okp, json!({"x": null}), wrong_type("x")),
        (&rsa, json!({"e": 65_537}), wrong_type("e")),
        (&rsa, json!({"n": [1]}), wrong_type("n")),
        (&ec, json!({"kty": 1}), wrong_type("kty")),
        (&ec, json!({"crv": ["P-256"]}), wrong_type("crv")),
        (&ec, json!({"kid": 1}), wrong_type("kid")),
        (&ec, json!({"alg": {}}), wrong_type("alg")),
        (&ec, json!({"use": ["sig"]}), wrong_type("use")),
        (&ec, json!({"key_ops": "verify"}), wrong_type("key_ops")),
        (&ec, json!({"key_ops": ["verify", 1]}), wrong_type("key_ops")),
        // Names are case-sensitive (RFC 7517 §4.1).
        (&ec, json!({"kty": "ec"}), key_type("ec")),
        (&ec, json!({"kty": "Ec"}), key_type("Ec")),
        (&rsa, json!({"kty": "rsa"}), key_type("rsa")),
        (&okp, json!({"kty": "okp"}), key_type("okp")),
        (&ec, json!({"crv": "p-256"}), curve("p-256")),
        (&ec, json!({"crv": "P256"}), curve("P256")),
        (&ec, json!({"crv": "secp256r1"}), curve("secp256r1")),
        (&okp, json!({"crv": "ed25519"}), curve("ed25519")),
        (&ec, json!({"kid": "k".repeat(1025)}), JwkError::KeyIdTooLong { found: 1025 }),
    ] {
        assert_eq!(reason_to_skip(&with(key.clone(), changes.clone())), expected, "{changes}");
    }
    for (key, member) in
        [(&ec, "kty"), (&ec, "crv"), (&ec, "x"), (&ec, "y"), (&rsa, "n"), (&rsa, "e"), (&okp, "x")]
    {
        let missing = JwkError::MissingMember { member };
        assert_eq!(reason_to_skip(&without(key.clone(), member)), missing);
        let value = key[member].clone();
        let mut capital = member.to_owned();
        capital[..1].make_ascii_uppercase();
        let capitalised = with(without(key.clone(), member), json!({capital: value}));
        assert_eq!(reason_to_skip(&capitalised), missing);
    }
    assert_eq!(
        reason_to_skip(&json!({"kty": "RSA", "kid": "k", "x5c": ["MIIB"]})),
        JwkError::MissingMember { member: "n" }
    );
}

#[test]
fn row_28_every_short_octet_string_is_refused_and_none_panics() {
    for signer in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Es384, Algorithm::Es512].map(Signer::new) {
        let full = octets(&signer.jwk()["x"]).len();
        for found in (0..200).filter(|found| *found != full) {
            let key = with(signer.jwk(), json!({"x": base64url(vec![1; found])}));
            let expected = JwkError::KeyLength { member: "x", found, required: full };
            assert_eq!(reason_to_skip(&key), expected);
        }
    }
    for found in 0..200_usize {
        let bits = (found * 8).saturating_sub(7);
        assert_eq!(reason_to_skip(&rsa_key(&vec![1; found], &[1, 0, 1])), JwkError::RsaModulusSize { bits });
    }
}

#[test]
fn row_28_zeros_in_front_of_a_modulus_have_no_influence() {
    let signer = Signer::new(Algorithm::Rs256);
    for zeros in [1, 2, 40] {
        let modulus = [&*vec![0; zeros], &octets(&signer.jwk()["n"])].concat();
        let key = with(signer.jwk(), json!({"n": base64url(modulus)}));
        accepted(&verifier_with([key], &[Algorithm::Rs256]), &signer.token(&claims()));
    }
}

#[test]
fn row_29_a_key_for_another_purpose_is_not_used() {
    let signer = Signer::new(Algorithm::Es256);
    let not_for_signatures = |key_use: &str| Some(JwkError::UseNotSignature { key_use: key_use.into() });
    // changes, reason or none
    for (changes, expected) in [
        (json!({}), None),
        (json!({"use": "sig"}), None),
        (json!({"use": null, "key_ops": null}), None),
        (json!({"key_ops": ["verify"]}), None),
        (json!({"key_ops": ["sign", "verify"]}), None),
        (json!({"use": "sig", "key_ops": ["verify"]}), None),
        (json!({"use": "enc"}), not_for_signatures("enc")),
        (json!({"use": "SIG"}), not_for_signatures("SIG")),
        (json!({"use": "signature"}), not_for_signatures("signature")),
        (json!({"use": ""}), not_for_signatures("")),
        (json!({"key_ops": []}), Some(JwkError::KeyOpsWithoutVerify)),
        (json!({"key_ops": ["sign"]}), Some(JwkError::KeyOpsWithoutVerify)),
        (json!({"key_ops": ["signing", "Verify"]}), Some(JwkError::KeyOpsWithoutVerify)),
        (json!({"key_ops": ["deriveKey", "encrypt"]}), Some(JwkError::KeyOpsWithoutVerify)),
        // Both must allow it.
        (json!({"use": "enc", "key_ops": ["verify"]}), not_for_signatures("enc")),
        (json!({"use": "sig", "key_ops": ["encrypt"]}), Some(JwkError::KeyOpsWithoutVerify)),
    ] {
        let key = with(signer.jwk(), changes.clone());
        let verifier = verifier_with([key.clone(), decoy()], &every_algorithm());
        match expected {
            None => drop(accepted(&verifier, &signer.token(&claims()))),
            Some(reason) => {
                assert_eq!(reason_to_skip(&key), reason, "{changes}");
                assert_eq!(refusal(&verifier, &signer.token(&claims())), unknown(KEY_ID), "{changes}");
            }
        }
    }
}

#[test]
fn row_30_a_secret_that_an_issuer_publishes_is_never_used() {
    for name in ["hs256-a", "hs384-a", "hs512-a"] {
        let secret = &KEYS[name];
        for changes in [json!({}), json!({"alg": "HS256", "use": "sig"}), json!({"alg": "RS256"})] {
            let key = with(with(secret.clone(), changes), json!({"kid": KEY_ID}));
            assert_eq!(reason_to_skip(&key), JwkError::SymmetricKey);
            assert_eq!(Jwk::parse(&key.to_string()).unwrap_err(), JwkError::SymmetricKey);

            let verifier = verifier_with([key, decoy()], &every_algorithm());
            for hmac in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
                let signer = Signer::hmac(hmac, &octets(&secret["k"]));
                assert_eq!(
                    refusal(&verifier, &signer.token(&claims())),
                    Error::KeyMismatch(KeyMismatch::PublicKeysOnly)
                );
            }
        }
    }
}

#[test]
fn row_31_a_private_key_in_a_set_is_neither_used_nor_repeated() {
    for name in ["ed-a", "p-256-a", "p-384-a", "p-521-a", "rsa2048-a"] {
        let key = with(KEYS[name].clone(), json!({"kid": KEY_ID}));
        assert_eq!(reason_to_skip(&key), JwkError::PrivateKey, "{name}");
        let d = key["d"].as_str().unwrap();
        let set = mint::jwk_set([key.clone()]);
        let printed = format!("{set:?} {}", set.skipped()[0]);
        assert!(!printed.contains(d) && !printed.contains(&d[..8]), "{printed}");
    }
    for member in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] {
        for value in [json!("AA"), json!(""), json!(1), json!([]), json!({"d": 1})] {
            let key = with(Signer::new(Algorithm::Rs256).jwk(), json!({member: value}));
            assert_eq!(reason_to_skip(&key), JwkError::PrivateKey, "{member} {value}");
        }
    }
}

#[test]
fn row_32_a_bad_key_does_not_spoil_the_set() {
    let signer = Signer::new(Algorithm::Es256);
    let okp = Signer::new(Algorithm::EdDsa).jwk();
    let bad = [
        json!({"kty": "AKP", "alg": "ML-DSA-65", "kid": "a", "pub": "AAAA"}),
        json!({"kty": "RSA", "use": "enc", "kid": "b", "n": "AQAB", "e": "AQAB"}),
        with(okp.clone(), json!({"crv": "X25519"})),
        with(okp.clone(), json!({"x": "AA"})),
        with(signer.jwk(), json!({"kid": 7})),
        with(signer.jwk(), json!({"use": ["sig"]})),
        json!({"kty": {}}),
        json!({}),
        json!(null),
        json!("key"),
        json!([1, [2]]),
        json!(1e300),
        with(okp, json!({"d": "AA"})),
    ];
    for keys in [[&bad[..], &[signer.jwk()]].concat(), [&[signer.jwk()], &bad[..]].concat()] {
        assert_eq!(mint::jwk_set(&keys).skipped().len(), bad.len());
        accepted(&verifier_with(&keys, &[Algorithm::Es256]), &signer.token(&claims()));
    }
    // Duplicate members and numbers out of range are the entry's fault and not the document's.
    let good = signer.jwk();
    for entry in
        [r#"{"kty":"EC","kty":"EC"}"#, r#"{"kid":"a","x5c":{"b":1,"b":2}}"#, r#"{"kty":"EC","exp":1e999}"#]
    {
        let set = JwkSet::parse(format!(r#"{{"keys":[{entry},{good}]}}"#)).unwrap();
        assert!(matches!(set.skipped()[0].reason(), JwkError::Json(_)), "{entry}");
        let issuer = super::issuer_with([decoy()], &[Algorithm::Es256]).jwk_set(set);
        accepted(&mint::verifier(issuer), &signer.token(&claims()));
    }
}

#[test]
fn row_33_a_document_that_is_no_set_is_an_error() {
    let key = Signer::new(Algorithm::Es256).jwk();
    let json = |problem| JwkSetError::NotJson(problem);
    for (document, expected) in [
        ("<!DOCTYPE html><title>Sign in</title>".into(), JwkSetError::LooksLikeHtml),
        (" \r\n<html>".into(), JwkSetError::LooksLikeHtml),
        (String::new(), json(JsonProblem::Syntax { at: 0 })),
        (format!(r#"{{"keys":[{key}"#), json(JsonProblem::Syntax { at: 9 + key.to_string().len() })),
        (
            format!(r#"{{"keys":[{key}]}}{{}}"#),
            json(JsonProblem::TrailingData { at: 11 + key.to_string().len() }),
        ),
        (r#"{"keys":[],"keys":[]}"#.into(), json(JsonProblem::DuplicateMember { at: 11 })),
        (r#"{"keys":[],"k\u0065ys":[]}"#.into(), json(JsonProblem::DuplicateMember { at: 11 })),
        (format!("[{key}]"), json(JsonProblem::NotAnObject)),
        ("null".into(), json(JsonProblem::NotAnObject)),
        (format!(r#"{{"keys":{{"k1":{key}}}}}"#), JwkSetError::KeysNotAnArray),
        (r#"{"keys":"none"}"#.into(), JwkSetError::KeysNotAnArray),
        (r#"{"k1":"-----BEGIN CERTIFICATE-----"}"#.into(), JwkSetError::NoKeysMember),
        (r#"{"error":"rate limited"}"#.into(), JwkSetError::NoKeysMember),
        (key.to_string(), JwkSetError::SingleJwk),
        (format!(r#"{{"keys":[{}]}}"#, ["{}"; 101].join(",")), JwkSetError::TooManyKeys { found: 101 }),
        (format!(r#"{{"keys":[{}{}]}}"#, "[".repeat(200), "]".repeat(200)), json(JsonProblem::TooDeep)),
    ] {
        assert_eq!(JwkSet::parse(&document), Err(expected), "{document:.60}");
    }
}

#[test]
fn row_34_certificates_in_a_key_have_no_say() {
    let signer = Signer::new(Algorithm::Rs256);
    for changes in [
        json!({"x5c": ["MIIB"], "x5t": "AAAA", "x5t#S256": "AAAA", "x5u": "https://evil.example/"}),
        json!({"x5c": "MIIB", "x5t": 7}),
        json!({"x5c": [], "x5u": null, "exp": 1}),
    ] {
        let key = with(signer.jwk(), changes);
        accepted(&verifier_with([key], &[Algorithm::Rs256]), &signer.token(&claims()));
    }
}

#[test]
fn an_empty_set_holds_no_key() {
    assert!(KeySet::from(mint::jwk_set([])).is_empty());
    assert!(KeySet::from(mint::jwk_set([json!({"kty": "oct", "k": "AA"})])).is_empty());
    assert!(!KeySet::from(mint::jwk_set([decoy()])).is_empty());
}

fn elliptic_curves() -> impl Iterator<Item = Signer> {
    [Algorithm::Es256, Algorithm::Es384, Algorithm::Es512, Algorithm::Es256K]
        .into_iter()
        .filter(|algorithm| algorithm.is_compiled_in())
        .map(Signer::new)
}

/// An odd number with exactly so many bits. It has whatever factors it has.
fn modulus(bits: usize) -> Vec<u8> {
    let mut modulus = vec![0xa5; bits.div_ceil(8)];
    modulus[0] = match bits % 8 {
        0 => 0x80,
        beyond => 1 << (beyond - 1),
    };
    *modulus.last_mut().unwrap() |= 1;
    modulus
}

fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Value {
    json!({"kty": "RSA", "kid": KEY_ID, "n": base64url(modulus), "e": base64url(exponent)})
}

#[track_caller]
fn key_type(key: &Value) -> KeyType {
    PublicKey::from_jwk(&key.to_string()).unwrap().key_type()
}

fn unknown(key_id: &str) -> Error {
    Error::KeyNotFound(KeyNotFound::UnknownKeyId { key_id: key_id.into() })
}

fn hexadecimal(text: &str) -> Vec<u8> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    text.as_bytes().chunks(2).map(byte).collect()
}
