//! Are routes allowed, and what do they cost? Written apart from the search and sharing no code with it: only the plain
//! data of [`crate::problem`] are used, and times are worked out in another way.

use crate::problem::{Client, Problem, Profile, Route, Solution, VehicleType, Window};

/// A rule that a solution breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Stable: see [`CODES`].
    pub code: &'static str,
    /// The route by its place in the solution, if one is meant.
    pub route: Option<usize>,
    /// The client, if one is meant.
    pub client: Option<u32>,
    /// By how much a limit is passed, in its own unit; 0 where that means nothing.
    pub excess: i64,
}

/// What each code says.
pub const CODES: [(&str, &str); 13] = [
    ("RTE-001", "a route names a client or a vehicle type that does not exist"),
    ("RTE-002", "a client is served more than once"),
    ("RTE-003", "a client that must be served is not"),
    ("RTE-004", "the list of the unserved does not say who is on no route"),
    ("RTE-005", "a route has no client"),
    ("RTE-006", "more vehicles of a type are used than there are"),
    ("RTE-007", "a vehicle carries more than it can"),
    ("RTE-008", "a vehicle serves a client that is barred to it"),
    ("RTE-009", "a vehicle drives where it may not"),
    ("RTE-010", "no departure keeps the windows, the releases and the shift"),
    ("RTE-011", "a route takes longer than it may, whenever it departs"),
    ("RTE-012", "a route is farther than it may be"),
    ("RTE-013", "a route has more risk than it may have"),
];

/// The verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Every rule that is broken; empty if the solution is allowed.
    pub violations: Vec<Violation>,
    /// Cost of the routes and the prizes let go. Routes that cannot be timed count without their duration.
    pub cost: i64,
}

/// Checks every rule and prices the solution.
pub fn check(problem: &Problem, solution: &Solution) -> Verdict {
    let mut verdict = Verdict { violations: Vec::new(), cost: 0 };
    let mut visits = vec![0_u32; problem.clients.len()];
    let mut vehicles = vec![0_u32; problem.vehicle_types.len()];
    for (place, route) in solution.routes.iter().enumerate() {
        let mut report = |code, client, excess| {
            verdict.violations.push(Violation { code, route: Some(place), client, excess });
        };
        let stranger = route.clients.iter().find(|&&client| client as usize >= problem.clients.len());
        let Some(kind) = problem.vehicle_types.get(route.vehicle_type as usize).filter(|_| stranger.is_none()) else {
            report("RTE-001", stranger.copied(), 0);
            continue;
        };
        vehicles[route.vehicle_type as usize] += 1;
        route.clients.iter().for_each(|&client| visits[client as usize] += 1);
        if route.clients.is_empty() {
            report("RTE-005", None, 0);
        }
        verdict.cost += check_route(problem, kind, route, &mut report);
    }
    check_coverage(problem, solution, &visits, &mut verdict);
    for (kind, used) in problem.vehicle_types.iter().zip(vehicles) {
        if used > kind.count {
            let excess = i64::from(used - kind.count);
            verdict.violations.push(Violation { code: "RTE-006", route: None, client: None, excess });
        }
    }
    verdict
}

/// What one route breaks by itself, and its cost; for a route whose clients and type exist.
pub(crate) fn route_faults(problem: &Problem, route: &Route) -> (Vec<Violation>, i64) {
    let mut faults = Vec::new();
    let kind = &problem.vehicle_types[route.vehicle_type as usize];
    let cost = check_route(problem, kind, route, &mut |code, client, excess| {
        faults.push(Violation { code, route: None, client, excess });
    });
    (faults, cost)
}

fn check_coverage(problem: &Problem, solution: &Solution, visits: &[u32], verdict: &mut Verdict) {
    let mut report = |code, client| {
        verdict.violations.push(Violation { code, route: None, client: Some(client), excess: 0 });
    };
    for (client, &times) in visits.iter().enumerate() {
        let number = client as u32;
        if times > 1 {
            report("RTE-002", number);
        }
        if times == 0 && problem.clients[client].prize.is_none() {
            report("RTE-003", number);
        }
        let listed = solution.unserved.iter().filter(|&&it| it == number).count();
        if listed != usize::from(times == 0) {
            report("RTE-004", number);
        }
        if times == 0 {
            verdict.cost += problem.clients[client].prize.unwrap_or(0);
        }
    }
    solution.unserved.iter().filter(|&&it| it as usize >= visits.len()).for_each(|&it| report("RTE-004", it));
}

/// Reports what a route breaks and returns its cost.
fn check_route(
    problem: &Problem,
    kind: &VehicleType,
    route: &Route,
    report: &mut dyn FnMut(&'static str, Option<u32>, i64),
) -> i64 {
    for good in 0..problem.goods_count {
        let load: i64 = route.clients.iter().map(|&client| problem.clients[client as usize].demand[good]).sum();
        if load > kind.capacity[good] {
            report("RTE-007", None, load - kind.capacity[good]);
        }
    }
    for &client in route.clients.iter().filter(|client| kind.barred_clients.contains(client)) {
        report("RTE-008", Some(client), 0);
    }
    let profile = &problem.profiles[kind.profile as usize];
    let inner = route.clients.iter().map(|&client| problem.depots_count + client as usize);
    let path: Vec<usize> =
        [kind.start_depot as usize].into_iter().chain(inner).chain([kind.end_depot as usize]).collect();
    let (mut distance, mut risk) = (0, 0);
    for (place, arc) in path.windows(2).enumerate() {
        distance += profile.distance.get(arc[0], arc[1]);
        risk += profile.risk.as_ref().map_or(0, |table| table.get(arc[0], arc[1]));
        if profile.forbidden_arcs.contains(&(arc[0] as u32, arc[1] as u32)) {
            report("RTE-009", route.clients.get(place).copied(), 0);
        }
    }
    if let Some(limit) = kind.distance_max.filter(|&limit| distance > limit) {
        report("RTE-012", None, distance - limit);
    }
    if let Some(limit) = kind.risk_max.filter(|&limit| risk > limit) {
        report("RTE-013", None, risk - limit);
    }
    let duration = match timings(problem, kind, profile, route, &path) {
        Err(client) => {
            report("RTE-010", client, 0);
            0
        }
        Ok(duration) => duration,
    };
    if let Some(limit) = kind.duration_max.filter(|&limit| duration > limit) {
        report("RTE-011", None, duration - limit);
    }
    let used = i64::from(!route.clients.is_empty());
    used * kind.fixed_cost + kind.unit_distance_cost * distance + kind.unit_duration_cost * duration
}

/// Departures from one moment to another, and where they lead: all to one moment, or each later by the same time.
#[derive(Debug, Clone, Copy)]
struct Piece {
    first: i64,
    last: i64,
    /// When the vehicle is ready for those who depart at `first`.
    ready: i64,
    /// Whether who departs later is ready later by as much; otherwise all are ready at once.
    slides: bool,
}

/// The shortest duration over all departures, or the client where none is left in time (`None`: the end of the shift).
///
/// All departures are carried along the route at once, as pieces of a function that rises by steps and slopes.
fn timings(
    problem: &Problem,
    kind: &VehicleType,
    profile: &Profile,
    route: &Route,
    path: &[usize],
) -> Result<i64, Option<u32>> {
    let release = route.clients.iter().map(|&client| problem.clients[client as usize].release).max().unwrap_or(0);
    let first = kind.shift.open.max(release);
    if first > kind.shift.close {
        return Err(route.clients.first().copied());
    }
    let mut pieces = vec![Piece { first, last: kind.shift.close, ready: first, slides: true }];
    for (place, &client) in route.clients.iter().enumerate() {
        let Client { service_time, windows, .. } = &problem.clients[client as usize];
        let travel = profile.travel_time(path[place], path[place + 1]);
        pieces = pieces.iter().flat_map(|piece| through(&later(piece, travel), windows)).collect();
        pieces.iter_mut().for_each(|piece| piece.ready += service_time);
        if pieces.is_empty() {
            return Err(Some(client));
        }
    }
    let travel = profile.travel_time(path[path.len() - 2], path[path.len() - 1]);
    let end = [Window { open: i64::MIN / 2, close: kind.shift.close }];
    let ends = pieces.iter().flat_map(|piece| through(&later(piece, travel), &end));
    let durations = ends.map(|piece| if piece.slides { piece.ready - piece.first } else { piece.ready - piece.last });
    durations.min().ok_or(None)
}

fn later(piece: &Piece, time: i64) -> Piece {
    Piece { ready: piece.ready + time, ..*piece }
}

/// What is left of a piece that meets windows: parts that begin at once, parts that wait.
fn through(piece: &Piece, windows: &[Window]) -> Vec<Piece> {
    let mut parts = Vec::new();
    let mut waits_from = i64::MIN / 2;
    let latest = if piece.slides { piece.ready + (piece.last - piece.first) } else { piece.ready };
    for window in windows {
        // Those who are ready after the window before and until this one opens wait for it.
        let (low, high) = (piece.ready.max(waits_from), latest.min(window.open - 1));
        if low <= high {
            let (first, last) = departures(piece, low, high);
            parts.push(Piece { first, last, ready: window.open, slides: false });
        }
        let (low, high) = (piece.ready.max(window.open), latest.min(window.close));
        if low <= high {
            let (first, last) = departures(piece, low, high);
            parts.push(Piece { first, last, ready: low, slides: piece.slides });
        }
        waits_from = window.close + 1;
    }
    parts
}

/// The departures of a piece that are ready between two moments, both within it.
fn departures(piece: &Piece, low: i64, high: i64) -> (i64, i64) {
    if piece.slides {
        (piece.first + (low - piece.ready), piece.first + (high - piece.ready))
    } else {
        (piece.first, piece.last)
    }
}
