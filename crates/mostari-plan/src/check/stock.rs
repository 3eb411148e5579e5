//! Does a plan of print, ship or wait hold? Re-derives every figure from the rules of a period, part by part.
//!
//! | code | rule |
//! | --- | --- |
//! | STK-R01 | policies and the actions of now are those of the parts, in their order |
//! | STK-R02 | the states are in ascending order, hold the start, and every allowed action leads to one of them |
//! | STK-R03 | every action is allowed in its state |
//! | STK-R04 | the costs at low, likely and high rates are what the actions cost in expectation |
//! | STK-R05 | the priced cost is the likely cost and the hours at their prices |
//! | STK-R06 | the printer hours are the expected ones |
//! | STK-R07 | no other action is better at these prices, in any state of any period |
//! | STK-R08 | the thresholds are those of the actions |
//! | STK-R09 | the rows that are out of order are counted right |
//! | STK-R10 | prices are not negative, and the bound is the priced costs less the hours at their prices |
//! | STK-R11 | what is done now keeps the hours and is allowed |
//! | STK-R12 | the drawn futures keep the hours, their figures are amounts, and the gap is theirs |

use crate::problem::Breach;
use crate::problem::stock::{Action, CostRange, Part, PartPolicy, State, StockPlan, StockProblem, Thresholds};
use std::collections::HashMap;

/// Part by which two figures may differ: what sums of floats in another order do.
const TOLERANCE: f64 = 1e-9;

/// Every rule that the plan breaks.
pub fn check(plan: &StockPlan, problem: &StockProblem) -> Vec<Breach> {
    let mut found = Vec::new();
    let periods = problem.printer_hours.len();
    let listed: Vec<&str> = plan.policies.iter().map(|policy| policy.part.as_str()).collect();
    let now: Vec<&str> = plan.now.iter().map(|now| now.part.as_str()).collect();
    let expected: Vec<&str> = problem.parts.iter().map(|part| part.id.as_str()).collect();
    if listed != expected || now != expected || plan.hour_prices.len() != periods {
        found.push(Breach::new("STK-R01", "", "the plan does not list the parts and periods of the problem"));
        return found;
    }
    for (part, policy) in problem.parts.iter().zip(&plan.policies) {
        Audit { part, policy, periods, prices: &plan.hour_prices, found: &mut found }.run();
    }
    bound(plan, problem, &mut found);
    now_keeps_hours(plan, problem, &mut found);
    sampled(plan, &mut found);
    found
}

fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1.0)
}

fn bound(plan: &StockPlan, problem: &StockProblem, found: &mut Vec<Breach>) {
    let paid: f64 = plan.hour_prices.iter().zip(&problem.printer_hours).map(|(price, hours)| price * hours).sum();
    let priced: f64 = plan.policies.iter().map(|policy| policy.priced_cost).sum();
    if !is_same(plan.bound, priced - paid) {
        let message = format!("says {}, it is {priced} - {paid}", plan.bound);
        found.push(Breach::new("STK-R10", "bound", message));
    }
    for (period, price) in plan.hour_prices.iter().enumerate() {
        if price.is_nan() || *price < 0.0 {
            found.push(Breach::new("STK-R10", format!("period {period}"), format!("an hour has the price {price}")));
        }
    }
}

fn now_keeps_hours(plan: &StockPlan, problem: &StockProblem, found: &mut Vec<Breach>) {
    let mut hours = 0.0;
    for (part, now) in problem.parts.iter().zip(&plan.now) {
        hours += f64::from(now.action.print_count) * part.print_hours;
        if !is_allowed(part, &start_of(part), now.action) {
            found.push(Breach::new("STK-R11", &part.id, format!("{:?} is not allowed now", now.action)));
        }
    }
    if hours > problem.printer_hours[0] * (1.0 + TOLERANCE) {
        let message = format!("prints {hours} hours, there are {}", problem.printer_hours[0]);
        found.push(Breach::new("STK-R11", "now", message));
    }
}

fn sampled(plan: &StockPlan, found: &mut Vec<Breach>) {
    let sampled = &plan.sampled;
    let mut says = |message: String| found.push(Breach::new("STK-R12", "sampled", message));
    if sampled.hours_share_max > 1.0 + TOLERANCE {
        says(format!("a future used {} of the hours of a period", sampled.hours_share_max));
    }
    let is_amount = |value: f64| value.is_finite() && value >= 0.0;
    if !is_amount(sampled.cost_mean) || !is_amount(sampled.cost_standard_error) || sampled.futures_count < 2 {
        says(format!("{sampled:?} are no figures of drawn futures"));
    }
    let gap = if plan.bound > 0.0 { (sampled.cost_mean - plan.bound) / plan.bound } else { 0.0 };
    if !is_same(plan.gap, gap) {
        says(format!("says a gap of {}, it is {gap}", plan.gap));
    }
}

fn start_of(part: &Part) -> State {
    State {
        net_count: part.stock_count as i32 - part.waiting_count as i32,
        printed_count: part.printed_count,
        in_transit_counts: part.in_transit_counts.clone(),
    }
}

fn under_way(state: &State) -> i32 {
    state.in_transit_counts.iter().sum::<u32>() as i32
}

fn waiting(state: &State) -> i32 {
    if state.net_count < 0 { -state.net_count } else { 0 }
}

fn is_allowed(part: &Part, state: &State, action: Action) -> bool {
    let (print, expedite) = (i32::from(action.print_count), i32::from(action.expedite_count));
    let position = state.net_count + under_way(state) + expedite;
    print <= waiting(state)
        && print <= part.prints_max_count as i32
        && under_way(state) + expedite <= part.in_transit_max_count as i32
        && (expedite == 0 || position <= part.stock_max_count as i32)
}

fn allowed(part: &Part, state: &State) -> Vec<Action> {
    let every = (0..=part.prints_max_count as u16)
        .flat_map(|print| (0..=part.in_transit_max_count as u16).map(move |expedite| (print, expedite)));
    every
        .map(|(print_count, expedite_count)| Action { print_count, expedite_count })
        .filter(|action| is_allowed(part, state, *action))
        .collect()
}

/// What may follow a state: chance, the next state without a convoy and with it, what the convoy brings.
struct Follows {
    chance: f64,
    plain: State,
    convoy: State,
    brought: i32,
}

fn follows(part: &Part, state: &State, action: Action, rates: (f64, f64)) -> Vec<Follows> {
    let running = part.machines_count as i32 - waiting(state) - state.printed_count as i32;
    let print = i32::from(action.print_count);
    let mut shipments = state.in_transit_counts.clone();
    shipments.push(u32::from(action.expedite_count));
    let arriving = shipments.remove(0) as i32;
    let mut all = Vec::new();
    for broken in 0..=running {
        for broken_printed in 0..=state.printed_count as i32 {
            let chance =
                binomial(running, broken, rates.0) * binomial(state.printed_count as i32, broken_printed, rates.1);
            let net = state.net_count + print + arriving - broken - broken_printed;
            let printed = state.printed_count as i32 + print - broken_printed;
            let level = (part.stock_max_count as i32 - shipments.iter().sum::<u32>() as i32).max(0);
            // The convoy replaces every printed part and fills up; it takes nothing back.
            let brought = (level - net + printed).max(0);
            let at = |net_count: i32, printed: i32| State {
                net_count,
                printed_count: printed as u32,
                in_transit_counts: shipments.clone(),
            };
            all.push(Follows { chance, plain: at(net, printed), convoy: at(net - printed + brought, 0), brought });
        }
    }
    all
}

/// Chance that `broken` of `of` fail at a rate.
fn binomial(of: i32, broken: i32, rate: f64) -> f64 {
    let fails = 1.0 - (-rate).exp();
    let ways = (0..broken).map(|k| f64::from(of - k) / f64::from(k + 1)).product::<f64>();
    ways * fails.powi(broken) * (1.0 - fails).powi(of - broken)
}

/// Chance, position without a convoy, position with it, what the convoy costs.
type Leads = Vec<(f64, usize, usize, f64)>;

struct Audit<'a> {
    part: &'a Part,
    policy: &'a PartPolicy,
    periods: usize,
    prices: &'a [f64],
    found: &'a mut Vec<Breach>,
}

impl Audit<'_> {
    fn says(&mut self, code: &'static str, message: String) {
        self.found.push(Breach::new(code, &self.part.id, message));
    }

    fn run(&mut self) {
        let (part, policy) = (self.part, self.policy);
        let is_ascending = policy.states.windows(2).all(|pair| pair[0] < pair[1]);
        let positions: HashMap<&State, usize> = policy.states.iter().zip(0..).collect();
        let Some(&start) = positions.get(&start_of(part)) else {
            return self.says("STK-R02", "the state at the start is not listed".into());
        };
        if !is_ascending {
            return self.says("STK-R02", "states are not in ascending order".into());
        }
        let has_rows = policy.actions.len() == self.periods
            && policy.actions.iter().all(|row| row.len() == policy.states.len())
            && policy.thresholds.len() == self.periods
            && policy.print_hours.len() == self.periods;
        if !has_rows {
            return self.says("STK-R02", "not one action for each period and state".into());
        }
        for (period, row) in policy.actions.iter().enumerate() {
            for (state, action) in policy.states.iter().zip(row) {
                if !is_allowed(part, state, *action) {
                    return self.says("STK-R03", format!("{action:?} in {state:?} of period {period}"));
                }
            }
        }
        let likely = (part.failure_rate.likely, part.printed_failure_rate.likely);
        let Some(leads) = self.leads(&positions, likely) else {
            return self.says("STK-R02", "an allowed action leads to a state that is not listed".into());
        };
        self.costs(&positions, &leads, start);
        self.is_best(&leads);
        self.thresholds(&positions);
    }

    /// By state, each allowed action and where it leads; `None` if it leads to a state that is not listed.
    fn leads(&self, positions: &HashMap<&State, usize>, rates: (f64, f64)) -> Option<Vec<Vec<(Action, Leads)>>> {
        let lead = |state: &State, action: Action| -> Option<(Action, Leads)> {
            let next = follows(self.part, state, action, rates).into_iter().map(|follows| {
                let plain = *positions.get(&follows.plain)?;
                let convoy = *positions.get(&follows.convoy)?;
                Some((follows.chance, plain, convoy, f64::from(follows.brought) * self.part.resupply_cost))
            });
            Some((action, next.collect::<Option<Leads>>()?))
        };
        let of = |state: &State| allowed(self.part, state).into_iter().map(|action| lead(state, action)).collect();
        self.policy.states.iter().map(of).collect()
    }

    fn has_convoy(&self, period: usize) -> bool {
        let (first, every) = (self.part.resupply_first_period as usize, self.part.resupply_every_periods as usize);
        period >= self.periods || (period >= first && (period - first).is_multiple_of(every))
    }

    fn ahead(&self, leads: &Leads, period: usize, values: &[f64]) -> f64 {
        let has_convoy = self.has_convoy(period + 1);
        let value = |(chance, plain, convoy, cost): &(f64, usize, usize, f64)| match has_convoy {
            true => chance * (cost + values[*convoy]),
            false => chance * values[*plain],
        };
        leads.iter().map(value).sum()
    }

    fn cost_now(&self, state: &State, action: Action) -> f64 {
        let mut cost = f64::from(waiting(state)) * self.part.waiting_cost;
        cost += f64::from(action.print_count) * self.part.print_cost;
        if action.expedite_count > 0 {
            cost += self.part.expedite_shipment_cost + f64::from(action.expedite_count) * self.part.expedite_cost;
        }
        cost
    }

    /// Expected cost of the stated actions from each state on, by period; hours at `prices`.
    fn values(&self, leads: &[Vec<(Action, Leads)>], prices: &[f64]) -> Vec<Vec<f64>> {
        let mut values = vec![vec![0.0; self.policy.states.len()]; self.periods + 1];
        for period in (0..self.periods).rev() {
            for (position, state) in self.policy.states.iter().enumerate() {
                let action = self.policy.actions[period][position];
                let (_, lead) = leads[position].iter().find(|(other, _)| *other == action).expect("is allowed");
                let hours = f64::from(action.print_count) * self.part.print_hours * prices[period];
                values[period][position] =
                    self.cost_now(state, action) + hours + self.ahead(lead, period, &values[period + 1]);
            }
        }
        values
    }

    fn costs(&mut self, positions: &HashMap<&State, usize>, leads: &[Vec<(Action, Leads)>], start: usize) {
        let (part, policy) = (self.part, self.policy);
        let free = vec![0.0; self.periods];
        let at = |low: f64, printed: f64| {
            let leads = self.leads(positions, (low, printed)).expect("the states do not depend on the rates");
            self.values(&leads, &free)[0][start]
        };
        let is = CostRange {
            low: at(part.failure_rate.low, part.printed_failure_rate.low),
            likely: self.values(leads, &free)[0][start],
            high: at(part.failure_rate.high, part.printed_failure_rate.high),
        };
        let said = policy.cost;
        if !(is_same(said.low, is.low) && is_same(said.likely, is.likely) && is_same(said.high, is.high)) {
            self.says("STK-R04", format!("says {said:?}, it is {is:?}"));
        }
        let hours = self.hours(leads, start);
        let same = hours.iter().zip(&policy.print_hours).all(|(a, b)| is_same(*a, *b));
        if !same {
            self.says("STK-R06", format!("says {:?}, it is {hours:?}", policy.print_hours));
        }
        let priced = is.likely + hours.iter().zip(self.prices).map(|(hours, price)| hours * price).sum::<f64>();
        if !is_same(policy.priced_cost, priced) {
            self.says("STK-R05", format!("says {}, it is {priced}", policy.priced_cost));
        }
    }

    /// Expected hours by period, forwards from the start.
    fn hours(&self, leads: &[Vec<(Action, Leads)>], start: usize) -> Vec<f64> {
        let mut shares = vec![0.0; leads.len()];
        shares[start] = 1.0;
        let mut hours = Vec::with_capacity(self.periods);
        for (period, actions) in self.policy.actions.iter().enumerate() {
            let mut next = vec![0.0; leads.len()];
            let mut sum = 0.0;
            for (position, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
                let action = actions[position];
                sum += share * f64::from(action.print_count) * self.part.print_hours;
                let (_, lead) = leads[position].iter().find(|(other, _)| *other == action).expect("is allowed");
                for (chance, plain, convoy, _) in lead {
                    next[if self.has_convoy(period + 1) { *convoy } else { *plain }] += share * chance;
                }
            }
            hours.push(sum);
            shares = next;
        }
        hours
    }

    /// A policy from which no single step away gains is best (Bellman): every action of every state is tried.
    fn is_best(&mut self, leads: &[Vec<(Action, Leads)>]) {
        let values = self.values(leads, self.prices);
        for period in 0..self.periods {
            for (position, state) in self.policy.states.iter().enumerate() {
                let stands = values[period][position];
                for (action, lead) in &leads[position] {
                    let hours = f64::from(action.print_count) * self.part.print_hours * self.prices[period];
                    let other = self.cost_now(state, *action) + hours + self.ahead(lead, period, &values[period + 1]);
                    if other < stands - TOLERANCE * stands.abs().max(1.0) {
                        let message = format!("{action:?} in {state:?} of period {period} costs {other}, not {stands}");
                        return self.says("STK-R07", message);
                    }
                }
            }
        }
    }

    fn thresholds(&mut self, positions: &HashMap<&State, usize>) {
        let nothing = vec![0; self.part.expedite_lead_periods as usize - 1];
        let (mut rows, mut out_of_order) = (0, 0);
        for (period, actions) in self.policy.actions.iter().enumerate() {
            let kinds = |printed_count: u32, in_transit_counts: &Vec<u32>| -> Vec<u8> {
                (1..=(self.part.machines_count - printed_count) as i32)
                    .map(|waiting| {
                        let in_transit_counts = in_transit_counts.clone();
                        let state = State { net_count: -waiting, printed_count, in_transit_counts };
                        let action = actions[positions[&state]];
                        if action.expedite_count > 0 { 2 } else { u8::from(action.print_count > 0) }
                    })
                    .collect()
            };
            let first = kinds(0, &nothing);
            let from = |kind: u8| first.iter().position(|&k| k >= kind).map(|position| position as u32 + 1);
            let is = Thresholds { act_from_waiting_count: from(1), expedite_from_waiting_count: from(2) };
            let said = self.policy.thresholds[period];
            if said != is {
                self.found.push(Breach::new(
                    "STK-R08",
                    &self.part.id,
                    format!("period {period}: says {said:?}, it is {is:?}"),
                ));
            }
            // One row for each state in which exactly one machine waits.
            for state in self.policy.states.iter().filter(|state| state.net_count == -1) {
                rows += 1;
                out_of_order += u64::from(!kinds(state.printed_count, &state.in_transit_counts).is_sorted());
            }
        }
        let said = (self.policy.rows_count, self.policy.rows_out_of_order_count);
        if said != (rows, out_of_order) {
            self.says("STK-R09", format!("says {said:?}, it is {:?}", (rows, out_of_order)));
        }
    }
}
