//! [`VerifyingKey`]: bound to exactly one algorithm.

use super::PublicKey;
use crate::{Algorithm, Error, HmacSecret};

/// A key bound to exactly one algorithm: a [`PublicKey`], or an [`HmacSecret`].
///
/// Clones share what was prepared.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Algorithm, Error, HmacSecret};
///
/// let secret = HmacSecret::new(Algorithm::Hs256, b"a secret of at least thirty-two bytes")?;
/// let key = secret.bind(Algorithm::Hs256).unwrap();
/// assert_eq!(key.algorithm(), Algorithm::Hs256);
/// assert_eq!(key.verify(b"message", b"not its MAC"), Err(Error::InvalidSignature));
/// # Ok::<(), jwt_verify_core::SecretError>(())
/// ```
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    algorithm: Algorithm,
    material: Material,
}

#[derive(Clone, Debug)]
enum Material {
    Public(PublicKey),
    Secret(HmacSecret),
}

impl VerifyingKey {
    /// The caller has made sure that the key admits the algorithm.
    pub(super) fn from_public(key: PublicKey, algorithm: Algorithm) -> Self {
        Self { algorithm, material: Material::Public(key) }
    }

    pub(crate) fn from_secret(secret: HmacSecret) -> Self {
        Self { algorithm: secret.algorithm(), material: Material::Secret(secret) }
    }

    /// The one algorithm that the key is for.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether both are the same key for the same algorithm. Secrets are the same if they are clones,
    /// whatever their bytes.
    pub(crate) fn is_same_key(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm
            && match (&self.material, &other.material) {
                (Material::Public(key), Material::Public(other)) => key == other,
                (Material::Secret(secret), Material::Secret(other)) => secret.is_clone_of(other),
                _ => false,
            }
    }

    /// Checks that `signature` is this key's signature of `message`.
    ///
    /// For a JWT the message is its text up to the second dot, and the signature what the third part decodes
    /// to.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidSignature`], whatever is wrong with it: its length, its encoding or its value.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        let valid = match &self.material {
            Material::Public(key) => key.0.prepared.verify(self.algorithm, message, signature),
            Material::Secret(secret) => secret.verify(message, signature),
        };
        if valid { Ok(()) } else { Err(Error::InvalidSignature) }
    }
}
