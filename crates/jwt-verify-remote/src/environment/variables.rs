//! The variables that are read, and which of them are set.

use std::{collections::BTreeMap, ffi::OsString};

use super::{providers::PROVIDERS, surroundings::SIGNS_OF_PRODUCTION};

/// One variable that is not a provider's own.
#[derive(Debug)]
pub(super) struct Variable {
    pub(super) name: &'static str,
    /// What it is, to follow "give".
    pub(super) about: &'static str,
    pub(super) example: &'static str,
}

/// Those that are not a provider's own. `docs/configuration.md` and `examples/.env.example` have them all.
pub(super) const VARIABLES: [Variable; 14] = [
    variable("JWT_PROVIDER", "the name of a provider, or `oidc` for any issuer", "auth0"),
    variable("JWT_ISSUER", "the exact text of the tokens' `iss`", "https://id.example.com"),
    variable(
        "JWT_AUDIENCE",
        "the value of the tokens' `aud` that means this service, or several, separated by commas",
        "https://api.example.com",
    ),
    variable("JWT_JWKS_URL", "the address of the issuer's JWK Set", "https://id.example.com/jwks.json"),
    variable("JWKS_URL", "the address of the issuer's JWK Set", "https://id.example.com/jwks.json"),
    variable(
        "JWT_ALGORITHMS",
        "the algorithms that the issuer signs with, by their exact names, separated by commas",
        "ES256,RS256",
    ),
    variable("JWT_LEEWAY_SECONDS", "whole seconds from 0 to 300", "60"),
    variable("JWT_USER_ID_CLAIM", "the claim that names the user, or several, separated by commas", "sub"),
    variable("JWT_SECRET", "the secret that is shared with the issuer", "<openssl rand -base64 48>"),
    variable(
        "JWT_DANGER_ALLOW_HTTP_HOSTS",
        "hosts that may be reached over plain http, each as `host` or `host:port`, separated by commas",
        "frontend:3000",
    ),
    variable(
        "BETTER_AUTH_JWKS_URL",
        "the address of Better Auth's keys",
        "https://app.example.com/api/auth/jwks",
    ),
    variable("BETTER_AUTH_SECRET", "the secret of Better Auth", "<openssl rand -base64 48>"),
    variable("ENVIRONMENT", "`production`, `development` or `test`", "production"),
    variable("NODE_ENV", "`production`, if it is that", "production"),
];

const fn variable(name: &'static str, about: &'static str, example: &'static str) -> Variable {
    Variable { name, about, example }
}

/// The table's row for a variable.
pub(super) fn known(name: &str) -> Option<&'static Variable> {
    VARIABLES.iter().find(|variable| variable.name == name)
}

/// The name of every variable that is read for its value.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let of_providers = PROVIDERS.iter().flat_map(|provider| provider.variables()).map(|(_, name)| name);
    VARIABLES.iter().map(|variable| variable.name).chain(of_providers)
}

/// The variables that are set and of interest. Holds secrets, so there is no `Debug`.
pub(super) struct Variables {
    /// `None` where the value is no text.
    values: BTreeMap<String, Option<String>>,
}

impl Variables {
    pub(super) fn new(all: impl IntoIterator<Item = (impl Into<OsString>, impl Into<OsString>)>) -> Self {
        let mut values = BTreeMap::new();
        for (name, value) in all {
            // No variable of ours has a name that is no text.
            let Ok(name) = name.into().into_string() else { continue };
            let is_ours = names().chain(SIGNS_OF_PRODUCTION).any(|known| known == name);
            if is_ours || names().any(|known| is_similar(&name, known)) {
                values.insert(name, value.into().into_string().ok());
            }
        }
        Self { values }
    }

    /// The value, without white space at its ends. An empty one counts as not set: that is what `NAME=` in a file of variables means.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.exact(name).map(str::trim)
    }

    /// The value as it is, for secrets.
    pub(super) fn exact(&self, name: &str) -> Option<&str> {
        self.values.get(name)?.as_deref().filter(|value| !value.trim().is_empty())
    }

    pub(super) fn is_set(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// The parts of a value that is separated by commas, without the empty ones.
    pub(super) fn list(&self, name: &str) -> Vec<&str> {
        let text = self.text(name).unwrap_or_default();
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect()
    }

    /// Lists that are set and have no part, such as `,`: what is left of them says nothing, and not "nothing is set".
    pub(super) fn lists_of_nothing(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let is_empty = |name: &&str| self.list(name).is_empty();
        LISTS.into_iter().filter(is_empty).filter_map(|name| self.text(name).map(|text| (name, text)))
    }

    /// Those of ours whose value is not UTF-8.
    pub(super) fn not_text(&self) -> impl Iterator<Item = &'static str> {
        names().filter(|name| self.values.get(*name).is_some_and(Option::is_none))
    }

    /// Variables that look like one of ours which is not set, with that one.
    pub(super) fn misspelled(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.values
            .keys()
            .filter(|name| !names().chain(SIGNS_OF_PRODUCTION).chain(OF_OTHERS).any(|known| known == *name))
            .filter_map(|name| {
                let similar = names().filter(|known| !self.is_set(known) && is_similar(name, known));
                let closest = similar.min_by_key(|known| distance(&name.to_ascii_uppercase(), known))?;
                Some((name.as_str(), closest))
            })
    }
}

/// Whether one may be meant by the other, in upper or lower case: two letters off, or, where it begins as ours alone do, cut short or
/// drawn out (`JWT_ISS`, `JWT_ALGS`, `JWT_SECRET_KEY`).
fn is_similar(name: &str, known: &str) -> bool {
    // The first letter is seldom wrong, and a short name is soon two letters away from another.
    let begins_alike = name.as_bytes().first().map(u8::to_ascii_uppercase) == known.bytes().next();
    if !begins_alike || name.len() < SHORTEST_NAME {
        return false;
    }
    let name = name.to_ascii_uppercase();
    (name.len().abs_diff(known.len()) <= 2 && distance(&name, known) <= 2)
        || is_cut_or_drawn_out(&name, known)
}

/// Whether a variable `JWT_…` or `JWK…` is a longer name than the one that is known, or a shorter one that begins like it.
fn is_cut_or_drawn_out(name: &str, known: &str) -> bool {
    let is_ours = name.starts_with("JWT_") || name.starts_with("JWK");
    let same = name.bytes().zip(known.bytes()).take_while(|(a, b)| a == b).count();
    let mut letters = known.bytes();
    let is_shorter = same >= "JWT_ISS".len() && name.bytes().all(|byte| letters.any(|letter| letter == byte));
    is_ours && (is_shorter || name.starts_with(known))
}

/// How many letters must be put in, left out or changed to make one of the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, a) in one.bytes().enumerate() {
        let mut diagonal = index;
        let mut left = index.saturating_add(1);
        let mut next = vec![left];
        for (above, b) in row.iter().skip(1).zip(other.bytes()) {
            let changed = diagonal.saturating_add(usize::from(a != b));
            left = changed.min(left.saturating_add(1)).min(above.saturating_add(1));
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// Values that are separated by commas, and without which something else counts.
const LISTS: [&str; 4] =
    ["JWT_AUDIENCE", "JWT_ALGORITHMS", "JWT_USER_ID_CLAIM", "JWT_DANGER_ALLOW_HTTP_HOSTS"];

/// Variables that resemble ours, and that other programs read.
const OF_OTHERS: [&str; 1] = ["BETTER_AUTH_SECRETS"];

/// As short as a name may be to be taken for a misspelled one, in bytes.
const SHORTEST_NAME: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_differ_are_counted() {
        for (one, other, expected) in [
            ("", "", 0),
            ("JWT_ISSUER", "JWT_ISSUER", 0),
            ("JWT_ISUER", "JWT_ISSUER", 1),
            ("JWT_ISSEUR", "JWT_ISSUER", 2),
            ("JWKS_URI", "JWKS_URL", 1),
            ("", "abc", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
            assert_eq!(distance(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn a_misspelled_variable_is_told_with_the_one_that_is_not_set() {
        for (name, expected) in [
            ("JWT_ISUER", Some("JWT_ISSUER")),
            ("JWT_ISS", Some("JWT_ISSUER")),
            ("JWT_AUDIENCES", Some("JWT_AUDIENCE")),
            ("JWT_ALGORITHM", Some("JWT_ALGORITHMS")),
            ("JWT_LEEWAY", Some("JWT_LEEWAY_SECONDS")),
            ("JWT_SECRET_KEY", Some("JWT_SECRET")),
            ("JWKS_URI", Some("JWKS_URL")),
            ("JWT_DANGER_ALLOW_HTTP_HOST", Some("JWT_DANGER_ALLOW_HTTP_HOSTS")),
            ("JWT_ALGS", Some("JWT_ALGORITHMS")),
            ("jwt_audience", Some("JWT_AUDIENCE")),
            ("BETTER_AUTH_PLUGINS", Some("BETTER_AUTH_PLUGIN")),
            ("BETTER_AUTH_JWKS_URI", Some("BETTER_AUTH_JWKS_URL")),
            ("ENVIROMENT", Some("ENVIRONMENT")),
            ("CLOUDFLARE_ACCESS_CALLER", Some("CLOUDFLARE_ACCESS_CALLERS")),
            ("ENTRA_TOKEN_VERSIONS", Some("ENTRA_TOKEN_VERSION")),
            ("KEYCLOAK_CLIENTS", Some("KEYCLOAK_CLIENT")),
            // What other programs read, and what clusters set for a service of that name.
            ("BETTER_AUTH_SECRETS", None),
            ("KEYCLOAK_PORT", None),
            ("KANIDM_SERVICE_HOST", None),
            ("SUPABASE_ANON_KEY", None),
            ("GOOGLE_CLIENT_SECRET", None),
            ("AWS_REGION", None),
            ("NODE_OPTIONS", None),
            ("HOSTNAME", None),
            ("JWT_COOKIE_NAME", None),
            ("JWT_EXPIRES_IN", None),
            ("DATABASE_URL", None),
        ] {
            let variables = Variables::new([(name, "x")]);
            let found: Vec<_> = variables.misspelled().collect();
            assert_eq!(found, expected.map(|known| (name, known)).into_iter().collect::<Vec<_>>(), "{name}");
        }
        // It is set: the other one is somebody else's.
        let variables = Variables::new([("JWT_SECRET_KEY", "x"), ("JWT_SECRET", "x")]);
        assert_eq!(variables.misspelled().next(), None);
    }

    #[test]
    fn an_empty_value_is_none_and_a_list_has_no_empty_parts() {
        let variables = Variables::new([("JWT_ISSUER", "  "), ("JWT_AUDIENCE", " a, ,b,")]);
        assert_eq!(variables.text("JWT_ISSUER"), None);
        assert_eq!(variables.list("JWT_AUDIENCE"), ["a", "b"]);
        assert_eq!(variables.list("JWT_ALGORITHMS"), [""; 0]);
    }
}
