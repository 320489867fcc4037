//! What is particular to one provider, and has been got wrong.

use jwt_verify_core::{BuildProblem, ClaimError, Error, HmacSecret, JwkSet, KeyMismatch, KeySet};
use jwt_verify_remote::{
    SetupProblem,
    providers::{self, BetterAuthPlugin, HasuraFormat},
};
use jwt_verify_testing::{TestKey, shapes};
use serde_json::{Value, json};

use super::{SIGNER, missing, not_allowed, presets::TENANT, refusal, verify, verify_with_keys};

const API: &str = "https://api.example";
const INVALID_ISSUER: Error = Error::Claim(ClaimError::InvalidIssuer);
const INVALID_AUDIENCE: Error = Error::Claim(ClaimError::InvalidAudience);
const INVALID_TYPE: Error = Error::Claim(ClaimError::InvalidType);

#[test]
fn tokens_of_better_auth_s_session_cookie_are_refused_by_type_and_by_audience() {
    let preset = || providers::better_auth("https://app.example", BetterAuthPlugin::Jwt);
    let token = || {
        shapes::better_auth(&SIGNER).claim("iss", "https://app.example").claim("aud", "https://app.example")
    };
    assert!(verify(preset(), token()).is_ok());
    let cookie = token().header("typ", "better-auth.session-cache+jwt");
    assert_eq!(refusal(preset(), cookie), INVALID_TYPE);
    assert_eq!(refusal(preset(), token().claim("aud", "better-auth:session-cache")), INVALID_AUDIENCE);
}

#[test]
fn better_auth_s_two_plugins_do_not_pass_for_each_other() {
    let jwt = || providers::better_auth("https://app.example", BetterAuthPlugin::Jwt);
    let oauth =
        || providers::better_auth("https://app.example", BetterAuthPlugin::OAuthProvider).audience(API);
    let of_jwt = shapes::better_auth(&SIGNER).claim("iss", jwt().name()).claim("aud", "https://app.example");
    let of_oauth = || shapes::better_auth_oauth(&SIGNER).claim("iss", oauth().name());
    assert_eq!(refusal(oauth(), of_jwt), INVALID_ISSUER);
    assert_eq!(refusal(jwt(), of_oauth()), INVALID_ISSUER);
    // An ID token has no `typ` of an access token, and its client for an audience.
    assert_eq!(refusal(oauth(), of_oauth().remove_header("typ")), INVALID_TYPE);
    assert_eq!(refusal(oauth(), of_oauth().remove_header("typ").claim("aud", "client-1")), INVALID_AUDIENCE);
    assert_eq!(refusal(jwt(), of_oauth().remove_header("typ").claim("aud", "client-1")), INVALID_ISSUER);
}

#[test]
fn a_clerk_token_of_another_page_or_of_none_is_refused() {
    let preset = || providers::clerk("clerk.app.example", ["https://app.example", "https://www.app.example"]);
    let token = || shapes::clerk(&SIGNER).claim("iss", "https://clerk.app.example");
    assert!(verify(preset(), token().claim("azp", "https://www.app.example")).is_ok());
    for other in [
        "https://evil.example",
        "https://app.example/",
        "http://app.example",
        "https://app.example.evil.example",
    ] {
        assert_eq!(refusal(preset(), token().claim("azp", other)), not_allowed("azp"), "{other}");
    }
    assert_eq!(refusal(preset(), token().remove_claim("azp")), missing("azp"));
    assert_eq!(refusal(preset(), token().claim("azp", vec!["https://app.example"])), not_allowed("azp"));
}

#[test]
fn a_clerk_session_that_is_pending_counts_as_signed_out() {
    let preset = || providers::clerk("clerk.app.example", ["https://app.example"]);
    let token = || shapes::clerk(&SIGNER).claim("iss", "https://clerk.app.example");
    assert_eq!(refusal(preset(), token().claim("sts", "pending")), not_allowed("sts"));
    assert_eq!(refusal(preset(), token().remove_claim("sts")), missing("sts"));
}

#[test]
fn okta_s_id_is_not_the_login_that_changes_hands() {
    let preset = || providers::okta("acme.okta.com", "default").audience(API);
    let token = || shapes::okta(&SIGNER).claim("iss", "https://acme.okta.com/oauth2/default");
    assert_eq!(verify(preset(), token()).unwrap().identity().unwrap().id(), "00u13ujtqnhPtIgCk5d7");
    // The organization's own server.
    assert_eq!(refusal(preset(), token().claim("iss", "https://acme.okta.com")), INVALID_ISSUER);
    // A service has no user, and is read by its `sub` where that is asked for.
    let service = || token().remove_claim("uid").subject("0oa13uk63xoD3JUmX5d7");
    assert_eq!(verify(preset(), service()).unwrap().identity().unwrap_err(), missing("uid"));
    let services = preset().map_claims(|mapping| mapping.user_id("sub"));
    assert_eq!(verify(services, service()).unwrap().identity().unwrap().id(), "0oa13uk63xoD3JUmX5d7");
}

#[test]
fn keycloak_s_id_and_refresh_tokens_are_refused_by_the_payload_s_type() {
    let preset = || providers::keycloak("https://id.example", "acme").audience(API);
    let token = || shapes::keycloak(&SIGNER).claim("iss", "https://id.example/realms/acme");
    assert!(verify(preset(), token()).is_ok());
    for kind in ["ID", "Refresh", "Offline", "Logout"] {
        assert_eq!(refusal(preset(), token().claim("typ", kind)), not_allowed("typ"), "{kind}");
    }
    assert_eq!(refusal(preset(), token().remove_claim("typ")), missing("typ"));
    // Without a mapper, whichever service it is for.
    assert_eq!(refusal(preset(), token().claim("aud", "account")), INVALID_AUDIENCE);
}

#[test]
fn cognito_s_two_kinds_of_token_do_not_pass_for_each_other() {
    let access = || providers::cognito("eu-west-1_Ab1Cd2Ef3").access_tokens(["1example23456789"]);
    let id = || providers::cognito("eu-west-1_Ab1Cd2Ef3").id_tokens(["1example23456789"]);
    let access_token = || shapes::cognito_access(&SIGNER).claim("iss", access().name());
    let id_token = || shapes::cognito_id(&SIGNER).claim("iss", id().name()).claim("aud", "1example23456789");
    assert_eq!(refusal(id(), access_token()), missing("aud"));
    assert_eq!(refusal(access(), id_token()), INVALID_AUDIENCE);
    // Even where the clients fit.
    assert_eq!(refusal(access(), access_token().claim("token_use", "id")), not_allowed("token_use"));
    assert_eq!(refusal(id(), id_token().claim("token_use", "access")), not_allowed("token_use"));
    assert_eq!(refusal(access(), access_token().claim("client_id", "other")), not_allowed("client_id"));
    // Resource binding: an audience that is there must be ours.
    let bound = || access_token().claim("aud", API);
    assert_eq!(refusal(access(), bound()), INVALID_AUDIENCE);
    assert!(verify(access().audience(API), bound()).is_ok());
}

#[test]
fn an_entra_token_must_name_one_tenant_in_both_places_and_one_that_is_trusted() {
    let other = "99999999-2222-4333-8444-555555555555";
    let name = |tenant: &str| format!("https://login.microsoftonline.com/{tenant}/v2.0");
    let token = |tenant: &str| shapes::entra_v2(&SIGNER).claim("iss", name(tenant)).claim("tid", tenant);
    let any = || providers::entra_any_tenant().v2(API);
    let several = || providers::entra_tenants([TENANT]).v2(API);
    let one = || providers::entra(TENANT).v2(API);

    assert!(verify(any(), token(other)).is_ok());
    assert_eq!(refusal(several(), token(other)), ClaimError::TenantNotAllowed.into());
    assert_eq!(refusal(one(), token(other)), INVALID_ISSUER);

    let mismatch = || token(TENANT).claim("tid", other);
    assert_eq!(refusal(any(), mismatch()), ClaimError::TenantMismatch { claim: "tid".into() }.into());
    assert_eq!(refusal(several(), mismatch()), ClaimError::TenantMismatch { claim: "tid".into() }.into());
    assert_eq!(refusal(one(), mismatch()), not_allowed("tid"));
    for preset in [any(), several(), one()] {
        assert_eq!(refusal(preset, token(TENANT).remove_claim("tid")), missing("tid"));
    }
    for no_tenant in ["common", "organizations", "acme.onmicrosoft.com", ""] {
        assert_eq!(refusal(any(), token(no_tenant)), INVALID_ISSUER, "{no_tenant}");
    }
}

#[test]
fn a_name_for_an_entra_issuer_narrows_the_tenants_and_never_replaces_them() {
    let other = "99999999-2222-4333-8444-555555555555";
    let third = "33333333-2222-4333-8444-555555555555";
    let name = |tenant: &str| format!("https://login.microsoftonline.com/{tenant}/v2.0");
    let token = |tenant: &str| shapes::entra_v2(&SIGNER).claim("iss", name(tenant)).claim("tid", tenant);
    let several = || providers::entra_tenants([TENANT, other]).v2(API);
    let any = || providers::entra_any_tenant().v2(API);

    for preset in [several().issuer(name(TENANT)), any().issuer(name(TENANT))] {
        assert!(verify(preset, token(TENANT)).is_ok());
    }
    for preset in [several().issuer(name(TENANT)), any().issuer(name(TENANT))] {
        assert_eq!(refusal(preset, token(other)), ClaimError::TenantNotAllowed.into());
    }
    let mismatch = ClaimError::TenantMismatch { claim: "tid".into() };
    assert_eq!(refusal(any().issuer(name(TENANT)), token(TENANT).claim("tid", other)), mismatch.into());

    for unfit in [name(third), name("common"), "https://id.example/".into(), String::new()] {
        let error = several().issuer(unfit.clone()).build().unwrap_err();
        assert_eq!(error.problems(), [SetupProblem::NameOfTenants { found: unfit }]);
    }
    let error = any().issuer(name("common")).build().unwrap_err();
    let no_tenant = BuildProblem::InvalidTenant { tenant: "common".into() };
    assert_eq!(error.problems(), [SetupProblem::Rule(no_tenant)]);
    // Of one tenant, too, the name alone widens nothing.
    let one = providers::entra(TENANT).v2(API).issuer(name(other));
    assert_eq!(refusal(one, token(other)), not_allowed("tid"));
}

#[test]
fn a_key_that_entra_publishes_for_one_issuer_answers_for_no_other() {
    let consumers = "9188040d-6c67-4c5b-b112-36a304b66dad";
    let name = |tenant: &str| format!("https://login.microsoftonline.com/{tenant}/v2.0");
    let keys = |issuer: String| -> KeySet {
        let key = SIGNER.signing_key().with_jwk_member("issuer", issuer).public_jwk();
        JwkSet::parse(json!({"keys": [key]}).to_string()).unwrap().into()
    };
    let token = |tenant: &str| shapes::entra_v2(&SIGNER).claim("iss", name(tenant)).claim("tid", tenant);
    let any = || providers::entra_any_tenant().v2(API);

    assert!(verify_with_keys(any(), keys(name("{tenantid}")), token(TENANT)).is_ok());
    assert!(verify_with_keys(any(), keys(name(consumers)), token(consumers)).is_ok());
    let error = verify_with_keys(any(), keys(name(consumers)), token(TENANT)).unwrap_err();
    assert_eq!(error, Error::KeyMismatch(KeyMismatch::Issuer));
}

#[test]
fn entra_s_id_tokens_and_other_versions_are_refused() {
    let name = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
    let token = || shapes::entra_v2(&SIGNER).claim("iss", name.clone());
    let preset = || providers::entra(TENANT).v2(API);
    assert_eq!(refusal(preset(), token().remove_claim("azp")), missing("azp"));
    assert_eq!(refusal(preset(), token().claim("ver", "1.0")), not_allowed("ver"));
    let of_v1 = shapes::entra_v1(&SIGNER).claim("iss", format!("https://sts.windows.net/{TENANT}/"));
    assert_eq!(refusal(preset(), of_v1), INVALID_ISSUER);
}

#[test]
fn an_entra_token_for_graph_fails_by_its_signature() {
    // Graph's tokens are signed with a header other than the one that is sent: its `nonce` is replaced by a hash.
    let token =
        shapes::entra_v2(&SIGNER).claim("iss", format!("https://login.microsoftonline.com/{TENANT}/v2.0"));
    let sent = token.mint();
    let (_, rest) = sent.split_once('.').unwrap();
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": SIGNER.signing_key().key_id(), "nonce": "n-1"});
    let header = token_part(&header);
    let preset = providers::entra(TENANT).v2(API).key_source(KeySet::from(SIGNER.jwk_set()));
    let verifier = preset.verifier().unwrap();
    let error =
        verifier.verify_held_at::<Value>(&format!("{header}.{rest}"), SIGNER.clock().now()).unwrap_err();
    assert_eq!(error, Error::InvalidSignature);
}

/// A part of a token, as the builder writes it.
fn token_part(value: &Value) -> String {
    let minted = SIGNER.token().raw_header(value.to_string()).mint();
    minted.split_once('.').unwrap().0.to_owned()
}

#[test]
fn google_goes_by_two_names() {
    let preset = || providers::google(["client-1"]);
    let token = |name: &str| shapes::google(&SIGNER).claim("aud", "client-1").claim("iss", name);
    assert!(verify(preset(), token("https://accounts.google.com")).is_ok());
    assert!(verify(preset(), token("accounts.google.com")).is_ok());
    assert_eq!(refusal(preset(), token("http://accounts.google.com")), INVALID_ISSUER);
}

#[test]
fn firebase_s_two_ids_must_agree() {
    let preset = || providers::firebase("acme-prod");
    let token = || {
        shapes::firebase(&SIGNER)
            .claim("aud", "acme-prod")
            .claim("iss", "https://securetoken.google.com/acme-prod")
    };
    assert_eq!(refusal(preset(), token().claim("user_id", "other")), ClaimError::UserIdsDisagree.into());
    assert_eq!(refusal(preset(), token().remove_claim("auth_time")), missing("auth_time"));
    // Anybody can have a project.
    assert_eq!(
        refusal(preset(), token().claim("iss", "https://securetoken.google.com/evil")),
        INVALID_ISSUER
    );
}

#[test]
fn supabase_s_api_keys_are_refused() {
    let preset = || providers::supabase("abcdefghijklmnop");
    let token = || shapes::supabase(&SIGNER).claim("iss", preset().name());
    for role in ["anon", "service_role"] {
        let key = token()
            .claim("role", role)
            .remove_claim("sub")
            .remove_claim("aud")
            .claim("ref", "abcdefghijklmnop");
        assert_eq!(refusal(preset(), key.claim("iss", "supabase")), INVALID_ISSUER, "{role}");
    }
}

#[test]
fn supabase_s_shared_secret_replaces_the_keys_and_their_algorithms() {
    let key = TestKey::hs256();
    let secret: HmacSecret = key.hmac_secret().unwrap();
    let preset = providers::supabase("abcdefghijklmnop").hmac_secret(secret);
    let token = || shapes::supabase(&SIGNER).claim("iss", "https://abcdefghijklmnop.supabase.co/auth/v1");
    let issuer = preset.build().unwrap();
    assert!(issuer.keys().is_none());
    let held = issuer.trusted_issuer().key_source().held();
    assert!(held.keys().jwk_set().is_none());
    let verifier = issuer.into_verifier();
    let now = SIGNER.clock().now();
    assert!(verifier.verify_held_at::<Value>(&token().key(&key).mint(), now).is_ok());
    let error = verifier.verify_held_at::<Value>(&token().mint(), now).unwrap_err();
    assert!(matches!(error, Error::AlgorithmNotAllowed { .. }), "{error:?}");
}

#[test]
fn workos_s_tokens_for_other_applications_have_an_audience_and_are_refused() {
    let preset = || providers::workos("client_123");
    let token = |name: &str| shapes::workos(&SIGNER).claim("iss", name);
    assert!(verify(preset(), token("https://api.workos.com")).is_ok());
    assert!(verify(preset(), token("https://api.workos.com/user_management/client_123")).is_ok());
    let other = token("https://api.workos.com/user_management/client_456");
    assert_eq!(refusal(preset(), other), INVALID_ISSUER);
    assert_eq!(
        refusal(preset(), token("https://api.workos.com").claim("aud", "client_123")),
        INVALID_AUDIENCE
    );
    // Without the slash, unless the issuer is said to have it.
    assert_eq!(refusal(preset(), token("https://api.workos.com/")), INVALID_ISSUER);
    let slashed = providers::workos_with_issuer("client_123", "https://api.workos.com/");
    assert!(verify(slashed, token("https://api.workos.com/")).is_ok());
    let custom = providers::workos_with_issuer("client_123", "https://auth.acme.example");
    assert!(verify(custom, token("https://auth.acme.example")).is_ok());
}

#[test]
fn descope_goes_by_two_names_and_its_refresh_tokens_are_refused() {
    let preset = || providers::descope("P2abcdef");
    let token = |name: &str| shapes::descope(&SIGNER).claim("iss", name);
    assert!(verify(preset(), token("P2abcdef")).is_ok());
    assert!(verify(preset(), token("https://api.descope.com/P2abcdef")).is_ok());
    assert_eq!(refusal(preset(), token("P2abcdef").claim("drn", "DSR")), not_allowed("drn"));
    let audience = || token("P2abcdef").claim("aud", API);
    assert_eq!(refusal(preset(), audience()), INVALID_AUDIENCE);
    assert!(verify(preset().audience(API), audience()).is_ok());
}

#[test]
fn kinde_s_empty_audience_is_for_nobody() {
    let preset = providers::kinde("acme.kinde.com").audience(API);
    let token =
        shapes::kinde(&SIGNER).claim("iss", "https://acme.kinde.com").claim("aud", Value::Array(Vec::new()));
    assert_eq!(refusal(preset, token), INVALID_AUDIENCE);
}

#[test]
fn a_workflow_is_known_by_numbers_and_not_by_names() {
    let preset = || providers::github_actions(API).repositories(["74"]);
    let token =
        || shapes::github_actions(&SIGNER).claim("iss", "https://token.actions.githubusercontent.com");
    // The same names, taken by somebody else.
    assert_eq!(refusal(preset(), token().claim("repository_id", "75")), not_allowed("repository_id"));
    assert_eq!(refusal(preset(), token().remove_claim("repository_id")), missing("repository_id"));
    // A renamed repository is still the same.
    let renamed =
        token().claim("repository", "octo-org/renamed").subject("repo:octo-org/renamed:ref:refs/heads/main");
    assert_eq!(verify(preset(), renamed).unwrap().identity().unwrap().id(), "74");
    let owners = providers::github_actions(API).owners(["66"]);
    assert_eq!(refusal(owners, token()), not_allowed("repository_owner_id"));
}

#[test]
fn github_on_a_server_of_one_s_own_has_another_issuer() {
    let name = "https://github.acme.example/_services/token";
    let preset = || providers::github_actions(API).repositories(["74"]).issuer(name).discover();
    assert_eq!((preset().name(), preset().address()), (name, None));
    let token = || shapes::github_actions(&SIGNER).claim("iss", name);
    assert!(verify(preset(), token()).is_ok());
    // Its numbers are not those of github.com.
    let of_github = token().claim("iss", "https://token.actions.githubusercontent.com");
    assert_eq!(refusal(preset(), of_github), INVALID_ISSUER);
}

#[test]
fn legacy_tokens_of_kubernetes_are_refused() {
    let preset = || providers::kubernetes("https://kubernetes.default.svc.cluster.local").audience(API);
    let legacy = shapes::kubernetes(&SIGNER)
        .claim("iss", "kubernetes/serviceaccount")
        .remove_claim("exp")
        .remove_claim("aud")
        .remove_claim("kubernetes.io")
        .claim("kubernetes.io/serviceaccount/namespace", "my-namespace");
    assert_eq!(refusal(preset(), legacy), INVALID_ISSUER);
    let other =
        shapes::kubernetes(&SIGNER).claim("iss", preset().name().to_owned()).remove_claim("kubernetes.io");
    assert_eq!(refusal(preset(), other), missing("kubernetes.io"));
}

#[test]
fn cloudflare_access_tells_users_from_services_and_application_tokens_from_global_ones() {
    let users = || providers::cloudflare_access("acme", API);
    let services = || providers::cloudflare_access_services("acme", API);
    let token = || shapes::cloudflare_access(&SIGNER).claim("iss", "https://acme.cloudflareaccess.com");
    assert_eq!(refusal(users(), token().claim("type", "org")), not_allowed("type"));
    assert_eq!(refusal(services(), token()), missing("common_name"));
    // An empty `sub` is nobody: every service would be the same user.
    let service = token().subject("").claim("common_name", "service.access");
    assert_eq!(verify(users(), service).unwrap().identity().unwrap_err(), not_allowed("sub"));
}

#[test]
fn hasura_s_claims_are_read_from_a_string_where_that_is_said() {
    let namespace = "https://hasura.io/jwt/claims";
    let text = json!({"x-hasura-user-id": "u1", "x-hasura-allowed-roles": ["editor"]}).to_string();
    let preset = || providers::hasura("https://id.example", "https://id.example/keys").audience(API);
    let token = || shapes::hasura(&SIGNER).claim("iss", "https://id.example").claim(namespace, text.clone());
    let stringified =
        preset().claim_mapping(providers::hasura_claims([namespace], HasuraFormat::StringifiedJson));
    let caller = verify(stringified, token()).unwrap().identity().unwrap();
    assert_eq!((caller.id(), caller.roles()), ("u1", &["editor".to_owned()][..]));
    let error = refusal(preset(), token());
    let claim = "https://hasura.io/jwt/claims.x-hasura-user-id";
    assert_eq!(error, ClaimError::WrongType { claim: claim.into() }.into());
    // A path of several names.
    let nested = preset().claim_mapping(providers::hasura_claims(["app", "hasura"], HasuraFormat::Json));
    let token = token().claim("app", json!({"hasura": {"x-hasura-user-id": "u2"}}));
    assert_eq!(verify(nested, token).unwrap().identity().unwrap().id(), "u2");
}

#[test]
fn providers_that_mark_their_access_tokens_are_held_to_it() {
    let logto =
        providers::logto("acme.logto.app").audience(API).algorithms([jwt_verify_core::Algorithm::Rs256]);
    let token = shapes::logto(&SIGNER).claim("iss", "https://acme.logto.app/oidc");
    assert_eq!(refusal(logto, token.header("typ", "JWT")), INVALID_TYPE);
    let authelia = providers::authelia("auth.example").audience(API);
    let token = shapes::authelia(&SIGNER).claim("iss", "https://auth.example");
    assert_eq!(refusal(authelia, token.remove_header("typ")), INVALID_TYPE);
}
