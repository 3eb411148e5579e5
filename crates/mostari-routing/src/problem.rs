//! What is to be routed: clients, depots, vehicles, and the tables between locations. Plain data, all in whole numbers.
//!
//! A **location** is a number: depots come first (`0 .. depots_count`), then the clients in their order, so that client
//! `c` stands at location `depots_count + c`. Units are the caller's: one unit for all times (windows, service,
//! durations, releases), one for distances, one for costs, one for each good, one for risk.

use crate::matrix::Matrix;
use serde::{Deserialize, Serialize};

/// A time span in which a service may begin, both ends allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The first moment.
    pub open: i64,
    /// The last moment; never before `open`.
    pub close: i64,
}

/// The latest moment that a window, a release or a duration may name.
pub const TIME_MAX: i64 = 1 << 50;

impl Window {
    /// Always open.
    pub const ALWAYS: Self = Self { open: 0, close: TIME_MAX };
}

/// A point that wants goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Client {
    /// How much of each good; as many as `Problem::goods_count`.
    pub demand: Vec<i64>,
    /// Time spent there.
    pub service_time: i64,
    /// When service may begin, in order and apart from each other; at least one. A vehicle that is early waits.
    pub windows: Vec<Window>,
    /// No vehicle that carries these goods leaves its depot before.
    pub release: i64,
    /// What it is worth to serve this client, in cost; `None` for a client that must be served.
    pub prize: Option<i64>,
}

/// Vehicles that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VehicleType {
    /// How many there are.
    pub count: u32,
    /// How much of each good fits.
    pub capacity: Vec<i64>,
    /// The depot where routes begin.
    pub start_depot: u32,
    /// The depot where routes end.
    pub end_depot: u32,
    /// Cost of using one at all.
    pub fixed_cost: i64,
    /// Cost of a unit of distance.
    pub unit_distance_cost: i64,
    /// Cost of a unit of duration, waiting and service included.
    pub unit_duration_cost: i64,
    /// Routes begin and end within.
    pub shift: Window,
    /// The longest distance of a route.
    pub distance_max: Option<i64>,
    /// The longest duration of a route from departure to return; the departure is free within the shift.
    pub duration_max: Option<i64>,
    /// The highest risk of a route, as the sum over its arcs.
    pub risk_max: Option<i64>,
    /// Which tables this type moves by.
    pub profile: u32,
    /// Clients that this type may not serve (by number of the client), in ascending order.
    pub barred_clients: Vec<u32>,
}

/// The tables by which a type of vehicle moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Distance between locations.
    pub distance: Matrix,
    /// Travel time between locations; `None` where it equals the distance.
    pub duration: Option<Matrix>,
    /// Risk between locations; `None` where there is none.
    pub risk: Option<Matrix>,
    /// Arcs (from, to) that may not be driven, such as a bridge that does not bear the vehicle; ascending.
    pub forbidden_arcs: Vec<(u32, u32)>,
}

impl Profile {
    /// Travel time from one location to another.
    pub fn travel_time(&self, from: usize, to: usize) -> i64 {
        self.duration.as_ref().unwrap_or(&self.distance).get(from, to)
    }

    /// Whether the arc may not be driven.
    pub fn is_forbidden(&self, from: usize, to: usize) -> bool {
        let arc = (u32::try_from(from).unwrap_or(u32::MAX), u32::try_from(to).unwrap_or(u32::MAX));
        self.forbidden_arcs.binary_search(&arc).is_ok()
    }
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// How many goods there are.
    pub goods_count: usize,
    /// How many depots there are; they are the first locations.
    pub depots_count: usize,
    /// The clients, at the locations after the depots.
    pub clients: Vec<Client>,
    /// The vehicles.
    pub vehicle_types: Vec<VehicleType>,
    /// The tables, named by number in [`VehicleType::profile`].
    pub profiles: Vec<Profile>,
}

/// One vehicle's way: its clients (by number of the client) in order, from its type's start depot to its end depot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Route {
    /// The type of the vehicle.
    pub vehicle_type: u32,
    /// The clients in order.
    pub clients: Vec<u32>,
}

/// Who is served by whom, and who is not.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Solution {
    /// The routes; none is empty.
    pub routes: Vec<Route>,
    /// Clients on no route, ascending.
    pub unserved: Vec<u32>,
}

/// Why a problem cannot be routed as it stands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemError {
    /// A matrix of the wrong size.
    #[error("a matrix of {expected} values is wanted and {found} are given")]
    MatrixShape {
        /// Values wanted.
        expected: usize,
        /// Values given.
        found: usize,
    },
    /// A value that is negative or too large.
    #[error("the value {value} of an arc is not between 0 and {max}", max = crate::matrix::ARC_MAX)]
    MatrixValue {
        /// The value.
        value: i64,
    },
    /// A client whose data do not fit.
    #[error("client {client}: {what}")]
    Client {
        /// Which.
        client: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// A vehicle type whose data do not fit.
    #[error("vehicle type {vehicle_type}: {what}")]
    VehicleType {
        /// Which.
        vehicle_type: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// Costs so large that their sum could pass what a whole number holds.
    #[error("costs, distances and times are so large that their sum could overflow; choose larger units")]
    CostOverflow,
    /// Nothing to route with.
    #[error("the problem has no {what}")]
    Missing {
        /// What is missing.
        what: &'static str,
    },
}

impl Problem {
    /// The location of a client.
    pub fn location(&self, client: usize) -> usize {
        self.depots_count + client
    }

    /// Whether all numbers fit together.
    ///
    /// # Errors
    /// The first [`ProblemError`] in the order of the data.
    pub fn validate(&self) -> Result<(), ProblemError> {
        let missing = |what| Err(ProblemError::Missing { what });
        if self.depots_count == 0 {
            return missing("depot");
        }
        if self.vehicle_types.is_empty() {
            return missing("vehicle type");
        }
        let side = self.depots_count + self.clients.len();
        for profile in &self.profiles {
            let tables = [Some(&profile.distance), profile.duration.as_ref(), profile.risk.as_ref()];
            for table in tables.into_iter().flatten() {
                if table.side() != side {
                    return Err(ProblemError::MatrixShape { expected: side * side, found: table.side().pow(2) });
                }
            }
        }
        self.clients.iter().enumerate().try_for_each(|(number, client)| {
            self.client_fault(client).map_or(Ok(()), |what| Err(ProblemError::Client { client: number, what }))
        })?;
        self.vehicle_types.iter().enumerate().try_for_each(|(number, kind)| {
            self.type_fault(kind).map_or(Ok(()), |what| Err(ProblemError::VehicleType { vehicle_type: number, what }))
        })?;
        if self.cost_bound() < 1 << 56 { Ok(()) } else { Err(ProblemError::CostOverflow) }
    }

    /// More than any solution costs: each client on the dearest vehicle of its own that waits for the last window.
    fn cost_bound(&self) -> i128 {
        let most = |of: fn(&VehicleType) -> i64| i128::from(self.vehicle_types.iter().map(of).max().unwrap_or(0));
        let arc = |profile: &Profile| {
            let duration = profile.duration.as_ref().unwrap_or(&profile.distance);
            (profile.distance.largest(), duration.largest())
        };
        let arcs = self.profiles.iter().map(arc).fold((0, 0), |a, b| (a.0.max(b.0), a.1.max(b.1)));
        let count = self.clients.len() as i128;
        let opens = self.clients.iter().flat_map(|client| &client.windows).map(|window| window.open).max();
        let waits = opens.unwrap_or(0) + self.clients.iter().map(|client| client.release).max().unwrap_or(0);
        let services: i64 = self.clients.iter().map(|client| client.service_time).sum();
        let duration = i128::from(waits) + i128::from(services) + (count + 1) * i128::from(arcs.1);
        let prizes: i64 = self.clients.iter().filter_map(|client| client.prize).sum();
        let vehicle = most(|it| it.fixed_cost)
            + 2 * i128::from(arcs.0) * most(|it| it.unit_distance_cost)
            + duration * most(|it| it.unit_duration_cost);
        count * vehicle + i128::from(prizes)
    }

    fn client_fault(&self, client: &Client) -> Option<&'static str> {
        let in_order = client.windows.windows(2).all(|pair| pair[0].close < pair[1].open);
        let sound = client.windows.iter().all(|window| window.open <= window.close && in_time(window));
        match () {
            () if client.demand.len() != self.goods_count => Some("a demand for each good is wanted"),
            () if client.demand.iter().any(|&it| !in_range(it)) => Some("a demand is negative or too large"),
            () if client.windows.is_empty() => Some("at least one window is wanted"),
            () if !sound || !in_order => Some("windows must be in order, apart, and within the allowed times"),
            () if !in_range(client.service_time) => Some("the service time is negative or too large"),
            () if !(0..=TIME_MAX).contains(&client.release) => Some("the release is negative or too late"),
            () if client.prize.is_some_and(|prize| !in_range(prize)) => Some("the prize is negative or too large"),
            () => None,
        }
    }

    fn type_fault(&self, kind: &VehicleType) -> Option<&'static str> {
        let depot = |number: u32| (number as usize) < self.depots_count;
        let costs = [kind.fixed_cost, kind.unit_distance_cost, kind.unit_duration_cost];
        let limits = [kind.distance_max, kind.duration_max, kind.risk_max];
        let barred = &kind.barred_clients;
        let known = barred.last().is_none_or(|&it| (it as usize) < self.clients.len());
        match () {
            () if kind.capacity.len() != self.goods_count => Some("a capacity for each good is wanted"),
            () if kind.capacity.iter().any(|&it| it < 0) => Some("a capacity is negative"),
            () if !depot(kind.start_depot) || !depot(kind.end_depot) => Some("a depot does not exist"),
            () if costs.iter().any(|&it| !in_range(it)) => Some("a cost is negative or too large"),
            () if kind.shift.open > kind.shift.close || !in_time(&kind.shift) => Some("the shift is not a time span"),
            () if limits.iter().flatten().any(|&it| it < 0) => Some("a limit is negative"),
            () if kind.profile as usize >= self.profiles.len() => Some("its profile does not exist"),
            () if !known || barred.windows(2).any(|pair| pair[0] >= pair[1]) => {
                Some("barred clients must exist and be in ascending order")
            }
            () => None,
        }
    }
}

/// Costs, loads and times that sums over a hundred thousand clients cannot overflow.
fn in_range(value: i64) -> bool {
    (0..=(1 << 40)).contains(&value)
}

fn in_time(window: &Window) -> bool {
    window.open >= 0 && window.close <= TIME_MAX
}
