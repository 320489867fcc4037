//! The table of cases, by topic.

mod bearer;
mod catalogue;
mod guards;
mod keys;
mod optional;
mod owner;
mod paths;
mod policies;
mod refusals;
mod registration;
mod sources;

use super::Case;

/// Every case of the suite, in the order of their topics.
///
/// # Examples
///
/// ```
/// use jwt_verify_testing::conformance::cases;
///
/// let about_keys: Vec<_> = cases().into_iter().filter(|case| case.topic() == "keys").collect();
/// assert!(about_keys.iter().any(|case| case.name() == "keys_that_cannot_be_fetched_are_503"));
/// ```
#[must_use]
pub fn cases() -> Vec<Case> {
    let topics = [
        ("bearer", bearer::cases()),
        ("refusals", refusals::cases()),
        ("catalogue", catalogue::cases()),
        ("optional", optional::cases()),
        ("policies", policies::cases()),
        ("owner", owner::cases()),
        ("guards", guards::cases()),
        ("paths", paths::cases()),
        ("sources", sources::cases()),
        ("keys", keys::cases()),
        ("registration", registration::cases()),
    ];
    let named =
        |(topic, cases): (&'static str, Vec<Case>)| cases.into_iter().map(move |case| case.about(topic));
    topics.into_iter().flat_map(named).collect()
}
