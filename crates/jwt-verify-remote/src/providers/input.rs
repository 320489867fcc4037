//! What users write for a provider's address, forgiving where that is harmless: [`Input`].

use url::Url;

use super::Setting;
use crate::{RemoteIssuer, RemoteIssuerBuilder, SetupProblem};

/// Reads the arguments of a preset, and keeps what is wrong with them for [`RemoteIssuerBuilder::build`].
///
/// Where an argument is wrong, a placeholder stands in for it, so that the rest is checked as well. It cannot come into use: an
/// issuer with a problem is never built.
#[derive(Debug, Default)]
pub(super) struct Input {
    problems: Vec<SetupProblem>,
}

impl Input {
    /// The origin of a domain or a URL: `https://host`, without a slash. A path is refused.
    pub(super) fn origin(&mut self, setting: Setting, text: &str) -> String {
        match self.read(setting, text) {
            Some(url) if url.path() == "/" => origin_of(&url),
            Some(_) => self.invalid(setting, text, PLACEHOLDER_ORIGIN),
            None => PLACEHOLDER_ORIGIN.into(),
        }
    }

    /// A domain or a URL, with its path, without a slash at the end.
    pub(super) fn base_url(&mut self, setting: Setting, text: &str) -> String {
        match self.read(setting, text) {
            Some(url) => {
                let mut base = origin_of(&url);
                base.push_str(url.path().trim_end_matches('/'));
                base
            }
            None => PLACEHOLDER_ORIGIN.into(),
        }
    }

    /// The origin, and the address below which everything is: at `default_path`, unless the address has a path of its own.
    pub(super) fn origin_and_base(
        &mut self,
        setting: Setting,
        text: &str,
        default_path: &str,
    ) -> (String, String) {
        let Some(url) = self.read(setting, text) else {
            return (PLACEHOLDER_ORIGIN.into(), PLACEHOLDER_ORIGIN.into());
        };
        let origin = origin_of(&url);
        let path = match url.path().trim_end_matches('/') {
            "" => default_path,
            path => path,
        };
        let base = format!("{origin}{path}");
        (origin, base)
    }

    /// The exact text of an issuer that is a URL: checked, and not changed but for white space at its ends.
    pub(super) fn exact_url(&mut self, setting: Setting, text: &str) -> String {
        let text = text.trim();
        match self.read(setting, text) {
            Some(_) if text.starts_with("https://") || text.starts_with("http://") => text.into(),
            Some(_) => self.invalid(setting, text, PLACEHOLDER_ORIGIN),
            None => PLACEHOLDER_ORIGIN.into(),
        }
    }

    /// One segment of a path or one label of a host name, such as the ID of a project: letters, digits, `.`, `_` and `-`.
    ///
    /// Nothing else, so that no input leads to another host or another path.
    pub(super) fn word(&mut self, setting: Setting, text: &str) -> String {
        let word = text.trim();
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if word.is_empty() {
            self.missing(setting, PLACEHOLDER)
        } else if word.bytes().all(is_word) && word.bytes().any(|byte| byte != b'.') {
            word.into()
        } else {
            self.invalid(setting, text, PLACEHOLDER)
        }
    }

    /// Names or IDs, of which there must be one at least.
    pub(super) fn list(
        &mut self,
        setting: Setting,
        values: impl IntoIterator<Item = impl Into<String>>,
    ) -> Vec<String> {
        let values: Vec<String> = values.into_iter().map(|value| value.into().trim().to_owned()).collect();
        if values.is_empty() || values.iter().any(String::is_empty) {
            return vec![self.missing(setting, PLACEHOLDER)];
        }
        values
    }

    /// Takes down that a setting is wrong. Returns the placeholder.
    pub(super) fn invalid(&mut self, setting: Setting, found: &str, placeholder: &str) -> String {
        self.problems.push(SetupProblem::invalid(setting, found));
        placeholder.into()
    }

    fn missing(&mut self, setting: Setting, placeholder: &str) -> String {
        self.problems.push(SetupProblem::Missing { setting });
        placeholder.into()
    }

    /// The builder for an issuer with keys at a known address.
    pub(super) fn issuer(self, name: impl Into<String>, jwks_url: impl Into<String>) -> RemoteIssuerBuilder {
        RemoteIssuer::jwks(name, jwks_url).with_problems(self.problems)
    }

    /// The builder for an issuer that goes by several names, with keys at a known address.
    pub(super) fn issuer_with_names(
        self,
        names: impl IntoIterator<Item = String>,
        jwks_url: impl Into<String>,
    ) -> RemoteIssuerBuilder {
        let mut names = names.into_iter();
        let builder = self.issuer(names.next().unwrap_or_default(), jwks_url);
        names.fold(builder, RemoteIssuerBuilder::also_known_as)
    }

    /// The builder for an issuer whose metadata tell where its keys are.
    pub(super) fn discover(self, name: impl Into<String>) -> RemoteIssuerBuilder {
        RemoteIssuer::discover(name).with_problems(self.problems)
    }

    /// The builder for an issuer with a name for each tenant.
    pub(super) fn template(
        self,
        template: String,
        tenants: Vec<String>,
        jwks_url: String,
    ) -> RemoteIssuerBuilder {
        RemoteIssuerBuilder::template(template, tenants, jwks_url).with_problems(self.problems)
    }

    /// A URL with a host and nothing but a path, `https` unless it says otherwise. `None` after a problem was taken down.
    fn read(&mut self, setting: Setting, text: &str) -> Option<Url> {
        let text = text.trim();
        if text.is_empty() {
            self.missing(setting, "");
            return None;
        }
        let url =
            if text.contains("://") { Url::parse(text) } else { Url::parse(&format!("https://{text}")) };
        let plain = |url: &Url| {
            matches!(url.scheme(), "https" | "http")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        };
        let url = url.ok().filter(plain);
        if url.is_none() {
            self.invalid(setting, text, "");
        }
        url
    }
}

fn origin_of(url: &Url) -> String {
    // Scheme and host are given, so the origin is no opaque one.
    url.origin().ascii_serialization()
}

/// Reserved by RFC 6761 §6.4: no such host exists.
const PLACEHOLDER_ORIGIN: &str = "https://placeholder.invalid";
/// Stands in for a word.
pub(super) const PLACEHOLDER: &str = "placeholder";

#[cfg(test)]
mod tests {
    use super::*;

    const SETTING: Setting = Setting::base("the tenant's domain", "acme.example");

    fn read(read: impl FnOnce(&mut Input) -> String) -> Result<String, String> {
        let mut input = Input::default();
        let value = read(&mut input);
        match &*input.problems {
            [] => Ok(value),
            problems => Err(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")),
        }
    }

    #[test]
    fn a_domain_is_read_in_every_form_in_which_it_is_copied() {
        for text in [
            "acme.example",
            "https://acme.example",
            "https://acme.example/",
            " ACME.example ",
            "https://acme.example:443",
        ] {
            assert_eq!(
                read(|input| input.origin(SETTING, text)).as_deref(),
                Ok("https://acme.example"),
                "{text}"
            );
        }
        assert_eq!(
            read(|input| input.origin(SETTING, "http://localhost:3000")).as_deref(),
            Ok("http://localhost:3000")
        );
        assert_eq!(
            read(|input| input.base_url(SETTING, "id.example/auth//")).as_deref(),
            Ok("https://id.example/auth")
        );
    }

    #[test]
    fn what_is_no_domain_is_told_with_what_to_write() {
        let expected = |found: &str| {
            Err(format!("`base` is \"{found}\": give the tenant's domain, such as `acme.example`"))
        };
        for (text, found) in [
            ("acme.example/path", "acme.example/path"),
            ("ftp://acme.example", "ftp://acme.example"),
            // What follows may be a secret.
            ("https://acme.example?x=1", "https://acme.example"),
            ("https://acme.example#x", "https://acme.example"),
            ("a b", "a b"),
        ] {
            assert_eq!(read(|input| input.origin(SETTING, text)), expected(found), "{text}");
        }
        assert_eq!(
            read(|input| input.origin(SETTING, " ")),
            Err("`base` is empty: give the tenant's domain, such as `acme.example`".into())
        );
    }

    #[test]
    fn a_password_in_a_url_is_not_shown() {
        let problem = read(|input| input.origin(SETTING, "https://user:hunter2@acme.example")).unwrap_err();
        assert_eq!(problem, "`base` is \"acme.example\": give the tenant's domain, such as `acme.example`");
    }

    #[test]
    fn a_word_leads_to_no_other_host_or_path() {
        assert_eq!(read(|input| input.word(SETTING, "eu-west-1_Ab.9")).as_deref(), Ok("eu-west-1_Ab.9"));
        for text in ["a/b", "..", "a@b", "a?b", "a:1", "a%2f", "ä", "a b", "a#b"] {
            assert!(read(|input| input.word(SETTING, text)).is_err(), "{text}");
        }
    }

    #[test]
    fn an_exact_url_keeps_its_slash_and_needs_its_scheme() {
        assert_eq!(
            read(|input| input.exact_url(SETTING, "https://id.example/")).as_deref(),
            Ok("https://id.example/")
        );
        assert!(read(|input| input.exact_url(SETTING, "id.example")).is_err());
    }

    #[test]
    fn a_list_needs_a_value_and_no_empty_one() {
        let list = |values: &[&str]| read(|input| input.list(SETTING, values.iter().copied()).join(","));
        assert_eq!(list(&["a", " b"]).as_deref(), Ok("a,b"));
        assert!(list(&[]).is_err());
        assert!(list(&["a", ""]).is_err());
    }
}
