//! Section 7, claims, and what concerns the verifier of section 8.

use std::time::Duration;

use jwt_verify_core::{
    Algorithm, BuildProblem, ClaimError, Claims, Clock, Error, JwkSet, Policy, TokenKind, TrustedIssuer,
    UnixTime, Verifier, limits,
};
use serde_json::{Value, json};

use crate::mint::{self, AUDIENCE, ISSUER, NOW, Signer, accepted, claims, refusal, with, without};

#[test]
fn row_65_a_token_is_accepted_only_before_its_expiration_time() {
    let signer = Signer::new(Algorithm::EdDsa);
    let now = NOW.as_secs();
    for leeway in [0, 1, 60, 300] {
        let verifier = mint::verifier(signer.issuer().leeway(Duration::from_secs(leeway)));
        let leeway_secs = i64::try_from(leeway).unwrap();
        // exp, in seconds after the last that is expired; accepted
        for (after, fits) in
            [(-1.0, false), (0.0, false), (0.25, true), (0.75, true), (1.0, true), (2.0, true)]
        {
            let whole = now - leeway_secs;
            let text = match after {
                fraction if fraction > 0.0 && fraction < 1.0 => {
                    json!(f64::from(i32::try_from(whole).unwrap()) + fraction)
                }
                1.0 => json!(whole + 1),
                2.0 => json!(whole + 2),
                -1.0 => json!(whole - 1),
                _ => json!(whole),
            };
            let token = signer.token(&with(claims(), json!({"exp": text})));
            if fits {
                accepted(&verifier, &token);
                continue;
            }
            let expired = ClaimError::Expired {
                expiration_time: UnixTime::from_secs(text.as_i64().unwrap()),
                now: NOW,
                leeway: Duration::from_secs(leeway),
            };
            assert_eq!(refusal(&verifier, &token), Error::Claim(expired), "{leeway} {text}");
        }
    }
}

#[test]
fn row_65_a_token_without_expiration_time_is_refused_unless_that_is_allowed() {
    let signer = Signer::new(Algorithm::EdDsa);
    let endless = signer.token(&without(claims(), "exp"));
    let missing = Error::Claim(ClaimError::Missing { claim: "exp".into() });
    assert_eq!(refusal(&signer.verifier(), &endless), missing);

    let verifier = mint::verifier(signer.issuer().danger_no_expiration());
    accepted(&verifier, &endless);
    // One that is there is checked all the same.
    let expired = signer.token(&with(claims(), json!({"exp": NOW.as_secs() - 60})));
    assert_eq!(refusal(&verifier, &expired).code(), "expired");
}

#[test]
fn row_66_a_claim_of_the_wrong_type_is_refused_also_where_it_is_not_required() {
    let signer = Signer::new(Algorithm::EdDsa);
    // Nothing is asked for: even so a claim that is there has its type.
    let lenient = mint::verifier(
        TrustedIssuer::danger_any_issuer()
            .danger_any_audience()
            .danger_no_expiration()
            .token_kind(TokenKind::DangerAny)
            .algorithms([Algorithm::EdDsa])
            .jwk_set(mint::jwk_set([signer.jwk()])),
    );
    accepted(&lenient, &signer.token(&json!({})));

    let strings = [json!(7), json!(null), json!(true), json!(["a"]), json!({"a": 1}), json!(1.5)];
    let dates = [
        json!("1790000300"),
        json!("never"),
        json!("NaN"),
        json!(""),
        json!(null),
        json!(true),
        json!([1_790_000_300]),
        json!({"exp": 1_790_000_300}),
        json!("2026-09-21T14:13:20Z"),
    ];
    let audiences = [
        json!(7),
        json!(null),
        json!(true),
        json!({"0": AUDIENCE}),
        json!([7]),
        json!([AUDIENCE, 7]),
        json!([AUDIENCE, null]),
        json!([[AUDIENCE]]),
        json!([AUDIENCE, {"a": 1}]),
    ];
    let wrong: [(&str, &[Value]); 7] = [
        ("iss", &strings),
        ("sub", &strings),
        ("jti", &strings),
        ("aud", &audiences),
        ("exp", &dates),
        ("nbf", &dates),
        ("iat", &dates),
    ];
    for (claim, values) in wrong {
        for value in values {
            let expected = Error::Claim(ClaimError::WrongType { claim: claim.into() });
            let token = signer.token(&with(claims(), json!({claim: value})));
            assert_eq!(refusal(&signer.verifier(), &token), expected, "{claim} {value}");
            assert_eq!(refusal(&lenient, &token), expected, "{claim} {value}");
            assert_eq!(refusal(&lenient, &signer.token(&json!({claim: value}))), expected, "{claim} {value}");
        }
    }
}

#[test]
fn row_67_extremes_come_out_as_mathematics_says() {
    let signer = Signer::new(Algorithm::EdDsa);
    let date = |number: &str| serde_json::from_str::<Value>(number).unwrap();
    let extremes = ["-9223372036854775808", "9223372036854775807", "1e308", "-1e308", "18446744073709551615"];
    for leeway in [0, 60, 300] {
        let issuer =
            signer.issuer().leeway(Duration::from_secs(leeway)).max_age(Duration::from_secs(u64::MAX));
        let verifier = mint::verifier(issuer);
        for number in extremes {
            let is_past = number.starts_with('-');
            let verdict = |changes| {
                let token = signer.token(&with(with(claims(), json!({"iat": 0})), changes));
                verifier.verify_held_at::<Claims>(&token, NOW).map(drop).map_err(|error| error.code())
            };
            let unless = |refused: bool, code| if refused { Err(code) } else { Ok(()) };
            assert_eq!(verdict(json!({"exp": date(number)})), unless(is_past, "expired"), "{number}");
            assert_eq!(verdict(json!({"nbf": date(number)})), unless(!is_past, "not_yet_valid"), "{number}");
            assert_eq!(verdict(json!({"iat": date(number)})), unless(!is_past, "invalid_claim"), "{number}");
        }
    }
    // And at the ends of time.
    let token = signer.token(&claims());
    let at = |secs| signer.verifier().verify_held_at::<Claims>(&token, UnixTime::from_secs(secs));
    assert!(at(i64::MIN).is_ok());
    assert_eq!(at(i64::MAX).unwrap_err().code(), "expired");
}

#[test]
fn row_67_leeway_does_not_turn_the_end_of_time_around() {
    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&with(claims(), json!({"exp": i64::MIN, "nbf": i64::MIN})));
    assert_eq!(refusal(&signer.verifier(), &token).code(), "expired");
    let token = signer.token(&with(claims(), json!({"exp": i64::MAX, "nbf": i64::MAX})));
    assert_eq!(refusal(&signer.verifier(), &token).code(), "not_yet_valid");
}

#[test]
fn row_68_a_token_is_accepted_only_from_its_not_before_time_on() {
    let signer = Signer::new(Algorithm::EdDsa);
    let issuers = |leeway| {
        let issuer = || signer.issuer().leeway(Duration::from_secs(leeway));
        // Whatever else is configured.
        [
            issuer(),
            issuer().require_claim("sub"),
            issuer().danger_no_expiration().token_kind(TokenKind::DangerAny),
        ]
    };
    for leeway in [0, 60, 300] {
        for verifier in issuers(leeway).map(mint::verifier) {
            let edge = NOW.as_secs() + i64::try_from(leeway).unwrap();
            // nbf, accepted
            for (not_before, fits) in [(edge - 1, true), (edge, true), (edge + 1, false)] {
                let token = signer.token(&with(claims(), json!({"nbf": not_before})));
                if fits {
                    accepted(&verifier, &token);
                    continue;
                }
                let early = ClaimError::NotYetValid {
                    not_before: UnixTime::from_secs(not_before),
                    now: NOW,
                    leeway: Duration::from_secs(leeway),
                };
                assert_eq!(refusal(&verifier, &token), Error::Claim(early), "{leeway}");
            }
            // A fraction of a second early is early.
            let fraction = f64::from(i32::try_from(edge).unwrap()) + 0.25;
            let token = signer.token(&with(claims(), json!({"nbf": fraction})));
            assert_eq!(refusal(&verifier, &token).code(), "not_yet_valid");
        }
    }
}

#[test]
fn row_69_a_token_issued_in_the_future_is_accepted_unless_its_age_counts() {
    let signer = Signer::new(Algorithm::EdDsa);
    for issued_at in [NOW.as_secs() + 61, NOW.as_secs() + 1_000_000, i64::MAX] {
        let token = signer.token(&with(claims(), json!({"iat": issued_at})));
        accepted(&signer.verifier(), &token);
        let aging = mint::verifier(signer.issuer().max_age(Duration::from_secs(3600)));
        let future = ClaimError::IssuedInFuture {
            issued_at: UnixTime::from_secs(issued_at),
            now: NOW,
            leeway: limits::DEFAULT_LEEWAY,
        };
        assert_eq!(refusal(&aging, &token), Error::Claim(future));
    }
    let aging = mint::verifier(signer.issuer().max_age(Duration::from_secs(3600)));
    let missing = ClaimError::Missing { claim: "iat".into() };
    assert_eq!(refusal(&aging, &signer.token(&claims())), Error::Claim(missing));
}

#[test]
fn row_70_an_issuer_is_its_name_and_nothing_like_it() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    for other in [
        "https://id.example/",
        "https://id.example.evil.example",
        "https://evil.example/https://id.example",
        "https://id.exampl",
        "https://id.example2",
        "https://id.example#",
        "https://id.example?",
        "https://id.example:443",
        "https://id.example@evil.example",
        "https://user@id.example",
        "https://ID.example",
        "HTTPS://id.example",
        "http://id.example",
        "id.example",
        "//id.example",
        "https://id.example.",
        "https://id%2Eexample",
        "https://\u{456}d.example",
        "https://id.example\0",
        " https://id.example",
        "https://id.example ",
        "https://id.example\n",
        ".*",
        "*",
        "",
    ] {
        let token = signer.token(&with(claims(), json!({"iss": other})));
        assert_eq!(refusal(&verifier, &token), Error::Claim(ClaimError::InvalidIssuer), "{other:?}");
    }
    for no_text in [json!([ISSUER]), json!([ISSUER, "https://evil.example"]), json!({ISSUER: 1}), json!(1)] {
        let token = signer.token(&with(claims(), json!({"iss": no_text})));
        let wrong_type = ClaimError::WrongType { claim: "iss".into() };
        assert_eq!(refusal(&verifier, &token), Error::Claim(wrong_type), "{no_text}");
    }
}

#[test]
fn row_71_an_audience_is_one_whole_value() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = mint::verifier(signer.issuer().audience("api-2"));
    for audience in [
        json!(AUDIENCE),
        json!([AUDIENCE]),
        json!("api-2"),
        json!(["other", "api-2"]),
        json!(["", AUDIENCE, AUDIENCE]),
    ] {
        accepted(&verifier, &signer.token(&with(claims(), json!({"aud": audience}))));
    }
    for audience in [
        json!("https://api.example/"),
        json!("https://api.exampl"),
        json!("https://api.example.evil.example"),
        json!("HTTPS://API.EXAMPLE"),
        json!("https://api.example api-2"),
        json!("https://api.example,api-2"),
        json!(["https://api.example api-2"]),
        json!("[\"https://api.example\"]"),
        json!("*"),
        json!("api-*"),
        json!(""),
        json!([]),
        json!([""]),
        json!(["other"]),
        json!(" api-2"),
        json!("api-2\0"),
    ] {
        let token = signer.token(&with(claims(), json!({"aud": audience})));
        assert_eq!(refusal(&verifier, &token), Error::Claim(ClaimError::InvalidAudience), "{audience}");
    }
    let missing = ClaimError::Missing { claim: "aud".into() };
    assert_eq!(refusal(&verifier, &signer.token(&without(claims(), "aud"))), Error::Claim(missing));
}

#[test]
fn row_71_no_audience_is_a_mistake_and_no_open_door() {
    let signer = Signer::new(Algorithm::EdDsa);
    let issuer = || {
        TrustedIssuer::builder(ISSUER).algorithms([Algorithm::EdDsa]).jwk_set(mint::jwk_set([signer.jwk()]))
    };
    assert_eq!(issuer().build().unwrap_err().problems(), [BuildProblem::NoAudience]);
    assert_eq!(issuer().audience("").build().unwrap_err().problems(), [BuildProblem::NoAudience]);
    let verifier = mint::verifier(issuer().danger_any_audience());
    for claims in [claims(), without(claims(), "aud"), with(claims(), json!({"aud": []}))] {
        accepted(&verifier, &signer.token(&claims));
    }
}

#[test]
fn row_72_subject_and_token_id_are_strings() {
    let signer = Signer::new(Algorithm::EdDsa);
    for claim in ["sub", "jti"] {
        for value in [json!(7), json!(null), json!(["ada"]), json!({}), json!(false)] {
            let token = signer.token(&with(claims(), json!({claim: value})));
            let wrong_type = ClaimError::WrongType { claim: claim.into() };
            assert_eq!(refusal(&signer.verifier(), &token), Error::Claim(wrong_type), "{claim} {value}");
        }
        accepted(&signer.verifier(), &signer.token(&with(claims(), json!({claim: ""}))));
    }
}

#[test]
fn row_73_a_required_claim_must_be_there() {
    let signer = Signer::new(Algorithm::EdDsa);
    for claim in ["iss", "aud", "exp", "sub", "plan"] {
        let all = with(claims(), json!({"plan": "pro"}));
        let verifier = mint::verifier(signer.issuer().require_claim("sub").require_claim("plan"));
        accepted(&verifier, &signer.token(&all));
        // A copy in the header (RFC 7519 §5.3) does not count.
        let header = with(signer.header(), json!({claim: all[claim]}));
        for token in [
            signer.token(&without(all.clone(), claim)),
            signer.token_with_header(&header, &without(all, claim)),
        ] {
            let missing = ClaimError::Missing { claim: claim.into() };
            assert_eq!(refusal(&verifier, &token), Error::Claim(missing), "{claim}");
        }
    }
}

#[test]
fn row_73_a_required_claim_may_have_any_value() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = mint::verifier(signer.issuer().require_claim("plan"));
    for value in [json!("pro"), json!(""), json!(0), json!(false), json!([]), json!({}), json!(null)] {
        accepted(&verifier, &signer.token(&with(claims(), json!({"plan": value}))));
    }
    // Deeper, or under a similar name, it is another claim.
    for changes in [json!({"o": {"plan": 1}}), json!({"Plan": 1}), json!({"plan ": 1}), json!({"plans": 1})] {
        let missing = ClaimError::Missing { claim: "plan".into() };
        assert_eq!(refusal(&verifier, &signer.token(&with(claims(), changes))), Error::Claim(missing));
    }
}

#[test]
fn row_74_a_scope_is_one_whole_word() {
    let signer = Signer::new(Algorithm::EdDsa);
    // scope, whether it contains "read"
    for (scope, granted) in [
        (json!("read"), true),
        (json!("write read"), true),
        (json!("read  write"), true),
        (json!(["write", "read"]), true),
        (json!("unread"), false),
        (json!("reader"), false),
        (json!("read:all"), false),
        (json!("Read"), false),
        (json!("write,read"), false),
        (json!("write\tread"), false),
        (json!("write\u{a0}read"), false),
        (json!(["write read"]), false),
        (json!(""), false),
        (json!([]), false),
    ] {
        let token = signer.token(&with(claims(), json!({"scope": scope})));
        let caller = accepted(&signer.verifier(), &token).identity().unwrap();
        assert_eq!(caller.has_scope("read"), granted, "{scope}");
        assert_eq!(Policy::scope("read").check(&caller, NOW).is_ok(), granted, "{scope}");
    }
}

#[test]
fn row_75_what_one_kind_of_token_has_the_other_must_not_have() {
    let signer = Signer::new(Algorithm::EdDsa);
    let refused = Error::Claim(ClaimError::InvalidType);
    let logout = json!({"events": {"http://schemas.openid.net/event/backchannel-logout": {}}, "iat": 0});
    let id_token = json!({"at_hash": "AAAA", "iat": 0, "nonce": "n"});
    let hybrid = json!({"c_hash": "AAAA", "iat": 0});
    let issuer = |kind| mint::verifier(signer.issuer().token_kind(kind));

    for foreign in [&logout, &id_token, &hybrid] {
        let token = signer.token(&with(claims(), foreign.clone()));
        assert_eq!(refusal(&issuer(TokenKind::AccessToken), &token), refused, "{foreign}");
    }
    accepted(&issuer(TokenKind::IdToken), &signer.token(&with(claims(), id_token)));
    assert_eq!(refusal(&issuer(TokenKind::IdToken), &signer.token(&with(claims(), logout))), refused);
}

#[test]
fn row_76_a_name_is_no_pattern() {
    let signer = Signer::new(Algorithm::EdDsa);
    let issuer = TrustedIssuer::builder("https://.*[.]example")
        .audience(".*")
        .algorithms([Algorithm::EdDsa])
        .jwk_set(mint::jwk_set([signer.jwk()]));
    let verifier = mint::verifier(issuer);
    assert_eq!(refusal(&verifier, &signer.token(&claims())), Error::Claim(ClaimError::InvalidIssuer));
    let literal = with(claims(), json!({"iss": "https://.*[.]example"}));
    assert_eq!(refusal(&verifier, &signer.token(&literal)), Error::Claim(ClaimError::InvalidAudience));
    accepted(&verifier, &signer.token(&with(literal, json!({"aud": ".*"}))));
}

#[test]
fn row_83_a_verdict_is_not_remembered() {
    let signer = Signer::new(Algorithm::EdDsa);
    let verifier = signer.verifier();
    let token = signer.token(&claims());
    let at = |secs| {
        let now = UnixTime::from_secs(NOW.as_secs() + secs);
        verifier.verify_held_at::<Claims>(&token, now).map(drop).map_err(|error| error.code())
    };
    assert_eq!(at(0), Ok(()));
    assert_eq!(at(359), Ok(()));
    assert_eq!(at(360), Err("expired"));
    assert_eq!(at(0), Ok(()));
    // Neither by the token's first parts, nor across issuers, audiences or keys.
    let forged = mint::with_signature(&token, &[1; 64]);
    assert_eq!(refusal(&verifier, &forged), Error::InvalidSignature);
    assert_eq!(refusal(&Signer::another().verifier(), &token), Error::InvalidSignature);
    let elsewhere = mint::verifier(
        TrustedIssuer::builder(ISSUER)
            .audience("https://other.example")
            .algorithms([Algorithm::EdDsa])
            .jwk_set(mint::jwk_set([signer.jwk()])),
    );
    assert_eq!(refusal(&elsewhere, &token), Error::Claim(ClaimError::InvalidAudience));
}

#[test]
fn row_84_the_clock_is_the_verifiers_and_may_have_no_answer() {
    /// A device that was just switched on.
    #[derive(Debug)]
    struct Unset;

    impl Clock for Unset {
        fn now(&self) -> Option<UnixTime> {
            None
        }
    }

    let signer = Signer::new(Algorithm::EdDsa);
    let token = signer.token(&claims());
    let issuer = || signer.issuer().build().unwrap();
    let with_clock = |secs| {
        let clock = UnixTime::from_secs(secs);
        let verifier = Verifier::builder().issuer(issuer()).clock(clock).build().unwrap();
        verifier
            .verify_held::<Claims>(&token)
            .map(|verified| verified.verified_at())
            .map_err(|error| error.code())
    };
    assert_eq!(with_clock(NOW.as_secs()), Ok(NOW));
    // Milliseconds for seconds, and a clock before 1970.
    assert_eq!(with_clock(NOW.as_secs() * 1000), Err("expired"));
    assert_eq!(with_clock(-1), Ok(UnixTime::from_secs(-1)));
    let verifier = Verifier::builder().issuer(issuer()).clock(Unset).build().unwrap();
    assert_eq!(verifier.verify_held::<Claims>(&token).unwrap_err(), Error::ClockUnavailable);
    // The system's clock is beyond any token of these tests or not, but it is a clock.
    let error = signer.verifier().verify_held::<Claims>(&signer.token(&with(claims(), json!({"exp": 0}))));
    assert_eq!(error.unwrap_err().code(), "expired");
}

#[test]
fn row_84_leeway_is_bounded() {
    let issuer = |leeway| Signer::new(Algorithm::EdDsa).issuer().leeway(leeway).build();
    // A fraction is dropped, here too.
    let fraction = limits::MAX_LEEWAY + Duration::from_millis(999);
    for leeway in [Duration::ZERO, Duration::from_secs(1), limits::MAX_LEEWAY, fraction] {
        assert!(issuer(leeway).is_ok(), "{leeway:?}");
    }
    for leeway in [Duration::from_secs(301), Duration::from_secs(u64::MAX)] {
        let problem = BuildProblem::LeewayTooLong { leeway };
        assert_eq!(issuer(leeway).unwrap_err().problems(), [problem]);
    }
}

#[test]
fn no_key_at_all_is_a_mistake() {
    let issuer = || TrustedIssuer::builder(ISSUER).audience(AUDIENCE).algorithms([Algorithm::EdDsa]);
    assert_eq!(issuer().build().unwrap_err().problems(), [BuildProblem::NoKeys]);
    let empty = issuer().jwk_set(JwkSet::default()).build();
    assert_eq!(empty.unwrap_err().problems(), [BuildProblem::NoUsableKey]);
}
