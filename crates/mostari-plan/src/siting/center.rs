//! The p-center: the least radius within which the sites cover everybody, found by covering at one radius after the
//! other; that a smaller one is impossible is proven by a packing, by prices, or by a set cover that the solver closes.
//!
//! # Source
//! Minieka 1970, doi:10.1137/1012016 (a set cover for each radius); Elloumi, Labbe and Pochet 2004,
//! doi:10.1287/ijoc.1030.0028 (the radii that can be optimal).

use super::draws::Draws;
use super::relaxation::Relaxed;
use super::served::{Callers, plan_of};
use super::setcover::{self, Decision};
use super::tree::{self, Effort};
use super::{Limits, Stop, cover};
use crate::problem::siting::{Goal, Siting, SitingPlan};

/// Shakes at one radius before it is taken for too small.
const ROUNDS: u64 = 30;

/// The best plan found and a proven bound.
pub(super) fn solve(problem: &Siting, limits: &Limits, stop: Stop<'_>) -> SitingPlan {
    let radii = radii(problem);
    let mut draws = Draws::new(limits.seed);
    let mut plan = smallest_found(problem, &radii, &mut draws, stop);
    let place = |radius: u64| radii.partition_point(|at| u64::from(*at) < radius);
    // All radii before `impossible` are proven too small; `open` and later ones are not looked at.
    let (mut impossible, mut open) = (0, place(plan.objective));
    while impossible < open && !stop() {
        let middle = impossible + (open - impossible) / 2;
        match is_packed_out(problem, radii[middle]) || is_priced_out(problem, radii[middle], limits, stop) {
            true => impossible = middle + 1,
            false => open = middle,
        }
    }
    // What is left needs the solver: from the largest radius downwards, as most often nothing better exists.
    let mut end = place(plan.objective);
    while impossible < end && !stop() {
        match setcover::decide(problem, radii[end - 1], limits.nodes_max, limits.seed) {
            Decision::Covered(open) => {
                plan = better(plan, plan_of(problem, open));
                end = place(plan.objective);
            }
            Decision::Impossible => impossible = end,
            Decision::Unknown => break,
        }
    }
    plan.bound = radii.get(impossible).map_or(plan.objective, |radius| u64::from(*radius)).min(plan.objective);
    plan
}

/// The plan of the search alone; its bound is 0.
pub(super) fn search(problem: &Siting, seed: u64, stop: Stop<'_>) -> SitingPlan {
    let plan = smallest_found(problem, &radii(problem), &mut Draws::new(seed), stop);
    SitingPlan { bound: 0, ..plan }
}

/// Every travel that can be the longest one, in order.
fn radii(problem: &Siting) -> Vec<u32> {
    let reach = problem.reach();
    let mut radii: Vec<u32> = Vec::new();
    for client in 0..reach.clients_count() {
        radii.extend(reach.legs(client).iter().map(|leg| leg.travel));
        radii.push(reach.beyond(client));
        // Many clients share their travels: keep the list short on the way.
        if radii.len() > 4_000_000 {
            radii.sort_unstable();
            radii.dedup();
        }
    }
    radii.sort_unstable();
    radii.dedup();
    radii
}

/// Bisection by search: the least radius at which a cover of everybody was found.
fn smallest_found(problem: &Siting, radii: &[u32], draws: &mut Draws, stop: Stop<'_>) -> SitingPlan {
    let mut plan: Option<SitingPlan> = None;
    let (mut low, mut high) = (0, radii.len());
    while low < high && !(plan.is_some() && stop()) {
        let middle = low + (high - low) / 2;
        let covering = covering(problem, radii[middle]);
        let callers = Callers::within(covering.reach(), radii[middle]);
        let start = cover::start(&covering, &callers);
        let enough = 1000 * covering.people().iter().map(|people| u64::from(*people)).sum::<u64>();
        let (open, covered) = cover::search(&covering, &callers, &start, (ROUNDS, enough), draws, stop);
        let found = plan_of(problem, open);
        // A plan counts even if it covers all but a few: its own longest travel is what it is.
        let longest = found.objective;
        plan = Some(match plan {
            Some(plan) => better(plan, found),
            None => found,
        });
        match covered >= enough {
            true => high = radii.partition_point(|radius| u64::from(*radius) < longest).min(middle),
            false => low = middle + 1,
        }
    }
    plan.unwrap_or_else(|| plan_of(problem, cover_nothing(problem)))
}

/// Any sites: kept ones, then the first ones.
fn cover_nothing(problem: &Siting) -> Vec<u32> {
    let mut open = problem.kept().to_vec();
    let others = (0..problem.reach().sites_count() as u32).filter(|site| !problem.kept().contains(site));
    open.extend(others.take(problem.open_count() - problem.kept().len()));
    open
}

fn better(one: SitingPlan, other: SitingPlan) -> SitingPlan {
    if other.objective < one.objective { other } else { one }
}

/// The problem of covering as many clients as can be within a radius, each counted once.
///
/// A client that travels no farther than the radius even where none of its listed sites is open needs no cover.
fn covering(problem: &Siting, radius: u32) -> Siting {
    let reach = problem.reach();
    let people = (0..reach.clients_count()).map(|client| u32::from(reach.beyond(client) > radius)).collect();
    let goal = Goal::Cover { radius, once_permille: 1000 };
    Siting::new(problem.shared_reach(), people, problem.open_count(), problem.kept().to_vec(), goal)
        .expect("the same sites with other people make sense")
}

/// Whether more clients than sites can be found no two of which share a site within the radius.
fn is_packed_out(problem: &Siting, radius: u32) -> bool {
    let reach = problem.reach();
    let within = |client: usize| reach.legs(client).iter().take_while(move |leg| leg.travel <= radius);
    let mut taken = vec![false; reach.sites_count()];
    let mut count = problem.kept().len();
    let mut needy: Vec<usize> = (0..reach.clients_count())
        .filter(|client| reach.beyond(*client) > radius)
        .filter(|client| !within(*client).any(|leg| problem.kept().binary_search(&leg.site).is_ok()))
        .collect();
    needy.sort_by_key(|client| (within(*client).count(), *client));
    for client in needy {
        if !within(client).any(|leg| taken[leg.site as usize]) {
            within(client).for_each(|leg| taken[leg.site as usize] = true);
            count += 1;
        }
    }
    count > problem.open_count()
}

/// Whether prices prove that somebody stays uncovered.
fn is_priced_out(problem: &Siting, radius: u32, limits: &Limits, stop: Stop<'_>) -> bool {
    let relaxed = Relaxed::of(&covering(problem, radius));
    let prices = relaxed.price_max.iter().map(|max| max / 2.0).collect();
    let effort = Effort { root_steps: limits.root_steps.min(200), node_steps: 0, nodes_max: 0 };
    // The cost to beat is one person in a thousandth: any positive bound proves that not all are covered.
    tree::prove(&relaxed, (prices, tree::BOLD), 1, effort, &mut |_| 1, stop).bound >= 1
}
