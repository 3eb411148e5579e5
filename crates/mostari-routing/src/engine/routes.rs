//! The routes while they are searched: linked clients, what is known of each route, and a way back.

use super::model::{Kind, Model};
use super::timing::{Span, shortest_duration};

/// No route, no client.
pub(crate) const NONE: u32 = u32::MAX;

/// A client's place; one line of the processor's cache.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(crate) struct Node {
    /// The route, or [`NONE`].
    pub route: u32,
    /// The location before (a depot for the first).
    pub before: u32,
    /// The location after (a depot for the last).
    pub after: u32,
    /// Clients before this one on the route.
    pub position: u32,
    /// Distance from `before`.
    pub arc_in: i32,
    /// Distance to `after`.
    pub arc_out: i32,
    /// The earliest moment at which the vehicle can leave.
    pub leave: i64,
    /// The latest arrival that keeps the rest of the route in time.
    pub latest: i64,
    open: i64,
    close: i64,
    service: i64,
}

/// What is known of a route.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RouteState {
    pub kind: u32,
    pub first: u32,
    pub last: u32,
    pub count: u32,
    pub distance: i64,
    pub duration: i64,
    pub risk: i64,
    pub cost: i64,
}

const EMPTY: RouteState =
    RouteState { kind: 0, first: NONE, last: NONE, count: 0, distance: 0, duration: 0, risk: 0, cost: 0 };

/// What was before a step, to go back to.
#[derive(Debug, Clone, Default)]
struct Journal {
    routes: Vec<(u32, RouteState)>,
    loads: Vec<i64>,
    nodes: Vec<(u32, Node)>,
    touched: Vec<bool>,
    cost: i64,
}

/// All routes.
#[derive(Debug, Clone)]
pub(crate) struct Routes {
    pub nodes: Vec<Node>,
    pub routes: Vec<RouteState>,
    /// By route and good.
    pub loads: Vec<i64>,
    /// Vehicles in use, by kind.
    pub used: Vec<u32>,
    /// Cost of all routes.
    pub cost: i64,
    /// From the start up to and with each location; kept only where durations matter.
    prefix: Vec<Span>,
    /// From each location to the end.
    suffix: Vec<Span>,
    free: Vec<u32>,
    is_free: Vec<bool>,
    journal: Journal,
    scratch: Vec<u32>,
}

impl Routes {
    /// No routes yet.
    pub(crate) fn new(model: &Model) -> Self {
        let node = |stop: &super::model::Stop| Node {
            route: NONE,
            before: NONE,
            after: NONE,
            position: 0,
            arc_in: 0,
            arc_out: 0,
            leave: 0,
            latest: 0,
            open: stop.open,
            close: stop.close,
            service: stop.service,
        };
        let vehicles: usize = model.kinds.iter().map(|kind| kind.count as usize).sum();
        let slots = vehicles.min(model.side - model.depots) + 1;
        let spans = if model.durations { vec![Span::default(); model.side] } else { Vec::new() };
        Self {
            nodes: model.stops.iter().map(node).collect(),
            routes: vec![EMPTY; slots],
            loads: vec![0; slots * model.goods],
            used: vec![0; model.kinds.len()],
            cost: 0,
            prefix: spans.clone(),
            suffix: spans,
            free: (0..slots as u32).rev().collect(),
            is_free: vec![true; slots],
            journal: Journal { touched: vec![false; slots], ..Journal::default() },
            scratch: Vec::new(),
        }
    }

    #[inline]
    pub(crate) fn load(&self, model: &Model, route: u32) -> &[i64] {
        &self.loads[route as usize * model.goods..][..model.goods]
    }

    /// A route without clients for a vehicle of this kind; `None` where all places are taken.
    pub(crate) fn fresh(&mut self, kind: u32) -> Option<u32> {
        while let Some(route) = self.free.pop() {
            self.is_free[route as usize] = false;
            if self.routes[route as usize].count == 0 {
                self.touch(route);
                self.routes[route as usize] = RouteState { kind, ..EMPTY };
                return Some(route);
            }
        }
        None
    }

    /// The earliest leave at a location before some place of a route.
    #[inline]
    pub(crate) fn leave_of(&self, model: &Model, kind: &Kind, at: u32) -> i64 {
        if (at as usize) < model.depots { kind.shift_open } else { self.nodes[at as usize].leave }
    }

    /// The latest arrival at a location after some place of a route.
    #[inline]
    pub(crate) fn latest_of(&self, model: &Model, kind: &Kind, at: u32) -> i64 {
        if (at as usize) < model.depots { kind.shift_close } else { self.nodes[at as usize].latest }
    }

    #[inline]
    pub(crate) fn prefix_of(&self, model: &Model, kind: &Kind, at: u32) -> Span {
        if (at as usize) < model.depots { depot_span(kind) } else { self.prefix[at as usize] }
    }

    #[inline]
    pub(crate) fn suffix_of(&self, model: &Model, kind: &Kind, at: u32) -> Span {
        if (at as usize) < model.depots { depot_span(kind) } else { self.suffix[at as usize] }
    }

    /// Remembers a route as it is, once a step.
    pub(crate) fn touch(&mut self, route: u32) {
        if std::mem::replace(&mut self.journal.touched[route as usize], true) {
            return;
        }
        if self.journal.routes.is_empty() {
            self.journal.cost = self.cost;
        }
        let goods = self.loads.len() / self.routes.len();
        self.journal.routes.push((route, self.routes[route as usize]));
        self.journal.loads.extend_from_slice(&self.loads[route as usize * goods..][..goods]);
        let mut at = self.routes[route as usize].first;
        for _ in 0..self.routes[route as usize].count {
            let node = self.nodes[at as usize];
            self.journal.nodes.push((at, node));
            at = node.after;
        }
    }

    /// How many routes the present step changed.
    pub(crate) fn touched_count(&self) -> usize {
        self.journal.routes.len()
    }

    /// Whether the present step changed this route.
    pub(crate) fn is_touched(&self, route: u32) -> bool {
        self.journal.touched[route as usize]
    }

    /// The route that was touched as the `place`-th of this step.
    pub(crate) fn touched_at(&self, place: usize) -> u32 {
        self.journal.routes[place].0
    }

    /// Ends the step and keeps what it did.
    pub(crate) fn keep(&mut self) {
        for &(route, _) in &self.journal.routes {
            self.journal.touched[route as usize] = false;
        }
        self.journal.routes.clear();
        self.journal.loads.clear();
        self.journal.nodes.clear();
    }

    /// Ends the step and takes everything back.
    pub(crate) fn take_back(&mut self, model: &Model) {
        if self.journal.routes.is_empty() {
            return;
        }
        let journal = std::mem::take(&mut self.journal);
        for &(route, _) in &journal.routes {
            let state = self.routes[route as usize];
            let mut at = state.first;
            for _ in 0..state.count {
                let after = self.nodes[at as usize].after;
                self.nodes[at as usize].route = NONE;
                at = after;
            }
            self.used[state.kind as usize] -= u32::from(state.count > 0);
        }
        for &(at, node) in &journal.nodes {
            self.nodes[at as usize] = node;
        }
        for (place, &(route, state)) in journal.routes.iter().enumerate() {
            self.routes[route as usize] = state;
            self.used[state.kind as usize] += u32::from(state.count > 0);
            let loads = &journal.loads[place * model.goods..][..model.goods];
            self.loads[route as usize * model.goods..][..model.goods].copy_from_slice(loads);
            self.release_if_empty(route);
            if model.durations && state.count > 0 {
                self.spans(model, route);
            }
        }
        self.cost = journal.cost;
        self.journal = journal;
        self.keep();
    }

    fn release_if_empty(&mut self, route: u32) {
        if self.routes[route as usize].count == 0 && !std::mem::replace(&mut self.is_free[route as usize], true) {
            self.free.push(route);
        }
    }

    /// Takes a client out of its route; the route must be [refreshed](Self::refresh) before it is read.
    pub(crate) fn unlink(&mut self, model: &Model, at: u32) {
        let Node { route, before, after, .. } = self.nodes[at as usize];
        self.touch(route);
        let state = &mut self.routes[route as usize];
        let kind = &model.kinds[state.kind as usize];
        let arc = model.tables[kind.table].distance(before as usize, after as usize);
        if (before as usize) < model.depots {
            state.first = after
        } else {
            self.nodes[before as usize].after = after
        }
        if (after as usize) < model.depots {
            state.last = before
        } else {
            self.nodes[after as usize].before = before
        }
        if before as usize >= model.depots {
            self.nodes[before as usize].arc_out = arc;
        }
        if after as usize >= model.depots {
            self.nodes[after as usize].arc_in = arc;
        }
        if state.count == 1 {
            self.used[state.kind as usize] -= 1;
        }
        state.count -= 1;
        self.nodes[at as usize].route = NONE;
        for (load, demand) in self.loads[route as usize * model.goods..].iter_mut().zip(model.demand_of(at as usize)) {
            *load -= demand;
        }
    }

    /// Puts a client behind `before` (a depot for the first place); to be refreshed afterwards.
    pub(crate) fn link(&mut self, model: &Model, at: u32, route: u32, before: u32) {
        self.touch(route);
        let state = &mut self.routes[route as usize];
        let kind = &model.kinds[state.kind as usize];
        let table = &model.tables[kind.table];
        let after = match () {
            () if state.count == 0 => kind.end,
            () if (before as usize) < model.depots => state.first,
            () => self.nodes[before as usize].after,
        };
        let before = if (before as usize) < model.depots { kind.start } else { before };
        let (arc_in, arc_out) =
            (table.distance(before as usize, at as usize), table.distance(at as usize, after as usize));
        if (before as usize) < model.depots {
            state.first = at;
        } else {
            let node = &mut self.nodes[before as usize];
            (node.after, node.arc_out) = (at, arc_in);
        }
        if (after as usize) < model.depots {
            state.last = at;
        } else {
            let node = &mut self.nodes[after as usize];
            (node.before, node.arc_in) = (at, arc_out);
        }
        if state.count == 0 {
            self.used[state.kind as usize] += 1;
        }
        state.count += 1;
        let node = &mut self.nodes[at as usize];
        (node.route, node.before, node.after) = (route, before, after);
        (node.arc_in, node.arc_out) = (arc_in, arc_out);
        for (load, demand) in self.loads[route as usize * model.goods..].iter_mut().zip(model.demand_of(at as usize)) {
            *load += demand;
        }
    }

    /// Lets another kind, which may have other depots and tables, drive a route; to be refreshed afterwards.
    pub(crate) fn relink(&mut self, model: &Model, route: u32, kind: u32, sequence: &[u32]) {
        self.touch(route);
        super::kinds::change_kind(self, route, kind);
        let kind = &model.kinds[kind as usize];
        let table = &model.tables[kind.table];
        for (place, &at) in sequence.iter().enumerate() {
            let before = if place == 0 { kind.start } else { sequence[place - 1] };
            let after = sequence.get(place + 1).copied().unwrap_or(kind.end);
            let node = &mut self.nodes[at as usize];
            (node.before, node.after) = (before, after);
            node.arc_in = table.distance(before as usize, at as usize);
            node.arc_out = table.distance(at as usize, after as usize);
        }
    }

    /// Works out a route anew after its links changed. `false` if it now breaks a limit other than its load, which can
    /// happen when clients leave it where ways do not keep the triangle inequality.
    pub(crate) fn refresh(&mut self, model: &Model, route: u32) -> bool {
        let mut state = self.routes[route as usize];
        self.cost -= state.cost;
        if state.count == 0 {
            self.routes[route as usize] = RouteState { kind: state.kind, ..EMPTY };
            self.release_if_empty(route);
            return true;
        }
        let kind = &model.kinds[state.kind as usize];
        let mut sound = self.walk(model, kind, &mut state);
        if model.timed {
            sound &= self.walk_back(model, kind, &state);
        }
        if model.durations {
            self.routes[route as usize] = state;
            state.duration = self.spans(model, route).unwrap_or(super::model::NEVER);
        }
        if model.exact {
            let mut sequence = std::mem::take(&mut self.scratch);
            sequence.clear();
            self.collect(&state, &mut sequence);
            state.duration = shortest_duration(model, kind, &sequence).unwrap_or(super::model::NEVER);
            self.scratch = sequence;
        }
        sound &= state.duration <= kind.duration_max && state.duration < super::model::NEVER;
        sound &= state.distance <= kind.distance_max && state.risk <= kind.risk_max;
        state.cost = if sound { kind.cost(state.distance, state.duration) } else { 0 };
        self.cost += state.cost;
        self.routes[route as usize] = state;
        sound
    }

    /// Distances, risks and earliest times from the front.
    fn walk(&mut self, model: &Model, kind: &Kind, state: &mut RouteState) -> bool {
        let table = &model.tables[kind.table];
        let (mut at, mut before, mut now) = (state.first, kind.start, kind.shift_open);
        let several = model.has_several_windows();
        let (mut distance, mut risk, mut sound) = (0_i64, 0, true);
        for position in 0..state.count {
            let node = &mut self.nodes[at as usize];
            node.position = position;
            distance += i64::from(node.arc_in);
            sound &= !table.forbids || node.arc_in != super::model::FORBIDDEN;
            if table.has_risk() {
                risk += table.risk(before as usize, at as usize);
            }
            if model.timed {
                let arrival = now + table.time_known(before as usize, at as usize, node.arc_in);
                sound &= arrival <= node.close;
                let begun = if several { model.begin(at as usize, arrival) } else { None };
                now = begun.unwrap_or(arrival.max(node.open)) + node.service;
                node.leave = now;
            }
            (before, at) = (at, node.after);
        }
        let last = self.nodes[state.last as usize].arc_out;
        sound &= !table.forbids || last != super::model::FORBIDDEN;
        if model.timed {
            sound &= now + table.time_known(before as usize, kind.end as usize, last) <= kind.shift_close;
        }
        state.distance = distance + i64::from(last);
        state.risk = risk + if table.has_risk() { table.risk(before as usize, kind.end as usize) } else { 0 };
        sound
    }

    /// Latest times from the back.
    fn walk_back(&mut self, model: &Model, kind: &Kind, state: &RouteState) -> bool {
        let table = &model.tables[kind.table];
        let (mut at, mut after, mut bound) = (state.last, kind.end, kind.shift_close);
        for _ in 0..state.count {
            let node = &mut self.nodes[at as usize];
            let begin = bound - table.time_known(at as usize, after as usize, node.arc_out) - node.service;
            let Some(latest) = model.latest(at as usize, begin) else { return false };
            node.latest = latest;
            (bound, after, at) = (latest, at, node.before);
        }
        true
    }

    /// Joined parts of a route from both ends; its shortest duration as far as single windows decide it.
    fn spans(&mut self, model: &Model, route: u32) -> Option<i64> {
        let state = self.routes[route as usize];
        let kind = &model.kinds[state.kind as usize];
        let table = &model.tables[kind.table];
        let own = |node: &Node| Span { duration: node.service, early: node.open, late: node.close };
        let (mut at, mut before, mut whole) = (state.first, kind.start, depot_span(kind));
        for _ in 0..state.count {
            let node = &self.nodes[at as usize];
            let travel = table.time_known(before as usize, at as usize, node.arc_in);
            whole = whole.join(travel, own(node))?;
            self.prefix[at as usize] = whole;
            (before, at) = (at, node.after);
        }
        let last = self.nodes[state.last as usize].arc_out;
        let duration =
            whole.join(table.time_known(before as usize, kind.end as usize, last), depot_span(kind))?.duration;
        let (mut at, mut after, mut whole) = (state.last, kind.end, depot_span(kind));
        for _ in 0..state.count {
            let node = &self.nodes[at as usize];
            whole = own(node).join(table.time_known(at as usize, after as usize, node.arc_out), whole)?;
            self.suffix[at as usize] = whole;
            (after, at) = (at, node.before);
        }
        Some(duration)
    }

    /// The clients of a route in order, as locations.
    pub(crate) fn collect(&self, state: &RouteState, into: &mut Vec<u32>) {
        let mut at = state.first;
        for _ in 0..state.count {
            into.push(at);
            at = self.nodes[at as usize].after;
        }
    }
}

fn depot_span(kind: &Kind) -> Span {
    Span { duration: 0, early: kind.shift_open, late: kind.shift_close }
}
