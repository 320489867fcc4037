//! What a client is told when a request fails for another reason than its token: problem details (RFC 9457), like refusals.

use std::{error::Error, fmt};

use serde::Serialize;

/// A status of HTTP, and one sentence for the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: &'static str,
}

impl Problem {
    pub const CONTENT_TYPE: &'static str = "application/problem+json";

    pub const NOT_JSON: Self = Self::new(400, "Bad Request", "The body is not a task: {\"title\": \"...\"}.");
    pub const TOO_MANY: Self = Self::new(409, "Conflict", "There are 1000 tasks, and no more can be kept.");
    pub const TOO_LARGE: Self = Self::new(413, "Content Too Large", "The body has more than 16 KiB.");
    pub const NOT_JSON_TYPE: Self =
        Self::new(415, "Unsupported Media Type", "The body's content type must be application/json.");
    pub const BAD_TITLE: Self = Self::new(
        422,
        "Unprocessable Content",
        "A title is 1 to 200 characters, without control characters.",
    );

    const fn new(status: u16, title: &'static str, detail: &'static str) -> Self {
        Self { kind: "about:blank", title, status, detail }
    }

    /// What went wrong is for the log alone.
    pub fn internal(error: &dyn Error) -> Self {
        tracing::error!(error = %error, "the request could not be answered");
        Self::new(500, "Internal Server Error", "Something went wrong. It is not your fault.")
    }

    pub fn status(&self) -> u16 {
        self.status
    }

    pub fn body(&self) -> String {
        // Nothing in it that JSON could not say.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.title, self.detail)
    }
}

impl Error for Problem {}
