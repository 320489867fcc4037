//! Keys in PEM, in DER and as raw bytes.
#![no_main]

#[path = "../src/entry.rs"]
#[allow(dead_code, reason = "each target enters at one place")]
mod entry;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entry::key_pem_der(data));
