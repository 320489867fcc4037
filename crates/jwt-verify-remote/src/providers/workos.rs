//! WorkOS AuthKit: <https://workos.com/docs/reference/authkit/session-tokens>

use jwt_verify_core::{Algorithm, ClaimCheck, ClaimMapping};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Session tokens of WorkOS AuthKit. [Documentation](https://workos.com/docs/reference/authkit/session-tokens).
///
/// They have no audience. That a token is yours follows from its key, for the set of keys belongs to the client ID; the issuer, which names the
/// client ID in newer environments, stands in for the audience. A token that has an `aud` all the same, such as one of a Connect
/// application, is refused.
///
/// Scopes are `permissions`, roles `role` and `roles`, the tenant is `org_id`.
///
/// # Examples
///
/// ```
/// let workos = jwt_verify_remote::providers::workos("client_123456789");
/// assert_eq!(workos.address(), Some("https://api.workos.com/sso/jwks/client_123456789"));
/// ```
pub fn workos(client_id: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let client = input.word(CLIENT, client_id.as_ref());
    let names =
        ["https://api.workos.com".to_owned(), format!("https://api.workos.com/user_management/{client}")];
    from_parts(input, &client, names)
}

/// As [`workos`], for a custom domain, or for tokens whose `iss` ends in a slash: `issuer` is the exact text of the tokens' `iss`.
pub fn workos_with_issuer(client_id: impl AsRef<str>, issuer: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let client = input.word(CLIENT, client_id.as_ref());
    let issuer = input.exact_url(ISSUER, issuer.as_ref());
    from_parts(input, &client, [issuer])
}

fn from_parts<const N: usize>(input: Input, client: &str, names: [String; N]) -> RemoteIssuerBuilder {
    input
        .issuer_with_names(names.clone(), format!("https://api.workos.com/sso/jwks/{client}"))
        .instead_of_audience(ClaimCheck::one_of("iss", names))
        .algorithms([Algorithm::Rs256])
        .claim_mapping(
            ClaimMapping::new().roles("role").roles("roles").scopes("permissions").tenant("org_id"),
        )
}

const CLIENT: Setting = Setting::base("the client ID", "client_123456789");
const ISSUER: Setting = Setting::optional(
    "issuer",
    "the exact `iss` of the tokens, if it is a custom domain's or ends in a slash",
    "https://auth.acme.example",
);

pub(super) const PRESET: Preset = Preset {
    name: "workos",
    about: "WorkOS AuthKit session tokens",
    docs: "https://workos.com/docs/reference/authkit/session-tokens",
    settings: &[CLIENT, ISSUER],
    build: |settings| match settings.text("issuer") {
        "" => workos(settings.text("base")),
        issuer => workos_with_issuer(settings.text("base"), issuer),
    },
};
