//! The problem in the tables of `mostari_routing`: metres, seconds, and a whole cost of which a cent is [`CENT`].

use super::ConvoyError;
use crate::mission::Ways;
use crate::problem::convoys::{Closed, ConvoyProblem, Demand, NoEntry, STOP_MINUTES, Vehicle};
use mostari_model::AreaId;
use mostari_routing::Matrix;
use mostari_routing::problem::{Client, Problem, Profile, VehicleType, Window};
use mostari_routing::split;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Units of cost in a hundredth of the currency: chosen so that a cent for a kilometre is a whole number for a metre, and
/// a cent for an hour one for a second.
const CENT: f64 = 36_000.0;

/// What is taken not to hold, to see whether it is the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lifted {
    Nothing,
    /// One of what is closed.
    Closed(usize),
    /// A caveat of a vehicle: positions of both.
    Caveat(usize, usize),
    /// Everything that is closed, and every caveat.
    All,
}

/// What does not change when something is lifted.
pub(super) struct Tables {
    /// The place of each depot.
    pub place_of_depot: Vec<usize>,
    /// The place of each demand.
    place_of_demand: Vec<usize>,
    /// Demands in parts that vehicles carry.
    clients: Vec<Client>,
    /// The demand of each part.
    pub demand_of: Vec<u32>,
}

impl Tables {
    /// Demands that no vehicle carries at once are split into parts.
    pub fn of(problem: &ConvoyProblem) -> Result<Self, ConvoyError> {
        let find = |area| problem.ground.find(area).expect("validated");
        let mut tables = Self {
            place_of_depot: problem.depots.iter().map(|depot| find(&depot.area)).collect(),
            place_of_demand: problem.demands.iter().map(|demand| find(&demand.area)).collect(),
            clients: Vec::new(),
            demand_of: Vec::new(),
        };
        let client = |demand: &Demand| Client {
            demand: problem.goods.iter().map(|good| demand.goods.get(&good.id).copied().unwrap_or(0)).collect(),
            service_time: (demand.minutes.unwrap_or(STOP_MINUTES) * 60.0).round() as i64,
            windows: vec![Window::ALWAYS],
            release: 0,
            prize: demand.worth.map(|worth| (worth * 100.0 * CENT).round() as i64),
        };
        let whole = Problem {
            goods_count: problem.goods.len(),
            depots_count: problem.depots.len(),
            clients: problem.demands.iter().map(client).collect(),
            vehicle_types: problem.vehicles.iter().map(|vehicle| tables.kind(problem, vehicle, 0)).collect(),
            profiles: vec![Profile {
                distance: Matrix::from_arcs(problem.depots.len() + problem.demands.len(), |_, _| 0)?,
                duration: None,
                risk: None,
                forbidden_arcs: Vec::new(),
            }],
        };
        let parts = split::split(&whole, 1_000)?;
        tables.clients = parts.problem.clients;
        tables.demand_of = parts.client_of;
        Ok(tables)
    }

    /// The depot's number of a vehicle.
    pub fn depot_of(&self, problem: &ConvoyProblem, vehicle: &Vehicle) -> usize {
        problem.depots.iter().position(|depot| depot.id == vehicle.depot).expect("validated")
    }

    /// Where a part is wanted.
    pub fn place_of_client(&self, client: usize) -> usize {
        self.place_of_demand[self.demand_of[client] as usize]
    }

    fn places(&self) -> Vec<usize> {
        let clients = (0..self.clients.len()).map(|client| self.place_of_client(client));
        self.place_of_depot.iter().copied().chain(clients).collect()
    }

    /// The ways of a vehicle, by its position, from every place where something stands.
    pub fn ways(&self, problem: &ConvoyProblem, vehicle: usize, lifted: Lifted) -> BTreeMap<usize, Ways> {
        self.ways_within(problem, &Limits::of(problem, vehicle, lifted))
    }

    fn ways_within(&self, problem: &ConvoyProblem, limits: &Limits) -> BTreeMap<usize, Ways> {
        let (may_pass, may_cross) = (|at: usize| limits.may_pass(at), |a: usize, b: usize| limits.may_cross(a, b));
        let way = |at: usize| (at, Ways::from(&problem.ground, at, problem.detour, &may_pass, &may_cross));
        self.places().into_iter().collect::<BTreeSet<usize>>().into_par_iter().map(way).collect()
    }

    /// The whole problem, with something lifted.
    pub fn problem(&self, problem: &ConvoyProblem, lifted: Lifted) -> Result<Problem, ConvoyError> {
        let places = self.places();
        let mut profiles = Vec::new();
        let mut vehicle_types = Vec::new();
        for (number, vehicle) in problem.vehicles.iter().enumerate() {
            let limits = Limits::of(problem, number, lifted);
            let ways = self.ways_within(problem, &limits);
            let metres = |from: usize, to: usize| {
                let is_there = !limits.is_closed[places[from]] && !limits.is_closed[places[to]];
                ways[&places[from]].metres[places[to]].filter(|_| is_there)
            };
            // What cannot be driven still needs a number in the table.
            let straight = |from: usize, to: usize| problem.ground.straight_m(places[from], places[to]).round() as i64;
            let long = |from: usize, to: usize| metres(from, to).map_or_else(|| straight(from, to), |it| it as i64);
            let seconds = |from, to| (long(from, to) as f64 / vehicle.speed_kmh * 3.6).round() as i64;
            let arcs = (0..places.len()).flat_map(|from| (0..places.len()).map(move |to| (from, to)));
            let forbidden = arcs.filter(|(from, to)| metres(*from, *to).is_none());
            profiles.push(Profile {
                distance: Matrix::from_arcs(places.len(), long)?,
                duration: Some(Matrix::from_arcs(places.len(), seconds)?),
                risk: None,
                forbidden_arcs: forbidden.map(|(from, to)| (from as u32, to as u32)).collect(),
            });
            let barred = (0..self.clients.len()).filter(|client| limits.is_barred[self.place_of_client(*client)]);
            let barred_clients = barred.map(|client| client as u32).collect();
            vehicle_types.push(VehicleType { barred_clients, ..self.kind(problem, vehicle, number as u32) });
        }
        let routed = Problem {
            goods_count: problem.goods.len(),
            depots_count: problem.depots.len(),
            clients: self.clients.clone(),
            vehicle_types,
            profiles,
        };
        routed.validate()?;
        Ok(routed)
    }

    fn kind(&self, problem: &ConvoyProblem, vehicle: &Vehicle, profile: u32) -> VehicleType {
        let depot = self.depot_of(problem, vehicle) as u32;
        let cost = |major: f64, units: f64| (major * 100.0 * units).round() as i64;
        VehicleType {
            count: vehicle.count,
            capacity: problem.goods.iter().map(|good| vehicle.capacity.get(&good.id).copied().unwrap_or(0)).collect(),
            start_depot: depot,
            end_depot: depot,
            fixed_cost: cost(vehicle.cost_fixed, CENT),
            unit_distance_cost: cost(vehicle.cost_per_km, CENT / 1_000.0),
            unit_duration_cost: cost(vehicle.cost_per_hour, CENT / 3_600.0),
            shift: Window::ALWAYS,
            distance_max: None,
            duration_max: vehicle.hours_max.map(|hours| (hours * 3_600.0).round() as i64),
            risk_max: None,
            profile,
            barred_clients: Vec::new(),
        }
    }
}

/// A cost of the tables in the currency.
pub(super) fn in_currency(cost: i64) -> f64 {
    cost as f64 / (100.0 * CENT)
}

/// Where a vehicle does not go, by place.
struct Limits {
    is_closed: Vec<bool>,
    is_barred: Vec<bool>,
    /// On either side of each passage that is closed.
    shut: Vec<[Vec<bool>; 2]>,
}

impl Limits {
    fn of(problem: &ConvoyProblem, vehicle: usize, lifted: Lifted) -> Self {
        let ground = &problem.ground;
        let within = |areas: &[AreaId]| -> Vec<bool> {
            (0..ground.places.len()).map(|at| ground.is_within(at, areas)).collect()
        };
        let holds = |(at, _): &(usize, &Closed)| lifted != Lifted::All && lifted != Lifted::Closed(*at);
        let closed: Vec<&Closed> = problem.closed.iter().enumerate().filter(holds).map(|(_, closed)| closed).collect();
        let areas: Vec<AreaId> = closed.iter().filter_map(|closed| closed.area.clone()).collect();
        let between = closed.iter().filter_map(|closed| closed.between.as_ref());
        let binds = |(at, _): &(usize, &NoEntry)| lifted != Lifted::All && lifted != Lifted::Caveat(vehicle, *at);
        let caveats = problem.vehicles[vehicle].caveats.iter().enumerate().filter(binds);
        let barred: Vec<AreaId> = caveats.flat_map(|(_, caveat)| caveat.areas.clone()).collect();
        Self {
            shut: between.map(|[one, other]| [one, other].map(|area| within(std::slice::from_ref(area)))).collect(),
            is_closed: within(&areas),
            is_barred: within(&barred),
        }
    }

    fn may_pass(&self, at: usize) -> bool {
        !self.is_closed[at] && !self.is_barred[at]
    }

    fn may_cross(&self, from: usize, to: usize) -> bool {
        !self.shut.iter().any(|[one, other]| (one[from] && other[to]) || (one[to] && other[from]))
    }
}
