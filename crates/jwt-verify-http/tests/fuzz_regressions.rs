//! Replays the seeds of the fuzz target `bearer`, and whatever it has found, on the stable toolchain.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic: that is how it fails"
)]

#[path = "../../../fuzz/src/bearer.rs"]
mod bearer;

use std::{fs, path::Path};

#[test]
fn what_entered_bearer_is_answered() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    let mut replayed = 0;
    for folder in ["seeds/bearer", "regressions/bearer"] {
        for file in fs::read_dir(fuzz.join(folder)).unwrap() {
            let path = file.unwrap().path();
            // If one panics, it is the last that was named.
            println!("{}", path.display());
            bearer::enter(&fs::read(&path).unwrap());
            replayed += 1;
        }
    }
    assert!(replayed > 10, "only {replayed} files");
}
