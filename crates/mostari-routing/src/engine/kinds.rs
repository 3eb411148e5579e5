//! Which vehicle drives a route: a cheaper one, one from another depot, or the one of another route.

use super::model::{FORBIDDEN, Kind, Model};
use super::routes::{RouteState, Routes};
use super::timing::{Span, shortest_duration};

/// Gives a route the cheapest kind that is at hand and carries its load, among those that differ in size and cost alone.
pub(crate) fn downsize(model: &Model, routes: &mut Routes, route: u32) {
    let state = routes.routes[route as usize];
    if state.count == 0 || model.kinds[state.kind as usize].alike.len() == 1 {
        return;
    }
    let mut best = (state.cost, state.kind);
    for &other in &model.kinds[state.kind as usize].alike {
        let kind = &model.kinds[other as usize];
        let cost = kind.cost(state.distance, state.duration);
        if cost < best.0 && carries(model, routes, route, kind) && routes.used[other as usize] < kind.count {
            best = (cost, other);
        }
    }
    if best.1 != state.kind {
        change_kind(routes, route, best.1);
        routes.refresh(model, route);
    }
}

/// Tries every other kind at hand on the routes of this step, and lets two routes swap their vehicles.
pub(crate) fn reassign(model: &Model, routes: &mut Routes, sequence: &mut Vec<u32>) {
    if model.kinds.len() == 1 {
        return;
    }
    for place in 0..routes.touched_count() {
        let route = routes.touched_at(place);
        downsize(model, routes, route);
        change_depot(model, routes, route, sequence);
        for other in 0..place {
            swap(model, routes, route, routes.touched_at(other));
        }
    }
}

/// Lets a vehicle of another depot, shift or profile drive the whole route if that is cheaper.
fn change_depot(model: &Model, routes: &mut Routes, route: u32, sequence: &mut Vec<u32>) {
    let state = routes.routes[route as usize];
    if state.count == 0 || model.kinds[state.kind as usize].alike.len() == model.kinds.len() {
        return;
    }
    sequence.clear();
    routes.collect(&state, sequence);
    let mut best = (state.cost, state.kind);
    for (number, kind) in model.kinds.iter().enumerate() {
        let number = number as u32;
        let is_other = !model.kinds[state.kind as usize].alike.contains(&number);
        if is_other
            && routes.used[number as usize] < kind.count
            && carries(model, routes, route, kind)
            && let Some(cost) = cost_of(model, kind, sequence)
            && cost < best.0
        {
            best = (cost, number);
        }
    }
    if best.1 != state.kind {
        routes.relink(model, route, best.1, sequence);
        let sound = routes.refresh(model, route);
        debug_assert!(sound, "a route that was tried as a whole must keep its limits");
    }
}

/// The cost of a sequence for a kind, if it keeps every limit but the load.
fn cost_of(model: &Model, kind: &Kind, sequence: &[u32]) -> Option<i64> {
    let table = &model.tables[kind.table];
    let depot = Span { duration: 0, early: kind.shift_open, late: kind.shift_close };
    let (mut place, mut distance, mut risk, mut whole) = (kind.start, 0, 0, depot);
    for &stop in sequence.iter().chain([&kind.end]) {
        let arc = table.distance(place as usize, stop as usize);
        if (table.forbids && arc == FORBIDDEN) || kind.is_barred(stop as usize) {
            return None;
        }
        distance += i64::from(arc);
        risk += table.risk(place as usize, stop as usize);
        if model.timed || model.durations {
            let limits = &model.stops[stop as usize];
            let own = Span { duration: limits.service, early: limits.open, late: limits.close };
            let own = if (stop as usize) < model.depots { depot } else { own };
            // With several windows the outer ones are a bound; the exact duration follows below.
            whole = whole.join(table.time(place as usize, stop as usize), own)?;
        }
        place = stop;
    }
    let mut duration = whole.duration;
    if model.exact || model.has_several_windows() {
        duration = shortest_duration(model, kind, sequence)?;
    }
    let fits = distance <= kind.distance_max && risk <= kind.risk_max && duration <= kind.duration_max;
    fits.then(|| kind.cost(distance, duration))
}

/// Swaps the vehicles of two routes, if they differ in size and cost alone and that is cheaper.
fn swap(model: &Model, routes: &mut Routes, one: u32, other: u32) {
    let (a, b): (RouteState, RouteState) = (routes.routes[one as usize], routes.routes[other as usize]);
    if a.count == 0 || b.count == 0 || a.kind == b.kind {
        return;
    }
    let (first, second) = (&model.kinds[a.kind as usize], &model.kinds[b.kind as usize]);
    if !first.alike.contains(&b.kind) {
        return;
    }
    let cost = second.cost(a.distance, a.duration) + first.cost(b.distance, b.duration);
    if cost < a.cost + b.cost && carries(model, routes, one, second) && carries(model, routes, other, first) {
        change_kind(routes, one, b.kind);
        change_kind(routes, other, a.kind);
        routes.refresh(model, one);
        routes.refresh(model, other);
    }
}

fn carries(model: &Model, routes: &Routes, route: u32, kind: &Kind) -> bool {
    routes.load(model, route).iter().zip(&kind.capacity).all(|(load, capacity)| load <= capacity)
}

/// Lets another kind drive a route; to be refreshed afterwards.
pub(crate) fn change_kind(routes: &mut Routes, route: u32, kind: u32) {
    let state = &mut routes.routes[route as usize];
    if state.count > 0 && state.kind != kind {
        routes.used[state.kind as usize] -= 1;
        routes.used[kind as usize] += 1;
    }
    state.kind = kind;
}
