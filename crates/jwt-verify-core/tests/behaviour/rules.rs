//! The rules of an issuer, one by one, with their boundaries.

mod audience;
mod identity;
mod issuers;
mod kind;
mod printing;
mod resolver;
mod setup;
mod tenants;
mod time;
mod verified;
