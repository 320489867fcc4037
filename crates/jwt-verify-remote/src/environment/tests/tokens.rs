//! Tokens, and whether they are accepted as the variables say.

use core::time::Duration;

use jwt_verify_core::{Algorithm, ClaimError, Claims, Error, VerifiedToken, Verifier};
use jwt_verify_testing::{TestIssuer, TestKey, TokenBuilder};
use serde_json::json;

use super::*;

/// A verifier by these variables, and with the clock of the test's issuer.
fn verifier(text: &str, issuer: &TestIssuer) -> Verifier {
    let trusted = environment(text).unwrap().issuer().clone();
    Verifier::builder().issuer(trusted).clock(issuer.clock()).build().unwrap()
}

fn refusal(verifier: &Verifier, token: TokenBuilder) -> Error {
    verifier.verify_held::<Claims>(&token.mint()).unwrap_err()
}

/// The token of Better Auth's jwt plugin for `issuer`, which is also its audience.
fn better_auth(issuer: &TestIssuer) -> TokenBuilder {
    let claims = [("aud", json!(issuer.name())), ("sub", json!("user-1")), ("emailVerified", json!(true))];
    claims
        .into_iter()
        .fold(issuer.token().remove_header("typ"), |token, (name, value)| token.claim(name, value))
}

/// What Better Auth keeps in the cookie of a session.
fn session_cookie(token: TokenBuilder) -> TokenBuilder {
    token.header("typ", "better-auth.session-cache+jwt").claim("aud", "better-auth:session-cache")
}

#[tokio::test]
async fn the_address_of_better_auth_alone_verifies_its_tokens_and_none_of_its_cookies() {
    let issuer = TestIssuer::builder().jwks_path("/api/auth/jwks").start();
    let verifier = verifier(&format!("BETTER_AUTH_URL={}", issuer.name()), &issuer);
    let verified: VerifiedToken<Claims> = verifier.verify(&better_auth(&issuer).mint()).await.unwrap();
    let identity = verified.identity().unwrap();
    assert_eq!((identity.id(), identity.email_verified()), ("user-1", Some(true)));

    let cookie = session_cookie(better_auth(&issuer));
    assert_eq!(refusal(&verifier, cookie.clone()), ClaimError::InvalidAudience.into());
    assert_eq!(refusal(&verifier, cookie.claim("aud", issuer.name())), ClaimError::InvalidType.into());
}

#[tokio::test]
async fn keys_at_an_internal_address_verify_tokens_of_the_public_issuer() {
    let issuer = TestIssuer::start();
    let text = format!("BETTER_AUTH_URL=https://app.example\nBETTER_AUTH_JWKS_URL={}", issuer.jwks_url());
    let verifier = verifier(&text, &issuer);
    let public = "https://app.example";
    let token = better_auth(&issuer).claim("iss", public).claim("aud", public);
    assert!(verifier.verify::<Claims>(&token.mint()).await.is_ok());
    assert_eq!(refusal(&verifier, better_auth(&issuer)), ClaimError::InvalidIssuer.into());
}

#[test]
fn a_secret_verifies_tokens_and_no_session_cookies() {
    let issuer = TestIssuer::builder().keys([TestKey::hmac(Algorithm::Hs256, SECRET.as_bytes())]).start();
    for text in [
        format!("BETTER_AUTH_URL={}\nBETTER_AUTH_SECRET={SECRET}\nJWT_ALGORITHMS=HS256", issuer.name()),
        format!(
            "JWT_ISSUER={name}\nJWT_AUDIENCE={name}\nJWT_SECRET={SECRET}\nJWT_ALGORITHMS=HS256",
            name = issuer.name()
        ),
    ] {
        let verifier = verifier(&text, &issuer);
        assert!(verifier.verify_held::<Claims>(&better_auth(&issuer).mint()).is_ok(), "{text}");
        let cookie = session_cookie(better_auth(&issuer));
        assert_eq!(refusal(&verifier, cookie.clone()), ClaimError::InvalidAudience.into());
        assert_eq!(
            refusal(&verifier, cookie.clone().claim("aud", issuer.name())),
            ClaimError::InvalidType.into()
        );
        // The cookies of earlier versions name neither an issuer nor an audience, and have no `typ`.
        let early = cookie.remove_header("typ").remove_claim("iss").remove_claim("aud");
        assert_eq!(refusal(&verifier, early), ClaimError::Missing { claim: "iss".into() }.into());
    }
}

#[test]
fn a_secret_beside_an_address_verifies_nothing() {
    let issuer = TestIssuer::builder().keys([TestKey::hmac(Algorithm::Hs256, SECRET.as_bytes())]).start();
    let verifier =
        verifier(&format!("BETTER_AUTH_URL={}\nBETTER_AUTH_SECRET={SECRET}", issuer.name()), &issuer);
    assert_eq!(refusal(&verifier, better_auth(&issuer)), Error::AlgorithmNotAllowed(Some(Algorithm::Hs256)));
}

#[test]
fn leeway_audiences_and_the_users_claim_are_those_of_the_variables() {
    let issuer = TestIssuer::builder().keys([TestKey::hmac(Algorithm::Hs256, SECRET.as_bytes())]).start();
    let verifier = verifier(
        &format!(
            "JWT_ISSUER=acme\nJWT_AUDIENCE=a, b\nJWT_SECRET={SECRET}\nJWT_LEEWAY_SECONDS=5\nJWT_USER_ID_CLAIM=user_id,sub"
        ),
        &issuer,
    );
    let token =
        || issuer.token().claim("iss", "acme").claim("aud", "b").remove_claim("sub").claim("user_id", "u-7");
    let verified = verifier.verify_held::<Claims>(&token().mint()).unwrap();
    assert_eq!(verified.identity().unwrap().id(), "u-7");
    assert_eq!(refusal(&verifier, token().claim("aud", "c")), ClaimError::InvalidAudience.into());
    assert!(verifier.verify_held::<Claims>(&token().expires_in(-4).mint()).is_ok());
    let late = refusal(&verifier, token().expires_in(-5));
    assert!(
        matches!(late, Error::Claim(ClaimError::Expired { leeway, .. }) if leeway == Duration::from_secs(5))
    );
    // One who could set a profile field must not become another user.
    let two = refusal(&verifier, token().subject("u-8"));
    assert!(matches!(two, Error::Claim(ClaimError::UserIdsDisagree)), "{two:?}");
}
