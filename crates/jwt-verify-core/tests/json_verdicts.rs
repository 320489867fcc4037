//! How claims, headers and key sets are read. The same table runs in `feature-unification/`, a workspace of its own in which
//! serde_json has every feature that changes how it reads: one verdict, with and without.
#![cfg(all(feature = "eddsa", feature = "hmac"))]
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

#[path = "feature-unification/tests/verdicts/table.rs"]
mod table;
