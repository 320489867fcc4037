//! Key sets as real issuers publish them, with a verdict for each document and each key.
//!
//! The files are too large to be copied into the crate: `JWT_VERIFY_VECTORS` names the folder that has them.

use jwt_verify_core::{Algorithm, JwkSet};
use serde_json::Value;

use crate::files;

#[test]
fn published_documents_are_read_as_expected() {
    let Some(documents) = documents("real-world-jwks/documents.json") else { return };
    let keys = check_all(&documents);
    assert_eq!((documents.len(), keys), (102, 168));
}

#[test]
fn sets_of_health_card_issuers_are_read_as_expected() {
    let Some(documents) = documents("real-world-jwks/vci_directory.json") else { return };
    let keys = check_all(&documents);
    assert_eq!((documents.len(), keys), (120, 252));
}

/// Checks every document, and answers how many keys were checked.
fn check_all(documents: &[Value]) -> usize {
    documents.iter().map(check).sum()
}

fn check(document: &Value) -> usize {
    let name = document["name"].as_str().or(document["issuer"].as_str()).unwrap();
    let expect = &document["expect"];
    let set = match JwkSet::parse(document["text"].as_str().unwrap()) {
        Ok(set) => set,
        Err(error) => {
            assert_eq!(expect["document"], "error", "{name}: {error}");
            return 0;
        }
    };
    assert_eq!(expect["document"], "ok", "{name}");

    let expected = expect["keys"].as_array().unwrap();
    assert_eq!(set.keys().len() + set.skipped().len(), expected.len(), "{name}");
    let mut usable = set.keys().iter();
    for (index, key) in expected.iter().enumerate() {
        let skipped = set.skipped().iter().find(|skipped| skipped.index() == index);
        if key["verdict"] == "ignored" {
            assert!(skipped.is_some(), "{name}, key {index}: used, but {}", key["reason"]);
            continue;
        }
        assert_eq!(key["verdict"], "usable", "{name}, key {index}");
        // ES256K is left out by default.
        if !cfg!(feature = "es256k") && key["algs"][0] == "ES256K" {
            assert!(skipped.is_some(), "{name}, key {index}");
            continue;
        }
        assert_eq!(skipped, None, "{name}, key {index}");
        let jwk = usable.next().unwrap();
        assert_eq!(jwk.key_id(), key["kid"].as_str(), "{name}, key {index}");
        let found: Vec<_> =
            Algorithm::ALL.iter().copied().filter(|algorithm| jwk.bind(*algorithm).is_ok()).collect();
        // Both names of one algorithm may be listed.
        let mut listed: Vec<Algorithm> = key["algs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap().parse().unwrap())
            .collect();
        listed.sort();
        listed.dedup();
        assert_eq!(found, listed, "{name}, key {index}");
    }
    expected.len()
}

fn documents(file: &str) -> Option<Vec<Value>> {
    let Value::Array(documents) = files::gathered(file)?["documents"].take() else { panic!("no documents") };
    Some(documents)
}
