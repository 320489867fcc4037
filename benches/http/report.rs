//! The measurements as rows of a table, for `docs/benchmarks.md`.

use jwt_verify_benches::Case;

use crate::{
    load::Sample,
    services::{Framework, Variant},
};

/// `samples` has [`Variant::Bare`] first and [`Variant::ByHand`] last.
pub(crate) fn print(is_first: bool, framework: Framework, case: &Case, samples: &[(Variant, Vec<Sample>)]) {
    if is_first {
        println!(
            "| framework | algorithm | handler | requests/s | least | p90 | µs | added µs | of bare | of by hand |"
        );
        println!("|---|---|---|---:|---:|---:|---:|---:|---:|---:|");
    }
    let rows: Vec<_> = samples.iter().map(|(variant, samples)| Row::new(*variant, samples)).collect();
    let (Some(bare), Some(by_hand)) = (rows.first(), rows.last()) else { return };
    for row in &rows {
        println!(
            "| {framework} | {} | {} | {:.0} | {:.0} | {:.0} | {:.1} | {:.1} | {:.2} | {:.2} |",
            case.algorithm,
            row.variant,
            row.rate,
            row.least,
            row.p90,
            row.micros,
            row.micros - bare.micros,
            row.rate / bare.rate,
            row.rate / by_hand.rate,
        );
    }
}

struct Row {
    variant: Variant,
    /// Requests per second: the median of the rounds, the least, and what one round in ten exceeds.
    rate: f64,
    least: f64,
    p90: f64,
    /// On a processor, for each request: the median.
    micros: f64,
}

impl Row {
    fn new(variant: Variant, samples: &[Sample]) -> Self {
        let rates = sorted(samples.iter().map(Sample::requests_per_second));
        let micros = sorted(samples.iter().map(Sample::processor_micros));
        Self {
            variant,
            rate: percentile(&rates, 50),
            least: percentile(&rates, 0),
            p90: percentile(&rates, 90),
            micros: percentile(&micros, 50),
        }
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// Between two rounds the value is between theirs.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let hundredths = (sorted.len() - 1) * percent;
    let (below, rest) = (hundredths / 100, hundredths % 100);
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * rest as f64 / 100.0
}
