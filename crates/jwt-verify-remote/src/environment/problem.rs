//! Why an environment cannot be used: [`EnvironmentError`].

use core::fmt;

use jwt_verify_core::{Algorithm, SecretError};

use super::{Notice, shown, variables};
use crate::{AddressError, SetupProblem};

/// Why the environment does not say how tokens are to be verified: everything that is missing or wrong, at once, each with the
/// variable to set.
///
/// Repeats no secret, not even a part of one.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::Environment;
///
/// let error = Environment::from_variables([("AUTH0_DOMAIN", "acme.eu.auth0.com"), ("JWT_LEEWAY_SECONDS", "1m")]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "the environment does not say how tokens are to be verified:\n\
///      - JWT_LEEWAY_SECONDS is \"1m\": give whole seconds from 0 to 300, for example JWT_LEEWAY_SECONDS=60\n\
///      - AUTH0_AUDIENCE is not set: give the identifier of the API, for example AUTH0_AUDIENCE=https://api.acme.example"
/// );
/// ```
#[derive(Clone, PartialEq)]
pub struct EnvironmentError {
    problems: Vec<EnvironmentProblem>,
    notices: Vec<Notice>,
}

impl EnvironmentError {
    pub(super) fn new(problems: Vec<EnvironmentProblem>, notices: Vec<Notice>) -> Self {
        Self { problems, notices }
    }

    /// What is wrong. Never empty.
    #[must_use]
    pub fn problems(&self) -> &[EnvironmentProblem] {
        &self.problems
    }

    /// What else was found, which may explain it: a variable that looks like a misspelled one.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }
}

/// One line for each problem and each notice.
impl fmt::Display for EnvironmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the environment does not say how tokens are to be verified:")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n- {problem}"))?;
        self.notices.iter().try_for_each(|notice| write!(f, "\n- note: {notice}"))
    }
}

/// As it is displayed: this is what a `main` that returns it prints.
impl fmt::Debug for EnvironmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for EnvironmentError {}

/// One thing that is missing or wrong in the environment.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum EnvironmentProblem {
    /// No variable says whose tokens are accepted.
    NothingSet,
    /// A variable that is needed is not set.
    Missing {
        /// Which one.
        variable: &'static str,
        /// What to give.
        about: &'static str,
        /// A value that it could have.
        example: &'static str,
    },
    /// A variable has a value that it cannot have.
    Invalid {
        /// Which one.
        variable: &'static str,
        /// The value, or the wrong part of it, cut and escaped for display. Empty where it may hold a secret.
        found: String,
        /// What to give.
        about: &'static str,
        /// A value that it could have.
        example: &'static str,
    },
    /// The value of a variable is not UTF-8.
    NotText {
        /// Which one.
        variable: &'static str,
    },
    /// JWT_PROVIDER names none that is known.
    UnknownProvider {
        /// What it names, cut and escaped for display.
        found: String,
        /// The one that may be meant.
        similar: Option<&'static str>,
    },
    /// Variables of several providers are set, and nothing says which one counts.
    SeveralProviders {
        /// The variables, each with the name of its provider.
        variables: Vec<(&'static str, &'static str)>,
    },
    /// Two variables for the same thing have different values.
    Different {
        /// The variables.
        variables: [&'static str; 2],
    },
    /// JWT_ALGORITHMS names algorithms with a shared secret beside others, or several with a secret.
    MixedAlgorithms,
    /// JWT_ALGORITHMS asks for a shared secret, and there is none.
    NoSecret {
        /// The variable to set.
        variable: &'static str,
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// JWT_ALGORITHMS asks for a shared secret, and a variable gives the address of public keys.
    SecretBesideKeys {
        /// The variable with the address.
        keys: &'static str,
    },
    /// There is a secret, and an issuer whose keys could be discovered; nothing says which one counts.
    SecretOrDiscovery {
        /// The variable with the secret.
        secret: &'static str,
    },
    /// There is a secret, and nothing says whose tokens are accepted.
    SecretAlone {
        /// The variable with the secret.
        secret: &'static str,
    },
    /// JWT_ISSUER names one issuer beside a provider that has one for each tenant: it would stand in for the list of the tenants.
    IssuerOfTenants {
        /// The variable with the tenants.
        variable: &'static str,
    },
    /// A secret cannot be used.
    Secret {
        /// The variable with the secret.
        variable: &'static str,
        /// Why not.
        error: SecretError,
    },
    /// The secret is a well-known default or example, a text that asks for a secret, or one character again and again. Whoever knows it
    /// can sign.
    PublishedSecret {
        /// The variable with the secret.
        variable: &'static str,
    },
    /// Something would be fetched over plain `http`.
    PlainHttp {
        /// The variable that leads there.
        variable: &'static str,
        /// The host, with the port if there is one.
        host: String,
        /// Whether ENVIRONMENT says that this is production, where loopback needs permission, too.
        is_production: bool,
    },
    /// An address is a URL, and not one that is fetched from.
    Address {
        /// The variable with the address.
        variable: &'static str,
        /// The address, cut and escaped for display, without a password and a query.
        found: String,
        /// Why not.
        reason: AddressError,
    },
    /// JWT_AUDIENCE is the audience of Better Auth's session cookies, which are no access tokens.
    SessionCookieAudience,
    /// Anything else that the issuer's setup finds wrong.
    Setup(SetupProblem),
}

impl EnvironmentProblem {
    /// One of the variables in the table of all providers is not set.
    pub(super) fn missing(variable: &'static str) -> Self {
        let (about, example) = described(variable);
        Self::Missing { variable, about, example }
    }

    /// One of the variables in the table of all providers has a value that it cannot have.
    pub(super) fn invalid(variable: &'static str, found: &str) -> Self {
        let (about, example) = described(variable);
        Self::Invalid { variable, found: shown(found), about, example }
    }
}

fn described(variable: &str) -> (&'static str, &'static str) {
    variables::known(variable).map_or(("a value", "…"), |variable| (variable.about, variable.example))
}

impl fmt::Display for EnvironmentProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NothingSet => f.write_str(NOTHING_SET),
            Self::Missing { variable, about, example } => {
                write!(f, "{variable} is not set: give {about}, for example {variable}={example}")
            }
            Self::Invalid { variable, found, about, example } if found.is_empty() => write!(
                f,
                "{variable} has a value that is not shown, as it may hold a secret: give {about}, for example {variable}={example}"
            ),
            Self::Invalid { variable, found, about, example } => {
                write!(f, "{variable} is \"{found}\": give {about}, for example {variable}={example}")
            }
            Self::NotText { variable } => write!(f, "{variable} is not UTF-8: write it again"),
            Self::UnknownProvider { found, similar: Some(similar) } => {
                write!(f, "JWT_PROVIDER is \"{found}\", which is not known: did you mean JWT_PROVIDER={similar}?")
            }
            Self::UnknownProvider { found, similar: None } => write!(
                f,
                "JWT_PROVIDER is \"{found}\", which is not known: `docs/providers.md` has the names; for any other issuer set \
                 JWT_PROVIDER=oidc, JWT_ISSUER and JWT_AUDIENCE"
            ),
            Self::SeveralProviders { variables } => {
                for (index, (variable, _)) in variables.iter().enumerate() {
                    write!(f, "{}{variable}", if index == 0 { "" } else { " and " })?;
                }
                f.write_str(" are of different issuers: say which one counts,")?;
                for (index, (_, provider)) in variables.iter().enumerate() {
                    write!(f, "{} JWT_PROVIDER={provider}", if index == 0 { "" } else { " or" })?;
                }
                Ok(())
            }
            Self::Different { variables: [one, other] } => {
                write!(f, "{one} and {other} say the same thing differently: leave out one of them")
            }
            Self::MixedAlgorithms => f.write_str(
                "JWT_ALGORITHMS mixes shared secrets and public keys, or has several for one secret: give one of HS256, HS384 and \
                 HS512 alone, or algorithms with public keys, for example JWT_ALGORITHMS=ES256,RS256",
            ),
            Self::NoSecret { variable, algorithm } => write!(
                f,
                "{variable} is not set, and JWT_ALGORITHMS asks for {algorithm}: give the secret that is shared with the issuer, or leave \
                 out JWT_ALGORITHMS to verify with the issuer's public keys"
            ),
            Self::SecretBesideKeys { keys } => write!(
                f,
                "{keys} gives the address of public keys, and JWT_ALGORITHMS asks for a shared secret: leave out {keys} to verify \
                 with the secret, or JWT_ALGORITHMS to verify with the keys"
            ),
            Self::SecretOrDiscovery { secret } => write!(
                f,
                "{secret} and JWT_ISSUER are both set, and both could verify: leave out {secret} to verify with the keys that the \
                 issuer publishes, or set JWT_ALGORITHMS=HS256 to verify with the secret"
            ),
            Self::SecretAlone { secret } => write!(
                f,
                "{secret} alone does not say whose tokens are accepted: set BETTER_AUTH_URL to verify with the keys that Better Auth \
                 publishes, which takes no secret, or JWT_ISSUER, JWT_AUDIENCE and JWT_ALGORITHMS=HS256 to verify with the secret"
            ),
            Self::IssuerOfTenants { variable } => write!(
                f,
                "JWT_ISSUER would stand in for the list of the tenants: leave it out, and name the tenants that are accepted in {variable}"
            ),
            Self::Secret { variable, error: SecretError::TooShort { algorithm, found, required } } => write!(
                f,
                "{variable} has {found} bytes, and {algorithm} needs at least {required}: a shorter one can be guessed. Make \
                 one with `openssl rand -base64 48`, and give it to the issuer as well"
            ),
            Self::Secret { variable, error } => write!(f, "{variable} cannot be used: {error}"),
            Self::PublishedSecret { variable } => write!(
                f,
                "{variable} is no secret: it is a well-known default or example, or can be guessed, and whoever knows it can \
                 sign. Make one with `openssl rand -base64 48`, and give it to the issuer as well"
            ),
            Self::PlainHttp { variable, host, is_production: true } => write!(
                f,
                "{variable} leads to {host} over plain http, and ENVIRONMENT says that this is production: use https, or, if the \
                 network between is yours, set JWT_DANGER_ALLOW_HTTP_HOSTS={host}"
            ),
            Self::PlainHttp { variable, host, is_production: false } => write!(
                f,
                "{variable} leads to {host} over plain http: use https, or, if the network between is yours, set \
                 JWT_DANGER_ALLOW_HTTP_HOSTS={host}"
            ),
            Self::Address { variable, found, reason } => {
                write!(f, "{variable} leads to \"{found}\", from which nothing is fetched: {reason}")
            }
            Self::SessionCookieAudience => f.write_str(
                "JWT_AUDIENCE is that of Better Auth's session cookies, which are not for an API and are always refused: send tokens \
                 of the jwt plugin (`/api/auth/token`), and leave out JWT_AUDIENCE",
            ),
            Self::Setup(problem) => problem.fmt(f),
        }
    }
}

const NOTHING_SET: &str = "\
nothing says whose tokens are accepted; set one of these lines (`examples/.env.example` has more):
    BETTER_AUTH_URL=https://app.example.com
    AUTH0_DOMAIN=acme.eu.auth0.com  AUTH0_AUDIENCE=https://api.example.com
    CLERK_DOMAIN=clerk.example.com  CLERK_AUTHORIZED_PARTIES=https://app.example.com
    JWT_ISSUER=https://id.example.com  JWT_AUDIENCE=https://api.example.com";
