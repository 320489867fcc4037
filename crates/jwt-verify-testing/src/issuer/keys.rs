//! The keys of an issuer over time.

use super::TestIssuer;
use crate::{TestKey, server::twin, state::State};

/// Keys over time. None of it is announced: a client learns of it from the JWK Set.
impl TestIssuer {
    /// The keys that it publishes, the oldest first. A secret is among them, although it is not in the JWK Set.
    #[must_use]
    pub fn keys(&self) -> Vec<TestKey> {
        self.shared.lock().published.clone()
    }

    /// The key that it signs with.
    #[must_use]
    pub fn signing_key(&self) -> TestKey {
        self.shared.lock().signing.clone()
    }

    /// Signs with a new key of the same algorithm from now on, and goes on publishing the old one. Gives the new one.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_testing::TestIssuer;
    ///
    /// let issuer = TestIssuer::start();
    /// let newer = issuer.rotate();
    /// assert_eq!((newer.key_id(), issuer.jwk_set().keys().len()), ("test-eddsa-2", 2));
    /// ```
    pub fn rotate(&self) -> TestKey {
        let mut state = self.shared.lock();
        let newer = state.newer_key();
        state.published.push(newer.clone());
        state.signing = newer.clone();
        newer
    }

    /// Signs with a new key of the same algorithm from now on, and publishes it instead of the old one. Gives the new one.
    pub fn rotate_without_overlap(&self) -> TestKey {
        let mut state = self.shared.lock();
        let newer = state.newer_key();
        state.replace_signing_key(newer)
    }

    /// Signs with another key of the same algorithm from now on, and publishes it instead of the old one under the same ID. Gives the
    /// new one.
    ///
    /// As happens where key IDs are numbers and a database is made anew.
    pub fn swap_key_keeping_its_key_id(&self) -> TestKey {
        let mut state = self.shared.lock();
        let other = twin(&state.signing);
        state.replace_signing_key(other)
    }

    /// Stops publishing the keys with this ID. Tokens are signed with the same key as before.
    pub fn withdraw(&self, key_id: &str) {
        self.shared.lock().published.retain(|key| key.key_id() != key_id);
    }

    /// Publishes one more key. Tokens are signed with the same key as before.
    pub fn publish(&self, key: &TestKey) {
        self.shared.lock().published.push(key.clone());
    }

    /// Signs with this key from now on, whether it is published or not.
    pub fn sign_with(&self, key: &TestKey) {
        self.shared.lock().signing = key.clone();
    }

    /// Publishes no keys: an empty set. Tokens are signed with the same key as before.
    pub fn clear_keys(&self) {
        self.shared.lock().published.clear();
    }
}

impl State {
    fn newer_key(&mut self) -> TestKey {
        loop {
            self.newest = self.newest.saturating_add(1);
            let key = TestKey::numbered(self.signing.algorithm(), self.newest);
            // A test may have published a key with that number itself.
            if self.published.iter().all(|published| published.key_id() != key.key_id()) {
                return key;
            }
        }
    }

    fn replace_signing_key(&mut self, key: TestKey) -> TestKey {
        let old = std::mem::replace(&mut self.signing, key.clone());
        self.published.retain(|published| published.key_id() != old.key_id());
        self.published.push(key.clone());
        key
    }
}
