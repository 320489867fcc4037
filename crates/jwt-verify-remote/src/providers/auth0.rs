//! Auth0: <https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles>

use jwt_verify_core::{Algorithm, ClaimMapping};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of an Auth0 tenant, of either profile (`typ` `JWT` or `at+jwt`). [Documentation](https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles).
///
/// `domain` is the tenant's or a custom one. The audience is the API's identifier and must be given: without one asked for, Auth0
/// issues opaque tokens. Scopes are `scope` and, with role-based access control, `permissions`; the tenant is `org_id`. Roles are in a
/// claim of your own making, to be named with [`map_claims`](RemoteIssuerBuilder::map_claims). A machine's ID ends in `@clients`.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::providers;
///
/// let auth0 = providers::auth0("acme.eu.auth0.com").audience("https://api.acme.example");
/// // With the slash that Auth0 writes.
/// assert_eq!(auth0.name(), "https://acme.eu.auth0.com/");
/// ```
pub fn auth0(domain: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let origin = input.origin(DOMAIN, domain.as_ref());
    input
        .issuer(format!("{origin}/"), format!("{origin}/.well-known/jwks.json"))
        .algorithms([Algorithm::Rs256, Algorithm::Ps256])
        .claim_mapping(ClaimMapping::new().scopes("scope").scopes("permissions").tenant("org_id"))
}

const DOMAIN: Setting = Setting::base("the tenant's domain", "acme.eu.auth0.com");

pub(super) const PRESET: Preset = Preset {
    name: "auth0",
    about: "Auth0 access tokens for an API",
    docs: "https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles",
    settings: &[DOMAIN, Setting::audience("the identifier of the API", "https://api.acme.example")],
    build: |settings| auth0(settings.text("base")).audiences(settings.list("audience")),
};
