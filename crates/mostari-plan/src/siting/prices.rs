//! What a plan would cost with a site that stays closed: the answer to "why not here?".

use super::interchange::Interchange;
use super::served::Callers;
use super::{Limits, Search, Stop, draws::Draws, radius, site};
use crate::problem::siting::{Goal, Siting, SitingPlan};
use crate::siting::relaxation::Relaxed;

/// The best objective of a plan in which a site is open, between two values; equal where it is known exactly.
///
/// For covering more is better, so that `at_best` is the larger one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForcingPrice {
    /// The site.
    pub site: u32,
    /// Proven: no plan with the site is better than this.
    pub at_best: u64,
    /// A plan with the site was found that is as good as this.
    pub found: u64,
}

impl ForcingPrice {
    /// Whether the price is known exactly.
    pub fn is_exact(&self) -> bool {
        self.at_best == self.found
    }
}

/// The price of every site that a plan leaves closed, by site; none where all open sites are kept ones. Sites that
/// nothing is known of when `stop` strikes are left out.
///
/// Most follow from one proof (a swap for the one side, scores for the other). `limits` hold for each site that is
/// then still open to doubt, beginning with those that could cost least.
pub fn forcing_prices(problem: &Siting, plan: &SitingPlan, limits: &Limits, stop: Stop<'_>) -> Vec<ForcingPrice> {
    if problem.kept().len() >= problem.open_count() {
        return Vec::new();
    }
    let closed = (0..problem.reach().sites_count() as u32).filter(|site| plan.open.binary_search(site).is_err());
    let mut prices: Vec<ForcingPrice> = match problem.goal() {
        Goal::Center => {
            let with = |site| ForcingPrice { site, at_best: plan.bound, found: u64::MAX };
            closed.map(with).collect()
        }
        Goal::Median | Goal::Cover { .. } => from_one_proof(problem, plan, limits, closed.collect(), stop),
    };
    let is_more_better = matches!(problem.goal(), Goal::Cover { .. });
    let mut doubtful: Vec<usize> = (0..prices.len()).filter(|place| !prices[*place].is_exact()).collect();
    doubtful.sort_by_key(|place| {
        let distance = prices[*place].at_best.abs_diff(plan.objective);
        (distance, *place)
    });
    for place in doubtful {
        if stop() {
            break;
        }
        let price = &mut prices[place];
        let forced = problem.with_kept(price.site).expect("one more site may be kept");
        let with = site(&forced, limits, stop);
        (price.at_best, price.found) = match is_more_better {
            true => (price.at_best.min(with.bound), price.found.max(with.objective)),
            false => (price.at_best.max(with.bound), price.found.min(with.objective)),
        };
    }
    prices.retain(|price| price.found != u64::MAX);
    prices
}

/// At least by the scores at the best prices, at most by the best swap and what interchange makes of it.
fn from_one_proof(
    problem: &Siting,
    plan: &SitingPlan,
    limits: &Limits,
    closed: Vec<u32>,
    stop: Stop<'_>,
) -> Vec<ForcingPrice> {
    let callers = Callers::within(problem.reach(), radius(problem));
    let draws = Draws::new(limits.seed);
    let mut search = Search { problem, callers: &callers, draws, best: None };
    search.from(&plan.open, 0, &mut || false);
    let root_only = Limits { nodes_max: 0, ..*limits };
    let root = search.prove(&Relaxed::of(problem), &root_only, stop).root;
    let full = super::full(problem);
    let mut chosen = vec![false; problem.reach().sites_count()];
    root.chosen.iter().for_each(|site| chosen[*site as usize] = true);
    let least = |site: u32| {
        let more = if chosen[site as usize] { 0.0 } else { (root.scores[site as usize] - root.last_in).max(0.0) };
        (root.bound + more - 1e-6 - 1e-11 * root.bound.abs()).ceil().max(0.0) as u64
    };
    let state = matches!(problem.goal(), Goal::Median).then(|| Interchange::new(problem, &callers, &plan.open));
    let mut prices = Vec::with_capacity(closed.len());
    for site in closed {
        if stop() && state.is_none() {
            break;
        }
        let cost = match &state {
            Some(state) => state.cost_of_opening(site),
            None => covering_with(problem, &callers, plan, site, limits.seed),
        };
        let at_least = least(site).min(cost);
        prices.push(match state {
            None => ForcingPrice { site, at_best: (full - at_least).min(plan.bound), found: full - cost },
            Some(_) => ForcingPrice { site, at_best: at_least.max(plan.bound), found: cost },
        });
    }
    prices
}

/// What is not covered after interchange that begins with a site put in the place of another.
fn covering_with(problem: &Siting, callers: &Callers, plan: &SitingPlan, site: u32, seed: u64) -> u64 {
    let forced = problem.with_kept(site).expect("one more site may be kept");
    let mut open = plan.open.clone();
    open[closed_for(problem, &plan.open)] = site;
    Search { problem: &forced, callers, draws: Draws::new(seed), best: None }.from(&open, 0, &mut || false)
}

/// Place of an open site that may be closed for another one: the first that is not kept. Interchange does the rest.
fn closed_for(problem: &Siting, open: &[u32]) -> usize {
    open.iter().position(|open| problem.kept().binary_search(open).is_err()).expect("not all sites are kept")
}
