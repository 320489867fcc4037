//! What is read in claims, headers and key sets, whatever features serde_json was built with.

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use jwt_verify_core::{
    Algorithm, Claims, Error, HmacSecret, JsonProblem, JwkError, JwkSet, Malformed, Part, TrustedIssuer,
    UnixTime, Verifier,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Number, Value};
use sha2::Sha256;

#[test]
fn a_claim_has_the_same_value() {
    let deepest = format!("{}{}", "[".repeat(127), "]".repeat(127));
    // text in the token, text of the value
    for (text, expected) in [
        ("0", "0"),
        ("-0", "-0.0"),
        ("1.0", "1.0"),
        ("0.1", "0.1"),
        ("1e2", "100.0"),
        ("1E-2", "0.01"),
        ("1e300", "1e+300"),
        ("5e-324", "5e-324"),
        ("1e-400", "0.0"),
        // Integers of 64 bits are exact; beyond, the nearest double.
        ("18446744073709551615", "18446744073709551615"),
        ("18446744073709551616", "1.8446744073709552e+19"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("-9223372036854775809", "-9.223372036854776e+18"),
        ("123456789012345678901234567890", "1.2345678901234568e+29"),
        // Nothing special about strings that say what the reserved names say.
        (r#""$serde_json::private::Number""#, r#""$serde_json::private::Number""#),
        (r#""\u0000\ud83d\ude00""#, r#""\u0000😀""#),
        (" [ true , null , { } ] ", "[true,null,{}]"),
        (&deepest, &deepest),
    ] {
        let claims = verify_as::<Claims>(&payload(text)).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(claims.get("v").unwrap().to_string(), expected, "{text}");
        // As plain JSON, as `Claims` and asked for again.
        assert_eq!(
            verify_as::<Value>(&payload(text)).unwrap(),
            serde_json::to_value(&claims).unwrap(),
            "{text}"
        );
    }
}

#[test]
fn typed_claims_have_the_same_values() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Typed {
        unsigned: u64,
        signed: i64,
        wide: i128,
        double: f64,
        number: Number,
        rest: Value,
    }

    let typed = verify_as::<Typed>(
        r#"{"unsigned":18446744073709551615,"signed":-9223372036854775808,
            "wide":-170141183460469231731687303715884105728,"double":0.1,"number":7,"rest":{"a":[1.5]}}"#,
    );
    assert_eq!(
        typed,
        Ok(Typed {
            unsigned: u64::MAX,
            signed: i64::MIN,
            wide: i128::MIN,
            double: 0.1,
            number: Number::from(7),
            rest: serde_json::json!({"a": [1.5]}),
        })
    );
}

#[test]
fn claims_that_readers_disagree_about_are_refused() {
    let too_deep = format!("{}{}", "[".repeat(128), "]".repeat(128));
    // text in the token, refusal
    for (text, expected) in [
        // `arbitrary_precision` would keep it.
        ("1e400", JsonProblem::NumberOutOfRange { at: 5 }),
        ("-1e400", JsonProblem::NumberOutOfRange { at: 5 }),
        ("[1e400]", JsonProblem::NumberOutOfRange { at: 6 }),
        // `arbitrary_precision` and `raw_value` would make it the number 1 and the text 1.
        (r#"{"$serde_json::private::Number":"1"}"#, JsonProblem::ReservedName { at: 6 }),
        (r#"{"$serde_json::private::RawValue":"1"}"#, JsonProblem::ReservedName { at: 6 }),
        (r#"{"\u0024serde_json::private::Number":"1"}"#, JsonProblem::ReservedName { at: 6 }),
        (r#"[{"a":1,"$serde_json::private::Number":"1"}]"#, JsonProblem::ReservedName { at: 13 }),
        // The last would win.
        (r#"{"a":1,"a":2}"#, JsonProblem::DuplicateMember { at: 12 }),
        (r#"{"a":1,"\u0061":2}"#, JsonProblem::DuplicateMember { at: 12 }),
        ("1,\"v\":1", JsonProblem::DuplicateMember { at: 7 }),
        // `unbounded_depth` would go on.
        (&too_deep, JsonProblem::TooDeep),
    ] {
        let expected = Error::Malformed(Malformed::Json(Part::Payload, expected));
        assert_eq!(verify_as::<Value>(&payload(text)), Err(expected.clone()), "{text}");
        assert_eq!(verify_as::<Claims>(&payload(text)), Err(expected), "{text}");
    }
}

#[test]
fn headers_that_readers_disagree_about_are_refused() {
    // header, refusal
    for (header, expected) in [
        (r#"{"alg":"HS256","x":1e400}"#, JsonProblem::NumberOutOfRange { at: 19 }),
        (r#"{"alg":"HS256","$serde_json::private::Number":"1"}"#, JsonProblem::ReservedName { at: 15 }),
        (
            r#"{"alg":"HS256","x":{"$serde_json::private::RawValue":"1"}}"#,
            JsonProblem::ReservedName { at: 20 },
        ),
        (r#"{"alg":"HS256","alg":"HS256"}"#, JsonProblem::DuplicateMember { at: 15 }),
        (r#"{"alg":"HS256","\u0061lg":"HS256"}"#, JsonProblem::DuplicateMember { at: 15 }),
    ] {
        let token = sign(header, "{}");
        let verdict = verifier().verify_held_at::<Value>(&token, UnixTime::from_secs(0));
        assert_eq!(
            verdict.unwrap_err(),
            Error::Malformed(Malformed::Json(Part::Header, expected)),
            "{header}"
        );
    }
}

#[test]
fn a_header_parameter_that_is_an_object_does_not_become_a_number_or_a_text() {
    let token = sign(r#"{"alg":"HS256","x":{"Number":"1"},"kid":"k","typ":"JWT"}"#, "{}");
    let verified = verifier().verify_held_at::<Value>(&token, UnixTime::from_secs(0)).unwrap();
    assert_eq!((verified.header().key_id(), verified.header().token_type()), (Some("k"), Some("JWT")));
}

#[test]
fn entries_of_a_key_set_that_readers_disagree_about_are_skipped() {
    let entry = |member: &str| {
        format!(
            r#"{{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"{member}}}"#
        )
    };
    // Where a member begins that stands after all others, and where its value does.
    let name_at = entry("").len();
    // member, reason
    for (member, expected) in [
        (r#","$serde_json::private::Number":"1""#, JsonProblem::ReservedName { at: name_at }),
        (r#","$serde_json::private::RawValue":"1""#, JsonProblem::ReservedName { at: name_at }),
        (r#","kty":"OKP""#, JsonProblem::DuplicateMember { at: name_at }),
        (r#","v":1e400"#, JsonProblem::NumberOutOfRange { at: name_at + 4 }),
    ] {
        let document = format!(r#"{{"keys":[{},{}]}}"#, entry(member), entry(r#","kid":"good""#));
        let set = JwkSet::parse(&document).unwrap_or_else(|error| panic!("{member}: {error}"));
        let good: Vec<_> = set.keys().iter().map(|key| key.key_id()).collect();
        assert_eq!(good, [Some("good")], "{member}");
        let skipped: Vec<_> = set.skipped().iter().map(|key| (key.index(), key.reason().clone())).collect();
        assert_eq!(skipped, [(0, JwkError::Json(expected))], "{member}");
    }
}

/// The claims of a genuine token with this payload.
pub(crate) fn verify_as<C: DeserializeOwned>(payload: &str) -> Result<C, Error> {
    let token = sign(r#"{"alg":"HS256"}"#, payload);
    let verified = verifier().verify_held_at::<Value>(&token, UnixTime::from_secs(0))?;
    verified.read_claims()
}

fn payload(value: &str) -> String {
    format!(r#"{{"v":{value}}}"#)
}

fn verifier() -> Verifier {
    let issuer = TrustedIssuer::danger_any_issuer()
        .danger_any_audience()
        .danger_no_expiration()
        .algorithms([Algorithm::Hs256])
        .hmac_secret(HmacSecret::new(Algorithm::Hs256, SECRET).unwrap())
        .build();
    Verifier::new(issuer.unwrap())
}

fn sign(header: &str, payload: &str) -> String {
    let encode = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
    let signing_input = format!("{}.{}", encode(header), encode(payload));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).unwrap();
    mac.update(signing_input.as_bytes());
    format!("{signing_input}.{}", Base64UrlUnpadded::encode_string(&mac.finalize().into_bytes()))
}

const SECRET: &[u8; 32] = b"a secret that everybody may know";
