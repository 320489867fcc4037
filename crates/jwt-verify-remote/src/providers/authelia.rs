//! Authelia: <https://www.authelia.com/integration/openid-connect/introduction/>

use jwt_verify_core::{Algorithm, ClaimMapping, TokenKind};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of Authelia, for clients whose access tokens are JWTs. [Documentation](https://www.authelia.com/configuration/identity-providers/openid-connect/clients/).
///
/// `base_url` is the server's public address, which is the issuer, without a slash at its end. The client opts in with
/// `access_token_signed_response_alg`; the audience is one that it is configured with. Scopes are `scp`, roles `groups`.
///
/// # Examples
///
/// ```
/// let authelia = jwt_verify_remote::providers::authelia("auth.example").audience("https://api.example");
/// assert_eq!(authelia.name(), "https://auth.example");
/// ```
pub fn authelia(base_url: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let issuer = input.base_url(BASE, base_url.as_ref());
    input
        .discover(issuer)
        .algorithms([Algorithm::Rs256, Algorithm::Es256])
        .token_kind(TokenKind::of_type(["at+jwt"]))
        .claim_mapping(ClaimMapping::new().roles("groups"))
}

const BASE: Setting = Setting::base("the server's public address", "https://auth.example");

pub(super) const PRESET: Preset = Preset {
    name: "authelia",
    about: "Authelia access tokens in the form of a JWT",
    docs: "https://www.authelia.com/configuration/identity-providers/openid-connect/clients/",
    settings: &[
        BASE,
        Setting::audience("an audience that the client is configured with", "https://api.example"),
    ],
    build: |settings| authelia(settings.text("base")).audiences(settings.list("audience")),
};
