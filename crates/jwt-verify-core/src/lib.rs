//! Verifies JSON Web Tokens.
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod algorithm;
mod base64url;
mod build_error;
mod claims;
mod error;
mod identity;
mod json;
mod jwk;
mod key;
pub mod limits;
mod policy;
mod remedy;
mod secret;
mod signature;
mod time;

#[cfg(feature = "std")]
pub use crate::time::SystemClock;
pub use crate::{
    algorithm::{Algorithm, UnknownAlgorithm},
    build_error::{BuildError, BuildProblem},
    claims::Claims,
    error::{
        ClaimError, Error, JsonProblem, KeyMismatch, KeyNotFound, KeySourceError, Malformed, OtherError, ParameterProblem,
        Part,
    },
    identity::{ClaimMapping, ClaimPath, Identity, ListClaim},
    jwk::{Jwk, JwkSet, JwkSetError, SkippedKey},
    key::{JwkError, KeyType, PublicKey, VerifyingKey},
    policy::{Denied, Missing, Policy, StepUp},
    secret::{HmacSecret, SecretError},
    time::{Clock, UnixTime},
};
