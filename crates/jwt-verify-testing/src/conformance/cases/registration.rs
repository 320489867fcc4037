//! An extractor, and no `Auth` anywhere: 500 whatever the request is, never 401.

use super::super::{case::Case, expected::Expected};

pub(super) fn cases() -> Vec<Case> {
    let case = |name, why| Case::new(name, why).unregistered().expects(Expected::misconfigured());
    let why = "a line of code is missing: the client did nothing wrong";
    vec![
        case("current_user_without_an_auth_is_500", why).genuine(),
        case("current_user_without_an_auth_is_500_without_a_token_too", why),
        case("current_user_without_an_auth_is_500_with_broken_credentials_too", why)
            .field("authorization", "Bearer"),
        case("verified_without_an_auth_is_500", why).get("/claims").genuine(),
        case("maybe_user_without_an_auth_is_500", why).get("/maybe").genuine(),
        case("maybe_user_without_an_auth_is_500_without_a_token_too", why).get("/maybe"),
        case("maybe_verified_without_an_auth_is_500", why).get("/maybe-claims"),
        case("owner_without_an_auth_is_500", why).get("/users/ada/tasks").genuine(),
        case("authorized_without_an_auth_is_500", why).get("/reports").genuine(),
    ]
}
