//! Kanidm: <https://kanidm.github.io/kanidm/stable/integrations/oauth2.html>

use jwt_verify_core::{Algorithm, ClaimMapping, TokenKind};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of an OAuth2 client of Kanidm. [Documentation](https://kanidm.github.io/kanidm/stable/integrations/oauth2.html).
///
/// Each client has an issuer and a key of its own, and its name is the audience. Scopes are `scope`, roles `groups`.
///
/// # Examples
///
/// ```
/// let kanidm = jwt_verify_remote::providers::kanidm("idm.example", "reports");
/// assert_eq!(kanidm.name(), "https://idm.example/oauth2/openid/reports");
/// ```
pub fn kanidm(base_url: impl AsRef<str>, client: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let origin = input.origin(BASE, base_url.as_ref());
    let client = input.word(CLIENT, client.as_ref());
    let issuer = format!("{origin}/oauth2/openid/{client}");
    let jwks_url = format!("{issuer}/public_key.jwk");
    input
        .issuer(issuer, jwks_url)
        .audience(client)
        .algorithms([Algorithm::Es256])
        .token_kind(TokenKind::of_type(["at+jwt"]))
        .claim_mapping(ClaimMapping::new().roles("groups"))
}

const BASE: Setting = Setting::base("the server's address", "https://idm.example");
const CLIENT: Setting = Setting::required("client", "the name of the OAuth2 client", "reports");

pub(super) const PRESET: Preset = Preset {
    name: "kanidm",
    about: "Kanidm access tokens of an OAuth2 client",
    docs: "https://kanidm.github.io/kanidm/stable/integrations/oauth2.html",
    settings: &[BASE, CLIENT],
    build: |settings| kanidm(settings.text("base"), settings.text("client")),
};
