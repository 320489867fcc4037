//! Keycloak: <https://www.keycloak.org/docs/latest/server_admin/#_oidc_token_role_mappings>

use jwt_verify_core::{ClaimCheck, ClaimMapping};

use super::{PUBLIC_KEY_ALGORITHMS, Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of a realm of Keycloak. [Documentation](https://www.keycloak.org/docs/latest/server_admin/#audience-support).
///
/// `base_url` is the server's public address, with `/auth` at its end where an old server has it. The audience must be given:
/// without an audience mapper in the realm, `aud` is `account` or absent, whichever service a token is for. ID and refresh tokens, which the
/// payload's own `typ` tells apart, are refused.
///
/// Scopes are `scope`, roles those of the realm (`realm_access.roles`). Those of a client are apart:
///
/// ```
/// use jwt_verify_remote::providers;
///
/// let keycloak = providers::keycloak("https://id.example", "acme")
///     .audience("reports-api")
///     .map_claims(|mapping| mapping.roles(["resource_access", "reports-api", "roles"]));
/// assert_eq!(keycloak.name(), "https://id.example/realms/acme");
/// assert!(keycloak.build().is_ok());
/// ```
pub fn keycloak(base_url: impl AsRef<str>, realm: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let base = input.base_url(BASE, base_url.as_ref());
    let realm = input.word(REALM, realm.as_ref());
    let issuer = format!("{base}/realms/{realm}");
    let jwks_url = format!("{issuer}/protocol/openid-connect/certs");
    input
        .issuer(issuer, jwks_url)
        .algorithms(PUBLIC_KEY_ALGORITHMS)
        .check_claim(ClaimCheck::one_of("typ", ["Bearer"]))
        .claim_mapping(ClaimMapping::new().roles(["realm_access", "roles"]))
}

const BASE: Setting = Setting::base("the server's public address", "https://id.example");
const REALM: Setting = Setting::required("realm", "the name of the realm", "acme");

pub(super) const PRESET: Preset = Preset {
    name: "keycloak",
    about: "Keycloak access tokens of a realm",
    docs: "https://www.keycloak.org/docs/latest/server_admin/#audience-support",
    settings: &[
        BASE,
        REALM,
        Setting::audience("the audience that a mapper of the realm writes into `aud`", "reports-api"),
        Setting::optional("client", "the client whose roles count, beside those of the realm", "reports-api"),
    ],
    build: |settings| {
        let keycloak =
            keycloak(settings.text("base"), settings.text("realm")).audiences(settings.list("audience"));
        settings.list("client").fold(keycloak, |keycloak, client| {
            keycloak.map_claims(|mapping| mapping.roles(["resource_access", client, "roles"]))
        })
    },
};
