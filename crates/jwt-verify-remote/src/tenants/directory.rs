//! Who decides which tenants there are: [`TenantDirectory`].

use core::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use jwt_verify_core::{KeySourceError, TrustedIssuer};

use crate::{Fetch, FetchRequest, FetchResponse, RemoteError, RemoteIssuerBuilder};

/// Knows the issuers of a service's tenants: a table in a database, a service.
///
/// Its future runs in the task of the request that asks, on that task's runtime. If the request goes away, so does the future, and
/// the next one who waits for the same issuer begins again.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Algorithm, KeySourceError, TrustedIssuer};
/// use jwt_verify_remote::{RemoteIssuer, TenantDirectory, Tenants, async_trait};
///
/// #[derive(Debug)]
/// struct Customers { /* a connection pool */ }
///
/// # struct Row { jwks_url: String }
/// # impl Customers {
/// #     async fn row(&self, _issuer: &str) -> Result<Option<Row>, std::io::Error> { Ok(None) }
/// # }
/// #[async_trait]
/// impl TenantDirectory for Customers {
///     fn could_be(&self, issuer: &str) -> bool {
///         issuer.starts_with("https://")
///     }
///
///     async fn find(&self, issuer: &str) -> Result<Option<TrustedIssuer>, KeySourceError> {
///         // SELECT jwks_url FROM customers WHERE issuer = $1
///         let Some(row) = self.row(issuer).await.map_err(KeySourceError::failed)? else { return Ok(None) };
///         let issuer = RemoteIssuer::jwks(issuer, row.jwks_url)
///             .audience("https://api.example")
///             .algorithms([Algorithm::Es256])
///             .build()
///             .map_err(KeySourceError::failed)?;
///         Ok(Some(issuer.into()))
///     }
/// }
///
/// let tenants = Tenants::directory(Customers {}).build()?;
/// assert!(tenants.is_empty());
/// # Ok::<(), jwt_verify_remote::TenantsError>(())
/// ```
#[async_trait]
pub trait TenantDirectory: Send + Sync + fmt::Debug {
    /// Whether the text could be the name of a tenant's issuer, by its form alone. The default: anything could.
    ///
    /// Asked first, without waiting, and possibly several times for one token. What is refused here costs nothing of the limit for
    /// new issuers, which others' made-up names would otherwise use up.
    fn could_be(&self, issuer: &str) -> bool {
        let _ = issuer;
        true
    }

    /// The issuer with exactly this name, or `None` if it is no tenant's.
    ///
    /// The name must be the first one of the issuer that is returned; another issuer is refused, and logged.
    ///
    /// # Errors
    ///
    /// [`KeySourceError`] if that cannot be told now. It is not remembered, and is an outage for the token (503 in HTTP).
    async fn find(&self, issuer: &str) -> Result<Option<TrustedIssuer>, KeySourceError>;
}

/// A rule in the program itself.
pub(super) struct ByRule<F> {
    pub(super) rule: F,
    /// For all issuers that have no client of their own.
    pub(super) fetcher: Arc<dyn Fetch>,
}

#[async_trait]
impl<F> TenantDirectory for ByRule<F>
where
    F: Fn(&str) -> Option<RemoteIssuerBuilder> + Send + Sync,
{
    fn could_be(&self, issuer: &str) -> bool {
        (self.rule)(issuer).is_some()
    }

    async fn find(&self, issuer: &str) -> Result<Option<TrustedIssuer>, KeySourceError> {
        let Some(rules) = (self.rule)(issuer) else { return Ok(None) };
        let built = rules.default_fetcher(Shared(Arc::clone(&self.fetcher))).build();
        built.map(|issuer| Some(issuer.into())).map_err(KeySourceError::failed)
    }
}

impl<F> fmt::Debug for ByRule<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByRule").field("fetcher", &self.fetcher).finish_non_exhaustive()
    }
}

/// One client for all tenants.
#[derive(Debug)]
struct Shared(Arc<dyn Fetch>);

#[async_trait]
impl Fetch for Shared {
    async fn fetch(&self, request: FetchRequest<'_>) -> Result<FetchResponse, RemoteError> {
        self.0.fetch(request).await
    }
}
