//! Keys that live at an issuer, for [`jwt_verify_core`]: fetched over HTTPS, kept through rotation, outage and abuse.
//!
//! ```no_run
//! use jwt_verify_core::Claims;
//!
//! # async fn main_() -> Result<(), Box<dyn std::error::Error>> {
//! // From the environment: `BETTER_AUTH_URL=https://app.example` is enough, or `JWT_PROVIDER=auth0` with `AUTH0_DOMAIN` and `JWT_AUDIENCE`.
//! let verifier = jwt_verify_remote::from_env()?.into_verifier();
//!
//! // Or a provider by name.
//! let verifier = jwt_verify_remote::providers::auth0("tenant.eu.auth0.com").audience("https://api.example").verifier()?;
//!
//! // Or any issuer that publishes its metadata.
//! let verifier = jwt_verify_remote::RemoteIssuer::discover("https://id.example")
//!     .audience("https://api.example")
//!     .algorithms([jwt_verify_core::Algorithm::Es256])
//!     .verifier()?;
//!
//! let verified = verifier.verify::<Claims>("eyJ…").await?;
//! # Ok(()) }
//! ```
//!
//! # Front doors
//!
//! | for | look at |
//! |---|---|
//! | configuring by environment variables | [`from_env`]; `docs/configuration.md` |
//! | a known provider | [`providers`]; `docs/providers.md` |
//! | any issuer, by its name or its JWKS address | [`RemoteIssuer`] |
//! | one issuer per tenant | [`Tenants`] |
//! | the keys alone: freshness, health, start-up | [`RemoteJwks`] |
//! | another HTTP client, a private CA, a proxy | [`HttpClient`], [`Fetch`] |
//!
//! # Start-up and readiness
//!
//! Building fetches nothing, so a service starts while its issuer is away. The first token then waits for the keys, at most five seconds. A
//! service that wants them before it takes requests awaits [`RemoteJwks::prefetch`]; a readiness probe asks [`RemoteJwks::is_ready`], which
//! says whether a token could be verified now. Either way: readiness that depends on the issuer takes a service out of rotation
//! when the keys have expired, not when the issuer has a bad minute.
//!
//! [`verify`](jwt_verify_core::Verifier::verify) fetches when it must. [`verify_held`](jwt_verify_core::Verifier::verify_held) never waits: it
//! starts a fetch in the background when one is due, and a service that uses it alone, and rarely, calls `prefetch` now and then.
//!
//! # Where it runs
//!
//! Verifying works in any asynchronous runtime, in several, or in none. Fetches run on one thread of this crate, started at the first
//! fetch. A process that forks must not have fetched before.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `reqwest` | yes | [`HttpClient`]: HTTPS by `reqwest` and `rustls`. Its cryptography is partly C and assembler, so building it takes a C compiler |

mod address;
mod background;
mod bucket;
mod caching;
mod environment;
mod error;
mod fetch;
#[cfg(feature = "reqwest")]
mod http_client;
mod jwks;
mod metadata;
mod moment;
pub mod providers;
mod remote_issuer;
mod tenants;

pub use jwt_verify_core::async_trait;

#[cfg(feature = "reqwest")]
pub use crate::http_client::{HttpClient, HttpClientBuilder, HttpClientError};
pub use crate::{
    environment::{Environment, EnvironmentError, EnvironmentProblem, Notice, from_env},
    error::{AddressError, MetadataError, RemoteError},
    fetch::{Fetch, FetchRequest, FetchResponse},
    jwks::{
        Health, KeysState, RemoteJwks, RemoteJwksBuilder, RemoteJwksError, RemoteJwksProblem, Snapshot,
        SnapshotError, settings,
    },
    remote_issuer::{RemoteIssuer, RemoteIssuerBuilder, SetupError, SetupProblem},
    tenants::{TenantDirectory, Tenants, TenantsBuilder, TenantsError, TooManyNewIssuers},
};

/// The examples of the README compile and hold.
#[cfg(doctest)]
mod readme {
    #[doc = include_str!("../README.md")]
    struct OfTheCrate;
}
