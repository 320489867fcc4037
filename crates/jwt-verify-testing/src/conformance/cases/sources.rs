//! Tokens in a cookie or in another field, where that is configured.

use super::super::{case::Case, expected::Expected};

pub(super) fn cases() -> Vec<Case> {
    let case = Case::new;
    let none = Expected::no_credentials;
    let malformed = Expected::malformed_credentials;
    let cross_origin = Expected::cross_origin;
    let cookie = |name, why| case(name, why).get("/cookie/me");
    let write = |name, why| case(name, why).post("/cookie/me").field("cookie", "__session={token}");
    let assertion = |name, why| case(name, why).get("/assertion/me");
    vec![
        // A cookie.
        cookie("a_token_in_the_named_cookie_is_accepted", "RFC 6265 §4.2.1")
            .field("Cookie", "theme=dark; __session={token}; lang=en")
            .reaches("cookie", "ada"),
        cookie(
            "a_token_in_quotes_in_the_named_cookie_is_accepted",
            "RFC 6265 §4.1.1: DQUOTE *cookie-octet DQUOTE",
        )
        .field("Cookie", "__session=\"{token}\"")
        .reaches("cookie", "ada"),
        cookie("authorization_is_read_beside_the_named_cookie", "it is named as one more place")
            .genuine()
            .reaches("cookie", "ada"),
        cookie("without_the_cookie_and_the_field_it_is_401", "RFC 6750 §3.1").expects(none()),
        cookie("an_empty_cookie_is_no_credentials", "that is how a site logs its user out")
            .field("Cookie", "__session=")
            .expects(none()),
        cookie("a_cookie_of_another_name_is_not_read", "RFC 6265 §5.4: names are compared exactly")
            .field("Cookie", "__Session={token}; session={token}; x__session={token}")
            .expects(none()),
        cookie(
            "a_cookie_and_authorization_are_two_credentials",
            "RFC 6750 §2: not more than one method; even if equal",
        )
        .field("Cookie", "__session={token}")
        .genuine()
        .expects(malformed()),
        cookie(
            "two_users_in_cookie_and_authorization_are_refused",
            "RFC 6750 §2: which one would each hop read?",
        )
        .field("Cookie", "__session={other}")
        .genuine()
        .expects(malformed()),
        cookie("the_named_cookie_twice_is_malformed", "RFC 6265 §4.2.2: nobody may rely on their order")
            .field("Cookie", "__session={token}; __session={other}")
            .expects(malformed()),
        cookie("the_named_cookie_in_two_fields_is_malformed", "RFC 6265 §5.4; RFC 9113 §8.2.3")
            .field("Cookie", "__session={token}")
            .field("Cookie", "__session={token}")
            .expects(malformed()),
        cookie("a_cookie_field_that_was_split_is_read", "RFC 9113 §8.2.3: it may be split")
            .field("Cookie", "theme=dark")
            .field("Cookie", "__session={token}")
            .reaches("cookie", "ada"),
        cookie("a_cookie_that_is_no_b64token_is_malformed", "RFC 6750 §2.1")
            .field("Cookie", "__session={token}%2E")
            .expects(malformed()),
        cookie("a_forged_token_in_the_cookie_is_refused", "RFC 6750 §3.1: invalid_token")
            .field("Cookie", "__session=x.y.z")
            .expects(Expected::invalid_token()),
        cookie("other_cookies_are_never_an_error", "they are not ours")
            .field("Cookie", b"a=1; a=2; broken; \xc3\xa9=\xff; __session={token}")
            .reaches("cookie", "ada"),
        // Writes with a cookie.
        write("a_write_from_the_same_origin_is_accepted", "Fetch Metadata: same-origin")
            .field("sec-fetch-site", "same-origin")
            .reaches("cookie", "ada"),
        write("a_write_that_the_user_began_is_accepted", "Fetch Metadata: none")
            .field("sec-fetch-site", "none")
            .reaches("cookie", "ada"),
        write("a_write_from_another_site_is_403", "Fetch Metadata: cross-site")
            .field("sec-fetch-site", "cross-site")
            .expects(cross_origin()),
        write(
            "a_write_from_another_origin_of_the_site_is_403",
            "Fetch Metadata: same-site is another origin",
        )
        .field("sec-fetch-site", "same-site")
        .expects(cross_origin()),
        write("fetch_metadata_outweighs_origin", "no page can set it")
            .field("sec-fetch-site", "cross-site")
            .field("origin", "https://api.example")
            .expects(cross_origin()),
        write("a_write_with_our_origin_is_accepted", "RFC 6454 §7: the host that was asked")
            .field("origin", "https://api.example")
            .reaches("cookie", "ada"),
        write("a_write_with_another_origin_is_403", "RFC 6454 §7")
            .field("origin", "https://evil.example")
            .expects(cross_origin()),
        write("a_write_with_an_origin_that_begins_alike_is_403", "RFC 6454 §7: exactly")
            .field("origin", "https://api.example.evil.example")
            .expects(cross_origin()),
        write("a_write_with_a_null_origin_is_403", "RFC 6454 §7.3: anybody's page")
            .field("origin", "null")
            .expects(cross_origin()),
        write("a_write_that_is_no_browsers_is_accepted", "browsers send Origin with every write")
            .reaches("cookie", "ada"),
        cookie(
            "a_read_from_another_site_is_accepted",
            "RFC 9110 §9.2.1: safe; the page cannot read the answer",
        )
        .field("cookie", "__session={token}")
        .field("sec-fetch-site", "cross-site")
        .field("origin", "https://evil.example")
        .reaches("cookie", "ada"),
        case("a_delete_from_another_site_is_403", "RFC 9110 §9.2.1: not safe")
            .asks("DELETE", "/cookie/me")
            .field("cookie", "__session={token}")
            .field("sec-fetch-site", "cross-site")
            .expects(cross_origin()),
        case(
            "a_write_from_another_site_with_authorization_is_accepted",
            "no browser adds that field by itself",
        )
        .post("/cookie/me")
        .genuine()
        .field("sec-fetch-site", "cross-site")
        .reaches("cookie", "ada"),
        write(
            "a_forged_token_from_another_site_is_403_before_it_is_verified",
            "the request is not to be acted upon",
        )
        .token(|_| "x.y.z".into())
        .field("sec-fetch-site", "cross-site")
        .expects(cross_origin()),
        // Another field.
        assertion("a_token_in_the_named_field_is_accepted", "the whole value, without a scheme")
            .field("Cf-Access-Jwt-Assertion", "{token}")
            .reaches("assertion", "ada"),
        assertion(
            "the_named_field_in_lower_case_is_accepted",
            "RFC 9110 §5.1: field names are case-insensitive",
        )
        .field("cf-access-jwt-assertion", "{token}")
        .reaches("assertion", "ada"),
        assertion("authorization_is_not_read_if_only_another_field_is_named", "only what is named")
            .genuine()
            .expects(none()),
        assertion("authorization_does_not_count_if_only_another_field_is_named", "only what is named")
            .field("Cf-Access-Jwt-Assertion", "{token}")
            .field("Authorization", "Bearer {other}")
            .reaches("assertion", "ada"),
        assertion("the_named_field_twice_is_malformed", "RFC 9110 §5.3: it is no list")
            .field("Cf-Access-Jwt-Assertion", "{token}")
            .field("cf-access-jwt-assertion", "{token}")
            .expects(malformed()),
        assertion("a_scheme_in_the_named_field_is_malformed", "the whole value is the token")
            .field("Cf-Access-Jwt-Assertion", "Bearer {token}")
            .expects(malformed()),
        assertion("an_empty_named_field_is_no_credentials", "as good as absent")
            .field("Cf-Access-Jwt-Assertion", "")
            .expects(none()),
        assertion("a_forged_token_in_the_named_field_is_refused", "RFC 6750 §3.1: invalid_token")
            .field("Cf-Access-Jwt-Assertion", "x.y.z")
            .expects(Expected::invalid_token()),
        assertion(
            "a_write_with_the_named_field_is_accepted_from_anywhere",
            "no browser adds that field by itself",
        )
        .asks("POST", "/assertion/me")
        .field("Cf-Access-Jwt-Assertion", "{token}")
        .field("sec-fetch-site", "cross-site")
        .reaches("assertion", "ada"),
    ]
}
