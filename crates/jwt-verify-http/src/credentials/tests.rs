use super::*;

type Fields = &'static [(&'static str, &'static str)];
type Verdict = Result<Option<&'static str>, Reason>;

fn sources(set: impl FnOnce(&mut Sources)) -> Sources {
    let mut sources = Sources::default();
    set(&mut sources);
    sources
}

fn find<'a>(sources: &Sources, fields: &[(&'a str, &'a str)]) -> Result<Option<&'a str>, Reason> {
    sources.find("GET", fields.iter().map(|(name, value)| (*name, value.as_bytes())))
}

fn malformed(error: CredentialsError) -> Verdict {
    Err(Reason::MalformedCredentials(error))
}

#[test]
fn only_authorization_is_read_unless_more_is_named() {
    let sources = Sources::default();
    let cases: &[(Fields, Option<&str>)] = &[
        (&[("Authorization", "Bearer x")], Some("x")),
        (&[("accept", "*/*"), ("aUTHORIZATION", "bearer x"), ("host", "a")], Some("x")),
        (&[("Authorization", "Basic eDp5")], None),
        (&[("Authorization", "")], None),
        (&[("Proxy-Authorization", "Bearer x")], None),
        (&[("X-Forwarded-Authorization", "Bearer x")], None),
        (&[("Authorization2", "Bearer x")], None),
        (&[("Cookie", "access_token=x; Authorization=y")], None),
        (&[], None),
    ];
    for (fields, expected) in cases {
        assert_eq!(find(&sources, fields), Ok(*expected), "{fields:?}");
    }
}

#[test]
fn a_second_authorization_is_refused_whatever_the_two_are() {
    let sources = Sources::default();
    for (first, second) in [
        ("Bearer x", "Bearer x"),
        ("Bearer x", "Bearer y"),
        ("Bearer x", "Basic eDp5"),
        ("Basic eDp5", "Bearer x"),
        ("Basic eDp5", "Basic eDp5"),
        ("", "Bearer x"),
        ("Bearer x", ""),
        // The first broken thing is what is told; here it is the repetition.
        ("Bearer x", "Bearer"),
    ] {
        let fields = [("Authorization", first), ("host", "a"), ("authorization", second)];
        assert_eq!(find(&sources, &fields), malformed(CredentialsError::RepeatedField), "{fields:?}");
    }
}

#[test]
fn a_named_field_is_the_token_without_a_scheme() {
    let sources = sources(|sources| sources.add_header("Cf-Access-Jwt-Assertion"));
    let cases: &[(Fields, Verdict)] = &[
        (&[("cf-access-jwt-assertion", "x.y.z")], Ok(Some("x.y.z"))),
        (&[("Cf-Access-Jwt-Assertion", " x.y.z\t")], Ok(Some("x.y.z"))),
        (&[("Authorization", "Bearer x")], Ok(Some("x"))),
        // Empty is as good as absent, but only once.
        (&[("Cf-Access-Jwt-Assertion", "")], Ok(None)),
        (&[("Cf-Access-Jwt-Assertion", " ")], Ok(None)),
        (&[("Cf-Access-Jwt-Assertion", ""), ("Authorization", "Bearer x")], Ok(Some("x"))),
        (
            &[("Cf-Access-Jwt-Assertion", ""), ("Cf-Access-Jwt-Assertion", "x")],
            malformed(CredentialsError::RepeatedField),
        ),
        (
            &[("Cf-Access-Jwt-Assertion", "x"), ("cf-access-jwt-assertion", "x")],
            malformed(CredentialsError::RepeatedField),
        ),
        // It has no scheme, and the scheme's field has one.
        (&[("Cf-Access-Jwt-Assertion", "Bearer x")], malformed(CredentialsError::Character)),
        (&[("Authorization", "x.y.z")], Ok(None)),
        (&[("Cf-Access-Jwt-Assertion", "x, y")], malformed(CredentialsError::Character)),
        (&[("Cf-Access-Jwt-Assertion", "\"x\"")], malformed(CredentialsError::Character)),
        // Two, even if equal.
        (
            &[("Cf-Access-Jwt-Assertion", "x"), ("Authorization", "Bearer x")],
            malformed(CredentialsError::TwoCredentials),
        ),
        (
            &[("Authorization", "Bearer x"), ("Cf-Access-Jwt-Assertion", "x")],
            malformed(CredentialsError::TwoCredentials),
        ),
        (&[("Authorization", "Basic eDp5"), ("Cf-Access-Jwt-Assertion", "x")], Ok(Some("x"))),
        (
            &[("Authorization", "Bearer"), ("Cf-Access-Jwt-Assertion", "x")],
            malformed(CredentialsError::MissingToken),
        ),
    ];
    for (fields, expected) in cases {
        assert_eq!(&find(&sources, fields), expected, "{fields:?}");
    }
}

#[test]
fn a_named_cookie_is_the_token() {
    let sources = sources(|sources| sources.add_cookie("__session"));
    let cases: &[(Fields, Verdict)] = &[
        (&[("Cookie", "__session=x.y.z")], Ok(Some("x.y.z"))),
        (&[("cookie", "a=1; __session=x.y.z; b=2")], Ok(Some("x.y.z"))),
        (&[("cookie", "__session=\"x.y.z\"")], Ok(Some("x.y.z"))),
        // RFC 9113 §8.2.3: split among fields.
        (&[("cookie", "a=1"), ("cookie", "__session=x"), ("cookie", "b=2")], Ok(Some("x"))),
        // Another name.
        (&[("cookie", "__Session=x; session=y; __session2=z; my__session=w")], Ok(None)),
        (&[("cookie", "a=1; a=2; broken; \u{e9}=\u{e9}; =")], Ok(None)),
        (&[("__session", "x")], Ok(None)),
        // Emptied.
        (&[("cookie", "__session=")], Ok(None)),
        (&[("cookie", "__session=\"\"")], Ok(None)),
        // Twice, in one field or in two, even if equal or empty.
        (&[("cookie", "__session=x; __session=x")], malformed(CredentialsError::RepeatedCookie)),
        (
            &[("cookie", "__session=x"), ("cookie", "__session=y")],
            malformed(CredentialsError::RepeatedCookie),
        ),
        (&[("cookie", "__session=; __session=x")], malformed(CredentialsError::RepeatedCookie)),
        (&[("cookie", "__session=x; __session=")], malformed(CredentialsError::RepeatedCookie)),
        // No token.
        (&[("cookie", "__session=x y")], malformed(CredentialsError::Character)),
        (&[("cookie", "__session=x%2Ey")], malformed(CredentialsError::Character)),
        (&[("cookie", "__session=Bearer x")], malformed(CredentialsError::Character)),
        (&[("cookie", "__session==")], malformed(CredentialsError::Character)),
        (
            &[("cookie", "__session=x"), ("authorization", "Bearer x")],
            malformed(CredentialsError::TwoCredentials),
        ),
    ];
    for (fields, expected) in cases {
        assert_eq!(&find(&sources, fields), expected, "{fields:?}");
    }
}

#[test]
fn two_named_cookies_are_two_credentials() {
    let sources = sources(|sources| {
        sources.add_cookie("a");
        sources.add_cookie("b");
    });
    assert_eq!(find(&sources, &[("cookie", "b=x")]), Ok(Some("x")));
    assert_eq!(find(&sources, &[("cookie", "a=; b=x")]), Ok(Some("x")));
    assert_eq!(find(&sources, &[("cookie", "a=x; b=x")]), malformed(CredentialsError::TwoCredentials));
}

#[test]
fn without_authorization_only_what_is_named_is_read() {
    let sources = sources(|sources| {
        sources.add_header("X-Token");
        sources.without_authorization();
    });
    assert_eq!(find(&sources, &[("Authorization", "Bearer x")]), Ok(None));
    assert_eq!(find(&sources, &[("Authorization", "Bearer x"), ("x-token", "y")]), Ok(Some("y")));
}

#[test]
fn naming_a_source_twice_changes_nothing() {
    let sources = sources(|sources| {
        sources.add_header("X-Token");
        sources.add_header("x-token");
        sources.add_cookie("t");
        sources.add_cookie("t");
    });
    assert_eq!(find(&sources, &[("X-Token", "x")]), Ok(Some("x")));
    assert_eq!(find(&sources, &[("cookie", "t=x")]), Ok(Some("x")));
}

#[test]
fn a_name_that_cannot_be_one_is_never_read() {
    for name in ["", "a b", "a:", "a=", "a;", "é", "\"a\"", "a\n"] {
        let sources = sources(|sources| {
            sources.add_header(name);
            sources.add_cookie(name);
            sources.without_authorization();
        });
        let cookie = format!("{name}=x");
        assert_eq!(find(&sources, &[(name, "x"), ("cookie", &cookie)]), Ok(None), "{name:?}");
    }
}

#[test]
fn a_cookie_is_no_credential_for_what_another_origins_page_may_have_sent() {
    let sources = sources(|sources| sources.add_cookie("t"));
    let find =
        |method: &str, fields: &[(&'static str, &'static [u8])]| sources.find(method, fields.iter().copied());
    let foreign = ("Sec-Fetch-Site", b"cross-site".as_slice());
    let cookie = ("Cookie", b"t=x".as_slice());

    assert_eq!(find("POST", &[cookie, foreign]), Err(Reason::CrossOrigin));
    assert_eq!(find("POST", &[foreign, cookie]), Err(Reason::CrossOrigin));
    assert_eq!(find("GET", &[cookie, foreign]), Ok(Some("x")));
    assert_eq!(find("get", &[cookie, foreign]), Err(Reason::CrossOrigin));
    assert_eq!(find("POST", &[cookie, ("Sec-Fetch-Site", b"same-origin")]), Ok(Some("x")));
    assert_eq!(find("POST", &[cookie]), Ok(Some("x")));
    // It is about tokens out of cookies.
    assert_eq!(find("POST", &[("Authorization", b"Bearer y"), foreign]), Ok(Some("y")));
    assert_eq!(find("POST", &[("Authorization", b"Bearer y"), ("Cookie", b"t="), foreign]), Ok(Some("y")));
    assert_eq!(find("POST", &[("Cookie", b"u=x"), foreign]), Ok(None));
}
