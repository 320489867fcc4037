use alloc::{boxed::Box, string::String};
use core::fmt;

use crate::{JsonProblem, limits};

/// Why key material was refused.
///
/// Names that come out of the key material are cut after 64 characters, and escaped when displayed: an error
/// can be logged. Nothing else of the material is repeated.
///
/// # Examples
///
/// ```
/// use jwt_verify_core::{Jwk, JwkError};
///
/// let error = Jwk::parse(r#"{"kty":"OKP","crv":"X25519","x":""}"#).unwrap_err();
/// assert_eq!(error, JwkError::UnsupportedCurve { curve: "X25519".into() });
/// assert_eq!(error.to_string(), r#"the curve "X25519" (`crv`) is not supported"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JwkError {
    // What a JWK says about itself.
    /// The JWK is not a JSON object as we read it.
    Json(JsonProblem),
    /// A member that must be there is not.
    MissingMember {
        /// Its name.
        member: &'static str,
    },
    /// A member has another JSON type than it must have.
    WrongType {
        /// Its name.
        member: &'static str,
    },
    /// A member is not base64url without padding (RFC 7515 §2), or has bits set behind its last byte.
    Base64 {
        /// Its name.
        member: &'static str,
    },
    /// The key ID is longer than [`limits::MAX_KEY_ID_LEN`].
    KeyIdTooLong {
        /// Its length in bytes.
        found: usize,
    },
    /// `kty` names a type that is not known here, such as `AKP`. Names are case-sensitive.
    UnsupportedKeyType {
        /// The name.
        key_type: Box<str>,
    },
    /// `crv` names a curve that is not known here for signatures, such as `X25519`. Names are case-sensitive.
    UnsupportedCurve {
        /// The name.
        curve: Box<str>,
    },
    /// `alg` is not an algorithm for signatures with this type of key.
    UnsupportedAlgorithm {
        /// The name.
        algorithm: Box<str>,
    },
    /// `use` is not `sig` (RFC 7517 §4.2).
    UseNotSignature {
        /// What it is.
        key_use: Box<str>,
    },
    /// `key_ops` is there and does not list `verify` (RFC 7517 §4.3).
    KeyOpsWithoutVerify,
    /// The key has private members. Whoever reads it can sign; whoever only verifies must not have it.
    PrivateKey,
    /// A shared secret (`kty` is `oct`), which is never a public key.
    ///
    /// A secret of your own goes through [`HmacSecret::from_jwk`](crate::HmacSecret::from_jwk).
    SymmetricKey,

    // The material itself.
    /// A coordinate or an Ed25519 key that is not exactly as long as its curve demands.
    KeyLength {
        /// The member of a JWK that holds it: `x` or `y`.
        member: &'static str,
        /// Its length in bytes.
        found: usize,
        /// The length in bytes that it must have.
        required: usize,
    },
    /// The point is not on its curve.
    NotOnCurve,
    /// An Ed25519 key whose y coordinate is p or more (RFC 8032 §5.1.3).
    NotCanonical,
    /// An Ed25519 key of small order, for which anybody can make signatures.
    WeakKey,
    /// The RSA modulus has fewer than [`limits::MIN_RSA_MODULUS_BITS`] or more than
    /// [`limits::MAX_RSA_MODULUS_BITS`] bits.
    RsaModulusSize {
        /// How many it has.
        bits: usize,
    },
    /// The RSA modulus is even.
    EvenModulus,
    /// The RSA exponent is even, below 3 or above [`limits::MAX_RSA_EXPONENT`].
    RsaExponent,
    /// The cargo feature for this type of key is off in this build.
    NotCompiledIn {
        /// The feature of `jwt-verify-core` that brings it.
        feature: &'static str,
    },

    // PEM and DER.
    /// Not PEM (RFC 7468).
    NotPem,
    /// PEM, but not of a `PUBLIC KEY`.
    PemLabel {
        /// What it is of.
        label: Box<str>,
    },
    /// Not the DER of a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7).
    NotSpki,
    /// A SubjectPublicKeyInfo of a type that is not known here.
    UnsupportedOid {
        /// The object identifier of the algorithm, or that of the curve.
        oid: Box<str>,
    },
    /// A point in compressed form, of which RFC 5480 §2.2 says that implementations MAY support it. Here it
    /// is not.
    CompressedPoint,
}

impl fmt::Display for JwkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(problem) => write!(f, "the JWK {problem}"),
            Self::MissingMember { member } => write!(f, "the member `{member}` is missing"),
            Self::WrongType { member } => write!(f, "the member `{member}` has the wrong JSON type"),
            Self::Base64 { member } => write!(f, "the member `{member}` is not base64url without padding"),
            Self::KeyIdTooLong { found } => {
                write!(f, "the key ID has {found} bytes, more than the limit of {}", limits::MAX_KEY_ID_LEN)
            }
            Self::UnsupportedKeyType { key_type } => {
                write!(f, "the key type {key_type:?} (`kty`) is not supported")
            }
            Self::UnsupportedCurve { curve } => write!(f, "the curve {curve:?} (`crv`) is not supported"),
            Self::UnsupportedAlgorithm { algorithm } => {
                write!(f, "{algorithm:?} (`alg`) is not a signature algorithm for this type of key")
            }
            Self::UseNotSignature { key_use } => {
                write!(f, "the key is for {key_use:?} (`use`) and not for signatures")
            }
            Self::KeyOpsWithoutVerify => f.write_str("the key is not for verifying (`key_ops`)"),
            Self::PrivateKey => f.write_str(
                "this is a private key: give a verifier the public key only, and replace a key that leaked",
            ),
            Self::SymmetricKey => f.write_str("this is a shared secret (`oct`) and not a public key"),
            Self::KeyLength { member, found, required } => {
                write!(f, "`{member}` has {found} bytes and must have exactly {required}")
            }
            Self::NotOnCurve => f.write_str("the point is not on its curve"),
            Self::NotCanonical => f.write_str("the Ed25519 key is not canonically encoded"),
            Self::WeakKey => f.write_str("the Ed25519 key is of small order, and anybody can sign for it"),
            Self::RsaModulusSize { bits } => write!(
                f,
                "the RSA modulus has {bits} bits and must have {} to {}",
                limits::MIN_RSA_MODULUS_BITS,
                limits::MAX_RSA_MODULUS_BITS
            ),
            Self::EvenModulus => f.write_str("the RSA modulus is even"),
            Self::RsaExponent => {
                write!(f, "the RSA exponent is not an odd number from 3 to {}", limits::MAX_RSA_EXPONENT)
            }
            Self::NotCompiledIn { feature } => {
                write!(f, "this type of key needs the feature `{feature}` of jwt-verify-core")
            }
            Self::NotPem => {
                f.write_str("not PEM: expected a text that begins with `-----BEGIN PUBLIC KEY-----`")
            }
            Self::PemLabel { label } => {
                write!(f, "the PEM is of a {label:?} and not of a `PUBLIC KEY`{}", pem_hint(label))
            }
            Self::NotSpki => f.write_str("not the DER of a SubjectPublicKeyInfo"),
            Self::UnsupportedOid { oid } => write!(f, "keys of the type or curve {oid} are not supported"),
            Self::CompressedPoint => f.write_str(
                "the point is compressed: convert with `openssl ec -pubin -conv_form uncompressed`",
            ),
        }
    }
}

impl core::error::Error for JwkError {}

impl From<JsonProblem> for JwkError {
    fn from(problem: JsonProblem) -> Self {
        Self::Json(problem)
    }
}

/// How to come from what was given to what is needed.
fn pem_hint(label: &str) -> &'static str {
    match label {
        "CERTIFICATE" => ": extract its key with `openssl x509 -pubkey -noout`",
        "RSA PUBLIC KEY" => ": convert it with `openssl rsa -RSAPublicKey_in -pubout`",
        _ if label.ends_with("PRIVATE KEY") => {
            ": never give a verifier the private key; extract the public one with `openssl pkey -pubout`"
        }
        _ => "",
    }
}

/// What is repeated of a name that comes out of key material.
pub(crate) fn excerpt(name: &str) -> Box<str> {
    name.chars().take(limits::MAX_SHOWN_NAME).collect::<String>().into()
}
