//! What each fuzz target does with its input, and what it asserts of the answer.
//!
//! Included by the targets and by `crates/jwt-verify-core/tests/fuzz_regressions.rs`, so that a file replayed there goes
//! the very same way. Each function must return for every input; an answer that must not be is a panic.

use core::fmt::Display;
use std::sync::LazyLock;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use jwt_verify_core::{
    Algorithm, Claims, Error, HmacSecret, JsonProblem, JwkSet, Malformed, PublicKey, SecretError, TokenKind,
    TrustedIssuer, UnixTime, UnverifiedToken, Verifier, limits,
};
use serde_json::Value;
use sha2::Sha256;

type Enter = fn(&[u8]);

/// The targets by name.
const TARGETS: [(&str, Enter); 5] = [
    ("token_parse", token_parse),
    ("token_verify", token_verify),
    ("jwk_set", jwk_set),
    ("key_pem_der", key_pem_der),
    ("claims_json", claims_json),
];

/// Enters at one of the targets.
pub(crate) fn enter(target: &str, input: &[u8]) {
    let (_, enter) = TARGETS.iter().find(|(name, _)| *name == target).expect("a target of this name");
    enter(input);
}

/// Any text is a token with the shape of one, or refused.
fn token_parse(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    let token = match UnverifiedToken::parse(text) {
        Ok(token) => token,
        Err(error) => return assert_printable(&error),
    };
    assert!(text.len() <= limits::DEFAULT_MAX_TOKEN_LEN, "longer than the limit");
    let is_token_character = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    assert!(text.bytes().all(is_token_character), "a character that no token has");
    let parts: Vec<&str> = text.split('.').collect();
    let [header, payload, _] = parts[..] else { panic!("{} parts", parts.len()) };

    match token.header() {
        Ok(read) => {
            let Some(theirs) = decode_json(header) else { return };
            assert_eq!(Some(read.algorithm_name()), theirs["alg"].as_str());
            assert_eq!(read.key_id(), theirs["kid"].as_str());
            assert_eq!(read.token_type(), theirs["typ"].as_str());
            assert!(theirs.get("crit").is_none(), "an extension that nobody understands");
        }
        Err(error) => assert_printable(&error),
    }
    match token.danger_unverified_claims() {
        Ok(claims) => {
            let Some(theirs) = decode_json(payload) else { return };
            assert_eq!(claims.subject(), theirs["sub"].as_str());
        }
        Err(error) => assert_printable(&error),
    }
}

/// Nothing verifies but what the holder of the key has signed.
fn token_verify(input: &[u8]) {
    let Ok(text) = str::from_utf8(input) else { return };
    for known in &*KNOWN_GOOD {
        let verdict = known.verifier.verify_held_at::<Claims>(text, known.now);
        assert_eq!(
            known.verifier.explain(text, known.now).error(),
            verdict.as_ref().err(),
            "explained otherwise"
        );
        match verdict {
            Ok(token) => {
                assert!(GENUINE.contains(&text.to_owned()), "a forgery verifies: {text}");
                assert_eq!(token.algorithm(), known.algorithm);
            }
            Err(error) => {
                assert!(text != known.token, "the genuine token is refused: {error}");
                assert_printable(&error);
            }
        }
    }
}

/// A JWK Set gives usable keys and skipped ones, and a key can be used for what it says and nothing else.
fn jwk_set(input: &[u8]) {
    let set = match JwkSet::parse(input) {
        Ok(set) => set,
        Err(error) => return assert_printable(&error),
    };
    assert!(input.len() <= limits::MAX_JWK_SET_LEN, "longer than the limit");
    let entries = set.keys().len() + set.skipped().len();
    assert!(entries <= limits::MAX_JWK_SET_KEYS, "more keys than the limit");
    let without_mark = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    // What is wrong inside one entry only, such as a number out of range, is an error to the other reader.
    if let Ok(theirs) = serde_json::from_slice::<Value>(without_mark) {
        assert_eq!(theirs["keys"].as_array().map(Vec::len), Some(entries), "an entry was lost");
    }
    for skipped in set.skipped() {
        assert!(skipped.index() < entries, "an entry that is not there");
        assert_printable(skipped.reason());
    }
    for key in set.keys() {
        let public_key = key.public_key();
        assert_sound(public_key);
        for algorithm in Algorithm::ALL.iter().copied() {
            let is_its_own = key.algorithm().is_none_or(|own| own == algorithm);
            assert_eq!(
                key.bind(algorithm).is_ok(),
                public_key.admits(algorithm) && is_its_own,
                "{key:?} for {algorithm}"
            );
        }
    }
    assert_eq!(JwkSet::parse(input), Ok(set), "the same document, another answer");
}

/// PEM, DER, JWK and raw bytes give a sound key or an error, and the two encodings of one SubjectPublicKeyInfo agree.
fn key_pem_der(input: &[u8]) {
    match PublicKey::from_der(input) {
        Ok(key) => {
            assert_sound(&key);
            let pem = format!(
                "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
                // RFC 7468 §2: 64 characters in each line.
                Base64::encode_string(input)
                    .as_bytes()
                    .chunks(64)
                    .map(|line| str::from_utf8(line).expect("base64 is ASCII"))
                    .collect::<Vec<_>>()
                    .join("\n")
            );
            assert_eq!(PublicKey::from_pem(&pem), Ok(key), "{pem}");
        }
        Err(error) => assert_printable(&error),
    }
    match PublicKey::from_ed25519_bytes(input) {
        Ok(key) => {
            assert_eq!(input.len(), 32);
            assert_sound(&key);
        }
        Err(error) => assert_printable(&error),
    }
    for (algorithm, required) in [(Algorithm::Hs256, 32), (Algorithm::Hs384, 48), (Algorithm::Hs512, 64)] {
        let secret = HmacSecret::new(algorithm, input);
        match secret {
            Ok(_) => assert!(input.len() >= required, "{algorithm} with {} bytes", input.len()),
            Err(SecretError::LooksLikeAKey) => {}
            Err(error) => {
                assert!(input.len() < required, "{algorithm} with {} bytes", input.len());
                assert_printable(&error);
            }
        }
    }
    let Ok(text) = str::from_utf8(input) else { return };
    for parsed in [PublicKey::from_pem(text), PublicKey::from_jwk(text)] {
        match parsed {
            Ok(key) => assert_sound(&key),
            Err(error) => assert_printable(&error),
        }
    }
    if let Err(error) = HmacSecret::from_jwk(Algorithm::Hs256, text) {
        assert_printable(&error);
    }
}

/// The input as the payload of a genuine token: what we accept, another JSON reader reads alike, and its claims hold.
fn claims_json(payload: &[u8]) {
    let text = sign(payload);
    let now = UnixTime::from_secs(NOW_SECS.into());
    let theirs = serde_json::from_slice::<Value>(payload);

    match ANYTHING.verify_held_at::<Value>(&text, now) {
        Ok(token) => match &theirs {
            Ok(theirs) => {
                assert!(is_same(token.claims(), theirs), "{:?}, but they: {theirs:?}", token.claims())
            }
            // They stop one level before we do.
            Err(error) => {
                assert!(error.to_string().starts_with("recursion limit"), "only we accept it: {error}")
            }
        },
        // What both of us refuse. Duplicates, depth and reserved names are refused by us alone.
        Err(Error::Malformed(Malformed::Json(
            _,
            JsonProblem::Encoding
            | JsonProblem::Syntax { .. }
            | JsonProblem::NotAnObject
            | JsonProblem::TrailingData { .. }
            | JsonProblem::NumberOutOfRange { .. },
        ))) => assert!(!theirs.as_ref().is_ok_and(Value::is_object), "only they accept it: {theirs:?}"),
        Err(error) => assert_printable(&error),
    }

    let verdict = STRICT.verify_held_at::<Claims>(&text, now);
    assert_eq!(STRICT.explain(&text, now).error(), verdict.as_ref().err(), "explained otherwise");
    let (Ok(token), Ok(theirs)) = (verdict, theirs) else { return };
    assert_eq!(theirs["iss"], ISSUER);
    assert_eq!(token.issuer(), Some(ISSUER));
    match &theirs["aud"] {
        Value::Array(audiences) => assert!(audiences.contains(&AUDIENCE.into())),
        audience => assert_eq!(audience, AUDIENCE),
    }
    let (now, leeway) = (f64::from(NOW_SECS), limits::DEFAULT_LEEWAY.as_secs_f64());
    let expires = theirs["exp"].as_f64().expect("a number");
    // A fraction can be too small for a double; then the two sides are equal.
    let may_be_equal = theirs["exp"].is_f64();
    assert!(expires > now - leeway || may_be_equal && expires == now - leeway, "expired: {expires}");
    if let Some(not_before) = theirs.get("nbf") {
        let not_before = not_before.as_f64().expect("a number");
        assert!(not_before <= now + leeway, "not yet valid: {not_before}");
    }
    assert!(theirs.get("cnf").is_none(), "a bound token is no bearer token");
}

const ISSUER: &str = "https://id.example";
const AUDIENCE: &str = "api";
const NOW_SECS: u32 = 1_790_000_000;
const SECRET: &[u8; 32] = b"a secret that everybody may know";

/// Accepts whatever is signed with [`SECRET`], for as long as it likes.
static ANYTHING: LazyLock<Verifier> = LazyLock::new(|| {
    let issuer = TrustedIssuer::danger_any_issuer()
        .danger_any_audience()
        .danger_no_expiration()
        .token_kind(TokenKind::DangerAny)
        .algorithms([Algorithm::Hs256])
        .hmac_secret(HmacSecret::new(Algorithm::Hs256, SECRET).expect("long enough"))
        .build();
    Verifier::new(issuer.expect("complete"))
});

/// Accepts what a service would.
static STRICT: LazyLock<Verifier> = LazyLock::new(|| {
    let issuer = TrustedIssuer::builder(ISSUER)
        .audience(AUDIENCE)
        .algorithms([Algorithm::Hs256])
        .hmac_secret(HmacSecret::new(Algorithm::Hs256, SECRET).expect("long enough"))
        .build();
    Verifier::new(issuer.expect("complete"))
});

/// An issuer with one key, and a token it has signed.
struct KnownGood {
    algorithm: Algorithm,
    verifier: Verifier,
    now: UnixTime,
    token: String,
}

/// One for each algorithm of this build.
static KNOWN_GOOD: LazyLock<Vec<KnownGood>> = LazyLock::new(|| {
    let issuers = &known_good_document()["issuers"];
    issuers.as_array().expect("a list").iter().filter_map(KnownGood::from_json).collect()
});

/// Every text that the keys of [`KNOWN_GOOD`] have signed.
static GENUINE: LazyLock<Vec<String>> = LazyLock::new(|| {
    let genuine = known_good_document()["genuine"].take();
    serde_json::from_value(genuine).expect("a list of tokens")
});

fn known_good_document() -> Value {
    serde_json::from_str(include_str!("known_good.json")).expect("made by make-seeds.py")
}

impl KnownGood {
    fn from_json(case: &Value) -> Option<Self> {
        let text = |name: &str| case[name].as_str().expect("text");
        let algorithm: Algorithm = text("algorithm").parse().expect("an algorithm");
        if !algorithm.is_compiled_in() {
            return None;
        }
        let issuer =
            TrustedIssuer::builder(text("issuer")).audience(text("audience")).algorithms([algorithm]);
        let issuer = match case.get("jwk_set") {
            Some(set) => issuer.jwk_set(JwkSet::parse(set.to_string()).expect("a key")),
            None => {
                let secret = Base64UrlUnpadded::decode_vec(text("secret")).expect("base64url");
                issuer.hmac_secret(HmacSecret::new(algorithm, &secret).expect("long enough"))
            }
        };
        Some(Self {
            algorithm,
            verifier: Verifier::new(issuer.build().expect("complete")),
            now: UnixTime::from_secs(case["now"].as_i64().expect("a time")),
            token: text("token").to_owned(),
        })
    }
}

/// A key binds to the algorithms that its type admits, and has not signed this.
fn assert_sound(key: &PublicKey) {
    assert_eq!(key.thumbprint().len(), 43);
    for algorithm in Algorithm::ALL.iter().copied() {
        assert_eq!(key.bind(algorithm).is_ok(), key.admits(algorithm), "{key:?} for {algorithm}");
    }
    for algorithm in key.algorithms() {
        let bound = key.bind(algorithm).expect("admitted");
        assert_eq!(bound.algorithm(), algorithm);
        for len in [0, 64, 96, 132, 256] {
            assert_eq!(bound.verify(b"message", &vec![0; len]), Err(Error::InvalidSignature), "{len} zeros");
        }
    }
}

/// A message goes to a log: one line, without control characters, and not as long as the sender likes.
fn assert_printable(message: &dyn Display) {
    let message = message.to_string();
    assert!(!message.contains(char::is_control), "{message:?}");
    assert!(message.len() < 16 * 1024, "{} bytes", message.len());
}

/// What another reader makes of a part that we have read. `None` where it stops one level of nesting before we do.
fn decode_json(part: &str) -> Option<Value> {
    let json = Base64UrlUnpadded::decode_vec(part).expect("only we can decode it");
    match serde_json::from_slice(&json) {
        Ok(value) => Some(value),
        Err(error) if error.to_string().starts_with("recursion limit") => None,
        Err(error) => panic!("only we accept it: {error}"),
    }
}

/// A genuine token with this payload.
fn sign(payload: &[u8]) -> String {
    // {"alg":"HS256"}
    let signing_input = format!("eyJhbGciOiJIUzI1NiJ9.{}", Base64UrlUnpadded::encode_string(payload));
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("any length will do");
    mac.update(signing_input.as_bytes());
    format!("{signing_input}.{}", Base64UrlUnpadded::encode_string(&mac.finalize().into_bytes()))
}

/// Equal, but for the last bit of a double: without its feature `float_roundtrip`, serde_json may miss the nearest one.
fn is_same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) => {
            ours.len() == theirs.len()
                && ours
                    .iter()
                    .all(|(name, ours)| theirs.get(name).is_some_and(|theirs| is_same(ours, theirs)))
        }
        (Value::Array(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| is_same(ours, theirs))
        }
        (Value::Number(ours), Value::Number(theirs)) if ours.is_f64() && theirs.is_f64() => {
            let (ours, theirs) = (ours.as_f64().unwrap_or(f64::NAN), theirs.as_f64().unwrap_or(f64::NAN));
            ours == theirs || (ours - theirs).abs() <= ours.abs() * f64::EPSILON
        }
        (ours, theirs) => ours == theirs,
    }
}
