//! What a guard lets through, by path, token and policy.
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

use jwt_verify_core::{Clock, Policy, UnixTime, Verifier};
use jwt_verify_http::{Admission, Auth, Guard, OwnerId, PathPatternError, Reason, Refusal};
use jwt_verify_testing::TestIssuer;

type Fields<'a> = &'a [(&'a str, &'a [u8])];

async fn check(guard: &Guard, method: &str, path: &str, fields: Fields<'_>) -> Result<Admission, Refusal> {
    guard.check(method, path, fields.iter().copied()).await
}

/// `public`, the caller, or the status and reason of the refusal.
async fn verdict(guard: &Guard, method: &str, path: &str, fields: Fields<'_>) -> String {
    match check(guard, method, path, fields).await {
        Ok(Admission::Public) => "public".into(),
        Ok(Admission::Authenticated(caller)) => caller.identity().unwrap().id().into(),
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => format!("{} {}", refusal.status(), refusal.reason().code()),
    }
}

#[tokio::test]
async fn what_is_not_named_is_public_and_what_is_exempt_is_public_in_its_plain_form_only() {
    let auth = Auth::new(TestIssuer::start().verifier());
    let guard =
        auth.guard().paths(["/api/*", "/me"]).unwrap().exempt(["/api/open/*", "/api/status"]).unwrap();
    for (path, expected) in [
        ("/", "public"),
        ("/health", "public"),
        ("/apix", "public"),
        ("/api/status", "public"),
        ("/api/status?full=1", "public"),
        ("/api/open", "public"),
        ("/api/open/a/b", "public"),
        ("/api", "401 no_credentials"),
        ("/api/", "401 no_credentials"),
        ("/api/tasks", "401 no_credentials"),
        ("/me", "401 no_credentials"),
        ("/me/", "401 no_credentials"),
        // A router may take these for a protected path, so none of them is exempt, nor outside of what is named.
        ("//api/tasks", "401 no_credentials"),
        ("/./api/tasks", "401 no_credentials"),
        ("/x/../api/tasks", "401 no_credentials"),
        ("/%61pi/tasks", "401 no_credentials"),
        ("/api%2Ftasks", "401 no_credentials"),
        ("/api/open/../tasks", "401 no_credentials"),
        ("/api/open/%2e%2e/tasks", "401 no_credentials"),
        ("/api/open/..%2Ftasks", "401 no_credentials"),
        ("/api/open\\..\\tasks", "401 no_credentials"),
        ("/api/status/", "401 no_credentials"),
        ("/api/%73tatus", "401 no_credentials"),
        ("/api/tasks?x=/api/status", "401 no_credentials"),
        ("*", "401 no_credentials"),
        ("", "401 no_credentials"),
    ] {
        assert_eq!(verdict(&guard, "GET", path, &[]).await, expected, "{path}");
    }
}

#[tokio::test]
async fn only_a_real_preflight_is_let_through_and_only_where_that_was_said() {
    let auth = Auth::new(TestIssuer::start().verifier());
    let (closed, guard) = (auth.guard(), auth.guard().danger_pass_preflights());
    let origin: (&str, &[u8]) = ("origin", b"https://app.example");
    let asked: (&str, &[u8]) = ("Access-Control-Request-Method", b"POST");
    for (method, fields, expected) in [
        ("OPTIONS", [origin, asked].as_slice(), "public"),
        ("OPTIONS", &[origin], "401 no_credentials"),
        ("OPTIONS", &[asked], "401 no_credentials"),
        ("OPTIONS", &[], "401 no_credentials"),
        ("options", &[origin, asked], "401 no_credentials"),
        ("GET", &[origin, asked], "401 no_credentials"),
        ("POST", &[origin, asked], "401 no_credentials"),
    ] {
        assert_eq!(verdict(&guard, method, "/tasks", fields).await, expected, "{method} {fields:?}");
        assert_eq!(
            verdict(&closed, method, "/tasks", fields).await,
            "401 no_credentials",
            "{method} {fields:?}"
        );
    }
}

#[tokio::test]
async fn policies_and_owners_hold_wherever_a_router_could_read_the_path() {
    let issuer = TestIssuer::start();
    let guard = Auth::new(issuer.verifier())
        .guard()
        .require_on("/admin/*", Policy::role("admin"))
        .unwrap()
        .owner("/users/{user_id}/*")
        .unwrap();
    let token = format!("Bearer {}", issuer.token().subject("ada b").mint());
    let fields: Fields<'_> = &[("authorization", token.as_bytes())];
    for (path, expected) in [
        ("/other", "ada b"),
        ("/users/ada%20b/tasks", "ada b"),
        ("/users/ada%20b", "ada b"),
        ("/users/grace/tasks", "403 not_owner"),
        // Decoded once, not twice; exact, not folded.
        ("/users/ada%2520b/tasks", "403 not_owner"),
        ("/users/ada+b/tasks", "403 not_owner"),
        ("/users/Ada%20b/tasks", "403 not_owner"),
        ("/admin", "403 insufficient_scope"),
        ("/admin/", "403 insufficient_scope"),
        ("/admin/users", "403 insufficient_scope"),
        // A router that merges, decodes or resolves must not get past.
        ("//admin/users", "400 ambiguous_path"),
        ("/%61dmin/users", "400 ambiguous_path"),
        ("/x/../admin", "400 ambiguous_path"),
        ("/users/%67race/tasks", "400 ambiguous_path"),
        ("/users//grace/tasks", "400 ambiguous_path"),
    ] {
        assert_eq!(verdict(&guard, "GET", path, fields).await, expected, "{path}");
    }
    assert_eq!(verdict(&guard, "GET", "//admin", &[]).await, "401 no_credentials");
}

#[tokio::test]
async fn a_rule_for_a_path_protects_it_and_an_exemption_is_final() {
    let issuer = TestIssuer::start();
    let guard = Auth::new(issuer.verifier())
        .guard()
        .paths(["/api/*"])
        .unwrap()
        .require_on("/admin/*", Policy::role("admin"))
        .unwrap()
        .owner("/users/{user_id}/*")
        .unwrap()
        .exempt(["/users/{user_id}/avatar"])
        .unwrap();
    let token = format!("Bearer {}", issuer.token().subject("ada").mint());
    let fields: Fields<'_> = &[("authorization", token.as_bytes())];
    for (path, without, with) in [
        ("/", "public", "public"),
        ("/api/x", "401 no_credentials", "ada"),
        ("/admin/x", "401 no_credentials", "403 insufficient_scope"),
        ("/users/ada/tasks", "401 no_credentials", "ada"),
        ("/users/grace/tasks", "401 no_credentials", "403 not_owner"),
        ("/users/grace/avatar", "public", "public"),
    ] {
        assert_eq!(verdict(&guard, "GET", path, &[]).await, without, "{path}");
        assert_eq!(verdict(&guard, "GET", path, fields).await, with, "{path}");
    }
}

#[tokio::test]
async fn a_second_guard_verifies_again_only_what_another_auth_accepted() {
    let issuer = TestIssuer::start();
    let (one, other) = (Auth::new(issuer.verifier()), Auth::new(issuer.verifier()));
    let token = format!("Bearer {}", issuer.token().subject("ada").mint());
    let caller = one.authenticate("GET", [("authorization", token.as_bytes())]).await.unwrap();

    let known = one.guard().check_known("GET", "/", [], Some(&caller)).await;
    assert!(matches!(known, Ok(Admission::Authenticated(_))));
    let denied = one.guard().require(Policy::role("admin")).check_known("GET", "/", [], Some(&caller)).await;
    assert_eq!(denied.unwrap_err().status(), 403);
    let foreign = other.guard().check_known("GET", "/", [], Some(&caller)).await;
    assert_eq!(foreign.unwrap_err().reason(), &Reason::NoCredentials);
}

#[tokio::test]
async fn a_slash_at_the_end_takes_no_path_out_of_a_rule_and_every_owner_rule_holds() {
    let issuer = TestIssuer::start();
    let guard = Auth::new(issuer.verifier())
        .guard()
        .require_on("/admin", Policy::role("admin"))
        .unwrap()
        .owner("/users/{user_id}")
        .unwrap()
        .owner("/files/{user_id}/*")
        .unwrap();
    let token = format!("Bearer {}", issuer.token().subject("ada").mint());
    let fields: Fields<'_> = &[("authorization", token.as_bytes())];
    for (path, expected) in [
        ("/admin", "403 insufficient_scope"),
        ("/admin/", "403 insufficient_scope"),
        ("/admin/x", "ada"),
        ("/users/ada/", "ada"),
        ("/users/grace", "403 not_owner"),
        ("/users/grace/", "403 not_owner"),
        ("/files/ada/x", "ada"),
        ("/files/grace/x", "403 not_owner"),
    ] {
        assert_eq!(verdict(&guard, "GET", path, fields).await, expected, "{path}");
    }
}

#[tokio::test]
async fn an_owner_is_compared_as_it_is_however_it_was_decoded() {
    let issuer = TestIssuer::start();
    let auth = Auth::new(issuer.verifier());
    let token = format!("Bearer {}", issuer.token().subject("a%b").mint());
    let caller = auth.authenticate("GET", [("authorization", token.as_bytes())]).await.unwrap();
    for (owner, expected) in [
        (OwnerId::Encoded("a%25b"), true),
        (OwnerId::Encoded("a%b"), false),
        (OwnerId::Encoded("A%25b"), false),
        (OwnerId::Decoded("a%b"), true),
        (OwnerId::Decoded("A%b"), false),
        (OwnerId::leniently_decoded(Some("a%b"), "/users/a%25b"), true),
        (OwnerId::leniently_decoded(Some("a%b"), "/users/a%b"), false),
        (OwnerId::leniently_decoded(None, "/users/a%25b"), false),
    ] {
        assert_eq!(caller.check_owner(owner).is_ok(), expected, "{owner:?}");
    }
}

#[tokio::test]
async fn a_service_without_a_clock_cannot_tell_and_says_503() {
    #[derive(Debug)]
    struct Stopped;

    impl Clock for Stopped {
        fn now(&self) -> Option<UnixTime> {
            None
        }
    }

    let issuer = TestIssuer::start();
    let verifier = Verifier::builder().issuer(issuer.trusted_issuer()).clock(Stopped).build().unwrap();
    let token = format!("Bearer {}", issuer.token().mint());
    let refusal =
        Auth::new(verifier).authenticate("GET", [("authorization", token.as_bytes())]).await.unwrap_err();
    assert_eq!((refusal.status(), refusal.header("retry-after")), (503, Some("5")));
    assert_eq!(refusal.reason().code(), "clock_unavailable");
}

#[tokio::test]
async fn every_policy_of_a_guard_has_to_hold() {
    let issuer = TestIssuer::start();
    let guard = Auth::new(issuer.verifier())
        .guard()
        .require(Policy::scope("read"))
        .require(Policy::scope("write"))
        .require_on("/a/*", Policy::scope("a"))
        .unwrap()
        .require_on("/a/b/*", Policy::scope("b"))
        .unwrap();
    for (scopes, path, expected) in [
        ("read write", "/", "ada"),
        ("read", "/", "403 insufficient_scope"),
        ("write", "/", "403 insufficient_scope"),
        ("read write a", "/a/b", "403 insufficient_scope"),
        ("read write b", "/a/b", "403 insufficient_scope"),
        ("read write a b", "/a/b", "ada"),
    ] {
        let token = format!("Bearer {}", issuer.token().subject("ada").claim("scope", scopes).mint());
        let fields: Fields<'_> = &[("authorization", token.as_bytes())];
        assert_eq!(verdict(&guard, "GET", path, fields).await, expected, "{scopes} {path}");
    }
}

#[tokio::test]
async fn what_another_auth_accepted_is_not_from_this_one() {
    let issuer = TestIssuer::start();
    let (one, other) = (Auth::new(issuer.verifier()), Auth::new(issuer.verifier()));
    let token = format!("Bearer {}", issuer.token().mint());
    let caller = one.authenticate("GET", [("authorization", token.as_bytes())]).await.unwrap();
    assert!(caller.is_from(&one));
    assert!(caller.is_from(&one.clone()));
    assert!(!caller.is_from(&other));
}

#[test]
fn a_pattern_that_could_never_mean_what_it_says_is_an_error() {
    let auth = Auth::new(TestIssuer::start().verifier());
    for pattern in ["api/*", "/api/*/x", "/a b", "/{user_id", "/{a}/{a}", "/%61", "//a", "/../a", ""] {
        assert!(auth.guard().paths([pattern]).is_err(), "{pattern}");
    }
    assert_eq!(auth.guard().paths([""; 0]).unwrap_err(), PathPatternError::NoPattern);
    assert!(auth.guard().paths(["/{userId}"]).is_ok());
    let Err(error) = auth.guard().owner("/api/*") else { panic!() };
    assert!(matches!(error, PathPatternError::NoParameter { .. }), "{error:?}");
}

#[tokio::test]
async fn a_denied_caller_is_told_all_scopes_that_are_needed() {
    let issuer = TestIssuer::start();
    let policy = Policy::all([Policy::scope("a"), Policy::scope("b"), Policy::role("editor")]);
    let guard = Auth::new(issuer.verifier()).guard().require(policy);
    let token = format!("Bearer {}", issuer.token().claim("scope", "a").mint());
    let refusal = check(&guard, "GET", "/", &[("authorization", token.as_bytes())]).await.unwrap_err();
    assert_eq!(refusal.status(), 403);
    assert_eq!(
        refusal.header("www-authenticate"),
        Some(r#"Bearer realm="api", error="insufficient_scope", scope="a b""#)
    );
    assert!(matches!(refusal.reason(), Reason::Denied(_)));
}
