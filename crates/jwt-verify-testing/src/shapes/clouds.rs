//! Amazon, Apple, Google and Microsoft: users' tokens.

use serde_json::json;

use super::{DAY, HOUR, MINUTE, now, shape};
use crate::{TestIssuer, TokenBuilder};

/// An access token of a Cognito user pool: no `aud` and no `typ`; `client_id` and `token_use` instead.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html>
pub fn cognito_access(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "cognito:groups": ["editors"],
        "client_id": "1example23456789",
        "origin_jti": "aaaaaaaa-1111-2222-3333-444444444444",
        "event_id": "64f513be-32db-42b0-b78e-b02127b4f463",
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin tasks/read",
        "auth_time": now(issuer),
        "version": 2,
        "jti": "aaaaaaaa-5555-6666-7777-888888888888",
        "username": "ada",
    });
    shape(issuer, None, HOUR, claims)
}

/// An ID token of a Cognito user pool: `aud` is the client.
///
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html>
pub fn cognito_id(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "aud": issuer.audience(),
        "at_hash": "HuxHw5Fgzn2wcBpJwV8JMQ",
        "cognito:groups": ["editors"],
        "cognito:username": "ada",
        "email": "ada@example.test",
        "email_verified": true,
        "origin_jti": "aaaaaaaa-1111-2222-3333-444444444444",
        "event_id": "64f513be-32db-42b0-b78e-b02127b4f463",
        "token_use": "id",
        "auth_time": now(issuer),
        "jti": "aaaaaaaa-5555-6666-7777-888888888888",
    });
    shape(issuer, None, HOUR, claims)
}

/// A delegated access token of Microsoft Entra ID, version 1.0: `appid`, `upn`.
///
/// The tenant is `11111111-2222-4333-8444-555555555555`, in `tid`; a real one's `iss` has it too.
///
/// <https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference>
pub fn entra_v1(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": issuer.audience(),
        "nbf": now(issuer),
        "acr": "1",
        "aio": "AXQAi/8IAAAA",
        "amr": ["pwd"],
        "appid": "6e74172b-be56-4843-9ff4-e66a39bb12e3",
        "appidacr": "0",
        "family_name": "Lovelace",
        "given_name": "Ada",
        "ipaddr": "192.0.2.1",
        "name": "Ada Lovelace",
        "oid": ENTRA_USER,
        "rh": "0.ATUA",
        "roles": ["Task.Editor"],
        "scp": "Tasks.Read Tasks.Write",
        "sub": "l3_roISQU222bULS9yi2k0XpqpOiMz5H3ZACo1GeXA",
        "tid": ENTRA_TENANT,
        "unique_name": "ada@example.test",
        "upn": "ada@example.test",
        "uti": "fqiBqXLPj0eQa82S",
        "ver": "1.0",
    });
    shape(issuer, Some("JWT"), HOUR, claims)
}

/// A delegated access token of Microsoft Entra ID, version 2.0: `azp`, `preferred_username`.
///
/// The tenant is as in [`entra_v1`].
///
/// <https://learn.microsoft.com/en-us/entra/identity-platform/access-token-claims-reference>
pub fn entra_v2(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": issuer.audience(),
        "nbf": now(issuer),
        "aio": "AXQAi/8TAAAA",
        "azp": "6e74172b-be56-4843-9ff4-e66a39bb12e3",
        "azpacr": "0",
        "name": "Ada Lovelace",
        "oid": ENTRA_USER,
        "preferred_username": "ada@example.test",
        "rh": "0.ATUA",
        "roles": ["Task.Editor"],
        "scp": "Tasks.Read Tasks.Write",
        "sub": "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ",
        "tid": ENTRA_TENANT,
        "uti": "fqiBqXLPj0eQa82S",
        "ver": "2.0",
    });
    shape(issuer, Some("JWT"), HOUR, claims)
}

/// An ID token of Google for an account of a company (`hd`).
///
/// <https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload>
pub fn google(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": issuer.audience(),
        "azp": issuer.audience(),
        "sub": "110169484474386276334",
        "hd": "example.test",
        "email": "ada@example.test",
        "email_verified": true,
        "at_hash": "HK6E_P6Dh8Y93mRNtsDB1Q",
        "name": "Ada Lovelace",
        "given_name": "Ada",
        "family_name": "Lovelace",
        "picture": "https://images.example/ada",
    });
    shape(issuer, Some("JWT"), HOUR, claims)
}

/// An ID token of Firebase Authentication: `aud` is the project.
///
/// <https://firebase.google.com/docs/auth/admin/verify-id-tokens>
pub fn firebase(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": issuer.audience(),
        "auth_time": now(issuer).saturating_sub(MINUTE),
        "sub": "yJpBY7zVXCSlWPPlFWtPlUsEWoB2",
        "user_id": "yJpBY7zVXCSlWPPlFWtPlUsEWoB2",
        "name": "Ada Lovelace",
        "email": "ada@example.test",
        "email_verified": true,
        "firebase": {"identities": {"email": ["ada@example.test"]}, "sign_in_provider": "password"},
    });
    shape(issuer, Some("JWT"), HOUR, claims)
}

/// An ID token of Sign in with Apple: no `typ`, booleans as strings.
///
/// <https://developer.apple.com/documentation/signinwithapple/authenticating-users-with-sign-in-with-apple>
pub fn apple(issuer: &TestIssuer) -> TokenBuilder {
    let claims = json!({
        "aud": issuer.audience(),
        "sub": "001234.9f1b3a526c0f4a8b9a4e0f6f5d0c7e11.0812",
        "at_hash": "Cdt9vDXQYDtC5xBpxUFYRQ",
        "email": "q4x8@privaterelay.example",
        "email_verified": "true",
        "is_private_email": "true",
        "auth_time": now(issuer),
        "nonce_supported": true,
    });
    shape(issuer, None, DAY, claims)
}

const ENTRA_TENANT: &str = "11111111-2222-4333-8444-555555555555";
const ENTRA_USER: &str = "66666666-7777-4888-9999-aaaaaaaaaaaa";
