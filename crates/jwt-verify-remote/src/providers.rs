//! Issuers that are known: one function for each provider, which fills in what is the same for all of its users.
//!
//! Each returns a [`RemoteIssuerBuilder`] with the issuer's exact name, the address of its keys, its algorithms, the kind of its tokens, and the
//! claims that tell who is calling. What only you know, such as the audience, is asked for; everything can be changed before
//! [`build`](RemoteIssuerBuilder::build). A domain may be given as `acme.eu.auth0.com` or `https://acme.eu.auth0.com/`: the issuer
//! becomes what the provider writes. The traps of each, and a table of them all, are in `docs/providers.md`.
//!
//! ```
//! use jwt_verify_remote::providers::{self, BetterAuthPlugin};
//!
//! let verifier = providers::better_auth("https://app.example", BetterAuthPlugin::Jwt).verifier()?;
//! let verifier = providers::clerk("clerk.app.example", ["https://app.example"]).verifier()?;
//! let verifier = providers::cognito("eu-west-1_Ab1Cd2Ef3").access_tokens(["client-1"]).verifier()?;
//! # Ok::<(), jwt_verify_remote::SetupError>(())
//! ```
//!
//! A provider that is chosen by name, on a command line or in the environment, is made by [`from_settings`].

mod apple;
mod auth0;
mod authelia;
mod authentik;
mod better_auth;
mod clerk;
mod cloudflare_access;
mod cognito;
mod descope;
mod dex;
mod entra;
mod firebase;
mod github_actions;
mod google;
mod hasura;
mod input;
mod kanidm;
mod keycloak;
mod kinde;
mod kubernetes;
mod logto;
mod okta;
mod ory_hydra;
mod preset;
mod rauthy;
mod settings;
mod stytch;
mod supabase;
mod workos;
mod zitadel;

use jwt_verify_core::Algorithm;

pub use self::{
    apple::apple,
    auth0::auth0,
    authelia::authelia,
    authentik::authentik,
    better_auth::{BetterAuthPlugin, better_auth},
    clerk::{clerk, clerk_v1},
    cloudflare_access::{cloudflare_access, cloudflare_access_services},
    cognito::{CognitoPool, cognito},
    descope::descope,
    dex::dex,
    entra::{EntraTenants, entra, entra_any_tenant, entra_tenants},
    firebase::firebase,
    github_actions::{GithubActions, github_actions},
    google::google,
    hasura::{HasuraFormat, hasura, hasura_claims},
    kanidm::kanidm,
    keycloak::keycloak,
    kinde::kinde,
    kubernetes::{eks, kubernetes},
    logto::logto,
    okta::okta,
    ory_hydra::ory_hydra,
    preset::{Preset, Setting},
    rauthy::rauthy,
    settings::Settings,
    stytch::stytch,
    supabase::{supabase, supabase_oauth_clients},
    workos::{workos, workos_with_issuer},
    zitadel::zitadel,
};
use crate::{RemoteIssuerBuilder, SetupError, SetupProblem, remote_issuer::shown};

/// Every preset, by name.
pub fn all() -> impl Iterator<Item = &'static Preset> {
    ALL.iter()
}

/// The names of all presets, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().map(Preset::name)
}

/// The preset of this name, if there is one.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Preset> {
    all().find(|preset| preset.name() == name)
}

/// Makes the builder of the provider of this name.
///
/// # Errors
///
/// [`SetupError`] if there is no such provider, if a setting that it needs is missing, or if one was given that it does not have.
/// What is wrong with the value of a setting is told by [`RemoteIssuerBuilder::build`].
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::providers::{self, Settings};
///
/// let settings = Settings::new().base("https://id.example").set("relm", "acme");
/// let error = providers::from_settings("keycloak", &settings).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "3 problems with the setup:\n\
///      - there is no setting \"relm\": this provider has `base`, `realm`, `audience`, `client`\n\
///      - `realm` is empty: give the name of the realm, such as `acme`\n\
///      - `audience` is empty: give the audience that a mapper of the realm writes into `aud`, such as `reports-api`"
/// );
/// ```
pub fn from_settings(name: &str, settings: &Settings) -> Result<RemoteIssuerBuilder, SetupError> {
    let Some(preset) = by_name(name) else {
        let similar = all().map(Preset::name).find(|known| same_letters(known, name));
        return Err(SetupProblem::UnknownProvider { found: shown(name), similar }.into());
    };
    let is_known = |name: &&str| preset.settings.iter().any(|setting| setting.name() == *name);
    let unknown = settings.names().filter(|name| !is_known(name)).map(|name| SetupProblem::UnknownSetting {
        found: shown(name),
        known: preset.settings.iter().map(Setting::name).collect(),
    });
    let missing = preset
        .settings
        .iter()
        .filter(|setting| setting.is_required() && settings.text(setting.name()).is_empty())
        .map(|setting| SetupProblem::Missing { setting: *setting });
    let problems: Vec<_> = unknown.chain(missing).collect();
    if problems.is_empty() { Ok((preset.build)(settings)) } else { Err(SetupError::new(problems)) }
}

/// Whether two names differ in nothing but case and punctuation, as `BetterAuth` and `better-auth` do.
fn same_letters(one: &str, other: &str) -> bool {
    let letters = |name: &str| -> Vec<u8> {
        name.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase()).collect()
    };
    letters(one) == letters(other)
}

/// Whatever an issuer may be configured to sign with, where its keys are public: a key says itself which of them it is for, so the
/// list only keeps shared secrets out.
const PUBLIC_KEY_ALGORITHMS: [Algorithm; 10] = [
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::EdDsa,
];

/// Sorted by name.
const ALL: [Preset; 28] = [
    apple::PRESET,
    auth0::PRESET,
    authelia::PRESET,
    authentik::PRESET,
    better_auth::PRESET,
    clerk::PRESET,
    cloudflare_access::PRESET,
    cognito::PRESET,
    descope::PRESET,
    dex::PRESET,
    kubernetes::EKS_PRESET,
    entra::PRESET,
    firebase::PRESET,
    github_actions::PRESET,
    google::PRESET,
    hasura::PRESET,
    kanidm::PRESET,
    keycloak::PRESET,
    kinde::PRESET,
    kubernetes::PRESET,
    logto::PRESET,
    okta::PRESET,
    ory_hydra::PRESET,
    rauthy::PRESET,
    stytch::PRESET,
    supabase::PRESET,
    workos::PRESET,
    zitadel::PRESET,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_found_by_its_name_and_they_are_sorted() {
        assert!(names().is_sorted());
        for preset in all() {
            assert_eq!(by_name(preset.name()).map(Preset::name), Some(preset.name()));
            assert!(preset.docs().starts_with("https://"), "{}", preset.name());
        }
    }

    #[test]
    fn every_preset_is_built_from_the_examples_of_its_settings() {
        for preset in all() {
            let settings = preset
                .settings()
                .iter()
                .filter(|setting| setting.is_required())
                .fold(Settings::new(), |settings, setting| settings.set(setting.name(), setting.example()));
            let built = from_settings(preset.name(), &settings).unwrap().build();
            assert_eq!(built.err(), None, "{}", preset.name());
        }
    }

    #[test]
    fn every_preset_without_settings_tells_each_that_it_needs() {
        for preset in all() {
            let required = preset.settings().iter().filter(|setting| setting.is_required());
            let expected: Vec<_> =
                required.map(|setting| SetupProblem::Missing { setting: *setting }).collect();
            let error = from_settings(preset.name(), &Settings::new()).unwrap_err();
            assert_eq!(error.problems(), expected, "{}", preset.name());
        }
    }

    #[test]
    fn a_misspelled_provider_is_refused_with_the_one_that_was_meant() {
        let error = from_settings("BetterAuth", &Settings::new()).unwrap_err();
        assert_eq!(error.to_string(), "there is no provider \"BetterAuth\": did you mean `better-auth`?");
        let error = from_settings("acme", &Settings::new()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no provider \"acme\": see `docs/providers.md`, or give the issuer and the address of its keys"
        );
    }
}
