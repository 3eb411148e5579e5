//! Print, ship or wait: what to do about a part that fails where the next convoy is weeks away.
//!
//! Each part is a Markov decision problem of its own over a finite horizon, solved backwards exactly
//! ([`dynamic`]). Printers are shared: an hour of each period gets a price, found by raising it where the parts want
//! more hours than there are ([`prices`]); the priced parts together give a bound below every plan that keeps the
//! hours (the relaxation of weakly coupled programs, Adelman and Mersereau 2008, doi:10.1287/opre.1070.0445). The
//! plan that keeps them gives each period's hours to the prints that save most per hour ([`ration`]).
//!
//! # Source
//! Westerweel, Basten, den Boer and van Houtum 2021, doi:10.1111/poms.13298: expediting and printing parts of lower
//! quality as two emergency sources between regular convoys, with two thresholds. Machines are counted here one by
//! one, printed parts fail until the convoy replaces them, and printers are shared: decision 0026.

mod dynamic;
mod grid;
mod prices;
mod ration;
mod row;
pub mod synthetic;

use crate::problem::stock::{CostRange, PartPolicy, StockPlan, StockProblem};
use dynamic::Chances;
use grid::Grid;

/// States of one part beyond which it is refused: 26 periods of them take some seconds.
pub const STATES_MAX: usize = 100_000;

/// How much work to put into a plan. The same effort gives the same plan on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Most rounds of the search for prices.
    pub rounds_max: u32,
    /// Futures to draw, at least 2, to say what keeping the hours costs.
    pub futures_count: u32,
    /// Seed of the futures.
    pub seed: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { rounds_max: 24, futures_count: 100, seed: 1 }
    }
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StockError {
    /// A figure makes no sense.
    #[error("part `{part}`: {what}")]
    Figure {
        /// The part, or empty if it is about the whole.
        part: String,
        /// What is wrong.
        what: &'static str,
    },
    /// A part has more states than [`STATES_MAX`].
    #[error("part `{part}` can be in {states} states, more than {STATES_MAX}")]
    TooManyStates {
        /// The part.
        part: String,
        /// How many.
        states: usize,
    },
}

/// Plans every part. Costs and hours are in the units of the problem; `stop` is asked between rounds of the search for
/// prices and ends it early, which leaves a valid plan and bound.
///
/// # Errors
/// [`StockError::Figure`] if a figure makes no sense; [`StockError::TooManyStates`] if a part is too large.
pub fn solve(problem: &StockProblem, effort: &Effort, stop: &mut dyn FnMut() -> bool) -> Result<StockPlan, StockError> {
    let grids = grids(problem, effort)?;
    let found = prices::search(problem, &grids, effort.rounds_max, stop);
    let policies = policies(problem, &grids, &found);
    let rationed = ration::play(problem, &grids, &found.tables, effort);
    let bound = found.bound;
    let gap = if bound > 0.0 { (rationed.sampled.cost_mean - bound) / bound } else { 0.0 };
    Ok(StockPlan {
        hour_prices: found.prices,
        policies,
        bound,
        now: rationed.now,
        sampled: rationed.sampled,
        gap,
        rounds: found.rounds,
    })
}

fn policies(problem: &StockProblem, grids: &[Grid<'_>], found: &prices::Found) -> Vec<PartPolicy> {
    let periods = problem.printer_hours.len();
    let free = vec![0.0; periods];
    let mut policies = Vec::with_capacity(grids.len());
    for ((grid, table), hours) in grids.iter().zip(&found.tables).zip(&found.hours) {
        let part = grid.part;
        let at = |chances: Chances| dynamic::backwards(grid, &chances, &free, Some(&table.actions)).start(grid);
        let cost = CostRange {
            low: at(Chances::new(part.failure_rate.low, part.printed_failure_rate.low)),
            likely: at(Chances::likely(part)),
            high: at(Chances::new(part.failure_rate.high, part.printed_failure_rate.high)),
        };
        let (rows_count, rows_out_of_order_count) = row::order(grid, &table.actions);
        policies.push(PartPolicy {
            part: part.id.clone(),
            states: grid.states(),
            actions: table.actions.iter().map(|row| grid.valid.iter().map(|&at| row[at]).collect()).collect(),
            thresholds: row::thresholds(grid, &table.actions),
            priced_cost: table.start(grid),
            cost,
            print_hours: hours.clone(),
            rows_count,
            rows_out_of_order_count,
        });
    }
    policies
}

fn grids<'a>(problem: &'a StockProblem, effort: &Effort) -> Result<Vec<Grid<'a>>, StockError> {
    let whole = |what| StockError::Figure { part: String::new(), what };
    if problem.printer_hours.is_empty() || problem.printer_hours.iter().any(|h| !h.is_finite() || *h < 0.0) {
        return Err(whole("printer hours must be finite and not negative, for at least one period"));
    }
    if effort.futures_count < 2 {
        return Err(whole("at least two futures are needed for a standard error"));
    }
    let mut ids: Vec<&str> = problem.parts.iter().map(|part| part.id.as_str()).collect();
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(whole("two parts have the same id"));
    }
    problem.parts.iter().map(|part| Grid::new(part, problem.printer_hours.len())).collect()
}

#[cfg(test)]
mod tests;
