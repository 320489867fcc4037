//! JSON Web Keys (RFC 7517): one ([`Jwk`]), and a set of them ([`JwkSet`]).

mod members;
mod set;
#[cfg(test)]
#[cfg(all(feature = "eddsa", feature = "es256", feature = "rsa"))]
mod tests;

use alloc::boxed::Box;

pub(crate) use self::members::Members;
pub use self::set::{JwkSet, JwkSetError, SkippedKey};
use crate::{
    Algorithm, JwkError, KeyMismatch, PublicKey, VerifyingKey, issuer::tenant_of, key::excerpt, limits,
};

/// A public key, with what its JSON Web Key says about its use.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Algorithm, Jwk, KeyMismatch};
///
/// // RFC 8037 App. A.2.
/// let jwk = Jwk::parse(
///     r#"{"kty":"OKP","crv":"Ed25519","kid":"2026-11","alg":"EdDSA","use":"sig",
///         "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
/// )?;
/// assert_eq!(jwk.key_id(), Some("2026-11"));
/// assert_eq!(jwk.algorithm(), Some(Algorithm::EdDsa));
/// assert_eq!(jwk.bind(Algorithm::Rs256).unwrap_err(), KeyMismatch::Algorithm { key: Algorithm::EdDsa });
/// # Ok::<(), jwt_verify_core::JwkError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jwk {
    public_key: PublicKey,
    key_id: Option<Box<str>>,
    algorithm: Option<Algorithm>,
    issuer: Option<Box<str>>,
}

impl Jwk {
    /// Reads one JSON Web Key (RFC 7517 §4).
    ///
    /// | member | rule |
    /// |---|---|
    /// | `kty`, `crv` | `OKP` with `Ed25519`; `EC` with `P-256`, `P-384`, `P-521` or `secp256k1`; `RSA` |
    /// | `x`, `y` | exactly the size of the curve, a point on it, not of small order |
    /// | `n`, `e` | 2048 to 8192 bits and odd; odd, from 3 to 2³³ − 1 |
    /// | `kid` | absent, null, or a string of at most [`limits::MAX_KEY_ID_LEN`] bytes |
    /// | `alg` | absent, null, or the name of an algorithm that this type of key admits |
    /// | `use`, `key_ops` | absent, null, or `sig`; absent, null, or a list with `verify` |
    /// | `issuer` | absent, null, or a string |
    /// | `d`, `p`, `q`, `dp`, `dq`, `qi`, `oth`, `k`, `priv` | absent or null |
    /// | others, `x5c` included | ignored whatever they are |
    ///
    /// # Errors
    ///
    /// The rule that was broken, as a [`JwkError`].
    pub fn parse(json: &str) -> Result<Self, JwkError> {
        Self::from_members(&Members::read(json)?)
    }

    fn from_members(members: &Members<'_>) -> Result<Self, JwkError> {
        let key = members.material()?;
        members.check_purpose()?;
        let key_id = members.key_id.optional("kid")?;
        if let Some(found) = key_id.map(str::len).filter(|found| *found > limits::MAX_KEY_ID_LEN) {
            return Err(JwkError::KeyIdTooLong { found });
        }
        let public_key = PublicKey::from_jose(key)?;
        let algorithm = match members.algorithm.optional("alg")? {
            None => None,
            Some(name) => Some(
                Algorithm::from_name(name)
                    .filter(|algorithm| public_key.admits(*algorithm))
                    .ok_or_else(|| JwkError::UnsupportedAlgorithm { algorithm: excerpt(name) })?,
            ),
        };
        let issuer = members.issuer.optional("issuer")?.map(Box::from);
        Ok(Self { public_key, key_id: key_id.map(Box::from), algorithm, issuer })
    }

    /// Gives the key an ID: the value that a token's `kid` must have to select it.
    ///
    /// # Examples
    ///
    /// ```
    /// # let pem = "-----BEGIN PUBLIC KEY-----
    /// # MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
    /// # -----END PUBLIC KEY-----";
    /// use jwt_verify_core::{Algorithm, Jwk, PublicKey};
    ///
    /// let jwk = Jwk::from(PublicKey::from_pem(pem)?).with_key_id("2026-11");
    /// assert_eq!(jwk.key_id(), Some("2026-11"));
    /// assert_eq!(jwk.with_algorithm(Algorithm::EdDsa).unwrap().algorithm(), Some(Algorithm::EdDsa));
    /// # Ok::<(), jwt_verify_core::JwkError>(())
    /// ```
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<Box<str>>) -> Self {
        self.key_id = Some(key_id.into());
        self
    }

    /// Restricts the key to one algorithm.
    ///
    /// # Errors
    ///
    /// As [`PublicKey::bind`], if the key's type does not admit it.
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Result<Self, KeyMismatch> {
        self.public_key.bind(algorithm)?;
        self.algorithm = Some(algorithm);
        Ok(self)
    }

    /// The key ID (`kid`, RFC 7517 §4.5).
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The algorithm that the key is restricted to (`alg`, RFC 7517 §4.4).
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// The issuer that the key is restricted to: it answers for no token with another `iss`.
    ///
    /// Entra ID publishes the keys of all its tenants in one set, and tells with this member whose a key is; `{tenantid}` in it
    /// stands for any tenant, a GUID in lower case. It is not registered for JSON Web Keys, and other issuers have none.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Whether the key may answer for a token with this `iss`, or without one.
    pub(crate) fn is_for(&self, issuer: Option<&str>) -> bool {
        match (self.issuer(), issuer) {
            (None, _) => true,
            (Some(ours), Some(theirs)) => ours == theirs || tenant_of(ours, theirs).is_some(),
            (Some(_), None) => false,
        }
    }

    /// The key itself.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    pub(crate) fn into_public_key(self) -> PublicKey {
        self.public_key
    }

    /// Binds the key to one algorithm, for good: its own if it has one.
    ///
    /// # Errors
    ///
    /// [`KeyMismatch::Algorithm`] if its own is another one; else as [`PublicKey::bind`].
    pub fn bind(&self, algorithm: Algorithm) -> Result<VerifyingKey, KeyMismatch> {
        match self.algorithm {
            Some(key) if key != algorithm => Err(KeyMismatch::Algorithm { key }),
            _ => self.public_key.bind(algorithm),
        }
    }
}

/// A key without ID and without restriction to one algorithm.
impl From<PublicKey> for Jwk {
    fn from(public_key: PublicKey) -> Self {
        Self { public_key, key_id: None, algorithm: None, issuer: None }
    }
}
