//! What a preset is called and what it needs: [`Preset`], [`Setting`].

use core::fmt;

use super::Settings;
use crate::RemoteIssuerBuilder;

/// One provider that is known by name: what it is, what it needs, where it is documented.
///
/// For programs that let a user choose by name. In a program of your own, call the provider's function.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::providers;
///
/// let auth0 = providers::by_name("auth0").unwrap();
/// let needed: Vec<_> = auth0.settings().iter().filter(|setting| setting.is_required()).map(|setting| setting.name()).collect();
/// assert_eq!(needed, ["base", "audience"]);
/// ```
#[derive(Clone, Copy)]
pub struct Preset {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) docs: &'static str,
    pub(super) settings: &'static [Setting],
    pub(super) build: fn(&Settings) -> RemoteIssuerBuilder,
}

impl Preset {
    /// Its name: lower-case letters, digits and `-`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What its tokens are, in one line.
    #[must_use]
    pub fn about(&self) -> &'static str {
        self.about
    }

    /// Where the provider documents its tokens.
    #[must_use]
    pub fn docs(&self) -> &'static str {
        self.docs
    }

    /// What must or may be said.
    #[must_use]
    pub fn settings(&self) -> &'static [Setting] {
        self.settings
    }
}

impl fmt::Debug for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Preset").field(&self.name).finish()
    }
}

/// One thing that a provider's preset must or may be told.
///
/// `base` and `audience` are what nearly every preset has: where the provider is, and whom tokens are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    name: &'static str,
    about: &'static str,
    example: &'static str,
    is_required: bool,
}

impl Setting {
    pub(super) const fn required(name: &'static str, about: &'static str, example: &'static str) -> Self {
        Self { name, about, example, is_required: true }
    }

    pub(super) const fn optional(name: &'static str, about: &'static str, example: &'static str) -> Self {
        Self { name, about, example, is_required: false }
    }

    /// Where the provider is.
    pub(super) const fn base(about: &'static str, example: &'static str) -> Self {
        Self::required("base", about, example)
    }

    /// Whom tokens are for.
    pub(super) const fn audience(about: &'static str, example: &'static str) -> Self {
        Self::required("audience", about, example)
    }

    /// Its name: lower-case letters and `_`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it is, to follow "give".
    #[must_use]
    pub fn about(&self) -> &'static str {
        self.about
    }

    /// A value that it could have.
    #[must_use]
    pub fn example(&self) -> &'static str {
        self.example
    }

    /// Whether the preset cannot do without.
    #[must_use]
    pub fn is_required(&self) -> bool {
        self.is_required
    }
}
