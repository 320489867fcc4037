use alloc::{string::ToString, vec, vec::Vec};

use super::*;

/// RFC 8037 App. A.2.
const ED25519: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
";
// The others were made with OpenSSL for these tests; their private halves are gone.
const P256: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaM8dhFsYVxomp1A0TcpTEiVMRCxT
8V6jdaYyg+pFQI1cD8eT1roe2ew3XdaGe/TbMdaDT5vUPerwJA4mHz5Kmg==
-----END PUBLIC KEY-----
";
const P256_COMPRESSED: &str = "-----BEGIN PUBLIC KEY-----
MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACaM8dhFsYVxomp1A0TcpTEiVMRCxT
8V6jdaYyg+pFQI0=
-----END PUBLIC KEY-----
";
const RSA_2048: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsZGmxRFnYMjzMoWBaHEt
3mlB+GXQs+Njl27jA2j6JWzPROnSfnOq9T5DvTk8pS8a+UTEQRrQCeRPmIuZFNwl
4Ylxe6ulei9bFrmGPF+ZW/X1jlC5m1eBtgJXIm19dL/Os9QmPdPQuST+zWe+cVfm
b2TprGzOOzsCaCUccriEWb6nzkKhugkosCsXnmJT5B9LJlZNCwssFgFJjzXO8mDY
XlcXkwtWDxmP9SzU9VhmE5AKIKL4dc9ofjyyntdO7Cd28pPtZvjLOS5GOLwjAyMG
kLlhm0oeo5DsmyYhbpgRynZg482jBFKTEsMTZ8lYPIIENhG0/rQbpPl9HGM6w1it
QwIDAQAB
-----END PUBLIC KEY-----
";
const RSA_1024: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCrcBtVnbiIaqH8iZZ5WBxOzmQK
wHkNFZKolpwoFCIvLARqeiSfNeTTyv4/qdXh0i2fWBksCAEWByxd6J40kdBdFiq6
YCx7moa0kODhAruEEWRtk0ic43iJOxjYKxxnKxF3abnSowB5Eo0nPkjNHJ895xVd
buhp0Jwa/VWmhAXI9QIDAQAB
-----END PUBLIC KEY-----
";
const X25519: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VuAyEAsKQmAyy1D2bzsm2B2g4O48aVVtnPit3IR/e5g+2ZZiw=
-----END PUBLIC KEY-----
";

fn key(pem: &str) -> PublicKey {
    PublicKey::from_pem(pem).unwrap()
}

#[test]
fn pem_is_read_or_refused_for_its_own_reason() {
    let label = |label: &str| Err(JwkError::PemLabel { label: label.into() });
    let relabelled = |label: &str| ED25519.replace("PUBLIC KEY", label);
    for (pem, expected) in [
        (ED25519.to_string(), Ok("Ed25519")),
        (P256.to_string(), Ok("P-256")),
        (RSA_2048.to_string(), Ok("RSA 2048")),
        // White space around it and other line endings.
        (format!("\n  {}\n\n", ED25519.trim()), Ok("Ed25519")),
        (P256.replace('\n', "\r\n"), Ok("P-256")),
        // Something else.
        (String::new(), Err(JwkError::NotPem)),
        ("{\"kty\":\"OKP\"}".to_string(), Err(JwkError::NotPem)),
        (ED25519.replace("MCow", "M*ow"), Err(JwkError::NotPem)),
        (ED25519.replace("-----END PUBLIC KEY-----", ""), Err(JwkError::NotPem)),
        (relabelled("CERTIFICATE"), label("CERTIFICATE")),
        (relabelled("RSA PUBLIC KEY"), label("RSA PUBLIC KEY")),
        (relabelled("PRIVATE KEY"), label("PRIVATE KEY")),
        (relabelled("EC PRIVATE KEY"), label("EC PRIVATE KEY")),
        // A public key, but none for us.
        (X25519.to_string(), Err(JwkError::UnsupportedOid { oid: "1.3.101.110".into() })),
        (P256_COMPRESSED.to_string(), Err(JwkError::CompressedPoint)),
        (RSA_1024.to_string(), Err(JwkError::RsaModulusSize { bits: 1024 })),
    ] {
        let found = PublicKey::from_pem(&pem).map(|key| key.key_type().to_string());
        assert_eq!(found, expected.map(ToString::to_string), "{pem}");
    }
}

#[test]
fn hints_say_how_to_come_to_a_public_key() {
    for (label, hint) in [
        ("CERTIFICATE", "`openssl x509 -pubkey -noout`"),
        ("RSA PUBLIC KEY", "`openssl rsa -RSAPublicKey_in -pubout`"),
        (
            "RSA PRIVATE KEY",
            "never give a verifier the private key; extract the public one with `openssl pkey -pubout`",
        ),
    ] {
        let error = JwkError::PemLabel { label: label.into() }.to_string();
        assert!(error.ends_with(hint), "{error}");
    }
}

#[test]
fn der_is_refused_at_every_length_but_its_own() {
    for pem in [ED25519, P256, RSA_2048] {
        let der = spki::der_from_pem(pem).unwrap().into_vec();
        assert_eq!(PublicKey::from_der(&der), Ok(key(pem)));
        for len in 0..der.len() {
            assert_eq!(PublicKey::from_der(&der[..len]), Err(JwkError::NotSpki), "{len}");
        }
        assert_eq!(PublicKey::from_der(&[&der[..], &[0]].concat()), Err(JwkError::NotSpki));
    }
}

#[test]
fn ed25519_keys_have_exactly_32_bytes() {
    for found in [0, 31, 33, 64] {
        let error = JwkError::KeyLength { member: "x", found, required: 32 };
        assert_eq!(PublicKey::from_ed25519_bytes(&vec![1; found]), Err(error));
    }
}

#[test]
fn thumbprints_are_those_of_the_rfcs() {
    for (jwk, thumbprint) in [
        // RFC 8037 App. A.3.
        (
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        ),
        // RFC 7638 §3.1.
        (
            r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#,
            "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
        ),
    ] {
        assert_eq!(PublicKey::from_jwk(jwk).unwrap().thumbprint(), thumbprint);
    }
    assert_eq!(ec_members("P-256", &[1], &[2]), r#"{"crv":"P-256","kty":"EC","x":"AQ","y":"Ag"}"#);
}

#[test]
fn leading_zeros_of_rsa_numbers_change_nothing() {
    let Key::Rsa(Rsa { n, e, .. }) = spki::parse(spki::der_from_pem(RSA_2048).unwrap().as_bytes()).unwrap()
    else {
        panic!("not RSA");
    };
    let padded = [&[0, 0], &n[..]].concat();
    let padded = PublicKey::from_jose(Rsa { n: padded.into(), e, prv: None }.into()).unwrap();
    assert_eq!(padded.key_type(), KeyType::Rsa { bits: 2048 });
    assert_eq!(padded.thumbprint(), key(RSA_2048).thumbprint());
}

#[test]
fn each_type_admits_its_own_algorithms_and_no_others() {
    let rsa = "RS256 RS384 RS512 PS256 PS384 PS512";
    for (pem, admitted) in [(ED25519, "EdDSA"), (P256, "ES256"), (RSA_2048, rsa)] {
        let key = key(pem);
        let names: Vec<_> = key.algorithms().map(Algorithm::name).collect();
        assert_eq!(names.join(" "), admitted);
        for algorithm in Algorithm::ALL.iter().copied() {
            let expected = match algorithm {
                _ if key.admits(algorithm) => Ok(algorithm),
                _ if algorithm.is_symmetric() => Err(KeyMismatch::PublicKeysOnly),
                _ => Err(KeyMismatch::KeyType),
            };
            assert_eq!(key.bind(algorithm).map(|bound| bound.algorithm()), expected);
        }
    }
}

#[test]
fn clones_share_what_was_prepared_and_equal_keys_need_not() {
    let first = key(ED25519);
    let again = key(ED25519);
    assert_eq!(first, again);
    assert!(!first.shares_preparation_with(&again));
    assert!(first.shares_preparation_with(&first.clone()));
    assert_ne!(first, key(P256));
}

#[test]
fn a_bound_key_is_the_same_only_for_the_same_algorithm() {
    let rs256 = key(RSA_2048).bind(Algorithm::Rs256).unwrap();
    assert!(rs256.is_same_key(&key(RSA_2048).bind(Algorithm::Rs256).unwrap()));
    assert!(!rs256.is_same_key(&key(RSA_2048).bind(Algorithm::Ps256).unwrap()));
}

#[test]
fn debug_prints_type_and_thumbprint() {
    let text = "PublicKey(Ed25519, kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k)";
    assert_eq!(format!("{:?}", key(ED25519)), text);
}
