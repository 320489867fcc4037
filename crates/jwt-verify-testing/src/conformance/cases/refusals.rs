//! The table of `docs/errors.md`: what each kind of refusal looks like.

use serde_json::json;

use super::super::{case::Case, expected::Expected};

pub(super) fn cases() -> Vec<Case> {
    let case = Case::new;
    let none = Expected::no_credentials;
    let malformed = Expected::malformed_credentials;
    let invalid = Expected::invalid_token;
    vec![
        case(
            "a_route_without_an_extractor_needs_no_token",
            "an `Auth` that is registered refuses nothing by itself",
        )
        .get("/health")
        .reaches_without_caller("health"),
        case("a_route_without_an_extractor_looks_at_no_token", "nobody asked")
            .get("/health")
            .field("authorization", "Bearer forged")
            .reaches_without_caller("health"),
        case("current_user_is_the_subject", "RFC 7519 §4.1.2").genuine().reaches("me", "ada"),
        case("verified_has_the_claims_as_a_type", "`Verified<C>`: claims by serde")
            .get("/claims")
            .bearer(|issuer| issuer.token().claim("email", "ada@example.test").mint())
            .reaches("claims", "ada@example.test"),
        case("verified_needs_no_user", "`Verified<C>` asks for claims, not for `sub`")
            .get("/claims")
            .bearer(|issuer| issuer.token().remove_claim("sub").claim("email", "ada@example.test").mint())
            .reaches("claims", "ada@example.test"),
        case("two_extractors_of_one_handler_agree", "one token, one caller")
            .get("/both")
            .bearer(|issuer| issuer.token().subject("ada").claim("email", "ada@example.test").mint())
            .reaches("both", "ada"),
        // 401, no error code.
        case("current_user_without_a_token_is_401", "RFC 6750 §3.1: challenge without an error code")
            .expects(none()),
        case("verified_without_a_token_is_401", "RFC 6750 §3.1: challenge without an error code")
            .get("/claims")
            .expects(none()),
        case("owner_without_a_token_is_401", "RFC 6750 §3.1: challenge without an error code")
            .get("/users/ada/tasks")
            .expects(none()),
        case("authorized_without_a_token_is_401", "RFC 6750 §3.1: no scope is told to whoever is unknown")
            .get("/reports")
            .expects(none()),
        // 400.
        case("verified_with_broken_credentials_is_400", "RFC 6750 §3.1: invalid_request")
            .get("/claims")
            .field("authorization", "Bearer")
            .expects(malformed()),
        case("owner_with_broken_credentials_is_400", "RFC 6750 §3.1: invalid_request")
            .get("/users/ada/tasks")
            .field("authorization", "Bearer")
            .expects(malformed()),
        case("authorized_with_broken_credentials_is_400", "RFC 6750 §3.1: invalid_request")
            .get("/reports")
            .field("authorization", "Bearer")
            .expects(malformed()),
        // 401 invalid_token.
        case("an_expired_token_is_401", "RFC 6750 §3.1: invalid_token")
            .bearer(|issuer| issuer.token().expires_in(-3600).mint())
            .expects(invalid()),
        case("verified_with_an_expired_token_is_401", "RFC 6750 §3.1: invalid_token")
            .get("/claims")
            .bearer(|issuer| issuer.token().claim("email", "a@example.test").expires_in(-3600).mint())
            .expects(invalid()),
        case(
            "owner_with_an_expired_token_is_401",
            "RFC 6750 §3.1: invalid_token, before anything is said of the owner",
        )
        .get("/users/ada/tasks")
        .bearer(|issuer| issuer.token().subject("ada").expires_in(-3600).mint())
        .expects(invalid()),
        case(
            "authorized_with_an_expired_token_is_401",
            "RFC 6750 §3.1: invalid_token, before any scope is looked at",
        )
        .get("/reports")
        .bearer(|issuer| issuer.token().claim("scope", "reports:read").expires_in(-3600).mint())
        .expects(invalid()),
        case("a_token_without_a_subject_is_no_user_and_401", "the claims name no user: invalid_token")
            .bearer(|issuer| issuer.token().remove_claim("sub").mint())
            .expects(invalid()),
        case("a_token_with_an_empty_subject_is_no_user_and_401", "an empty ID would be everybody's")
            .bearer(|issuer| issuer.token().subject("").mint())
            .expects(invalid()),
        case("authorized_without_a_subject_is_401", "the claims name no user: invalid_token, not 403")
            .get("/reports")
            .bearer(|issuer| issuer.token().remove_claim("sub").claim("scope", "reports:read").mint())
            .expects(invalid()),
        case(
            "claims_that_lack_a_member_of_the_type_are_401",
            "a genuine token that does not fit: invalid_token",
        )
        .get("/claims")
        .genuine()
        .expects(invalid()),
        case(
            "claims_of_another_type_than_the_handlers_are_401",
            "a genuine token that does not fit: invalid_token",
        )
        .get("/claims")
        .bearer(|issuer| issuer.token().claim("email", 7).mint())
        .expects(invalid()),
        case("claims_that_are_null_are_401", "null is no string")
            .get("/claims")
            .bearer(|issuer| issuer.token().claim("email", json!(null)).mint())
            .expects(invalid()),
        case("the_first_extractor_that_refuses_answers", "arguments are read in order")
            .get("/both")
            .bearer(|issuer| issuer.token().remove_claim("sub").claim("email", "ada@example.test").mint())
            .expects(invalid()),
        case("the_second_extractor_refuses_as_well", "each argument refuses by itself")
            .get("/both")
            .genuine()
            .expects(invalid()),
        // The challenge.
        case("the_realm_is_quoted_and_escaped", "RFC 9110 §11.5: quoted-string; §5.6.4: quoted-pair")
            .get("/realm/me")
            .expects(none().realm(REALM)),
        case("the_realm_stands_in_front_of_the_error_code", "RFC 6750 §3")
            .get("/realm/me")
            .field("authorization", "Bearer x")
            .expects(invalid().realm(REALM)),
        case("the_realm_stands_with_400_too", "RFC 6750 §3")
            .get("/realm/me")
            .field("authorization", "Bearer x y")
            .expects(malformed().realm(REALM)),
        // Methods.
        case("post_is_refused_like_get", "authentication does not depend on the method")
            .post("/me")
            .expects(none()),
        case("post_is_accepted_like_get", "authentication does not depend on the method")
            .post("/me")
            .genuine()
            .reaches("me", "ada"),
        case("delete_is_refused_like_get", "authentication does not depend on the method")
            .asks("DELETE", "/me")
            .expects(none()),
        case("head_is_refused_with_the_fields_of_get", "RFC 9110 §9.3.2: the same fields, no content")
            .asks("HEAD", "/me")
            .expects(none()),
        case("head_is_accepted_like_get", "RFC 9110 §9.3.2")
            .asks("HEAD", "/me")
            .genuine()
            .reaches("me", "ada"),
        case("options_at_an_extractor_needs_a_token", "it is a method like others")
            .asks("OPTIONS", "/me")
            .field("origin", "https://app.example")
            .field("access-control-request-method", "GET")
            .expects(none()),
        // A body of the app's own.
        case(
            "a_body_of_the_apps_own_keeps_status_and_challenge_of_401",
            "the hook chooses content type and bytes only",
        )
        .get("/rendered/me")
        .expects(none().rendered("text/plain", "refused with 401")),
        case(
            "a_body_of_the_apps_own_keeps_status_and_challenge_of_400",
            "the hook chooses content type and bytes only",
        )
        .get("/rendered/me")
        .field("authorization", "Bearer")
        .expects(malformed().rendered("text/plain", "refused with 400")),
        case("a_body_of_the_apps_own_keeps_the_error_code", "the hook chooses content type and bytes only")
            .get("/rendered/me")
            .field("authorization", "Bearer x")
            .expects(invalid().rendered("text/plain", "refused with 401")),
        case(
            "a_body_of_the_apps_own_keeps_a_missing_challenge",
            "the hook chooses content type and bytes only",
        )
        .get("/rendered/tasks/grace")
        .genuine()
        .expects(Expected::not_owner().rendered("text/plain", "refused with 403")),
        case("a_body_of_the_apps_own_is_not_sent_to_head", "RFC 9110 §9.3.2")
            .asks("HEAD", "/rendered/me")
            .expects(none().rendered("text/plain", "refused with 401")),
        case("a_guard_has_the_body_of_its_auth", "the hook belongs to the `Auth`")
            .get("/rendered-guard/x")
            .expects(none().rendered("text/plain", "refused with 401")),
        case("a_body_of_the_apps_own_is_for_refusals_only", "whoever is accepted gets the handler's")
            .get("/rendered/me")
            .genuine()
            .reaches("rendered", "ada"),
    ]
}

/// `the "api" \ v1` as a quoted string.
const REALM: &str = r#""the \"api\" \\ v1""#;
