//! Small problems made by hand or by chance.
#![allow(dead_code, reason = "each test uses a part")]

use mostari_routing::Matrix;
use mostari_routing::problem::{Client, Problem, Profile, Solution, VehicleType, Window};
use proptest::prelude::*;

/// Distances between points, rounded up so that they keep the triangle inequality.
pub fn distances(points: &[(i64, i64)]) -> Matrix {
    let between = |a: &(i64, i64), b: &(i64, i64)| ((a.0 - b.0) as f64).hypot((a.1 - b.1) as f64).ceil() as i64;
    let values: Vec<i64> = points.iter().flat_map(|a| points.iter().map(move |b| between(a, b))).collect();
    Matrix::new(points.len(), &values).unwrap()
}

pub fn client(demand: i64) -> Client {
    Client { demand: vec![demand], service_time: 0, windows: vec![Window::ALWAYS], release: 0, prize: None }
}

pub fn vehicles(count: u32, capacity: i64) -> VehicleType {
    VehicleType {
        count,
        capacity: vec![capacity],
        start_depot: 0,
        end_depot: 0,
        fixed_cost: 0,
        unit_distance_cost: 1,
        unit_duration_cost: 0,
        shift: Window::ALWAYS,
        distance_max: None,
        duration_max: None,
        risk_max: None,
        profile: 0,
        barred_clients: Vec::new(),
    }
}

/// One depot at the origin, clients at the other points.
pub fn problem(points: &[(i64, i64)], clients: Vec<Client>, vehicle_types: Vec<VehicleType>) -> Problem {
    let profile = Profile { distance: distances(points), duration: None, risk: None, forbidden_arcs: Vec::new() };
    let depots_count = points.len() - clients.len();
    Problem { goods_count: 1, depots_count, clients, vehicle_types, profiles: vec![profile] }
}

/// A town of eight clients on which every rule bites somewhere, and a solution that keeps all of them.
pub fn town() -> (Problem, Solution) {
    let points = [(0, 0), (100, 0), (0, 40), (30, 40), (60, 40), (90, 40), (0, -40), (30, -40), (60, -40), (90, -40)];
    let mut clients: Vec<Client> = (0..8).map(|_| Client { service_time: 5, ..client(10) }).collect();
    clients[0].windows = vec![Window { open: 0, close: 60 }];
    clients[3].windows = vec![Window { open: 150, close: 200 }, Window { open: 300, close: 320 }];
    clients[4].release = 20;
    clients[7].prize = Some(50);
    let truck = VehicleType {
        shift: Window { open: 0, close: 500 },
        distance_max: Some(400),
        duration_max: Some(260),
        risk_max: Some(9),
        fixed_cost: 100,
        unit_duration_cost: 2,
        barred_clients: vec![6],
        ..vehicles(1, 40)
    };
    let car = VehicleType { profile: 1, start_depot: 0, end_depot: 1, ..vehicles(2, 30) };
    let mut problem = problem(&points, clients, vec![truck, car]);
    let risk: Vec<i64> = (0..100).map(|at| if at / 10 < 2 || at % 10 < 2 { 1 } else { 2 }).collect();
    problem.profiles[0].risk = Some(Matrix::new(10, &risk).unwrap());
    let mut other = problem.profiles[0].clone();
    other.forbidden_arcs = vec![(6, 9), (7, 1)];
    problem.profiles.push(other);
    let route =
        |vehicle_type, clients: &[u32]| mostari_routing::problem::Route { vehicle_type, clients: clients.to_vec() };
    let routes = vec![route(0, &[0, 1, 2, 3]), route(1, &[4, 5, 6])];
    (problem, Solution { routes, unserved: vec![7] })
}

prop_compose! {
    fn any_client(goods: usize)(
        demand in prop::collection::vec(0_i64..8, goods),
        service_time in 0_i64..10,
        opens in 0_i64..150,
        width in 20_i64..200,
        second in prop::option::weighted(0.2, (1_i64..60, 0_i64..80)),
        release in prop_oneof![4 => Just(0_i64), 1 => 0_i64..80],
        prize in prop_oneof![3 => Just(None), 1 => (0_i64..150).prop_map(Some)],
        always in any::<bool>(),
    ) -> Client {
        let first = Window { open: opens, close: opens + width };
        let mut windows = vec![if always { Window::ALWAYS } else { first }];
        if let (Some((apart, width)), false) = (second, always) {
            windows.push(Window { open: first.close + apart, close: first.close + apart + width });
        }
        Client { demand, service_time, windows, release, prize }
    }
}

prop_compose! {
    fn any_type(goods: usize, depots: u32, clients: u32)(
        count in 1_u32..4,
        capacity in prop::collection::vec(8_i64..30, goods),
        start_depot in 0..depots,
        end_depot in 0..depots,
        costs in (0_i64..50, 1_i64..4, 0_i64..3),
        shift in prop_oneof![Just(Window::ALWAYS), Just(Window { open: 10, close: 330 })],
        distance_max in prop::option::weighted(0.3, 100_i64..300),
        duration_max in prop::option::weighted(0.3, 100_i64..300),
        risk_max in prop::option::weighted(0.3, 5_i64..30),
        profile in 0_u32..2,
        barred in prop::collection::btree_set(0..clients, 0..2),
    ) -> VehicleType {
        let (fixed_cost, unit_distance_cost, unit_duration_cost) = costs;
        VehicleType {
            count, capacity, start_depot, end_depot, fixed_cost, unit_distance_cost, unit_duration_cost, shift,
            distance_max, duration_max, risk_max, profile, barred_clients: barred.into_iter().collect(),
        }
    }
}

prop_compose! {
    /// A problem with every kind of rule, each now and then.
    pub fn any_problem(clients_max: usize)(goods in 1_usize..3, depots in 1_usize..3, count in 1..=clients_max)(
        goods in Just(goods),
        depots in Just(depots),
        points in prop::collection::vec((0_i64..60, 0_i64..60), depots + count),
        clients in prop::collection::vec(any_client(goods), count),
        mut vehicle_types in prop::collection::vec(any_type(goods, depots as u32, count as u32), 1..4),
        twin in any::<bool>(),
        slower in prop::option::of(1_i64..4),
        risk in prop::option::of(prop::collection::vec(0_i64..6, (depots + count).pow(2))),
        forbidden in prop::collection::btree_set((0..(depots + count) as u32, 0..(depots + count) as u32), 0..4),
    ) -> Problem {
        let side = points.len();
        let distance = distances(&points);
        let times: Vec<i64> = (0..side * side).map(|at| distance.get(at / side, at % side)).collect();
        let slow = |by: i64| Matrix::new(side, &times.iter().map(|it| it * by).collect::<Vec<_>>()).unwrap();
        let risk = risk.map(|values| Matrix::new(side, &values).unwrap());
        let plain = Profile { distance: distance.clone(), duration: None, risk: None, forbidden_arcs: Vec::new() };
        let other = Profile { distance, duration: slower.map(slow), risk, forbidden_arcs: forbidden.into_iter().collect() };
        // Types that differ in size and cost alone can take over each other's routes.
        if twin && let Some(first) = vehicle_types.first().cloned() {
            vehicle_types.push(VehicleType {
                capacity: first.capacity.iter().map(|it| it / 2).collect(),
                fixed_cost: first.fixed_cost / 2,
                ..first
            });
        }
        Problem { goods_count: goods, depots_count: depots, clients, vehicle_types, profiles: vec![plain, other] }
    }
}
