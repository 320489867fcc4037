//! Actix-web routes by a path that it has partly decoded. The owner check is about what the client sent.

use actix_web::{
    App,
    middleware::{NormalizePath, TrailingSlash},
    web,
};
use jwt_verify_actix::{Auth, Owner};
use jwt_verify_testing::TestIssuer;

use crate::{answer, get_as, read};

async fn owner(owner: Owner) -> String {
    owner.id().to_owned()
}

/// Whether a user with this ID owns what is at the path.
async fn owns(issuer: &TestIssuer, user: &str, path: &str) -> bool {
    let app = App::new()
        .app_data(Auth::new(issuer.verifier()))
        .route("/users/{user_id}/tasks", web::to(owner))
        .route("/pairs/{other}/{user_id}", web::to(owner))
        .route("/prefixed/u-{user_id}", web::to(owner))
        .route("/tail/{user_id:.*}", web::to(owner))
        .service(
            web::scope("/scopes/{user_id}")
                .service(web::scope("/deep").route("/tasks", web::to(owner)))
                .route("/twice/{user_id}", web::to(owner)),
        );
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

#[actix_web::test]
async fn of_two_parameters_that_name_an_owner_each_has_to_be_the_caller() {
    let issuer = TestIssuer::start();
    for (path, expected) in [
        ("/scopes/ada/twice/ada", true),
        ("/scopes/ada/twice/grace", false),
        ("/scopes/grace/twice/ada", false),
    ] {
        assert_eq!(owns(&issuer, "ada", path).await, expected, "{path}");
    }
}

#[actix_web::test]
async fn a_segment_is_decoded_exactly_once() {
    let issuer = TestIssuer::start();
    for (segment, user, expected) in [
        ("ada", "ada", true),
        ("ada", "Ada", false),
        ("%41", "A", true),
        ("%41", "%41", false),
        // What Actix-web decodes.
        ("a%20b", "a b", true),
        ("a%20b", "a%20b", false),
        ("a%3Fb", "a?b", true),
        ("a%23b", "a#b", true),
        ("a%5Cb", "a\\b", true),
        // What it does not: `%25`, `%2F` and `%2B`, in upper and lower case.
        ("a%2Fb", "a/b", true),
        ("a%2fb", "a/b", true),
        ("a%2Fb", "a%2Fb", false),
        ("a%2Bb", "a+b", true),
        ("a%2bb", "a+b", true),
        ("a+b", "a+b", true),
        ("a+b", "a b", false),
        ("100%25", "100%", true),
        // Encoded twice is another text.
        ("%2541", "%41", true),
        ("%2541", "A", false),
        ("%25%34%31", "%41", true),
        ("%25%34%31", "A", false),
        ("a%252Fb", "a%2Fb", true),
        ("a%252Fb", "a/b", false),
        // The broken ones are nobody's, also if Actix-web makes something of them.
        ("%%34%31", "A", false),
        ("%%34%31", "%41", false),
        ("a%2", "a%2", false),
        ("a%", "a%", false),
        ("a%zz", "a%zz", false),
        // UTF-8, and what is none: not the replacement character either.
        ("%C3%A9", "é", true),
        ("%c3%a9", "é", true),
        ("%C3%A9", "e\u{301}", false),
        ("%E2%82%AC", "€", true),
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
            format!("/scopes/{segment}/deep/tasks"),
            format!("/users/{segment}/tasks?user_id=ada"),
        ] {
            assert_eq!(owns(&issuer, user, &path).await, expected, "{user:?} at {path}");
        }
    }
}

#[actix_web::test]
async fn every_ascii_character_of_an_id_is_found_again_when_it_is_encoded() {
    let issuer = TestIssuer::start();
    for byte in 0..=0x7f_u8 {
        let user = format!("a{}b", char::from(byte));
        assert!(owns(&issuer, &user, &format!("/users/a%{byte:02X}b/tasks")).await, "{user:?}");
        assert!(owns(&issuer, &user, &format!("/users/a%{byte:02x}b/tasks")).await, "{user:?}");
        assert!(!owns(&issuer, &user, &format!("/users/a%25{byte:02X}b/tasks")).await, "{user:?}");
    }
    for byte in 0x80..=0xff_u8 {
        // None of them is UTF-8 alone.
        let user = format!("a{}b", char::from(byte));
        assert!(!owns(&issuer, &user, &format!("/users/a%{byte:02X}b/tasks")).await, "{user:?}");
    }
}

#[actix_web::test]
async fn two_segments_that_look_alike_once_decoded_are_told_apart() {
    let issuer = TestIssuer::start();
    // Actix-web has `%2F` for both.
    assert!(owns(&issuer, "/", "/pairs/%%32F/%2F").await);
    assert!(!owns(&issuer, "/", "/pairs/%2F/%%32F").await);
}

#[actix_web::test]
async fn a_parameter_that_is_no_whole_segment_is_compared_as_the_path_extractor_would_decode_it() {
    let issuer = TestIssuer::start();
    for (path, user, expected) in [
        ("/prefixed/u-ada", "ada", true),
        ("/prefixed/u-ada", "u-ada", false),
        ("/prefixed/u-%41%2F%25", "A/%", true),
        ("/prefixed/u-%2541", "%41", true),
        ("/prefixed/u-%2541", "A", false),
        ("/prefixed/u-%C3%A9", "é", true),
        ("/prefixed/u-%zz", "%zz", false),
        ("/tail/a/b", "a/b", true),
        ("/tail/a%2Fb", "a/b", true),
        ("/tail/a/b", "a", false),
    ] {
        assert_eq!(owns(&issuer, user, path).await, expected, "{user:?} at {path}");
    }
}

#[actix_web::test]
async fn a_path_that_a_middleware_has_normalized_is_compared_as_it_is_then() {
    let issuer = TestIssuer::start();
    for (path, user, status) in [
        ("/users/a%2Fb/tasks/", "a/b", 200),
        ("//users//a%2Fb//tasks", "a/b", 200),
        ("/users/a%2Fb/tasks/", "a%2Fb", 403),
    ] {
        let app = App::new()
            .app_data(Auth::new(issuer.verifier()))
            .wrap(NormalizePath::new(TrailingSlash::Trim))
            .route("/users/{user_id}/tasks", web::to(owner));
        assert_eq!(answer(app, get_as(&issuer, user, path)).await.status(), status, "{user:?} at {path}");
    }
}

#[actix_web::test]
async fn another_name_of_the_parameter_is_looked_for() {
    let issuer = TestIssuer::start();
    for (user, status) in [("ada", 200), ("grace", 403)] {
        let auth: Auth = Auth::builder(issuer.verifier()).owner_parameter("member").build();
        let app = App::new().app_data(auth).route("/{user_id}/{member}", web::to(owner));
        assert_eq!(answer(app, get_as(&issuer, user, "/grace/ada")).await.status(), status, "{user}");
    }
}

#[actix_web::test]
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
        let app = App::new().wrap(protect).default_service(web::to(|| async { "ran" }));
        assert_eq!(answer(app, get_as(&issuer, user, path)).await.status(), status, "{user:?} at {path}");
    }
}
