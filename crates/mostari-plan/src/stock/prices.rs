//! Prices of printer hours: raised where the parts want more than there is, lowered where hours are left.

use super::dynamic::{self, Chances, Table};
use super::grid::Grid;
use crate::problem::stock::StockProblem;

/// A step of a price grows by this factor while its direction stays, and shrinks by the other when it turns
/// (Riedmiller and Braun 1993, doi:10.1109/ICNN.1993.298623).
const STEP_GROWS: f64 = 1.3;
/// See [`STEP_GROWS`].
const STEP_SHRINKS: f64 = 0.5;

/// First step, as a share of what waiting one period costs per hour of printing.
const STEP_FIRST_SHARE: f64 = 0.1;

/// Share of the hours of a period by which the parts may miss them for the price to count as found.
const HOURS_TOLERANCE: f64 = 1e-3;

/// The best prices that were found, and the parts at them.
pub(super) struct Found {
    pub prices: Vec<f64>,
    pub tables: Vec<Table>,
    /// By part and period.
    pub hours: Vec<Vec<f64>>,
    pub bound: f64,
    pub rounds: u32,
}

/// Looks for the prices of the highest bound.
pub(super) fn search(
    problem: &StockProblem,
    grids: &[Grid<'_>],
    rounds_max: u32,
    stop: &mut dyn FnMut() -> bool,
) -> Found {
    let hours = &problem.printer_hours;
    let first_step = first_step(problem);
    let mut prices = vec![0.0; hours.len()];
    let mut steps = vec![first_step; hours.len()];
    let mut directions = vec![0.0_f64; hours.len()];
    let mut best = at(problem, grids, &prices, None);
    best.rounds = 1;
    let free: Vec<bool> = best.tables.iter().map(never_prints).collect();
    let mut wanted = wanted(&best);
    while best.rounds < rounds_max && !is_found(&wanted, hours, &prices) && !stop() {
        for period in 0..hours.len() {
            let direction = (wanted[period] - hours[period]).signum() * f64::from(wanted[period] != hours[period]);
            let turned = direction * directions[period] < 0.0;
            steps[period] *= if turned { STEP_SHRINKS } else { STEP_GROWS };
            directions[period] = direction;
            prices[period] = (prices[period] + direction * steps[period]).max(0.0);
        }
        let rounds = best.rounds + 1;
        let next = at(problem, grids, &prices, Some((&best, &free)));
        wanted = self::wanted(&next);
        if next.bound > best.bound {
            // A part that never prints costs the same at every price and stays as it is.
            let mut next = next;
            for (position, kept) in best.tables.into_iter().enumerate() {
                if free[position] {
                    next.tables[position] = kept;
                }
            }
            best = next;
        }
        best.rounds = rounds;
    }
    best
}

/// Every part at these prices. Those that are free of them (and known) are not solved anew.
fn at(problem: &StockProblem, grids: &[Grid<'_>], prices: &[f64], known: Option<(&Found, &[bool])>) -> Found {
    let (mut tables, mut hours) = (Vec::with_capacity(grids.len()), Vec::with_capacity(grids.len()));
    let mut bound = -prices.iter().zip(&problem.printer_hours).map(|(price, hours)| price * hours).sum::<f64>();
    for (position, grid) in grids.iter().enumerate() {
        let chances = Chances::likely(grid.part);
        match known {
            Some((known, free)) if free[position] => {
                bound += known.tables[position].start(grid);
                tables.push(Table { values: Vec::new(), actions: Vec::new() });
                hours.push(known.hours[position].clone());
            }
            _ => {
                let table = dynamic::backwards(grid, &chances, prices, None);
                bound += table.start(grid);
                hours.push(dynamic::expected_hours(grid, &chances, &table.actions));
                tables.push(table);
            }
        }
    }
    Found { prices: prices.to_vec(), tables, hours, bound, rounds: 0 }
}

fn never_prints(table: &Table) -> bool {
    table.actions.iter().flatten().all(|action| action.print_count == 0)
}

fn wanted(found: &Found) -> Vec<f64> {
    let periods = found.prices.len();
    (0..periods).map(|period| found.hours.iter().map(|hours| hours[period]).sum()).collect()
}

fn is_found(wanted: &[f64], hours: &[f64], prices: &[f64]) -> bool {
    wanted.iter().zip(hours).zip(prices).all(|((wanted, hours), price)| {
        let over = wanted - hours;
        over <= HOURS_TOLERANCE * hours && (*price == 0.0 || over >= -HOURS_TOLERANCE * hours)
    })
}

fn first_step(problem: &StockProblem) -> f64 {
    let mut shares: Vec<f64> = problem.parts.iter().map(|part| part.waiting_cost / part.print_hours).collect();
    shares.sort_by(f64::total_cmp);
    STEP_FIRST_SHARE * shares.get(shares.len() / 2).copied().unwrap_or(0.0)
}
