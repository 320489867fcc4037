//! The bodies of refusals: problem details (RFC 9457), fixed text, and a place for the service's own.

use std::borrow::Cow;

/// A body and what it is.
///
/// # Examples
///
/// ```
/// use jwt_verify_http::Body;
///
/// let body = Body::json(br#"{"error":"unauthorized"}"#.as_slice());
/// assert_eq!(body.content_type(), "application/json");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    content_type: Cow<'static, str>,
    bytes: Cow<'static, [u8]>,
}

impl Body {
    /// A body of any media type. A type that no field value may be (RFC 9110 §5.5: visible ASCII and spaces) becomes
    /// `application/octet-stream`.
    pub fn new(content_type: impl Into<Cow<'static, str>>, bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        let content_type = content_type.into();
        let is_field_value = content_type.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        let content_type = if is_field_value && !content_type.trim().is_empty() {
            content_type
        } else {
            Cow::Borrowed("application/octet-stream")
        };
        Self { content_type, bytes: bytes.into() }
    }

    /// `application/json`.
    pub fn json(bytes: impl Into<Cow<'static, [u8]>>) -> Self {
        Self::new("application/json", bytes)
    }

    /// `text/plain; charset=utf-8`.
    pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
        let bytes = match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        Self::new("text/plain; charset=utf-8", bytes)
    }

    /// The media type.
    #[must_use]
    pub fn content_type(&self) -> &str {
        &self.content_type
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn into_parts(self) -> (Cow<'static, str>, Cow<'static, [u8]>) {
        (self.content_type, self.bytes)
    }

    /// RFC 9457 §4.2.1, `about:blank`: "the problem has no additional semantics beyond that of the HTTP status code. When
    /// "about:blank" is used, the title SHOULD be the same as the recommended HTTP status phrase". What a client can act on is in the
    /// challenge. `detail` has no character that JSON escapes.
    pub(crate) fn problem(status: u16, detail: &'static str) -> Self {
        let title = match status {
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            503 => "Service Unavailable",
            _ => "Internal Server Error",
        };
        let text =
            format!(r#"{{"type":"about:blank","title":"{title}","status":{status},"detail":"{detail}"}}"#);
        Self::new("application/problem+json", text.into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_the_json_of_rfc_9457() {
        let body = Body::problem(403, "This belongs to somebody else.");
        assert_eq!(body.content_type(), "application/problem+json");
        assert_eq!(
            body.bytes(),
            br#"{"type":"about:blank","title":"Forbidden","status":403,"detail":"This belongs to somebody else."}"#
        );
    }

    #[test]
    fn a_media_type_that_would_break_the_field_is_replaced() {
        for (given, expected) in [
            ("text/html", "text/html"),
            ("text/html\r\nx: y", "application/octet-stream"),
            ("", "application/octet-stream"),
            (" ", "application/octet-stream"),
            ("text/ä", "application/octet-stream"),
        ] {
            assert_eq!(Body::new(given, b"".as_slice()).content_type(), expected, "{given:?}");
        }
    }
}
