//! Stytch: <https://stytch.com/docs/guides/sessions/using-jwts>

use jwt_verify_core::{Algorithm, ClaimMapping};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Session JWTs of Stytch. [Documentation](https://stytch.com/docs/guides/sessions/using-jwts).
///
/// `project_id` begins with `project-live-` or `project-test-`, which also tells where its keys are. The audience is the project's ID. The issuer is no
/// URL. Roles and the tenant are those of B2B projects.
///
/// Only sessions: tokens of services (M2M) and of Connected Apps have the same issuer, audience and keys, but no
/// `https://stytch.com/session`, and are refused.
///
/// # Examples
///
/// ```
/// let stytch = jwt_verify_remote::providers::stytch("project-live-1234");
/// assert_eq!(stytch.name(), "stytch.com/project-live-1234");
/// ```
pub fn stytch(project_id: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let project = input.word(PROJECT, project_id.as_ref());
    let host = if project.starts_with("project-test-") { "test.stytch.com" } else { "api.stytch.com" };
    let jwks_url = format!("https://{host}/v1/sessions/jwks/{project}");
    input
        .issuer(format!("stytch.com/{project}"), jwks_url)
        .audience(project)
        .algorithms([Algorithm::Rs256])
        // A Connected App that somebody gave one scope would be its user's whole session otherwise.
        .require_claim(SESSION)
        .claim_mapping(
            ClaimMapping::new()
                .roles([SESSION, "roles"])
                .tenant(["https://stytch.com/organization", "organization_id"]),
        )
}

/// The claim that only a session has.
const SESSION: &str = "https://stytch.com/session";
const PROJECT: Setting = Setting::base("the project's ID", "project-live-1234");

pub(super) const PRESET: Preset = Preset {
    name: "stytch",
    about: "Stytch session JWTs",
    docs: "https://stytch.com/docs/guides/sessions/using-jwts",
    settings: &[PROJECT],
    build: |settings| stytch(settings.text("base")),
};
