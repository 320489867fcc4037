//! The published requests of `vectors/bearer`, through the front door: which token is found in each, and what is answered if none is.
#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

use jwt_verify_core::{Algorithm, JwkSet, TrustedIssuer, UnixTime, Verifier};
use jwt_verify_http::{Admission, Auth, Reason};
use serde_json::Value;

#[tokio::test]
async fn every_published_request_is_answered_as_it_says() {
    let auth = auth();
    let cases = cases();
    assert_eq!(cases.len(), 22);
    for case in cases {
        let name = &case.name;
        let verdict = auth.authenticate("GET", case.fields()).await;
        match (case.result.as_str(), &verdict) {
            // The alphabet is right, so it goes to the verifier; it is no JWT.
            ("token", Err(refusal)) if name == "token68-characters" => {
                assert_eq!(refusal.reason().code(), "malformed", "{name}");
                assert_eq!(refusal.status(), 401, "{name}");
                let challenge = r#"Bearer realm="api", error="invalid_token""#;
                assert_eq!(refusal.header("www-authenticate"), Some(challenge), "{name}");
            }
            ("token", Ok(caller)) => {
                assert_eq!(case.token.as_deref(), Some(&*genuine_token()), "{name}");
                assert_eq!(caller.identity().unwrap().id(), "u-7f3a", "{name}");
            }
            ("malformed", Err(refusal)) => {
                assert!(matches!(refusal.reason(), Reason::MalformedCredentials(_)), "{name}: {refusal:?}");
                assert_eq!(refusal.status(), 400, "{name}");
                let challenge = r#"Bearer realm="api", error="invalid_request""#;
                assert_eq!(refusal.header("www-authenticate"), Some(challenge), "{name}");
            }
            ("no_credentials" | "no_credentials_or_malformed", Err(refusal)) => {
                assert_eq!(refusal.reason(), &Reason::NoCredentials, "{name}");
                assert_eq!(refusal.status(), 401, "{name}");
                assert_eq!(refusal.header("www-authenticate"), Some(r#"Bearer realm="api""#), "{name}");
            }
            (expected, verdict) => panic!("{name}: expected {expected}, but {verdict:?}"),
        }
        if let (Some(expected), Err(refusal)) = (case.status, &verdict) {
            assert_eq!(u64::from(refusal.status()), expected, "{name}");
        }
    }
}

#[tokio::test]
async fn a_guard_answers_every_published_request_alike() {
    let auth = auth();
    let guard = auth.guard().paths(["/api/*"]).unwrap();
    for case in cases() {
        let alone = auth.authenticate("GET", case.fields()).await;
        match (guard.check("GET", &case.target(), case.fields()).await, alone) {
            (Ok(Admission::Authenticated(_)), Ok(_)) => {}
            (Err(guarded), Err(alone)) => assert_eq!(guarded.reason(), alone.reason(), "{}", case.name),
            (guarded, alone) => panic!("{}: {guarded:?}, but {alone:?}", case.name),
        }
    }
}

#[tokio::test]
async fn absent_is_nobody_and_malformed_is_refused_where_nobody_needs_a_token() {
    let auth = auth();
    for case in cases() {
        let verdict = auth.authenticate_optional("GET", case.fields()).await;
        let found = match &verdict {
            Ok(Some(_)) => "token",
            Ok(None) => "no_credentials",
            Err(refusal) if refusal.status() == 400 => "malformed",
            Err(refusal) if refusal.status() == 401 => "token",
            Err(refusal) => panic!("{}: {refusal:?}", case.name),
        };
        let expected = case.result.strip_suffix("_or_malformed").unwrap_or(&case.result);
        assert_eq!(found, expected, "{}", case.name);
    }
}

/// The refusals say nothing that the request had in it.
#[tokio::test]
async fn no_refusal_repeats_a_token() {
    let auth = auth();
    for case in cases() {
        let Err(refusal) = auth.authenticate("GET", case.fields()).await else { continue };
        let body = String::from_utf8(refusal.body().to_vec()).unwrap();
        let told = format!("{refusal:?} {body} {:?}", refusal.headers().collect::<Vec<_>>());
        for part in genuine_token().split('.').chain(["aA0-._~+/bb=="]) {
            assert!(!told.contains(part), "{}: {told}", case.name);
        }
    }
}

struct Case {
    name: String,
    fields: Vec<(String, Vec<u8>)>,
    query: Option<String>,
    result: String,
    token: Option<String>,
    status: Option<u64>,
}

impl Case {
    fn fields(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    fn target(&self) -> String {
        self.query.as_ref().map_or("/api/tasks".into(), |query| format!("/api/tasks?{query}"))
    }
}

fn cases() -> Vec<Case> {
    let document: Value = serde_json::from_str(include_str!("vectors/bearer/extraction.json")).unwrap();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let field = |field: &Value| {
        let value = match &field["value_b64"] {
            Value::String(encoded) => decode_base64(encoded),
            _ => text(&field["value"]).unwrap().into_bytes(),
        };
        (text(&field["name"]).unwrap(), value)
    };
    let case = |case: &Value| Case {
        name: text(&case["name"]).unwrap(),
        fields: case["request"]["headers"].as_array().unwrap().iter().map(field).collect(),
        query: text(&case["request"]["query"]),
        result: text(&case["expect"]["result"]).unwrap(),
        token: text(&case["expect"]["token"]),
        status: case["expect"]["status"].as_u64(),
    };
    document["cases"].as_array().unwrap().iter().map(case).collect()
}

fn genuine_token() -> String {
    cases().into_iter().find(|case| case.name == "plain").and_then(|case| case.token).unwrap()
}

/// Trusts the issuer of the tokens in the cases, at the time for which they were made.
fn auth() -> Auth {
    let jwks = r#"{"keys":[{"kty":"EC","crv":"P-256","kid":"fw-es256","alg":"ES256","use":"sig",
        "x":"X8FfylxKVwRwc6x_rXxWIHOoLss9n-_rHvOi00ccUhc","y":"YgURzDzz2KXwJI0JTJ30B0_PMJNMgLCnhKKaMZItM8k"}]}"#;
    let issuer = TrustedIssuer::builder("https://id.fernwood.example/")
        .audience("urn:fernwood:ledger")
        .algorithms([Algorithm::Es256])
        .jwk_set(JwkSet::parse(jwks).unwrap())
        .build()
        .unwrap();
    let now = UnixTime::from_secs(1_790_000_000);
    Auth::new(Verifier::builder().issuer(issuer).clock(now).build().unwrap())
}

/// RFC 4648 §4.
fn decode_base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        u32::try_from(alphabet.iter().position(|other| *other == byte).unwrap()).unwrap()
    };
    let decode = |chunk: &[u8]| {
        let digits: Vec<u32> = chunk.iter().copied().take_while(|byte| *byte != b'=').map(digit).collect();
        let bits = digits.iter().enumerate().fold(0, |bits, (at, digit)| bits | digit << (18 - 6 * at));
        bits.to_be_bytes()[1..digits.len()].to_vec()
    };
    text.as_bytes().chunks(4).flat_map(decode).collect()
}
