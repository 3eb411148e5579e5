//! Where to open sites: p-median, p-center, maximal covering with backup, and location with capacities.
//!
//! Each is searched by interchange and shaking, and each answer carries a bound that no plan can beat. Prices of sites
//! that stay closed say what a plan with them would cost: [`forcing_prices`].
//!
//! ```
//! use mostari_plan::problem::siting::{Goal, Reach, Siting};
//! use mostari_plan::siting::{Limits, site};
//! // Four villages on a road, 10 minutes apart; a clinic can be in any of them.
//! let travel = [0, 10, 20, 30, 10, 0, 10, 20, 20, 10, 0, 10, 30, 20, 10, 0];
//! let reach = Reach::from_matrix(4, &travel)?;
//! let problem = Siting::new(reach, vec![100, 300, 50, 200], 2, vec![], Goal::Median)?;
//! let plan = site(&problem, &Limits::standard(1), &mut || false);
//! assert_eq!((plan.open, plan.objective, plan.bound), (vec![1, 3], 1_500, 1_500));
//! # Ok::<(), mostari_plan::problem::siting::SitingError>(())
//! ```

mod capacitated;
mod center;
mod cover;
pub(crate) mod draws;
mod interchange;
mod median;
mod neighbours;
mod prices;
mod relaxation;
mod served;
mod setcover;
mod tree;

pub use capacitated::locate;
pub use neighbours::{distance, nearest};
pub use prices::{ForcingPrice, forcing_prices};

use crate::problem::siting::{Goal, Siting, SitingPlan};
use draws::Draws;
use relaxation::Relaxed;
use served::{Callers, plan_of};
use tree::{Effort, Proof};

/// Asked often during a search; `true` ends it. What is found so far is the answer.
pub type Stop<'a> = &'a mut dyn FnMut() -> bool;

/// How much is done at most. The same limits and a stop that never strikes give the same plan on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Seed of the random choices.
    pub seed: u64,
    /// Shakes before the proof, and again after it if the plan is not proven.
    pub rounds: u64,
    /// Steps of the prices before any branching.
    pub root_steps: usize,
    /// Steps of the prices at each node of the tree.
    pub node_steps: usize,
    /// Most nodes of the tree.
    pub nodes_max: usize,
}

impl Limits {
    /// Enough to prove problems of some hundreds of sites in seconds.
    pub fn standard(seed: u64) -> Self {
        Self { seed, rounds: 200, root_steps: 1_000, node_steps: 60, nodes_max: 20_000 }
    }
}

/// The best plan found, with a proven bound.
pub fn site(problem: &Siting, limits: &Limits, stop: Stop<'_>) -> SitingPlan {
    if problem.goal() == Goal::Center {
        return center::solve(problem, limits, stop);
    }
    let callers = Callers::within(problem.reach(), radius(problem));
    let mut search = Search { problem, callers: &callers, draws: Draws::new(limits.seed), best: None };
    search.begin(limits.rounds, stop);
    let proof = search.prove(&Relaxed::of(problem), limits, None, stop);
    if search.best_cost() > proof.bound {
        search.again(limits.rounds, stop);
    }
    search.plan(proof.bound)
}

/// The best plan of the search alone, without a proof: its bound is what is true of any plan.
pub fn search(problem: &Siting, seed: u64, rounds: u64, stop: Stop<'_>) -> SitingPlan {
    if problem.goal() == Goal::Center {
        return center::search(problem, seed, stop);
    }
    let callers = Callers::within(problem.reach(), radius(problem));
    let mut search = Search { problem, callers: &callers, draws: Draws::new(seed), best: None };
    search.begin(rounds, stop);
    search.plan(0)
}

/// Legs that can matter.
fn radius(problem: &Siting) -> u32 {
    if let Goal::Cover { radius, .. } = problem.goal() { radius } else { u32::MAX }
}

/// What covering all people for full would be; costs of covering are counted from there down.
fn full(problem: &Siting) -> u64 {
    match problem.goal() {
        Goal::Median | Goal::Center => 0,
        Goal::Cover { .. } => 1000 * problem.people().iter().map(|people| u64::from(*people)).sum::<u64>(),
    }
}

/// Search for one problem; the best sites so far, with their cost (people x travel, or what is not covered).
struct Search<'a> {
    problem: &'a Siting,
    callers: &'a Callers,
    draws: Draws,
    best: Option<(u64, Vec<u32>)>,
}

impl Search<'_> {
    fn best_cost(&self) -> u64 {
        self.best.as_ref().map_or(u64::MAX, |(cost, _)| *cost)
    }

    fn begin(&mut self, rounds: u64, stop: Stop<'_>) {
        let start = match self.problem.goal() {
            Goal::Cover { .. } => cover::start(self.problem, self.callers),
            Goal::Median | Goal::Center => median::start(self.problem, self.callers, &mut self.draws),
        };
        self.improve(&start, rounds, stop);
    }

    fn again(&mut self, rounds: u64, stop: Stop<'_>) {
        if let Some((_, open)) = self.best.clone() {
            self.improve(&open, rounds, stop);
        }
    }

    /// Searches from some sites; returns the cost of the best plan known.
    fn improve(&mut self, start: &[u32], rounds: u64, stop: Stop<'_>) -> u64 {
        let (problem, callers, draws) = (self.problem, self.callers, &mut self.draws);
        let (open, cost) = match problem.goal() {
            Goal::Cover { .. } => {
                let full = full(problem);
                let (open, covered) = cover::search(problem, callers, start, (rounds, full), draws, stop);
                (open, full - covered)
            }
            Goal::Median | Goal::Center => median::search(problem, callers, start, rounds, draws, stop),
        };
        if cost < self.best_cost() {
            self.best = Some((cost, open));
        }
        self.best_cost()
    }

    /// Proves from given prices, if there are any.
    fn prove(&mut self, relaxed: &Relaxed, limits: &Limits, prices: Option<&[f64]>, stop: Stop<'_>) -> Proof {
        let Limits { root_steps, node_steps, nodes_max, .. } = *limits;
        let effort = Effort { root_steps, node_steps, nodes_max };
        let start = match prices {
            None => (self.first_prices(relaxed), tree::BOLD),
            Some(prices) => (relaxed.within_range(prices), tree::GENTLE),
        };
        let mut offered: Vec<u32> = Vec::new();
        let best = self.best_cost();
        let mut offer = |sites: &[u32]| {
            let mut sites = sites.to_vec();
            sites.sort_unstable();
            match sites == offered {
                true => self.best_cost(),
                false => {
                    offered.clone_from(&sites);
                    self.improve(&sites, 0, &mut || false)
                }
            }
        };
        tree::prove(relaxed, start, best, effort, &mut offer, stop)
    }

    /// Prices between what the best plan and the next best site would cost a client: near the best ones.
    fn first_prices(&self, relaxed: &Relaxed) -> Vec<f64> {
        let mut is_open = vec![false; self.problem.reach().sites_count()];
        self.best.iter().flat_map(|(_, open)| open).for_each(|site| is_open[*site as usize] = true);
        relaxed.first_prices(&is_open)
    }

    fn plan(&self, bound: u64) -> SitingPlan {
        let (_, open) = self.best.clone().expect("a search finds a plan");
        let plan = plan_of(self.problem, open);
        let bound = match self.problem.goal() {
            Goal::Cover { .. } => (full(self.problem) - bound).max(plan.objective),
            Goal::Median | Goal::Center => bound.min(plan.objective),
        };
        SitingPlan { bound, ..plan }
    }
}
