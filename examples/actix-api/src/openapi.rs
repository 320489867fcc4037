//! The description of this service for its clients: `/openapi.json`, and a page that shows it.

use std::error::Error;

use utoipa::OpenApi;
/// Describes a type.
pub use utoipa::ToSchema as Schema;

use crate::{
    auth::{
        Administer, ReadReports,
        openapi::{Access, secure},
    },
    routes,
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tasks",
        description = "A small service for many users: each sees their own tasks.",
        version = "1.0.0"
    ),
    paths(routes::hello, routes::me, routes::list_tasks, routes::add_task, routes::reports, routes::admin)
)]
struct Document;

/// The document. Who may call what is taken from the policies that enforce it.
pub fn document() -> Result<String, Box<dyn Error>> {
    let mut document = Document::openapi();
    secure(&mut document, "get", "/public/hello", Access::Optional)?;
    secure(&mut document, "get", "/api/me", Access::User)?;
    secure(&mut document, "get", "/api/{user_id}/tasks", Access::Owner)?;
    secure(&mut document, "post", "/api/{user_id}/tasks", Access::Owner)?;
    secure(&mut document, "get", "/api/reports", Access::policy::<ReadReports>())?;
    secure(&mut document, "get", "/api/admin", Access::policy::<Administer>())?;
    Ok(document.to_json()?)
}

/// The page. It has all that it needs in itself, and asks for `/openapi.json` alone.
pub const PAGE: &str = include_str!("../assets/docs.html");
