//! Public keys: parsed and checked ([`PublicKey`]), then bound to exactly one algorithm ([`VerifyingKey`]).

mod error;
mod key_type;
#[cfg(test)]
#[cfg(not(feature = "es256k"))]
mod left_out;
mod spki;
#[cfg(test)]
#[cfg(all(feature = "eddsa", feature = "es256", feature = "rsa"))]
mod tests;
mod verifying;

use alloc::{format, string::String, sync::Arc};
use core::fmt;

use jose_jwk::{Ec, EcCurves, Key, Okp, OkpCurves, Rsa};
use sha2::{Digest, Sha256};

pub(crate) use self::error::excerpt;
pub use self::{error::JwkError, key_type::KeyType, verifying::VerifyingKey};
use crate::{
    Algorithm, Jwk, KeyMismatch, base64url,
    signature::{Prepared, ecdsa, eddsa, rsa},
};

/// A public key: parsed, checked, and prepared for verifying, once.
///
/// Clones share what was prepared. Two keys are equal when their material is, wherever they came from.
///
/// A public key alone verifies nothing: [`bind`](Self::bind) it to the algorithm that your side has chosen.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Algorithm, KeyMismatch, PublicKey};
///
/// let key = PublicKey::from_pem(
///     "-----BEGIN PUBLIC KEY-----
/// MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
/// -----END PUBLIC KEY-----",
/// )?;
/// assert_eq!(key.key_type().to_string(), "Ed25519");
/// assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
/// assert!(key.bind(Algorithm::EdDsa).is_ok());
/// assert_eq!(key.bind(Algorithm::Es256).unwrap_err(), KeyMismatch::KeyType);
/// # Ok::<(), jwt_verify_core::JwkError>(())
/// ```
#[derive(Clone)]
pub struct PublicKey(Arc<Inner>);

struct Inner {
    prepared: Prepared,
    /// RFC 7638, with SHA-256.
    thumbprint: [u8; 32],
}

impl PublicKey {
    /// Reads a public key in JSON Web Key format (RFC 7517 §4).
    ///
    /// Every rule of [`Jwk::parse`] applies, but what the JWK says beside the material, its `alg` above all,
    /// is forgotten then: use [`Jwk`] where it matters.
    ///
    /// # Errors
    ///
    /// As [`Jwk::parse`].
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::{JwkError, PublicKey};
    ///
    /// // RFC 8037 App. A.2, and A.1 with its private member.
    /// let key = PublicKey::from_jwk(
    ///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    /// );
    /// assert!(key.is_ok());
    /// let key = PublicKey::from_jwk(
    ///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    ///         "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#,
    /// );
    /// assert_eq!(key, Err(JwkError::PrivateKey));
    /// ```
    pub fn from_jwk(json: &str) -> Result<Self, JwkError> {
        Jwk::parse(json).map(Jwk::into_public_key)
    }

    /// Reads a public key in PEM: `-----BEGIN PUBLIC KEY-----`, the textual form of a SubjectPublicKeyInfo
    /// (RFC 7468 §13).
    ///
    /// # Errors
    ///
    /// [`JwkError::NotPem`]; [`JwkError::PemLabel`] for certificates, private keys and keys in the form of
    /// PKCS #1, with a hint when displayed; else as [`from_der`](Self::from_der).
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::{JwkError, PublicKey};
    ///
    /// let error = PublicKey::from_pem("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----").unwrap_err();
    /// assert_eq!(error, JwkError::PemLabel { label: "CERTIFICATE".into() });
    /// assert!(error.to_string().ends_with("extract its key with `openssl x509 -pubkey -noout`"));
    /// ```
    pub fn from_pem(pem: &str) -> Result<Self, JwkError> {
        Self::from_der(spki::der_from_pem(pem)?.as_bytes())
    }

    /// Reads a public key in DER: a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7, RFC 5480, RFC 8410).
    ///
    /// # Errors
    ///
    /// [`JwkError::NotSpki`], [`JwkError::UnsupportedOid`] or [`JwkError::CompressedPoint`]; else what is
    /// wrong with the material, as for a JWK.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::{JwkError, PublicKey};
    ///
    /// assert_eq!(PublicKey::from_der(b"not DER"), Err(JwkError::NotSpki));
    /// ```
    pub fn from_der(der: &[u8]) -> Result<Self, JwkError> {
        Self::from_jose(spki::parse(der)?)
    }

    /// Takes the 32 bytes of an Ed25519 public key (RFC 8032 §5.1.5).
    ///
    /// # Errors
    ///
    /// [`JwkError::KeyLength`], [`JwkError::NotCanonical`], [`JwkError::NotOnCurve`] or
    /// [`JwkError::WeakKey`]; [`JwkError::NotCompiledIn`] without the feature `eddsa`.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::{JwkError, PublicKey};
    ///
    /// // A point of order 4, not a key.
    /// assert_eq!(PublicKey::from_ed25519_bytes(&[0; 32]), Err(JwkError::WeakKey));
    /// ```
    pub fn from_ed25519_bytes(bytes: &[u8]) -> Result<Self, JwkError> {
        let encoded = <&[u8; 32]>::try_from(bytes).map_err(|_| JwkError::KeyLength {
            member: "x",
            found: bytes.len(),
            required: 32,
        })?;
        let prepared = Prepared::Ed25519(eddsa::Key::new(encoded)?);
        Ok(Self::new(prepared, &okp_members("Ed25519", bytes)))
    }

    /// Checks and prepares what a JWK or a SubjectPublicKeyInfo stated.
    pub(crate) fn from_jose(key: Key) -> Result<Self, JwkError> {
        match key {
            Key::Ec(key) => Self::from_ec(&key),
            Key::Rsa(key) => Self::from_rsa(&key),
            Key::Okp(Okp { crv: OkpCurves::Ed25519, x, d: None }) => Self::from_ed25519_bytes(&x),
            Key::Okp(Okp { d: Some(_), .. }) => Err(JwkError::PrivateKey),
            Key::Okp(Okp { crv, .. }) => {
                Err(JwkError::UnsupportedCurve { curve: excerpt(&format!("{crv:?}")) })
            }
            Key::Oct(_) => Err(JwkError::SymmetricKey),
            // The type may grow; whatever it grows is not a key to us.
            _ => Err(JwkError::UnsupportedKeyType { key_type: "".into() }),
        }
    }

    fn from_ec(Ec { crv, x, y, d }: &Ec) -> Result<Self, JwkError> {
        if d.is_some() {
            return Err(JwkError::PrivateKey);
        }
        let (prepared, curve) = match crv {
            EcCurves::P256 => (Prepared::P256(ecdsa::P256::new(x, y)?), "P-256"),
            EcCurves::P384 => (Prepared::P384(ecdsa::P384::new(x, y)?), "P-384"),
            EcCurves::P521 => (Prepared::P521(ecdsa::P521::new(x, y)?), "P-521"),
            EcCurves::P256K => (Prepared::Secp256k1(ecdsa::Secp256k1::new(x, y)?), "secp256k1"),
            _ => return Err(JwkError::UnsupportedCurve { curve: excerpt(&format!("{crv:?}")) }),
        };
        Ok(Self::new(prepared, &ec_members(curve, x, y)))
    }

    fn from_rsa(Rsa { n, e, prv }: &Rsa) -> Result<Self, JwkError> {
        if prv.is_some() {
            return Err(JwkError::PrivateKey);
        }
        // RFC 7518 §6.3.1.1: "Note that implementers have found that some cryptographic libraries prefix an
        // extra zero-valued octet to the modulus representations they return". They have no influence on
        // anything here.
        let (modulus, exponent) = (without_leading_zeros(n), without_leading_zeros(e));
        let prepared = Prepared::Rsa(rsa::Key::new(modulus, exponent)?);
        Ok(Self::new(prepared, &rsa_members(modulus, exponent)))
    }

    /// `members` is the JSON that RFC 7638 §3 hashes.
    fn new(prepared: Prepared, members: &str) -> Self {
        Self(Arc::new(Inner { prepared, thumbprint: Sha256::digest(members).into() }))
    }

    /// The type of the key, which decides what algorithms it can be bound to.
    #[must_use]
    pub fn key_type(&self) -> KeyType {
        self.0.prepared.key_type()
    }

    /// Every algorithm that the key can be bound to: six for RSA, one for every other type.
    pub fn algorithms(&self) -> impl Iterator<Item = Algorithm> + use<> {
        let key_type = self.key_type();
        Algorithm::ALL.iter().copied().filter(move |algorithm| key_type.admits(*algorithm))
    }

    /// Whether [`algorithms`](Self::algorithms) has it.
    #[must_use]
    pub fn admits(&self, algorithm: Algorithm) -> bool {
        self.key_type().admits(algorithm)
    }

    /// Binds the key to one algorithm, for good.
    ///
    /// RFC 8725 §3.1: "each key MUST be used with exactly one algorithm, and this MUST be checked when the
    /// cryptographic operation is performed." The algorithm is yours to name, never the token's.
    ///
    /// # Errors
    ///
    /// [`KeyMismatch::PublicKeysOnly`] for HS256, HS384 and HS512; [`KeyMismatch::KeyType`] if another type
    /// of key or another curve is needed.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::{Algorithm, KeyMismatch, PublicKey};
    ///
    /// // RFC 8037 App. A.2.
    /// let key = PublicKey::from_jwk(
    ///     r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
    /// )?;
    /// assert_eq!(key.bind(Algorithm::EdDsa).unwrap().algorithm(), Algorithm::EdDsa);
    /// assert_eq!(key.bind(Algorithm::Hs256).unwrap_err(), KeyMismatch::PublicKeysOnly);
    /// # Ok::<(), jwt_verify_core::JwkError>(())
    /// ```
    pub fn bind(&self, algorithm: Algorithm) -> Result<VerifyingKey, KeyMismatch> {
        if algorithm.is_symmetric() {
            return Err(KeyMismatch::PublicKeysOnly);
        }
        if !self.admits(algorithm) {
            return Err(KeyMismatch::KeyType);
        }
        Ok(VerifyingKey::from_public(self.clone(), algorithm))
    }

    /// The thumbprint of the key: RFC 7638, with SHA-256, in base64url.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        base64url::encode(&self.0.thumbprint)
    }

    /// Whether both are clones of one key, so that what was prepared for the one serves the other.
    ///
    /// Equal keys need not be. A key that survives a refresh of its set is.
    #[must_use]
    pub fn shares_preparation_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// The thumbprint covers all of the material and nothing else.
impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.thumbprint == other.0.thumbprint
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({}, {})", self.key_type(), self.thumbprint())
    }
}

// RFC 7638 §3: the required members "with no whitespace or line breaks before or after any syntactic elements
// and with the required members ordered lexicographically by the Unicode code points of the member names".

fn ec_members(curve: &str, x: &[u8], y: &[u8]) -> String {
    let (x, y) = (base64url::encode(x), base64url::encode(y));
    format!(r#"{{"crv":"{curve}","kty":"EC","x":"{x}","y":"{y}"}}"#)
}

/// RFC 8037 §2: "When calculating JWK Thumbprints [RFC7638], the three public key fields are included in the
/// hash input in lexicographic order: "crv", "kty", and "x"."
fn okp_members(curve: &str, x: &[u8]) -> String {
    let x = base64url::encode(x);
    format!(r#"{{"crv":"{curve}","kty":"OKP","x":"{x}"}}"#)
}

fn rsa_members(n: &[u8], e: &[u8]) -> String {
    let (n, e) = (base64url::encode(n), base64url::encode(e));
    format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#)
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|octet| **octet == 0).count();
    number.split_at_checked(zeros).map_or(&[], |(_, value)| value)
}
