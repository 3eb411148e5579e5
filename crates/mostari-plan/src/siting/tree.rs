//! Proof for the p-median and for covering: prices improved by subgradient steps, sites settled by their scores,
//! and a search tree over what is left.
//!
//! # Source
//! Held, Wolfe and Crowder 1974, doi:10.1007/BF01580223 (steps); Beasley 1985, doi:10.1016/0377-2217(85)90040-2
//! (Lagrangian tree search for the p-median); Barahona and Anbil 2000, doi:10.1007/s101070050002 (averages of the
//! chosen sites stand for the relaxed solution).

use super::Stop;
use super::relaxation::{Answer, Relaxed};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// How far a proof may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Effort {
    /// Steps before any branching.
    pub root_steps: usize,
    /// Steps at each node.
    pub node_steps: usize,
    /// Most nodes.
    pub nodes_max: usize,
}

/// Pace from a guess: the step to where the bound would meet the best plan, and as much again.
pub(super) const BOLD: f64 = 2.0;
/// Pace from prices that are good already.
pub(super) const GENTLE: f64 = 0.5;

/// What a proof ended with.
#[derive(Debug, Clone)]
pub(super) struct Proof {
    /// No plan costs less: a whole number.
    pub bound: u64,
    /// Before branching: the bound as it came, with the scores of all sites.
    pub root: Answer,
    /// The prices that gave it.
    pub prices: Vec<f64>,
}

/// One part of all plans: some sites settled.
struct Node {
    bound: f64,
    depth: usize,
    forced: Vec<u32>,
    closed: Vec<u32>,
    prices: Vec<f32>,
}

/// Proves a bound, up to `best` (the cost of the best known plan), which `offer` lowers: it is shown sets of sites
/// that the prices favour, and returns the cost of the best plan that it knows. `pace` is how boldly the first prices
/// are moved: [`BOLD`] from a guess, [`GENTLE`] from good ones.
pub(super) fn prove(
    relaxed: &Relaxed,
    (prices, pace): (Vec<f64>, f64),
    best: u64,
    effort: Effort,
    offer: &mut dyn FnMut(&[u32]) -> u64,
    stop: Stop<'_>,
) -> Proof {
    let mut tree = Tree { best, offer, stop, nodes_left: effort.nodes_max };
    let root = tree.raise(relaxed, prices, effort.root_steps, pace);
    let mut open = BinaryHeap::new();
    let mut least = f64::INFINITY;
    let first = relaxed.settle(&relaxed.forced, &[]);
    tree.branch(&first, &root, root.answer.bound, 0, &mut open);
    while let Some(node) = open.pop() {
        if tree.is_beaten(node.bound) {
            // The rest of the heap is no better.
            break;
        }
        if tree.nodes_left == 0 || (tree.stop)() {
            least = node.bound;
            break;
        }
        tree.nodes_left -= 1;
        let part = relaxed.settle(&node.forced, &node.closed);
        if part.allowed.len() < part.forced.len() {
            continue;
        }
        let prices = node.prices.iter().zip(&part.price_max).map(|(p, max)| f64::from(*p).min(*max)).collect();
        let raised = tree.raise(&part, prices, effort.node_steps, 1.0);
        tree.branch(&part, &raised, node.bound.max(raised.answer.bound), node.depth, &mut open);
    }
    let bound = whole(least.max(root.answer.bound), tree.best).min(tree.best);
    Proof { bound, root: root.answer, prices: root.prices }
}

/// The least whole cost that is not below the bound, as far as rounding in sums allows.
fn whole(bound: f64, best: u64) -> u64 {
    if bound >= best as f64 { best } else { (bound - slack(best)).ceil().max(0.0) as u64 }
}

/// Rounding errors of sums stay far below this.
fn slack(best: u64) -> f64 {
    1e-6 + 1e-11 * best as f64
}

/// What subgradient steps ended with.
struct Raised {
    answer: Answer,
    prices: Vec<f64>,
    /// How often a site was chosen lately, 0 to 1.
    share: Vec<f64>,
    settled_open: Vec<u32>,
    settled_closed: Vec<u32>,
}

struct Tree<'a, 'b> {
    best: u64,
    offer: &'a mut dyn FnMut(&[u32]) -> u64,
    stop: Stop<'b>,
    nodes_left: usize,
}

impl Tree<'_, '_> {
    /// Whether no plan of a part with this bound is better than the best known one.
    fn is_beaten(&self, bound: f64) -> bool {
        bound > self.best as f64 - 1.0 + slack(self.best)
    }

    /// Improves prices step by step; settles sites on the way.
    fn raise(&mut self, relaxed: &Relaxed, mut prices: Vec<f64>, steps: usize, mut pace: f64) -> Raised {
        const PATIENCE: usize = 12;
        const OFFERED_EVERY: usize = 25;
        let sites_count = relaxed.sites_count();
        let mut direction = vec![0.0; prices.len()];
        let mut share = vec![0.0; sites_count];
        let mut settled = vec![false; sites_count];
        let (mut settled_open, mut settled_closed) = (Vec::new(), Vec::new());
        let mut top = relaxed.answer(&prices);
        let (mut top_prices, mut answer, mut stale) = (prices.clone(), top.clone(), 0);
        for step in 0..steps {
            self.settle(relaxed, &answer, &mut settled, &mut settled_open, &mut settled_closed);
            share.iter_mut().for_each(|share| *share *= 0.9);
            answer.chosen.iter().for_each(|site| share[*site as usize] += 0.1);
            let square = relaxed.direction(&prices, &answer.chosen, &mut direction);
            let is_offered = step % OFFERED_EVERY == OFFERED_EVERY - 1 || square == 0.0;
            if is_offered && answer.chosen.len() == relaxed.open_count() {
                self.best = (self.offer)(&answer.chosen).min(self.best);
            }
            if self.is_beaten(top.bound) || square == 0.0 || pace < 1e-3 || (self.stop)() {
                break;
            }
            let length = pace * (0.5_f64).max(self.best as f64 - answer.bound) / square;
            for ((price, by), max) in prices.iter_mut().zip(&direction).zip(&relaxed.price_max) {
                *price = (*price + length * by).clamp(0.0, *max);
            }
            answer = relaxed.answer(&prices);
            if answer.bound > top.bound {
                if answer.bound - top.bound > 1e-5 * (1.0 + top.bound.abs()) {
                    stale = 0;
                }
                top = answer.clone();
                top_prices.copy_from_slice(&prices);
            }
            stale += 1;
            if stale > PATIENCE {
                (pace, stale) = (pace / 1.6, 0);
                prices.copy_from_slice(&top_prices);
                answer = top.clone();
            }
        }
        Raised { answer: top, prices: top_prices, share, settled_open, settled_closed }
    }

    /// Sites that every better plan of this part opens, or none does.
    fn settle(
        &self,
        relaxed: &Relaxed,
        answer: &Answer,
        settled: &mut [bool],
        open: &mut Vec<u32>,
        closed: &mut Vec<u32>,
    ) {
        let mut chosen = vec![false; settled.len()];
        answer.chosen.iter().for_each(|site| chosen[*site as usize] = true);
        for site in &relaxed.allowed {
            let score = answer.scores[*site as usize];
            let (with_other, list) = match chosen[*site as usize] {
                true => (answer.bound - score + answer.first_out, &mut *open),
                false => (answer.bound + score - answer.last_in, &mut *closed),
            };
            if self.is_beaten(with_other) && !std::mem::replace(&mut settled[*site as usize], true) {
                list.push(*site);
            }
        }
    }

    /// Splits a part on one site, unless no plan of it can be better than the best known one.
    fn branch(&mut self, part: &Relaxed, raised: &Raised, bound: f64, depth: usize, open: &mut BinaryHeap<Node>) {
        if self.is_beaten(bound) {
            return;
        }
        let mut forced: Vec<u32> = part.forced.iter().chain(&raised.settled_open).copied().collect();
        forced.sort_unstable();
        forced.dedup();
        let allowed = part.allowed.iter().filter(|site| !raised.settled_closed.contains(site));
        let allowed: Vec<u32> = allowed.copied().collect();
        if forced.len() > part.open_count() || allowed.len() < part.open_count() {
            return;
        }
        let closed: Vec<u32> =
            (0..part.sites_count() as u32).filter(|site| allowed.binary_search(site).is_err()).collect();
        if forced.len() == part.open_count() || allowed.len() == part.open_count() {
            // One plan is left.
            let only = if forced.len() == part.open_count() { forced } else { allowed };
            self.best = (self.offer)(&only).min(self.best);
            return;
        }
        let free = allowed.iter().filter(|site| forced.binary_search(site).is_err());
        let doubt = |site: u32| (raised.share[site as usize] - 0.5).abs();
        let torn = free.copied().min_by(|a, b| doubt(*a).total_cmp(&doubt(*b)).then(a.cmp(b)));
        let torn = torn.expect("a site is free where more are allowed than forced");
        let prices: Vec<f32> = raised.prices.iter().map(|price| *price as f32).collect();
        let with = |forced: Vec<u32>, closed: Vec<u32>| Node {
            bound,
            depth: depth + 1,
            forced,
            closed,
            prices: prices.clone(),
        };
        open.push(with(forced.iter().copied().chain([torn]).collect(), closed.clone()));
        open.push(with(forced, closed.into_iter().chain([torn]).collect()));
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
