//! Kinds of tokens: `typ`, members that only another kind has, and claims that one kind must have.

use jwt_verify_core::{Algorithm, ClaimError, Error, TokenKind, TrustedIssuer};
use serde_json::{Value, json};

use crate::mint::{self, NOW, Signer, accepted, claims, refusal, with, without};

const TYPES: [Option<&str>; 9] = [
    None,
    Some("JWT"),
    Some("at+jwt"),
    Some("application/at+jwt"),
    Some("AT+JWT"),
    Some("dpop+jwt"),
    Some("logout+jwt"),
    Some("secevent+jwt"),
    Some("better-auth.session-cache+jwt"),
];

#[test]
fn each_kind_takes_its_own_types() {
    // kind, whether it takes each of `TYPES`
    for (kind, taken) in [
        (TokenKind::AccessToken, [true, true, true, true, true, false, false, false, false]),
        (TokenKind::Rfc9068, [false, false, true, true, true, false, false, false, false]),
        (TokenKind::IdToken, [true, true, false, false, false, false, false, false, false]),
        (
            TokenKind::of_type(["secevent+jwt"]),
            [false, false, false, false, false, false, false, true, false],
        ),
        (
            TokenKind::of_type(["application/AT+jwt", "dpop+jwt"]),
            [false, false, true, true, true, true, false, false, false],
        ),
        (TokenKind::of_type(["jwt"]), [false, true, false, false, false, false, false, false, false]),
        (TokenKind::DangerAny, [true; 9]),
    ] {
        for (typ, taken) in TYPES.into_iter().zip(taken) {
            check(&kind, typ, json!({}), taken);
        }
    }
    assert_eq!(TokenKind::default(), TokenKind::AccessToken);
}

#[test]
fn only_a_type_without_a_slash_stands_for_one_with_application_in_front() {
    // RFC 7515 §4.1.9. configured, typ, taken
    for (configured, typ, taken) in [
        ("example", "application/example", true),
        ("application/example", "example", true),
        ("a/b", "a/b", true),
        ("a/b", "A/B", true),
        ("a/b", "application/a/b", false),
        ("application/a/b", "a/b", false),
        ("b", "a/b", false),
        ("a/b", "b", false),
        ("application/b", "text/b", false),
    ] {
        check(&TokenKind::of_type([configured]), Some(typ), json!({}), taken);
    }
}

#[test]
fn each_kind_refuses_the_members_of_others() {
    let members = [
        json!({"events": {}}),
        json!({"at_hash": "AAAA"}),
        json!({"c_hash": "AAAA"}),
        json!({"s_hash": "AAAA"}),
    ];
    // kind, its type, whether it takes each of `members`
    for (kind, typ, taken) in [
        (TokenKind::AccessToken, None, [false; 4]),
        (TokenKind::AccessToken, Some("at+jwt"), [false; 4]),
        (TokenKind::Rfc9068, Some("at+jwt"), [false; 4]),
        (TokenKind::IdToken, None, [false, true, true, true]),
        (TokenKind::of_type(["secevent+jwt"]), Some("secevent+jwt"), [true; 4]),
        (TokenKind::DangerAny, None, [true; 4]),
    ] {
        for (members, taken) in members.iter().zip(taken) {
            check(&kind, typ, members.clone(), taken);
        }
        check(&kind, typ, json!({"o": {"events": {}, "at_hash": ""}, "Events": 1, "S_hash": ""}), true);
        // Whatever their value.
        let null = json!({"events": null, "at_hash": null, "c_hash": null, "s_hash": null});
        check(&kind, typ, null, taken == [true; 4]);
    }
}

#[test]
fn an_access_token_by_rfc_9068_has_seven_claims() {
    let signer = Signer::new(Algorithm::EdDsa);
    let header = with(signer.header(), json!({"typ": "at+jwt"}));
    let strict = mint::verifier(signer.issuer().token_kind(TokenKind::Rfc9068));
    // Whatever else is opted out of.
    let lenient = mint::verifier(
        TrustedIssuer::danger_any_issuer()
            .danger_any_audience()
            .danger_no_expiration()
            .algorithms([Algorithm::EdDsa])
            .jwk_set(mint::jwk_set([signer.jwk()]))
            .token_kind(TokenKind::Rfc9068),
    );
    for verifier in [strict, lenient] {
        accepted(&verifier, &signer.token_with_header(&header, &complete()));
        for claim in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
            let token = signer.token_with_header(&header, &without(complete(), claim));
            let missing = ClaimError::Missing { claim: claim.into() };
            assert_eq!(refusal(&verifier, &token), Error::Claim(missing), "{claim}");
        }
    }
}

#[test]
fn an_id_token_has_a_subject_and_a_time_of_issue() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = mint::verifier(signer.issuer().token_kind(TokenKind::IdToken));
    for claim in ["sub", "iat"] {
        let missing = ClaimError::Missing { claim: claim.into() };
        let token = signer.token(&without(complete(), claim));
        assert_eq!(refusal(&verifier, &token), Error::Claim(missing), "{claim}");
    }
    accepted(&verifier, &signer.token(&without(without(complete(), "client_id"), "jti")));
}

#[test]
fn the_type_of_the_content_means_nothing() {
    let signer = Signer::new(Algorithm::EdDsa);
    for content_type in ["JWT", "secevent+jwt", "text/plain"] {
        let header = with(signer.header(), json!({"cty": content_type}));
        let verified = accepted(&signer.verifier(), &signer.token_with_header(&header, &claims()));
        assert_eq!(verified.header().content_type(), Some(content_type));
    }
}

#[track_caller]
fn check(kind: &TokenKind, typ: Option<&str>, members: Value, taken: bool) {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = mint::verifier(signer.issuer().token_kind(kind.clone()));
    let header = match typ {
        Some(typ) => with(signer.header(), json!({"typ": typ})),
        None => signer.header(),
    };
    let token = signer.token_with_header(&header, &with(complete(), members.clone()));
    match taken {
        true => drop(accepted(&verifier, &token)),
        false => {
            let error = refusal(&verifier, &token);
            assert_eq!(error, Error::Claim(ClaimError::InvalidType), "{kind:?} {typ:?} {members}");
        }
    }
}

/// Claims that satisfy every kind.
fn complete() -> Value {
    with(claims(), json!({"client_id": "web", "jti": "1", "iat": NOW.as_secs()}))
}
