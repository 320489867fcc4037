//! How tokens are to be verified, as the environment says: [`from_env`], [`Environment`].

mod keys;
mod notice;
mod problem;
mod providers;
mod rules;
mod source;
mod surroundings;
#[cfg(test)]
mod tests;
mod variables;

use std::ffi::OsString;

use jwt_verify_core::{TrustedIssuer, Verifier};

use self::variables::Variables;
pub use self::{
    notice::Notice,
    problem::{EnvironmentError, EnvironmentProblem},
};
use crate::{RemoteIssuer, RemoteJwks, remote_issuer::shown};

/// Reads the variables of this process: whose tokens are accepted, and how they are verified.
///
/// Fetches nothing. What is worth knowing is logged with `tracing`, once; what is missing or wrong is all in the error.
///
/// | variables | what is accepted |
/// |---|---|
/// | `BETTER_AUTH_URL` | tokens of Better Auth's jwt plugin: issuer and audience are its origin, keys are at `/api/auth/jwks` |
/// | `AUTH0_DOMAIN`, `AUTH0_AUDIENCE` | Auth0's access tokens; likewise `CLERK_DOMAIN`, `KEYCLOAK_URL` and others |
/// | `JWT_ISSUER`, `JWT_AUDIENCE` | tokens of any issuer that publishes its keys by OpenID Connect Discovery or RFC 8414 |
/// | `JWT_JWKS_URL` | with any of these: the keys are at this address, also an internal one; the issuer stays |
/// | `JWT_SECRET`, `JWT_ISSUER`, `JWT_AUDIENCE` | tokens that are signed with a shared secret (HS256), if nothing says where keys are |
///
/// `docs/configuration.md` has all of them; `examples/.env.example` is a file to start with.
///
/// # Errors
///
/// [`EnvironmentError`] with everything that is missing or wrong, at once.
///
/// # Examples
///
/// ```no_run
/// let verifier = jwt_verify_remote::from_env()?.into_verifier();
/// # Ok::<(), jwt_verify_remote::EnvironmentError>(())
/// ```
pub fn from_env() -> Result<Environment, EnvironmentError> {
    let environment = Environment::from_variables(std::env::vars_os())?;
    environment.notices.iter().for_each(Notice::log);
    tracing::info!(
        issuer = environment.issuer().name().or(environment.issuer().template()),
        keys = if environment.keys().is_some() { "published by the issuer" } else { "a shared secret" },
        "tokens are verified as the environment says"
    );
    Ok(environment)
}

/// How tokens are verified, as the environment says.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::Environment;
///
/// let environment = Environment::from_variables([
///     ("BETTER_AUTH_URL", "https://app.example.com"),
///     // The service reaches it at another address than the users do.
///     ("BETTER_AUTH_JWKS_URL", "http://frontend:3000/api/auth/jwks"),
///     ("JWT_DANGER_ALLOW_HTTP_HOSTS", "frontend:3000"),
/// ])?;
/// assert_eq!(environment.issuer().name(), Some("https://app.example.com"));
///
/// let keys = environment.keys().cloned(); // for a readiness probe
/// let verifier = environment.into_verifier();
/// # Ok::<(), jwt_verify_remote::EnvironmentError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Environment {
    issuer: RemoteIssuer,
    notices: Vec<Notice>,
}

impl Environment {
    /// As [`from_env`], from these variables, each a name and a value. Logs nothing.
    ///
    /// # Errors
    ///
    /// [`EnvironmentError`] with everything that is missing or wrong, at once.
    pub fn from_variables(
        variables: impl IntoIterator<Item = (impl Into<OsString>, impl Into<OsString>)>,
    ) -> Result<Self, EnvironmentError> {
        let variables = Variables::new(variables);
        let mut findings = Findings::of(&variables);
        let rules = rules::read(&variables, &mut findings);
        let issuer = rules.and_then(|rules| rules.build(&mut findings));
        match issuer {
            Some(issuer) if findings.problems.is_empty() => Ok(Self { issuer, notices: findings.notices }),
            _ => Err(EnvironmentError::new(findings.problems, findings.notices)),
        }
    }

    /// A verifier that trusts the issuer alone. Every call gives one of the same rules and the same keys.
    #[must_use]
    pub fn verifier(&self) -> Verifier {
        self.issuer.clone().into_verifier()
    }

    /// The verifier that trusts the issuer alone.
    #[must_use]
    pub fn into_verifier(self) -> Verifier {
        self.issuer.into_verifier()
    }

    /// The issuer, to trust beside others: [`VerifierBuilder::issuer`](jwt_verify_core::VerifierBuilder::issuer).
    #[must_use]
    pub fn issuer(&self) -> &TrustedIssuer {
        self.issuer.trusted_issuer()
    }

    /// What keeps the issuer's keys: for readiness, health and a fetch before the first request. `None` with a shared secret.
    #[must_use]
    pub fn keys(&self) -> Option<&RemoteJwks> {
        self.issuer.keys()
    }

    /// What is worth knowing, although nothing is wrong for certain.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }
}

/// What was found while reading.
#[derive(Debug, Default)]
struct Findings {
    problems: Vec<EnvironmentProblem>,
    notices: Vec<Notice>,
}

impl Findings {
    /// What can be said of the variables one by one.
    fn of(variables: &Variables) -> Self {
        let problems = variables.not_text().map(|variable| EnvironmentProblem::NotText { variable });
        let notices = variables
            .misspelled()
            .map(|(found, known)| Notice::PossiblyMisspelled { found: shown(found), known });
        let commas = variables.lists_of_nothing();
        let commas = commas.map(|(variable, found)| EnvironmentProblem::invalid(variable, found));
        Self { problems: problems.chain(commas).collect(), notices: notices.collect() }
    }
}
