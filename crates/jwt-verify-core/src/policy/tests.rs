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
