//! Plans depots and stock for an invented land and prints seconds, gap, EVPI and VSS.
//! `cargo run --release -p mostari-plan --example preposition_bench -- 50 200 200 1 0.5 10 1 0.005 100` (depots,
//! areas, scenarios, goods, weight of risk, groups of cuts, seed, gap, seconds after which the search stops; all may be
//! left out; `quick` leaves out the worth).

use mostari_plan::check::preposition::check;
use mostari_plan::preposition::{Effort, solve, synthetic};

/// Seconds that this thread had a processor for, where the system tells.
fn cpu_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).map_or(f64::NAN, |ns| ns / 1e9)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Vec<f64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let at = |position: usize, otherwise: f64| numbers.get(position).copied().unwrap_or(otherwise);
    let shape = synthetic::Shape {
        depots: at(0, 50.0) as usize,
        areas: at(1, 200.0) as usize,
        scenarios: at(2, 200.0) as usize,
        goods: at(3, 1.0) as usize,
        risk_weight: at(4, 0.5),
        seed: at(6, 1.0) as u64,
    };
    let worth = !words.iter().any(|word| word == "quick");
    let effort = Effort { gap: at(7, 0.005), groups: at(5, 10.0) as usize, worth, ..Effort::default() };
    let seconds_max = at(8, 300.0);
    let problem = synthetic::problem(shape);
    let begun = cpu_seconds();
    let plan =
        solve(&problem, &effort, &mut || cpu_seconds() - begun > seconds_max).expect("an invented land makes sense");
    let seconds = cpu_seconds() - begun;
    println!("{shape:?}, {} groups", effort.groups);
    println!("{seconds:.1} CPU seconds, {} rounds, gap {:.3} %", plan.rounds, 100.0 * plan.gap);
    println!("objective {:.0}, bound {:.0}, stopped {}", plan.objective, plan.bound, plan.is_stopped);
    let open = plan.is_open.iter().filter(|open| **open).count();
    println!(
        "{open} depots open, first cost {:.0}, mean {:.0}, tail {:.0}",
        plan.first_cost, plan.expected_cost, plan.tail_cost
    );
    if let Some(worth) = &plan.worth {
        let evpi = worth.evpi_between;
        println!("EVPI {:.0} (between {:.0} and {:.0}), VSS {:.0}", worth.evpi, evpi.least, evpi.most, worth.vss);
    }
    let begun = cpu_seconds();
    let found = check(&plan, &problem);
    println!("{} rules broken, found in {:.1} CPU seconds", found.len(), cpu_seconds() - begun);
    found.iter().take(5).for_each(|breach| println!("{} {}: {}", breach.code, breach.subject, breach.message));
}
