//! What a preset is told by name: [`Settings`].

/// What a preset that is chosen by name is told: from a command line, from the environment.
///
/// Which settings there are, [`Preset::settings`](super::Preset::settings) tells. Values are taken without white space at either end, and
/// empty ones are taken for absent. No setting is a secret.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::providers::{self, Settings};
///
/// let settings = Settings::new().base("eu-west-1_Ab1Cd2Ef3").audience("client-1").set("tokens", "access");
/// let cognito = providers::from_settings("cognito", &settings)?;
/// assert_eq!(cognito.name(), "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3");
/// # Ok::<(), jwt_verify_remote::SetupError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// In the order in which they were given.
    values: Vec<(String, String)>,
}

impl Settings {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the provider is: a domain, a URL, or the ID of a project, as the preset says.
    #[must_use]
    pub fn base(self, base: impl Into<String>) -> Self {
        self.set("base", base)
    }

    /// A value of `aud` that means this service, or what stands in for it, as the preset says. May be called more than once.
    #[must_use]
    pub fn audience(self, audience: impl Into<String>) -> Self {
        self.set("audience", audience)
    }

    /// Any setting by its name. What is set more than once is a list; where one value is needed, the last is taken.
    #[must_use]
    pub fn set(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.push((name.into(), value.into()));
        self
    }

    /// The names of all that were set.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(name, _)| name.as_str())
    }

    /// The values of one that are not empty.
    pub(super) fn list<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s str> {
        self.values
            .iter()
            .filter(move |(set, _)| set == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The last value of one, or the empty text.
    pub(super) fn text<'s>(&'s self, name: &'s str) -> &'s str {
        self.list(name).last().unwrap_or_default()
    }
}
