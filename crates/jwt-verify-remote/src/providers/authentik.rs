//! authentik: <https://docs.goauthentik.io/add-secure-apps/providers/oauth2/>

use jwt_verify_core::ClaimMapping;

use super::{PUBLIC_KEY_ALGORITHMS, Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of an application in authentik. [Documentation](https://docs.goauthentik.io/add-secure-apps/providers/oauth2/).
///
/// `base_url` is the server's, `application` the application's slug. The audience is the provider's client ID and must be given.
/// Roles are `groups`, which the scope `profile` brings. Choose a signing key for the provider: without one, authentik signs with the client's
/// secret. ID tokens, which have no `uid`, are refused.
///
/// # Examples
///
/// ```
/// let authentik = jwt_verify_remote::providers::authentik("id.example", "reports").audience("client-1");
/// assert_eq!(authentik.name(), "https://id.example/application/o/reports/");
/// ```
pub fn authentik(base_url: impl AsRef<str>, application: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let base = input.base_url(BASE, base_url.as_ref());
    let application = input.word(APPLICATION, application.as_ref());
    // With the slash that authentik writes.
    let issuer = format!("{base}/application/o/{application}/");
    let jwks_url = format!("{issuer}jwks/");
    input
        .issuer(issuer, jwks_url)
        .algorithms(PUBLIC_KEY_ALGORITHMS)
        // The two kinds of token have the same audience, and both the `nonce` of the login: `uid` is what only access tokens get.
        .require_claim("uid")
        .claim_mapping(ClaimMapping::new().roles("groups"))
}

const BASE: Setting = Setting::base("the server's address", "https://id.example");
const APPLICATION: Setting = Setting::required("application", "the application's slug", "reports");

pub(super) const PRESET: Preset = Preset {
    name: "authentik",
    about: "authentik access tokens of an application",
    docs: "https://docs.goauthentik.io/add-secure-apps/providers/oauth2/",
    settings: &[BASE, APPLICATION, Setting::audience("the provider's client ID", "client-1")],
    build: |settings| {
        authentik(settings.text("base"), settings.text("application")).audiences(settings.list("audience"))
    },
};
