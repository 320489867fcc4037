//! [`Expected`]: what a case's answer must be, and how it differs.

use std::ops::RangeInclusive;

use super::{client::Answer, setup::Run};

/// What the answer must be, and who must have run.
#[derive(Clone, Debug)]
pub(super) struct Expected {
    status: u16,
    challenge: Option<String>,
    content_type: Option<&'static str>,
    cache_control: Option<&'static str>,
    retry_after: Option<RangeInclusive<u64>>,
    body: String,
    ran: Option<Run>,
}

/// The table of `docs/errors.md`: every answer that is not the handler's.
impl Expected {
    pub(super) fn handler(run: Run) -> Self {
        Self {
            status: 200,
            challenge: None,
            content_type: None,
            cache_control: None,
            retry_after: None,
            body: run.caller.clone().unwrap_or_else(|| "nobody".into()),
            ran: Some(run),
        }
    }

    /// RFC 6750 §3.1: "If the request lacks any authentication information [..], the resource server SHOULD NOT include an error code
    /// or other error information."
    pub(super) fn no_credentials() -> Self {
        Self::refusal(401, "Unauthorized", "This needs an access token.").challenge("")
    }

    /// RFC 6750 §3.1, `invalid_request`.
    pub(super) fn malformed_credentials() -> Self {
        Self::refusal(400, "Bad Request", "The credentials of this request are not well-formed.")
            .challenge(r#", error="invalid_request""#)
    }

    /// RFC 6750 §3.1, `invalid_token`: the same for every reason.
    pub(super) fn invalid_token() -> Self {
        Self::refusal(401, "Unauthorized", "The access token is not valid here.")
            .challenge(r#", error="invalid_token""#)
    }

    /// RFC 6750 §3.1, `insufficient_scope`, with all scopes that are needed.
    pub(super) fn insufficient_scope(scopes: &str) -> Self {
        let scopes = if scopes.is_empty() { String::new() } else { format!(r#", scope="{scopes}""#) };
        Self::refusal(403, "Forbidden", "The access token does not allow this.")
            .challenge(&format!(r#", error="insufficient_scope"{scopes}"#))
    }

    /// RFC 9470 §3, with `acr_values` and `max_age` as they stand in the challenge.
    pub(super) fn step_up(parameters: &str) -> Self {
        Self::refusal(401, "Unauthorized", "This needs a more recent or a stronger login.")
            .challenge(&format!(r#", error="insufficient_user_authentication", {parameters}"#))
    }

    pub(super) fn not_owner() -> Self {
        Self::refusal(403, "Forbidden", "This belongs to somebody else.")
    }

    pub(super) fn cross_origin() -> Self {
        Self::refusal(403, "Forbidden", "This request came from another site.")
    }

    pub(super) fn ambiguous_path() -> Self {
        Self::refusal(400, "Bad Request", "The path of this request can be read in more than one way.")
    }

    /// RFC 9110 §15.6.4: 503 with `Retry-After`. A range where the pause is drawn by lot.
    pub(super) fn unavailable(retry_after: RangeInclusive<u64>) -> Self {
        let detail = "Access tokens cannot be checked at the moment. Try again later.";
        Self { retry_after: Some(retry_after), ..Self::refusal(503, "Service Unavailable", detail) }
    }

    pub(super) fn misconfigured() -> Self {
        Self::refusal(500, "Internal Server Error", "The server is not set up to check access tokens here.")
    }

    /// The same refusal with another realm, in quotes and escaped.
    pub(super) fn realm(mut self, quoted: &str) -> Self {
        self.challenge = self.challenge.map(|challenge| challenge.replacen(r#""api""#, quoted, 1));
        self
    }

    /// The same refusal with another body.
    pub(super) fn rendered(self, content_type: &'static str, body: &str) -> Self {
        Self { content_type: Some(content_type), body: body.into(), ..self }
    }

    /// RFC 9457.
    fn refusal(status: u16, title: &str, detail: &str) -> Self {
        Self {
            status,
            challenge: None,
            content_type: Some("application/problem+json"),
            cache_control: Some("no-store"),
            retry_after: None,
            body: format!(
                r#"{{"type":"about:blank","title":"{title}","status":{status},"detail":"{detail}"}}"#
            ),
            ran: None,
        }
    }

    fn challenge(self, parameters: &str) -> Self {
        Self { challenge: Some(format!(r#"Bearer realm="api"{parameters}"#)), ..self }
    }
}

impl Expected {
    /// Whether each run must bring the same `Retry-After`.
    pub(super) fn has_exact_retry_after(&self) -> bool {
        self.retry_after.as_ref().is_none_or(|range| range.start() == range.end())
    }

    /// Everything that is not as expected.
    pub(super) fn differences(&self, method: &str, answer: &Answer, ran: &[Run]) -> Vec<Difference> {
        let found = |name| answer.values(name).join(" + ");
        let or_none = |value: Option<&str>| value.unwrap_or_default().to_owned();
        let retry_after = match &self.retry_after {
            // Where it is drawn by lot: as expected whenever it is in the range.
            Some(range) if found("retry-after").parse().is_ok_and(|value| range.contains(&value)) => {
                found("retry-after")
            }
            Some(range) if range.start() == range.end() => range.start().to_string(),
            Some(range) => format!("{} to {}", range.start(), range.end()),
            None => String::new(),
        };
        // RFC 9110 §9.3.2, HEAD: "the server MUST NOT send content in the response".
        let body = if method == "HEAD" { "" } else { &self.body };
        let mut rows = vec![
            Difference::new("status", self.status.to_string(), answer.status.to_string()),
            Difference::new(
                "www-authenticate",
                or_none(self.challenge.as_deref()),
                found("www-authenticate"),
            ),
            Difference::new("cache-control", or_none(self.cache_control), found("cache-control")),
            Difference::new("retry-after", retry_after, found("retry-after")),
            Difference::new("body", body.into(), answer.text()),
            Difference::new("handlers that ran", told(self.ran.as_slice()), told(ran)),
        ];
        // What a refusal tells beyond this, a reason in a field say, is told to whoever tries forged tokens.
        if self.ran.is_none() {
            let surplus = answer.fields.iter().map(|(name, _)| name.as_str());
            let surplus: Vec<_> = surplus.filter(|name| !REFUSAL_FIELDS.contains(name)).collect();
            rows.push(Difference::new("further fields", String::new(), surplus.join(", ")));
        }
        // That of a handler is the framework's.
        if let Some(content_type) = self.content_type {
            rows.push(Difference::new("content-type", content_type.into(), found("content-type")));
        }
        rows.retain(|row| row.expected != row.found);
        rows
    }
}

/// One thing that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) what: &'static str,
    pub(super) expected: String,
    pub(super) found: String,
}

impl Difference {
    pub(super) fn new(what: &'static str, expected: String, found: String) -> Self {
        Self { what, expected, found }
    }
}

/// What an answer without a handler may have: ours, and the server's own.
const REFUSAL_FIELDS: [&str; 10] = [
    "www-authenticate",
    "cache-control",
    "retry-after",
    "content-type",
    "content-length",
    "transfer-encoding",
    "connection",
    "date",
    "server",
    "vary",
];

fn told(ran: &[Run]) -> String {
    let told = |run: &Run| match &run.caller {
        Some(caller) => format!("{} for {caller}", run.route),
        None => format!("{} without caller", run.route),
    };
    ran.iter().map(told).collect::<Vec<_>>().join(", ")
}
