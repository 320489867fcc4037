//! Which keys verify: published ones or a shared secret.

use jwt_verify_core::{Algorithm, HmacSecret};

use super::{EnvironmentProblem, Findings, Notice, source::Source, variables::Variables};

/// What verifies tokens.
#[derive(Debug)]
pub(super) enum Keys {
    /// Public keys, where the provider has them, or where the issuer's metadata say.
    Published,
    /// Public keys, at an address that a variable gives.
    At { variable: &'static str, url: String },
    /// One shared secret.
    Secret(HmacSecret),
}

impl Keys {
    /// Chooses, in favour of public keys wherever there could be any. `None` after a problem was taken down.
    ///
    /// | secret | JWT_ALGORITHMS | where keys are | verified with |
    /// |---|---|---|---|
    /// | any | public keys, or not set | a variable or a provider says it | the keys; the secret is ignored |
    /// | set | not set | nothing says it, JWT_ISSUER is no URL | the secret, HS256 |
    /// | set | not set | JWT_ISSUER could be asked | a problem: either could be meant |
    /// | set | public keys | JWT_ISSUER can be asked | the keys; the secret is ignored |
    /// | set | HS256, HS384 or HS512 | no variable gives the address | the secret |
    /// | any | HS256, HS384 or HS512 | a variable gives the address | a problem: they contradict each other |
    pub(super) fn choose(
        variables: &Variables,
        source: &Source,
        algorithms: &[Algorithm],
        findings: &mut Findings,
    ) -> Option<Self> {
        let is_better_auth = source.is("better-auth");
        let address = address(variables, is_better_auth, findings);
        let secrets = secrets(variables, source);
        let secret = secrets.first().copied();
        let (symmetric, public): (Vec<_>, Vec<_>) =
            algorithms.iter().copied().partition(|algorithm| algorithm.is_symmetric());

        match (&*symmetric, &*public) {
            ([algorithm], []) => {
                if let Some((keys, _)) = address {
                    findings.problems.push(EnvironmentProblem::SecretBesideKeys { keys });
                    return None;
                }
                let variable = if is_better_auth { "BETTER_AUTH_SECRET" } else { "JWT_SECRET" };
                if secret.is_none() {
                    findings.problems.push(EnvironmentProblem::NoSecret { variable, algorithm: *algorithm });
                }
                return read_secret(variables, &secrets, *algorithm, findings).map(Self::Secret);
            }
            ([_, ..], _) => {
                findings.problems.push(EnvironmentProblem::MixedAlgorithms);
                return None;
            }
            ([], _) => {}
        }

        let place = address.as_ref().map(|(variable, _)| *variable).or_else(|| source.place(variables));
        match (place, secret) {
            (None, Some(secret)) if public.is_empty() => {
                if source.could_discover(variables) {
                    findings.problems.push(EnvironmentProblem::SecretOrDiscovery { secret });
                    return None;
                }
                return read_secret(variables, &secrets, Algorithm::Hs256, findings).map(Self::Secret);
            }
            (because_of, Some(secret)) => {
                let because_of = because_of.unwrap_or("JWT_ALGORITHMS");
                findings.notices.push(Notice::SecretIgnored { secret, because_of });
            }
            (_, None) => {}
        }
        Some(address.map_or(Self::Published, |(variable, url)| Self::At { variable, url }))
    }
}

/// The variable that gives the address of the keys, and the address.
fn address(
    variables: &Variables,
    is_better_auth: bool,
    findings: &mut Findings,
) -> Option<(&'static str, String)> {
    let own = is_better_auth.then_some("BETTER_AUTH_JWKS_URL");
    let mut given = own
        .into_iter()
        .chain(["JWT_JWKS_URL", "JWKS_URL"])
        .filter_map(|variable| variables.text(variable).map(|url| (variable, url)));
    let (variable, url) = given.next()?;
    // Keys decide who gets in: which of two addresses counts is not for an order of precedence to say.
    for (other, _) in given.filter(|(_, other)| *other != url) {
        findings.problems.push(EnvironmentProblem::Different { variables: [variable, other] });
    }
    Some((variable, url.into()))
}

/// The variables with a secret that may be the issuer's, the likelier first.
///
/// Better Auth's is another program's wherever another issuer is named for certain.
fn secrets(variables: &Variables, source: &Source) -> Vec<&'static str> {
    let names: &[&str] = match source {
        _ if source.is("better-auth") => &["BETTER_AUTH_SECRET", "JWT_SECRET"],
        Source::Issuer if !variables.is_set("JWT_PROVIDER") => &["JWT_SECRET", "BETTER_AUTH_SECRET"],
        _ => &["JWT_SECRET"],
    };
    names.iter().copied().filter(|name| variables.is_set(name)).collect()
}

/// The bytes of the first variable's text. They are not decoded, as the programs that sign with them do not either.
fn read_secret(
    variables: &Variables,
    names: &[&'static str],
    algorithm: Algorithm,
    findings: &mut Findings,
) -> Option<HmacSecret> {
    let (variable, others) = names.split_first().map(|(first, others)| (*first, others))?;
    let secret = variables.exact(variable)?;
    for other in others.iter().copied().filter(|other| variables.exact(other) != Some(secret)) {
        findings.problems.push(EnvironmentProblem::Different { variables: [variable, other] });
    }
    if is_published(secret.trim()) {
        findings.problems.push(EnvironmentProblem::PublishedSecret { variable });
        return None;
    }
    if secret.trim() != secret {
        findings.notices.push(Notice::SecretWithSpace { variable });
    }
    let made = HmacSecret::new(algorithm, secret.as_bytes());
    made.map_err(|error| findings.problems.push(EnvironmentProblem::Secret { variable, error })).ok()
}

/// Whether everybody can know it: one that is well known, what stands in an example for one that is to be made, or one character
/// again and again.
fn is_published(secret: &str) -> bool {
    let plain: String =
        secret.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let is_placeholder = PLACEHOLDERS.iter().any(|words| plain.contains(words))
        || secret.starts_with('<') && secret.ends_with('>')
        || (plain.starts_with("your") && plain.contains("secret"));
    let mut characters = secret.chars();
    let first = characters.next();
    let is_repeated = secret.chars().nth(1).is_some() && characters.all(|character| Some(character) == first);
    PUBLISHED_SECRETS.contains(&secret) || is_placeholder || is_repeated
}

/// Long enough, and known to everybody: the defaults of Better Auth, the example of jwt.io, and what Supabase has for servers of one's
/// own and on a developer's machine.
const PUBLISHED_SECRETS: [&str; 5] = [
    "better-auth-secret-123456789",
    "better-auth-secret-12345678901234567890",
    "a-string-secret-at-least-256-bits-long",
    "your-super-secret-jwt-token-with-at-least-32-characters-long",
    "super-secret-jwt-token-with-at-least-32-characters-long",
];

/// Requests to put a secret there, as letters and digits alone.
const PLACEHOLDERS: [&str; 5] = ["changeme", "changethis", "replaceme", "replacethis", "opensslrand"];
