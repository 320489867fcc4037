//! SubjectPublicKeyInfo (RFC 5280 §4.1.2.7), in PEM and DER.

use der::{Decode, Reader, SliceReader, asn1::UintRef};
use jose_jwk::{Ec, EcCurves, Key, Okp, OkpCurves, Rsa};
use spki::{Document, ObjectIdentifier, SubjectPublicKeyInfoRef};

use super::{JwkError, error::excerpt};

/// The DER inside the PEM of a public key.
pub(super) fn der_from_pem(pem: &str) -> Result<Document, JwkError> {
    // Before the content is decoded: for a private key or a certificate the hint helps more than "not PEM".
    let label = label(pem).ok_or(JwkError::NotPem)?;
    if label != "PUBLIC KEY" {
        return Err(JwkError::PemLabel { label: excerpt(label) });
    }
    Document::from_pem(pem.trim()).map(|(_, der)| der).map_err(|_| JwkError::NotPem)
}

fn label(pem: &str) -> Option<&str> {
    pem.lines().find_map(|line| line.trim().strip_prefix("-----BEGIN ")?.strip_suffix("-----"))
}

/// The same key as a JWK would state it. Its numbers are not checked yet.
pub(super) fn parse(der: &[u8]) -> Result<Key, JwkError> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| JwkError::NotSpki)?;
    let key = info.subject_public_key.as_bytes().ok_or(JwkError::NotSpki)?;
    match info.algorithm.oid {
        ED25519 => {
            // RFC 8410 §3: "the parameters MUST be absent".
            if info.algorithm.parameters.is_some() {
                return Err(JwkError::NotSpki);
            }
            Ok(Okp { crv: OkpCurves::Ed25519, x: key.to_vec().into(), d: None }.into())
        }
        EC_PUBLIC_KEY => {
            let curve = info.algorithm.parameters_oid().map_err(|_| JwkError::NotSpki)?;
            ec(curve, key)
        }
        RSA_ENCRYPTION => {
            // RFC 3279 §2.3.1: "The parameters field MUST have ASN.1 type NULL for this algorithm
            // identifier."
            if !info.algorithm.parameters.is_some_and(|parameters| parameters.is_null()) {
                return Err(JwkError::NotSpki);
            }
            rsa(key)
        }
        oid => Err(unsupported(oid)),
    }
}

fn ec(curve: ObjectIdentifier, point: &[u8]) -> Result<Key, JwkError> {
    let crv = match curve {
        SECP256R1 => EcCurves::P256,
        SECP384R1 => EcCurves::P384,
        SECP521R1 => EcCurves::P521,
        SECP256K1 => EcCurves::P256K,
        oid => return Err(unsupported(oid)),
    };
    // SEC 1 §2.3.3: 04 ‖ X ‖ Y, or 02 and 03 for compressed points, or 00 for the identity, which is no key.
    let coordinates = match point.split_first() {
        Some((0x04, coordinates)) => coordinates,
        Some((0x02 | 0x03, _)) => return Err(JwkError::CompressedPoint),
        _ => return Err(JwkError::NotOnCurve),
    };
    // Two halves of another length than the curve's are refused with all other material.
    let (x, y) = coordinates.split_at_checked(coordinates.len().div_ceil(2)).ok_or(JwkError::NotSpki)?;
    Ok(Ec { crv, x: x.to_vec().into(), y: y.to_vec().into(), d: None }.into())
}

/// RFC 8017 App. A.1.1: `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }`.
fn rsa(key: &[u8]) -> Result<Key, JwkError> {
    let numbers = |key| -> Result<_, der::Error> {
        let mut reader = SliceReader::new(key)?;
        let numbers = reader
            .sequence(|reader| Ok::<_, der::Error>((UintRef::decode(reader)?, UintRef::decode(reader)?)))?;
        reader.finish()?;
        Ok(numbers)
    };
    let (modulus, exponent) = numbers(key).map_err(|_| JwkError::NotSpki)?;
    Ok(Rsa { n: modulus.as_bytes().to_vec().into(), e: exponent.as_bytes().to_vec().into(), prv: None }
        .into())
}

fn unsupported(oid: ObjectIdentifier) -> JwkError {
    JwkError::UnsupportedOid { oid: alloc::format!("{oid}").into() }
}

// RFC 8410 §3, RFC 5480 §2.1.1, SEC 2, RFC 8017 App. C.
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const SECP256R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const SECP384R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
const SECP521R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.35");
const SECP256K1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.10");
const RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
