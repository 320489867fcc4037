//! Keys in PEM, in DER and as raw bytes.
#![no_main]

#[path = "../src/entry.rs"]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::enter("key_pem_der", data));
