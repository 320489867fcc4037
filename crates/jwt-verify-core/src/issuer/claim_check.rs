//! A claim that must have one of certain values, or must not, or must not be there.

use alloc::{string::ToString, vec::Vec};

use serde_json::Value;

use crate::{ClaimError, ClaimPath, claims::RegisteredClaims};

/// A claim that must be there with one of certain values, or must not have any of them, or must not be there.
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
    rule: Rule,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Rule {
    OneOf(Vec<Value>),
    NoneOf(Vec<Value>),
    Absent,
}

impl ClaimCheck {
    /// The claim at `path` must be one of `values`.
    pub fn one_of<V: Into<Value>>(path: impl Into<ClaimPath>, values: impl IntoIterator<Item = V>) -> Self {
        Self { path: path.into(), rule: Rule::OneOf(values.into_iter().map(V::into).collect()) }
    }

    /// The claim at `path` must not be one of `values`. It may be absent.
    ///
    /// For a state that means "not yet", such as Clerk's `sts` of `pending`. What is not thought of is accepted: where the good values are
    /// known, [`one_of`](Self::one_of) is the safer way to say it.
    pub fn none_of<V: Into<Value>>(path: impl Into<ClaimPath>, values: impl IntoIterator<Item = V>) -> Self {
        Self { path: path.into(), rule: Rule::NoneOf(values.into_iter().map(V::into).collect()) }
    }

    /// There must be no claim at `path`, whatever its value.
    ///
    /// For a claim that only another kind of token has, such as the `nonce` of an ID token.
    pub fn absent(path: impl Into<ClaimPath>) -> Self {
        Self { path: path.into(), rule: Rule::Absent }
    }

    /// The claim that is looked at.
    #[must_use]
    pub fn path(&self) -> &ClaimPath {
        &self.path
    }

    pub(crate) fn rule(&self) -> &Rule {
        &self.rule
    }

    pub(crate) fn check(&self, claims: &RegisteredClaims) -> Result<(), ClaimError> {
        let name = || self.path.to_string();
        match (&self.rule, self.path.find(&claims.captured)) {
            (Rule::OneOf(_), None) => Err(ClaimError::missing(name())),
            (Rule::OneOf(allowed), Some(value)) if allowed.contains(value) => Ok(()),
            (Rule::NoneOf(refused), Some(value)) if !refused.contains(value) => Ok(()),
            (Rule::NoneOf(_) | Rule::Absent, None) => Ok(()),
            (_, Some(_)) => Err(ClaimError::not_allowed(name())),
        }
    }

    /// Whether it refuses a token without the claim, so that it can stand in for the audience.
    pub(super) fn requires_presence(&self) -> bool {
        matches!(self.rule, Rule::OneOf(_))
    }

    pub(super) fn is_empty(&self) -> bool {
        let lacks_values = match &self.rule {
            Rule::OneOf(values) | Rule::NoneOf(values) => values.is_empty(),
            Rule::Absent => false,
        };
        self.path.is_empty() || lacks_values
    }
}
