//! `exp`, `nbf`, `iat` and the maximum age, one second to either side of each boundary.

use std::time::Duration;

use jwt_verify_core::{Algorithm, ClaimError, Claims, Error, UnixTime, limits};
use serde_json::{Value, json};

use crate::mint::{self, NOW, Signer, accepted, claims, refusal, with};

#[test]
fn a_token_lives_from_its_first_to_its_last_second_widened_by_the_leeway() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&with(claims(), json!({"nbf": 1000, "exp": 2000})));
    // leeway, time, verdict
    for (leeway, now, expected) in [
        (0, 999, Err("not_yet_valid")),
        (0, 1000, Ok(())),
        (0, 1001, Ok(())),
        (0, 1999, Ok(())),
        (0, 2000, Err("expired")),
        (0, 2001, Err("expired")),
        (60, 939, Err("not_yet_valid")),
        (60, 940, Ok(())),
        (60, 941, Ok(())),
        (60, 2059, Ok(())),
        (60, 2060, Err("expired")),
        (60, 2061, Err("expired")),
    ] {
        let verifier = mint::verifier(signer.issuer().leeway(Duration::from_secs(leeway)));
        assert_eq!(verdict(&verifier, &token, now), expected, "{leeway} {now}");
    }
}

#[test]
fn fractions_of_a_second_count() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = mint::verifier(signer.issuer().leeway(Duration::ZERO));
    // exp, the last second at which it is accepted
    for (expiration_time, last) in [(2000.0, 1999), (2000.001, 2000), (2000.999, 2000), (1999.999, 1999)] {
        let token = signer.token(&with(claims(), json!({"exp": expiration_time})));
        assert_eq!(verdict(&verifier, &token, last), Ok(()), "{expiration_time}");
        assert_eq!(verdict(&verifier, &token, last + 1), Err("expired"), "{expiration_time}");
    }
    // nbf, the first second at which it is accepted
    for (not_before, first) in [(1000.0, 1000), (1000.001, 1001), (1000.999, 1001), (-0.5, 0), (-1.5, -1)] {
        let token = signer.token(&with(claims(), json!({"nbf": not_before})));
        assert_eq!(verdict(&verifier, &token, first), Ok(()), "{not_before}");
        assert_eq!(verdict(&verifier, &token, first - 1), Err("not_yet_valid"), "{not_before}");
    }
}

#[test]
fn a_fraction_of_the_leeway_and_of_the_maximum_age_is_dropped() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&with(claims(), json!({"exp": 2000, "nbf": 1000, "iat": 1000})));
    let verifier = mint::verifier(signer.issuer().leeway(Duration::from_millis(10_999)));
    assert_eq!(verdict(&verifier, &token, 2009), Ok(()));
    assert_eq!(verdict(&verifier, &token, 2010), Err("expired"));
    assert_eq!(verdict(&verifier, &token, 990), Ok(()));
    assert_eq!(verdict(&verifier, &token, 989), Err("not_yet_valid"));
    let issuer = signer.issuer().leeway(Duration::ZERO).max_age(Duration::from_millis(10_999));
    let verifier = mint::verifier(issuer);
    assert_eq!(verdict(&verifier, &token, 1010), Ok(()));
    assert_eq!(verdict(&verifier, &token, 1011), Err("too_old"));
}

#[test]
fn the_default_leeway_is_a_minute() {
    assert_eq!(limits::DEFAULT_LEEWAY, Duration::from_secs(60));
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&with(claims(), json!({"exp": 2000})));
    assert_eq!(verdict(&signer.verifier(), &token, 2059), Ok(()));
    assert_eq!(verdict(&signer.verifier(), &token, 2060), Err("expired"));
}

#[test]
fn a_maximum_age_counts_from_the_time_of_issue() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&with(claims(), json!({"iat": 1000})));
    // leeway, time, verdict: a maximum age of 100 s
    for (leeway, now, expected) in [
        (0, 999, Err("invalid_claim")),
        (0, 1000, Ok(())),
        (0, 1001, Ok(())),
        (0, 1099, Ok(())),
        (0, 1100, Ok(())),
        (0, 1101, Err("too_old")),
        (60, 939, Err("invalid_claim")),
        (60, 940, Ok(())),
        (60, 941, Ok(())),
        (60, 1159, Ok(())),
        (60, 1160, Ok(())),
        (60, 1161, Err("too_old")),
    ] {
        let issuer = signer.issuer().leeway(Duration::from_secs(leeway)).max_age(Duration::from_secs(100));
        assert_eq!(verdict(&mint::verifier(issuer), &token, now), expected, "{leeway} {now}");
    }
}

#[test]
fn a_maximum_age_tells_what_it_measured() {
    let signer = Signer::new(Algorithm::EdDsa);
    let max_age = Duration::from_secs(3600);
    let verifier = mint::verifier(signer.issuer().max_age(max_age));
    let issued_at = UnixTime::from_secs(NOW.as_secs() - 3661);
    let old = signer.token(&with(claims(), json!({"iat": issued_at.as_secs()})));
    assert_eq!(
        refusal(&verifier, &old),
        Error::Claim(ClaimError::TooOld { issued_at, now: NOW, max_age, leeway: limits::DEFAULT_LEEWAY })
    );
    // The expiration time comes first.
    let both = signer.token(&with(claims(), json!({"iat": issued_at.as_secs(), "exp": 0})));
    assert_eq!(refusal(&verifier, &both).code(), "expired");
}

#[test]
fn a_time_of_issue_alone_refuses_nothing() {
    let signer = Signer::new(Algorithm::EdDsa);
    for issued_at in [json!(0), json!(-1), json!(1e300), json!(NOW.as_secs() + 61), json!(0.5)] {
        accepted(&signer.verifier(), &signer.token(&with(claims(), json!({"iat": issued_at}))));
    }
}

#[test]
fn claims_of_a_verified_token_tell_whole_seconds() {
    let signer = Signer::new(Algorithm::EdDsa);
    let dates = json!({"exp": 1_790_000_300.75, "nbf": -1.5, "iat": 1e300});
    let verified = accepted(&signer.verifier(), &signer.token(&with(claims(), dates)));
    assert_eq!(verified.expiration_time(), Some(UnixTime::from_secs(1_790_000_300)));
    assert_eq!(verified.claims().expiration_time(), Some(UnixTime::from_secs(1_790_000_300)));
    assert_eq!(verified.claims().not_before(), Some(UnixTime::from_secs(-2)));
    assert_eq!(verified.claims().issued_at(), Some(UnixTime::from_secs(i64::MAX)));
    assert_eq!(verified.claims().get("exp"), Some(&Value::from(1_790_000_300.75)));
    assert_eq!(verified.verified_at(), NOW);
}

fn verdict(verifier: &jwt_verify_core::Verifier, token: &str, now: i64) -> Result<(), &'static str> {
    let verified = verifier.verify_held_at::<Claims>(token, UnixTime::from_secs(now));
    verified.map(drop).map_err(|error| error.code())
}
