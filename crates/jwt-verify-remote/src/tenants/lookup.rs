//! Requests that ask for the same issuer at the same time ask once.

use core::future::Future;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jwt_verify_core::{KeySourceError, TrustedIssuer};

type Outcome = Result<Option<TrustedIssuer>, KeySourceError>;

/// The look-ups under way, by the name that is looked up. Empty when nobody asks.
#[derive(Default)]
pub(super) struct Lookups {
    under_way: Mutex<HashMap<Box<str>, Lookup>>,
}

#[derive(Default)]
struct Lookup {
    /// How many requests are here for it.
    present: usize,
    /// Whoever holds the lock is looking up. `None` until an outcome is there: those who waited take over from a request that
    /// went away.
    outcome: Arc<tokio::sync::Mutex<Option<Outcome>>>,
}

impl Lookups {
    /// The outcome of `look_up`, or that of another request for the same issuer which is under way.
    pub(super) async fn once(&self, issuer: &str, look_up: impl Future<Output = Outcome>) -> Outcome {
        let (_presence, outcome) = self.join(issuer);
        let mut outcome = outcome.lock_owned().await;
        match &*outcome {
            Some(known) => known.clone(),
            None => outcome.insert(look_up.await).clone(),
        }
    }

    fn join<'l>(&'l self, issuer: &'l str) -> (Presence<'l>, Arc<tokio::sync::Mutex<Option<Outcome>>>) {
        let mut under_way = self.lock();
        let lookup = under_way.entry(issuer.into()).or_default();
        lookup.present = lookup.present.saturating_add(1);
        (Presence { lookups: self, issuer }, Arc::clone(&lookup.outcome))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Box<str>, Lookup>> {
        // Names and numbers: nothing is left half done by a panic.
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

/// One request that is here for a look-up. The last one to leave, answered or cancelled, clears up.
struct Presence<'l> {
    lookups: &'l Lookups,
    issuer: &'l str,
}

impl Drop for Presence<'_> {
    fn drop(&mut self) {
        let mut under_way = self.lookups.lock();
        if let Some(lookup) = under_way.get_mut(self.issuer) {
            lookup.present = lookup.present.saturating_sub(1);
            if lookup.present == 0 {
                under_way.remove(self.issuer);
            }
        }
    }
}
