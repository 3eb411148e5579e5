//! Routes a standard instance and prints what came of it.
//! `cargo run --release -p mostari-routing --example route_bench -- FILE SECONDS SEED`; seconds are of the processor.

use mostari_routing::engine::{Budget, Settings, solve};
use mostari_routing::{check, instance};
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
    let [file, seconds, seed, rest @ ..] = words.as_slice() else {
        eprintln!("FILE SECONDS SEED are wanted");
        std::process::exit(2);
    };
    let text = std::fs::read_to_string(file).expect("the file can be read");
    let read = instance::read(&text).expect("the file is an instance");
    let limit: f64 = seconds.parse().expect("seconds are a number");
    let mut settings = Settings { seed: seed.parse().expect("a seed is a whole number"), ..Settings::default() };
    if let [start, end, ..] = rest {
        settings.warmth_start = start.parse().expect("a number");
        settings.warmth_end = end.parse().expect("a number");
    }
    let begun = Instant::now();
    let from = cpu_seconds(begun);
    let outcome =
        solve(&read.problem, &settings, &mut Seconds { begun, from, limit }).expect("the problem can be routed");
    let cpu = cpu_seconds(begun) - from;
    let verdict = check::check(&read.problem, &outcome.solution);
    let ours = verdict.cost;
    let best = std::fs::read_to_string(std::path::Path::new(file).with_extension("sol")).ok().and_then(|text| {
        let published = instance::read_solution(&text, &read).expect("the solution file can be read");
        Some(check::check(&read.problem, &published.solution).cost).filter(|&it| it > 0)
    });
    let gap = best.map_or("no .sol".to_owned(), |best| format!("{:.3} %", 100.0 * (ours as f64 / best as f64 - 1.0)));
    let verdict = match verdict.violations.len() {
        0 if verdict.cost == outcome.cost => "accepted".to_owned(),
        0 => "PRICED OTHERWISE".to_owned(),
        count => format!("{count} VIOLATIONS {:?}", verdict.violations[0]),
    };
    println!(
        "mostari {} seed {} cost {ours} gap {gap} iterations {} cpu {cpu:.1} s routes {} unserved {} {verdict}",
        read.name,
        settings.seed,
        outcome.iterations,
        outcome.solution.routes.len(),
        outcome.solution.unserved.len()
    );
}
