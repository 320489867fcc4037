//! [`Refusal`]: what a refused request is answered with.

use core::{fmt, time::Duration};
use std::borrow::Cow;

use crate::{Body, Reason, telemetry};

/// The answer to a request that is refused: a status, header fields and a body for the client, and the reason for us.
///
/// Status and challenge follow from the [`Reason`], and nothing can change them.
///
/// # Examples
///
/// ```
/// # use jwt_verify_core::{Algorithm, HmacSecret, TrustedIssuer, Verifier};
/// # let issuer = TrustedIssuer::builder("https://id.example")
/// #     .audience("https://api.example")
/// #     .algorithms([Algorithm::Hs256])
/// #     .hmac_secret(HmacSecret::new(Algorithm::Hs256, b"thirty-two bytes of shared secret")?)
/// #     .build()?;
/// # let verifier = Verifier::new(issuer);
/// use jwt_verify_http::Auth;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let auth = Auth::new(verifier);
/// let refusal = auth.authenticate("GET", [("host", b"api.example".as_slice())]).await.unwrap_err();
/// assert_eq!(refusal.status(), 401);
/// assert_eq!(refusal.header("www-authenticate"), Some(r#"Bearer realm="api""#));
/// assert_eq!(refusal.reason().code(), "no_credentials");
/// # });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq)]
pub struct Refusal(Box<Parts>);

/// Boxed, so that the `Result` of every check stays small.
#[derive(Clone, PartialEq)]
struct Parts {
    status: u16,
    headers: Vec<(&'static str, Cow<'static, str>)>,
    body: Cow<'static, [u8]>,
    reason: Reason,
}

/// Renders a refusal in a service's own shape.
pub(crate) type Render = dyn Fn(&Refusal) -> Body + Send + Sync;

impl Refusal {
    /// What a handler's wish to know the caller is answered with where nothing is registered that could tell: 500, and one line
    /// in the log with `missing_line`, the line of code that is missing.
    ///
    /// Never 401: the client has done nothing wrong, and would be sent to log in for nothing.
    #[must_use]
    pub fn not_registered(missing_line: &'static str) -> Self {
        telemetry::misuse(
            "a handler asks for the caller, and no `Auth` is registered: add the missing line",
            missing_line,
        );
        Self::new(Reason::NotRegistered, "", None)
    }

    /// What an owner check is answered with on a route without the parameter that names the owner: 500, and one line in the log.
    #[must_use]
    pub fn no_such_parameter(parameter: &str) -> Self {
        telemetry::misuse(
            "a handler asks for the path's owner, and its route has no such parameter: name it in the route's path",
            &format!("{{{parameter}}}"),
        );
        Self::new(Reason::NoSuchParameter, "", None)
    }

    pub(crate) fn new(reason: Reason, realm: &str, render: Option<&Render>) -> Self {
        let meaning = reason.meaning();
        let status = meaning.status;
        let body = Body::problem(status, meaning.detail);
        let mut headers = Vec::with_capacity(3);
        if let Some(challenge) = meaning.challenge {
            headers.push(("www-authenticate", Cow::Owned(challenge.field_value(realm))));
        }
        if let Reason::Unavailable(error) = &reason {
            headers.push(("retry-after", Cow::Owned(retry_after(error.retry_in()).to_string())));
        }
        // RFC 6750 §5.3 and RFC 9111 §5.2.2.5: what is answered to one caller is nobody else's, and tomorrow it may be another.
        headers.push(("cache-control", Cow::Borrowed("no-store")));
        let refusal = Self(Box::new(Parts { status, headers, body: Cow::Borrowed(&[]), reason }));
        refusal.with_body(body, render)
    }

    fn with_body(mut self, body: Body, render: Option<&Render>) -> Self {
        let (content_type, bytes) = body.into_parts();
        self.0.body = bytes;
        self.0.headers.push(("content-type", content_type));
        if let Some(render) = render {
            let (content_type, bytes) = render(&self).into_parts();
            self.0.body = bytes;
            self.0.headers.pop();
            self.0.headers.push(("content-type", content_type));
        }
        self
    }

    /// 400, 401, 403, 500 or 503.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// The header fields of the answer, names in lower case, each once: `www-authenticate` or `retry-after` where the status has
    /// one, `cache-control`, `content-type`.
    ///
    /// The values are visible ASCII and spaces, so every framework takes them.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.headers.iter().map(|(name, value)| (*name, &**value))
    }

    /// The value of one of the [`headers`](Self::headers), by its name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(found, _)| *found == name).map(|(_, value)| value)
    }

    /// The body: problem details (RFC 9457) with fixed text that says what is needed and never why a token was refused, or what
    /// [`AuthBuilder::refusal_body`](crate::AuthBuilder::refusal_body) made of it.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// Why. For logs and for outer layers of the service, never for the client.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.0.reason
    }
}

/// Neither the body nor what a client could not see.
impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("status", &self.0.status)
            .field("reason", &self.0.reason)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.status, self.0.reason)
    }
}

impl core::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.0.reason.source()
    }
}

/// RFC 9110 §10.2.3: "a non-negative decimal integer, representing time in seconds". Rounded up: earlier would be in vain.
fn retry_after(known: Option<Duration>) -> u64 {
    let wait = known.unwrap_or(DEFAULT_RETRY_AFTER);
    wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1)
}

/// Where the key source does not know. About as long as a failing issuer is left alone at first, see `docs/defaults.md`.
const DEFAULT_RETRY_AFTER: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use std::io;

    use jwt_verify_core::{Error, KeySourceError};

    use super::*;

    #[test]
    fn retry_after_is_rounded_up_and_never_zero() {
        for (known, expected) in [
            (None, 5),
            (Some(Duration::ZERO), 1),
            (Some(Duration::from_millis(1)), 1),
            (Some(Duration::from_secs(7)), 7),
            (Some(Duration::from_millis(7_001)), 8),
            (Some(Duration::MAX), u64::MAX),
        ] {
            assert_eq!(retry_after(known), expected, "{known:?}");
        }
    }

    #[test]
    fn an_outage_is_503_with_the_time_to_wait_and_no_challenge() {
        let error = KeySourceError::failed(io::Error::other("x")).retry_after(Duration::from_secs(30));
        let refusal = Refusal::new(Error::KeySource(error).into(), "api", None);
        let headers: Vec<_> = refusal.headers().collect();
        assert_eq!(refusal.status(), 503);
        assert_eq!(
            headers,
            [
                ("retry-after", "30"),
                ("cache-control", "no-store"),
                ("content-type", "application/problem+json")
            ]
        );
    }

    #[test]
    fn an_own_body_replaces_the_body_and_its_type_and_nothing_else() {
        let render =
            |refusal: &Refusal| Body::json(format!(r#"{{"code":{}}}"#, refusal.status()).into_bytes());
        let refusal = Refusal::new(Reason::NoCredentials, "api", Some(&render));
        let headers: Vec<_> = refusal.headers().collect();
        assert_eq!(refusal.status(), 401);
        assert_eq!(refusal.body(), br#"{"code":401}"#);
        assert_eq!(
            headers,
            [
                ("www-authenticate", r#"Bearer realm="api""#),
                ("cache-control", "no-store"),
                ("content-type", "application/json")
            ]
        );
    }
}
