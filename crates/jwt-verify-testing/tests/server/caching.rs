//! Header fields that say how long a document is good for.

use jwt_verify_testing::TestIssuer;

use crate::client::{get, get_with};

#[test]
fn nothing_is_said_about_caching_unless_a_test_says_it() {
    let issuer = TestIssuer::start();
    let answer = get(&issuer.jwks_url());
    for name in ["cache-control", "etag", "age", "expires", "date"] {
        assert_eq!(answer.header(name), None, "{name}");
    }
}

#[test]
fn cache_control_and_other_fields_are_sent_as_they_are_given() {
    let issuer = TestIssuer::start();
    issuer.set_cache_control(Some("public, max-age=0x10, no-store"));
    issuer.set_header("Age", Some("59"));
    let answer = get(&issuer.jwks_url());
    assert_eq!(answer.header("cache-control"), Some("public, max-age=0x10, no-store"));
    assert_eq!(answer.header("age"), Some("59"));
    issuer.set_cache_control(None);
    issuer.set_header("age", None);
    let answer = get(&issuer.jwks_url());
    assert_eq!((answer.header("cache-control"), answer.header("age")), (None, None));
}

#[test]
fn an_entity_tag_is_answered_with_304_until_the_keys_change() {
    let issuer = TestIssuer::start();
    issuer.set_etag(true);
    let etag = get(&issuer.jwks_url()).header("etag").unwrap().to_owned();
    let conditional = format!("if-none-match: {etag}\r\n");

    let same = get_with(&issuer.jwks_url(), &conditional);
    assert_eq!((same.status(), same.body.len(), same.header("etag")), (304, 0, Some(&*etag)));
    assert_eq!(issuer.not_modified_responses(), 1);
    assert_eq!(issuer.last_request().unwrap().header("if-none-match"), Some(&*etag));

    issuer.rotate();
    let other = get_with(&issuer.jwks_url(), &conditional);
    assert_eq!((other.status(), other.keys().keys().len()), (200, 2));
    assert_ne!(other.header("etag"), Some(&*etag));
    assert_eq!((issuer.jwks_requests(), issuer.not_modified_responses()), (3, 1));
}
