//! Providers that are a service.

use serde_json::json;

use super::{DAY, HOUR, MINUTE, now, shape};
use crate::{TestIssuer, TokenBuilder};

/// An access token of Auth0 with the profile `auth0`, role-based permissions and a namespaced claim for roles.
///
/// A real one's issuer ends in a slash: `TestIssuer::builder().path("/")`.
///
/// <https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles>
pub fn auth0(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": [issuer.audience(), format!("{}/userinfo", issuer.name().trim_end_matches('/'))],
        "sub": "auth0|507f1f77bcf86cd799439011",
        "azp": "my_client_id",
        "scope": "openid profile email read:tasks",
        "permissions": ["read:tasks"],
        "org_id": "org_9ybsU1dN2dKfDkBi",
        "https://api.example/roles": ["editor"],
    });
    shape(issuer, Some("JWT"), DAY, claims)
}

/// A session token of Clerk, version 2, with an active organization: no `aud`, `azp` is the origin of the application; one minute.
///
/// <https://clerk.com/docs/guides/sessions/session-tokens>
pub fn clerk(issuer: &TestIssuer) -> TokenBuilder {
    let now = now(issuer);
    let claims = json!({
        "azp": "https://app.example",
        "fva": [0, -1],
        "jti": "c5e1a8c3d1b2a4f6e7d8",
        "nbf": now.saturating_sub(10),
        "o": {"id": "org_2xA9", "slg": "acme", "rol": "admin", "per": "read,manage", "fpm": "3,1"},
        "fea": "o:tasks,o:billing",
        "pla": "o:pro",
        "sid": "sess_2xA9",
        "sts": "active",
        "sub": "user_2xA9",
        "v": 2,
    });
    shape(issuer, Some("JWT"), MINUTE, claims).header("cat", "cl_B7d4PD111AAA")
}

/// An access token of a custom authorization server of Okta: no `typ`, scopes as an array, `sub` is the login name.
///
/// <https://developer.okta.com/docs/reference/api/oidc/#access-token>
pub fn okta(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "ver": 1,
        "jti": "AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE",
        "aud": issuer.audience(),
        "cid": "0oa13uk63xoD3JUmX5d7",
        "uid": "00u13ujtqnhPtIgCk5d7",
        "scp": ["openid", "email", "tasks.read"],
        "auth_time": now(issuer),
        "sub": "ada@example.test",
        "groups": ["Everyone", "editors"],
    });
    shape(issuer, None, HOUR, claims)
}

/// A user's access token of Supabase: `aud` and `role` are `authenticated`.
///
/// <https://supabase.com/docs/guides/auth/jwt-fields>
pub fn supabase(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "sub": "550e8400-e29b-41d4-a716-446655440000",
        "aud": "authenticated",
        "email": "ada@example.test",
        "phone": "",
        "app_metadata": {"provider": "email", "providers": ["email"]},
        "user_metadata": {"name": "Ada Lovelace"},
        "role": "authenticated",
        "aal": "aal1",
        "amr": [{"method": "password", "timestamp": now(issuer)}],
        "session_id": "9f1b3a52-6c0f-4a8b-9a4e-0f6f5d0c7e11",
        "is_anonymous": false,
    });
    shape(issuer, Some("JWT"), HOUR, claims)
}

/// An access token of a WorkOS AuthKit session: no `aud`, as the key set belongs to one client.
///
/// <https://workos.com/docs/user-management/sessions>
pub fn workos(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "sub": "user_01HBEQKA6K4QJAS93VPE39W1JT",
        "sid": "session_01HQSXZGF8FHF7A9ZZFCW4387R",
        "jti": "01HQSXZXPPFPKMDD32RKTFY6PV",
        "org_id": "org_01HRDMC6CM357W30QMHMQ96Q0S",
        "role": "member",
        "roles": ["member"],
        "permissions": ["posts:read", "posts:write"],
        "entitlements": ["audit-logs"],
    });
    shape(issuer, Some("JWT"), 5 * MINUTE, claims)
}

/// A session token of Descope with one tenant: no `aud`. A real one's `iss` may be the bare project ID.
///
/// <https://docs.descope.com/management/project-settings/session-management>
pub fn descope(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "amr": ["email"],
        "drn": "DS",
        "dct": "T2Aq1",
        "sub": "U2Aq1wRRmXjhM9ZNUxB2R8nGTTRx",
        "roles": ["user"],
        "permissions": ["read"],
        "tenants": {"T2Aq1": {"roles": ["Tenant Admin"], "permissions": ["User Admin"]}},
        "rexp": "2026-10-20T09:33:20Z",
    });
    shape(issuer, Some("JWT"), 10 * MINUTE, claims)
}

/// A session token of Stytch: the session in a claim that is named by a URL, five minutes. A real one's `iss` is no URL.
///
/// <https://stytch.com/docs/guides/sessions/using-jwts>
pub fn stytch(issuer: &TestIssuer) -> TokenBuilder {
    let now = now(issuer);
    let claims = json!({
        "aud": [issuer.audience()],
        "nbf": now,
        "sub": "user-test-f9a0",
        "https://stytch.com/session": {
            "id": "session-test-f9a0",
            "started_at": "2026-09-21T14:13:20Z",
            "last_accessed_at": "2026-09-21T14:13:20Z",
            "expires_at": "2026-09-21T15:13:20Z",
            "attributes": {"user_agent": "", "ip_address": ""},
            "authentication_factors": [{
                "type": "magic_link",
                "delivery_method": "email",
                "last_authenticated_at": "2026-09-21T14:13:20Z",
                "email_factor": {"email_id": "email-test-f9a0", "email_address": "ada@example.test"},
            }],
        },
    });
    shape(issuer, Some("JWT"), 5 * MINUTE, claims)
}

/// An access token of Kinde: scopes and permissions as arrays, feature flags. A real one's `aud` may be an empty array.
///
/// <https://docs.kinde.com/build/tokens/about-access-tokens/>
pub fn kinde(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": [issuer.audience()],
        "azp": "0123456789abcdef",
        "jti": "27daa125-2fb2-4e14-9270-742cd56e764b",
        "sub": "kp_3f5a",
        "org_code": "org_1ccb",
        "scp": ["openid", "profile", "email"],
        "permissions": ["read:tasks"],
        "feature_flags": {"theme": {"t": "s", "v": "dark"}},
    });
    shape(issuer, Some("JWT"), DAY, claims)
}

/// An access token of Logto for an API resource.
///
/// <https://docs.logto.io/authorization/validate-access-tokens>
pub fn logto(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": issuer.audience(),
        "jti": "VovNyqJ5_tuYac89eTbpF",
        "sub": "rkxl1ops7gs1",
        "scope": "read:tasks",
        "client_id": "5rbajvzxnq4fxi6avwlhc",
    });
    shape(issuer, Some("at+jwt"), HOUR, claims)
}
