//! A soak: verification without a break while the issuer rotates, fails and recovers. By the system's clock, for as many seconds as
//! `JWT_VERIFY_SOAK_SECONDS` says, or five.
//!
//! A program of its own, so that the memory that is measured is its own.
#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

#[path = "jwks/block_on.rs"]
mod block_on;

use core::{future::Future, pin::Pin, time::Duration};
use std::{
    env, fs,
    sync::{
        Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Instant,
};

use jwt_verify_core::{Algorithm, Claims, TrustedIssuer, Verifier};
use jwt_verify_remote::{KeysState, RemoteJwks};
use jwt_verify_testing::{Fault, Tamper, TestIssuer, TestKey};

use crate::block_on::block_on_within;

/// Threads that verify: of a runtime, and without one.
const THREADS: usize = 4;
/// The least time that the issuer stays as it is.
const STAGE: Duration = Duration::from_millis(200);
/// By when every thread has had a genuine token accepted after the issuer has recovered.
const PATIENCE: Duration = Duration::from_secs(20);
/// Faults that come and go. None is definite: after those the keys are not used, and what is checked here is that they always are.
const FAULTS: [Fault; 13] = [
    Fault::Status(500),
    Fault::ServiceUnavailable { retry_after: 1 },
    Fault::ClosedPort,
    Fault::ResetConnection,
    Fault::CloseConnection,
    Fault::HangBeforeHeaders,
    Fault::DripBody,
    Fault::TruncatedBody,
    Fault::HugeBody,
    Fault::HtmlWith200,
    Fault::InvalidJson,
    Fault::OneBadKeyAmongGood,
    Fault::WrongContentType,
];

/// One token being verified; gives `ok` or the code of the error.
type Verification = Pin<Box<dyn Future<Output = &'static str> + Send>>;

/// How the issuer is between two rotations.
struct Stage {
    number: usize,
    /// Of the key that the issuer signs with and publishes.
    genuine: String,
    /// Tokens that must never be accepted.
    forged: Vec<String>,
}

struct Soak {
    issuer: TestIssuer,
    keys: RemoteJwks,
    verifier: Verifier,
    stage: RwLock<Stage>,
    /// For each thread, the last stage whose genuine token it saw accepted.
    accepted: [AtomicUsize; THREADS],
    is_over: AtomicBool,
    verifications: AtomicUsize,
    refusals: AtomicUsize,
    wrong: Mutex<Vec<String>>,
}

impl Soak {
    fn start() -> Self {
        let issuer = TestIssuer::start();
        let keys = RemoteJwks::builder(issuer.jwks_url())
            .fresh_for(Duration::from_millis(100))
            .on_demand(50, Duration::from_millis(20))
            .timeout(Duration::from_millis(150))
            .build()
            .unwrap();
        let trusted = TrustedIssuer::builder(issuer.name())
            .audience(issuer.audience())
            .algorithms([Algorithm::EdDsa])
            .key_source(keys.clone())
            .build()
            .unwrap();
        let verifier = Verifier::builder().issuer(trusted).clock(issuer.clock()).build().unwrap();
        let stage = RwLock::new(stage(&issuer, 1));
        Self {
            issuer,
            keys,
            verifier,
            stage,
            accepted: [const { AtomicUsize::new(0) }; THREADS],
            is_over: AtomicBool::new(false),
            verifications: AtomicUsize::new(0),
            refusals: AtomicUsize::new(0),
            wrong: Mutex::new(Vec::new()),
        }
    }

    fn report(&self, wrong: String) {
        self.wrong.lock().unwrap_or_else(PoisonError::into_inner).push(wrong);
        self.is_over.store(true, SeqCst);
    }

    /// Rotates and breaks the issuer until the time is over. Gives how many stages there were.
    fn rotate_until(&self, end: Instant) -> usize {
        let mut number = 1;
        while Instant::now() < end && !self.is_over.load(SeqCst) {
            thread::sleep(STAGE);
            self.until_accepted(number);
            number += 1;
            // Every way to rotate meets every fault in time: their numbers have no common factor.
            match number % 3 {
                0 => drop(self.issuer.rotate()),
                1 => drop(self.issuer.rotate_without_overlap()),
                _ => drop(self.issuer.swap_key_keeping_its_key_id()),
            }
            self.withdraw_all_but(3);
            // Every fourth stage begins with a fault.
            let fault = FAULTS.get(number / 4 % FAULTS.len()).filter(|_| number % 4 == 2);
            if let Some(fault) = fault {
                self.issuer.set_fault(fault.clone());
            }
            *self.stage.write().unwrap() = stage(&self.issuer, number);
            if fault.is_some() {
                thread::sleep(STAGE / 2);
                self.issuer.heal();
            }
        }
        self.until_accepted(number);
        self.is_over.store(true, SeqCst);
        number
    }

    fn until_accepted(&self, number: usize) {
        let began = Instant::now();
        while self.accepted.iter().any(|accepted| accepted.load(SeqCst) != number) {
            if self.is_over.load(SeqCst) {
                return;
            }
            if began.elapsed() > PATIENCE {
                return self
                    .report(format!("stage {number}: not accepted everywhere, {}", self.keys.health()));
            }
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn withdraw_all_but(&self, count: usize) {
        let keys = self.issuer.keys();
        for key in keys.iter().take(keys.len().saturating_sub(count)) {
            self.issuer.withdraw(key.key_id());
        }
    }

    /// One thread verifies, until the soak is over.
    fn verify_as(&self, index: usize, run_within: &dyn Fn(Duration, Verification) -> Option<&'static str>) {
        let run = |token: &str| {
            let (verifier, token) = (self.verifier.clone(), token.to_owned());
            let verdict = async move {
                verifier.verify::<Claims>(&token).await.map_or_else(|error| error.code(), |_| "ok")
            };
            run_within(PATIENCE, Box::pin(verdict)).unwrap_or("no verdict")
        };
        let mut seen = 0;
        while !self.is_over.load(SeqCst) {
            let (number, genuine, forged) = {
                let stage = self.stage.read().unwrap();
                let forged = stage.forged.get(seen % stage.forged.len()).cloned().unwrap();
                (stage.number, stage.genuine.clone(), forged)
            };
            seen += 1;
            match run(&forged) {
                "malformed"
                | "algorithm_not_allowed"
                | "invalid_signature"
                | "key_not_found"
                | "keys_unavailable" => {}
                verdict => self.report(format!("stage {number}: {verdict} for {forged}")),
            }
            match run(&genuine) {
                "ok" => self.accepted.get(index).unwrap().store(number, SeqCst),
                // The new key is not known yet.
                "invalid_signature" | "key_not_found" | "keys_unavailable" => {
                    self.refusals.fetch_add(1, SeqCst);
                }
                verdict => self.report(format!("stage {number}: {verdict} for {genuine}")),
            }
            self.verifications.fetch_add(2, SeqCst);
        }
    }
}

/// The issuer as it is now.
fn stage(issuer: &TestIssuer, number: usize) -> Stage {
    let signing = issuer.signing_key();
    let unpublished = TestKey::numbered(Algorithm::EdDsa, 4_000_000_000);
    let named = |key_id: &str| issuer.token().key(&unpublished.clone().with_key_id(key_id)).mint();
    let mut forged = vec![named(signing.key_id()), named("invented"), named(&format!("invented-{number}"))];
    for tamper in Tamper::ALL {
        forged.push(issuer.token().tamper(*tamper).mint());
    }
    Stage { number, genuine: issuer.token().mint(), forged }
}

/// The memory that the process holds, in bytes; `None` where the system does not tell.
fn resident_memory() -> Option<usize> {
    let statm = fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = statm.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4_096)
}

#[test]
fn no_verdict_is_wrong_and_nobody_waits_for_ever_while_the_issuer_rotates_and_fails() {
    let span = env::var("JWT_VERIFY_SOAK_SECONDS").map_or(5, |span| span.parse().unwrap());
    let span = Duration::from_secs(span);
    let soak = Soak::start();
    let began = Instant::now();
    let (stages, warm) = thread::scope(|scope| {
        let soak = &soak;
        for index in 0..THREADS / 2 {
            scope.spawn(move || soak.verify_as(index, &block_on_within));
        }
        for index in THREADS / 2..THREADS {
            scope.spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
                soak.verify_as(index, &|limit, verification| {
                    runtime.block_on(async { tokio::time::timeout(limit, verification).await.ok() })
                });
            });
        }
        let warm = scope.spawn(move || {
            thread::sleep(span / 4);
            resident_memory()
        });
        (soak.rotate_until(began + span), warm.join().unwrap())
    });
    let (verifications, refusals) = (soak.verifications.load(SeqCst), soak.refusals.load(SeqCst));
    let fetches = soak.issuer.jwks_requests();
    println!(
        "{verifications} verifications, {stages} rotations, {fetches} requests, {refusals} genuine tokens refused before their key was known, {:?}",
        began.elapsed(),
    );
    assert_eq!(*soak.wrong.lock().unwrap(), Vec::<String>::new());
    assert!(verifications > 100 && stages > 1 && fetches >= stages, "it has done something");
    assert_ne!(soak.keys.health().state(), KeysState::Expired);
    if let (Some(warm), Some(end)) = (warm, resident_memory()) {
        assert!(end < warm + 20_000_000, "memory grew from {warm} to {end} bytes");
    }
}
