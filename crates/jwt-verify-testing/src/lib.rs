//! For tests of programs that verify JSON Web Tokens: an issuer on this machine that mints tokens, good and bad, and serves its
//! keys over HTTP, also when the test wants it to rotate, to fail, to hang or to lie.
//!
//! A handler's test needs no network and no weaker verifier: the handler gets a verifier that trusts the test's issuer, and the
//! verifier does all that it does for any issuer.
//!
//! ```
//! use jwt_verify_core::{Error, VerifiedToken, Verifier};
//! use jwt_verify_testing::TestIssuer;
//!
//! // The program: what its handlers do with a request's token.
//! fn greet(verifier: &Verifier, token: &str) -> Result<String, Error> {
//!     let caller: VerifiedToken = verifier.verify_held(token)?;
//!     Ok(format!("Hello {}", caller.identity()?.id()))
//! }
//!
//! // Its test.
//! let issuer = TestIssuer::start();
//! let verifier = issuer.verifier();
//! assert_eq!(greet(&verifier, &issuer.token().subject("ada").mint())?, "Hello ada");
//! let expired = issuer.token().expires_in(-3600).mint();
//! assert_eq!(greet(&verifier, &expired).unwrap_err().code(), "expired");
//! # Ok::<(), Error>(())
//! ```
//!
//! # Front doors
//!
//! | for | look at |
//! |---|---|
//! | an issuer, with or without network | [`TestIssuer`] |
//! | a token, right or wrong in one thing | [`TokenBuilder`], [`Tamper`] |
//! | a token as Auth0, Keycloak or another provider writes it | [`shapes`] |
//! | a server that misbehaves | [`Fault`], [`Discovery`] |
//! | time | [`TestClock`] |
//! | keys without an issuer | [`TestKey`] |
//! | an adapter for a web framework | `conformance`, with the feature of that name |
//!
//! # Security
//!
//! Everybody has the private keys and secrets of this crate. Use it as a dev-dependency, and never trust one of its keys outside
//! tests: no verifier refuses them. Their IDs start with `test-` unless a test gives another, so that you can look for them in a JWK Set.

mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
mod faults;
mod issuer;
mod keys;
mod request;
mod server;
pub mod shapes;
mod state;
mod token;

pub use crate::{
    clock::TestClock,
    faults::{Endpoint, Fault},
    issuer::{Discovery, Hold, TestIssuer, TestIssuerBuilder},
    keys::TestKey,
    request::RecordedRequest,
    token::{Tamper, TokenBuilder},
};

/// The examples of the README compile and hold.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
