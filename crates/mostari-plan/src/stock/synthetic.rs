//! Invented parts from a seed: for tests and benchmarks. No figure in them is of a real fleet.

use crate::problem::stock::{Part, RateRange, StockProblem};
use crate::synthetic::Draws;

/// How large an invented problem is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// Kinds of part.
    pub parts: usize,
    /// Periods, thought of as weeks.
    pub periods: usize,
    /// Most machines of a kind.
    pub machines_max: usize,
    /// Hours of the printers per part and period.
    pub hours_per_part: f64,
    /// Seed: another one is another problem of the same size.
    pub seed: u64,
}

/// An invented problem; the same for the same shape.
pub fn problem(shape: Shape) -> StockProblem {
    let mut draws = Draws(shape.seed);
    let parts = (0..shape.parts).map(|position| part(position, shape, &mut draws)).collect();
    let hours = shape.hours_per_part * shape.parts as f64;
    StockProblem { printer_hours: vec![hours; shape.periods], parts }
}

fn part(position: usize, shape: Shape, draws: &mut Draws) -> Part {
    let machines_count = 1 + draws.below(shape.machines_max) as u32;
    let stock_max_count = draws.below(3) as u32;
    let is_short = draws.chance(0.3);
    let waiting_count = if is_short { draws.below(machines_count as usize + 1) as u32 } else { 0 };
    let stock_count = if is_short { 0 } else { draws.below(stock_max_count as usize + 1) as u32 };
    let printed_count = draws.below((machines_count - waiting_count) as usize + 1) as u32 / 2;
    let expedite_lead_periods = 1 + draws.below(3) as u32;
    let rate = draws.between(0.01, 0.12);
    let printed_rate = rate * draws.between(1.5, 6.0);
    let value = draws.between(20.0, 300.0);
    let every = 6 + draws.below(8) as u32;
    Part {
        id: format!("part-{position:04}"),
        machines_count,
        stock_count,
        waiting_count,
        printed_count,
        in_transit_counts: vec![0; expedite_lead_periods as usize - 1],
        stock_max_count,
        failure_rate: RateRange { low: rate * 0.5, likely: rate, high: rate * 2.0 },
        printed_failure_rate: RateRange { low: printed_rate * 0.5, likely: printed_rate, high: printed_rate * 2.0 },
        resupply_first_period: 1 + draws.below(every as usize) as u32,
        resupply_every_periods: every,
        expedite_lead_periods,
        in_transit_max_count: 1 + draws.below(2) as u32,
        prints_max_count: 1 + draws.below(3) as u32,
        print_hours: draws.between(2.0, 20.0),
        print_cost: value * draws.between(0.2, 0.8),
        expedite_cost: value * draws.between(1.0, 2.0),
        expedite_shipment_cost: draws.between(100.0, 900.0),
        resupply_cost: value,
        waiting_cost: draws.between(30.0, 400.0),
    }
}
