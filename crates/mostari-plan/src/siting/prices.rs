//! What a plan would cost with a site that stays closed: the answer to "why not here?".

use super::interchange::Interchange;
use super::relaxation::Relaxed;
use super::served::Callers;
use super::tree::Proof;
use super::{Limits, Search, Stop, draws::Draws, full, radius, site};
use crate::problem::siting::{Goal, Siting, SitingPlan};

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
/// Many follow from one proof (a swap for the one side, scores for the other). The others are solved one by one, each
/// within `limits`, beginning with those that could cost least.
pub fn forcing_prices(problem: &Siting, plan: &SitingPlan, limits: &Limits, stop: Stop<'_>) -> Vec<ForcingPrice> {
    if problem.kept().len() >= problem.open_count() {
        return Vec::new();
    }
    let closed = (0..problem.reach().sites_count() as u32).filter(|site| plan.open.binary_search(site).is_err());
    if problem.goal() == Goal::Center {
        let mut prices = Vec::new();
        for site in closed {
            if stop() {
                break;
            }
            prices.push(of_center(problem, plan, site, limits, stop));
        }
        return prices;
    }
    let callers = Callers::within(problem.reach(), radius(problem));
    let mut search = Search { problem, callers: &callers, draws: Draws::new(limits.seed), best: None };
    search.improve(&plan.open, 0, &mut || false);
    let root = search.prove(&Relaxed::of(problem), &Limits { nodes_max: 0, ..*limits }, None, stop);
    let mut prices = from_one_proof(problem, plan, &root, &callers, closed.collect(), stop);
    let mut doubtful: Vec<usize> = (0..prices.len()).filter(|place| !prices[*place].is_exact()).collect();
    doubtful.sort_by_key(|place| (prices[*place].at_best.abs_diff(plan.objective), *place));
    for place in doubtful {
        if stop() {
            break;
        }
        sharpen(problem, plan, &root, &callers, &mut prices[place], limits, stop);
    }
    prices
}

fn of_center(problem: &Siting, plan: &SitingPlan, closed: u32, limits: &Limits, stop: Stop<'_>) -> ForcingPrice {
    let with = site(&forced(problem, closed), limits, stop);
    ForcingPrice { site: closed, at_best: with.bound.max(plan.bound).min(with.objective), found: with.objective }
}

fn forced(problem: &Siting, site: u32) -> Siting {
    problem.with_kept(site).expect("one more site may be kept")
}

/// At least by the scores at the best prices, at most by the best swap (p-median) or interchange (covering).
fn from_one_proof(
    problem: &Siting,
    plan: &SitingPlan,
    proof: &Proof,
    callers: &Callers,
    closed: Vec<u32>,
    stop: Stop<'_>,
) -> Vec<ForcingPrice> {
    let root = &proof.root;
    let mut chosen = vec![false; problem.reach().sites_count()];
    root.chosen.iter().for_each(|site| chosen[*site as usize] = true);
    let least = |site: u32| {
        let more = if chosen[site as usize] { 0.0 } else { (root.scores[site as usize] - root.last_in).max(0.0) };
        (root.bound + more - 1e-6 - 1e-11 * root.bound.abs()).ceil().max(0.0) as u64
    };
    let state = matches!(problem.goal(), Goal::Median).then(|| Interchange::new(problem, callers, &plan.open));
    let mut prices = Vec::with_capacity(closed.len());
    for site in closed {
        if stop() && state.is_none() {
            break;
        }
        prices.push(match &state {
            Some(state) => {
                let found = state.cost_of_opening(site);
                ForcingPrice { site, at_best: least(site).max(plan.bound).min(found), found }
            }
            None => {
                let forced = forced(problem, site);
                let cost = search_from(&forced, plan, callers, site).best_cost();
                let (found, at_best) = (full(problem) - cost, full(problem) - least(site).min(cost));
                ForcingPrice { site, at_best: at_best.min(plan.bound), found }
            }
        });
    }
    prices
}

/// Interchange that begins with a site put in the place of another; `problem` keeps the site.
fn search_from<'a>(problem: &'a Siting, plan: &SitingPlan, callers: &'a Callers, site: u32) -> Search<'a> {
    let mut open = plan.open.clone();
    let closed = match problem.goal() {
        Goal::Median => Interchange::new(problem, callers, &plan.open).best_to_close(site),
        Goal::Center | Goal::Cover { .. } => None,
    };
    let is_kept = |open: &u32| problem.kept().binary_search(open).is_ok();
    let place = open.iter().position(|at| Some(*at) == closed).or_else(|| open.iter().position(|at| !is_kept(at)));
    open[place.expect("not all sites are kept")] = site;
    let mut search = Search { problem, callers, draws: Draws::new(u64::from(site)), best: None };
    search.improve(&open, 0, &mut || false);
    search
}

/// Solves the problem with the site, from the best swap and from the prices of the problem without it.
fn sharpen(
    problem: &Siting,
    plan: &SitingPlan,
    proof: &Proof,
    callers: &Callers,
    price: &mut ForcingPrice,
    limits: &Limits,
    stop: Stop<'_>,
) {
    /// Shakes for each one that the limits allow for the whole problem: most of the plan stays as it is.
    const ROUNDS_SHARE: u64 = 10;
    let forced = forced(problem, price.site);
    let mut search = search_from(&forced, plan, callers, price.site);
    search.again(limits.rounds / ROUNDS_SHARE, stop);
    let bound = search.prove(&Relaxed::of(&forced), limits, Some(&proof.prices), stop).bound;
    let with = search.plan(bound);
    (price.at_best, price.found) = match problem.goal() {
        Goal::Cover { .. } => (price.at_best.min(with.bound), price.found.max(with.objective)),
        Goal::Median | Goal::Center => (price.at_best.max(with.bound), price.found.min(with.objective)),
    };
}
