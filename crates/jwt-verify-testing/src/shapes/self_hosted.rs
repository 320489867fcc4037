//! Providers that people run themselves.

use serde_json::json;

use super::{HOUR, MINUTE, now, shape};
use crate::{TestIssuer, TokenBuilder};

/// An access token of Keycloak with roles of the realm and of a client; the payload has a `typ` of its own.
///
/// `aud` has the issuer's audience, as a mapper adds it, and `account`. A real one's issuer ends in `/realms/NAME`.
///
/// <https://www.keycloak.org/docs/latest/server_admin/#_audience>
pub fn keycloak(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": [issuer.audience(), "account"],
        "auth_time": now(issuer),
        "jti": "onrtac:9f1b3a52-6c0f-4a8b-9a4e-0f6f5d0c7e11",
        "sub": "f0a5c8d4-3b2e-4f6a-8c1d-7e9b0a1c2d3e",
        "typ": "Bearer",
        "azp": "web",
        "sid": "7c4d1b2a-9e8f-4a6b-8c3d-2e1f0a9b8c7d",
        "acr": "1",
        "allowed-origins": ["https://app.example"],
        "realm_access": {"roles": ["default-roles-test", "offline_access"]},
        "resource_access": {"web": {"roles": ["editor"]}, "account": {"roles": ["view-profile"]}},
        "scope": "openid email profile",
        "email_verified": true,
        "name": "Ada Lovelace",
        "preferred_username": "ada",
        "given_name": "Ada",
        "family_name": "Lovelace",
        "email": "ada@example.test",
    });
    shape(issuer, Some("JWT"), 5 * MINUTE, claims)
}

/// An access token of Zitadel with one role: a map of roles to maps of organizations.
///
/// <https://zitadel.com/docs/apis/openidoauth/claims>
pub fn zitadel(issuer: &TestIssuer) -> TokenBuilder {
    let roles = json!({"editor": {"178204173316174381": "acme.example"}});
    let claims = json!({
        "aud": [issuer.audience(), "284204173316174301@tasks", "284204173316174301"],
        "client_id": "284204173316174301@tasks",
        "jti": "V2_284204173316174391-at_284204173316174392",
        "nbf": now(issuer),
        "sub": "178204173316174300",
        "urn:zitadel:iam:org:project:roles": roles,
        "urn:zitadel:iam:org:project:284204173316174301:roles": roles,
    });
    shape(issuer, Some("JWT"), 12 * HOUR, claims)
}

/// A token for Hasura, by whoever issues it: session variables under a claim that is named by a URL.
///
/// <https://hasura.io/docs/2.0/auth/authentication/jwt/>
pub fn hasura(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": issuer.audience(),
        "sub": "1234567890",
        "https://hasura.io/jwt/claims": {
            "x-hasura-allowed-roles": ["editor", "user"],
            "x-hasura-default-role": "user",
            "x-hasura-user-id": "1234567890",
        },
    });
    shape(issuer, Some("JWT"), HOUR, claims)
}

/// An access token of Authentik. A real one's issuer is the application's, with a slash at its end.
///
/// <https://docs.goauthentik.io/add-secure-apps/providers/oauth2/>
pub fn authentik(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": issuer.audience(),
        "azp": issuer.audience(),
        "sub": "2d1f0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c3d2e1f",
        "auth_time": now(issuer),
        "acr": "goauthentik.io/providers/oauth2/default",
        "uid": "q9Lw2nVb5sXc8dFg",
        "scope": "openid email profile",
        "email": "ada@example.test",
        "email_verified": true,
        "name": "Ada Lovelace",
        "preferred_username": "ada",
        "groups": ["editors"],
    });
    shape(issuer, Some("JWT"), HOUR, claims)
}

/// An access token of Authelia with JWT access tokens switched on: scopes as an array `scp`, no `scope`.
///
/// <https://www.authelia.com/integration/openid-connect/introduction/>
pub fn authelia(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": [issuer.audience()],
        "client_id": "tasks",
        "jti": "c5e1a8c3-d1b2-4f6e-87d8-9a0b1c2d3e4f",
        "nbf": now(issuer),
        "scp": ["openid", "profile", "email"],
        "sub": "5f0c4b52-2e0a-4ac6-8a8e-9d1b7c3e5f60",
    });
    shape(issuer, Some("at+jwt"), HOUR, claims)
}

/// An access token of Kanidm: 15 minutes. A real one's issuer is the client's, and `aud` the client's name.
///
/// <https://kanidm.github.io/kanidm/stable/integrations/oauth2.html>
pub fn kanidm(issuer: &TestIssuer) -> TokenBuilder {
    let now = now(issuer);
    let claims = json!({
        "aud": issuer.audience(),
        "client_id": issuer.audience(),
        "jti": "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d",
        "nbf": now,
        "scope": "openid profile email",
        "sub": "7e9b0a1c-2d3e-4f5a-8b6c-7d8e9f0a1b2c",
    });
    shape(issuer, Some("at+jwt"), 15 * MINUTE, claims)
}

/// An access token of Dex, which is an ID token: no scopes, `at_hash`, groups.
///
/// <https://dexidp.io/docs/configuration/tokens/>
pub fn dex(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": issuer.audience(),
        "sub": "CgNhZGESBWxvY2Fs",
        "at_hash": "6L1WRvHCBPqJvPMWSHlXSw",
        "email": "ada@example.test",
        "email_verified": true,
        "groups": ["editors"],
        "name": "Ada Lovelace",
    });
    shape(issuer, None, 24 * HOUR, claims)
}

/// An access token of Ory Hydra with the strategy `jwt`: scopes as an array `scp`, claims of one's own under `ext`.
///
/// <https://www.ory.com/docs/hydra/advanced#json-web-tokens>
pub fn hydra(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": [issuer.audience()],
        "client_id": "6f1a2b3c-4d5e-4f60-8a9b-0c1d2e3f4a5b",
        "ext": {},
        "jti": "1d2e3f4a-5b6c-4d7e-8f90-a1b2c3d4e5f6",
        "nbf": now(issuer),
        "scp": ["openid", "tasks.read"],
        "sub": "ada-7e9b",
    });
    shape(issuer, Some("JWT"), HOUR, claims)
}

/// An access token of Rauthy. A real one's issuer ends in `/auth/v1`, and `aud` is the client.
///
/// <https://sebadob.github.io/rauthy/>
pub fn rauthy(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": issuer.audience(),
        "azp": issuer.audience(),
        "jti": "9e0f1a2b-3c4d-4e5f-8a6b-7c8d9e0f1a2b",
        "nbf": now(issuer),
        "typ": "Bearer",
        "scope": "openid profile email groups",
        "sub": "Zk3vT9qLxW1rYb7n",
        "preferred_username": "ada@example.test",
        "roles": ["editor"],
        "groups": ["editors"],
    });
    shape(issuer, Some("at+jwt"), 30 * MINUTE, claims)
}
