//! A token's text: alphabet, parts, header.
#![no_main]

#[path = "../src/entry.rs"]
#[allow(dead_code, reason = "each target enters at one place")]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::token_parse(data));
