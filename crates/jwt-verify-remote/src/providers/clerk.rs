//! Clerk: <https://clerk.com/docs/guides/sessions/session-tokens>

use jwt_verify_core::{Algorithm, ClaimCheck, ClaimMapping, ListClaim};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Session tokens of Clerk, version 2. [Documentation](https://clerk.com/docs/guides/sessions/session-tokens).
///
/// `frontend_api` is the Frontend API URL, `clerk.` and your site's domain or `<slug>.clerk.accounts.dev`. Clerk sets no audience:
/// `azp`, the origin of the page that asked for the token, stands in for it and must be one of `authorized_parties`, compared
/// exactly. Roles, permissions and the tenant are those of the active organization.
///
/// A session that still has something to do, such as choosing an organization, is `pending` by `sts`, and counts as signed out: only
/// `active` is accepted.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::providers;
///
/// let clerk = providers::clerk("https://clerk.app.example", ["https://app.example"]);
/// assert_eq!(clerk.name(), "https://clerk.app.example");
/// ```
pub fn clerk(
    frontend_api: impl AsRef<str>,
    authorized_parties: impl IntoIterator<Item = impl Into<String>>,
) -> RemoteIssuerBuilder {
    base(frontend_api.as_ref(), authorized_parties)
        .check_claim(ClaimCheck::one_of("sts", ["active"]))
        .claim_mapping(
            ClaimMapping::new()
                .roles(ListClaim::clerk_v2_role())
                .scopes(ListClaim::clerk_v2_permissions())
                .tenant(["o", "id"]),
        )
}

/// Session tokens of Clerk, version 1, which is deprecated, and tokens of a JWT template, which have no `sts`.
///
/// As [`clerk`], with the roles, permissions and the tenant where version 1 has them. A token that has an `sts` all the same is refused if
/// it says `pending`.
pub fn clerk_v1(
    frontend_api: impl AsRef<str>,
    authorized_parties: impl IntoIterator<Item = impl Into<String>>,
) -> RemoteIssuerBuilder {
    base(frontend_api.as_ref(), authorized_parties)
        .check_claim(ClaimCheck::none_of("sts", ["pending"]))
        .claim_mapping(ClaimMapping::new().roles("org_role").scopes("org_permissions").tenant("org_id"))
}

fn base(
    frontend_api: &str,
    authorized_parties: impl IntoIterator<Item = impl Into<String>>,
) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let origin = input.origin(FRONTEND_API, frontend_api);
    let parties = input.list(PARTIES, authorized_parties);
    let jwks_url = format!("{origin}/.well-known/jwks.json");
    input
        .issuer(origin, jwks_url)
        .algorithms([Algorithm::Rs256])
        .instead_of_audience(ClaimCheck::one_of("azp", parties))
}

const FRONTEND_API: Setting = Setting::base("the Frontend API URL", "clerk.app.example");
const PARTIES: Setting =
    Setting::audience("the origins of the pages that may ask for tokens (`azp`)", "https://app.example");

pub(super) const PRESET: Preset = Preset {
    name: "clerk",
    about: "Clerk session tokens, version 2",
    docs: "https://clerk.com/docs/guides/sessions/session-tokens",
    settings: &[FRONTEND_API, PARTIES],
    build: |settings| clerk(settings.text("base"), settings.list("audience")),
};
