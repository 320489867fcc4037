use alloc::{collections::BTreeMap, format, string::String, vec, vec::Vec};

use proptest::prelude::*;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use super::*;
use crate::limits;

/// Everything that derive makes of types.
#[derive(Debug, PartialEq, serde::Deserialize)]
struct Claims<'a> {
    #[serde(borrow)]
    issuer: &'a str,
    #[serde(borrow)]
    subject: Cow<'a, str>,
    name: String,
    nested: Nested,
    nothing: Option<u8>,
    something: Option<u8>,
    #[serde(default)]
    absent: Option<u8>,
    unit: (),
    marker: Marker,
    pair: (u8, String),
    list: Vec<i16>,
    letter: char,
    wrapped: Wrapper,
    numbers: Numbers,
    variants: Vec<Variant>,
    by_number: BTreeMap<u16, bool>,
    by_variant: BTreeMap<Level, u8>,
    by_bool: BTreeMap<bool, u8>,
    by_wide: BTreeMap<i128, u8>,
    untagged: Vec<Either>,
    tagged: Vec<Tagged>,
    #[serde(flatten)]
    flat: Flat,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Nested {
    deeper: BTreeMap<String, Option<bool>>,
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Marker;

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Wrapper(Vec<Wrapped>);

#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(transparent)]
struct Wrapped {
    text: String,
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Numbers {
    byte: u8,
    signed: i64,
    large: u64,
    wide: i128,
    widest: u128,
    single: f32,
    double: f64,
    whole: f64,
}

#[derive(Debug, PartialEq, serde::Deserialize)]
enum Variant {
    Unit,
    One(u8),
    Two(u8, String),
    Named { name: String, level: Level },
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Low,
    High,
}

#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(untagged)]
enum Either {
    Number(i64),
    Text(String),
    Object { id: u8 },
}

#[derive(Debug, PartialEq, serde::Deserialize)]
#[serde(tag = "type")]
enum Tagged {
    A { value: f64 },
    B,
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Flat {
    inside: u8,
    level: Level,
}

const CLAIMS: &str = r#" {
    "issuer": "https://id.example", "subject": "\u00e9", "name": "a\nb",
    "nested": {"deeper": {"x": null, "y": true}, "ignored": [{"z": 1}]},
    "nothing": null, "something": 7, "unit": null, "marker": null, "pair": [1, "one"], "list": [-1, 0, 1],
    "letter": "\u00e9", "wrapped": ["a", "b"],
    "numbers": {"byte": 255, "signed": -9223372036854775808, "large": 18446744073709551615,
        "wide": -170141183460469231731687303715884105728, "widest": 340282366920938463463374607431768211455,
        "single": 0.5, "double": 1e3, "whole": 3},
    "variants": ["Unit", {"Unit": null}, {"One": 1}, {"Two": [2, "two"]}, {"Named": {"name": "n", "level": "low"}}],
    "by_number": {"1": true, "65535": false}, "by_variant": {"high": 1, "l\u006fw": 2}, "by_bool": {"true": 1},
    "by_wide": {"-170141183460469231731687303715884105728": 1},
    "untagged": [-5, "five", {"id": 5}], "tagged": [{"value": 1, "type": "A"}, {"type": "B"}],
    "inside": 9, "level": "high", "rest": {"of": ["it", 1, -1, 1.5, null, true]}
} "#;

#[test]
fn derived_types_are_read() {
    let claims: Claims<'_> = from_slice(CLAIMS.as_bytes()).unwrap();
    assert_eq!(
        claims,
        Claims {
            issuer: "https://id.example",
            subject: Cow::Borrowed("é"),
            name: "a\nb".into(),
            nested: Nested { deeper: [("x".into(), None), ("y".into(), Some(true))].into() },
            nothing: None,
            something: Some(7),
            absent: None,
            unit: (),
            marker: Marker,
            pair: (1, "one".into()),
            list: vec![-1, 0, 1],
            letter: 'é',
            wrapped: Wrapper(vec![Wrapped { text: "a".into() }, Wrapped { text: "b".into() }]),
            numbers: Numbers {
                byte: 255,
                signed: i64::MIN,
                large: u64::MAX,
                wide: i128::MIN,
                widest: u128::MAX,
                single: 0.5,
                double: 1000.0,
                whole: 3.0
            },
            variants: vec![
                Variant::Unit,
                Variant::Unit,
                Variant::One(1),
                Variant::Two(2, "two".into()),
                Variant::Named { name: "n".into(), level: Level::Low },
            ],
            by_number: [(1, true), (65535, false)].into(),
            by_variant: [(Level::High, 1), (Level::Low, 2)].into(),
            by_bool: [(true, 1)].into(),
            by_wide: [(i128::MIN, 1)].into(),
            untagged: vec![Either::Number(-5), Either::Text("five".into()), Either::Object { id: 5 }],
            tagged: vec![Tagged::A { value: 1.0 }, Tagged::B],
            flat: Flat { inside: 9, level: Level::High },
            others: [("rest".into(), serde_json::json!({"of": ["it", 1, -1, 1.5, null, true]}))].into(),
        }
    );
}

#[test]
fn derived_types_are_read_as_serde_json_reads_them() {
    assert_eq!(from_slice::<Claims<'_>>(CLAIMS.as_bytes()).unwrap(), serde_json::from_str(CLAIMS).unwrap());
}

#[test]
fn every_part_of_a_text_but_the_whole_is_refused_for_types_too() {
    let text = CLAIMS.trim();
    for end in 0..text.len() {
        let part = text.get(..end).unwrap();
        let error = from_slice::<Claims<'_>>(part.as_bytes()).unwrap_err();
        assert_eq!(error, from_slice::<IgnoredAny>(part.as_bytes()).unwrap_err(), "{end}");
        assert!(matches!(error, ReadError::Json(JsonProblem::Syntax { .. })), "{end}");
    }
}

#[test]
fn numbers_are_integers_where_they_are_written_as_such_and_fit() {
    #[derive(Debug, PartialEq)]
    enum Seen {
        U64(u64),
        I64(i64),
        // The bits tell -0 from 0.
        F64(u64),
    }
    impl<'de> Deserialize<'de> for Seen {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Numbers;
            impl Visitor<'_> for Numbers {
                type Value = Seen;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("a number")
                }
                fn visit_u64<E>(self, number: u64) -> Result<Seen, E> {
                    Ok(Seen::U64(number))
                }
                fn visit_i64<E>(self, number: i64) -> Result<Seen, E> {
                    Ok(Seen::I64(number))
                }
                fn visit_f64<E>(self, number: f64) -> Result<Seen, E> {
                    Ok(Seen::F64(number.to_bits()))
                }
            }
            deserializer.deserialize_any(Numbers)
        }
    }
    let double = |number: f64| Seen::F64(number.to_bits());
    for (text, expected) in [
        ("0", Seen::U64(0)),
        ("-0", double(-0.0)),
        ("-1", Seen::I64(-1)),
        ("18446744073709551615", Seen::U64(u64::MAX)),
        ("18446744073709551616", double(18_446_744_073_709_551_616.0)),
        ("-9223372036854775808", Seen::I64(i64::MIN)),
        ("-9223372036854775809", double(-9_223_372_036_854_775_809.0)),
        ("1.0", double(1.0)),
        ("1e0", double(1.0)),
        ("-0.0", double(-0.0)),
        ("-0e5", double(-0.0)),
        ("0.1", double(0.1)),
        ("1.7976931348623157e308", double(f64::MAX)),
        ("5e-324", double(5e-324)),
        ("1e-400", double(0.0)),
    ] {
        assert_eq!(from_slice(text.as_bytes()), Ok(expected), "{text}");
        let theirs: Seen = serde_json::from_str(text).unwrap();
        assert_eq!(from_slice(text.as_bytes()), Ok(theirs), "{text}");
    }
}

#[test]
fn values_that_do_not_fit_the_type_are_a_matter_of_shape() {
    fn shape<T: DeserializeOwned + fmt::Debug>(text: &str) -> String {
        match from_slice::<T>(text.as_bytes()) {
            Err(ReadError::Shape(message)) => message.into_string(),
            other => panic!("{text}: {other:?}"),
        }
    }
    for (message, expected) in [
        (shape::<u8>("256"), "invalid value: integer, expected u8"),
        (shape::<u8>("-1"), "invalid value: integer, expected u8"),
        (shape::<u8>("1.0"), "invalid type: number with a fraction or an exponent, expected u8"),
        (shape::<u8>("\"1\""), "invalid type: string, expected u8"),
        (shape::<u64>("null"), "invalid type: null, expected u64"),
        (shape::<i128>("\"1\""), "invalid type: string, expected i128"),
        (shape::<u128>("-1"), "invalid value: integer, expected u128"),
        (shape::<bool>("1"), "invalid type: integer, expected a boolean"),
        (shape::<bool>("[]"), "invalid type: array, expected a boolean"),
        (shape::<String>("1"), "invalid type: integer, expected a string"),
        (shape::<String>("{}"), "invalid type: object, expected a string"),
        (shape::<char>("\"ab\""), "invalid value: string, expected a character"),
        (shape::<()>("0"), "invalid type: integer, expected unit"),
        (shape::<Vec<u8>>("{}"), "invalid type: object, expected a sequence"),
        (shape::<BTreeMap<u8, u8>>("[]"), "invalid type: array, expected a map"),
        // An array or object must be used up.
        (shape::<(u8, u8)>("[1]"), "invalid length 1, expected a tuple of size 2"),
        (shape::<(u8, u8)>("[1,2,3]"), "an array with more elements than were expected"),
        (shape::<[u8; 0]>("[1]"), "an array with more elements than were expected"),
        // A struct is an object.
        (shape::<Flat>("[9,\"high\"]"), "invalid type: array, expected struct Flat"),
        (shape::<Flat>("{\"inside\":9}"), "missing field `level`"),
        (
            shape::<Variant>("{\"Named\":[\"n\",\"low\"]}"),
            "invalid type: array, expected struct variant Variant::Named",
        ),
        // Variants.
        (shape::<Level>("\"Low\""), "unknown variant, expected one of [\"low\", \"high\"]"),
        (shape::<Level>("1"), "invalid type: integer, expected enum Level"),
        (shape::<Level>("{\"low\":1}"), "invalid type: integer, expected unit"),
        (shape::<Variant>("{}"), "an enum is an object with exactly one member, or a string"),
        (
            shape::<Variant>("{\"One\":1,\"Two\":2}"),
            "an enum is an object with exactly one member, or a string",
        ),
        (shape::<Variant>("\"One\""), "invalid type: unit variant, expected newtype variant"),
        // Names.
        (shape::<BTreeMap<u8, u8>>("{\"a\":1}"), "invalid type: string, expected u8"),
        (shape::<BTreeMap<u8, u8>>("{\"01\":1}"), "invalid type: string, expected u8"),
        (shape::<BTreeMap<u8, u8>>("{\" 1\":1}"), "invalid type: string, expected u8"),
        (shape::<BTreeMap<u8, u8>>("{\"1 \":1}"), "invalid type: string, expected u8"),
        (shape::<BTreeMap<u8, u8>>("{\"256\":1}"), "invalid value: integer, expected u8"),
        (shape::<BTreeMap<bool, u8>>("{\"yes\":1}"), "invalid type: string, expected a boolean"),
    ] {
        assert_eq!(message, expected);
    }
    // A borrowed text cannot have escapes.
    assert!(matches!(from_slice::<&str>(b"\"\\n\""), Err(ReadError::Shape(_))));
}

#[test]
fn the_verdict_on_a_text_does_not_depend_on_the_type() {
    let deep = format!("{{\"ignored\":{}}}", "[".repeat(limits::MAX_JSON_DEPTH));
    for (text, problem) in [
        // In a member that the type ignores, and behind one that already does not fit.
        ("{\"inside\":9,\"level\":\"low\",\"x\":{\"a\":1,\"a\":2}}", JsonProblem::DuplicateMember { at: 37 }),
        ("{\"inside\":9,\"level\":\"low\",\"x\":1,\"x\":1}", JsonProblem::DuplicateMember { at: 32 }),
        ("{\"inside\":9,\"level\":\"low\",\"level\":\"low\"}", JsonProblem::DuplicateMember { at: 26 }),
        ("{\"inside\":null,\"x\":[01]}", JsonProblem::Syntax { at: 21 }),
        ("{\"inside\":9,\"level\":\"low\"} {}", JsonProblem::TrailingData { at: 27 }),
        ("{\"inside\":1e999}", JsonProblem::NumberOutOfRange { at: 10 }),
        ("{\"x\":{\"$serde_json::private::Number\":\"9\"}}", JsonProblem::ReservedName { at: 6 }),
        ("[1,2 3]", JsonProblem::Syntax { at: 5 }),
        (&deep, JsonProblem::TooDeep),
    ] {
        let expected = ReadError::Json(problem);
        assert_eq!(from_slice::<Flat>(text.as_bytes()), Err(expected.clone()), "{text}");
        assert_eq!(from_slice::<Variant>(text.as_bytes()), Err(expected.clone()), "{text}");
        assert_eq!(from_slice::<Either>(text.as_bytes()), Err(expected.clone()), "{text}");
        assert_eq!(from_slice::<(u8, u8)>(text.as_bytes()), Err(expected.clone()), "{text}");
        assert_eq!(from_slice::<u8>(text.as_bytes()), Err(expected.clone()), "{text}");
        assert_eq!(from_slice::<Value>(text.as_bytes()), Err(expected), "{text}");
    }
}

#[test]
fn every_level_counts_however_it_is_read() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Linked {
        next: Option<Box<Linked>>,
    }
    #[derive(Debug, PartialEq, serde::Deserialize)]
    enum Nest {
        In(Box<Nest>),
        End,
    }
    let limit = limits::MAX_JSON_DEPTH;
    let linked = |levels| "{\"next\":".repeat(levels) + "null" + &"}".repeat(levels);
    let nest = |levels| "{\"In\":".repeat(levels) + "\"End\"" + &"}".repeat(levels);
    assert!(from_slice::<Linked>(linked(limit).as_bytes()).is_ok());
    assert!(from_slice::<Nest>(nest(limit).as_bytes()).is_ok());
    let too_deep = ReadError::Json(JsonProblem::TooDeep);
    assert_eq!(from_slice::<Linked>(linked(limit + 1).as_bytes()).err(), Some(too_deep.clone()));
    assert_eq!(from_slice::<Nest>(nest(limit + 1).as_bytes()).err(), Some(too_deep));
}

#[test]
fn a_type_that_drops_errors_cannot_drop_those_of_the_text() {
    /// Takes what it can get: keys and values that cannot be read are left out.
    #[derive(Debug, PartialEq)]
    struct Tolerant;
    impl<'de> Deserialize<'de> for Tolerant {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Anything;
            impl<'de> Visitor<'de> for Anything {
                type Value = Tolerant;
                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("anything")
                }
                fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tolerant, A::Error> {
                    for _ in 0..2 {
                        let _key: Result<Option<String>, _> = map.next_key();
                        let _value: Result<IgnoredAny, _> = map.next_value();
                    }
                    Ok(Tolerant)
                }
                fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Tolerant, A::Error> {
                    for _ in 0..2 {
                        let _element: Result<Option<f64>, _> = list.next_element();
                    }
                    Ok(Tolerant)
                }
            }
            deserializer.deserialize_any(Anything)
        }
    }
    for (text, problem) in [
        ("{\"a\":1,\"a\":2}", JsonProblem::DuplicateMember { at: 7 }),
        ("{\"a\":1e999,\"b\":2}", JsonProblem::NumberOutOfRange { at: 5 }),
        ("{\"$serde_json::private::Number\":1,\"b\":2}", JsonProblem::ReservedName { at: 1 }),
        ("[1e999,1]", JsonProblem::NumberOutOfRange { at: 1 }),
        ("[1,]", JsonProblem::Syntax { at: 3 }),
    ] {
        assert_eq!(from_slice::<Tolerant>(text.as_bytes()), Err(ReadError::Json(problem)), "{text}");
    }
    assert_eq!(from_slice::<Tolerant>(b"{\"a\":1,\"b\":[2]}"), Ok(Tolerant));
    // An error of the type that is dropped half way leaves brackets open, which is an error again.
    assert!(matches!(from_slice::<Tolerant>(b"[[1],2]"), Err(ReadError::Shape(_))));
}

proptest! {
    #[test]
    fn types_never_panic(text in "[\\[\\]{}:,\"\\\\u0-9a-fntrsl.eE+ -]{0,24}", cut: prop::sample::Index) {
        let _verdict = from_slice::<Either>(text.as_bytes());
        let _verdict = from_slice::<Variant>(text.as_bytes());
        let _verdict = from_slice::<BTreeMap<i8, Vec<Level>>>(text.as_bytes());
        // The same in the middle of what the type expects.
        let (before, after) = CLAIMS.split_at(cut.index(CLAIMS.len()));
        let _verdict = from_slice::<Claims<'_>>(format!("{before}{text}{after}").as_bytes());
    }
}
