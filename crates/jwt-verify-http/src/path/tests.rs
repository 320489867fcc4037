use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;

#[test]
fn a_pattern_covers_its_paths_and_no_others() {
    type Paths = &'static [&'static str];
    // Pattern; paths that it matches; paths that it only covers; paths that it does neither.
    let cases: &[(&str, Paths, Paths, Paths)] = &[
        (
            "/health",
            &["/health", "/health?a=/x"],
            &["/health/", "/%68ealth"],
            &["/healthz", "/Health", "/health/x", "/", ""],
        ),
        (
            "/api/*",
            &["/api", "/api/", "/api/a", "/api/a/b/", "/api//a"],
            &["/ap%69/a"],
            &["/apix", "/ap", "/API/a", "/", "//api/a"],
        ),
        ("/*", &["/", "/a", "/a/b", "//"], &[], &["", "*", "a", "http://a/b"]),
        ("/", &["/", "/?a"], &[], &["/a", "//", "", "*"]),
        ("/a/", &["/a/"], &["/a"], &["/a/b", "/a//"]),
        (
            "/api/{user_id}/tasks",
            &["/api/7/tasks", "/api/%2F/tasks"],
            &["/api/7/tasks/", "/api/7/task%73"],
            &["/api//tasks", "/api/tasks", "/api/7/8/tasks", "/api/7/tasks/1", "/api/7", "/api/7/Tasks"],
        ),
        ("/api/{user_id}/*", &["/api/7", "/api/7/", "/api/7/a/b"], &[], &["/api", "/api/", "/api//a"]),
        ("/{a}", &["/x", "/*"], &["/x/"], &["/", "/x/y"]),
        (
            "/v1/a:b@c/(x)",
            &["/v1/a:b@c/(x)"],
            &["/v1/a%3Ab%40c/(x)", "/v1/a:b@c/%28x)"],
            &["/v1/a%253Ab@c/(x)"],
        ),
    ];
    for (text, matched, only_covered, neither) in cases {
        let pattern = PathPattern::parse(text).unwrap();
        for path in *matched {
            assert!(pattern.matches(path) && pattern.covers(path), "{text} and {path}");
        }
        for path in *only_covered {
            assert!(!pattern.matches(path) && pattern.covers(path), "{text} and {path}");
        }
        for path in *neither {
            assert!(!pattern.matches(path) && !pattern.covers(path), "{text} and {path}");
        }
    }
}

#[test]
fn a_parameter_is_the_raw_segment() {
    let pattern = PathPattern::parse("/api/{user_id}/{task}/*").unwrap();
    assert_eq!(pattern.parameter("/api/auth0%7C7/1/x?user_id=8", "user_id"), Some("auth0%7C7"));
    assert_eq!(pattern.parameter("/api/7/1", "task"), Some("1"));
    assert_eq!(pattern.parameter("/api/7/1", "other"), None);
    assert_eq!(pattern.parameter("/api/7", "user_id"), None);
    assert_eq!(pattern.parameter("/api//1", "user_id"), None);
    assert_eq!(pattern.parameter("/other/7/1", "user_id"), None);
    // The slash at the end that a router may ignore.
    let pattern = PathPattern::parse("/api/{user_id}").unwrap();
    assert_eq!(pattern.parameter("/api/7/", "user_id"), Some("7"));
}

#[test]
fn a_pattern_that_would_match_nothing_is_refused() {
    let cases: &[(&str, &str)] = &[
        ("", "the pattern \"\" does not begin with a slash"),
        ("api/*", "the pattern \"api/*\" does not begin with a slash"),
        ("*", "the pattern \"*\" does not begin with a slash"),
        ("//", "the pattern \"//\" has an empty segment: write single slashes"),
        ("//*", "the pattern \"//*\" has an empty segment: write single slashes"),
        ("/a//b", "the pattern \"/a//b\" has an empty segment: write single slashes"),
        ("/a//", "the pattern \"/a//\" has an empty segment: write single slashes"),
        ("/a/../b", "the pattern \"/a/../b\" has a segment \".\" or \"..\": write the path that it leads to"),
        (
            "/*/tasks",
            "the pattern \"/*/tasks\" has a \"*\" that is not its whole last segment: write \"{name}\" for one segment \
             in the middle, and \"/*\" at the end for all below",
        ),
        (
            "/api*",
            "the pattern \"/api*\" has a \"*\" that is not its whole last segment: write \"{name}\" for one segment in \
             the middle, and \"/*\" at the end for all below",
        ),
        (
            "/api/{user}s",
            "the pattern \"/api/{user}s\" has the segment \"{user}s\": write a parameter as \"{name}\", alone in its \
             segment, with a name of letters, digits and _",
        ),
        ("/{a}/{a}", "the pattern \"/{a}/{a}\" has two parameters \"a\": rename one"),
        (
            "/a%20b",
            "the pattern \"/a%20b\" has a '%': a literal has letters, digits and -._~!$&'()+,;=:@ only, and nothing \
             percent-encoded",
        ),
    ];
    for (pattern, expected) in cases {
        assert_eq!(PathPattern::parse(pattern).unwrap_err().to_string(), *expected);
    }
    for segment in ["{}", "{", "}", "{a", "a}", "{a}b", "{a-b}", "{é}", ":id", "{a}{b}", "{{a}}"] {
        let pattern = format!("/x/{segment}");
        let expected = PathPatternError::Parameter { pattern: pattern.clone(), segment: segment.into() };
        assert_eq!(PathPattern::parse(&pattern), Err(expected));
    }
    for pattern in ["/**", "/a/**", "/*/", "/*a", "/a/*?", "/{*rest}"] {
        let expected = PathPatternError::Wildcard { pattern: pattern.into() };
        assert_eq!(PathPattern::parse(pattern), Err(expected));
    }
    for character in ['?', '#', '\\', ' ', '"', '<', '|', '^', '`', '[', 'é', '\0', '\n', '\u{7f}'] {
        let pattern = format!("/a{character}b");
        let expected = PathPatternError::Character { pattern: pattern.clone(), character };
        assert_eq!(PathPattern::parse(&pattern), Err(expected));
    }
}

#[test]
fn a_rule_about_a_parameter_needs_one() {
    let parse = |text| PathPattern::parse(text).unwrap();
    assert_eq!(parse("/a/{user_id}").with_parameter("user_id"), Ok(parse("/a/{user_id}")));
    for text in ["/a/*", "/a/{id}", "/a/user_id"] {
        let error = parse(text).with_parameter("user_id").unwrap_err();
        assert_eq!(error, PathPatternError::NoParameter { pattern: text.into(), name: "user_id".into() });
    }
    assert_eq!(
        parse("/a/*").with_parameter("user_id").unwrap_err().to_string(),
        "the pattern \"/a/*\" has no parameter \"user_id\": write \"{user_id}\" for the segment that is compared with the \
         caller"
    );
}

#[test]
fn what_can_be_read_in_two_ways_is_not_plain() {
    let plain = [
        "/",
        "/?",
        "/a",
        "/a/",
        "/a/b.c",
        "/a/...",
        "/.a",
        "/a/auth0%7C7",
        "/a/auth0|7",
        "/a/x%40y.z",
        "/a/%25",
        "/a/%C3%A9",
        "/a;b=c",
        "/a?b=//../%2F\\%",
        "/a/%20",
        "/%2a",
        "/*",
        "/a:b@c",
    ];
    for path in plain {
        assert!(is_plain(path), "{path}");
    }
    let ambiguous = [
        // Not a path at all: empty, asterisk form, authority form, absolute form.
        "",
        "*",
        "?",
        "a",
        "example.com:443",
        "http://example.com/a",
        // Slashes that somebody joins.
        "//",
        "//a",
        "/a//b",
        "/a//",
        "///",
        // What somebody resolves.
        "/.",
        "/..",
        "/./",
        "/../",
        "/a/.",
        "/a/../b",
        "/a/./b",
        "/a/..",
        "/a/..?b",
        // What somebody takes for a slash.
        "/a\\b",
        "/a%2Fb",
        "/a%2fb",
        "/a%5Cb",
        "/a%5cb",
        // What needs no encoding.
        "/%61",
        "/a%2E",
        "/%2e%2e/a",
        "/.%2e/a",
        "/a%5F",
        "/a%7E",
        "/a%7e",
        "/a%2D",
        "/a%30",
        // What is cut off, or broken.
        "/a%00",
        "/a%",
        "/a%4",
        "/a%4g",
        "/a%g4",
        "/a%%41",
        "/a%+1",
        "/a#b",
        // Bytes that no path has.
        "/a b",
        "/a\tb",
        "/a\nb",
        "/a\0b",
        "/a\x7f",
        "/é",
        "/a\u{2028}",
    ];
    for path in ambiguous {
        assert!(!is_plain(path), "{path:?}");
    }
}

#[test]
fn a_segment_is_decoded_once() {
    let cases = [
        ("", Some("")),
        ("u-7f3a", Some("u-7f3a")),
        ("auth0%7C7", Some("auth0|7")),
        ("a%2Fb", Some("a/b")),
        ("a%2fb", Some("a/b")),
        ("%C3%A9", Some("é")),
        ("é", Some("é")),
        ("a+b", Some("a+b")),
        ("%2541", Some("%41")),
        ("%00", Some("\0")),
        ("%", None),
        ("%4", None),
        ("%4g", None),
        ("%+1", None),
        ("%%34", None),
        ("a%C3", None),
        ("%FF", None),
        ("%C0%AF", None),
        ("%ED%A0%80", None),
    ];
    for (segment, expected) in cases {
        assert_eq!(decode_once(segment).as_deref(), expected, "{segment}");
    }
}

fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if is_unreserved(byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").unwrap();
        }
        encoded
    })
}

fn decode_path(path: &str) -> Option<String> {
    let segments: Option<Vec<_>> = path.split('/').map(decode_once).collect();
    Some(segments?.join("/"))
}

proptest! {
    #[test]
    fn what_was_encoded_is_decoded(text in any::<String>()) {
        let encoded = encode(&text);
        let decoded = decode_once(&encoded);
        prop_assert_eq!(decoded.as_deref(), Some(&*text));
    }

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        let _ = PathPattern::parse(&text);
        let _ = PathPattern::parse(&format!("/{text}"));
        let pattern = PathPattern::parse("/api/{user_id}/*").unwrap();
        let path = format!("/api/{text}");
        prop_assert!(!pattern.matches(&path) || pattern.covers(&path));
        let parameter = pattern.parameter(&path, "user_id");
        prop_assert_eq!(parameter.is_some(), pattern.covers(&path));
    }

    /// A guard sees the path raw. A router that decodes it once, and joins no slashes and resolves no dots because there are
    /// none, does not find anything there that the guard has not covered. (Nothing can be said of one that decodes twice.)
    #[test]
    fn decoding_a_plain_path_leads_to_no_covered_tree(
        path in "(/(api|%61pi|a%70i|ap%2569|%2561pi|a:b|a%3Ab|a%253Ab|x|\\.|\\.\\.|%2e|%2F|%5c|%)){1,3}/?"
    ) {
        prop_assume!(is_plain(&path));
        let decoded = decode_path(&path);
        for pattern in ["/api/*", "/a:b/*", "/x/api", "/x/a:b/*", "/{name}/api"] {
            let pattern = PathPattern::parse(pattern).unwrap();
            if let Some(decoded) = &decoded && !pattern.covers(&path) {
                prop_assert!(!pattern.matches(decoded), "{} covers {decoded} but not {path}", pattern.text);
            }
        }
    }

    /// Decoding a plain path makes no new segments, and none that another hop would resolve.
    #[test]
    fn decoding_a_plain_path_keeps_its_segments(path in "(/([a-z.]|%[0-9A-Fa-f]{2}){1,3}){1,3}") {
        prop_assume!(is_plain(&path));
        if let Some(decoded) = decode_path(&path) {
            prop_assert_eq!(decoded.matches('/').count(), path.matches('/').count());
            prop_assert!(decoded.split('/').skip(1).all(|segment| !matches!(segment, "" | "." | "..")));
        }
    }
}
