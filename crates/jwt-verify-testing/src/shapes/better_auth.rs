//! Better Auth: two plugins, two kinds of token.

use serde_json::json;

use super::{HOUR, MINUTE, shape};
use crate::{TestIssuer, TokenBuilder};

/// Better Auth's jwt plugin: the whole user as claims, no `typ`, `aud` is the issuer itself, 15 minutes.
///
/// <https://www.better-auth.com/docs/plugins/jwt>
pub fn better_auth(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": issuer.name(),
        "name": "Ada Lovelace",
        "email": "ada@example.test",
        "emailVerified": true,
        "image": null,
        "createdAt": "2026-09-01T06:47:10.194Z",
        "updatedAt": "2026-09-01T06:47:10.194Z",
        "id": "tb9MPMd4TXBze4Z4vS3SS5lfQJLJ6s9z",
        "sub": "tb9MPMd4TXBze4Z4vS3SS5lfQJLJ6s9z",
    });
    shape(issuer, None, 15 * MINUTE, claims)
}

/// Better Auth's OAuth provider plugin: an `at+jwt` for the resource that was asked for, one hour.
///
/// A real one's issuer ends in `/api/auth`: `TestIssuer::builder().path("/api/auth")`.
///
/// <https://www.better-auth.com/docs/plugins/oauth-provider>
pub fn better_auth_oauth(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": [issuer.audience(), format!("{}/oauth2/userinfo", issuer.name())],
        "sub": "luu4XjdeztWNz8M0GK6iPyWbIaktKT91",
        "client_id": "tjhcXKRhRxzGTWNzmhfjVsssTtjelFAn",
        "azp": "tjhcXKRhRxzGTWNzmhfjVsssTtjelFAn",
        "scope": "openid profile email offline_access tasks:read",
        "sid": "RsX6Bt47lfTHp7Ncal6Xb2nESBPt8ZnG",
        "jti": "5HMu692EAa5n_dACdGYJn1YXfPcLSK3U",
    });
    shape(issuer, Some("at+jwt"), HOUR, claims)
}
