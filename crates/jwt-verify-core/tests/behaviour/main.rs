//! How the verifier behaves, through the public API only: tokens are minted here, and each is accepted or refused for the
//! reason that is written beside it.
//!
//! | module | what it shows |
//! |---|---|
//! | [`attack_catalogue`] | every attack on tokens, keys, signatures and claims, by its number in the catalogue |
//! | [`rules`] | every rule of an issuer, with its boundaries |
//! | [`key_source`] | when keys are refreshed, and when not |
//! | [`explanation`] | the report names the step that refused, and nothing secret |
//! | [`properties`] | what holds for any token |

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may panic: that is how it fails"
)]

mod attack_catalogue;
mod explanation;
mod key_source;
mod mint;
mod properties;
mod rules;
