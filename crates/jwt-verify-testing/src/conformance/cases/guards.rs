//! Guards before a tree of routes, and what they leave for the extractors inside.

use super::super::{case::Case, expected::Expected};

pub(super) fn cases() -> Vec<Case> {
    let case = Case::new;
    let none = Expected::no_credentials;
    let malformed = Expected::malformed_credentials;
    let invalid = Expected::invalid_token;
    let preflight = |name, why, target| {
        let case = case(name, why).asks("OPTIONS", target).field("origin", "https://app.example");
        case.field("access-control-request-method", "PUT")
    };
    vec![
        // A handler without an extractor.
        case("a_guard_answers_401_without_a_token", "what it stands before needs one")
            .get("/guarded/x")
            .expects(none()),
        case("a_guard_answers_400_for_broken_credentials", "RFC 6750 §3.1: invalid_request")
            .get("/guarded/x")
            .field("authorization", "Bearer")
            .expects(malformed()),
        case("a_guard_answers_401_for_a_forged_token", "RFC 6750 §3.1: invalid_token")
            .get("/guarded/x")
            .field("authorization", "Bearer x.y.z")
            .expects(invalid()),
        case("a_guard_answers_401_for_an_expired_token", "RFC 6750 §3.1: invalid_token")
            .get("/guarded/x")
            .bearer(|issuer| issuer.token().expires_in(-3600).mint())
            .expects(invalid()),
        case("a_guard_lets_a_genuine_token_through", "the handler runs")
            .get("/guarded/x")
            .genuine()
            .reaches_without_caller("guarded"),
        case(
            "a_guard_lets_a_token_without_a_user_through",
            "it asks for a token; policies and owners ask for a user",
        )
        .get("/guarded/x")
        .bearer(|issuer| issuer.token().remove_claim("sub").mint())
        .reaches_without_caller("guarded"),
        case("a_guard_covers_all_below_it", "a tree").get("/guarded/a/b/c").expects(none()),
        case("a_guard_covers_routes_that_do_not_exist", "whoever has no token learns nothing of them")
            .get("/guarded/no/such/route")
            .expects(none()),
        case("a_guard_covers_post", "it does not depend on the method").post("/guarded/x").expects(none()),
        case("a_guard_answers_head_without_a_body", "RFC 9110 §9.3.2")
            .asks("HEAD", "/guarded/x")
            .expects(none()),
        case("a_guard_lets_head_through", "RFC 9110 §9.3.2")
            .asks("HEAD", "/guarded/x")
            .genuine()
            .reaches_without_caller("guarded"),
        case("a_guard_covers_methods_that_nobody_knows", "RFC 9110 §9.1: methods can be extended")
            .asks("PURGE", "/guarded/x")
            .expects(none()),
        // Extractors inside.
        case("current_user_behind_a_guard_is_the_caller", "verified once, for both")
            .get("/guarded/me")
            .genuine()
            .reaches("guarded-me", "ada"),
        case("current_user_behind_a_guard_without_a_user_is_401", "the claims name no user: invalid_token")
            .get("/guarded/me")
            .bearer(|issuer| issuer.token().remove_claim("sub").mint())
            .expects(invalid()),
        case("verified_behind_a_guard_has_the_claims", "the guard's token, as a type")
            .get("/guarded/claims")
            .bearer(|issuer| issuer.token().claim("email", "ada@example.test").mint())
            .reaches("guarded-claims", "ada@example.test"),
        case(
            "verified_behind_a_guard_with_claims_that_do_not_fit_is_401",
            "a genuine token that does not fit",
        )
        .get("/guarded/claims")
        .genuine()
        .expects(invalid()),
        case("authorized_behind_a_guard_is_allowed", "the guard's caller")
            .get("/guarded/reports")
            .bearer(|issuer| issuer.token().subject("ada").claim("scope", "reports:read").mint())
            .reaches("guarded-reports", "ada"),
        case(
            "authorized_behind_a_guard_without_the_scope_is_403",
            "the guard asks for a token, the handler for more",
        )
        .get("/guarded/reports")
        .genuine()
        .expects(Expected::insufficient_scope("reports:read")),
        // Exemptions.
        case("an_exempt_path_needs_no_token", "exempt")
            .get("/guarded/open/x")
            .reaches_without_caller("guarded"),
        case("an_exempt_tree_includes_its_root", "`/open/*` is `/open` too")
            .get("/guarded/open")
            .reaches_without_caller("guarded"),
        case("an_exempt_path_looks_at_no_token", "nobody asked")
            .get("/guarded/open/x")
            .field("authorization", "Bearer forged")
            .reaches_without_caller("guarded"),
        case("an_exempt_path_accepts_broken_credentials", "nobody asked")
            .get("/guarded/open/x")
            .field("authorization", "Bearer")
            .reaches_without_caller("guarded"),
        case("current_user_at_an_exempt_path_is_401_without_a_token", "an extractor still refuses")
            .get("/guarded/open/me")
            .expects(none()),
        case("current_user_at_an_exempt_path_is_the_caller", "an extractor verifies what the guard has not")
            .get("/guarded/open/me")
            .genuine()
            .reaches("open-me", "ada"),
        case("maybe_user_at_an_exempt_path_is_nobody_without_a_token", "optional")
            .get("/guarded/open/maybe")
            .reaches_without_caller("open-maybe"),
        case("maybe_user_at_an_exempt_path_is_the_caller", "optional")
            .get("/guarded/open/maybe")
            .genuine()
            .reaches("open-maybe", "ada"),
        case("maybe_user_at_an_exempt_path_refuses_a_forgery", "invalid is refused")
            .get("/guarded/open/maybe")
            .field("authorization", "Bearer x.y.z")
            .expects(invalid()),
        case("a_path_that_begins_like_an_exempt_one_is_protected", "whole segments")
            .get("/guarded/openx")
            .expects(none()),
        case("an_exempt_path_in_other_case_is_protected", "RFC 3986 §6.2.2.1: paths are case-sensitive")
            .get("/guarded/Open/x")
            .expects(none()),
        case("an_exempt_path_with_an_encoded_slash_is_protected", "it can be read in more than one way")
            .get("/guarded/open/a%2Fb")
            .expects(none()),
        case("an_exempt_path_that_climbs_out_is_protected", "it can be read in more than one way")
            .get("/guarded/open/../x")
            .expects(none()),
        case("an_exempt_path_that_climbs_out_encoded_is_protected", "it can be read in more than one way")
            .get("/guarded/open/%2e%2e/x")
            .expects(none()),
        case("a_path_with_an_encoded_slash_passes_with_a_token", "no rule of this guard depends on the path")
            .get("/guarded/a%2Fb")
            .genuine()
            .reaches_without_caller("guarded"),
        case(
            "an_exempt_path_in_the_query_exempts_nothing",
            "RFC 3986 §3.4: the query is no part of the path",
        )
        .get("/guarded/x?/guarded/open/")
        .expects(none()),
        // Preflights.
        preflight(
            "a_preflight_runs_no_handler",
            "anybody can send one, and CORS belongs outside",
            "/guarded/x",
        )
        .expects(none()),
        preflight("a_preflight_runs_no_handler_where_a_policy_is", "anybody can send one", "/required/x")
            .expects(none()),
        preflight("a_preflight_with_header_names_runs_no_handler", "anybody can send one", "/guarded/x")
            .field("access-control-request-headers", "authorization")
            .expects(none()),
        preflight("a_preflight_at_an_extractor_is_401", "anybody can send one", "/guarded/me")
            .expects(none()),
        case("options_without_a_requested_method_is_no_preflight", "Fetch §4.8")
            .asks("OPTIONS", "/guarded/x")
            .field("origin", "https://app.example")
            .expects(none()),
        case("options_without_an_origin_is_no_preflight", "Fetch §4.8")
            .asks("OPTIONS", "/guarded/x")
            .field("access-control-request-method", "GET")
            .expects(none()),
        case("options_alone_is_no_preflight", "Fetch §4.8").asks("OPTIONS", "/guarded/x").expects(none()),
        case("options_with_a_token_passes", "it is a method like others")
            .asks("OPTIONS", "/guarded/x")
            .genuine()
            .reaches_without_caller("guarded"),
        case("get_with_the_fields_of_a_preflight_is_none", "Fetch §4.8: the method is OPTIONS")
            .get("/guarded/x")
            .field("origin", "https://app.example")
            .field("access-control-request-method", "GET")
            .expects(none()),
        case("options_in_lower_case_is_no_preflight", "RFC 9110 §9.1: methods are case-sensitive")
            .asks("options", "/guarded/x")
            .field("origin", "https://app.example")
            .field("access-control-request-method", "GET")
            .expects(none()),
        // Two guards.
        case("the_inner_of_two_guards_says_who_the_caller_is", "what another `Auth` verified is not reused")
            .get("/two/me")
            .genuine()
            .field("cf-access-jwt-assertion", "{other}")
            .reaches("two", "grace"),
        case("the_inner_of_two_guards_refuses", "each asks for its own token")
            .get("/two/me")
            .genuine()
            .expects(none()),
        case("the_outer_of_two_guards_refuses", "each asks for its own token")
            .get("/two/me")
            .field("cf-access-jwt-assertion", "{other}")
            .expects(none()),
        case("the_inner_of_two_guards_refuses_a_forgery", "each verifies its own token")
            .get("/two/me")
            .genuine()
            .field("cf-access-jwt-assertion", "x.y.z")
            .expects(invalid()),
    ]
}
