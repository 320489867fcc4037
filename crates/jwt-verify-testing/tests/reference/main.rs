//! The conformance suite against `jwt-verify-http` and a bare server: the meaning is there, and a framework adds none.

#![expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]

mod harness;

use jwt_verify_testing::conformance::{Harness, Running, Setup, run};

use self::harness::Reference;

jwt_verify_testing::conformance!(Reference);

/// Serves the wrong apps: nobody needs a token where everybody does.
struct WrongApps;

impl Harness for WrongApps {
    fn routes(setup: Setup) -> Running {
        Reference::unregistered(setup)
    }

    fn site(setup: Setup) -> Running {
        Reference::routes(setup)
    }

    fn unregistered(setup: Setup) -> Running {
        Reference::routes(setup)
    }
}

#[test]
fn a_case_that_fails_tells_what_was_expected_and_what_was_found() {
    let failed = std::panic::catch_unwind(|| run::<WrongApps>("a_single_protected_path_is_protected"));
    let told = failed.unwrap_err().downcast::<String>().unwrap();
    assert_eq!(*told, WRONG_APP);
}

const WRONG_APP: &str = r#"paths::a_single_protected_path_is_protected

  why      `/account`
  app      Site
  request  GET /account

  status
    expected  401
    found     200

  www-authenticate
    expected  Bearer realm="api"
    found     none

  cache-control
    expected  no-store
    found     none

  body
    expected  {"type":"about:blank","title":"Unauthorized","status":401,"detail":"This needs an access token."}
    found     nobody

  handlers that ran
    expected  none
    found     fallback without caller

  content-type
    expected  application/problem+json
    found     text/plain; charset=utf-8
"#;
