//! A collection of vectors with a published verdict for each: counts them, and lets us differ only where it
//! is written down.

use alloc::collections::BTreeMap;
use core::fmt::Write as _;

use serde::Deserialize;

use crate::{files, jose::Refusal};

/// What became of a case.
pub(crate) type Verdict = Result<(), Refusal>;

/// The cases of one collection, as they are run.
pub(crate) struct Suite {
    name: &'static str,
    /// The differences that are still to come.
    exceptions: Vec<Exception>,
    /// How many cases ended in `accept`, and how many in each kind of refusal.
    verdicts: BTreeMap<&'static str, usize>,
    /// Every wrong verdict, so that one run shows them all.
    wrong: String,
}

/// A verdict in which we mean to differ.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    suite: String,
    id: String,
    /// The published verdict: `accept` or `reject`.
    expected: String,
    /// Ours: `accept`, or the code of the refusal.
    ours: String,
    reason: String,
}

impl Suite {
    pub(crate) fn new(name: &'static str) -> Self {
        assert!(NAMES.contains(&name), "{name} is missing in the list");
        let exceptions = exceptions().into_iter().filter(|exception| exception.suite == name).collect();
        Self { name, exceptions, verdicts: BTreeMap::new(), wrong: String::new() }
    }

    /// Takes down a case: its published verdict (`accept` or `valid`, `reject` or `invalid`), and ours.
    pub(crate) fn check(&mut self, id: &str, published: &str, verdict: &Verdict) {
        let expected = match published {
            "accept" | "valid" => "accept",
            "reject" | "invalid" => "reject",
            other => panic!("{} {id}: {other}", self.name),
        };
        let ours = verdict.as_ref().err().map_or("accept", Refusal::code);
        *self.verdicts.entry(ours).or_default() += 1;

        let agrees = (expected == "accept") == (ours == "accept");
        let exception = self.exceptions.iter().position(|exception| exception.id == id);
        let exception = exception.map(|index| self.exceptions.swap_remove(index));
        let is_right = match exception {
            None => agrees,
            Some(exception) => !agrees && exception.expected == expected && exception.ours == ours,
        };
        if !is_right {
            writeln!(self.wrong, "{} {id}: expected {expected}, found {verdict:?}", self.name)
                .expect("a string takes everything");
        }
    }

    /// Fails unless all verdicts were right, every exception occurred, and the cases ended as often as said
    /// in `accept` and in each refusal.
    pub(crate) fn finish(self, verdicts: &[(&'static str, usize)]) {
        assert!(self.wrong.is_empty(), "wrong, or an exception that is none any more:\n{}", self.wrong);
        let unused: Vec<_> = self.exceptions.iter().map(|exception| &exception.id).collect();
        assert!(unused.is_empty(), "{}: exceptions that did not occur: {unused:?}", self.name);
        assert_eq!(self.verdicts, verdicts.iter().copied().collect(), "{}", self.name);
    }
}

#[test]
fn every_exception_names_a_suite_and_gives_a_reason() {
    for Exception { suite, id, reason, .. } in exceptions() {
        assert!(NAMES.contains(&&*suite), "{suite} {id}: no such suite");
        assert!(!reason.is_empty(), "{suite} {id}: no reason");
    }
}

fn exceptions() -> Vec<Exception> {
    serde_json::from_value(files::copied("exceptions.json")).expect("exceptions.json is a list of exceptions")
}

/// Every suite, so that an exception for none of them is noticed.
const NAMES: &[&str] = &[
    "attacks/accept",
    "attacks/reject",
    "mldsa",
    "real-tokens",
    "rfc7515",
    "rfc7519-jwe",
    "rfc7520",
    "rfc7797",
    "rfc8037",
    "rfc8417",
    "rfc9101",
    "rfc9449-dpop",
    "rfc7520-cookbook",
    "wycheproof/json_web_signature",
    "wycheproof/json_web_key",
    "wycheproof/json_web_crypto",
];
