//! Protects routes of [Axum](axum): build, register, take the argument.
//!
//! ```
//! use axum::{Router, routing::get};
//! use jwt_verify_axum::{Auth, CurrentUser, remote::providers};
//!
//! async fn me(user: CurrentUser) -> String {
//!     format!("Hello {}", user.id())
//! }
//!
//! // Or `Auth::from_env()?`, for whatever issuer the environment names.
//! let auth = Auth::issuer(providers::auth0("acme.eu.auth0.com").audience("https://api.acme.example"))?;
//! let app: Router = Router::new().route("/me", get(me)).layer(auth);
//! # Ok::<(), jwt_verify_axum::remote::SetupError>(())
//! ```
//!
//! # What the handler gets
//!
//! | argument | who reaches the handler |
//! |---|---|
//! | [`CurrentUser`] | a user with a token that is genuine, for us, and valid now |
//! | [`Verified<C>`](Verified) | whoever has such a token with claims that fit `C` |
//! | [`MaybeUser`], [`MaybeVerified<C>`](MaybeVerified) | the same, or anybody without a token; a token that is refused is refused |
//! | [`Owner`] | the user whom `{user_id}` of the path names |
//! | [`Authorized<P>`](Authorized) | a user whom the [policy](policy!) `P` allows |
//!
//! Each holds what was verified, and cannot be made in another way. `Option<CurrentUser>` and `Option<Verified<C>>` mean `MaybeUser`
//! and `MaybeVerified<C>`. A request is verified once, however many of them it meets.
//!
//! For whole trees of routes there is a layer, [`Auth::protect`], with path rules; see [`Protect`].
//!
//! # What the client sees
//!
//! | request | status | `WWW-Authenticate` |
//! |---|---|---|
//! | without a token, or with credentials of another scheme | 401 | `Bearer realm="api"` |
//! | with broken credentials, or with two | 400 | `error="invalid_request"` |
//! | with a token that is refused, whatever the reason | 401 | `error="invalid_token"` |
//! | of a user who lacks a scope or a role | 403 | `error="insufficient_scope"` and all scopes needed |
//! | of a user who has to log in again, or more strongly | 401 | `error="insufficient_user_authentication"` and how |
//! | for somebody else's resource | 403 | none |
//! | while keys cannot be had | 503 with `Retry-After` | none |
//! | where no [`Auth`] is registered | 500, and a line in the log that says which line of code is missing | none |
//!
//! Bodies are `application/problem+json` with fixed text, or [yours](jwt_verify_http::AuthBuilder::refusal_body). None says why a
//! token was refused: that goes to the log (`tracing`), to counters (`metrics`), and as a [`Reason`] into the response's extensions.
//! The adapters for Actix-web and Poem answer the same, byte for byte.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `remote` | yes | keys that live at an issuer: `Auth::from_env`, `Auth::issuer`, the module `remote` |
//! | `utoipa` | no | the module `openapi`: the bearer scheme, the scopes and the refusals in an OpenAPI document |

mod auth;
mod extract;
mod middleware;
mod rejection;

/// Verification without I/O, and the types that handlers meet.
pub use jwt_verify_core as core;
pub use jwt_verify_core::{Claims, Identity, Policy, VerifiedToken, Verifier};
/// What a verdict means in HTTP, without a framework.
pub use jwt_verify_http as http;
#[cfg(feature = "utoipa")]
pub use jwt_verify_http::openapi;
pub use jwt_verify_http::{
    AuthBuilder, Authenticated, Body, HealthReply, NamedPolicy, PathPatternError, Reason, Refusal, policy,
};
/// Keys that live at an issuer, providers that are known, and the environment.
#[cfg(feature = "remote")]
pub use jwt_verify_remote as remote;

pub use crate::{
    auth::{Auth, Registration},
    extract::{Authorized, CurrentUser, MaybeUser, MaybeVerified, Owner, Verified},
    middleware::{Protect, Protected},
    rejection::Rejection,
};

/// The examples of the READMEs, and of the page for those who come from FastAPI, compile and hold.
#[cfg(all(doctest, feature = "remote"))]
mod readme {
    #[doc = include_str!("../README.md")]
    struct OfTheCrate;
    #[doc = include_str!("../../../README.md")]
    struct OfTheProject;
    #[doc = include_str!("../../../docs/from-fastapi.md")]
    struct FromFastApi;
}
