//! Rauthy: <https://sebadob.github.io/rauthy/>

use jwt_verify_core::{Algorithm, ClaimMapping, TokenKind};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of Rauthy. [Documentation](https://sebadob.github.io/rauthy/).
///
/// `base_url` is the server's public address. The audience is the client's ID, or the resource that was asked for, and must be given. Scopes are
/// `scope`, roles `roles`.
///
/// # Examples
///
/// ```
/// let rauthy = jwt_verify_remote::providers::rauthy("id.example").audience("reports");
/// assert_eq!(rauthy.name(), "https://id.example/auth/v1");
/// ```
pub fn rauthy(base_url: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let (_, issuer) = input.origin_and_base(BASE, base_url.as_ref(), "/auth/v1");
    input
        .discover(issuer)
        .algorithms([Algorithm::EdDsa, Algorithm::Rs256, Algorithm::Rs384, Algorithm::Rs512])
        .token_kind(TokenKind::of_type(["at+jwt"]))
        .claim_mapping(ClaimMapping::new().roles("roles"))
}

const BASE: Setting = Setting::base("the server's public address", "https://id.example");

pub(super) const PRESET: Preset = Preset {
    name: "rauthy",
    about: "Rauthy access tokens",
    docs: "https://sebadob.github.io/rauthy/",
    settings: &[BASE, Setting::audience("the client's ID, or the resource", "reports")],
    build: |settings| rauthy(settings.text("base")).audiences(settings.list("audience")),
};
