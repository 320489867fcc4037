//! What is wrong with a setup is told when it is built, all at once.

use std::time::Duration;

use jwt_verify_core::{
    Algorithm, BuildProblem, ClaimCheck, ClaimMapping, ClaimPath, HmacSecret, JwkSet, TokenKind,
    TrustedIssuer, TrustedIssuerBuilder, Verifier, limits,
};
use serde_json::{Value, json};

use crate::mint::{self, AUDIENCE, ISSUER, Signer, accepted, claims, with};

#[test]
fn everything_that_is_missing_or_wrong_is_told_at_once() {
    let nothing = TrustedIssuer::builder("").build().unwrap_err();
    assert_eq!(
        nothing.problems(),
        [
            BuildProblem::EmptyIssuer,
            BuildProblem::NoAudience,
            BuildProblem::NoAlgorithms,
            BuildProblem::NoKeys
        ]
    );
    let leeway = Duration::from_secs(301);
    let all_wrong = TrustedIssuer::builder("")
        .algorithms([Algorithm::Rs256])
        .jwk_set(mint::jwk_set([Signer::new(Algorithm::EdDsa).jwk()]))
        .leeway(leeway)
        .max_age(Duration::ZERO)
        .token_kind(TokenKind::of_type::<&str>([]))
        .require_claim("")
        .build()
        .unwrap_err();
    assert_eq!(
        all_wrong.problems(),
        [
            BuildProblem::EmptyIssuer,
            BuildProblem::NoAudience,
            BuildProblem::NoUsableKey,
            BuildProblem::LeewayTooLong { leeway },
            BuildProblem::ZeroMaxAge,
            BuildProblem::EmptyType,
            BuildProblem::EmptyClaimCheck,
        ]
    );
    // One line that names each.
    let printed = all_wrong.to_string();
    assert_eq!(printed.lines().count(), 1);
    for problem in all_wrong.problems() {
        assert!(printed.contains(&problem.to_string()), "{printed}");
    }
}

#[test]
fn each_mistake_has_its_own_problem() {
    let signer = Signer::new(Algorithm::EdDsa);
    let good = || signer.issuer();
    let secret = |algorithm| HmacSecret::new(algorithm, &[7; 64]).unwrap();
    let (no_values, no_names): ([Value; 0], [&str; 0]) = ([], []);
    for (issuer, problem) in [
        (good().also_known_as(""), BuildProblem::EmptyIssuer),
        (good().audience(""), BuildProblem::NoAudience),
        (good().max_age(Duration::from_millis(999)), BuildProblem::ZeroMaxAge),
        (good().token_kind(TokenKind::of_type(["JWT", ""])), BuildProblem::EmptyType),
        (good().require_claim(""), BuildProblem::EmptyClaimCheck),
        (good().check_claim(ClaimCheck::one_of("plan", no_values.clone())), BuildProblem::EmptyClaimCheck),
        (good().check_claim(ClaimCheck::one_of("", ["pro"])), BuildProblem::EmptyClaimCheck),
        (
            good().check_claim(ClaimCheck::one_of(ClaimPath::new(no_names), ["pro"])),
            BuildProblem::EmptyClaimCheck,
        ),
        (good().instead_of_audience(ClaimCheck::one_of("azp", no_values)), BuildProblem::EmptyClaimCheck),
        (good().claim_mapping(ClaimMapping::new().user_id("")), BuildProblem::EmptyClaimCheck),
        (good().claim_mapping(ClaimMapping::new().user_id_chain(no_names)), BuildProblem::EmptyClaimCheck),
        (good().claim_mapping(ClaimMapping::new().roles("")), BuildProblem::EmptyClaimCheck),
        (good().jwk_set(JwkSet::default()), BuildProblem::NoUsableKey),
        (good().jwk_set(mint::jwk_set([Signer::new(Algorithm::Es256).jwk()])), BuildProblem::NoUsableKey),
        (
            good().jwk_set(mint::jwk_set([with(signer.jwk(), json!({"use": "enc"}))])),
            BuildProblem::NoUsableKey,
        ),
        (
            good().hmac_secret(secret(Algorithm::Hs256)),
            BuildProblem::SecretAlgorithmNotAllowed { algorithm: Algorithm::Hs256 },
        ),
        (
            good().algorithms([Algorithm::Hs512]).hmac_secret(secret(Algorithm::Hs256)),
            BuildProblem::SecretAlgorithmNotAllowed { algorithm: Algorithm::Hs256 },
        ),
        #[cfg(not(feature = "es256k"))]
        (
            good().algorithms([Algorithm::Es256K]),
            BuildProblem::AlgorithmNotCompiledIn { algorithm: Algorithm::Es256K, feature: "es256k" },
        ),
    ] {
        assert_eq!(problems(issuer), [problem]);
    }
    good().build().unwrap();
}

#[test]
fn of_several_keys_one_that_is_usable_is_enough() {
    let keys = [Signer::new(Algorithm::Es256).jwk(), Signer::new(Algorithm::EdDsa).jwk()];
    let issuer =
        TrustedIssuer::builder(ISSUER).audience(AUDIENCE).algorithms([Algorithm::EdDsa, Algorithm::Rs256]);
    let verifier = mint::verifier(issuer.jwk_set(mint::jwk_set(&keys)));
    accepted(&verifier, &Signer::new(Algorithm::EdDsa).token(&claims()));
}

#[test]
fn keys_given_later_replace_those_given_before() {
    let (first, last) = (Signer::new(Algorithm::EdDsa), Signer::another());
    let verifier = mint::verifier(first.issuer().jwk_set(mint::jwk_set([last.jwk()])));
    accepted(&verifier, &last.token(&claims()));
    assert_eq!(mint::refusal(&verifier, &first.token(&claims())).code(), "invalid_signature");
    // Also a problem that the earlier ones had.
    let issuer = first.issuer().jwk_set(JwkSet::default()).key_source(jwt_verify_core::KeySet::empty());
    issuer.build().unwrap();
}

#[test]
fn a_sole_key_answers_whatever_key_id_a_token_has_unless_it_has_one_itself() {
    let signer = Signer::new(Algorithm::EdDsa);
    let jwk = jwt_verify_core::Jwk::parse(&signer.jwk().to_string()).unwrap();
    let token = |header| signer.token_with_header(&header, &claims());
    let (named, other, nameless) = (
        token(json!({"alg": "EdDSA", "kid": mint::KEY_ID})),
        token(json!({"alg": "EdDSA", "kid": "other"})),
        token(json!({"alg": "EdDSA"})),
    );
    let verifier = mint::verifier(signer.issuer().public_key(jwk.public_key().clone()));
    for token in [&named, &other, &nameless] {
        accepted(&verifier, token);
    }
    let verifier = mint::verifier(signer.issuer().jwk(jwk));
    for token in [&named, &nameless] {
        accepted(&verifier, token);
    }
    assert_eq!(mint::refusal(&verifier, &other).code(), "key_not_found");
    let secret = Signer::new(Algorithm::Hs256);
    for header in [json!({"alg": "HS256"}), json!({"alg": "HS256", "kid": "any"})] {
        accepted(&secret.verifier(), &secret.token_with_header(&header, &claims()));
    }
}

#[test]
fn what_is_wrong_with_a_verifier_is_told_at_once() {
    let issuer = |name: &str| {
        TrustedIssuer::builder(name)
            .audience(AUDIENCE)
            .algorithms([Algorithm::EdDsa])
            .key_source(jwt_verify_core::KeySet::empty())
    };
    let anybody = TrustedIssuer::danger_any_issuer()
        .audience(AUDIENCE)
        .algorithms([Algorithm::EdDsa])
        .key_source(jwt_verify_core::KeySet::empty())
        .build()
        .unwrap();
    assert_eq!(
        Verifier::builder().max_token_len(0).build().unwrap_err().problems(),
        [BuildProblem::NoIssuers, BuildProblem::TokenLimit { limit: 0 }]
    );
    let also = issuer("https://b.example").also_known_as("https://a.example").build().unwrap();
    let built = Verifier::builder()
        .issuer(issuer("https://a.example").build().unwrap())
        .issuer(also)
        .issuer(anybody.clone())
        .max_token_len(usize::MAX)
        .build();
    assert_eq!(
        built.unwrap_err().problems(),
        [
            BuildProblem::TokenLimit { limit: usize::MAX },
            BuildProblem::AnyIssuerBesideOthers,
            BuildProblem::DuplicateIssuer { issuer: "https://a.example".into() },
        ]
    );
    Verifier::builder().issuer(anybody).build().unwrap();

    let many = |count: usize| {
        let issuers = (0..count).map(|number| issuer(&format!("https://{number}.example")).build().unwrap());
        issuers.fold(Verifier::builder(), |builder, issuer| builder.issuer(issuer)).build()
    };
    many(limits::MAX_ISSUERS).unwrap();
    assert_eq!(
        many(limits::MAX_ISSUERS + 1).unwrap_err().problems(),
        [BuildProblem::TooManyIssuers { found: limits::MAX_ISSUERS + 1 }]
    );
}

#[test]
fn a_name_beside_any_issuer_is_a_contradiction_and_refused() {
    let issuer = TrustedIssuer::danger_any_issuer()
        .also_known_as("https://a.example")
        .audience(AUDIENCE)
        .algorithms([Algorithm::EdDsa])
        .key_source(jwt_verify_core::KeySet::empty());
    assert_eq!(problems(issuer), [BuildProblem::NameForAnyIssuer]);
}

#[test]
fn an_audience_beside_any_audience_is_a_contradiction_and_refused() {
    let any = || {
        TrustedIssuer::builder("https://a.example")
            .danger_any_audience()
            .algorithms([Algorithm::EdDsa])
            .key_source(jwt_verify_core::KeySet::empty())
    };
    any().build().unwrap();
    let substitute = ClaimCheck::one_of("azp", ["web"]);
    for issuer in [any().audience(AUDIENCE), any().instead_of_audience(substitute)] {
        assert_eq!(problems(issuer), [BuildProblem::AudienceBesideAnyAudience]);
    }
}

#[test]
fn one_name_given_twice_is_refused_for_one_issuer_as_for_two() {
    let issuer = TrustedIssuer::builder("https://a.example")
        .also_known_as("https://b.example")
        .also_known_as("https://a.example")
        .audience(AUDIENCE)
        .algorithms([Algorithm::EdDsa])
        .key_source(jwt_verify_core::KeySet::empty());
    assert_eq!(problems(issuer), [BuildProblem::DuplicateIssuer { issuer: "https://a.example".into() }]);
}

fn problems(issuer: TrustedIssuerBuilder) -> Vec<BuildProblem> {
    issuer.build().unwrap_err().problems().to_vec()
}
