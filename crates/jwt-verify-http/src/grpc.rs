//! A refusal in gRPC: the [`Status`] that a client of gRPC is told.
//!
//! In [gRPC over HTTP/2] an immediate error is a response of header fields alone ("Trailers-Only"): HTTP status 200, the content type
//! `application/grpc`, `grpc-status` and `grpc-message`. The adapters write them; this module says what stands in the last two.
//!
//! [gRPC over HTTP/2]: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses

use crate::Refusal;

/// The status of a call that is refused. Made by [`Refusal::grpc`].
///
/// | HTTP | gRPC |
/// |---|---|
/// | 400 | 3 `INVALID_ARGUMENT` |
/// | 401 | 16 `UNAUTHENTICATED` |
/// | 403 | 7 `PERMISSION_DENIED` |
/// | 503 | 14 `UNAVAILABLE` |
/// | 500, and whatever else there may be | 13 `INTERNAL` |
///
/// As in HTTP, the client is not told why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    code: u8,
    message: &'static str,
}

impl Status {
    /// The number of `grpc-status`.
    #[must_use]
    pub fn code(&self) -> u8 {
        self.code
    }

    /// The text of `grpc-message`: printable ASCII without `%`, so it is its own percent-encoding.
    #[must_use]
    pub fn message(&self) -> &'static str {
        self.message
    }

    fn of_http(status: u16) -> Self {
        let (code, message) = match status {
            400 => (3, "This call is not well-formed."),
            // gRPC, "Status codes", UNAUTHENTICATED: "The request does not have valid authentication credentials for the
            // operation."
            401 => (16, "This call needs a valid access token."),
            // PERMISSION_DENIED "must not be used if the caller can not be identified (use UNAUTHENTICATED instead for those
            // errors)".
            403 => (7, "This caller is not allowed to make this call."),
            // UNAVAILABLE: "This is most likely a transient condition, which can be corrected by retrying with a backoff."
            503 => (14, "Access tokens cannot be checked at the moment."),
            _ => (13, "The server cannot handle this call."),
        };
        Self { code, message }
    }
}

impl Refusal {
    /// What a client of gRPC is told.
    #[must_use]
    pub fn grpc(&self) -> Status {
        Status::of_http(self.status())
    }
}

#[cfg(test)]
mod tests {
    use super::Status;

    #[test]
    fn each_status_of_http_has_its_code() {
        let codes = [400, 401, 403, 500, 503, 418].map(|status| Status::of_http(status).code());
        assert_eq!(codes, [3, 16, 7, 13, 14, 13]);
    }

    #[test]
    fn messages_need_no_percent_encoding() {
        for status in [400, 401, 403, 500, 503] {
            let message = Status::of_http(status).message();
            assert!(message.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'%'), "{message}");
        }
    }
}
