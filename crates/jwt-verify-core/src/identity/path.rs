//! Where a claim is.

use alloc::{
    string::{String, ToString},
    sync::Arc,
};
use core::fmt;

use serde_json::Value;

use crate::{ClaimError, Claims};

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

    /// Whether the path leads through, or to, the claim with this name.
    pub(crate) fn begins_with(&self, claim: &str) -> bool {
        self.0.first().is_some_and(|name| name == claim)
    }

    /// What is there, or `None` if there is nothing or the path leads through something that has no members.
    pub(crate) fn find<'c>(&self, claims: &'c Claims) -> Option<&'c Value> {
        let (first, rest) = self.0.split_first()?;
        rest.iter().try_fold(claims.get(first)?, |value, name| value.get(name.as_str()))
    }

    /// Puts another value where [`find`](Self::find) finds one.
    pub(super) fn replace(&self, claims: &mut Claims, value: Value) {
        let Some((first, rest)) = self.0.split_first() else { return };
        let found = rest.iter().fold(claims.get_mut(first), |found, name| found?.get_mut(name.as_str()));
        if let Some(found) = found {
            *found = value;
        }
    }

    /// As [`find`](Self::find), but a path that leads through a string, say, is refused and not taken for
    /// absent. Where it leads through `null`, that is what is there.
    pub(super) fn resolve<'c>(&self, claims: &'c Claims) -> Result<Option<&'c Value>, ClaimError> {
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
    pub(super) fn present<'c>(&self, claims: &'c Claims) -> Result<Option<&'c Value>, ClaimError> {
        Ok(self.resolve(claims)?.filter(|value| !value.is_null()))
    }

    pub(super) fn text<'c>(&self, claims: &'c Claims) -> Result<Option<&'c str>, ClaimError> {
        match self.present(claims)? {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong_type()),
        }
    }

    pub(super) fn wrong_type(&self) -> ClaimError {
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
