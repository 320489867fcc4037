//! Replays the seeds of the fuzz targets, and whatever they have found, on the stable toolchain.
#![cfg(feature = "hmac")]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic: that is how it fails"
)]

#[path = "../../../fuzz/src/entry.rs"]
mod entry;

use std::{fs, path::Path};

#[test]
fn what_entered_token_parse_is_answered() {
    replay("token_parse");
}

#[test]
fn what_entered_token_verify_is_answered() {
    replay("token_verify");
}

#[test]
fn what_entered_jwk_set_is_answered() {
    replay("jwk_set");
}

#[test]
fn what_entered_key_pem_der_is_answered() {
    replay("key_pem_der");
}

#[test]
fn what_entered_claims_json_is_answered() {
    replay("claims_json");
}

/// Enters with every file of the target, its name printed first: if one panics, it is the last that was named.
fn replay(target: &str) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let mut replayed = 0;
    for folder in [fuzz.join("seeds").join(target), fuzz.join("regressions").join(target)] {
        for file in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = file.unwrap().path();
            println!("{}", path.display());
            entry::enter(target, &fs::read(&path).unwrap());
            replayed += 1;
        }
    }
    assert!(replayed > 10, "only {replayed} files");
}
