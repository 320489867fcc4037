//! A claim that must have one of certain values.

use alloc::{string::ToString, vec::Vec};

use serde_json::Value;

use crate::{ClaimError, ClaimPath, claims::RegisteredClaims};

/// A claim that must be there with one of certain values.
///
/// Values are compared as JSON: same type, strings byte by byte.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{ClaimCheck, ClaimPath};
///
/// // Cognito says in `token_use` what a token is good for.
/// let check = ClaimCheck::one_of("token_use", ["access"]);
/// assert_eq!(check.path(), &ClaimPath::from("token_use"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimCheck {
    path: ClaimPath,
    allowed: Vec<Value>,
}

impl ClaimCheck {
    /// The claim at `path` must be one of `values`.
    pub fn one_of<V: Into<Value>>(path: impl Into<ClaimPath>, values: impl IntoIterator<Item = V>) -> Self {
        Self { path: path.into(), allowed: values.into_iter().map(V::into).collect() }
    }

    /// The claim that is looked at.
    #[must_use]
    pub fn path(&self) -> &ClaimPath {
        &self.path
    }

    /// What it may be.
    #[must_use]
    pub fn allowed(&self) -> &[Value] {
        &self.allowed
    }

    pub(crate) fn check(&self, claims: &RegisteredClaims) -> Result<(), ClaimError> {
        let name = || self.path.to_string();
        match self.path.find(&claims.captured) {
            None => Err(ClaimError::missing(name())),
            Some(value) if self.allowed.contains(value) => Ok(()),
            Some(_) => Err(ClaimError::not_allowed(name())),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.path.is_empty() || self.allowed.is_empty()
    }
}
