//! Against linear programs by hand, against the checker, and with every rule broken once.

use super::*;
use crate::check::preposition::check;
use crate::problem::Breach;
use mostari_milp::{Kind, Limits, Model, Sense, Variable};
use proptest::prelude::*;

const SMALL: synthetic::Shape =
    synthetic::Shape { depots: 6, areas: 12, scenarios: 8, goods: 2, risk_weight: 0.5, seed: 3 };

fn solved(shape: synthetic::Shape, effort: &Effort) -> (PrepositionProblem, PrepositionPlan) {
    let problem = synthetic::problem(shape);
    let plan = solve(&problem, effort, &mut || false).unwrap();
    (problem, plan)
}

/// The whole as one program, every shipment of every scenario a variable, risk as Rockafellar and Uryasev write it.
fn by_hand(problem: &PrepositionProblem) -> f64 {
    let (infinite, free) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut model = Model::new(Sense::Minimise);
    let first = 1.0 + problem.risk_weight;
    let open: Vec<Variable> = problem.depots.iter().map(|d| model.add_binary(first * d.opening_cost)).collect();
    let mut stock: Vec<Vec<Variable>> = Vec::new();
    for good in &problem.goods {
        let add = |_| model.add_variable(first * good.stock_cost, 0.0, infinite, Kind::Continuous);
        stock.push(problem.depots.iter().map(add).collect());
    }
    for (at, depot) in problem.depots.iter().enumerate() {
        let mut terms = vec![(open[at], -depot.capacity_volume)];
        terms.extend(problem.goods.iter().zip(&stock).map(|(good, row)| (row[at], good.unit_volume)));
        model.add_row(free, 0.0, &terms);
    }
    let level = model.add_variable(problem.risk_weight, free, infinite, Kind::Continuous);
    for told in &problem.scenarios {
        let weight = problem.risk_weight * told.probability / problem.tail_share;
        let excess = model.add_variable(weight, 0.0, infinite, Kind::Continuous);
        let mut risk = vec![(excess, 1.0), (level, 1.0)];
        for (good, kind) in problem.goods.iter().enumerate() {
            let mut leaves: Vec<Vec<(Variable, f64)>> = vec![Vec::new(); problem.depots.len()];
            for area in 0..problem.areas.len() {
                let cost = problem.unmet_cost[good][area];
                let unmet = model.add_variable(told.probability * cost, 0.0, infinite, Kind::Continuous);
                risk.push((unmet, -cost));
                let mut arrives = vec![(unmet, 1.0)];
                for (depot, leaves) in leaves.iter_mut().enumerate() {
                    let is_late = problem.travel_time_h[depot][area] > problem.time_limit_h;
                    if is_late || told.closed_links.contains(&(depot as u32, area as u32)) {
                        continue;
                    }
                    let cost = problem.transport_cost[depot][area] * kind.unit_volume;
                    let sent = model.add_variable(told.probability * cost, 0.0, infinite, Kind::Continuous);
                    risk.push((sent, -cost));
                    arrives.push((sent, 1.0));
                    leaves.push((sent, 1.0));
                }
                let need = told.demand[good][area];
                model.add_row(need, need, &arrives);
            }
            for (depot, mut terms) in leaves.into_iter().enumerate() {
                terms.push((stock[good][depot], -told.kept_shares[depot]));
                model.add_row(free, 0.0, &terms);
            }
        }
        model.add_row(0.0, infinite, &risk);
    }
    mostari_milp::solve(&model, &Limits { gap: 1e-7, ..Limits::exact(1) }).unwrap().objective
}

#[test]
fn the_objective_and_bound_enclose_the_whole_program() {
    for (seed, groups, goods, risk_weight) in [(1, 1, 1, 0.5), (2, 8, 2, 0.5), (3, 3, 2, 0.0), (4, 2, 1, 2.0)] {
        let shape = synthetic::Shape { seed, goods, risk_weight, ..SMALL };
        let effort = Effort { groups, gap: 1e-4, ..Effort::default() };
        let (problem, plan) = solved(shape, &effort);
        let exact = by_hand(&problem);
        let slack = 1e-6 * exact;
        assert!(plan.bound <= exact + slack && exact <= plan.objective + slack, "{exact} {plan:?}");
        assert!(plan.gap <= 1e-4 + 1e-9 && !plan.is_stopped, "gap {} of seed {seed}", plan.gap);
        assert_eq!(check(&plan, &problem), []);
    }
}

#[test]
fn foresight_encloses_what_each_scenario_alone_costs() {
    let (problem, plan) = solved(SMALL, &Effort::default());
    let worth = plan.worth.unwrap();
    for (scenario, between) in problem.scenarios.iter().zip(&worth.foreseen_costs) {
        let alone = crate::problem::preposition::Scenario { probability: 1.0, ..scenario.clone() };
        let exact = by_hand(&PrepositionProblem { scenarios: vec![alone], risk_weight: 0.0, ..problem.clone() });
        let slack = 1e-6 * exact.max(1.0);
        assert!(between.least <= exact + slack && exact <= between.most + slack, "{exact} {between:?}");
    }
    assert!(worth.evpi >= 0.0 && worth.vss >= 0.0);
}

#[test]
fn more_weight_on_the_worst_does_not_make_the_worst_worse() {
    let tail = |risk_weight: f64| {
        solved(synthetic::Shape { risk_weight, ..SMALL }, &Effort { gap: 1e-5, ..Effort::default() }).1.tail_cost
    };
    assert!(tail(4.0) <= tail(0.0) * (1.0 + 1e-4));
}

#[test]
fn a_search_that_is_stopped_says_so_and_still_gives_a_plan() {
    let problem = synthetic::problem(SMALL);
    let plan = solve(&problem, &Effort { gap: 0.0, ..Effort::default() }, &mut || true).unwrap();
    assert!(plan.is_stopped && plan.bound <= plan.objective);
    assert_eq!(check(&plan, &problem), []);
}

#[test]
fn the_same_problem_gives_the_same_plan() {
    assert_eq!(solved(SMALL, &Effort::default()).1, solved(SMALL, &Effort::default()).1);
}

#[test]
fn figures_that_make_no_sense_are_refused() {
    let refused = |change: &dyn Fn(&mut PrepositionProblem)| {
        let mut problem = synthetic::problem(SMALL);
        change(&mut problem);
        solve(&problem, &Effort::default(), &mut || false).is_err()
    };
    assert!(refused(&|p| p.depots.clear()));
    assert!(refused(&|p| p.scenarios[0].probability = 0.9));
    assert!(refused(&|p| p.scenarios[0].kept_shares[0] = 1.5));
    assert!(refused(&|p| p.scenarios[0].demand[0][0] = f64::NAN));
    assert!(refused(&|p| p.tail_share = 0.0));
    assert!(refused(&|p| p.goods[0].unit_volume = 0.0));
    assert!(refused(&|p| p.scenarios[0].closed_links.push((99, 0))));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn random_plans_break_no_rule(
        seed in 0_u64..1_000_000, goods in 1_usize..4, groups in 1_usize..9, risk in 0.0_f64..3.0,
    ) {
        let shape = synthetic::Shape { seed, goods, risk_weight: risk, ..SMALL };
        let (problem, plan) = solved(shape, &Effort { groups, ..Effort::default() });
        prop_assert_eq!(check(&plan, &problem), Vec::<Breach>::new());
        prop_assert!(plan.gap <= 0.005 + 1e-9);
        for (is_open, stock) in plan.stock.iter().flat_map(|row| plan.is_open.iter().zip(row)) {
            prop_assert!(*is_open || *stock == 0.0, "{stock} lie in a closed depot");
        }
    }
}

/// A decision with depots open in the parts that are drawn, and stock that fits.
fn drawn(problem: &PrepositionProblem, draws: &mut crate::synthetic::Draws, is_whole: bool) -> Decision {
    let part = |draws: &mut crate::synthetic::Draws| draws.between(0.0, 1.0);
    let open: Vec<f64> = problem.depots.iter().map(|_| part(draws)).collect();
    let open: Vec<f64> = if is_whole { open.iter().map(|part| part.round()).collect() } else { open };
    let goods = problem.goods.len() as f64;
    let full = |good: &crate::problem::preposition::Good, depot: usize| {
        open[depot] * problem.depots[depot].capacity_volume / good.unit_volume / goods
    };
    let stock = problem.goods.iter().map(|good| (0..open.len()).map(|d| full(good, d) * part(draws)).collect());
    let stock = stock.collect();
    Decision { open, stock }
}

fn height(plane: &stage::Plane, decision: &Decision) -> f64 {
    let stock = plane.stock.iter().flatten().zip(decision.stock.iter().flatten());
    let open = plane.open.iter().zip(&decision.open);
    plane.constant + open.chain(stock).map(|(slope, value)| slope * value).sum::<f64>()
}

#[test]
fn a_closed_depot_holds_nothing_at_all() {
    let decision = Decision { open: vec![1e-9, 1.0], stock: vec![vec![1e-7, 2.0]] };
    let whole = decision.with_depots(&[0.0, 1.0]);
    assert_eq!(whole, Decision { open: vec![0.0, 1.0], stock: vec![vec![0.0, 2.0]] });
}

#[test]
fn planes_of_depots_open_in_part_lie_below_every_whole_plan_and_not_below_their_own_answer() {
    let mut draws = crate::synthetic::Draws(7);
    for seed in 0..6 {
        let problem = synthetic::problem(synthetic::Shape { seed, ..SMALL });
        let stage = Stage::new(&problem);
        let mut prices = vec![Vec::new(); problem.scenarios.len() * problem.goods.len()];
        let wholes: Vec<Decision> = (0..30).map(|_| drawn(&problem, &mut draws, true)).collect();
        for _ in 0..4 {
            let point = drawn(&problem, &mut draws, false);
            let (seen, loose) = (stage.look_in_part(&point, &mut prices, 30), stage.look(&point));
            for (at, plane) in seen.planes.iter().enumerate() {
                let slack = 1e-6 * seen.costs[at].max(1.0);
                assert!((height(plane, &point) - seen.costs[at]).abs() <= slack, "the plane touches its point");
                assert!(seen.costs[at] >= loose.costs[at] - slack, "limits on links do not lower a cost");
            }
            for whole in &wholes {
                let costs = stage.look(whole).costs;
                for (plane, cost) in seen.planes.iter().zip(costs) {
                    assert!(height(plane, whole) <= cost + 1e-6 * cost.max(1.0), "a plane lies above a plan");
                }
            }
        }
    }
}

/// Breaks a plan in one way and expects the rule of this code to say so.
#[track_caller]
fn check_catches(code: &str, break_it: impl FnOnce(&mut PrepositionPlan, &mut PrepositionProblem)) {
    let (mut problem, mut plan) = solved(SMALL, &Effort::default());
    break_it(&mut plan, &mut problem);
    let found = check(&plan, &problem);
    assert!(found.iter().any(|breach| breach.code == code), "{code} is not among {found:#?}");
}

#[test]
fn every_broken_rule_is_caught() {
    check_catches("PRE-R01", |plan, _| plan.is_open.truncate(1));
    check_catches("PRE-R01", |plan, _| plan.stock[0][0] = -1.0);
    check_catches("PRE-R01", |plan, _| drop(plan.responses.pop()));
    check_catches("PRE-R02", |plan, _| {
        let open = plan.is_open.iter().position(|open| *open).unwrap();
        plan.is_open[open] = false;
    });
    check_catches("PRE-R02", |plan, problem| {
        let open = plan.is_open.iter().position(|open| *open).unwrap();
        plan.stock[0][open] = problem.depots[open].capacity_volume * 2.0 / problem.goods[0].unit_volume;
    });
    check_catches("PRE-R03", |plan, _| plan.first_cost += 10.0);
    check_catches("PRE-R04", |plan, _| plan.stock.iter_mut().flatten().for_each(|amount| *amount *= 0.5));
    check_catches("PRE-R05", |plan, problem| {
        let at = plan.responses.iter().position(|response| !response.shipments.is_empty()).unwrap();
        let sent = plan.responses[at].shipments[0];
        problem.scenarios[at].closed_links.push((sent.depot, sent.area));
    });
    check_catches("PRE-R05", |_, problem| problem.time_limit_h = 0.0);
    check_catches("PRE-R06", |plan, _| {
        let response = plan.responses.iter_mut().find(|response| !response.shipments.is_empty()).unwrap();
        response.shipments[0].amount *= 0.5;
    });
    check_catches("PRE-R06", |plan, _| plan.responses[0].unmet[0][0] += 5.0);
    check_catches("PRE-R07", |plan, _| plan.responses[0].cost *= 1.01);
    check_catches("PRE-R08", |plan, _| plan.responses[0].need_prices[0].iter_mut().for_each(|price| *price *= 9.0));
    check_catches("PRE-R08", |plan, _| plan.responses[0].need_prices[0].iter_mut().for_each(|price| *price *= 0.9));
    check_catches("PRE-R08", |plan, _| {
        plan.responses.iter_mut().for_each(|r| r.stock_prices.iter_mut().flatten().for_each(|price| *price = 0.0));
    });
    check_catches("PRE-R09", |plan, _| plan.expected_cost *= 1.01);
    check_catches("PRE-R09", |plan, _| plan.tail_cost *= 0.99);
    check_catches("PRE-R09", |plan, _| plan.objective *= 0.99);
    check_catches("PRE-R10", |plan, _| plan.bound = plan.objective * 1.01);
    check_catches("PRE-R10", |plan, _| plan.gap += 0.01);
    check_catches("PRE-R11", |plan, _| {
        *plan.unmet_shares.iter_mut().flatten().next().unwrap() += 0.1;
    });
    check_catches("PRE-R11", |plan, _| {
        let some = plan.unmet_shares.iter().position(Option::is_some).unwrap();
        plan.unmet_shares[some] = None;
    });
    check_catches("PRE-R11", |plan, _| {
        *plan.unmet_tail_shares.iter_mut().flatten().next().unwrap() += 0.1;
    });
    check_catches("PRE-R12", |plan, _| plan.worth.as_mut().unwrap().evpi *= -1.0);
    check_catches("PRE-R12", |plan, _| plan.worth.as_mut().unwrap().vss += 1e6);
    check_catches("PRE-R12", |plan, _| plan.worth.as_mut().unwrap().mean_objective = 0.0);
    check_catches("PRE-R12", |plan, _| plan.worth.as_mut().unwrap().evpi_between.most += 1e6);
    check_catches("PRE-R12", |plan, _| plan.worth.as_mut().unwrap().foreseen_costs[0].most *= 100.0);
}
