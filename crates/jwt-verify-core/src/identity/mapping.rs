//! Which claims tell who is calling.

use alloc::{
    borrow::{Cow, ToOwned},
    string::{String, ToString},
    sync::Arc,
    vec,
    vec::Vec,
};

use serde_json::Value;

use super::{
    ClaimPath, Identity, ListClaim, Parts,
    list::{Shape, read_all},
};
use crate::{ClaimError, Claims, json};

/// Which claims of one issuer's tokens tell who is calling.
///
/// | what | read from, unless said otherwise | absent or `null` | of another type |
/// |---|---|---|---|
/// | ID | `sub`, a string that is not empty | absent: no identity; `null`: refused | refused |
/// | email | `email`, a string | `None` | refused |
/// | email verified | `email_verified`, a boolean or, as Apple writes it, `"true"` or `"false"` | `None` | refused |
/// | scopes | `scope`, and `scp` where there is no `scope`: a space-separated string or an array of strings | none | refused |
/// | roles | nowhere | none | refused |
/// | tenant | nowhere | `None` | refused |
///
/// `scope` is the claim of RFC 8693 §4.2 and RFC 9068 §2.2.3; `scp` is that of Entra, Okta, Kinde and
/// Authelia. Empty names of roles and scopes are dropped.
///
/// A claim that the user can write (a profile field) must not be named here: it would be believed.
///
/// # Examples
///
/// Keycloak keeps the roles of the realm and those of each client apart:
///
/// ```
/// use jwt_verify_core::ClaimMapping;
///
/// let keycloak = ClaimMapping::new()
///     .roles(["realm_access", "roles"])
///     .roles(["resource_access", "reports-api", "roles"])
///     .tenant("org_id");
/// assert_ne!(keycloak, ClaimMapping::new());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimMapping {
    user_id: Vec<ClaimPath>,
    email: ClaimPath,
    email_verified: Option<ClaimPath>,
    /// The standard `email_verified` goes with the standard `email` only.
    email_verified_is_named: bool,
    roles: Vec<ListClaim>,
    scopes: Vec<ListClaim>,
    /// Of the standard places one is read, of named ones all.
    scopes_are_named: bool,
    tenant: Option<ClaimPath>,
    /// Strings that hold an object through which the other paths lead.
    stringified: Vec<ClaimPath>,
}

impl ClaimMapping {
    /// The mapping that the table above calls "unless said otherwise".
    #[must_use]
    pub fn new() -> Self {
        Self {
            user_id: vec![ClaimPath::from("sub")],
            email: ClaimPath::from("email"),
            email_verified: Some(ClaimPath::from("email_verified")),
            email_verified_is_named: false,
            roles: Vec::new(),
            scopes: vec![ListClaim::space_separated("scope"), ListClaim::space_separated("scp")],
            scopes_are_named: false,
            tenant: None,
            stringified: Vec::new(),
        }
    }

    /// Reads the ID from this claim instead of `sub`.
    #[must_use]
    pub fn user_id(self, claim: impl Into<ClaimPath>) -> Self {
        self.user_id_chain([claim])
    }

    /// Reads the ID from the first of these claims that is there.
    ///
    /// All that are there must agree, or the token is refused with [`ClaimError::UserIdsDisagree`]: issuers
    /// put profile fields into tokens, and a user who can set a field `user_id` could otherwise become
    /// somebody else.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::ClaimMapping;
    ///
    /// let mapping = ClaimMapping::new().user_id_chain(["user_id", "sub", "id"]);
    /// assert_ne!(mapping, ClaimMapping::new());
    /// ```
    #[must_use]
    pub fn user_id_chain(mut self, claims: impl IntoIterator<Item = impl Into<ClaimPath>>) -> Self {
        self.user_id = claims.into_iter().map(Into::into).collect();
        self
    }

    /// Reads the email address from this claim.
    ///
    /// What the token's `email_verified` says is about its `email`, so it is no longer read: name the claim
    /// that is about this one with [`email_verified`](Self::email_verified).
    #[must_use]
    pub fn email(mut self, claim: impl Into<ClaimPath>) -> Self {
        self.email = claim.into();
        if !self.email_verified_is_named {
            self.email_verified = None;
        }
        self
    }

    /// Reads from this claim whether the email address was verified. Better Auth: `emailVerified`.
    #[must_use]
    pub fn email_verified(mut self, claim: impl Into<ClaimPath>) -> Self {
        self.email_verified = Some(claim.into());
        self.email_verified_is_named = true;
        self
    }

    /// Reads roles from this claim too. May be called again for each further place.
    ///
    /// A string is one role and an array holds one in each element, unless [`ListClaim`] says otherwise. A
    /// string is not split: somebody with the role `site admin` does not have the role `admin`.
    #[must_use]
    pub fn roles(mut self, claim: impl Into<ListClaim>) -> Self {
        self.roles.push(claim.into().or_shape(Shape::Names));
        self
    }

    /// Reads scopes from this claim. The first call replaces the default, each further call adds a place.
    ///
    /// A string is split at spaces and an array holds one scope in each element, unless [`ListClaim`] says
    /// otherwise.
    #[must_use]
    pub fn scopes(mut self, claim: impl Into<ListClaim>) -> Self {
        if !self.scopes_are_named {
            self.scopes.clear();
            self.scopes_are_named = true;
        }
        self.scopes.push(claim.into().or_shape(Shape::SpaceSeparated));
        self
    }

    /// Reads the tenant or organization from this claim.
    #[must_use]
    pub fn tenant(mut self, claim: impl Into<ClaimPath>) -> Self {
        self.tenant = Some(claim.into());
        self
    }

    /// Reads this claim, a string that contains a JSON object, as that object, so that the other paths may lead through it.
    /// May be called again for each further claim.
    ///
    /// Hasura calls this `stringified_json`. The text is read by the same rules as the token: duplicate names are refused,
    /// nesting is bounded. A text that is no such object stays a string, and a path through it is
    /// [`ClaimError::WrongType`]; a claim that is an object anyway is read as it is. [`Identity::claims`] keeps the string.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::ClaimMapping;
    ///
    /// // {"https://hasura.io/jwt/claims": "{\"x-hasura-user-id\":\"u1\",\"x-hasura-allowed-roles\":[\"editor\"]}"}
    /// let namespace = "https://hasura.io/jwt/claims";
    /// let hasura = ClaimMapping::new()
    ///     .stringified_json(namespace)
    ///     .user_id([namespace, "x-hasura-user-id"])
    ///     .roles([namespace, "x-hasura-allowed-roles"]);
    /// assert_ne!(hasura, ClaimMapping::new());
    /// ```
    #[must_use]
    pub fn stringified_json(mut self, claim: impl Into<ClaimPath>) -> Self {
        self.stringified.push(claim.into());
        self
    }

    /// Whether a path names no claim, or the chain for the ID no path: a mistake that the builder of an
    /// issuer reports.
    pub(crate) fn has_empty_path(&self) -> bool {
        let lists = self.roles.iter().chain(&self.scopes);
        let mut paths = lists
            .map(|list| &list.path)
            .chain(&self.user_id)
            .chain([&self.email])
            .chain(&self.email_verified)
            .chain(&self.tenant)
            .chain(&self.stringified);
        self.user_id.is_empty() || paths.any(ClaimPath::is_empty)
    }

    /// Whether [`check`](Self::check) needs to see this claim. `sub` alone needs no second look: verification has
    /// already refused any other type than a string.
    pub(crate) fn checks(&self, claim: &str) -> bool {
        let is_plain_subject = matches!(&*self.user_id, [path] if path.names() == ["sub"]);
        !is_plain_subject && self.user_id.iter().any(|path| path.begins_with(claim))
    }

    /// What a token must not contradict to be accepted at all, whether an identity is asked for or not.
    pub(crate) fn check(&self, claims: &Claims) -> Result<(), ClaimError> {
        self.find_user_id(&self.with_objects(claims)).map(|_| ())
    }

    /// Reads the claims of a verified token.
    pub(crate) fn identity(
        &self,
        claims: Arc<Claims>,
        issuer: Option<Arc<str>>,
    ) -> Result<Identity, ClaimError> {
        let read = self.with_objects(&claims);
        let id = match self.find_user_id(&read)? {
            // An empty ID would make every user without one the same user.
            Some((path, "")) => return Err(ClaimError::not_allowed(path.to_string())),
            Some((_, id)) => id.to_owned(),
            None => {
                let first = self.user_id.first().map_or_else(|| "sub".to_owned(), ToString::to_string);
                return Err(ClaimError::missing(first));
            }
        };
        let tenant = match &self.tenant {
            Some(path) => path.text(&read)?.map(ToOwned::to_owned),
            None => None,
        };
        Ok(Identity(Arc::new(Parts {
            id,
            email: self.email.text(&read)?.map(ToOwned::to_owned),
            email_verified: self.find_email_verified(&read)?,
            roles: read_all(&self.roles, &read)?,
            scopes: self.find_scopes(&read)?,
            tenant,
            issuer,
            claims: Arc::clone(&claims),
        })))
    }

    /// The claims with objects in place of the strings that hold them.
    fn with_objects<'c>(&self, claims: &'c Claims) -> Cow<'c, Claims> {
        let mut claims = Cow::Borrowed(claims);
        for path in &self.stringified {
            let text = path.find(&claims).and_then(Value::as_str);
            let value = text.and_then(|text| json::from_slice::<Value>(text.as_bytes()).ok());
            if let Some(object) = value.filter(Value::is_object) {
                path.replace(claims.to_mut(), object);
            }
        }
        claims
    }

    fn find_user_id<'m, 'c>(
        &'m self,
        claims: &'c Claims,
    ) -> Result<Option<(&'m ClaimPath, &'c str)>, ClaimError> {
        let mut first: Option<(&ClaimPath, &str)> = None;
        for path in &self.user_id {
            // RFC 7519 §4.1.2: "The "sub" value is a case-sensitive string". `null` is none, and neither is a
            // number: two readers of one token could write it differently.
            let Some(value) = path.resolve(claims)? else { continue };
            let id = value.as_str().ok_or_else(|| path.wrong_type())?;
            match first {
                Some((_, agreed)) if agreed != id => return Err(ClaimError::UserIdsDisagree),
                Some(_) => {}
                None => first = Some((path, id)),
            }
        }
        Ok(first)
    }

    fn find_email_verified(&self, claims: &Claims) -> Result<Option<bool>, ClaimError> {
        let Some(path) = &self.email_verified else { return Ok(None) };
        match path.present(claims)? {
            None => Ok(None),
            Some(Value::Bool(verified)) => Ok(Some(*verified)),
            Some(Value::String(text)) if text == "true" => Ok(Some(true)),
            Some(Value::String(text)) if text == "false" => Ok(Some(false)),
            Some(_) => Err(path.wrong_type()),
        }
    }

    fn find_scopes(&self, claims: &Claims) -> Result<Vec<String>, ClaimError> {
        if self.scopes_are_named {
            return read_all(&self.scopes, claims);
        }
        for list in &self.scopes {
            if list.path.present(claims)?.is_some() {
                return read_all([list], claims);
            }
        }
        Ok(Vec::new())
    }
}

impl Default for ClaimMapping {
    fn default() -> Self {
        Self::new()
    }
}
