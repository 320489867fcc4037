//! How a token is sent: the field `Authorization` (RFC 9110 §11, RFC 6750 §2.1).

use super::super::{case::Case, expected::Expected};

pub(super) fn cases() -> Vec<Case> {
    let case = Case::new;
    let none = Expected::no_credentials;
    let malformed = Expected::malformed_credentials;
    let invalid = Expected::invalid_token;
    vec![
        // Accepted.
        case("plain_bearer_credentials_are_accepted", "RFC 6750 §2.1: the ordinary form")
            .field("Authorization", "Bearer {token}")
            .reaches("me", "ada"),
        case("the_scheme_in_lower_case_is_accepted", "RFC 9110 §11.1: the scheme is case-insensitive")
            .field("Authorization", "bearer {token}")
            .reaches("me", "ada"),
        case("the_scheme_in_upper_case_is_accepted", "RFC 9110 §11.1: the scheme is case-insensitive")
            .field("Authorization", "BEARER {token}")
            .reaches("me", "ada"),
        case("the_scheme_in_mixed_case_is_accepted", "RFC 9110 §11.1: the scheme is case-insensitive")
            .field("Authorization", "bEaReR {token}")
            .reaches("me", "ada"),
        case("the_field_name_in_lower_case_is_accepted", "RFC 9110 §5.1: field names are case-insensitive")
            .field("authorization", "Bearer {token}")
            .reaches("me", "ada"),
        case("the_field_name_in_upper_case_is_accepted", "RFC 9110 §5.1: field names are case-insensitive")
            .field("AUTHORIZATION", "Bearer {token}")
            .reaches("me", "ada"),
        case("two_spaces_behind_the_scheme_are_accepted", "RFC 6750 §2.1: 1*SP")
            .field("Authorization", "Bearer  {token}")
            .reaches("me", "ada"),
        case("many_spaces_behind_the_scheme_are_accepted", "RFC 6750 §2.1: 1*SP")
            .field("Authorization", "Bearer        {token}")
            .reaches("me", "ada"),
        case("white_space_around_the_value_is_not_part_of_it", "RFC 9110 §5.5: a field value excludes it")
            .field("Authorization", "  Bearer {token} \t")
            .reaches("me", "ada"),
        case(
            "fields_around_it_change_nothing",
            "RFC 9110 §5.3: order among different fields is not significant",
        )
        .field("accept", "*/*")
        .field("Authorization", "Bearer {token}")
        .field("x-request-id", "7")
        .reaches("me", "ada"),
        // Well-formed, and no token that we accept.
        case(
            "every_character_of_b64token_reaches_the_verifier",
            "RFC 6750 §2.1: it is no JWT, and refused as a token",
        )
        .field("Authorization", "Bearer aA0-._~+/bb==")
        .expects(invalid()),
        case(
            "an_opaque_token_is_refused_as_a_token",
            "RFC 6750 §2.1: a bearer token need not be a JWT; here it must",
        )
        .field("Authorization", "Bearer mF_9.B5f-4.1JqM")
        .expects(invalid()),
        // Malformed.
        case("a_tab_behind_the_scheme_is_malformed", "RFC 6750 §2.1: a tab is not SP")
            .field("Authorization", "Bearer\t{token}")
            .expects(malformed()),
        case("a_tab_behind_a_space_is_malformed", "RFC 6750 §2.1: a tab is not SP")
            .field("Authorization", "Bearer \t{token}")
            .expects(malformed()),
        case(
            "a_no_break_space_behind_the_scheme_is_malformed",
            "catalogue 86: other white space is malformed",
        )
        .field("Authorization", b"Bearer\xc2\xa0{token}")
        .expects(malformed()),
        case("the_scheme_without_a_token_is_malformed", "RFC 6750 §2.1: 1*SP b64token")
            .field("Authorization", "Bearer")
            .expects(malformed()),
        case("the_scheme_and_spaces_are_malformed", "RFC 6750 §2.1: 1*SP b64token")
            .field("Authorization", "Bearer   ")
            .expects(malformed()),
        case("two_tokens_behind_the_scheme_are_malformed", "RFC 6750 §2.1: one b64token")
            .field("Authorization", "Bearer {token} {token}")
            .expects(malformed()),
        case(
            "bearer_credentials_joined_by_a_comma_are_malformed",
            "RFC 9110 §5.3, §11.6.2; catalogue 87: some proxies join",
        )
        .field("Authorization", "Bearer {token}, Bearer {token}")
        .expects(malformed()),
        case("other_credentials_behind_a_comma_are_malformed", "RFC 9110 §11.6.2: one credential")
            .field("Authorization", "Bearer {token}, Basic YWRhOng=")
            .expects(malformed()),
        case("a_quoted_token_is_malformed", "RFC 6750 §2.1: quotes are no token characters")
            .field("Authorization", "Bearer \"{token}\"")
            .expects(malformed()),
        case("a_percent_sign_in_the_token_is_malformed", "catalogue 88: characters outside b64token")
            .field("Authorization", "Bearer {token}%2E")
            .expects(malformed()),
        case("padding_alone_is_malformed", "RFC 6750 §2.1: 1*( … ) *\"=\"")
            .field("Authorization", "Bearer ==")
            .expects(malformed()),
        case("octets_beyond_ascii_are_malformed", "RFC 9110 §5.5: obs-text")
            .field("Authorization", b"Bearer {token}\xc3\xa9")
            .expects(malformed()),
        case("octets_that_are_no_utf_8_are_malformed", "RFC 9110 §5.5: obs-text; must not panic")
            .field("Authorization", b"Bearer {token}\xff\xfe")
            .expects(malformed()),
        case("two_equal_authorization_fields_are_malformed", "RFC 9110 §5.3: it is no list; catalogue 87")
            .field("Authorization", "Bearer {token}")
            .field("Authorization", "Bearer {token}")
            .expects(malformed()),
        case(
            "two_different_authorization_fields_are_malformed",
            "RFC 9110 §5.3: which one would each hop read?",
        )
        .field("Authorization", "Bearer {token}")
        .field("Authorization", "Bearer other")
        .expects(malformed()),
        case(
            "authorization_twice_is_malformed_also_if_the_first_is_another_scheme",
            "RFC 9110 §5.3: it is no list",
        )
        .field("Authorization", "Basic YWRhOng=")
        .field("authorization", "Bearer {token}")
        .expects(malformed()),
        case("authorization_twice_is_malformed_also_if_one_is_empty", "RFC 9110 §5.3: it is no list")
            .field("Authorization", "Bearer {token}")
            .field("Authorization", "")
            .expects(malformed()),
        // No bearer credentials.
        case("no_authorization_field_is_no_credentials", "RFC 6750 §3.1: challenge without an error code")
            .field("Accept", "*/*")
            .expects(none()),
        case("an_empty_authorization_field_is_no_credentials", "RFC 9110 §11.4: it names no scheme")
            .field("Authorization", "")
            .expects(none()),
        case("the_scheme_joined_with_the_token_is_another_scheme", "RFC 9110 §11.1, §11.6.2: another name")
            .field("Authorization", "Bearer{token}")
            .expects(none()),
        case("a_longer_scheme_name_is_another_scheme", "RFC 9110 §11.1: another name")
            .field("Authorization", "BearerX {token}")
            .expects(none()),
        case("a_token_without_a_scheme_is_no_credentials", "RFC 9110 §11.1, §11.6.2: the scheme comes first")
            .field("Authorization", "{token}")
            .expects(none()),
        case("the_scheme_basic_is_no_credentials", "RFC 9110 §11.1: not ours")
            .field("Authorization", "Basic {token}")
            .expects(none()),
        case(
            "the_scheme_dpop_is_no_credentials",
            "RFC 9449 §7.1: not ours, and not to be taken for a bearer token",
        )
        .field("Authorization", "DPoP {token}")
        .expects(none()),
        case("the_scheme_token_is_no_credentials", "catalogue 89: not ours")
            .field("Authorization", "Token {token}")
            .expects(none()),
        case("a_basic_value_is_never_searched_for_bearer", "catalogue 87")
            .field("Authorization", "Basic YWRhOng=, Bearer {token}")
            .expects(none()),
        case(
            "a_scheme_that_only_looks_like_bearer_is_another_one",
            "RFC 9110 §11.1: ASCII case folding alone",
        )
        .field("Authorization", "\u{ff22}earer {token}")
        .expects(none()),
        case("proxy_authorization_is_not_read", "RFC 9110 §11.7: it is for proxies")
            .field("Proxy-Authorization", "Bearer {token}")
            .expects(none()),
        case("x_forwarded_authorization_is_not_read", "catalogue 89")
            .field("X-Forwarded-Authorization", "Bearer {token}")
            .expects(none()),
        case("a_token_in_the_query_is_not_read", "RFC 6750 §2.3, §5.3; RFC 9700 §4.3.2")
            .get("/me?access_token={token}")
            .expects(none()),
        case("a_token_in_a_cookie_is_not_read", "RFC 6750 §5.3: unless the cookie is named")
            .field("Cookie", "access_token={token}; __session={token}")
            .expects(none()),
        case("a_token_in_another_field_is_not_read", "catalogue 89: unless the field is named")
            .field("Cf-Access-Jwt-Assertion", "{token}")
            .expects(none()),
        case(
            "a_token_in_the_query_beside_the_field_changes_nothing",
            "RFC 6750 §2.3: the query is not read at all",
        )
        .get("/me?access_token={other}")
        .genuine()
        .reaches("me", "ada"),
    ]
}
