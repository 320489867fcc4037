//! Descope: <https://docs.descope.com/session-overview>

use jwt_verify_core::{Algorithm, ClaimCheck, ClaimMapping};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Session tokens of Descope. [Documentation](https://docs.descope.com/session-overview).
///
/// The issuer is the bare project ID or, by a JWT template, a URL that ends in it; both are accepted. An audience is optional at Descope: the
/// issuer, which is the project itself, stands in for it. If your template writes an `aud`, give it with
/// [`audience`](RemoteIssuerBuilder::audience).
///
/// Refresh tokens are signed with the same keys, and refused by `drn`. Roles and scopes (`permissions`) are those of the project, the
/// tenant is the one chosen (`dct`). Those of one tenant are apart:
///
/// ```
/// use jwt_verify_remote::providers;
///
/// let descope = providers::descope("P2abcdef").map_claims(|mapping| mapping.roles(["tenants", "T1", "roles"]));
/// assert_eq!(descope.name(), "P2abcdef");
/// ```
pub fn descope(project_id: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let project = input.word(PROJECT, project_id.as_ref());
    let url = format!("https://api.descope.com/{project}");
    let jwks_url = format!("{url}/.well-known/jwks.json");
    let names = [project, url];
    input
        .issuer_with_names(names.clone(), jwks_url)
        .instead_of_audience(ClaimCheck::one_of("iss", names))
        .check_claim(ClaimCheck::one_of("drn", ["DS"]))
        .algorithms([Algorithm::Rs256])
        .claim_mapping(ClaimMapping::new().roles("roles").scopes("permissions").tenant("dct"))
}

const PROJECT: Setting = Setting::base("the project's ID", "P2abcdef");

pub(super) const PRESET: Preset = Preset {
    name: "descope",
    about: "Descope session tokens",
    docs: "https://docs.descope.com/session-overview",
    settings: &[
        PROJECT,
        Setting::optional("audience", "what a JWT template writes into `aud`", "https://api.example"),
    ],
    build: |settings| descope(settings.text("base")).audiences(settings.list("audience")),
};
