//! Empty: this crate is its dependencies and its tests.
