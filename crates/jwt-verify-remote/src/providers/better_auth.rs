//! Better Auth: <https://better-auth.com/docs/plugins/jwt>, <https://better-auth.com/docs/plugins/oauth-provider>

use jwt_verify_core::{Algorithm, ClaimMapping, ListClaim, TokenKind};

use super::{Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// Which plugin of Better Auth has issued a token. The two use one set of keys, and different issuers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BetterAuthPlugin {
    /// The `jwt` plugin: what `/token` answers for a session.
    Jwt,
    /// The `oauth-provider` plugin: access tokens for OAuth and MCP clients.
    OAuthProvider,
}

/// Tokens of a Better Auth server. [Documentation](https://better-auth.com/docs/plugins/jwt).
///
/// `base_url` is what the server has for `baseURL`: an origin, below which everything is at `/api/auth`, or an address with a path.
///
/// | | [`Jwt`](BetterAuthPlugin::Jwt) | [`OAuthProvider`](BetterAuthPlugin::OAuthProvider) |
/// |---|---|---|
/// | issuer | the origin | the address with `/api/auth` |
/// | audience | the origin, unless you give others too | the resource that was asked for: must be given |
/// | kind | no `typ` or `JWT` | `typ` is `at+jwt`, and `azp` names the client |
/// | roles, scopes | `role`, separated by commas | `scope` |
///
/// Tokens of the session cookie's cache and ID tokens are signed with the same keys, and refused: the former have a `typ` and an audience of
/// their own, the latter the client's ID for an audience.
///
/// # Security
///
/// The `jwt` plugin writes the whole row of the user into the token. `role` is believed, as the admin plugin sets it; if you have made
/// a field of that name yourself, make sure that users cannot write it (`input: false`). Configure `baseURL` at the server: without
/// it the issuer follows the `Host` of a request, which its sender chooses.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::providers::{self, BetterAuthPlugin};
///
/// let better_auth = providers::better_auth("https://app.example", BetterAuthPlugin::Jwt);
/// assert_eq!(better_auth.name(), "https://app.example");
/// assert_eq!(better_auth.address(), Some("https://app.example/api/auth/jwks"));
///
/// let mcp = providers::better_auth("https://app.example", BetterAuthPlugin::OAuthProvider).audience("https://app.example/mcp");
/// assert_eq!(mcp.name(), "https://app.example/api/auth");
/// ```
pub fn better_auth(base_url: impl AsRef<str>, plugin: BetterAuthPlugin) -> RemoteIssuerBuilder {
    let mut input = Input::default();
    let (origin, base) = input.origin_and_base(BASE, base_url.as_ref(), "/api/auth");
    let jwks_url = format!("{base}/jwks");
    let algorithms =
        [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Es512, Algorithm::Rs256, Algorithm::Ps256];
    match plugin {
        BetterAuthPlugin::Jwt => {
            input.issuer(origin.clone(), jwks_url).audience(origin).algorithms(algorithms).claim_mapping(
                ClaimMapping::new().email_verified("emailVerified").roles(ListClaim::comma_separated("role")),
            )
        }
        BetterAuthPlugin::OAuthProvider => input
            .issuer(base, jwks_url)
            .algorithms(algorithms)
            .token_kind(TokenKind::of_type(["at+jwt"]))
            .require_claim("azp"),
    }
}

fn from_plugin_name(base_url: &str, plugin: &str) -> RemoteIssuerBuilder {
    match plugin {
        "" | "jwt" => better_auth(base_url, BetterAuthPlugin::Jwt),
        "oauth-provider" => better_auth(base_url, BetterAuthPlugin::OAuthProvider),
        other => better_auth(base_url, BetterAuthPlugin::OAuthProvider).with_invalid(PLUGIN, other),
    }
}

const BASE: Setting = Setting::base("the server's `baseURL`", "https://app.example");
const PLUGIN: Setting =
    Setting::optional("plugin", "the plugin that issues the tokens, `jwt` or `oauth-provider`", "jwt");

pub(super) const PRESET: Preset = Preset {
    name: "better-auth",
    about: "Better Auth: tokens of the jwt plugin (unless said otherwise) or of the oauth-provider plugin",
    docs: "https://better-auth.com/docs/plugins/jwt",
    settings: &[
        BASE,
        PLUGIN,
        Setting::optional("audience", "the resource, or the plugin's `audience`", "https://api.example"),
    ],
    build: |settings| {
        from_plugin_name(settings.text("base"), settings.text("plugin")).audiences(settings.list("audience"))
    },
};
