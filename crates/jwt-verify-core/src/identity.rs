//! Who is calling: the claims of one issuer, read into an [`Identity`].

mod list;
mod mapping;
mod path;

use alloc::{string::String, sync::Arc, vec::Vec};
use core::fmt;

pub use self::{list::ListClaim, mapping::ClaimMapping, path::ClaimPath};
use crate::Claims;

/// The caller, as the issuer of a verified token describes them.
///
/// It has no public constructor: holding one means that a token was verified and that its claims fit the
/// issuer's [`ClaimMapping`]. Cloning is cheap. `Debug` prints who it is and what they may do, but neither
/// the email address nor the claims, which are personal data.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::Identity;
///
/// fn may_publish(caller: &Identity, author_id: &str) -> bool {
///     caller.id() == author_id || caller.has_role("editor")
/// }
/// ```
#[derive(Clone)]
pub struct Identity(Arc<Parts>);

struct Parts {
    id: String,
    email: Option<String>,
    email_verified: Option<bool>,
    roles: Vec<String>,
    scopes: Vec<String>,
    tenant: Option<String>,
    issuer: Option<Arc<str>>,
    claims: Arc<Claims>,
}

impl Identity {
    /// The user's ID, never empty: `sub` unless the mapping says otherwise.
    ///
    /// Unique within its [`issuer`](Self::issuer) only. RFC 7519 §4.1.2: it is "locally unique in the context
    /// of the issuer or [..] globally unique".
    #[must_use]
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The email address, as the issuer has it. Two issuers may say the same of different people.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// Whether the issuer checked that the email address is the user's, or `None` if it does not say.
    #[must_use]
    pub fn email_verified(&self) -> Option<bool> {
        self.0.email_verified
    }

    /// The roles from every place that the mapping names, in that order. A role found in two places is there
    /// twice.
    #[must_use]
    pub fn roles(&self) -> &[String] {
        &self.0.roles
    }

    /// The scopes that the token carries.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.0.scopes
    }

    /// The tenant or organization, if the mapping names a claim for it.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.0.tenant.as_deref()
    }

    /// The token's `iss`. `None` only if tokens without one are accepted.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.0.issuer.as_deref()
    }

    /// Every claim of the token.
    #[must_use]
    pub fn claims(&self) -> &Claims {
        &self.0.claims
    }

    /// Whether this very role is among the roles. No prefix, no pattern, no case folding.
    #[must_use]
    pub fn has_role(&self, role: &str) -> bool {
        self.0.roles.iter().any(|held| held == role)
    }

    /// Whether this very scope is among the scopes. RFC 6749 §3.3 calls them "case-sensitive strings": `read`
    /// is neither `Read` nor a part of `unread`.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.0.scopes.iter().any(|held| held == scope)
    }
}

/// Neither the email address nor the claims.
impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("id", &self.id())
            .field("issuer", &self.issuer())
            .field("tenant", &self.tenant())
            .field("roles", &self.roles())
            .field("scopes", &self.scopes())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
