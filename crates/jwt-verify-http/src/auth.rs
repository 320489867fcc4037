//! [`Auth`]: a verifier, and how its verdicts are told.

mod builder;

use core::fmt;
use std::sync::Arc;

use jwt_verify_core::{Claims, VerifiedToken, Verifier};
#[cfg(feature = "remote")]
use jwt_verify_remote::{EnvironmentError, RemoteIssuerBuilder, RemoteJwks, SetupError};

pub use self::builder::AuthBuilder;
use crate::{
    Authenticated, Guard, HealthReply, Reason, Refusal, credentials::Sources, refusal::Render, telemetry,
};

/// Decides about requests: finds the token, has it verified, and says what a refusal is answered with.
///
/// Cheap to clone; made once, when the service starts. The adapters' `Auth` is this one, for their framework.
///
/// # Examples
///
/// ```
/// use jwt_verify_http::Auth;
/// use jwt_verify_testing::TestIssuer;
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let issuer = TestIssuer::start();
/// let auth = Auth::new(issuer.verifier());
///
/// let authorization = format!("Bearer {}", issuer.token().subject("ada").mint());
/// let caller = auth.authenticate("GET", [("authorization", authorization.as_bytes())]).await?;
/// assert_eq!(caller.identity()?.id(), "ada");
///
/// let refusal = auth.authenticate("GET", [("authorization", b"Bearer forged".as_slice())]).await.unwrap_err();
/// assert_eq!(refusal.status(), 401);
/// assert_eq!(refusal.header("www-authenticate"), Some(r#"Bearer realm="api", error="invalid_token""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Auth(Arc<Inner>);

struct Inner {
    verifier: Verifier,
    sources: Sources,
    realm: String,
    owner_parameter: String,
    render: Option<Box<Render>>,
    #[cfg(feature = "remote")]
    keys: Vec<RemoteJwks>,
}

impl Auth {
    /// With the defaults of [`AuthBuilder`].
    #[must_use]
    pub fn new(verifier: Verifier) -> Self {
        Self::builder(verifier).build()
    }

    /// For another realm, another place for the token, or another body for refusals.
    pub fn builder(verifier: Verifier) -> AuthBuilder<Self> {
        AuthBuilder::new(verifier)
    }

    /// As the environment says: `BETTER_AUTH_URL=https://app.example` is enough. `docs/configuration.md` lists the variables.
    ///
    /// # Errors
    ///
    /// [`EnvironmentError`] with everything that is missing or wrong, at once.
    #[cfg(feature = "remote")]
    pub fn from_env() -> Result<Self, EnvironmentError> {
        Ok(AuthBuilder::from_env()?.build())
    }

    /// Trusts one issuer whose keys are at the issuer: a provider that has a preset, or any other.
    ///
    /// # Errors
    ///
    /// [`SetupError`] with everything that is missing or wrong, at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_http::{Auth, remote::providers};
    ///
    /// let auth = Auth::issuer(providers::auth0("acme.eu.auth0.com").audience("https://api.acme.example"))?;
    /// assert_eq!(auth.health().status(), 200);
    /// # Ok::<(), jwt_verify_http::remote::SetupError>(())
    /// ```
    #[cfg(feature = "remote")]
    pub fn issuer(issuer: RemoteIssuerBuilder) -> Result<Self, SetupError> {
        Ok(AuthBuilder::issuer(issuer)?.build())
    }

    /// Finds the request's token and has it verified. Ready at the first poll unless the keys have to be asked for.
    ///
    /// `method` is the request's, compared exactly. `fields` are all header fields in their order, each line for itself: a field
    /// that is there twice is two items. Bytes, because a field value need not be text.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] with 400, 401, 403 (a cookie's token in another site's request) or 503.
    pub async fn authenticate<'a>(
        &self,
        method: &str,
        fields: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Authenticated, Refusal> {
        match self.authenticate_optional(method, fields).await? {
            Some(caller) => Ok(caller),
            None => Err(self.refuse(Reason::NoCredentials, None)),
        }
    }

    /// As [`authenticate`](Self::authenticate), where nobody needs a token: absent is `None`, and invalid is refused.
    ///
    /// A forged or expired token does not make its sender anonymous: they would see the wrong page and never know why, and an
    /// attack would look like a visit.
    ///
    /// # Errors
    ///
    /// A [`Refusal`] for credentials that are there and cannot be accepted.
    pub async fn authenticate_optional<'a>(
        &self,
        method: &str,
        fields: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Option<Authenticated>, Refusal> {
        let token = match self.0.sources.find(method, fields) {
            Ok(Some(token)) => token,
            Ok(None) => return Ok(None),
            Err(reason) => return Err(self.refuse(reason, None)),
        };
        match self.0.verifier.verify::<Claims>(token).await {
            Ok(verified) => {
                telemetry::accepted();
                Ok(Some(Authenticated::new(verified, self.clone())))
            }
            Err(error) => {
                let reason = Reason::from(error);
                telemetry::refused_token(&reason, token);
                Err(self.refusal(reason))
            }
        }
    }

    /// A guard for a tree of routes: everything that it stands before needs a token.
    pub fn guard(&self) -> Guard {
        Guard::new(self.clone())
    }

    /// The verifier.
    #[must_use]
    pub fn verifier(&self) -> &Verifier {
        &self.0.verifier
    }

    /// The realm of challenges.
    #[must_use]
    pub fn realm(&self) -> &str {
        &self.0.realm
    }

    /// The name of the path parameter that names the owner of what is below it.
    #[must_use]
    pub fn owner_parameter(&self) -> &str {
        &self.0.owner_parameter
    }

    /// How the keys are: for a page that people and monitors look at. No I/O.
    #[must_use]
    pub fn health(&self) -> HealthReply {
        #[cfg(feature = "remote")]
        let reply = HealthReply::health(&self.0.keys);
        #[cfg(not(feature = "remote"))]
        let reply = HealthReply::health();
        reply
    }

    /// Whether tokens can be verified: for a readiness probe. Where there are no usable keys they are asked for first, for at most
    /// `READINESS_TIMEOUT` and no more often than the issuer may be asked.
    pub async fn readiness(&self) -> HealthReply {
        #[cfg(feature = "remote")]
        let reply = HealthReply::readiness(&self.0.keys).await;
        #[cfg(not(feature = "remote"))]
        let reply = HealthReply::health();
        reply
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Tells about the refusal, and makes it. `token` is the caller's, if it was verified.
    pub(crate) fn refuse(&self, reason: Reason, token: Option<&VerifiedToken<Claims>>) -> Refusal {
        telemetry::refused(&reason, token);
        self.refusal(reason)
    }

    fn refusal(&self, reason: Reason) -> Refusal {
        Refusal::new(reason, &self.0.realm, self.0.render.as_deref())
    }
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Auth")
            .field("verifier", &self.0.verifier)
            .field("sources", &self.0.sources)
            .field("realm", &self.0.realm)
            .finish_non_exhaustive()
    }
}
