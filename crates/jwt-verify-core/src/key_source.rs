//! Where an issuer's keys come from: [`KeySource`], and the sets of keys it hands out.

use alloc::{boxed::Box, sync::Arc};
use core::{
    fmt,
    sync::atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;

use crate::{
    Algorithm, Error, HmacSecret, Jwk, JwkSet, KeyMismatch, KeyNotFound, KeySourceError, PublicKey,
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
///     async fn refresh(&self, seen: Generation, _why: RefreshReason) -> Result<Refreshed, KeySourceError> {
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
    /// # Errors
    ///
    /// [`KeySourceError`] if newer keys could not be had. Where the keys held are still usable the token is refused all the
    /// same; where there are none it is an outage.
    async fn refresh(&self, seen: Generation, why: RefreshReason) -> Result<Refreshed, KeySourceError> {
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
pub enum RefreshReason {
    /// No key held answers for the token: its `kid` is unknown, or names a key of another kind.
    KeyNotFound,
    /// The key that the token names did not make its signature. The issuer may have put another key under the same `kid`.
    InvalidSignature,
    /// There are no usable keys.
    NoUsableKeys,
}

impl RefreshReason {
    /// The reason that a failed look-up gives, or `None` if newer keys could not change it.
    pub(crate) fn of(error: &Error) -> Option<Self> {
        match error {
            Error::KeyNotFound(_) => Some(Self::KeyNotFound),
            Error::KeyMismatch(KeyMismatch::KeyType | KeyMismatch::Algorithm { .. }) => {
                Some(Self::KeyNotFound)
            }
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
    /// Keys of another generation than the one that was seen.
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
}

enum Keys {
    /// A JWK Set, from which a token chooses by `kid`.
    Set(JwkSet),
    /// One key given by hand. It answers for every token unless it has a `kid` of its own that the token contradicts.
    Sole(Box<Jwk>),
    /// One shared secret. It answers for every token.
    Secret(HmacSecret),
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
        match &self.0.keys {
            Keys::Set(set) => set.keys(),
            Keys::Sole(key) => core::slice::from_ref(key),
            Keys::Secret(_) => &[],
        }
    }

    /// The shared secret, if that is what this set is.
    pub(crate) fn secret(&self) -> Option<&HmacSecret> {
        match &self.0.keys {
            Keys::Secret(secret) => Some(secret),
            Keys::Set(_) | Keys::Sole(_) => None,
        }
    }

    /// The one key that answers for a token with this algorithm and this key ID, bound to that algorithm.
    ///
    /// The caller has made sure that the issuer's policy allows the algorithm.
    pub(crate) fn verifying_key(
        &self,
        algorithm: Algorithm,
        key_id: Option<&str>,
    ) -> Result<VerifyingKey, Error> {
        match (&self.0.keys, algorithm.is_symmetric()) {
            // No byte string becomes a secret by being a key: an HS* token never meets a public key.
            (Keys::Set(_) | Keys::Sole(_), true) => Err(Error::KeyMismatch(KeyMismatch::PublicKeysOnly)),
            (Keys::Secret(_), false) => Err(Error::KeyMismatch(KeyMismatch::SecretOnly)),
            (Keys::Secret(secret), true) => secret.bind(algorithm).map_err(Error::KeyMismatch),
            (Keys::Sole(key), false) => match (key.key_id(), key_id) {
                (Some(ours), Some(theirs)) if ours != theirs => Err(unknown_key_id(theirs)),
                _ => key.bind(algorithm).map_err(Error::KeyMismatch),
            },
            (Keys::Set(set), false) => select(set, algorithm, key_id),
        }
    }
}

/// Chooses from a JWK Set. Never tries one key after the other: at most one signature is checked per token.
fn select(set: &JwkSet, algorithm: Algorithm, key_id: Option<&str>) -> Result<VerifyingKey, Error> {
    // RFC 7515 §4.1.4 compares `kid` as a case-sensitive string. A key without one is not a match, and an unknown one does
    // not fall back to "the only key".
    let candidates = || set.keys().iter().filter(|key| key_id.is_none() || key.key_id() == key_id);
    // RFC 7517 §4.5: keys with one `kid` "SHOULD use distinct "kid" values" unless they are alternatives of different types,
    // and then the algorithm decides.
    let mut fitting = candidates().filter_map(|key| key.bind(algorithm).ok());

    let Some(found) = fitting.next() else {
        return Err(match (candidates().next(), key_id) {
            (None, _) if set.keys().is_empty() => Error::KeyNotFound(KeyNotFound::NoKeys),
            (None, Some(key_id)) => unknown_key_id(key_id),
            (_, None) => Error::KeyNotFound(KeyNotFound::NoneFits),
            (Some(key), Some(_)) => match key.bind(algorithm) {
                Err(mismatch) => Error::KeyMismatch(mismatch),
                // Cannot be: no candidate fitted.
                Ok(key) => return Ok(key),
            },
        });
    };
    // One key listed twice is still one key.
    if fitting.any(|other| !other.is_same_key(&found)) {
        return Err(Error::KeyNotFound(KeyNotFound::Ambiguous));
    }
    Ok(found)
}

fn unknown_key_id(key_id: &str) -> Error {
    Error::KeyNotFound(KeyNotFound::UnknownKeyId { key_id: key_id.into() })
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
        Self(Arc::new(Inner { generation: Generation::next(), keys }))
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

    async fn refresh(&self, seen: Generation, why: RefreshReason) -> Result<Refreshed, KeySourceError> {
        (**self).refresh(seen, why).await
    }
}
