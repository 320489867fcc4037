//! Section 6: JSON, in headers and claims. The rules for keys are the same, and in `keys.rs`.

use jwt_verify_core::{Algorithm, ClaimError, Error, JsonProblem, JwkError, Malformed, Part, limits};
use serde_json::{Value, json};

use super::reason_to_skip;
use crate::mint::{self, Signer, accepted, claims, refusal, with};

#[test]
fn row_57_a_member_that_is_there_twice_is_refused_at_any_depth() {
    // members, position of the second within them
    for (members, at) in [
        (r#""a":1,"a":2"#, 6),
        (r#""a":1,"a":1"#, 6),
        (r#""a":1,"b":2,"a":3"#, 12),
        // The same name in other spelling.
        (r#""a":1,"\u0061":2"#, 6),
        (r#""\u0061":1,"a":2"#, 11),
        (r#""\u00e9":1,"é":2"#, 11),
        (r#""\ud834\udd1e":1,"𝄞":2"#, 17),
        (r#""":1,"":2"#, 5),
        // Deeper: within objects and lists.
        (r#""o":{"a":1,"a":2}"#, 11),
        (r#""o":{"a":1,"\u0061":2}"#, 11),
        (r#""o":[1,[{"a":1,"b":{},"a":2}]]"#, 22),
        (r#""o":{"p":{"q":{"a":{},"a":{}}}}"#, 22),
    ] {
        for (token, verifier, part, start) in carriers(members) {
            let problem = JsonProblem::DuplicateMember { at: start + at };
            assert_eq!(refusal(&verifier, &token), Malformed::Json(part, problem).into(), "{part} {members}");
        }
        let key = Signer::new(Algorithm::EdDsa).jwk().to_string();
        let key = key.replacen('{', &format!("{{{members},"), 1);
        let expected = JwkError::Json(JsonProblem::DuplicateMember { at: 1 + at });
        assert_eq!(jwt_verify_core::Jwk::parse(&key), Err(expected), "{members}");
    }
}

#[test]
fn row_57_no_registered_member_is_there_twice() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    let header = |second: &str| format!(r#"{{"alg":"EdDSA","kid":"k1","typ":"JWT","cty":"x",{second}}}"#);
    for second in [
        r#""alg":"EdDSA""#,
        r#""alg":"none""#,
        r#""kid":"k1""#,
        r#""typ":"JWT""#,
        r#""cty":"x""#,
        r#""al\u0067":"EdDSA""#,
    ] {
        let token = signer.raw_token(header(second), claims().to_string());
        let expected = Malformed::Json(Part::Header, JsonProblem::DuplicateMember { at: 48 });
        assert_eq!(refusal(&verifier, &token), expected.into(), "{second}");
    }
    let payload = with(claims(), json!({"nbf": 0, "iat": 0, "jti": "1"})).to_string();
    for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"] {
        let value = serde_json::from_str::<Value>(&payload).unwrap()[name].clone();
        let twice = format!("{},\"{name}\":{value}}}", payload.strip_suffix('}').unwrap());
        let token = signer.raw_token(signer.header().to_string(), twice);
        let expected = Malformed::Json(Part::Payload, JsonProblem::DuplicateMember { at: payload.len() });
        assert_eq!(refusal(&verifier, &token), expected.into(), "{name}");
    }
}

#[test]
fn row_57_the_same_name_in_two_objects_is_no_duplicate() {
    for members in [r#""a":1,"o":{"a":1,"o":{"a":2}},"p":[{"a":1},{"a":2}]"#, r#""a":1,"A":1,"a ":1"#] {
        for (token, verifier, ..) in carriers(members) {
            accepted(&verifier, &token);
        }
    }
}

#[test]
fn row_57_a_duplicate_among_thousands_of_members_is_found() {
    let many: Vec<String> = (0..300).map(|count| format!(r#""m{count}":{count}"#)).collect();
    let many = many.join(",");
    for repeated in ["m0", "m15", "m16", "m17", "m299"] {
        let members = format!(r#"{many},"{repeated}":0"#);
        for (token, verifier, part, start) in carriers(&members) {
            let problem = JsonProblem::DuplicateMember { at: start + many.len() + 1 };
            assert_eq!(
                refusal(&verifier, &token),
                Malformed::Json(part, problem).into(),
                "{part} {repeated}"
            );
        }
    }
    for (token, verifier, ..) in carriers(&many) {
        accepted(&verifier, &token);
    }
}

#[test]
fn row_58_nothing_follows_the_object() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    let (header, payload) = (signer.header().to_string(), claims().to_string());
    for behind in ["x", "{}", "\0", ",", "}", "]", "null", "//", "\u{a0}", "\u{feff}", "\u{b}"] {
        let problem = |text: &str| JsonProblem::TrailingData { at: text.len() };
        let token = signer.raw_token(format!("{header}{behind}"), &payload);
        let expected = Malformed::Json(Part::Header, problem(&header));
        assert_eq!(refusal(&verifier, &token), expected.into(), "{behind:?}");
        let token = signer.raw_token(&header, format!("{payload}{behind}"));
        let expected = Malformed::Json(Part::Payload, problem(&payload));
        assert_eq!(refusal(&verifier, &token), expected.into(), "{behind:?}");
    }
    // RFC 8259 §2: these four may be around any value.
    let spaced = |text: &str| format!(" \t\r\n{text} \t\r\n");
    accepted(&verifier, &signer.raw_token(spaced(&header), spaced(&payload)));
}

#[test]
fn row_59_json_has_no_extensions() {
    // member, position of what is wrong in it
    for (member, at) in [
        ("\"a\":1/* */", 5),
        ("/* */\"a\":1", 0),
        ("\"a\":1//\n", 5),
        ("#\n\"a\":1", 0),
        ("'a':1", 0),
        ("\"a\":'1'", 4),
        ("a:1", 0),
        ("\"a\":NaN", 4),
        ("\"a\":Infinity", 4),
        ("\"a\":-Infinity", 5),
        ("\"a\":01", 5),
        ("\"a\":-01", 6),
        ("\"a\":00", 5),
        ("\"a\":0x1F", 5),
        ("\"a\":+1", 4),
        ("\"a\":.5", 4),
        ("\"a\":5.", 6),
        ("\"a\":5.e1", 6),
        ("\"a\":1e", 6),
        ("\"a\":1e+", 7),
        ("\"a\":1_000", 5),
        ("\"a\":1n", 5),
        ("\"a\":True", 4),
        ("\"a\":nul", 4),
        ("\"a\":undefined", 4),
        ("\"a\":", 4),
        ("\"a\" 1", 4),
        ("\"a\":1 \"b\":2", 6),
        ("\"a\":[1,]", 7),
        ("\"a\":[,1]", 5),
        ("\"a\":{\"b\":1,}", 11),
        ("\"a\":\"\\x41\"", 6),
        ("\"a\":\"\\a\"", 6),
        ("\"a\":\"\\u00\"", 7),
        ("\"a\":\"\\u+041\"", 7),
        // Raw control characters.
        ("\"a\":\"\n\"", 5),
        ("\"a\":\"\t\"", 5),
        ("\"a\":\"\0\"", 5),
        ("\"a\":\"\u{1f}\"", 5),
        ("\"a\n\":1", 2),
        // White space that is none.
        ("\"a\":\u{a0}1", 4),
        ("\"a\":\u{2028}1", 4),
        ("\u{c}\"a\":1", 0),
    ] {
        // Something follows, so that the position is that of the member's own fault.
        for (token, verifier, part, start) in carriers(&format!("{member},\"z\":0")) {
            let problem = JsonProblem::Syntax { at: start + at };
            assert_eq!(
                refusal(&verifier, &token),
                Malformed::Json(part, problem).into(),
                "{part} {member:?}"
            );
        }
    }
}

#[test]
fn row_59_a_text_that_ends_early_is_refused_wherever_it_ends() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    let payload = r#"{"iss":"https://id.example","aud":["https://api.example"],"exp":1790000300.5e0,"o":{"a":[true,null]}}"#;
    let header = signer.header().to_string();
    accepted(&verifier, &signer.raw_token(&header, payload));
    for end in 1..payload.len() {
        let token = signer.raw_token(&header, &payload[..end]);
        let error = refusal(&verifier, &token);
        let syntax = matches!(
            error,
            Error::Malformed(Malformed::Json(Part::Payload, JsonProblem::Syntax { at })) if at <= end
        );
        assert!(syntax, "{end}: {error:?}");
    }
    for end in 1..header.len() {
        let error = refusal(&verifier, &signer.raw_token(&header[..end], payload));
        let syntax = matches!(
            error,
            Error::Malformed(Malformed::Json(Part::Header, JsonProblem::Syntax { at })) if at <= end
        );
        assert!(syntax, "{end}: {error:?}");
    }
}

#[test]
fn row_60_a_text_is_strict_utf_8_without_a_mark() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    let (header, payload) = (signer.header().to_string(), claims().to_string());
    let utf_16 =
        |text: &str, bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<_>>();
    let utf_32 = |text: &str| text.chars().flat_map(|char| u32::from(char).to_be_bytes()).collect::<Vec<_>>();
    let mark = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let inside = |text: &str, octets: &[u8]| {
        let object = text.strip_suffix('}').unwrap();
        [object.as_bytes(), b",\"x\":\"", octets, b"\"}"].concat()
    };
    let encode = |text: &str| {
        vec![
            ("big-endian UTF-16 with a mark", utf_16(&format!("\u{feff}{text}"), u16::to_be_bytes)),
            ("little-endian UTF-16 with a mark", utf_16(&format!("\u{feff}{text}"), u16::to_le_bytes)),
            ("a mark", mark(text)),
            ("Latin-1", inside(text, b"\xe9")),
            ("a continuation alone", inside(text, b"\x80")),
            ("a lead alone", inside(text, b"\xc3")),
            ("overlong slash", inside(text, b"\xc0\xaf")),
            ("overlong NUL", inside(text, b"\xc0\x80")),
            ("overlong in three", inside(text, b"\xe0\x80\xaf")),
            ("a surrogate", inside(text, b"\xed\xa0\x80")),
            ("a pair of surrogates", inside(text, b"\xed\xa0\xb4\xed\xb4\x9e")),
            ("beyond U+10FFFF", inside(text, b"\xf4\x90\x80\x80")),
            ("five octets", inside(text, b"\xf8\x88\x80\x80\x80")),
            ("FE and FF", inside(text, b"\xfe\xff")),
        ]
    };
    for (what, bytes) in encode(&header) {
        let expected = Malformed::Json(Part::Header, JsonProblem::Encoding);
        assert_eq!(refusal(&verifier, &signer.raw_token(bytes, &payload)), expected.into(), "{what}");
    }
    for (what, bytes) in encode(&payload) {
        let expected = Malformed::Json(Part::Payload, JsonProblem::Encoding);
        assert_eq!(refusal(&verifier, &signer.raw_token(&header, bytes)), expected.into(), "{what}");
    }
    // Without a mark UTF-16 and UTF-32 of such a text are valid UTF-8 full of NUL, which is no JSON.
    for (bytes, at) in [
        (utf_16(&payload, u16::to_be_bytes), 0),
        (utf_16(&payload, u16::to_le_bytes), 1),
        (utf_32(&payload), 0),
    ] {
        let expected = Malformed::Json(Part::Payload, JsonProblem::Syntax { at });
        assert_eq!(refusal(&verifier, &signer.raw_token(&header, bytes)), expected.into(), "{at}");
    }
}

#[test]
fn row_61_nesting_is_bounded_at_a_fixed_depth() {
    // The object that the member is in is the first level.
    let lists = |depth: usize| format!(r#""a":{}{}"#, "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!(r#""a":{}1{}"#, r#"{"a":"#.repeat(depth), "}".repeat(depth));
    assert_eq!(limits::MAX_JSON_DEPTH, 128);
    for nested in [lists, objects] {
        for (token, verifier, ..) in carriers(&nested(127)) {
            accepted(&verifier, &token);
        }
        for depth in [128, 129, 500] {
            for (token, verifier, part, _) in carriers(&nested(depth)) {
                let expected = Malformed::Json(part, JsonProblem::TooDeep);
                assert_eq!(refusal(&verifier, &token), expected.into(), "{part} {depth}");
            }
        }
    }
    // As deep as a token can be made.
    let signer = Signer::new(Algorithm::EdDsa);
    let issuer = signer.issuer().build().unwrap();
    let verifier = jwt_verify_core::Verifier::builder()
        .issuer(issuer)
        .max_token_len(limits::MAX_TOKEN_LEN)
        .build()
        .unwrap();
    for open in ["[", "{\"\":"] {
        let deep = format!(r#"{{"a":{}"#, open.repeat(150_000 / open.len()));
        let token = signer.raw_token(signer.header().to_string(), &deep);
        let expected = Malformed::Json(Part::Payload, JsonProblem::TooDeep);
        assert_eq!(refusal(&verifier, &token), expected.into());
        let token = signer.raw_token(deep, claims().to_string());
        let expected = Malformed::Json(Part::Header, JsonProblem::TooDeep);
        assert_eq!(refusal(&verifier, &token), expected.into());
    }
    let key = with(signer.jwk(), json!({"x5c": serde_json::from_str::<Value>(&"[".repeat(100)).ok()}));
    assert_eq!(mint::jwk_set([key]).keys().len(), 1);
}

#[test]
fn row_62_header_and_claims_are_objects() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    let (header, payload) = (signer.header().to_string(), claims().to_string());
    for text in ["[]", "null", "true", "7", "\"{}\"", "[{}]", &format!("[{payload}]"), &format!("[{header}]")]
    {
        let token = signer.raw_token(text, &payload);
        let expected = Malformed::Json(Part::Header, JsonProblem::NotAnObject);
        assert_eq!(refusal(&verifier, &token), expected.into(), "{text}");
        let token = signer.raw_token(&header, text);
        let expected = Malformed::Json(Part::Payload, JsonProblem::NotAnObject);
        assert_eq!(refusal(&verifier, &token), expected.into(), "{text}");
    }
    for blank in [" ", "\n"] {
        let token = signer.raw_token(blank, &payload);
        let expected = Malformed::Json(Part::Header, JsonProblem::Syntax { at: 1 });
        assert_eq!(refusal(&verifier, &token), expected.into());
        let token = signer.raw_token(&header, blank);
        let expected = Malformed::Json(Part::Payload, JsonProblem::Syntax { at: 1 });
        assert_eq!(refusal(&verifier, &token), expected.into());
    }
}

#[test]
fn row_63_numbers_that_a_double_can_hold_are_numbers() {
    let signer = Signer::new(Algorithm::EdDsa);
    for (number, value) in [
        ("-0", json!(-0.0)),
        ("18446744073709551615", json!(u64::MAX)),
        ("18446744073709551616", json!(18_446_744_073_709_551_616.0)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("123456789012345678901234567890", json!(123_456_789_012_345_678_901_234_567_890.0)),
        ("1e308", json!(1e308)),
        ("-1E+308", json!(-1e308)),
        ("1e-400", json!(0.0)),
        ("0.1", json!(0.1)),
        ("1e2", json!(100.0)),
    ] {
        let payload = format!("{},\"n\":{number}}}", claims().to_string().strip_suffix('}').unwrap());
        let token = signer.raw_token(signer.header().to_string(), payload);
        let verified = accepted(&signer.verifier(), &token);
        assert_eq!(verified.claims().get("n"), Some(&value), "{number}");
    }
}

#[test]
fn row_63_a_number_beyond_a_double_is_refused_wherever_it_is() {
    for number in ["1e400", "-1e400", "1e309", "1.8e308", "1E+999999999999", &format!("1{}", "0".repeat(400))]
    {
        for (member, at) in [(format!("\"n\":{number}"), 4), (format!("\"n\":[{{\"m\":{number}}}]"), 10)] {
            for (token, verifier, part, start) in carriers(&member) {
                let problem = JsonProblem::NumberOutOfRange { at: start + at };
                assert_eq!(refusal(&verifier, &token), Malformed::Json(part, problem).into(), "{member}");
            }
        }
    }
}

#[test]
fn row_63_a_date_is_any_finite_number_and_never_wraps_around() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    let verdict = |name: &str, number: &str| {
        let mut members = claims();
        members.as_object_mut().unwrap().remove(name);
        let payload = format!("{},\"{name}\":{number}}}", members.to_string().strip_suffix('}').unwrap());
        let token = signer.raw_token(signer.header().to_string(), payload);
        verifier
            .verify_held_at::<jwt_verify_core::Claims>(&token, mint::NOW)
            .map(drop)
            .map_err(|error| error.code())
    };
    // number, as exp, as nbf (leeway 60 s)
    for (number, exp, nbf) in [
        ("1790000300", Ok(()), Err("not_yet_valid")),
        ("1790000300.0", Ok(()), Err("not_yet_valid")),
        ("1.7900003e9", Ok(()), Err("not_yet_valid")),
        ("17900003E+2", Ok(()), Err("not_yet_valid")),
        ("179000030000000000e-8", Ok(()), Err("not_yet_valid")),
        ("0", Err("expired"), Ok(())),
        ("-0", Err("expired"), Ok(())),
        ("-1", Err("expired"), Ok(())),
        ("1e-308", Err("expired"), Ok(())),
        ("9223372036854775807", Ok(()), Err("not_yet_valid")),
        ("9223372036854775808", Ok(()), Err("not_yet_valid")),
        ("18446744073709551615", Ok(()), Err("not_yet_valid")),
        // 2⁶⁴ + 300: what is left of it when it wraps around is long past.
        ("18446744073709551916", Ok(()), Err("not_yet_valid")),
        ("1e300", Ok(()), Err("not_yet_valid")),
        ("-9223372036854775808", Err("expired"), Ok(())),
        ("-9223372036854775809", Err("expired"), Ok(())),
        ("-18446744071919551316", Err("expired"), Ok(())),
        ("-1e300", Err("expired"), Ok(())),
        ("1e400", Err("malformed"), Err("malformed")),
    ] {
        assert_eq!((verdict("exp", number), verdict("nbf", number)), (exp, nbf), "{number}");
    }
}

#[test]
fn row_64_text_is_kept_as_it_is() {
    let signer = Signer::new(Algorithm::EdDsa);
    for text in [
        "a\0b",
        "é",
        "e\u{301}",
        "\u{202e}evil",
        "\u{feff}",
        "𝄞",
        "\u{10ffff}",
        "\u{7f}",
        "İ",
        "ß",
        "\\",
        "\"",
    ] {
        let token = signer.token(&with(claims(), json!({"sub": text, "x": [text]})));
        let verified = accepted(&signer.verifier(), &token);
        assert_eq!(verified.subject(), Some(text));
        assert_eq!(verified.claims().get("x"), Some(&json!([text])));
    }
    let escaped = r#"{"iss":"https:\/\/id.example","aud":"https://api.ex\u0061mple","sub":"\u0000\ud834\uDD1E\b\f\n\r\t\"\\","exp":1790000300}"#;
    let token = signer.raw_token(signer.header().to_string(), escaped);
    assert_eq!(accepted(&signer.verifier(), &token).subject(), Some("\0\u{1d11e}\u{8}\u{c}\n\r\t\"\\"));
}

#[test]
fn row_64_half_a_character_is_refused() {
    for half in
        [r"\ud834", r"\udd1e", r"\udd1e\ud834", r"\ud834\ud834", r"\ud834x", r"\ud834\n", r"\uD834\u0041"]
    {
        for member in
            [format!("\"a\":\"{half}\""), format!("\"{half}\":1"), format!("\"a\":[{{\"b\":\"{half}\"}}]")]
        {
            for (token, verifier, part, start) in carriers(&member) {
                let error = refusal(&verifier, &token);
                let syntax = matches!(
                    error,
                    Error::Malformed(Malformed::Json(found, JsonProblem::Syntax { at })) if found == part && at > start
                );
                assert!(syntax, "{part} {member}: {error:?}");
            }
        }
    }
}

#[test]
fn row_64_names_are_not_normalised() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    // Not `iss`: a full-width letter, a long s, another case.
    for name in ["\u{ff49}ss", "i\u{17f}s", "ISS", "iss ", "Iss"] {
        let mut members = claims();
        let issuer = members.as_object_mut().unwrap().remove("iss").unwrap();
        let token = signer.token(&with(members, json!({name: issuer})));
        let missing = ClaimError::Missing { claim: "iss".into() };
        assert_eq!(refusal(&verifier, &token), Error::Claim(missing), "{name:?}");
    }
}

#[test]
fn names_that_serde_json_gives_a_meaning_are_refused() {
    for name in ["$serde_json::private::Number", "$serde_json::private::RawValue", "$serde_json::private::"] {
        for (member, at) in [(format!("\"{name}\":\"1\""), 0), (format!("\"exp2\":{{\"{name}\":\"1\"}}"), 8)]
        {
            for (token, verifier, part, start) in carriers(&member) {
                let problem = JsonProblem::ReservedName { at: start + at };
                assert_eq!(refusal(&verifier, &token), Malformed::Json(part, problem).into(), "{member}");
            }
        }
    }
    let key = with(Signer::new(Algorithm::EdDsa).jwk(), json!({"$serde_json::private::RawValue": "{}"}));
    assert!(matches!(reason_to_skip(&key), JwkError::Json(JsonProblem::ReservedName { .. })));
}

/// These members in the header of one token and in the claims of another, each rightly signed: the token, its verifier, the
/// part, and where in it the members begin.
fn carriers(members: &str) -> [(String, jwt_verify_core::Verifier, Part, usize); 2] {
    let signer = Signer::new(Algorithm::EdDsa);
    let (header, payload) = (signer.header().to_string(), claims().to_string());
    let add = |text: &str| format!("{},{members}}}", text.strip_suffix('}').unwrap());
    [
        (signer.raw_token(add(&header), &payload), signer.verifier(), Part::Header, header.len()),
        (signer.raw_token(&header, add(&payload)), signer.verifier(), Part::Payload, payload.len()),
    ]
}
