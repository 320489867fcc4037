//! Tokens as providers write them.
//!
//! Each function starts a token with the claims and the `typ` that the provider's own have, as its documentation describes them;
//! what they mean is for a verifier to know. The rest is the issuer's: `iss` is its name, the key and the algorithm are those that it
//! signs with, and where `aud` is what the operator of an API configures it is [`TestIssuer::audience`]. Where a provider writes an
//! `aud` of its own, or none, so does the token.
//!
//! Another value of one claim, or another name of the issuer, is a call of [`TokenBuilder::claim`].
//!
//! # Examples
//!
//! ```
//! use jwt_verify_core::VerifiedToken;
//! use jwt_verify_testing::{shapes, TestIssuer};
//!
//! let issuer = TestIssuer::start();
//! let token = shapes::auth0(&issuer).claim("org_id", "org_2").mint();
//! let verified: VerifiedToken = issuer.verifier().verify_held(&token)?;
//! assert_eq!(verified.identity()?.id(), "auth0|507f1f77bcf86cd799439011");
//! assert_eq!(verified.claims().get("org_id").unwrap(), "org_2");
//! # Ok::<(), jwt_verify_core::Error>(())
//! ```

mod better_auth;
mod clouds;
mod hosted;
mod self_hosted;
mod workloads;

use serde_json::Value;

pub use self::{
    better_auth::{better_auth, better_auth_oauth},
    clouds::{apple, cognito_access, cognito_id, entra_v1, entra_v2, firebase, google},
    hosted::{auth0, clerk, descope, kinde, logto, okta, stytch, supabase, workos},
    self_hosted::{authelia, authentik, dex, hasura, hydra, kanidm, keycloak, rauthy, zitadel},
    workloads::{cloudflare_access, github_actions, kubernetes},
};
use crate::{TestIssuer, TokenBuilder};

/// A token with these claims, a `typ` or none, and no `aud` unless it is among the claims.
fn shape(issuer: &TestIssuer, token_type: Option<&str>, lifetime: i64, claims: Value) -> TokenBuilder {
    let token = match token_type {
        Some(token_type) => issuer.token().header("typ", token_type),
        None => issuer.token().remove_header("typ"),
    };
    let token = token.remove_claim("aud").expires_in(lifetime);
    let claims = match claims {
        Value::Object(claims) => claims,
        _ => serde_json::Map::new(),
    };
    claims.into_iter().fold(token, |token, (name, value)| token.claim(name, value))
}

/// Now, by the issuer's clock.
fn now(issuer: &TestIssuer) -> i64 {
    issuer.clock().now().as_secs()
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

#[cfg(test)]
mod tests {
    use jwt_verify_core::{UnverifiedToken, VerifiedToken, Verifier};
    use serde_json::json;

    use super::*;

    /// Checks the signature, and nothing that a provider's shape decides.
    fn read(issuer: &TestIssuer, token: &str) -> VerifiedToken {
        let rules = jwt_verify_core::TrustedIssuer::builder(issuer.name())
            .danger_any_audience()
            .algorithms(issuer.algorithms())
            .token_kind(jwt_verify_core::TokenKind::DangerAny)
            .jwk_set(issuer.jwk_set());
        let verifier =
            Verifier::builder().issuer(rules.build().unwrap()).clock(issuer.clock()).build().unwrap();
        verifier.verify_held(token).unwrap()
    }

    type Shape = fn(&TestIssuer) -> TokenBuilder;

    /// Each shape, its `typ`, whether it has an `aud`, and a claim that tells it from the others.
    const SHAPES: &[(&str, Shape, Option<&str>, bool, &str)] = &[
        ("better_auth", better_auth, None, true, "emailVerified"),
        ("better_auth_oauth", better_auth_oauth, Some("at+jwt"), true, "azp"),
        ("auth0", auth0, Some("JWT"), true, "permissions"),
        ("clerk", clerk, Some("JWT"), false, "sts"),
        ("keycloak", keycloak, Some("JWT"), true, "realm_access"),
        ("cognito_access", cognito_access, None, false, "client_id"),
        ("cognito_id", cognito_id, None, true, "cognito:username"),
        ("entra_v1", entra_v1, Some("JWT"), true, "appid"),
        ("entra_v2", entra_v2, Some("JWT"), true, "azp"),
        ("google", google, Some("JWT"), true, "hd"),
        ("firebase", firebase, Some("JWT"), true, "firebase"),
        ("okta", okta, None, true, "scp"),
        ("supabase", supabase, Some("JWT"), true, "app_metadata"),
        ("workos", workos, Some("JWT"), false, "entitlements"),
        ("descope", descope, Some("JWT"), false, "tenants"),
        ("stytch", stytch, Some("JWT"), true, "https://stytch.com/session"),
        ("kinde", kinde, Some("JWT"), true, "feature_flags"),
        ("logto", logto, Some("at+jwt"), true, "client_id"),
        ("zitadel", zitadel, Some("JWT"), true, "urn:zitadel:iam:org:project:roles"),
        ("apple", apple, None, true, "is_private_email"),
        ("github_actions", github_actions, Some("JWT"), true, "job_workflow_ref"),
        ("kubernetes", kubernetes, None, true, "kubernetes.io"),
        ("cloudflare_access", cloudflare_access, Some("JWT"), true, "identity_nonce"),
        ("hasura", hasura, Some("JWT"), true, "https://hasura.io/jwt/claims"),
        ("authentik", authentik, Some("JWT"), true, "scope"),
        ("authelia", authelia, Some("at+jwt"), true, "scp"),
        ("kanidm", kanidm, Some("at+jwt"), true, "scope"),
        ("dex", dex, None, true, "groups"),
        ("hydra", hydra, Some("JWT"), true, "scp"),
        ("rauthy", rauthy, Some("at+jwt"), true, "scope"),
    ];

    #[test]
    fn every_shape_has_the_type_the_audience_and_the_claims_of_its_provider() {
        let issuer = TestIssuer::start();
        for (name, shape, token_type, has_audience, claim) in SHAPES {
            let verified = read(&issuer, &shape(&issuer).mint());
            assert_eq!(verified.header().token_type(), *token_type, "{name}");
            assert_eq!(verified.claims().get("aud").is_some(), *has_audience, "{name}");
            assert!(verified.claims().get(claim).is_some(), "{name} has no {claim}");
            assert_eq!(verified.claims().issuer(), Some(issuer.name()), "{name}");
            assert!(verified.claims().subject().is_some_and(|subject| subject != "user-1"), "{name}");
        }
    }

    #[test]
    fn the_default_rules_accept_an_access_token_whose_audience_is_configured() {
        let issuer = TestIssuer::start();
        let access_tokens: &[Shape] = &[
            auth0, okta, keycloak, entra_v2, kinde, logto, zitadel, authelia, hydra, rauthy, hasura,
            kubernetes,
        ];
        for shape in access_tokens {
            let token = shape(&issuer).mint();
            let verdict = issuer.verifier().verify_held::<jwt_verify_core::Claims>(&token).map(drop);
            assert_eq!(verdict, Ok(()), "{token}");
        }
    }

    #[test]
    fn a_shape_is_changed_claim_by_claim() {
        let issuer = TestIssuer::start();
        let token = clerk(&issuer).claim("sts", "pending").subject("user_2").mint();
        let verified = read(&issuer, &token);
        assert_eq!(verified.claims().get("sts"), Some(&json!("pending")));
        assert_eq!(verified.claims().subject(), Some("user_2"));
        assert_eq!(verified.claims().get("azp"), Some(&json!("https://app.example")));
        assert_eq!(UnverifiedToken::parse(&token).map(|_| ()), Ok(()));
    }

    #[test]
    fn a_better_auth_token_is_for_its_own_issuer_and_lives_for_fifteen_minutes() {
        let issuer = TestIssuer::start();
        let verified = read(&issuer, &better_auth(&issuer).mint());
        let claims = verified.claims();
        assert_eq!(claims.audience().collect::<Vec<_>>(), [issuer.name()]);
        assert_eq!(claims.get("id").and_then(|id| id.as_str()), claims.subject());
        assert_eq!(claims.expiration_time().unwrap().as_secs(), now(&issuer) + 900);
    }
}
