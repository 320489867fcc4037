//! [`Setup`]: what the suite brings for an app.

use std::sync::{Arc, Mutex, PoisonError};

use jwt_verify_core::Verifier;
use jwt_verify_http::{Auth, Body, Refusal};

/// What a [`Harness`](super::Harness) builds an app of. Cheap to clone.
///
/// Every `Auth` here is that of `jwt-verify-http`; an adapter makes its own of it by `From`. They trust the same issuer, and differ in
/// where they look for a token and in how they refuse.
#[derive(Clone, Debug)]
pub struct Setup {
    auth: Auth,
    cookie_auth: Auth,
    assertion_auth: Auth,
    realm_auth: Auth,
    rendered_auth: Auth,
    ran: Ran,
}

impl Setup {
    pub(super) fn new(verifier: &Verifier, ran: Ran) -> Self {
        let builder = || Auth::builder(verifier.clone());
        Self {
            auth: Auth::new(verifier.clone()),
            cookie_auth: builder().cookie("__session").build(),
            assertion_auth: builder().header("Cf-Access-Jwt-Assertion").without_authorization().build(),
            realm_auth: builder().realm(REALM).build(),
            rendered_auth: builder().refusal_body(render).build(),
            ran,
        }
    }

    /// As `Auth::new` makes it: a token in `Authorization`.
    #[must_use]
    pub fn auth(&self) -> Auth {
        self.auth.clone()
    }

    /// A token in `Authorization`, or in the cookie `__session`.
    #[must_use]
    pub fn cookie_auth(&self) -> Auth {
        self.cookie_auth.clone()
    }

    /// A token in `Cf-Access-Jwt-Assertion`, and nowhere else.
    #[must_use]
    pub fn assertion_auth(&self) -> Auth {
        self.assertion_auth.clone()
    }

    /// A realm with characters in it that have to be escaped.
    #[must_use]
    pub fn realm_auth(&self) -> Auth {
        self.realm_auth.clone()
    }

    /// Refusals with a body of the app's own: `text/plain`, `refused with` and the status.
    #[must_use]
    pub fn rendered_auth(&self) -> Auth {
        self.rendered_auth.clone()
    }

    /// Where handlers say that they ran.
    #[must_use]
    pub fn ran(&self) -> Ran {
        self.ran.clone()
    }
}

/// Remembers which handlers ran. Cheap to clone; clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Ran(Arc<Mutex<Vec<Run>>>);

/// A handler ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) route: String,
    pub(super) caller: Option<String>,
}

impl Ran {
    /// A handler of this name runs, with this caller. Gives the text that it has to answer: the caller, or `nobody`.
    #[must_use = "it is what the handler answers"]
    pub fn answer(&self, name: &str, caller: Option<&str>) -> String {
        let run = Run { route: name.into(), caller: caller.map(Into::into) };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(run);
        caller.unwrap_or("nobody").into()
    }

    /// What has run since it was last asked.
    pub(super) fn take(&self) -> Vec<Run> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The paths of the tree `/guarded` that need no token.
pub const GUARDED_EXEMPT: [&str; 1] = ["/guarded/open/*"];

/// The paths of the site that need a token.
pub const SITE_PATHS: [&str; 2] = ["/api/*", "/account"];

/// Those of them that need none.
pub const SITE_EXEMPT: [&str; 2] = ["/api/health", "/api/webhooks/*"];

/// The paths of the site that need [`Administer`](super::Administer).
pub const SITE_ADMIN: &str = "/api/admin/*";

/// The paths of the site that need [`ReadReports`](super::ReadReports).
pub const SITE_REPORTS: &str = "/api/reports/*";

/// The paths of the site that are of one user.
pub const SITE_OWNER: &str = "/api/users/{user_id}/*";

/// Both characters that a quoted string must escape (RFC 9110 §5.6.4).
const REALM: &str = r#"the "api" \ v1"#;

fn render(refusal: &Refusal) -> Body {
    Body::new("text/plain", format!("refused with {}", refusal.status()).into_bytes())
}
