//! The rules for the issuer's tokens, put together from the variables: [`read`].

use core::time::Duration;

use jwt_verify_core::{Algorithm, BuildProblem, limits};
use url::Url;

use super::{
    EnvironmentProblem, Findings, Notice,
    keys::Keys,
    providers::Provider,
    shown,
    source::{ANY_ISSUER, Source, is_url},
    surroundings::Surroundings,
    variables::{self, Variables},
};
use crate::{
    AddressError, RemoteIssuer, RemoteIssuerBuilder, SetupProblem,
    providers::{self, Setting},
};

/// The rules, ready to be built.
pub(super) struct Rules {
    pub(super) builder: RemoteIssuerBuilder,
    source: Source,
    /// The variables with an address that has a user name or a password.
    with_user_info: Vec<&'static str>,
}

/// Puts the rules together. Whatever is wrong is taken down, and reading goes on as far as it can; `None` where it could not.
pub(super) fn read(variables: &Variables, findings: &mut Findings) -> Option<Rules> {
    let surroundings = Surroundings::read(variables, findings);
    let algorithms = algorithms(variables, findings);
    let leeway = leeway(variables, findings);
    let audiences = variables.list("JWT_AUDIENCE");
    // Better Auth signs them with the same secret or keys. They are for its own pages, hold what was true when the session
    // began, and have a `typ` that no access token has.
    if audiences.contains(&SESSION_COOKIE_AUDIENCE) {
        findings.problems.push(EnvironmentProblem::SessionCookieAudience);
    }
    let source = Source::choose(variables, findings)?;
    let keys = Keys::choose(variables, &source, &algorithms, findings);
    let is_secret = matches!(keys, Some(Keys::Secret(_)));

    let mut builder = match source {
        // A secret of Better Auth alone, for an issuer whose name is no address.
        Source::Provider { provider, .. }
            if provider.name == "better-auth"
                && is_secret
                && provider.base_variable(variables).is_none()
                && variables.is_set("JWT_ISSUER") =>
        {
            of_issuer(&keys, variables, findings).audiences(audiences.iter().copied())
        }
        Source::Provider { provider, is_named } => of_provider(provider, is_named, variables, findings)?,
        Source::Issuer => of_issuer(&keys, variables, findings).audiences(audiences.iter().copied()),
    };

    let has_public_keys = !is_secret && keys.is_some();
    if !algorithms.is_empty() && has_public_keys {
        builder = builder.algorithms(algorithms);
    }
    let at = match &keys {
        Some(Keys::At { variable, .. }) => Some(*variable),
        _ => None,
    };
    builder = match keys {
        Some(Keys::Secret(secret)) => builder.hmac_secret(secret),
        Some(Keys::At { url, .. }) => builder.jwks_url(url),
        Some(Keys::Published) | None => builder,
    };
    if let Some(leeway) = leeway {
        builder = builder.leeway(leeway);
    }
    let user_id: Vec<String> = variables.list("JWT_USER_ID_CLAIM").into_iter().map(Into::into).collect();
    let changeable = CHANGEABLE_CLAIMS.into_iter().filter(|claim| user_id.iter().any(|named| named == claim));
    findings.notices.extend(changeable.map(|claim| Notice::ChangeableUserId { claim }));
    if !user_id.is_empty() {
        builder = builder.map_claims(|mapping| mapping.user_id_chain(user_id));
    }

    let named_by = source.named_by(variables);
    surroundings.check_name(named_by, builder.name(), findings);
    if has_public_keys {
        // Metadata are asked for at the issuer's own name. That one is no address, is told already.
        let asked = Some(builder.name()).filter(|name| is_url(name));
        if let Some(address) = builder.address().or(asked).map(ToOwned::to_owned) {
            surroundings.check_fetched(at.unwrap_or(named_by), &address, findings);
        }
        let hosts = surroundings.http_hosts().to_vec();
        if !hosts.is_empty() {
            builder = builder.keys(|keys| keys.danger_allow_http_hosts(hosts));
        }
    }
    let has_one = |name: &&str| variables.text(name).is_some_and(has_user_info);
    let with_user_info = variables::names().filter(has_one).collect();
    Some(Rules { builder, source, with_user_info })
}

impl Rules {
    /// Builds the issuer, and tells what its setup finds wrong by the variables that were set for it.
    pub(super) fn build(self, findings: &mut Findings) -> Option<RemoteIssuer> {
        let Self { builder, source, with_user_info } = self;
        let error = match builder.build() {
            Ok(issuer) => return Some(issuer),
            Err(error) => error,
        };
        for problem in error.problems() {
            let problem = match source.in_variables(problem) {
                EnvironmentProblem::Invalid { variable, found, .. } if with_user_info.contains(&variable) => {
                    EnvironmentProblem::Address { variable, found, reason: AddressError::UserInfo }
                }
                told => told,
            };
            // What follows from something that is told already, by its variable: no keys, no name, nowhere to ask.
            let is_consequence = matches!(
                problem,
                EnvironmentProblem::Setup(
                    SetupProblem::Keys(_)
                        | SetupProblem::Rule(BuildProblem::NoAlgorithms | BuildProblem::EmptyIssuer)
                )
            ) && !findings.problems.is_empty();
            if !is_consequence && !findings.problems.contains(&problem) {
                findings.problems.push(problem);
            }
        }
        None
    }
}

impl Source {
    /// The variable that the issuer's name comes from.
    fn named_by(&self, variables: &Variables) -> &'static str {
        match self {
            Self::Provider { .. } if variables.is_set("JWT_ISSUER") => "JWT_ISSUER",
            Self::Provider { provider, .. } => provider.base_variable(variables).unwrap_or("JWT_PROVIDER"),
            Self::Issuer => "JWT_ISSUER",
        }
    }

    /// A problem with the setup, told by the variable to set.
    fn in_variables(&self, problem: &SetupProblem) -> EnvironmentProblem {
        let provider = match self {
            Self::Provider { provider, .. } => Some(*provider),
            Self::Issuer => None,
        };
        let variable_for =
            |setting: &Setting| provider.and_then(|provider| provider.variable_for(setting.name()));
        let told = match problem {
            SetupProblem::Missing { setting } => variable_for(setting).map(|variable| {
                let (about, example) = (setting.about(), setting.example());
                EnvironmentProblem::Missing { variable, about, example }
            }),
            SetupProblem::Invalid { setting, found } => variable_for(setting).map(|variable| {
                let (about, example, found) = (setting.about(), setting.example(), found.clone());
                EnvironmentProblem::Invalid { variable, found, about, example }
            }),
            SetupProblem::Rule(BuildProblem::NoAudience) => Some(EnvironmentProblem::missing("JWT_AUDIENCE")),
            _ => None,
        };
        told.unwrap_or_else(|| EnvironmentProblem::Setup(problem.clone()))
    }
}

/// A provider's preset, and where the variables depart from it. `None` after a problem was taken down.
fn of_provider(
    provider: &'static Provider,
    is_named: bool,
    variables: &Variables,
    findings: &mut Findings,
) -> Option<RemoteIssuerBuilder> {
    let source = Source::Provider { provider, is_named };
    let made = providers::from_settings(provider.name, &provider.settings(variables));
    let error = match made {
        Ok(builder) => return other_name(builder, provider, is_named, variables, findings),
        Err(error) => error,
    };
    findings.problems.extend(error.problems().iter().map(|problem| source.in_variables(problem)));
    None
}

/// The preset with the audience and the name that the variables give.
fn other_name(
    mut builder: RemoteIssuerBuilder,
    provider: &'static Provider,
    is_named: bool,
    variables: &Variables,
    findings: &mut Findings,
) -> Option<RemoteIssuerBuilder> {
    let is_better_auth = provider.name == "better-auth";
    let audiences = variables.list("JWT_AUDIENCE");
    if is_better_auth || !provider.takes_audience() {
        // In place of what the preset has.
        if let Some(variable) = provider.audience_is
            && !audiences.is_empty()
            && variables.text(variable).is_some_and(|only| audiences != [only])
        {
            findings.problems.push(EnvironmentProblem::Different { variables: [variable, "JWT_AUDIENCE"] });
        }
        // Better Auth's own audience is the address of the server. JWT_ISSUER is a name, which may be anybody's.
        let is_name_alone = is_better_auth && provider.base_variable(variables) == Some("JWT_ISSUER");
        if !audiences.is_empty() || is_name_alone {
            builder = builder.only_audiences(audiences);
        }
    } else if let Some(own) = provider.audience_variable()
        && variables.is_set(own)
        && variables.is_set("JWT_AUDIENCE")
        && variables.list(own) != audiences
    {
        findings.problems.push(EnvironmentProblem::Different { variables: [own, "JWT_AUDIENCE"] });
    }

    for party in
        variables.list(PARTIES).into_iter().filter(|party| provider.name == "clerk" && party.ends_with('/'))
    {
        findings.notices.push(Notice::OriginSlash { variable: PARTIES, found: shown(party) });
    }

    let Some(name) = variables.text("JWT_ISSUER").filter(|name| *name != builder.name()) else {
        return Some(builder);
    };
    // One name in place of a template would accept a tenant that is not listed, and no longer compare `tid` with `iss`.
    if builder.name().contains("{tenantid}") {
        let variable = provider.base.unwrap_or("JWT_PROVIDER");
        findings.problems.push(EnvironmentProblem::IssuerOfTenants { variable });
        return None;
    }
    if name.trim_end_matches('/') == builder.name().trim_end_matches('/') {
        // As the place of the provider it may be written in any form.
        if provider.base_variable(variables) == Some("JWT_ISSUER") && !is_better_auth {
            return Some(builder);
        }
        findings.notices.push(Notice::IssuerSlash { expected: builder.name().into() });
    } else if !is_named && !is_better_auth {
        let base = provider.base.unwrap_or("JWT_PROVIDER");
        let variables = vec![(base, provider.name), ("JWT_ISSUER", ANY_ISSUER)];
        findings.problems.push(EnvironmentProblem::SeveralProviders { variables });
        return None;
    }
    Some(builder.issuer(name))
}

/// The rules for an issuer that is none of the providers, without its audience.
fn of_issuer(keys: &Option<Keys>, variables: &Variables, findings: &mut Findings) -> RemoteIssuerBuilder {
    let name = variables.text("JWT_ISSUER").unwrap_or_default();
    if name.is_empty() {
        findings.problems.push(EnvironmentProblem::missing("JWT_ISSUER"));
    } else if matches!(keys, Some(Keys::Published)) && !is_url(name) {
        // Nowhere to ask.
        findings.problems.push(EnvironmentProblem::missing("JWT_JWKS_URL"));
    }
    RemoteIssuer::discover(name).algorithms(PUBLIC_KEY_ALGORITHMS)
}

/// What JWT_ALGORITHMS allows. Empty if it is not set.
fn algorithms(variables: &Variables, findings: &mut Findings) -> Vec<Algorithm> {
    let mut algorithms = Vec::new();
    for name in variables.list("JWT_ALGORITHMS") {
        match name.parse() {
            Ok(algorithm) if algorithms.contains(&algorithm) => {}
            Ok(algorithm) => algorithms.push(algorithm),
            // Anything else may be a secret that got into the wrong variable.
            Err(_) => {
                let found = if is_short_word(name) { name } else { "" };
                findings.problems.push(EnvironmentProblem::invalid("JWT_ALGORITHMS", found));
            }
        }
    }
    algorithms
}

/// Whether this may be the name of an algorithm, misspelled.
fn is_short_word(text: &str) -> bool {
    text.len() <= 16 && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_alphanumeric())
}

/// Whether an address has a user name or a password.
fn has_user_info(address: &str) -> bool {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "https" | "http"));
    url.is_some_and(|url| !url.username().is_empty() || url.password().is_some())
}

fn leeway(variables: &Variables, findings: &mut Findings) -> Option<Duration> {
    let text = variables.text("JWT_LEEWAY_SECONDS")?;
    match text.parse().map(Duration::from_secs) {
        Ok(leeway) if leeway <= limits::MAX_LEEWAY => Some(leeway),
        _ => {
            findings.problems.push(EnvironmentProblem::invalid("JWT_LEEWAY_SECONDS", text));
            None
        }
    }
}

/// What issuers sign with where nothing is said: EdDSA, and the two that every issuer offers. With public keys the list cannot be too
/// long for safety, as a key answers for the algorithms of its own type alone; no shared secret is among them.
const PUBLIC_KEY_ALGORITHMS: [Algorithm; 3] = [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256];

const PARTIES: &str = "CLERK_AUTHORIZED_PARTIES";

/// Claims that people can change, or that are given to another person one day.
const CHANGEABLE_CLAIMS: [&str; 6] =
    ["email", "preferred_username", "upn", "name", "nickname", "phone_number"];

const SESSION_COOKIE_AUDIENCE: &str = "better-auth:session-cache";
