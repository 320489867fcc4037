//! `http/framework/algorithm`: what a protected handler costs beside the same one bare. See the README.
//!
//! For each framework and algorithm four services run, and are loaded in turn, round by round, so that what disturbs the machine
//! disturbs all of them alike.

mod load;
mod processors;
mod report;
mod server;
mod services;

use core::time::Duration;
use std::env;

use jwt_verify_benches::{CASES, Case};

use crate::{
    load::{Exchange, Sample},
    server::Server,
    services::{Framework, Variant},
};

fn main() {
    let arguments = Arguments::from_env();
    if arguments.nothing_to_run {
        return;
    }
    processors::keep_for_the_load();
    let pairs = Framework::ALL.into_iter().flat_map(|framework| cases().map(move |case| (framework, case)));
    for (number, (framework, case)) in pairs.filter(|pair| arguments.want(pair)).enumerate() {
        let samples = measure(framework, case, arguments.plan);
        if arguments.plan == Plan::QUICK {
            println!("{}: ok", name(framework, case));
        } else {
            report::print(number == 0, framework, case, &samples);
        }
    }
}

/// The algorithms that issuers use most, each with one key.
fn cases() -> impl Iterator<Item = &'static Case> {
    CASES.iter().filter(|case| {
        matches!(case.key, "512-bit" | "Ed25519" | "P-256" | "2048-bit")
            && matches!(case.algorithm.name(), "HS256" | "EdDSA" | "ES256" | "RS256")
    })
}

fn name(framework: Framework, case: &Case) -> String {
    format!("http/{framework}/{}", case.algorithm)
}

/// Each variant with what was measured of it, a sample for each round.
fn measure(framework: Framework, case: &Case, plan: Plan) -> Vec<(Variant, Vec<Sample>)> {
    let material = case.material();
    let mut running: Vec<_> = Variant::ALL
        .into_iter()
        .map(|variant| {
            let server = Server::start(framework, variant, case);
            load::check(&server, &Exchange::refused(material, variant));
            let exchanges = Exchange::accepted(material, variant);
            load::check(&server, &exchanges);
            (variant, server, exchanges, Vec::new())
        })
        .collect();
    for _ in 0..plan.rounds {
        for (_, server, exchanges, samples) in &mut running {
            samples.push(calm_round(server, exchanges, plan));
        }
        // Each is the first in its turn: what follows a slow one may find the machine slower.
        running.rotate_left(1);
    }
    running.sort_by_key(|(variant, ..)| *variant);
    running.into_iter().map(|(variant, _, _, samples)| (variant, samples)).collect()
}

/// Where another program takes the processor of the service or the load, the round is made again. The calmest counts.
fn calm_round(server: &Server, exchanges: &[Exchange], plan: Plan) -> Sample {
    let mut calmest = load::round(server, exchanges, plan.length);
    for _ in 1..plan.tries {
        if calmest.disturbance() < CALM {
            break;
        }
        let again = load::round(server, exchanges, plan.length);
        if again.disturbance() < calmest.disturbance() {
            calmest = again;
        }
    }
    calmest
}

struct Arguments {
    plan: Plan,
    filters: Vec<String>,
    nothing_to_run: bool,
}

impl Arguments {
    /// Those of criterion that make sense here, as `cargo bench -- ARGUMENTS` hands them to all benchmarks.
    fn from_env() -> Self {
        let (flags, filters): (Vec<_>, Vec<_>) =
            env::args().skip(1).partition(|argument| argument.starts_with('-'));
        let has = |flag: &str| flags.iter().any(|given| given == flag);
        // `cargo test --benches` does not say `--bench`.
        let quick = has("--quick") || has("--test") || !has("--bench");
        let plan = if quick { Plan::QUICK } else { Plan::FULL };
        Self { plan, filters, nothing_to_run: has("--list") }
    }

    fn want(&self, (framework, case): &(Framework, &Case)) -> bool {
        let name = name(*framework, case);
        self.filters.is_empty() || self.filters.iter().any(|filter| name.contains(filter))
    }
}

/// How much is measured.
#[derive(Clone, Copy, PartialEq)]
struct Plan {
    rounds: usize,
    /// Of one variant in one round.
    length: Duration,
    /// How often a round is made, at most, until nobody disturbs it.
    tries: usize,
}

impl Plan {
    /// Whether all still works: the numbers mean nothing.
    const QUICK: Self = Self { rounds: 1, length: Duration::from_millis(5), tries: 1 };
    const FULL: Self = Self { rounds: 32, length: Duration::from_millis(50), tries: 10 };
}

/// The part of a round for which the service and the load may wait for a processor.
const CALM: f64 = 0.02;
