//! What a verified or refused JSON Web Token means in HTTP: as bytes, strings and `u16`, for any framework.
//!
//! The adapters for Axum, Actix-web and Poem are thin coats over this crate, and a service that uses one of them needs nothing of
//! here by itself. It is for who writes an adapter, and for whoever wants to know what exactly is answered.
//!
//! ```
//! use jwt_verify_http::{Admission, Auth};
//! use jwt_verify_testing::TestIssuer;
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! // Once.
//! let issuer = TestIssuer::start();
//! let guard = Auth::new(issuer.verifier()).guard().exempt(["/health"])?;
//!
//! // For each request: method, path, header fields.
//! match guard.check("GET", "/orders", [("authorization", b"Bearer forged".as_slice())]).await {
//!     Ok(Admission::Authenticated(caller)) => println!("hello {}", caller.identity()?.id()),
//!     Ok(_) => println!("hello"),
//!     Err(refusal) => assert_eq!(refusal.status(), 401),
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is answered
//!
//! | outcome | status | `WWW-Authenticate: Bearer realm="…"` |
//! |---|---|---|
//! | no `Authorization`, or another scheme | 401 | and no more |
//! | two tokens, or broken credentials | 400 | `error="invalid_request"` |
//! | token refused, whatever the reason; claims that name no user, or do not fit the handler's type | 401 | `error="invalid_token"` |
//! | missing scope, role or claim | 403 | `error="insufficient_scope", scope="…"`: all that are needed |
//! | stale or weak login (RFC 9470) | 401 | `error="insufficient_user_authentication", acr_values="…", max_age="…"` |
//! | somebody else's resource | 403 | no challenge |
//! | a cookie's token in another site's request | 403 | no challenge |
//! | keys cannot be had | 503 with `Retry-After` | no challenge |
//! | not registered | 500, and one log line with the missing line of code | no challenge |
//!
//! Bodies are problem details (RFC 9457) with fixed text, or the service's own ([`AuthBuilder::refusal_body`]). The reason goes to
//! the log and to outer layers, never to the client. `Cache-Control: no-store` is on each.
//!
//! # One request's way
//!
//! | step | where |
//! |---|---|
//! | does this path need a token? | [`Guard`], `path.rs` |
//! | exactly one token, in a place that is configured | `credentials.rs`, `authorization.rs`, `cookie.rs`, `cross_origin.rs` |
//! | is it genuine, for us, and valid? | [`core::Verifier`] |
//! | who is it, may they, is it theirs? | [`Authenticated`] |
//! | what is answered if not | [`Reason`] → [`Refusal`]; for gRPC [`grpc`] |
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `remote` | yes | keys at an issuer: [`Auth::from_env`], [`Auth::issuer`], their health |
//! | `utoipa` | no | `openapi`: the bearer scheme, scopes and refusals in an OpenAPI document |

mod auth;
mod authenticated;
mod authorization;
mod challenge;
mod cookie;
mod credentials;
mod cross_origin;
pub mod grpc;
mod guard;
mod health;
#[cfg(feature = "utoipa")]
pub mod openapi;
mod path;
mod policy;
mod problem;
mod reason;
mod refusal;
mod telemetry;

pub use jwt_verify_core as core;
#[cfg(feature = "remote")]
pub use jwt_verify_remote as remote;

#[cfg(feature = "remote")]
pub use crate::health::READINESS_TIMEOUT;
pub use crate::{
    auth::{Auth, AuthBuilder},
    authenticated::{Authenticated, OwnerId},
    credentials::CredentialsError,
    guard::{Admission, Guard},
    health::HealthReply,
    path::PathPatternError,
    policy::NamedPolicy,
    problem::Body,
    reason::Reason,
    refusal::Refusal,
};

/// The examples of the README compile and hold.
#[cfg(doctest)]
mod readme {
    #[doc = include_str!("../README.md")]
    struct OfTheCrate;
}
