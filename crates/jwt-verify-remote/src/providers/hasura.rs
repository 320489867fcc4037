//! Tokens in the form that Hasura reads: <https://hasura.io/docs/2.0/auth/authentication/jwt/>

use jwt_verify_core::{ClaimMapping, ClaimPath};

use super::{PUBLIC_KEY_ALGORITHMS, Preset, Setting, input::Input};
use crate::RemoteIssuerBuilder;

/// How the claims for Hasura are written (`claims_format`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum HasuraFormat {
    /// An object.
    #[default]
    Json,
    /// A string that contains an object, from issuers that can write strings only.
    StringifiedJson,
}

/// Tokens with claims for Hasura in them, of whatever issuer. [Documentation](https://hasura.io/docs/2.0/auth/authentication/jwt/).
///
/// The issuer's exact name and the address of its keys must be given, the audience too. The claims are read as
/// [`hasura_claims`] says, from the namespace of version 2; the algorithms are those of public keys, and can be narrowed.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::providers;
///
/// let hasura = providers::hasura("https://id.example", "https://id.example/keys").audience("hasura");
/// assert!(hasura.build().is_ok());
/// ```
pub fn hasura(issuer: impl Into<String>, jwks_url: impl Into<String>) -> RemoteIssuerBuilder {
    Input::default()
        .issuer(issuer, jwks_url)
        .algorithms(PUBLIC_KEY_ALGORITHMS)
        .claim_mapping(hasura_claims([NAMESPACE], HasuraFormat::Json))
}

/// The mapping for claims in the form that Hasura reads, for any issuer's builder.
///
/// `namespace` is the path of the object that holds them: one name (`claims_namespace`) or several (`claims_namespace_path`). The ID is
/// `x-hasura-user-id`, roles are `x-hasura-allowed-roles`. A request of Hasura's own chooses one of them with the header field
/// `x-hasura-role`; the default is the claim `x-hasura-default-role`.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::providers::{self, HasuraFormat};
///
/// // Version 3 of Hasura.
/// let auth0 = providers::auth0("acme.eu.auth0.com")
///     .audience("https://api.acme.example")
///     .claim_mapping(providers::hasura_claims(["claims.jwt.hasura.io"], HasuraFormat::Json));
/// assert!(auth0.build().is_ok());
/// ```
#[must_use]
pub fn hasura_claims(
    namespace: impl IntoIterator<Item = impl Into<String>>,
    format: HasuraFormat,
) -> ClaimMapping {
    let namespace: Vec<String> = namespace.into_iter().map(Into::into).collect();
    let claim = |name: &str| ClaimPath::new(namespace.iter().map(String::as_str).chain([name]));
    let mapping =
        ClaimMapping::new().user_id(claim("x-hasura-user-id")).roles(claim("x-hasura-allowed-roles"));
    match format {
        HasuraFormat::Json => mapping,
        HasuraFormat::StringifiedJson => mapping.stringified_json(ClaimPath::new(namespace)),
    }
}

/// Where version 2 of Hasura looks, unless it is told otherwise.
const NAMESPACE: &str = "https://hasura.io/jwt/claims";
const BASE: Setting = Setting::base("the exact `iss` of the tokens", "https://id.example");
const JWKS_URL: Setting =
    Setting::required("jwks_url", "the address of the issuer's JWK Set", "https://id.example/keys");
const NAMESPACE_SETTING: Setting =
    Setting::optional("namespace", "the name of the claim that holds the others", NAMESPACE);
const FORMAT: Setting =
    Setting::optional("format", "how it is written, `json` or `stringified_json`", "json");

pub(super) const PRESET: Preset = Preset {
    name: "hasura",
    about: "Tokens with claims for Hasura, of any issuer with public keys",
    docs: "https://hasura.io/docs/2.0/auth/authentication/jwt/",
    settings: &[
        BASE,
        JWKS_URL,
        Setting::audience("the audience of your API", "hasura"),
        NAMESPACE_SETTING,
        FORMAT,
    ],
    build: |settings| {
        let namespace = match settings.text("namespace") {
            "" => NAMESPACE,
            namespace => namespace,
        };
        let hasura =
            hasura(settings.text("base"), settings.text("jwks_url")).audiences(settings.list("audience"));
        match settings.text("format") {
            "" | "json" => hasura.claim_mapping(hasura_claims([namespace], HasuraFormat::Json)),
            "stringified_json" => {
                hasura.claim_mapping(hasura_claims([namespace], HasuraFormat::StringifiedJson))
            }
            other => hasura.with_invalid(FORMAT, other),
        }
    },
};
