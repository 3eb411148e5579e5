//! What a first decision costs in each scenario, and the cuts that follow from the prices there.

use super::strengthen::Market;
use super::transport::{Costs, Flow, send};
use crate::problem::preposition::PrepositionProblem;

/// A first decision; depots may be open in part while the search relaxes them.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Decision {
    pub open: Vec<f64>,
    /// By good and depot.
    pub stock: Vec<Vec<f64>>,
}

impl Decision {
    /// The point on the way from this one to another.
    pub fn towards(&self, other: &Self, share: f64) -> Self {
        let mix = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a + (b - a) * share).collect::<Vec<f64>>();
        let stock = self.stock.iter().zip(&other.stock).map(|(a, b)| mix(a, b)).collect();
        Self { open: mix(&self.open, &other.open), stock }
    }

    /// The same stock with these depots, none where nothing is open: not even what a solver's tolerance leaves.
    pub fn with_depots(mut self, open: &[f64]) -> Self {
        self.open = open.to_vec();
        for row in &mut self.stock {
            row.iter_mut().zip(open).filter(|(_, open)| **open <= 0.0).for_each(|(stock, _)| *stock = 0.0);
        }
        self
    }
}

/// A linear function of a decision that no second-stage cost lies below.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plane {
    pub constant: f64,
    pub open: Vec<f64>,
    /// By good and depot.
    pub stock: Vec<Vec<f64>>,
}

impl Plane {
    pub fn none(problem: &PrepositionProblem) -> Self {
        let depots = problem.depots.len();
        Self { constant: 0.0, open: vec![0.0; depots], stock: vec![vec![0.0; depots]; problem.goods.len()] }
    }

    pub fn add(&mut self, other: &Self, weight: f64) {
        self.constant += weight * other.constant;
        let add = |to: &mut Vec<f64>, from: &[f64]| to.iter_mut().zip(from).for_each(|(to, from)| *to += weight * from);
        add(&mut self.open, &other.open);
        self.stock.iter_mut().zip(&other.stock).for_each(|(to, from)| add(to, from));
    }
}

/// A problem made ready to be asked many times.
pub(super) struct Stage<'a> {
    pub problem: &'a PrepositionProblem,
    /// By good.
    pub costs: Vec<Costs>,
    /// By scenario, area and node.
    closed: Vec<Vec<bool>>,
}

/// Costs and planes of all scenarios at a decision.
pub(super) struct Seen {
    pub costs: Vec<f64>,
    pub planes: Vec<Plane>,
}

impl<'a> Stage<'a> {
    pub fn new(problem: &'a PrepositionProblem) -> Self {
        let costs = (0..problem.goods.len()).map(|good| costs_of(problem, good, &|_| 0.0)).collect();
        let nodes = problem.depots.len() + 1;
        let closed = problem.scenarios.iter().map(|scenario| {
            let mut closed = vec![false; problem.areas.len() * nodes];
            for &(depot, area) in &scenario.closed_links {
                closed[area as usize * nodes + depot as usize] = true;
            }
            closed
        });
        Self { problem, costs, closed: closed.collect() }
    }

    pub fn first_cost(&self, decision: &Decision) -> f64 {
        let opening = self.problem.depots.iter().zip(&decision.open).map(|(depot, open)| depot.opening_cost * open);
        let stock = self.problem.goods.iter().zip(&decision.stock);
        opening.sum::<f64>() + stock.map(|(good, row)| good.stock_cost * row.iter().sum::<f64>()).sum::<f64>()
    }

    /// Whether a link cannot be used in a scenario, by area and node.
    pub fn closed(&self, scenario: usize) -> &[bool] {
        &self.closed[scenario]
    }

    /// What is best to do in a scenario, with one good.
    pub fn respond(&self, decision: &Decision, scenario: usize, good: usize) -> Flow {
        let kept = &self.problem.scenarios[scenario].kept_shares;
        let supply: Vec<f64> = decision.stock[good].iter().zip(kept).map(|(stock, kept)| stock * kept).collect();
        let need = &self.problem.scenarios[scenario].demand[good];
        // A depot that is open in part serves as if it were open. What its links then gain is credited to it in part
        // only (see `add_plane`), so that the plane is valid and not below this answer.
        let shares: Vec<f64> = decision.open.iter().map(|open| f64::from(u8::from(*open > 0.0))).collect();
        send(&self.costs[good], &supply, need, &shares, &self.closed[scenario])
    }

    /// Every scenario at a decision.
    pub fn look(&self, decision: &Decision) -> Seen {
        let scenarios = self.problem.scenarios.len();
        let mut seen = Seen { costs: vec![0.0; scenarios], planes: Vec::with_capacity(scenarios) };
        for scenario in 0..scenarios {
            let mut plane = Plane::none(self.problem);
            for good in 0..self.problem.goods.len() {
                let flow = self.respond(decision, scenario, good);
                seen.costs[scenario] += flow.cost;
                self.add_plane(&mut plane, decision, scenario, good, &flow);
            }
            seen.planes.push(plane);
        }
        seen
    }

    /// Every scenario at a decision with depots open in part, with prices that climb from those there and from the last.
    pub fn look_in_part(&self, decision: &Decision, last: &mut [Vec<f64>], rounds: u32) -> Seen {
        let (scenarios, goods) = (self.problem.scenarios.len(), self.problem.goods.len());
        let mut seen = Seen { costs: vec![0.0; scenarios], planes: Vec::with_capacity(scenarios) };
        for scenario in 0..scenarios {
            let mut plane = Plane::none(self.problem);
            for good in 0..goods {
                let prices = &mut last[scenario * goods + good];
                let flow = self.climb(decision, scenario, good, prices, rounds);
                seen.costs[scenario] += flow.cost;
                self.add_plane(&mut plane, decision, scenario, good, &flow);
            }
            seen.planes.push(plane);
        }
        seen
    }

    fn climb(&self, decision: &Decision, scenario: usize, good: usize, last: &mut Vec<f64>, rounds: u32) -> Flow {
        let told = &self.problem.scenarios[scenario];
        let supply: Vec<f64> =
            decision.stock[good].iter().zip(&told.kept_shares).map(|(stock, kept)| stock * kept).collect();
        let market = Market {
            costs: &self.costs[good],
            closed: &self.closed[scenario],
            need: &told.demand[good],
            open: &decision.open,
            supply: &supply,
        };
        let flow = self.respond(decision, scenario, good);
        let price = |depot: usize| {
            let gains = self.gains(scenario, good, depot, &flow.need_prices);
            flow.stock_prices[depot].unwrap_or_else(|| gains.iter().map(|gain| gain.0).fold(0.0, f64::max))
        };
        let first: Vec<f64> = (0..supply.len()).map(price).collect();
        if last.is_empty() {
            last.clone_from(&first);
        }
        let (prices, worth) = market.climb(&[&first, last], rounds);
        let stock_prices = prices.iter().zip(&decision.open).map(|(price, open)| (*open > 0.0).then_some(*price));
        let stock_prices = stock_prices.collect();
        *last = prices;
        Flow { amounts: Vec::new(), cost: worth.value, need_prices: worth.need_prices, stock_prices }
    }

    /// Adds what the prices of a good say: need at its price, less stock at its price, less what links limit.
    fn add_plane(&self, plane: &mut Plane, decision: &Decision, scenario: usize, good: usize, flow: &Flow) {
        let told = &self.problem.scenarios[scenario];
        let need = &told.demand[good];
        plane.constant += need.iter().zip(&flow.need_prices).map(|(need, price)| need * price).sum::<f64>();
        for depot in 0..self.problem.depots.len() {
            let gains = self.gains(scenario, good, depot, &flow.need_prices);
            let price = match flow.stock_prices[depot] {
                Some(price) => price,
                // Nothing is left there. If links could carry something, the price has to hold it back in full.
                None if decision.open[depot] > 0.0 => gains.iter().map(|gain| gain.0).fold(0.0, f64::max),
                None => self.price_if_open(good, depot, told.kept_shares[depot], gains.clone()),
            };
            plane.stock[good][depot] -= told.kept_shares[depot] * price;
            plane.open[depot] -= gains.iter().map(|(gain, need)| need * (gain - price).max(0.0)).sum::<f64>();
        }
    }

    /// By area that a depot can serve in a scenario: what a unit from there saves at these prices, and the need.
    fn gains(&self, scenario: usize, good: usize, depot: usize, prices: &[f64]) -> Vec<(f64, f64)> {
        let (costs, nodes) = (&self.costs[good], self.problem.depots.len() + 1);
        let need = &self.problem.scenarios[scenario].demand[good];
        (0..prices.len())
            .filter(|area| costs.can[area * nodes + depot] && !self.closed[scenario][area * nodes + depot])
            .map(|area| (prices[area] - costs.of[area * nodes + depot], need[area]))
            .filter(|(gain, need)| *gain > 0.0 && *need > 0.0)
            .collect()
    }

    /// The price of stock at which a closed depot would be worth least if it were open and held its part of this good.
    fn price_if_open(&self, good: usize, depot: usize, kept_share: f64, mut gains: Vec<(f64, f64)>) -> f64 {
        gains.sort_by(|a, b| b.0.total_cmp(&a.0));
        let volume = self.problem.depots[depot].capacity_volume / self.problem.goods.len() as f64;
        let mut left = kept_share * volume / self.problem.goods[good].unit_volume;
        for (gain, need) in gains {
            left -= need;
            if left <= 0.0 {
                return gain;
            }
        }
        0.0
    }
}

/// Costs of a good, stock included where `stock_cost` says what a unit costs in a depot.
pub(super) fn costs_of(problem: &PrepositionProblem, good: usize, stock_cost: &dyn Fn(usize) -> f64) -> Costs {
    let (depots, volume) = (problem.depots.len(), problem.goods[good].unit_volume);
    let (mut of, mut can) = (Vec::new(), Vec::new());
    for area in 0..problem.areas.len() {
        for depot in 0..depots {
            let cost = problem.transport_cost[depot][area] * volume + stock_cost(depot);
            of.push(cost);
            can.push(
                problem.travel_time_h[depot][area] <= problem.time_limit_h
                    && cost.is_finite()
                    && cost < problem.unmet_cost[good][area],
            );
        }
        of.push(problem.unmet_cost[good][area]);
        can.push(true);
    }
    Costs::new(depots, of, can)
}
