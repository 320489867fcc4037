//! Keys over time.

use jwt_verify_core::{Algorithm, Claims, Error, KeyNotFound, Verifier};
use jwt_verify_testing::{TestIssuer, TestKey};

use crate::client::get;

fn key_ids(issuer: &TestIssuer) -> Vec<String> {
    let set = get(&issuer.jwks_url()).keys();
    set.keys().iter().map(|key| key.key_id().unwrap().to_owned()).collect()
}

fn verdict(verifier: &Verifier, token: &str) -> Result<(), Error> {
    verifier.verify_held::<Claims>(token).map(drop)
}

#[test]
fn after_a_rotation_tokens_of_both_keys_verify() {
    let issuer = TestIssuer::start();
    let older = issuer.token().mint();
    assert_eq!(issuer.rotate().key_id(), "test-eddsa-2");
    assert_eq!(key_ids(&issuer), ["test-eddsa-1", "test-eddsa-2"]);
    let verifier = issuer.verifier();
    assert_eq!(verdict(&verifier, &older), Ok(()));
    assert_eq!(verdict(&verifier, &issuer.token().mint()), Ok(()));
}

#[test]
fn after_a_rotation_without_overlap_tokens_of_the_old_key_do_not_verify() {
    let issuer = TestIssuer::start();
    let older = issuer.token().mint();
    issuer.rotate_without_overlap();
    assert_eq!(key_ids(&issuer), ["test-eddsa-2"]);
    let verifier = issuer.verifier();
    assert_eq!(
        verdict(&verifier, &older),
        Err(Error::KeyNotFound(KeyNotFound::UnknownKeyId { key_id: "test-eddsa-1".into() }))
    );
    assert_eq!(verdict(&verifier, &issuer.token().mint()), Ok(()));
}

#[test]
fn a_swapped_key_has_the_same_id_and_another_signature_each_time() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Rs256] {
        let issuer = TestIssuer::builder().algorithms([algorithm]).start();
        for _ in 0..3 {
            let (before, older) = (key_ids(&issuer), issuer.token().mint());
            issuer.swap_key_keeping_its_key_id();
            assert_eq!(key_ids(&issuer), before);
            assert_eq!(verdict(&issuer.verifier(), &older), Err(Error::InvalidSignature));
            assert_eq!(verdict(&issuer.verifier(), &issuer.token().mint()), Ok(()));
        }
    }
}

#[test]
fn keys_are_published_withdrawn_and_cleared_without_changing_who_signs() {
    let issuer = TestIssuer::start();
    let other = TestKey::ed25519([7; 32]).with_key_id("test-other");
    issuer.publish(&other);
    assert_eq!(key_ids(&issuer), ["test-eddsa-1", "test-other"]);
    issuer.withdraw("test-eddsa-1");
    assert_eq!(key_ids(&issuer), ["test-other"]);
    assert_eq!(issuer.signing_key().key_id(), "test-eddsa-1");
    issuer.sign_with(&other);
    assert_eq!(verdict(&issuer.verifier(), &issuer.token().mint()), Ok(()));
    issuer.clear_keys();
    assert_eq!(key_ids(&issuer), [""; 0]);
    assert!(issuer.keys().is_empty());
}

#[test]
fn a_new_key_does_not_take_the_id_of_one_that_a_test_has_published() {
    let issuer = TestIssuer::start();
    issuer.publish(&TestKey::numbered(Algorithm::EdDsa, 2));
    assert_eq!(issuer.rotate().key_id(), "test-eddsa-3");
}
