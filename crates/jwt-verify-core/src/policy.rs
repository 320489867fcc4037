//! What a caller must have: a [`Policy`] allows, or says exactly what is missing.

mod denied;
#[cfg(test)]
mod tests;

use alloc::{boxed::Box, string::ToString, sync::Arc, vec::Vec};
use core::{fmt, time::Duration};

use serde_json::Value;

use self::denied::Way;
pub use self::denied::{Denied, Missing, StepUp};
use crate::{ClaimPath, Identity, UnixTime, limits, time::NumericDate};

/// What a caller must have to be allowed something: scopes, roles, claims, a recent or strong login.
///
/// Policies are built once, combined with [`all`](Self::all), [`any`](Self::any) and [`not`](Self::not), and
/// checked as often as wanted. Cloning is cheap. Names are compared exactly: no prefix, no pattern, no
/// hierarchy.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use jwt_verify_core::Policy;
///
/// let may_pay_out = Policy::all([
///     Policy::scopes(["accounts:read", "payments:write"]),
///     Policy::any([Policy::role("treasurer"), Policy::role("owner")]),
///     Policy::max_authentication_age(Duration::from_secs(300)),
/// ]);
/// assert_eq!(may_pay_out.required_scopes(), ["accounts:read", "payments:write"]);
/// ```
#[derive(Clone)]
pub struct Policy(Arc<Rule>);

#[derive(Debug)]
enum Rule {
    Scope(Arc<str>),
    Role(Arc<str>),
    Claim { path: ClaimPath, value: Arc<Value> },
    AcrValues(Vec<Arc<str>>),
    MaxAge(Duration),
    All(Vec<Policy>),
    Any(Vec<Policy>),
    Not(Policy),
}

impl Policy {
    /// The caller's token carries this scope.
    #[must_use]
    pub fn scope(scope: impl Into<Arc<str>>) -> Self {
        Self::from(Rule::Scope(scope.into()))
    }

    /// The caller's token carries all of these scopes. An empty list asks for nothing, as [`all`](Self::all) of nothing does.
    #[must_use]
    pub fn scopes(scopes: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Self {
        Self::all(scopes.into_iter().map(Self::scope))
    }

    /// The caller has this role.
    #[must_use]
    pub fn role(role: impl Into<Arc<str>>) -> Self {
        Self::from(Rule::Role(role.into()))
    }

    /// The claim has this value, or is an array with this value in it.
    ///
    /// The JSON types must agree: `true` is not `"true"`, `1` is neither `"1"` nor `1.0`. `null` is no value
    /// and never found.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::Policy;
    ///
    /// let policy = Policy::all([Policy::claim("plan", "pro"), Policy::claim(["features", "export"], true)]);
    /// assert!(policy.required_scopes().is_empty());
    /// ```
    #[must_use]
    pub fn claim(path: impl Into<ClaimPath>, value: impl Into<Value>) -> Self {
        Self::from(Rule::Claim { path: path.into(), value: Arc::new(value.into()) })
    }

    /// The login was of one of these authentication context classes: the claim `acr` is one of the values,
    /// which stand in order of preference. An empty list allows nothing.
    ///
    /// What is missing otherwise is told as [`StepUp`] ([RFC 9470 §3]).
    ///
    /// [RFC 9470 §3]: https://www.rfc-editor.org/rfc/rfc9470#section-3
    #[must_use]
    pub fn acr(values: impl IntoIterator<Item = impl Into<Arc<str>>>) -> Self {
        Self::from(Rule::AcrValues(values.into_iter().map(Into::into).collect()))
    }

    /// The user logged in, with credentials, no longer than this ago. Whole seconds; a fraction is dropped.
    ///
    /// Counted from the claim `auth_time`, without leeway: a login exactly this old is accepted, one a second
    /// older is not. Without `auth_time`, or with one that is no number, the age is unknown and the login is
    /// not accepted. As clocks disagree, a login that seems up to [`limits::DEFAULT_LEEWAY`] ahead of our
    /// time counts as just now; further ahead, its age is unknown too.
    ///
    /// What is missing otherwise is told as [`StepUp`] ([RFC 9470 §3]).
    ///
    /// [RFC 9470 §3]: https://www.rfc-editor.org/rfc/rfc9470#section-3
    #[must_use]
    pub fn max_authentication_age(age: Duration) -> Self {
        Self::from(Rule::MaxAge(age))
    }

    /// All of these. An empty list allows everything.
    #[must_use]
    pub fn all(policies: impl IntoIterator<Item = Self>) -> Self {
        Self::from(Rule::All(policies.into_iter().collect()))
    }

    /// At least one of these. An empty list allows nothing.
    #[must_use]
    pub fn any(policies: impl IntoIterator<Item = Self>) -> Self {
        Self::from(Rule::Any(policies.into_iter().collect()))
    }

    /// Not this one. What was found is not told.
    ///
    /// # Security
    ///
    /// It allows whatever the other denies, for whatever reason: `not(claim("suspended", true))` allows a
    /// token without `suspended`, and one with `"suspended": "true"`. Ask for what must be there wherever
    /// that is possible.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "reads as `all` and `any` do")]
    pub fn not(policy: Self) -> Self {
        Self::from(Rule::Not(policy))
    }

    /// Whether the caller is allowed.
    ///
    /// # Errors
    ///
    /// [`Denied`], which says what is missing.
    pub fn check(&self, caller: &Identity, now: UnixTime) -> Result<(), Denied> {
        match self.missing(caller, now) {
            None => Ok(()),
            Some(missing) => Err(Denied { missing, way: Box::new(self.shortest_way(caller, now)) }),
        }
    }

    /// The scopes that it names, in order and each once, for the documentation of an API.
    ///
    /// Those of all alternatives of an [`any`](Self::any); none of a [`not`](Self::not).
    #[must_use]
    pub fn required_scopes(&self) -> Vec<&str> {
        let mut scopes = Vec::new();
        self.collect_scopes(&mut scopes);
        scopes
    }

    fn collect_scopes<'p>(&'p self, scopes: &mut Vec<&'p str>) {
        match &*self.0 {
            Rule::Scope(scope) if !scopes.contains(&&**scope) => scopes.push(scope),
            Rule::All(policies) | Rule::Any(policies) => {
                for policy in policies {
                    policy.collect_scopes(scopes);
                }
            }
            _ => {}
        }
    }

    /// `None` if the caller is allowed.
    fn missing(&self, caller: &Identity, now: UnixTime) -> Option<Missing> {
        match &*self.0 {
            Rule::Scope(scope) => (!caller.has_scope(scope)).then(|| Missing::Scope(Arc::clone(scope))),
            Rule::Role(role) => (!caller.has_role(role)).then(|| Missing::Role(Arc::clone(role))),
            Rule::Claim { path, value } => (!has_claim(caller, path, value))
                .then(|| Missing::Claim { path: path.clone(), value: Arc::clone(value) }),
            Rule::AcrValues(values) => (!has_acr(caller, values))
                .then(|| Missing::Authentication(StepUp { acr_values: values.clone(), max_age: None })),
            Rule::MaxAge(age) => (!is_authentication_recent(caller, *age, now))
                .then(|| Missing::Authentication(StepUp { acr_values: Vec::new(), max_age: Some(*age) })),
            Rule::All(policies) => {
                let mut missing: Vec<_> =
                    policies.iter().filter_map(|policy| policy.missing(caller, now)).collect();
                match missing.len() {
                    0 => None,
                    1 => missing.pop(),
                    _ => Some(Missing::AllOf(missing)),
                }
            }
            Rule::Any(policies) => {
                let mut missing = Vec::new();
                for policy in policies {
                    missing.push(policy.missing(caller, now)?);
                }
                if missing.len() == 1 { missing.pop() } else { Some(Missing::AnyOf(missing)) }
            }
            Rule::Not(policy) => match policy.missing(caller, now) {
                Some(_) => None,
                None => Some(Missing::Forbidden),
            },
        }
    }

    /// What the caller needs on the way to being allowed that lacks least.
    fn shortest_way(&self, caller: &Identity, now: UnixTime) -> Way {
        let is_missing = || self.missing(caller, now).is_some();
        let mut way = Way::default();
        match &*self.0 {
            Rule::Scope(scope) => {
                way.scopes.push(Arc::clone(scope));
                way.lacking = usize::from(is_missing());
            }
            Rule::AcrValues(values) if !values.is_empty() => {
                way.step_up.acr_values.clone_from(values);
                way.needs_step_up = is_missing();
            }
            Rule::MaxAge(age) => {
                way.step_up.max_age = Some(*age);
                way.needs_step_up = is_missing();
            }
            Rule::Role(_) | Rule::Claim { .. } | Rule::AcrValues(_) | Rule::Not(_) => {
                way.unobtainable = usize::from(is_missing());
            }
            Rule::All(policies) => {
                for policy in policies {
                    way.join(policy.shortest_way(caller, now));
                }
            }
            Rule::Any(policies) => {
                // The first of several that are equally short.
                let ways = policies.iter().map(|policy| policy.shortest_way(caller, now));
                way = ways.min_by_key(Way::length).unwrap_or(Way { unobtainable: 1, ..way });
            }
        }
        way
    }
}

impl From<Rule> for Policy {
    fn from(rule: Rule) -> Self {
        Self(Arc::new(rule))
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn has_claim(caller: &Identity, path: &ClaimPath, value: &Value) -> bool {
    let Some(found) = path.find(caller.claims()) else { return false };
    let is_element = || found.as_array().is_some_and(|elements| elements.contains(value));
    !value.is_null() && (found == value || is_element())
}

fn has_acr(caller: &Identity, values: &[Arc<str>]) -> bool {
    let acr = caller.claims().get("acr").and_then(Value::as_str);
    acr.is_some_and(|acr| values.iter().any(|value| **value == *acr))
}

fn is_authentication_recent(caller: &Identity, age: Duration, now: UnixTime) -> bool {
    let Some(Value::Number(auth_time)) = caller.claims().get("auth_time") else { return false };
    let auth_time = NumericDate::from_json_number(&auth_time.to_string());
    // OpenID Connect Core §3.1.2.1, `max_age`: "If the elapsed time is greater than this value, the OP MUST
    // attempt to actively re-authenticate the End-User." So an elapsed time that equals it is accepted.
    now <= auth_time.floor().saturating_add(age)
        && auth_time.ceil() <= now.saturating_add(limits::DEFAULT_LEEWAY)
}
