//! Solves a file of multidimensional knapsacks and prints value, bound, gap to the best known value, CPU seconds, and
//! whether the independent checker agrees.
//! `cargo run --release -p mostari-plan --example knapsack_bench -- mknapcb1.txt SECONDS SEED [COUNT]`
//! (`best-feasible-slns.txt` lies beside the file).

#![allow(clippy::unwrap_used, reason = "a benchmark may stop at what it does not expect")]

use mostari_plan::check::knapsack::check_knapsack;
use mostari_plan::instances::{read_knapsacks, read_knapsacks_best};
use mostari_plan::knapsack::{Limits, choose};
use std::path::Path;

/// Seconds that this thread had a processor for, where the system tells.
fn cpu_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).map_or(f64::NAN, |ns| ns / 1e9)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize, otherwise: f64| words.get(place).map_or(otherwise, |word| word.parse().unwrap());
    let (seconds, seed, count) = (number(1, 10.0), number(2, 1.0) as u64, number(3, f64::INFINITY) as usize);
    let path = Path::new(words.first().expect("a file of instances"));
    let instances = read_knapsacks(&std::fs::read_to_string(path).unwrap()).unwrap();
    let table = std::fs::read_to_string(path.with_file_name("best-feasible-slns.txt")).unwrap_or_default();
    let table = read_knapsacks_best(&table).unwrap();
    let (mut gaps, mut bounds, mut proven, mut slowest) = (Vec::new(), Vec::new(), 0, 0.0_f64);
    for (place, instance) in instances.iter().enumerate().take(count) {
        let problem = &instance.problem;
        let name = format!("{}.{}-{place:02}", problem.capacities().len(), problem.values().len());
        let best = table.iter().find(|(of, _)| *of == name).map(|(_, best)| *best).or(instance.stated);
        let begun = cpu_seconds();
        let limits = Limits { rounds: u64::MAX, ..Limits::standard(seed) };
        let plan = choose(problem, &limits, &mut || cpu_seconds() - begun > seconds).unwrap();
        let spent = cpu_seconds() - begun;
        slowest = slowest.max(spent);
        let gap = best.map_or(f64::NAN, |best| 100.0 * (best as f64 - plan.value as f64) / best as f64);
        gaps.push(gap);
        bounds.push(100.0 * plan.gap());
        proven += u32::from(plan.bound == plan.value);
        let violations = check_knapsack(&plan, problem);
        println!(
            "{name}: {} bound {} best known {} gap {gap:.4} %, {spent:.2} CPU s, {}",
            plan.value,
            plan.bound,
            best.map_or("unknown".to_owned(), |best| best.to_string()),
            if violations.is_empty() { "checked".to_owned() } else { format!("BROKEN {violations:?}") }
        );
    }
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    println!(
        "{} instances: mean gap {:.4} % to best known, {:.3} % to our bound, {proven} proven, \
         slowest {slowest:.2} CPU s",
        gaps.len(),
        mean(&gaps),
        mean(&bounds)
    );
}
