//! Where an issuer's keys come from: [`KeySource`], and the sets of keys it hands out.

use alloc::{boxed::Box, sync::Arc};
use core::{
    fmt,
    sync::atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;

use crate::{
    Algorithm, Error, HmacSecret, Jwk, JwkError, JwkSet, KeyMismatch, KeyNotFound, KeySourceError, PublicKey,
    VerifyingKey,
};

/// Keeps the keys of one issuer.
///
/// Two questions, and only the second may wait: which keys are held now, and are there newer ones? A verifier asks the second only
/// when the keys held do not answer for a token that is otherwise worth it, so a token whose key is known never waits.
///
/// In memory: [`KeySet`] is itself a source, which never changes. Keys that live at an issuer: the crate `jwt-verify-remote`.
///
/// # Examples
///
/// A source that reads its keys from wherever an administrator puts them:
///
/// ```
/// use std::sync::RwLock;
/// use jwt_verify_core::{async_trait, Freshness, Generation, Held, JwkSet, KeySet, KeySource, KeySourceError, Refreshed, RefreshReason};
///
/// #[derive(Debug)]
/// struct Keys { held: RwLock<KeySet> }
///
/// # impl Keys { async fn load(&self) -> Result<JwkSet, KeySourceError> { Ok(JwkSet::default()) } }
/// #[async_trait]
/// impl KeySource for Keys {
///     fn held(&self) -> Held {
///         Held::new(self.held.read().unwrap().clone(), Freshness::Fresh)
///     }
///
///     async fn refresh(&self, seen: Generation, _why: RefreshReason<'_>) -> Result<Refreshed, KeySourceError> {
///         let loaded = self.load().await?;
///         let mut held = self.held.write().unwrap();
///         // Somebody else may have been faster; `renewed` keeps what was prepared for keys that stay.
///         if held.generation() == seen {
///             match held.renewed(loaded) {
///                 Some(newer) => *held = newer,
///                 None => return Ok(Refreshed::Unchanged),
///             }
///         }
///         Ok(Refreshed::Newer(held.clone()))
///     }
/// }
///
/// let keys = Keys { held: RwLock::new(KeySet::empty()) };
/// assert!(keys.held().keys().is_empty());
/// ```
#[async_trait]
pub trait KeySource: Send + Sync + fmt::Debug {
    /// The keys held now, and how fresh they are. Lock-free or nearly so, no I/O, never waits.
    ///
    /// A source that keeps itself fresh may nudge its own background refresh here.
    fn held(&self) -> Held;

    /// Asked when the keys of generation `seen` could not answer for a token.
    ///
    /// The default knows nothing newer, ever.
    ///
    /// [`Refreshed::Unchanged`] and [`Refreshed::Limited`] refuse the token, as the client's fault. So a source without usable
    /// keys that cannot get any just now, for whatever reason, answers with an error.
    ///
    /// # Errors
    ///
    /// [`KeySourceError`] if newer keys could not be had. Where the keys held are still usable the token is refused all the
    /// same; where there are none it is an outage.
    async fn refresh(&self, seen: Generation, why: RefreshReason<'_>) -> Result<Refreshed, KeySourceError> {
        let _ = (seen, why);
        Ok(Refreshed::Unchanged)
    }
}

/// The answer to [`KeySource::held`].
#[derive(Clone, Debug)]
pub struct Held {
    keys: KeySet,
    freshness: Freshness,
}

impl Held {
    /// These keys, this fresh.
    #[must_use]
    pub fn new(keys: KeySet, freshness: Freshness) -> Self {
        Self { keys, freshness }
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    /// How fresh they are.
    #[must_use]
    pub fn freshness(&self) -> Freshness {
        self.freshness
    }

    /// The keys, unless they are too old to be used.
    pub(crate) fn usable(&self) -> Result<&KeySet, Error> {
        match self.freshness {
            Freshness::Fresh | Freshness::Stale => Ok(&self.keys),
            Freshness::Expired => Err(Error::KeySource(KeySourceError::NoUsableKeys)),
        }
    }
}

/// How far keys can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Freshness {
    /// As new as their source promises.
    Fresh,
    /// Due for a refresh that has not succeeded yet. Still used.
    Stale,
    /// Past their maximum age, or never there. Not used.
    Expired,
}

/// Why [`KeySource::refresh`] is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefreshReason<'a> {
    /// No key held answers for the token: its `kid` is unknown, or names a key of another kind.
    KeyNotFound {
        /// The token's `kid`, at most [`MAX_KEY_ID_LEN`](crate::limits::MAX_KEY_ID_LEN) bytes, or `None` if it has none.
        ///
        /// Whoever sent the token chose it. A source that remembers which IDs its issuer does not have, so as not to ask
        /// for them again, bounds that memory.
        key_id: Option<&'a str>,
    },
    /// The key that the token names did not make its signature. The issuer may have put another key under the same `kid`.
    InvalidSignature,
    /// There are no usable keys.
    NoUsableKeys,
}

impl<'a> RefreshReason<'a> {
    /// The reason that a failed look-up of the key `key_id` gives, or `None` if newer keys could not change it.
    pub(crate) fn of(error: &Error, key_id: Option<&'a str>) -> Option<Self> {
        match error {
            Error::KeyNotFound(_)
            | Error::KeyMismatch(
                KeyMismatch::KeyType | KeyMismatch::Algorithm { .. } | KeyMismatch::Issuer,
            ) => Some(Self::KeyNotFound { key_id }),
            Error::InvalidSignature => Some(Self::InvalidSignature),
            Error::KeySource(KeySourceError::NoUsableKeys) => Some(Self::NoUsableKeys),
            _ => None,
        }
    }
}

/// The answer to [`KeySource::refresh`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Refreshed {
    /// Keys that may answer now: of another generation than the one that was seen, or the same ones, confirmed to be usable
    /// again.
    ///
    /// A source whose keys were expired, and whose issuer confirms them, answers with the same generation.
    Newer(KeySet),
    /// Asked, and the same. The token is refused.
    Unchanged,
    /// Not asked, because that was done too often. The token is refused.
    Limited,
}

/// Names the content of a [`KeySet`].
///
/// Unique in the process. It changes when the content changes, and only then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Generation(usize);

impl Generation {
    fn next() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The keys of one issuer at one time: public keys, or one shared secret. Never both.
///
/// That the two are different things is what makes "algorithm confusion", the public key used as a secret, impossible to write.
/// Cheap to clone: one reference count. A set is also a [`KeySource`] that never changes.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{JwkSet, KeySet};
///
/// let document = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k1","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
/// let keys = KeySet::from(JwkSet::parse(document)?);
/// // The same content again: no new generation.
/// assert!(keys.renewed(JwkSet::parse(document)?).is_none());
/// let other = keys.renewed(JwkSet::default()).unwrap();
/// assert_ne!(other.generation(), keys.generation());
/// # Ok::<(), jwt_verify_core::JwkSetError>(())
/// ```
#[derive(Clone)]
pub struct KeySet(Arc<Inner>);

struct Inner {
    generation: Generation,
    keys: Keys,
    /// Looked up once per set and not once per token.
    restricts_issuers: bool,
}

enum Keys {
    /// A JWK Set, from which a token chooses by `kid`.
    Set(JwkSet),
    /// One key given by hand. It answers for every token unless it has a `kid` of its own that the token contradicts.
    Sole(Box<Jwk>),
    /// One shared secret. It answers for every token.
    Secret(HmacSecret),
}

impl Keys {
    fn public(&self) -> &[Jwk] {
        match self {
            Self::Set(set) => set.keys(),
            Self::Sole(key) => core::slice::from_ref(key),
            Self::Secret(_) => &[],
        }
    }
}

impl KeySet {
    /// No keys: what a source holds before its first success.
    #[must_use]
    pub fn empty() -> Self {
        JwkSet::default().into()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match &self.0.keys {
            Keys::Set(set) => set.keys().is_empty(),
            Keys::Sole(_) | Keys::Secret(_) => false,
        }
    }

    /// The name of this content.
    #[must_use]
    pub fn generation(&self) -> Generation {
        self.0.generation
    }

    /// The public keys with what was skipped, if this is a JWK Set.
    #[must_use]
    pub fn jwk_set(&self) -> Option<&JwkSet> {
        match &self.0.keys {
            Keys::Set(set) => Some(set),
            Keys::Sole(_) | Keys::Secret(_) => None,
        }
    }

    /// This set after a refresh brought `set`: `None` if nothing changed.
    ///
    /// Keys that are in both keep what was prepared for them.
    #[must_use]
    pub fn renewed(&self, set: JwkSet) -> Option<Self> {
        match &self.0.keys {
            Keys::Set(held) if *held == set => None,
            Keys::Set(held) => Some(set.keeping(held).into()),
            Keys::Sole(_) | Keys::Secret(_) => Some(set.into()),
        }
    }

    /// The public keys, one by one: none for a secret.
    pub(crate) fn public_keys(&self) -> &[Jwk] {
        self.0.keys.public()
    }

    /// Whether a key is restricted to one issuer.
    pub(crate) fn restricts_issuers(&self) -> bool {
        self.0.restricts_issuers
    }

    /// The shared secret, if that is what this set is.
    pub(crate) fn secret(&self) -> Option<&HmacSecret> {
        match &self.0.keys {
            Keys::Secret(secret) => Some(secret),
            Keys::Set(_) | Keys::Sole(_) => None,
        }
    }

    /// The one key that answers for a token, bound to the token's algorithm.
    ///
    /// The caller has made sure that the issuer's policy allows the algorithm. Never more than one signature is checked per
    /// token: where several keys fit, none is tried.
    pub(crate) fn verifying_key(&self, wanted: Wanted<'_>) -> Result<VerifyingKey, Error> {
        if let Some(secret) = self.secret() {
            return secret.bind(wanted.algorithm).map_err(Error::KeyMismatch);
        }
        // No byte string becomes a secret by being a key: an HS* token never meets a public key.
        if wanted.algorithm.is_symmetric() {
            return Err(Error::KeyMismatch(KeyMismatch::PublicKeysOnly));
        }
        let mut found: Option<VerifyingKey> = None;
        let mut passed_over = None;
        for key in self.public_keys() {
            match (self.fit(key, wanted), &found) {
                (Ok(fitting), None) => found = Some(fitting),
                // One key listed twice is still one key.
                (Ok(fitting), Some(found)) if fitting.is_same_key(found) => {}
                (Ok(_), Some(_)) => return Err(Error::KeyNotFound(KeyNotFound::Ambiguous)),
                (Err(PassedOver::OtherKeyId), _) => {}
                (Err(reason), _) => {
                    passed_over.get_or_insert(reason);
                }
            }
        }
        found.ok_or_else(|| self.refusal(wanted, passed_over))
    }

    /// Whether a key of this set answers for a token, bound to the token's algorithm, or why not.
    pub(crate) fn fit(&self, key: &Jwk, wanted: Wanted<'_>) -> Result<VerifyingKey, PassedOver> {
        let is_named = match (key.key_id(), wanted.key_id) {
            (_, None) => true,
            // RFC 7515 §4.1.4: `kid` is a case-sensitive string. An unknown one does not fall back to "the only key".
            (Some(ours), Some(theirs)) => ours == theirs,
            // In a set, a key without `kid` is not the one that is meant. A key given by hand is the one there is.
            (None, Some(_)) => matches!(self.0.keys, Keys::Sole(_)),
        };
        if !is_named {
            return Err(PassedOver::OtherKeyId);
        }
        if !key.is_for(wanted.issuer) {
            return Err(PassedOver::OtherIssuer);
        }
        // RFC 7517 §4.5: keys of different types may share a `kid`, and then the algorithm decides.
        key.bind(wanted.algorithm).map_err(PassedOver::Mismatch)
    }

    /// What to say when no key answers; `passed_over` is the reason of the first key that the token may have meant.
    fn refusal(&self, wanted: Wanted<'_>, passed_over: Option<PassedOver>) -> Error {
        match (passed_over, wanted.key_id) {
            (_, None) if self.jwk_set().is_some() && !self.is_empty() => {
                Error::KeyNotFound(KeyNotFound::NoneFits)
            }
            (Some(PassedOver::OtherIssuer), _) => Error::KeyMismatch(KeyMismatch::Issuer),
            (Some(PassedOver::Mismatch(mismatch)), _) => Error::KeyMismatch(mismatch),
            (_, Some(key_id)) if !self.is_empty() => {
                Error::KeyNotFound(KeyNotFound::UnknownKeyId { key_id: key_id.into() })
            }
            _ => Error::KeyNotFound(KeyNotFound::NoKeys),
        }
    }
}

/// What a token asks of a key.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) algorithm: Algorithm,
    pub(crate) key_id: Option<&'a str>,
    /// The token's `iss`: a key that is restricted to one issuer answers for no other.
    pub(crate) issuer: Option<&'a str>,
}

/// Why a key does not answer for a token.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum PassedOver {
    /// Its `kid` is not the one that the token names.
    OtherKeyId,
    /// Its JWK restricts it to another issuer.
    OtherIssuer,
    /// It cannot be used with the token's algorithm.
    Mismatch(KeyMismatch),
    /// It was skipped when the JWK Set was read.
    Skipped(JwkError),
}

impl fmt::Display for PassedOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherKeyId => f.write_str("has another key ID"),
            Self::OtherIssuer => KeyMismatch::Issuer.fmt(f),
            Self::Mismatch(mismatch) => mismatch.fmt(f),
            Self::Skipped(error) => write!(f, "skipped, {error}"),
        }
    }
}

/// The keys of a JWK Set. A token chooses by `kid`.
impl From<JwkSet> for KeySet {
    fn from(set: JwkSet) -> Self {
        Keys::Set(set).into()
    }
}

/// One public key. Tokens need not name it; those that name another are refused if the key has a `kid`.
impl From<Jwk> for KeySet {
    fn from(key: Jwk) -> Self {
        Keys::Sole(Box::new(key)).into()
    }
}

/// One public key, without a `kid`: it answers whatever `kid` a token has.
impl From<PublicKey> for KeySet {
    fn from(key: PublicKey) -> Self {
        Jwk::from(key).into()
    }
}

/// One shared secret: it answers whatever `kid` a token has.
impl From<HmacSecret> for KeySet {
    fn from(secret: HmacSecret) -> Self {
        Keys::Secret(secret).into()
    }
}

impl From<Keys> for KeySet {
    fn from(keys: Keys) -> Self {
        let restricts_issuers = keys.public().iter().any(|key| key.issuer().is_some());
        Self(Arc::new(Inner { generation: Generation::next(), keys, restricts_issuers }))
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("KeySet");
        debug.field("generation", &self.0.generation.0);
        match self.secret() {
            Some(secret) => debug.field("secret", secret),
            None => debug.field("keys", &self.public_keys()),
        };
        debug.finish()
    }
}

#[async_trait]
impl KeySource for KeySet {
    fn held(&self) -> Held {
        Held::new(self.clone(), Freshness::Fresh)
    }
}

#[async_trait]
impl<S: KeySource + ?Sized> KeySource for Arc<S> {
    fn held(&self) -> Held {
        (**self).held()
    }

    async fn refresh(&self, seen: Generation, why: RefreshReason<'_>) -> Result<Refreshed, KeySourceError> {
        (**self).refresh(seen, why).await
    }
}
