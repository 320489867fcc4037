//! Keys that outlive the process: exported with their age, imported at the next start.

use core::fmt;

use jwt_verify_core::{Generation, JwkSet, JwkSetError, UnixTime};
use serde::{Deserialize, Serialize};

use super::schedule::Published;
use crate::{address::without_query, moment::Moment};

/// An issuer's keys as they were received, with where from and when.
///
/// Exported by [`RemoteJwks::snapshot`](crate::RemoteJwks::snapshot) and imported by
/// [`RemoteJwksBuilder::seed`](crate::RemoteJwksBuilder::seed), so that a service that starts while its issuer is away can verify. Imported keys
/// are stale from the start, however young: they are used, within the bounds of keys whose issuer cannot be reached, while the first
/// fetch is under way, and its answer replaces them.
///
/// # Security
///
/// Whoever can write the file decides whom the service trusts, and it has the address as it was configured, with its query: store it
/// where the configuration is stored.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::UnixTime;
/// use jwt_verify_remote::Snapshot;
///
/// let document = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
/// let snapshot = Snapshot::new("https://id.example/jwks", document, UnixTime::from_secs(1_790_000_000));
/// let stored = snapshot.to_json();
/// assert_eq!(Snapshot::from_json(&stored)?.document(), document);
/// # Ok::<(), jwt_verify_remote::SnapshotError>(())
/// ```
#[derive(Clone)]
pub struct Snapshot {
    stored: Stored,
    generation: Option<Generation>,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    version: u32,
    source: String,
    fetched_at: i64,
    document: String,
}

impl Snapshot {
    /// A snapshot made by hand: the document as the issuer serves it, and when it was fetched.
    ///
    /// `source` is the address of the keys, or the issuer's name if the source discovers it.
    pub fn new(source: impl Into<String>, document: impl Into<String>, fetched_at: UnixTime) -> Self {
        let stored = Stored {
            version: VERSION,
            source: source.into(),
            fetched_at: fetched_at.as_secs(),
            document: document.into(),
        };
        Self { stored, generation: None }
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    ///
    /// [`SnapshotError::NotASnapshot`] or [`SnapshotError::Version`]. Whether the keys are any good shows when they are imported.
    pub fn from_json(json: &str) -> Result<Self, SnapshotError> {
        let stored: Stored = serde_json::from_str(json).map_err(|_| SnapshotError::NotASnapshot)?;
        if stored.version != VERSION {
            return Err(SnapshotError::Version { found: stored.version });
        }
        Ok(Self { stored, generation: None })
    }

    /// As JSON, to be stored.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Strings and numbers always serialize.
        serde_json::to_string(&self.stored).unwrap_or_default()
    }

    /// The address of the keys, or the issuer's name.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.stored.source
    }

    /// When the issuer confirmed the keys.
    #[must_use]
    pub fn fetched_at(&self) -> UnixTime {
        UnixTime::from_secs(self.stored.fetched_at)
    }

    /// The JWK Set document.
    #[must_use]
    pub fn document(&self) -> &str {
        &self.stored.document
    }

    /// The generation of the keys in the process that exported them; `None` if they come from elsewhere.
    ///
    /// Two snapshots of one process with the same generation hold the same keys, so that only a change need be stored.
    #[must_use]
    pub fn generation(&self) -> Option<Generation> {
        self.generation
    }

    pub(super) fn of(source: &str, published: &Published, now: Moment) -> Option<Self> {
        let confirmed = published.confirmed?;
        let fetched_at = now.before(now.since(confirmed)).unix_time()?;
        let document = core::str::from_utf8(&published.document).ok()?;
        let generation = Some(published.keys.generation());
        Some(Self { generation, ..Self::new(source, document, fetched_at) })
    }

    /// The keys, if they belong to this source.
    pub(super) fn keys(&self, source: &str) -> Result<JwkSet, SnapshotError> {
        if self.stored.source != source {
            return Err(SnapshotError::OtherSource {
                found: without_query(&self.stored.source).chars().take(MAX_SHOWN_SOURCE).collect(),
            });
        }
        let set = JwkSet::parse(&self.stored.document).map_err(SnapshotError::NotAJwkSet)?;
        if set.keys().is_empty() {
            return Err(SnapshotError::NoUsableKeys);
        }
        Ok(set)
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("source", &without_query(self.source()))
            .field("fetched_at", &self.fetched_at())
            .finish_non_exhaustive()
    }
}

/// Why a snapshot cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The text is not what [`Snapshot::to_json`] writes.
    NotASnapshot,
    /// It was written by another version of this crate.
    Version {
        /// The version of its format.
        found: u32,
    },
    /// Its keys come from elsewhere.
    OtherSource {
        /// Where from.
        found: String,
    },
    /// Its document is no JWK Set.
    NotAJwkSet(JwkSetError),
    /// Its JWK Set has no key that can be used.
    NoUsableKeys,
    /// It was fetched more than five minutes from now: a clock is wrong, and how old it is nobody knows.
    FromTheFuture,
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotASnapshot => f.write_str("not a snapshot of keys"),
            Self::Version { found } => {
                write!(f, "a snapshot of format {found}, expected {VERSION}: export it again")
            }
            Self::OtherSource { found } => write!(f, "the snapshot holds the keys of {found:?}"),
            Self::NotAJwkSet(_) => f.write_str("the document in the snapshot is no JWK Set"),
            Self::NoUsableKeys => f.write_str("the snapshot holds no key that can be used"),
            Self::FromTheFuture => {
                f.write_str("the snapshot was fetched in the future: one of two clocks is wrong")
            }
        }
    }
}

impl core::error::Error for SnapshotError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::NotAJwkSet(error) => Some(error),
            _ => None,
        }
    }
}

const VERSION: u32 = 1;
/// Characters of a foreign address in a message. People read it.
const MAX_SHOWN_SOURCE: usize = 200;
