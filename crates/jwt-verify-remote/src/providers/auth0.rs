//! Auth0: <https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles>

use jwt_verify_core::{Algorithm, ClaimCheck, ClaimMapping};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of an Auth0 tenant, of either profile (`typ` `JWT` or `at+jwt`). [Documentation](https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles).
///
/// `domain` is the tenant's or a custom one. The audience is the API's identifier and must be given: without one asked for, Auth0
/// issues opaque tokens. Scopes are `scope`, the tenant is `org_id`. Roles are in a
/// claim of your own making, to be named with [`map_claims`](RemoteIssuerBuilder::map_claims). A machine's ID ends in `@clients`.
/// ID tokens of a login with a `nonce` are refused.
///
/// # Security
///
/// `scope` is what the client was allowed, `permissions` all that the user may do. They are not mixed: a client that was allowed to read
/// would get whatever its user may delete. Read `permissions` as roles, so that a policy can ask for both:
///
/// ```
/// use jwt_verify_core::Policy;
/// use jwt_verify_remote::providers;
///
/// let verifier = providers::auth0("acme.eu.auth0.com")
///     .audience("https://api.acme.example")
///     .map_claims(|mapping| mapping.roles("permissions"))
///     .verifier()?;
/// let may_delete = Policy::all([Policy::scope("delete:tasks"), Policy::role("delete:tasks")]);
/// # Ok::<(), jwt_verify_remote::SetupError>(())
/// ```
///
/// Where all clients are your own, `mapping.scopes("permissions")` reads `permissions` in place of `scope`.
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
        // What an ID token repeats of the login, and no access token has.
        .check_claim(ClaimCheck::absent("nonce"))
        .claim_mapping(ClaimMapping::new().tenant("org_id"))
}

const DOMAIN: Setting = Setting::base("the tenant's domain", "acme.eu.auth0.com");

pub(super) const PRESET: Preset = Preset {
    name: "auth0",
    about: "Auth0 access tokens for an API",
    docs: "https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles",
    settings: &[DOMAIN, Setting::audience("the identifier of the API", "https://api.acme.example")],
    build: |settings| auth0(settings.text("base")).audiences(settings.list("audience")),
};
