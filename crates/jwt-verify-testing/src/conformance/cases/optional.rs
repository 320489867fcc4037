//! Extractors that do without a token: absent is nobody, and a bad token is refused.

use super::super::{case::Case, expected::Expected};
use crate::Tamper;

pub(super) fn cases() -> Vec<Case> {
    let case = Case::new;
    let malformed = Expected::malformed_credentials;
    let invalid = Expected::invalid_token;
    vec![
        case("maybe_user_without_a_token_is_nobody", "absent is `None`")
            .get("/maybe")
            .reaches_without_caller("maybe"),
        case("maybe_user_with_a_token_is_the_user", "as `CurrentUser`")
            .get("/maybe")
            .genuine()
            .reaches("maybe", "ada"),
        case("maybe_user_with_another_scheme_is_nobody", "RFC 9110 §11.1: no bearer credentials")
            .get("/maybe")
            .field("authorization", "Basic YWRhOng=")
            .reaches_without_caller("maybe"),
        case("maybe_user_with_an_empty_field_is_nobody", "RFC 9110 §11.4: it names no scheme")
            .get("/maybe")
            .field("authorization", "")
            .reaches_without_caller("maybe"),
        case("maybe_user_with_a_forged_token_is_refused", "a forgery is not nobody's")
            .get("/maybe")
            .bearer(|issuer| issuer.token().tamper(Tamper::FlipSignatureBit).mint())
            .expects(invalid()),
        case("maybe_user_with_an_expired_token_is_refused", "invalid is refused")
            .get("/maybe")
            .bearer(|issuer| issuer.token().expires_in(-3600).mint())
            .expects(invalid()),
        case("maybe_user_with_broken_credentials_is_refused", "invalid is refused")
            .get("/maybe")
            .field("authorization", "Bearer")
            .expects(malformed()),
        case("maybe_user_with_two_authorization_fields_is_refused", "invalid is refused")
            .get("/maybe")
            .field("authorization", "Bearer {token}")
            .field("authorization", "Bearer {other}")
            .expects(malformed()),
        case("maybe_user_with_a_token_that_names_no_user_is_refused", "a token is there, and names nobody")
            .get("/maybe")
            .bearer(|issuer| issuer.token().remove_claim("sub").mint())
            .expects(invalid()),
        case("maybe_user_while_keys_cannot_be_had_is_503", "a token is there, and nobody can tell whose")
            .get("/maybe")
            .given("the issuer asks to be left alone for 30 s", away)
            .genuine()
            .expects(Expected::unavailable(30..=30)),
        case("maybe_user_without_a_token_needs_no_keys", "absent is `None`, whatever the issuer does")
            .get("/maybe")
            .given("the issuer asks to be left alone for 30 s", away)
            .reaches_without_caller("maybe"),
        case("maybe_verified_without_a_token_is_nobody", "absent is `None`")
            .get("/maybe-claims")
            .reaches_without_caller("maybe-claims"),
        case("maybe_verified_with_a_token_has_the_claims", "as `Verified<C>`")
            .get("/maybe-claims")
            .bearer(|issuer| issuer.token().claim("email", "ada@example.test").mint())
            .reaches("maybe-claims", "ada@example.test"),
        case("maybe_verified_with_claims_that_do_not_fit_is_refused", "a token is there, and does not fit")
            .get("/maybe-claims")
            .genuine()
            .expects(invalid()),
        case("maybe_verified_with_a_forged_token_is_refused", "a forgery is not nobody's")
            .get("/maybe-claims")
            .bearer(|issuer| {
                issuer.token().claim("email", "ada@example.test").tamper(Tamper::SwapPayload).mint()
            })
            .expects(invalid()),
        case("maybe_verified_with_broken_credentials_is_refused", "invalid is refused")
            .get("/maybe-claims")
            .field("authorization", "Bearer\t{token}")
            .expects(malformed()),
    ]
}

fn away(issuer: &crate::TestIssuer) {
    issuer.set_fault(crate::Fault::ServiceUnavailable { retry_after: 30 });
}
