//! Claims under a genuine signature, compared with another JSON reader.
#![no_main]

#[path = "../src/entry.rs"]
#[allow(dead_code, reason = "each target enters at one place")]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::claims_json(data));
