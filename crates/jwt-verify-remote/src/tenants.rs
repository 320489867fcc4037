//! Many tenants, each with an issuer of its own: [`Tenants`].

mod builder;
mod directory;
mod lookup;
#[cfg(test)]
mod tests;
mod too_many;

use core::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use jwt_verify_core::{IssuerResolver, KeySourceError, Resolved, TrustedIssuer};
use moka::sync::Cache;

use self::{builder::Source, directory::ByRule, lookup::Lookups};
pub use self::{
    builder::{TenantsBuilder, TenantsError},
    directory::TenantDirectory,
    too_many::TooManyNewIssuers,
};
use crate::{
    RemoteIssuerBuilder,
    bucket::Bucket,
    moment::{Moment, Timekeeper},
};

/// Finds the issuer of a token among many that come and go: each customer of a service brings one.
///
/// An [`IssuerResolver`] for [`VerifierBuilder::issuer_resolver`](jwt_verify_core::VerifierBuilder::issuer_resolver). Who is
/// trusted, a rule says ([`builder`](Self::builder)) or a [`TenantDirectory`], such as a table of customers
/// ([`directory`](Self::directory)). What it says is kept:
///
/// | | kept | for how long | changed by |
/// |---|---|---|---|
/// | issuers that are trusted, with their keys | 1,000 | 24 hours since the last token | [`capacity`](TenantsBuilder::capacity), [`idle_for`](TenantsBuilder::idle_for) |
/// | names that are not | 1,000 | 5 minutes | [`remember_unknown`](TenantsBuilder::remember_unknown) |
///
/// Of what is over it, the one goes that was used least recently. The two are kept apart, so names that somebody makes up drive out
/// no tenant.
///
/// At most 60 new issuers a minute are trusted ([`new_issuers_per_minute`](TenantsBuilder::new_issuers_per_minute)), and ten times as many
/// names are looked up. A token of one more is not refused: that is an outage for it, with the time after which to try again (503 in HTTP). Requests that
/// ask for the same issuer at the same time ask once.
///
/// Each issuer has its own keys, and no token is ever verified with another's. Cheap to clone; clones share everything.
///
/// # Security
///
/// A directory that can tell by a name's form that it is no tenant's says so in [`could_be`](TenantDirectory::could_be), which costs nothing
/// of the limit. Without it, somebody who sends ten made-up names a second keeps tenants out that are not known yet. And a rule that
/// trusts every name of some form lets whoever sends tokens fill the cache: let it look at what is on record.
///
/// Whoever sends a token chooses its `iss`. The rule or the directory decides which names are trusted, and **is** that decision: an
/// `iss` that it passes on as the address of keys makes its sender an issuer, and makes this service fetch from wherever the sender
/// likes (server-side request forgery). So build an issuer from what is on record about the tenant, and compare the `iss` with it.
/// Keys of issuers that a rule gives are fetched from public addresses only, unless [`fetcher`](TenantsBuilder::fetcher) or the rule
/// says otherwise; a directory that lets tenants enter their issuer should do the same
/// ([`HttpClientBuilder::public_addresses_only`](crate::HttpClientBuilder::public_addresses_only)).
///
/// # Examples
///
/// ```
/// use jwt_verify_core::Verifier;
/// use jwt_verify_remote::{Tenants, providers};
///
/// // The customers' realms, by what is on record and not by what a token says.
/// let customers = ["acme", "globex"];
/// let tenants = Tenants::builder(move |issuer| {
///     let realm = issuer.strip_prefix("https://id.example/realms/")?;
///     let realm = customers.iter().find(|customer| **customer == realm)?;
///     Some(providers::keycloak("https://id.example", *realm).audience("reports-api"))
/// })
/// .build()?;
///
/// let verifier = Verifier::builder().issuer_resolver(tenants.clone()).build()?;
/// assert_eq!(tenants.len(), 0); // nothing is looked up before a token asks for it
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Tenants {
    inner: Arc<Inner>,
}

struct Inner {
    directory: Box<dyn TenantDirectory>,
    trusted: Cache<Box<str>, TrustedIssuer>,
    /// Looked up, and not trusted.
    unknown: Cache<Box<str>, ()>,
    lookups: Lookups,
    /// Names that the directory is asked about.
    questions: Mutex<Bucket>,
    /// Issuers that it answers with, whose keys are fetched then.
    new_issuers: Mutex<Bucket>,
    timekeeper: Timekeeper,
}

impl Tenants {
    /// Trusts the issuers for which `rule` gives a builder: called with the `iss` of a token, it answers `None` for all others.
    ///
    /// For decisions that need no waiting: a list in memory, a pattern. The rule may be called several times for one token; a name that
    /// it refuses costs nothing of the limit for new issuers. The issuer that it gives must have exactly the name that was asked
    /// for, as its first one.
    pub fn builder<F>(rule: F) -> TenantsBuilder
    where
        F: Fn(&str) -> Option<RemoteIssuerBuilder> + Send + Sync + 'static,
    {
        TenantsBuilder::new(Source::Rule(Box::new(|fetcher| Box::new(ByRule { rule, fetcher }))))
    }

    /// Trusts the issuers that a directory knows.
    pub fn directory(directory: impl TenantDirectory + 'static) -> TenantsBuilder {
        TenantsBuilder::new(Source::Directory(Box::new(directory)))
    }

    /// Forgets what is known of an issuer, trusted or not: for the day on which a tenant leaves, or arrives, or changes its settings.
    ///
    /// The next token asks the rule or the directory again. What is being looked up just now is kept all the same.
    pub fn forget(&self, issuer: &str) {
        self.inner.trusted.invalidate(issuer);
        self.inner.unknown.invalidate(issuer);
    }

    /// How many trusted issuers are kept now.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.trusted.run_pending_tasks();
        usize::try_from(self.inner.trusted.entry_count()).unwrap_or(usize::MAX)
    }

    /// Whether no trusted issuer is kept now.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[async_trait]
impl IssuerResolver for Tenants {
    fn held(&self, issuer: &str) -> Resolved {
        if let Some(trusted) = self.inner.trusted.get(issuer) {
            return Resolved::Trusted(trusted);
        }
        let is_untrusted = self.inner.unknown.contains_key(issuer) || !self.inner.directory.could_be(issuer);
        if is_untrusted { Resolved::Untrusted } else { Resolved::Unknown }
    }

    async fn resolve(&self, issuer: &str) -> Result<Option<TrustedIssuer>, KeySourceError> {
        self.inner.lookups.once(issuer, self.inner.look_up(issuer)).await
    }
}

impl Inner {
    async fn look_up(&self, issuer: &str) -> Result<Option<TrustedIssuer>, KeySourceError> {
        // Somebody else may have been faster.
        if let Some(trusted) = self.trusted.get(issuer) {
            return Ok(Some(trusted));
        }
        if self.unknown.contains_key(issuer) || !self.directory.could_be(issuer) {
            return Ok(None);
        }
        let now = self.timekeeper.now();
        Self::take(&self.questions, now)?;
        // An error is not remembered: nobody knows yet whether the issuer is trusted.
        let found = self.directory.find(issuer).await?;
        let found = found.filter(|trusted| {
            let is_same = trusted.name() == Some(issuer);
            if !is_same {
                // RFC 8725 §3.8: keys must belong to the issuer. An answer for another one is a mistake in the directory.
                tracing::error!(found = ?trusted.name(), "the directory of tenants gave another issuer than the one asked for");
            }
            is_same
        });
        // Counted apart: names that somebody makes up do not use up what tenants need.
        if found.is_some() {
            Self::take(&self.new_issuers, now)?;
        }
        match &found {
            Some(trusted) => self.trusted.insert(issuer.into(), trusted.clone()),
            None => self.unknown.insert(issuer.into(), ()),
        }
        Ok(found)
    }

    fn take(bucket: &Mutex<Bucket>, now: Moment) -> Result<(), KeySourceError> {
        bucket.lock().unwrap_or_else(PoisonError::into_inner).take(now).map_err(|wait| {
            // Not a warning: whoever sends tokens could write the log.
            metrics::counter!("jwt_verify_tenants_limited_total").increment(1);
            KeySourceError::failed(TooManyNewIssuers).retry_after(wait)
        })
    }
}

impl fmt::Debug for Tenants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tenants")
            .field("directory", &self.inner.directory)
            .field("trusted", &self.inner.trusted.entry_count())
            .finish_non_exhaustive()
    }
}
