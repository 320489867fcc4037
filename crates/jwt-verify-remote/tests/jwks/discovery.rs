//! Keys whose address the issuer's metadata tell.

use core::time::Duration;

use jwt_verify_core::{Claims, Error, Verifier};
use jwt_verify_remote::{AddressError, KeysState, MetadataError, RemoteError, RemoteJwks, RemoteJwksBuilder};
use jwt_verify_testing::{Discovery, Endpoint, Fault, TestIssuer};

use crate::setup::{CLIENT, code, eventually, seconds, verifier};

struct Discovered {
    issuer: TestIssuer,
    keys: RemoteJwks,
    verifier: Verifier,
}

impl Discovered {
    fn of(issuer: TestIssuer, configure: impl FnOnce(RemoteJwksBuilder) -> RemoteJwksBuilder) -> Self {
        let builder = RemoteJwks::discover(issuer.name()).clock(issuer.clock()).fetcher(CLIENT.clone());
        let keys = configure(builder.timeout(seconds(30))).build().unwrap();
        let verifier = verifier(&issuer, &keys);
        Self { issuer, keys, verifier }
    }

    fn start() -> Self {
        Self::of(TestIssuer::start(), |builder| builder)
    }

    async fn verify(&self) -> Result<(), Error> {
        self.verifier.verify::<Claims>(&self.issuer.token().mint()).await.map(drop)
    }

    async fn verdict(&self) -> &'static str {
        code(&self.verify().await)
    }

    fn last_error(&self) -> Option<RemoteError> {
        self.keys.health().last_error().cloned()
    }

    fn advance(&self, span: u64) {
        self.issuer.clock().advance(seconds(span));
    }
}

/// `http://127.0.0.1:PORT` of an issuer without a path.
fn origin(issuer: &TestIssuer) -> String {
    issuer.name().to_owned()
}

#[tokio::test]
async fn keys_are_found_through_either_kind_of_metadata() {
    for (discovery, path) in [
        (Discovery::Both, "/.well-known/openid-configuration"),
        (Discovery::OidcOnly, "/.well-known/openid-configuration"),
        (Discovery::Rfc8414Only, "/.well-known/oauth-authorization-server"),
    ] {
        let discovered = Discovered::start();
        discovered.issuer.set_discovery(discovery.clone());
        assert_eq!(discovered.verify().await, Ok(()), "{discovery:?}");
        assert_eq!(discovered.issuer.jwks_requests(), 1, "{discovery:?}");
        let requests = discovered.issuer.recorded_requests();
        let metadata = requests.iter().rev().nth(1).map(|request| request.path());
        assert_eq!(metadata, Some(path), "{discovery:?}");
    }
}

#[tokio::test]
async fn keys_of_an_issuer_with_a_path_are_found_through_either_kind_of_metadata() {
    for (path, discovery, place) in [
        ("/realms/test", Discovery::OidcOnly, "/realms/test/.well-known/openid-configuration"),
        ("/realms/test", Discovery::Rfc8414Only, "/.well-known/oauth-authorization-server/realms/test"),
        ("/realms/test/", Discovery::OidcOnly, "/realms/test/.well-known/openid-configuration"),
        ("/realms/test/", Discovery::Rfc8414Only, "/.well-known/oauth-authorization-server/realms/test"),
        ("/", Discovery::OidcOnly, "/.well-known/openid-configuration"),
        ("/", Discovery::Rfc8414Only, "/.well-known/oauth-authorization-server"),
    ] {
        let issuer = TestIssuer::builder().path(path).start();
        issuer.set_discovery(discovery.clone());
        let discovered = Discovered::of(issuer, |builder| builder);
        assert_eq!(discovered.verify().await, Ok(()), "{path} {discovery:?}");
        let requests = discovered.issuer.recorded_requests();
        let metadata = requests.iter().rev().nth(1).map(|request| request.path());
        assert_eq!(metadata, Some(place), "{path}");
    }
}

#[tokio::test]
async fn metadata_of_another_issuer_are_refused() {
    let discovered = Discovered::start();
    let with_slash = format!("{}/", discovered.issuer.name());
    for other in ["https://other.example", &with_slash] {
        discovered.issuer.set_discovery(Discovery::OtherIssuer(other.into()));
        assert_eq!(discovered.verdict().await, "keys_unavailable");
        let error = MetadataError::OtherIssuer { found: other.into() };
        assert_eq!(discovered.last_error(), Some(RemoteError::Metadata(error)));
        discovered.advance(60);
    }
    assert_eq!(discovered.issuer.jwks_requests(), 0);
}

#[tokio::test]
async fn keys_at_another_origin_are_refused_unless_it_was_allowed() {
    let elsewhere = TestIssuer::start();
    for is_allowed in [false, true] {
        let discovered = Discovered::of(TestIssuer::start(), |builder| {
            if is_allowed { builder.jwks_origin(origin(&elsewhere)) } else { builder }
        });
        discovered.issuer.set_discovery(Discovery::JwksUri(elsewhere.jwks_url()));
        if is_allowed {
            assert_eq!(discovered.verify().await, Ok(()));
        } else {
            assert_eq!(discovered.verdict().await, "keys_unavailable");
            let error = AddressError::Origin { origin: origin(&elsewhere) };
            assert_eq!(discovered.last_error(), Some(RemoteError::Metadata(MetadataError::JwksUri(error))));
        }
        assert_eq!(elsewhere.requests(), usize::from(is_allowed));
        assert_eq!(discovered.issuer.jwks_requests(), 0);
    }
}

#[tokio::test]
async fn metadata_that_were_missing_are_found_when_they_are_back() {
    let discovered = Discovered::start();
    discovered.issuer.set_discovery(Discovery::None);
    assert_eq!(discovered.verdict().await, "keys_unavailable");
    assert_eq!(discovered.last_error(), Some(RemoteError::Metadata(MetadataError::NotFound)));
    discovered.issuer.set_discovery(Discovery::Both);
    discovered.advance(2);
    assert_eq!(discovered.verify().await, Ok(()));
    assert_eq!(discovered.last_error(), None);
}

#[tokio::test]
async fn metadata_are_asked_for_once_an_hour() {
    let discovered = Discovered::start();
    for minute in 0..120 {
        assert_eq!(discovered.verify().await, Ok(()));
        // One at 0 and one at 60, or a little later: with the first fetch of keys past that.
        let expected = if minute < 60 { 1..=1 } else { 1..=2 };
        assert!(expected.contains(&discovered.issuer.metadata_requests()), "after {minute} minutes");
        let before = discovered.keys.health().age();
        eventually("no fetch is under way", || discovered.keys.health().state() != KeysState::Refreshing);
        assert!(before.is_some());
        discovered.advance(60);
    }
    assert_eq!(discovered.issuer.metadata_requests(), 2);
    assert!(discovered.issuer.jwks_requests() > 12);
}

#[tokio::test]
async fn keys_that_have_moved_are_found_after_the_old_address_has_said_no() {
    let elsewhere = TestIssuer::start();
    let discovered = Discovered::of(TestIssuer::start(), |builder| builder.jwks_origin(origin(&elsewhere)));
    assert_eq!(discovered.verify().await, Ok(()));
    discovered.issuer.set_discovery(Discovery::JwksUri(elsewhere.jwks_url()));
    discovered.issuer.set_fault_for(Endpoint::Jwks, Fault::NotFound);
    discovered.advance(601);
    assert_eq!(discovered.verdict().await, "keys_unavailable", "the old address is asked first");
    assert_eq!((discovered.issuer.metadata_requests(), elsewhere.requests()), (1, 0));
    discovered.advance(2);
    assert_eq!(discovered.verify().await, Ok(()));
    assert_eq!((discovered.issuer.metadata_requests(), elsewhere.requests()), (2, 1));
}

#[tokio::test]
async fn a_token_of_a_new_key_finds_keys_that_have_moved_while_others_are_served() {
    let elsewhere = TestIssuer::start();
    let discovered = Discovered::of(TestIssuer::start(), |builder| {
        builder.jwks_origin(origin(&elsewhere)).on_demand(1, seconds(30))
    });
    assert_eq!(discovered.verify().await, Ok(()));
    let old = discovered.issuer.token().mint();
    discovered.issuer.set_discovery(Discovery::JwksUri(elsewhere.jwks_url()));
    discovered.issuer.set_fault_for(Endpoint::Jwks, Fault::NotFound);
    discovered.issuer.sign_with(&elsewhere.rotate());
    assert_eq!(discovered.verdict().await, "key_not_found");
    assert_eq!(discovered.verifier.verify::<Claims>(&old).await.map(drop), Ok(()));
    discovered.advance(30);
    assert_eq!(discovered.verify().await, Ok(()));
}

/// Every fault of the metadata: the code of the error where there are no keys, and whether keys are fetched at the address that was
/// found before, once it is to be looked up anew.
const FAULTS: &[(Fault, Option<&str>, bool)] = &[
    // No fault of metadata.
    (Fault::WrongContentType, None, true),
    (Fault::EmptySet, None, true),
    (Fault::OnlyUnusableKeys, None, true),
    (Fault::OneBadKeyAmongGood, None, true),
    (Fault::DuplicateKeyIds, None, true),
    (Fault::TooManyKeys, None, true),
    // No answer, or none of the issuer's own.
    (Fault::ResetConnection, Some("unreachable"), true),
    (Fault::CloseConnection, Some("unreachable"), true),
    (Fault::NotHttp, Some("unreachable"), true),
    (Fault::TruncatedBody, Some("unreachable"), true),
    (Fault::HugeBody, Some("too_large"), true),
    (Fault::GzipBomb, Some("too_large"), true),
    (Fault::InvalidJson, Some("metadata"), true),
    (Fault::DeeplyNestedJson, Some("metadata"), true),
    (Fault::HtmlWith200, Some("metadata"), true),
    (Fault::Utf16, Some("metadata"), true),
    (Fault::ByteOrderMark, Some("metadata"), true),
    (Fault::Status(500), Some("status"), true),
    (Fault::ServiceUnavailable { retry_after: 120 }, Some("status"), true),
    // An answer that says "no".
    (Fault::NotFound, Some("metadata"), false),
    (Fault::Status(403), Some("status"), false),
    (Fault::RedirectToItself, Some("redirect"), false),
    (Fault::RedirectToOtherOrigin, Some("redirect"), false),
    (Fault::RedirectLoop, Some("redirect"), false),
    // A look-up has a part of the time only, and the rest is left for the keys.
    (Fault::HangBeforeHeaders, Some("timed_out"), true),
    (Fault::DripBody, Some("timed_out"), true),
    // It closes for the keys as well.
    (Fault::ClosedPort, Some("unreachable"), false),
];

#[test]
fn every_fault_is_in_the_table_of_those_of_metadata() {
    for fault in Fault::all() {
        let rows = FAULTS.iter().filter(|(classified, ..)| *classified == fault).count();
        assert_eq!(rows, 1, "{fault}");
    }
}

fn discovered_with(fault: &Fault) -> Discovered {
    Discovered::of(TestIssuer::start(), |builder| match fault {
        Fault::HangBeforeHeaders | Fault::DripBody => builder.timeout(Duration::from_millis(300)),
        _ => builder,
    })
}

#[tokio::test]
async fn without_keys_every_fault_of_metadata_is_an_outage() {
    for (fault, error, _) in FAULTS {
        let discovered = discovered_with(fault);
        discovered.issuer.set_fault_for(Endpoint::Metadata, fault.clone());
        let verdict = if error.is_some() { "keys_unavailable" } else { "ok" };
        assert_eq!(discovered.verdict().await, verdict, "{fault}");
        let told = discovered.last_error();
        assert_eq!(told.as_ref().map(RemoteError::code), *error, "{fault}");
        assert_eq!(discovered.issuer.jwks_requests(), usize::from(error.is_none()), "{fault}");
    }
}

#[tokio::test]
async fn keys_are_fetched_where_they_were_when_the_metadata_are_in_trouble() {
    for (fault, _, is_fetched) in FAULTS {
        let discovered = discovered_with(fault);
        discovered.keys.prefetch().await.unwrap();
        discovered.issuer.set_fault_for(Endpoint::Metadata, fault.clone());
        // The address is to be looked up anew, and the keys to be fetched.
        discovered.advance(3_600);
        let state = match (fault, is_fetched) {
            (_, true) => KeysState::Fresh,
            (Fault::ClosedPort, false) => KeysState::Stale,
            (_, false) => KeysState::Expired,
        };
        let verdict = if state.is_ready() { "ok" } else { "keys_unavailable" };
        assert_eq!(discovered.verdict().await, verdict, "{fault}");
        assert_eq!(discovered.keys.health().state(), state, "{fault}");
        assert_eq!(discovered.issuer.jwks_requests(), 1 + usize::from(*is_fetched), "{fault}");
    }
}

#[tokio::test]
async fn metadata_that_hang_for_ever_cost_no_request_and_are_asked_again_a_minute_later_only() {
    let discovered =
        Discovered::of(TestIssuer::start(), |builder| builder.timeout(Duration::from_millis(500)));
    assert_eq!(discovered.verdict().await, "ok");
    discovered.issuer.set_fault_for(Endpoint::Metadata, Fault::HangBeforeHeaders);
    for _ in 0..20 {
        discovered.advance(3_600);
        assert_eq!(discovered.verdict().await, "ok");
    }
    assert_eq!(discovered.issuer.jwks_requests(), 21);

    let asked = discovered.issuer.metadata_requests();
    discovered.issuer.rotate();
    discovered.advance(59);
    assert_eq!(discovered.verdict().await, "ok", "the new key is fetched from where the keys were");
    assert_eq!(discovered.issuer.metadata_requests(), asked);
}

#[tokio::test]
async fn an_entity_tag_is_not_sent_to_another_address() {
    let discovered = Discovered::start();
    discovered.issuer.set_etag(true);
    assert_eq!(discovered.verdict().await, "ok");
    let address = format!("{}/api/auth/jwks", discovered.issuer.name());
    discovered.issuer.set_discovery(Discovery::JwksUri(address));
    discovered.advance(3_600);
    assert_eq!(discovered.verdict().await, "ok");
    let request = discovered.issuer.last_request().unwrap();
    assert_eq!((request.path(), request.header("if-none-match")), ("/api/auth/jwks", None));
}
