//! The conformance suite, served by Poem.

mod harness;

jwt_verify_testing::conformance!(harness::Poem);
