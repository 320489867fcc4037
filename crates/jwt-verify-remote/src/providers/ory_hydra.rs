//! Ory Hydra: <https://www.ory.com/docs/oauth2-oidc/jwt-access-token>

use super::{PUBLIC_KEY_ALGORITHMS, Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of Ory Hydra, where its strategy for access tokens is `jwt`. [Documentation](https://www.ory.com/docs/oauth2-oidc/jwt-access-token).
///
/// `issuer` is the exact text of `urls.self.issuer`; a slash at its end counts. The audience is the one that was asked for, and must be
/// given. Scopes are `scp`, or `scope`, by the server's configuration.
///
/// # Examples
///
/// ```
/// let hydra = jwt_verify_remote::providers::ory_hydra("https://hydra.example/").audience("https://api.example");
/// assert_eq!(hydra.address(), Some("https://hydra.example/.well-known/jwks.json"));
/// ```
pub fn ory_hydra(issuer: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let issuer = input.exact_url(ISSUER, issuer.as_ref());
    let jwks_url = format!("{}/.well-known/jwks.json", issuer.trim_end_matches('/'));
    input.issuer(issuer, jwks_url).algorithms(PUBLIC_KEY_ALGORITHMS)
}

const ISSUER: Setting = Setting::base("the exact text of `urls.self.issuer`", "https://hydra.example");

pub(super) const PRESET: Preset = Preset {
    name: "ory-hydra",
    about: "Ory Hydra access tokens in the form of a JWT",
    docs: "https://www.ory.com/docs/oauth2-oidc/jwt-access-token",
    settings: &[ISSUER, Setting::audience("the audience that was asked for", "https://api.example")],
    build: |settings| ory_hydra(settings.text("base")).audiences(settings.list("audience")),
};
