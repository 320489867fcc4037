//! Kinde: <https://docs.kinde.com/build/tokens/about-access-tokens/>

use jwt_verify_core::{Algorithm, ClaimCheck, ClaimMapping};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of Kinde. [Documentation](https://docs.kinde.com/build/tokens/about-access-tokens/).
///
/// The audience must be given, and the application must ask for it: `aud` is an empty list otherwise, and such tokens are refused.
/// Scopes are `scp`, the tenant is `org_code`. `permissions`, all that the user may do, are not taken for what the client was allowed: read them as
/// roles, with `.map_claims(|mapping| mapping.roles("permissions"))`. ID tokens of a login with a `nonce` are refused.
///
/// # Examples
///
/// ```
/// let kinde = jwt_verify_remote::providers::kinde("acme.kinde.com").audience("https://api.acme.example");
/// assert_eq!(kinde.name(), "https://acme.kinde.com");
/// ```
pub fn kinde(domain: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let origin = input.origin(DOMAIN, domain.as_ref());
    // Without `.json`.
    let jwks_url = format!("{origin}/.well-known/jwks");
    input
        .issuer(origin, jwks_url)
        .algorithms([Algorithm::Rs256])
        // What an ID token repeats of the login, and no access token has.
        .check_claim(ClaimCheck::absent("nonce"))
        .claim_mapping(ClaimMapping::new().scopes("scp").tenant("org_code"))
}

const DOMAIN: Setting = Setting::base("the business's domain", "acme.kinde.com");

pub(super) const PRESET: Preset = Preset {
    name: "kinde",
    about: "Kinde access tokens for an API",
    docs: "https://docs.kinde.com/build/tokens/about-access-tokens/",
    settings: &[DOMAIN, Setting::audience("the audience of the API", "https://api.acme.example")],
    build: |settings| kinde(settings.text("base")).audiences(settings.list("audience")),
};
