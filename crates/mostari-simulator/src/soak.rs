//! Many seeds on every core.

use crate::{Options, Outcome, run};
use std::{
    collections::BTreeMap,
    ops::Range,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
};

/// What came of many runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Soak {
    /// How many runs there were.
    pub runs: u64,
    /// The runs that broke an invariant: for each kind of fault how many, and the one with the lowest seed. A kind is
    /// what was said, without numbers.
    pub broken: BTreeMap<String, (u64, Outcome)>,
    /// What happened how often, over all runs.
    pub counts: BTreeMap<&'static str, u64>,
}

/// Runs seeds until `goes_on` says no, or all are done, or one breaks an invariant and `stops` is set. `goes_on` is asked
/// before every run, with the number of runs so far, from several threads.
pub fn soak(
    seeds: Range<u64>,
    options: Options,
    threads: usize,
    stops: bool,
    goes_on: impl Fn(u64) -> bool + Sync,
) -> Soak {
    let (next, is_over, total) = (AtomicU64::new(seeds.start), AtomicBool::new(false), Mutex::new(Soak::default()));
    let work = || {
        let mut mine = Soak::default();
        while !is_over.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= seeds.end || !goes_on(seed - seeds.start) {
                break;
            }
            let outcome = run(seed, options);
            mine.runs += 1;
            for (what, count) in &outcome.counts {
                *mine.counts.entry(what).or_default() += count;
            }
            if outcome.violation.is_some() {
                is_over.store(stops, Ordering::Relaxed);
                mine.add_broken(1, outcome);
            }
        }
        total.lock().expect("no thread panics while it adds up").add(mine);
    };
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(work);
        }
    });
    total.into_inner().expect("no thread panics while it adds up")
}

impl Soak {
    fn add(&mut self, other: Self) {
        self.runs += other.runs;
        for (what, count) in other.counts {
            *self.counts.entry(what).or_default() += count;
        }
        other.broken.into_values().for_each(|(count, outcome)| self.add_broken(count, outcome));
    }

    fn add_broken(&mut self, count: u64, outcome: Outcome) {
        let said = outcome.violation.as_deref().unwrap_or_default();
        let kind = said.chars().filter(|c| !c.is_ascii_digit()).collect();
        let known = self.broken.entry(kind).or_insert_with(|| (0, outcome.clone()));
        known.0 += count;
        if outcome.seed < known.1.seed {
            known.1 = outcome;
        }
    }

    /// The broken run with the lowest seed.
    pub fn first_broken(&self) -> Option<&Outcome> {
        self.broken.values().map(|(_, outcome)| outcome).min_by_key(|outcome| outcome.seed)
    }
}
