//! `RemoteJwks` against a real server that rotates, fails, hangs and lies.
#![expect(
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    reason = "a test of threads and time needs the standard library"
)]
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod absent;
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
mod soak;
mod telemetry;
