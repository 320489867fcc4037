//! Tokens of running issuers, with the JWK Sets they served: Better Auth and oidc-provider.

use core::time::Duration;

use jwt_verify_core::{
    ClaimError, Claims, Error, JwkSet, TokenKind, TrustedIssuer, TrustedIssuerBuilder, UnixTime, Verifier,
    limits,
};
use serde_json::Value;

use crate::{
    files,
    jose::{algorithm, list, text, texts},
    suite::Suite,
};

#[test]
fn tokens_are_accepted_at_their_time_with_the_claims_that_were_issued() {
    let file = files::copied("real-tokens/tokens.json");
    let mut suite = Suite::new("real-tokens");
    for token in list(&file["tokens"]) {
        let verdict =
            verifier(issuer(token)).verify_held_at::<Claims>(text(&token["token"]), valid_at(token));
        if let Ok(verified) = &verdict {
            assert_eq!(verified.read_claims::<Value>().as_ref(), Ok(&token["claims"]), "{}", token["name"]);
            assert_eq!(verified.issuer(), token["issuer"].as_str());
            assert_eq!(verified.key_id(), token["header"]["kid"].as_str());
        }
        suite.check(text(&token["name"]), "accept", &verdict.map(drop).map_err(Into::into));
    }
    suite.finish(&[("accept", 7)]);
}

#[test]
fn a_token_for_any_one_of_its_audiences_is_accepted_and_for_another_refused() {
    let file = files::copied("real-tokens/tokens.json");
    for token in list(&file["tokens"]) {
        let verdict = |audience: &str| {
            let issuer = issuer_for(token, [audience]);
            let verified = verifier(issuer).verify_held_at::<Claims>(text(&token["token"]), valid_at(token));
            verified.map(drop)
        };
        for audience in texts(&token["audience"]) {
            assert_eq!(verdict(audience), Ok(()), "{}", token["name"]);
            let longer = format!("{audience}/");
            assert_eq!(verdict(&longer), Err(ClaimError::InvalidAudience.into()), "{}", token["name"]);
        }
    }
}

#[test]
fn tokens_end_with_their_expiration_time_and_the_leeway() {
    let file = files::copied("real-tokens/tokens.json");
    for token in list(&file["tokens"]) {
        let expiration_time = UnixTime::from_secs(token["expired_at"].as_i64().unwrap());
        assert_eq!(token["expired_at"], token["claims"]["exp"]);
        for leeway in [Duration::ZERO, limits::DEFAULT_LEEWAY, limits::MAX_LEEWAY] {
            let verifier = verifier(issuer(token).leeway(leeway));
            let end = expiration_time.saturating_add(leeway);
            for (now, expires) in [
                (end.saturating_sub(Duration::from_secs(1)), false),
                (end, true),
                (end.saturating_add(Duration::from_secs(1)), true),
            ] {
                let verdict = verifier.verify_held_at::<Claims>(text(&token["token"]), now).map(drop);
                let expired = Error::Claim(ClaimError::Expired { expiration_time, now, leeway });
                let expected = if expires { Err(expired) } else { Ok(()) };
                assert_eq!(verdict, expected, "{} at {now}, leeway {leeway:?}", token["name"]);
            }
        }
    }
}

#[test]
fn better_auth_tokens_name_their_user() {
    let file = files::copied("real-tokens/tokens.json");
    let mut emails = Vec::new();
    for token in list(&file["tokens"]) {
        let verified =
            verifier(issuer(token)).verify_held_at::<Claims>(text(&token["token"]), valid_at(token)).unwrap();
        let identity = verified.identity().unwrap();
        assert_eq!(identity.id(), token["claims"]["sub"], "{}", token["name"]);
        emails.extend(identity.email().map(String::from));
        if token["claims"]["scope"].is_string() {
            assert!(identity.has_scope("tasks:read"), "{}", token["name"]);
        }
    }
    // The user object of the jwt plugin has it, the access tokens have not.
    assert_eq!(emails, ["ada@example.test"; 3]);
}

#[test]
fn tokens_of_rfc_9068_are_accepted_as_such_and_others_refused() {
    let file = files::copied("real-tokens/tokens.json");
    let mut accepted = 0;
    for token in list(&file["tokens"]) {
        let rules = issuer(token).token_kind(TokenKind::Rfc9068);
        let verdict = verifier(rules).verify_held_at::<Claims>(text(&token["token"]), valid_at(token));
        if token["header"]["typ"] == "at+jwt" {
            assert_eq!(verdict.map(drop), Ok(()), "{}", token["name"]);
            accepted += 1;
        } else {
            assert_eq!(verdict.map(drop), Err(ClaimError::InvalidType.into()), "{}", token["name"]);
        }
    }
    assert_eq!(accepted, 4);
}

/// Another character in the place of each, one at a time.
#[test]
fn a_changed_character_anywhere_is_refused_before_the_claims_are_looked_at() {
    let file = files::copied("real-tokens/tokens.json");
    for token in list(&file["tokens"]) {
        let verifier = verifier(issuer(token));
        let genuine = text(&token["token"]);
        let header_len = genuine.find('.').unwrap();
        for (at, character) in genuine.char_indices().filter(|(_, character)| *character != '.') {
            let mut changed = String::from(genuine);
            changed.replace_range(at..=at, if character == 'A' { "B" } else { "A" });
            let error = verifier.verify_held_at::<Claims>(&changed, valid_at(token)).unwrap_err();

            let ends_a_part = matches!(genuine.as_bytes().get(at + 1), None | Some(b'.'));
            let expected: &[&str] = match (at < header_len, ends_a_part) {
                // Another key ID, another algorithm, no JSON any more; or a parameter that means nothing to
                // us.
                (true, _) => &["malformed", "algorithm_not_allowed", "key_not_found", "invalid_signature"],
                // Its last bits may be behind the last byte, where they must be zero.
                (false, true) => &["malformed", "invalid_signature"],
                (false, false) => &["invalid_signature"],
            };
            assert!(expected.contains(&error.code()), "{}, character {at}: {error:?}", token["name"]);
        }
    }
}

fn issuer(token: &Value) -> TrustedIssuerBuilder {
    issuer_for(token, texts(&token["audience"]))
}

fn issuer_for<'a>(token: &Value, audiences: impl IntoIterator<Item = &'a str>) -> TrustedIssuerBuilder {
    let issuer = TrustedIssuer::builder(text(&token["issuer"]))
        .algorithms([algorithm(&token["header"]["alg"])])
        .jwk_set(JwkSet::parse(text(&token["jwks_text"])).unwrap());
    audiences.into_iter().fold(issuer, TrustedIssuerBuilder::audience)
}

fn verifier(issuer: TrustedIssuerBuilder) -> Verifier {
    Verifier::new(issuer.build().unwrap())
}

fn valid_at(token: &Value) -> UnixTime {
    UnixTime::from_secs(token["valid_at"].as_i64().unwrap())
}
