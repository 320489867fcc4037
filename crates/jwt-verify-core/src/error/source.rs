//! Not the token's fault: keys that cannot be had.

use alloc::sync::Arc;
use core::{fmt, time::Duration};

/// Why a [`KeySource`](crate::KeySource) has no usable keys, or an [`IssuerResolver`](crate::IssuerResolver) no answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum KeySourceError {
    /// The source failed; the cause is its own. Made by [`failed`](Self::failed).
    #[non_exhaustive]
    Failed {
        /// The cause.
        cause: OtherError,
        /// After how long asking again may help, if the source said so with [`retry_after`](Self::retry_after).
        retry_in: Option<Duration>,
    },
    /// The keys held are past their maximum age, or there never were any, and no refresh was possible just now.
    ///
    /// The synchronous forms answer this, as they never refresh.
    NoUsableKeys,
}

impl KeySourceError {
    /// Wraps the source's own error.
    ///
    /// # Examples
    ///
    /// ```
    /// use jwt_verify_core::KeySourceError;
    ///
    /// let io = std::io::Error::other("connection refused");
    /// let error = KeySourceError::failed(io);
    /// assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "connection refused");
    /// ```
    pub fn failed(error: impl core::error::Error + Send + Sync + 'static) -> Self {
        Self::Failed { cause: OtherError::new(error), retry_in: None }
    }

    /// Says after how long asking again may help: what a 503 tells its client (RFC 9110 §10.2.3, `Retry-After`).
    ///
    /// A source passes on what its issuer asked for, or how long it waits itself before it asks again. Only a failure has
    /// such a time: on [`NoUsableKeys`](Self::NoUsableKeys) this changes nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{io, time::Duration};
    /// use jwt_verify_core::{Error, KeySourceError};
    ///
    /// let error = KeySourceError::failed(io::Error::other("503")).retry_after(Duration::from_secs(30));
    /// assert_eq!(error.retry_in(), Some(Duration::from_secs(30)));
    /// assert_eq!(Error::KeySource(error).retry_in(), Some(Duration::from_secs(30)));
    /// ```
    #[must_use]
    pub fn retry_after(self, delay: Duration) -> Self {
        match self {
            Self::Failed { cause, .. } => Self::Failed { cause, retry_in: Some(delay) },
            Self::NoUsableKeys => Self::NoUsableKeys,
        }
    }

    /// After how long asking again may help, or `None` if the source does not know.
    #[must_use]
    pub fn retry_in(&self) -> Option<Duration> {
        match self {
            Self::Failed { retry_in, .. } => *retry_in,
            Self::NoUsableKeys => None,
        }
    }
}

impl fmt::Display for KeySourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Failed { .. } => "the key source failed",
            Self::NoUsableKeys => "the key source holds no usable keys",
        })
    }
}

impl core::error::Error for KeySourceError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Failed { cause, .. } => Some(&*cause.0),
            Self::NoUsableKeys => None,
        }
    }
}

/// Somebody else's error. Never equal to anything, not even to itself.
#[derive(Clone, Debug)]
pub struct OtherError(Arc<dyn core::error::Error + Send + Sync>);

impl OtherError {
    /// Wraps an error.
    pub fn new(error: impl core::error::Error + Send + Sync + 'static) -> Self {
        Self(Arc::new(error))
    }
}

impl PartialEq for OtherError {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

impl fmt::Display for OtherError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl core::error::Error for OtherError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.0.source()
    }
}
