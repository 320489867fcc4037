//! What the fuzz target `bearer` does with a request, and what it asserts of the answer.
//!
//! Included by the target and by `crates/jwt-verify-http/tests/fuzz_regressions.rs`. Apart from `entry.rs`, because the tests of
//! `jwt-verify-core`, which include that one, must not depend on `jwt-verify-http`.

use core::{
    pin::pin,
    task::{Context, Poll, Waker},
};
use std::sync::LazyLock;

use jwt_verify_core::{Algorithm, Claims, JwkSet, TrustedIssuer, UnixTime, Verifier};
use jwt_verify_http::{Admission, Auth, Guard, Refusal};
use serde_json::Value;

/// Enters with a request: in the first line its method and path, in each further one a header field `name: value`.
pub(crate) fn enter(input: &[u8]) {
    let mut lines = input.split(|byte| *byte == b'\n');
    let Some((method, path)) =
        lines.next().and_then(|line| str::from_utf8(line).ok()).and_then(|line| line.split_once(' '))
    else {
        return;
    };
    // Some servers take the white space away that may stand around a value, others do not.
    let fields: Vec<(&str, &[u8])> = lines
        .filter_map(|line| {
            let colon = line.iter().position(|byte| *byte == b':')?;
            let (name, value) = line.split_at_checked(colon)?;
            Some((str::from_utf8(name).ok()?, value.strip_prefix(b":")?))
        })
        .collect();

    let tokens = bearer_tokens(&fields);
    let verdict = at_once(AUTH.authenticate(method, fields.iter().copied()));
    match &verdict {
        Ok(_) => {
            let [Some(token)] = tokens[..] else { panic!("not exactly one bearer token: {tokens:?}") };
            assert!(token.bytes().all(is_token68), "no token68: {token}");
            assert!(is_genuine(token), "a forgery is accepted: {token}");
        }
        Err(refusal) => {
            assert_fixed(refusal);
            assert!(
                !matches!(tokens[..], [Some(token)] if is_genuine(token)),
                "the one genuine token is refused: {refusal:?}"
            );
        }
    }
    let optional = at_once(AUTH.authenticate_optional(method, fields.iter().copied()));
    match (&verdict, &optional) {
        (Ok(_), Ok(Some(_))) => {}
        (Err(refusal), Ok(None)) => assert_eq!(refusal.reason().code(), "no_credentials"),
        (Err(refusal), Err(other)) => assert_eq!(refusal.reason(), other.reason()),
        _ => panic!("{verdict:?}, but where a token is optional: {optional:?}"),
    }

    match at_once(EVERYWHERE.authenticate(method, fields.iter().copied())) {
        Ok(_) => {
            let all = all_tokens(&fields);
            assert_eq!(
                all.iter().filter(|token| is_genuine(token)).count(),
                1,
                "not exactly one genuine token"
            );
        }
        Err(refusal) => assert_fixed(&refusal),
    }

    match at_once(GUARD.check(method, path, fields.iter().copied())) {
        Ok(Admission::Authenticated(_)) => assert!(verdict.is_ok(), "only the guard accepts it"),
        Ok(_) => assert!(is_public(path), "a protected path is let through: {path:?}"),
        // The guard has its own rules for the path, and none of them lets more through.
        Err(refusal) => assert_fixed(&refusal),
    }
}

/// What each `Authorization` field that is there says: a token behind the scheme Bearer, or something else.
///
/// Written as RFC 9110 §11.4 and RFC 6750 §2.1 say it, and not as the code under test does.
fn bearer_tokens<'a>(fields: &[(&str, &'a [u8])]) -> Vec<Option<&'a str>> {
    let authorization = fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let token = |value: &'a [u8]| {
        let value = str::from_utf8(value).ok()?.trim_matches([' ', '\t']);
        let (scheme, token) = value.split_once(' ')?;
        let token = token.trim_start_matches(' ');
        let characters = token.trim_end_matches('=');
        let is_one = !characters.is_empty() && !characters.contains('=') && token.bytes().all(is_token68);
        (is_one && scheme.eq_ignore_ascii_case("bearer")).then_some(token)
    };
    authorization.map(|(_, value)| token(value)).collect()
}

/// Whatever can be a token in any place where [`EVERYWHERE`] looks. Behind another scheme than Bearer, a text is nobody's token.
fn all_tokens(fields: &[(&str, &[u8])]) -> Vec<String> {
    let places = ["x-token", "cookie"];
    let read = fields.iter().filter(|(name, _)| places.contains(&&*name.to_ascii_lowercase()));
    let text = read.map(|(_, value)| String::from_utf8_lossy(value)).collect::<Vec<_>>().join("\n");
    let elsewhere =
        text.split(|character| !u8::try_from(character).is_ok_and(is_token68) || character == '=');
    bearer_tokens(fields).into_iter().flatten().chain(elsewhere).map(str::to_owned).collect()
}

fn is_token68(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)
}

fn is_genuine(token: &str) -> bool {
    VERIFIER.verify_held::<Claims>(token).is_ok()
}

/// Whether nobody can take the path for one that [`GUARD`] protects: neither as it is nor decoded, with slashes joined and dots
/// resolved. (Decoded once: RFC 3986 §2.4 allows no more.)
fn is_public(path: &str) -> bool {
    let path = path.split('?').next().unwrap_or_default();
    [path.to_owned(), decode(path)].iter().all(|path| {
        let mut segments = Vec::new();
        for segment in path.split(['/', '\\']) {
            match segment {
                "" | "." => {}
                ".." => drop(segments.pop()),
                segment => segments.push(segment),
            }
        }
        segments.first() != Some(&"api") || segments.get(1) == Some(&"hooks")
    })
}

fn decode(path: &str) -> String {
    let mut decoded = Vec::new();
    let mut rest = path.as_bytes();
    while let [first, behind @ ..] = rest {
        let digits = behind.get(..2).and_then(|digits| str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'%' => {
                decoded.push(byte);
                rest = &behind[2..];
            }
            _ => {
                decoded.push(*first);
                rest = behind;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// What a refusal says does not depend on what was sent.
fn assert_fixed(refusal: &Refusal) {
    assert!(matches!(refusal.status(), 400 | 401 | 403), "{refusal:?}");
    assert!(refusal.body().len() < 200, "{refusal:?}");
    let challenge = refusal.header("www-authenticate");
    let expected = match refusal.reason().code() {
        "no_credentials" => Some(r#"Bearer realm="api""#),
        "not_owner" | "cross_origin" | "ambiguous_path" => None,
        _ if refusal.status() == 400 => Some(r#"Bearer realm="api", error="invalid_request""#),
        _ => Some(r#"Bearer realm="api", error="invalid_token""#),
    };
    assert_eq!(challenge, expected, "{refusal:?}");
}

/// The keys are held, so that nothing has to be waited for.
fn at_once<T>(answer: impl Future<Output = T>) -> T {
    match pin!(answer).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("it waits, although the keys are held"),
    }
}

/// Reads `Authorization` alone.
static AUTH: LazyLock<Auth> = LazyLock::new(|| Auth::new(VERIFIER.clone()));

/// Reads every kind of place.
static EVERYWHERE: LazyLock<Auth> =
    LazyLock::new(|| Auth::builder(VERIFIER.clone()).header("X-Token").cookie("t").cookie("u").build());

static GUARD: LazyLock<Guard> = LazyLock::new(|| {
    let guard = AUTH.guard().paths(["/api/*"]).and_then(|guard| guard.exempt(["/api/hooks/*"]));
    guard.and_then(|guard| guard.owner("/api/users/{user_id}/*")).expect("patterns")
});

/// Trusts the issuer and the key of `known_good.json` with ES256, at its time.
static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let document: Value =
        serde_json::from_str(include_str!("known_good.json")).expect("made by make-seeds.py");
    let issuers = document["issuers"].as_array().expect("a list");
    let case = issuers.iter().find(|case| case["algorithm"] == "ES256").expect("an issuer with ES256");
    let text = |name: &str| case[name].as_str().expect("text");
    let issuer = TrustedIssuer::builder(text("issuer"))
        .audience(text("audience"))
        .algorithms([Algorithm::Es256])
        .jwk_set(JwkSet::parse(case["jwk_set"].to_string()).expect("a key"))
        .build()
        .expect("complete");
    let now = UnixTime::from_secs(case["now"].as_i64().expect("a time"));
    Verifier::builder().issuer(issuer).clock(now).build().expect("complete")
});
