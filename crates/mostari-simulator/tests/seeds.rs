//! A beginning of all runs, on every change; `mostari-simulator soak` goes on from there.

use mostari_simulator::{Options, Plant, soak};

const SEEDS: u64 = 300;

fn first_violation(plant: Plant) -> Option<String> {
    let options = Options { trace: false, plant };
    let soak = soak(0..SEEDS, options, 2, true, |_| true);
    soak.first_broken()
        .and_then(|outcome| outcome.violation.clone().map(|words| format!("seed {}: {words}", outcome.seed)))
}

#[test]
fn no_invariant_is_broken_in_the_first_runs() {
    assert_eq!(first_violation(Plant::None), None);
}

#[test]
fn a_float_in_the_ledger_and_a_lost_label_are_seen() {
    assert!(first_violation(Plant::Float).is_some());
    assert!(first_violation(Plant::LostLabel).is_some());
}
