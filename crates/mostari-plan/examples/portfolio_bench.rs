//! Plans invented problems and prints size, seconds and gap. `cargo run --release --example portfolio_bench -- 300 24 8 30 0.2 10`
//! (projects, months, donors, areas, floor, seconds for the search; the last two may be left out).

use mostari_plan::{PlanLimits, Problem, check::check, plan, size, synthetic};
use std::time::Instant;

fn main() {
    let numbers: Vec<f64> = std::env::args().skip(1).map(|a| a.parse().expect("numbers only")).collect();
    let at = |i: usize, default: f64| numbers.get(i).copied().unwrap_or(default);
    let shape = synthetic::Shape {
        projects: at(0, 100.0) as usize,
        months: at(1, 24.0) as u32,
        donors: at(2, 6.0) as usize,
        areas: at(3, 12.0) as usize,
        seed: at(6, 1.0) as u64,
    };
    let mut parts = synthetic::parts(shape);
    parts.parameters.floor = at(4, 0.0);
    let problem = Problem::new(parts).expect("an invented problem holds together");
    let limits = PlanLimits { gap: 0.005, nodes: None, seconds: at(5, 30.0), reasons: None };
    let size = size(&problem).expect("few enough combinations");
    let begun = Instant::now();
    match plan(&problem, &limits) {
        Ok(made) => {
            let seconds = begun.elapsed().as_secs_f64();
            let verified = made.not_chosen.iter().filter(|n| n.verified).count();
            println!("{shape:?} floor {}: {} variables, {} rows", problem.parameters.floor, size.variables, size.rows);
            println!("{seconds:.1} s in all, gap {:.2} %, stopped by {:?}", made.gap * 100.0, made.stopped_by);
            println!("{} chosen, {} not, {verified} reasons verified", made.chosen.len(), made.not_chosen.len());
            println!("{} violations, digest {}", check(&made, &problem).violations.len(), made.digest().short());
        }
        Err(error) => println!("{error} (after {:.1} s)", begun.elapsed().as_secs_f64()),
    }
}
