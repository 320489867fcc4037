//! Google: <https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken>

use jwt_verify_core::{Algorithm, ClaimMapping, TokenKind};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// ID tokens of Google accounts ("Sign in with Google"). [Documentation](https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken).
///
/// The audience is one of `client_ids`. Google's access tokens are opaque. The tenant is `hd`, the domain of a Workspace account. To
/// accept one domain's accounts only, check it: the ending of an email address proves nothing.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::ClaimCheck;
/// use jwt_verify_remote::providers;
///
/// let google = providers::google(["123.apps.googleusercontent.com"]).check_claim(ClaimCheck::one_of("hd", ["acme.example"]));
/// assert!(google.build().is_ok());
/// ```
pub fn google(client_ids: impl IntoIterator<Item = impl Into<String>>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let clients = input.list(CLIENTS, client_ids);
    input
        .issuer("https://accounts.google.com", "https://www.googleapis.com/oauth2/v3/certs")
        .also_known_as("accounts.google.com")
        .audiences(clients)
        .algorithms([Algorithm::Rs256])
        .token_kind(TokenKind::IdToken)
        .claim_mapping(ClaimMapping::new().tenant("hd"))
}

const CLIENTS: Setting = Setting::audience("the client IDs", "123.apps.googleusercontent.com");

pub(super) const PRESET: Preset = Preset {
    name: "google",
    about: "Google ID tokens",
    docs: "https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken",
    settings: &[CLIENTS],
    build: |settings| google(settings.list("audience")),
};
