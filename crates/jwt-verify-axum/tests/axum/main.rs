//! What Axum alone can do. What all adapters do is in the conformance suite.
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod extracting;
mod refusing;
mod registering;
mod routing;
mod setup;
mod tower;
