//! `path/algorithm/key`: how long each part of a verification takes, and the whole. See the README.

use core::{hint::black_box, time::Duration};

use criterion::{Bencher, BenchmarkId, Criterion, criterion_group, criterion_main};
use jwt_verify_benches::{CASES, Material, NOW, Session, Token};
use jwt_verify_core::UnverifiedToken;

criterion_group! {
    name = paths;
    config = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(3))
        .without_plots();
    targets = parse, signature, claims, whole
}
criterion_main!(paths);

/// The text is split, the header decoded and read.
fn parse(criterion: &mut Criterion) {
    for_each_case(criterion, "parse", |bencher, material| {
        let algorithm = material.key.algorithm();
        each_token(bencher, material, |token| {
            let header = UnverifiedToken::parse(&token.text).unwrap().header().unwrap();
            assert_eq!(header.algorithm(), Some(algorithm));
            header
        });
    });
}

/// The signature alone: decoded before, with a key that is ready.
fn signature(criterion: &mut Criterion) {
    for_each_case(criterion, "signature", |bencher, material| {
        each_token(bencher, material, |token| {
            assert_eq!(material.key.verify(token.signing_input.as_bytes(), &token.signature), Ok(()));
        });
    });
}

/// The claims of a verified token are read into a type, the JSON checked once more.
fn claims(criterion: &mut Criterion) {
    for_each_case(criterion, "claims", |bencher, material| {
        let verified = material.tokens.iter().map(|token| {
            let verified = material.verifier.verify_held_at::<Session>(&token.text, NOW).unwrap();
            (verified, &token.subject)
        });
        let verified: Vec<_> = verified.collect();
        let mut verified = verified.iter().cycle();
        bencher.iter(|| {
            let (token, subject) = verified.next().unwrap();
            let session: Session = black_box(token).read_claims().unwrap();
            assert_eq!(session.sub, **subject);
            session
        });
    });
}

/// From the text to the proof with typed claims: what a service waits for.
fn whole(criterion: &mut Criterion) {
    for_each_case(criterion, "whole", |bencher, material| {
        each_token(bencher, material, |token| {
            let verified = material.verifier.verify_held_at::<Session>(&token.text, NOW).unwrap();
            assert_eq!(verified.claims().sub, token.subject);
            verified
        });
    });
}

fn for_each_case(criterion: &mut Criterion, path: &str, measure: impl Fn(&mut Bencher<'_>, &Material)) {
    let mut group = criterion.benchmark_group(path);
    for case in &CASES {
        group.bench_function(BenchmarkId::new(case.algorithm.to_string(), case.key), |bencher| {
            measure(bencher, case.material());
        });
    }
    group.finish();
}

fn each_token<R>(bencher: &mut Bencher<'_>, material: &Material, mut act: impl FnMut(&Token) -> R) {
    let mut tokens = material.tokens.iter().cycle();
    bencher.iter(|| act(black_box(tokens.next().unwrap())));
}
