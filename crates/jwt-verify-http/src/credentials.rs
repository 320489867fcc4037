//! Where a request's token may be, and that there is exactly one.

mod error;
#[cfg(test)]
mod tests;

pub use self::error::CredentialsError;
use crate::{
    Reason,
    authorization::{self, b64token, is_token_character, trim},
    cookie,
    cross_origin::Initiator,
};

/// Where a token is looked for: in `Authorization` alone, unless more is named.
///
/// RFC 6750 §5.3: "Implementations MUST NOT store bearer tokens within cookies that can be sent in the clear", and "Bearer tokens
/// SHOULD NOT be passed in page URLs". So other fields and cookies are read only by name, and a query never.
#[derive(Clone, Debug)]
pub(crate) struct Sources {
    authorization: bool,
    headers: Vec<Box<str>>,
    cookies: Vec<Box<str>>,
}

/// One of the places. Fields and cookies by the names that were given to [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source<'s> {
    Authorization,
    Header(&'s str),
    Cookie(&'s str),
}

impl Sources {
    /// Reads this field too. Its whole value is the token, without a scheme.
    ///
    /// A name that is no field name matches nothing: it is left out, and one line in the log says so. Whoever misspells it locks
    /// everybody out, and nobody in.
    pub(crate) fn add_header(&mut self, name: &str) {
        add("header field", name, &mut self.headers, |known| known.eq_ignore_ascii_case(name));
    }

    /// Reads this cookie too. Its name is compared exactly.
    ///
    /// A name that no cookie can have is treated as in [`add_header`](Self::add_header).
    pub(crate) fn add_cookie(&mut self, name: &str) {
        add("cookie", name, &mut self.cookies, |known| known == name);
    }

    /// Leaves only what has been named.
    pub(crate) fn without_authorization(&mut self) {
        self.authorization = false;
    }

    /// The one token of a request, or `None` if there is none. `fields` are all of its header fields, in order.
    ///
    /// A source that is empty, or an `Authorization` of another scheme, has no token; but it is there, so the same source a second
    /// time is refused even then. A cookie that a site has emptied to log its user out is thus no error.
    ///
    /// # Errors
    ///
    /// [`Reason::MalformedCredentials`]; and [`Reason::CrossOrigin`] for a token out of a cookie that another origin's page may have
    /// made the browser send.
    pub(crate) fn find<'a>(
        &self,
        method: &str,
        fields: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Option<&'a str>, Reason> {
        let mut found = Found::default();
        let mut initiator = Initiator::new(method);
        for (name, value) in fields {
            // `eq_ignore_ascii_case` compares the lengths first. RFC 9110 §5.1: "Field names are case-insensitive".
            if self.authorization && name.eq_ignore_ascii_case("authorization") {
                found.add(Source::Authorization, || authorization::bearer(value))?;
            } else if let Some(header) = self.headers.iter().find(|header| header.eq_ignore_ascii_case(name))
            {
                found.add(Source::Header(header), || alone(trim(value)))?;
            }
            if self.cookies.is_empty() {
                continue;
            }
            if !name.eq_ignore_ascii_case("cookie") {
                initiator.note(name, value);
                continue;
            }
            for (name, value) in cookie::pairs(value) {
                if let Some(cookie) = self.cookies.iter().find(|cookie| cookie.as_bytes() == name) {
                    found.add(Source::Cookie(cookie), || alone(cookie::unquoted(value)))?;
                }
            }
        }
        match found.token {
            Some((Source::Cookie(_), _)) if !initiator.is_trusted() => Err(Reason::CrossOrigin),
            token => Ok(token.map(|(_, token)| token)),
        }
    }
}

impl Default for Sources {
    fn default() -> Self {
        Self { authorization: true, headers: Vec::new(), cookies: Vec::new() }
    }
}

/// What has been seen of a request.
#[derive(Default)]
struct Found<'s, 'a> {
    token: Option<(Source<'s>, &'a str)>,
    /// Sources that were there without a token. Allocates in that rare case only.
    without: Vec<Source<'s>>,
}

impl<'s, 'a> Found<'s, 'a> {
    /// Which of two would the proxy have read, and which would the next service? So two are refused, even if they are equal.
    ///
    /// RFC 6750 §2: "Clients MUST NOT use more than one method to transmit the token in each request."
    fn add(
        &mut self,
        source: Source<'s>,
        read: impl FnOnce() -> Result<Option<&'a str>, CredentialsError>,
    ) -> Result<(), Reason> {
        let is_same = |(other, _): &(Source<'_>, &str)| *other == source;
        if self.token.as_ref().is_some_and(is_same) || self.without.contains(&source) {
            return Err(Reason::MalformedCredentials(match source {
                Source::Authorization | Source::Header(_) => CredentialsError::RepeatedField,
                Source::Cookie(_) => CredentialsError::RepeatedCookie,
            }));
        }
        match read().map_err(Reason::MalformedCredentials)? {
            None => self.without.push(source),
            Some(_) if self.token.is_some() => {
                return Err(Reason::MalformedCredentials(CredentialsError::TwoCredentials));
            }
            Some(token) => self.token = Some((source, token)),
        }
        Ok(())
    }
}

/// The token that a field or a cookie consists of.
fn alone(value: &[u8]) -> Result<Option<&str>, CredentialsError> {
    if value.is_empty() { Ok(None) } else { b64token(value).map(Some) }
}

/// RFC 9110 §5.1 and RFC 6265 §4.1.1: the name of a field and that of a cookie are tokens.
fn add(kind: &str, name: &str, names: &mut Vec<Box<str>>, is_known: impl Fn(&str) -> bool) {
    if name.is_empty() || !name.bytes().all(is_token_character) {
        tracing::error!(
            "no {kind} can be named {name:?}, so no token is read from it: its name must be an RFC 9110 token"
        );
    } else if !names.iter().any(|known| is_known(known)) {
        names.push(name.into());
    }
}
