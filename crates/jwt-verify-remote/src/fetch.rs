//! How a document is fetched: the [`Fetch`] trait, what it is asked and what it answers.

use core::fmt;

use async_trait::async_trait;

use crate::{RemoteError, address::without_query};

/// Fetches one document over HTTP.
///
/// The default is [`HttpClient`](crate::HttpClient). Another one is for programs that have a client of their own, and for tests.
///
/// `Send + Sync`, and so are its futures: fetches run on a background thread of this crate with a tokio runtime of its own (with
/// timers and I/O), whatever runtime the verifying program has. A fetch must not block that thread, as other issuers' fetches run
/// there too. It may take as long as it likes: whoever asks sets a deadline, and drops the future when it has passed.
///
/// # Security
///
/// An implementation must not follow redirects, must check certificates, and must stop reading at
/// [`FetchRequest::max_len`] bytes after decompression. Addresses are checked before it is asked.
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::{async_trait, Fetch, FetchRequest, FetchResponse, RemoteError};
///
/// /// Answers every request with the same document.
/// #[derive(Debug)]
/// struct Constant(&'static str);
///
/// #[async_trait]
/// impl Fetch for Constant {
///     async fn fetch(&self, _request: FetchRequest<'_>) -> Result<FetchResponse, RemoteError> {
///         Ok(FetchResponse::new(200, self.0).header("cache-control", "max-age=300"))
///     }
/// }
/// # let response = FetchResponse::new(200, "{}").header("ETag", "\"1\"");
/// # assert_eq!((response.status(), response.body()), (200, &b"{}"[..]));
/// ```
#[async_trait]
pub trait Fetch: Send + Sync + fmt::Debug {
    /// Fetches a document.
    ///
    /// An answer of any status is an answer, no error.
    ///
    /// # Errors
    ///
    /// [`RemoteError`]: [`Unreachable`](RemoteError::unreachable) for whatever went wrong between here and there,
    /// [`TooLarge`](RemoteError::TooLarge) for a body that does not end in time.
    async fn fetch(&self, request: FetchRequest<'_>) -> Result<FetchResponse, RemoteError>;
}

/// What is asked of [`Fetch::fetch`].
#[derive(Clone, Copy)]
pub struct FetchRequest<'a> {
    url: &'a str,
    etag: Option<&'a str>,
    max_len: usize,
}

impl<'a> FetchRequest<'a> {
    pub(crate) fn new(url: &'a str, etag: Option<&'a str>, max_len: usize) -> Self {
        Self { url, etag, max_len }
    }

    /// The address: absolute, `https`, or `http` where that is allowed.
    #[must_use]
    pub fn url(&self) -> &'a str {
        self.url
    }

    /// The entity tag of the document that is held, for `If-None-Match` (RFC 9110 §13.1.2).
    #[must_use]
    pub fn etag(&self) -> Option<&'a str> {
        self.etag
    }

    /// The longest body that is of use, in bytes, after decompression.
    #[must_use]
    pub fn max_len(&self) -> usize {
        self.max_len
    }
}

impl fmt::Debug for FetchRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchRequest")
            .field("address", &without_query(self.url))
            .field("etag", &self.etag)
            .finish_non_exhaustive()
    }
}

/// What [`Fetch::fetch`] answers: a status, a body, and the few header fields that matter here.
#[derive(Clone, Debug)]
pub struct FetchResponse {
    status: u16,
    body: Vec<u8>,
    pub(crate) age: Option<String>,
    pub(crate) cache_control: Option<String>,
    pub(crate) etag: Option<String>,
    pub(crate) retry_after: Option<String>,
}

impl FetchResponse {
    /// An answer with this status and this body, and no header fields.
    #[must_use]
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), age: None, cache_control: None, etag: None, retry_after: None }
    }

    /// Adds a header field: `Age`, `Cache-Control`, `ETag` or `Retry-After`, in any case. Others are ignored. Where a field comes more
    /// than once, the values are joined by a comma (RFC 9110 §5.3).
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let field = [
            ("age", &mut self.age),
            ("cache-control", &mut self.cache_control),
            ("etag", &mut self.etag),
            ("retry-after", &mut self.retry_after),
        ]
        .into_iter()
        .find_map(|(known, field)| known.eq_ignore_ascii_case(name).then_some(field));
        match field {
            Some(Some(values)) => {
                values.push_str(", ");
                values.push_str(value);
            }
            Some(field) => *field = Some(value.into()),
            None => {}
        }
        self
    }

    /// The status code.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The body, decompressed.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    pub(crate) fn into_body(self) -> Vec<u8> {
        self.body
    }
}
