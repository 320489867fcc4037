//! The conformance suite: what a verified or refused token means in HTTP, as a table of cases that every adapter runs over a socket.
//!
//! An adapter implements [`Harness`], which serves three small apps with the framework under test, and
//! [`conformance!`](crate::conformance!) makes one named test of each [`Case`]. A case says what the request is, in bytes, in which
//! state the issuer is, and what is expected: status, header fields, body, and whether a handler ran and as whom. What a framework
//! does beyond that is its own affair.
//!
//! ```ignore
//! struct MyFramework;
//!
//! impl jwt_verify_testing::conformance::Harness for MyFramework { /* below */ }
//!
//! jwt_verify_testing::conformance!(MyFramework);
//! ```
//!
//! The shortest harness is that of this crate's own tests, `tests/reference/harness.rs`: the suite against `jwt-verify-http` and a bare
//! server.
//!
//! Whoever has an adapter, a proxy or wrappers of their own runs the same cases: all of them, or those of [`cases`] that concern
//! them, with [`run`].
//!
//! # The apps
//!
//! Every route answers every method. A handler answers what [`Ran::answer`] gives it, as plain text with status 200. A path that no
//! route is for is answered by the *fallback*: a handler of its own, without arguments, that calls `ran.answer("fallback", None)`.
//! Routes are matched in the order of this table, and `{rest}` stands for one segment or more. What is called *argument* is the
//! extractor that the handler takes, by the name that it has in every adapter; *caller* is what the handler passes to [`Ran::answer`].
//!
//! ## [`Harness::routes`]: `setup.auth()` is registered for the whole app
//!
//! | path | name | argument | caller |
//! |---|---|---|---|
//! | `/health` | `health` | none | none |
//! | `/me` | `me` | `CurrentUser` | its ID |
//! | `/claims` | `claims` | `Verified<`[`Profile`]`>` | `email` of its claims |
//! | `/both` | `both` | `CurrentUser`, and after it `Verified<`[`Profile`]`>` | the ID |
//! | `/maybe` | `maybe` | `MaybeUser` | its ID, or none |
//! | `/maybe-claims` | `maybe-claims` | `MaybeVerified<`[`Profile`]`>` | `email` of its claims, or none |
//! | `/users/{user_id}/tasks` | `tasks` | `Owner` | its ID |
//! | `/owner` | `owner` | `Owner`, although the route has no parameter | its ID |
//! | `/reports` | `reports` | `Authorized<`[`ReadReports`]`>` | its ID |
//! | `/export` | `export` | `Authorized<`[`ExportReports`]`>` | its ID |
//! | `/either` | `either` | `Authorized<`[`ReadOrAudit`]`>` | its ID |
//! | `/admin` | `admin` | `Authorized<`[`Administer`]`>` | its ID |
//! | `/not-guest` | `not-guest` | `Authorized<`[`NotGuest`]`>` | its ID |
//! | `/recent` | `recent` | `Authorized<`[`RecentLogin`]`>` | its ID |
//! | `/strong` | `strong` | `Authorized<`[`StrongLogin`]`>` | its ID |
//! | `/payouts` | `payouts` | `Authorized<`[`PayOut`]`>` | its ID |
//!
//! For each of the following trees another `Auth` is registered, or guards are put before it. Patterns are about the whole path.
//!
//! | path | name | argument | caller | what is special about the tree |
//! |---|---|---|---|---|
//! | `/cookie/me` | `cookie` | `CurrentUser` | its ID | `setup.cookie_auth()` is registered |
//! | `/assertion/me` | `assertion` | `CurrentUser` | its ID | `setup.assertion_auth()` is registered |
//! | `/realm/me` | `realm` | `CurrentUser` | its ID | `setup.realm_auth()` is registered |
//! | `/rendered/me` | `rendered` | `CurrentUser` | its ID | `setup.rendered_auth()` is registered |
//! | `/rendered/tasks/{user_id}` | `rendered` | `Owner` | its ID | the same tree |
//! | `/rendered-guard/{rest}` | `rendered` | none | none | the guard `rendered_auth.protect()` |
//! | `/guarded/me` | `guarded-me` | `CurrentUser` | its ID | the guard `auth.protect().exempt(`[`GUARDED_EXEMPT`]`)` |
//! | `/guarded/claims` | `guarded-claims` | `Verified<`[`Profile`]`>` | `email` of its claims | the same tree |
//! | `/guarded/reports` | `guarded-reports` | `Authorized<`[`ReadReports`]`>` | its ID | the same tree |
//! | `/guarded/users/{user_id}/tasks` | `guarded-tasks` | `Owner` | its ID | the same tree |
//! | `/guarded/open/me` | `open-me` | `CurrentUser` | its ID | the same tree |
//! | `/guarded/open/maybe` | `open-maybe` | `MaybeUser` | its ID, or none | the same tree |
//! | `/guarded/{rest}` | `guarded` | none | none | the same tree |
//! | `/required/me` | `required-me` | `CurrentUser` | its ID | the guard `auth.require(`[`ReadReports::policy()`](ReadReports)`)` |
//! | `/required/{rest}` | `required` | none | none | the same tree |
//! | `/two/me` | `two` | `CurrentUser` | its ID | the guard `auth.protect()`, and inside it the guard `assertion_auth.protect()` |
//!
//! ## [`Harness::site`]: one guard before the whole app, the fallback included
//!
//! The guard is `setup.auth().protect()` with [`SITE_PATHS`], [`SITE_EXEMPT`], `require_on(`[`SITE_ADMIN`]`, `[`Administer`]`)`,
//! `require_on(`[`SITE_REPORTS`]`, `[`ReadReports`]`)` and `owner(`[`SITE_OWNER`]`)`. There are no routes: every path, in whatever
//! form, and every method reach the fallback.
//!
//! ## [`Harness::unregistered`]: no `Auth` anywhere
//!
//! | path | name | argument | caller |
//! |---|---|---|---|
//! | `/me` | `me` | `CurrentUser` | its ID |
//! | `/claims` | `claims` | `Verified<`[`Profile`]`>` | `email` of its claims |
//! | `/maybe` | `maybe` | `MaybeUser` | its ID, or none |
//! | `/maybe-claims` | `maybe-claims` | `MaybeVerified<`[`Profile`]`>` | `email` of its claims, or none |
//! | `/users/{user_id}/tasks` | `tasks` | `Owner` | its ID |
//! | `/reports` | `reports` | `Authorized<`[`ReadReports`]`>` | its ID |

mod case;
mod cases;
mod client;
mod expected;
mod harness;
mod names;
mod policies;
mod run;
mod setup;

pub use self::{
    case::Case,
    cases::cases,
    client::Answer,
    harness::{Harness, Running, Stopped},
    policies::{
        Administer, ExportReports, NotGuest, PayOut, Profile, ReadOrAudit, ReadReports, RecentLogin,
        StrongLogin,
    },
    run::{answer, run},
    setup::{GUARDED_EXEMPT, Ran, SITE_ADMIN, SITE_EXEMPT, SITE_OWNER, SITE_PATHS, SITE_REPORTS, Setup},
};
