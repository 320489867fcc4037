//! Verifies JSON Web Tokens.
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod algorithm;
mod base64url;
mod build_error;
mod error;
mod json;
mod jwk;
mod key;
pub mod limits;
mod remedy;
mod secret;
mod signature;
mod time;

#[cfg(feature = "std")]
pub use crate::time::SystemClock;
pub use crate::{
    algorithm::{Algorithm, UnknownAlgorithm},
    build_error::{BuildError, BuildProblem},
    error::{
        ClaimError, Error, JsonProblem, KeyMismatch, KeyNotFound, KeySourceError, Malformed, OtherError, ParameterProblem,
        Part,
    },
    jwk::{Jwk, JwkSet, JwkSetError, SkippedKey},
    key::{JwkError, KeyType, PublicKey, VerifyingKey},
    secret::{HmacSecret, SecretError},
    time::{Clock, UnixTime},
};
