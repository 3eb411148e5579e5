//! Plans invented problems and prints size, seconds and gap.
//!
//! `cargo run --release --example portfolio_bench -- 300 24 8 30 0.2 10` (projects, months, donors, areas, floor, seconds
//! for the search; the last two may be left out; then a seed, and in every how many months work may start). With a word first: `front 300 72 8 30` prints ten floors with their
//! bounds; `seeds 300 72 8 30 0.05 30` searches, without reasons, for seeds 1 to 20, and beside each the solver alone on
//! the same program in the same time.

use mostari_plan::{PlanLimits, Problem, check::check, front, naive, plan, size, synthetic};
use std::time::Instant;

fn main() {
    let (words, numbers): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument.parse::<f64>().is_err());
    let numbers: Vec<f64> = numbers.iter().map(|number| number.parse().expect("partitioned")).collect();
    let at = |i: usize, default: f64| numbers.get(i).copied().unwrap_or(default);
    let shape = |seed: u64| synthetic::Shape {
        projects: at(0, 100.0) as usize,
        months: at(1, 24.0) as u32,
        donors: at(2, 6.0) as usize,
        areas: at(3, 12.0) as usize,
        seed,
    };
    let problem = |seed: u64| {
        let mut parts = synthetic::parts(shape(seed));
        parts.parameters.floor = at(4, 0.0);
        parts.parameters.start_every = at(7, 1.0) as u32;
        Problem::new(parts).expect("an invented problem holds together")
    };
    let limits = PlanLimits { gap: 0.005, nodes: None, seconds: at(5, 30.0), clock: Some(wall_seconds), reasons: None };
    match words.first().map(String::as_str) {
        Some("front") => show_front(&problem(at(6, 1.0) as u64)),
        Some("seeds") => show_seeds(&problem, &PlanLimits { reasons: Some(0), ..limits }),
        _ => show_plan(shape(at(6, 1.0) as u64), &problem(at(6, 1.0) as u64), &limits),
    }
}

/// Seconds since the first call.
fn wall_seconds() -> f64 {
    static BEGUN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    BEGUN.elapsed().as_secs_f64()
}

/// Seconds that this thread had a processor for, where the system tells.
fn cpu_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).map_or(f64::NAN, |ns| ns / 1e9)
}

fn show_plan(shape: synthetic::Shape, problem: &Problem, limits: &PlanLimits) {
    let size = size(problem).expect("few enough combinations");
    let begun = Instant::now();
    match plan(problem, limits) {
        Ok(made) => {
            let seconds = begun.elapsed().as_secs_f64();
            let verified = made.not_chosen.iter().filter(|n| n.verified).count();
            println!("{shape:?} floor {}: {} variables, {} rows", problem.parameters.floor, size.variables, size.rows);
            println!("{seconds:.1} s in all, gap {:.2} %, stopped by {:?}", made.gap * 100.0, made.stopped_by);
            println!("{} chosen, {} not, {verified} reasons verified", made.chosen.len(), made.not_chosen.len());
            println!("{} violations, digest {}", check(&made, problem).violations.len(), made.digest().short());
        }
        Err(error) => println!("{error} (after {:.1} s)", begun.elapsed().as_secs_f64()),
    }
}

fn show_front(problem: &Problem) {
    let begun = cpu_seconds();
    let found = front(problem, 10, &PlanLimits { seconds: 0.0, ..PlanLimits::default() }).expect("a plan exists");
    println!("ten points in {:.1} s of processor time", cpu_seconds() - begun);
    found.points.iter().for_each(|point| println!("floor {:.4}: at most {:.0}", point.floor, point.bound));
}

fn show_seeds(problem: &dyn Fn(u64) -> Problem, limits: &PlanLimits) {
    println!("| seed | gap | s | violations | solver alone: gap | s |");
    println!("| ---: | ---: | ---: | ---: | ---: | ---: |");
    let (mut gaps, mut seconds) = (0.0, 0.0);
    for seed in 1..=20 {
        let problem = problem(seed);
        let begun = cpu_seconds();
        let made = plan(&problem, limits);
        let took = cpu_seconds() - begun;
        let (gap, violations) = match &made {
            Ok(made) => (made.gap, check(made, &problem).violations.len()),
            Err(_) => (f64::NAN, 0),
        };
        let begun = cpu_seconds();
        let alone = naive(&problem, limits).map_or(f64::NAN, |gap| gap);
        let alone_took = cpu_seconds() - begun;
        (gaps, seconds) = (gaps + gap / 20.0, seconds + took / 20.0);
        println!(
            "| {seed} | {:.2} % | {took:.1} | {violations} | {:.2} % | {alone_took:.1} |",
            gap * 100.0,
            alone * 100.0
        );
    }
    println!("mean gap {:.2} %, mean {seconds:.1} s of processor time", gaps * 100.0);
}
