//! The server as a client sees it, byte by byte.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod caching;
mod client;
mod endpoints;
mod faults;
mod hold;
mod keys;
