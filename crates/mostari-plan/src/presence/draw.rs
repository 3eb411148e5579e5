//! Drawing visits so that each area is visited exactly as likely as stated, always the same number of visits.
//!
//! Systematic sampling (Madow 1949, doi:10.1214/aoms/1177729988): the chances are laid end to end and a comb with teeth
//! one apart is laid on them at a random place; an area is visited if a tooth falls on it. Areas are shuffled before
//! each draw, so that no two are tied to each other for good, and draws are independent: what was visited before says
//! nothing about what comes next.

use crate::problem::presence::{PresencePlan, Visits};
use crate::synthetic::Draws;

/// One way in which visits can fall for an order of the areas, and how likely it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Lot {
    /// How likely it is, given the order.
    pub probability: f64,
    /// Positions of the areas visited, ascending.
    pub areas: Vec<u32>,
}

/// Draws visits for so many rounds through the roster. The same plan and seed give the same visits; a seed is a secret
/// as the visits are.
pub fn draw(plan: &PresencePlan, rounds: u32, seed: u64) -> Visits {
    let mut draws = Draws(seed);
    let mut round = || plan.shifts.iter().map(|shift| one(&shift.visit_chances, &mut draws)).collect();
    Visits { rounds: (0..rounds).map(|_| round()).collect() }
}

/// Every way in which visits can fall for an order of the areas: the comb slides from one place where a tooth passes
/// from one area to the next, to the following one. An area's probabilities sum to its chance.
pub fn lots(chances: &[f64], order: &[usize]) -> Vec<Lot> {
    let ends = ends(chances, order);
    let mut cuts: Vec<f64> = ends.iter().map(|end| end.fract()).chain([0.0, 1.0]).collect();
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    let lot =
        |pair: &[f64]| Lot { probability: pair[1] - pair[0], areas: comb(&ends, order, (pair[0] + pair[1]) / 2.0) };
    cuts.windows(2).map(lot).collect()
}

fn one(chances: &[f64], draws: &mut Draws) -> Vec<u32> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    for last in (1..order.len()).rev() {
        order.swap(last, draws.below(last + 1));
    }
    comb(&ends(chances, &order), &order, draws.unit())
}

/// Where the chance of each area ends when they are laid end to end; the last ends at a whole number.
fn ends(chances: &[f64], order: &[usize]) -> Vec<f64> {
    let mut end = 0.0;
    let mut ends: Vec<f64> = order
        .iter()
        .map(|&area| {
            end += chances[area];
            end
        })
        .collect();
    if let Some(last) = ends.last_mut() {
        *last = last.round();
    }
    ends
}

/// Areas on which a tooth falls.
fn comb(ends: &[f64], order: &[usize], place: f64) -> Vec<u32> {
    let (mut areas, mut tooth) = (Vec::new(), place);
    for (end, &area) in ends.iter().zip(order) {
        if tooth < *end {
            areas.push(area as u32);
            tooth += 1.0;
        }
    }
    areas.sort_unstable();
    areas
}
