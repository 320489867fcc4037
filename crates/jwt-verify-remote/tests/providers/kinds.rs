//! What the same keys sign as well: for other parties, of other kinds, with more than a client was allowed.

use core::time::Duration;

use jwt_verify_core::{ClaimCheck, ClaimError, Error, Identity, Policy};
use jwt_verify_remote::{
    RemoteIssuerBuilder,
    providers::{self, BetterAuthPlugin},
};
use jwt_verify_testing::{TokenBuilder, shapes};
use serde_json::json;

use super::{SIGNER, missing, not_allowed, refusal, verify};

const API: &str = "https://api.example";
const INVALID_TYPE: Error = Error::Claim(ClaimError::InvalidType);

fn identity(preset: RemoteIssuerBuilder, token: TokenBuilder) -> Identity {
    verify(preset, token).unwrap().identity().unwrap()
}

#[test]
fn stytch_s_tokens_of_services_and_of_connected_apps_are_no_sessions() {
    let preset = || providers::stytch("project-live-1");
    let session =
        || shapes::stytch(&SIGNER).claim("iss", "stytch.com/project-live-1").claim("aud", "project-live-1");
    assert!(verify(preset(), session()).is_ok());
    let session_claim = "https://stytch.com/session";
    let service = session().remove_claim(session_claim).subject("m2m-client-live-1");
    assert_eq!(refusal(preset(), service), missing(session_claim));
    let app = session()
        .remove_claim(session_claim)
        .claim("client_id", "connected-app-live-evil")
        .claim("scope", "openid");
    assert_eq!(refusal(preset(), app), missing(session_claim));
}

#[test]
fn supabase_s_tokens_for_another_application_are_no_sessions() {
    let sessions = || providers::supabase("abcdefghijklmnop");
    let clients = || providers::supabase_oauth_clients("abcdefghijklmnop", ["client-1", "client-2"]);
    let session = || shapes::supabase(&SIGNER).claim("iss", sessions().name());
    assert_eq!(refusal(sessions(), session().claim("client_id", "client-1")), not_allowed("client_id"));
    assert!(verify(clients(), session().claim("client_id", "client-2")).is_ok());
    assert_eq!(refusal(clients(), session().claim("client_id", "client-3")), not_allowed("client_id"));
    assert_eq!(refusal(clients(), session()), missing("client_id"));
    let nobody = providers::supabase_oauth_clients("abcdefghijklmnop", Vec::<String>::new()).build();
    assert_eq!(
        nobody.unwrap_err().to_string(),
        "`client` is empty: give the IDs of the OAuth clients whose tokens are accepted, such as `9a8b7c6d-1e2f-4a3b-8c4d-5e6f7a8b9c0d`"
    );
}

#[test]
fn a_client_has_the_scopes_that_it_was_allowed_and_not_all_that_its_user_may_do() {
    type Preset = fn() -> RemoteIssuerBuilder;
    type Token = fn() -> TokenBuilder;
    let auth0 = || providers::auth0("acme.eu.auth0.com").audience(API);
    let of_auth0 = || {
        shapes::auth0(&SIGNER)
            .claim("iss", "https://acme.eu.auth0.com/")
            .claim("scope", "openid read:tasks")
            .claim("permissions", vec!["read:tasks", "delete:all"])
    };
    let kinde = || providers::kinde("acme.kinde.com").audience(API);
    let of_kinde = || {
        shapes::kinde(&SIGNER)
            .claim("iss", "https://acme.kinde.com")
            .claim("scp", vec!["openid", "read:tasks"])
            .claim("permissions", vec!["read:tasks", "delete:all"])
    };
    let presets: [(Preset, Token); 2] = [(auth0, of_auth0), (kinde, of_kinde)];
    for (preset, token) in presets {
        assert_eq!(identity(preset(), token()).scopes(), ["openid", "read:tasks"]);
        // Both, and a policy can tell them apart.
        let both = identity(preset().map_claims(|mapping| mapping.roles("permissions")), token());
        assert_eq!(both.scopes(), ["openid", "read:tasks"]);
        assert_eq!(both.roles(), ["read:tasks", "delete:all"]);
    }
    let all = identity(auth0().map_claims(|mapping| mapping.scopes("permissions")), of_auth0());
    assert_eq!(all.scopes(), ["read:tasks", "delete:all"]);
}

#[test]
fn an_id_token_of_authentik_is_no_access_token() {
    let preset = || providers::authentik("id.example", "reports").audience(API);
    let token = || shapes::authentik(&SIGNER).claim("iss", "https://id.example/application/o/reports/");
    assert_eq!(refusal(preset(), token().claim("at_hash", "x")), INVALID_TYPE);
    // Of `response_type=id_token`, without `at_hash`.
    assert_eq!(refusal(preset(), token().remove_claim("uid").claim("nonce", "n")), missing("uid"));
    // The access token of the same login has its nonce, too.
    assert!(verify(preset(), token().claim("nonce", "n")).is_ok());
}

#[test]
fn an_id_token_of_zitadel_is_no_access_token() {
    let preset = || providers::zitadel("acme.zitadel.cloud").audience(API);
    let token = || shapes::zitadel(&SIGNER).claim("iss", "https://acme.zitadel.cloud");
    assert_eq!(refusal(preset(), token().claim("at_hash", "x")), INVALID_TYPE);
    assert_eq!(refusal(preset(), token().remove_claim("jti")), missing("jti"));
}

#[test]
fn an_id_token_of_auth0_or_kinde_with_a_nonce_is_no_access_token() {
    let auth0 = providers::auth0("acme.eu.auth0.com").audience(API);
    let token = shapes::auth0(&SIGNER).claim("iss", "https://acme.eu.auth0.com/");
    assert_eq!(refusal(auth0, token.claim("nonce", "n")), not_allowed("nonce"));
    let kinde = providers::kinde("acme.kinde.com").audience(API);
    let token = shapes::kinde(&SIGNER).claim("iss", "https://acme.kinde.com");
    assert_eq!(refusal(kinde, token.claim("nonce", "n")), not_allowed("nonce"));
}

#[test]
fn an_oauth_token_of_better_auth_names_its_client() {
    let preset =
        || providers::better_auth("https://app.example", BetterAuthPlugin::OAuthProvider).audience(API);
    let token = || shapes::better_auth_oauth(&SIGNER).claim("iss", preset().name());
    assert!(verify(preset(), token()).is_ok());
    assert_eq!(refusal(preset(), token().remove_claim("azp")), missing("azp"));
}

#[test]
fn a_time_of_login_that_is_none_satisfies_no_policy_that_asks_for_a_recent_login() {
    let preset = || providers::firebase("acme-prod");
    let token =
        || shapes::firebase(&SIGNER).claim("aud", "acme-prod").claim("iss", preset().name().to_owned());
    let recent = Policy::max_authentication_age(Duration::from_secs(300));
    let now = SIGNER.clock().now();
    assert_eq!(recent.check(&identity(preset(), token().claim("auth_time", now.as_secs())), now), Ok(()));
    for unknown in [json!("x"), json!(99_999_999_999_u64), json!(null)] {
        // Signed by Google, so accepted as a token.
        let caller = identity(preset(), token().claim("auth_time", unknown.clone()));
        let denied = recent.check(&caller, now).unwrap_err();
        assert!(denied.needs_step_up().is_some(), "{unknown}");
    }
}

#[test]
fn a_token_of_somebody_who_acts_for_the_user_is_the_user_s_unless_that_is_refused() {
    let preset = || providers::workos("client_123");
    let token = || {
        let actor = json!({"sub": "admin@acme.example"});
        shapes::workos(&SIGNER).claim("iss", "https://api.workos.com").claim("act", actor)
    };
    let caller = identity(preset(), token());
    assert_eq!(caller.id(), "user_01HBEQKA6K4QJAS93VPE39W1JT");
    assert_eq!(caller.claims().get("act"), Some(&json!({"sub": "admin@acme.example"})));
    let nobody_else = preset().check_claim(ClaimCheck::absent("act"));
    assert_eq!(refusal(nobody_else, token()), not_allowed("act"));
}
