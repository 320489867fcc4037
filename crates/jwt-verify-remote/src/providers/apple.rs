//! Apple: <https://developer.apple.com/documentation/signinwithapple/verifying-a-user>

use jwt_verify_core::{Algorithm, TokenKind};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// ID tokens of "Sign in with Apple". [Documentation](https://developer.apple.com/documentation/signinwithapple/verifying-a-user).
///
/// The audience is one of `client_ids`: bundle IDs or services IDs. `sub` is the user's ID within your developer team. An email
/// address may be a relay's; `email_verified` is read as a boolean and as a string.
///
/// # Examples
///
/// ```
/// let apple = jwt_verify_remote::providers::apple(["com.example.app"]);
/// assert_eq!(apple.name(), "https://appleid.apple.com");
/// ```
pub fn apple(client_ids: impl IntoIterator<Item = impl Into<String>>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let clients = input.list(CLIENTS, client_ids);
    input
        .issuer("https://appleid.apple.com", "https://appleid.apple.com/auth/keys")
        .audiences(clients)
        .algorithms([Algorithm::Rs256])
        .token_kind(TokenKind::IdToken)
}

const CLIENTS: Setting = Setting::audience("the client IDs: bundle IDs or services IDs", "com.example.app");

pub(super) const PRESET: Preset = Preset {
    name: "apple",
    about: "Sign in with Apple: ID tokens",
    docs: "https://developer.apple.com/documentation/signinwithapple/verifying-a-user",
    settings: &[CLIENTS],
    build: |settings| apple(settings.list("audience")),
};
