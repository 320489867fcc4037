//! One guard before a whole site: which paths need a token, and what else they need, however they are written.

use serde_json::json;

use super::super::{case::Case, expected::Expected};

pub(super) fn cases() -> Vec<Case> {
    [protected(), ambiguous(), rules()].into_iter().flatten().map(Case::site).collect()
}

/// Which paths are protected.
fn protected() -> Vec<Case> {
    let open = |name, why, target| Case::new(name, why).get(target).reaches_without_caller("fallback");
    let closed = |name, why, target| Case::new(name, why).get(target).expects(Expected::no_credentials());
    vec![
        open("the_root_of_the_site_is_open", "it is not among the protected paths", "/"),
        open("a_path_that_is_not_named_is_open", "only `/api/*` and `/account` are", "/about"),
        open("an_open_path_looks_at_no_token", "nobody asked", "/about")
            .field("authorization", "Bearer forged"),
        open("a_path_that_begins_like_a_protected_one_is_open", "whole segments", "/apix"),
        open("a_protected_path_in_other_case_is_open", "RFC 3986 §6.2.2.1: case-sensitive", "/API/x"),
        open(
            "a_protected_path_in_the_query_is_open",
            "RFC 3986 §3.4: no part of the path",
            "/about?next=/api/x",
        ),
        open("a_protected_path_further_down_is_open", "patterns begin at the root", "/docs/api/x"),
        open(
            "an_encoded_letter_beyond_ascii_is_open",
            "RFC 3986 §2.5: there is no other way to write it",
            "/caf%C3%A9",
        ),
        closed("the_root_of_a_protected_tree_is_protected", "`/api/*` is `/api` too", "/api"),
        closed("the_root_of_a_protected_tree_with_a_slash_is_protected", "`/api/*` is `/api/` too", "/api/"),
        closed("what_is_below_a_protected_tree_is_protected", "`/api/*`", "/api/a/b/c"),
        closed(
            "a_protected_path_with_a_query_is_protected",
            "RFC 3986 §3.4: no part of the path",
            "/api/x?/about",
        ),
        closed("a_protected_path_with_an_empty_query_is_protected", "RFC 3986 §3.4", "/api?"),
        closed("a_single_protected_path_is_protected", "`/account`", "/account"),
        closed(
            "a_single_protected_path_with_a_slash_is_protected",
            "routers that ignore it serve the same",
            "/account/",
        ),
        closed(
            "a_protected_path_in_absolute_form_is_protected",
            "RFC 9112 §3.2.2",
            "http://api.example/api/x",
        ),
        open("an_open_path_in_absolute_form_is_open", "RFC 9112 §3.2.2", "http://api.example/about"),
        open("an_exempt_path_of_the_site_is_open", "exempt", "/api/health"),
        open(
            "an_exempt_path_with_a_query_is_open",
            "RFC 3986 §3.4: no part of the path",
            "/api/health?x=/api/admin",
        ),
        open("an_exempt_tree_of_the_site_is_open", "`/api/webhooks/*`", "/api/webhooks/stripe/v1"),
        open(
            "the_root_of_an_exempt_tree_is_open",
            "`/api/webhooks/*` is `/api/webhooks` too",
            "/api/webhooks",
        ),
        open(
            "the_root_of_an_exempt_tree_with_a_slash_is_open",
            "`/api/webhooks/*` is that too",
            "/api/webhooks/",
        ),
        closed("an_exempt_path_with_a_slash_behind_it_is_protected", "exemptions are exact", "/api/health/"),
        closed("what_is_below_an_exempt_path_is_protected", "exemptions are exact", "/api/health/x"),
        closed("an_exempt_path_of_the_site_in_other_case_is_protected", "RFC 3986 §6.2.2.1", "/api/Health"),
        closed("an_exempt_path_with_a_parameter_is_protected", "RFC 3986 §3.3: `;` is data", "/api/health;x"),
        closed("an_exempt_path_with_an_encoded_space_is_protected", "nothing is trimmed", "/api/health%20"),
        closed("what_begins_like_an_exempt_tree_is_protected", "whole segments", "/api/webhooksx"),
    ]
}

/// Paths that can be read in more than one way need a token, whatever they seem to be.
fn ambiguous() -> Vec<Case> {
    let closed = |name, target| {
        Case::new(name, "never exempt, always protected: another hop may read it as a protected path")
            .get(target)
            .expects(Expected::no_credentials())
    };
    let refused = |name, target| {
        Case::new(name, "rules of this guard depend on the path: nobody can say which of them hold")
            .get(target)
            .bearer(|issuer| issuer.token().subject("ada").claim("roles", json!(["admin"])).mint())
            .expects(Expected::ambiguous_path())
    };
    vec![
        closed("two_slashes_in_front_are_protected", "//api/x"),
        closed("two_slashes_at_an_open_path_are_protected", "/about//us"),
        closed("two_slashes_in_an_exempt_tree_are_protected", "/api/webhooks//x"),
        closed("two_slashes_behind_an_exempt_path_are_protected", "/api/health//"),
        closed("a_dot_segment_is_protected", "/./api/x"),
        closed("a_dot_segment_at_the_end_is_protected", "/api/webhooks/."),
        closed("two_dots_are_protected", "/about/../api/x"),
        closed("two_dots_that_leave_an_exempt_tree_are_protected", "/api/webhooks/../admin/x"),
        closed("two_dots_at_the_end_are_protected", "/api/webhooks/.."),
        closed("encoded_dots_are_protected", "/api/webhooks/%2e%2e/admin/x"),
        closed("dots_of_which_one_is_encoded_are_protected", "/api/webhooks/.%2E/admin/x"),
        closed("dots_and_an_encoded_slash_are_protected", "/api/webhooks/..%2Fadmin"),
        closed("an_encoded_slash_is_protected", "/api/webhooks/a%2Fb"),
        closed("an_encoded_slash_in_lower_case_is_protected", "/api/webhooks/a%2fb"),
        closed("an_encoded_slash_at_an_open_path_is_protected", "/about%2Fus"),
        closed("an_encoded_letter_is_protected", "/%61pi/x"),
        closed("an_encoded_letter_in_an_exempt_path_is_protected", "/api/h%65alth"),
        closed("an_encoded_letter_at_an_open_path_is_protected", "/%61bout"),
        closed("a_backslash_is_protected", r"/api/webhooks\..\admin"),
        closed("an_encoded_backslash_is_protected", "/api/webhooks/..%5Cadmin"),
        closed("an_encoded_nul_is_protected", "/api/webhooks/x%00"),
        closed("a_broken_percent_sign_is_protected", "/about%zz"),
        closed("a_percent_sign_at_the_end_is_protected", "/api/health%"),
        closed("a_letter_encoded_with_u_is_protected", "/api/webhooks/%u002e"),
        Case::new("the_asterisk_form_is_protected", "RFC 9112 §3.2.4: it is no path")
            .asks("OPTIONS", "*")
            .expects(Expected::no_credentials()),
        refused("two_slashes_in_front_are_400_with_a_token", "//api/x"),
        refused("two_dots_are_400_with_a_token", "/api/webhooks/../admin/x"),
        refused("an_encoded_letter_is_400_with_a_token", "/api/%61dmin/x"),
        refused("an_encoded_slash_is_400_with_a_token", "/api%2Fadmin/x"),
        refused("an_empty_owner_is_400_with_a_token", "/api/users//tasks"),
        refused("an_owner_with_an_encoded_slash_is_400_with_a_token", "/api/users/org%2Fada/tasks"),
        refused("an_owner_with_an_encoded_letter_is_400_with_a_token", "/api/users/%61da/tasks"),
    ]
}

/// Policies and owners of trees.
fn rules() -> Vec<Case> {
    let case = Case::new;
    let lacks = Expected::insufficient_scope;
    vec![
        case("a_protected_path_with_a_token_is_let_through", "the handler runs")
            .get("/api/x")
            .genuine()
            .reaches_without_caller("fallback"),
        case("a_tree_with_a_policy_needs_a_token", "401 comes before 403")
            .get("/api/admin/x")
            .expects(Expected::no_credentials()),
        case("a_tree_with_a_policy_is_403_for_others", "role")
            .get("/api/admin/x")
            .genuine()
            .expects(lacks("")),
        case("the_root_of_a_tree_with_a_policy_is_403_for_others", "`/api/admin/*` is `/api/admin` too")
            .get("/api/admin")
            .genuine()
            .expects(lacks("")),
        case("a_tree_with_a_policy_lets_through_whom_it_allows", "role")
            .get("/api/admin/x")
            .bearer(|issuer| issuer.token().claim("roles", json!(["admin"])).mint())
            .reaches_without_caller("fallback"),
        case("what_begins_like_a_tree_with_a_policy_is_not_in_it", "whole segments")
            .get("/api/administrators")
            .genuine()
            .reaches_without_caller("fallback"),
        case("a_query_does_not_hide_a_tree_with_a_policy", "RFC 3986 §3.4: no part of the path")
            .get("/api/admin?/api/x")
            .genuine()
            .expects(lacks("")),
        case("a_tree_with_a_scope_tells_it", "RFC 6750 §3.1: insufficient_scope")
            .get("/api/reports/2026")
            .genuine()
            .expects(lacks("reports:read")),
        case("a_tree_with_a_scope_lets_through_who_has_it", "scope")
            .get("/api/reports/2026")
            .bearer(|issuer| issuer.token().claim("scope", "reports:read").mint())
            .reaches_without_caller("fallback"),
        case("a_policy_of_one_tree_says_nothing_of_another", "require_on")
            .get("/api/reports/2026")
            .bearer(|issuer| issuer.token().claim("roles", json!(["admin"])).mint())
            .expects(lacks("reports:read")),
        case("a_tree_of_a_user_needs_a_token", "401 comes before 403")
            .get("/api/users/ada/tasks")
            .expects(Expected::no_credentials()),
        case("a_tree_of_a_user_lets_the_user_through", "owner")
            .get("/api/users/ada/tasks")
            .genuine()
            .reaches_without_caller("fallback"),
        case("a_tree_of_a_user_is_403_for_others", "owner")
            .get("/api/users/grace/tasks")
            .genuine()
            .expects(Expected::not_owner()),
        case("the_root_of_a_tree_of_a_user_is_the_users", "`/api/users/{user_id}/*` is that too")
            .get("/api/users/ada")
            .genuine()
            .reaches_without_caller("fallback"),
        case("the_root_of_a_tree_of_a_user_is_403_for_others", "`/api/users/{user_id}/*` is that too")
            .get("/api/users/grace")
            .genuine()
            .expects(Expected::not_owner()),
        case("above_a_tree_of_a_user_anybody_with_a_token_passes", "there is no user in the path")
            .get("/api/users")
            .genuine()
            .reaches_without_caller("fallback"),
        case("an_owner_of_a_tree_in_other_case_is_somebody_else", "exact bytes")
            .get("/api/users/Ada/tasks")
            .genuine()
            .expects(Expected::not_owner()),
        case("an_owner_of_a_tree_is_decoded", "RFC 3986 §2.1")
            .get("/api/users/auth0%7C507f1f77/tasks")
            .bearer(|issuer| issuer.token().subject("auth0|507f1f77").mint())
            .reaches_without_caller("fallback"),
        case("an_owner_of_a_tree_is_decoded_once", "RFC 3986 §2.4: not more than once")
            .get("/api/users/auth0%257C507f1f77/tasks")
            .bearer(|issuer| issuer.token().subject("auth0|507f1f77").mint())
            .expects(Expected::not_owner()),
        case("an_owner_of_a_tree_in_utf_8_is_let_through", "RFC 3986 §2.5")
            .get("/api/users/zo%C3%AB/tasks")
            .bearer(|issuer| issuer.token().subject("zo\u{eb}").mint())
            .reaches_without_caller("fallback"),
        case("an_owner_of_a_tree_that_is_no_utf_8_is_nobody", "no ID is that")
            .get("/api/users/%FF/tasks")
            .bearer(|issuer| issuer.token().subject("\u{fffd}").mint())
            .expects(Expected::not_owner()),
        case("a_tree_of_a_user_needs_a_user", "the claims name no user: invalid_token")
            .get("/api/users/ada/tasks")
            .bearer(|issuer| issuer.token().remove_claim("sub").mint())
            .expects(Expected::invalid_token()),
        case("a_forged_owner_of_a_tree_is_401", "nothing is said of the owner")
            .get("/api/users/admin/tasks")
            .bearer(|issuer| issuer.token().tamper(crate::Tamper::SwapPayload).mint())
            .expects(Expected::invalid_token()),
    ]
}
