//! [`Guard`]: what a tree of routes needs.

use std::sync::Arc;

use jwt_verify_core::Policy;

use crate::{
    Auth, Authenticated, OwnerId, PathPatternError, Reason, Refusal,
    path::{PathPattern, is_plain},
};

/// Decides, before any handler runs, whether a request may pass: by its path, its token, and policies.
///
/// Made by [`Auth::guard`]. Everything needs a token until [`paths`](Self::paths) or [`exempt`](Self::exempt) say otherwise. What a
/// policy or an owner is named for needs one too, whatever `paths` says; an exemption is final. Cheap to clone. The adapters'
/// `Protect` is this one, as a middleware.
///
/// Patterns are about the whole path, as the client sent it: `/api/*` is `/api`, `/api/` and everything below; `{name}` is one segment.
///
/// A path that can be read in more than one way (`//`, `/./`, `%2e`, `%2F` and the like) is never exempt: a router behind the guard could
/// read it as a path that is protected. If owners or policies depend on the path, it is refused.
///
/// A CORS preflight needs a token like any request, and has none: CORS belongs outside of the guard, where it answers preflights and
/// its fields stand on refusals too. [`danger_pass_preflights`](Self::danger_pass_preflights) is for CORS inside.
///
/// # Examples
///
/// ```
/// use jwt_verify_http::{Admission, Auth, core::Policy};
/// use jwt_verify_testing::TestIssuer;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let issuer = TestIssuer::start();
/// let guard = Auth::new(issuer.verifier())
///     .guard()
///     .paths(["/api/*"])?
///     .exempt(["/api/webhooks/*"])?
///     .require_on("/api/admin/*", Policy::role("admin"))?
///     .owner("/api/users/{user_id}/*")?;
///
/// let token = format!("Bearer {}", issuer.token().subject("ada").mint());
/// let fields = [("authorization", token.as_bytes())];
/// assert!(matches!(guard.check("GET", "/health", []).await?, Admission::Public));
/// assert!(matches!(guard.check("GET", "/api/users/ada/tasks", fields).await?, Admission::Authenticated(_)));
/// assert_eq!(guard.check("GET", "/api/users/ada/tasks", []).await.unwrap_err().status(), 401);
/// assert_eq!(guard.check("GET", "/api/users/grace/tasks", fields).await.unwrap_err().status(), 403);
/// assert_eq!(guard.check("GET", "/api/admin/users", fields).await.unwrap_err().status(), 403);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Guard {
    auth: Auth,
    rules: Arc<Rules>,
}

/// What a guard lets through.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Admission {
    /// Nothing here needs a token: the path is not protected, or the request is a CORS preflight that is let through. A token that
    /// is there all the same has not been looked at.
    Public,
    /// The token is verified, and the caller allowed.
    Authenticated(Authenticated),
}

#[derive(Clone, Debug, Default)]
struct Rules {
    /// `None`: all.
    protected: Option<Vec<PathPattern>>,
    exempt: Vec<PathPattern>,
    everywhere: Vec<Policy>,
    policies: Vec<(PathPattern, Policy)>,
    owners: Vec<PathPattern>,
    preflights: Preflights,
}

/// What a CORS preflight needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Preflights {
    #[default]
    NeedToken,
    Pass,
}

impl Guard {
    pub(crate) fn new(auth: Auth) -> Self {
        Self { auth, rules: Arc::default() }
    }

    /// Only these paths need a token. Called twice, both count.
    ///
    /// # Errors
    ///
    /// [`PathPatternError`] for a text that is no pattern, and for none at all, which would leave everything open.
    pub fn paths(
        self,
        patterns: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, PathPatternError> {
        let patterns = parse(patterns)?;
        if patterns.is_empty() {
            return Err(PathPatternError::NoPattern);
        }
        Ok(self.with(|rules| rules.protected.get_or_insert_default().extend(patterns)))
    }

    /// These paths need no token, although they are protected otherwise. No policy and no owner holds there either.
    ///
    /// # Errors
    ///
    /// [`PathPatternError`] for a text that is no pattern.
    pub fn exempt(
        self,
        patterns: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, PathPatternError> {
        let patterns = parse(patterns)?;
        Ok(self.with(|rules| rules.exempt.extend(patterns)))
    }

    /// Whatever needs a token also needs to be allowed by this policy. Called twice, both have to hold.
    pub fn require(self, policy: Policy) -> Self {
        self.with(|rules| rules.everywhere.push(policy))
    }

    /// What has a path like this needs a token, and to be allowed by this policy. Of several patterns that fit a path, all policies have
    /// to hold.
    ///
    /// # Errors
    ///
    /// [`PathPatternError`] for a text that is no pattern.
    pub fn require_on(self, pattern: impl AsRef<str>, policy: Policy) -> Result<Self, PathPatternError> {
        let pattern = PathPattern::parse(pattern.as_ref())?;
        Ok(self.with(|rules| rules.policies.push((pattern, policy))))
    }

    /// What is below the path of a user is for that user: `/api/users/{user_id}/*`. The parameter's name is
    /// [`owner_parameter`](crate::AuthBuilder::owner_parameter).
    ///
    /// `{user_id}` is any segment: `/api/{user_id}/*` would take `/api/reports` for a user's. Where users have no segment of their own,
    /// take the adapters' `Owner` in the handlers.
    ///
    /// # Security
    ///
    /// The ID is unique within its issuer. If the verifier trusts several, a user of one may have the ID of another's user: give paths a
    /// segment for the issuer, and compare [`Identity::issuer`](jwt_verify_core::Identity::issuer) too.
    ///
    /// # Errors
    ///
    /// [`PathPatternError`] for a text that is no pattern, or has no such parameter.
    pub fn owner(self, pattern: impl AsRef<str>) -> Result<Self, PathPatternError> {
        let pattern = PathPattern::parse(pattern.as_ref())?;
        let pattern = pattern.with_parameter(self.auth.owner_parameter())?;
        Ok(self.with(|rules| rules.owners.push(pattern)))
    }

    /// Lets CORS preflights through without a token, for CORS inside of the guard.
    ///
    /// # Security
    ///
    /// A preflight is `OPTIONS` with two header fields, and anybody can send one. A handler that answers every method runs for it, without a
    /// token, whatever policies say. Put CORS outside instead.
    pub fn danger_pass_preflights(self) -> Self {
        self.with(|rules| rules.preflights = Preflights::Pass)
    }

    /// Whose token is accepted.
    #[must_use]
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    /// Decides about a request. Ready at the first poll unless the keys have to be asked for.
    ///
    /// `path` is the request's path as it was sent, percent-encoded, with or without its query; `method` and `fields` are as for
    /// [`Auth::authenticate`].
    ///
    /// # Errors
    ///
    /// The [`Refusal`] to answer with.
    pub async fn check<'a>(
        &self,
        method: &str,
        path: &str,
        fields: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Admission, Refusal> {
        self.check_known(method, path, fields, None).await
    }

    /// As [`check`](Self::check), for a request that may have passed a guard before: if `known` is [from](Authenticated::is_from) the same
    /// [`Auth`], the token is not verified again.
    ///
    /// # Errors
    ///
    /// The [`Refusal`] to answer with.
    pub async fn check_known<'a>(
        &self,
        method: &str,
        path: &str,
        fields: impl IntoIterator<Item = (&'a str, &'a [u8])>,
        known: Option<&Authenticated>,
    ) -> Result<Admission, Refusal> {
        let is_plain = is_plain(path);
        if is_plain && !self.rules.protect(path) {
            return Ok(Admission::Public);
        }
        let known = known.filter(|caller| caller.is_from(&self.auth));
        let caller = if let Some(caller) = known {
            caller.clone()
        } else if method == "OPTIONS" && self.rules.preflights == Preflights::Pass {
            // Only here are the fields looked at twice.
            let fields: Vec<_> = fields.into_iter().collect();
            if is_cors_preflight(&fields) {
                return Ok(Admission::Public);
            }
            self.auth.authenticate(method, fields).await?
        } else {
            self.auth.authenticate(method, fields).await?
        };
        self.rules.check(&caller, path, is_plain, &self.auth)?;
        Ok(Admission::Authenticated(caller))
    }

    fn with(mut self, change: impl FnOnce(&mut Rules)) -> Self {
        change(Arc::make_mut(&mut self.rules));
        self
    }
}

impl Rules {
    /// For a path in its plain form.
    fn protect(&self, path: &str) -> bool {
        // A rule for a path that nothing protects would look like one that holds.
        let named = || self.policies.iter().map(|(pattern, _)| pattern).chain(&self.owners);
        let is_protected = match &self.protected {
            None => true,
            Some(patterns) => patterns.iter().chain(named()).any(|pattern| pattern.covers(path)),
        };
        is_protected && !self.exempt.iter().any(|pattern| pattern.matches(path))
    }

    fn check(&self, caller: &Authenticated, path: &str, is_plain: bool, auth: &Auth) -> Result<(), Refusal> {
        for policy in &self.everywhere {
            caller.authorize(policy)?;
        }
        let depends_on_path = !self.policies.is_empty() || !self.owners.is_empty();
        if depends_on_path && !is_plain {
            return Err(auth.refuse(Reason::AmbiguousPath, Some(caller.token())));
        }
        for (pattern, policy) in &self.policies {
            if pattern.covers(path) {
                caller.authorize(policy)?;
            }
        }
        for pattern in &self.owners {
            if let Some(segment) = pattern.parameter(path, auth.owner_parameter()) {
                caller.check_owner(OwnerId::Encoded(segment))?;
            }
        }
        Ok(())
    }
}

/// Fetch Standard §4.8, CORS-preflight fetch: a preflight has the method `OPTIONS`, an `Origin`, and the method that is asked for in
/// `Access-Control-Request-Method`. A browser sends it without credentials, so it cannot have a token; what follows it does.
fn is_cors_preflight(fields: &[(&str, &[u8])]) -> bool {
    let has = |name: &str| fields.iter().any(|(found, _)| found.eq_ignore_ascii_case(name));
    has("origin") && has("access-control-request-method")
}

fn parse(patterns: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Vec<PathPattern>, PathPatternError> {
    patterns.into_iter().map(|pattern| PathPattern::parse(pattern.as_ref())).collect()
}
