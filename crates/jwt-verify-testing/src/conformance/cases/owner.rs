//! `Owner`: the caller is the one that the path names, decoded once and compared byte by byte.

use super::super::{case::Case, expected::Expected};

pub(super) fn cases() -> Vec<Case> {
    let case = Case::new;
    let not_owner = Expected::not_owner;
    vec![
        case("the_owner_is_let_through", "RFC 3986 §3.3: the segment is the ID")
            .get("/users/ada/tasks")
            .genuine()
            .reaches("tasks", "ada"),
        case("the_owner_may_post", "the check does not depend on the method")
            .post("/users/ada/tasks")
            .genuine()
            .reaches("tasks", "ada"),
        case("somebody_else_is_403_without_a_challenge", "no other token of that caller would help")
            .get("/users/grace/tasks")
            .genuine()
            .expects(not_owner()),
        case("somebody_else_may_not_post", "the check does not depend on the method")
            .post("/users/grace/tasks")
            .genuine()
            .expects(not_owner()),
        case("the_query_does_not_name_the_owner", "only the path does")
            .get("/users/grace/tasks?user_id=ada")
            .genuine()
            .expects(not_owner()),
        case("a_query_does_not_disturb_the_owner", "RFC 3986 §3.4: it is no part of the path")
            .get("/users/ada/tasks?user_id=grace&x=/../")
            .genuine()
            .reaches("tasks", "ada"),
        // Compared byte by byte.
        case("an_id_in_other_case_is_somebody_else", "RFC 7519 §4.1.2: case-sensitive")
            .get("/users/Ada/tasks")
            .genuine()
            .expects(not_owner()),
        case("an_id_that_begins_alike_is_somebody_else", "exact strings")
            .get("/users/ada2/tasks")
            .genuine()
            .expects(not_owner()),
        case("an_id_with_a_space_behind_it_is_somebody_else", "exact strings: nothing is trimmed")
            .get("/users/ada%20/tasks")
            .genuine()
            .expects(not_owner()),
        case("a_star_is_nobody", "no patterns").get("/users/*/tasks").genuine().expects(not_owner()),
        case("the_word_me_is_nobody", "no aliases").get("/users/me/tasks").genuine().expects(not_owner()),
        // Decoded once.
        case("an_encoded_letter_is_decoded", "RFC 3986 §2.3: %61 is a")
            .get("/users/%61da/tasks")
            .genuine()
            .reaches("tasks", "ada"),
        case("a_letter_encoded_twice_is_decoded_once", "RFC 3986 §2.4: not more than once")
            .get("/users/%2561da/tasks")
            .genuine()
            .expects(not_owner()),
        case(
            "an_id_with_a_percent_sign_is_found_when_it_is_encoded",
            "RFC 3986 §2.4: %25 is the data octet %",
        )
        .get("/users/%2561da/tasks")
        .bearer(|issuer| issuer.token().subject("%61da").mint())
        .reaches("tasks", "%61da"),
        case("an_id_with_an_encoded_slash_is_one_segment", "RFC 3986 §2.2: %2F is data")
            .get("/users/org%2Fada/tasks")
            .bearer(|issuer| issuer.token().subject("org/ada").mint())
            .reaches("tasks", "org/ada"),
        case(
            "an_encoded_slash_in_lower_case_is_the_same",
            "RFC 3986 §2.1: hexadecimal digits in either case",
        )
        .get("/users/org%2fada/tasks")
        .bearer(|issuer| issuer.token().subject("org/ada").mint())
        .reaches("tasks", "org/ada"),
        case("an_id_like_auth0s_is_found", "`auth0|…`, as it is encoded by clients")
            .get("/users/auth0%7C507f1f77/tasks")
            .bearer(|issuer| issuer.token().subject("auth0|507f1f77").mint())
            .reaches("tasks", "auth0|507f1f77"),
        case("an_id_with_an_at_sign_is_found_as_it_is", "RFC 3986 §3.3: pchar")
            .get("/users/ada@example.test/tasks")
            .bearer(|issuer| issuer.token().subject("ada@example.test").mint())
            .reaches("tasks", "ada@example.test"),
        case("an_id_with_a_colon_is_found_as_it_is", "RFC 3986 §3.3: pchar")
            .get("/users/urn:user:7/tasks")
            .bearer(|issuer| issuer.token().subject("urn:user:7").mint())
            .reaches("tasks", "urn:user:7"),
        case("a_plus_is_a_plus", "RFC 3986 §3.3: not a form, so no space")
            .get("/users/a+b/tasks")
            .bearer(|issuer| issuer.token().subject("a+b").mint())
            .reaches("tasks", "a+b"),
        case("a_plus_is_no_space", "RFC 3986 §3.3: not a form")
            .get("/users/a+b/tasks")
            .bearer(|issuer| issuer.token().subject("a b").mint())
            .expects(not_owner()),
        case("an_encoded_plus_is_a_plus", "RFC 3986 §2.2: %2B is data")
            .get("/users/a%2Bb/tasks")
            .bearer(|issuer| issuer.token().subject("a+b").mint())
            .reaches("tasks", "a+b"),
        case("an_encoded_space_is_a_space", "RFC 3986 §2.1")
            .get("/users/a%20b/tasks")
            .bearer(|issuer| issuer.token().subject("a b").mint())
            .reaches("tasks", "a b"),
        case("a_semicolon_belongs_to_the_id", "RFC 3986 §3.3: no path parameters")
            .get("/users/ada;v=1/tasks")
            .genuine()
            .expects(not_owner()),
        case("an_encoded_question_mark_is_data", "RFC 3986 §2.2")
            .get("/users/ada%3Fx/tasks")
            .bearer(|issuer| issuer.token().subject("ada?x").mint())
            .reaches("tasks", "ada?x"),
        // UTF-8.
        case("letters_beyond_ascii_are_utf_8", "RFC 3986 §2.5")
            .get("/users/zo%C3%AB/tasks")
            .bearer(|issuer| issuer.token().subject("zo\u{eb}").mint())
            .reaches("tasks", "zo\u{eb}"),
        case("letters_beyond_ascii_in_lower_case_hexadecimal_are_the_same", "RFC 3986 §2.1")
            .get("/users/zo%c3%ab/tasks")
            .bearer(|issuer| issuer.token().subject("zo\u{eb}").mint())
            .reaches("tasks", "zo\u{eb}"),
        case("another_normal_form_is_somebody_else", "exact bytes: no Unicode normalization")
            .get("/users/zoe%CC%88/tasks")
            .bearer(|issuer| issuer.token().subject("zo\u{eb}").mint())
            .expects(not_owner()),
        case("a_letter_that_looks_alike_is_somebody_else", "exact bytes: Cyrillic a")
            .get("/users/%D0%B0da/tasks")
            .genuine()
            .expects(not_owner()),
        case("octets_that_are_no_utf_8_are_nobody", "no ID is that")
            .get("/users/ada%FF/tasks")
            .genuine()
            .expects(not_owner()),
        case("octets_that_are_no_utf_8_are_not_their_replacement", "no lossy decoding")
            .get("/users/ada%FF/tasks")
            .bearer(|issuer| issuer.token().subject("ada\u{fffd}").mint())
            .expects(not_owner()),
        case("an_encoded_nul_does_not_end_the_id", "exact bytes")
            .get("/users/ada%00/tasks")
            .genuine()
            .expects(not_owner()),
        // Broken.
        case("a_broken_percent_sign_is_nobody", "RFC 3986 §2.1: \"%\" HEXDIG HEXDIG")
            .get("/users/ada%zz/tasks")
            .genuine()
            .expects(not_owner()),
        case(
            "a_broken_percent_sign_is_nobody_even_if_the_id_is_that",
            "RFC 3986 §2.1: it decodes to nothing",
        )
        .get("/users/ada%zz/tasks")
        .bearer(|issuer| issuer.token().subject("ada%zz").mint())
        .expects(not_owner()),
        case("a_percent_sign_at_the_end_is_nobody", "RFC 3986 §2.1: it decodes to nothing")
            .get("/users/ada%/tasks")
            .bearer(|issuer| issuer.token().subject("ada%").mint())
            .expects(not_owner()),
        // The token comes first.
        case("an_owner_without_a_user_is_401", "the claims name no user: invalid_token")
            .get("/users/ada/tasks")
            .bearer(|issuer| issuer.token().remove_claim("sub").mint())
            .expects(Expected::invalid_token()),
        case("a_forged_owner_is_401", "nothing is said of the owner")
            .get("/users/admin/tasks")
            .bearer(|issuer| issuer.token().tamper(crate::Tamper::SwapPayload).mint())
            .expects(Expected::invalid_token()),
        // Behind a guard, in a nested router.
        case("the_owner_behind_a_guard_is_let_through", "one verification for both")
            .get("/guarded/users/ada/tasks")
            .genuine()
            .reaches("guarded-tasks", "ada"),
        case("somebody_else_behind_a_guard_is_403", "the guard asks for a token, the handler for the owner")
            .get("/guarded/users/grace/tasks")
            .genuine()
            .expects(not_owner()),
        case("the_owner_behind_a_guard_is_decoded_once", "RFC 3986 §2.4")
            .get("/guarded/users/org%2Fada/tasks")
            .bearer(|issuer| issuer.token().subject("org/ada").mint())
            .reaches("guarded-tasks", "org/ada"),
        // No parameter.
        case(
            "an_owner_without_a_parameter_in_the_route_is_500",
            "a mistake of the app's, not of the client's",
        )
        .get("/owner")
        .genuine()
        .expects(Expected::misconfigured()),
        case(
            "an_owner_without_a_parameter_in_the_route_is_401_without_a_token",
            "the caller comes first, as everywhere",
        )
        .get("/owner")
        .expects(Expected::no_credentials()),
        case("a_query_is_no_parameter_of_the_route", "only the path names the owner")
            .get("/owner?user_id=ada")
            .genuine()
            .expects(Expected::misconfigured()),
    ]
}
