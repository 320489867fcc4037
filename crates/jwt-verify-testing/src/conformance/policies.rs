//! What the handlers of the suite ask of a caller.

use std::time::Duration;

use jwt_verify_core::Policy;
use jwt_verify_http::NamedPolicy;
use serde::Deserialize;

/// The claims that a handler of the suite has a type for. `email` must be there, as a string.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's email address.
    pub email: String,
}

/// The scope `reports:read`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ReadReports;

impl NamedPolicy for ReadReports {
    fn policy() -> Policy {
        Policy::scope("reports:read")
    }
}

/// The scopes `reports:read` and `reports:export`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ExportReports;

impl NamedPolicy for ExportReports {
    fn policy() -> Policy {
        Policy::scopes(["reports:read", "reports:export"])
    }
}

/// One of the scopes `reports:read` and `audit`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ReadOrAudit;

impl NamedPolicy for ReadOrAudit {
    fn policy() -> Policy {
        Policy::any([Policy::scope("reports:read"), Policy::scope("audit")])
    }
}

/// The role `admin`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Administer;

impl NamedPolicy for Administer {
    fn policy() -> Policy {
        Policy::role("admin")
    }
}

/// Not the role `guest`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct NotGuest;

impl NamedPolicy for NotGuest {
    fn policy() -> Policy {
        Policy::not(Policy::role("guest"))
    }
}

/// A login of the last 300 seconds, of the class `urn:example:password`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RecentLogin;

impl NamedPolicy for RecentLogin {
    fn policy() -> Policy {
        Policy::all([
            Policy::acr(["urn:example:password"]),
            Policy::max_authentication_age(Duration::from_secs(300)),
        ])
    }
}

/// A login of the class `urn:example:passkey`, or else `urn:example:otp`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct StrongLogin;

impl NamedPolicy for StrongLogin {
    fn policy() -> Policy {
        Policy::acr(["urn:example:passkey", "urn:example:otp"])
    }
}

/// The scope `payments:write`, the role `treasurer`, and a login of the last 60 seconds.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct PayOut;

impl NamedPolicy for PayOut {
    fn policy() -> Policy {
        Policy::all([
            Policy::scope("payments:write"),
            Policy::role("treasurer"),
            Policy::max_authentication_age(Duration::from_secs(60)),
        ])
    }
}
