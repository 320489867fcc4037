//! Who may do what. The one file that says which adapter this service uses.

pub use jwt_verify_axum::{
    Auth, Authorized, CurrentUser, HealthReply, Identity, MaybeUser, Owner, PathPatternError, Protect,
    Reason, openapi,
};
use jwt_verify_axum::{Policy, policy};

policy! {
    /// Reports are for those whose token has the scope.
    pub ReadReports = Policy::scope("reports:read");
}
policy! {
    /// The administrators.
    pub Administer = Policy::role("admin");
}

/// All below `/api` needs a token, also a handler that forgets to ask who is calling.
pub fn protect_api(auth: &Auth) -> Result<Protect, PathPatternError> {
    auth.protect().paths(["/api/*"])
}
