//! The problem as the search wants it: flat tables by location, neighbours, kinds of vehicles.

use crate::problem::{Problem, VehicleType, Window};

/// The value of an arc that may not be driven.
pub(crate) const FORBIDDEN: i32 = i32::MAX;
/// A cost that nothing reaches.
pub(crate) const NEVER: i64 = i64::MAX / 4;
/// How many near clients of each client are looked at.
const NEIGHBOURS_MAX: usize = 100;
/// What a unit of waiting weighs beside a unit of travel when clients are called near (as in PyVRP 0.14).
const WAIT_WEIGHT: f64 = 0.2;

/// What a location asks of time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stop {
    pub open: i64,
    pub close: i64,
    pub service: i64,
}

/// A type of vehicle.
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub count: u32,
    pub start: u32,
    pub end: u32,
    pub fixed: i64,
    pub unit_distance: i64,
    pub unit_duration: i64,
    pub shift_open: i64,
    pub shift_close: i64,
    pub distance_max: i64,
    pub duration_max: i64,
    pub risk_max: i64,
    pub table: usize,
    pub capacity: Vec<i64>,
    /// Kinds (this one too) that differ in number, capacity and costs alone, so that one can take over from another.
    pub alike: Vec<u32>,
    /// The largest capacity among those, good by good.
    pub capacity_alike: Vec<i64>,
    /// By location; empty where nothing is barred.
    pub barred: Vec<bool>,
}

/// The tables of a profile.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    side: usize,
    distance: Vec<i32>,
    /// Transposed; empty where the distance is symmetric.
    distance_to: Vec<i32>,
    duration: Vec<i32>,
    risk: Vec<i32>,
    pub forbids: bool,
}

/// The whole problem.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub depots: usize,
    /// Depots and clients.
    pub side: usize,
    pub goods: usize,
    pub demand: Vec<i64>,
    pub stops: Vec<Stop>,
    pub release: Vec<i64>,
    /// The prize of optional clients, by location.
    pub prize: Vec<Option<i64>>,
    pub kinds: Vec<Kind>,
    pub tables: Vec<Table>,
    /// The least cost of a unit of distance where all kinds share one table: a bound for detours.
    pub unit_least: Option<i64>,
    /// Near clients of each location, nearest first.
    pub neighbours: Vec<Vec<u32>>,
    /// Whether time can forbid anything.
    pub timed: bool,
    /// Whether the duration of a route is limited or costs anything.
    pub durations: bool,
    /// Whether durations need [`super::timing::shortest_duration`]: several windows, or releases.
    pub exact: bool,
    several_windows: Vec<Vec<Window>>,
}

impl Table {
    fn new(profile: &crate::problem::Profile) -> Self {
        let side = profile.distance.side();
        let mut distance = profile.distance.values().to_vec();
        for &(from, to) in &profile.forbidden_arcs {
            if (from as usize) < side && (to as usize) < side {
                distance[from as usize * side + to as usize] = FORBIDDEN;
            }
        }
        let symmetric = (0..side).all(|a| (0..a).all(|b| distance[a * side + b] == distance[b * side + a]));
        let transposed = || (0..side * side).map(|at| distance[(at % side) * side + at / side]).collect();
        let distance_to = if symmetric { Vec::new() } else { transposed() };
        let duration = profile.duration.as_ref().filter(|it| it.values() != profile.distance.values());
        // With forbidden arcs the distances carry marks, so that travel times stand apart.
        let marked = !profile.forbidden_arcs.is_empty();
        let duration = duration.or(marked.then_some(profile.duration.as_ref().unwrap_or(&profile.distance)));
        Self {
            side,
            distance_to,
            duration: duration.map(|it| it.values().to_vec()).unwrap_or_default(),
            risk: profile.risk.as_ref().map(|it| it.values().to_vec()).unwrap_or_default(),
            forbids: !profile.forbidden_arcs.is_empty(),
            distance,
        }
    }

    #[inline]
    pub(crate) fn distance(&self, from: usize, to: usize) -> i32 {
        self.distance[from * self.side + to]
    }

    /// Distances from a location.
    #[inline]
    pub(crate) fn from(&self, from: usize) -> &[i32] {
        &self.distance[from * self.side..][..self.side]
    }

    /// Distances to a location.
    #[inline]
    pub(crate) fn to(&self, to: usize) -> &[i32] {
        let table = if self.distance_to.is_empty() { &self.distance } else { &self.distance_to };
        &table[to * self.side..][..self.side]
    }

    #[inline]
    pub(crate) fn time(&self, from: usize, to: usize) -> i64 {
        let table = if self.duration.is_empty() { &self.distance } else { &self.duration };
        i64::from(table[from * self.side + to])
    }

    /// Travel time where the distance is known already.
    #[inline]
    pub(crate) fn time_known(&self, from: usize, to: usize, distance: i32) -> i64 {
        if self.duration.is_empty() { i64::from(distance) } else { self.time(from, to) }
    }

    fn time_max(&self) -> i64 {
        let table = if self.duration.is_empty() { &self.distance } else { &self.duration };
        table.iter().map(|&it| i64::from(it)).max().unwrap_or(0)
    }

    #[inline]
    pub(crate) fn risk(&self, from: usize, to: usize) -> i64 {
        self.risk.get(from * self.side + to).map_or(0, |&it| i64::from(it))
    }

    #[inline]
    pub(crate) fn has_risk(&self) -> bool {
        !self.risk.is_empty()
    }
}

impl Model {
    /// Compiles a problem that was validated.
    pub(crate) fn new(problem: &Problem) -> Self {
        let (depots, side) = (problem.depots_count, problem.depots_count + problem.clients.len());
        let anything = Stop { open: 0, close: crate::problem::TIME_MAX, service: 0 };
        let stop = |client: &crate::problem::Client| Stop {
            open: client.windows[0].open,
            close: client.windows[client.windows.len() - 1].close,
            service: client.service_time,
        };
        let stops: Vec<Stop> = (0..depots).map(|_| anything).chain(problem.clients.iter().map(stop)).collect();
        let several = problem.clients.iter().any(|client| client.windows.len() > 1);
        let releases = problem.clients.iter().any(|client| client.release > 0);
        let durations =
            problem.vehicle_types.iter().any(|kind| kind.duration_max.is_some() || kind.unit_duration_cost > 0);
        let windows = |at: usize| problem.clients[at].windows.clone();
        let mut model = Self {
            depots,
            side,
            goods: problem.goods_count,
            demand: padded(depots, problem, |client| client.demand.clone()),
            stops,
            release: padded_one(depots, problem, |client| client.release),
            prize: padded_one(depots, problem, |client| client.prize),
            kinds: problem.vehicle_types.iter().map(|kind| Kind::new(kind, problem)).collect(),
            tables: problem.profiles.iter().map(Table::new).collect(),
            unit_least: None,
            neighbours: Vec::new(),
            timed: true,
            durations,
            exact: releases || (several && durations),
            several_windows: if several { (0..problem.clients.len()).map(windows).collect() } else { Vec::new() },
        };
        model.timed = model.can_be_late() || releases;
        if model.tables.len() == 1 {
            model.unit_least = model.kinds.iter().map(|kind| kind.unit_distance).min();
        }
        model.neighbours = (0..side).map(|at| model.near(at)).collect();
        model
    }

    /// Whether a route through all clients at the slowest could break a window or a shift.
    fn can_be_late(&self) -> bool {
        let longest = self.tables.iter().map(Table::time_max).max().unwrap_or(0);
        let services: i64 = self.stops.iter().map(|stop| stop.service).sum();
        let opens = self.stops.iter().map(|stop| stop.open).max().unwrap_or(0);
        let starts = self.kinds.iter().map(|kind| kind.shift_open).max().unwrap_or(0);
        let latest = opens.max(starts) + services + longest * (self.side as i64 + 1);
        let closes = self.stops.iter().map(|stop| stop.close).chain(self.kinds.iter().map(|kind| kind.shift_close));
        closes.min().is_some_and(|close| close < latest)
    }

    /// The nearest clients of a location: by travel, waiting and lateness that cannot be avoided, in the better direction.
    fn near(&self, at: usize) -> Vec<u32> {
        let table = &self.tables[0];
        // Whole rows, for a column of a large table is far apart in memory.
        let (rows_from, rows_to) = (table.from(at), table.to(at));
        let one_way = |from: usize, to: usize, distance: i32| {
            let mut far = f64::from(distance);
            if self.timed {
                let (a, b) = (self.stops[from], self.stops[to]);
                let travel = table.time_known(from, to, distance);
                far += WAIT_WEIGHT * (b.open - travel - a.service - a.close).max(0) as f64;
                far += (a.open + a.service + travel - b.close).max(0) as f64;
            }
            far
        };
        let others = (self.depots..self.side).filter(|&other| other != at);
        let far = |it: usize| one_way(at, it, rows_from[it]).min(one_way(it, at, rows_to[it]));
        let mut near: Vec<(f64, u32)> = others.map(|it| (far(it), it as u32)).collect();
        let nearer = |a: &(f64, u32), b: &(f64, u32)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
        if near.len() > NEIGHBOURS_MAX {
            near.select_nth_unstable_by(NEIGHBOURS_MAX, nearer);
            near.truncate(NEIGHBOURS_MAX);
        }
        near.sort_by(nearer);
        near.into_iter().map(|(_, it)| it).collect()
    }

    pub(crate) fn has_several_windows(&self) -> bool {
        !self.several_windows.is_empty()
    }

    /// When service begins for somebody who arrives then; `None` if too late.
    #[inline]
    pub(crate) fn begin(&self, stop: usize, arrival: i64) -> Option<i64> {
        if !self.several_windows.is_empty() && stop >= self.depots {
            let windows = &self.several_windows[stop - self.depots];
            return windows.iter().find(|it| arrival <= it.close).map(|it| arrival.max(it.open));
        }
        let limits = &self.stops[stop];
        (arrival <= limits.close).then_some(arrival.max(limits.open))
    }

    /// The latest arrival from which service still begins by `bound`.
    #[inline]
    pub(crate) fn latest(&self, stop: usize, bound: i64) -> Option<i64> {
        if !self.several_windows.is_empty() && stop >= self.depots {
            let windows = &self.several_windows[stop - self.depots];
            return windows.iter().rev().find(|it| it.open <= bound).map(|it| bound.min(it.close));
        }
        let limits = &self.stops[stop];
        (limits.open <= bound).then_some(bound.min(limits.close))
    }

    /// The windows of a client's location.
    pub(crate) fn windows_of(&self, stop: usize) -> Vec<Window> {
        match self.several_windows.get(stop.wrapping_sub(self.depots)) {
            Some(windows) => windows.clone(),
            None => vec![Window { open: self.stops[stop].open, close: self.stops[stop].close }],
        }
    }

    #[inline]
    pub(crate) fn demand_of(&self, stop: usize) -> &[i64] {
        &self.demand[stop * self.goods..][..self.goods]
    }
}

impl Kind {
    fn new(kind: &VehicleType, problem: &Problem) -> Self {
        let mut barred = Vec::new();
        if !kind.barred_clients.is_empty() {
            barred = vec![false; problem.depots_count + problem.clients.len()];
            kind.barred_clients.iter().for_each(|&client| barred[problem.location(client as usize)] = true);
        }
        let bare = |it: &VehicleType| VehicleType {
            count: 0,
            capacity: Vec::new(),
            fixed_cost: 0,
            unit_distance_cost: 0,
            unit_duration_cost: 0,
            ..it.clone()
        };
        let all = problem.vehicle_types.iter().enumerate();
        let alike: Vec<u32> = all.filter(|(_, it)| bare(it) == bare(kind)).map(|(at, _)| at as u32).collect();
        let largest =
            |good: usize| alike.iter().map(|&at| problem.vehicle_types[at as usize].capacity[good]).max().unwrap_or(0);
        let unlimited = |limit: Option<i64>| limit.unwrap_or(NEVER);
        Self {
            count: kind.count,
            start: kind.start_depot,
            end: kind.end_depot,
            fixed: kind.fixed_cost,
            unit_distance: kind.unit_distance_cost,
            unit_duration: kind.unit_duration_cost,
            shift_open: kind.shift.open,
            shift_close: kind.shift.close,
            distance_max: unlimited(kind.distance_max),
            duration_max: unlimited(kind.duration_max),
            risk_max: unlimited(kind.risk_max),
            table: kind.profile as usize,
            capacity: kind.capacity.clone(),
            capacity_alike: (0..problem.goods_count).map(largest).collect(),
            alike,
            barred,
        }
    }

    #[inline]
    pub(crate) fn is_barred(&self, stop: usize) -> bool {
        !self.barred.is_empty() && self.barred[stop]
    }

    #[inline]
    pub(crate) fn cost(&self, distance: i64, duration: i64) -> i64 {
        self.fixed + self.unit_distance * distance + self.unit_duration * duration
    }
}

fn padded(depots: usize, problem: &Problem, of: impl Fn(&crate::problem::Client) -> Vec<i64>) -> Vec<i64> {
    let none = std::iter::repeat_n(0, depots * problem.goods_count);
    none.chain(problem.clients.iter().flat_map(of)).collect()
}

fn padded_one<T: Default + Clone>(
    depots: usize,
    problem: &Problem,
    of: impl Fn(&crate::problem::Client) -> T,
) -> Vec<T> {
    std::iter::repeat_n(T::default(), depots).chain(problem.clients.iter().map(of)).collect()
}
