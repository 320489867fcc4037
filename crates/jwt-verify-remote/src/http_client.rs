//! The HTTPS client: [`HttpClient`], which is [`Fetch`] by `reqwest` and rustls.

mod builder;
mod public_resolver;
#[cfg(test)]
mod tests;

use core::{error::Error, fmt, time::Duration};

use async_trait::async_trait;
use reqwest::{
    Client, RequestBuilder, Response,
    header::{ACCEPT, AGE, CACHE_CONTROL, ETAG, HeaderValue, IF_NONE_MATCH, RETRY_AFTER},
};
use url::{Host, Url};

pub use self::builder::{HttpClientBuilder, HttpClientError};
use self::public_resolver::{NoPublicAddress, is_public};
use crate::{AddressError, Fetch, FetchRequest, FetchResponse, RemoteError, address::is_loopback};

/// Fetches over HTTPS, with nothing more than keys need.
///
/// - Certificates are checked against the system's authorities, and those that are [added](HttpClientBuilder::root_certificate_pem).
/// - Redirects are never followed; no cookies, no referrer. One request, one connection: fetches are minutes apart, and a
///   connection kept that long is more often found broken than used.
/// - Reading stops at the limit, counted after decompression (gzip). The body of an answer other than 200 is not read.
/// - Proxies are taken from the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`, and the system's settings), unless
///   said otherwise. Plain `http` to this machine never takes one: it is plain because nobody is between.
/// - It connects within 2 s or gives up; the time for the whole is its caller's to set.
///
/// Cheap to clone. Works in any tokio runtime with timers and I/O, several at a time.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::HttpClient;
///
/// let client = HttpClient::builder().header("x-api-key", "secret").no_proxy().build()?;
/// assert!(!format!("{client:?}").contains("secret"));
/// # Ok::<(), jwt_verify_remote::HttpClientError>(())
/// ```
#[derive(Clone)]
pub struct HttpClient {
    /// For `https`; an error where this system has no authorities, which harms only those who need them.
    secure: Result<Client, NoAuthorities>,
    /// For `http` to hosts that were allowed by name.
    plain: Client,
    /// For `http` to this machine.
    loopback: Client,
    connect_timeout: Duration,
    public_addresses_only: bool,
}

impl HttpClient {
    /// A client with the defaults.
    ///
    /// # Errors
    ///
    /// [`HttpClientError::Client`] if TLS cannot be set up.
    pub fn new() -> Result<Self, HttpClientError> {
        Self::builder().build()
    }

    /// Starts with the defaults.
    pub fn builder() -> HttpClientBuilder {
        HttpClientBuilder::new()
    }

    /// The client for an address.
    fn client(&self, url: &Url) -> Result<&Client, RemoteError> {
        match (url.scheme(), url.host()) {
            // The resolver is asked for names only.
            (_, Some(Host::Ipv4(address))) if self.public_addresses_only && !is_public(address.into()) => {
                Err(private_address(url))
            }
            (_, Some(Host::Ipv6(address))) if self.public_addresses_only && !is_public(address.into()) => {
                Err(private_address(url))
            }
            ("https", _) => self.secure.as_ref().map_err(|error| RemoteError::unreachable(*error)),
            ("http", _) if is_loopback(url) => Ok(&self.loopback),
            ("http", _) => Ok(&self.plain),
            _ => Err(RemoteError::Address(AddressError::Scheme)),
        }
    }

    fn failure(&self, error: reqwest::Error) -> RemoteError {
        if let Some(NoPublicAddress { host }) = causes(&error).find_map(|cause| cause.downcast_ref()) {
            return RemoteError::Address(AddressError::PrivateAddress { host: host.clone() });
        }
        // No other time is limited here.
        if error.is_connect() && error.is_timeout() {
            return RemoteError::TimedOut { after: self.connect_timeout };
        }
        RemoteError::unreachable(TransportError::from(error))
    }
}

#[async_trait]
impl Fetch for HttpClient {
    async fn fetch(&self, request: FetchRequest<'_>) -> Result<FetchResponse, RemoteError> {
        let url = Url::parse(request.url()).map_err(|_| RemoteError::Address(AddressError::NotAUrl))?;
        let asked = self.client(&url)?.get(url).header(ACCEPT, ACCEPTED);
        let mut response =
            if_changed(asked, request.etag()).send().await.map_err(|error| self.failure(error))?;

        let body = match response.status().as_u16() {
            200 => self.body(&mut response, request.max_len()).await?,
            _ => Vec::new(),
        };
        let mut answer = FetchResponse::new(response.status().as_u16(), body);
        for name in [AGE, CACHE_CONTROL, ETAG, RETRY_AFTER] {
            for value in response.headers().get_all(&name) {
                if let Some(value) = value.to_str().ok().filter(|value| value.len() <= MAX_FIELD_LEN) {
                    answer = answer.header(name.as_str(), value);
                }
            }
        }
        Ok(answer)
    }
}

impl HttpClient {
    async fn body(&self, response: &mut Response, max_len: usize) -> Result<Vec<u8>, RemoteError> {
        let too_large = || RemoteError::TooLarge { limit: max_len };
        // Known only where nothing is compressed.
        let announced = response.content_length().map(usize::try_from);
        if announced.is_some_and(|len| len.map_or(true, |len| len > max_len)) {
            return Err(too_large());
        }
        let mut body = Vec::new();
        // Chunks are decompressed one by one into a buffer of fixed size, so a bomb goes off in small pieces.
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failure(error))? {
            if chunk.len() > max_len.saturating_sub(body.len()) {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the clients: their headers and proxies may hold secrets.
        f.debug_struct("HttpClient")
            .field("connect_timeout", &self.connect_timeout)
            .field("public_addresses_only", &self.public_addresses_only)
            .finish_non_exhaustive()
    }
}

/// There are no certificate authorities on this system.
#[derive(Clone, Copy, Debug)]
struct NoAuthorities;

impl fmt::Display for NoAuthorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "this system has no certificate authorities: install them (`ca-certificates`), or give one (`root_certificate_pem`)",
        )
    }
}

impl Error for NoAuthorities {}

/// What went wrong on the way, without the address: `connection refused`, say, and what to do where we know.
///
/// The innermost cause alone is shown. What is around it says where in a chain of libraries it passed.
#[derive(Debug)]
struct TransportError(reqwest::Error);

impl From<reqwest::Error> for TransportError {
    fn from(error: reqwest::Error) -> Self {
        Self(error.without_url())
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let innermost = causes(&self.0).last().map(ToString::to_string).unwrap_or_default();
        f.write_str(&innermost)?;
        let advice = ADVICE.iter().find(|(word, _)| innermost.contains(word));
        advice.map_or(Ok(()), |(_, advice)| write!(f, " ({advice})"))
    }
}

impl Error for TransportError {}

/// An error and what caused it, the innermost last.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    core::iter::successors(Some(error), |&error| error.source())
}

fn if_changed(request: RequestBuilder, etag: Option<&str>) -> RequestBuilder {
    match etag.map(HeaderValue::from_str) {
        Some(Ok(etag)) => request.header(IF_NONE_MATCH, etag),
        _ => request,
    }
}

fn private_address(url: &Url) -> RemoteError {
    let host = url.host_str().unwrap_or_default().to_owned();
    RemoteError::Address(AddressError::PrivateAddress { host })
}

/// RFC 7517 §8.5.1 registers the first for a JWK Set; metadata are JSON; and some issuers call either something else.
const ACCEPTED: HeaderValue =
    HeaderValue::from_static("application/jwk-set+json, application/json;q=0.9, */*;q=0.1");

/// Longest value of a header field that is taken note of, in bytes: 1 KiB. An entity tag is kept, and sent back each time.
const MAX_FIELD_LEN: usize = 1024;

/// Words in an innermost error, and what helps.
const ADVICE: [(&str, &str); 2] = [
    (
        "UnknownIssuer",
        "if the certificate is of an authority of your own, give that with `root_certificate_pem`",
    ),
    ("InvalidContentType", "is this port for plain `http`?"),
];
