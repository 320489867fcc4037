//! The description of this service for its clients: `/openapi.json`, and a page that shows it.

/// Describes a type.
pub use poem_openapi::Object as Schema;
use poem_openapi::OpenApiService;

use crate::{auth::Secured, routes::Api};

/// The API, and its document. Who may call what is taken from the policies that enforce it: `Secured` does that.
pub fn service(api: Api) -> OpenApiService<Secured<Api>, ()> {
    OpenApiService::new(Secured(api), "Tasks", "1.0.0")
        .description("A small service for many users: each sees their own tasks.")
}

/// The page. It has all that it needs in itself, and asks for `/openapi.json` alone.
pub const PAGE: &str = include_str!("../assets/docs.html");
