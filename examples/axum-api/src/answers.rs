//! What the service says beside tasks.

use serde::Serialize;

use crate::{auth::Identity, openapi::Schema};

/// `GET /public/hello`.
#[derive(Clone, Debug, Serialize, Schema)]
pub struct Hello {
    pub message: String,
}

impl Hello {
    pub fn to(user: Option<&Identity>) -> Self {
        Self { message: format!("Hello {}", user.map_or("stranger", Identity::id)) }
    }
}

/// `GET /api/me`: who is calling, as the token says.
#[derive(Clone, Debug, Serialize, Schema)]
pub struct Me {
    pub id: String,
    pub email: Option<String>,
    pub roles: Vec<String>,
    pub scopes: Vec<String>,
}

impl From<&Identity> for Me {
    fn from(user: &Identity) -> Self {
        Self {
            id: user.id().to_owned(),
            email: user.email().map(str::to_owned),
            roles: user.roles().to_vec(),
            scopes: user.scopes().to_vec(),
        }
    }
}

/// `GET /api/reports`.
#[derive(Clone, Debug, Serialize, Schema)]
pub struct Report {
    /// How many tasks the caller has.
    pub tasks: i64,
}

/// `GET /api/admin`.
#[derive(Clone, Debug, Serialize, Schema)]
pub struct Admin {
    /// Who was let in.
    pub id: String,
}
