//! Routes a standard instance and prints what came of it.
//! `cargo run --release -p mostari-routing --example route_bench -- FILE SECONDS SEED`; seconds are of the processor.
//! With `FILE check SOLUTION` it checks and prices a solution file instead.

use mostari_routing::check;
use mostari_routing::engine::{Budget, Settings, solve};
use mostari_routing::instance::{self, Instance};
use mostari_routing::problem::Solution;
use std::time::Instant;

/// Seconds that this thread had a processor for, where the system tells.
#[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock and the engine does not")]
fn cpu_seconds(begun: Instant) -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let cpu = told.split_whitespace().next().and_then(|word| word.parse::<f64>().ok());
    cpu.map_or_else(|| begun.elapsed().as_secs_f64(), |ns| ns / 1e9)
}

struct Seconds {
    begun: Instant,
    from: f64,
    limit: f64,
}

impl Budget for Seconds {
    fn spent(&mut self, _iterations: u64) -> f64 {
        (cpu_seconds(self.begun) - self.from) / self.limit
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [file, task, last, rest @ ..] = words.as_slice() else {
        eprintln!("FILE SECONDS SEED are wanted, or FILE check SOLUTION");
        std::process::exit(2);
    };
    let read = instance::read(&text_of(file)).expect("the file is an instance");
    if task == "check" {
        let given = instance::read_solution(&text_of(last), &read).expect("the solution file can be read");
        println!("checked {}", told(file, &read, &given.solution, None));
        return;
    }
    let limit: f64 = task.parse().expect("seconds are a number");
    let mut settings = Settings { seed: last.parse().expect("a seed is a whole number"), ..Settings::default() };
    if let [start, end] = rest {
        let number = |word: &String| word.parse::<f64>().expect("a warmth is a number");
        settings.warmth = Some((number(start), number(end)));
    }
    let begun = Instant::now();
    let from = cpu_seconds(begun);
    let outcome =
        solve(&read.problem, &settings, &mut Seconds { begun, from, limit }).expect("the problem can be routed");
    let cpu = cpu_seconds(begun) - from;
    let told = told(file, &read, &outcome.solution, Some(outcome.cost));
    println!("mostari seed {last} iterations {} cpu {cpu:.1} s {told}", outcome.iterations);
}

fn text_of(file: &str) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Instance, cost, gap to the published solution (priced by the checker too), vehicles, and the checker's verdict.
fn told(file: &str, read: &Instance, solution: &Solution, stated: Option<i64>) -> String {
    let verdict = check::check(&read.problem, solution);
    let cost = verdict.cost;
    let best = std::fs::read_to_string(std::path::Path::new(file).with_extension("sol")).ok().map(|text| {
        let published = instance::read_solution(&text, read).expect("the solution file can be read");
        check::check(&read.problem, &published.solution).cost
    });
    let gap = |best: i64| format!("{:.3} %", 100.0 * (cost as f64 / best as f64 - 1.0));
    let gap = best.map_or("unknown".to_owned(), gap);
    let judged = match verdict.violations.first() {
        None if stated.is_none_or(|it| it == cost) => "accepted".to_owned(),
        None => "priced otherwise".to_owned(),
        Some(first) => format!("{} violations, first {}", verdict.violations.len(), first.code),
    };
    let (routes, unserved) = (solution.routes.len(), solution.unserved.len());
    format!("{} cost {cost} gap {gap} routes {routes} unserved {unserved} {judged}", read.name)
}
