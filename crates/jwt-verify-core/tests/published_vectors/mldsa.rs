//! Keys and signatures of ML-DSA (draft-ietf-cose-dilithium), which issuers may publish before we can use
//! them.

use jwt_verify_core::{Claims, Error, JwkError, JwkSet, TrustedIssuer, UnixTime, Verifier};
use serde_json::json;

use crate::{
    files,
    jose::{all_algorithms, public, text},
    suite::Suite,
};

/// RFC 7517 §5: "Implementations SHOULD ignore JWKs within a JWK Set that use "kty" (key type) values that
/// are not understood by them".
#[test]
fn a_key_of_unknown_type_is_skipped_and_its_tokens_are_refused() {
    let mut suite = Suite::new("mldsa");
    for name in ["ml_dsa_44", "ml_dsa_65", "ml_dsa_87"] {
        let Some(example) = files::gathered(&format!("mldsa/{name}_jose.json")) else { return };

        // RFC 8037 App. A.2.
        let usable =
            json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        let document = json!({ "keys": [public(&example["jwk"]), usable] });
        let set = JwkSet::parse(document.to_string()).unwrap();
        assert_eq!(set.keys().len(), 1, "{name}");
        let skipped: Vec<_> =
            set.skipped().iter().map(|skipped| (skipped.key_id(), skipped.reason())).collect();
        let reason = JwkError::UnsupportedKeyType { key_type: "AKP".into() };
        assert_eq!(skipped, [(example["jwk"]["kid"].as_str(), &reason)], "{name}");

        let issuer = TrustedIssuer::danger_any_issuer()
            .danger_any_audience()
            .algorithms(all_algorithms())
            .jwk_set(set)
            .build()
            .unwrap();
        let verdict =
            Verifier::new(issuer).verify_held_at::<Claims>(text(&example["jws"]), UnixTime::from_secs(0));
        assert_eq!(verdict.as_ref().unwrap_err(), &Error::AlgorithmNotAllowed(None), "{name}");
        suite.check(name, "reject", &verdict.map(drop).map_err(Into::into));
    }
    suite.finish(&[("algorithm_not_allowed", 3)]);
}
