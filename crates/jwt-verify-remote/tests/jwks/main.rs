//! `RemoteJwks` against a real server that rotates, fails, hangs and lies.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod absent;
mod block_on;
mod caching;
mod cancellation;
mod discovery;
mod faults;
mod flood;
mod health;
mod herd;
mod outage;
mod pauses;
mod prefetch;
mod rotation;
mod setup;
mod snapshot;
mod telemetry;
