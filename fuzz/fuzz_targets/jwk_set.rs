//! A JWK Set document, and every key in it.
#![no_main]

#[path = "../src/entry.rs"]
#[allow(dead_code, reason = "each target enters at one place")]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::jwk_set(data));
