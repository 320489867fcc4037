//! The conformance suite, served by Actix-web.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod harness;

jwt_verify_testing::conformance!(harness::Actix);
