//! More new issuers than are looked up.

use core::fmt;

/// More issuers were asked for that are not known yet than [`TenantsBuilder::new_issuers_per_minute`] allows.
///
/// The cause of a [`KeySourceError`](jwt_verify_core::KeySourceError) that says when to try again.
///
/// [`TenantsBuilder::new_issuers_per_minute`]: super::TenantsBuilder::new_issuers_per_minute
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TooManyNewIssuers;

impl fmt::Display for TooManyNewIssuers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("more new issuers are asked for than are looked up in a minute")
    }
}

impl core::error::Error for TooManyNewIssuers {}
