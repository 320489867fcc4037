//! A token's text: alphabet, parts, header.
#![no_main]

#[path = "../src/entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::enter("token_parse", data));
