//! Every class of attack on tokens, keys, signatures and claims, by its number in the attack catalogue.
//!
//! Each test fails when the check it is about is taken out. Rows without a test, and why:
//!
//! | row | reason |
//! |---|---|
//! | 21, timing | no test can assert it; the row's other half, that errors tell nothing, has one |
//! | 35, weak key generation (ROCA) | out of scope, as the threat model says: whoever makes a key answers for it |
//! | 77–82, retrieval of keys | nothing is retrieved here; row 77's "no fetch for cheaper failures" is in `key_source.rs` |
//! | 85–92, HTTP | nothing is extracted from a request here |

mod algorithms;
mod claims;
mod json;
mod keys;
mod selection;
mod signatures;
mod structure;

use jwt_verify_core::{Algorithm, JwkError, TrustedIssuer, TrustedIssuerBuilder, Verifier};
use serde_json::{Value, json};

use crate::mint::{self, AUDIENCE, ISSUER, Signer, with};

/// An issuer with these keys that allows these algorithms.
fn issuer_with(keys: impl AsRef<[Value]>, algorithms: &[Algorithm]) -> TrustedIssuerBuilder {
    TrustedIssuer::builder(ISSUER)
        .audience(AUDIENCE)
        .algorithms(algorithms.iter().copied())
        .jwk_set(mint::jwk_set(keys))
}

fn verifier_with(keys: impl AsRef<[Value]>, algorithms: &[Algorithm]) -> Verifier {
    mint::verifier(issuer_with(keys, algorithms))
}

/// Every algorithm of this build.
fn every_algorithm() -> Vec<Algorithm> {
    Algorithm::ALL.iter().copied().filter(|algorithm| algorithm.is_compiled_in()).collect()
}

/// A key that is beyond doubt, so that a set is not refused for having none.
fn decoy() -> Value {
    with(Signer::another().jwk(), json!({"kid": "decoy"}))
}

/// Why this entry of a set is skipped. The rest of the set stays usable.
#[track_caller]
fn reason_to_skip(key: &Value) -> JwkError {
    let set = mint::jwk_set([key.clone(), decoy()]);
    let [skipped] = set.skipped() else { panic!("used: {key}") };
    assert_eq!((skipped.index(), set.keys().len()), (0, 1), "{key}");
    skipped.reason().clone()
}
