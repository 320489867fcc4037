//! Verifies JSON Web Tokens: is this token genuine, for us, and still valid; and who is calling?
//!
//! No I/O, no framework, no async runtime, no `unsafe`. A verification is a pure function of a token, some keys and a time.
//!
//! ```
//! use jwt_verify_core::{Algorithm, Claims, JwkSet, TrustedIssuer, UnixTime, Verifier};
//!
//! # let jwks = include_str!("../tests/vectors/real-tokens/better-auth-eddsa.jwks.json");
//! # let token = include_str!("../tests/vectors/real-tokens/better-auth-eddsa.token").trim_end();
//! // Once, at the start. Whom we trust, whom tokens are for, and what they are signed with must be said.
//! let issuer = TrustedIssuer::builder("http://127.0.0.1:3100")
//!     .audience("http://127.0.0.1:3100")
//!     .algorithms([Algorithm::EdDsa])
//!     .jwk_set(JwkSet::parse(jwks)?)
//!     .build()?;
//! let verifier = Verifier::new(issuer);
//!
//! // For each token. (`verify_held` asks the clock.)
//! let verified = verifier.verify_held_at::<Claims>(token, UnixTime::from_secs(1_795_420_384))?;
//! assert_eq!(verified.identity()?.email(), Some("ada@example.test"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What "verified" means
//!
//! Whoever holds a [`VerifiedToken`] knows that each of these steps passed, in this order. [`Verifier::explain`] tells them for a
//! given token.
//!
//! 1. **Shape.** The text is at most 16 KiB of letters, digits, `-` and `_` in three parts (RFC 7515 §7.1). JWE, SD-JWT, JSON
//!    serializations and opaque tokens are refused by name.
//! 2. **Header.** Strict base64url, as in all parts; a JSON object without duplicate members; `alg` is there; no `crit`, no `b64`, no `enc`. A key
//!    that the header proposes (`jwk`, `jku`, `x5c`, `x5u`) is never used.
//! 3. **Issuer's rules.** With several issuers, `iss` chooses one: by its exact name, else by the template of an issuer with
//!    tenants, else by asking the [`IssuerResolver`], if there is one. An unknown one ends here.
//! 4. **Algorithm.** `alg` is one that we allow for this issuer.
//! 5. **Key.** Exactly one key of this issuer answers: `kid` exactly, type and curve for the algorithm, its own `alg` the same,
//!    and its own `issuer`, if it has one, the token's `iss`.
//! 6. **Signature.** It is that key's signature of the received text.
//! 7. **Claims.** A JSON object without duplicates; `iss` is the issuer's name byte for byte, or its template with a tenant that
//!    is accepted and that another claim confirms; `aud` names us, or the check that
//!    stands in for it holds; `typ` is of the kind of token that we accept.
//! 8. **Time.** `exp` is there and to come; `nbf` is not; the maximum age, if there is one. All within the leeway.
//! 9. **The rest.** No `cnf`; required claims and claim checks; the claims that name the user agree.
//!
//! Before step 6 nothing recurses: a text of any depth is read on a small stack. A claims type of yours may recurse, up to
//! [`limits::MAX_JSON_DEPTH`] levels, and runs on what the issuer signed.
//!
//! What is **not** checked: whether the token was revoked, whether it was used before, whether the client holds a key that the token is
//! bound to (such tokens are refused), whether the caller may do what is asked (see [`Policy`]).
//!
//! # Front doors
//!
//! | for | look at |
//! |---|---|
//! | verifying without HTTP | [`Verifier::verify_held`], [`TrustedIssuer::builder`] |
//! | keys from elsewhere | [`KeySource`] |
//! | issuers with tenants, and issuers found at run time | [`TrustedIssuer::tenant_template`], [`IssuerResolver`] |
//! | who is calling, and may they | [`ClaimMapping`], [`Identity`], [`Policy`] |
//! | finding out why not | [`Verifier::explain`], [`Error::code`], [`Error::remedy`] |
//!
//! # Features
//!
//! Features only add. None changes what an existing call accepts; an algorithm that is left out is a [`BuildProblem`].
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `std` | yes | the system's clock; without it the crate is `no_std` + `alloc` |
//! | `eddsa` | yes | EdDSA with Ed25519 |
//! | `es256`, `es384`, `es512` | yes | ECDSA with P-256, P-384, P-521 |
//! | `es256k` | no | ECDSA with secp256k1 |
//! | `rsa` | yes | RS256 to RS512 and PS256 to PS512 |
//! | `hmac` | yes | HS256, HS384, HS512 |
#![no_std]
// The crate does without the standard library, so it names nothing from there that has another home.
#![warn(clippy::alloc_instead_of_core, clippy::std_instead_of_alloc, clippy::std_instead_of_core)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

mod algorithm;
mod base64url;
mod build_error;
mod claims;
mod error;
mod excerpt;
mod explain;
mod header;
mod identity;
mod issuer;
mod json;
mod jwk;
mod key;
mod key_source;
pub mod limits;
mod policy;
mod remedy;
mod secret;
mod signature;
mod time;
mod token;
mod verifier;

/// For implementations of [`KeySource`] and [`IssuerResolver`].
pub use async_trait::async_trait;

#[cfg(feature = "std")]
pub use crate::time::SystemClock;
pub use crate::{
    algorithm::{Algorithm, UnknownAlgorithm},
    build_error::{BuildError, BuildProblem},
    claims::Claims,
    error::{
        ClaimError, Error, JsonProblem, KeyMismatch, KeyNotFound, KeySourceError, Malformed, OtherError,
        ParameterProblem, Part,
    },
    explain::{ExplainedKey, ExplainedStep, Explanation, Step, Verdict},
    header::Header,
    identity::{ClaimMapping, ClaimPath, Identity, ListClaim},
    issuer::{ClaimCheck, IssuerResolver, Resolved, TokenKind, TrustedIssuer, TrustedIssuerBuilder},
    jwk::{Jwk, JwkSet, JwkSetError, SkippedKey},
    key::{JwkError, KeyType, PublicKey, VerifyingKey},
    key_source::{Freshness, Generation, Held, KeySet, KeySource, PassedOver, RefreshReason, Refreshed},
    policy::{Denied, Missing, Policy, StepUp},
    secret::{HmacSecret, SecretError},
    time::{Clock, UnixTime},
    token::{UnverifiedToken, VerifiedToken},
    verifier::{Verifier, VerifierBuilder},
};

/// The example of the README compiles and holds.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
