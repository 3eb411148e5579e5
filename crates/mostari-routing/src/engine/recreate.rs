//! Putting clients back, one after the other, each at the cheapest place where every limit holds.

use super::kinds::change_kind;
use super::model::{FORBIDDEN, Kind, Model, NEVER};
use super::random::Random;
use super::routes::{NONE, Routes};
use super::timing::{Span, shortest_duration};

/// The share of places that are overlooked on purpose, so that equal removals end in different routes.
const BLINK_SHARE: f64 = 0.01;
/// The same in an upheaval: a client alone may then also take a vehicle that pays only with others.
const BLINK_SHARE_UPHEAVAL: f64 = 0.3;

/// Where a client could go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub cost: i64,
    /// The route, or [`NONE`] for a vehicle not yet in use.
    pub route: u32,
    pub before: u32,
    /// The kind that the route then has.
    pub kind: u32,
}

const NOWHERE: Place = Place { cost: NEVER, route: NONE, before: NONE, kind: 0 };

/// What insertion keeps between calls.
#[derive(Debug, Clone)]
pub(crate) struct Inserter {
    /// Places until the next one is overlooked.
    until_blink: u32,
    blinks: bool,
    blink_share: f64,
    /// The smallest detour met on each route for the client that is placed, and for which client that holds.
    least: Vec<(u64, i64)>,
    turn: u64,
    sequence: Vec<u32>,
    keys: Vec<(i64, u32)>,
    /// The cost of a vehicle for one client alone, by kind and location; [`NEVER`] where it cannot.
    alone: Vec<i64>,
}

/// Orders in which clients are put back; the numbers are their weights.
#[derive(Debug, Clone, Copy)]
enum Order {
    Random,
    Demand,
    Far,
    Near,
    WindowNarrow,
    WindowOpens,
    WindowCloses,
}

const ORDERS: [(Order, usize); 7] = [
    (Order::Random, 4),
    (Order::Demand, 4),
    (Order::Far, 2),
    (Order::Near, 1),
    (Order::WindowNarrow, 2),
    (Order::WindowOpens, 2),
    (Order::WindowCloses, 2),
];

impl Inserter {
    pub(crate) fn new(model: &Model, routes: &Routes, blinks: bool) -> Self {
        let least = vec![(0, 0); routes.routes.len()];
        let stops = || (0..model.side).map(|at| if at < model.depots { None } else { Some(at as u32) });
        let cost = |kind, at: Option<u32>| at.and_then(|at| alone(model, kind, at)).unwrap_or(NEVER);
        let alone = model.kinds.iter().flat_map(|kind| stops().map(move |at| cost(kind, at))).collect();
        Self {
            until_blink: 1,
            blinks,
            blink_share: BLINK_SHARE,
            least,
            turn: 0,
            sequence: Vec::new(),
            keys: Vec::new(),
            alone,
        }
    }

    /// How many places are overlooked from here on.
    pub(crate) fn overlook_more(&mut self, upheaval: bool) {
        let share = if upheaval { BLINK_SHARE_UPHEAVAL } else { BLINK_SHARE };
        if self.blinks && share != self.blink_share {
            (self.blink_share, self.until_blink) = (share, 1);
        }
    }

    #[inline]
    fn overlooks(&mut self, random: &mut Random) -> bool {
        self.until_blink -= 1;
        if self.until_blink > 0 {
            return false;
        }
        if !self.blinks {
            self.until_blink = u32::MAX;
            return false;
        }
        self.until_blink = 1 + (random.share().ln() / (1.0 - self.blink_share).ln()).min(1e6) as u32;
        true
    }

    /// Puts all of `removed` back as far as they fit and pay (`worth`, by location); what is left stays in the list.
    pub(crate) fn recreate(
        &mut self,
        model: &Model,
        routes: &mut Routes,
        random: &mut Random,
        removed: &mut Vec<u32>,
        worth: &[i64],
        temperature: f64,
    ) {
        self.sort(model, random, removed);
        removed.retain(|&at| {
            let place = self.best(model, routes, random, at);
            // Two optional clients may pay together where neither pays alone, so the first may cost a little more.
            let mut limit = worth[at as usize];
            if model.prize[at as usize].is_some() && place.cost >= limit {
                limit += (-temperature * random.share().ln()) as i64;
            }
            if place.cost >= limit {
                return true;
            }
            insert(model, routes, at, place);
            false
        });
    }

    fn sort(&mut self, model: &Model, random: &mut Random, removed: &mut [u32]) {
        let usable = if model.timed { &ORDERS[..] } else { &ORDERS[..4] };
        let mut draw = random.below(usable.iter().map(|it| it.1).sum());
        let mut chosen = Order::Random;
        for &(order, weight) in usable {
            chosen = order;
            if draw < weight {
                break;
            }
            draw -= weight;
        }
        let table = &model.tables[0];
        let depot = model.kinds[0].start as usize;
        let mut key = |at: u32| {
            let at = at as usize;
            match chosen {
                Order::Random => random.below(1 << 30) as i64,
                Order::Demand => -model.demand_of(at).iter().sum::<i64>(),
                Order::Far => -i64::from(table.distance(depot, at)),
                Order::Near => i64::from(table.distance(depot, at)),
                Order::WindowNarrow => model.stops[at].close - model.stops[at].open,
                Order::WindowOpens => model.stops[at].open,
                Order::WindowCloses => -model.stops[at].close,
            }
        };
        self.keys.clear();
        self.keys.extend(removed.iter().map(|&at| (key(at), at)));
        self.keys.sort_unstable();
        removed.iter_mut().zip(&self.keys).for_each(|(to, from)| *to = from.1);
    }

    /// The cheapest place for a client among its neighbours, on a new vehicle, or, where none is found, anywhere.
    pub(crate) fn best(&mut self, model: &Model, routes: &Routes, random: &mut Random, at: u32) -> Place {
        self.turn += 1;
        let mut best = NOWHERE;
        let (to, from) = (model.tables[0].to(at as usize), model.tables[0].from(at as usize));
        let unit = model.unit_least.unwrap_or(0);
        for &near in &model.neighbours[at as usize] {
            let node = &routes.nodes[near as usize];
            if node.route == NONE {
                continue;
            }
            let (there, back) = (i64::from(to[near as usize]), i64::from(from[near as usize]));
            let behind = unit * (there + i64::from(from[node.after as usize]) - i64::from(node.arc_out));
            let ahead = unit * (i64::from(to[node.before as usize]) + back - i64::from(node.arc_in));
            if behind.min(ahead) >= best.cost.max(0) || !has_room(model, routes, node.route, at) {
                continue;
            }
            if behind < best.cost && !self.overlooks(random) {
                self.consider(model, routes, at, near, node.after, &mut best);
            }
            if ahead < best.cost && !self.overlooks(random) {
                self.consider(model, routes, at, node.before, near, &mut best);
            }
        }
        if best.route == NONE {
            self.best_anywhere(model, routes, at, &mut best);
        }
        self.best_on_new_vehicle(model, routes, random, at, &mut best);
        best
    }

    fn best_on_new_vehicle(&mut self, model: &Model, routes: &Routes, random: &mut Random, at: u32, best: &mut Place) {
        // One vehicle that may come is never overlooked, so that nobody is left out by chance.
        let mut passed = NOWHERE;
        for (number, kind) in model.kinds.iter().enumerate() {
            let cost = self.alone[number * model.side + at as usize];
            if cost < best.cost && routes.used[number] < kind.count {
                let place = Place { cost, route: NONE, before: kind.start, kind: number as u32 };
                *(if self.overlooks(random) { &mut passed } else { &mut *best }) = place;
            }
        }
        if best.cost >= NEVER {
            *best = passed;
        }
    }

    fn best_anywhere(&mut self, model: &Model, routes: &Routes, at: u32, best: &mut Place) {
        for route in 0..routes.routes.len() as u32 {
            let state = &routes.routes[route as usize];
            if state.count == 0 || !has_room(model, routes, route, at) {
                continue;
            }
            let mut next = state.first;
            let mut before = model.kinds[state.kind as usize].start;
            for _ in 0..state.count {
                self.consider(model, routes, at, before, next, best);
                (before, next) = (next, routes.nodes[next as usize].after);
            }
            self.consider(model, routes, at, before, next, best);
        }
    }

    /// Tests the place between two neighbours on a route, cheap bounds first. At most one of them is a depot.
    #[inline]
    fn consider(&mut self, model: &Model, routes: &Routes, at: u32, before: u32, after: u32, best: &mut Place) {
        let (route, arc) = if (before as usize) < model.depots {
            let node = &routes.nodes[after as usize];
            (node.route, node.arc_in)
        } else {
            let node = &routes.nodes[before as usize];
            (node.route, node.arc_out)
        };
        let state = &routes.routes[route as usize];
        let kind = &model.kinds[state.kind as usize];
        let table = &model.tables[kind.table];
        let arc_in = table.to(at as usize)[before as usize];
        let arc_out = table.from(at as usize)[after as usize];
        let detour = i64::from(arc_in) + i64::from(arc_out) - i64::from(arc);
        let single = kind.alike.len() == 1;
        if single && kind.unit_distance * detour >= best.cost {
            return;
        }
        if !single && !model.durations {
            let (turn, least) = self.least[route as usize];
            if turn == self.turn && detour >= least {
                return;
            }
        }
        if kind.is_barred(at as usize)
            || (table.forbids && (arc_in == FORBIDDEN || arc_out == FORBIDDEN))
            || state.distance + detour > kind.distance_max
        {
            return;
        }
        let Some(duration) = self.duration(model, routes, at, (before, after), (arc_in, arc_out), route) else {
            return;
        };
        if !single {
            self.least[route as usize] = (self.turn, detour);
        }
        let (cost, kind) = cheapest_kind(model, routes, route, at, state.distance + detour, duration);
        if cost - state.cost < best.cost {
            *best = Place { cost: cost - state.cost, route, before, kind };
        }
    }

    /// The duration of the route with the client at this place, if it keeps all times and the risk.
    #[inline]
    fn duration(
        &mut self,
        model: &Model,
        routes: &Routes,
        at: u32,
        (before, after): (u32, u32),
        (arc_in, arc_out): (i32, i32),
        route: u32,
    ) -> Option<i64> {
        let state = &routes.routes[route as usize];
        let kind = &model.kinds[state.kind as usize];
        let table = &model.tables[kind.table];
        let stop = at as usize;
        if table.has_risk() {
            let (before, after) = (before as usize, after as usize);
            let more = table.risk(before, stop) + table.risk(stop, after) - table.risk(before, after);
            if state.risk + more > kind.risk_max {
                return None;
            }
        }
        if model.timed {
            let arrival = routes.leave_of(model, kind, before) + table.time_known(before as usize, stop, arc_in);
            let leave = model.begin(stop, arrival)? + model.stops[stop].service;
            let next = leave + table.time_known(stop, after as usize, arc_out);
            if next > routes.latest_of(model, kind, after) {
                return None;
            }
        }
        if model.exact {
            self.sequence.clear();
            routes.collect(state, &mut self.sequence);
            let position = match () {
                () if (before as usize) < model.depots => 0,
                () => routes.nodes[before as usize].position as usize + 1,
            };
            self.sequence.insert(position, at);
            return shortest_duration(model, kind, &self.sequence).filter(|&it| it <= kind.duration_max);
        }
        if model.durations {
            let limits = &model.stops[stop];
            let own = Span { duration: limits.service, early: limits.open, late: limits.close };
            let head = routes.prefix_of(model, kind, before);
            let head = head.join(table.time_known(before as usize, stop, arc_in), own)?;
            let tail = routes.suffix_of(model, kind, after);
            let whole = head.join(table.time_known(stop, after as usize, arc_out), tail)?;
            return (whole.duration <= kind.duration_max).then_some(whole.duration);
        }
        Some(0)
    }
}

/// Whether some kind that could drive this route has room for the client besides its load.
#[inline]
fn has_room(model: &Model, routes: &Routes, route: u32, at: u32) -> bool {
    let kind = &model.kinds[routes.routes[route as usize].kind as usize];
    let demand = model.demand_of(at as usize);
    let load = routes.load(model, route);
    load.iter().zip(demand).zip(&kind.capacity_alike).all(|((load, demand), capacity)| load + demand <= *capacity)
}

/// The cheapest kind at hand that can drive the route with the client on it, and the whole cost.
fn cheapest_kind(model: &Model, routes: &Routes, route: u32, at: u32, distance: i64, duration: i64) -> (i64, u32) {
    let own = routes.routes[route as usize].kind;
    let alike = &model.kinds[own as usize].alike;
    if alike.len() == 1 {
        return (model.kinds[own as usize].cost(distance, duration), own);
    }
    let mut best = (NEVER, own);
    for &other in alike {
        let kind = &model.kinds[other as usize];
        let cost = kind.cost(distance, duration);
        if cost < best.0 && (other == own || routes.used[other as usize] < kind.count) {
            let load = routes.load(model, route).iter().zip(model.demand_of(at as usize));
            if load.zip(&kind.capacity).all(|((load, demand), capacity)| load + demand <= *capacity) {
                best = (cost, other);
            }
        }
    }
    best
}

/// The cost of a vehicle that serves one client only; `None` where it cannot.
pub(crate) fn alone(model: &Model, kind: &Kind, at: u32) -> Option<i64> {
    let (table, stop) = (&model.tables[kind.table], at as usize);
    let (start, end) = (kind.start as usize, kind.end as usize);
    let (there, back) = (table.distance(start, stop), table.distance(stop, end));
    let distance = i64::from(there) + i64::from(back);
    let fits = model.demand_of(stop).iter().zip(&kind.capacity).all(|(demand, capacity)| demand <= capacity);
    let barred = kind.is_barred(stop) || (table.forbids && (there == FORBIDDEN || back == FORBIDDEN));
    let risky = table.has_risk() && table.risk(start, stop) + table.risk(stop, end) > kind.risk_max;
    if !fits || barred || risky || distance > kind.distance_max {
        return None;
    }
    let duration = if model.timed || model.durations { shortest_duration(model, kind, &[at])? } else { 0 };
    (duration <= kind.duration_max).then(|| kind.cost(distance, if model.durations { duration } else { 0 }))
}

/// Puts a client where it was found to fit.
pub(crate) fn insert(model: &Model, routes: &mut Routes, at: u32, place: Place) {
    let route = if place.route == NONE { routes.fresh(place.kind) } else { Some(place.route) };
    let route = route.expect("there is a place for every vehicle that may be used");
    routes.touch(route);
    change_kind(routes, route, place.kind);
    routes.link(model, at, route, place.before);
    let sound = routes.refresh(model, route);
    debug_assert!(sound, "a place that was found to fit must fit");
}
