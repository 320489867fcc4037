//! `Authorized<P>` and guards with a policy: scopes, roles, combinations, step-up (RFC 6750 §3.1, RFC 9470).

use serde_json::json;

use super::super::{case::Case, expected::Expected};

pub(super) fn cases() -> Vec<Case> {
    let case = Case::new;
    let lacks = Expected::insufficient_scope;
    vec![
        // One scope.
        case("a_scope_that_is_there_is_allowed", "RFC 8693 §4.2: scope")
            .get("/reports")
            .bearer(|issuer| issuer.token().subject("ada").claim("scope", "profile reports:read").mint())
            .reaches("reports", "ada"),
        case("a_scope_in_scp_is_allowed", "`scp`, where there is no `scope`")
            .get("/reports")
            .bearer(|issuer| issuer.token().subject("ada").claim("scp", json!(["reports:read"])).mint())
            .reaches("reports", "ada"),
        case("a_scope_that_is_missing_is_403_and_told", "RFC 6750 §3.1: insufficient_scope, scope")
            .get("/reports")
            .genuine()
            .expects(lacks("reports:read")),
        case("a_scope_that_begins_alike_is_403", "catalogue 74: exact elements")
            .get("/reports")
            .bearer(|issuer| issuer.token().claim("scope", "reports:readonly reports unreports:read").mint())
            .expects(lacks("reports:read")),
        case("a_scope_in_other_case_is_403", "RFC 6749 §3.3: case-sensitive strings")
            .get("/reports")
            .bearer(|issuer| issuer.token().claim("scope", "Reports:Read").mint())
            .expects(lacks("reports:read")),
        case("scopes_that_are_no_text_are_401", "a claim of another type: invalid_token")
            .get("/reports")
            .bearer(|issuer| issuer.token().claim("scope", 7).mint())
            .expects(Expected::invalid_token()),
        // All of two.
        case("all_scopes_that_are_there_are_allowed", "all")
            .get("/export")
            .bearer(|issuer| {
                issuer.token().subject("ada").claim("scope", "reports:export reports:read").mint()
            })
            .reaches("export", "ada"),
        case(
            "one_of_two_scopes_is_403_and_both_are_told",
            "RFC 6750 §3: the required scope, not what is missing of it",
        )
        .get("/export")
        .bearer(|issuer| issuer.token().claim("scope", "reports:read").mint())
        .expects(lacks("reports:read reports:export")),
        // Any of two.
        case("the_first_alternative_is_allowed", "any")
            .get("/either")
            .bearer(|issuer| issuer.token().subject("ada").claim("scope", "reports:read").mint())
            .reaches("either", "ada"),
        case("the_second_alternative_is_allowed", "any")
            .get("/either")
            .bearer(|issuer| issuer.token().subject("ada").claim("scope", "audit").mint())
            .reaches("either", "ada"),
        case(
            "without_an_alternative_it_is_403_and_the_first_is_told",
            "any: of equally short ways the first",
        )
        .get("/either")
        .genuine()
        .expects(lacks("reports:read")),
        // A role.
        case("a_role_that_is_there_is_allowed", "role")
            .get("/admin")
            .bearer(|issuer| issuer.token().subject("ada").claim("roles", json!(["user", "admin"])).mint())
            .reaches("admin", "ada"),
        case("a_role_that_is_missing_is_403_without_scope", "RFC 6750 §3: there is no scope to tell")
            .get("/admin")
            .genuine()
            .expects(lacks("")),
        case("a_role_that_contains_the_word_is_403", "a role is not split")
            .get("/admin")
            .bearer(|issuer| issuer.token().claim("roles", "site admin").mint())
            .expects(lacks("")),
        case("a_role_is_no_scope", "roles and scopes are read from different claims")
            .get("/admin")
            .bearer(|issuer| issuer.token().claim("scope", "admin").mint())
            .expects(lacks("")),
        // Not.
        case("whoever_is_not_excluded_is_allowed", "not")
            .get("/not-guest")
            .genuine()
            .reaches("not-guest", "ada"),
        case("whoever_is_excluded_is_403", "not: what was found is not told")
            .get("/not-guest")
            .bearer(|issuer| issuer.token().claim("roles", json!(["guest"])).mint())
            .expects(lacks("")),
        // The login.
        case("a_recent_login_of_the_class_is_allowed", "RFC 9470")
            .get("/recent")
            .bearer(|issuer| {
                let token = issuer.token().subject("ada").claim("acr", "urn:example:password");
                token.claim("auth_time", issuer.clock().now().as_secs() - 300).mint()
            })
            .reaches("recent", "ada"),
        case("an_old_login_is_401_and_told_what_is_needed", "RFC 9470 §3: acr_values, max_age")
            .get("/recent")
            .bearer(|issuer| {
                let token = issuer.token().claim("acr", "urn:example:password");
                token.claim("auth_time", issuer.clock().now().as_secs() - 301).mint()
            })
            .expects(Expected::step_up(r#"acr_values="urn:example:password", max_age="300""#)),
        case("a_login_of_unknown_age_is_401", "RFC 9470 §3: without auth_time nobody knows")
            .get("/recent")
            .bearer(|issuer| issuer.token().claim("acr", "urn:example:password").mint())
            .expects(Expected::step_up(r#"acr_values="urn:example:password", max_age="300""#)),
        case("a_login_time_that_is_text_is_401", "auth_time is a number (OpenID Connect Core §2)")
            .get("/recent")
            .bearer(|issuer| {
                issuer.token().claim("acr", "urn:example:password").claim("auth_time", "1790000000").mint()
            })
            .expects(Expected::step_up(r#"acr_values="urn:example:password", max_age="300""#)),
        case("a_recent_login_of_another_class_is_401", "RFC 9470 §3: acr_values")
            .get("/recent")
            .bearer(|issuer| issuer.token().claim("auth_time", issuer.clock().now().as_secs()).mint())
            .expects(Expected::step_up(r#"acr_values="urn:example:password", max_age="300""#)),
        case("a_strong_login_is_allowed", "RFC 9470: one of the classes")
            .get("/strong")
            .bearer(|issuer| issuer.token().subject("ada").claim("acr", "urn:example:otp").mint())
            .reaches("strong", "ada"),
        case(
            "a_weak_login_is_401_and_told_the_classes_in_order",
            "RFC 9470 §3: acr_values in order of preference",
        )
        .get("/strong")
        .bearer(|issuer| issuer.token().claim("acr", "urn:example:password").mint())
        .expects(Expected::step_up(r#"acr_values="urn:example:passkey urn:example:otp""#)),
        // Scope, role and login.
        case("scope_role_and_login_together_are_allowed", "all")
            .get("/payouts")
            .bearer(|issuer| {
                let token = issuer.token().subject("ada").claim("scope", "payments:write");
                let token = token.claim("roles", json!(["treasurer"]));
                token.claim("auth_time", issuer.clock().now().as_secs() - 60).mint()
            })
            .reaches("payouts", "ada"),
        case("an_old_login_alone_is_401_with_max_age_alone", "RFC 9470 §3: nothing else is missing")
            .get("/payouts")
            .bearer(|issuer| {
                let token = issuer.token().claim("scope", "payments:write");
                let token = token.claim("roles", json!(["treasurer"]));
                token.claim("auth_time", issuer.clock().now().as_secs() - 61).mint()
            })
            .expects(Expected::step_up(r#"max_age="60""#)),
        case("an_old_login_without_the_role_is_403", "another login would not help")
            .get("/payouts")
            .bearer(|issuer| issuer.token().claim("scope", "payments:write").mint())
            .expects(lacks("payments:write")),
        case("an_old_login_without_the_scope_is_403", "another login alone would not help")
            .get("/payouts")
            .bearer(|issuer| issuer.token().claim("roles", json!(["treasurer"])).mint())
            .expects(lacks("payments:write")),
        case("a_policy_is_not_looked_at_for_a_forged_token", "authentication comes first")
            .get("/payouts")
            .field("authorization", "Bearer x.y.z")
            .expects(Expected::invalid_token()),
        // Behind a guard with a policy.
        case("a_guard_with_a_policy_lets_through_who_has_the_scope", "require")
            .get("/required/x")
            .bearer(|issuer| issuer.token().claim("scope", "reports:read").mint())
            .reaches_without_caller("required"),
        case("an_extractor_behind_a_guard_with_a_policy_has_the_caller", "require")
            .get("/required/me")
            .bearer(|issuer| issuer.token().subject("ada").claim("scope", "reports:read").mint())
            .reaches("required-me", "ada"),
        case("a_guard_with_a_policy_answers_403_without_the_scope", "RFC 6750 §3.1: insufficient_scope")
            .get("/required/x")
            .genuine()
            .expects(lacks("reports:read")),
        case(
            "a_guard_with_a_policy_answers_401_without_a_token",
            "RFC 6750 §3.1: challenge without an error code",
        )
        .get("/required/x")
        .expects(Expected::no_credentials()),
        case("a_guard_with_a_policy_needs_a_user", "the claims name no user: invalid_token")
            .get("/required/x")
            .bearer(|issuer| issuer.token().remove_claim("sub").claim("scope", "reports:read").mint())
            .expects(Expected::invalid_token()),
    ]
}
