//! Cloudflare Access: <https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/application-token/>

use jwt_verify_core::{Algorithm, ClaimCheck, ClaimMapping};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Application tokens of Cloudflare Access for users. [Documentation](https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/application-token/).
///
/// `team` is the team's name or its `cloudflareaccess.com` domain, `audience` the AUD tag of the application. Access puts the token into
/// the header field `Cf-Access-Jwt-Assertion`, not into `Authorization`. Global session tokens (`type` `org`) are refused.
///
/// A service that comes with a service token has an empty `sub`, so that it is nobody here: see [`cloudflare_access_services`].
///
/// # Examples
///
/// ```
/// let access = jwt_verify_remote::providers::cloudflare_access("acme", "32eafc7626e9");
/// assert_eq!(access.name(), "https://acme.cloudflareaccess.com");
/// ```
pub fn cloudflare_access(team: impl AsRef<str>, audience: impl Into<String>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let team = team.as_ref().trim();
    let is_name = !team.is_empty() && team.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let origin = if is_name {
        format!("https://{}.cloudflareaccess.com", team.to_ascii_lowercase())
    } else {
        input.origin(TEAM, team)
    };
    let jwks_url = format!("{origin}/cdn-cgi/access/certs");
    input
        .issuer(origin, jwks_url)
        .audience(audience)
        .algorithms([Algorithm::Rs256])
        .check_claim(ClaimCheck::one_of("type", ["app"]))
}

/// As [`cloudflare_access`], for services: the ID is `common_name`, the Client ID of the service token. Users have none, so that they
/// are nobody here.
pub fn cloudflare_access_services(team: impl AsRef<str>, audience: impl Into<String>) -> RemoteIssuerBuilder {
    cloudflare_access(team, audience)
        .require_claim("common_name")
        .claim_mapping(ClaimMapping::new().user_id("common_name"))
}

const TEAM: Setting = Setting::base("the team's name or domain", "acme.cloudflareaccess.com");
const CALLERS: Setting = Setting::optional("callers", "who calls, `users` or `services`", "users");

pub(super) const PRESET: Preset = Preset {
    name: "cloudflare-access",
    about: "Cloudflare Access application tokens (header field Cf-Access-Jwt-Assertion)",
    docs: "https://developers.cloudflare.com/cloudflare-one/access-controls/applications/http-apps/authorization-cookie/application-token/",
    settings: &[TEAM, Setting::audience("the application's AUD tag", "32eafc7626e9"), CALLERS],
    build: |settings| {
        let mut audiences = settings.list("audience");
        let (team, audience) = (settings.text("base"), audiences.next().unwrap_or_default());
        match settings.text("callers") {
            "" | "users" => cloudflare_access(team, audience),
            "services" => cloudflare_access_services(team, audience),
            other => cloudflare_access(team, audience).with_invalid(CALLERS, other),
        }
        .audiences(audiences)
    },
};
