//! Logto: <https://docs.logto.io/authorization/validate-access-tokens>

use jwt_verify_core::{Algorithm, ClaimMapping, TokenKind};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of Logto for an API resource or an organization. [Documentation](https://docs.logto.io/authorization/validate-access-tokens).
///
/// `endpoint` is the tenant's. The audience is the resource indicator, or `urn:logto:organization:` and an organization's ID. Without a
/// resource asked for, Logto issues opaque tokens. Scopes are `scope`, the tenant is `organization_id`.
///
/// # Examples
///
/// ```
/// let logto = jwt_verify_remote::providers::logto("acme.logto.app").audience("https://api.acme.example");
/// assert_eq!(logto.name(), "https://acme.logto.app/oidc");
/// ```
pub fn logto(endpoint: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let issuer = format!("{}/oidc", input.base_url(ENDPOINT, endpoint.as_ref()));
    let jwks_url = format!("{issuer}/jwks");
    input
        .issuer(issuer, jwks_url)
        // ES384 unless the keys were rotated to RSA.
        .algorithms([Algorithm::Es384, Algorithm::Rs256])
        .token_kind(TokenKind::of_type(["at+jwt"]))
        .claim_mapping(ClaimMapping::new().tenant("organization_id"))
}

const ENDPOINT: Setting = Setting::base("the tenant's endpoint", "https://acme.logto.app");

pub(super) const PRESET: Preset = Preset {
    name: "logto",
    about: "Logto access tokens for an API resource",
    docs: "https://docs.logto.io/authorization/validate-access-tokens",
    settings: &[ENDPOINT, Setting::audience("the resource indicator", "https://api.acme.example")],
    build: |settings| logto(settings.text("base")).audiences(settings.list("audience")),
};
