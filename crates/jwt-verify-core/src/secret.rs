//! Shared secrets for HS256, HS384 and HS512.

use alloc::{string::String, sync::Arc, vec::Vec};
use core::fmt;

use zeroize::Zeroizing;

use crate::{
    Algorithm, JwkError, KeyMismatch, PublicKey, VerifyingKey, base64url, jwk::Members, key::excerpt, limits,
    signature::hmac,
};

/// A shared secret, bound to one of HS256, HS384 and HS512.
///
/// Prefer public keys: whoever can verify with a secret can also sign with it.
///
/// Only what HMAC computes from the secret is kept. Clones share it, it is wiped when the last of them is
/// dropped, and `Debug` prints a placeholder. A secret and a [`PublicKey`](crate::PublicKey) are different
/// types, and no text becomes either by guessing: an attacker cannot have a public key used as a secret.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Algorithm, HmacSecret, SecretError};
///
/// let secret = HmacSecret::new(Algorithm::Hs256, b"a secret of at least thirty-two bytes")?;
/// assert_eq!(format!("{secret:?}"), "HmacSecret(HS256, ..)");
///
/// let error = HmacSecret::new(Algorithm::Hs256, b"password").unwrap_err();
/// assert_eq!(error, SecretError::TooShort { algorithm: Algorithm::Hs256, found: 8, required: 32 });
/// # Ok::<(), SecretError>(())
/// ```
#[derive(Clone)]
pub struct HmacSecret {
    algorithm: Algorithm,
    key: Arc<hmac::Key>,
}

impl HmacSecret {
    /// Takes the bytes of a secret. They are not decoded: where the secret is written in base64, decode it
    /// first.
    ///
    /// # Errors
    ///
    /// [`SecretError::NotHmac`] for another family's algorithm, [`SecretError::TooShort`] below the size of
    /// the hash: 32, 48 or 64 bytes. [`SecretError::NotCompiledIn`] without the feature `hmac`.
    ///
    /// # Security
    ///
    /// Use random bytes. A pass phrase of that length can be guessed from a single token (RFC 8725 §3.5).
    pub fn new(algorithm: Algorithm, secret: &[u8]) -> Result<Self, SecretError> {
        let required = match algorithm {
            Algorithm::Hs256 => 32,
            Algorithm::Hs384 => 48,
            Algorithm::Hs512 => 64,
            _ => return Err(SecretError::NotHmac { algorithm }),
        }
        .max(limits::MIN_HMAC_SECRET_LEN);
        // The oldest confusion there is: whoever has the public key could sign. A secret is random and looks like none of these.
        if looks_like_a_key(secret) {
            return Err(SecretError::LooksLikeAKey);
        }
        // RFC 7518 §3.2: "A key of the same size as the hash output (for instance, 256 bits for "HS256") or
        // larger MUST be used with this algorithm."
        if secret.len() < required {
            return Err(SecretError::TooShort { algorithm, found: secret.len(), required });
        }
        Ok(Self { algorithm, key: Arc::new(hmac::Key::new(algorithm, secret)?) })
    }

    /// Reads a secret in JSON Web Key format: `kty` is `oct` (RFC 7518 §6.4).
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new); [`SecretError::Jwk`] if the JWK is not one of a secret, or not for verifying by
    /// `algorithm`.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::{Algorithm, HmacSecret};
    ///
    /// // RFC 7515 App. A.1.
    /// let secret = HmacSecret::from_jwk(
    ///     Algorithm::Hs256,
    ///     r#"{"kty":"oct",
    ///         "k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#,
    /// )?;
    /// assert_eq!(secret.algorithm(), Algorithm::Hs256);
    /// # Ok::<(), jwt_verify_core::SecretError>(())
    /// ```
    pub fn from_jwk(algorithm: Algorithm, json: &str) -> Result<Self, SecretError> {
        let secret = read_jwk(algorithm, json).map_err(SecretError::Jwk)?;
        Self::new(algorithm, &secret)
    }

    /// The one algorithm that the secret is for.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The secret as a key that verifies by its own algorithm. Naming another one is refused.
    ///
    /// # Errors
    ///
    /// [`KeyMismatch::SecretOnly`] if the algorithm takes a public key; [`KeyMismatch::Algorithm`] if the
    /// secret is for another one of HS256, HS384 and HS512.
    pub fn bind(&self, algorithm: Algorithm) -> Result<VerifyingKey, KeyMismatch> {
        if !algorithm.is_symmetric() {
            return Err(KeyMismatch::SecretOnly);
        }
        if algorithm != self.algorithm {
            return Err(KeyMismatch::Algorithm { key: self.algorithm });
        }
        Ok(VerifyingKey::from_secret(self.clone()))
    }

    /// Whether both are clones of one secret.
    pub(crate) fn is_clone_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.key, &other.key)
    }

    pub(crate) fn verify(&self, message: &[u8], mac: &[u8]) -> bool {
        self.key.verify(message, mac)
    }
}

impl fmt::Debug for HmacSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HmacSecret({}, ..)", self.algorithm)
    }
}

/// Why a shared secret was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretError {
    /// The algorithm takes a public key.
    NotHmac {
        /// The algorithm.
        algorithm: Algorithm,
    },
    /// The secret is shorter than the hash.
    TooShort {
        /// What the secret is for.
        algorithm: Algorithm,
        /// Its length in bytes.
        found: usize,
        /// The length in bytes that it must have at least.
        required: usize,
    },
    /// The bytes are those of a key or certificate: PEM, DER, an SSH key, or a JSON Web Key.
    LooksLikeAKey,
    /// The JWK is not one of a secret for this algorithm.
    Jwk(JwkError),
    /// The cargo feature for HMAC is off in this build.
    NotCompiledIn {
        /// The feature of `jwt-verify-core` that brings it.
        feature: &'static str,
    },
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHmac { algorithm } => {
                write!(f, "{algorithm} takes a public key; secrets are for HS256, HS384 and HS512")
            }
            Self::TooShort { algorithm, found, required } => write!(
                f,
                "the secret has {found} bytes and {algorithm} needs at least {required}: \
                 make one with `openssl rand -base64 {required}` and decode it"
            ),
            Self::LooksLikeAKey => f.write_str(
                "this is a key or certificate and not a secret: whoever has it could sign; \
                 give public keys as public keys, and a secret as its own bytes",
            ),
            Self::Jwk(_) => f.write_str("the JWK is not one of a secret for this algorithm"),
            Self::NotCompiledIn { feature } => {
                write!(f, "shared secrets need the feature `{feature}` of jwt-verify-core")
            }
        }
    }
}

impl core::error::Error for SecretError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Jwk(error) => Some(error),
            _ => None,
        }
    }
}

/// Whether bytes that are given as a secret are a key in one of its usual forms.
fn looks_like_a_key(secret: &[u8]) -> bool {
    let text = secret.trim_ascii_start();
    let is_json = || text.starts_with(b"{") && text.windows(5).any(|window| window == b"\"kty\"");
    text.starts_with(b"-----BEGIN ") || text.starts_with(b"ssh-") || is_json() || is_der(secret)
}

/// Whether the bytes are exactly one DER structure as keys and certificates are: a SEQUENCE that begins with a SEQUENCE or an
/// INTEGER. For a random secret the odds are below one in two thousand million.
fn is_der(bytes: &[u8]) -> bool {
    match bytes {
        // An Ed25519 or P-256 key is so short that its form alone says too little.
        [0x30, 0..=0x7f, ..] => PublicKey::from_der(bytes).is_ok(),
        [0x30, 0x81, len, 0x30 | 0x02, ..] => bytes.len() == usize::from(*len).saturating_add(3),
        [0x30, 0x82, high, low, 0x30 | 0x02, ..] => {
            bytes.len() == usize::from(u16::from_be_bytes([*high, *low])).saturating_add(4)
        }
        _ => false,
    }
}

fn read_jwk(algorithm: Algorithm, json: &str) -> Result<Zeroizing<Vec<u8>>, JwkError> {
    let members = Members::read(json)?;
    let key_type = members.key_type.required("kty")?;
    if key_type != "oct" {
        return Err(JwkError::UnsupportedKeyType { key_type: excerpt(key_type) });
    }
    members.check_purpose()?;
    // RFC 7517 §4.4: `alg` "identifies the algorithm intended for use with the key".
    if let Some(found) = members.algorithm.optional("alg")?
        && Algorithm::from_name(found) != Some(algorithm)
    {
        return Err(JwkError::UnsupportedAlgorithm { algorithm: excerpt(found) });
    }
    let secret: Zeroizing<String> = Zeroizing::new(members.secret.required("k")?.into());
    base64url::decode(&secret).map(Zeroizing::new).ok_or(JwkError::Base64 { member: "k" })
}

#[cfg(test)]
#[cfg(feature = "hmac")]
mod tests {
    use alloc::{format, string::ToString};

    use super::*;
    use crate::Error;

    const BYTES: [u8; 64] = [0x5a; 64];

    #[test]
    fn a_key_in_any_form_is_no_secret() {
        let spki = b"0\x2a0\x05\x06\x03\x2b\x65\x70\x03\x21\x00\xd7\x5a\x98\x01\x82\xb1\x0a\xb7\xd5\x4b\xfe\xd3\xc9\x64\x07\x3a\
            \x0e\xe1\x72\xf3\xda\xa6\x23\x25\xaf\x02\x1a\x68\xf7\x07\x51\x1a";
        let long = |head: &[u8], len: usize| [head, &alloc::vec![0x5a; len - head.len()]].concat();
        for (bytes, is_key) in [
            (&b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA"[..], true),
            (b"\r\n  -----BEGIN CERTIFICATE-----\nMIIB", true),
            (b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI", true),
            (b" {\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"\"}", true),
            (b"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"\",\"e\":\"\"}]}", true),
            (&long(&[0x30, 0x82, 0x01, 0x22, 0x30, 0x0d], 294), true),
            (&long(&[0x30, 0x82, 0x01, 0x0a, 0x02, 0x82], 270), true),
            (&long(&[0x30, 0x81, 0x9f, 0x30], 162), true),
            // Secrets that begin alike.
            (&long(&[0x30, 0x82, 0x01, 0x22, 0x30, 0x0d], 295), false),
            (&long(&[0x30, 0x82, 0x01, 0x22, 0x31], 294), false),
            (&long(&[0x30, 0x2a], 44), false),
            (b"{a secret that begins with a brace, and goes on}", false),
        ] {
            let made = HmacSecret::new(Algorithm::Hs256, bytes).map(|secret| secret.algorithm());
            let expected = if is_key { Err(SecretError::LooksLikeAKey) } else { Ok(Algorithm::Hs256) };
            assert_eq!(made, expected, "{bytes:?}");
        }
        if cfg!(feature = "eddsa") {
            let made = HmacSecret::new(Algorithm::Hs256, spki).map(|secret| secret.algorithm());
            assert_eq!(made, Err(SecretError::LooksLikeAKey));
        }
    }

    #[test]
    fn a_secret_is_accepted_from_the_size_of_its_hash_upwards() {
        for (algorithm, required) in [(Algorithm::Hs256, 32), (Algorithm::Hs384, 48), (Algorithm::Hs512, 64)]
        {
            for found in [0, 1, required - 1] {
                assert_eq!(
                    HmacSecret::new(algorithm, &BYTES[..found]).unwrap_err(),
                    SecretError::TooShort { algorithm, found, required }
                );
            }
            assert!(HmacSecret::new(algorithm, &BYTES[..required]).is_ok());
            assert!(HmacSecret::new(algorithm, &[0x5a; 300]).is_ok());
        }
    }

    #[test]
    fn every_other_algorithm_refuses_a_secret() {
        for algorithm in Algorithm::ALL.iter().copied().filter(|algorithm| !algorithm.is_symmetric()) {
            assert_eq!(HmacSecret::new(algorithm, &BYTES).unwrap_err(), SecretError::NotHmac { algorithm });
        }
    }

    #[test]
    fn the_message_for_a_short_secret_says_what_to_do() {
        assert_eq!(
            HmacSecret::new(Algorithm::Hs256, b"password").unwrap_err().to_string(),
            "the secret has 8 bytes and HS256 needs at least 32: make one with `openssl rand -base64 32` and decode it"
        );
    }

    #[test]
    fn a_jwk_is_read_or_refused_for_its_own_reason() {
        let k = base64url::encode(&BYTES);
        let unsupported = |algorithm: &str| JwkError::UnsupportedAlgorithm { algorithm: algorithm.into() };
        for (json, expected) in [
            (format!(r#"{{"kty":"oct","k":"{k}"}}"#), Ok(())),
            (format!(r#"{{"kty":"oct","k":"{k}","alg":"HS512","use":"sig","kid":"1"}}"#), Ok(())),
            (format!(r#"{{"kty":"oct","k":"{k}","key_ops":["sign","verify"]}}"#), Ok(())),
            (format!(r#"{{"kty":"oct","k":"{k}","alg":"HS256"}}"#), Err(unsupported("HS256"))),
            (format!(r#"{{"kty":"oct","k":"{k}","alg":"A256GCM"}}"#), Err(unsupported("A256GCM"))),
            (
                format!(r#"{{"kty":"oct","k":"{k}","use":"enc"}}"#),
                Err(JwkError::UseNotSignature { key_use: "enc".into() }),
            ),
            (format!(r#"{{"kty":"oct","k":"{k}","key_ops":["sign"]}}"#), Err(JwkError::KeyOpsWithoutVerify)),
            (format!(r#"{{"kty":"oct","k":"{k}="}}"#), Err(JwkError::Base64 { member: "k" })),
            (r#"{"kty":"oct"}"#.into(), Err(JwkError::MissingMember { member: "k" })),
            (r#"{"kty":"RSA"}"#.into(), Err(JwkError::UnsupportedKeyType { key_type: "RSA".into() })),
        ] {
            let secret = HmacSecret::from_jwk(Algorithm::Hs512, &json);
            assert_eq!(secret.map(|_| ()), expected.map_err(SecretError::Jwk), "{json}");
        }
        assert_eq!(
            HmacSecret::from_jwk(Algorithm::Hs256, r#"{"kty":"oct","k":"AAAA"}"#).unwrap_err(),
            SecretError::TooShort { algorithm: Algorithm::Hs256, found: 3, required: 32 }
        );
    }

    #[test]
    fn a_secret_is_bound_to_no_other_algorithm() {
        let secret = HmacSecret::new(Algorithm::Hs384, &BYTES).unwrap();
        for algorithm in Algorithm::ALL.iter().copied() {
            let expected = match algorithm {
                Algorithm::Hs384 => Ok(Algorithm::Hs384),
                Algorithm::Hs256 | Algorithm::Hs512 => Err(KeyMismatch::Algorithm { key: Algorithm::Hs384 }),
                _ => Err(KeyMismatch::SecretOnly),
            };
            assert_eq!(secret.bind(algorithm).map(|key| key.algorithm()), expected);
        }
    }

    #[test]
    fn a_secret_verifies_its_own_macs_only() {
        // RFC 7515 App. A.1.
        let jwk = r#"{"kty":"oct",
            "k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}"#;
        let message = b"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
            eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let mac = base64url::decode("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        let verify = |algorithm| {
            let secret = HmacSecret::from_jwk(algorithm, jwk).unwrap();
            secret.bind(algorithm).unwrap().verify(message, &mac)
        };
        assert_eq!(verify(Algorithm::Hs256), Ok(()));
        assert_eq!(verify(Algorithm::Hs384), Err(Error::InvalidSignature));
        assert_eq!(verify(Algorithm::Hs512), Err(Error::InvalidSignature));
    }
}
