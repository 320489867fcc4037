//! [`RecordedRequest`]: what a client asked.

use hyper::{Request, body::Incoming, header::HeaderMap};

/// A request that has come, for assertions about the client.
///
/// # Examples
///
/// ```
/// use std::{io::{Read, Write}, net::TcpStream};
/// use jwt_verify_testing::TestIssuer;
///
/// let issuer = TestIssuer::start();
/// let mut client = TcpStream::connect(issuer.name().trim_start_matches("http://"))?;
/// client.write_all(b"GET /.well-known/jwks.json HTTP/1.1\r\nhost: here\r\naccept: */*\r\nconnection: close\r\n\r\n")?;
/// client.read_to_end(&mut Vec::new())?;
///
/// let request = issuer.last_request().unwrap();
/// assert_eq!(request.path(), "/.well-known/jwks.json");
/// assert_eq!(request.header("Accept"), Some("*/*"));
/// assert_eq!(request.header("If-None-Match"), None);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RecordedRequest {
    method: String,
    path: String,
    headers: HeaderMap,
}

impl RecordedRequest {
    pub(crate) fn new(request: &Request<Incoming>) -> Self {
        Self {
            method: request.method().as_str().into(),
            path: request.uri().path_and_query().map_or("", |path| path.as_str()).into(),
            headers: request.headers().clone(),
        }
    }

    /// Its method: `GET`, unless the client does what it should not.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Its path, with the query if there is one.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A header field by its name, in any case; the first if there are several. `None` for one that is not in ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}
