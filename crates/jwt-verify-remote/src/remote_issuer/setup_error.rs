//! What is wrong with a setup: told once, when an issuer is built.

use core::fmt;

use jwt_verify_core::BuildProblem;

use crate::{RemoteJwksProblem, providers::Setting};

/// Why a remote issuer could not be built: everything that is wrong, at once, each with what to write instead.
///
/// Displayed on one line if there is one problem, else on a line for each.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::providers;
///
/// let error = providers::auth0("").build().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "2 problems with the setup:\n\
///      - `base` is empty: give the tenant's domain, such as `acme.eu.auth0.com`\n\
///      - no audience: call `audience` with the value of `aud` that means this service, `instead_of_audience` where the issuer sets \
///      none, or `danger_any_audience`"
/// );
/// ```
#[derive(Clone, PartialEq)]
pub struct SetupError {
    problems: Vec<SetupProblem>,
}

impl SetupError {
    pub(crate) fn new(problems: Vec<SetupProblem>) -> Self {
        Self { problems }
    }

    /// What is wrong. Never empty.
    #[must_use]
    pub fn problems(&self) -> &[SetupProblem] {
        &self.problems
    }
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.problems {
            [problem] => problem.fmt(f),
            problems => {
                write!(f, "{} problems with the setup:", problems.len())?;
                problems.iter().try_for_each(|problem| write!(f, "\n- {problem}"))
            }
        }
    }
}

/// As it is displayed: this is what a `main` that returns it prints.
impl fmt::Debug for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for SetupError {}

/// One thing that is wrong with the setup of a remote issuer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum SetupProblem {
    /// A setting that the provider needs is not there, or is empty.
    Missing {
        /// Which one.
        setting: Setting,
    },
    /// A setting is not what the provider needs.
    Invalid {
        /// Which one.
        setting: Setting,
        /// What it is, cut and escaped for display, without a password and a query. Empty where nothing is left to show.
        found: String,
    },
    /// A setting that the provider does not have: perhaps a misspelled one, which must not be passed over.
    UnknownSetting {
        /// What was given, cut and escaped for display.
        found: String,
        /// What there is.
        known: Vec<&'static str>,
    },
    /// There is no preset of that name.
    UnknownProvider {
        /// What was given, cut and escaped for display.
        found: String,
        /// The preset that may have been meant.
        similar: Option<&'static str>,
    },
    /// One issuer's name was given for a provider that has one for each tenant: it would stand in for the list of the tenants.
    NameOfTenants {
        /// The name, cut and escaped for display.
        found: String,
    },
    /// How keys are to be fetched was said, but they were given, or are a secret.
    NoRemoteKeys,
    /// A rule for the tokens is missing or wrong.
    Rule(BuildProblem),
    /// The keys cannot be fetched as configured.
    Keys(RemoteJwksProblem),
}

impl SetupProblem {
    pub(crate) fn invalid(setting: Setting, found: &str) -> Self {
        Self::Invalid { setting, found: shown(found) }
    }

    /// One issuer's name in place of a template for tenants.
    pub(crate) fn name_of_tenants(found: &str) -> Self {
        Self::NameOfTenants { found: shown(found) }
    }
}

impl fmt::Display for SetupProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { setting } => {
                write!(f, "`{}` is empty: give {}, such as `{}`", setting.name(), setting.about(), setting.example())
            }
            Self::Invalid { setting, found } if found.is_empty() => write!(
                f,
                "`{}` has a value that is not shown, as it may hold a secret: give {}, such as `{}`",
                setting.name(),
                setting.about(),
                setting.example()
            ),
            Self::Invalid { setting, found } => write!(
                f,
                "`{}` is \"{found}\": give {}, such as `{}`",
                setting.name(),
                setting.about(),
                setting.example()
            ),
            Self::UnknownSetting { found, known } => {
                write!(f, "there is no setting \"{found}\": this provider has `{}`", known.join("`, `"))
            }
            Self::UnknownProvider { found, similar: Some(similar) } => {
                write!(f, "there is no provider \"{found}\": did you mean `{similar}`?")
            }
            Self::UnknownProvider { found, similar: None } => write!(
                f,
                "there is no provider \"{found}\": see `docs/providers.md`, or give the issuer and the address of its keys"
            ),
            Self::NameOfTenants { found } => write!(
                f,
                "the issuer's name \"{found}\" would stand in for the list of the tenants: leave it out, and name the tenants that are accepted"
            ),
            Self::NoRemoteKeys => {
                f.write_str("the keys are given, so there is nothing to fetch: leave out the settings for fetching (`keys`)")
            }
            Self::Rule(problem) => problem.fmt(f),
            Self::Keys(problem) => problem.fmt(f),
        }
    }
}

impl From<SetupProblem> for SetupError {
    fn from(problem: SetupProblem) -> Self {
        Self::new(vec![problem])
    }
}

/// For a message: cut, escaped, and without what could be a secret in an address, which are a password before a host, a query and a
/// fragment. Empty if an `@` stands behind the first `?` or `#`: then what is before may be the beginning of a password.
pub(crate) fn shown(text: &str) -> String {
    let (plain, rest) = text.find(['?', '#']).map_or((text, ""), |place| text.split_at(place));
    if rest.contains('@') {
        return String::new();
    }
    let text = plain.rsplit_once('@').map_or(plain, |(_, host)| host);
    let mut shown: String = text.chars().take(MAX_SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(MAX_SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

/// How much of what was given is shown, in characters.
const MAX_SHOWN: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_or_wild_value_is_cut_and_escaped() {
        assert_eq!(shown("a\u{1b}[31m\n"), "a\\u{1b}[31m\\n");
        assert_eq!(shown(&"x".repeat(81)), format!("{}…", "x".repeat(80)));
    }

    #[test]
    fn what_could_be_a_secret_in_an_address_is_not_shown() {
        for (address, expected) in [
            ("https://id.example/keys", "https://id.example/keys"),
            ("ftp://id.example/x?apikey=hunter2", "ftp://id.example/x"),
            ("https://ada:hunter2@id.example/#t=hunter3", "id.example/"),
            ("https://ada:hun/ter2@id.example/x", "id.example/x"),
            ("https://ada:hun@ter2@id.example", "id.example"),
            // What is before the `?` may be the beginning of a password.
            ("https://ada:hun?ter2@id.example", ""),
            ("https://a@hun#ter2@id.example", ""),
            ("https://id.example/x?hunter2@id.example", ""),
        ] {
            assert_eq!(shown(address), expected, "{address}");
        }
    }
}
