//! Every rule, broken on purpose in a solution that kept it: the checker must say so, with the right code.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod common;

use common::town;
use mostari_routing::check::{CODES, check};
use mostari_routing::problem::{Problem, Route, Solution, Window};
use std::collections::BTreeSet;

fn codes(problem: &Problem, solution: &Solution) -> BTreeSet<&'static str> {
    check(problem, solution).violations.iter().map(|it| it.code).collect()
}

/// The codes after the change; the unchanged town is allowed.
fn after(change: impl FnOnce(&mut Problem, &mut Solution)) -> BTreeSet<&'static str> {
    let (mut problem, mut solution) = town();
    assert_eq!(codes(&problem, &solution), BTreeSet::new(), "the town is allowed as it stands");
    change(&mut problem, &mut solution);
    problem.validate().unwrap();
    codes(&problem, &solution)
}

type Change = fn(&mut Problem, &mut Solution);

const PLANTED: [(&str, Change); 24] = [
    ("RTE-001", |_, s| s.routes[0].clients.push(8)),
    ("RTE-001", |_, s| s.routes[0].vehicle_type = 2),
    ("RTE-002", |_, s| s.routes[1].clients.push(5)),
    ("RTE-002", |_, s| s.routes[1].clients.insert(0, 0)),
    ("RTE-003", |_, s| s.routes[1].clients.truncate(2)),
    ("RTE-003", |_, s| s.routes.truncate(1)),
    ("RTE-004", |_, s| s.unserved.clear()),
    ("RTE-004", |_, s| s.unserved.push(7)),
    ("RTE-004", |_, s| s.unserved.push(1)),
    ("RTE-004", |_, s| s.unserved.push(99)),
    ("RTE-005", |_, s| s.routes.push(Route { vehicle_type: 1, clients: Vec::new() })),
    ("RTE-006", |_, s| s.routes.push(Route { vehicle_type: 0, clients: vec![7] })),
    ("RTE-006", |p, _| p.vehicle_types[1].count = 0),
    ("RTE-007", |p, _| p.vehicle_types[0].capacity[0] = 39),
    ("RTE-007", |p, _| p.clients[5].demand[0] = 11),
    ("RTE-008", |p, _| p.vehicle_types[1].barred_clients = vec![5]),
    ("RTE-009", |_, s| s.routes[1].clients = vec![4, 7, 5, 6]),
    ("RTE-009", |_, s| s.routes[1].clients = vec![4, 6, 5]),
    ("RTE-010", |p, _| p.clients[0].windows = vec![Window { open: 0, close: 39 }]),
    ("RTE-010", |p, _| p.clients[3].release = 61),
    ("RTE-010", |p, _| p.vehicle_types[0].shift.close = 200),
    ("RTE-011", |p, _| p.vehicle_types[0].duration_max = Some(248)),
    ("RTE-012", |p, _| p.vehicle_types[0].distance_max = Some(228)),
    ("RTE-013", |p, _| p.vehicle_types[0].risk_max = Some(7)),
];

#[test]
fn every_planted_fault_is_found_with_its_code() {
    for (place, (code, change)) in PLANTED.iter().enumerate() {
        let found = after(change);
        assert!(found.contains(code), "fault {place}: {code} is wanted and {found:?} is found");
    }
}

#[test]
fn every_code_has_a_planted_fault_and_a_meaning() {
    let planted: BTreeSet<&str> = PLANTED.iter().map(|it| it.0).collect();
    let known: BTreeSet<&str> = CODES.iter().map(|it| it.0).collect();
    assert_eq!(planted, known);
}

#[test]
fn limits_that_are_just_met_are_kept() {
    let (mut problem, solution) = town();
    problem.vehicle_types[0].duration_max = Some(249);
    problem.vehicle_types[0].distance_max = Some(229);
    problem.vehicle_types[0].risk_max = Some(8);
    assert_eq!(codes(&problem, &solution), BTreeSet::new());
}

#[test]
fn the_price_is_distance_duration_vehicle_and_prize() {
    let (problem, solution) = town();
    // Truck 40+30+30+30+99 = 229 long and 249 long in time (20 of service); car 40+30+30+... to the other depot.
    let car = 40 + 30 + 30 + 57;
    assert_eq!(check(&problem, &solution).cost, 100 + 229 + 2 * 249 + car + 50);
}

#[test]
fn a_late_departure_saves_waiting() {
    let (mut problem, mut solution) = town();
    solution.routes[0].clients.truncate(1);
    problem.clients[0].windows = vec![Window { open: 300, close: 310 }];
    problem.vehicle_types[0].duration_max = Some(85);
    let found = codes(&problem, &solution);
    assert!(!found.contains("RTE-011") && !found.contains("RTE-010"), "{found:?}");
    problem.vehicle_types[0].duration_max = Some(84);
    assert!(codes(&problem, &solution).contains("RTE-011"));
}

#[test]
fn the_checker_uses_nothing_but_the_plain_data() {
    let code = include_str!("../src/check.rs");
    for line in code.lines().filter(|line| line.contains("crate::") && !line.trim_start().starts_with("//")) {
        assert!(line.contains("crate::problem"), "{line}");
    }
}
