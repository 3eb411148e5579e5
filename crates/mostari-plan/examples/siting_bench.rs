//! Solves siting instances and prints objective, bound, gap to the best known value, CPU seconds, and whether the
//! independent checker agrees. `cargo run --release -p mostari-plan --example siting_bench -- GOAL PATH SECONDS SEED`
//!
//! `GOAL` is `median`, `center` (files or a folder of `pmed*.txt`, with the tables of optima beside them),
//! `search` (p-median, search alone) or `prices` (price of every closed site).

#![allow(clippy::unwrap_used, reason = "a benchmark may stop at what it does not expect")]

use mostari_plan::check::siting::check_siting;
use mostari_plan::instances::{read_centers_best, read_median, read_medians_best};
use mostari_plan::problem::siting::{Goal, Siting, SitingPlan};
use mostari_plan::siting::{Limits, forcing_prices, search, site};
use std::path::{Path, PathBuf};

/// Seconds that this thread had a processor for, where the system tells.
fn cpu_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).map_or(f64::NAN, |ns| ns / 1e9)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [goal, path, rest @ ..] = &words[..] else { panic!("GOAL PATH [SECONDS] [SEED]") };
    let number = |place: usize, otherwise: f64| rest.get(place).map_or(otherwise, |word| word.parse().unwrap());
    let (seconds, seed) = (number(0, 10.0), number(1, 1.0) as u64);
    let files = files(Path::new(path), "pmed");
    let table =
        files[0].parent().unwrap().join(if goal == "center" { "kcenteropt.txt" } else { "p-median-optima.csv" });
    let table = std::fs::read_to_string(table).unwrap_or_default();
    let best = if goal == "center" { read_centers_best(&table) } else { read_medians_best(&table) }.unwrap();
    let (mut optimal, mut proven, mut slowest) = (0, 0, 0.0_f64);
    for file in &files {
        let name = file.file_stem().unwrap().to_str().unwrap();
        let best = best.iter().find(|(of, _)| of == name).map(|(_, best)| *best);
        let instance = read_median(&std::fs::read_to_string(file).unwrap()).unwrap();
        let problem = instance.problem(if goal == "center" { Goal::Center } else { Goal::Median }).unwrap();
        let begun = cpu_seconds();
        let plan = solve(goal, &problem, seconds, seed, best);
        let spent = cpu_seconds() - begun;
        slowest = slowest.max(spent);
        let violations = check_siting(&plan, &problem);
        let is_best = Some(plan.objective) == best;
        (optimal, proven) = (optimal + usize::from(is_best), proven + usize::from(plan.is_proven()));
        let best = best.map_or("unknown".to_owned(), |best| best.to_string());
        println!(
            "{name}: {} bound {} best known {best} gap {:.3} %, {spent:.3} CPU s, {}",
            plan.objective,
            plan.bound,
            100.0 * plan.gap(),
            if violations.is_empty() { "checked".to_owned() } else { format!("BROKEN {violations:?}") }
        );
        if goal == "prices" {
            print_prices(&problem, &plan, seconds, seed);
        }
    }
    println!("{optimal} of {} optimal, {proven} proven, slowest {slowest:.3} CPU s", files.len());
}

fn solve(goal: &str, problem: &Siting, seconds: f64, seed: u64, best: Option<u64>) -> SitingPlan {
    let begun = cpu_seconds();
    let mut stop = || cpu_seconds() - begun > seconds;
    if goal != "search" {
        return site(problem, &Limits::standard(seed), &mut stop);
    }
    // Rounds in slices, so that the time at which the best known value is met shows.
    for rounds in [0, 10, 30, 100, 300, 1_000, 3_000, 10_000, 100_000] {
        let plan = search(problem, seed, rounds, &mut stop);
        if Some(plan.objective) == best || cpu_seconds() - begun > seconds || rounds == 100_000 {
            return plan;
        }
    }
    unreachable!("the last slice returns")
}

fn print_prices(problem: &Siting, plan: &SitingPlan, seconds: f64, seed: u64) {
    let begun = cpu_seconds();
    let prices = forcing_prices(problem, plan, &Limits::standard(seed), &mut || cpu_seconds() - begun > seconds);
    let exact = prices.iter().filter(|price| price.is_exact()).count();
    let dearest = prices.iter().map(|price| price.found).max().unwrap_or(0);
    println!("  {exact} of {} prices exact, up to {dearest}, {:.3} CPU s", prices.len(), cpu_seconds() - begun);
}

/// The file itself, or those of a folder whose names begin so, in the order of their numbers.
fn files(path: &Path, start: &str) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let entries = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    let named = entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(start));
    let mut files: Vec<PathBuf> = named.filter(|path| path.extension().is_some_and(|end| end == "txt")).collect();
    files.sort_by_key(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name.trim_start_matches(start).parse::<u32>().unwrap_or(0), name)
    });
    files
}
