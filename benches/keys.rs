//! `held/…`: what a verification pays for keys that live at an issuer; `refused/…`: what a token costs that asks for keys in vain.

use core::{hint::black_box, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use jwt_verify_core::{
    Claims, Freshness, Generation, KeySet, KeySource, RefreshReason, Refreshed, TrustedIssuer, Verifier,
};
use jwt_verify_remote::RemoteJwks;
use jwt_verify_testing::TestIssuer;

criterion_group! {
    name = keys;
    config = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .without_plots();
    targets = held, refused
}
criterion_main!(keys);

/// The look at the keys that every verification begins with: of a set that never changes, and of one that is kept fresh.
fn held(criterion: &mut Criterion) {
    let issuer = TestIssuer::start();
    let remote = fetched(&issuer);
    let fixed = KeySet::from(issuer.jwk_set());

    let mut group = criterion.benchmark_group("held");
    group.bench_function("static", |bencher| bencher.iter(|| look(black_box(&fixed))));
    group.bench_function("remote", |bencher| bencher.iter(|| look(black_box(&remote))));
    group.finish();
    assert_eq!(issuer.jwks_requests(), 1);
}

fn look(source: &impl KeySource) -> Generation {
    let held = source.held();
    assert_eq!(held.freshness(), Freshness::Fresh);
    held.keys().generation()
}

/// A token with an invented key ID, when the bucket is empty: nobody waits, nothing is fetched.
fn refused(criterion: &mut Criterion) {
    let issuer = TestIssuer::start();
    let remote = fetched(&issuer);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let seen = remote.held().keys().generation();
    let ask = |key_id: &str| {
        let why = RefreshReason::KeyNotFound { key_id: Some(key_id) };
        runtime.block_on(remote.refresh(seen, why)).unwrap()
    };
    while !matches!(ask(&fastrand::u64(..).to_string()), Refreshed::Limited) {}

    let rules = TrustedIssuer::builder(issuer.name())
        .audience(issuer.audience())
        .algorithms(issuer.algorithms())
        .key_source(remote.clone())
        .build()
        .unwrap();
    let verifier = Verifier::builder().issuer(rules).clock(issuer.clock()).build().unwrap();
    let token = issuer.token().header("kid", "invented").mint();
    let mut group = criterion.benchmark_group("refused");
    group.bench_function("unknown-key-id", |bencher| {
        bencher.iter(|| {
            let verdict = runtime.block_on(verifier.verify::<Claims>(black_box(&token)));
            assert_eq!(verdict.unwrap_err().code(), "key_not_found");
        });
    });
    group.finish();
}

fn fetched(issuer: &TestIssuer) -> RemoteJwks {
    let keys = RemoteJwks::builder(issuer.jwks_url()).build().unwrap();
    keys.prefetch_blocking().unwrap();
    keys
}
