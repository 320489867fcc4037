//! Dex: <https://dexidp.io/docs/configuration/tokens/>

use jwt_verify_core::{Algorithm, ClaimMapping, TokenKind};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// ID tokens of Dex, which are its access tokens as well. [Documentation](https://dexidp.io/docs/configuration/tokens/).
///
/// `issuer` is the exact text of the configuration's `issuer`. The audience is a client ID and must be given. Roles are `groups`.
///
/// # Examples
///
/// ```
/// let dex = jwt_verify_remote::providers::dex("https://dex.example/dex").audience("reports");
/// assert_eq!(dex.address(), Some("https://dex.example/dex/keys"));
/// ```
pub fn dex(issuer: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let issuer = input.exact_url(ISSUER, issuer.as_ref());
    let jwks_url = format!("{}/keys", issuer.trim_end_matches('/'));
    input
        .issuer(issuer, jwks_url)
        .algorithms([Algorithm::Rs256])
        .token_kind(TokenKind::IdToken)
        .claim_mapping(ClaimMapping::new().roles("groups"))
}

const ISSUER: Setting =
    Setting::base("the exact text of the configuration's `issuer`", "https://dex.example/dex");

pub(super) const PRESET: Preset = Preset {
    name: "dex",
    about: "Dex ID tokens, which are its access tokens as well",
    docs: "https://dexidp.io/docs/configuration/tokens/",
    settings: &[ISSUER, Setting::audience("a client ID", "reports")],
    build: |settings| dex(settings.text("base")).audiences(settings.list("audience")),
};
