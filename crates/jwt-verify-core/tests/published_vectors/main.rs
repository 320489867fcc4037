//! Published vectors: tokens and keys that others, or this project, wrote down with what a verifier must make
//! of them.
//!
//! `tests/vectors/` holds what is small enough to be copied; `JWT_VERIFY_VECTORS` names the folder with the
//! rest. Where we mean to differ from a vector, `tests/vectors/exceptions.json` says so with a reason, and
//! nothing else may differ.

#![cfg(all(
    feature = "eddsa",
    feature = "es256",
    feature = "es384",
    feature = "es512",
    feature = "rsa",
    feature = "hmac"
))]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic: that is how it fails"
)]

extern crate alloc;

mod attacks;
mod cookbook;
mod ed25519_edge_cases;
mod files;
mod jose;
mod jwk_sets;
mod mldsa;
mod real_tokens;
mod rfc;
mod suite;
mod wycheproof_jose;
