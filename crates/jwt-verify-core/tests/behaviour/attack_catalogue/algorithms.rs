//! Section 1: how the algorithm is chosen.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use jwt_verify_core::{
    Algorithm, BuildProblem, Error, Freshness, Held, Jwk, JwkError, KeyMismatch, KeyNotFound, KeySet,
    KeySource, Malformed, ParameterProblem, PublicKey, TrustedIssuer,
};
use serde_json::{Value, json};

use super::{decoy, every_algorithm, reason_to_skip, verifier_with};
use crate::mint::{
    self, AUDIENCE, ISSUER, KEY_ID, Signer, accepted, claims, document, octets, refusal, with,
    with_signature, without,
};

#[test]
fn row_01_an_unsigned_token_is_refused_whatever_stands_for_its_signature() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    for header in [json!({"alg": "none"}), json!({"alg": "none", "kid": KEY_ID})] {
        let signed = signer.token_with_header(&header, &claims());
        let unsigned = format!("{}.", mint::signing_input(&signed));
        for token in [&signed, &unsigned, &with_signature(&signed, &[0; 64])] {
            assert_eq!(refusal(&verifier, token), Error::AlgorithmNotAllowed(None), "{token}");
        }
    }
    assert!("none".parse::<Algorithm>().is_err(), "the allow-list cannot hold it");
}

#[test]
fn row_02_a_spelling_variant_is_no_algorithm_though_the_signature_is_right() {
    let signer = Signer::new(Algorithm::Es256);
    let verifier = signer.verifier();
    for name in [
        "None",
        "NONE",
        "nOnE",
        "none ",
        "\u{6e}one\0",
        "es256",
        "Es256",
        "ES256 ",
        " ES256",
        "ES256\0",
        "ES 256",
        "ES256\n",
        "ES-256",
        "ES521",
        "",
        // Cyrillic and full-width letters.
        "\u{415}S256",
        "\u{ff25}\u{ff33}\u{ff12}\u{ff15}\u{ff16}",
        // Names of the key, of the curve, of other registries.
        "P-256",
        "ecdsa",
        "SHA256withECDSA",
        "-7",
        "RSA-OAEP",
        "A256GCM",
    ] {
        let token = signer.token_with_header(&json!({"alg": name, "kid": KEY_ID}), &claims());
        assert_eq!(refusal(&verifier, &token), Error::AlgorithmNotAllowed(None), "{name:?}");
    }
    let escaped = signer.raw_token(r#"{"alg":"\u006eone","kid":"k1"}"#, claims().to_string());
    assert_eq!(refusal(&verifier, &escaped), Error::AlgorithmNotAllowed(None));
}

#[test]
fn row_02_a_name_written_with_escapes_is_the_name() {
    let signer = Signer::new(Algorithm::Es256);
    let token = signer.raw_token(r#"{"\u0061lg":"\u0045S\u0032\u00356","kid":"k1"}"#, claims().to_string());
    assert_eq!(accepted(&signer.verifier(), &token).algorithm(), Algorithm::Es256);
}

#[test]
fn row_03_an_algorithm_that_is_absent_or_no_string_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    let refused = |problem| Error::Malformed(Malformed::HeaderParameter { name: "alg", problem });
    for value in [json!(7), json!(["EdDSA"]), json!({"EdDSA": true}), json!(null), json!(true)] {
        let token = signer.token_with_header(&json!({"alg": value, "kid": KEY_ID}), &claims());
        assert_eq!(refusal(&verifier, &token), refused(ParameterProblem::NotAString), "{value}");
    }
    let token = signer.token_with_header(&json!({"kid": KEY_ID}), &claims());
    assert_eq!(refusal(&verifier, &token), refused(ParameterProblem::Missing));
    // Names are case-sensitive.
    let token = signer.token_with_header(&json!({"Alg": "EdDSA", "kid": KEY_ID}), &claims());
    assert_eq!(refusal(&verifier, &token), refused(ParameterProblem::Missing));
}

#[test]
fn row_04_only_the_algorithm_that_is_allowed_is_accepted() {
    for allowed in Signer::all() {
        let verifier = allowed.verifier();
        for signer in Signer::all() {
            let token = signer.token(&claims());
            if signer.algorithm() == allowed.algorithm() {
                accepted(&verifier, &token);
            } else {
                let expected = Error::AlgorithmNotAllowed(Some(signer.algorithm()));
                assert_eq!(refusal(&verifier, &token), expected, "{allowed:?}");
            }
        }
    }
}

#[test]
fn row_04_a_known_algorithm_that_is_not_compiled_in_is_refused_like_any_other() {
    let signer = Signer::new(Algorithm::Es256);
    let token = signer.token_with_header(&json!({"alg": "ES256K", "kid": KEY_ID}), &claims());
    assert_eq!(refusal(&signer.verifier(), &token), Error::AlgorithmNotAllowed(Some(Algorithm::Es256K)));
}

#[test]
fn row_04_an_algorithm_that_is_not_allowed_is_refused_before_a_key_is_looked_at() {
    /// Counts how often it is looked at.
    #[derive(Debug, Default)]
    struct Looks(AtomicUsize);

    impl KeySource for Looks {
        fn held(&self) -> Held {
            self.0.fetch_add(1, Ordering::Relaxed);
            Held::new(KeySet::empty(), Freshness::Fresh)
        }
    }

    let looks = Arc::new(Looks::default());
    let issuer = TrustedIssuer::builder(ISSUER)
        .audience(AUDIENCE)
        .algorithms([Algorithm::Rs256])
        .key_source(Arc::clone(&looks));
    let verifier = mint::verifier(issuer);
    let token = |algorithm| Signer::new(algorithm).token(&claims());

    assert_eq!(
        refusal(&verifier, &token(Algorithm::Rs512)),
        Error::AlgorithmNotAllowed(Some(Algorithm::Rs512))
    );
    assert_eq!(looks.0.load(Ordering::Relaxed), 0);
    assert_eq!(refusal(&verifier, &token(Algorithm::Rs256)), Error::KeyNotFound(KeyNotFound::NoKeys));
    assert_eq!(looks.0.load(Ordering::Relaxed), 1);
}

#[test]
fn row_04_an_empty_allow_list_allows_nothing_and_is_a_mistake() {
    let signer = Signer::new(Algorithm::EdDsa);
    let issuer = TrustedIssuer::builder(ISSUER)
        .audience(AUDIENCE)
        .algorithms([])
        .jwk_set(mint::jwk_set([signer.jwk()]));
    assert_eq!(issuer.build().unwrap_err().problems(), [BuildProblem::NoAlgorithms]);
}

#[test]
fn row_05_a_public_key_is_no_hmac_secret_in_any_form() {
    let mut tried = 0;
    for key in public_keys() {
        let jwk = key.jwk();
        let mut algorithms = vec![key.algorithm()];
        algorithms.extend([Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512]);
        let issuer =
            || TrustedIssuer::builder(ISSUER).audience(AUDIENCE).algorithms(algorithms.iter().copied());
        let verifiers = [
            mint::verifier(issuer().jwk_set(mint::jwk_set([jwk.clone()]))),
            mint::verifier(issuer().jwk(Jwk::parse(&jwk.to_string()).unwrap())),
            mint::verifier(issuer().public_key(PublicKey::from_jwk(&jwk.to_string()).unwrap())),
        ];
        let asymmetric_only = key.verifier();

        for secret in forms(&jwk) {
            for hmac in [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512] {
                let forger = Signer::hmac(hmac, &secret);
                for header in [forger.header(), without(forger.header(), "kid")] {
                    let token = forger.token_with_header(&header, &claims());
                    for verifier in &verifiers {
                        let expected = Error::KeyMismatch(KeyMismatch::PublicKeysOnly);
                        assert_eq!(refusal(verifier, &token), expected, "{key:?} {hmac}");
                        tried += 1;
                    }
                    let expected = Error::AlgorithmNotAllowed(Some(hmac));
                    assert_eq!(refusal(&asymmetric_only, &token), expected, "{key:?}");
                }
            }
        }
    }
    assert!(tried > 1000, "{tried}");
}

#[test]
fn row_05_a_token_signed_with_a_private_key_does_not_meet_a_secret() {
    let secret = Signer::new(Algorithm::Hs256);
    for key in public_keys() {
        let verifier = mint::verifier(secret.issuer().algorithms([key.algorithm()]));
        assert_eq!(
            refusal(&verifier, &key.token(&claims())),
            Error::KeyMismatch(KeyMismatch::SecretOnly),
            "{key:?}"
        );
    }
}

#[test]
fn row_06_a_key_is_used_with_its_own_algorithm_only() {
    let rsa = [
        Algorithm::Rs256,
        Algorithm::Rs384,
        Algorithm::Rs512,
        Algorithm::Ps256,
        Algorithm::Ps384,
        Algorithm::Ps512,
    ];
    for own in rsa {
        let jwk = with(Signer::new(own).jwk(), json!({"alg": own.name()}));
        let verifier = verifier_with([jwk], &rsa);
        for signer in rsa.map(Signer::new) {
            let named = signer.token(&claims());
            let unnamed = signer.token_with_header(&without(signer.header(), "kid"), &claims());
            if signer.algorithm() == own {
                accepted(&verifier, &named);
                accepted(&verifier, &unnamed);
            } else {
                let mismatch = KeyMismatch::Algorithm { key: own };
                assert_eq!(refusal(&verifier, &named), Error::KeyMismatch(mismatch), "{own} {signer:?}");
                let none = KeyNotFound::NoneFits;
                assert_eq!(refusal(&verifier, &unnamed), Error::KeyNotFound(none), "{own} {signer:?}");
            }
        }
    }
}

#[test]
fn row_06_a_key_for_encryption_or_for_an_unregistered_algorithm_is_not_used() {
    let signer = Signer::new(Algorithm::Rs256);
    for name in
        ["RSA-OAEP", "RSA-OAEP-256", "RSA1_5", "SHA256", "rs256", "RS256 ", "none", "HS256", "ES256", ""]
    {
        let jwk = with(signer.jwk(), json!({"alg": name}));
        let expected = JwkError::UnsupportedAlgorithm { algorithm: name.into() };
        assert_eq!(reason_to_skip(&jwk), expected, "{name:?}");
        let verifier = verifier_with([jwk, decoy()], &every_algorithm());
        let unknown = KeyNotFound::UnknownKeyId { key_id: KEY_ID.into() };
        assert_eq!(refusal(&verifier, &signer.token(&claims())), Error::KeyNotFound(unknown), "{name:?}");
    }
    let jwk = with(Signer::new(Algorithm::Es256).jwk(), json!({"alg": "ECDH-ES"}));
    assert_eq!(reason_to_skip(&jwk), JwkError::UnsupportedAlgorithm { algorithm: "ECDH-ES".into() });
}

#[test]
fn row_07_the_algorithm_fixes_the_type_and_the_curve_of_the_key() {
    for key in public_keys() {
        let verifier = verifier_with([key.jwk()], &every_algorithm());
        let algorithms =
            PublicKey::from_jwk(&key.jwk().to_string()).unwrap().algorithms().collect::<Vec<_>>();
        for named in every_algorithm() {
            // The signature is the key's, by the key's own algorithm.
            let token = key.token_with_header(&json!({"alg": named.name(), "kid": KEY_ID}), &claims());
            let expected = match named {
                _ if named == key.algorithm() => continue,
                _ if named.is_symmetric() => Error::KeyMismatch(KeyMismatch::PublicKeysOnly),
                // One RSA key, two algorithms: row 17.
                _ if algorithms.contains(&named) => Error::InvalidSignature,
                _ => Error::KeyMismatch(KeyMismatch::KeyType),
            };
            assert_eq!(refusal(&verifier, &token), expected, "{key:?} {named}");
        }
    }
}

#[test]
fn row_07_a_key_whose_type_and_curve_do_not_go_together_is_not_used() {
    let ed25519 = Signer::new(Algorithm::EdDsa).jwk();
    let p256 = Signer::new(Algorithm::Es256).jwk();
    // kty, crv, the key's other members, reason
    for (kty, crv, members, expected) in [
        ("EC", "Ed25519", &p256, JwkError::UnsupportedCurve { curve: "Ed25519".into() }),
        ("OKP", "P-256", &p256, JwkError::UnsupportedCurve { curve: "P-256".into() }),
        ("OKP", "X25519", &ed25519, JwkError::UnsupportedCurve { curve: "X25519".into() }),
        ("EC", "P-256", &ed25519, JwkError::MissingMember { member: "y" }),
        ("EC", "P-384", &p256, JwkError::KeyLength { member: "x", found: 32, required: 48 }),
        ("EC", "P-192", &p256, JwkError::UnsupportedCurve { curve: "P-192".into() }),
        ("RSA", "P-256", &p256, JwkError::MissingMember { member: "n" }),
    ] {
        let key = with(members.clone(), json!({"kty": kty, "crv": crv}));
        assert_eq!(reason_to_skip(&key), expected, "{kty} {crv}");
    }
    #[cfg(feature = "es256k")]
    assert_eq!(reason_to_skip(&with(p256, json!({"crv": "secp256k1"}))), JwkError::NotOnCurve);
}

#[test]
fn row_08_both_names_of_ed25519_are_one_algorithm() {
    let signer = Signer::new(Algorithm::EdDsa);
    for jwk in [
        signer.jwk(),
        with(signer.jwk(), json!({"alg": "EdDSA"})),
        with(signer.jwk(), json!({"alg": "Ed25519"})),
    ] {
        for allowed in ["EdDSA", "Ed25519"] {
            let verifier = verifier_with([jwk.clone()], &[allowed.parse().unwrap()]);
            for name in ["EdDSA", "Ed25519"] {
                let token = signer.token_with_header(&json!({"alg": name, "kid": KEY_ID}), &claims());
                assert_eq!(accepted(&verifier, &token).algorithm(), Algorithm::EdDsa);
            }
        }
    }
}

#[test]
fn row_08_neither_name_stands_for_another_curve() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token_with_header(&json!({"alg": "Ed448", "kid": KEY_ID}), &claims());
    assert_eq!(refusal(&signer.verifier(), &token), Error::AlgorithmNotAllowed(None));

    let key = with(signer.jwk(), json!({"alg": "Ed448"}));
    assert_eq!(reason_to_skip(&key), JwkError::UnsupportedAlgorithm { algorithm: "Ed448".into() });
    for alg in [json!(null), json!("EdDSA"), json!("Ed25519"), json!("Ed448")] {
        let key = json!({"kty": "OKP", "crv": "Ed448", "alg": alg, "x": mint::base64url([9; 57])});
        assert_eq!(reason_to_skip(&key), JwkError::UnsupportedCurve { curve: "Ed448".into() });
    }
    let p256 = Signer::new(Algorithm::Es256);
    let key = with(p256.jwk(), json!({"alg": "Ed25519"}));
    assert_eq!(reason_to_skip(&key), JwkError::UnsupportedAlgorithm { algorithm: "Ed25519".into() });

    let verifier = verifier_with([p256.jwk()], &[Algorithm::EdDsa, Algorithm::Es256]);
    let token = p256.token_with_header(&json!({"alg": "Ed25519", "kid": KEY_ID}), &claims());
    assert_eq!(refusal(&verifier, &token), Error::KeyMismatch(KeyMismatch::KeyType));
}

#[test]
fn row_09_an_algorithm_in_an_unprotected_header_is_not_even_read() {
    let signer = Signer::new(Algorithm::Hs256);
    let token = signer.token_with_header(&json!({"kid": KEY_ID}), &claims());
    let [protected, payload, signature] = [0, 1, 2].map(|part| token.split('.').nth(part).unwrap());
    let unprotected = json!({"alg": "HS256"});
    let flattened =
        json!({"header": unprotected, "protected": protected, "payload": payload, "signature": signature});
    let general = json!({
        "payload": payload,
        "signatures": [{"header": unprotected, "protected": protected, "signature": signature}],
    });
    for serialization in [flattened, general] {
        assert_eq!(
            refusal(&signer.verifier(), &serialization.to_string()),
            Error::Malformed(Malformed::JsonSerialization)
        );
    }
}

/// One signer for each type of public key.
fn public_keys() -> impl Iterator<Item = Signer> {
    let types = [
        Algorithm::EdDsa,
        Algorithm::Es256,
        Algorithm::Es384,
        Algorithm::Es512,
        Algorithm::Es256K,
        Algorithm::Rs256,
    ];
    types.into_iter().filter(|algorithm| algorithm.is_compiled_in()).map(Signer::new)
}

/// Everything that an attacker may take a public key for, as bytes.
fn forms(jwk: &Value) -> Vec<Vec<u8>> {
    let spki = spki(jwk);
    PublicKey::from_der(&spki).unwrap();
    let mut forms = pem_forms("PUBLIC KEY", &spki);

    let without_key_id = without(jwk.clone(), "kid");
    for jwk in [jwk.clone(), without_key_id, with(jwk.clone(), json!({"alg": "HS256"}))] {
        forms.push(jwk.to_string().into_bytes());
        forms.push(serde_json::to_vec_pretty(&jwk).unwrap());
        forms.push(document([jwk]).into_bytes());
    }
    // Each number: its bytes with and without a zero in front, its text, its hexadecimal text.
    for member in ["x", "y", "n", "e"] {
        let Some(text) = jwk[member].as_str() else { continue };
        let bytes = octets(&jwk[member]);
        forms.push([&[0], &*bytes].concat());
        let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        forms.push(hexadecimal.into_bytes());
        forms.push(text.as_bytes().to_vec());
        forms.push(bytes);
    }
    match jwk["kty"].as_str().unwrap() {
        "EC" => {
            let (x, y) = (octets(&jwk["x"]), octets(&jwk["y"]));
            forms.push([&[2 + y.last().unwrap() % 2], &*x].concat());
            forms.push([&[4], &*x, &*y].concat());
            forms.push([x, y].concat());
        }
        "RSA" => forms.extend(pem_forms("RSA PUBLIC KEY", &pkcs1(jwk))),
        _ => {}
    }
    let thumbprint = PublicKey::from_jwk(&jwk.to_string()).unwrap().thumbprint();
    forms.push(mint::decode(&thumbprint));
    forms.push(thumbprint.into_bytes());
    // And what filters that look for "-----BEGIN" fall for.
    forms.extend([" ", "\n", "\u{feff}", "\0"].map(|prefix| [prefix.as_bytes(), &forms[0]].concat()));
    forms
}

/// DER, and PEM in the ways that files have it.
fn pem_forms(label: &str, der: &[u8]) -> Vec<Vec<u8>> {
    use base64ct::{Base64, Encoding};
    let body = Base64::encode_string(der);
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let pem = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"));
    [
        pem.clone(),
        pem.trim_end().into(),
        pem.replace('\n', "\r\n"),
        pem.replace('\n', "\\n"),
        pem.replace('\n', ""),
        lines.join("\n"),
        body.clone(),
    ]
    .into_iter()
    .map(String::into_bytes)
    .chain([der.to_vec()])
    .collect()
}

/// The SubjectPublicKeyInfo of a key (RFC 5280 §4.1.2.7, RFC 5480, RFC 8410).
fn spki(jwk: &Value) -> Vec<u8> {
    let elliptic = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01".as_slice();
    let (algorithm, key) = match (jwk["kty"].as_str().unwrap(), jwk["crv"].as_str()) {
        ("RSA", None) => (b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00".to_vec(), pkcs1(jwk)),
        ("OKP", Some("Ed25519")) => (b"\x06\x03\x2b\x65\x70".to_vec(), octets(&jwk["x"])),
        (_, Some(curve)) => {
            let curve: &[u8] = match curve {
                "P-256" => b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07",
                "P-384" => b"\x06\x05\x2b\x81\x04\x00\x22",
                "P-521" => b"\x06\x05\x2b\x81\x04\x00\x23",
                _ => b"\x06\x05\x2b\x81\x04\x00\x0a",
            };
            ([elliptic, curve].concat(), [&[4], &*octets(&jwk["x"]), &*octets(&jwk["y"])].concat())
        }
        other => panic!("{other:?}"),
    };
    der(0x30, &[der(0x30, &algorithm), der(0x03, &[&[0], &*key].concat())].concat())
}

/// RFC 8017 App. A.1.1: `RSAPublicKey`.
fn pkcs1(jwk: &Value) -> Vec<u8> {
    let integer = |member: &str| {
        let bytes = octets(&jwk[member]);
        let sign: &[u8] = if bytes[0] < 0x80 { &[] } else { &[0] };
        der(0x02, &[sign, &bytes].concat())
    };
    der(0x30, &[integer("n"), integer("e")].concat())
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let len = u16::try_from(content.len()).unwrap().to_be_bytes();
    let len: &[u8] = match len {
        [0, short @ 0..0x80] => &[short],
        [0, one] => &[0x81, one],
        [first, second] => &[0x82, first, second],
    };
    [&[tag], len, content].concat()
}
