//! What Poem has decoded when the extractors see it. The owner check is about what the client sent.

use jwt_verify_poem::{Auth, Owner};
use jwt_verify_testing::TestIssuer;
use poem::{Endpoint, EndpointExt, Route, handler};

use crate::{answer, get_as, ran, read, reason_of};

#[handler]
async fn owner(owner: Owner) -> String {
    owner.id().to_owned()
}

fn app(issuer: &TestIssuer) -> impl Endpoint {
    Route::new()
        .at("/users/:user_id/tasks", owner)
        .at("/pairs/:other/:user_id", owner)
        .at("/prefixed/u-:user_id", owner)
        .at("/tail/*user_id", owner)
        .nest("/nested", Route::new().at("/:user_id/tasks", owner))
        .nest_no_strip("/kept", Route::new().at("/kept/:user_id/tasks", owner))
        .at("/none/:user", owner)
        // The last, as Poem 3.1 loses a pattern with an expression when it adds a path that begins alike.
        .at("/numbers/:user_id<\\d+>", owner)
        .data(Auth::new(issuer.verifier()))
}

/// Whether a user with this ID owns what is at the path.
async fn owns(app: &impl Endpoint, issuer: &TestIssuer, user: &str, path: &str) -> bool {
    let (status, body) = read(answer(app, get_as(issuer, user, path)).await).await;
    match status {
        200 => {
            assert_eq!(body, user, "{path}");
            true
        }
        403 => false,
        _ => panic!("{status} for {user:?} at {path}"),
    }
}

#[tokio::test]
async fn a_segment_is_decoded_exactly_once() {
    let issuer = TestIssuer::start();
    let app = app(&issuer);
    for (segment, user, expected) in [
        ("ada", "ada", true),
        ("ada", "Ada", false),
        ("%41", "A", true),
        ("%41", "%41", false),
        ("a%20b", "a b", true),
        ("a%20b", "a%20b", false),
        ("a%3Fb", "a?b", true),
        ("a%23b", "a#b", true),
        ("a%5Cb", "a\\b", true),
        ("a%2Fb", "a/b", true),
        ("a%2fb", "a/b", true),
        ("a%2Fb", "a%2Fb", false),
        ("a%2Bb", "a+b", true),
        ("a+b", "a+b", true),
        ("a+b", "a b", false),
        ("100%25", "100%", true),
        // Encoded twice is another text.
        ("%2541", "%41", true),
        ("%2541", "A", false),
        ("%25%34%31", "%41", true),
        ("a%252Fb", "a%2Fb", true),
        ("a%252Fb", "a/b", false),
        // The broken ones are nobody's, also where Poem leaves them as they are.
        ("%%34%31", "A", false),
        ("%%34%31", "%41", false),
        ("a%2", "a%2", false),
        ("a%", "a%", false),
        ("a%zz", "a%zz", false),
        ("a%25zz", "a%zz", true),
        // UTF-8, and what is none: not the replacement character either.
        ("%C3%A9", "é", true),
        ("%c3%a9", "é", true),
        ("%C3%A9", "e\u{301}", false),
        ("%F0%9F%A6%80", "🦀", true),
        ("%E9", "é", false),
        ("%E9", "\u{FFFD}", false),
        ("%E2%82", "\u{FFFD}", false),
        ("%C0%AF", "/", false),
        ("%EF%BF%BD", "\u{FFFD}", true),
    ] {
        for path in [
            format!("/users/{segment}/tasks"),
            format!("/pairs/ada/{segment}"),
            format!("/pairs/ada/{segment}?user_id=ada"),
            format!("/prefixed/u-{segment}"),
            format!("/tail/{segment}"),
        ] {
            assert_eq!(owns(&app, &issuer, user, &path).await, expected, "{user:?} at {path}");
        }
    }
}

#[tokio::test]
async fn every_ascii_character_of_an_id_is_found_again_when_it_is_encoded() {
    let issuer = TestIssuer::start();
    let app = app(&issuer);
    for byte in 0..=0x7f_u8 {
        let user = format!("a{}b", char::from(byte));
        assert!(owns(&app, &issuer, &user, &format!("/users/a%{byte:02X}b/tasks")).await, "{user:?}");
        assert!(owns(&app, &issuer, &user, &format!("/users/a%{byte:02x}b/tasks")).await, "{user:?}");
        assert!(!owns(&app, &issuer, &user, &format!("/users/a%25{byte:02X}b/tasks")).await, "{user:?}");
    }
    for byte in 0x80..=0xff_u8 {
        // None of them is UTF-8 alone.
        let user = format!("a{}b", char::from(byte));
        assert!(!owns(&app, &issuer, &user, &format!("/users/a%{byte:02X}b/tasks")).await, "{user:?}");
    }
}

#[tokio::test]
async fn a_parameter_in_any_of_poem_s_ways_is_found() {
    let issuer = TestIssuer::start();
    let app = app(&issuer);
    for (path, user, expected) in [
        ("/numbers/42", "42", true),
        ("/numbers/42", "43", false),
        ("/tail/a/b", "a/b", true),
        ("/tail/a/b", "a", false),
        ("/pairs/grace/ada", "ada", true),
        ("/pairs/ada/grace", "ada", false),
    ] {
        assert_eq!(owns(&app, &issuer, user, path).await, expected, "{user:?} at {path}");
    }
}

#[tokio::test]
async fn a_nested_route_s_parameter_is_found_and_poem_has_no_route_for_a_rest_that_is_no_utf_8() {
    let issuer = TestIssuer::start();
    let app = app(&issuer);
    for tree in ["nested", "kept"] {
        for (segment, user, expected) in [
            ("ada", "ada", true),
            ("ada", "grace", false),
            ("a%2Fb", "a/b", true),
            ("%2541", "%41", true),
            ("%2541", "A", false),
            ("a%zz", "a%zz", false),
            ("%C3%A9", "é", true),
        ] {
            let path = format!("/{tree}/{segment}/tasks");
            assert_eq!(owns(&app, &issuer, user, &path).await, expected, "{user:?} at {path}");
        }
        let response = answer(&app, get_as(&issuer, "é", &format!("/{tree}/%E9/tasks"))).await;
        assert_eq!((response.status().as_u16(), reason_of(&response)), (400, None), "{tree}");
    }
}

#[tokio::test]
async fn a_route_without_the_parameter_is_500_whoever_asks_and_401_without_a_token() {
    let issuer = TestIssuer::start();
    let app = app(&issuer);
    let response = answer(&app, get_as(&issuer, "ada", "/none/ada")).await;
    assert_eq!((response.status().as_u16(), reason_of(&response)), (500, Some("no_such_parameter")));
    let response = answer(&app, crate::get("/none/ada")).await;
    assert_eq!((response.status().as_u16(), reason_of(&response)), (401, Some("no_credentials")));
}

#[tokio::test]
async fn another_name_of_the_parameter_is_looked_for() {
    let issuer = TestIssuer::start();
    for (user, status) in [("ada", 200), ("grace", 403)] {
        let auth: Auth = Auth::builder(issuer.verifier()).owner_parameter("member").build();
        let app = Route::new().at("/:user_id/:member", owner).data(auth);
        assert_eq!(answer(&app, get_as(&issuer, user, "/grace/ada")).await.status(), status, "{user}");
    }
}

#[tokio::test]
async fn the_owner_rule_of_a_guard_decodes_once_too() {
    let issuer = TestIssuer::start();
    for (path, user, status) in [
        ("/api/users/%C3%A9/tasks", "é", 200),
        ("/api/users/%C3%A9/tasks", "e", 403),
        ("/api/users/a%2541/tasks", "a%41", 200),
        ("/api/users/a%2541/tasks", "aA", 403),
        ("/api/users/a+b/tasks", "a b", 403),
        // Which user this is about depends on who reads it.
        ("/api/users/a%2Fb/tasks", "a/b", 400),
        ("/api/users/%61/tasks", "a", 400),
        ("/api/users/a%zz/tasks", "a%zz", 400),
    ] {
        let protect = Auth::new(issuer.verifier()).protect().owner("/api/users/{user_id}/*").unwrap();
        let app = ran.with(protect);
        assert_eq!(answer(&app, get_as(&issuer, user, path)).await.status(), status, "{user:?} at {path}");
    }
}
