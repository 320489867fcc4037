//! A JWK Set document, and every key in it.
#![no_main]

#[path = "../src/entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::enter("jwk_set", data));
