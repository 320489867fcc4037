//! A request's method, path and header fields: which token is in them, and whether one is needed.
#![no_main]

#[path = "../src/bearer.rs"]
mod bearer;

libfuzzer_sys::fuzz_target!(|data: &[u8]| bearer::enter(data));
