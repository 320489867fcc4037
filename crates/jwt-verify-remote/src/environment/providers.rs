//! Which variables carry the settings of the providers.

use super::{source::is_url, variables::Variables};
use crate::providers::{self, Preset, Settings};

/// The variables of one provider.
#[derive(Debug)]
pub(super) struct Provider {
    /// The name of its preset.
    pub(super) name: &'static str,
    /// Where it is: the setting `base`.
    pub(super) base: Option<&'static str>,
    base_is_list: bool,
    /// Whether the variable for `base` alone says that this is the provider.
    pub(super) is_implied: bool,
    /// Whether JWT_ISSUER can stand in for the variable for `base`, if it is a URL.
    pub(super) base_is_issuer: bool,
    /// The provider's own variable for the setting `audience`.
    audience: Option<&'static str>,
    /// Whether JWT_AUDIENCE is that setting, too. Not where something else than `aud` stands in for it.
    audience_is_aud: bool,
    /// The variable whose value is the only one that `aud` has.
    pub(super) audience_is: Option<&'static str>,
    /// Other settings.
    others: &'static [(&'static str, &'static str)],
}

impl Provider {
    /// The variables of its own, with the name of the setting that each is for.
    pub(super) fn variables(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let named = |setting, variable: Option<&'static str>| variable.map(|variable| (setting, variable));
        let own = named("base", self.base).into_iter().chain(named("audience", self.audience));
        own.chain(self.others.iter().copied()).filter(|(_, variable)| !variable.starts_with("JWT_"))
    }

    pub(super) fn preset(&self) -> Option<&'static Preset> {
        providers::by_name(self.name)
    }

    /// The variable to set for a setting.
    pub(super) fn variable_for(&self, setting: &str) -> Option<&'static str> {
        match setting {
            "base" => self.base.or(self.base_is_issuer.then_some("JWT_ISSUER")),
            "audience" => self.audience.or(Some("JWT_AUDIENCE")),
            other => self.others.iter().find(|(setting, _)| *setting == other).map(|(_, variable)| *variable),
        }
    }

    /// The variable that says where the provider is, if one that can is set.
    pub(super) fn base_variable(&self, variables: &Variables) -> Option<&'static str> {
        let can_stand_in = |name: &str| self.base.is_none() || is_url(name);
        let stand_in = self.base_is_issuer && variables.text("JWT_ISSUER").is_some_and(can_stand_in);
        self.base.filter(|name| variables.is_set(name)).or(stand_in.then_some("JWT_ISSUER"))
    }

    /// Whether JWT_AUDIENCE is a setting of the preset. Otherwise it is a value of `aud` beside what stands in for that.
    pub(super) fn takes_audience(&self) -> bool {
        let has_setting =
            |preset: &Preset| preset.settings().iter().any(|setting| setting.name() == "audience");
        self.audience_is_aud && self.preset().is_some_and(has_setting)
    }

    pub(super) fn audience_variable(&self) -> Option<&'static str> {
        self.audience
    }

    /// What the variables say, for the preset.
    pub(super) fn settings(&self, variables: &Variables) -> Settings {
        let mut settings = Settings::new();
        if let Some(variable) = self.base_variable(variables) {
            let bases = match self.base_is_list {
                true => variables.list(variable),
                false => variables.text(variable).into_iter().collect(),
            };
            settings = bases.into_iter().fold(settings, Settings::base);
        }
        let mut audiences = self.audience.map(|name| variables.list(name)).unwrap_or_default();
        if audiences.is_empty() && self.takes_audience() {
            audiences = variables.list("JWT_AUDIENCE");
        }
        settings = audiences.into_iter().fold(settings, Settings::audience);
        for (setting, variable) in self.others {
            if let Some(value) = variables.text(variable) {
                settings = settings.set(*setting, value);
            }
        }
        settings
    }
}

/// The provider of this name.
pub(super) fn by_name(name: &str) -> Option<&'static Provider> {
    PROVIDERS.iter().find(|provider| provider.name == name)
}

/// No variable that services have for other reasons implies a provider: `GOOGLE_CLIENT_ID` is also what Better Auth signs users in with.
const fn provider(name: &'static str) -> Provider {
    Provider {
        name,
        base: None,
        base_is_list: false,
        is_implied: false,
        base_is_issuer: false,
        audience: None,
        audience_is_aud: true,
        audience_is: None,
        others: &[],
    }
}

impl Provider {
    /// Named by this variable, which implies the provider.
    const fn at(mut self, variable: &'static str) -> Self {
        self.base = Some(variable);
        self.is_implied = true;
        self
    }

    const fn not_implied(mut self) -> Self {
        self.is_implied = false;
        self
    }

    const fn list(mut self) -> Self {
        self.base_is_list = true;
        self
    }

    const fn at_issuer(mut self) -> Self {
        self.base_is_issuer = true;
        self
    }

    const fn audience(mut self, variable: &'static str) -> Self {
        self.audience = Some(variable);
        self
    }

    const fn audience_is_not_aud(mut self) -> Self {
        self.audience_is_aud = false;
        self
    }

    const fn audience_is(mut self, variable: &'static str) -> Self {
        self.audience_is = Some(variable);
        self
    }

    const fn others(mut self, others: &'static [(&'static str, &'static str)]) -> Self {
        self.others = others;
        self
    }
}

/// One row for each preset.
pub(super) const PROVIDERS: [Provider; 28] = [
    provider("apple").audience("APPLE_CLIENT_ID"),
    provider("auth0").at("AUTH0_DOMAIN").at_issuer().audience("AUTH0_AUDIENCE"),
    provider("authelia").at("AUTHELIA_URL").at_issuer(),
    provider("authentik").at("AUTHENTIK_URL").others(&[("application", "AUTHENTIK_APPLICATION")]),
    provider("better-auth").at("BETTER_AUTH_URL").at_issuer().others(&[("plugin", "BETTER_AUTH_PLUGIN")]),
    provider("clerk")
        .at("CLERK_DOMAIN")
        .at_issuer()
        .audience("CLERK_AUTHORIZED_PARTIES")
        .audience_is_not_aud(),
    provider("cloudflare-access")
        .at("CLOUDFLARE_ACCESS_TEAM")
        .audience("CLOUDFLARE_ACCESS_AUD")
        .others(&[("callers", "CLOUDFLARE_ACCESS_CALLERS")]),
    provider("cognito")
        .at("COGNITO_USER_POOL_ID")
        .audience("COGNITO_CLIENT_ID")
        .others(&[("tokens", "COGNITO_TOKENS")]),
    provider("descope").at("DESCOPE_PROJECT_ID"),
    provider("dex").at_issuer(),
    provider("eks").others(&[("region", "EKS_REGION"), ("id", "EKS_OIDC_ID")]),
    provider("entra").at("ENTRA_TENANT_ID").list().others(&[("version", "ENTRA_TOKEN_VERSION")]),
    provider("firebase").at("FIREBASE_PROJECT_ID").audience_is("FIREBASE_PROJECT_ID"),
    provider("github-actions").at("GITHUB_ACTIONS_ALLOWED_IDS").list(),
    provider("google").audience("GOOGLE_CLIENT_ID"),
    provider("hasura").at_issuer().others(&[
        ("jwks_url", "JWT_JWKS_URL"),
        ("namespace", "HASURA_CLAIMS_NAMESPACE"),
        ("format", "HASURA_CLAIMS_FORMAT"),
    ]),
    provider("kanidm").at("KANIDM_URL").audience_is("KANIDM_CLIENT").others(&[("client", "KANIDM_CLIENT")]),
    provider("keycloak")
        .at("KEYCLOAK_URL")
        .others(&[("realm", "KEYCLOAK_REALM"), ("client", "KEYCLOAK_CLIENT")]),
    provider("kinde").at("KINDE_DOMAIN").at_issuer(),
    provider("kubernetes").at_issuer(),
    provider("logto").at("LOGTO_ENDPOINT"),
    provider("okta").at("OKTA_DOMAIN").others(&[("authorization_server", "OKTA_AUTHORIZATION_SERVER")]),
    provider("ory-hydra").at_issuer(),
    provider("rauthy").at("RAUTHY_URL"),
    provider("stytch").at("STYTCH_PROJECT_ID").audience_is("STYTCH_PROJECT_ID"),
    provider("supabase").at("SUPABASE_URL"),
    provider("workos").at("WORKOS_CLIENT_ID").not_implied().others(&[("issuer", "JWT_ISSUER")]),
    provider("zitadel").at("ZITADEL_DOMAIN").at_issuer(),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_has_a_row_and_every_setting_a_variable() {
        assert_eq!(PROVIDERS.map(|provider| provider.name).to_vec(), providers::names().collect::<Vec<_>>());
        for provider in &PROVIDERS {
            for setting in provider.preset().unwrap().settings() {
                assert!(
                    provider.variable_for(setting.name()).is_some(),
                    "{} {}",
                    provider.name,
                    setting.name()
                );
            }
        }
    }

    #[test]
    fn no_row_has_a_setting_that_its_preset_does_not_know() {
        for provider in &PROVIDERS {
            let known: Vec<_> =
                provider.preset().unwrap().settings().iter().map(|setting| setting.name()).collect();
            let named = provider.variables().chain(provider.others.iter().copied());
            for (setting, variable) in named {
                assert!(known.contains(&setting), "{variable}");
            }
        }
    }
}
