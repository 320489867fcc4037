//! Roles and scopes, in the forms in which issuers write lists.

use alloc::{borrow::ToOwned, format, string::String, vec::Vec};

use serde_json::Value;

use super::ClaimPath;
use crate::{ClaimError, Claims, limits};

/// A claim that holds a list of roles or scopes, and how it is written.
///
/// Whatever a [`ClaimPath`] is made from makes one of these: an array of strings, or a string which
/// [`roles`](super::ClaimMapping::roles) takes for one role and [`scopes`](super::ClaimMapping::scopes) splits at spaces.
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
    pub(super) path: ClaimPath,
    /// `None` where the setter decides.
    shape: Option<Shape>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
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

    pub(super) fn or_shape(self, shape: Shape) -> Self {
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

pub(super) fn read_all<'m>(
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
        Some(text) if text.len() > limits::MAX_PACKED_LIST_LEN => Err(path.wrong_type()),
        Some(text) => Ok(Some(text.split(',').map(|element| element.trim_matches(' ')))),
    }
}
