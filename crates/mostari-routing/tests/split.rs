//! Deliveries in parts: nothing is lost, and what was too large for a vehicle is served.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use common::{any_problem, client, problem, vehicles};
use mostari_routing::check::check;
use mostari_routing::engine::{Iterations, Settings, solve};
use mostari_routing::split::split;
use proptest::prelude::*;

#[test]
fn a_demand_of_two_vehicles_and_a_half_takes_three() {
    let large = problem(&[(0, 0), (10, 0), (12, 0)], vec![client(250), client(50)], vec![vehicles(3, 100)]);
    let alone = solve(&large, &Settings::default(), &mut Iterations(200)).unwrap();
    assert_eq!(alone.solution.unserved, [0], "undivided, it fits on no vehicle");
    let parts = split(&large, 1000).unwrap();
    assert_eq!(parts.client_of.iter().filter(|&&it| it == 1).count(), 1, "the small one stays whole");
    let outcome = solve(&parts.problem, &Settings::default(), &mut Iterations(2_000)).unwrap();
    assert_eq!(check(&parts.problem, &outcome.solution).violations, Vec::new());
    assert_eq!(parts.delivered(&outcome.solution), [[250], [50]]);
    assert_eq!(outcome.solution.routes.len(), 3);
    assert_eq!(outcome.cost, 20 + 20 + 24, "two there and back, and one that goes on to the other");
    assert!(parts.unmet_share_max(&outcome.solution).abs() < 1e-12);
}

#[test]
fn what_does_not_come_is_stated_as_a_share() {
    let large = problem(&[(0, 0), (10, 0)], vec![client(200)], vec![vehicles(1, 100)]);
    let parts = split(&large, 1000).unwrap();
    let outcome = solve(&parts.problem, &Settings::default(), &mut Iterations(500)).unwrap();
    assert_eq!(parts.delivered(&outcome.solution), [[100]]);
    assert!((parts.unmet_share_max(&outcome.solution) - 0.5).abs() < 1e-12);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn parts_add_up_and_their_routes_are_accepted(problem in any_problem(6), above in 0_u32..1200, seed in 0_u64..1000) {
        let parts = split(&problem, above).unwrap();
        for (number, client) in problem.clients.iter().enumerate() {
            let own: Vec<_> = parts.client_of.iter().zip(&parts.problem.clients)
                .filter(|(of, _)| **of as usize == number).map(|(_, part)| part).collect();
            for good in 0..problem.goods_count {
                prop_assert_eq!(own.iter().map(|part| part.demand[good]).sum::<i64>(), client.demand[good]);
            }
            let prizes: i64 = own.iter().filter_map(|part| part.prize).sum();
            prop_assert_eq!(prizes, client.prize.unwrap_or(0));
            prop_assert!(own.iter().all(|part| part.windows == client.windows && part.release == client.release));
        }
        let outcome = solve(&parts.problem, &Settings { seed, ..Settings::default() }, &mut Iterations(150)).unwrap();
        let verdict = check(&parts.problem, &outcome.solution);
        prop_assert!(verdict.violations.iter().all(|it| it.code == "RTE-003"), "{:?}", verdict.violations);
        prop_assert_eq!(verdict.cost, outcome.cost);
    }
}
