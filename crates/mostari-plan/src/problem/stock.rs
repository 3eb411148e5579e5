//! Parts that fail, and the three ways to get the next one: print, ship at once, or wait for the convoy.
//!
//! # One period
//! 1. What was shipped and is due arrives. In a resupply period the regular convoy then fills up: every temporary
//!    part is replaced and the stock, with what is still in transit, reaches its level.
//! 2. Machines that wait are repaired from stock. What is left to decide: how many parts to print and to expedite.
//! 3. Every machine that waits costs; the others may fail, original parts with one probability, printed parts with
//!    another, each on its own.
//! 4. Parts printed in a period are in use from the next one on.
//!
//! After the last period everything that lacks is settled as by a regular convoy.

use serde::{Deserialize, Serialize};

/// A rate that nobody knows exactly: failures of one machine in one period, if it runs all the time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RateRange {
    /// Least.
    pub low: f64,
    /// The one that is planned on.
    pub likely: f64,
    /// Most.
    pub high: f64,
}

/// A kind of part, the machines that need it, and what it costs to have one. Costs share one unit, chosen by whoever
/// asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Name; each part has its own.
    pub id: String,
    /// Machines that need one such part each.
    pub machines_count: u32,
    /// Parts on the shelf at the start; 0 if a machine waits.
    pub stock_count: u32,
    /// Machines that wait for a part at the start.
    pub waiting_count: u32,
    /// Machines that run on a printed part at the start.
    pub printed_count: u32,
    /// Shipped parts under way at the start: the first figure arrives in period 1, the next in period 2.
    /// One figure less than the lead time.
    pub in_transit_counts: Vec<u32>,
    /// Level to which the regular convoy fills the stock.
    pub stock_max_count: u32,
    /// How often an original part fails, per machine and period.
    pub failure_rate: RateRange,
    /// How often a printed part fails, per machine and period.
    pub printed_failure_rate: RateRange,
    /// The first period, from 0, at whose start the regular convoy comes. In period 0 it has already come.
    pub resupply_first_period: u32,
    /// Periods from one regular convoy to the next, at least 1.
    pub resupply_every_periods: u32,
    /// Periods from ordering an emergency shipment to its arrival, at least 1.
    pub expedite_lead_periods: u32,
    /// Most parts that may be under way in emergency shipments at once.
    pub in_transit_max_count: u32,
    /// Most parts of this kind that may be printed in a period.
    pub prints_max_count: u32,
    /// Hours of the printer for one part.
    pub print_hours: f64,
    /// Cost of printing one, without the hours.
    pub print_cost: f64,
    /// Cost of one part in an emergency shipment.
    pub expedite_cost: f64,
    /// Cost of an emergency shipment, however many parts it holds.
    pub expedite_shipment_cost: f64,
    /// Cost of one part that the regular convoy brings.
    pub resupply_cost: f64,
    /// Cost of a machine that waits, per period.
    pub waiting_cost: f64,
}

/// Parts that share printers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StockProblem {
    /// Hours that the printers have in each period; their number is the number of periods.
    pub printer_hours: Vec<f64>,
    /// Kinds of part.
    pub parts: Vec<Part>,
}

/// Where a part stands when the decision of a period is due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct State {
    /// Parts on the shelf; below 0 the number of machines that wait.
    pub net_count: i32,
    /// Machines that run on a printed part.
    pub printed_count: u32,
    /// Shipped parts under way: the first figure arrives in the next period.
    pub in_transit_counts: Vec<u32>,
}

/// What is done about a part in a period; waiting is doing neither.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Parts to print.
    pub print_count: u16,
    /// Parts to order by emergency shipment.
    pub expedite_count: u16,
}

/// The two thresholds of a period, where nothing is printed or under way yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thresholds {
    /// With fewer waiting machines than this, wait; `None` if waiting is always best.
    pub act_from_waiting_count: Option<u32>,
    /// From this many waiting machines on, expedite; between the two, print. `None` if shipping is never best.
    pub expedite_from_waiting_count: Option<u32>,
}

/// Expected cost if rates are low, likely, high.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CostRange {
    /// At the low rates.
    pub low: f64,
    /// At the likely rates.
    pub likely: f64,
    /// At the high rates.
    pub high: f64,
}

/// What to do about one part, whatever happens.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartPolicy {
    /// The part.
    pub part: String,
    /// Every state that the part can be in, in ascending order.
    pub states: Vec<State>,
    /// By period, the action in each of `states`.
    pub actions: Vec<Vec<Action>>,
    /// By period, the two thresholds.
    pub thresholds: Vec<Thresholds>,
    /// Least expected cost at the likely rates, printer hours at their prices included.
    pub priced_cost: f64,
    /// Expected cost of the same actions without the prices of hours, over the range of rates.
    pub cost: CostRange,
    /// By period, expected printer hours at the likely rates.
    pub print_hours: Vec<f64>,
    /// Rows of states that differ only in the number of waiting machines, over all periods.
    pub rows_count: u64,
    /// Rows in which wait, print, expedite do not follow each other as the number of waiting machines grows.
    pub rows_out_of_order_count: u64,
}

/// What to do now about one part.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Now {
    /// The part.
    pub part: String,
    /// What to do in period 0.
    pub action: Action,
}

/// What the plan costs over many drawn futures in which printers never run longer than they have hours.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sampled {
    /// Futures that were drawn.
    pub futures_count: u32,
    /// Mean cost.
    pub cost_mean: f64,
    /// Standard error of the mean.
    pub cost_standard_error: f64,
    /// Largest share of the hours of a period that any future used.
    pub hours_share_max: f64,
}

/// Print, ship or wait for every part, printers shared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StockPlan {
    /// By period, the price of an hour of the printers.
    pub hour_prices: Vec<f64>,
    /// One policy a part, in the order of the problem.
    pub policies: Vec<PartPolicy>,
    /// No plan that keeps the hours, in expectation or always, costs less in expectation at the likely rates.
    pub bound: f64,
    /// What to do in period 0; keeps the hours.
    pub now: Vec<Now>,
    /// What the plan costs when hours are kept in every period of every future.
    pub sampled: Sampled,
    /// (mean of the sampled cost - bound) / bound; 0 where the bound is 0.
    pub gap: f64,
    /// Rounds in which the prices were sought.
    pub rounds: u32,
}
