//! Issuers that are found while tokens come in.

use std::{
    future::Future,
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use jwt_verify_core::{
    Algorithm, BuildProblem, ClaimError, Claims, Error, IssuerResolver, JsonProblem, KeySourceError,
    Malformed, Part, Resolved, Step, TrustedIssuer, TrustedIssuerBuilder, UnixTime, Verdict, VerifiedToken,
    Verifier, async_trait, limits,
};
use serde_json::{Value, json};

use crate::mint::{self, AUDIENCE, ISSUER, NOW, Signer, claims, with, with_signature, without};

const CUSTOMER: &str = "https://customer.example";
const NOBODY: [&str; 0] = [];

#[test]
fn an_issuer_that_is_held_answers_at_once() {
    let signer = Signer::new(Algorithm::EdDsa);
    let resolver = Resolver::new(Resolved::Trusted(issuer(CUSTOMER, &signer)), Answer::Never);
    let verifier = verifier(&resolver);
    let token = signer.token(&of(CUSTOMER));
    assert_eq!(at_once(&verifier, &token), Ok(()));
    let verified: VerifiedToken = verifier.verify_held_at(&token, NOW).unwrap();
    assert_eq!(verified.issuer(), Some(CUSTOMER));
    // Its keys and rules are its own.
    assert_eq!(at_once(&verifier, &Signer::another().token(&of(CUSTOMER))), Err(Error::InvalidSignature));
    let expired = signer.token(&with(of(CUSTOMER), json!({"exp": NOW.as_secs() - 60})));
    assert_eq!(at_once(&verifier, &expired).map_err(|error| error.code()), Err("expired"));
    assert_eq!(resolver.resolved(), NOBODY);
}

#[test]
fn an_issuer_that_is_not_trusted_is_refused_without_waiting() {
    let signer = Signer::new(Algorithm::EdDsa);
    let resolver = Resolver::new(Resolved::Untrusted, Answer::Never);
    let verifier = verifier(&resolver);
    let token = signer.token(&of(CUSTOMER));
    assert_eq!(at_once(&verifier, &token), Err(ClaimError::InvalidIssuer.into()));
    assert_eq!(held(&verifier, &token), Err(ClaimError::InvalidIssuer.into()));
    assert_eq!((resolver.asked_held(), resolver.resolved().len()), (vec![CUSTOMER.to_owned(); 2], 0));
}

#[test]
fn an_issuer_that_is_unknown_is_resolved_once_for_each_token() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&of(CUSTOMER));
    let outage = KeySourceError::NoUsableKeys;
    for (answer, expected) in [
        (Answer::Trusted(issuer(CUSTOMER, &signer)), Ok(())),
        (Answer::Trusted(issuer(CUSTOMER, &Signer::another())), Err(Error::InvalidSignature)),
        (Answer::Untrusted, Err(ClaimError::InvalidIssuer.into())),
        (Answer::Outage, Err(Error::KeySource(outage.clone()))),
    ] {
        let resolver = Resolver::new(Resolved::Unknown, answer.clone());
        let verifier = verifier(&resolver);
        assert_eq!(at_once(&verifier, &token), expected, "{answer:?}");
        assert_eq!(
            (resolver.asked_held(), resolver.resolved()),
            (vec![CUSTOMER.into()], vec![CUSTOMER.into()])
        );
        // The synchronous form never waits: the issuer cannot be had.
        assert_eq!(held(&verifier, &token), Err(Error::KeySource(outage.clone())));
        assert_eq!(resolver.resolved().len(), 1);
    }
}

#[test]
fn a_resolver_that_takes_its_time_is_waited_for() {
    let signer = Signer::new(Algorithm::EdDsa);
    let resolver = Resolver::new(Resolved::Unknown, Answer::Never);
    let (verifier, token) = (verifier(&resolver), signer.token(&of(CUSTOMER)));
    let mut waiting = Box::pin(verifier.verify_at::<Claims>(&token, NOW));
    assert!(poll(waiting.as_mut()).is_pending());
    drop(waiting);
    // A request that is given up leaves the verifier usable.
    *resolver.answer.lock().unwrap() = Answer::Trusted(issuer(CUSTOMER, &signer));
    assert_eq!(at_once(&verifier, &token), Ok(()));
}

#[test]
fn an_issuer_of_another_name_than_was_asked_for_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    let name = format!("https://login.example/{tenant}");
    let token = signer.token(&with(of(&name), json!({"tid": tenant})));
    let anybody = TrustedIssuer::danger_any_issuer();
    let template = TrustedIssuer::tenant_template("https://login.example/{tenantid}");
    for (wrong, right) in [
        (issuer(ISSUER, &signer), false),
        (issuer(&format!("{name}/"), &signer), false),
        // Rules under which many names fall would have one issuer's keys answer for another.
        (rules(anybody, &signer).build().unwrap(), false),
        (rules(template, &signer).build().unwrap(), false),
        (issuer(&name, &signer), true),
        (rules(TrustedIssuer::builder(ISSUER).also_known_as(&name), &signer).build().unwrap(), true),
    ] {
        let expected = if right { Ok(()) } else { Err(Error::from(ClaimError::InvalidIssuer)) };
        let resolver = Resolver::new(Resolved::Unknown, Answer::Trusted(wrong.clone()));
        assert_eq!(at_once(&verifier(&resolver), &token), expected, "{wrong:?}");
        let resolver = Resolver::new(Resolved::Trusted(wrong), Answer::Never);
        assert_eq!(held(&verifier(&resolver), &token), expected);
    }
}

#[test]
fn names_and_templates_come_before_the_resolver() {
    let (signer, other) = (Signer::new(Algorithm::EdDsa), Signer::another());
    let tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    let template = TrustedIssuer::tenant_template("https://login.example/{tenantid}");
    let resolver = Resolver::new(Resolved::Trusted(issuer(CUSTOMER, &other)), Answer::Never);
    let verifier = Verifier::builder()
        .issuer(issuer(ISSUER, &signer))
        .issuer(rules(template, &signer).build().unwrap())
        .issuer_resolver(Arc::clone(&resolver))
        .build()
        .unwrap();
    assert_eq!(at_once(&verifier, &signer.token(&claims())), Ok(()));
    let of_tenant = with(of(&format!("https://login.example/{tenant}")), json!({"tid": tenant}));
    assert_eq!(at_once(&verifier, &signer.token(&of_tenant)), Ok(()));
    assert_eq!(resolver.asked_held(), NOBODY, "not asked about them");
    assert_eq!(at_once(&verifier, &other.token(&of(CUSTOMER))), Ok(()));
    assert_eq!(resolver.asked_held(), [CUSTOMER]);
}

#[test]
fn a_token_that_is_refused_whoever_issued_it_is_not_worth_a_look_up() {
    let signer = Signer::new(Algorithm::EdDsa);
    let good = signer.token(&of(CUSTOMER));
    let ages = limits::MAX_LEEWAY;
    let ended = UnixTime::from_secs(NOW.as_secs() - 300);
    let just_not = signer.token(&with(of(CUSTOMER), json!({"exp": ended.as_secs() + 1})));
    let missing = ClaimError::Missing { claim: "iss".into() };
    let wrong_type = |claim: &'static str| ClaimError::WrongType { claim: claim.into() };
    let unsigned = signer.token_with_header(&json!({"alg": "none"}), &of(CUSTOMER));
    let header = signer.header().to_string();
    for (token, expected) in [
        (format!("{good} "), Malformed::Character { at: good.len() }.into()),
        (unsigned, Error::AlgorithmNotAllowed(None)),
        (with_signature(&good, &[1; 63]), Error::InvalidSignature),
        (signer.token(&without(claims(), "iss")), missing.into()),
        (signer.token(&with(claims(), json!({"iss": [CUSTOMER]}))), wrong_type("iss").into()),
        (signer.token(&with(of(CUSTOMER), json!({"exp": "never"}))), wrong_type("exp").into()),
        (
            signer.token(&with(of(CUSTOMER), json!({"exp": ended.as_secs()}))),
            ClaimError::Expired { expiration_time: ended, now: NOW, leeway: ages }.into(),
        ),
        (
            signer.raw_token(&header, format!(r#"{{"iss":"{CUSTOMER}","a":1,"a":2}}"#)),
            Malformed::Json(Part::Payload, JsonProblem::DuplicateMember { at: 40 }).into(),
        ),
    ] {
        let resolver = Resolver::new(Resolved::Unknown, Answer::Never);
        let verifier = verifier(&resolver);
        assert_eq!(at_once(&verifier, &token), Err(expected.clone()), "{token}");
        assert_eq!(held(&verifier, &token), Err(expected), "{token}");
        assert_eq!(resolver.resolved(), NOBODY, "{token}");
    }
    // What only the issuer's rules can refuse is.
    for token in [just_not, signer.token(&without(of(CUSTOMER), "exp"))] {
        let resolver = Resolver::new(Resolved::Unknown, Answer::Untrusted);
        assert_eq!(at_once(&verifier(&resolver), &token), Err(ClaimError::InvalidIssuer.into()));
        assert_eq!(resolver.resolved(), [CUSTOMER]);
    }
}

#[test]
fn a_name_that_is_too_long_is_not_asked_about() {
    let signer = Signer::new(Algorithm::EdDsa);
    let longest = format!("https://{}", "a".repeat(limits::MAX_ISSUER_LEN - 8));
    for (name, asked) in [(longest.clone(), 1), (format!("{longest}a"), 0)] {
        let resolver = Resolver::new(Resolved::Untrusted, Answer::Never);
        let verdict = at_once(&verifier(&resolver), &signer.token(&of(&name)));
        assert_eq!(verdict, Err(ClaimError::InvalidIssuer.into()));
        assert_eq!(resolver.asked_held().len(), asked);
    }
    // One that was configured may be as long as it likes.
    let name = format!("{longest}a");
    let resolver = Resolver::new(Resolved::Untrusted, Answer::Never);
    let verifier = Verifier::builder().issuer(issuer(&name, &signer)).issuer_resolver(resolver).build();
    assert_eq!(at_once(&verifier.unwrap(), &signer.token(&of(&name))), Ok(()));
}

#[test]
fn a_resolver_makes_up_for_no_issuer_and_none_may_be_beside_any() {
    let anybody = rules(TrustedIssuer::danger_any_issuer(), &Signer::another()).build().unwrap();
    let resolver = Resolver::new(Resolved::Unknown, Answer::Never);
    Verifier::builder().issuer_resolver(Arc::clone(&resolver)).build().unwrap();
    let beside = Verifier::builder().issuer(anybody).issuer_resolver(resolver).build();
    assert_eq!(beside.unwrap_err().problems(), [BuildProblem::AnyIssuerBesideOthers]);
}

#[test]
fn the_explanation_tells_what_the_resolver_knows() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&of(CUSTOMER));
    let bytes = "a name of at most 2048 bytes that the resolver trusts";
    for (held, found, code) in [
        (Resolved::Trusted(issuer(CUSTOMER, &signer)), "trusted", None),
        (Resolved::Untrusted, "not trusted", Some("invalid_issuer")),
        (Resolved::Unknown, "not looked up yet", Some("keys_unavailable")),
    ] {
        let verifier = verifier(&Resolver::new(held, Answer::Never));
        let explanation = verifier.explain(&token, NOW);
        let steps = explanation.steps();
        let [choose, resolve] = [Step::ChooseIssuer, Step::ResolveIssuer]
            .map(|step| steps.iter().find(|explained| explained.step() == step).unwrap());
        assert_eq!(choose.expected(), "one of 0 trusted issuers, or one of the resolver's");
        assert_eq!((resolve.expected(), resolve.found()), (bytes, Some(found)));
        assert_eq!(explanation.error().map(Error::code), code);
        let verdict = if code.is_some() { Verdict::Refused } else { Verdict::Passed };
        assert_eq!(resolve.verdict(), verdict);
        assert!(steps.iter().map(|step| step.step()).is_sorted(), "as they are declared");
    }
    let long = format!("https://{}", "a".repeat(limits::MAX_ISSUER_LEN));
    let verifier = verifier(&Resolver::new(Resolved::Untrusted, Answer::Never));
    let explanation = verifier.explain(&signer.token(&of(&long)), NOW);
    let last = explanation.steps().last().unwrap();
    assert_eq!((last.step(), last.found()), (Step::ResolveIssuer, Some("2056 bytes")));
}

#[test]
fn a_future_that_waits_for_a_resolver_can_go_to_another_thread() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let signer = Signer::new(Algorithm::EdDsa);
    let resolver = Resolver::new(Resolved::Unknown, Answer::Trusted(issuer(CUSTOMER, &signer)));
    let (verifier, token) = (verifier(&resolver), signer.token(&of(CUSTOMER)));
    let thread = std::thread::spawn(move || {
        let future = pin!(is_send(verifier.verify_at::<Claims>(&token, NOW)));
        matches!(poll(future), Poll::Ready(Ok(_)))
    });
    assert!(thread.join().unwrap());
}

/// A resolver that does as it is told, and takes notes.
#[derive(Debug)]
struct Resolver {
    held: Resolved,
    answer: Mutex<Answer>,
    looks: Mutex<Vec<String>>,
    asked: Mutex<Vec<String>>,
}

#[derive(Clone, Debug)]
enum Answer {
    Trusted(TrustedIssuer),
    Untrusted,
    Outage,
    /// It is never ready.
    Never,
}

impl Resolver {
    fn new(held: Resolved, answer: Answer) -> Arc<Self> {
        let (looks, asked) = Default::default();
        Arc::new(Self { held, answer: Mutex::new(answer), looks, asked })
    }

    fn asked_held(&self) -> Vec<String> {
        self.looks.lock().unwrap().clone()
    }

    fn resolved(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl IssuerResolver for Resolver {
    fn held(&self, issuer: &str) -> Resolved {
        self.looks.lock().unwrap().push(issuer.to_owned());
        self.held.clone()
    }

    async fn resolve(&self, issuer: &str) -> Result<Option<TrustedIssuer>, KeySourceError> {
        self.asked.lock().unwrap().push(issuer.to_owned());
        let answer = self.answer.lock().unwrap().clone();
        match answer {
            Answer::Trusted(issuer) => Ok(Some(issuer)),
            Answer::Untrusted => Ok(None),
            Answer::Outage => Err(KeySourceError::NoUsableKeys),
            Answer::Never => std::future::pending().await,
        }
    }
}

/// Trusts whom the resolver trusts.
fn verifier(resolver: &Arc<Resolver>) -> Verifier {
    Verifier::builder().issuer_resolver(Arc::clone(resolver)).build().unwrap()
}

fn issuer(name: &str, signer: &Signer) -> TrustedIssuer {
    rules(TrustedIssuer::builder(name), signer).build().unwrap()
}

fn rules(builder: TrustedIssuerBuilder, signer: &Signer) -> TrustedIssuerBuilder {
    builder.audience(AUDIENCE).algorithms([signer.algorithm()]).jwk_set(mint::jwk_set([signer.jwk()]))
}

fn of(issuer: &str) -> Value {
    with(claims(), json!({"iss": issuer}))
}

/// The verdict of the asynchronous form, which must be there at the first poll.
#[track_caller]
fn at_once(verifier: &Verifier, token: &str) -> Result<(), Error> {
    match poll(pin!(verifier.verify_at::<Claims>(token, NOW))) {
        Poll::Ready(verdict) => verdict.map(drop),
        Poll::Pending => panic!("it waits"),
    }
}

fn held(verifier: &Verifier, token: &str) -> Result<(), Error> {
    verifier.verify_held_at::<Claims>(token, NOW).map(drop)
}

/// Asks once whether a future is ready.
fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}
