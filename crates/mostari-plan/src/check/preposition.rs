//! Does a plan of depots and stock hold? Re-derives costs and shares, and proves that each response is best.
//!
//! | code | rule |
//! | --- | --- |
//! | PRE-R01 | the plan has a figure for each depot, good, area and scenario, none negative |
//! | PRE-R02 | stock lies in open depots only, within their volume |
//! | PRE-R03 | the first cost is that of depots and stock |
//! | PRE-R04 | what is sent from a depot in a scenario is there |
//! | PRE-R05 | nothing is sent over a closed link or too late |
//! | PRE-R06 | what is sent and what is not met is what is needed |
//! | PRE-R07 | the cost of a response is that of its shipments and of need not met |
//! | PRE-R08 | the prices prove that no response costs less (duality) |
//! | PRE-R09 | mean, tail and objective are theirs |
//! | PRE-R10 | the bound is not above the objective; the gap is theirs |
//! | PRE-R11 | the shares of need not met are theirs |
//! | PRE-R12 | the values of foresight and of many futures are theirs and not negative |

use crate::problem::Breach;
use crate::problem::preposition::{PrepositionPlan, PrepositionProblem, Response, Worth};

/// Part by which two figures may differ: what sums of floats in another order, and the solver's tolerance, do.
const TOLERANCE: f64 = 1e-6;

/// Every rule that the plan breaks.
pub fn check(plan: &PrepositionPlan, problem: &PrepositionProblem) -> Vec<Breach> {
    let mut audit = Audit { plan, problem, found: Vec::new() };
    if !audit.has_shape() {
        audit.says("PRE-R01", "", "figures are missing, negative or not finite");
        return audit.found;
    }
    audit.stock();
    for (scenario, response) in plan.responses.iter().enumerate() {
        audit.response(scenario, response);
        audit.is_best(scenario, response);
    }
    audit.measure();
    audit.unmet();
    if let Some(worth) = &plan.worth {
        audit.worth(worth);
    }
    audit.found
}

struct Audit<'a> {
    plan: &'a PrepositionPlan,
    problem: &'a PrepositionProblem,
    found: Vec<Breach>,
}

fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1.0)
}

fn is_amount(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

impl Audit<'_> {
    fn says(&mut self, code: &'static str, subject: impl Into<String>, message: impl Into<String>) {
        self.found.push(Breach::new(code, subject, message));
    }

    fn has_shape(&self) -> bool {
        let (plan, problem) = (self.plan, self.problem);
        let (depots, goods, areas) = (problem.depots.len(), problem.goods.len(), problem.areas.len());
        let is_table = |table: &[Vec<f64>], width: usize| {
            table.len() == goods && table.iter().all(|row| row.len() == width && row.iter().all(|v| is_amount(*v)))
        };
        let is_response = |response: &Response| {
            is_table(&response.unmet, areas)
                && is_table(&response.need_prices, areas)
                && is_table(&response.stock_prices, depots)
                && response.shipments.iter().all(|shipment| {
                    is_amount(shipment.amount)
                        && (shipment.good as usize) < goods
                        && (shipment.depot as usize) < depots
                        && (shipment.area as usize) < areas
                })
        };
        plan.is_open.len() == depots
            && is_table(&plan.stock, depots)
            && plan.responses.len() == problem.scenarios.len()
            && plan.responses.iter().all(is_response)
            && plan.unmet_shares.len() == areas
            && plan.unmet_tail_shares.len() == areas
    }

    fn stock(&mut self) {
        let cost = self.stock_of(&self.plan.is_open, &self.plan.stock, "");
        if !is_same(self.plan.first_cost, cost) {
            self.says("PRE-R03", "", format!("says {}, it is {cost}", self.plan.first_cost));
        }
    }

    /// What depots and stock cost; says where they do not fit.
    fn stock_of(&mut self, is_open: &[bool], stock: &[Vec<f64>], whose: &str) -> f64 {
        let problem = self.problem;
        let mut cost = 0.0;
        for (at, depot) in problem.depots.iter().enumerate() {
            let volume: f64 = problem.goods.iter().zip(stock).map(|(good, row)| good.unit_volume * row[at]).sum();
            let holds = if is_open[at] { depot.capacity_volume } else { 0.0 };
            if volume > holds + TOLERANCE * depot.capacity_volume.max(1.0) {
                self.says("PRE-R02", format!("{whose}{}", depot.id), format!("{volume} lie in it, it holds {holds}"));
            }
            cost += if is_open[at] { depot.opening_cost } else { 0.0 };
            cost += problem.goods.iter().zip(stock).map(|(good, row)| good.stock_cost * row[at]).sum::<f64>();
        }
        cost
    }

    fn response(&mut self, scenario: usize, response: &Response) {
        let (problem, told) = (self.problem, &self.problem.scenarios[scenario]);
        let mut left: Vec<Vec<f64>> = self.plan.stock.clone();
        left.iter_mut().for_each(|row| row.iter_mut().zip(&told.kept_shares).for_each(|(left, kept)| *left *= kept));
        let mut lacks = told.demand.clone();
        let mut cost = 0.0;
        for shipment in &response.shipments {
            let (good, depot, area) = (shipment.good as usize, shipment.depot as usize, shipment.area as usize);
            left[good][depot] -= shipment.amount;
            lacks[good][area] -= shipment.amount;
            cost += shipment.amount * problem.transport_cost[depot][area] * problem.goods[good].unit_volume;
            let is_late = problem.travel_time_h[depot][area] > problem.time_limit_h;
            if is_late || told.closed_links.contains(&(shipment.depot, shipment.area)) {
                let message = format!("{} to {} is closed or too far", problem.depots[depot].id, problem.areas[area]);
                self.says("PRE-R05", &told.id, message);
            }
        }
        for (good, row) in left.iter().enumerate() {
            for (depot, left) in row.iter().enumerate() {
                if *left < -TOLERANCE * self.plan.stock[good][depot].max(1.0) {
                    self.says("PRE-R04", &told.id, format!("{} sends {} too much", problem.depots[depot].id, -left));
                }
            }
        }
        for (good, row) in lacks.iter().enumerate() {
            for (area, lacks) in row.iter().enumerate() {
                let unmet = response.unmet[good][area];
                cost += unmet * problem.unmet_cost[good][area];
                if (lacks - unmet).abs() > TOLERANCE * told.demand[good][area].max(1.0) {
                    let message = format!("{}: {lacks} are lacking, says {unmet}", problem.areas[area]);
                    self.says("PRE-R06", &told.id, message);
                }
            }
        }
        if !is_same(response.cost, cost) {
            self.says("PRE-R07", &told.id, format!("says {}, it is {cost}", response.cost));
        }
    }

    /// Need at its price less stock at its price bounds every response, if no link gains at these prices.
    fn is_best(&mut self, scenario: usize, response: &Response) {
        let (problem, told) = (self.problem, &self.problem.scenarios[scenario]);
        let mut worth = 0.0;
        for (good, kind) in problem.goods.iter().enumerate() {
            let (need, stock) = (&response.need_prices[good], &response.stock_prices[good]);
            for (area, price) in need.iter().enumerate() {
                worth += told.demand[good][area] * price;
                if *price > problem.unmet_cost[good][area] * (1.0 + TOLERANCE) {
                    let message = format!("{} pays {price}, more than not to be met costs", problem.areas[area]);
                    self.says("PRE-R08", &told.id, message);
                }
            }
            for (depot, price) in stock.iter().enumerate() {
                worth -= self.plan.stock[good][depot] * told.kept_shares[depot] * price;
                for (area, need) in need.iter().enumerate() {
                    let cost = problem.transport_cost[depot][area] * kind.unit_volume;
                    let is_late = problem.travel_time_h[depot][area] > problem.time_limit_h;
                    let gains = need - price - cost > TOLERANCE * need.max(1.0);
                    if gains && !is_late && !told.closed_links.contains(&(depot as u32, area as u32)) {
                        let message = format!("{} to {} gains", problem.depots[depot].id, problem.areas[area]);
                        self.says("PRE-R08", &told.id, message);
                    }
                }
            }
        }
        if worth < response.cost - TOLERANCE * response.cost.abs().max(1.0) {
            self.says("PRE-R08", &told.id, format!("costs {}, the prices prove only {worth}", response.cost));
        }
    }

    /// Mean of the worst scenarios: the least over all levels of level + mean excess over it / tail.
    fn tail(&self, costs: &[f64]) -> f64 {
        let problem = self.problem;
        let over = |level: f64| {
            let excess = problem.scenarios.iter().zip(costs).map(|(s, cost)| s.probability * (cost - level).max(0.0));
            level + excess.sum::<f64>() / problem.tail_share
        };
        costs.iter().map(|level| over(*level)).fold(f64::INFINITY, f64::min)
    }

    fn mean(&self, costs: &[f64]) -> f64 {
        self.problem.scenarios.iter().zip(costs).map(|(scenario, cost)| scenario.probability * cost).sum()
    }

    fn objective_of(&self, costs: &[f64]) -> f64 {
        self.mean(costs) + self.problem.risk_weight * self.tail(costs)
    }

    fn measure(&mut self) {
        let plan = self.plan;
        let costs: Vec<f64> = plan.responses.iter().map(|response| plan.first_cost + response.cost).collect();
        let (mean, tail) = (self.mean(&costs), self.tail(&costs));
        let objective = mean + self.problem.risk_weight * tail;
        let said = [plan.expected_cost, plan.tail_cost, plan.objective];
        if said.iter().zip([mean, tail, objective]).any(|(said, is)| !is_same(*said, is)) {
            self.says("PRE-R09", "", format!("says {said:?}, it is {mean}, {tail}, {objective}"));
        }
        let gap = if plan.objective > 0.0 { (plan.objective - plan.bound) / plan.objective } else { 0.0 };
        if plan.bound.is_nan() || plan.bound > plan.objective * (1.0 + TOLERANCE) || !is_same(plan.gap, gap) {
            let message = format!("bound {}, objective {}, says a gap of {}", plan.bound, plan.objective, plan.gap);
            self.says("PRE-R10", "", message);
        }
    }

    fn unmet(&mut self) {
        let (plan, problem) = (self.plan, self.problem);
        let costs: Vec<f64> = plan.responses.iter().map(|response| plan.first_cost + response.cost).collect();
        let all: Vec<f64> = problem.scenarios.iter().map(|scenario| scenario.probability).collect();
        // The worst of equal costs are taken in the order of the scenarios.
        let mut order: Vec<usize> = (0..costs.len()).collect();
        order.sort_by(|a, b| costs[*b].total_cmp(&costs[*a]));
        let (mut worst, mut left) = (vec![0.0; costs.len()], problem.tail_share);
        for at in order {
            worst[at] = all[at].min(left);
            left -= worst[at];
        }
        for (said, weights) in [(&plan.unmet_shares, all), (&plan.unmet_tail_shares, worst)] {
            for (area, said) in said.iter().enumerate() {
                let sum = |of: &dyn Fn(usize, usize) -> f64| -> f64 {
                    let volumes = problem.goods.iter().enumerate();
                    volumes
                        .map(|(good, kind)| {
                            kind.unit_volume * weights.iter().zip(0..).map(|(w, s)| w * of(s, good)).sum::<f64>()
                        })
                        .sum()
                };
                let need = sum(&|scenario, good| problem.scenarios[scenario].demand[good][area]);
                let unmet = sum(&|scenario, good| plan.responses[scenario].unmet[good][area]);
                let holds = match said {
                    None => need <= 0.0,
                    Some(share) => need > 0.0 && is_same(*share, unmet / need),
                };
                if !holds {
                    let message = format!("says {said:?}, of {need} it is {unmet}");
                    self.says("PRE-R11", &problem.areas[area], message);
                }
            }
        }
    }

    fn worth(&mut self, worth: &Worth) {
        let plan = self.plan;
        let depots = self.problem.depots.len();
        if worth.foreseen_costs.len() != plan.responses.len()
            || worth.mean_is_open.len() != depots
            || worth.mean_stock.iter().any(|row| row.len() != depots)
        {
            return self.says("PRE-R01", "worth", "figures are missing");
        }
        let first = self.stock_of(&worth.mean_is_open, &worth.mean_stock, "mean: ");
        let (mut most, mut least) = (Vec::new(), Vec::new());
        for (response, foreseen) in plan.responses.iter().zip(&worth.foreseen_costs) {
            let planned = plan.first_cost + response.cost;
            if foreseen.least > foreseen.most * (1.0 + TOLERANCE) || foreseen.most > planned * (1.0 + TOLERANCE) {
                self.says("PRE-R12", "foreseen", format!("{foreseen:?} beside a planned cost of {planned}"));
            }
            most.push(foreseen.most);
            least.push(foreseen.least);
        }
        let (most, least) = (self.objective_of(&most), self.objective_of(&least));
        let is = [plan.objective - most, plan.bound - most, plan.objective - least];
        let said = [worth.evpi, worth.evpi_between.least, worth.evpi_between.most];
        // Differences of large figures: compared on their scale.
        let scale = TOLERANCE * plan.objective.abs().max(1.0);
        if said.iter().zip(is).any(|(said, is)| (said - is).abs() > scale) || worth.evpi < -scale {
            self.says("PRE-R12", "evpi", format!("says {said:?}, it is {is:?}"));
        }
        let vss = worth.mean_objective - plan.objective;
        let floor = (1.0 + self.problem.risk_weight) * first;
        if (worth.vss - vss).abs() > scale || vss < -scale || worth.mean_objective < floor - scale {
            self.says("PRE-R12", "vss", format!("says {}, it is {vss}; the first stage alone {floor}", worth.vss));
        }
    }
}
