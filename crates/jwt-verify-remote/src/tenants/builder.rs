//! The settings of [`Tenants`], collected and checked.

use core::{fmt, time::Duration};
use std::sync::{Arc, Mutex};

use jwt_verify_core::{Clock, OtherError};
use moka::{policy::EvictionPolicy, sync::Cache};

use super::{Inner, Lookups, TenantDirectory, Tenants};
use crate::{Fetch, bucket::Bucket, moment::Timekeeper};

/// Collects the settings of [`Tenants`]. Made by [`Tenants::builder`] and [`Tenants::directory`].
#[must_use = "a builder does nothing until `build` is called"]
pub struct TenantsBuilder {
    source: Source,
    fetcher: Option<Arc<dyn Fetch>>,
    capacity: u64,
    idle_for: Duration,
    unknown_capacity: u64,
    unknown_for: Duration,
    new_issuers_per_minute: u32,
    timekeeper: Timekeeper,
}

/// What will say who is trusted.
pub(super) enum Source {
    /// A rule, which the client for all tenants' keys is still to be given to.
    Rule(WithFetcher),
    Directory(Box<dyn TenantDirectory>),
}

type WithFetcher = Box<dyn FnOnce(Arc<dyn Fetch>) -> Box<dyn TenantDirectory> + Send>;

impl TenantsBuilder {
    pub(super) fn new(source: Source) -> Self {
        Self {
            source,
            fetcher: None,
            capacity: DEFAULT_CAPACITY,
            idle_for: DEFAULT_IDLE_FOR,
            unknown_capacity: DEFAULT_UNKNOWN_CAPACITY,
            unknown_for: DEFAULT_UNKNOWN_FOR,
            new_issuers_per_minute: DEFAULT_NEW_ISSUERS_PER_MINUTE,
            timekeeper: Timekeeper::system(),
        }
    }

    /// The client for the keys of all issuers that a rule gives, unless the rule has chosen one for the issuer.
    ///
    /// The default is an [`HttpClient`](crate::HttpClient) that connects to public addresses only, because tenants name hosts. For
    /// issuers in a network of your own, give one without that. Without effect on a directory, whose issuers are built already.
    pub fn fetcher(mut self, fetcher: impl Fetch + 'static) -> Self {
        self.fetcher = Some(Arc::new(fetcher));
        self
    }

    /// How many trusted issuers are kept; the default is 1,000. Choose more than there are tenants in a day: one that had to go
    /// must be looked up, and its keys be fetched, again.
    pub fn capacity(mut self, issuers: u32) -> Self {
        self.capacity = issuers.into();
        self
    }

    /// How long after its last token an issuer is kept; the default is 24 hours.
    ///
    /// One that is in use is kept as it is, for ever. What changes at the tenant's, [`Tenants::forget`] makes known.
    pub fn idle_for(mut self, span: Duration) -> Self {
        self.idle_for = span;
        self
    }

    /// How many names that are no tenant's are remembered, and for how long; the default is 1,000 and 5 minutes.
    ///
    /// A new tenant's tokens may be refused for that long, if they came before the tenant.
    pub fn remember_unknown(mut self, names: u32, span: Duration) -> Self {
        self.unknown_capacity = names.into();
        self.unknown_for = span;
        self
    }

    /// How many issuers may be new in a minute; the default is 60, all of them at once if nobody has asked for a
    /// while.
    ///
    /// Each is a fetch of keys on the word of whoever sends tokens. Ten times as many names are looked up in the directory. After a start all tenants are new:
    /// with many of them, choose so many that they are known again soon.
    pub fn new_issuers_per_minute(mut self, issuers: u32) -> Self {
        self.new_issuers_per_minute = issuers;
        self
    }

    /// The clock by which new issuers are counted; for tests. The default is the system's.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.timekeeper = Timekeeper::Given(Arc::new(clock));
        self
    }

    /// Checks the settings. Looks nothing up.
    ///
    /// # Errors
    ///
    /// [`TenantsError`], the first that is found.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_remote::{Tenants, TenantsError};
    ///
    /// let error = Tenants::builder(|_| None).new_issuers_per_minute(0).build().unwrap_err();
    /// assert_eq!(error, TenantsError::Zero { setting: "new_issuers_per_minute" });
    /// ```
    pub fn build(self) -> Result<Tenants, TenantsError> {
        for (setting, is_zero) in [
            ("capacity", self.capacity == 0),
            ("idle_for", self.idle_for.is_zero()),
            ("new_issuers_per_minute", self.new_issuers_per_minute == 0),
        ] {
            if is_zero {
                return Err(TenantsError::Zero { setting });
            }
        }
        let directory = match self.source {
            Source::Directory(directory) => directory,
            Source::Rule(with) => with(match self.fetcher {
                Some(fetcher) => fetcher,
                None => public_client()?,
            }),
        };
        let now = self.timekeeper.now();
        let questions = self.new_issuers_per_minute.saturating_mul(QUESTIONS_PER_NEW_ISSUER);
        let interval = MINUTE.checked_div(self.new_issuers_per_minute).unwrap_or(MINUTE);
        let inner = Inner {
            directory,
            trusted: cache(self.capacity).time_to_idle(self.idle_for.min(MAX_SPAN)).build(),
            unknown: cache(self.unknown_capacity).time_to_live(self.unknown_for.min(MAX_SPAN)).build(),
            lookups: Lookups::default(),
            questions: Mutex::new(Bucket::full(
                questions,
                MINUTE.checked_div(questions).unwrap_or(MINUTE),
                now,
            )),
            new_issuers: Mutex::new(Bucket::full(self.new_issuers_per_minute, interval, now)),
            timekeeper: self.timekeeper,
        };
        Ok(Tenants { inner: Arc::new(inner) })
    }
}

impl fmt::Debug for TenantsBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantsBuilder")
            .field("capacity", &self.capacity)
            .field("idle_for", &self.idle_for)
            .field("unknown_capacity", &self.unknown_capacity)
            .field("unknown_for", &self.unknown_for)
            .field("new_issuers_per_minute", &self.new_issuers_per_minute)
            .finish_non_exhaustive()
    }
}

/// What is wrong with the settings of [`Tenants`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TenantsError {
    /// A setting is zero, with which no issuer would ever be known.
    Zero {
        /// The method that sets it.
        setting: &'static str,
    },
    /// The client for the issuers' keys could not be made.
    Client(OtherError),
    /// This build has no HTTP client (the feature `reqwest` is off), and none was given.
    NoClient,
}

impl fmt::Display for TenantsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zero { setting } => write!(f, "`{setting}` is zero, with which no issuer would be known: give at least 1"),
            Self::Client(_) => f.write_str("the client for the issuers' keys could not be made"),
            Self::NoClient => f.write_str(
                "this build has no HTTP client: call `fetcher`, or switch on the feature `reqwest` of jwt-verify-remote",
            ),
        }
    }
}

impl core::error::Error for TenantsError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Client(error) => Some(error),
            Self::Zero { .. } | Self::NoClient => None,
        }
    }
}

/// The one that was not used for the longest time goes. Rules that count uses may refuse a newcomer, whose keys would then be fetched for
/// each of its tokens.
fn cache<V: Clone + Send + Sync + 'static>(
    capacity: u64,
) -> moka::sync::CacheBuilder<Box<str>, V, Cache<Box<str>, V>> {
    Cache::builder().max_capacity(capacity).eviction_policy(EvictionPolicy::lru())
}

#[cfg(feature = "reqwest")]
fn public_client() -> Result<Arc<dyn Fetch>, TenantsError> {
    let client = crate::HttpClient::builder().public_addresses_only().build();
    Ok(Arc::new(client.map_err(|error| TenantsError::Client(OtherError::new(error)))?))
}

#[cfg(not(feature = "reqwest"))]
fn public_client() -> Result<Arc<dyn Fetch>, TenantsError> {
    Err(TenantsError::NoClient)
}

/// How many names are looked up for each issuer that may be new: most names that nobody knows are made up.
const QUESTIONS_PER_NEW_ISSUER: u32 = 10;
const MINUTE: Duration = Duration::from_secs(60);
/// 1,000 issuers with their keys are a few megabytes; more than one verifier is given by hand.
const DEFAULT_CAPACITY: u64 = 1_000;
/// A tenant whose people work by day is known again in the morning.
const DEFAULT_IDLE_FOR: Duration = Duration::from_secs(86_400);
/// Made-up names are at most 2 KiB each.
const DEFAULT_UNKNOWN_CAPACITY: u64 = 1_000;
/// Long enough that a client that tries again and again asks nobody, short enough for a tenant that was just added.
const DEFAULT_UNKNOWN_FOR: Duration = Duration::from_secs(300);
/// One a second: what a directory bears from one instance of a service, and the tenants of a small service at once.
const DEFAULT_NEW_ISSUERS_PER_MINUTE: u32 = 60;
/// The cache takes no more than a thousand years.
const MAX_SPAN: Duration = Duration::from_secs(1_000 * 365 * 86_400);
