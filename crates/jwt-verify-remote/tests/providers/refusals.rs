//! What every preset refuses.

use jwt_verify_core::{ClaimError, Error, KeyNotFound};
use jwt_verify_testing::TestKey;

use super::{SIGNER, missing, not_allowed, presets::ROWS, refusal, verify};

#[test]
fn a_token_for_somebody_else_is_refused() {
    for row in ROWS {
        let error = refusal((row.preset)(), row.token().claim("aud", "https://other.example"));
        assert_eq!(error, Error::Claim(ClaimError::InvalidAudience), "{}", row.name);
    }
}

#[test]
fn a_token_that_is_for_nobody_is_refused_unless_the_provider_writes_no_audience() {
    // What stands in for the audience, and what is said when that is not there either.
    let substitutes = [
        ("Clerk", "azp"),
        ("Clerk, version 1", "azp"),
        ("Cognito, access tokens", "client_id"),
        ("WorkOS", "iss"),
        ("Descope", "iss"),
    ];
    for row in ROWS {
        let token = row.token().remove_claim("aud");
        match substitutes.iter().find(|(name, _)| *name == row.name) {
            None => assert_eq!(refusal((row.preset)(), token), missing("aud"), "{}", row.name),
            Some((_, substitute)) => {
                assert_eq!(
                    refusal((row.preset)(), token.remove_claim(substitute)),
                    missing(substitute),
                    "{}",
                    row.name
                );
            }
        }
    }
}

#[test]
fn a_token_of_another_issuer_is_refused_however_alike_the_name_is() {
    for row in ROWS {
        let name = (row.preset)().name().replace("{tenantid}", super::presets::TENANT);
        let unslashed = name.strip_suffix('/').map_or_else(|| format!("{name}/"), str::to_owned);
        for other in [unslashed, name.to_uppercase(), "https://evil.example".into(), String::new()] {
            let error = refusal((row.preset)(), row.token().claim("iss", other.clone()));
            let expected = [Error::Claim(ClaimError::InvalidIssuer), not_allowed("iss")];
            assert!(expected.contains(&error), "{}: {other}: {error:?}", row.name);
        }
        assert_eq!(refusal((row.preset)(), row.token().remove_claim("iss")), missing("iss"), "{}", row.name);
    }
}

#[test]
fn a_token_of_another_kind_is_refused() {
    for row in ROWS {
        for kind in ["logout+jwt", "secevent+jwt", "better-auth.session-cache+jwt", "dpop+jwt"] {
            let error = refusal((row.preset)(), row.token().header("typ", kind));
            assert_eq!(error, Error::Claim(ClaimError::InvalidType), "{}: {kind}", row.name);
        }
    }
}

#[test]
fn a_token_that_never_ends_is_refused() {
    for row in ROWS {
        assert_eq!(refusal((row.preset)(), row.token().remove_claim("exp")), missing("exp"), "{}", row.name);
    }
}

#[test]
fn a_token_that_is_signed_with_a_secret_or_not_at_all_is_refused() {
    for row in ROWS {
        let error = refusal((row.preset)(), row.token().key(&TestKey::hs256()));
        assert!(matches!(error, Error::AlgorithmNotAllowed { .. }), "{}: {error:?}", row.name);
        let error = refusal((row.preset)(), row.token().header("alg", "none").without_signature());
        assert!(matches!(error, Error::AlgorithmNotAllowed { .. }), "{}: {error:?}", row.name);
    }
}

#[test]
fn a_token_that_is_signed_with_somebody_elses_key_is_refused() {
    let stranger = TestKey::numbered(jwt_verify_core::Algorithm::Rs256, 2).with_key_id("stranger");
    for row in ROWS {
        let error = refusal((row.preset)(), row.token().key(&stranger));
        let expected = Error::KeyNotFound(KeyNotFound::UnknownKeyId { key_id: "stranger".into() });
        assert_eq!(error, expected, "{}", row.name);
        // With the name of a key that the provider has.
        let stranger = stranger.clone().with_key_id(SIGNER.signing_key().key_id());
        assert_eq!(
            refusal((row.preset)(), row.token().key(&stranger)),
            Error::InvalidSignature,
            "{}",
            row.name
        );
    }
}

#[test]
fn the_same_token_unchanged_is_accepted() {
    for row in ROWS {
        assert!(verify((row.preset)(), row.token()).is_ok(), "{}", row.name);
    }
}
