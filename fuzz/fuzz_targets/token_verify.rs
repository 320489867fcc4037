//! The whole way of a token: nothing verifies that was not signed.
#![no_main]

#[path = "../src/entry.rs"]
#[allow(dead_code, reason = "each target enters at one place")]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::token_verify(data));
