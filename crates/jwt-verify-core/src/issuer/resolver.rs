//! Issuers that are not known beforehand: [`IssuerResolver`].

use alloc::{boxed::Box, sync::Arc};
use core::fmt;

use async_trait::async_trait;

use crate::{KeySourceError, TrustedIssuer};

/// Finds issuers while tokens come in: for services whose customers bring an issuer each, kept in a database.
///
/// As with [`KeySource`](crate::KeySource) there are two questions, and only the second may wait. A verifier asks them after its
/// own issuers, by name and by template, and refuses a [`TrustedIssuer`] that does not have exactly the name that was asked for:
/// no issuer's tokens are ever verified with another one's keys.
///
/// # Security
///
/// Whoever sends a token chooses its `iss`. [`resolve`](Self::resolve) is asked only for a token that is readable, not expired by
/// its own words, and names an issuer in at most [`limits::MAX_ISSUER_LEN`](crate::limits::MAX_ISSUER_LEN) bytes; but such a
/// token can be made up, with a new name each time. So a resolver looks the name up in a list of its own, never takes it for an
/// address to fetch from, remembers names that are not on it, and bounds that memory and its rate of look-ups.
///
/// # Examples
///
/// ```
/// use std::{collections::HashMap, sync::RwLock};
/// use jwt_verify_core::{
///     async_trait, Claims, IssuerResolver, KeySourceError, Resolved, TrustedIssuer, UnixTime, Verifier,
/// };
///
/// #[derive(Debug, Default)]
/// struct Customers { seen: RwLock<HashMap<String, Option<TrustedIssuer>>> }
///
/// # impl Customers { async fn load(&self, _: &str) -> Result<Option<TrustedIssuer>, KeySourceError> { Ok(None) } }
/// #[async_trait]
/// impl IssuerResolver for Customers {
///     fn held(&self, issuer: &str) -> Resolved {
///         match self.seen.read().unwrap().get(issuer) {
///             Some(Some(trusted)) => Resolved::Trusted(trusted.clone()),
///             Some(None) => Resolved::Untrusted,
///             None => Resolved::Unknown,
///         }
///     }
///
///     async fn resolve(&self, issuer: &str) -> Result<Option<TrustedIssuer>, KeySourceError> {
///         let found = self.load(issuer).await?;
///         let mut seen = self.seen.write().unwrap();
///         if seen.len() < 10_000 {
///             seen.insert(issuer.to_owned(), found.clone());
///         }
///         Ok(found)
///     }
/// }
///
/// let verifier = Verifier::builder().issuer_resolver(Customers::default()).build()?;
///
/// # let token = include_str!("../../tests/vectors/real-tokens/better-auth-eddsa.token").trim_end();
/// // Not looked up yet: `verify_at` would have it looked up, this form does not wait.
/// let verdict = verifier.verify_held_at::<Claims>(token, UnixTime::from_secs(1_795_420_384));
/// assert_eq!(verdict.unwrap_err().code(), "keys_unavailable");
/// # Ok::<(), jwt_verify_core::BuildError>(())
/// ```
#[async_trait]
pub trait IssuerResolver: Send + Sync + fmt::Debug {
    /// What is known now of the issuer with exactly this name. Lock-free or nearly so, no I/O, never waits.
    fn held(&self, issuer: &str) -> Resolved;

    /// Looks for the issuer with exactly this name; asked when [`held`](Self::held) does not know. `None` if it is not trusted.
    ///
    /// # Errors
    ///
    /// [`KeySourceError`] if that cannot be told now: an outage, and not the token's fault.
    async fn resolve(&self, issuer: &str) -> Result<Option<TrustedIssuer>, KeySourceError>;
}

/// The answer to [`IssuerResolver::held`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Resolved {
    /// It is trusted, by these rules. One of its names must be exactly the one that was asked for.
    Trusted(TrustedIssuer),
    /// It is not trusted. The token is refused.
    Untrusted,
    /// Not looked up yet, or too long ago.
    Unknown,
}

#[async_trait]
impl<R: IssuerResolver + ?Sized> IssuerResolver for Arc<R> {
    fn held(&self, issuer: &str) -> Resolved {
        (**self).held(issuer)
    }

    async fn resolve(&self, issuer: &str) -> Result<Option<TrustedIssuer>, KeySourceError> {
        (**self).resolve(issuer).await
    }
}
