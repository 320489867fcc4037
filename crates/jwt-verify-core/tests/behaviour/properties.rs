//! What holds for any token, found by trying many.
//!
//! What once failed is kept in `properties.regressions` and tried again each time.

use std::{sync::LazyLock, time::Duration};

use jwt_verify_core::{
    Algorithm, Claims, HmacSecret, Jwk, JwkSet, PublicKey, UnixTime, UnverifiedToken, Verifier, limits,
};
use proptest::{
    prelude::*,
    sample::{Index, select},
    test_runner::FileFailurePersistence,
};
use serde_json::{Map, Value, json};

use crate::mint::{self, NOW, Signer, accepted, base64url, claims, with, with_signature};

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn no_text_panics(text in ".{0,300}") {
        prop_assert!(EDDSA.verifier.verify_held_at::<Claims>(&text, NOW).is_err());
        let explanation = EDDSA.verifier.explain(&text, NOW);
        prop_assert!(!explanation.is_accepted() && !explanation.to_string().is_empty());
    }

    #[test]
    fn no_text_in_the_alphabet_of_a_token_panics(text in "[A-Za-z0-9_.-]{0,200}") {
        prop_assert!(EDDSA.verifier.verify_held_at::<Claims>(&text, NOW).is_err());
        drop(UnverifiedToken::parse(&text).map(|token| (token.header(), token.danger_unverified_claims())));
    }

    #[test]
    fn no_bytes_in_any_part_panic(
        header in proptest::collection::vec(any::<u8>(), 0..80),
        payload in proptest::collection::vec(any::<u8>(), 0..80),
        signature in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        let good = EDDSA.signer.header().to_string();
        for token in [
            format!("{}.{}.{}", base64url(&header), base64url(&payload), base64url(&signature)),
            // Rightly signed, so that what is behind the signature is reached.
            EDDSA.signer.raw_token(&header, &payload),
            EDDSA.signer.raw_token(&good, &payload),
            with_signature(&EDDSA.token, &signature),
        ] {
            prop_assert!(EDDSA.verifier.verify_held_at::<Claims>(&token, NOW).is_err());
            prop_assert!(!EDDSA.verifier.explain(&token, NOW).is_accepted());
        }
    }

    #[test]
    fn no_json_panics(header in object(), payload in object(), now in any::<i64>()) {
        // Whatever is in it: it lacks `alg`, or what this issuer asks for.
        let whole = EDDSA.signer.raw_token(header.to_string(), payload.to_string());
        let claims = EDDSA.signer.token(&payload);
        for token in [whole, claims] {
            let now = UnixTime::from_secs(now);
            prop_assert!(EDDSA.verifier.verify_held_at::<Claims>(&token, now).is_err());
            prop_assert!(!EDDSA.verifier.explain(&token, now).is_accepted());
        }
    }

    #[test]
    fn no_key_panics(
        text in ".{0,200}", bytes in proptest::collection::vec(any::<u8>(), 0..200), members in object(),
    ) {
        prop_assert!(PublicKey::from_pem(&text).is_err());
        prop_assert!(PublicKey::from_der(&bytes).is_err());
        prop_assert!(Jwk::parse(&text).is_err());
        prop_assert!(JwkSet::parse(&bytes).is_err());
        prop_assert!(HmacSecret::from_jwk(Algorithm::Hs256, &members.to_string()).is_err());
        drop(PublicKey::from_ed25519_bytes(&bytes));
        // An entry of any shape is skipped, or is a key; the document stands.
        let entry = with(EDDSA.signer.jwk(), members);
        let set = JwkSet::parse(json!({"keys": [entry, 7]}).to_string()).unwrap();
        prop_assert_eq!(set.keys().len() + set.skipped().len(), 2);
    }

    #[test]
    fn claims_arrive_as_they_were_signed(extra in object()) {
        let payload = with(extra, claims());
        let verified = accepted(&EDDSA.verifier, &EDDSA.signer.token(&payload));
        prop_assert_eq!(serde_json::to_value(verified.claims()).unwrap(), payload.clone());
        prop_assert_eq!(verified.read_claims::<Value>().unwrap(), payload);
    }

    #[test]
    fn claims_arrive_as_they_were_signed_however_they_were_written(extra in object()) {
        let payload = with(extra, claims());
        let spaced = serde_json::to_string_pretty(&payload).unwrap();
        let escaped = escape(&payload.to_string());
        for text in [spaced, escaped] {
            let token = EDDSA.signer.raw_token(EDDSA.signer.header().to_string(), &text);
            let verified = accepted(&EDDSA.verifier, &token);
            prop_assert_eq!(serde_json::to_value(verified.claims()).unwrap(), payload.clone(), "{}", text);
        }
    }

    #[test]
    fn a_token_is_accepted_exactly_while_mathematics_says(
        exp in date(), nbf in date(), leeway in 0_u64..=300, now in instant(),
    ) {
        let signer = &EDDSA.signer;
        let verifier = mint::verifier(signer.issuer().leeway(Duration::from_secs(leeway)));
        let object = claims().to_string();
        let object = object.replace(&(NOW.as_secs() + 300).to_string(), &exp.text);
        let payload = format!("{},\"nbf\":{}}}", object.strip_suffix('}').unwrap(), nbf.text);
        let token = signer.raw_token(signer.header().to_string(), payload);

        let (leeway, seconds) = (i128::from(leeway) * SCALE, i128::from(now) * SCALE);
        let expected = if seconds >= exp.scaled + leeway {
            Err("expired")
        } else if seconds < nbf.scaled - leeway {
            Err("not_yet_valid")
        } else {
            Ok(())
        };
        let verdict = verifier.verify_held_at::<Claims>(&token, UnixTime::from_secs(now));
        prop_assert_eq!(verdict.map(drop).map_err(|error| error.code()), expected, "exp {} nbf {}", exp.text, nbf.text);
    }
}

proptest! {
    #![proptest_config(config(500))]

    #[test]
    fn a_flipped_bit_in_what_any_part_stands_for_is_refused(
        subject in select(&**SUBJECTS), part in 0..3_usize, index in any::<Index>(), bit in 0..8_u32,
    ) {
        let mut parts: Vec<Vec<u8>> = subject.token.split('.').map(mint::decode).collect();
        let at = index.index(parts[part].len());
        parts[part][at] ^= 1 << bit;
        let flipped: Vec<String> = parts.iter().map(base64url).collect();
        prop_assert!(subject.verifier.verify_held_at::<Claims>(&flipped.join("."), NOW).is_err());
    }

    #[test]
    fn a_changed_character_is_refused(
        subject in select(&**SUBJECTS),
        index in any::<Index>(),
        character in any::<char>(),
        ascii in "[ -~]",
        is_ascii in any::<bool>(),
    ) {
        let at = index.index(subject.token.len());
        let new = if is_ascii { ascii } else { character.to_string() };
        prop_assume!(subject.token[at..=at] != new);
        let mut changed = subject.token.clone();
        changed.replace_range(at..=at, &new);
        prop_assert!(subject.verifier.verify_held_at::<Claims>(&changed, NOW).is_err(), "{}", changed);
    }

    #[test]
    fn an_added_or_missing_character_is_refused(
        subject in select(&**SUBJECTS), index in any::<Index>(), character in "[A-Za-z0-9_.=-]",
    ) {
        let at = index.index(subject.token.len());
        let mut longer = subject.token.clone();
        longer.insert_str(at, &character);
        let mut shorter = subject.token.clone();
        shorter.remove(at);
        for changed in [longer, shorter, subject.token[..at].to_owned()] {
            prop_assert!(subject.verifier.verify_held_at::<Claims>(&changed, NOW).is_err(), "{}", changed);
        }
    }

    #[test]
    fn a_signature_of_random_bytes_is_refused(
        subject in select(&**SUBJECTS), seed in any::<[u8; 32]>(),
    ) {
        let len = mint::signature(&subject.token).len();
        let digest = |turn| mint::rsa::Hash::Sha256.digest(&[&seed[..], &[turn]].concat());
        let random: Vec<u8> = (0..).flat_map(digest).take(len).collect();
        let forged = with_signature(&subject.token, &random);
        prop_assert_eq!(subject.verifier.verify_held_at::<Claims>(&forged, NOW).unwrap_err().code(), "invalid_signature");
    }
}

#[test]
fn every_flipped_bit_and_every_changed_character_of_one_token_is_refused() {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ";
    let refused = |text: &str| HS256.verifier.verify_held_at::<Claims>(text, NOW).is_err();
    let mut tried = 0;
    for at in 0..HS256.token.len() {
        for character in ALPHABET {
            let mut changed = HS256.token.clone().into_bytes();
            if changed[at] != *character {
                changed[at] = *character;
                let changed = String::from_utf8(changed).unwrap();
                assert!(refused(&changed), "{changed}");
                tried += 1;
            }
        }
    }
    let parts: Vec<Vec<u8>> = HS256.token.split('.').map(mint::decode).collect();
    for part in 0..3 {
        for bit in 0..parts[part].len() * 8 {
            let mut parts = parts.clone();
            parts[part][bit / 8] ^= 1 << (bit % 8);
            let flipped: Vec<String> = parts.iter().map(base64url).collect();
            assert!(refused(&flipped.join(".")), "{part} {bit}");
            tried += 1;
        }
    }
    assert!(!refused(&HS256.token));
    assert!(tried > 10_000, "{tried}");
}

/// A valid token with its verifier.
#[derive(Debug)]
struct Subject {
    signer: Signer,
    verifier: Verifier,
    token: String,
}

impl Subject {
    fn new(signer: Signer) -> Self {
        let (verifier, token) = (signer.verifier(), signer.token(&claims()));
        accepted(&verifier, &token);
        Self { signer, verifier, token }
    }
}

static EDDSA: LazyLock<Subject> = LazyLock::new(|| Subject::new(Signer::new(Algorithm::EdDsa)));
static HS256: LazyLock<Subject> = LazyLock::new(|| Subject::new(Signer::new(Algorithm::Hs256)));

/// One for each algorithm. They live as long as the tests.
static SUBJECTS: LazyLock<Vec<&'static Subject>> =
    LazyLock::new(|| Signer::all().map(|signer| &*Box::leak(Box::new(Subject::new(signer)))).collect());

/// Any members that are none of the registered ones.
fn object() -> impl Strategy<Value = Value> {
    let members = proptest::collection::vec((name(), value()), 0..6);
    members.prop_map(|members| {
        let members = members.into_iter().map(|(name, value)| (format!("x{name}"), value));
        Value::Object(members.collect::<Map<_, _>>())
    })
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter_map("a JSON number", |number| number.is_finite().then(|| Value::from(number))),
        name().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 30, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((name(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// Text with all that makes JSON difficult.
fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z_:/.]{0,12}", "\\PC{0,8}", "[\"\\\\/\\x00-\\x20\u{7f}-\u{9f}é\u{2028}\u{feff}𝄞]{0,6}"]
}

/// Every character within strings as an escape, except those that are one already.
fn escape(json: &str) -> String {
    let mut escaped = String::new();
    let mut within = false;
    let mut chars = json.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => {
                within = !within;
                escaped.push('"');
            }
            '\\' => {
                let kind = chars.next().unwrap();
                escaped.extend(['\\', kind]);
                escaped.extend(chars.by_ref().take(if kind == 'u' { 4 } else { 0 }));
            }
            _ if within => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    escaped.push_str(&format!("\\u{unit:04X}"));
                }
            }
            _ => escaped.push(char),
        }
    }
    escaped
}

/// A NumericDate as text, and its value times [`SCALE`].
#[derive(Clone, Debug)]
struct Date {
    text: String,
    scaled: i128,
}

/// Nine digits behind the point.
const SCALE: i128 = 1_000_000_000;

fn date() -> impl Strategy<Value = Date> {
    let seconds = prop_oneof![any::<i64>(), -1000..1000_i64, near_now()];
    (seconds, 0..=9_usize, 0..1_000_000_000_i64, 0..3_u8).prop_map(|(seconds, digits, fraction, form)| {
        let fraction = i128::from(fraction) / 10_i128.pow(9 - u32::try_from(digits).unwrap());
        let magnitude = i128::from(seconds).abs();
        let sign = if seconds < 0 { "-" } else { "" };
        let scale = 10_i128.pow(u32::try_from(digits).unwrap());
        // The same number in three ways of writing it.
        let text = match (digits, form) {
            (0, 0) => format!("{sign}{magnitude}"),
            (0, _) => format!("{sign}{magnitude}.0e0"),
            (_, 0) => format!("{sign}{magnitude}.{fraction:0digits$}"),
            (_, 1) => format!("{sign}{}e-{digits}", magnitude * scale + fraction),
            (_, _) => format!("{sign}{magnitude}.{fraction:0digits$}000E+00"),
        };
        let scaled = (magnitude * scale + fraction) * (SCALE / scale);
        Date { text, scaled: if seconds < 0 { -scaled } else { scaled } }
    })
}

/// A time, not within reach of the ends of time, where sums are cut off.
fn instant() -> impl Strategy<Value = i64> {
    prop_oneof![i64::MIN + 1000..i64::MAX - 1000, -1000..1000_i64, near_now()]
}

fn near_now() -> impl Strategy<Value = i64> {
    (-700..700_i64).prop_map(|offset| NOW.as_secs() + offset)
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(
            "tests/behaviour/properties.regressions",
        ))),
        ..ProptestConfig::default()
    }
}

#[test]
fn a_text_longer_than_any_token_is_refused_whatever_it_is() {
    for piece in ["A", ".", "{", "é", "\0"] {
        let text = piece.repeat(limits::MAX_TOKEN_LEN);
        assert!(EDDSA.verifier.verify_held_at::<Claims>(&text, NOW).is_err());
    }
}
