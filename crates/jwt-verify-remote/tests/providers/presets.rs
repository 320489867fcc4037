//! One row for each preset: the token that its provider documents, and whose it is.

use jwt_verify_core::Algorithm;
use jwt_verify_remote::{
    RemoteIssuerBuilder,
    providers::{self, BetterAuthPlugin},
};
use jwt_verify_testing::{TestIssuer, TokenBuilder, shapes};

use super::{SIGNER, verify};

/// One provider's token.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) preset: fn() -> RemoteIssuerBuilder,
    shape: fn(&TestIssuer) -> TokenBuilder,
    /// The audience, where the provider writes one of its own.
    audience: Option<&'static str>,
    id: &'static str,
    email: Option<&'static str>,
    scopes: &'static [&'static str],
    roles: &'static [&'static str],
    tenant: Option<&'static str>,
}

impl Row {
    /// The provider's token, with the name that the preset expects.
    pub(crate) fn token(&self) -> TokenBuilder {
        let name = (self.preset)().name().replace("{tenantid}", TENANT);
        let token = (self.shape)(&SIGNER).claim("iss", name);
        match self.audience {
            Some(audience) => token.claim("aud", audience),
            None => token,
        }
    }
}

const API: &str = "https://api.example";
pub(crate) const TENANT: &str = "11111111-2222-4333-8444-555555555555";
const ADA: Option<&str> = Some("ada@example.test");

/// A row with nothing but an ID.
const PLAIN: Row = Row {
    name: "",
    preset: || providers::okta("", ""),
    shape: shapes::okta,
    audience: None,
    id: "",
    email: None,
    scopes: &[],
    roles: &[],
    tenant: None,
};

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "Better Auth, jwt plugin",
        preset: || providers::better_auth("https://app.example", BetterAuthPlugin::Jwt),
        shape: |issuer| shapes::better_auth(issuer).claim("role", "admin,editor"),
        audience: Some("https://app.example"),
        id: "tb9MPMd4TXBze4Z4vS3SS5lfQJLJ6s9z",
        email: ADA,
        roles: &["admin", "editor"],
        ..PLAIN
    },
    Row {
        name: "Better Auth, oauth-provider plugin",
        preset: || {
            providers::better_auth("https://app.example", BetterAuthPlugin::OAuthProvider).audience(API)
        },
        shape: shapes::better_auth_oauth,
        id: "luu4XjdeztWNz8M0GK6iPyWbIaktKT91",
        scopes: &["openid", "profile", "email", "offline_access", "tasks:read"],
        ..PLAIN
    },
    Row {
        name: "Auth0",
        preset: || {
            providers::auth0("acme.eu.auth0.com")
                .audience(API)
                .map_claims(|mapping| mapping.roles("https://api.example/roles"))
        },
        shape: shapes::auth0,
        id: "auth0|507f1f77bcf86cd799439011",
        scopes: &["openid", "profile", "email", "read:tasks"],
        roles: &["editor"],
        tenant: Some("org_9ybsU1dN2dKfDkBi"),
        ..PLAIN
    },
    Row {
        name: "Clerk",
        preset: || providers::clerk("clerk.app.example", ["https://app.example"]),
        shape: shapes::clerk,
        id: "user_2xA9",
        scopes: &["org:tasks:read", "org:tasks:manage", "org:billing:read"],
        roles: &["org:admin"],
        tenant: Some("org_2xA9"),
        ..PLAIN
    },
    Row {
        name: "Clerk, version 1",
        preset: || providers::clerk_v1("clerk.app.example", ["https://app.example"]),
        shape: |issuer| {
            ["v", "sts", "o", "fea", "pla", "jti"]
                .iter()
                .fold(shapes::clerk(issuer), |token, claim| token.remove_claim(claim))
                .claim("org_id", "org_2xA9")
                .claim("org_role", "org:admin")
                .claim("org_permissions", vec!["org:tasks:read"])
        },
        id: "user_2xA9",
        scopes: &["org:tasks:read"],
        roles: &["org:admin"],
        tenant: Some("org_2xA9"),
        ..PLAIN
    },
    Row {
        name: "Okta",
        preset: || providers::okta("acme.okta.com", "default").audience(API),
        shape: shapes::okta,
        id: "00u13ujtqnhPtIgCk5d7",
        scopes: &["openid", "email", "tasks.read"],
        roles: &["Everyone", "editors"],
        ..PLAIN
    },
    Row {
        name: "Keycloak",
        preset: || {
            providers::keycloak("https://id.example", "acme")
                .audience(API)
                .map_claims(|mapping| mapping.roles(["resource_access", "web", "roles"]))
        },
        shape: shapes::keycloak,
        id: "f0a5c8d4-3b2e-4f6a-8c1d-7e9b0a1c2d3e",
        email: ADA,
        scopes: &["openid", "email", "profile"],
        roles: &["default-roles-test", "offline_access", "editor"],
        ..PLAIN
    },
    Row {
        name: "Cognito, access tokens",
        preset: || providers::cognito("eu-west-1_Ab1Cd2Ef3").access_tokens(["1example23456789"]),
        shape: shapes::cognito_access,
        id: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        scopes: &["aws.cognito.signin.user.admin", "tasks/read"],
        roles: &["editors"],
        ..PLAIN
    },
    Row {
        name: "Cognito, ID tokens",
        preset: || providers::cognito("eu-west-1_Ab1Cd2Ef3").id_tokens(["1example23456789"]),
        shape: shapes::cognito_id,
        audience: Some("1example23456789"),
        id: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        email: ADA,
        roles: &["editors"],
        ..PLAIN
    },
    Row {
        name: "Entra, version 2, one tenant",
        preset: || providers::entra(TENANT).v2(API),
        shape: shapes::entra_v2,
        ..ENTRA
    },
    Row {
        name: "Entra, version 2, several tenants",
        preset: || providers::entra_tenants(["99999999-2222-4333-8444-555555555555", TENANT]).v2(API),
        shape: shapes::entra_v2,
        ..ENTRA
    },
    Row {
        name: "Entra, version 2, any tenant",
        preset: || providers::entra_any_tenant().v2(API),
        shape: shapes::entra_v2,
        ..ENTRA
    },
    Row {
        name: "Entra, version 1, one tenant",
        preset: || providers::entra(TENANT).v1(API),
        shape: shapes::entra_v1,
        ..ENTRA
    },
    Row {
        name: "Entra, version 1, any tenant",
        preset: || providers::entra_any_tenant().v1(API),
        shape: shapes::entra_v1,
        ..ENTRA
    },
    Row {
        name: "Google",
        preset: || providers::google(["123.apps.googleusercontent.com"]),
        shape: shapes::google,
        audience: Some("123.apps.googleusercontent.com"),
        id: "110169484474386276334",
        email: ADA,
        tenant: Some("example.test"),
        ..PLAIN
    },
    Row {
        name: "Firebase",
        preset: || providers::firebase("acme-prod"),
        shape: shapes::firebase,
        audience: Some("acme-prod"),
        id: "yJpBY7zVXCSlWPPlFWtPlUsEWoB2",
        email: ADA,
        ..PLAIN
    },
    Row {
        name: "Supabase",
        preset: || providers::supabase("abcdefghijklmnop"),
        shape: shapes::supabase,
        id: "550e8400-e29b-41d4-a716-446655440000",
        email: ADA,
        roles: &["authenticated"],
        ..PLAIN
    },
    Row {
        name: "WorkOS",
        preset: || providers::workos("client_123"),
        shape: shapes::workos,
        id: "user_01HBEQKA6K4QJAS93VPE39W1JT",
        scopes: &["posts:read", "posts:write"],
        roles: &["member", "member"],
        tenant: Some("org_01HRDMC6CM357W30QMHMQ96Q0S"),
        ..PLAIN
    },
    Row {
        name: "Descope",
        preset: || providers::descope("P2abcdef"),
        shape: shapes::descope,
        id: "U2Aq1wRRmXjhM9ZNUxB2R8nGTTRx",
        scopes: &["read"],
        roles: &["user"],
        tenant: Some("T2Aq1"),
        ..PLAIN
    },
    Row {
        name: "Stytch, B2B",
        preset: || providers::stytch("project-live-1234"),
        shape: |issuer| {
            shapes::stytch(issuer)
                .claim("https://stytch.com/session", serde_json::json!({"roles": ["stytch_member"]}))
                .claim(
                    "https://stytch.com/organization",
                    serde_json::json!({"organization_id": "organization-live-1"}),
                )
        },
        audience: Some("project-live-1234"),
        id: "user-test-f9a0",
        roles: &["stytch_member"],
        tenant: Some("organization-live-1"),
        ..PLAIN
    },
    Row {
        name: "Stytch, consumers",
        preset: || providers::stytch("project-live-1234"),
        shape: shapes::stytch,
        audience: Some("project-live-1234"),
        id: "user-test-f9a0",
        ..PLAIN
    },
    Row {
        name: "Kinde",
        preset: || providers::kinde("acme.kinde.com").audience(API),
        shape: shapes::kinde,
        id: "kp_3f5a",
        scopes: &["openid", "profile", "email"],
        tenant: Some("org_1ccb"),
        ..PLAIN
    },
    Row {
        name: "Logto",
        preset: || providers::logto("acme.logto.app").audience(API),
        shape: |issuer| shapes::logto(issuer).claim("organization_id", "4o5nxv2dz0dz"),
        id: "rkxl1ops7gs1",
        scopes: &["read:tasks"],
        tenant: Some("4o5nxv2dz0dz"),
        ..PLAIN
    },
    Row {
        name: "Zitadel",
        preset: || providers::zitadel("acme.zitadel.cloud").audience("284204173316174301"),
        shape: |issuer| {
            shapes::zitadel(issuer).claim("urn:zitadel:iam:user:resourceowner:id", "178204173316174381")
        },
        id: "178204173316174300",
        roles: &["editor"],
        tenant: Some("178204173316174381"),
        ..PLAIN
    },
    Row {
        name: "Apple",
        preset: || providers::apple(["com.example.app"]),
        shape: shapes::apple,
        audience: Some("com.example.app"),
        id: "001234.9f1b3a526c0f4a8b9a4e0f6f5d0c7e11.0812",
        email: Some("q4x8@privaterelay.example"),
        ..PLAIN
    },
    Row {
        name: "GitHub Actions, a repository",
        preset: || providers::github_actions(API).repositories(["74"]),
        shape: shapes::github_actions,
        id: "74",
        tenant: Some("65"),
        ..PLAIN
    },
    Row {
        name: "GitHub Actions, an owner",
        preset: || providers::github_actions(API).owners(["64", "65"]),
        shape: shapes::github_actions,
        id: "74",
        tenant: Some("65"),
        ..PLAIN
    },
    Row {
        name: "Kubernetes",
        preset: || providers::kubernetes("https://kubernetes.default.svc.cluster.local").audience(API),
        shape: shapes::kubernetes,
        id: "system:serviceaccount:my-namespace:my-service",
        tenant: Some("my-namespace"),
        ..PLAIN
    },
    Row {
        name: "Kubernetes on EKS",
        preset: || providers::eks("eu-west-1", "0123456789ABCDEF").audience(API),
        shape: shapes::kubernetes,
        id: "system:serviceaccount:my-namespace:my-service",
        tenant: Some("my-namespace"),
        ..PLAIN
    },
    Row {
        name: "Cloudflare Access, users",
        preset: || providers::cloudflare_access("acme", API),
        shape: shapes::cloudflare_access,
        id: "7335d417-61da-459d-899c-0a01c76a2f94",
        email: ADA,
        ..PLAIN
    },
    Row {
        name: "Cloudflare Access, services",
        preset: || providers::cloudflare_access_services("acme", API),
        shape: |issuer| {
            let token =
                shapes::cloudflare_access(issuer).remove_claim("email").remove_claim("identity_nonce");
            token.claim("sub", "").claim("common_name", "e367826f93b8d71185e03fe518aff3b4.access")
        },
        id: "e367826f93b8d71185e03fe518aff3b4.access",
        ..PLAIN
    },
    Row {
        name: "Hasura",
        preset: || providers::hasura("https://id.example", "https://id.example/keys").audience(API),
        shape: shapes::hasura,
        id: "1234567890",
        roles: &["editor", "user"],
        ..PLAIN
    },
    Row {
        name: "authentik",
        preset: || providers::authentik("id.example", "reports").audience(API),
        shape: shapes::authentik,
        id: "2d1f0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f",
        email: ADA,
        scopes: &["openid", "email", "profile"],
        roles: &["editors"],
        ..PLAIN
    },
    Row {
        name: "Authelia",
        preset: || providers::authelia("auth.example").audience(API),
        shape: shapes::authelia,
        id: "5f0c4b52-2e0a-4ac6-8a8e-9d1b7c3e5f60",
        scopes: &["openid", "profile", "email"],
        ..PLAIN
    },
    Row {
        name: "Kanidm",
        // The signer's key is an RSA key.
        preset: || providers::kanidm("idm.example", "reports").algorithms([Algorithm::Rs256]),
        shape: shapes::kanidm,
        audience: Some("reports"),
        id: "7e9b0a1c-2d3e-4f5a-8b6c-7d8e9f0a1b2c",
        scopes: &["openid", "profile", "email"],
        ..PLAIN
    },
    Row {
        name: "Dex",
        preset: || providers::dex("https://dex.example/dex").audience(API),
        shape: shapes::dex,
        id: "CgNhZGESBWxvY2Fs",
        email: ADA,
        roles: &["editors"],
        ..PLAIN
    },
    Row {
        name: "Ory Hydra",
        preset: || providers::ory_hydra("https://hydra.example/").audience(API),
        shape: shapes::hydra,
        id: "ada-7e9b",
        scopes: &["openid", "tasks.read"],
        ..PLAIN
    },
    Row {
        name: "Rauthy",
        preset: || providers::rauthy("id.example").audience(API),
        shape: shapes::rauthy,
        id: "Zk3vT9qLxW1rYb7n",
        scopes: &["openid", "profile", "email", "groups"],
        roles: &["editor"],
        ..PLAIN
    },
];

const ENTRA: Row = Row {
    id: "66666666-7777-4888-9999-aaaaaaaaaaaa",
    scopes: &["Tasks.Read", "Tasks.Write"],
    roles: &["Task.Editor"],
    tenant: Some(TENANT),
    ..PLAIN
};

#[test]
fn the_token_that_a_provider_documents_is_accepted_and_says_who_is_calling() {
    for row in ROWS {
        let verified =
            verify((row.preset)(), row.token()).unwrap_or_else(|error| panic!("{}: {error}", row.name));
        let caller = verified.identity().unwrap_or_else(|error| panic!("{}: {error}", row.name));
        assert_eq!(caller.id(), row.id, "{}", row.name);
        assert_eq!(caller.email(), row.email, "{}", row.name);
        assert_eq!(caller.scopes(), row.scopes, "{}", row.name);
        assert_eq!(caller.roles(), row.roles, "{}", row.name);
        assert_eq!(caller.tenant(), row.tenant, "{}", row.name);
    }
}

#[test]
fn a_verified_address_is_told_in_each_form_in_which_a_provider_writes_it() {
    let verified = |name: &str| {
        let row = ROWS.iter().find(|row| row.name == name).unwrap();
        verify((row.preset)(), row.token()).unwrap().identity().unwrap().email_verified()
    };
    assert_eq!(verified("Better Auth, jwt plugin"), Some(true));
    assert_eq!(verified("Google"), Some(true));
    assert_eq!(verified("Apple"), Some(true));
    assert_eq!(verified("Supabase"), None);
}
