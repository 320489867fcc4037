//! The same verdicts and the same claims when somebody else in the program has switched on serde_json's features.
//!
//! Cargo builds a dependency once, with the features of all who use it: a crate that we do not know decides what
//! `serde_json::Value` does with `{"$serde_json::private::Number":"1"}`.

/// Runs here with those features, and in `json_verdicts.rs` of jwt-verify-core without.
mod table;

use jwt_verify_core::Error;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

#[test]
fn the_features_are_on() {
    // `arbitrary_precision`: no number is out of range, and an object with a certain member is a number.
    assert_eq!(serde_json::from_str::<Value>("1e400").unwrap().to_string(), "1e+400");
    assert!(serde_json::from_str::<Value>(r#"{"$serde_json::private::Number":"1"}"#).unwrap().is_number());
    // `raw_value`: any text, kept as it is.
    assert_eq!(serde_json::from_str::<Box<RawValue>>("[ 1 ]").unwrap().get(), "[ 1 ]");
    // `preserve_order`.
    assert_eq!(serde_json::from_str::<Value>(r#"{"b":1,"a":2}"#).unwrap().to_string(), r#"{"b":1,"a":2}"#);
    // `unbounded_depth`.
    serde_json::Deserializer::from_str("[]").disable_recursion_limit();
}

#[test]
fn raw_text_is_no_type_for_claims() {
    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "never made")]
    struct Raw {
        v: Box<RawValue>,
    }

    // Only serde_json's own reader can hand it out, and that one keeps duplicates.
    for value in ["1", "[1]", r#""text""#, "{}"] {
        let verdict = table::verify_as::<Raw>(&format!(r#"{{"v":{value}}}"#));
        assert!(matches!(verdict, Err(Error::ClaimsShape(_))), "{value}: {verdict:?}");
    }
}
