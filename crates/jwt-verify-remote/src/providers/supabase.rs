//! Supabase: <https://supabase.com/docs/guides/auth/jwts>, <https://supabase.com/docs/guides/auth/signing-keys>

use jwt_verify_core::{Algorithm, ClaimMapping};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of Supabase Auth. [Documentation](https://supabase.com/docs/guides/auth/jwts).
///
/// `project` is the project's reference, or its URL (a custom domain's, or that of a local stack). The audience is `authenticated` for
/// everybody who is signed in. The role is `role`. API keys (`anon`, `service_role`) look like tokens, and are refused: they name
/// another issuer and no user. Users who signed in anonymously have `is_anonymous`.
///
/// A project that still signs with a shared secret publishes an empty set of keys. Give the secret then, or better, let it
/// [migrate to signing keys](https://supabase.com/docs/guides/auth/signing-keys):
///
/// ```
/// use jwt_verify_core::{Algorithm, HmacSecret};
/// use jwt_verify_remote::providers;
///
/// let supabase = providers::supabase("abcdefghijklmnop");
/// assert_eq!(supabase.name(), "https://abcdefghijklmnop.supabase.co/auth/v1");
///
/// let secret = HmacSecret::new(Algorithm::Hs256, b"an example of a secret, long enough")?;
/// let legacy = providers::supabase("abcdefghijklmnop").hmac_secret(secret);
/// assert!(legacy.build().is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn supabase(project: impl AsRef<str>) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let project = project.as_ref().trim();
    let is_reference = !project.is_empty() && project.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let issuer = if is_reference && project != "localhost" {
        format!("https://{project}.supabase.co/auth/v1")
    } else {
        input.origin_and_base(PROJECT, project, "/auth/v1").1
    };
    let jwks_url = format!("{issuer}/.well-known/jwks.json");
    input
        .issuer(issuer, jwks_url)
        .audience("authenticated")
        .algorithms([Algorithm::Es256, Algorithm::Rs256])
        .claim_mapping(ClaimMapping::new().roles("role"))
}

const PROJECT: Setting =
    Setting::base("the project's reference or URL", "https://abcdefghijklmnop.supabase.co");

pub(super) const PRESET: Preset = Preset {
    name: "supabase",
    about: "Supabase Auth access tokens, signed with the project's signing keys",
    docs: "https://supabase.com/docs/guides/auth/jwts",
    settings: &[PROJECT],
    build: |settings| supabase(settings.text("base")),
};
