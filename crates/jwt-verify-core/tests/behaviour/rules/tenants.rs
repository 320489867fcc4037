//! An issuer with many tenants: one set of keys, one template, a name for each tenant.

use jwt_verify_core::{
    Algorithm, BuildProblem, ClaimError, ClaimMapping, Error, KeyMismatch, PassedOver, Step, TrustedIssuer,
    TrustedIssuerBuilder, Verdict, Verifier,
};
use serde_json::{Value, json};

use crate::mint::{self, AUDIENCE, NOW, Signer, accepted, claims, refusal, with, without};

const TEMPLATE: &str = "https://login.microsoftonline.com/{tenantid}/v2.0";
/// Two tenants; the second is the one that Entra ID keeps for personal accounts.
const ACME: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

#[test]
fn every_tenant_is_accepted_whose_claim_is_the_one_in_the_issuer() {
    let signer = Signer::new(Algorithm::EdDsa);
    let mapping = ClaimMapping::new().tenant("tid");
    for verifier in both_ways(|| issuer(&signer).claim_mapping(mapping.clone())) {
        for tenant in [ACME, PERSONAL] {
            let verified = accepted(&verifier, &signer.token(&of_tenant(tenant)));
            assert_eq!(verified.issuer(), Some(&*name(tenant)));
            assert_eq!(verified.identity().unwrap().tenant(), Some(tenant));
        }
    }
}

#[test]
fn an_issuer_that_is_not_of_the_template_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    for verifier in both_ways(|| issuer(&signer)) {
        for other in [
            "",
            TEMPLATE,
            "https://login.microsoftonline.com//v2.0",
            "https://login.microsoftonline.com/common/v2.0",
            "https://login.microsoftonline.com/acme.example/v2.0",
            &name(&ACME.to_uppercase()),
            &name(&format!("{ACME}/{PERSONAL}")),
            &name(&format!("x{ACME}")),
            &name(&ACME[1..]),
            &format!("{}/", name(ACME)),
            &format!(" {}", name(ACME)),
            &name(ACME).replace("https", "http"),
            &name(ACME).replace(".com", ".com.evil.example"),
            &format!("https://sts.windows.net/{ACME}/"),
        ] {
            let token = signer.token(&with(of_tenant(ACME), json!({"iss": other})));
            assert_eq!(refusal(&verifier, &token), ClaimError::InvalidIssuer.into(), "{other}");
        }
        let nobody = signer.token(&without(of_tenant(ACME), "iss"));
        assert_eq!(refusal(&verifier, &nobody), ClaimError::Missing { claim: "iss".into() }.into());
    }
}

#[test]
fn a_claim_that_is_not_the_tenant_in_the_issuer_is_refused() {
    let signer = Signer::new(Algorithm::EdDsa);
    let mismatch = || ClaimError::TenantMismatch { claim: "tid".into() };
    let wrong_type = || ClaimError::WrongType { claim: "tid".into() };
    for verifier in both_ways(|| issuer(&signer)) {
        for (tid, expected) in [
            (json!(PERSONAL), mismatch()),
            (json!(""), mismatch()),
            (json!(ACME.to_uppercase()), mismatch()),
            (json!(format!("{ACME} ")), mismatch()),
            (json!(name(ACME)), mismatch()),
            (json!(null), wrong_type()),
            (json!([ACME]), wrong_type()),
            (json!({"id": ACME}), wrong_type()),
            (json!(7), wrong_type()),
        ] {
            let token = signer.token(&with(of_tenant(ACME), json!({"tid": tid})));
            assert_eq!(refusal(&verifier, &token), expected.into(), "{tid}");
        }
        let absent = signer.token(&without(of_tenant(ACME), "tid"));
        assert_eq!(refusal(&verifier, &absent), ClaimError::Missing { claim: "tid".into() }.into());
    }
}

#[test]
fn the_claim_that_names_the_tenant_may_be_another() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = mint::verifier(issuer(&signer).tenant_claim(["org", "id"]));
    let token = |org: Value| signer.token(&with(without(of_tenant(ACME), "tid"), json!({"org": org})));
    accepted(&verifier, &token(json!({"id": ACME})));
    for (org, expected) in [
        (json!({"id": PERSONAL}), ClaimError::TenantMismatch { claim: "org.id".into() }),
        (json!({"id": 7}), ClaimError::WrongType { claim: "org.id".into() }),
        (json!({}), ClaimError::Missing { claim: "org.id".into() }),
        (json!(ACME), ClaimError::Missing { claim: "org.id".into() }),
    ] {
        assert_eq!(refusal(&verifier, &token(org.clone())), expected.into(), "{org}");
    }
}

#[test]
fn with_a_list_of_tenants_no_other_is_accepted() {
    let signer = Signer::new(Algorithm::EdDsa);
    let listed =
        || issuer(&signer).only_tenants([ACME]).only_tenants(["11111111-1111-1111-1111-111111111111"]);
    for verifier in both_ways(listed) {
        for tenant in [ACME, "11111111-1111-1111-1111-111111111111"] {
            accepted(&verifier, &signer.token(&of_tenant(tenant)));
        }
        let personal = signer.token(&of_tenant(PERSONAL));
        assert_eq!(refusal(&verifier, &personal), ClaimError::TenantNotAllowed.into());
        // A tenant on the list does not help one that is not.
        for (iss, tid, expected) in [
            (ACME, PERSONAL, ClaimError::TenantMismatch { claim: "tid".into() }),
            (PERSONAL, ACME, ClaimError::TenantNotAllowed),
        ] {
            let token = signer.token(&with(of_tenant(iss), json!({"tid": tid})));
            assert_eq!(refusal(&verifier, &token), expected.into());
        }
    }
}

#[test]
fn a_key_that_is_restricted_to_one_tenant_answers_for_no_other() {
    let (shared, personal) = (Signer::new(Algorithm::EdDsa), Signer::another());
    let keys = [
        with(shared.jwk(), json!({"kid": "shared", "issuer": TEMPLATE})),
        with(personal.jwk(), json!({"kid": "personal", "issuer": name(PERSONAL)})),
    ];
    let token = |signer: &Signer, key_id: &str, tenant: &str| {
        signer.token_with_header(&json!({"alg": "EdDSA", "kid": key_id}), &of_tenant(tenant))
    };
    for verifier in both_ways(|| issuer(&shared).jwk_set(mint::jwk_set(&keys))) {
        for (signer, key_id, tenant) in
            [(&shared, "shared", ACME), (&shared, "shared", PERSONAL), (&personal, "personal", PERSONAL)]
        {
            accepted(&verifier, &token(signer, key_id, tenant));
        }
        let stolen = token(&personal, "personal", ACME);
        assert_eq!(refusal(&verifier, &stolen), Error::KeyMismatch(KeyMismatch::Issuer));
        // Not by naming the other key, nor by naming none: then it is the one key that is for this tenant.
        let renamed = token(&personal, "shared", ACME);
        assert_eq!(refusal(&verifier, &renamed), Error::InvalidSignature);
        let nameless = personal.token_with_header(&json!({"alg": "EdDSA"}), &of_tenant(ACME));
        assert_eq!(refusal(&verifier, &nameless), Error::InvalidSignature);
        // The first `iss` chooses the key; a second one is refused with the rest of the claims.
        let rest = format!(r#""aud":"{AUDIENCE}","tid":"{ACME}","exp":1790000300"#);
        let twice = format!(r#"{{"iss":"{}","iss":"{}",{rest}}}"#, name(PERSONAL), name(ACME));
        let token = personal.raw_token(json!({"alg": "EdDSA", "kid": "personal"}).to_string(), twice);
        assert_eq!(refusal(&verifier, &token).code(), "malformed");

        let explanation = verifier.explain(&stolen, NOW);
        let listed: Vec<_> =
            explanation.keys().iter().map(|key| (key.description(), key.passed_over().cloned())).collect();
        let restricted = format!("Ed25519, of {:?} only", name(PERSONAL));
        assert_eq!(
            listed,
            [
                (&*format!("Ed25519, of {TEMPLATE:?} only"), Some(PassedOver::OtherKeyId)),
                (&*restricted, Some(PassedOver::OtherIssuer)),
            ]
        );
    }
}

#[test]
fn a_name_comes_before_a_template_and_keys_are_not_pooled() {
    let (tenants, named) = (Signer::new(Algorithm::EdDsa), Signer::another());
    let verifier = Verifier::builder()
        .issuer(issuer(&tenants).build().unwrap())
        .issuer(named.issuer().build().unwrap())
        .build()
        .unwrap();
    accepted(&verifier, &tenants.token(&of_tenant(ACME)));
    accepted(&verifier, &named.token(&claims()));
    assert_eq!(refusal(&verifier, &named.token(&of_tenant(ACME))), Error::InvalidSignature);
    assert_eq!(refusal(&verifier, &tenants.token(&claims())), Error::InvalidSignature);
    // With two templates, each has its own keys too.
    let old = TrustedIssuer::tenant_template("https://sts.windows.net/{tenantid}/")
        .audience(AUDIENCE)
        .algorithms([Algorithm::EdDsa])
        .jwk_set(mint::jwk_set([named.jwk()]));
    let verifier = Verifier::builder()
        .issuer(issuer(&tenants).build().unwrap())
        .issuer(old.build().unwrap())
        .build()
        .unwrap();
    let of_old = with(of_tenant(ACME), json!({"iss": format!("https://sts.windows.net/{ACME}/")}));
    accepted(&verifier, &named.token(&of_old));
    assert_eq!(refusal(&verifier, &tenants.token(&of_old)), Error::InvalidSignature);
    assert_eq!(refusal(&verifier, &named.token(&of_tenant(ACME))), Error::InvalidSignature);
}

#[test]
fn issuers_that_one_token_could_be_of_are_refused_together() {
    let signer = Signer::new(Algorithm::EdDsa);
    let build = |one: TrustedIssuerBuilder, other: TrustedIssuerBuilder| {
        let built = Verifier::builder().issuer(one.build().unwrap()).issuer(other.build().unwrap()).build();
        built.map(drop).map_err(|error| error.problems().to_vec())
    };
    let named = |text: String| {
        TrustedIssuer::builder(text)
            .audience(AUDIENCE)
            .algorithms([Algorithm::EdDsa])
            .jwk_set(mint::jwk_set([signer.jwk()]))
    };
    let overlap = BuildProblem::OverlappingIssuers { issuer: name(ACME), template: TEMPLATE.into() };
    assert_eq!(build(issuer(&signer), named(name(ACME))), Err(vec![overlap.clone()]));
    assert_eq!(build(named(name(ACME)), issuer(&signer)), Err(vec![overlap.clone()]));
    // Whatever the list says: rules that depend on it would change when it does.
    assert_eq!(build(issuer(&signer).only_tenants([PERSONAL]), named(name(ACME))), Err(vec![overlap]));
    let twice = BuildProblem::DuplicateIssuer { issuer: TEMPLATE.into() };
    assert_eq!(build(issuer(&signer), issuer(&signer).only_tenants([ACME])), Err(vec![twice]));
    assert_eq!(build(issuer(&signer), named(name("common"))), Ok(()));
}

#[test]
fn what_is_wrong_with_a_template_is_told_when_it_is_built() {
    let signer = Signer::new(Algorithm::EdDsa);
    let problems = |issuer: TrustedIssuerBuilder| issuer.build().unwrap_err().problems().to_vec();
    let template = |text: &str| {
        TrustedIssuer::tenant_template(text)
            .audience(AUDIENCE)
            .algorithms([Algorithm::EdDsa])
            .jwk_set(mint::jwk_set([signer.jwk()]))
    };
    for text in [
        "",
        "https://login.example/v2.0",
        "https://{tenantid}/v2.0",
        "https://login.example/x{tenantid}",
        "https://login.example/{tenantid}/{tenantid}",
    ] {
        assert_eq!(problems(template(text)), [BuildProblem::InvalidTenantTemplate { template: text.into() }]);
    }
    let none: [&str; 0] = [];
    let invalid = |tenant: &str| BuildProblem::InvalidTenant { tenant: tenant.into() };
    for (issuer, expected) in [
        (issuer(&signer).only_tenants(none), vec![BuildProblem::NoTenants]),
        (
            issuer(&signer).only_tenants(["acme", ACME, &ACME.to_uppercase()]),
            vec![invalid("acme"), invalid(&ACME.to_uppercase())],
        ),
        (issuer(&signer).tenant_claim(""), vec![BuildProblem::EmptyClaimCheck]),
        (issuer(&signer).also_known_as(name(ACME)), vec![BuildProblem::NameBesideTemplate]),
        (
            signer.issuer().only_tenants([ACME]).tenant_claim("tid"),
            vec![BuildProblem::TenantsWithoutTemplate],
        ),
        (signer.issuer().tenant_claim("tid"), vec![BuildProblem::TenantsWithoutTemplate]),
    ] {
        assert_eq!(problems(issuer), expected);
    }
    let built = issuer(&signer).build().unwrap();
    assert_eq!((built.template(), built.name()), (Some(TEMPLATE), None));
    assert_eq!(signer.issuer().build().unwrap().template(), None);
}

#[test]
fn the_explanation_tells_the_template_and_the_tenant() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = mint::verifier(issuer(&signer).only_tenants([ACME, PERSONAL]));
    let mismatch = signer.token(&with(of_tenant(ACME), json!({"tid": PERSONAL})));
    let explanation = verifier.explain(&mismatch, NOW);
    let [.., before, last] = explanation.steps() else { panic!("{explanation}") };
    assert_eq!((before.step(), before.verdict()), (Step::Issuer, Verdict::Passed));
    assert_eq!(before.expected(), format!("{TEMPLATE:?}, the tenant {ACME:?} or {PERSONAL:?}"));
    assert_eq!((last.step(), last.verdict()), (Step::Tenant, Verdict::Refused));
    let found = format!("{PERSONAL:?}");
    assert_eq!((last.expected(), last.found()), ("tid the tenant in `iss`", Some(&*found)));
    assert_eq!(explanation.error().map(Error::code), Some("tenant_mismatch"));

    let explanation = verifier.explain(&signer.token(&of_tenant(ACME)), NOW);
    assert!(explanation.is_accepted(), "{explanation}");
    let steps: Vec<Step> = explanation.steps().iter().map(|step| step.step()).collect();
    assert!(steps.contains(&Step::Tenant) && steps.is_sorted(), "as they are declared");
}

fn issuer(signer: &Signer) -> TrustedIssuerBuilder {
    TrustedIssuer::tenant_template(TEMPLATE)
        .audience(AUDIENCE)
        .algorithms([signer.algorithm()])
        .jwk_set(mint::jwk_set([signer.jwk()]))
}

/// The issuer alone, and beside another: it is chosen in different ways.
fn both_ways(issuer: impl Fn() -> TrustedIssuerBuilder) -> [Verifier; 2] {
    let beside = Signer::another().issuer().build().unwrap();
    let several = Verifier::builder().issuer(issuer().build().unwrap()).issuer(beside).build();
    [mint::verifier(issuer()), several.unwrap()]
}

fn name(tenant: &str) -> String {
    TEMPLATE.replace("{tenantid}", tenant)
}

fn of_tenant(tenant: &str) -> Value {
    with(claims(), json!({"iss": name(tenant), "tid": tenant}))
}
