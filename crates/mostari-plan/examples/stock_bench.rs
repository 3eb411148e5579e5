//! Plans invented parts and prints seconds, bound, gap and thresholds.
//! `cargo run --release -p mostari-plan --example stock_bench -- 500 26 6 0.4 1` (parts, periods, most machines of a
//! kind, printer hours per part and period, seed; all may be left out; `check` at the end runs the checker).

use mostari_plan::check::stock::check;
use mostari_plan::stock::{Effort, solve, synthetic};

/// Seconds that this thread had a processor for, where the system tells.
fn cpu_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    told.split_whitespace().next().and_then(|word| word.parse::<f64>().ok()).map_or(f64::NAN, |ns| ns / 1e9)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let checks = words.iter().any(|word| word == "check");
    let numbers: Vec<f64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    let at = |position: usize, otherwise: f64| numbers.get(position).copied().unwrap_or(otherwise);
    let shape = synthetic::Shape {
        parts: at(0, 500.0) as usize,
        periods: at(1, 26.0) as usize,
        machines_max: at(2, 6.0) as usize,
        hours_per_part: at(3, 0.4),
        seed: at(4, 1.0) as u64,
    };
    let problem = synthetic::problem(shape);
    let begun = cpu_seconds();
    let plan = solve(&problem, &Effort::default(), &mut || false).expect("an invented problem makes sense");
    let seconds = cpu_seconds() - begun;
    let states: usize = plan.policies.iter().map(|policy| policy.states.len()).sum();
    let (rows, broken) = plan
        .policies
        .iter()
        .fold((0, 0), |(rows, broken), p| (rows + p.rows_count, broken + p.rows_out_of_order_count));
    println!("{shape:?}");
    println!("{seconds:.2} CPU seconds, {} rounds, {states} states a period", plan.rounds);
    println!(
        "bound {:.0}, mean of {} futures {:.0} +- {:.0}, gap {:.2} %, hours used at most {:.1} %",
        plan.bound,
        plan.sampled.futures_count,
        plan.sampled.cost_mean,
        plan.sampled.cost_standard_error,
        100.0 * plan.gap,
        100.0 * plan.sampled.hours_share_max
    );
    println!("price of an hour by period: {:.1?}", plan.hour_prices);
    println!("{broken} of {rows} rows are not in the order wait, print, expedite");
    if checks {
        let begun = cpu_seconds();
        let found = check(&plan, &problem);
        println!("{} rules broken, found in {:.1} CPU seconds", found.len(), cpu_seconds() - begun);
        found.iter().take(5).for_each(|breach| println!("{} {}: {}", breach.code, breach.subject, breach.message));
    }
}
