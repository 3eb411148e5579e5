//! Proof for sites with capacities: prices improved by subgradient steps, sites settled, and a tree over the rest.

use super::relaxation::{Answer, State, answer};
use super::transport::{self, Units};
use super::{Limits, Search, Stop};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// Costs closer than this part of them count as equal: the proof ends there.
const EQUAL_SHARE: f64 = 1e-7;

/// The search is shown the chosen sites once in so many steps.
const SHOWN_EVERY: usize = 60;

/// One part of all plans: some sites settled.
struct Node {
    bound: f64,
    depth: usize,
    states: Vec<State>,
    prices: Vec<f64>,
}

/// A bound on every plan; the search is shown sets of sites on the way.
pub(super) fn prove(units: &Units, limits: &Limits, search: &mut Search<'_>, stop: Stop<'_>) -> f64 {
    let mut tree = Tree { units, search, stop };
    let prices = (0..units.demands.len()).map(|client| second_least(units.costs(client))).collect();
    let mut open = BinaryHeap::new();
    let root = tree.raise(vec![State::Free; units.sites_count], prices, limits.root_steps, 1.5, 0);
    open.extend(root);
    let mut nodes = 0;
    while let Some(node) = open.pop() {
        if tree.is_beaten(node.bound) {
            // The rest is no cheaper.
            return node.bound.min(tree.search.best_cost());
        }
        if nodes >= limits.nodes_max || (tree.stop)() {
            return node.bound;
        }
        nodes += 1;
        let Some(site) = torn(units, &node) else {
            // Every site is settled: what is left is one transport.
            let all: Vec<usize> = (0..units.sites_count).filter(|site| node.states[*site] == State::Open).collect();
            tree.search.cost(&all, f64::INFINITY);
            continue;
        };
        for state in [State::Open, State::Closed] {
            let mut states = node.states.clone();
            states[site] = state;
            let part = tree.raise(states, node.prices.clone(), limits.node_steps, 0.6, node.depth + 1);
            open.extend(part.map(|part| Node { bound: part.bound.max(node.bound), ..part }));
        }
    }
    // Nothing is left: the best plan is the cheapest, but for what counts as equal.
    tree.search.best_cost() * (1.0 - EQUAL_SHARE)
}

fn second_least(costs: &[f64]) -> f64 {
    let mut sorted = costs.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(1).or(sorted.first()).copied().unwrap_or(0.0)
}

/// The free site about which the last prices are least sure: nearest to being worth nothing.
fn torn(units: &Units, node: &Node) -> Option<usize> {
    let answer = answer(units, &node.prices, &node.states);
    let worth = |site: usize| (answer.scores[site] - answer.capacity_price * units.capacities[site]).abs();
    let free = (0..units.sites_count).filter(|site| node.states[*site] == State::Free);
    free.min_by(|a, b| worth(*a).total_cmp(&worth(*b)).then(a.cmp(b)))
}

struct Tree<'a, 'b, 'c> {
    units: &'a Units,
    search: &'a mut Search<'b>,
    stop: Stop<'c>,
}

impl Tree<'_, '_, '_> {
    fn is_beaten(&self, bound: f64) -> bool {
        bound >= self.search.best_cost() * (1.0 - EQUAL_SHARE)
    }

    /// Improves prices and settles sites; `None` if the part holds nothing cheaper than the best plan.
    fn raise(
        &mut self,
        mut states: Vec<State>,
        mut prices: Vec<f64>,
        steps: usize,
        mut pace: f64,
        depth: usize,
    ) -> Option<Node> {
        const PATIENCE: usize = 8;
        let units = self.units;
        let mut here = answer(units, &prices, &states);
        let (mut top, mut top_prices, mut stale) = (here.bound, prices.clone(), 0);
        let mut direction = vec![0.0; prices.len()];
        for step in 0..steps {
            if !self.settle(&here, &mut states) || self.is_beaten(top) {
                return None;
            }
            if step % SHOWN_EVERY == SHOWN_EVERY - 1 {
                self.show(&here);
            }
            let mut square = 0.0;
            for (client, by) in direction.iter_mut().enumerate() {
                // A part of the last direction is kept: it dampens the swings between two sets of sites.
                *by = (units.demands[client] - here.given[client]) + 0.4 * *by;
                square += *by * *by / units.demands[client].max(1e-9);
            }
            if square <= 1e-12 || pace < 1e-3 || (self.stop)() {
                break;
            }
            let length = pace * (self.search.best_cost() * 1.0005 - here.bound) / square;
            for (client, price) in prices.iter_mut().enumerate() {
                *price += length * direction[client] / units.demands[client].max(1e-9);
            }
            here = answer(units, &prices, &states);
            stale += 1;
            if here.bound > top {
                if here.bound > top + 1e-6 * top.abs() {
                    stale = 0;
                }
                top = here.bound;
                top_prices.copy_from_slice(&prices);
            }
            if stale > PATIENCE {
                (pace, stale) = (pace / 1.5, 0);
                prices.copy_from_slice(&top_prices);
                here = answer(units, &prices, &states);
                direction.fill(0.0);
            }
        }
        let is_left = self.settle(&here, &mut states) && !self.is_beaten(top);
        is_left.then_some(Node { bound: top, depth, states, prices: top_prices })
    }

    /// Settles free sites that a cheaper plan would have to open or to leave closed; `false` if no cheaper plan is
    /// left in this part.
    fn settle(&self, here: &Answer, states: &mut [State]) -> bool {
        for (site, state) in states.iter_mut().enumerate().filter(|(_, state)| **state == State::Free) {
            // What the site is worth where the capacity is at its price; a bound of the knapsack from its relaxation.
            let worth = here.scores[site] - here.capacity_price * self.units.capacities[site];
            if worth >= 0.0 && self.is_beaten(here.bound + worth) && here.share[site] == 0.0 {
                *state = State::Closed;
            } else if worth <= 0.0 && self.is_beaten(here.bound - worth) && here.share[site] == 1.0 {
                *state = State::Open;
            }
        }
        let holds = (0..states.len()).filter(|site| states[*site] != State::Closed);
        holds.map(|site| self.units.capacities[site]).sum::<f64>() >= self.units.demand
    }

    /// Lets the search look at the sites that are open for the most part.
    fn show(&mut self, here: &Answer) {
        let open: Vec<usize> = (0..here.share.len()).filter(|site| here.share[*site] > 0.0).collect();
        if !open.is_empty() && transport::cost(self.units, &open, f64::INFINITY).is_finite() {
            self.search.climb_if_new(open, self.stop);
        }
    }
}

/// The part with the least bound is looked at first, the deeper one of two.
impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound).then(self.depth.cmp(&other.depth))
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Node {}
