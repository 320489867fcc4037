//! Firebase: <https://firebase.google.com/docs/auth/admin/verify-id-tokens#verify_id_tokens_using_a_third-party_jwt_library>

use jwt_verify_core::{Algorithm, ClaimMapping, TokenKind};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// ID tokens of Firebase Authentication. [Documentation](https://firebase.google.com/docs/auth/admin/verify-id-tokens#verify_id_tokens_using_a_third-party_jwt_library).
///
/// The audience is the project's ID. `sub` is the user's ID, and `user_id`, which repeats it, must agree. Roles are custom claims of
/// your own making, to be named with [`map_claims`](RemoteIssuerBuilder::map_claims); the tenant is that of Identity Platform. The emulator's
/// tokens are not signed, and refused: mint tokens with `jwt-verify-testing` instead.
///
/// `auth_time` must be there. That it is a number, and not in the future, is checked by a policy that asks for a recent login,
/// [`Policy::max_authentication_age`](jwt_verify_core::Policy::max_authentication_age).
///
/// # Examples
///
/// ```
/// let firebase = jwt_verify_remote::providers::firebase("acme-prod");
/// assert_eq!(firebase.name(), "https://securetoken.google.com/acme-prod");
/// ```
pub fn firebase(project_id: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let project = input.word(PROJECT, project_id.as_ref());
    input
        .issuer(
            format!("https://securetoken.google.com/{project}"),
            "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
        )
        .audience(project)
        .algorithms([Algorithm::Rs256])
        .token_kind(TokenKind::IdToken)
        .require_claim("auth_time")
        .claim_mapping(ClaimMapping::new().user_id_chain(["sub", "user_id"]).tenant(["firebase", "tenant"]))
}

const PROJECT: Setting = Setting::base("the project's ID", "acme-prod");

pub(super) const PRESET: Preset = Preset {
    name: "firebase",
    about: "Firebase Authentication ID tokens",
    docs: "https://firebase.google.com/docs/auth/admin/verify-id-tokens",
    settings: &[PROJECT],
    build: |settings| firebase(settings.text("base")),
};
