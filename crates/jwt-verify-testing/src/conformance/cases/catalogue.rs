//! Attacks that reach a service by HTTP. The client learns the same of all of them.

use jwt_verify_core::Algorithm;
use serde_json::json;

use super::super::{
    case::{Case, Mint},
    expected::Expected,
};
use crate::{Tamper, TestIssuer, TestKey};

pub(super) fn cases() -> Vec<Case> {
    let refused =
        |name, why, token: Mint| Case::new(name, why).bearer(token).expects(Expected::invalid_token());
    vec![
        // The algorithm.
        refused("a_token_with_alg_none_is_refused", "catalogue 1: alg none", |issuer| {
            issuer.token().header("alg", "none").without_signature().mint()
        }),
        refused("a_token_with_alg_none_and_a_signature_is_refused", "catalogue 1: alg none", |issuer| {
            issuer.token().header("alg", "none").mint()
        }),
        refused(
            "a_token_with_another_spelling_of_none_is_refused",
            "catalogue 2: spelling of alg",
            |issuer| issuer.token().header("alg", "nOnE").without_signature().mint(),
        ),
        refused("a_token_without_alg_is_refused", "catalogue 3: alg absent", |issuer| {
            issuer.token().remove_header("alg").mint()
        }),
        refused("a_token_of_another_algorithm_is_refused", "catalogue 4: the allow-list is ours", |issuer| {
            issuer.token().algorithm(Algorithm::Es256).mint()
        }),
        refused("a_mac_with_the_public_key_is_refused", "catalogue 5: HMAC with a public key", |issuer| {
            let public = issuer.signing_key().public_jwk().to_string();
            let key = TestKey::hmac(Algorithm::Hs256, public.as_bytes());
            issuer.token().key(&key.with_key_id(issuer.signing_key().key_id())).mint()
        }),
        // The signature.
        refused("a_token_with_a_flipped_bit_is_refused", "catalogue 22: tampering", |issuer| {
            issuer.token().tamper(Tamper::FlipSignatureBit).mint()
        }),
        refused("a_token_with_another_payload_is_refused", "catalogue 22: tampering", |issuer| {
            issuer.token().tamper(Tamper::SwapPayload).mint()
        }),
        refused("a_token_without_its_signature_is_refused", "catalogue 20: an empty signature", |issuer| {
            issuer.token().tamper(Tamper::DropSignature).mint()
        }),
        refused(
            "a_token_with_a_shortened_signature_is_refused",
            "catalogue 11: signature length",
            |issuer| issuer.token().tamper(Tamper::ShortenSignature).mint(),
        ),
        refused(
            "a_token_with_a_lengthened_signature_is_refused",
            "catalogue 11: signature length",
            |issuer| issuer.token().tamper(Tamper::AppendByte).mint(),
        ),
        // The key.
        refused(
            "a_token_of_somebody_elses_key_is_refused",
            "catalogue 40: the key ID is only a name",
            |issuer| {
                let key = TestKey::numbered(Algorithm::EdDsa, 9).with_key_id(issuer.signing_key().key_id());
                issuer.token().key(&key).mint()
            },
        ),
        refused(
            "a_token_of_an_unknown_key_is_refused",
            "catalogue 41: no fallback to the only key",
            |issuer| issuer.token().header("kid", "unknown").mint(),
        ),
        refused("a_token_that_brings_its_own_key_is_refused", "catalogue 36: embedded jwk", |issuer| {
            let key = TestKey::numbered(Algorithm::EdDsa, 9);
            issuer.token().key(&key).header("jwk", key.public_jwk()).mint()
        }),
        refused(
            "a_token_that_names_another_key_set_is_refused",
            "catalogue 37: jku is never fetched",
            |issuer| {
                let other = TestIssuer::builder().keys([TestKey::numbered(Algorithm::EdDsa, 9)]).start();
                let token = issuer.token().key(&other.signing_key()).header("jku", other.jwks_url());
                token.header("x5u", other.jwks_url()).mint()
            },
        ),
        refused("a_key_id_that_is_a_path_is_refused", "catalogue 39: kid injection", |issuer| {
            issuer.token().header("kid", "../../../../dev/null").mint()
        }),
        refused("a_key_id_that_is_no_string_is_refused", "catalogue 40: kid of another type", |issuer| {
            issuer.token().header("kid", 1).mint()
        }),
        refused("a_critical_header_that_nobody_knows_is_refused", "catalogue 43: crit", |issuer| {
            issuer.token().header("crit", json!(["exp"])).header("exp", 1).mint()
        }),
        refused("an_unencoded_payload_is_refused", "catalogue 44: b64=false", |issuer| {
            issuer.token().header("crit", json!(["b64"])).header("b64", false).mint()
        }),
        // The form.
        refused("a_token_with_a_fourth_part_is_refused", "catalogue 48: segments", |issuer| {
            issuer.token().tamper(Tamper::AppendPart).mint()
        }),
        refused("a_token_of_five_parts_is_refused", "catalogue 49: JWE", |_| {
            "eyJhbGciOiJkaXIifQ..a.b.c".into()
        }),
        refused("a_token_with_padding_is_refused", "catalogue 54: strict base64url", |issuer| {
            issuer.token().tamper(Tamper::PadBase64).mint()
        }),
        Case::new(
            "a_token_in_json_is_malformed",
            "catalogue 52: JSON serialization; its characters are no b64token",
        )
        .bearer(|issuer| issuer.token().tamper(Tamper::JsonSerialization).mint())
        .expects(Expected::malformed_credentials()),
        refused("a_payload_with_a_claim_twice_is_refused", "catalogue 56: duplicate names", |issuer| {
            let payload = format!(
                r#"{{"iss":"{}","aud":"{}","sub":"ada","sub":"admin","exp":1790000300}}"#,
                issuer.name(),
                issuer.audience()
            );
            issuer.token().raw_payload(payload).mint()
        }),
        refused("a_payload_that_is_no_object_is_refused", "catalogue 51: nested JWT", |issuer| {
            let inner = issuer.token().mint();
            issuer.token().raw_payload(format!("\"{inner}\"")).mint()
        }),
        refused(
            "a_token_longer_than_the_limit_is_refused",
            "catalogue 91: header size; 401 without echo",
            |issuer| issuer.token().claim("padding", "x".repeat(16 * 1024)).mint(),
        ),
        refused("a_hundred_points_are_refused", "catalogue 48: segments", |_| ".".repeat(100)),
        // The claims.
        refused("a_token_for_another_audience_is_refused", "catalogue 71: aud", |issuer| {
            issuer.token().claim("aud", "https://other.example").mint()
        }),
        refused("a_token_without_an_audience_is_refused", "catalogue 71: aud", |issuer| {
            issuer.token().remove_claim("aud").mint()
        }),
        refused("a_token_for_a_part_of_our_audience_is_refused", "catalogue 71: no substring", |issuer| {
            issuer.token().claim("aud", "https://api.example.evil.example").mint()
        }),
        refused("a_token_of_another_issuer_is_refused", "catalogue 70: iss", |issuer| {
            issuer.token().claim("iss", "https://other.example").mint()
        }),
        refused("a_token_of_our_issuer_with_a_slash_is_refused", "catalogue 70: iss, exactly", |issuer| {
            issuer.token().claim("iss", format!("{}/", issuer.name())).mint()
        }),
        refused("a_token_without_an_issuer_is_refused", "catalogue 73: required claims", |issuer| {
            issuer.token().remove_claim("iss").mint()
        }),
        refused("a_token_that_never_expires_is_refused", "catalogue 66: exp is required", |issuer| {
            issuer.token().remove_claim("exp").mint()
        }),
        refused(
            "a_token_that_expired_as_the_leeway_ends_is_refused",
            "RFC 7519 §4.1.4: 60 s of leeway",
            |issuer| issuer.token().expires_in(-60).mint(),
        ),
        Case::new("a_token_that_expired_within_the_leeway_is_accepted", "RFC 7519 §4.1.4: 60 s of leeway")
            .bearer(|issuer| issuer.token().subject("ada").expires_in(-59).mint())
            .reaches("me", "ada"),
        refused("a_token_that_is_not_valid_yet_is_refused", "catalogue 68: nbf", |issuer| {
            issuer.token().claim("nbf", issuer.clock().now().as_secs() + 61).mint()
        }),
        Case::new("a_token_issued_in_the_future_is_accepted", "catalogue 69: iat alone refuses nothing")
            .bearer(|issuer| issuer.token().subject("ada").claim("iat", 1_790_000_100).mint())
            .reaches("me", "ada"),
        refused(
            "an_expiration_time_that_is_a_string_is_refused",
            "catalogue 66: numeric strings",
            |issuer| issuer.token().claim("exp", "1790000300").mint(),
        ),
        refused("a_subject_that_is_a_number_is_refused", "catalogue 72: sub must be a string", |issuer| {
            issuer.token().claim("sub", 7).mint()
        }),
        refused(
            "a_token_bound_to_a_key_is_refused_as_a_bearer_token",
            "catalogue 89; RFC 7800 §3.1, RFC 9449 §7.1",
            |issuer| {
                let confirmation = json!({"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"});
                issuer.token().claim("cnf", confirmation).mint()
            },
        ),
        refused(
            "a_token_bound_to_a_certificate_is_refused_as_a_bearer_token",
            "catalogue 89; RFC 8705 §3",
            |issuer| {
                let confirmation = json!({"x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"});
                issuer.token().claim("cnf", confirmation).mint()
            },
        ),
    ]
}
