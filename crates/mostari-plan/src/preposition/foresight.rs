//! What somebody would pay who knew which scenario comes, and the one scenario that is the mean of all.

use super::stage::{Decision, Stage, costs_of};
use super::transport::send;
use crate::problem::preposition::{Between, PrepositionProblem, Scenario};

/// Rounds in which prices of need are improved for one scenario.
const ROUNDS: u32 = 60;

/// Rounds without a better bound after which steps are halved.
const PATIENCE: u32 = 5;

/// The problem with one scenario: mean need, mean shares that are left, links that are open in more than half of all.
pub(super) fn mean_of(problem: &PrepositionProblem) -> PrepositionProblem {
    let (goods, areas, depots) = (problem.goods.len(), problem.areas.len(), problem.depots.len());
    let mut demand = vec![vec![0.0; areas]; goods];
    let mut kept_shares = vec![0.0_f64; depots];
    let mut closed = vec![0.0; depots * areas];
    for scenario in &problem.scenarios {
        let add = |to: &mut Vec<f64>, from: &[f64]| {
            to.iter_mut().zip(from).for_each(|(to, from)| *to += scenario.probability * from);
        };
        demand.iter_mut().zip(&scenario.demand).for_each(|(to, from)| add(to, from));
        add(&mut kept_shares, &scenario.kept_shares);
        for &(depot, area) in &scenario.closed_links {
            closed[depot as usize * areas + area as usize] += scenario.probability;
        }
    }
    kept_shares.iter_mut().for_each(|share| *share = share.min(1.0));
    let closed_links = (0..closed.len())
        .filter(|&at| closed[at] >= 0.5)
        .map(|at| ((at / areas) as u32, (at % areas) as u32))
        .collect();
    let mean = Scenario { id: "mean".into(), probability: 1.0, demand, kept_shares, closed_links };
    PrepositionProblem { scenarios: vec![mean], ..problem.clone() }
}

/// What a scenario costs at least, and what a plan for it alone costs: the decision with all that it does not need
/// left out, or the depots that prices of need call for.
///
/// The bound is Lagrangian: at any prices of need, every depot sells where it gains most; what the prices pay for all
/// need, less what depots gain beyond the cost of opening, is no more than the least cost.
pub(super) fn foreseen(stage: &Stage<'_>, decision: &Decision, scenario: usize, planned_cost: f64) -> Between {
    let alone = Alone::new(stage, scenario);
    let open: Vec<bool> = decision.open.iter().map(|open| *open > 0.5).collect();
    let mut most = planned_cost.min(alone.cost_with(&open));
    let mut prices = alone.first_prices();
    let (mut least, mut best) = (0.0_f64, prices.clone());
    let (mut length, mut waited) = (1.0, 0);
    for round in 0..ROUNDS {
        let seen = alone.at(&prices);
        if seen.bound > least {
            (least, waited) = (seen.bound, 0);
            best.clone_from(&prices);
        } else {
            waited += 1;
        }
        if waited >= PATIENCE {
            (length, waited) = (length / 2.0, 0);
            prices.clone_from(&best);
            continue;
        }
        if round % 15 == 14 {
            most = most.min(alone.cost_with(&seen.open));
        }
        let norm: f64 = seen.slopes.iter().map(|slope| slope * slope).sum();
        if norm <= 0.0 || most - least <= 1e-6 * most {
            break;
        }
        let step = length * (most - seen.bound) / norm;
        for (at, price) in prices.iter_mut().enumerate() {
            *price = (*price + step * seen.slopes[at]).clamp(0.0, alone.price_max[at]);
        }
    }
    let open = alone.at(&best).open;
    most = most.min(alone.fewer(open));
    Between { least: least.min(most), most }
}

/// One scenario by itself, where only stock that will be used is laid in.
struct Alone<'a, 'b> {
    stage: &'a Stage<'b>,
    scenario: usize,
    /// By good: transport and stock.
    costs: Vec<super::transport::Costs>,
    /// By good and area, flat.
    need: Vec<f64>,
    price_max: Vec<f64>,
}

struct At {
    bound: f64,
    open: Vec<bool>,
    slopes: Vec<f64>,
}

impl<'a, 'b> Alone<'a, 'b> {
    fn new(stage: &'a Stage<'b>, scenario: usize) -> Self {
        let problem = stage.problem;
        let told = &problem.scenarios[scenario];
        let stock_cost = |good: usize| {
            move |depot: usize| match told.kept_shares[depot] {
                0.0 => f64::INFINITY,
                kept => problem.goods[good].stock_cost / kept,
            }
        };
        let costs = (0..problem.goods.len()).map(|good| costs_of(problem, good, &stock_cost(good))).collect();
        let need = told.demand.iter().flatten().copied().collect();
        let price_max = problem.unmet_cost.iter().flatten().copied().collect();
        Self { stage, scenario, costs, need, price_max }
    }

    fn depots(&self) -> usize {
        self.stage.problem.depots.len()
    }

    fn areas(&self) -> usize {
        self.stage.problem.areas.len()
    }

    fn kept(&self, depot: usize) -> f64 {
        self.stage.problem.scenarios[self.scenario].kept_shares[depot]
    }

    /// Cost of a unit of a good from a depot in an area, if it can be sent.
    fn unit_cost(&self, good: usize, depot: usize, area: usize) -> Option<f64> {
        let at = area * (self.depots() + 1) + depot;
        (self.costs[good].can[at] && !self.stage.closed(self.scenario)[at]).then(|| self.costs[good].of[at])
    }

    /// Volume that a unit takes in a depot, what will be lost included.
    fn volume(&self, good: usize, depot: usize) -> f64 {
        self.stage.problem.goods[good].unit_volume / self.kept(depot)
    }

    /// What a unit costs from the cheapest depot if that is full.
    fn first_prices(&self) -> Vec<f64> {
        let price = |at: usize| {
            let (good, area) = (at / self.areas(), at % self.areas());
            (0..self.depots())
                .filter_map(|depot| {
                    let told = &self.stage.problem.depots[depot];
                    let opening = told.opening_cost * self.volume(good, depot) / told.capacity_volume;
                    Some(self.unit_cost(good, depot, area)? + opening)
                })
                .fold(self.price_max[at], f64::min)
        };
        (0..self.need.len()).map(price).collect()
    }

    fn at(&self, prices: &[f64]) -> At {
        let mut bound: f64 = self.need.iter().zip(prices).map(|(need, price)| need * price).sum();
        let mut slopes = self.need.clone();
        let mut open = vec![false; self.depots()];
        for (depot, open) in open.iter_mut().enumerate() {
            if self.kept(depot) == 0.0 {
                continue;
            }
            let (gain, sold) = self.sales(depot, prices);
            let gain = gain - self.stage.problem.depots[depot].opening_cost;
            if gain > 0.0 {
                bound -= gain;
                *open = true;
                sold.into_iter().for_each(|(at, amount)| slopes[at] -= amount);
            }
        }
        // Where the price is at its most, what is missing is simply not met.
        for (at, slope) in slopes.iter_mut().enumerate() {
            if (prices[at] >= self.price_max[at] && *slope > 0.0) || (prices[at] <= 0.0 && *slope < 0.0) {
                *slope = 0.0;
            }
        }
        At { bound, open, slopes }
    }

    /// What a depot gains if it sells where it gains most per volume, and what it sells.
    fn sales(&self, depot: usize, prices: &[f64]) -> (f64, Vec<(usize, f64)>) {
        let mut offers: Vec<(f64, usize)> = Vec::new();
        for (at, price) in prices.iter().enumerate() {
            let (good, area) = (at / self.areas(), at % self.areas());
            if self.need[at] <= 0.0 {
                continue;
            }
            if let Some(cost) = self.unit_cost(good, depot, area).filter(|cost| cost < price) {
                offers.push(((price - cost) / self.volume(good, depot), at));
            }
        }
        offers.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut left = self.stage.problem.depots[depot].capacity_volume;
        let (mut gain, mut sold) = (0.0, Vec::new());
        for (per_volume, at) in offers {
            let volume = self.volume(at / self.areas(), depot);
            let amount = self.need[at].min(left / volume);
            gain += per_volume * volume * amount;
            left -= volume * amount;
            sold.push((at, amount));
            if left <= 0.0 {
                break;
            }
        }
        (gain, sold)
    }

    /// Cost of a plan with these depots, goods one after the other; those that send nothing stay closed.
    fn cost_with(&self, open: &[bool]) -> f64 {
        let problem = self.stage.problem;
        let shares: Vec<f64> = open.iter().map(|&open| f64::from(u8::from(open))).collect();
        let mut left: Vec<f64> = problem.depots.iter().map(|depot| depot.capacity_volume).collect();
        let mut cost = 0.0;
        let mut is_used = vec![false; self.depots()];
        for (good, told) in problem.goods.iter().enumerate() {
            let supply: Vec<f64> = (0..self.depots())
                .map(|depot| shares[depot] * left[depot].max(0.0) * self.kept(depot) / told.unit_volume)
                .collect();
            let need = &problem.scenarios[self.scenario].demand[good];
            let flow = send(&self.costs[good], &supply, need, &shares, self.stage.closed(self.scenario));
            cost += flow.cost;
            for (at, &amount) in flow.amounts.iter().enumerate() {
                let depot = at % (self.depots() + 1);
                if depot < self.depots() && amount > 0.0 {
                    left[depot] -= amount * self.volume(good, depot);
                    is_used[depot] = true;
                }
            }
        }
        let opening = problem.depots.iter().zip(&is_used).filter(|(_, used)| **used);
        cost + opening.map(|(depot, _)| depot.opening_cost).sum::<f64>()
    }

    /// The cost once every depot has been closed whose closing saves something, one after the other.
    fn fewer(&self, mut open: Vec<bool>) -> f64 {
        let mut cost = self.cost_with(&open);
        for depot in 0..self.depots() {
            if std::mem::take(&mut open[depot]) {
                let without = self.cost_with(&open);
                if without < cost {
                    cost = without;
                } else {
                    open[depot] = true;
                }
            }
        }
        cost
    }
}
