//! The conformance suite, served by Axum.

mod harness;

jwt_verify_testing::conformance!(harness::Axum);
