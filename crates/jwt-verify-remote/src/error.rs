//! Why keys could not be had from afar.

use core::{error::Error, fmt, time::Duration};

use jwt_verify_core::{JwkSetError, OtherError};

/// Why the last attempt to get an issuer's keys failed. Free of secrets, and of the text that was received.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::RemoteError;
///
/// let error = RemoteError::Status { status: 404, retry_after: None };
/// assert_eq!(error.code(), "status");
/// assert_eq!(error.to_string(), "the issuer answered with status 404");
/// // The issuer is there and says no: nothing that is served while stale.
/// assert!(error.is_definite());
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RemoteError {
    /// No answer could be had: name resolution, connection, TLS, or an answer that broke off.
    Unreachable(OtherError),
    /// The answer did not come, or did not end, in time.
    TimedOut {
        /// The deadline.
        after: Duration,
    },
    /// The answer has a status other than 200 and 304.
    Status {
        /// The status code.
        status: u16,
        /// What `Retry-After` asks for.
        retry_after: Option<Duration>,
    },
    /// The answer is a redirect. None is followed: where keys come from is configured here, not there.
    Redirect {
        /// The status code.
        status: u16,
    },
    /// The body is longer than a JWK Set or a metadata document may be.
    TooLarge {
        /// The most that is read, in bytes.
        limit: usize,
    },
    /// The body is no JWK Set.
    NotAJwkSet(JwkSetError),
    /// The set has no key that can be used.
    NoUsableKeys {
        /// How many entries it has.
        entries: usize,
    },
    /// The issuer's metadata (discovery) are not as they must be.
    Metadata(MetadataError),
    /// The configured address of the keys or of the metadata is not allowed, or leads to a network that is not.
    Address(AddressError),
    /// The fetch itself ended without a result: a panic in a `Fetch`, or no thread to run it on.
    Aborted,
}

/// Why an issuer's metadata document is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetadataError {
    /// There is none at any of the well-known places.
    NotFound,
    /// It is not a JSON object as we read it.
    NotJson,
    /// A member is missing or is no string.
    Member {
        /// `issuer` or `jwks_uri`.
        name: &'static str,
    },
    /// A member is there twice: one reader would take the first, another the last.
    DuplicateMember {
        /// `issuer` or `jwks_uri`.
        name: &'static str,
    },
    /// It is another issuer's: RFC 8414 §3.3 wants the value to be identical.
    OtherIssuer {
        /// What it says, cut and escaped for display.
        found: String,
    },
    /// Its `jwks_uri` is an address that keys are not fetched from.
    JwksUri(AddressError),
}

/// Why an address is not fetched from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddressError {
    /// It is no absolute URL, or not written as one.
    NotAUrl,
    /// It is longer than an address may be.
    TooLong {
        /// The most, in bytes.
        limit: usize,
    },
    /// It has a scheme other than `https` and `http`.
    Scheme,
    /// It is plain `http` to a host that is neither loopback nor allowed by name.
    PlainHttp {
        /// The host, with the port if there is one.
        host: String,
    },
    /// It carries a user name or a password, or a fragment.
    UserInfo,
    /// It names an issuer and has a query, which RFC 8414 §2 rules out: there is no place for its metadata.
    Query,
    /// What was given as an origin has a path or a query.
    NotAnOrigin {
        /// The origin that may be meant.
        origin: String,
    },
    /// What was allowed for plain `http` is no host, nor a host and a port.
    NotAHost {
        /// What was given.
        entry: String,
    },
    /// `jwks_uri` points to an origin that is not allowed.
    Origin {
        /// The origin it points to.
        origin: String,
    },
    /// The name resolves to a private, loopback or link-local address only, and those are not allowed.
    PrivateAddress {
        /// The host.
        host: String,
    },
}

impl RemoteError {
    /// Wraps a transport error. Make sure that it holds no secret: it is logged.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_remote::RemoteError;
    ///
    /// let error = RemoteError::unreachable(std::io::Error::other("connection refused"));
    /// assert_eq!(error.code(), "unreachable");
    /// assert!(!error.is_definite());
    /// ```
    pub fn unreachable(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Unreachable(OtherError::new(error))
    }

    /// A stable name for this kind of failure: for logs and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::TimedOut { .. } => "timed_out",
            Self::Status { .. } => "status",
            Self::Redirect { .. } => "redirect",
            Self::TooLarge { .. } => "too_large",
            Self::NotAJwkSet(_) => "not_a_jwk_set",
            Self::NoUsableKeys { .. } => "no_usable_keys",
            Self::Metadata(_) => "metadata",
            Self::Address(_) => "address",
            Self::Aborted => "aborted",
        }
    }

    /// Whether the issuer itself has answered, and does not offer the keys that are held.
    ///
    /// Keys past their time are served on (stale) only where this is `false`: where nothing came, or what came was not the
    /// issuer's answer but a server's in trouble, or a proxy's page.
    #[must_use]
    pub fn is_definite(&self) -> bool {
        match self {
            Self::Unreachable(_)
            | Self::TimedOut { .. }
            | Self::TooLarge { .. }
            | Self::NotAJwkSet(_)
            | Self::Aborted => false,
            // RFC 9110 §15.5.9, §15.6, RFC 6585 §4: "try again later".
            Self::Status { status, .. } => !matches!(status, 408 | 429 | 500..),
            Self::Metadata(error) => *error != MetadataError::NotJson,
            Self::Redirect { .. } | Self::NoUsableKeys { .. } | Self::Address(_) => true,
        }
    }

    /// How long the issuer asks to be left alone.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl fmt::Display for RemoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(_) => f.write_str("the issuer could not be reached"),
            Self::TimedOut { after } => write!(f, "the issuer did not answer within {} s", after.as_secs_f64()),
            Self::Status { status, .. } => write!(f, "the issuer answered with status {status}"),
            Self::Redirect { status } => {
                write!(f, "the issuer answered with a redirect ({status}), which is not followed: configure the final address")
            }
            Self::TooLarge { limit } => write!(f, "the document is longer than the limit of {limit} bytes"),
            Self::NotAJwkSet(_) => f.write_str("the issuer's answer is no JWK Set"),
            Self::NoUsableKeys { entries: 0 } => {
                f.write_str("the issuer's JWK Set is empty: it may sign with a shared secret (HS256), or have no keys yet")
            }
            Self::NoUsableKeys { entries } => write!(f, "none of the {entries} keys in the issuer's JWK Set can be used"),
            Self::Metadata(_) => f.write_str("the issuer's metadata cannot be used"),
            Self::Address(_) => f.write_str("the address is not allowed"),
            Self::Aborted => f.write_str("the fetch was aborted"),
        }
    }
}

impl Error for RemoteError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unreachable(error) => Some(error),
            Self::NotAJwkSet(error) => Some(error),
            Self::Metadata(error) => Some(error),
            Self::Address(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for MetadataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => {
                f.write_str("there is no metadata document at the well-known places: is the issuer right?")
            }
            Self::NotJson => f.write_str("the metadata document is no JSON object"),
            Self::Member { name } => write!(f, "the metadata document has no string `{name}`"),
            Self::DuplicateMember { name } => write!(f, "the metadata document has `{name}` twice"),
            Self::OtherIssuer { found } => {
                write!(
                    f,
                    "the metadata document is that of the issuer \"{found}\": configure exactly that name if it is the one you mean"
                )
            }
            Self::JwksUri(_) => {
                f.write_str("the metadata document has a `jwks_uri` that keys are not fetched from")
            }
        }
    }
}

impl Error for MetadataError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::JwksUri(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAUrl => f.write_str(
                "not an absolute URL such as https://issuer.example (where an issuer's name is no URL, give the address of its keys)",
            ),
            Self::TooLong { limit } => write!(f, "the address is longer than {limit} bytes"),
            Self::Scheme => f.write_str("the scheme is neither `https` nor `http`"),
            Self::PlainHttp { host } => write!(
                f,
                "plain `http` to {host}: use `https`, or allow this host by name (`danger_allow_http_hosts`) if the network between is yours"
            ),
            Self::UserInfo => f.write_str("the address has a user name, a password or a fragment"),
            Self::Query => f.write_str("an issuer's name has no query: give the address of its keys"),
            Self::NotAnOrigin { origin } => write!(f, "an origin has no path and no query: is it {origin}?"),
            Self::NotAHost { entry } => {
                write!(f, "\"{}\" is neither `host` nor `host:port`, without a scheme", entry.escape_debug())
            }
            Self::Origin { origin } => {
                write!(f, "`jwks_uri` points to {origin}: allow that origin (`jwks_origin`) if the issuer documents it")
            }
            Self::PrivateAddress { host } => write!(f, "{host} has private addresses only, which are not allowed here"),
        }
    }
}

impl Error for AddressError {}
