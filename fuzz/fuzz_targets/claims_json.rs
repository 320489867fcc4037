//! Claims under a genuine signature, compared with another JSON reader.
#![no_main]

#[path = "../src/entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::enter("claims_json", data));
