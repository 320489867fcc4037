//! The settings of a source of keys, collected and checked.

use core::fmt;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use jwt_verify_core::Clock;

use super::{
    Inner, RemoteJwks, Snapshot, SnapshotError,
    fetching::{Fetching, Origin},
    schedule::{Published, Schedule},
    settings::Settings,
    single_flight::SingleFlight,
    telemetry::Telemetry,
};
use crate::{
    AddressError, Fetch,
    address::{AddressRules, without_query},
    metadata::Discovery,
    moment::Timekeeper,
};

/// Collects the settings of a [`RemoteJwks`]. Every one has a default; `docs/defaults.md` has them in a table, with reasons.
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct RemoteJwksBuilder {
    location: Location,
    jwks_origins: Vec<String>,
    http_hosts: Vec<String>,
    client: Option<Arc<dyn Fetch>>,
    settings: Settings,
    seed: Option<Snapshot>,
    timekeeper: Timekeeper,
}

enum Location {
    Url(String),
    Issuer(String),
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Url(url) => f.debug_tuple("Url").field(&without_query(url)).finish(),
            Self::Issuer(issuer) => f.debug_tuple("Issuer").field(issuer).finish(),
        }
    }
}

impl RemoteJwksBuilder {
    pub(super) fn at(url: String) -> Self {
        Self::new(Location::Url(url))
    }

    pub(super) fn discovered(issuer: String) -> Self {
        Self::new(Location::Issuer(issuer))
    }

    fn new(location: Location) -> Self {
        Self {
            location,
            jwks_origins: Vec::new(),
            http_hosts: Vec::new(),
            client: None,
            settings: Settings::default(),
            seed: None,
            timekeeper: Timekeeper::system(),
        }
    }

    /// Fetches with this client; the default is an [`HttpClient`](crate::HttpClient) of default settings, which all sources share.
    pub fn fetcher(mut self, client: impl Fetch + 'static) -> Self {
        self.client = Some(Arc::new(client));
        self
    }

    /// How long keys are fresh where the issuer's `Cache-Control` does not say. The default is
    /// [`DEFAULT_FRESH_FOR`](crate::settings::DEFAULT_FRESH_FOR).
    pub fn fresh_for(mut self, span: Duration) -> Self {
        self.settings.fresh_for = span;
        self
    }

    /// How long past that they are used while the issuer cannot be reached. The default is
    /// [`DEFAULT_STALE_IF_ERROR`](crate::settings::DEFAULT_STALE_IF_ERROR); zero turns it off.
    pub fn stale_if_error(mut self, span: Duration) -> Self {
        self.settings.stale_if_error = span;
        self
    }

    /// The age at which keys are used under no circumstances. The default, and the most, is
    /// [`DEFAULT_MAX_AGE`](crate::settings::DEFAULT_MAX_AGE).
    pub fn max_age(mut self, span: Duration) -> Self {
        self.settings.max_age = span;
        self
    }

    /// The deadline of a fetch, discovery included. The default is [`DEFAULT_TIMEOUT`](crate::settings::DEFAULT_TIMEOUT).
    pub fn timeout(mut self, span: Duration) -> Self {
        self.settings.timeout = span;
        self
    }

    /// How many fetches tokens may cause at once, and after which time one more. The defaults are
    /// [`DEFAULT_ON_DEMAND_BURST`](crate::settings::DEFAULT_ON_DEMAND_BURST) and
    /// [`DEFAULT_ON_DEMAND_REFILL`](crate::settings::DEFAULT_ON_DEMAND_REFILL).
    pub fn on_demand(mut self, burst: u32, refill: Duration) -> Self {
        self.settings.on_demand_burst = burst;
        self.settings.on_demand_refill = refill;
        self
    }

    /// Keys to begin with, from an earlier run. Never taken for fresh: see [`Snapshot`].
    ///
    /// One that is too old to be used changes nothing.
    pub fn seed(mut self, snapshot: Snapshot) -> Self {
        self.seed = Some(snapshot);
        self
    }

    /// The clock by which keys age; for tests. The default is the system's two clocks, the steady one and the wall clock, of which the
    /// one counts by which more time has passed.
    ///
    /// The deadline of a fetch and the pauses of [`RemoteJwks::prefetch`] are by the system's clock all the same.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.timekeeper = Timekeeper::Given(Arc::new(clock));
        self
    }

    /// Allows plain `http` to these hosts, written `host` or `host:port`. Loopback needs no permission.
    ///
    /// # Security
    ///
    /// Whoever sits between this host and us can replace the keys, and so sign as anybody. Right only for a network that is yours: a
    /// service in the same cluster.
    pub fn danger_allow_http_hosts(mut self, hosts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.http_hosts.extend(hosts.into_iter().map(Into::into));
        self
    }

    /// Another origin, `https://host[:port]`, where the issuer's metadata may say that the keys are, besides the issuer's own.
    ///
    /// Without effect where the address of the keys is given.
    pub fn jwks_origin(mut self, origin: impl Into<String>) -> Self {
        self.jwks_origins.push(origin.into());
        self
    }

    /// Checks the settings. Fetches nothing.
    ///
    /// # Errors
    ///
    /// [`RemoteJwksError`] with everything that is wrong, at once.
    pub fn build(self) -> Result<RemoteJwks, RemoteJwksError> {
        let mut problems = Vec::new();
        for (name, span) in [
            ("fresh_for", self.settings.fresh_for),
            ("max_age", self.settings.max_age),
            ("timeout", self.settings.timeout),
            ("on_demand", self.settings.on_demand_refill),
        ] {
            if span.is_zero() {
                problems.push(RemoteJwksProblem::Zero { setting: name });
            }
        }
        if self.settings.on_demand_burst == 0 {
            problems.push(RemoteJwksProblem::Zero { setting: "on_demand" });
        }
        if self.settings.max_age > super::settings::DEFAULT_MAX_AGE {
            problems.push(RemoteJwksProblem::MaxAge { found: self.settings.max_age });
        }

        let origin = origin(self.location, &self.http_hosts, &self.jwks_origins)
            .map_err(|error| problems.push(RemoteJwksProblem::Address(error)))
            .ok();
        let client = match self.client {
            Some(client) => Some(client),
            None => default_client().map_err(|problem| problems.push(problem)).ok(),
        };
        let (Some(origin), Some(client)) = (origin, client) else { return Err(RemoteJwksError { problems }) };
        let fetching = Fetching::new(origin, client, &self.settings);

        let schedule = Schedule::new(self.settings, self.timekeeper.clone());
        let mut published = Published::nothing();
        if let Some(seed) = self.seed {
            match seed.keys(fetching.source()) {
                Ok(set) => {
                    let now = self.timekeeper.now();
                    // Without a wall clock nobody knows how old it is.
                    if let Some(age) =
                        now.unix_time().map(|now| now.as_secs().saturating_sub(seed.fetched_at().as_secs()))
                    {
                        match u64::try_from(age.saturating_add(MAX_CLOCK_SKEW)) {
                            Ok(_) => {
                                let age = Duration::from_secs(u64::try_from(age).unwrap_or(0));
                                published = schedule.seeded(set, seed.document().as_bytes().into(), age, now);
                            }
                            Err(_) => problems.push(RemoteJwksProblem::Seed(SnapshotError::FromTheFuture)),
                        }
                    }
                }
                Err(error) => problems.push(RemoteJwksProblem::Seed(error)),
            }
        }
        if !problems.is_empty() {
            return Err(RemoteJwksError { problems });
        }
        let telemetry = Telemetry::new(fetching.name());
        let keys = Arc::new(SingleFlight::new(published, schedule));
        Ok(RemoteJwks { inner: Arc::new(Inner { fetching, keys, timekeeper: self.timekeeper, telemetry }) })
    }
}

fn origin(
    location: Location,
    http_hosts: &[String],
    jwks_origins: &[String],
) -> Result<Origin, AddressError> {
    let rules = AddressRules::new(http_hosts)?;
    match location {
        Location::Url(url) => rules.check(&url).map(|_| Origin::Configured(url)),
        Location::Issuer(issuer) => {
            let discovery = Box::new(Discovery::new(&issuer, rules, jwks_origins)?);
            Ok(Origin::Discovered { issuer, discovery, found: Mutex::new(None) })
        }
    }
}

#[cfg(feature = "reqwest")]
fn default_client() -> Result<Arc<dyn Fetch>, RemoteJwksProblem> {
    use std::sync::OnceLock;

    use crate::HttpClient;

    // One for all: it loads the system's certificates once.
    static CLIENT: OnceLock<Arc<HttpClient>> = OnceLock::new();
    let client = match CLIENT.get() {
        Some(client) => Arc::clone(client),
        None => {
            let client = Arc::new(HttpClient::new().map_err(RemoteJwksProblem::Client)?);
            Arc::clone(CLIENT.get_or_init(|| client))
        }
    };
    Ok(client)
}

#[cfg(not(feature = "reqwest"))]
fn default_client() -> Result<Arc<dyn Fetch>, RemoteJwksProblem> {
    Err(RemoteJwksProblem::NoClient)
}

/// Everything that is wrong with the settings of a [`RemoteJwks`].
///
/// # Examples
///
/// ```
/// use jwt_verify_remote::{AddressError, RemoteJwks, RemoteJwksProblem};
///
/// let error = RemoteJwks::builder("http://id.example/jwks").build().unwrap_err();
/// let address = AddressError::PlainHttp { host: "id.example".into() };
/// assert_eq!(error.problems(), [RemoteJwksProblem::Address(address)]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RemoteJwksError {
    problems: Vec<RemoteJwksProblem>,
}

impl RemoteJwksError {
    /// The problems, in the order of the builder's methods.
    #[must_use]
    pub fn problems(&self) -> &[RemoteJwksProblem] {
        &self.problems
    }
}

impl fmt::Display for RemoteJwksError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the keys cannot be fetched as configured")?;
        for problem in &self.problems {
            write!(f, "\n- {problem}")?;
        }
        Ok(())
    }
}

impl core::error::Error for RemoteJwksError {}

/// One thing that is wrong with the settings of a [`RemoteJwks`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum RemoteJwksProblem {
    /// The address of the keys, or the issuer's name where they are discovered, cannot be used.
    Address(AddressError),
    /// A span that must not be zero is.
    Zero {
        /// The method that sets it.
        setting: &'static str,
    },
    /// [`max_age`](RemoteJwksBuilder::max_age) is longer than [`DEFAULT_MAX_AGE`](crate::settings::DEFAULT_MAX_AGE).
    MaxAge {
        /// What was asked for.
        found: Duration,
    },
    /// The snapshot cannot be imported.
    Seed(SnapshotError),
    /// The default client cannot be made.
    #[cfg(feature = "reqwest")]
    Client(crate::HttpClientError),
    /// There is no client: the feature `reqwest` is off, and no [`fetcher`](RemoteJwksBuilder::fetcher) was given.
    NoClient,
}

impl fmt::Display for RemoteJwksProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(error) => write!(f, "the address of the keys: {error}"),
            Self::Zero { setting } => write!(f, "`{setting}` must not be zero"),
            Self::MaxAge { found } => write!(
                f,
                "`max_age` is {} s, more than the limit of {} s: a stolen key would live as long",
                found.as_secs(),
                super::settings::DEFAULT_MAX_AGE.as_secs()
            ),
            Self::Seed(error) => write!(f, "the seed: {error}"),
            #[cfg(feature = "reqwest")]
            Self::Client(error) => write!(f, "the HTTPS client: {error}"),
            Self::NoClient => f.write_str("no client: give a `fetcher`, or switch on the feature `reqwest`"),
        }
    }
}

/// How far, in seconds, the clocks of the process that wrote a snapshot and of this one may disagree: as for tokens.
const MAX_CLOCK_SKEW: i64 = 300;
