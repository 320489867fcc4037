//! Public keys: parsed and checked ([`PublicKey`]), then bound to exactly one algorithm ([`VerifyingKey`]).

mod error;
mod spki;

use alloc::{format, string::String, sync::Arc};
use core::fmt;

use jose_jwk::{Ec, EcCurves, Key, Okp, OkpCurves, Rsa};
use sha2::{Digest, Sha256};

pub use self::error::JwkError;
pub(crate) use self::error::excerpt;
use crate::{
    Algorithm, Error, HmacSecret, Jwk, KeyMismatch, base64url,
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
        Ok(VerifyingKey { algorithm, material: Material::Public(self.clone()) })
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

/// The type of a public key, with its curve or its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyType {
    /// An Ed25519 key (RFC 8037).
    Ed25519,
    /// A key on P-256.
    P256,
    /// A key on P-384.
    P384,
    /// A key on P-521.
    P521,
    /// A key on secp256k1 (RFC 8812).
    Secp256k1,
    /// An RSA key.
    Rsa {
        /// The size of its modulus in bits.
        bits: usize,
    },
}

impl KeyType {
    fn admits(self, algorithm: Algorithm) -> bool {
        match algorithm {
            Algorithm::EdDsa => self == Self::Ed25519,
            Algorithm::Es256 => self == Self::P256,
            Algorithm::Es384 => self == Self::P384,
            Algorithm::Es512 => self == Self::P521,
            Algorithm::Es256K => self == Self::Secp256k1,
            Algorithm::Rs256
            | Algorithm::Rs384
            | Algorithm::Rs512
            | Algorithm::Ps256
            | Algorithm::Ps384
            | Algorithm::Ps512 => matches!(self, Self::Rsa { .. }),
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512 => false,
        }
    }
}

/// `Ed25519`, `P-256`, `RSA 2048`.
impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ed25519 => "Ed25519",
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
            Self::Secp256k1 => "secp256k1",
            Self::Rsa { bits } => return write!(f, "RSA {bits}"),
        })
    }
}

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

#[cfg(test)]
#[cfg(all(feature = "eddsa", feature = "es256", feature = "rsa"))]
mod tests {
    use alloc::{string::ToString, vec, vec::Vec};

    use super::*;

    /// RFC 8037 App. A.2.
    const ED25519: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
";
    // The others were made with OpenSSL for these tests; their private halves are gone.
    const P256: &str = "-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaM8dhFsYVxomp1A0TcpTEiVMRCxT
8V6jdaYyg+pFQI1cD8eT1roe2ew3XdaGe/TbMdaDT5vUPerwJA4mHz5Kmg==
-----END PUBLIC KEY-----
";
    const P256_COMPRESSED: &str = "-----BEGIN PUBLIC KEY-----
MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACaM8dhFsYVxomp1A0TcpTEiVMRCxT
8V6jdaYyg+pFQI0=
-----END PUBLIC KEY-----
";
    const RSA_2048: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAsZGmxRFnYMjzMoWBaHEt
3mlB+GXQs+Njl27jA2j6JWzPROnSfnOq9T5DvTk8pS8a+UTEQRrQCeRPmIuZFNwl
4Ylxe6ulei9bFrmGPF+ZW/X1jlC5m1eBtgJXIm19dL/Os9QmPdPQuST+zWe+cVfm
b2TprGzOOzsCaCUccriEWb6nzkKhugkosCsXnmJT5B9LJlZNCwssFgFJjzXO8mDY
XlcXkwtWDxmP9SzU9VhmE5AKIKL4dc9ofjyyntdO7Cd28pPtZvjLOS5GOLwjAyMG
kLlhm0oeo5DsmyYhbpgRynZg482jBFKTEsMTZ8lYPIIENhG0/rQbpPl9HGM6w1it
QwIDAQAB
-----END PUBLIC KEY-----
";
    const RSA_1024: &str = "-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCrcBtVnbiIaqH8iZZ5WBxOzmQK
wHkNFZKolpwoFCIvLARqeiSfNeTTyv4/qdXh0i2fWBksCAEWByxd6J40kdBdFiq6
YCx7moa0kODhAruEEWRtk0ic43iJOxjYKxxnKxF3abnSowB5Eo0nPkjNHJ895xVd
buhp0Jwa/VWmhAXI9QIDAQAB
-----END PUBLIC KEY-----
";
    const X25519: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VuAyEAsKQmAyy1D2bzsm2B2g4O48aVVtnPit3IR/e5g+2ZZiw=
-----END PUBLIC KEY-----
";

    fn key(pem: &str) -> PublicKey {
        PublicKey::from_pem(pem).unwrap()
    }

    #[test]
    fn pem_is_read_or_refused_for_its_own_reason() {
        let label = |label: &str| Err(JwkError::PemLabel { label: label.into() });
        let relabelled = |label: &str| ED25519.replace("PUBLIC KEY", label);
        for (pem, expected) in [
            (ED25519.to_string(), Ok("Ed25519")),
            (P256.to_string(), Ok("P-256")),
            (RSA_2048.to_string(), Ok("RSA 2048")),
            // White space around it and other line endings.
            (format!("\n  {}\n\n", ED25519.trim()), Ok("Ed25519")),
            (P256.replace('\n', "\r\n"), Ok("P-256")),
            // Something else.
            (String::new(), Err(JwkError::NotPem)),
            ("{\"kty\":\"OKP\"}".to_string(), Err(JwkError::NotPem)),
            (ED25519.replace("MCow", "M*ow"), Err(JwkError::NotPem)),
            (ED25519.replace("-----END PUBLIC KEY-----", ""), Err(JwkError::NotPem)),
            (relabelled("CERTIFICATE"), label("CERTIFICATE")),
            (relabelled("RSA PUBLIC KEY"), label("RSA PUBLIC KEY")),
            (relabelled("PRIVATE KEY"), label("PRIVATE KEY")),
            (relabelled("EC PRIVATE KEY"), label("EC PRIVATE KEY")),
            // A public key, but none for us.
            (X25519.to_string(), Err(JwkError::UnsupportedOid { oid: "1.3.101.110".into() })),
            (P256_COMPRESSED.to_string(), Err(JwkError::CompressedPoint)),
            (RSA_1024.to_string(), Err(JwkError::RsaModulusSize { bits: 1024 })),
        ] {
            let found = PublicKey::from_pem(&pem).map(|key| key.key_type().to_string());
            assert_eq!(found, expected.map(ToString::to_string), "{pem}");
        }
    }

    #[test]
    fn hints_say_how_to_come_to_a_public_key() {
        for (label, hint) in [
            ("CERTIFICATE", "`openssl x509 -pubkey -noout`"),
            ("RSA PUBLIC KEY", "`openssl rsa -RSAPublicKey_in -pubout`"),
            (
                "RSA PRIVATE KEY",
                "never give a verifier the private key; extract the public one with `openssl pkey -pubout`",
            ),
        ] {
            let error = JwkError::PemLabel { label: label.into() }.to_string();
            assert!(error.ends_with(hint), "{error}");
        }
    }

    #[test]
    fn der_is_refused_at_every_length_but_its_own() {
        for pem in [ED25519, P256, RSA_2048] {
            let der = spki::der_from_pem(pem).unwrap().into_vec();
            assert_eq!(PublicKey::from_der(&der), Ok(key(pem)));
            for len in 0..der.len() {
                assert_eq!(PublicKey::from_der(&der[..len]), Err(JwkError::NotSpki), "{len}");
            }
            assert_eq!(PublicKey::from_der(&[&der[..], &[0]].concat()), Err(JwkError::NotSpki));
        }
    }

    #[test]
    fn ed25519_keys_have_exactly_32_bytes() {
        for found in [0, 31, 33, 64] {
            let error = JwkError::KeyLength { member: "x", found, required: 32 };
            assert_eq!(PublicKey::from_ed25519_bytes(&vec![1; found]), Err(error));
        }
    }

    #[test]
    fn thumbprints_are_those_of_the_rfcs() {
        for (jwk, thumbprint) in [
            // RFC 8037 App. A.3.
            (
                r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
                "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
            ),
            // RFC 7638 §3.1.
            (
                r#"{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}"#,
                "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
            ),
        ] {
            assert_eq!(PublicKey::from_jwk(jwk).unwrap().thumbprint(), thumbprint);
        }
        assert_eq!(ec_members("P-256", &[1], &[2]), r#"{"crv":"P-256","kty":"EC","x":"AQ","y":"Ag"}"#);
    }

    #[test]
    fn leading_zeros_of_rsa_numbers_change_nothing() {
        let Key::Rsa(Rsa { n, e, .. }) =
            spki::parse(spki::der_from_pem(RSA_2048).unwrap().as_bytes()).unwrap()
        else {
            panic!("not RSA");
        };
        let padded = [&[0, 0], &n[..]].concat();
        let padded = PublicKey::from_jose(Rsa { n: padded.into(), e, prv: None }.into()).unwrap();
        assert_eq!(padded.key_type(), KeyType::Rsa { bits: 2048 });
        assert_eq!(padded.thumbprint(), key(RSA_2048).thumbprint());
    }

    #[test]
    fn each_type_admits_its_own_algorithms_and_no_others() {
        let rsa = "RS256 RS384 RS512 PS256 PS384 PS512";
        for (pem, admitted) in [(ED25519, "EdDSA"), (P256, "ES256"), (RSA_2048, rsa)] {
            let key = key(pem);
            let names: Vec<_> = key.algorithms().map(Algorithm::name).collect();
            assert_eq!(names.join(" "), admitted);
            for algorithm in Algorithm::ALL.iter().copied() {
                let expected = match algorithm {
                    _ if key.admits(algorithm) => Ok(algorithm),
                    _ if algorithm.is_symmetric() => Err(KeyMismatch::PublicKeysOnly),
                    _ => Err(KeyMismatch::KeyType),
                };
                assert_eq!(key.bind(algorithm).map(|bound| bound.algorithm()), expected);
            }
        }
    }

    #[test]
    fn clones_share_what_was_prepared_and_equal_keys_need_not() {
        let first = key(ED25519);
        let again = key(ED25519);
        assert_eq!(first, again);
        assert!(!first.shares_preparation_with(&again));
        assert!(first.shares_preparation_with(&first.clone()));
        assert_ne!(first, key(P256));
    }

    #[test]
    fn a_bound_key_is_the_same_only_for_the_same_algorithm() {
        let rs256 = key(RSA_2048).bind(Algorithm::Rs256).unwrap();
        assert!(rs256.is_same_key(&key(RSA_2048).bind(Algorithm::Rs256).unwrap()));
        assert!(!rs256.is_same_key(&key(RSA_2048).bind(Algorithm::Ps256).unwrap()));
    }

    #[test]
    fn debug_prints_type_and_thumbprint() {
        let text = "PublicKey(Ed25519, kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k)";
        assert_eq!(format!("{:?}", key(ED25519)), text);
    }
}

#[cfg(test)]
#[cfg(not(feature = "es256k"))]
mod left_out {
    use super::*;

    #[test]
    fn a_key_whose_feature_is_off_names_the_feature() {
        let x = "eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g";
        let jwk = format!(r#"{{"kty":"EC","crv":"secp256k1","x":"{x}","y":"{x}"}}"#);
        assert_eq!(PublicKey::from_jwk(&jwk), Err(JwkError::NotCompiledIn { feature: "es256k" }));
    }
}
