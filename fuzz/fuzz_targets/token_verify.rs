//! The whole way of a token: nothing verifies that was not signed.
#![no_main]

#[path = "../src/entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::enter("token_verify", data));
