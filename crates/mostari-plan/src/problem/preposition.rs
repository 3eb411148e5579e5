//! Goods laid in before it is known where they will be needed.
//!
//! First it is decided which depots open and what lies in them; then one of the scenarios comes true: some stock and
//! some links are lost, areas need goods, and the goods that are left are sent where they are worth most. What a plan
//! costs in a scenario is the cost of depots and stock, of transport, and of need that is not met.

use serde::{Deserialize, Serialize};

/// A place where goods can be stored. Costs share one unit, chosen by whoever asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Depot {
    /// Name.
    pub id: String,
    /// Cost of opening it at all.
    pub opening_cost: f64,
    /// What it holds, in units of volume.
    pub capacity_volume: f64,
}

/// A kind of goods.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Good {
    /// Name.
    pub id: String,
    /// Volume of one unit.
    pub unit_volume: f64,
    /// Cost of laying in one unit.
    pub stock_cost: f64,
}

/// One way in which things may turn out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// Name.
    pub id: String,
    /// How likely it is; over all scenarios the sum is 1.
    pub probability: f64,
    /// Units needed, by good and area.
    pub demand: Vec<Vec<f64>>,
    /// By depot, the share of its stock that is still there, 0 to 1.
    pub kept_shares: Vec<f64>,
    /// Links that cannot be used: depot and area, by position.
    pub closed_links: Vec<(u32, u32)>,
}

/// Depots, goods, areas and scenarios.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrepositionProblem {
    /// Possible depots.
    pub depots: Vec<Depot>,
    /// Goods.
    pub goods: Vec<Good>,
    /// Names of the areas.
    pub areas: Vec<String>,
    /// Cost of transport of one unit of volume, by depot and area.
    pub transport_cost: Vec<Vec<f64>>,
    /// Travel time in hours, by depot and area.
    pub travel_time_h: Vec<Vec<f64>>,
    /// Goods that would arrive later than this do not count, in hours.
    pub time_limit_h: f64,
    /// Cost of one unit of need that is not met, by good and area.
    pub unmet_cost: Vec<Vec<f64>>,
    /// What may happen.
    pub scenarios: Vec<Scenario>,
    /// Weight of the mean cost of the worst scenarios beside the mean of all.
    pub risk_weight: f64,
    /// Probability of the worst scenarios that the risk is the mean of, above 0, at most 1: 0.1 is CVaR at 90 %.
    pub tail_share: f64,
}

/// Goods of one kind sent from a depot to an area in a scenario, by position.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Shipment {
    /// The good.
    pub good: u32,
    /// The depot.
    pub depot: u32,
    /// The area.
    pub area: u32,
    /// Units.
    pub amount: f64,
}

/// What is done once a scenario has come true, with prices that prove that it is best.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// What is sent where.
    pub shipments: Vec<Shipment>,
    /// Units of need not met, by good and area.
    pub unmet: Vec<Vec<f64>>,
    /// Cost of transport and of need that is not met.
    pub cost: f64,
    /// What one more unit of need would cost, by good and area.
    pub need_prices: Vec<Vec<f64>>,
    /// What one more unit that is left in a depot would save, by good and depot.
    pub stock_prices: Vec<Vec<f64>>,
}

/// A range within which a figure is proven to lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Between {
    /// Least.
    pub least: f64,
    /// Most.
    pub most: f64,
}

/// What knowing the future, and what looking at many futures, is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Worth {
    /// By scenario, the least cost for somebody who knew that it would come.
    pub foreseen_costs: Vec<Between>,
    /// Expected value of perfect information: the objective less the same measure of foreseen costs (at their most).
    pub evpi: f64,
    /// What the exact value of perfect information lies between.
    pub evpi_between: Between,
    /// Depots that a plan for the mean of all scenarios opens.
    pub mean_is_open: Vec<bool>,
    /// Its stock, by good and depot.
    pub mean_stock: Vec<Vec<f64>>,
    /// What that plan costs over all scenarios, by the same measure.
    pub mean_objective: f64,
    /// Value of the stochastic solution: what the plan saves against that of the mean.
    pub vss: f64,
}

/// Where goods lie, and what comes of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrepositionPlan {
    /// By depot, whether it opens.
    pub is_open: Vec<bool>,
    /// Units laid in, by good and depot.
    pub stock: Vec<Vec<f64>>,
    /// Cost of depots and stock.
    pub first_cost: f64,
    /// By scenario, what is then done.
    pub responses: Vec<Response>,
    /// Mean cost over all scenarios, first cost included.
    pub expected_cost: f64,
    /// Mean cost over the worst scenarios, first cost included.
    pub tail_cost: f64,
    /// Expected cost + risk weight x tail cost.
    pub objective: f64,
    /// No plan has a lower objective.
    pub bound: f64,
    /// (objective - bound) / objective; 0 where the objective is 0.
    pub gap: f64,
    /// Expected share of need that is not met, by area; `None` where nothing is ever needed.
    pub unmet_shares: Vec<Option<f64>>,
    /// The same in the worst scenarios.
    pub unmet_tail_shares: Vec<Option<f64>>,
    /// What foresight and looking at many futures are worth, if it was asked.
    pub worth: Option<Worth>,
    /// Rounds of cuts.
    pub rounds: u32,
    /// Whether the search was stopped before its gap was reached.
    pub is_stopped: bool,
}
