//! Where the documents are.

use std::{net::TcpStream, panic};

use jwt_verify_core::Algorithm;
use jwt_verify_testing::{Discovery, TestIssuer};

use crate::client::{connect, get};

#[test]
fn an_issuer_with_a_path_serves_its_keys_and_metadata_at_the_places_of_the_specifications() {
    let issuer = TestIssuer::builder().path("/tenant/a").start();
    let origin = issuer.name().strip_suffix("/tenant/a").unwrap();
    for url in [
        format!("{}/.well-known/openid-configuration", issuer.name()),
        format!("{origin}/.well-known/oauth-authorization-server/tenant/a"),
    ] {
        let metadata = get(&url);
        assert_eq!(metadata.header("content-type"), Some("application/json"));
        assert_eq!(metadata.json()["issuer"], issuer.name());
        assert_eq!(metadata.json()["jwks_uri"], issuer.jwks_url());
    }
    for url in [issuer.jwks_url(), format!("{}/api/auth/jwks", issuer.name())] {
        assert_eq!(get(&url).json().to_string(), issuer.jwks_document());
    }
    for elsewhere in ["/", "/.well-known/jwks.json", "/tenant/b/.well-known/jwks.json"] {
        assert_eq!(get(&format!("{origin}{elsewhere}")).status(), 404, "{elsewhere}");
    }
    assert_eq!((issuer.requests(), issuer.metadata_requests(), issuer.jwks_requests()), (7, 2, 2));
}

#[test]
fn the_slash_at_the_end_of_a_name_is_not_doubled_in_addresses() {
    let issuer = TestIssuer::builder().path("/").jwks_path("/oauth/v2/keys").start();
    let origin = issuer.name().strip_suffix('/').unwrap();
    let metadata = get(&format!("{origin}/.well-known/openid-configuration")).json();
    assert_eq!(metadata["issuer"], issuer.name());
    assert_eq!(metadata["jwks_uri"], format!("{origin}/oauth/v2/keys"));
    assert_eq!(get(&issuer.jwks_url()).keys().keys().len(), 1);
}

#[test]
fn discovery_is_switched_while_it_runs() {
    let issuer = TestIssuer::start();
    let oidc = format!("{}/.well-known/openid-configuration", issuer.name());
    let rfc8414 = format!("{}/.well-known/oauth-authorization-server", issuer.name());
    let statuses = || [get(&oidc).status(), get(&rfc8414).status()];
    for (discovery, expected) in [
        (Discovery::Both, [200, 200]),
        (Discovery::OidcOnly, [200, 404]),
        (Discovery::Rfc8414Only, [404, 200]),
        (Discovery::None, [404, 404]),
    ] {
        issuer.set_discovery(discovery.clone());
        assert_eq!(statuses(), expected, "{discovery:?}");
    }
    issuer.set_discovery(Discovery::OtherIssuer("https://other.example".into()));
    assert_eq!(get(&oidc).json()["issuer"], "https://other.example");
    issuer.set_discovery(Discovery::JwksUri("https://other.example/keys".into()));
    assert_eq!(get(&rfc8414).json()["jwks_uri"], "https://other.example/keys");
    assert_eq!(get(&rfc8414).json()["issuer"], issuer.name());
}

#[test]
fn the_set_of_an_issuer_with_a_secret_is_empty_and_its_tokens_verify() {
    let issuer = TestIssuer::builder().hmac_secret().start();
    assert_eq!(get(&issuer.jwks_url()).json().to_string(), r#"{"keys":[]}"#);
    assert_eq!(issuer.algorithms(), [Algorithm::Hs256]);
    let verified = issuer.verifier().verify_held::<jwt_verify_core::Claims>(&issuer.token().mint());
    assert_eq!(verified.map(drop), Ok(()));
}

#[test]
fn the_last_request_is_recorded_with_its_header_fields() {
    let issuer = TestIssuer::start();
    assert!(issuer.last_request().is_none());
    crate::client::get_with(&issuer.jwks_url(), "user-agent: test/1\r\naccept: application/json\r\n");
    get(&format!("{}/nothing?here", issuer.name()));
    let requests = issuer.recorded_requests();
    assert_eq!(requests[0].header("User-Agent"), Some("test/1"));
    assert_eq!(requests[0].header("accept"), Some("application/json"));
    assert_eq!(requests[0].method(), "GET");
    assert_eq!(issuer.last_request().unwrap().path(), "/nothing?here");
}

#[test]
fn the_port_is_closed_once_the_issuer_is_dropped() {
    let issuer = TestIssuer::start();
    let url = issuer.jwks_url();
    let idle: TcpStream = connect(&url).unwrap();
    drop(issuer);
    assert!(connect(&url).is_err());
    drop(idle);
}

#[test]
fn an_issuer_can_be_used_by_a_test_that_panics() {
    let issuer = TestIssuer::start();
    let url = issuer.jwks_url();
    let outcome = panic::catch_unwind(panic::AssertUnwindSafe(|| {
        let _issuer = issuer;
        panic!("a test fails");
    }));
    assert!(outcome.is_err() && connect(&url).is_err());
}
