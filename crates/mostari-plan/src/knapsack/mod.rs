//! Choosing things under several budgets: a relaxation for the bound, a search of our own led by its prices, and the
//! solver on the things that a better choice may still have otherwise.
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
//! relaxation as order).

mod packing;
mod population;
mod relaxed;

use crate::problem::knapsack::{Knapsack, KnapsackPlan};
use crate::siting::{Stop, draws::Draws};
use mostari_milp::MilpError;
use packing::{Order, Packing};
use population::Population;
use relaxed::Relaxation;

/// The solver tries to prove the best choice after this many rounds, and again whenever four times as many are over; it
/// may find a better one.
const PROVEN_FIRST: u64 = 3;

/// So few undecided things are given to the solver at once.
const SMALL_COUNT: usize = 25;

/// How much is done at most. The same limits and a stop that never strikes give the same plan on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Seed of the random choices.
    pub seed: u64,
    /// Rounds of the search; now and then the solver tries to prove in between.
    pub rounds: u64,
    /// Choices looked at in a round.
    pub children: u64,
    /// Most nodes of the solver for one proof.
    pub nodes_max: u32,
}

impl Limits {
    /// Enough for hundreds of things in seconds.
    pub fn standard(seed: u64) -> Self {
        Self { seed, rounds: 64, children: 10_000, nodes_max: 200 }
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
    let mut best = Packing::filled(&order);
    let mut bound = whole(relaxation.value);
    if relaxation.undecided(best.value()).len() <= SMALL_COUNT && !stop() {
        prove(problem, &order, &relaxation, (&mut best, &mut bound), limits);
    }
    let core = relaxation.nearest(core_count(problem));
    let mut population = Population::around(&order, &best, &core, &mut draws);
    for round in 0..limits.rounds {
        if stop() || best.value() >= bound {
            break;
        }
        for child in 0..limits.children {
            if child % 64 == 0 && stop() {
                break;
            }
            if let Some(better) = population.breed(&order, &core, best.value(), &mut draws) {
                best = better;
            }
        }
        if population.is_spent() {
            population = Population::around(&order, &best, &core, &mut draws);
        }
        if is_proof_due(round) && !stop() {
            prove(problem, &order, &relaxation, (&mut best, &mut bound), limits);
        }
    }
    let value = best.value();
    let chosen = (0..).zip(best.chosen()).filter(|(_, is_chosen)| **is_chosen).map(|(thing, _)| thing).collect();
    Ok(KnapsackPlan { chosen, value, bound: bound.max(value), relaxed: relaxation.value })
}

/// Lets the solver look for a better choice within its limit.
fn prove(
    problem: &Knapsack,
    order: &Order,
    relaxation: &Relaxation,
    (best, bound): (&mut Packing, &mut u64),
    limits: &Limits,
) {
    let proof = relaxed::prove(problem, relaxation, best.chosen(), limits.nodes_max, limits.seed as u32);
    *bound = (*bound).min(proof.bound.max(best.value()));
    if let Some(chosen) = proof.better {
        *best = Packing::of(order, &chosen);
    }
}

fn is_proof_due(round: u64) -> bool {
    std::iter::successors(Some(PROVEN_FIRST), |due| due.checked_mul(4)).any(|due| due == round)
}

/// How many things near the edge are exchanged.
fn core_count(problem: &Knapsack) -> usize {
    const CORE_MIN: usize = 50;
    (problem.values().len() / 5).max(CORE_MIN).min(problem.values().len())
}

/// The largest whole value that is not above a bound, as far as rounding in sums allows.
fn whole(bound: f64) -> u64 {
    (bound + 1e-6 + 1e-10 * bound.abs()).floor().max(0.0) as u64
}
