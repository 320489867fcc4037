//! The settings of an [`HttpClient`], collected and checked.

use core::{fmt, time::Duration};

use jwt_verify_core::OtherError;
use reqwest::{
    Certificate, Client, ClientBuilder, Proxy,
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect::Policy,
};
use url::Url;

use super::{HttpClient, NoAuthorities, public_resolver::Resolver};

/// Collects the settings of an [`HttpClient`]. Made by [`HttpClient::builder`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct HttpClientBuilder {
    root_certificates: Vec<Vec<u8>>,
    only_root_certificates: bool,
    proxy: ProxyRule,
    headers: Vec<(String, String)>,
    user_agent: String,
    connect_timeout: Duration,
    public_addresses_only: bool,
}

/// Which proxy is asked.
enum ProxyRule {
    Environment,
    Given(String),
    None,
}

impl HttpClientBuilder {
    pub(super) fn new() -> Self {
        Self {
            root_certificates: Vec::new(),
            only_root_certificates: false,
            proxy: ProxyRule::Environment,
            headers: Vec::new(),
            user_agent: USER_AGENT.to_owned(),
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            public_addresses_only: false,
        }
    }

    /// Trusts these certificate authorities beside the system's: the content of a PEM file with one or more certificates. May be called
    /// more than once.
    pub fn root_certificate_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Trusts none but the authorities given with [`root_certificate_pem`](Self::root_certificate_pem).
    pub fn only_root_certificates(mut self) -> Self {
        self.only_root_certificates = true;
        self
    }

    /// Sends everything but plain `http` to this machine through this proxy, whatever the environment says: an `http` or `https` URL,
    /// which may have a user name and a password. Replaces a rule given before, as [`no_proxy`](Self::no_proxy) does.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = ProxyRule::Given(url.into());
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = ProxyRule::None;
        self
    }

    /// A header field to send with each request, such as an API key. May be called more than once.
    ///
    /// The value is taken for a secret, and never shown.
    ///
    /// # Security
    ///
    /// Every address that this client is used for gets it: that of the keys, and with discovery that of the metadata. Use one client
    /// per issuer.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// How the client names itself; the default is `jwt-verify/` and the version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// The longest time for name, connection and TLS together; the default is 2 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Refuses to connect to addresses that are not the public internet's: loopback, private, link-local, carriers' shared
    /// ones, metadata services of clouds, multicast, documentation, and IPv6 addresses that embed one of these.
    ///
    /// For issuers that tenants name (server-side request forgery). Checked where the connection is made, after the name was
    /// resolved. Proxies of the environment are then not used, and one that is given is refused when the client is built: a proxy
    /// resolves names itself, and connects where we cannot see.
    pub fn public_addresses_only(mut self) -> Self {
        self.public_addresses_only = true;
        self
    }

    /// Checks the settings and makes the client.
    ///
    /// # Errors
    ///
    /// [`HttpClientError`], the first that is found. That the system has no certificate authorities is none: it is
    /// told when an `https` address is fetched.
    pub fn build(self) -> Result<HttpClient, HttpClientError> {
        let certificates = self.checked_certificates()?;
        let headers = self.checked_headers()?;
        let user_agent = HeaderValue::from_str(&self.user_agent).map_err(|_| HttpClientError::UserAgent)?;
        let proxy = self.checked_proxy()?;

        let client = || {
            let client = Client::builder()
                .default_headers(headers.clone())
                .user_agent(user_agent.clone())
                .connect_timeout(self.connect_timeout)
                .dns_resolver(Resolver { public_addresses_only: self.public_addresses_only })
                .redirect(Policy::none())
                .referer(false)
                // A connection belongs to the runtime that it was made in, and is not wanted again for minutes.
                .pool_max_idle_per_host(0);
            match (&proxy, &self.proxy, self.public_addresses_only) {
                (Some(proxy), _, _) => client.no_proxy().proxy(proxy.clone()),
                (None, ProxyRule::Environment, false) => client,
                (None, ..) => client.no_proxy(),
            }
        };
        // No authorities, and nothing to load.
        let plain =
            |client: ClientBuilder| client.tls_certs_only([]).build().map_err(HttpClientError::client);

        let secure = match (certificates.is_empty(), self.only_root_certificates) {
            (true, true) => return Err(HttpClientError::NoRootCertificate),
            (true, false) => client().build().map_err(|_| NoAuthorities),
            (false, true) => Ok(client()
                .tls_certs_only(certificates)
                .build()
                .map_err(HttpClientError::root_certificate)?),
            (false, false) => Ok(client()
                .tls_certs_merge(certificates)
                .build()
                .map_err(HttpClientError::root_certificate)?),
        };
        Ok(HttpClient {
            secure,
            plain: plain(client())?,
            loopback: plain(client().no_proxy())?,
            connect_timeout: self.connect_timeout,
            public_addresses_only: self.public_addresses_only,
        })
    }

    fn checked_certificates(&self) -> Result<Vec<Certificate>, HttpClientError> {
        let mut certificates = Vec::new();
        for pem in &self.root_certificates {
            let found = Certificate::from_pem_bundle(pem).map_err(HttpClientError::root_certificate)?;
            if found.is_empty() {
                return Err(HttpClientError::NoRootCertificate);
            }
            certificates.extend(found);
        }
        Ok(certificates)
    }

    fn checked_headers(&self) -> Result<HeaderMap, HttpClientError> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let refuse = || HttpClientError::Header { name: name.clone() };
            let name = HeaderName::try_from(name).map_err(|_| refuse())?;
            if OUR_HEADERS.contains(&name.as_str()) {
                return Err(HttpClientError::OurHeader { name: name.to_string() });
            }
            let mut value = HeaderValue::try_from(value).map_err(|_| refuse())?;
            value.set_sensitive(true);
            headers.append(name, value);
        }
        Ok(headers)
    }

    fn checked_proxy(&self) -> Result<Option<Proxy>, HttpClientError> {
        let ProxyRule::Given(url) = &self.proxy else {
            return Ok(None);
        };
        if self.public_addresses_only {
            return Err(HttpClientError::ProxyBesidePublicAddressesOnly);
        }
        // The text is repeated in no error: it may hold a password.
        let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let proxy = url.and_then(|url| Proxy::all(url).ok());
        proxy.ok_or(HttpClientError::Proxy).map(Some)
    }
}

impl fmt::Debug for HttpClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values of headers and the proxy's address may be secrets.
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("HttpClientBuilder")
            .field("headers", &headers)
            .field("user_agent", &self.user_agent)
            .field("connect_timeout", &self.connect_timeout)
            .field("public_addresses_only", &self.public_addresses_only)
            .finish_non_exhaustive()
    }
}

/// Why an [`HttpClient`] cannot be made. Repeats no secret.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::{HttpClient, HttpClientError};
///
/// let refused = HttpClient::builder().proxy("proxy:3128").build();
/// assert_eq!(refused.unwrap_err(), HttpClientError::Proxy);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum HttpClientError {
    /// A certificate that was given cannot be read, or is no authority's.
    RootCertificate(OtherError),
    /// There is no certificate in what was given, or nothing was given where nothing else is trusted.
    NoRootCertificate,
    /// The proxy's address is no `http` or `https` URL.
    Proxy,
    /// A proxy was given, and only public addresses are allowed, which a proxy cannot promise.
    ProxyBesidePublicAddressesOnly,
    /// The name or the value of a header field has characters that it may not have.
    Header {
        /// The name.
        name: String,
    },
    /// A header field that the client sets itself.
    OurHeader {
        /// The name, in lower case.
        name: String,
    },
    /// The user agent has characters that a header field may not have.
    UserAgent,
    /// TLS could not be set up.
    Client(OtherError),
}

impl HttpClientError {
    fn root_certificate(error: reqwest::Error) -> Self {
        Self::RootCertificate(OtherError::new(error.without_url()))
    }

    fn client(error: reqwest::Error) -> Self {
        Self::Client(OtherError::new(error.without_url()))
    }
}

impl fmt::Display for HttpClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RootCertificate(_) => f.write_str("a root certificate cannot be used"),
            Self::NoRootCertificate => f.write_str(
                "there is no root certificate: give the content of a PEM file with `BEGIN CERTIFICATE`",
            ),
            Self::Proxy => f.write_str("the proxy is no URL such as http://proxy.example:3128"),
            Self::ProxyBesidePublicAddressesOnly => f.write_str(
                "a proxy and `public_addresses_only` exclude each other: a proxy connects where it likes",
            ),
            Self::Header { name } => {
                write!(f, "the header \"{}\" has characters that it may not have", name.escape_debug())
            }
            Self::OurHeader { name } => write!(f, "the header `{name}` is set by the client itself"),
            Self::UserAgent => f.write_str("the user agent has characters that it may not have"),
            Self::Client(_) => f.write_str("TLS could not be set up"),
        }
    }
}

impl core::error::Error for HttpClientError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::RootCertificate(error) | Self::Client(error) => Some(error),
            _ => None,
        }
    }
}

const USER_AGENT: &str = concat!("jwt-verify/", env!("CARGO_PKG_VERSION"));

/// 2 s: one lost packet is made up for (RFC 6298 §2.1: sent again after 1 s), and of a deadline of 5 s the larger part is left.
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// Fields that say how the message is read, or have a setting of their own.
const OUR_HEADERS: [&str; 12] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "if-none-match",
    "proxy-authorization",
    "range",
    "te",
    "transfer-encoding",
    "user-agent",
];
