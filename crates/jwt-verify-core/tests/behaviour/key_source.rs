//! When a verifier asks its key source for newer keys, and what becomes of the token then.

use std::{
    fmt,
    future::Future,
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Waker},
};

use jwt_verify_core::{
    Algorithm, ClaimError, Claims, Error, Freshness, Generation, Held, JsonProblem, KeyMismatch, KeyNotFound,
    KeySet, KeySource, KeySourceError, Malformed, Part, RefreshReason, Refreshed, TrustedIssuer, UnixTime,
    Verifier, async_trait, limits,
};
use serde_json::{Value, json};

use crate::mint::{self, AUDIENCE, ISSUER, KEY_ID, NOW, Signer, claims, jwk_set, with, with_signature};

#[test]
fn a_known_key_answers_at_the_first_poll_and_nothing_is_refreshed() {
    let signer = Signer::new(Algorithm::EdDsa);
    for freshness in [Freshness::Fresh, Freshness::Stale] {
        // Whoever asks this source for more waits for ever.
        let source = Source::new(keys([signer.jwk()]), freshness, Answer::Never);
        let verifier = verifier(&source);
        let token = signer.token(&claims());
        assert_eq!(at_once(&verifier, &token), Verdict::Accepted);
        assert!(verifier.verify_held_at::<Claims>(&token, NOW).is_ok());
        assert_eq!(source.refreshes(), []);
    }
}

#[test]
fn an_unknown_key_id_is_asked_for_exactly_once() {
    let signer = Signer::new(Algorithm::EdDsa);
    let unknown = signer.token_with_header(&json!({"alg": "EdDSA", "kid": "new"}), &claims());
    let old = keys([signer.jwk()]);
    let other = keys([signer.jwk(), Signer::new(Algorithm::Es256).jwk()]);
    let renamed = keys([with(signer.jwk(), json!({"kid": "new"}))]);
    let refused = Verdict::Refused(unknown_key("new"));
    // answer, verdict
    for (answer, expected) in [
        (Answer::Newer(renamed), Verdict::Accepted),
        // Newer keys that do not answer either are not asked for once more.
        (Answer::Newer(other), refused.clone()),
        (Answer::Newer(KeySet::empty()), Verdict::Refused(Error::KeyNotFound(KeyNotFound::NoKeys))),
        (Answer::Unchanged, refused.clone()),
        (Answer::Limited, refused.clone()),
        // There are usable keys: an outage of the issuer does not make a token with an invented key ID one of ours.
        (Answer::Fails, refused),
    ] {
        let source = Source::new(old.clone(), Freshness::Fresh, answer.clone());
        assert_eq!(at_once(&verifier(&source), &unknown), expected, "{answer:?}");
        assert_eq!(source.refreshes(), [(old.generation(), Reason::not_found("new"))], "{answer:?}");
    }
}

#[test]
fn the_same_key_id_with_another_key_is_asked_for_once() {
    let (old, new) = (Signer::new(Algorithm::EdDsa), Signer::another());
    let (held, newer) = (keys([old.jwk()]), keys([new.jwk()]));
    let refused = Verdict::Refused(Error::InvalidSignature);
    for (answer, expected) in [
        (Answer::Newer(newer), Verdict::Accepted),
        (Answer::Newer(keys([Signer::ed25519([5; 32]).jwk()])), refused.clone()),
        (Answer::Unchanged, refused.clone()),
        (Answer::Limited, refused.clone()),
        (Answer::Fails, refused),
    ] {
        let source = Source::new(held.clone(), Freshness::Stale, answer.clone());
        assert_eq!(at_once(&verifier(&source), &new.token(&claims())), expected, "{answer:?}");
        assert_eq!(source.refreshes(), [(held.generation(), Reason::InvalidSignature)], "{answer:?}");
    }
}

#[test]
fn a_key_of_another_kind_under_the_key_id_is_asked_for_once() {
    let (old, new) = (Signer::new(Algorithm::Es256), Signer::new(Algorithm::EdDsa));
    let other_algorithm = with(Signer::new(Algorithm::Rs256).jwk(), json!({"alg": "RS512"}));
    let type_mismatch = Error::KeyMismatch(KeyMismatch::KeyType);
    let algorithm_mismatch = Error::KeyMismatch(KeyMismatch::Algorithm { key: Algorithm::Rs512 });
    let rs256 = Signer::new(Algorithm::Rs256);
    // held, newer, signer, verdict if there is nothing newer
    for (held, newer, signer, mismatch) in [
        (keys([old.jwk()]), keys([new.jwk()]), &new, type_mismatch),
        (keys([other_algorithm]), keys([rs256.jwk()]), &rs256, algorithm_mismatch),
    ] {
        let token = signer.token(&claims());
        for (answer, expected) in [
            (Answer::Newer(newer), Verdict::Accepted),
            (Answer::Unchanged, Verdict::Refused(mismatch.clone())),
            (Answer::Fails, Verdict::Refused(mismatch)),
        ] {
            let source = Source::new(held.clone(), Freshness::Fresh, answer.clone());
            assert_eq!(at_once(&verifier(&source), &token), expected, "{answer:?}");
            assert_eq!(source.refreshes(), [(held.generation(), Reason::not_found(KEY_ID))], "{answer:?}");
        }
    }
}

#[test]
fn expired_keys_are_not_used() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&claims());
    let held = keys([signer.jwk()]);
    let source = Source::new(held.clone(), Freshness::Expired, Answer::Fails);
    let refused = verifier(&source).verify_held_at::<Claims>(&token, NOW).map(drop);
    assert_eq!(refused, Err(Error::KeySource(KeySourceError::NoUsableKeys)));
    assert_eq!(source.refreshes(), [], "the synchronous form never refreshes");

    let only_expired = Verdict::Refused(Error::KeyNotFound(KeyNotFound::OnlyExpired));
    for (answer, expected) in [
        (Answer::Newer(keys([signer.jwk()])), Verdict::Accepted),
        (Answer::Newer(keys([Signer::another().jwk()])), Verdict::Refused(Error::InvalidSignature)),
        // The source does not say that it failed: then it is the token that is refused.
        (Answer::Unchanged, only_expired.clone()),
        (Answer::Limited, only_expired),
        // An outage, and not the token's fault.
        (Answer::Fails, Verdict::Outage),
        (Answer::NoUsableKeys, Verdict::Outage),
    ] {
        let source = Source::new(held.clone(), Freshness::Expired, answer.clone());
        assert_eq!(at_once(&verifier(&source), &token), expected, "{answer:?}");
        assert_eq!(source.refreshes(), [(held.generation(), Reason::NoUsableKeys)], "{answer:?}");
    }
}

#[test]
fn a_source_that_never_had_a_key_is_an_outage_only_if_it_fails() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&claims());
    let no_keys = Verdict::Refused(Error::KeyNotFound(KeyNotFound::NoKeys));
    for freshness in [Freshness::Fresh, Freshness::Stale, Freshness::Expired] {
        for (answer, expected) in [
            (Answer::Newer(keys([signer.jwk()])), Verdict::Accepted),
            (Answer::Unchanged, no_keys.clone()),
            (Answer::Limited, no_keys.clone()),
            (Answer::Fails, Verdict::Outage),
        ] {
            let source = Source::new(KeySet::empty(), freshness, answer.clone());
            assert_eq!(at_once(&verifier(&source), &token), expected, "{freshness:?} {answer:?}");
            assert_eq!(source.refreshes().len(), 1, "{freshness:?} {answer:?}");
        }
    }
}

#[test]
fn expired_keys_that_the_issuer_confirms_answer_again() {
    let signer = Signer::new(Algorithm::EdDsa);
    let held = keys([signer.jwk()]);
    // The same generation: nothing changed but that it is known to be current.
    let source = Source::new(held.clone(), Freshness::Expired, Answer::Newer(held.clone()));
    let verifier = verifier(&source);
    assert_eq!(at_once(&verifier, &signer.token(&claims())), Verdict::Accepted);
    let forged = Signer::another().token(&claims());
    assert_eq!(at_once(&verifier, &forged), Verdict::Refused(Error::InvalidSignature));
    let asked = (held.generation(), Reason::NoUsableKeys);
    assert_eq!(source.refreshes(), [asked.clone(), asked], "once for each token");
}

#[test]
fn a_source_is_told_which_key_was_not_found() {
    let signer = Signer::new(Algorithm::EdDsa);
    let source = Source::new(keys([Signer::new(Algorithm::Es256).jwk()]), Freshness::Fresh, Answer::Limited);
    let verifier = verifier(&source);
    // header, key ID
    for (header, key_id) in [
        (json!({"alg": "EdDSA", "kid": "new"}), Some("new")),
        (json!({"alg": "EdDSA", "kid": ""}), Some("")),
        (json!({"alg": "EdDSA", "kid": KEY_ID}), Some(KEY_ID)),
        (json!({"alg": "EdDSA"}), None),
    ] {
        at_once(&verifier, &signer.token_with_header(&header, &claims()));
        let (_, why) = source.refreshes().pop().unwrap();
        assert_eq!(why, Reason::KeyNotFound(key_id.map(str::to_owned)), "{header}");
    }
}

#[test]
fn an_outage_tells_after_how_long_to_try_again_if_the_source_knows() {
    let signer = Signer::new(Algorithm::EdDsa);
    let delay = std::time::Duration::from_secs(30);
    for (answer, expected) in
        [(Answer::FailsFor(delay), Some(delay)), (Answer::Fails, None), (Answer::NoUsableKeys, None)]
    {
        let source = Source::new(KeySet::empty(), Freshness::Expired, answer.clone());
        let token = signer.token(&claims());
        let verifier = verifier(&source);
        let Poll::Ready(Err(error)) = poll(pin!(verifier.verify_at::<Claims>(&token, NOW))) else {
            panic!("it does not wait, and there are no keys")
        };
        assert_eq!((error.code(), error.retry_in()), ("keys_unavailable", expected), "{answer:?}");
    }
    // Waiting helps no token that is refused.
    assert_eq!(Error::InvalidSignature.retry_in(), None);
    assert_eq!(KeySourceError::NoUsableKeys.retry_after(delay), KeySourceError::NoUsableKeys);
}

#[test]
fn an_outage_is_told_with_its_cause() {
    let source = Source::new(KeySet::empty(), Freshness::Expired, Answer::Fails);
    let token = Signer::new(Algorithm::EdDsa).token(&claims());
    let verifier = verifier(&source);
    let Poll::Ready(Err(error)) = poll(pin!(verifier.verify_at::<Claims>(&token, NOW))) else {
        panic!("it does not wait, and there are no keys")
    };
    assert_eq!(error.code(), "keys_unavailable");
    let cause = std::error::Error::source(&error).and_then(|source| source.source()).unwrap();
    assert_eq!(cause.to_string(), "connection refused");
}

#[test]
fn a_token_that_fails_a_cheaper_check_is_not_worth_a_refresh() {
    let signer = Signer::new(Algorithm::EdDsa);
    let header = json!({"alg": "EdDSA", "kid": "unknown"});
    let token = |claims: &Value| signer.token_with_header(&header, claims);
    let good = token(&claims());
    let hmac = Signer::hmac(Algorithm::Hs256, signer.jwk().to_string().as_bytes());
    let issuer_missing = ClaimError::Missing { claim: "iss".into() };
    let issuer_type = ClaimError::WrongType { claim: "iss".into() };
    for (token, expected) in [
        (String::new(), Error::Malformed(Malformed::Empty)),
        (format!("{good} "), Malformed::Character { at: good.len() }.into()),
        (signer.token_with_header(&json!({"kid": "unknown"}), &claims()), malformed_alg()),
        (
            signer.token_with_header(&with(header.clone(), json!({"crit": ["x"]})), &claims()),
            Error::UnsupportedCritical,
        ),
        (
            signer.token_with_header(&json!({"alg": "none", "kid": "unknown"}), &claims()),
            Error::AlgorithmNotAllowed(None),
        ),
        (
            Signer::new(Algorithm::Es384)
                .token_with_header(&json!({"alg": "ES384", "kid": "unknown"}), &claims()),
            Error::AlgorithmNotAllowed(Some(Algorithm::Es384)),
        ),
        // Algorithm confusion: no newer key could ever answer.
        (hmac.token(&claims()), Error::KeyMismatch(KeyMismatch::PublicKeysOnly)),
        // Somebody else's token.
        (
            token(&with(claims(), json!({"iss": "https://b.example"}))),
            Error::Claim(ClaimError::InvalidIssuer),
        ),
        (token(&json!({"exp": NOW.as_secs() + 300})), Error::Claim(issuer_missing)),
        (token(&with(claims(), json!({"iss": [ISSUER]}))), Error::Claim(issuer_type)),
        // Expired by its own words, and claims that cannot be read behind an issuer that can.
        (
            token(&with(claims(), json!({"exp": NOW.as_secs() - 60}))),
            Error::Claim(ClaimError::Expired {
                expiration_time: UnixTime::from_secs(NOW.as_secs() - 60),
                now: NOW,
                leeway: limits::DEFAULT_LEEWAY,
            }),
        ),
        (
            signer.raw_token(header.to_string(), format!(r#"{{"iss":"{ISSUER}","exp":1,"exp":2}}"#)),
            Malformed::Json(Part::Payload, JsonProblem::DuplicateMember { at: 36 }).into(),
        ),
        // A signature that no key of the algorithm makes.
        (with_signature(&good, &[1]), Error::InvalidSignature),
        (with_signature(&good, &[1; 65]), Error::InvalidSignature),
    ] {
        for freshness in [Freshness::Fresh, Freshness::Stale] {
            let source = Source::new(keys([signer.jwk()]), freshness, Answer::Never);
            let expected = Verdict::Refused(expected.clone());
            assert_eq!(at_once(&verifier(&source), &token), expected, "{token}");
            assert_eq!(source.refreshes(), [], "{token}");
        }
    }
    // With expired keys too, except that what depends on a key cannot be told.
    let source = Source::new(keys([signer.jwk()]), Freshness::Expired, Answer::Never);
    let foreign = token(&with(claims(), json!({"iss": "https://b.example"})));
    let expected = Verdict::Refused(Error::Claim(ClaimError::InvalidIssuer));
    assert_eq!(at_once(&verifier(&source), &foreign), expected);
    assert_eq!(source.refreshes(), []);
}

#[test]
fn a_genuine_token_that_fails_its_claims_is_not_worth_a_refresh() {
    let signer = Signer::new(Algorithm::EdDsa);
    let source = Source::new(keys([signer.jwk()]), Freshness::Fresh, Answer::Never);
    let expired = signer.token(&with(claims(), json!({"exp": 0})));
    let Verdict::Refused(error) = at_once(&verifier(&source), &expired) else { panic!("accepted") };
    assert_eq!((error.code(), source.refreshes().len()), ("expired", 0));
}

#[test]
fn every_token_with_an_unknown_key_asks_and_the_source_limits() {
    let signer = Signer::new(Algorithm::EdDsa);
    let source = Source::new(keys([signer.jwk()]), Freshness::Fresh, Answer::Limited);
    let verifier = verifier(&source);
    for count in 1..=10 {
        let key_id = format!("invented-{count}");
        let token = signer.token_with_header(&json!({"alg": "EdDSA", "kid": key_id}), &claims());
        assert_eq!(at_once(&verifier, &token), Verdict::Refused(unknown_key(&key_id)));
        assert_eq!(source.refreshes().len(), count);
    }
    // The good keys are still there.
    assert_eq!(at_once(&verifier, &signer.token(&claims())), Verdict::Accepted);
    assert_eq!(source.refreshes().len(), 10);
}

#[test]
fn a_source_whose_keys_change_by_themselves_is_looked_at_for_each_token() {
    let (old, new) = (Signer::new(Algorithm::EdDsa), Signer::another());
    let source = Source::new(keys([old.jwk()]), Freshness::Fresh, Answer::Unchanged);
    let verifier = verifier(&source);
    assert_eq!(at_once(&verifier, &old.token(&claims())), Verdict::Accepted);
    *source.held.lock().unwrap() = Held::new(keys([new.jwk()]), Freshness::Fresh);
    assert_eq!(at_once(&verifier, &new.token(&claims())), Verdict::Accepted);
    assert_eq!(at_once(&verifier, &old.token(&claims())), Verdict::Refused(Error::InvalidSignature));
    assert_eq!(source.looks.load(Ordering::Relaxed), 3, "one look a token");
}

#[test]
fn a_request_that_is_given_up_leaves_the_verifier_usable() {
    let signer = Signer::new(Algorithm::EdDsa);
    let source = Source::new(keys([signer.jwk()]), Freshness::Fresh, Answer::Never);
    let verifier = verifier(&source);
    let unknown = signer.token_with_header(&json!({"alg": "EdDSA", "kid": "new"}), &claims());
    for given_up in 1..=3 {
        let mut waiting = Box::pin(verifier.verify_at::<Claims>(&unknown, NOW));
        assert!(poll(waiting.as_mut()).is_pending());
        assert!(poll(waiting.as_mut()).is_pending());
        drop(waiting);
        assert_eq!(source.refreshes().len(), given_up);
        assert_eq!(at_once(&verifier, &signer.token(&claims())), Verdict::Accepted);
    }
    *source.answer.lock().unwrap() = Answer::Newer(keys([with(signer.jwk(), json!({"kid": "new"}))]));
    assert_eq!(at_once(&verifier, &unknown), Verdict::Accepted);
}

#[test]
fn a_future_can_go_to_another_thread() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let signer = Signer::new(Algorithm::EdDsa);
    let source = Source::new(keys([signer.jwk()]), Freshness::Fresh, Answer::Never);
    let (verifier, token) = (verifier(&source), signer.token(&claims()));
    let accepted = std::thread::spawn(move || {
        let future = pin!(is_send(verifier.verify_at::<Claims>(&token, NOW)));
        matches!(poll(future), Poll::Ready(Ok(_)))
    });
    assert!(accepted.join().unwrap());
}

#[test]
fn sets_in_memory_never_change() {
    let signer = Signer::new(Algorithm::EdDsa);
    let unknown = signer.token_with_header(&json!({"alg": "EdDSA", "kid": "new"}), &claims());
    assert_eq!(at_once(&signer.verifier(), &unknown), Verdict::Refused(unknown_key("new")));
    let set = keys([signer.jwk()]);
    assert_eq!(
        (set.held().freshness(), set.held().keys().generation()),
        (Freshness::Fresh, set.generation())
    );
    let Poll::Ready(Ok(Refreshed::Unchanged)) =
        poll(set.refresh(set.generation(), RefreshReason::KeyNotFound { key_id: Some("new") }))
    else {
        panic!("it has nothing newer")
    };
}

#[test]
fn a_generation_changes_with_the_content_and_only_then() {
    let (one, two) = (Signer::new(Algorithm::EdDsa).jwk(), Signer::new(Algorithm::Es256).jwk());
    let held = keys([one.clone(), two.clone()]);
    // Nothing that has a meaning is different.
    for same in [
        vec![one.clone(), two.clone()],
        vec![with(one.clone(), json!({"x5t": "AAAA", "use": "sig"})), two.clone()],
        vec![with(one.clone(), json!({"alg": null})), two.clone()],
    ] {
        assert!(held.renewed(jwk_set(&same)).is_none(), "{same:?}");
    }
    let mut generations = vec![held.generation()];
    for other in [
        vec![one.clone()],
        vec![],
        vec![one.clone(), with(two.clone(), json!({"kid": "k2"}))],
        vec![one.clone(), with(two.clone(), json!({"alg": "ES256"}))],
        vec![one.clone(), two.clone(), Signer::another().jwk()],
    ] {
        let renewed = held.renewed(jwk_set(&other)).unwrap();
        assert!(!generations.contains(&renewed.generation()), "{other:?}");
        assert_eq!(renewed.clone().generation(), renewed.generation());
        generations.push(renewed.generation());
    }
    // Made anew, the same content has another name: it is unique in the process.
    assert_ne!(keys([one.clone(), two.clone()]).generation(), held.generation());
}

#[test]
fn keys_that_survive_a_refresh_keep_what_was_prepared_for_them() {
    let (stays, leaves, comes) =
        (Signer::new(Algorithm::Rs256).jwk(), Signer::another().jwk(), Signer::new(Algorithm::Es256).jwk());
    let held = keys([stays.clone(), leaves]);
    // At another place, under another name, for one algorithm only: the key is the same.
    for survivor in [stays.clone(), with(stays, json!({"kid": "k2", "alg": "RS256"}))] {
        let renewed = held.renewed(jwk_set([comes.clone(), survivor])).unwrap();
        let key = |set: &KeySet, index: usize| set.jwk_set().unwrap().keys()[index].public_key().clone();
        assert!(key(&renewed, 1).shares_preparation_with(&key(&held, 0)));
        assert!(!key(&renewed, 0).shares_preparation_with(&key(&held, 1)));
    }
    // Equal keys that were read twice share nothing.
    let (one, other) = (keys([comes.clone()]), keys([comes]));
    let key = |set: &KeySet| set.jwk_set().unwrap().keys()[0].public_key().clone();
    assert_eq!(key(&one), key(&other));
    assert!(!key(&one).shares_preparation_with(&key(&other)));
}

/// A source that does as it is told, and takes notes.
struct Source {
    held: Mutex<Held>,
    answer: Mutex<Answer>,
    looks: AtomicUsize,
    refreshes: Mutex<Vec<(Generation, Reason)>>,
}

/// Why it was asked, for the notes.
#[derive(Clone, Debug, PartialEq)]
enum Reason {
    KeyNotFound(Option<String>),
    InvalidSignature,
    NoUsableKeys,
}

impl Reason {
    fn not_found(key_id: &str) -> Self {
        Self::KeyNotFound(Some(key_id.to_owned()))
    }
}

impl From<RefreshReason<'_>> for Reason {
    fn from(why: RefreshReason<'_>) -> Self {
        match why {
            RefreshReason::KeyNotFound { key_id } => Self::KeyNotFound(key_id.map(str::to_owned)),
            RefreshReason::InvalidSignature => Self::InvalidSignature,
            RefreshReason::NoUsableKeys => Self::NoUsableKeys,
            other => panic!("no verifier says {other:?}"),
        }
    }
}

/// What becomes of a refresh.
#[derive(Clone, Debug)]
enum Answer {
    Newer(KeySet),
    Unchanged,
    Limited,
    Fails,
    FailsFor(std::time::Duration),
    NoUsableKeys,
    /// It is never ready.
    Never,
}

impl Source {
    fn new(keys: KeySet, freshness: Freshness, answer: Answer) -> Arc<Self> {
        Arc::new(Self {
            held: Mutex::new(Held::new(keys, freshness)),
            answer: Mutex::new(answer),
            looks: AtomicUsize::new(0),
            refreshes: Mutex::default(),
        })
    }

    fn refreshes(&self) -> Vec<(Generation, Reason)> {
        self.refreshes.lock().unwrap().clone()
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}

#[async_trait]
impl KeySource for Source {
    fn held(&self) -> Held {
        self.looks.fetch_add(1, Ordering::Relaxed);
        self.held.lock().unwrap().clone()
    }

    async fn refresh(&self, seen: Generation, why: RefreshReason<'_>) -> Result<Refreshed, KeySourceError> {
        self.refreshes.lock().unwrap().push((seen, why.into()));
        let answer = self.answer.lock().unwrap().clone();
        match answer {
            Answer::Newer(keys) => Ok(Refreshed::Newer(keys)),
            Answer::Unchanged => Ok(Refreshed::Unchanged),
            Answer::Limited => Ok(Refreshed::Limited),
            Answer::Fails => Err(KeySourceError::failed(std::io::Error::other("connection refused"))),
            Answer::FailsFor(delay) => {
                Err(KeySourceError::failed(std::io::Error::other("503")).retry_after(delay))
            }
            Answer::NoUsableKeys => Err(KeySourceError::NoUsableKeys),
            Answer::Never => std::future::pending().await,
        }
    }
}

/// What a caller learns. An outage has a cause, which is never equal to another one.
#[derive(Clone, Debug, PartialEq)]
enum Verdict {
    Accepted,
    Refused(Error),
    Outage,
}

fn verifier(source: &Arc<Source>) -> Verifier {
    let algorithms = [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256, Algorithm::Hs256];
    let issuer = TrustedIssuer::builder(ISSUER)
        .audience(AUDIENCE)
        .algorithms(algorithms)
        .key_source(Arc::clone(source));
    mint::verifier(issuer)
}

/// The verdict, which must be there at the first poll.
#[track_caller]
fn at_once(verifier: &Verifier, token: &str) -> Verdict {
    match poll(pin!(verifier.verify_at::<Claims>(token, NOW))) {
        Poll::Ready(Ok(_)) => Verdict::Accepted,
        Poll::Ready(Err(Error::KeySource(_))) => Verdict::Outage,
        Poll::Ready(Err(error)) => Verdict::Refused(error),
        Poll::Pending => panic!("it waits"),
    }
}

/// Asks once whether a future is ready.
fn poll<F: Future + Unpin>(mut future: F) -> Poll<F::Output> {
    pin!(&mut future).poll(&mut Context::from_waker(Waker::noop()))
}

fn keys(keys: impl AsRef<[Value]>) -> KeySet {
    jwk_set(keys).into()
}

fn unknown_key(key_id: &str) -> Error {
    assert_ne!(key_id, KEY_ID);
    Error::KeyNotFound(KeyNotFound::UnknownKeyId { key_id: key_id.into() })
}

fn malformed_alg() -> Error {
    let problem = jwt_verify_core::ParameterProblem::Missing;
    Malformed::HeaderParameter { name: "alg", problem }.into()
}
