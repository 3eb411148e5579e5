//! Problems by chance with every kind of rule; the checker, which shares no code with the search, is the oracle.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use common::{any_problem, client, problem, vehicles};
use mostari_routing::check::check;
use mostari_routing::engine::{Iterations, Outcome, Settings, solve};
use mostari_routing::problem::{Problem, Route, Solution};
use mostari_routing::why::{Verdict, why_all};
use proptest::prelude::*;

fn solved(problem: &Problem, seed: u64, iterations: u64) -> Outcome {
    solve(problem, &Settings { seed, ..Settings::default() }, &mut Iterations(iterations)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn the_checker_accepts_every_route_and_every_price(problem in any_problem(14), seed in 0_u64..1000) {
        let outcome = solved(&problem, seed, 300);
        let verdict = check(&problem, &outcome.solution);
        let broken: Vec<_> = verdict.violations.iter().filter(|it| it.code != "RTE-003").collect();
        prop_assert!(broken.is_empty(), "{broken:?} in {:?}", outcome.solution);
        prop_assert_eq!(verdict.violations.len(), outcome.required_unserved_count);
        prop_assert_eq!(verdict.cost, outcome.cost);
    }

    #[test]
    fn the_same_seed_gives_the_same_routes(problem in any_problem(14), seed in 0_u64..1000) {
        prop_assert_eq!(solved(&problem, seed, 200), solved(&problem, seed, 200));
    }

    #[test]
    fn reasons_name_rules_that_the_checker_confirms(problem in any_problem(14), seed in 0_u64..1000) {
        let outcome = solved(&problem, seed, 300);
        let before = check(&problem, &outcome.solution);
        for reason in why_all(&problem, &outcome.solution) {
            for by_type in &reason.by_type {
                prop_assert_eq!(by_type.feasible.is_some(), by_type.lifts.is_empty());
                let places = by_type.lifts.iter().map(|lift| (&lift.insertion, lift.codes.clone()));
                for (place, codes) in places.chain(by_type.feasible.iter().map(|place| (place, Vec::new()))) {
                    let tried = with_client(&outcome.solution, reason.client, by_type.vehicle_type, place);
                    let after = check(&problem, &tried);
                    let mut found: Vec<_> = after.violations.iter().map(|it| it.code).collect();
                    found.retain(|code| *code != "RTE-003");
                    found.sort_unstable();
                    found.dedup();
                    prop_assert_eq!(found, codes);
                    prop_assert_eq!(after.cost + reason.prize.unwrap_or(0), before.cost + place.cost);
                }
            }
        }
    }
}

fn with_client(
    solution: &Solution,
    client: u32,
    vehicle_type: u32,
    place: &mostari_routing::why::Insertion,
) -> Solution {
    let mut solution = solution.clone();
    solution.unserved.retain(|&it| it != client);
    match place.route {
        Some(route) => solution.routes[route].clients.insert(place.position, client),
        None => solution.routes.push(Route { vehicle_type, clients: vec![client] }),
    }
    solution
}

/// The lowest number of required clients left out, and the lowest cost, over all solutions; by trying them all.
fn optimum(problem: &Problem) -> (usize, i64) {
    fn extend(problem: &Problem, solution: &mut Solution, left: &mut Vec<u32>, best: &mut (usize, i64)) {
        let judged = {
            let mut whole = solution.clone();
            whole.routes.retain(|route| !route.clients.is_empty());
            whole.unserved.clone_from(left);
            check(problem, &whole)
        };
        let missing = judged.violations.iter().filter(|it| it.code == "RTE-003").count();
        if missing == judged.violations.len() {
            *best = (*best).min((missing, judged.cost));
        }
        for place in 0..left.len() {
            let client = left.remove(place);
            // On the last route, or on a new one.
            if let Some(route) = solution.routes.len().checked_sub(1) {
                solution.routes[route].clients.push(client);
                extend(problem, solution, left, best);
                solution.routes[route].clients.pop();
            }
            for vehicle_type in 0..problem.vehicle_types.len() as u32 {
                solution.routes.push(Route { vehicle_type, clients: vec![client] });
                extend(problem, solution, left, best);
                solution.routes.pop();
            }
            left.insert(place, client);
        }
    }
    let mut best = (usize::MAX, i64::MAX);
    let mut left: Vec<u32> = (0..problem.clients.len() as u32).collect();
    extend(problem, &mut Solution::default(), &mut left, &mut best);
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Not with forbidden arcs: clients are put back one by one, and a way that is allowed only once two are on it is
    /// not found.
    #[test]
    fn four_clients_are_routed_as_well_as_can_be(mut problem in any_problem(4), seed in 0_u64..1000) {
        problem.profiles.iter_mut().for_each(|profile| profile.forbidden_arcs.clear());
        let outcome = solved(&problem, seed, 4_000);
        prop_assert_eq!((outcome.required_unserved_count, outcome.cost), optimum(&problem));
    }
}

#[test]
fn a_client_that_does_not_fit_is_told_the_rule() {
    let points = [(0, 0), (10, 0), (20, 0)];
    let small = problem(&points, vec![client(5), client(7)], vec![vehicles(1, 10)]);
    let outcome = solved(&small, 1, 100);
    let reasons = why_all(&small, &outcome.solution);
    assert_eq!(reasons.len(), 1);
    assert_eq!(reasons[0].verdict(), Verdict::OneRule);
    let codes: Vec<_> =
        reasons[0].by_type[0].lifts.iter().map(|lift| (lift.codes.clone(), lift.excess.clone())).collect();
    assert_eq!(codes[0].1, vec![2], "two units too many for the vehicle: {codes:?}");
    assert!(codes.iter().any(|it| it.0 == vec!["RTE-006"]), "or one more vehicle: {codes:?}");
}

#[test]
fn nothing_to_do_is_done() {
    let nothing = problem(&[(0, 0)], Vec::new(), vec![vehicles(1, 1)]);
    let outcome = solved(&nothing, 1, 100);
    assert_eq!((outcome.cost, outcome.solution), (0, Solution::default()));
}
