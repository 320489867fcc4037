//! Who is calling: the claims of one issuer, read into an [`Identity`].

use alloc::{borrow::ToOwned, format, string::String, string::ToString, sync::Arc, vec, vec::Vec};
use core::fmt;

use serde_json::Value;

use crate::{ClaimError, Claims};

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

    /// Whether a path names no claim, or the chain for the ID no path: a mistake that the builder of an
    /// issuer reports.
    pub(crate) fn has_empty_path(&self) -> bool {
        let lists = self.roles.iter().chain(&self.scopes);
        let mut paths = lists
            .map(|list| &list.path)
            .chain(&self.user_id)
            .chain([&self.email])
            .chain(&self.email_verified)
            .chain(&self.tenant);
        self.user_id.is_empty() || paths.any(ClaimPath::is_empty)
    }

    /// Whether [`check`](Self::check) needs to see this claim. `sub` alone needs no second look: verification has
    /// already refused any other type than a string.
    pub(crate) fn checks(&self, claim: &str) -> bool {
        let first_is = |path: &ClaimPath| path.names().first().is_some_and(|name| name == claim);
        let is_plain_subject = matches!(&*self.user_id, [path] if path.names() == ["sub"]);
        !is_plain_subject && self.user_id.iter().any(first_is)
    }

    /// What a token must not contradict to be accepted at all, whether an identity is asked for or not.
    pub(crate) fn check(&self, claims: &Claims) -> Result<(), ClaimError> {
        self.find_user_id(claims).map(|_| ())
    }

    /// Reads the claims of a verified token.
    pub(crate) fn identity(
        &self,
        claims: Arc<Claims>,
        issuer: Option<Arc<str>>,
    ) -> Result<Identity, ClaimError> {
        let id = match self.find_user_id(&claims)? {
            // An empty ID would make every user without one the same user.
            Some((path, "")) => return Err(ClaimError::not_allowed(path.to_string())),
            Some((_, id)) => id.to_owned(),
            None => {
                let first = self.user_id.first().map_or_else(|| "sub".to_owned(), ToString::to_string);
                return Err(ClaimError::missing(first));
            }
        };
        let tenant = match &self.tenant {
            Some(path) => path.text(&claims)?.map(ToOwned::to_owned),
            None => None,
        };
        Ok(Identity(Arc::new(Parts {
            id,
            email: self.email.text(&claims)?.map(ToOwned::to_owned),
            email_verified: self.find_email_verified(&claims)?,
            roles: read_all(&self.roles, &claims)?,
            scopes: self.find_scopes(&claims)?,
            tenant,
            issuer,
            claims,
        })))
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

/// Where a claim is: the names of the members that lead to it, outermost first.
///
/// A list and never a dotted text, because names contain dots and slashes: `https://example.com/roles` is one
/// name. Displayed with `.` between the names, for messages.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::ClaimPath;
///
/// assert_eq!(ClaimPath::new(["realm_access", "roles"]).to_string(), "realm_access.roles");
/// assert_eq!(ClaimPath::from("https://example.com/roles").names(), ["https://example.com/roles"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimPath(Arc<[String]>);

impl ClaimPath {
    /// The path with these names.
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// The names, outermost first.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Whether it names nothing: no name, or none but empty ones. Nothing is found there, and the builder of
    /// an issuer refuses it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(String::is_empty)
    }

    /// What is there, or `None` if there is nothing or the path leads through something that has no members.
    pub(crate) fn find<'c>(&self, claims: &'c Claims) -> Option<&'c Value> {
        let (first, rest) = self.0.split_first()?;
        rest.iter().try_fold(claims.get(first)?, |value, name| value.get(name.as_str()))
    }

    /// As [`find`](Self::find), but a path that leads through a string, say, is refused and not taken for
    /// absent. Where it leads through `null`, that is what is there.
    fn resolve<'c>(&self, claims: &'c Claims) -> Result<Option<&'c Value>, ClaimError> {
        let Some((first, rest)) = self.0.split_first() else { return Ok(None) };
        let mut found = claims.get(first);
        for name in rest {
            found = match found {
                Some(Value::Object(members)) => members.get(name),
                None | Some(Value::Null) => break,
                Some(_) => return Err(self.wrong_type()),
            };
        }
        Ok(found)
    }

    /// As [`resolve`](Self::resolve), with `null` for absent: issuers write it for a field that was never
    /// filled in.
    fn present<'c>(&self, claims: &'c Claims) -> Result<Option<&'c Value>, ClaimError> {
        Ok(self.resolve(claims)?.filter(|value| !value.is_null()))
    }

    fn text<'c>(&self, claims: &'c Claims) -> Result<Option<&'c str>, ClaimError> {
        match self.present(claims)? {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong_type()),
        }
    }

    fn wrong_type(&self) -> ClaimError {
        ClaimError::wrong_type(self.to_string())
    }
}

/// One name.
impl From<&str> for ClaimPath {
    fn from(name: &str) -> Self {
        Self::new([name])
    }
}

/// One name.
impl From<String> for ClaimPath {
    fn from(name: String) -> Self {
        Self::new([name])
    }
}

/// One name after the other, outermost first.
impl<S: Into<String>, const N: usize> From<[S; N]> for ClaimPath {
    fn from(names: [S; N]) -> Self {
        Self::new(names)
    }
}

impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("."))
    }
}

/// A claim that holds a list of roles or scopes, and how it is written.
///
/// Whatever a [`ClaimPath`] is made from makes one of these: an array of strings, or a string which
/// [`roles`](ClaimMapping::roles) takes for one role and [`scopes`](ClaimMapping::scopes) splits at spaces.
/// Other forms have a constructor here.
///
/// Every form refuses what it does not expect with [`ClaimError::WrongType`], an array with a number in it as
/// well as a number. An absent claim and `null` are an empty list.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{ClaimMapping, ListClaim};
///
/// let zitadel = ClaimMapping::new().roles(ListClaim::keys("urn:zitadel:iam:org:project:roles"));
/// let clerk = ClaimMapping::new()
///     .roles(ListClaim::clerk_v2_role())
///     .scopes(ListClaim::clerk_v2_permissions());
/// assert_ne!(zitadel, clerk);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListClaim {
    path: ClaimPath,
    /// `None` where the setter decides.
    shape: Option<Shape>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// A string is one name; an array holds names.
    Names,
    /// A string is split at spaces; an array holds names.
    SpaceSeparated,
    /// A string is split at commas; an array holds names.
    CommaSeparated,
    /// The member names of an object whose values are objects.
    Keys,
    ClerkV2Role,
    ClerkV2Permissions,
}

impl ListClaim {
    /// A string split at spaces, or an array of strings.
    #[must_use]
    pub fn space_separated(claim: impl Into<ClaimPath>) -> Self {
        Self { path: claim.into(), shape: Some(Shape::SpaceSeparated) }
    }

    /// A string split at commas, spaces around a name not counted, or an array of strings. Better Auth's
    /// `role` is `"admin,editor"` for a user with two.
    #[must_use]
    pub fn comma_separated(claim: impl Into<ClaimPath>) -> Self {
        Self { path: claim.into(), shape: Some(Shape::CommaSeparated) }
    }

    /// An object whose member names are the list and whose values are objects:
    /// `{"admin": {"4711": "acme.example"}}`.
    ///
    /// Zitadel writes roles so, and Descope tenants.
    #[must_use]
    pub fn keys(claim: impl Into<ClaimPath>) -> Self {
        Self { path: claim.into(), shape: Some(Shape::Keys) }
    }

    /// The role in the active organization, from version 2 of Clerk's session tokens: `o.rol`, `admin`
    /// becoming `org:admin`.
    #[must_use]
    pub fn clerk_v2_role() -> Self {
        Self { path: ClaimPath::new(["o", "rol"]), shape: Some(Shape::ClerkV2Role) }
    }

    /// The permissions in the active organization, from version 2 of Clerk's session tokens, as
    /// `org:articles:read`.
    ///
    /// They are packed: `fea` lists features with their scopes (`o:articles,u:profile,uo:billing`), of which
    /// those with an `o` count; `o.per` lists permissions (`read,manage`); and the i-th number of `o.fpm`
    /// tells by its bits, the lowest first, which of these permissions the i-th of those features has. A
    /// feature without a number has none, and so has a bit without a permission. Numbers of up to 128 bits
    /// are read.
    #[must_use]
    pub fn clerk_v2_permissions() -> Self {
        Self { path: ClaimPath::new(["o", "fpm"]), shape: Some(Shape::ClerkV2Permissions) }
    }

    fn or_shape(self, shape: Shape) -> Self {
        Self { shape: self.shape.or(Some(shape)), ..self }
    }

    fn read(&self, claims: &Claims, names: &mut Vec<String>) -> Result<(), ClaimError> {
        let shape = self.shape.unwrap_or(Shape::Names);
        if shape == Shape::ClerkV2Permissions {
            return read_clerk_v2_permissions(claims, names);
        }
        let Some(value) = self.path.present(claims)? else { return Ok(()) };
        match (shape, value) {
            (Shape::Keys, Value::Object(members)) if members.values().all(Value::is_object) => {
                names.extend(members.keys().map(String::as_str).filter_map(not_empty));
            }
            (Shape::ClerkV2Role, Value::String(role)) => {
                names.extend(not_empty(role).map(|role| format!("org:{role}")));
            }
            (Shape::Keys | Shape::ClerkV2Role, _) => return Err(self.path.wrong_type()),
            (_, Value::Array(elements)) => {
                for element in elements {
                    let name = element.as_str().ok_or_else(|| self.path.wrong_type())?;
                    names.extend(not_empty(name));
                }
            }
            // RFC 6749 §3.3: "a list of space-delimited, case-sensitive strings". No other white space
            // delimits.
            (Shape::SpaceSeparated, Value::String(text)) => {
                names.extend(text.split(' ').filter_map(not_empty));
            }
            (Shape::CommaSeparated, Value::String(text)) => {
                names.extend(text.split(',').map(|name| name.trim_matches(' ')).filter_map(not_empty));
            }
            (_, Value::String(name)) => names.extend(not_empty(name)),
            (_, _) => return Err(self.path.wrong_type()),
        }
        Ok(())
    }
}

impl<P: Into<ClaimPath>> From<P> for ListClaim {
    fn from(path: P) -> Self {
        Self { path: path.into(), shape: None }
    }
}

fn read_all<'m>(
    lists: impl IntoIterator<Item = &'m ListClaim>,
    claims: &Claims,
) -> Result<Vec<String>, ClaimError> {
    let mut names = Vec::new();
    for list in lists {
        list.read(claims, &mut names)?;
    }
    Ok(names)
}

/// An empty name is no name, so that a check configured with an empty one is never fulfilled.
fn not_empty(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.to_owned())
}

fn read_clerk_v2_permissions(claims: &Claims, names: &mut Vec<String>) -> Result<(), ClaimError> {
    let features = ClaimPath::from("fea");
    let permissions = ClaimPath::new(["o", "per"]);
    let masks = ClaimPath::new(["o", "fpm"]);
    let (Some(feature_list), Some(permission_list), Some(mask_list)) =
        (packed(&features, claims)?, packed(&permissions, claims)?, packed(&masks, claims)?)
    else {
        return Ok(());
    };

    let mut organization_features = Vec::new();
    for feature in feature_list {
        let (scope, name) = feature.split_once(':').ok_or_else(|| features.wrong_type())?;
        if scope.contains('o') {
            organization_features.push(name);
        }
    }
    let mut organization_features = organization_features.into_iter();
    let permission_list: Vec<&str> = permission_list.collect();
    for mask in mask_list {
        // Every number is read, with or without a feature: one that is none makes the whole unbelievable.
        // `parse` alone would let a sign pass.
        let digits = mask.bytes().all(|byte| byte.is_ascii_digit());
        let mut mask: u128 = mask.parse().ok().filter(|_| digits).ok_or_else(|| masks.wrong_type())?;
        let Some(feature) = organization_features.next() else { continue };
        for permission in &permission_list {
            if mask & 1 == 1 && !permission.is_empty() {
                names.push(format!("org:{feature}:{permission}"));
            }
            mask >>= 1;
        }
    }
    Ok(())
}

/// The elements of one of the packed lists; `None` if the claim is absent or empty.
fn packed<'c>(
    path: &ClaimPath,
    claims: &'c Claims,
) -> Result<Option<impl Iterator<Item = &'c str> + use<'c>>, ClaimError> {
    match path.text(claims)? {
        None | Some("") => Ok(None),
        Some(text) if text.len() > MAX_PACKED_LEN => Err(path.wrong_type()),
        Some(text) => Ok(Some(text.split(',').map(|element| element.trim_matches(' ')))),
    }
}

/// Longest packed list of a Clerk session token, in bytes.
///
/// The whole token has to fit into a cookie, which browsers limit to 4 KiB. Unpacked the lists multiply:
/// without a bound a long one would take gigabytes.
const MAX_PACKED_LEN: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn claims(value: Value) -> Arc<Claims> {
        Arc::new(serde_json::from_value(value).unwrap())
    }

    fn identity(mapping: &ClaimMapping, value: Value) -> Result<Identity, ClaimError> {
        mapping.identity(claims(value), None)
    }

    /// The identity that these claims and the `sub` `u1` give.
    fn identity_of_u1(mapping: &ClaimMapping, mut value: Value) -> Result<Identity, ClaimError> {
        value.as_object_mut().unwrap().insert("sub".to_owned(), json!("u1"));
        identity(mapping, value)
    }

    fn names(expected: &[&str]) -> Vec<String> {
        expected.iter().copied().map(ToOwned::to_owned).collect()
    }

    fn wrong_type(claim: &'static str) -> ClaimError {
        ClaimError::wrong_type(claim)
    }

    #[test]
    fn the_roles_and_scopes_of_every_provider_are_read() {
        let new = ClaimMapping::new;
        let zitadel = || ListClaim::keys("urn:zitadel:iam:org:project:roles");
        let hasura = |name| ["https://hasura.io/jwt/claims", name];
        let clerk_v2 = new().roles(ListClaim::clerk_v2_role()).scopes(ListClaim::clerk_v2_permissions());
        let keycloak =
            new().roles(["realm_access", "roles"]).roles(["resource_access", "reports-api", "roles"]);
        // provider, mapping, claims beside `sub`, roles, scopes
        type Row = (&'static str, ClaimMapping, Value, &'static [&'static str], &'static [&'static str]);
        let rows: Vec<Row> = vec![
            ("RFC 9068", new(), json!({"scope": "openid reports:read"}), &[], &["openid", "reports:read"]),
            (
                "Keycloak",
                keycloak,
                json!({
                    "scope": "openid profile",
                    "realm_access": {"roles": ["offline_access", "Power User"]},
                    "resource_access": {"account": {"roles": ["x"]}, "reports-api": {"roles": ["editor"]}},
                }),
                &["offline_access", "Power User", "editor"],
                &["openid", "profile"],
            ),
            ("Okta", new().roles("groups"), json!({"scp": ["openid", "a b"]}), &[], &["openid", "a b"]),
            (
                "Entra",
                new().roles("roles"),
                json!({"scp": "Files.Read User.Read", "roles": ["Task.Approve"]}),
                &["Task.Approve"],
                &["Files.Read", "User.Read"],
            ),
            (
                "Auth0",
                new().roles("https://example.com/roles").scopes("permissions"),
                json!({"scope": "openid", "permissions": ["read:x"], "https://example.com/roles": ["admin"]}),
                &["admin"],
                &["read:x"],
            ),
            (
                "Cognito",
                new().roles("cognito:groups"),
                json!({"cognito:groups": ["eu-west-1_staff"], "scope": "aws.cognito.signin.user.admin"}),
                &["eu-west-1_staff"],
                &["aws.cognito.signin.user.admin"],
            ),
            ("Supabase", new().roles("role"), json!({"role": "authenticated"}), &["authenticated"], &[]),
            (
                "Better Auth",
                new().roles(ListClaim::comma_separated("role")),
                json!({"role": "admin, editor", "image": null}),
                &["admin", "editor"],
                &[],
            ),
            ("Better Auth, no role", new().roles("role"), json!({"role": null}), &[], &[]),
            (
                "Zitadel",
                new().roles(zitadel()),
                json!({"urn:zitadel:iam:org:project:roles": {"admin": {"1": "a.example"}, "user": {}}}),
                &["admin", "user"],
                &[],
            ),
            (
                "Descope",
                new().roles(["tenants", "T1", "roles"]),
                json!({"tenants": {"T1": {"roles": ["owner"]}, "T2": {"roles": ["guest"]}}}),
                &["owner"],
                &[],
            ),
            (
                "Hasura",
                new().roles(hasura("x-hasura-allowed-roles")),
                json!({"https://hasura.io/jwt/claims": {"x-hasura-allowed-roles": ["user", "editor"]}}),
                &["user", "editor"],
                &[],
            ),
            (
                "Clerk, version 1",
                new().roles("org_role").scopes("org_permissions"),
                json!({"org_role": "org:admin", "org_permissions": ["org:articles:read"]}),
                &["org:admin"],
                &["org:articles:read"],
            ),
            (
                "Clerk, version 2",
                clerk_v2.clone(),
                json!({
                    "fea": "o:articles,u:dashboard,uo:billing",
                    "o": {"id": "org_1", "slg": "acme", "rol": "admin", "per": "read,manage", "fpm": "3,2"},
                }),
                &["org:admin"],
                &["org:articles:read", "org:articles:manage", "org:billing:manage"],
            ),
            ("Clerk, version 2, no organization", clerk_v2, json!({"fea": "u:dashboard"}), &[], &[]),
        ];
        for (provider, mapping, value, roles, scopes) in rows {
            let identity = identity_of_u1(&mapping, value).unwrap();
            assert_eq!(identity.roles(), roles, "{provider}");
            assert_eq!(identity.scopes(), scopes, "{provider}");
        }
    }

    #[test]
    fn the_default_scopes_are_scope_or_else_scp() {
        // claims, scopes
        for (value, scopes) in [
            (json!({}), Ok(vec![])),
            (json!({"scope": "a", "scp": "b"}), Ok(vec!["a"])),
            (json!({"scope": "", "scp": "b"}), Ok(vec![])),
            (json!({"scope": null, "scp": "b"}), Ok(vec!["b"])),
            (json!({"scope": ["a", "b c", ""]}), Ok(vec!["a", "b c"])),
            // Spaces separate, however many; nothing else does.
            (json!({"scope": " a  b "}), Ok(vec!["a", "b"])),
            (json!({"scope": "a\tb,c"}), Ok(vec!["a\tb,c"])),
            // Of another type.
            (json!({"scope": 5, "scp": "b"}), Err(wrong_type("scope"))),
            (json!({"scp": ["a", 5]}), Err(wrong_type("scp"))),
            (json!({"scope": ["a", ["b"]]}), Err(wrong_type("scope"))),
            (json!({"scope": {"a": {}}}), Err(wrong_type("scope"))),
        ] {
            let found = identity_of_u1(&ClaimMapping::new(), value.clone());
            let scopes = scopes.map(|expected| names(&expected));
            assert_eq!(found.map(|identity| identity.scopes().to_vec()), scopes, "{value}");
        }
    }

    #[test]
    fn roles_of_another_shape_are_refused() {
        let plain = ClaimMapping::new().roles("roles");
        let nested = ClaimMapping::new().roles(["realm_access", "roles"]);
        let keys = ClaimMapping::new().roles(ListClaim::keys("roles"));
        for (mapping, value, expected) in [
            (&plain, json!({"roles": 5}), Err(wrong_type("roles"))),
            (&plain, json!({"roles": true}), Err(wrong_type("roles"))),
            (&plain, json!({"roles": {"admin": {}}}), Err(wrong_type("roles"))),
            (&plain, json!({"roles": ["admin", null]}), Err(wrong_type("roles"))),
            (&plain, json!({"roles": "site admin"}), Ok(names(&["site admin"]))),
            (&plain, json!({"roles": ""}), Ok(vec![])),
            (&nested, json!({"realm_access": "admin"}), Err(wrong_type("realm_access.roles"))),
            (&nested, json!({"realm_access": ["roles"]}), Err(wrong_type("realm_access.roles"))),
            (&nested, json!({"realm_access": null}), Ok(vec![])),
            (&nested, json!({"realm_access": {}}), Ok(vec![])),
            (&keys, json!({"roles": ["admin"]}), Err(wrong_type("roles"))),
            (&keys, json!({"roles": "admin"}), Err(wrong_type("roles"))),
            (&keys, json!({"roles": {"admin": false}}), Err(wrong_type("roles"))),
            (&keys, json!({"roles": {"admin": {}}}), Ok(names(&["admin"]))),
        ] {
            let found = identity_of_u1(mapping, value.clone());
            assert_eq!(found.map(|identity| identity.roles().to_vec()), expected, "{value}");
        }
    }

    #[test]
    fn clerk_permissions_are_unpacked_or_refused() {
        let mapping = ClaimMapping::new().scopes(ListClaim::clerk_v2_permissions());
        let bit_64 = "9,18446744073709551616";
        let many = (0..65).map(|n| format!("p{n}")).collect::<Vec<_>>().join(",");
        let long = "o:a,".repeat(1024) + "o:a";
        for (fea, per, fpm, expected) in [
            ("o:a,o:b", "x,y", "1,2", Ok(vec!["org:a:x", "org:b:y"])),
            // Only features of the organization have a number.
            ("u:a,o:b", "x,y", "2", Ok(vec!["org:b:y"])),
            ("o:a, o:b", "x, y", "1, 2", Ok(vec!["org:a:x", "org:b:y"])),
            // Bits, numbers and features without a partner grant nothing.
            ("o:a", "x", "255", Ok(vec!["org:a:x"])),
            ("o:a,o:b", "x", "1", Ok(vec!["org:a:x"])),
            ("o:a", "x", "0,1", Ok(vec![])),
            ("o:a", "x,,y", "7", Ok(vec!["org:a:x", "org:a:y"])),
            ("", "x", "1", Ok(vec![])),
            ("o:a", "", "1", Ok(vec![])),
            ("o:a", "x", "", Ok(vec![])),
            // More than 64 permissions.
            ("o:a,o:b", &many, bit_64, Ok(vec!["org:a:p0", "org:a:p3", "org:b:p64"])),
            // Broken.
            ("o", "x", "1", Err(wrong_type("fea"))),
            ("o:a", "x", "x", Err(wrong_type("o.fpm"))),
            ("o:a", "x", "1,", Err(wrong_type("o.fpm"))),
            ("o:a", "x", "+1", Err(wrong_type("o.fpm"))),
            ("o:a", "x", "-1", Err(wrong_type("o.fpm"))),
            ("o:a", "x", "1,x", Err(wrong_type("o.fpm"))),
            ("o:a", "x", "340282366920938463463374607431768211456", Err(wrong_type("o.fpm"))),
            (&long, "x", "1", Err(wrong_type("fea"))),
        ] {
            let value = json!({"fea": fea, "o": {"per": per, "fpm": fpm}});
            let found = identity_of_u1(&mapping, value).map(|identity| identity.scopes().to_vec());
            assert_eq!(found, expected.map(|expected| names(&expected)), "{fea:?} {per:?} {fpm:?}");
        }
        for (value, claim) in [
            (json!({"fea": 1, "o": {"per": "x", "fpm": "1"}}), "fea"),
            (json!({"fea": "o:a", "o": {"per": "x", "fpm": 1}}), "o.fpm"),
            (json!({"fea": "o:a", "o": {"per": ["x"], "fpm": "1"}}), "o.per"),
            (json!({"fea": "o:a", "o": "x"}), "o.per"),
        ] {
            assert_eq!(identity_of_u1(&mapping, value).unwrap_err(), wrong_type(claim));
        }
    }

    /// What verification refuses is refused for the identity too; what is merely not there, or empty, only
    /// then.
    fn assert_id(mapping: &ClaimMapping, value: Value, expected: Result<&str, ClaimError>) {
        let checked = match &expected {
            Ok(_) | Err(ClaimError::Missing { .. } | ClaimError::NotAllowed { .. }) => Ok(()),
            Err(error) => Err(error.clone()),
        };
        assert_eq!(mapping.check(&claims(value.clone())), checked, "{value}");
        let found = identity(mapping, value.clone());
        assert_eq!(found.as_ref().map(Identity::id), expected.as_ref().copied(), "{value}");
    }

    #[test]
    fn the_id_is_a_string_that_is_not_empty() {
        let standard = ClaimMapping::new();
        let named = ClaimMapping::new().user_id("uid");
        let nested = ClaimMapping::new().user_id(["user", "id"]);
        for (mapping, value, expected) in [
            (&standard, json!({"sub": "u1"}), Ok("u1")),
            (&standard, json!({}), Err(ClaimError::missing("sub"))),
            (&standard, json!({"sub": ""}), Err(ClaimError::not_allowed("sub"))),
            // A `sub` of another type than a string is refused before it gets here; another claim is not.
            (&named, json!({"uid": 5}), Err(wrong_type("uid"))),
            (&named, json!({"uid": null}), Err(wrong_type("uid"))),
            (&named, json!({"uid": ["u1"]}), Err(wrong_type("uid"))),
            (&nested, json!({"user": {"id": "u1"}, "sub": "other"}), Ok("u1")),
            (&nested, json!({"sub": "u1"}), Err(ClaimError::missing("user.id"))),
            (&nested, json!({"user": "u1"}), Err(wrong_type("user.id"))),
            (&nested, json!({"user": null}), Err(wrong_type("user.id"))),
            (&nested, json!({"user.id": "u1"}), Err(ClaimError::missing("user.id"))),
        ] {
            assert_id(mapping, value, expected);
        }
    }

    #[test]
    fn claims_of_a_chain_that_disagree_are_refused() {
        let chain = ClaimMapping::new().user_id_chain(["user_id", "sub", "id"]);
        for (value, expected) in [
            (json!({"sub": "u1"}), Ok("u1")),
            (json!({"id": "u1"}), Ok("u1")),
            (json!({"user_id": "u1", "sub": "u1", "id": "u1"}), Ok("u1")),
            (json!({}), Err(ClaimError::missing("user_id"))),
            (json!({"id": ""}), Err(ClaimError::not_allowed("id"))),
            (json!({"user_id": "victim", "sub": "u1"}), Err(ClaimError::UserIdsDisagree)),
            (json!({"sub": "u1", "id": "U1"}), Err(ClaimError::UserIdsDisagree)),
            (json!({"user_id": "", "sub": "u1"}), Err(ClaimError::UserIdsDisagree)),
            (json!({"user_id": 1, "sub": "u1"}), Err(wrong_type("user_id"))),
            (json!({"sub": "u1", "id": null}), Err(wrong_type("id"))),
        ] {
            assert_id(&chain, value, expected);
        }
    }

    #[test]
    fn the_email_address_and_whether_it_was_verified() {
        let standard = ClaimMapping::new();
        let better_auth = ClaimMapping::new().email_verified("emailVerified");
        let other = ClaimMapping::new().email("contact");
        let both = ClaimMapping::new().email_verified("email_verified").email("contact");
        let e = "a@b.example";
        for (mapping, value, expected) in [
            (&standard, json!({}), Ok((None, None))),
            (&standard, json!({"email": null, "email_verified": null}), Ok((None, None))),
            (&standard, json!({"email": e}), Ok((Some(e), None))),
            (&standard, json!({"email": e, "email_verified": false}), Ok((Some(e), Some(false)))),
            // Apple.
            (&standard, json!({"email": e, "email_verified": "true"}), Ok((Some(e), Some(true)))),
            (&standard, json!({"email": e, "email_verified": "false"}), Ok((Some(e), Some(false)))),
            (&standard, json!({"email": e, "email_verified": "True"}), Err(wrong_type("email_verified"))),
            (&standard, json!({"email": e, "email_verified": 1}), Err(wrong_type("email_verified"))),
            (&standard, json!({"email": [e]}), Err(wrong_type("email"))),
            (&better_auth, json!({"email": e, "emailVerified": true}), Ok((Some(e), Some(true)))),
            // `email_verified` is not about `contact`, unless somebody says so.
            (&other, json!({"contact": e, "email_verified": true}), Ok((Some(e), None))),
            (&both, json!({"contact": e, "email_verified": true}), Ok((Some(e), Some(true)))),
        ] {
            let found = identity_of_u1(mapping, value.clone());
            let found = found.as_ref().map(|identity| (identity.email(), identity.email_verified()));
            assert_eq!(found, expected.as_ref().copied(), "{value}");
        }
    }

    #[test]
    fn the_tenant_is_a_string_or_absent() {
        let clerk = ClaimMapping::new().tenant(["o", "id"]);
        for (value, expected) in [
            (json!({"o": {"id": "org_1"}}), Ok(Some("org_1"))),
            (json!({}), Ok(None)),
            (json!({"o": {"id": null}}), Ok(None)),
            (json!({"o": {"id": 7}}), Err(wrong_type("o.id"))),
        ] {
            let found = identity_of_u1(&clerk, value.clone());
            assert_eq!(found.as_ref().map(Identity::tenant), expected.as_ref().copied(), "{value}");
        }
    }

    #[test]
    fn a_part_of_a_name_is_not_the_name() {
        let mapping = ClaimMapping::new().roles("roles");
        let value = json!({"scope": "unread read:all", "roles": ["admins"]});
        let identity = identity_of_u1(&mapping, value).unwrap();
        for scope in ["read", "unread read:all", "Unread", "read:all ", ""] {
            assert!(!identity.has_scope(scope), "{scope:?}");
        }
        assert!(identity.has_scope("unread"));
        assert!(!identity.has_role("admin"));
        assert!(!identity.has_role("unread"));
        assert!(identity.has_role("admins"));
    }

    #[test]
    fn a_mapping_without_a_name_somewhere_is_reported() {
        assert!(!ClaimMapping::default().has_empty_path());
        let none: [&str; 0] = [];
        for mapping in [
            ClaimMapping::new().user_id(""),
            ClaimMapping::new().user_id_chain(none),
            ClaimMapping::new().user_id_chain(["sub", ""]),
            ClaimMapping::new().email(none),
            ClaimMapping::new().email_verified(""),
            ClaimMapping::new().roles(none),
            ClaimMapping::new().scopes(ListClaim::keys("")),
            ClaimMapping::new().tenant(ClaimPath::new(none)),
        ] {
            assert!(mapping.has_empty_path(), "{mapping:?}");
        }
        let claims = claims(json!({"sub": "u1", "": "u1"}));
        assert_eq!(ClaimPath::new(none).find(&claims), None);
        assert_eq!(
            ClaimMapping::new().user_id_chain(none).identity(claims, None).unwrap_err(),
            ClaimError::missing("sub")
        );
    }

    #[test]
    fn debug_shows_no_personal_data() {
        let value = json!({"sub": "u1", "email": "a@b.example", "phone_number": "+49 555", "scope": "read"});
        let identity =
            ClaimMapping::new().identity(claims(value), Some("https://id.example".into())).unwrap();
        assert_eq!(
            format!("{identity:?}"),
            r#"Identity { id: "u1", issuer: Some("https://id.example"), tenant: None, roles: [], scopes: ["read"], .. }"#
        );
    }
}
