//! [`AuthBuilder`]: where the token may be, and how refusals look.

use core::{fmt, marker::PhantomData};
use std::sync::Arc;

use jwt_verify_core::Verifier;
#[cfg(feature = "remote")]
use jwt_verify_remote::{EnvironmentError, RemoteIssuerBuilder, RemoteJwks, SetupError};

use super::{Auth, Inner};
use crate::{Body, Refusal, credentials::Sources};

/// Makes an [`Auth`], or an adapter's.
///
/// | | default | reason |
/// |---|---|---|
/// | where the token is | `Authorization: Bearer` alone | RFC 6750 §2; a cookie is sent by every page, a query is in every log |
/// | realm | `api` | RFC 9110 §11.5 wants one name for what is protected together |
/// | owner's parameter | `user_id` | |
/// | body of refusals | problem details (RFC 9457) | |
///
/// # Examples
///
/// ```
/// use jwt_verify_http::{Auth, Body};
/// use jwt_verify_testing::TestIssuer;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let auth: Auth = Auth::builder(TestIssuer::start().verifier())
///     .realm("orders")
///     .refusal_body(|refusal| Body::json(format!(r#"{{"error":{}}}"#, refusal.status()).into_bytes()))
///     .build();
///
/// let refusal = auth.authenticate("GET", []).await.unwrap_err();
/// assert_eq!(refusal.header("www-authenticate"), Some(r#"Bearer realm="orders""#));
/// assert_eq!(refusal.body(), br#"{"error":401}"#);
/// # });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub struct AuthBuilder<A = Auth> {
    inner: Inner,
    product: PhantomData<fn() -> A>,
}

impl<A: From<Auth>> AuthBuilder<A> {
    /// Starts with a verifier.
    pub fn new(verifier: Verifier) -> Self {
        let inner = Inner {
            verifier,
            sources: Sources::default(),
            realm: "api".into(),
            owner_parameter: "user_id".into(),
            render: None,
            #[cfg(feature = "remote")]
            keys: Vec::new(),
        };
        Self { inner, product: PhantomData }
    }

    /// Starts with what the environment says: [`Auth::from_env`].
    ///
    /// # Errors
    ///
    /// [`EnvironmentError`] with everything that is missing or wrong, at once.
    #[cfg(feature = "remote")]
    pub fn from_env() -> Result<Self, EnvironmentError> {
        let environment = jwt_verify_remote::from_env()?;
        let keys = environment.keys().cloned();
        Ok(Self::new(environment.into_verifier()).watch(keys))
    }

    /// Starts with one issuer: [`Auth::issuer`].
    ///
    /// # Errors
    ///
    /// [`SetupError`] with everything that is missing or wrong, at once.
    #[cfg(feature = "remote")]
    pub fn issuer(issuer: RemoteIssuerBuilder) -> Result<Self, SetupError> {
        let issuer = issuer.build()?;
        let keys = issuer.keys().cloned();
        Ok(Self::new(issuer.into_verifier()).watch(keys))
    }

    /// The realm of challenges. What a header field cannot carry is written as `?`.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.inner.realm = realm.into();
        self
    }

    /// The token may also be the whole value of this header field, without a scheme, as Cloudflare Access sends it in
    /// `Cf-Access-Jwt-Assertion`.
    ///
    /// A request with two tokens is refused, even if they are equal. A name that is no field name matches nothing; the log says so.
    pub fn header(mut self, name: &str) -> Self {
        self.inner.sources.add_header(name);
        self
    }

    /// The token may also be in this cookie, as Clerk has it in `__session`.
    ///
    /// A request with two tokens is refused, even if they are equal. A name that no cookie can have matches nothing; the log says so.
    ///
    /// # Security
    ///
    /// A browser attaches cookies to requests that other sites make. With methods other than `GET`, `HEAD` and `OPTIONS`, a cookie's
    /// token is therefore accepted only from the same origin, by `Sec-Fetch-Site`, or by `Origin` and `Host`. So handlers of `GET`
    /// must change nothing, and a proxy in front must pass `Host` on. A browser that sends none of these fields with a form, as those
    /// of before 2020 may, cannot be told from a program.
    pub fn cookie(mut self, name: &str) -> Self {
        self.inner.sources.add_cookie(name);
        self
    }

    /// The token may not be in `Authorization`, only where [`header`](Self::header) and [`cookie`](Self::cookie) say.
    pub fn without_authorization(mut self) -> Self {
        self.inner.sources.without_authorization();
        self
    }

    /// The name of the path parameter that names the owner: `user_id` in `/api/{user_id}/tasks`.
    pub fn owner_parameter(mut self, name: impl Into<String>) -> Self {
        self.inner.owner_parameter = name.into();
        self
    }

    /// The body of refusals in the service's own shape.
    ///
    /// It is given the refusal, and makes a media type and bytes. Status and header fields are not its to choose. It must not tell
    /// the client the [reason](Refusal::reason): that would help whoever tries forged tokens.
    pub fn refusal_body(mut self, render: impl Fn(&Refusal) -> Body + Send + Sync + 'static) -> Self {
        self.inner.render = Some(Box::new(render));
        self
    }

    /// Keys whose state is told by [`Auth::health`] and [`Auth::readiness`], for a verifier that was built from parts.
    #[cfg(feature = "remote")]
    pub fn keys(self, keys: RemoteJwks) -> Self {
        self.watch(Some(keys))
    }

    #[cfg(feature = "remote")]
    fn watch(mut self, keys: Option<RemoteJwks>) -> Self {
        self.inner.keys.extend(keys);
        self
    }

    /// The finished [`Auth`].
    #[must_use]
    pub fn build(self) -> A {
        Auth(Arc::new(self.inner)).into()
    }
}

impl<A> fmt::Debug for AuthBuilder<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthBuilder")
            .field("sources", &self.inner.sources)
            .field("realm", &self.inner.realm)
            .finish_non_exhaustive()
    }
}
