//! The primitives that the single flight is built on, in one place so that the model checker can put its own in.

pub(super) use std::sync::{Arc, Mutex};

use arc_swap::ArcSwap;

/// A value that is replaced as a whole and read without a lock.
#[derive(Debug)]
pub(super) struct Published<T>(ArcSwap<T>);

impl<T> Published<T> {
    pub(super) fn new(value: T) -> Self {
        Self(ArcSwap::from_pointee(value))
    }

    /// Looks at the value that is published now. Lock-free.
    pub(super) fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.0.load())
    }

    pub(super) fn publish(&self, value: T) {
        self.0.store(Arc::new(value));
    }
}
