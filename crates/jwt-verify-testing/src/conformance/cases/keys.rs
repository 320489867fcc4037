//! Keys at an issuer that is away, slow to come back, or changes them. Time is the issuer's clock: nothing waits.

use core::time::Duration;

use jwt_verify_core::Algorithm;

use super::super::{case::Case, expected::Expected};
use crate::{Fault, TestIssuer, TestKey};

pub(super) fn cases() -> Vec<Case> {
    let case = Case::new;
    let unavailable = Expected::unavailable;
    let invalid = Expected::invalid_token;
    vec![
        case("keys_that_are_fetched_at_the_first_token_are_accepted", "nothing is fetched before")
            .given("nothing was fetched yet", |_| {})
            .genuine()
            .reaches("me", "ada"),
        // Never had any.
        case("keys_that_cannot_be_fetched_are_503", "RFC 9110 §15.6.4: not the client's fault, so no 401")
            .given("the issuer's port is closed", |issuer| issuer.set_fault(Fault::ClosedPort))
            .genuine()
            .expects(unavailable(1..=2)),
        case(
            "an_issuer_that_asks_for_time_is_503_with_that_time",
            "RFC 9110 §10.2.3: Retry-After is passed on",
        )
        .given("the issuer asks to be left alone for 30 s", |issuer| {
            issuer.set_fault(Fault::ServiceUnavailable { retry_after: 30 });
        })
        .genuine()
        .expects(unavailable(30..=30)),
        case(
            "an_issuer_that_asks_for_a_day_is_503_with_a_minute",
            "what is passed on is when we ask again: a minute at most",
        )
        .given("the issuer asks to be left alone for a day", |issuer| {
            issuer.set_fault(Fault::ServiceUnavailable { retry_after: 86_400 });
        })
        .genuine()
        .expects(unavailable(60..=60)),
        case("an_issuer_in_trouble_is_503", "RFC 9110 §15.6.1")
            .given("the issuer answers 500", |issuer| issuer.set_fault(Fault::Status(500)))
            .genuine()
            .expects(unavailable(1..=2)),
        case("an_issuer_that_limits_us_is_503", "RFC 6585 §4")
            .given("the issuer answers 429", |issuer| issuer.set_fault(Fault::Status(429)))
            .genuine()
            .expects(unavailable(1..=2)),
        case("an_issuer_without_a_key_set_is_503", "RFC 7517 §5: there are no keys")
            .given("the issuer answers 404", |issuer| issuer.set_fault(Fault::NotFound))
            .genuine()
            .expects(unavailable(1..=2)),
        case("an_issuer_that_answers_no_json_is_503", "catalogue 33: malformed set documents")
            .given("the issuer answers a page in HTML", |issuer| issuer.set_fault(Fault::HtmlWith200))
            .genuine()
            .expects(unavailable(1..=2)),
        case("an_empty_key_set_is_503", "catalogue 78: an answer without usable keys counts as failed")
            .given("the issuer publishes no keys", |issuer| issuer.set_fault(Fault::EmptySet))
            .genuine()
            .expects(unavailable(1..=2)),
        case(
            "the_second_token_of_an_outage_is_503_without_a_fetch",
            "the issuer is left alone for as long as it asked",
        )
        .given("the issuer asks to be left alone for 30 s", |issuer| {
            issuer.set_fault(Fault::ServiceUnavailable { retry_after: 30 });
        })
        .given_request(genuine, 503)
        .given("10 s pass, and the issuer is back", |issuer| {
            issuer.heal();
            issuer.clock().advance(Duration::from_secs(10));
        })
        .genuine()
        .expects(unavailable(20..=20)),
        case("an_issuer_that_came_back_is_asked_again", "once the time that it asked for is over")
            .given("the issuer asks to be left alone for 30 s", |issuer| {
                issuer.set_fault(Fault::ServiceUnavailable { retry_after: 30 });
            })
            .given_request(genuine, 503)
            .given("30 s pass, and the issuer is back", |issuer| {
                issuer.heal();
                issuer.clock().advance(Duration::from_secs(30));
            })
            .genuine()
            .reaches("me", "ada"),
        case("an_outage_is_401_for_whoever_has_no_token", "no keys are needed to say so")
            .given("the issuer's port is closed", |issuer| issuer.set_fault(Fault::ClosedPort))
            .expects(Expected::no_credentials()),
        case("an_outage_is_400_for_broken_credentials", "no keys are needed to say so")
            .given("the issuer's port is closed", |issuer| issuer.set_fault(Fault::ClosedPort))
            .field("authorization", "Bearer")
            .expects(Expected::malformed_credentials()),
        case("an_outage_is_401_for_what_is_no_token", "no keys are needed to say so")
            .given("the issuer's port is closed", |issuer| issuer.set_fault(Fault::ClosedPort))
            .field("authorization", "Bearer x.y.z")
            .expects(invalid()),
        case(
            "an_outage_is_401_for_an_expired_token",
            "whatever the keys are: nobody is asked for keys on its behalf",
        )
        .given("the issuer's port is closed", |issuer| issuer.set_fault(Fault::ClosedPort))
        .bearer(|issuer| issuer.token().expires_in(-3600).mint())
        .expects(invalid()),
        case("an_outage_at_a_guard_is_503", "a guard answers as an extractor does")
            .get("/guarded/x")
            .given("the issuer asks to be left alone for 30 s", |issuer| {
                issuer.set_fault(Fault::ServiceUnavailable { retry_after: 30 });
            })
            .genuine()
            .expects(unavailable(30..=30)),
        case("an_outage_at_a_policy_is_503", "nobody knows yet what the caller may do")
            .get("/reports")
            .given("the issuer asks to be left alone for 30 s", |issuer| {
                issuer.set_fault(Fault::ServiceUnavailable { retry_after: 30 });
            })
            .genuine()
            .expects(unavailable(30..=30)),
        case(
            "an_outage_with_a_body_of_the_apps_own_keeps_retry_after",
            "the hook chooses content type and bytes only",
        )
        .get("/rendered/me")
        .given("the issuer asks to be left alone for 30 s", |issuer| {
            issuer.set_fault(Fault::ServiceUnavailable { retry_after: 30 });
        })
        .genuine()
        .expects(unavailable(30..=30).rendered("text/plain", "refused with 503")),
        // Had some.
        case("an_outage_is_not_noticed_while_keys_are_fresh", "held keys answer")
            .given_request(genuine, 200)
            .given("the issuer's port closes, and a minute passes", |issuer| close_and_advance(issuer, 60))
            .genuine()
            .reaches("me", "ada"),
        case(
            "an_outage_is_bridged_with_stale_keys",
            "an hour past their time, if the issuer cannot be reached",
        )
        .given_request(genuine, 200)
        .given("the issuer's port closes, and 50 minutes pass", |issuer| close_and_advance(issuer, 3_000))
        .genuine()
        .reaches("me", "ada"),
        case("an_outage_beyond_the_bound_is_503", "catalogue 78: a maximum staleness, then fail closed")
            .given_request(genuine, 200)
            .given("the issuer's port closes, and 70 minutes pass", |issuer| close_and_advance(issuer, 4_200))
            .genuine()
            .expects(unavailable(1..=2)),
        case("an_issuer_that_withdrew_its_keys_is_503", "404 is an answer, and stale keys would outlive it")
            .given_request(genuine, 200)
            .given("the issuer answers 404, and 50 minutes pass", |issuer| {
                issuer.set_fault(Fault::NotFound);
                issuer.clock().advance(Duration::from_secs(3_000));
            })
            .genuine()
            .expects(unavailable(1..=2)),
        case(
            "an_unknown_key_during_an_outage_is_401",
            "keys are held: only an outage without usable keys is 503",
        )
        .given_request(genuine, 200)
        .given("the issuer's port closes", |issuer| issuer.set_fault(Fault::ClosedPort))
        .bearer(|issuer| issuer.token().header("kid", "unknown").mint())
        .expects(invalid()),
        // Rotation.
        case("a_key_that_the_issuer_rotated_to_is_fetched", "an unknown key ID asks once more")
            .given_request(genuine, 200)
            .given("the issuer rotates", rotate)
            .genuine()
            .reaches("me", "ada"),
        case("the_key_before_a_rotation_is_accepted_while_it_is_published", "both are in the set")
            .given_request(genuine, 200)
            .given("the issuer rotates", rotate)
            .given_request(genuine, 200)
            .bearer(signed_by_the_first_key)
            .reaches("me", "ada"),
        case(
            "the_key_before_a_rotation_is_refused_once_it_is_withdrawn",
            "catalogue 79: as soon as the set is fetched again",
        )
        .given_request(genuine, 200)
        .given("the issuer replaces its key", |issuer| drop(issuer.rotate_without_overlap()))
        .given_request(genuine, 200)
        .bearer(signed_by_the_first_key)
        .expects(invalid()),
        case(
            "another_key_of_the_same_id_is_fetched",
            "a signature that a held key did not make asks once more",
        )
        .given_request(genuine, 200)
        .given("the issuer swaps its key and keeps the ID", |issuer| {
            drop(issuer.swap_key_keeping_its_key_id())
        })
        .genuine()
        .reaches("me", "ada"),
        case(
            "invented_key_ids_are_401_and_not_503",
            "catalogue 77: refused without waiting once they are too many",
        )
        .given_request(genuine, 200)
        .given_request(|issuer| issuer.token().header("kid", "a").mint(), 401)
        .given_request(|issuer| issuer.token().header("kid", "b").mint(), 401)
        .bearer(|issuer| issuer.token().header("kid", "c").mint())
        .expects(invalid()),
        case("invented_key_ids_do_not_disturb_others", "catalogue 77: good keys are never evicted by a miss")
            .given_request(genuine, 200)
            .given_request(|issuer| issuer.token().header("kid", "a").mint(), 401)
            .given_request(|issuer| issuer.token().header("kid", "b").mint(), 401)
            .given_request(|issuer| issuer.token().header("kid", "c").mint(), 401)
            .genuine()
            .reaches("me", "ada"),
        case("one_bad_key_does_not_spoil_the_set", "catalogue 32: RFC 7517 §5")
            .given("the issuer publishes a broken key too", |issuer| {
                issuer.set_fault(Fault::OneBadKeyAmongGood)
            })
            .genuine()
            .reaches("me", "ada"),
    ]
}

fn genuine(issuer: &TestIssuer) -> String {
    issuer.token().subject("ada").mint()
}

fn signed_by_the_first_key(issuer: &TestIssuer) -> String {
    issuer.token().subject("ada").key(&TestKey::new(Algorithm::EdDsa)).mint()
}

fn rotate(issuer: &TestIssuer) {
    issuer.rotate();
}

fn close_and_advance(issuer: &TestIssuer, seconds: u64) {
    issuer.set_fault(Fault::ClosedPort);
    issuer.clock().advance(Duration::from_secs(seconds));
}
