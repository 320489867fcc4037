//! Zitadel: <https://zitadel.com/docs/apis/openidoauth/claims>

use jwt_verify_core::{ClaimMapping, ListClaim};

use super::{PUBLIC_KEY_ALGORITHMS, Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of Zitadel, for applications whose access tokens are JWTs. [Documentation](https://zitadel.com/docs/apis/openidoauth/claims).
///
/// `domain` is the instance's. The audience is the project's ID or a client ID. Roles are those that the project gives the user, in
/// whichever organization; the tenant is the organization that owns the user. ID tokens, which have no `jti`, are refused.
///
/// # Examples
///
/// ```
/// let zitadel = jwt_verify_remote::providers::zitadel("acme.zitadel.cloud").audience("271828182845904523");
/// assert_eq!(zitadel.name(), "https://acme.zitadel.cloud");
/// ```
pub fn zitadel(domain: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let origin = input.origin(DOMAIN, domain.as_ref());
    let jwks_url = format!("{origin}/oauth/v2/keys");
    input
        .issuer(origin, jwks_url)
        .algorithms(PUBLIC_KEY_ALGORITHMS)
        // An ID token can have the same audience: `jti` is what only access tokens get.
        .require_claim("jti")
        .claim_mapping(
            ClaimMapping::new()
                .roles(ListClaim::keys("urn:zitadel:iam:org:project:roles"))
                .tenant("urn:zitadel:iam:user:resourceowner:id"),
        )
}

const DOMAIN: Setting = Setting::base("the instance's domain", "acme.zitadel.cloud");

pub(super) const PRESET: Preset = Preset {
    name: "zitadel",
    about: "Zitadel access tokens in the form of a JWT",
    docs: "https://zitadel.com/docs/apis/openidoauth/claims",
    settings: &[DOMAIN, Setting::audience("the project's ID or a client ID", "271828182845904523")],
    build: |settings| zitadel(settings.text("base")).audiences(settings.list("audience")),
};
