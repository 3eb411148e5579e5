//! Sites with capacities and opening costs: which to open, and who serves whom.
//!
//! Open sites are searched by opening, closing and exchanging; the cost of each set is that of its best transport. The
//! proof relaxes the clients' demand, settles sites by what they would cost, and branches on the rest.

mod relaxation;
mod transport;
mod tree;

use super::draws::Draws;
use super::{Limits, Stop};
use crate::problem::siting::{CapacitatedLocation, LocationPlan};
use std::collections::BTreeMap;
use transport::Units;

/// The cheapest plan found, with a proven bound. Where nobody needs anything, nothing is opened.
pub fn locate(problem: &CapacitatedLocation, limits: &Limits, stop: Stop<'_>) -> LocationPlan {
    let units = Units::of(problem);
    if units.demand <= 0.0 {
        return LocationPlan { open: Vec::new(), portions: Vec::new(), cost: 0.0, bound: 0.0 };
    }
    let mut search = Search { units: &units, draws: Draws::new(limits.seed), known: BTreeMap::new(), best: None };
    search.climb(search.greedy(), stop);
    search.shake(limits.rounds.min(20), stop);
    let bound = tree::prove(&units, limits, &mut search, stop);
    if search.best_cost() > bound {
        search.shake(limits.rounds, stop);
    }
    let (_, open) = search.best.expect("all sites together hold the demand");
    plan(problem, &units, open, bound)
}

/// The plan with these open sites; those that serve nobody and cost something stay closed.
fn plan(problem: &CapacitatedLocation, units: &Units, open: Vec<usize>, bound: f64) -> LocationPlan {
    let portions = transport::portions(units, &open).expect("the search keeps sites that hold the demand");
    let open: Vec<u32> = open.into_iter().map(|site| site as u32).collect();
    let opening: f64 = open.iter().map(|site| problem.opening_costs()[*site as usize]).sum();
    let serving = |portion: &crate::problem::siting::Portion| {
        let client = portion.client as usize;
        problem.serving_costs(client)[portion.site as usize] * portion.amount / problem.demands()[client]
    };
    let cost = opening + portions.iter().map(serving).sum::<f64>();
    LocationPlan { open, portions, cost, bound: bound.min(cost) }
}

/// Search over sets of open sites.
struct Search<'a> {
    units: &'a Units,
    draws: Draws,
    /// Costs of sets that were looked at; infinite where they cannot be or are too dear.
    known: BTreeMap<Vec<usize>, f64>,
    best: Option<(f64, Vec<usize>)>,
}

impl Search<'_> {
    fn best_cost(&self) -> f64 {
        self.best.as_ref().map_or(f64::INFINITY, |(cost, _)| *cost)
    }

    /// Cost of a set of sites (in order), remembered. A cost known to reach `cutoff` may be given as infinite.
    fn cost(&mut self, open: &[usize], cutoff: f64) -> f64 {
        const KNOWN_MAX: usize = 200_000;
        if let Some(cost) = self.known.get(open) {
            return *cost;
        }
        let cost = transport::cost(self.units, open, cutoff);
        if self.known.len() < KNOWN_MAX {
            self.known.insert(open.to_vec(), cost);
        }
        if cost < self.best_cost() {
            self.best = Some((cost, open.to_vec()));
        }
        cost
    }

    /// Sites in the order of what a unit costs there on average, until they hold the demand with a reserve.
    fn greedy(&self) -> Vec<usize> {
        const RESERVE: f64 = 1.2;
        let units = self.units;
        let mean = |site: usize| -> f64 {
            let clients = units.demands.iter().enumerate();
            let serving: f64 = clients.map(|(client, demand)| demand * units.costs(client)[site]).sum();
            serving / units.demand.max(1e-9) + units.opening_costs[site] / units.capacities[site].max(1e-9)
        };
        let mut sites: Vec<(f64, usize)> = (0..units.sites_count).map(|site| (mean(site), site)).collect();
        sites.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let (mut open, mut capacity) = (Vec::new(), 0.0);
        for (_, site) in sites {
            if capacity >= RESERVE * units.demand && !open.is_empty() {
                break;
            }
            capacity += units.capacities[site];
            open.push(site);
        }
        open.sort_unstable();
        open
    }

    /// Opens, closes or exchanges one site while that saves; the first that saves, from a drawn place on.
    fn climb(&mut self, mut open: Vec<usize>, stop: Stop<'_>) -> (f64, Vec<usize>) {
        let mut cost = self.cost(&open, f64::INFINITY);
        loop {
            let mut moves = self.moves(&open);
            let turn = self.draws.below(moves.len().max(1));
            moves.rotate_left(turn);
            let mut found = None;
            for (opened, closed) in moves {
                if stop() {
                    return (cost, open);
                }
                let mut next: Vec<usize> = open.iter().copied().filter(|site| Some(*site) != closed).collect();
                next.extend(opened);
                next.sort_unstable();
                let next_cost = self.cost(&next, cost);
                if next_cost < cost * (1.0 - 1e-12) {
                    found = Some((next_cost, next));
                    break;
                }
            }
            match found {
                Some(next) => (cost, open) = next,
                None => return (cost, open),
            }
        }
    }

    /// Climbs from a set unless it was looked at before.
    fn climb_if_new(&mut self, open: Vec<usize>, stop: Stop<'_>) {
        if !self.known.contains_key(&open) {
            self.climb(open, stop);
        }
    }

    /// Every site that can be opened, closed, or exchanged.
    fn moves(&self, open: &[usize]) -> Vec<(Option<usize>, Option<usize>)> {
        let closed: Vec<usize> = (0..self.units.sites_count).filter(|site| open.binary_search(site).is_err()).collect();
        let mut moves: Vec<(Option<usize>, Option<usize>)> = open.iter().map(|site| (None, Some(*site))).collect();
        moves.extend(closed.iter().map(|site| (Some(*site), None)));
        for opened in &closed {
            moves.extend(open.iter().map(|closed| (Some(*opened), Some(*closed))));
        }
        moves
    }

    /// Exchanges a few sites of the best set at random and climbs from there.
    fn shake(&mut self, rounds: u64, stop: Stop<'_>) {
        for _ in 0..rounds {
            let Some((_, mut open)) = self.best.clone().filter(|_| !stop()) else { return };
            for _ in 0..1 + self.draws.below(3) {
                let place = self.draws.below(open.len());
                let site = self.draws.below(self.units.sites_count);
                match open.iter().position(|at| *at == site) {
                    None => open[place] = site,
                    Some(at) if open.len() > 1 => drop(open.swap_remove(at)),
                    Some(_) => {}
                }
            }
            open.sort_unstable();
            self.climb(open, stop);
        }
    }
}
