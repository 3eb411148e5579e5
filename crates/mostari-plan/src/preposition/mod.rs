//! Pre-positioning: which depots open, and what lies in them, before it is known where it will be needed.
//!
//! Two stages with recourse. The first decides depots and stock; in the second every scenario sends what is left
//! ([`transport`], exact, in our own code). The measure is the mean cost of all scenarios and, with a weight, the mean
//! cost of the worst ([`risk`]). Benders' decomposition closes the gap ([`search`], [`tree`]): the prices of the second stage
//! give planes that bound it from below, by groups of scenarios for the mean and one for the tail; what a
//! link gains beyond the price of stock is credited to a depot only as far as it is open, as in the strong model of
//! facility location (Fischetti, Ljubic and Sinnl 2016, doi:10.1016/j.ejor.2016.03.002).
//!
//! With it comes what foresight would be worth (EVPI) and what is saved against planning for the mean (VSS; Birge
//! and Louveaux 2011, doi:10.1007/978-1-4614-0237-4).

mod foresight;
mod master;
mod risk;
mod search;
mod stage;
mod strengthen;
pub mod synthetic;
mod transport;
mod tree;

use crate::problem::preposition::{PrepositionPlan, PrepositionProblem, Response, Shipment, Worth};
use mostari_milp::MilpError;
use stage::{Decision, Stage};

/// How much work to put into a plan. The same effort gives the same plan on every machine.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Stop once (objective - bound) / objective is at most this.
    pub gap: f64,
    /// Most rounds of cuts.
    pub rounds_max: u32,
    /// Groups of scenarios that get their own cuts for the mean: 1 is the single cut, as many as scenarios the
    /// multi-cut.
    pub groups: usize,
    /// Whether to say what foresight and looking at many futures are worth.
    pub worth: bool,
    /// Seed of the solver.
    pub seed: u32,
}

impl Default for Effort {
    fn default() -> Self {
        Self { gap: 0.005, rounds_max: 4_000, groups: 10, worth: true, seed: 1 }
    }
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PrepositionError {
    /// A figure makes no sense.
    #[error("the problem makes no sense: {what}")]
    Figure {
        /// What is wrong.
        what: &'static str,
    },
    /// The program of the first stage could not be solved: a defect.
    #[error("the first stage could not be solved")]
    Master {
        /// Why.
        #[source]
        source: MilpError,
    },
}

/// Plans depots and stock. `stop` is asked between rounds and ends the search early with the best plan and bound so
/// far.
///
/// # Errors
/// [`PrepositionError::Figure`] if a figure makes no sense; [`PrepositionError::Master`] if the solver failed.
pub fn solve(
    problem: &PrepositionProblem,
    effort: &Effort,
    stop: &mut dyn FnMut() -> bool,
) -> Result<PrepositionPlan, PrepositionError> {
    validate(problem)?;
    let stage = Stage::new(problem);
    let mean = foresight::mean_of(problem);
    let mean_stage = Stage::new(&mean);
    let mean_plan = search::search(&mean_stage, nothing(problem), &Effort { groups: 1, ..*effort }, stop)?;
    let found = search::search(&stage, mean_plan.decision.clone(), effort, stop)?;
    let mut plan = describe(&stage, &found);
    if effort.worth {
        plan.worth = Some(worth(&stage, &plan, &found.decision, mean_plan.decision));
    }
    Ok(plan)
}

fn nothing(problem: &PrepositionProblem) -> Decision {
    let depots = problem.depots.len();
    Decision { open: vec![0.0; depots], stock: vec![vec![0.0; depots]; problem.goods.len()] }
}

fn describe(stage: &Stage<'_>, found: &search::Found) -> PrepositionPlan {
    let problem = stage.problem;
    let decision = &found.decision;
    let responses: Vec<Response> = (0..problem.scenarios.len()).map(|at| response(stage, decision, at)).collect();
    let first_cost = stage.first_cost(decision);
    let costs: Vec<f64> = responses.iter().map(|response| first_cost + response.cost).collect();
    let (expected_cost, tail_cost) = risk::means(problem, &costs);
    let objective = expected_cost + problem.risk_weight * tail_cost;
    let bound = found.bound.min(objective);
    let chances: Vec<f64> = problem.scenarios.iter().map(|scenario| scenario.probability).collect();
    PrepositionPlan {
        is_open: decision.open.iter().map(|open| *open > 0.5).collect(),
        stock: decision.stock.clone(),
        first_cost,
        unmet_shares: unmet_shares(problem, &responses, &chances),
        unmet_tail_shares: unmet_shares(problem, &responses, &risk::tail_weights(problem, &costs)),
        responses,
        expected_cost,
        tail_cost,
        objective,
        bound,
        gap: if objective > 0.0 { (objective - bound) / objective } else { 0.0 },
        worth: None,
        rounds: found.rounds,
        is_stopped: found.is_stopped,
    }
}

fn response(stage: &Stage<'_>, decision: &Decision, scenario: usize) -> Response {
    let (depots, goods) = (stage.problem.depots.len(), stage.problem.goods.len());
    let mut response = Response {
        shipments: Vec::new(),
        unmet: Vec::with_capacity(goods),
        cost: 0.0,
        need_prices: Vec::with_capacity(goods),
        stock_prices: Vec::with_capacity(goods),
    };
    for good in 0..goods {
        let flow = stage.respond(decision, scenario, good);
        let nodes = depots + 1;
        let amount = |area: usize, node: usize| flow.amounts[area * nodes + node];
        for area in 0..stage.problem.areas.len() {
            for depot in (0..depots).filter(|&depot| amount(area, depot) > 0.0) {
                let (good, depot_at, area_at) = (good as u32, depot as u32, area as u32);
                response.shipments.push(Shipment { good, depot: depot_at, area: area_at, amount: amount(area, depot) });
            }
        }
        response.unmet.push((0..stage.problem.areas.len()).map(|area| amount(area, depots).max(0.0)).collect());
        response.cost += flow.cost;
        let (need_prices, stock_prices) = prices(stage, scenario, good, &flow);
        response.need_prices.push(need_prices);
        response.stock_prices.push(stock_prices);
    }
    response
}

/// Prices at which no link gains. Those of the flow let a link gain that carries all that an area needs, which is as
/// good a proof for links that carry no more than that, but harder to read.
fn prices(stage: &Stage<'_>, scenario: usize, good: usize, flow: &transport::Flow) -> (Vec<f64>, Vec<f64>) {
    let (costs, nodes) = (&stage.costs[good], stage.problem.depots.len() + 1);
    let can = |area: usize, depot: usize| {
        let at = area * nodes + depot;
        (costs.can[at] && !stage.closed(scenario)[at]).then(|| costs.of[at])
    };
    let need_price = |(area, price): (usize, &f64)| {
        let known = flow.stock_prices.iter().enumerate().filter_map(|(depot, stock)| Some((depot, (*stock)?)));
        known.filter_map(|(depot, stock)| Some(can(area, depot)? + stock)).fold(*price, f64::min)
    };
    let need_prices: Vec<f64> = flow.need_prices.iter().enumerate().map(need_price).collect();
    // Where nothing is left, the price at which nobody would want a unit from there.
    let unwanted = |depot: usize| {
        let gains = need_prices.iter().enumerate().filter_map(|(area, price)| Some(price - can(area, depot)?));
        gains.fold(0.0, f64::max)
    };
    let stock_prices =
        flow.stock_prices.iter().enumerate().map(|(depot, price)| price.unwrap_or_else(|| unwanted(depot))).collect();
    (need_prices, stock_prices)
}

/// By area, need that is not met as a share of need, scenarios weighted; goods counted together by volume.
fn unmet_shares(problem: &PrepositionProblem, responses: &[Response], weights: &[f64]) -> Vec<Option<f64>> {
    let share = |area: usize| {
        let (mut need, mut unmet) = (0.0, 0.0);
        for ((scenario, response), weight) in problem.scenarios.iter().zip(responses).zip(weights) {
            for (at, good) in problem.goods.iter().enumerate() {
                need += weight * good.unit_volume * scenario.demand[at][area];
                unmet += weight * good.unit_volume * response.unmet[at][area];
            }
        }
        (need > 0.0).then(|| unmet / need)
    };
    (0..problem.areas.len()).map(share).collect()
}

fn worth(stage: &Stage<'_>, plan: &PrepositionPlan, decision: &Decision, mean: Decision) -> Worth {
    let problem = stage.problem;
    let foreseen_costs: Vec<_> = (0..problem.scenarios.len())
        .map(|at| foresight::foreseen(stage, decision, at, plan.first_cost + plan.responses[at].cost))
        .collect();
    let most: Vec<f64> = foreseen_costs.iter().map(|between| between.most).collect();
    let least: Vec<f64> = foreseen_costs.iter().map(|between| between.least).collect();
    let (most, least) = (risk::measure(problem, &most), risk::measure(problem, &least));
    let first = (1.0 + problem.risk_weight) * stage.first_cost(&mean);
    let mean_objective = first + risk::measure(problem, &stage.look(&mean).costs);
    Worth {
        foreseen_costs,
        evpi: plan.objective - most,
        evpi_between: crate::problem::preposition::Between { least: plan.bound - most, most: plan.objective - least },
        mean_is_open: mean.open.iter().map(|open| *open > 0.5).collect(),
        mean_stock: mean.stock,
        mean_objective,
        vss: mean_objective - plan.objective,
    }
}

fn validate(problem: &PrepositionProblem) -> Result<(), PrepositionError> {
    let (depots, goods, areas) = (problem.depots.len(), problem.goods.len(), problem.areas.len());
    let is_amount = |value: &f64| value.is_finite() && *value >= 0.0;
    let is_table = |table: &[Vec<f64>], rows: usize| {
        table.len() == rows && table.iter().all(|row| row.len() == areas && row.iter().all(is_amount))
    };
    let chances: f64 = problem.scenarios.iter().map(|scenario| scenario.probability).sum();
    let holds = |scenario: &crate::problem::preposition::Scenario| {
        is_table(&scenario.demand, goods)
            && is_amount(&scenario.probability)
            && scenario.kept_shares.len() == depots
            && scenario.kept_shares.iter().all(|share| (0.0..=1.0).contains(share))
            && scenario.closed_links.iter().all(|&(depot, area)| (depot as usize) < depots && (area as usize) < areas)
    };
    let rules = [
        (depots >= 1 && goods >= 1 && areas >= 1 && depots < usize::from(u16::MAX), "depots, goods and areas"),
        (
            problem.depots.iter().all(|depot| is_amount(&depot.opening_cost) && is_amount(&depot.capacity_volume)),
            "costs and capacities of depots are finite and not negative",
        ),
        (
            problem
                .goods
                .iter()
                .all(|good| is_amount(&good.stock_cost) && good.unit_volume.is_finite() && good.unit_volume > 0.0),
            "goods have a volume and a cost",
        ),
        (is_table(&problem.transport_cost, depots), "one cost of transport for each depot and area"),
        (is_table(&problem.travel_time_h, depots), "one travel time for each depot and area"),
        (is_table(&problem.unmet_cost, goods), "one cost of need not met for each good and area"),
        (problem.scenarios.iter().all(holds), "scenarios have a need for each good and area, a share for each depot"),
        ((chances - 1.0).abs() <= 1e-9, "probabilities of the scenarios have the sum 1"),
        (is_amount(&problem.risk_weight), "the weight of risk is not negative"),
        (problem.tail_share > 0.0 && problem.tail_share <= 1.0, "the tail is above 0 and at most 1"),
    ];
    match rules.iter().find(|(holds, _)| !holds) {
        Some((_, what)) => Err(PrepositionError::Figure { what }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
