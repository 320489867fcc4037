//! Which addresses are fetched from.

use url::{Host, Origin, Url};

use crate::AddressError;

/// Says of an address whether keys or metadata may be fetched from it: before anything is asked for.
///
/// `https` always may. Plain `http` may where nobody is between (loopback hosts), and where the user has named the host.
#[derive(Clone, Debug, Default)]
pub(crate) struct AddressRules {
    http_hosts: Vec<HttpHost>,
}

/// A host, or one port of it, that may be reached over plain `http`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct HttpHost {
    host: Host<String>,
    /// `None` is any port.
    port: Option<u16>,
}

impl AddressRules {
    /// Rules that allow plain `http` to loopback and to these hosts, each `host` or `host:port`.
    pub(crate) fn new(http_hosts: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, AddressError> {
        let http_hosts = http_hosts.into_iter().map(|entry| HttpHost::parse(entry.as_ref()));
        Ok(Self { http_hosts: http_hosts.collect::<Result<_, _>>()? })
    }

    /// The address, if it is one to fetch from.
    pub(crate) fn check(&self, address: &str) -> Result<Url, AddressError> {
        if address.len() > MAX_ADDRESS_LEN {
            return Err(AddressError::TooLong { limit: MAX_ADDRESS_LEN });
        }
        let url = Url::parse(address).map_err(|_| AddressError::NotAUrl)?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(AddressError::Scheme);
        }
        // The URL standard's parser, which is the one that connections are made with, also reads what browsers forgive:
        // `https:host`, `https:\\host`, `https:///host`, blanks, line breaks. Those who wrote that meant something else.
        let (_, after_scheme) = address.split_once("://").ok_or(AddressError::NotAUrl)?;
        if after_scheme.starts_with('/')
            || address.contains(|c: char| c.is_ascii_control() || matches!(c, ' ' | '\\'))
        {
            return Err(AddressError::NotAUrl);
        }
        // RFC 9110 §4.2.4: "parse for userinfo and treat its presence as an error; it is likely being used to obscure the authority
        // for the sake of phishing attacks". Read in the text: of the one in `https://@host` nothing remains in `url`.
        let authority = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
        if authority.contains('@') || url.fragment().is_some() {
            return Err(AddressError::UserInfo);
        }
        if url.scheme() == "http" && !is_loopback(&url) && !self.allows_http_to(&url) {
            return Err(AddressError::PlainHttp { host: host_and_port(&url) });
        }
        Ok(url)
    }

    /// The origin of an address that is nothing but an origin: `https://keys.example`.
    pub(crate) fn check_origin(&self, address: &str) -> Result<Origin, AddressError> {
        let url = self.check(address)?;
        if url.path() != "/" || url.query().is_some() {
            return Err(AddressError::NotAnOrigin { origin: url.origin().ascii_serialization() });
        }
        Ok(url.origin())
    }

    /// A `jwks_uri` that the metadata of `issuer` gives, if it is one to fetch from.
    ///
    /// RFC 8414 says nothing about its origin. We ask for the issuer's own (scheme, host, port) or one that the user named, so that
    /// metadata cannot turn this client to other hosts.
    pub(crate) fn check_jwks_uri(
        &self,
        jwks_uri: &str,
        issuer: &Url,
        others: &[Origin],
    ) -> Result<Url, AddressError> {
        let url = self.check(jwks_uri)?;
        let origin = url.origin();
        if origin != issuer.origin() && !others.contains(&origin) {
            return Err(AddressError::Origin { origin: origin.ascii_serialization() });
        }
        // What was fetched under the protection of TLS does not lead out of it, not even to loopback.
        if url.scheme() == "http" && issuer.scheme() == "https" && !self.allows_http_to(&url) {
            return Err(AddressError::PlainHttp { host: host_and_port(&url) });
        }
        Ok(url)
    }

    fn allows_http_to(&self, url: &Url) -> bool {
        let port = url.port_or_known_default();
        self.http_hosts.iter().any(|allowed| {
            url.host().is_some_and(|host| allowed.host == host.to_owned())
                && (allowed.port.is_none() || allowed.port == port)
        })
    }
}

impl HttpHost {
    /// The URL parser reads it, so that both sides of the comparison are spelled in one way: case, IDN, IPv6.
    fn parse(entry: &str) -> Result<Self, AddressError> {
        let refuse = || AddressError::NotAHost { entry: entry.chars().take(MAX_SHOWN).collect::<String>() };
        let is_foreign = |c: char| c.is_whitespace() || c.is_control() || "/?#@\\*".contains(c);
        // An empty port would be any port: what is left of `frontend:$PORT` where the variable is not set.
        if entry.is_empty()
            || entry.len() > MAX_ADDRESS_LEN
            || entry.contains(is_foreign)
            || entry.ends_with(':')
        {
            return Err(refuse());
        }
        let read = |scheme| Url::parse(&format!("{scheme}://{entry}")).map_err(|_| refuse());
        let (http, https) = (read("http")?, read("https")?);
        Ok(Self {
            host: http.host().ok_or_else(refuse)?.to_owned(),
            // A scheme's own port is left out of a URL, so `host:80` has its port only in the other one.
            port: http.port().or(https.port()),
        })
    }
}

/// The address as it is shown and logged: a query may hold a secret.
pub(crate) fn without_query(address: &str) -> &str {
    address.split_once('?').map_or(address, |(before, _)| before)
}

/// Whether the host is this machine, by its name or its address.
///
/// RFC 6761 §6.3: "Users may assume that IPv4 and IPv6 address queries for localhost names will always resolve to the respective
/// IP loopback address." A name that only resolves there (`127.0.0.1.nip.io`) may resolve to another place tomorrow. Addresses are
/// those that the URL parser read, so `http://2130706433` is `127.0.0.1`, as it is for whoever connects.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_loopback_name(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        // `::1` alone: an embedded IPv4 address may be taken apart by one system and routed by another.
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// `localhost`, or a name below it, in lower case.
pub(crate) fn is_loopback_name(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Longest address, in bytes: 2,048. RFC 9110 §4.1 recommends that at least 8,000 be supported; a well-known address or a JWKS
/// URL has about a hundred.
const MAX_ADDRESS_LEN: usize = 2048;

/// As much of a wrong entry as an error repeats, in characters.
const MAX_SHOWN: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(http_hosts: &[&str]) -> AddressRules {
        AddressRules::new(http_hosts).unwrap()
    }

    fn plain(host: &str) -> Result<&str, AddressError> {
        Err(AddressError::PlainHttp { host: host.into() })
    }

    #[test]
    fn https_and_loopback_are_allowed_and_all_else_is_refused() {
        let rows = [
            // `https`, whatever the host.
            ("https://issuer.example", Ok("https://issuer.example/")),
            ("HTTPS://Issuer.Example/Path", Ok("https://issuer.example/Path")),
            ("https://issuer.example:8443/a?p=policy", Ok("https://issuer.example:8443/a?p=policy")),
            ("https://issuer.example.", Ok("https://issuer.example./")),
            ("https://bücher.example/", Ok("https://xn--bcher-kva.example/")),
            ("https://10.0.0.1/", Ok("https://10.0.0.1/")),
            ("https://[2001:db8::1]:444/", Ok("https://[2001:db8::1]:444/")),
            // Loopback over plain `http`.
            ("http://localhost:3000/jwks", Ok("http://localhost:3000/jwks")),
            ("http://LOCALHOST", Ok("http://localhost/")),
            ("http://auth.localhost", Ok("http://auth.localhost/")),
            ("http://127.0.0.1", Ok("http://127.0.0.1/")),
            ("http://127.255.255.254:1", Ok("http://127.255.255.254:1/")),
            ("http://[::1]:3000", Ok("http://[::1]:3000/")),
            // Loopback in another spelling: what is dialled is loopback.
            ("http://2130706433/", Ok("http://127.0.0.1/")),
            ("http://0x7f.1/", Ok("http://127.0.0.1/")),
            ("http://127.0.0.1./", Ok("http://127.0.0.1/")),
            // Looks like loopback.
            ("http://localhost.evil.example", plain("localhost.evil.example")),
            ("http://localhost。evil.example", plain("localhost.evil.example")),
            ("http://notlocalhost", plain("notlocalhost")),
            ("http://localhost.", plain("localhost.")),
            ("http://127.0.0.1.nip.io", plain("127.0.0.1.nip.io")),
            ("http://[::ffff:127.0.0.1]", plain("[::ffff:7f00:1]")),
            ("http://0.0.0.0", plain("0.0.0.0")),
            ("http://[::]:80", plain("[::]")),
            ("http://128.0.0.1:3000", plain("128.0.0.1:3000")),
            // Others over plain `http`.
            ("http://issuer.example:8080/x", plain("issuer.example:8080")),
            ("http://10.0.0.1", plain("10.0.0.1")),
            // User information and fragments.
            ("https://user@issuer.example", Err(AddressError::UserInfo)),
            ("https://user:secret@issuer.example", Err(AddressError::UserInfo)),
            ("https://@issuer.example", Err(AddressError::UserInfo)),
            ("https://issuer.example@evil.example/", Err(AddressError::UserInfo)),
            ("http://localhost@evil.example/", Err(AddressError::UserInfo)),
            ("https://issuer.example/@a", Ok("https://issuer.example/@a")),
            ("https://issuer.example/#", Err(AddressError::UserInfo)),
            ("https://issuer.example/#a", Err(AddressError::UserInfo)),
            // Other schemes.
            ("file:///etc/passwd", Err(AddressError::Scheme)),
            ("data:application/json,{}", Err(AddressError::Scheme)),
            ("ftp://issuer.example", Err(AddressError::Scheme)),
            ("localhost:3000", Err(AddressError::Scheme)),
            ("unix:/run/x", Err(AddressError::Scheme)),
            // No absolute URL, or not as one is written.
            ("", Err(AddressError::NotAUrl)),
            ("issuer.example", Err(AddressError::NotAUrl)),
            ("//issuer.example", Err(AddressError::NotAUrl)),
            ("/jwks", Err(AddressError::NotAUrl)),
            ("P2abcdef", Err(AddressError::NotAUrl)),
            ("https://", Err(AddressError::NotAUrl)),
            ("https:issuer.example", Err(AddressError::NotAUrl)),
            ("https:/issuer.example", Err(AddressError::NotAUrl)),
            ("https:///issuer.example", Err(AddressError::NotAUrl)),
            ("https:\\\\issuer.example", Err(AddressError::NotAUrl)),
            ("https://issuer.example\\@evil.example", Err(AddressError::NotAUrl)),
            (" https://issuer.example", Err(AddressError::NotAUrl)),
            ("https://issuer.example\n", Err(AddressError::NotAUrl)),
            ("https://issuer.exa\tmple", Err(AddressError::NotAUrl)),
            ("https://issuer.example:99999", Err(AddressError::NotAUrl)),
            ("https://256.256.256.256", Err(AddressError::NotAUrl)),
            ("https://[::1", Err(AddressError::NotAUrl)),
        ];
        for (address, expected) in rows {
            let checked = rules(&[]).check(address).map(String::from);
            assert_eq!(checked, expected.map(String::from), "{address}");
        }
    }

    #[test]
    fn an_address_of_the_longest_length_is_allowed_and_a_longer_one_refused() {
        let address = format!("https://issuer.example/{}", "a".repeat(MAX_ADDRESS_LEN - 23));
        assert_eq!(rules(&[]).check(&address).map(String::from), Ok(address.clone()));
        assert_eq!(rules(&[]).check(&(address + "a")), Err(AddressError::TooLong { limit: MAX_ADDRESS_LEN }));
    }

    #[test]
    fn plain_http_is_allowed_to_exactly_the_hosts_that_are_named() {
        let allowed = ["Frontend:3000", "auth.internal", "old.internal:80", "10.1.2.3", "[fd00::1]:8080"];
        let rows = [
            ("http://frontend:3000/jwks", None),
            ("http://FRONTEND:3000/jwks", None),
            ("http://frontend/", Some("frontend")),
            ("http://frontend:3001/", Some("frontend:3001")),
            ("http://frontend.:3000/", Some("frontend.:3000")),
            ("http://a.frontend:3000/", Some("a.frontend:3000")),
            ("http://auth.internal/", None),
            ("http://auth.internal:8080/", None),
            ("http://auth.internal.evil.example/", Some("auth.internal.evil.example")),
            ("http://old.internal/", None),
            ("http://old.internal:80/", None),
            ("http://old.internal:443/", Some("old.internal:443")),
            ("http://10.1.2.3:9000/", None),
            ("http://10.1.2.4/", Some("10.1.2.4")),
            ("http://[fd00::1]:8080/", None),
            ("http://[fd00:0:0::1]:8080/", None),
            ("http://[fd00::1]/", Some("[fd00::1]")),
        ];
        let rules = rules(&allowed);
        for (address, refused) in rows {
            let expected = refused.map(|host| AddressError::PlainHttp { host: host.into() });
            assert_eq!(rules.check(address).err(), expected, "{address}");
        }
    }

    #[test]
    fn what_is_no_host_cannot_be_allowed() {
        for entry in [
            "",
            "http://frontend:3000",
            "frontend/",
            "*.internal",
            "a@b",
            "a b",
            "frontend:",
            "frontend:99999",
            "[::1",
        ] {
            let refused = AddressRules::new([entry]).err();
            assert_eq!(refused, Some(AddressError::NotAHost { entry: entry.into() }), "{entry}");
        }
    }

    #[test]
    fn keys_come_from_the_issuers_origin_or_one_that_was_named() {
        let rules = rules(&["frontend:3000"]);
        let others: Vec<_> = ["https://keys.example", "http://frontend:3000", "http://localhost:1"]
            .map(|o| rules.check_origin(o).unwrap())
            .into();
        let origin = |origin: &str| Some(AddressError::Origin { origin: origin.into() });
        let rows = [
            ("https://issuer.example/a", "https://issuer.example/jwks", None),
            ("https://issuer.example/a", "https://ISSUER.example:443/jwks", None),
            ("https://issuer.example/a", "https://keys.example/jwks", None),
            (
                "https://issuer.example/a",
                "https://issuer.example:444/jwks",
                origin("https://issuer.example:444"),
            ),
            ("https://issuer.example/a", "https://a.issuer.example/", origin("https://a.issuer.example")),
            ("https://issuer.example/a", "https://issuer.example./", origin("https://issuer.example.")),
            ("https://issuer.example/a", "https://169.254.169.254/", origin("https://169.254.169.254")),
            ("https://issuer.example/a", "/jwks", Some(AddressError::NotAUrl)),
            // Out of TLS: only where the host is allowed by name. A loopback origin that was named is not enough.
            (
                "https://issuer.example/a",
                "http://issuer.example/jwks",
                Some(AddressError::PlainHttp { host: "issuer.example".into() }),
            ),
            ("https://issuer.example/a", "http://frontend:3000/jwks", None),
            (
                "https://issuer.example/a",
                "http://localhost:1/jwks",
                Some(AddressError::PlainHttp { host: "localhost:1".into() }),
            ),
            ("https://issuer.example/a", "http://localhost:2/jwks", origin("http://localhost:2")),
            // An issuer on loopback.
            ("http://localhost:3000", "http://localhost:3000/jwks", None),
            ("http://localhost:3000", "http://127.0.0.1:3000/jwks", origin("http://127.0.0.1:3000")),
            ("http://localhost:3000", "https://localhost:3000/jwks", origin("https://localhost:3000")),
        ];
        for (issuer, jwks_uri, refused) in rows {
            let issuer = rules.check(issuer).unwrap();
            assert_eq!(
                rules.check_jwks_uri(jwks_uri, &issuer, &others).err(),
                refused,
                "{issuer} {jwks_uri}"
            );
        }
    }

    #[test]
    fn an_origin_has_no_path() {
        for (origin, refused) in [
            ("https://keys.example", None),
            ("https://keys.example/", None),
            (
                "https://keys.example/jwks",
                Some(AddressError::NotAnOrigin { origin: "https://keys.example".into() }),
            ),
            (
                "https://keys.example/?a",
                Some(AddressError::NotAnOrigin { origin: "https://keys.example".into() }),
            ),
            ("keys.example", Some(AddressError::NotAUrl)),
        ] {
            assert_eq!(rules(&[]).check_origin(origin).err(), refused, "{origin}");
        }
    }
}
