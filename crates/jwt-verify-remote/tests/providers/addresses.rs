//! Issuers and addresses of keys, from what users write.

use jwt_verify_remote::{
    RemoteIssuerBuilder, SetupProblem,
    providers::{self, BetterAuthPlugin, Settings},
};
use jwt_verify_testing::shapes;

use super::{SIGNER, verify};

#[test]
fn the_issuer_is_what_the_provider_writes_however_the_address_was_given() {
    let better_auth = |base| providers::better_auth(base, BetterAuthPlugin::Jwt);
    let mcp = |base| providers::better_auth(base, BetterAuthPlugin::OAuthProvider);
    let rows: Vec<(RemoteIssuerBuilder, &str, Option<&str>)> = vec![
        (
            providers::auth0("https://acme.eu.auth0.com/"),
            "https://acme.eu.auth0.com/",
            Some("https://acme.eu.auth0.com/.well-known/jwks.json"),
        ),
        (
            better_auth("https://app.example/"),
            "https://app.example",
            Some("https://app.example/api/auth/jwks"),
        ),
        (
            better_auth("https://app.example/api/auth"),
            "https://app.example",
            Some("https://app.example/api/auth/jwks"),
        ),
        (
            better_auth("http://localhost:3000"),
            "http://localhost:3000",
            Some("http://localhost:3000/api/auth/jwks"),
        ),
        (
            better_auth("https://app.example/v2/auth/"),
            "https://app.example",
            Some("https://app.example/v2/auth/jwks"),
        ),
        (
            mcp("https://app.example"),
            "https://app.example/api/auth",
            Some("https://app.example/api/auth/jwks"),
        ),
        (
            providers::clerk("acme.clerk.accounts.dev", ["https://app.example"]),
            "https://acme.clerk.accounts.dev",
            Some("https://acme.clerk.accounts.dev/.well-known/jwks.json"),
        ),
        (
            providers::okta("acme.okta.com", "aus1"),
            "https://acme.okta.com/oauth2/aus1",
            Some("https://acme.okta.com/oauth2/aus1/v1/keys"),
        ),
        (
            providers::keycloak("https://id.example/auth/", "acme"),
            "https://id.example/auth/realms/acme",
            Some("https://id.example/auth/realms/acme/protocol/openid-connect/certs"),
        ),
        (
            providers::cognito("cn-north-1_Ab1").id_tokens(["c"]),
            "https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Ab1",
            Some("https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Ab1/.well-known/jwks.json"),
        ),
        (
            providers::entra("72F988BF-86F1-41AF-91AB-2D7CD011DB47").v1("api://app"),
            "https://sts.windows.net/72f988bf-86f1-41af-91ab-2d7cd011db47/",
            Some("https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/discovery/keys"),
        ),
        (
            providers::entra_any_tenant().v2("app"),
            "https://login.microsoftonline.com/{tenantid}/v2.0",
            Some("https://login.microsoftonline.com/common/discovery/v2.0/keys"),
        ),
        (
            providers::supabase("https://api.acme.example/auth/v1/"),
            "https://api.acme.example/auth/v1",
            Some("https://api.acme.example/auth/v1/.well-known/jwks.json"),
        ),
        (
            providers::supabase("http://127.0.0.1:54321"),
            "http://127.0.0.1:54321/auth/v1",
            Some("http://127.0.0.1:54321/auth/v1/.well-known/jwks.json"),
        ),
        (
            providers::stytch("project-test-1"),
            "stytch.com/project-test-1",
            Some("https://test.stytch.com/v1/sessions/jwks/project-test-1"),
        ),
        (
            providers::cloudflare_access("https://acme.cloudflareaccess.com", "tag"),
            "https://acme.cloudflareaccess.com",
            Some("https://acme.cloudflareaccess.com/cdn-cgi/access/certs"),
        ),
        (
            providers::kubernetes("https://issuer.example/"),
            "https://issuer.example/",
            Some("https://issuer.example/openid/v1/jwks"),
        ),
        (
            providers::kinde("acme.kinde.com"),
            "https://acme.kinde.com",
            Some("https://acme.kinde.com/.well-known/jwks"),
        ),
        (
            providers::kanidm("idm.example", "web"),
            "https://idm.example/oauth2/openid/web",
            Some("https://idm.example/oauth2/openid/web/public_key.jwk"),
        ),
        (
            providers::authentik("id.example", "web"),
            "https://id.example/application/o/web/",
            Some("https://id.example/application/o/web/jwks/"),
        ),
        (providers::rauthy("https://id.example/auth/v1/"), "https://id.example/auth/v1", None),
        (providers::authelia("https://auth.example/"), "https://auth.example", None),
    ];
    for (builder, name, address) in rows {
        assert_eq!((builder.name(), builder.address()), (name, address));
    }
}

#[test]
fn the_keys_can_be_elsewhere_while_the_issuer_stays() {
    let preset = providers::better_auth("https://app.example", BetterAuthPlugin::Jwt)
        .jwks_url("http://frontend:3000/api/auth/jwks")
        .keys(|keys| keys.danger_allow_http_hosts(["frontend:3000"]));
    assert_eq!(preset.name(), "https://app.example");
    assert_eq!(preset.address(), Some("http://frontend:3000/api/auth/jwks"));
    let issuer = preset.build().unwrap();
    assert_eq!(issuer.trusted_issuer().name(), Some("https://app.example"));
    assert!(issuer.keys().is_some_and(|keys| !keys.is_ready()));
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let told = |builder: RemoteIssuerBuilder| builder.build().unwrap_err().to_string();
    assert_eq!(
        told(providers::okta("acme.okta.com", "").audience("api://default")),
        "`authorization_server` is empty: give the ID of a custom authorization server (tokens of the organization's own are for \
         Okta alone), such as `default`"
    );
    assert_eq!(
        told(providers::clerk("https://clerk.app.example/x", Vec::<String>::new())),
        "2 problems with the setup:\n\
         - `base` is \"https://clerk.app.example/x\": give the Frontend API URL, such as `clerk.app.example`\n\
         - `audience` is empty: give the origins of the pages that may ask for tokens (`azp`), such as `https://app.example`"
    );
    assert_eq!(
        told(providers::cognito("pool").access_tokens(["c"])),
        "`base` is \"pool\": give the ID of the user pool, such as `eu-west-1_Ab1Cd2Ef3`"
    );
    assert_eq!(
        told(providers::github_actions("https://deploy.example").repositories(["octo-org/octo-repo"])),
        "`base` is \"octo-org/octo-repo\": give the numeric IDs of the repositories whose workflows are accepted, or `owner:` and \
         those of their owners, such as `583231`"
    );
    assert_eq!(
        told(providers::entra("acme.onmicrosoft.com").v2("app")),
        "`base` is \"acme.onmicrosoft.com\": give the tenant's ID, a GUID (not its domain), or a list of them, or `any`, such as \
         `72f988bf-86f1-41af-91ab-2d7cd011db47`"
    );
}

#[test]
fn settings_for_fetching_beside_keys_that_are_given_are_a_problem() {
    let error = providers::auth0("acme.eu.auth0.com")
        .audience("https://api.example")
        .key_source(jwt_verify_core::KeySet::empty())
        .keys(|keys| keys.timeout(core::time::Duration::from_secs(1)))
        .build()
        .unwrap_err();
    assert_eq!(error.problems(), [SetupProblem::NoRemoteKeys]);
}

#[test]
fn a_preset_that_is_chosen_by_name_is_the_one_that_is_called() {
    let by_name = |name: &str, settings: &Settings| providers::from_settings(name, settings).unwrap();
    let settings = Settings::new()
        .base("https://app.example")
        .set("plugin", "oauth-provider")
        .audience("https://api.example");
    assert_eq!(by_name("better-auth", &settings).name(), "https://app.example/api/auth");
    assert_eq!(by_name("better-auth", &Settings::new().base("app.example")).name(), "https://app.example");
    let settings = Settings::new().base("any").audience("app");
    assert_eq!(by_name("entra", &settings).name(), "https://login.microsoftonline.com/{tenantid}/v2.0");
    let settings = Settings::new().base("owner:9919").audience("https://deploy.example");
    assert!(by_name("github-actions", &settings).build().is_ok());
    let settings = Settings::new().base("app.example").set("plugin", "oidc");
    let error = by_name("better-auth", &settings).audience("a").build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "`plugin` is \"oidc\": give the plugin that issues the tokens, `jwt` or `oauth-provider`, such as `jwt`"
    );
}

#[test]
fn of_several_audiences_each_counts_where_a_preset_is_chosen_by_name() {
    let settings = |base: &str| Settings::new().base(base).audience("a").audience("b");
    let access = || providers::from_settings("cloudflare-access", &settings("acme")).unwrap();
    let github = || providers::from_settings("github-actions", &settings("74")).unwrap();
    for audience in ["a", "b"] {
        let token = shapes::cloudflare_access(&SIGNER).claim("iss", access().name()).claim("aud", audience);
        assert!(verify(access(), token).is_ok(), "{audience}");
        let token = shapes::github_actions(&SIGNER).claim("iss", github().name()).claim("aud", audience);
        assert!(verify(github(), token).is_ok(), "{audience}");
    }
}
