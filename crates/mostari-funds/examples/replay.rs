//! Replays an invented history and prints postings per second.
//! `cargo run --release -p mostari-funds --example replay -- 1000000 1 careful` (postings, seed, and `careful` or
//! `careless`; all may be left out). With `no-audit` at the end it stops before the audit, which takes longest.

use mostari_funds::{Ledger, Outcome, audit, synthetic};
use std::collections::BTreeMap;
use std::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Seconds that this thread had a processor for, where the system tells.
fn cpu_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).map_or(f64::NAN, |ns| ns / 1e9)
}

fn main() {
    let (mut numbers, mut habits, mut audits) = (Vec::new(), synthetic::Habits::Careful, true);
    for word in std::env::args().skip(1) {
        match word.as_str() {
            "careful" => habits = synthetic::Habits::Careful,
            "careless" => habits = synthetic::Habits::Careless,
            "no-audit" => audits = false,
            number => numbers.push(number.parse::<u64>().expect("a number, `careful`, `careless` or `no-audit`")),
        }
    }
    let at = |position: usize, otherwise: u64| numbers.get(position).copied().unwrap_or(otherwise);
    let postings = usize::try_from(at(0, 1_000_000)).expect("fits");
    let shape = synthetic::Shape { seed: at(1, 1), postings, donors: 20, projects: 500, habits };
    let begun = Instant::now();
    let (entries, made) = synthetic::history(shape);
    println!("{} entries invented in {:.2} s", entries.len(), begun.elapsed().as_secs_f64());

    // As the record hands them over: each where it was read to.
    let entries: Vec<Box<_>> = entries.into_iter().map(Box::new).collect();
    let count = entries.len();
    let (begun, worked) = (Instant::now(), cpu_seconds());
    let ledger = Ledger::replay(entries);
    let (seconds, cpu) = (begun.elapsed().as_secs_f64(), cpu_seconds() - worked);
    let history = ledger.history();
    let legs: usize = history.iter().map(|it| it.outcome.legs().len()).sum();
    let lots: usize = history.iter().flat_map(|it| it.outcome.legs()).map(|leg| leg.lots.len()).sum();
    let held = history.iter().filter(|it| matches!(it.outcome, Outcome::Held(_))).count();
    println!(
        "{legs} postings of {lots} lot portions, {held} entries waited, {} were refused",
        ledger.refused().count()
    );
    println!("{seconds:.2} s: {:.0} postings per second, {:.0} entries", legs as f64 / seconds, count as f64 / seconds);
    println!(
        "{cpu:.2} s of processor time: {:.0} postings per second, should others use this machine",
        legs as f64 / cpu
    );

    let mut refused: BTreeMap<&str, u64> = BTreeMap::new();
    ledger.refused().for_each(|(_, why)| *refused.entry(why.card().code).or_default() += 1);
    println!("refused by code: {refused:?}");

    let begun = Instant::now();
    let digest = ledger.state_digest();
    println!("digest {digest} in {:.2} s", begun.elapsed().as_secs_f64());
    assert_eq!(digest, made.state_digest(), "equal entries must give equal digests");

    if !audits {
        return;
    }
    let begun = Instant::now();
    let violations = audit(&ledger);
    println!("{} violations found by the audit in {:.2} s", violations.len(), begun.elapsed().as_secs_f64());
    violations.iter().take(5).for_each(|violation| println!("{}: {violation}", violation.invariant));
}
