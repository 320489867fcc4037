//! Whose tokens are accepted: one of the known providers, or any issuer by its name.

use url::Url;

use super::{
    EnvironmentProblem, Findings, Notice,
    providers::{self as rows, PROVIDERS, Provider},
    shown,
    variables::Variables,
};
use crate::{SetupProblem, providers, providers::Settings};

/// Whose tokens are accepted.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    Provider {
        provider: &'static Provider,
        /// JWT_PROVIDER names it, which leaves no doubt.
        is_named: bool,
    },
    /// JWT_ISSUER.
    Issuer,
}

impl Source {
    /// `None` after a problem was taken down.
    pub(super) fn choose(variables: &Variables, findings: &mut Findings) -> Option<Self> {
        let source = match variables.text("JWT_PROVIDER") {
            Some(ANY_ISSUER) => Self::Issuer,
            Some(name) => match rows::by_name(name) {
                Some(provider) => Self::Provider { provider, is_named: true },
                None => {
                    findings.problems.push(unknown(name));
                    return None;
                }
            },
            None => Self::implied(variables, findings)?,
        };
        for provider in &PROVIDERS {
            if let Some(variable) = provider.base
                && provider.is_implied
                && variables.is_set(variable)
                && !source.is(provider.name)
            {
                findings.notices.push(Notice::Unused { variable, provider: source.name() });
            }
        }
        if variables.is_set("BETTER_AUTH_JWKS_URL") && !source.is("better-auth") {
            findings
                .notices
                .push(Notice::Unused { variable: "BETTER_AUTH_JWKS_URL", provider: source.name() });
        }
        Some(source)
    }

    fn implied(variables: &Variables, findings: &mut Findings) -> Option<Self> {
        let implied: Vec<_> = PROVIDERS
            .iter()
            .filter(|provider| provider.is_implied)
            .filter_map(|provider| provider.base.map(|variable| (variable, provider)))
            .filter(|(variable, _)| variables.is_set(variable))
            .collect();
        let any_of = |names: &[&str]| names.iter().any(|name| variables.is_set(name));
        match &*implied {
            [(_, provider)] => Some(Self::Provider { provider, is_named: false }),
            [] if any_of(&["BETTER_AUTH_JWKS_URL"]) => {
                rows::by_name("better-auth").map(|provider| Self::Provider { provider, is_named: false })
            }
            [] if any_of(&["JWT_ISSUER", "JWT_JWKS_URL", "JWKS_URL", "JWT_SECRET"]) => Some(Self::Issuer),
            // Many services have it for other reasons: it says nothing about whose tokens come, nor that it is what signs them.
            [] if any_of(&["BETTER_AUTH_SECRET"]) => {
                findings.problems.push(EnvironmentProblem::SecretAlone { secret: "BETTER_AUTH_SECRET" });
                None
            }
            [] => {
                findings.problems.push(EnvironmentProblem::NothingSet);
                None
            }
            several => {
                let variables =
                    several.iter().map(|(variable, provider)| (*variable, provider.name)).collect();
                findings.problems.push(EnvironmentProblem::SeveralProviders { variables });
                None
            }
        }
    }

    pub(super) fn is(&self, provider: &str) -> bool {
        self.name() == provider
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Provider { provider, .. } => provider.name,
            Self::Issuer => ANY_ISSUER,
        }
    }

    /// The variable by which it is known where the keys are, other than a name that could be asked.
    pub(super) fn place(&self, variables: &Variables) -> Option<&'static str> {
        let Self::Provider { provider, .. } = self else { return None };
        match provider.base {
            Some(base) if variables.is_set(base) => Some(base),
            // Better Auth can also be a secret alone.
            _ if provider.name == "better-auth" => None,
            _ => Some("JWT_PROVIDER"),
        }
    }

    /// Whether the issuer is one that could be asked for its keys.
    pub(super) fn could_discover(&self, variables: &Variables) -> bool {
        variables.text("JWT_ISSUER").is_some_and(is_url)
    }
}

/// Whether an issuer's name is an address.
pub(super) fn is_url(name: &str) -> bool {
    Url::parse(name).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

fn unknown(name: &str) -> EnvironmentProblem {
    let error = providers::from_settings(name, &Settings::new()).err();
    let similar = error.iter().flat_map(|error| error.problems()).find_map(|problem| match problem {
        SetupProblem::UnknownProvider { similar, .. } => *similar,
        _ => None,
    });
    EnvironmentProblem::UnknownProvider { found: shown(name), similar }
}

/// The value of JWT_PROVIDER for an issuer that is none of the providers.
pub(super) const ANY_ISSUER: &str = "oidc";
