//! The files with vectors: those copied into the repository, and those that `JWT_VERIFY_VECTORS` leads to.

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde_json::Value;

/// A file of `tests/vectors/`.
pub(crate) fn copied(file: &str) -> Value {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(file))
}

/// A file of the folder of gathered vectors. Without the folder, says so and gives nothing.
pub(crate) fn gathered(file: &str) -> Option<Value> {
    let Some(folder) = env::var_os("JWT_VERIFY_VECTORS") else {
        // Not by `println`, which shows nothing for a test that passes.
        let skipped = "skipped: set JWT_VERIFY_VECTORS to the folder of gathered vectors\n";
        io::stderr().write_all(skipped.as_bytes()).unwrap();
        return None;
    };
    Some(read(&PathBuf::from(folder).join(file)))
}

fn read(path: &Path) -> Value {
    let text = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
