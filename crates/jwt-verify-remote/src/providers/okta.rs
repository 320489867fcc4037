//! Okta: <https://developer.okta.com/docs/reference/api/oidc/#access-token>

use jwt_verify_core::{Algorithm, ClaimMapping};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of a custom authorization server of Okta. [Documentation](https://developer.okta.com/docs/concepts/auth-servers/).
///
/// `domain` is the organization's, `authorization_server` the server's ID, `default` for the one that is there from the start. Access tokens of the
/// organization's own server, whose issuer is the bare domain, are for Okta alone, in a form that may change, so there is no preset
/// for them.
///
/// The audience is what the server is configured with, `api://default` at first. The ID is `uid`: `sub` is the login, which can change
/// hands. A service that signs in by itself has no `uid`, so for those read `sub`: `.map_claims(|mapping| mapping.user_id("sub"))`.
/// Scopes are `scp`, roles the claim `groups`, if the server is configured to write it.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::providers;
///
/// let okta = providers::okta("acme.okta.com", "default").audience("api://default");
/// assert_eq!(okta.name(), "https://acme.okta.com/oauth2/default");
/// ```
pub fn okta(domain: impl AsRef<str>, authorization_server: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let origin = input.origin(DOMAIN, domain.as_ref());
    let server = input.word(SERVER, authorization_server.as_ref());
    let issuer = format!("{origin}/oauth2/{server}");
    let jwks_url = format!("{issuer}/v1/keys");
    input
        .issuer(issuer, jwks_url)
        .algorithms([Algorithm::Rs256])
        .claim_mapping(ClaimMapping::new().user_id("uid").roles("groups"))
}

const DOMAIN: Setting = Setting::base("the organization's domain", "acme.okta.com");
const SERVER: Setting = Setting::required(
    "authorization_server",
    "the ID of a custom authorization server (tokens of the organization's own are for Okta alone)",
    "default",
);

pub(super) const PRESET: Preset = Preset {
    name: "okta",
    about: "Okta access tokens of a custom authorization server",
    docs: "https://developer.okta.com/docs/concepts/auth-servers/",
    settings: &[
        DOMAIN,
        SERVER,
        Setting::audience("the audience of the authorization server", "api://default"),
    ],
    build: |settings| {
        okta(settings.text("base"), settings.text("authorization_server"))
            .audiences(settings.list("audience"))
    },
};
