//! What is printed, and what is not: tokens are secrets, and claims are personal data.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use jwt_verify_core::{
    Algorithm, ClaimError, Claims, Error, JsonProblem, KeyMismatch, KeyNotFound, KeySourceError, Malformed,
    ParameterProblem, Part, TokenKind, UnixTime,
};
use serde_json::{Value, json};

use crate::mint::{self, NOW, Signer, accepted, base64url, claims, refusal, with};

/// Stands where somebody's data would.
const MARK: &str = "Z3JhY2Vob3BwZXI";

#[test]
fn a_verified_token_prints_how_it_was_verified_and_none_of_its_claims() {
    let signer = Signer::new(Algorithm::EdDsa);
    let personal = json!({"sub": MARK, "email": MARK, "aud": [mint::AUDIENCE, MARK], "o": {MARK: MARK}});
    let verified = accepted(&signer.verifier(), &signer.token(&with(claims(), personal)));
    for printed in [format!("{verified:?}"), format!("{verified:#?}")] {
        assert!(!printed.contains(MARK), "{printed}");
        assert!(printed.contains("EdDsa") && printed.contains(mint::KEY_ID), "{printed}");
    }
    // Claims print their names.
    let printed = format!("{:?}", verified.claims());
    assert_eq!(printed, r#"Claims {"aud", "email", "exp", "iss", "o", "sub"}"#);
    let token = signer.token(&claims());
    let printed = format!("{:?}", jwt_verify_core::UnverifiedToken::parse(&token).unwrap());
    assert!(token.split('.').all(|part| !printed.contains(part)), "{printed}");
}

#[test]
fn a_verifier_prints_no_secret() {
    let secret = b"correct horse battery staple, four of the words";
    let signer = Signer::hmac(Algorithm::Hs256, secret);
    let verifier = signer.verifier();
    let explanation = verifier.explain(&signer.token(&claims()), NOW);
    for printed in
        [format!("{verifier:?}"), format!("{verifier:#?}"), format!("{explanation:?} {explanation}")]
    {
        assert!(!printed.contains("horse") && !printed.contains(&base64url(secret)), "{printed}");
        // Nor as a list of numbers.
        assert!(!printed.contains("99, 111, 114"), "{printed}");
    }
}

#[test]
fn an_error_repeats_nothing_of_the_token_but_the_key_id() {
    let signer = Signer::new(Algorithm::EdDsa);
    let mark = json!(MARK);
    let mut errors = Vec::new();
    // Wherever a header can have text.
    for name in ["alg", "typ", "cty", "jku", "crit", "b64", "enc", MARK] {
        for value in [mark.clone(), json!([mark]), json!({MARK: mark})] {
            let header = with(signer.header(), json!({name: value}));
            errors.extend(verdict(&signer, &signer.token_with_header(&header, &claims())));
        }
    }
    // Wherever claims can have text, of the right type and of the wrong one.
    for name in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "events", "plan", "user_id", MARK] {
        for value in [mark.clone(), json!([mark]), json!({MARK: mark}), json!([{MARK: mark}])] {
            errors.extend(verdict(&signer, &signer.token(&with(claims(), json!({name: value})))));
        }
    }
    // Texts that are no JSON, no base64url, no token.
    let (header, payload) = (signer.header().to_string(), claims().to_string());
    for broken in [
        MARK.into(),
        format!("{{\"{MARK}\":}}"),
        format!("{{\"{MARK}\":1,\"{MARK}\":2}}"),
        format!("[\"{MARK}\"]"),
    ] {
        errors.extend(verdict(&signer, &signer.raw_token(&broken, &payload)));
        errors.extend(verdict(&signer, &signer.raw_token(&header, &broken)));
    }
    let token = signer.token(&with(claims(), json!({"sub": MARK})));
    for text in [
        MARK.into(),
        format!("{MARK}="),
        format!("{token}.{MARK}"),
        format!("{token}{MARK}"),
        format!("Bearer {token}"),
    ] {
        errors.extend(verdict(&signer, &text));
    }
    assert!(errors.len() > 80, "{}", errors.len());
    for (error, token) in errors {
        let printed = format!("{error} {error:?} {}", error.remedy());
        assert!(!printed.contains(MARK), "{printed}");
        let pieces = token.as_bytes().windows(16).map(String::from_utf8_lossy);
        assert!(pieces.into_iter().all(|piece| !printed.contains(&*piece)), "{printed}");
        assert_eq!(error.to_string().lines().count(), 1, "{error}");
    }
    // The key ID is repeated, escaped.
    let header = json!({"alg": "EdDSA", "kid": format!("{MARK}\n\u{1b}")});
    let error = refusal(&signer.verifier(), &signer.token_with_header(&header, &claims()));
    assert_eq!(error.to_string(), format!(r#"the issuer has no key with the key ID "{MARK}\n\u{{1b}}""#));
}

#[test]
fn claims_of_another_shape_are_not_repeated_in_the_message() {
    #[derive(Debug, serde::Deserialize)]
    struct Roles {
        #[serde(rename = "roles")]
        _roles: Vec<String>,
    }
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&with(claims(), json!({"roles": MARK})));
    let error = signer.verifier().verify_held_at::<Roles>(&token, NOW).unwrap_err();
    assert_eq!(error.code(), "claims_shape");
    assert_eq!(
        error.to_string(),
        "the claims do not fit the requested type: invalid type: string, expected a sequence"
    );
    assert!(!format!("{error:?}").contains(MARK));
    assert!(std::error::Error::source(&error).is_none());
}

#[test]
fn every_error_has_a_code_of_its_own_that_the_documentation_lists() {
    let codes = samples().map(|(error, code)| {
        assert_eq!(error.code(), code, "{error:?}");
        code
    });
    let unique: BTreeSet<&str> = codes.into_iter().collect();

    // Complete: these are the codes that the source knows.
    let source = concat!(include_str!("../../../src/error.rs"), include_str!("../../../src/error/claim.rs"));
    let in_source: BTreeSet<&str> = source
        .split("pub fn code(&self)")
        .skip(1)
        .flat_map(|function| function.split("\n    }\n").next())
        .flat_map(|function| function.split('"').skip(1).step_by(2))
        .collect();
    assert_eq!(unique, in_source);
    assert!(unique.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));

    let documentation = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let Ok(documentation) = fs::read_to_string(&documentation) else {
        eprintln!("skipped: {} is not there", documentation.display());
        return;
    };
    for code in unique {
        assert!(documentation.contains(&format!("`{code}`")), "docs/errors.md does not list `{code}`");
    }
}

#[test]
fn every_error_says_in_one_clause_what_is_wrong_and_what_to_do() {
    for (error, code) in samples() {
        let message = error.to_string();
        assert_eq!(message.lines().count(), 1, "{code}");
        assert!(!message.ends_with('.') && message.len() > 10, "{code}: {message}");
        assert!(
            message.starts_with(|first: char| first.is_lowercase()) || code == "bad",
            "{code}: {message}"
        );
        assert!(error.remedy().len() > 10, "{code}");
        assert!(!error.remedy().contains('\n'), "{code}");
    }
}

/// One of each kind, with its code.
fn samples() -> [(Error, &'static str); 27] {
    let now = UnixTime::from_secs(1000);
    let leeway = Duration::from_secs(60);
    let claim = || "plan".into();
    [
        (Malformed::Empty.into(), "malformed"),
        (Malformed::Json(Part::Header, JsonProblem::TooDeep).into(), "malformed"),
        (Malformed::HeaderParameter { name: "alg", problem: ParameterProblem::Missing }.into(), "malformed"),
        (Error::UnsupportedCritical, "unsupported_critical"),
        (Error::AlgorithmNotAllowed(None), "algorithm_not_allowed"),
        (Error::AlgorithmNotAllowed(Some(Algorithm::Rs256)), "algorithm_not_allowed"),
        (Error::KeyNotFound(KeyNotFound::NoneFits), "key_not_found"),
        (Error::KeyMismatch(KeyMismatch::KeyType), "key_mismatch"),
        (Error::InvalidSignature, "invalid_signature"),
        (ClaimError::Expired { expiration_time: now, now, leeway }.into(), "expired"),
        (ClaimError::NotYetValid { not_before: now, now, leeway }.into(), "not_yet_valid"),
        (ClaimError::TooOld { issued_at: now, now, max_age: leeway, leeway }.into(), "too_old"),
        (ClaimError::IssuedInFuture { issued_at: now, now, leeway }.into(), "invalid_claim"),
        (ClaimError::InvalidIssuer.into(), "invalid_issuer"),
        (ClaimError::TenantNotAllowed.into(), "tenant_not_allowed"),
        (ClaimError::TenantMismatch { claim: claim() }.into(), "tenant_mismatch"),
        (ClaimError::InvalidAudience.into(), "invalid_audience"),
        (ClaimError::InvalidType.into(), "invalid_type"),
        (ClaimError::Missing { claim: claim() }.into(), "missing_claim"),
        (ClaimError::WrongType { claim: claim() }.into(), "invalid_claim"),
        (ClaimError::NotAllowed { claim: claim() }.into(), "invalid_claim"),
        (ClaimError::UserIdsDisagree.into(), "invalid_claim"),
        (ClaimError::BoundToKey.into(), "bound_to_key"),
        (Error::ClaimsShape("invalid type".into()), "claims_shape"),
        (Error::KeySource(KeySourceError::NoUsableKeys), "keys_unavailable"),
        (Error::KeySource(KeySourceError::failed(std::io::Error::other("x"))), "keys_unavailable"),
        (Error::ClockUnavailable, "clock_unavailable"),
    ]
}

/// Why the token is refused, if it is, by a verifier that looks at everything.
fn verdict(signer: &Signer, token: &str) -> Option<(Error, String)> {
    let issuer = signer
        .issuer()
        .token_kind(TokenKind::AccessToken)
        .claim_mapping(jwt_verify_core::ClaimMapping::new().user_id_chain(["sub", "user_id"]))
        .check_claim(jwt_verify_core::ClaimCheck::one_of("plan", [Value::from("pro")]));
    let error = mint::verifier(issuer).verify_held_at::<Claims>(token, NOW).err()?;
    Some((error, token.to_owned()))
}
