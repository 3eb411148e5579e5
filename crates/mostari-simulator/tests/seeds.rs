//! A beginning of all runs, on every change; `make soak` goes on from there.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use mostari_simulator::{Options, Plant, run, soak};
use std::time::{Duration, Instant};

/// How long the test goes on with more runs.
const TIME: Duration = Duration::from_secs(20);
/// Runs that are made however long they take.
const RUNS_MIN: u64 = 200;

fn first_violation(plant: Plant) -> Option<String> {
    let (options, begin) = (Options { trace: false, plant }, Instant::now());
    let soaked = soak(0..1_000_000, options, 2, true, |runs| runs < RUNS_MIN || begin.elapsed() < TIME);
    assert!(soaked.runs >= RUNS_MIN || !soaked.broken.is_empty(), "{} runs", soaked.runs);
    println!("{} runs, {:?}", soaked.runs, soaked.counts);
    soaked.first_broken().map(|outcome| format!("seed {}: {}", outcome.seed, outcome.violation.as_ref().unwrap()))
}

#[test]
fn no_invariant_is_broken_in_as_many_runs_as_fit_in_twenty_seconds() {
    assert_eq!(first_violation(Plant::None), None);
}

#[test]
fn a_float_in_the_ledger_is_seen_when_the_log_is_replayed() {
    assert!(first_violation(Plant::Float).unwrap().contains("state of the ledger"));
}

#[test]
fn a_lost_label_is_seen_by_who_may_not_see_the_entry() {
    assert!(first_violation(Plant::LostLabel).unwrap().contains("sees other entries"));
}

#[test]
fn a_seed_gives_the_same_run_to_the_byte() {
    let options = Options { trace: true, plant: Plant::None };
    for seed in 0..40 {
        let first = run(seed, options);
        assert!(first.trace.lines().count() > 20, "{}", first.trace);
        assert_eq!(first, run(seed, options), "seed {seed}");
        let silent = run(seed, Options { trace: false, ..options });
        assert_eq!((silent.violation, silent.counts), (first.violation, first.counts), "seed {seed} without its trace");
    }
}

#[test]
fn among_the_first_runs_is_everything_that_can_happen() {
    let soaked = soak(0..RUNS_MIN, Options::default(), 2, false, |_| true);
    for what in [
        "batches",
        "cosignatures",
        "crashes",
        "erasures",
        "forgeries",
        "openings that failed",
        "probes",
        "publications",
        "quorums",
        "readings",
        "refused backups",
        "restored backups",
    ] {
        assert!(soaked.counts.get(what).is_some_and(|count| *count > 0), "no {what} in {RUNS_MIN} runs");
    }
}
