//! Against value iteration by hand, against the checker, and with every rule broken once.

use super::*;
use crate::check::stock::check;
use crate::problem::Breach;
use crate::problem::stock::{Action, Part};
use proptest::prelude::*;
use std::collections::HashMap;

const SMALL: synthetic::Shape =
    synthetic::Shape { parts: 6, periods: 9, machines_max: 3, hours_per_part: 0.4, seed: 6 };

fn effort() -> Effort {
    Effort { rounds_max: 12, futures_count: 20, seed: 1 }
}

fn solved(shape: synthetic::Shape) -> (StockProblem, StockPlan) {
    let problem = synthetic::problem(shape);
    let plan = solve(&problem, &effort(), &mut || false).unwrap();
    (problem, plan)
}

/// Value iteration written from the rules of a period: machine by machine, with a memory by state.
struct ByHand<'a> {
    part: &'a Part,
    periods: u32,
    prices: &'a [f64],
    known: HashMap<(u32, i32, u32, Vec<u32>), f64>,
}

impl ByHand<'_> {
    fn cost(&mut self, period: u32, net: i32, printed: u32, way: Vec<u32>) -> f64 {
        if period == self.periods {
            return 0.0;
        }
        let key = (period, net, printed, way.clone());
        if let Some(cost) = self.known.get(&key) {
            return *cost;
        }
        let (part, waits) = (self.part, (-net).max(0) as u32);
        let under_way: u32 = way.iter().sum();
        let mut least = f64::INFINITY;
        for print in 0..=waits.min(part.prints_max_count) {
            let mut expedite = 0;
            while under_way + expedite <= part.in_transit_max_count {
                let fits = net + (under_way + expedite) as i32 <= part.stock_max_count as i32;
                if expedite == 0 || fits {
                    let shipment = if expedite > 0 { part.expedite_shipment_cost } else { 0.0 };
                    let now = f64::from(waits) * part.waiting_cost
                        + f64::from(print) * (part.print_cost + part.print_hours * self.prices[period as usize])
                        + f64::from(expedite) * part.expedite_cost
                        + shipment;
                    let mut then = way.clone();
                    then.push(expedite);
                    let running = part.machines_count - waits - printed;
                    let ahead = self.fail(period, running, printed, (net, printed, print), then);
                    least = least.min(now + ahead);
                }
                expedite += 1;
            }
        }
        self.known.insert(key, least);
        least
    }

    /// One machine after the other: it fails or it does not.
    fn fail(&mut self, period: u32, running: u32, on_printed: u32, after: (i32, u32, u32), way: Vec<u32>) -> f64 {
        let (net, printed, print) = after;
        if running > 0 {
            let fails = 1.0 - (-self.part.failure_rate.likely).exp();
            let broken = self.fail(period, running - 1, on_printed, (net - 1, printed, print), way.clone());
            return fails * broken + (1.0 - fails) * self.fail(period, running - 1, on_printed, after, way);
        }
        if on_printed > 0 {
            let fails = 1.0 - (-self.part.printed_failure_rate.likely).exp();
            let broken = self.fail(period, 0, on_printed - 1, (net - 1, printed - 1, print), way.clone());
            return fails * broken + (1.0 - fails) * self.fail(period, 0, on_printed - 1, after, way);
        }
        let (mut way, next) = (way, period + 1);
        let net = net + print as i32 + way.remove(0) as i32;
        let printed = printed + print;
        let (first, every) = (self.part.resupply_first_period, self.part.resupply_every_periods);
        if next < self.periods && (next < first || !(next - first).is_multiple_of(every)) {
            return self.cost(next, net, printed, way);
        }
        let aim = (self.part.stock_max_count as i32 - way.iter().sum::<u32>() as i32).max(0);
        let lacks = (aim - (net - printed as i32)).max(0);
        f64::from(lacks) * self.part.resupply_cost + self.cost(next, net - printed as i32 + lacks, 0, way)
    }
}

#[test]
fn fifty_random_parts_cost_what_value_iteration_by_hand_says() {
    let shape = synthetic::Shape { parts: 50, periods: 8, machines_max: 3, hours_per_part: 1.0, seed: 20 };
    let problem = synthetic::problem(shape);
    let prices: Vec<f64> = (0..8).map(|period| f64::from(period % 3) * 4.0).collect();
    let mut apart_max = 0.0_f64;
    for part in &problem.parts {
        let grid = Grid::new(part, 8).unwrap();
        let table = dynamic::backwards(&grid, &Chances::likely(part), &prices, None);
        let mut by_hand = ByHand { part, periods: 8, prices: &prices, known: HashMap::new() };
        let net = part.stock_count as i32 - part.waiting_count as i32;
        let expected = by_hand.cost(0, net, part.printed_count, part.in_transit_counts.clone());
        let is = table.start(&grid);
        apart_max = apart_max.max((is - expected).abs() / expected.abs().max(1.0));
        assert!((is - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{}: {is}, not {expected}", part.id);
    }
    println!("largest relative difference {apart_max:e}");
}

#[test]
fn a_plan_breaks_no_rule_and_keeps_the_hours() {
    let (problem, plan) = solved(SMALL);
    assert_eq!(check(&plan, &problem), []);
    assert!(plan.hour_prices.iter().any(|price| *price > 0.0), "hours are meant to be scarce here");
    assert!(plan.sampled.hours_share_max <= 1.0);
}

#[test]
fn hours_in_plenty_cost_nothing_and_close_the_gap_but_for_chance() {
    let (problem, plan) = solved(synthetic::Shape { hours_per_part: 1_000.0, ..SMALL });
    assert!(plan.hour_prices.iter().all(|price| *price == 0.0));
    let costs: f64 = plan.policies.iter().map(|policy| policy.cost.likely).sum();
    assert!((costs - plan.bound).abs() <= 1e-9 * plan.bound);
    assert!((plan.sampled.cost_mean - plan.bound).abs() <= 5.0 * plan.sampled.cost_standard_error);
    assert_eq!(check(&plan, &problem), []);
}

#[test]
fn fewer_hours_never_lower_the_bound() {
    let bound = |hours_per_part: f64| solved(synthetic::Shape { hours_per_part, ..SMALL }).1.bound;
    let bounds = [1_000.0, 4.0, 1.0, 0.0].map(bound);
    assert!(bounds.is_sorted(), "{bounds:?}");
}

#[test]
fn the_same_problem_gives_the_same_plan() {
    assert_eq!(solved(SMALL).1, solved(SMALL).1);
}

#[test]
fn a_machine_that_waits_long_is_shipped_to_and_one_that_waits_briefly_is_not() {
    let mut problem = synthetic::problem(synthetic::Shape { parts: 1, periods: 12, ..SMALL });
    let part = &mut problem.parts[0];
    *part = Part {
        machines_count: 1,
        stock_count: 0,
        waiting_count: 1,
        printed_count: 0,
        stock_max_count: 0,
        in_transit_counts: Vec::new(),
        expedite_lead_periods: 1,
        in_transit_max_count: 1,
        prints_max_count: 1,
        resupply_first_period: 12,
        resupply_every_periods: 12,
        print_hours: 1.0,
        print_cost: 150.0,
        expedite_cost: 100.0,
        expedite_shipment_cost: 400.0,
        resupply_cost: 100.0,
        waiting_cost: 100.0,
        ..part.clone()
    };
    part.failure_rate = crate::problem::stock::RateRange { low: 0.0, likely: 0.0, high: 0.01 };
    part.printed_failure_rate = crate::problem::stock::RateRange { low: 0.1, likely: 0.2, high: 0.4 };
    let plan = solve(&problem, &effort(), &mut || false).unwrap();
    let says: String = plan.policies[0]
        .thresholds
        .iter()
        .map(|t| match (t.act_from_waiting_count, t.expedite_from_waiting_count) {
            (_, Some(1)) => 'S',
            (Some(1), _) => 'P',
            _ => 'W',
        })
        .collect();
    // Shipped parts last, printed ones do not: far from the convoy ship, nearer print, at its door wait.
    assert_eq!(says.chars().next(), Some('S'), "{says}");
    assert!(says.contains('P') && says.ends_with('W'), "{says}");
    assert!(says.chars().map(|c| "SPW".find(c)).is_sorted(), "{says}");
    assert_eq!(check(&plan, &problem), []);
}

#[test]
fn figures_that_make_no_sense_are_refused() {
    let refused = |change: &dyn Fn(&mut StockProblem)| {
        let mut problem = synthetic::problem(SMALL);
        change(&mut problem);
        solve(&problem, &effort(), &mut || false).is_err()
    };
    assert!(refused(&|p| p.printer_hours.clear()));
    assert!(refused(&|p| p.printer_hours[0] = -1.0));
    assert!(refused(&|p| p.parts[1].id = p.parts[0].id.clone()));
    assert!(refused(&|p| p.parts[0].failure_rate.low = 9.0));
    assert!(refused(&|p| p.parts[0].expedite_lead_periods = 0));
    assert!(refused(&|p| p.parts[0].waiting_cost = f64::NAN));
    assert!(refused(&|p| p.parts[0].machines_count = 0));
    assert!(refused(&|p| p.parts[0].in_transit_counts.push(1)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn random_plans_break_no_rule(seed in 0_u64..1_000_000, hours in 0.0_f64..6.0, periods in 1_usize..12) {
        let shape = synthetic::Shape { parts: 4, periods, machines_max: 3, hours_per_part: hours, seed };
        let (problem, plan) = solved(shape);
        prop_assert_eq!(check(&plan, &problem), Vec::<Breach>::new());
    }
}

/// Breaks a plan in one way and expects the rule of this code to say so.
#[track_caller]
fn check_catches(code: &str, break_it: impl FnOnce(&mut StockPlan, &mut StockProblem)) {
    let (mut problem, mut plan) = solved(SMALL);
    break_it(&mut plan, &mut problem);
    let found = check(&plan, &problem);
    assert!(found.iter().any(|breach| breach.code == code), "{code} is not among {found:#?}");
}

#[test]
fn every_broken_rule_is_caught() {
    check_catches("STK-R01", |plan, _| plan.policies.swap(0, 1));
    check_catches("STK-R01", |plan, _| drop(plan.now.pop()));
    check_catches("STK-R02", |plan, _| plan.policies[0].states.swap(0, 1));
    check_catches("STK-R02", |plan, _| {
        let policy = &mut plan.policies[0];
        policy.states.pop();
        policy.actions.iter_mut().for_each(|row| row.truncate(row.len() - 1));
    });
    check_catches("STK-R02", |plan, _| drop(plan.policies[0].actions.pop()));
    check_catches("STK-R03", |plan, _| plan.policies[0].actions[0][0].print_count = 40);
    check_catches("STK-R03", |plan, _| plan.policies[0].actions[0][0].expedite_count = 40);
    check_catches("STK-R04", |plan, _| plan.policies[0].cost.low *= 1.001);
    check_catches("STK-R04", |plan, _| plan.policies[1].cost.likely *= 0.999);
    check_catches("STK-R04", |plan, _| plan.policies[2].cost.high += 1.0);
    check_catches("STK-R05", |plan, _| plan.policies[0].priced_cost -= 1.0);
    check_catches("STK-R06", |plan, _| plan.policies[0].print_hours[0] += 0.1);
    check_catches("STK-R08", |plan, _| plan.policies[0].thresholds[0].act_from_waiting_count = Some(77));
    check_catches("STK-R08", |plan, _| plan.policies[0].thresholds[1].expedite_from_waiting_count = Some(77));
    check_catches("STK-R09", |plan, _| plan.policies[0].rows_count += 1);
    check_catches("STK-R09", |plan, _| plan.policies[0].rows_out_of_order_count += 1);
    check_catches("STK-R10", |plan, _| plan.bound += 1.0);
    check_catches("STK-R10", |plan, _| plan.hour_prices[0] = -0.5);
    check_catches("STK-R11", |plan, _| plan.now[0].action.print_count = 9);
    check_catches("STK-R11", |plan, problem| {
        let waits = problem.parts.iter().position(|part| part.waiting_count > 0).unwrap();
        problem.printer_hours[0] = 0.0;
        plan.now[waits].action.print_count = 1;
    });
    check_catches("STK-R12", |plan, _| plan.gap += 0.01);
    check_catches("STK-R12", |plan, _| plan.sampled.hours_share_max = 1.01);
    check_catches("STK-R12", |plan, _| plan.sampled.cost_mean = 0.0);
    check_catches("STK-R12", |plan, _| plan.sampled.cost_standard_error = f64::NAN);
}

#[test]
fn an_action_that_is_not_best_is_caught() {
    check_catches("STK-R07", |plan, _| {
        let actions = plan.policies.iter_mut().flat_map(|policy| &mut policy.actions).flatten();
        *actions.into_iter().find(|action| **action != Action::default()).unwrap() = Action::default();
    });
}
