//! Runs a case against a framework.

use std::fmt::Write as _;

use jwt_verify_core::{Algorithm, ClaimMapping, TrustedIssuer, Verifier};
use jwt_verify_http::remote::RemoteJwks;

use super::{
    Answer, Case, Harness, Ran, Running, Setup,
    case::{App, Step},
    cases,
    client::exchange,
    expected::Difference,
};
use crate::TestIssuer;

/// Runs the case of this name.
///
/// # Panics
///
/// If the answer is not what the case expects, with both beside each other; or if there is no case of this name.
#[expect(clippy::panic, reason = "as documented: this is how a test fails")]
pub fn run<H: Harness>(name: &str) {
    let all = cases();
    let Some(case) = all.iter().find(|case| case.name() == name) else {
        panic!("the suite has no case `{name}`");
    };
    let outcome = Outcome::of::<H>(case);
    if !outcome.differences.is_empty() {
        panic!("{}", report(case, &outcome.differences));
    }
}

/// The answer to a case's request, whether it is what the case expects or not. For comparing frameworks.
///
/// # Panics
///
/// If the server cannot be reached, or its answer is not HTTP.
#[must_use]
pub fn answer<H: Harness>(case: &Case) -> Answer {
    let mut answer = Outcome::of::<H>(case).answer;
    if !case.expected.has_exact_retry_after() {
        for (name, value) in &mut answer.fields {
            if name == "retry-after" {
                *value = "(drawn by lot)".into();
            }
        }
    }
    answer
}

struct Outcome {
    answer: Answer,
    differences: Vec<Difference>,
}

impl Outcome {
    #[expect(clippy::expect_used, reason = "as documented where it is called")]
    fn of<H: Harness>(case: &Case) -> Self {
        let issuer = TestIssuer::start();
        let ran = Ran::default();
        let setup = Setup::new(&verifier(&issuer, case.has_remote_keys()), ran.clone());
        let server = match case.app {
            App::Routes => H::routes(setup),
            App::Site => H::site(setup),
            App::Unregistered => H::unregistered(setup),
        };
        for step in &case.given {
            take(step, &issuer, &server);
        }
        // Not those of the steps.
        drop(ran.take());

        let tokens = [(case.token)(&issuer), (case.other_token)(&issuer)];
        let request = bytes(case.method, case.target, &case.fields, &tokens);
        let answer = exchange(server.address(), &request).expect("an answer");
        let mut differences = case.expected.differences(case.method, &answer, &ran.take());
        if tokens.iter().any(|token| token.len() > 8 && format!("{answer:?}").contains(token)) {
            let found = "the token is repeated".into();
            differences.push(Difference::new("secrecy", "no token in the answer".into(), found));
        }
        Self { answer, differences }
    }
}

/// Trusts the issuer with the rules that any issuer has, and reads roles from `roles`.
#[expect(clippy::expect_used, reason = "the settings are complete")]
fn verifier(issuer: &TestIssuer, has_remote_keys: bool) -> Verifier {
    let builder = TrustedIssuer::builder(issuer.name())
        .audience(issuer.audience())
        .algorithms([Algorithm::EdDsa])
        .claim_mapping(ClaimMapping::new().roles("roles"));
    let builder = if has_remote_keys {
        let keys = RemoteJwks::builder(issuer.jwks_url()).clock(issuer.clock());
        builder.key_source(keys.build().expect("an address on loopback"))
    } else {
        builder.jwk_set(issuer.jwk_set())
    };
    let issuer_rules = builder.build().expect("rules for an issuer");
    Verifier::builder().issuer(issuer_rules).clock(issuer.clock()).build().expect("one issuer")
}

#[expect(clippy::expect_used, reason = "as documented where a case is run")]
fn take(step: &Step, issuer: &TestIssuer, server: &Running) {
    match step {
        Step::Issuer { act, .. } => act(issuer),
        Step::Request { token, status } => {
            let fields = [("authorization", b"Bearer {token}".to_vec())];
            let request = bytes("GET", "/me", &fields, &[token(issuer)]);
            let answer = exchange(server.address(), &request).expect("an answer");
            assert_eq!(answer.status, *status, "a request before that of the case: {answer:?}");
        }
    }
}

/// The request on the wire.
fn bytes(method: &str, target: &str, fields: &[(&str, Vec<u8>)], tokens: &[String]) -> Vec<u8> {
    let filled = |text: &[u8]| {
        let places = [&b"{token}"[..], b"{other}"];
        places.iter().zip(tokens).fold(text.to_vec(), |text, (place, token)| replace(&text, place, token))
    };
    let mut request = [method.as_bytes(), b" ", &filled(target.as_bytes()), b" HTTP/1.1\r\n"].concat();
    request.extend_from_slice(b"host: api.example\r\n");
    for (name, value) in fields {
        request.extend([name.as_bytes(), b": ", &filled(value), b"\r\n"].concat());
    }
    // RFC 9110 §8.6: a request whose method "anticipates content" says that it has none.
    if matches!(method, "POST" | "PUT" | "PATCH") {
        request.extend_from_slice(b"content-length: 0\r\n");
    }
    request.extend_from_slice(b"connection: close\r\n\r\n");
    request
}

fn replace(text: &[u8], place: &[u8], token: &str) -> Vec<u8> {
    match text.windows(place.len()).position(|window| window == place) {
        None => text.to_vec(),
        Some(begin) => {
            let (before, rest) = text.split_at(begin);
            let after = rest.strip_prefix(place).unwrap_or_default();
            [before, token.as_bytes(), &replace(after, place, token)].concat()
        }
    }
}

/// What is told when a case fails.
fn report(case: &Case, differences: &[Difference]) -> String {
    let mut text = format!("{}::{}\n\n", case.topic(), case.name());
    let mut part = |name: &str, lines: &str| {
        for (index, line) in lines.lines().enumerate() {
            let name = if index == 0 { name } else { "" };
            let _ = writeln!(text, "  {name:<8} {line}");
        }
    };
    part("why", case.why());
    part("app", &format!("{:?}", case.app));
    for step in &case.given {
        match step {
            Step::Issuer { what, .. } => part("given", what),
            Step::Request { status, .. } => {
                part("given", &format!("a request for /me, answered with {status}"))
            }
        }
    }
    part("request", &case.request());
    for Difference { what, expected, found } in differences {
        let or_none = |value: &str| if value.is_empty() { "none".into() } else { value.replace('\n', "\\n") };
        let (expected, found) = (or_none(expected), or_none(found));
        let _ = write!(text, "\n  {what}\n    expected  {expected}\n    found     {found}\n");
    }
    text
}
