use alloc::{
    borrow::ToOwned,
    format,
    string::{String, ToString},
    sync::Arc,
    vec,
    vec::Vec,
};

use serde_json::{Value, json};

use super::*;
use crate::ClaimError;

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
    let keycloak = new().roles(["realm_access", "roles"]).roles(["resource_access", "reports-api", "roles"]);
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
fn an_object_that_is_written_as_a_string_is_read_on_request() {
    let namespace = "https://hasura.io/jwt/claims";
    let plain = ClaimMapping::new()
        .user_id([namespace, "x-hasura-user-id"])
        .roles([namespace, "x-hasura-allowed-roles"])
        .tenant([namespace, "org", "id"]);
    let mapping = plain.clone().stringified_json(namespace);
    let text = r#"{"x-hasura-user-id":"u1","x-hasura-allowed-roles":["user","editor"],"org":{"id":"o1"}}"#;
    let read = |mapping: &ClaimMapping, value: Value| {
        assert_eq!(mapping.check(&claims(value.clone())).err(), identity(mapping, value.clone()).err());
        identity(mapping, value)
    };

    let found = read(&mapping, json!({namespace: text})).unwrap();
    assert_eq!((found.id(), found.tenant()), ("u1", Some("o1")));
    assert_eq!(found.roles(), ["user", "editor"]);
    // The claims are those of the token.
    assert_eq!(found.claims().get(namespace), Some(&json!(text)));
    // What is an object already is read as it is; what nobody asked for is not read.
    let object: Value = serde_json::from_str(text).unwrap();
    assert_eq!(read(&mapping, json!({namespace: object})).unwrap().id(), "u1");
    let id_type = wrong_type("https://hasura.io/jwt/claims.x-hasura-user-id");
    assert_eq!(read(&plain, json!({namespace: text})).unwrap_err(), id_type);

    // What is no object by the rules for tokens stays a string.
    let deep = "[".repeat(127) + &"]".repeat(127);
    let fits = format!(r#"{{"x-hasura-user-id":"u1","a":{deep}}}"#);
    assert_eq!(read(&mapping, json!({namespace: fits})).unwrap().id(), "u1");
    for text in [
        "",
        "u1",
        "null",
        "[]",
        r#""{}""#,
        r#"{"x-hasura-user-id":"u1""#,
        r#"{"x-hasura-user-id":"u1"} {}"#,
        r#"{"x-hasura-user-id":"u2","x-hasura-user-id":"u1"}"#,
        r#"{"x-hasura-user-id":"u1","a":{"b":1,"b":2}}"#,
        "\u{feff}{\"x-hasura-user-id\":\"u1\"}",
        &format!(r#"{{"x-hasura-user-id":"u1","a":[{deep}]}}"#),
    ] {
        assert_eq!(read(&mapping, json!({namespace: text})).unwrap_err(), id_type, "{text}");
    }
    // Inside it, as everywhere.
    let missing = ClaimError::missing("https://hasura.io/jwt/claims.x-hasura-user-id");
    assert_eq!(identity(&mapping, json!({namespace: "{}"})).unwrap_err(), missing);
    assert_eq!(identity(&mapping, json!({})).unwrap_err(), missing);
    assert_eq!(read(&mapping, json!({namespace: r#"{"x-hasura-user-id":7}"#})).unwrap_err(), id_type);
}

#[test]
fn an_object_that_is_written_as_a_string_may_be_further_inside() {
    let mapping = ClaimMapping::new()
        .stringified_json(["app", "claims"])
        .stringified_json(["app", "claims", "more"])
        .roles(["app", "claims", "more", "roles"]);
    let more = r#"{"roles":["admin"]}"#;
    let text = json!({"more": more}).to_string();
    let found = identity_of_u1(&mapping, json!({"app": {"claims": text}})).unwrap();
    assert_eq!(found.roles(), ["admin"]);
    for value in [json!({}), json!({"app": null}), json!({"app": {"claims": null}})] {
        assert!(identity_of_u1(&mapping, value).unwrap().roles().is_empty());
    }
}

#[test]
fn ids_that_disagree_inside_a_string_are_refused_too() {
    let chain = ClaimMapping::new()
        .stringified_json("extra")
        .user_id_chain([ClaimPath::from("sub"), ClaimPath::new(["extra", "user_id"])]);
    let value = |id: &str| json!({"sub": "u1", "extra": json!({"user_id": id}).to_string()});
    assert_id(&chain, value("u1"), Ok("u1"));
    assert_id(&chain, value("u2"), Err(ClaimError::UserIdsDisagree));
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
        ClaimMapping::new().stringified_json(""),
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
    let identity = ClaimMapping::new().identity(claims(value), Some("https://id.example".into())).unwrap();
    assert_eq!(
        format!("{identity:?}"),
        r#"Identity { id: "u1", issuer: Some("https://id.example"), tenant: None, roles: [], scopes: ["read"], .. }"#
    );
}
