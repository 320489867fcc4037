use alloc::{format, string::ToString};

use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::*;

#[test]
fn texts_are_read_as_rfc_8259_has_them() {
    let syntax = |at| Err(JsonProblem::Syntax { at });
    let trailing = |at| Err(JsonProblem::TrailingData { at });
    for (text, expected) in [
        // Any value, with the four kinds of white space around it.
        ("{}", Ok(())),
        ("[]", Ok(())),
        ("null", Ok(())),
        ("true", Ok(())),
        ("false", Ok(())),
        ("\"\"", Ok(())),
        (" \t\n\r{ \"a\" : [ 1 , { } , [ ] ] , \"b\" : null }\r\n\t ", Ok(())),
        // No value, or half of one.
        ("", syntax(0)),
        (" ", syntax(1)),
        ("nul", syntax(0)),
        ("nulL", syntax(0)),
        ("True", syntax(0)),
        ("undefined", syntax(0)),
        ("}", syntax(0)),
        ("{", syntax(1)),
        ("[", syntax(1)),
        ("[1", syntax(2)),
        ("[1,", syntax(3)),
        ("{\"a\"", syntax(4)),
        ("{\"a\":", syntax(5)),
        ("{\"a\":1", syntax(6)),
        // Other white space.
        ("\u{b}1", syntax(0)),
        ("\u{c}1", syntax(0)),
        ("\u{a0}1", syntax(0)),
        ("\u{2028}1", syntax(0)),
        ("\x001", syntax(0)),
        // More text.
        ("{}{}", trailing(2)),
        ("{} x", trailing(3)),
        ("{}\0", trailing(2)),
        ("{},", trailing(2)),
        ("nullnull", trailing(4)),
        ("1 2", trailing(2)),
        ("\"a\"\"b\"", trailing(3)),
        // Commas and colons.
        ("[1,]", syntax(3)),
        ("[,1]", syntax(1)),
        ("[1,,2]", syntax(3)),
        ("[1 2]", syntax(3)),
        ("[1:2]", syntax(2)),
        ("[1}", syntax(2)),
        ("{\"a\":1,}", syntax(7)),
        ("{,\"a\":1}", syntax(1)),
        ("{\"a\":1,,\"b\":2}", syntax(7)),
        ("{\"a\":1 \"b\":2}", syntax(7)),
        ("{\"a\" 1}", syntax(5)),
        ("{\"a\",1}", syntax(4)),
        ("{\"a\":}", syntax(5)),
        ("{\"a\"}", syntax(4)),
        ("{\"a\"::1}", syntax(5)),
        ("{\"a\":1]", syntax(6)),
        // Names are strings.
        ("{a:1}", syntax(1)),
        ("{'a':1}", syntax(1)),
        ("{1:1}", syntax(1)),
        ("{null:1}", syntax(1)),
        // Comments, other quotes.
        ("/* */ 1", syntax(0)),
        ("1 // one", trailing(2)),
        ("[1, # one\n2]", syntax(4)),
        ("'a'", syntax(0)),
        ("`a`", syntax(0)),
        // Numbers.
        ("0", Ok(())),
        ("-0", Ok(())),
        ("10", Ok(())),
        ("-1.50", Ok(())),
        ("0.1", Ok(())),
        ("1e5", Ok(())),
        ("1E+05", Ok(())),
        ("1.5e-300", Ok(())),
        ("0e0", Ok(())),
        ("-", syntax(1)),
        ("--1", syntax(1)),
        ("+1", syntax(0)),
        ("01", syntax(1)),
        ("-01", syntax(2)),
        ("00", syntax(1)),
        (".5", syntax(0)),
        ("-.5", syntax(1)),
        ("1.", syntax(2)),
        ("1.e5", syntax(2)),
        ("1e", syntax(2)),
        ("1e+", syntax(3)),
        ("1e+-1", syntax(3)),
        ("1e1.5", trailing(3)),
        ("1.2.3", trailing(3)),
        ("1_000", trailing(1)),
        ("0x10", trailing(1)),
        ("1f", trailing(1)),
        ("NaN", syntax(0)),
        ("Infinity", syntax(0)),
        ("-Infinity", syntax(1)),
        ("١", syntax(0)),
        // Strings.
        (r#""é 你 😀 \u00e9 \" \\ \/ \b \f \n \r \t""#, Ok(())),
        ("\"\u{7f}\u{80}\u{2028}\u{feff}\"", Ok(())),
        (r#""\u0000""#, Ok(())),
        (r#""\uD83D\uDE00""#, Ok(())),
        (r#""\uffff""#, Ok(())),
        ("\"", syntax(1)),
        ("\"a", syntax(2)),
        ("\"\\\"", syntax(3)),
        ("\"\\", syntax(2)),
        ("\"a\nb\"", syntax(2)),
        ("\"a\tb\"", syntax(2)),
        ("\"a\0b\"", syntax(2)),
        ("\"a\u{1f}b\"", syntax(2)),
        ("\"\\n\u{1}\"", syntax(3)),
        (r#""\a""#, syntax(2)),
        (r#""\'""#, syntax(2)),
        (r#""\x41""#, syntax(2)),
        (r#""\U0041""#, syntax(2)),
        (r#""\u""#, syntax(3)),
        (r#""\u004""#, syntax(3)),
        (r#""\u004g""#, syntax(3)),
        (r#""\u+041""#, syntax(3)),
        (r#""\u 041""#, syntax(3)),
        (r#""\u00é""#, syntax(3)),
        (r#""\u{41}""#, syntax(3)),
        // Half a character: the first without the second, the second alone, the two in the wrong order.
        (r#""\uD83D""#, syntax(1)),
        (r#""a\uD83Dx""#, syntax(2)),
        (r#""\uD83D\n""#, syntax(8)),
        (r#""\uD83D\u0041""#, syntax(1)),
        (r#""\uD83D\uD83D""#, syntax(1)),
        (r#""\uDE00""#, syntax(1)),
        (r#""\uDE00\uD83D""#, syntax(1)),
        // Numbers beyond doubles, at any depth.
        ("1e308", Ok(())),
        ("1e-400", Ok(())),
        ("0e99999999999999999999", Ok(())),
        ("123456789012345678901234567890", Ok(())),
        ("1e309", Err(JsonProblem::NumberOutOfRange { at: 0 })),
        ("[0, -1e400]", Err(JsonProblem::NumberOutOfRange { at: 4 })),
        ("1e99999999999999999999", Err(JsonProblem::NumberOutOfRange { at: 0 })),
        // Names twice, at any depth, however written.
        ("{\"a\":1,\"A\":2,\"á\":3,\"a\u{301}\":4,\"\":5,\"a \":6}", Ok(())),
        ("{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":2}}", Ok(())),
        ("{\"a\":1,\"a\":1}", Err(JsonProblem::DuplicateMember { at: 7 })),
        ("{\"a\":1,\"b\":2, \"a\":3}", Err(JsonProblem::DuplicateMember { at: 14 })),
        ("{\"\":1,\"\":2}", Err(JsonProblem::DuplicateMember { at: 6 })),
        (r#"{"a":1,"\u0061":2}"#, Err(JsonProblem::DuplicateMember { at: 7 })),
        (r#"{"\u0061":1,"a":2}"#, Err(JsonProblem::DuplicateMember { at: 12 })),
        (r#"{"😀":1,"\uD83D\uDE00":2}"#, Err(JsonProblem::DuplicateMember { at: 10 })),
        ("[{\"b\":{\"a\":1,\"a\":2}}]", Err(JsonProblem::DuplicateMember { at: 13 })),
        ("{\"a\":{\"b\":1,\"c\":2},\"b\":3,\"a\":4}", Err(JsonProblem::DuplicateMember { at: 25 })),
        // Names with a meaning of their own, at any depth, however written.
        ("{\"$serde_json::private\":1,\" $serde_json::private::Number\":2}", Ok(())),
        ("{\"$serde_json::private::Number\":\"1\"}", Err(JsonProblem::ReservedName { at: 1 })),
        ("{\"$serde_json::private::RawValue\":\"1\"}", Err(JsonProblem::ReservedName { at: 1 })),
        ("[{\"a\":0,\"$serde_json::private::\":0}]", Err(JsonProblem::ReservedName { at: 8 })),
        (r#"{"\u0024serde_json::private::Number":"1"}"#, Err(JsonProblem::ReservedName { at: 1 })),
    ] {
        assert_eq!(read(text.as_bytes()), expected, "{text}");
    }
}

#[test]
fn other_encodings_than_utf_8_are_refused() {
    let encoding = Err(JsonProblem::Encoding);
    for (bytes, expected) in [
        // A byte order mark.
        (&b"\xef\xbb\xbf{}"[..], encoding),
        (b"\xfe\xff\0{\0}", encoding),
        (b"\xff\xfe{\0}\0", encoding),
        // UTF-16 without one is UTF-8 with zeros.
        (b"{\0}\0", Err(JsonProblem::Syntax { at: 1 })),
        (b"\0{\0}", Err(JsonProblem::Syntax { at: 0 })),
        // Latin 1, stray and missing continuation, overlong forms, encoded surrogates, beyond U+10FFFF.
        (b"\"\xe9\"", encoding),
        (b"\"\x80\"", encoding),
        (b"\"\xe4\xbd\"", encoding),
        (b"\"\xc0\xa2\"", encoding),
        (b"\"\xc1\xa1\"", encoding),
        (b"\"\xed\xa0\xbd\"", encoding),
        (b"\"\xf4\x90\x80\x80\"", encoding),
        (b"{}\xff", encoding),
    ] {
        assert_eq!(read(bytes), expected, "{bytes:?}");
    }
}

#[test]
fn levels_beyond_the_limit_are_refused() {
    let limit = limits::MAX_JSON_DEPTH;
    let arrays = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    let objects = |levels: usize| "{\"a\":".repeat(levels) + "0" + &"}".repeat(levels);
    let mixed = |levels: usize| "[{\"a\":".repeat(levels / 2) + "0" + &"}]".repeat(levels / 2);

    for text in
        [arrays(limit), objects(limit), mixed(limit), format!("[{}{}]", arrays(127), ",[[]]".repeat(200))]
    {
        assert_eq!(read(text.as_bytes()), Ok(()), "{text}");
    }
    for text in [arrays(limit + 1), objects(limit + 1), mixed(limit + 2), "[".repeat(100_000)] {
        assert_eq!(read(text.as_bytes()), Err(JsonProblem::TooDeep), "{text}");
    }
}

#[test]
fn duplicates_are_found_among_any_number_of_names() {
    for count in [1, 2, FEW_NAMES - 1, FEW_NAMES, FEW_NAMES + 1, 100, 20_000] {
        // Each has an object inside, whose names must neither clash with these nor displace them.
        let members: String =
            (0..count).map(|index| format!("\"n{index}\":{{\"n0\":0,\"n1\":0}},")).collect();
        assert_eq!(read(format!("{{{members}\"last\":0}}").as_bytes()), Ok(()));
        for again in [0, count / 2, count - 1] {
            let text = format!("{{{members}\"n{again}\":0}}");
            let at = members.len() + 1;
            assert_eq!(read(text.as_bytes()), Err(JsonProblem::DuplicateMember { at }), "{again} of {count}");
        }
    }
}

#[test]
fn every_part_of_a_text_but_the_whole_is_refused() {
    let text =
        r#"{"iss":"https://é.example","a":[1.5e3,-0,true,false,null,{"\u0061":"\uD83D\uDE00\n"}],"b":{}}"#;
    for (end, _) in text.bytes().enumerate() {
        let part = text.as_bytes().get(..end).unwrap();
        let expected = match core::str::from_utf8(part) {
            Ok(_) => read(part),
            Err(_) => Err(JsonProblem::Encoding),
        };
        assert!(matches!(expected, Err(JsonProblem::Syntax { .. } | JsonProblem::Encoding)), "{end}");
        assert_eq!(read(part), expected, "{end}");
    }
    assert_eq!(read(text.as_bytes()), Ok(()));
}

#[test]
fn strings_are_borrowed_unless_something_is_escaped() {
    let cases = [
        ("\"\"", Cow::Borrowed("")),
        (" \"é 😀\"", Cow::Borrowed("é 😀")),
        (r#""\u00e9""#, Cow::Owned("é".to_string())),
        (r#""a\"\\\/\b\f\n\r\tz""#, Cow::Owned("a\"\\/\u{8}\u{c}\n\r\tz".to_string())),
        (r#""\u0000x\ud83d\uDE00""#, Cow::Owned("\0x😀".to_string())),
    ];
    for (text, expected) in cases {
        let string = Reader::new(text.as_bytes()).unwrap().string().unwrap();
        assert_eq!(string, expected);
        assert_eq!(matches!(string, Cow::Borrowed(_)), matches!(expected, Cow::Borrowed(_)), "{text}");
    }
}

#[test]
fn values_are_read_by_hand_in_order() {
    let text = br#" {"a": "x", "b": [1, 2.50], "c": {"d" : [ ] }, "e": null} "#;
    let mut reader = Reader::new(text).unwrap();
    let mut seen = Vec::new();
    reader
        .object(|name, reader| {
            let kind = reader.kind()?;
            match kind {
                Kind::String => seen.push((name.to_string(), kind, reader.string()?.into_owned())),
                Kind::Array => reader.array(|reader| {
                    seen.push((name.to_string(), Kind::Number, reader.number()?.to_string()));
                    Ok::<_, JsonProblem>(())
                })?,
                _ => seen.push((name.to_string(), kind, reader.skip_value()?.to_string())),
            }
            Ok::<_, JsonProblem>(())
        })
        .unwrap();
    assert_eq!(reader.end(), Ok(()));

    let row = |name: &str, kind, text: &str| (name.to_string(), kind, text.to_string());
    assert_eq!(
        seen,
        [
            row("a", Kind::String, "x"),
            row("b", Kind::Number, "1"),
            row("b", Kind::Number, "2.50"),
            row("c", Kind::Object, "{\"d\" : [ ] }"),
            row("e", Kind::Null, "null"),
        ]
    );
}

#[test]
fn a_value_of_another_kind_is_refused() {
    let members = |text: &str| Reader::over(text).object(|_, reader| reader.skip_value().map(drop));
    for text in ["[]", "\"{}\"", "1", "null", "true", "[{}]"] {
        assert_eq!(members(text), Err(JsonProblem::NotAnObject), "{text}");
    }
    // What is no value is no value of another kind.
    assert_eq!(members(""), Err(JsonProblem::Syntax { at: 0 }));
    assert_eq!(members("<html>"), Err(JsonProblem::Syntax { at: 0 }));

    let syntax = JsonProblem::Syntax { at: 1 };
    assert_eq!(Reader::over(" {}").array(|reader| reader.skip_value().map(drop)), Err(syntax));
    assert_eq!(Reader::over(" 1").string(), Err(syntax));
    assert_eq!(Reader::over(" \"1\"").number(), Err(syntax));
}

#[test]
fn a_member_that_is_not_read_exactly_is_refused() {
    let nothing = Reader::over("{\"a\":1}").object(|_, _| Ok::<_, JsonProblem>(()));
    assert_eq!(nothing, Err(JsonProblem::Syntax { at: 5 }));
    let nothing = Reader::over("[1]").array(|_| Ok::<_, JsonProblem>(()));
    assert_eq!(nothing, Err(JsonProblem::Syntax { at: 1 }));
    let nothing = Reader::over("{\"a\":}").object(|_, _| Ok::<_, JsonProblem>(()));
    assert_eq!(nothing, Err(JsonProblem::Syntax { at: 5 }));
    let too_much = Reader::over("[1,2]").array(|reader| {
        reader.number()?;
        reader.number().map(drop)
    });
    assert_eq!(too_much, Err(JsonProblem::Syntax { at: 2 }));
}

#[test]
fn an_error_that_is_dropped_comes_back_at_the_end() {
    let mut reader = Reader::over("[1e999,{\"a\":1,\"a\":2}]");
    let read = reader.array(|reader| {
        let _dropped = reader.skip_value();
        Ok::<_, JsonProblem>(())
    });
    assert_eq!(read, Err(JsonProblem::NumberOutOfRange { at: 1 }));
    assert_eq!(reader.end(), Err(JsonProblem::NumberOutOfRange { at: 1 }));
}

#[test]
fn the_lenient_reading_checks_the_grammar_and_nothing_else() {
    let entries = "[ {\"a\":1,\"a\":2}, {\"$serde_json::private::Number\":\"1\"}, [1e999] ]";
    let mut texts = Vec::new();
    let mut reader = Reader::over(entries);
    reader
        .array(|reader| {
            texts.push(reader.skip_value_lenient()?);
            Ok::<_, JsonProblem>(())
        })
        .unwrap();
    assert_eq!(reader.end(), Ok(()));
    assert_eq!(texts, ["{\"a\":1,\"a\":2}", "{\"$serde_json::private::Number\":\"1\"}", "[1e999]"]);

    for (text, problem) in [
        ("{\"a\":1,}", JsonProblem::Syntax { at: 7 }),
        ("[01]", JsonProblem::Syntax { at: 2 }),
        ("[\"\\ud800\"]", JsonProblem::Syntax { at: 2 }),
        (&"[".repeat(129), JsonProblem::TooDeep),
    ] {
        assert_eq!(Reader::over(text).skip_value_lenient(), Err(problem), "{text}");
    }

    // What comes after it is read with every check again.
    let mut reader = Reader::over("[{\"a\":1,\"a\":2},{\"a\":1,\"a\":2}]");
    let mut first = true;
    let read = reader.array(|reader| {
        if core::mem::take(&mut first) { reader.skip_value_lenient() } else { reader.skip_value() }.map(drop)
    });
    assert_eq!(read, Err(JsonProblem::DuplicateMember { at: 22 }));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        let _verdict = read(&bytes);
    }

    #[test]
    fn any_text_of_json_characters_is_read_or_refused(text in "[\\[\\]{}:,\"\\\\u0-9a-fntrs.eE+ $-]{0,24}") {
        agrees_with_serde_json(&text)?;
    }

    #[test]
    fn what_serde_json_writes_is_read_as_it_was(value in values()) {
        let text = value.to_string();
        prop_assert_eq!(read(text.as_bytes()), Ok(()), "{}", text);
        agrees_with_serde_json(&text)?;
    }

    #[test]
    fn a_changed_text_is_judged_as_by_serde_json(value in values(), edits in edits()) {
        let mut text: Vec<char> = value.to_string().chars().collect();
        for (position, edit) in edits {
            let at = position.index(text.len() + 1);
            match edit {
                Edit::Insert(piece) => drop(text.splice(at..at, piece.chars())),
                Edit::Remove(count) => drop(text.drain(at..text.len().min(at + count))),
                Edit::Double(count) => {
                    let piece: Vec<char> = text.iter().skip(at).take(count).copied().collect();
                    drop(text.splice(at..at, piece));
                }
            }
        }
        agrees_with_serde_json(&text.into_iter().collect::<String>())?;
    }
}

/// Reads a text in every way there is; all must come to one verdict.
fn read(bytes: &[u8]) -> Result<(), JsonProblem> {
    let verdict = Reader::new(bytes).and_then(|mut reader| {
        reader.skip_value()?;
        reader.end()
    });
    let by_type = |result| match result {
        Ok(()) => Ok(()),
        Err(ReadError::Json(problem)) => Err(problem),
        Err(ReadError::Shape(text)) => panic!("{text}"),
    };
    assert_eq!(by_type(from_slice::<Value>(bytes).map(drop)), verdict);
    assert_eq!(by_type(from_slice::<IgnoredAny>(bytes).map(drop)), verdict);
    verdict
}

fn agrees_with_serde_json(text: &str) -> Result<(), TestCaseError> {
    let theirs = serde_json::from_str::<Value>(text);
    match (read(text.as_bytes()), theirs) {
        (Ok(()), Ok(theirs)) => {
            let ours: Value = from_slice(text.as_bytes()).unwrap();
            prop_assert!(same(&ours, &theirs), "{text}: {ours} and {theirs}");
        }
        (Ok(()), Err(error)) => prop_assert!(false, "accepted, but {error}: {text}"),
        (Err(JsonProblem::DuplicateMember { .. } | JsonProblem::ReservedName { .. }), _) => {}
        (Err(problem), Ok(_)) => prop_assert!(false, "{problem:?}: {text}"),
        (Err(_), Err(_)) => {}
    }
    Ok(())
}

/// Equal; with doubles, equal but for the last bits, as only we round correctly in every build.
fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Number(a), Value::Number(b)) if a.is_f64() => {
            let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) else { return false };
            b.is_sign_negative() == a.is_sign_negative() && (a - b).abs() <= a.abs() * 1e-14 + 1e-320
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-c\"\\\\/\n\u{0}é😀]{0,6}|.{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec(("[a-d\"é]{0,2}", inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

#[derive(Clone, Debug)]
enum Edit {
    Insert(&'static str),
    Remove(usize),
    Double(usize),
}

fn edits() -> impl Strategy<Value = Vec<(prop::sample::Index, Edit)>> {
    let pieces: &[&str] = &[
        "\"", "\\", "\\u00", "\\u0041", "{", "}", "[", "]", ",", ":", " ", "\n", "\u{1}", "0", "1", "-", "+",
        ".", "e", "E", "e9", "null", "true", "\"a\":1,", ",\"a\":1", "/", "é", "\u{feff}",
    ];
    let edit = prop_oneof![
        3 => prop::sample::select(pieces).prop_map(Edit::Insert),
        1 => (1..4_usize).prop_map(Edit::Remove),
        1 => (1..12_usize).prop_map(Edit::Double),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), edit), 1..4)
}

/// Whoever sends a token chooses how deep it goes, and nothing is known of them yet.
#[cfg(feature = "std")]
#[test]
fn the_deepest_text_is_skipped_on_a_small_stack() {
    let deep = |open: &str, close: &str| {
        let depth = limits::MAX_JSON_DEPTH - 1;
        format!("{{\"a\":{}1{}}}", open.repeat(depth), close.repeat(depth))
    };
    for text in [deep("[", "]"), deep("{\"a\":", "}"), deep("[0,", "]")] {
        let skip = move || {
            let mut reader = Reader::new(text.as_bytes()).unwrap();
            reader.object(|_, reader| reader.skip_value().map(drop)).map(|()| text.len())
        };
        // A thread itself needs some of it.
        let thread = std::thread::Builder::new().stack_size(32 * 1024).spawn(skip).unwrap();
        assert!(thread.join().unwrap().is_ok());
    }
}
