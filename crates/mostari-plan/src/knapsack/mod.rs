//! Choosing things under several budgets: a relaxation for the bound, a search of our own led by its prices, and the
//! solver on small parts around the best choice.
//!
//! ```
//! use mostari_plan::knapsack::{Limits, choose};
//! use mostari_plan::problem::knapsack::Knapsack;
//! // Three projects, money and engineer-weeks: the first and the last fit together.
//! let problem = Knapsack::new(vec![60, 50, 40], vec![5, 4, 3, 2, 4, 2], vec![8, 5])?;
//! let plan = choose(&problem, &Limits::standard(1), &mut || false)?;
//! assert_eq!((plan.chosen, plan.value, plan.bound), (vec![0, 2], 100, 100));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Source
//! Pirkul 1987, doi:10.1002/1520-6750(198704)34:2<161::AID-NAV3220340203>3.0.CO;2-A (value against prices of the
//! relaxation as order); Danna, Rothberg and Le Pape 2005, doi:10.1007/s10107-004-0518-7 (the solver on a part).

mod packing;
mod relaxed;

use crate::problem::knapsack::{Knapsack, KnapsackPlan};
use crate::siting::{Stop, draws::Draws};
use mostari_milp::MilpError;
use packing::{Order, Packing};
use relaxed::{Part, Relaxation};

/// How much is done at most. The same limits and a stop that never strikes give the same plan on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Seed of the random choices.
    pub seed: u64,
    /// Rounds; each is so many shakes and one part for the solver.
    pub rounds: u64,
    /// Shakes in a round.
    pub shakes: u64,
    /// Things that the solver may change at once.
    pub part_size: usize,
    /// Most nodes of the solver for one part.
    pub nodes_max: u32,
}

impl Limits {
    /// Enough for hundreds of things in seconds.
    pub fn standard(seed: u64) -> Self {
        Self { seed, rounds: 40, shakes: 3_000, part_size: 32, nodes_max: 500 }
    }
}

/// The best choice found, with a proven bound.
///
/// # Errors
/// [`MilpError`] if the solver fails on the relaxation: a defect.
pub fn choose(problem: &Knapsack, limits: &Limits, stop: Stop<'_>) -> Result<KnapsackPlan, MilpError> {
    let relaxation = relaxed::relax(problem, limits.seed as u32)?;
    let order = Order::new(problem, &relaxation.prices);
    let mut draws = Draws::new(limits.seed);
    let mut best = Packing::filled(problem, &order);
    let mut here = best.clone();
    let mut bound = whole(relaxation.value);
    for round in 0..limits.rounds {
        if stop() || best.value() >= bound {
            break;
        }
        shake_often(problem, &order, &relaxation, (&mut here, &mut best), limits.shakes, &mut draws, stop);
        let core = relaxation.undecided(best.value());
        if core.len() <= limits.part_size * 2 {
            // Only these can differ in a better choice: if the solver finds none, the choice is proven to be best.
            if let Some(proven) = finish(problem, &core, &relaxation, &mut best, limits, stop) {
                bound = bound.min(proven);
                break;
            }
        }
        let part = part(&relaxation, limits.part_size, round, &mut draws);
        let nodes = limits.nodes_max;
        if let Part::Better(chosen) = relaxed::improve(problem, best.chosen(), &part, best.value(), nodes, round as u32)
        {
            best = Packing::of(problem, &chosen);
        }
        here = best.clone();
    }
    let value = best.value();
    let chosen = (0..).zip(best.chosen()).filter(|(_, is_chosen)| **is_chosen).map(|(thing, _)| thing).collect();
    Ok(KnapsackPlan { chosen, value, bound: bound.max(value), relaxed: relaxation.value })
}

/// The largest whole value that is not above a bound, as far as rounding in sums allows.
fn whole(bound: f64) -> u64 {
    (bound + 1e-6 + 1e-10 * bound.abs()).floor().max(0.0) as u64
}

/// Shakes and climbs; a worse choice is kept now and then, and given up for the best one if nothing comes of it.
fn shake_often(
    problem: &Knapsack,
    order: &Order,
    relaxation: &Relaxation,
    (here, best): (&mut Packing, &mut Packing),
    shakes: u64,
    draws: &mut Draws,
    stop: Stop<'_>,
) {
    const PATIENCE: u64 = 400;
    const WORSE_ONCE_IN: usize = 12;
    let core = relaxation.nearest(order.core_count());
    let mut stale = 0;
    for shake in 0..shakes {
        if shake % 16 == 0 && stop() {
            return;
        }
        let mut next = here.clone();
        next.shake(problem, order, &core, draws);
        next.climb(problem, &core);
        if next.value() > best.value() {
            best.clone_from(&next);
            stale = 0;
        }
        if next.value() >= here.value() || draws.once_in(WORSE_ONCE_IN) {
            *here = next;
        }
        stale += 1;
        if stale > PATIENCE {
            here.clone_from(best);
            stale = 0;
        }
    }
}

/// Solves the undecided things to the end: the value that nothing exceeds, or `None` if a limit struck.
fn finish(
    problem: &Knapsack,
    core: &[usize],
    relaxation: &Relaxation,
    best: &mut Packing,
    limits: &Limits,
    stop: Stop<'_>,
) -> Option<u64> {
    if stop() {
        return None;
    }
    // Settled things stand where the relaxation has them, not where the best choice has them.
    let settled: Vec<bool> = relaxation.values.iter().map(|value| *value > 0.5).collect();
    let nodes = limits.nodes_max.saturating_mul(20);
    match relaxed::improve(problem, &settled, core, best.value(), nodes, limits.seed as u32) {
        Part::Better(chosen) => {
            *best = Packing::of(problem, &chosen);
            None
        }
        Part::Best(chosen) => {
            *best = Packing::of(problem, &chosen);
            Some(best.value())
        }
        Part::NoneBetter => Some(best.value()),
        Part::Unknown => None,
    }
}

/// Things for the solver to choose anew: those nearest to the edge, and some others.
fn part(relaxation: &Relaxation, size: usize, round: u64, draws: &mut Draws) -> Vec<usize> {
    let order = relaxation.nearest(relaxation.values.len());
    // The first parts are all edge; later ones look farther.
    let near_count = (size * (8 - (round as usize % 5)) / 8).min(order.len());
    let mut part: Vec<usize> = order[..near_count].to_vec();
    let mut others = order[near_count..].to_vec();
    while part.len() < size && !others.is_empty() {
        part.push(others.swap_remove(draws.below(others.len())));
    }
    part
}
