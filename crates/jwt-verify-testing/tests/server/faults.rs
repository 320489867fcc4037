//! Each fault, observed.

use std::{
    io::{ErrorKind, Read},
    time::Duration,
};

use flate2::read::GzDecoder;
use jwt_verify_core::{Algorithm, JwkSet};
use jwt_verify_testing::{Endpoint, Fault, TestIssuer};

use crate::client::{ask, connect, get, parse, raw};

fn with(fault: Fault) -> (TestIssuer, String) {
    let issuer = TestIssuer::start();
    issuer.set_fault(fault);
    let url = issuer.jwks_url();
    (issuer, url)
}

#[test]
fn a_status_is_sent_at_every_endpoint_until_it_heals() {
    for (fault, status) in [
        (Fault::NotFound, 404),
        (Fault::Status(500), 500),
        (Fault::Status(204), 204),
        (Fault::Status(7), 500),
        (Fault::ServiceUnavailable { retry_after: 7 }, 503),
    ] {
        let (issuer, jwks) = with(fault.clone());
        let metadata = format!("{}/.well-known/openid-configuration", issuer.name());
        assert_eq!([get(&jwks).status(), get(&metadata).status()], [status, status], "{fault}");
        issuer.heal();
        assert_eq!([get(&jwks).status(), get(&metadata).status()], [200, 200], "{fault}");
        issuer.set_fault_for(Endpoint::Metadata, fault);
        assert_eq!([get(&jwks).status(), get(&metadata).status()], [200, status]);
    }
    let (_issuer, url) = with(Fault::ServiceUnavailable { retry_after: 7 });
    assert_eq!(get(&url).header("retry-after"), Some("7"));
}

#[test]
fn a_closed_port_refuses_ends_open_connections_and_opens_again_as_the_same() {
    let issuer = TestIssuer::start();
    let url = issuer.jwks_url();
    let mut idle = connect(&url).unwrap();
    for _ in 0..3 {
        issuer.set_fault(Fault::ClosedPort);
        assert_eq!(connect(&url).unwrap_err().kind(), ErrorKind::ConnectionRefused);
        issuer.heal();
        assert_eq!(get(&url).status(), 200);
    }
    assert!(matches!(idle.read(&mut [0]), Ok(0) | Err(_)));
    // Healed or replaced, it makes no difference; and nothing is counted while the port is closed.
    issuer.set_fault_for(Endpoint::Metadata, Fault::ClosedPort);
    assert!(connect(&url).is_err());
    issuer.set_fault(Fault::NotFound);
    assert_eq!(get(&url).status(), 404);
    assert_eq!(issuer.requests(), 4);
}

#[test]
fn a_connection_is_reset_closed_or_answered_in_another_language() {
    let (issuer, url) = with(Fault::ResetConnection);
    assert_eq!(raw(&url).unwrap_err().kind(), ErrorKind::ConnectionReset);
    issuer.set_fault(Fault::CloseConnection);
    assert_eq!(raw(&url).unwrap(), b"");
    issuer.set_fault(Fault::NotHttp);
    assert_eq!(raw(&url).unwrap(), b"SSH-2.0-test\r\n");
    assert_eq!(issuer.jwks_requests(), 3);
}

#[test]
fn nothing_comes_from_an_issuer_that_hangs() {
    let (issuer, url) = with(Fault::HangBeforeHeaders);
    let mut stream = connect(&url).unwrap();
    ask(&mut stream, &url, "");
    issuer.wait_for_requests(1);
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    assert!(matches!(stream.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut));
    // Nobody else waits for it.
    issuer.heal();
    assert_eq!(get(&url).status(), 200);
}

#[test]
fn a_body_drips_byte_by_byte() {
    let (_issuer, url) = with(Fault::DripBody);
    let mut stream = connect(&url).unwrap();
    ask(&mut stream, &url, "");
    let mut received = Vec::new();
    // Each byte is a chunk of its own.
    while received.windows(6).filter(|six| six.starts_with(b"1\r\n")).count() < 3 {
        let mut bytes = [0; 512];
        let count = stream.read(&mut bytes).unwrap();
        assert_ne!(count, 0, "it ends: {:?}", String::from_utf8_lossy(&received));
        received.extend_from_slice(&bytes[..count]);
    }
    let text = String::from_utf8(received).unwrap();
    assert!(text.contains("1\r\n{\r\n1\r\n\"\r\n1\r\nk\r\n"), "{text}");
}

#[test]
fn a_truncated_body_is_shorter_than_its_length_says() {
    let (issuer, url) = with(Fault::TruncatedBody);
    let answer = parse(&raw(&url).unwrap());
    let document = issuer.jwks_document();
    assert_eq!(answer.header("content-length"), Some(&*(document.len() + 1_000).to_string()));
    assert_eq!(answer.body, document.as_bytes());
}

#[test]
fn a_huge_body_is_a_set_with_a_good_key_if_somebody_reads_it_all() {
    let (_issuer, url) = with(Fault::HugeBody);
    let answer = get(&url);
    assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
    assert_eq!(answer.header("content-length"), None);
    assert!(answer.body.len() > 100_000_000);
    assert_eq!(answer.json()["keys"][0]["kid"], "test-eddsa-1");
}

#[test]
fn a_gzip_bomb_is_small_until_it_is_opened() {
    let (_issuer, url) = with(Fault::GzipBomb);
    let answer = get(&url);
    assert_eq!(answer.header("content-encoding"), Some("gzip"));
    assert!(answer.body.len() < 150_000, "{}", answer.body.len());
    let mut opened = Vec::new();
    GzDecoder::new(&*answer.body).read_to_end(&mut opened).unwrap();
    assert!(opened.len() > 100_000_000);
    assert!(opened.ends_with(b"}]}"));
}

#[test]
fn a_document_that_is_no_json_or_no_utf8_is_sent_with_status_200() {
    for (fault, media_type, start) in [
        (Fault::InvalidJson, "application/json", &b"{\"keys\":[{"[..]),
        (Fault::DeeplyNestedJson, "application/json", b"[[[["),
        (Fault::HtmlWith200, "text/html; charset=utf-8", b"<!doctype html>"),
        (Fault::Utf16, "application/json", b"\xff\xfe{\0\"\0"),
        (Fault::ByteOrderMark, "application/json", b"\xef\xbb\xbf{\"keys\""),
    ] {
        let (_issuer, url) = with(fault.clone());
        let answer = get(&url);
        assert_eq!((answer.status(), answer.header("content-type")), (200, Some(media_type)), "{fault}");
        assert!(answer.body.starts_with(start), "{fault}");
        // A byte-order mark is for the client to judge.
        assert_eq!(JwkSet::parse(&answer.body).is_ok(), fault == Fault::ByteOrderMark, "{fault}");
    }
}

#[test]
fn the_right_document_comes_with_a_wrong_content_type() {
    let (issuer, url) = with(Fault::WrongContentType);
    let answer = get(&url);
    assert_eq!(answer.header("content-type"), Some("text/plain"));
    assert_eq!(answer.body, issuer.jwks_document().as_bytes());
}

#[test]
fn redirects_lead_where_their_names_say() {
    let (issuer, url) = with(Fault::RedirectToItself);
    let location = |url: &str| {
        let answer = get(url);
        assert_eq!(answer.status(), 302);
        answer.header("location").unwrap().to_owned()
    };
    assert_eq!(location(&url), url);

    issuer.set_fault(Fault::RedirectLoop);
    let first = location(&url);
    let second = location(&first);
    assert_ne!(first, second);
    assert_eq!(location(&second), first);

    issuer.set_fault(Fault::RedirectToOtherOrigin);
    let other = location(&url);
    assert!(other.starts_with("http://localhost:"), "{other}");
    // Who follows gets the keys, and is seen.
    let followed = other.replacen("localhost", "127.0.0.1", 1);
    assert_eq!(get(&followed).body, issuer.jwks_document().as_bytes());
    assert!(followed.ends_with(issuer.last_request().unwrap().path()));
}

#[test]
fn a_set_has_the_keys_of_its_fault_and_metadata_stay_as_they_are() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::Es256, Algorithm::Rs256]).start();
    let url = issuer.jwks_url();
    let metadata = format!("{}/.well-known/openid-configuration", issuer.name());
    let right = get(&metadata).json();
    // Usable keys, and entries that are none.
    for (fault, usable, skipped) in [
        (Fault::EmptySet, 0, 0),
        (Fault::OnlyUnusableKeys, 0, 6),
        (Fault::OneBadKeyAmongGood, 2, 1),
        (Fault::DuplicateKeyIds, 4, 0),
    ] {
        issuer.set_fault(fault.clone());
        let set = get(&url).keys();
        assert_eq!(
            (set.keys().len(), set.skipped().len()),
            (usable, skipped),
            "{fault}: {:?}",
            set.skipped()
        );
        assert_eq!(get(&metadata).json(), right, "{fault}");
    }
    issuer.set_fault(Fault::DuplicateKeyIds);
    let keys = get(&url).json()["keys"].clone();
    assert_eq!(keys[0]["kid"], keys[1]["kid"]);
    assert_ne!(keys[0]["x"], keys[1]["x"]);
    assert_ne!(keys[2]["n"], keys[3]["n"]);
    issuer.set_fault(Fault::TooManyKeys);
    assert_eq!(get(&url).json()["keys"].as_array().unwrap().len(), 102);
}

#[test]
fn every_fault_is_listed_once_under_a_name_of_its_own() {
    let all = Fault::all();
    let names: std::collections::HashSet<_> = all.iter().map(ToString::to_string).collect();
    assert_eq!(names.len(), all.len());
    assert_eq!(all.len(), 26);
}
