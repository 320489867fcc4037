//! The program as its users meet it: arguments, files and standard input in; output, one line of error and a status out.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic: that is how it fails")]

#[cfg(feature = "demo")]
mod demo;
mod inspect;
mod jwks;
mod lines;
mod program;
mod provider;
mod remote;
mod setup;
mod verify;
