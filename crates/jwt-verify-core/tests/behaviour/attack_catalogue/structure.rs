//! Section 5: the text of a token and its encodings.

use jwt_verify_core::{Algorithm, BuildProblem, Error, JsonProblem, Malformed, Part, Verifier, limits};
use serde_json::json;

use crate::mint::{KEY_ID, Signer, accepted, base64url, claims, refusal, with};

#[test]
fn row_48_a_token_has_exactly_three_parts() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    let token = signer.token(&claims());
    let [header, payload, signature] = parts(&token);
    for (text, expected) in [
        (String::new(), Malformed::Empty),
        (header.into(), Malformed::Parts { found: 1 }),
        (format!("{header}.{payload}"), Malformed::Parts { found: 2 }),
        (format!("{token}.{signature}"), Malformed::Parts { found: 4 }),
        (format!("{token}."), Malformed::Parts { found: 4 }),
        (format!(".{token}"), Malformed::Parts { found: 4 }),
        (format!("{header}..{payload}.{signature}"), Malformed::Parts { found: 4 }),
        (format!("{token}.{payload}.{signature}.{signature}"), Malformed::Parts { found: 6 }),
        (format!(".{payload}.{signature}"), Malformed::EmptyPart(Part::Header)),
        (format!("{header}..{signature}"), Malformed::EmptyPart(Part::Payload)),
        (format!("{header}.{payload}."), Malformed::EmptyPart(Part::Signature)),
        ("..".into(), Malformed::EmptyPart(Part::Header)),
        (".".into(), Malformed::Parts { found: 2 }),
    ] {
        assert_eq!(refusal(&verifier, &text), expected.into(), "{text}");
    }
}

#[test]
fn row_48_a_hundred_thousand_dots_are_refused_by_their_length() {
    let verifier = Signer::new(Algorithm::EdDsa).verifier();
    for text in [".".repeat(100_000), "e30.".repeat(100_000)] {
        let too_long = Malformed::TooLong { found: text.len(), limit: limits::DEFAULT_MAX_TOKEN_LEN };
        assert_eq!(refusal(&verifier, &text), too_long.into());
    }
    let dots = ".".repeat(limits::DEFAULT_MAX_TOKEN_LEN);
    assert_eq!(refusal(&verifier, &dots), Malformed::Parts { found: dots.len() + 1 }.into());
}

#[test]
fn row_49_an_encrypted_token_is_refused_by_name() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&claims());
    let header = base64url(r#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#);
    for text in [
        format!("{header}.AAAA.AAAA.AAAA.AAAA"),
        format!("{header}..AAAA.AAAA.AAAA"),
        format!("{token}.AAAA.AAAA"),
    ] {
        assert_eq!(refusal(&signer.verifier(), &text), Malformed::Encrypted.into(), "{text}");
    }
    // Three parts, rightly signed, and a header that says otherwise.
    for enc in [json!("A256GCM"), json!(null), json!(1)] {
        let token = signer.token_with_header(&with(signer.header(), json!({"enc": enc})), &claims());
        assert_eq!(refusal(&signer.verifier(), &token), Malformed::Encrypted.into());
    }
    // And the most that anybody can do with a public key: name an algorithm for encryption.
    for alg in ["dir", "RSA-OAEP", "ECDH-ES", "PBES2-HS256+A128KW", "A128KW"] {
        let token = signer.token_with_header(&json!({"alg": alg, "kid": KEY_ID}), &claims());
        assert_eq!(refusal(&signer.verifier(), &token), Error::AlgorithmNotAllowed(None), "{alg}");
    }
}

#[test]
fn row_50_nothing_is_inflated() {
    let signer = Signer::new(Algorithm::EdDsa);
    let header = with(signer.header(), json!({"zip": "DEF"}));
    accepted(&signer.verifier(), &signer.token_with_header(&header, &claims()));
    // `{}` in DEFLATE: without the member's help it is no UTF-8 text, and with it neither.
    let deflated = signer.raw_token(header.to_string(), [0xab, 0xae, 0x05, 0x00]);
    let encoding = Malformed::Json(Part::Payload, JsonProblem::Encoding);
    assert_eq!(refusal(&signer.verifier(), &deflated), encoding.into());
}

#[test]
fn row_51_a_token_in_a_token_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    let inner = signer.token(&claims());
    let header = with(signer.header(), json!({"cty": "JWT"}));
    for (payload, problem) in [
        (inner.clone(), JsonProblem::Syntax { at: 0 }),
        (format!("\"{inner}\""), JsonProblem::NotAnObject),
        (format!("[\"{inner}\"]"), JsonProblem::NotAnObject),
    ] {
        let token = signer.raw_token(header.to_string(), payload);
        let expected = Malformed::Json(Part::Payload, problem);
        assert_eq!(refusal(&signer.verifier(), &token), expected.into());
    }
    // An object under that name is an ordinary claims set.
    accepted(&signer.verifier(), &signer.token_with_header(&header, &claims()));
}

#[test]
fn row_52_a_text_that_two_parsers_could_read_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&claims());
    let [header, payload, signature] = parts(&token);
    let forged = base64url(with(claims(), json!({"sub": "admin"})).to_string());
    let json_serialization = Malformed::JsonSerialization;
    for (text, expected) in [
        // CVE-2022-39227: one reading is this token, the other that object.
        (
            format!(
                r#"{{"{header}.{forged}.":"","protected":"{header}","payload":"{payload}","signature":"{signature}"}}"#
            ),
            json_serialization.clone(),
        ),
        (
            format!(r#"{{"payload":"{payload}","protected":"{header}","signature":"{signature}"}}"#),
            json_serialization,
        ),
        (
            format!(r#" {{"payload":"{payload}","protected":"{header}","signature":"{signature}"}}"#),
            Malformed::Character { at: 0 },
        ),
        (format!(r#"["{token}"]"#), Malformed::Character { at: 0 }),
        (format!("{header}.{{{payload}}}.{signature}"), Malformed::Character { at: header.len() + 1 }),
    ] {
        assert_eq!(refusal(&signer.verifier(), &text), expected.into(), "{text}");
    }
}

#[test]
fn row_53_text_around_a_token_is_not_trimmed() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    let token = signer.token(&claims());
    let end = Malformed::Character { at: token.len() };
    for foreign in
        [" ", "\t", "\r", "\n", "\r\n", "\0", "\u{feff}", "\u{a0}", "\"", "'", ",", ";", "\\", "é", "𐀀"]
    {
        let before = format!("{foreign}{token}");
        assert_eq!(refusal(&verifier, &before), Malformed::Character { at: 0 }.into(), "{before:?}");
        let behind = format!("{token}{foreign}");
        assert_eq!(refusal(&verifier, &behind), end.clone().into(), "{behind:?}");
    }
    for prefix in ["Bearer ", "bearer ", "BEARER  "] {
        assert_eq!(refusal(&verifier, &format!("{prefix}{token}")), Malformed::BearerPrefix.into());
    }
    for disclosures in ["~", "~WyJzYWx0IiwiYSIsMV0~", "~~"] {
        let text = format!("{token}{disclosures}");
        assert_eq!(refusal(&verifier, &text), Malformed::SelectiveDisclosure.into());
    }
    for glue in [",", ", ", " "] {
        assert_eq!(refusal(&verifier, &format!("{token}{glue}{token}")), end.clone().into());
    }
    assert_eq!(refusal(&verifier, &format!("DPoP {token}")), Malformed::Character { at: 4 }.into());
}

#[test]
fn row_54_each_part_has_one_spelling() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    // Header and payload of lengths that leave two and four bits over.
    let header = r#"{"alg":"EdDSA","kid":"k1"} "#;
    for spaces in ["", " ", "  "] {
        let token = signer.raw_token(format!("{header}{spaces}"), format!("{}{spaces}", claims()));
        accepted(&verifier, &token);
        let texts = parts(&token);
        for (index, part) in [Part::Header, Part::Payload, Part::Signature].into_iter().enumerate() {
            let with_part = |text: &str| {
                let mut texts = texts;
                texts[index] = text;
                // Signed again where it can be, so that only the spelling is wrong.
                let input = format!("{}.{}", texts[0], texts[1]);
                match part {
                    Part::Signature => format!("{input}.{}", texts[2]),
                    _ => format!("{input}.{}", base64url(signer.sign(input.as_bytes()))),
                }
            };
            let text = texts[index];
            let at = texts[..index].iter().map(|text| text.len() + 1).sum::<usize>();
            let character = |offset| Malformed::Character { at: at + offset };
            for foreign in ["=", "==", "+", "/", "?", "%3D", " ", "\n", "\r\n", "\0", "é"] {
                let longer = format!("{text}{foreign}");
                assert_eq!(
                    refusal(&verifier, &with_part(&longer)),
                    character(text.len()).into(),
                    "{longer:?}"
                );
                let (front, back) = text.split_at(4);
                let inside = format!("{front}{foreign}{back}");
                assert_eq!(refusal(&verifier, &with_part(&inside)), character(4).into(), "{inside:?}");
            }
            // A length of 1 mod 4.
            let surplus = format!("{text}{}", "A".repeat((5 - text.len() % 4) % 4));
            assert_eq!(surplus.len() % 4, 1);
            assert_eq!(refusal(&verifier, &with_part(&surplus)), Malformed::Base64(part).into(), "{surplus}");
            // Bits behind the last byte.
            if let Some(other) = other_spelling(text) {
                assert_eq!(refusal(&verifier, &with_part(&other)), Malformed::Base64(part).into(), "{other}");
            }
        }
    }
}

#[test]
fn row_55_a_detached_payload_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&claims());
    let [header, _, signature] = parts(&token);
    let detached = format!("{header}..{signature}");
    assert_eq!(refusal(&signer.verifier(), &detached), Malformed::EmptyPart(Part::Payload).into());
    // Also where the empty payload is what was signed.
    assert_eq!(
        refusal(&signer.verifier(), &signer.raw_token(signer.header().to_string(), "")),
        Malformed::EmptyPart(Part::Payload).into()
    );
}

#[test]
fn row_56_a_token_over_the_limit_is_refused_before_it_is_decoded() {
    let signer = Signer::new(Algorithm::EdDsa);
    let issuer = || signer.issuer().build().unwrap();
    let of_len = |len: usize| {
        // Four letters for three bytes: get close, then exact with the header.
        (0..len)
            .rev()
            .map(|padding| signer.token(&with(claims(), json!({"pad": "x".repeat(padding)}))))
            .find(|token| token.len() <= len)
            .unwrap()
    };
    for limit in [400, 1000, limits::DEFAULT_MAX_TOKEN_LEN / 8] {
        let token = of_len(limit);
        for (limit, fits) in [(token.len(), true), (token.len() - 1, false), (token.len() + 1, true)] {
            let verifier = Verifier::builder().issuer(issuer()).max_token_len(limit).build().unwrap();
            match fits {
                true => drop(accepted(&verifier, &token)),
                false => {
                    let error = refusal(&verifier, &token);
                    assert_eq!(error, Malformed::TooLong { found: token.len(), limit }.into());
                    // Whoever logs it logs a line.
                    assert!(format!("{error} {error:?}").len() < 200);
                }
            }
        }
    }
    // What is too long is not looked at: neither its letters nor its dots.
    let verifier = signer.verifier();
    for text in ["é".repeat(10_000), "{".repeat(20_000), " ".repeat(1 << 20)] {
        let too_long = Malformed::TooLong { found: text.len(), limit: limits::DEFAULT_MAX_TOKEN_LEN };
        assert_eq!(refusal(&verifier, &text), too_long.into());
    }
}

#[test]
fn row_56_the_limit_itself_is_bounded() {
    let issuer = || Signer::new(Algorithm::EdDsa).issuer().build().unwrap();
    for (limit, allowed) in [
        (0, false),
        (1, true),
        (limits::MAX_TOKEN_LEN, true),
        (limits::MAX_TOKEN_LEN + 1, false),
        (usize::MAX, false),
    ] {
        let built = Verifier::builder().issuer(issuer()).max_token_len(limit).build();
        match allowed {
            true => drop(built.unwrap()),
            false => assert_eq!(built.unwrap_err().problems(), [BuildProblem::TokenLimit { limit }]),
        }
    }
}

fn parts(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().unwrap()
}

/// The same bytes with the bits behind the last one set, if there are any.
fn other_spelling(text: &str) -> Option<String> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    (!text.len().is_multiple_of(4)).then(|| {
        let (front, last) = text.split_at(text.len() - 1);
        let value = ALPHABET.find(last).unwrap();
        format!("{front}{}", &ALPHABET[value + 1..value + 2])
    })
}
