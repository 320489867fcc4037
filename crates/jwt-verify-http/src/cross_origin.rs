//! Whose page made the browser send a request.
//!
//! A browser adds cookies by itself, to whatever a page of any origin makes it send. A token out of a cookie is therefore no proof that
//! its user wanted the request; for what may change something, the request must not come from another origin's page. (A token in
//! `Authorization` needs no such rule: a page must have the token to put it there.)

use crate::authorization::trim;

/// What the fields of a request say about who initiated it.
#[derive(Clone, Debug)]
pub(crate) struct Initiator<'a> {
    needs_check: bool,
    site: Seen<'a>,
    origin: Seen<'a>,
    host: Seen<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen<'a> {
    Never,
    Once(&'a [u8]),
    /// With more than one value. No browser sends that, so it is never what is expected.
    Several,
}

impl<'a> Initiator<'a> {
    /// RFC 9110 §9.2.1: "Of the request methods defined by this specification, the GET, HEAD, OPTIONS, and TRACE methods are
    /// defined to be safe." No page can send TRACE, so nothing is lost by leaving it out. §9.1: "The method token is case-sensitive".
    pub(crate) fn new(method: &str) -> Self {
        let is_safe = matches!(method, "GET" | "HEAD" | "OPTIONS");
        Self { needs_check: !is_safe, site: Seen::Never, origin: Seen::Never, host: Seen::Never }
    }

    /// Takes note of a header field. `:authority` is what HTTP/2 has for `Host`; whoever has both may hand over both.
    pub(crate) fn note(&mut self, name: &str, value: &'a [u8]) {
        let value = trim(value);
        if name.eq_ignore_ascii_case("sec-fetch-site") {
            self.site.add(value);
        } else if name.eq_ignore_ascii_case("origin") {
            self.origin.add(value);
        } else if name.eq_ignore_ascii_case("host") || name == ":authority" {
            self.host.add_same(value);
        } else if name.eq_ignore_ascii_case("upgrade") {
            // A WebSocket starts with GET, and no other origin's page is kept from reading what comes then. RFC 6455 §10.2: "Servers
            // that are not intended to process input from any web page but only for certain sites SHOULD verify the |Origin| field is
            // an origin they expect."
            self.needs_check = true;
        }
    }

    /// Whether the request is harmless, or was not made by another origin's page.
    pub(crate) fn is_trusted(&self) -> bool {
        !self.needs_check || self.is_same_origin()
    }

    fn is_same_origin(&self) -> bool {
        // Fetch Metadata §2.3: it "exposes the relationship between a request initiator's origin and its target's origin", and no page
        // can set it. `none`: the user typed the address or took a bookmark. `same-site` is not enough: a page of another subdomain
        // is another origin. The specification would have us ignore values that we do not know; here they are refused.
        match self.site {
            Seen::Once(site) => return matches!(site, b"same-origin" | b"none"),
            Seen::Several => return false,
            // An old browser, or `http`, where browsers do not send it.
            Seen::Never => {}
        }
        match (self.origin, self.host) {
            // Browsers send `Origin` with every method but GET and HEAD, and with every WebSocket: this is no browser, and who
            // sent it has the cookie.
            (Seen::Never, _) => true,
            (Seen::Once(origin), Seen::Once(host)) => is_origin_at(origin, host),
            _ => false,
        }
    }
}

impl<'a> Seen<'a> {
    fn add(&mut self, value: &'a [u8]) {
        *self = match self {
            Self::Never => Self::Once(value),
            Self::Once(_) | Self::Several => Self::Several,
        };
    }

    fn add_same(&mut self, value: &'a [u8]) {
        match self {
            Self::Once(first) if first.eq_ignore_ascii_case(value) => {}
            _ => self.add(value),
        }
    }
}

/// Whether `origin` is `scheme "://" host [ ":" port ]` (RFC 6454 §6.2) with this very host and port.
///
/// RFC 6454 §7.3: "Whenever a user agent issues an HTTP request from a "privacy-sensitive" context, the user agent MUST send the value
/// "null" in the Origin header field." That is anybody's page, and has no host. The scheme is not compared: behind a proxy that ends
/// TLS, nobody here knows it.
fn is_origin_at(origin: &[u8], host: &[u8]) -> bool {
    let rest =
        [b"https://".as_slice(), b"http://"].into_iter().find_map(|scheme| origin.strip_prefix(scheme));
    rest.is_some_and(|rest| !rest.is_empty() && rest.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Fields = &'static [(&'static str, &'static str)];

    fn is_trusted(method: &str, fields: Fields) -> bool {
        let mut initiator = Initiator::new(method);
        for (name, value) in fields {
            initiator.note(name, value.as_bytes());
        }
        initiator.is_trusted()
    }

    #[test]
    fn what_another_origins_page_may_have_sent_is_not_trusted() {
        let cases: &[(Fields, bool)] = &[
            // What a browser says about the page.
            (&[("Sec-Fetch-Site", "same-origin")], true),
            (&[("Sec-Fetch-Site", "none")], true),
            (&[("Sec-Fetch-Site", "same-site")], false),
            (&[("Sec-Fetch-Site", "cross-site")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("Sec-Fetch-Site", " same-origin ")], true),
            // What no browser says.
            (&[("Sec-Fetch-Site", "")], false),
            (&[("Sec-Fetch-Site", "Same-Origin")], false),
            (&[("Sec-Fetch-Site", "same-origin, cross-site")], false),
            (&[("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "same-origin")], false),
            // It has the last word.
            (&[("Sec-Fetch-Site", "same-origin"), ("Origin", "null"), ("Host", "api.example")], true),
            (
                &[
                    ("Sec-Fetch-Site", "cross-site"),
                    ("Origin", "https://api.example"),
                    ("Host", "api.example"),
                ],
                false,
            ),
            (&[("Sec-Fetch-Site", "cross-site"), ("Host", "api.example")], false),
            // Without it: the origin at the host that was asked.
            (&[("Origin", "https://api.example"), ("Host", "api.example")], true),
            (&[("Host", "API.example"), ("origin", "http://api.example")], true),
            (&[("Origin", "http://localhost:3000"), ("Host", "localhost:3000")], true),
            (&[("Origin", "https://[::1]:8443"), ("Host", "[::1]:8443")], true),
            (&[("Origin", "https://api.example"), (":authority", "api.example")], true),
            (
                &[("Origin", "https://api.example"), (":authority", "api.example"), ("host", "api.example")],
                true,
            ),
            (
                &[("Origin", "https://api.example"), (":authority", "api.example"), ("host", "evil.example")],
                false,
            ),
            (&[("Origin", "http://localhost:3000"), ("Host", "localhost:8080")], false),
            (&[("Origin", "https://evil.example"), ("Host", "api.example")], false),
            (&[("Origin", "https://api.example.evil.example"), ("Host", "api.example")], false),
            (&[("Origin", "https://evil.example/api.example"), ("Host", "api.example")], false),
            (&[("Origin", "https://user@api.example"), ("Host", "api.example")], false),
            (&[("Origin", "api.example"), ("Host", "api.example")], false),
            (&[("Origin", "ftp://api.example"), ("Host", "api.example")], false),
            (&[("Origin", "null"), ("Host", "null")], false),
            (&[("Origin", "null"), ("Host", "api.example")], false),
            (&[("Origin", ""), ("Host", "")], false),
            (&[("Origin", "https://"), ("Host", "")], false),
            (&[("Origin", "https://api.example")], false),
            (&[("Origin", "https://api.example"), ("Host", "api.example"), ("Host", "b.example")], false),
            (
                &[
                    ("Origin", "https://api.example"),
                    ("Origin", "https://api.example"),
                    ("Host", "api.example"),
                ],
                false,
            ),
            // No browser.
            (&[("Host", "api.example")], true),
            (&[], true),
        ];
        for (fields, expected) in cases {
            assert_eq!(is_trusted("POST", fields), *expected, "{fields:?}");
        }
    }

    #[test]
    fn only_safe_methods_go_without_the_check_and_a_websocket_does_not() {
        let foreign: Fields = &[("Sec-Fetch-Site", "cross-site")];
        for method in ["GET", "HEAD", "OPTIONS"] {
            assert!(is_trusted(method, foreign), "{method}");
        }
        for method in ["POST", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE", "QUERY", "get", "Options", ""] {
            assert!(!is_trusted(method, foreign), "{method}");
        }
        assert!(!is_trusted(
            "GET",
            &[("Upgrade", "websocket"), ("Origin", "https://evil.example"), ("Host", "api.example")]
        ));
        assert!(is_trusted(
            "GET",
            &[("Upgrade", "websocket"), ("Origin", "https://api.example"), ("Host", "api.example")]
        ));
    }
}
