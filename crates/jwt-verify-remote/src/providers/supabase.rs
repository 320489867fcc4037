//! Supabase: <https://supabase.com/docs/guides/auth/jwts>, <https://supabase.com/docs/guides/auth/signing-keys>

use jwt_verify_core::{Algorithm, ClaimCheck, ClaimMapping};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Access tokens of Supabase Auth. [Documentation](https://supabase.com/docs/guides/auth/jwts).
///
/// `project` is the project's reference, or its URL (a custom domain's, or that of a local stack). The audience is `authenticated` for
/// everybody who is signed in. The role is `role`. API keys (`anon`, `service_role`) look like tokens, and are refused: they name
/// another issuer and no user. Users who signed in anonymously have `is_anonymous`. Tokens that the project's OAuth server gave to another
/// application (`client_id`) are refused: see [`supabase_oauth_clients`].
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
    // A client has all rights of its user here, as Supabase's scopes do not limit it.
    from_project(Input::default(), project.as_ref()).check_claim(ClaimCheck::absent("client_id"))
}

/// As [`supabase`], for tokens that the project's OAuth server gave to these clients, by their IDs. Tokens of users' own sessions, which have
/// no `client_id`, are refused. [Documentation](https://supabase.com/docs/guides/auth/oauth-server/token-security).
///
/// # Security
///
/// Supabase's scopes do not limit what a token is good for: limit clients yourself, by `client_id`.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::providers;
///
/// let supabase = providers::supabase_oauth_clients("abcdefghijklmnop", ["9a8b7c6d-1e2f-4a3b-8c4d-5e6f7a8b9c0d"]);
/// assert!(supabase.build().is_ok());
/// ```
pub fn supabase_oauth_clients(
    project: impl AsRef<str>,
    client_ids: impl IntoIterator<Item = impl Into<String>>,
) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let clients = input.list(CLIENT, client_ids);
    from_project(input, project.as_ref()).check_claim(ClaimCheck::one_of("client_id", clients))
}

fn from_project(mut input: Input, project: &str) -> RemoteIssuerBuilder {
    let project = project.trim();
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
const CLIENT: Setting = Setting::required(
    "client",
    "the IDs of the OAuth clients whose tokens are accepted",
    "9a8b7c6d-1e2f-4a3b-8c4d-5e6f7a8b9c0d",
);

pub(super) const PRESET: Preset = Preset {
    name: "supabase",
    about: "Supabase Auth access tokens, signed with the project's signing keys",
    docs: "https://supabase.com/docs/guides/auth/jwts",
    settings: &[PROJECT],
    build: |settings| supabase(settings.text("base")),
};
