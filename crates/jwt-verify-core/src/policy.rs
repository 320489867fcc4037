//! What a caller must have: a [`Policy`] allows, or says exactly what is missing.

use alloc::{boxed::Box, string::ToString, sync::Arc, vec::Vec};
use core::{fmt, time::Duration};

use serde_json::Value;

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

/// Why a [`Policy`] does not allow what a caller wants, as data.
///
/// It repeats what the policy asks for and nothing of the caller.
#[derive(Clone, Debug, PartialEq)]
pub struct Denied {
    missing: Missing,
    way: Box<Way>,
}

impl Denied {
    /// A stable name, as [`Error::code`](crate::Error::code): `insufficient_user_authentication` (RFC 9470 §3) if a
    /// fresh or stronger login would be enough, else `insufficient_scope` (RFC 6750 §3.1).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self.needs_step_up() {
            Some(_) => "insufficient_user_authentication",
            None => "insufficient_scope",
        }
    }

    /// Everything that is missing.
    #[must_use]
    pub fn missing(&self) -> &Missing {
        &self.missing
    }

    /// The scopes that a token needs to be allowed, those it has already included: what the challenge's
    /// `scope` tells.
    ///
    /// In the policy's order and each once. RFC 6750 §3: "the required scope of the access token for
    /// accessing the requested resource". All of them, because a client that asks for the missing ones alone
    /// gets a token without the others.
    ///
    /// Of the alternatives of an [`any`](Policy::any), those scopes count that are on the way that lacks
    /// least: first of roles, claims and whatever else no new token brings by itself, then of scopes and
    /// logins. Of equals it is the first.
    #[must_use]
    pub fn scopes(&self) -> Vec<&str> {
        self.way.scopes.iter().map(|scope| &**scope).collect()
    }

    /// Which login would be enough, if nothing but the login is missing (RFC 9470), on the way that
    /// [`scopes`](Self::scopes) describes.
    #[must_use]
    pub fn needs_step_up(&self) -> Option<&StepUp> {
        let only_login = self.way.needs_step_up && self.way.lacking == 0 && self.way.unobtainable == 0;
        only_login.then_some(&self.way.step_up)
    }
}

/// For logs: says what the policy asks for.
impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.missing.fmt(f)
    }
}

impl core::error::Error for Denied {}

/// What a caller lacks.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Missing {
    /// A scope.
    Scope(Arc<str>),
    /// A role.
    Role(Arc<str>),
    /// A claim with a certain value.
    Claim {
        /// Where it is.
        path: ClaimPath,
        /// The value that the policy asks for.
        value: Arc<Value>,
    },
    /// A login of a certain kind or age.
    Authentication(StepUp),
    /// All of these are missing, two at least.
    AllOf(Vec<Missing>),
    /// Each of these is missing, and one of them would be enough. Empty if the policy has no alternative.
    AnyOf(Vec<Missing>),
    /// The caller has what a [`not`](Policy::not) excludes.
    Forbidden,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scope(scope) => write!(f, "the scope {scope:?} is missing"),
            Self::Role(role) => write!(f, "the role {role:?} is missing"),
            Self::Claim { path, value } => {
                write!(f, "the claim {:?} is not {value}", path.to_string())
            }
            Self::Authentication(StepUp { acr_values, max_age }) => {
                f.write_str("the login is not")?;
                if !acr_values.is_empty() {
                    write!(f, " one of {acr_values:?}")?;
                }
                if let Some(age) = max_age {
                    write!(f, " from the last {} s", age.as_secs())?;
                }
                Ok(())
            }
            Self::AllOf(missing) => write_joined(f, missing, " and "),
            Self::AnyOf(missing) if missing.is_empty() => f.write_str("nobody is allowed"),
            Self::AnyOf(missing) => {
                f.write_str("no alternative holds (")?;
                write_joined(f, missing, "; ")?;
                f.write_str(")")
            }
            Self::Forbidden => f.write_str("something excluded is there"),
        }
    }
}

/// The login that is asked for, as RFC 9470 §3 tells it to a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StepUp {
    /// Authentication context class references, of which one is enough, in order of preference. Empty: any
    /// will do.
    pub acr_values: Vec<Arc<str>>,
    /// How long ago the login may be at most. `None`: any age will do.
    pub max_age: Option<Duration>,
}

/// What is needed to be allowed, whether it is there already or not, and how much of it is missing.
#[derive(Clone, Debug, Default, PartialEq)]
struct Way {
    scopes: Vec<Arc<str>>,
    /// How many of the scopes the token does not carry.
    lacking: usize,
    step_up: StepUp,
    needs_step_up: bool,
    /// How many roles, claims and exclusions stand against it.
    unobtainable: usize,
}

impl Way {
    /// To be compared: first what a new token does not bring by itself.
    fn length(&self) -> (usize, usize) {
        (self.unobtainable, self.lacking.saturating_add(usize::from(self.needs_step_up)))
    }

    /// Adds what is needed as well. Of logins, one that fulfils both.
    fn join(&mut self, other: Self) {
        let new: Vec<_> = other.scopes.into_iter().filter(|scope| !self.scopes.contains(scope)).collect();
        self.scopes.extend(new);
        self.lacking = self.lacking.saturating_add(other.lacking);
        self.unobtainable = self.unobtainable.saturating_add(other.unobtainable);
        self.needs_step_up |= other.needs_step_up;

        let StepUp { acr_values, max_age } = other.step_up;
        self.step_up.max_age = self.step_up.max_age.into_iter().chain(max_age).min();
        if self.step_up.acr_values.is_empty() {
            self.step_up.acr_values = acr_values;
        } else if !acr_values.is_empty() {
            self.step_up.acr_values.retain(|value| acr_values.contains(value));
            if self.step_up.acr_values.is_empty() {
                // No login is of two classes.
                self.unobtainable = self.unobtainable.saturating_add(1);
            }
        }
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

fn write_joined(f: &mut fmt::Formatter<'_>, parts: &[Missing], separator: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        write!(f, "{part}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClaimMapping, Claims};
    use alloc::vec;
    use serde_json::json;

    const NOW: UnixTime = UnixTime::from_secs(1_790_000_000);

    fn caller(mut value: Value) -> Identity {
        value.as_object_mut().unwrap().insert("sub".into(), json!("u1"));
        let claims: Claims = serde_json::from_value(value).unwrap();
        ClaimMapping::new().roles("roles").identity(Arc::new(claims), None).unwrap()
    }

    fn missing(policy: &Policy, value: Value) -> Option<Missing> {
        policy.check(&caller(value), NOW).err().map(|denied| denied.missing().clone())
    }

    fn scope(name: &str) -> Missing {
        Missing::Scope(name.into())
    }

    fn role(name: &str) -> Missing {
        Missing::Role(name.into())
    }

    fn max_age(seconds: u64) -> Policy {
        Policy::max_authentication_age(Duration::from_secs(seconds))
    }

    #[test]
    fn scopes_and_roles_are_compared_exactly() {
        for (policy, value, expected) in [
            (Policy::scope("read"), json!({"scope": "read"}), None),
            (Policy::scope("read"), json!({"scope": "write read"}), None),
            (Policy::scope("read"), json!({"scope": "unread"}), Some(scope("read"))),
            (Policy::scope("read"), json!({"scope": "read:all Read"}), Some(scope("read"))),
            (Policy::scope("read"), json!({}), Some(scope("read"))),
            (Policy::scope("a b"), json!({"scope": "a b"}), Some(scope("a b"))),
            (Policy::scope(""), json!({"scope": ["", " "]}), Some(scope(""))),
            (Policy::role("admin"), json!({"roles": ["admin"]}), None),
            (Policy::role("admin"), json!({"roles": ["admins", "Admin"]}), Some(role("admin"))),
            // A scope is no role, and a role no scope.
            (Policy::role("admin"), json!({"scope": "admin"}), Some(role("admin"))),
            (Policy::scope("admin"), json!({"roles": ["admin"]}), Some(scope("admin"))),
        ] {
            assert_eq!(missing(&policy, value.clone()), expected, "{policy:?} {value}");
        }
    }

    #[test]
    fn claims_are_equal_or_contained() {
        let nested = || ClaimPath::new(["app", "plan"]);
        // path, required, claims, whether allowed
        for (path, required, value, allowed) in [
            ("plan".into(), json!("pro"), json!({"plan": "pro"}), true),
            ("plan".into(), json!("pro"), json!({"plan": ["free", "pro"]}), true),
            ("plan".into(), json!("pro"), json!({"plan": "professional"}), false),
            ("plan".into(), json!("pro"), json!({"plan": [["pro"]]}), false),
            ("plan".into(), json!("pro"), json!({"plan": {"pro": true}}), false),
            ("plan".into(), json!("pro"), json!({}), false),
            (nested(), json!("pro"), json!({"app": {"plan": "pro"}}), true),
            (nested(), json!("pro"), json!({"app": "pro"}), false),
            (nested(), json!("pro"), json!({"app.plan": "pro"}), false),
            // The type counts.
            ("n".into(), json!(1), json!({"n": 1}), true),
            ("n".into(), json!(1), json!({"n": "1"}), false),
            ("n".into(), json!(1), json!({"n": 1.0}), false),
            ("n".into(), json!(true), json!({"n": true}), true),
            ("n".into(), json!(true), json!({"n": "true"}), false),
            ("n".into(), json!(true), json!({"n": 1}), false),
            ("n".into(), json!(["a"]), json!({"n": ["a"]}), true),
            ("n".into(), json!(["a"]), json!({"n": ["a", "b"]}), false),
            // Such as `f64::NAN` becomes.
            ("n".into(), json!(null), json!({"n": null}), false),
            ("n".into(), json!(null), json!({"n": [null]}), false),
        ] {
            let path: ClaimPath = path;
            let found = missing(&Policy::claim(path.clone(), required.clone()), value.clone());
            let expected = Missing::Claim { path, value: Arc::new(required.clone()) };
            assert_eq!(found, (!allowed).then_some(expected), "{required} {value}");
        }
    }

    #[test]
    fn all_any_and_not_combine() {
        let (a, b) = (|| Policy::scope("a"), || Policy::scope("b"));
        let r = || Policy::role("r");
        // policy, scopes of the token, what is missing
        for (policy, scopes, expected) in [
            (Policy::all([]), "", None),
            (Policy::any([]), "", Some(Missing::AnyOf(vec![]))),
            (Policy::scopes(["a", "b"]), "a b", None),
            (Policy::scopes(["a", "b"]), "a", Some(scope("b"))),
            (Policy::scopes(["a", "b"]), "", Some(Missing::AllOf(vec![scope("a"), scope("b")]))),
            (Policy::any([a(), b()]), "b", None),
            (Policy::any([a(), b()]), "", Some(Missing::AnyOf(vec![scope("a"), scope("b")]))),
            (Policy::any([a()]), "", Some(scope("a"))),
            (Policy::not(a()), "b", None),
            (Policy::not(a()), "a", Some(Missing::Forbidden)),
            (Policy::not(Policy::not(a())), "a", None),
            (Policy::not(Policy::not(a())), "", Some(Missing::Forbidden)),
            (Policy::not(Policy::any([])), "", None),
            (Policy::not(Policy::all([])), "", Some(Missing::Forbidden)),
            (
                Policy::all([a(), Policy::any([b(), r()])]),
                "",
                Some(Missing::AllOf(vec![scope("a"), Missing::AnyOf(vec![scope("b"), role("r")])])),
            ),
            (Policy::all([a(), Policy::any([b(), r()])]), "a b", None),
        ] {
            assert_eq!(missing(&policy, json!({"scope": scopes})), expected, "{policy:?} {scopes:?}");
        }
    }

    #[test]
    fn the_scopes_of_a_denial_are_all_that_a_new_token_needs() {
        let (a, b, c) = (|| Policy::scope("a"), || Policy::scope("b"), || Policy::scope("c"));
        let r = || Policy::role("r");
        // policy, scopes of the token, scopes needed
        for (policy, held, expected) in [
            (a(), "", vec!["a"]),
            // Those held already are needed still.
            (Policy::scopes(["a", "b"]), "b", vec!["a", "b"]),
            (Policy::scopes(["a", "b", "a"]), "", vec!["a", "b"]),
            (Policy::all([a(), r()]), "a", vec!["a"]),
            // The alternative that lacks least, the first of equals.
            (Policy::any([Policy::scopes(["a", "b"]), c()]), "", vec!["c"]),
            (Policy::any([Policy::scopes(["a", "b"]), c()]), "a", vec!["a", "b"]),
            (Policy::any([b(), c()]), "", vec!["b"]),
            (Policy::all([a(), Policy::any([b(), c()])]), "c", vec!["a", "c"]),
            // A client can ask for a scope, not for a role.
            (Policy::any([r(), Policy::scopes(["a", "b"])]), "", vec!["a", "b"]),
            (Policy::any([Policy::all([a(), r()]), Policy::scopes(["b", "c"])]), "a", vec!["b", "c"]),
            // Nothing that scopes could change.
            (r(), "a", vec![]),
            (Policy::not(a()), "a", vec![]),
            (Policy::any([]), "", vec![]),
        ] {
            let denied = policy.check(&caller(json!({"scope": held})), NOW).unwrap_err();
            assert_eq!(denied.scopes(), expected, "{policy:?} {held:?}");
            assert_eq!(denied.needs_step_up(), None, "{policy:?} {held:?}");
            assert_eq!(denied.code(), "insufficient_scope", "{policy:?} {held:?}");
        }
    }

    #[test]
    fn a_login_is_accepted_up_to_its_maximum_age() {
        let at = |seconds: i64| json!({"auth_time": NOW.as_secs() + seconds});
        // maximum age, claims, whether allowed
        for (age, value, allowed) in [
            (300, at(-299), true),
            (300, at(-300), true),
            (300, at(-301), false),
            (0, at(0), true),
            (0, at(-1), false),
            (u64::MAX, at(-1_790_000_000), true),
            // Ahead of our time.
            (300, at(59), true),
            (300, at(60), true),
            (300, at(61), false),
            (300, json!({"auth_time": i64::MAX}), false),
            (300, json!({"auth_time": 1e300}), false),
            (300, json!({"auth_time": -1e300}), false),
            // Fractions count as they are.
            (300, json!({"auth_time": 1_789_999_700.5}), true),
            (300, json!({"auth_time": 1_789_999_699.5}), false),
            (300, json!({"auth_time": 1_790_000_060.5}), false),
            // Unknown.
            (300, json!({}), false),
            (300, json!({"auth_time": null}), false),
            (300, json!({"auth_time": "1790000000"}), false),
            (300, json!({"auth_time": [1_790_000_000]}), false),
            (300, json!({"iat": 1_790_000_000}), false),
        ] {
            let step_up = StepUp { acr_values: vec![], max_age: Some(Duration::from_secs(age)) };
            let found = missing(&max_age(age), value.clone());
            assert_eq!(found, (!allowed).then_some(Missing::Authentication(step_up)), "{age} {value}");
        }
    }

    #[test]
    fn the_authentication_context_class_is_one_of_the_list() {
        let policy = Policy::acr(["urn:gold", "urn:silver"]);
        for (value, allowed) in [
            (json!({"acr": "urn:gold"}), true),
            (json!({"acr": "urn:silver"}), true),
            (json!({"acr": "urn:gol"}), false),
            (json!({"acr": "urn:gold urn:silver"}), false),
            (json!({"acr": ["urn:gold"]}), false),
            (json!({}), false),
        ] {
            let step_up = StepUp { acr_values: vec!["urn:gold".into(), "urn:silver".into()], max_age: None };
            let found = missing(&policy, value.clone());
            assert_eq!(found, (!allowed).then_some(Missing::Authentication(step_up)), "{value}");
        }
    }

    #[test]
    fn a_step_up_is_asked_for_only_if_nothing_else_is_missing() {
        let fresh = || max_age(300);
        let acr = |values: &[&str]| Policy::acr(values.iter().copied());
        let step_up = |values: &[&str], max_age: Option<u64>| {
            let acr_values = values.iter().copied().map(Arc::from).collect();
            Some(StepUp { acr_values, max_age: max_age.map(Duration::from_secs) })
        };
        let recent = json!({"scope": "a", "auth_time": NOW.as_secs()});
        let gold = json!({"scope": "a", "acr": "gold"});
        for (policy, value, expected) in [
            (fresh(), json!({}), step_up(&[], Some(300))),
            (Policy::all([Policy::scope("a"), fresh()]), gold.clone(), step_up(&[], Some(300))),
            (Policy::all([Policy::scope("b"), fresh()]), gold.clone(), None),
            (Policy::all([Policy::role("r"), fresh()]), gold.clone(), None),
            // What the login has already is asked for again: the next one must have both.
            (Policy::all([acr(&["gold"]), fresh()]), gold.clone(), step_up(&["gold"], Some(300))),
            (Policy::all([acr(&["gold"]), fresh()]), recent.clone(), step_up(&["gold"], Some(300))),
            // Two demands at once become one that fulfils both.
            (Policy::all([fresh(), max_age(60)]), json!({}), step_up(&[], Some(60))),
            (
                Policy::all([acr(&["gold", "silver", "tin"]), acr(&["tin", "gold"])]),
                json!({"acr": "silver"}),
                step_up(&["gold", "tin"], None),
            ),
            (Policy::all([acr(&["gold"]), acr(&["tin"])]), gold.clone(), None),
            (acr(&[]), gold.clone(), None),
            // Of alternatives, the one that lacks least.
            (Policy::any([Policy::role("r"), fresh()]), gold.clone(), step_up(&[], Some(300))),
            (Policy::any([Policy::scope("b"), fresh()]), gold.clone(), None),
            (Policy::any([fresh(), Policy::scope("b")]), gold.clone(), step_up(&[], Some(300))),
            (Policy::not(Policy::all([])), recent, None),
        ] {
            let denied = policy.check(&caller(value.clone()), NOW).unwrap_err();
            assert_eq!(denied.needs_step_up(), expected.as_ref(), "{policy:?} {value}");
            let login_is_enough = denied.code() == "insufficient_user_authentication";
            assert_eq!(login_is_enough, expected.is_some(), "{policy:?} {value}");
        }
    }

    #[test]
    fn the_scopes_for_documentation_are_those_that_help() {
        let policy = Policy::all([
            Policy::scope("a"),
            Policy::any([Policy::scopes(["b", "a"]), Policy::role("r"), Policy::scope("c")]),
            Policy::not(Policy::scope("blocked")),
            max_age(60),
        ]);
        assert_eq!(policy.required_scopes(), ["a", "b", "c"]);
    }

    #[test]
    fn a_denial_reads_as_one_clause_and_repeats_nothing_of_the_caller() {
        let policy = Policy::all([
            Policy::scope("a"),
            Policy::any([Policy::role("r"), Policy::claim(["app", "plan"], "pro")]),
            Policy::acr(["gold"]),
            max_age(60),
            Policy::not(Policy::all([])),
        ]);
        let denied = policy.check(&caller(json!({"acr": "tin", "app": {"plan": "free"}})), NOW).unwrap_err();
        assert_eq!(
            denied.to_string(),
            "the scope \"a\" is missing \
             and no alternative holds (the role \"r\" is missing; the claim \"app.plan\" is not \"pro\") \
             and the login is not one of [\"gold\"] and the login is not from the last 60 s \
             and something excluded is there"
        );
        assert_eq!(missing(&Policy::any([]), json!({})).unwrap().to_string(), "nobody is allowed");
    }
}
