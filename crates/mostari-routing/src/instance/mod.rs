//! Standard instance files: VRPLIB with the extensions for several depots, windows and mixed fleets, and `.sol` files.
//!
//! ```text
//! NAME : tiny                     NODE_COORD_SECTION     DEMAND_SECTION     DEPOT_SECTION
//! TYPE : CVRP                     1 0 0                  1 0                1
//! DIMENSION : 3                   2 3 4                  2 5                -1
//! EDGE_WEIGHT_TYPE : EUC_2D       3 6 8                  3 5                EOF
//! CAPACITY : 10
//! ```
//!
//! Coordinates are real numbers and costs are whole ones, so each family of instances has its own [`Rounding`]; a best
//! known value means nothing without it. Costs in files of mixed fleets stand on several scales: [`published_scale`]
//! finds the scale from the routes themselves.

mod sections;
mod solution;

use crate::matrix::Matrix;
use crate::problem::{Client, Problem, ProblemError, Profile, VehicleType, Window};
use sections::Sections;
pub use solution::{PublishedSolution, published_scale, read_solution, write_solution};

/// How a real number of the file becomes a whole one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest whole number: the CVRP sets of CVRPLIB.
    Nearest,
    /// To tenths, the rest cut off: windows after the rule of the DIMACS challenge of 2021.
    TenthsDown,
    /// To the nearest thousandth: multi-depot and mixed-fleet sets.
    Thousandths,
}

impl Rounding {
    /// What is usual for a `TYPE` of instance.
    pub fn usual(kind: &str) -> Self {
        match kind {
            "CVRP" => Self::Nearest,
            "VRPTW" => Self::TenthsDown,
            _ => Self::Thousandths,
        }
    }

    /// Whole units in one unit of the file.
    pub fn scale(self) -> i64 {
        match self {
            Self::Nearest => 1,
            Self::TenthsDown => 10,
            Self::Thousandths => 1000,
        }
    }

    fn round(self, value: f64) -> i64 {
        match self {
            Self::Nearest => value.round() as i64,
            Self::TenthsDown => (10.0 * value).floor() as i64,
            Self::Thousandths => (1000.0 * value).round() as i64,
        }
    }
}

/// An instance as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// As the file calls itself.
    pub name: String,
    /// `TYPE` of the file, such as `VRPTW`.
    pub kind: String,
    /// The rounding applied.
    pub rounding: Rounding,
    /// The problem.
    pub problem: Problem,
    /// The type of each vehicle as the file lists them, so that routes of a solution file can be matched.
    pub vehicle_type_of: Vec<u32>,
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InstanceError {
    /// A word or a section that the file should have.
    #[error("the file has no `{what}`")]
    Missing {
        /// Which.
        what: &'static str,
    },
    /// A section that we do not understand; it could change what is allowed, so the file is refused.
    #[error("line {line}: cannot understand `{text}`")]
    Unknown {
        /// Where.
        line: usize,
        /// What stands there.
        text: String,
    },
    /// A section whose rows do not fit.
    #[error("section `{section}`: {what}")]
    Section {
        /// Which.
        section: String,
        /// What is wrong.
        what: &'static str,
    },
    /// Sound text, unsound numbers.
    #[error("the instance is not a problem that can be routed")]
    Problem(#[source] ProblemError),
}

/// More locations or vehicles than this are taken for a slip of the pen, before memory is asked for.
const LISTED_MAX: usize = 1_000_000;

/// Reads an instance with the rounding that is usual for its type.
///
/// # Errors
/// [`InstanceError`], the first met.
pub fn read(text: &str) -> Result<Instance, InstanceError> {
    let sections = Sections::read(text)?;
    let rounding = Rounding::usual(sections.word("TYPE").unwrap_or_default());
    build(&sections, rounding)
}

/// Reads an instance with a given rounding.
///
/// # Errors
/// [`InstanceError`], the first met.
pub fn read_rounded(text: &str, rounding: Rounding) -> Result<Instance, InstanceError> {
    build(&Sections::read(text)?, rounding)
}

fn build(sections: &Sections, rounding: Rounding) -> Result<Instance, InstanceError> {
    let side = sections.whole("DIMENSION")?.ok_or(InstanceError::Missing { what: "DIMENSION" })?;
    let side = usize::try_from(side).ok().filter(|&side| side <= LISTED_MAX);
    let side = side.ok_or_else(|| sections.fault("DIMENSION", "the number is negative or too large"))?;
    let depots_count = depots_count(sections)?;
    if depots_count > side {
        return Err(sections.fault("DEPOT_SECTION", "there are more depots than locations"));
    }
    let distance = distances(sections, side, rounding)?;
    let clients = clients(sections, side, depots_count, rounding)?;
    let (vehicle_types, vehicle_type_of) = vehicles(sections, side, depots_count, rounding)?;
    let profile = Profile { distance, duration: None, risk: None, forbidden_arcs: Vec::new() };
    let problem = Problem { goods_count: 1, depots_count, clients, vehicle_types, profiles: vec![profile] };
    problem.validate().map_err(InstanceError::Problem)?;
    Ok(Instance {
        name: sections.word("NAME").unwrap_or_default().to_owned(),
        kind: sections.word("TYPE").unwrap_or_default().to_owned(),
        rounding,
        problem,
        vehicle_type_of,
    })
}

/// Depots are the first locations, numbered from 1.
fn depots_count(sections: &Sections) -> Result<usize, InstanceError> {
    let Some(rows) = sections.rows("DEPOT_SECTION") else { return Ok(1) };
    let named: Vec<f64> = rows.iter().flatten().copied().take_while(|&it| it > 0.0).collect();
    let in_order = named.iter().enumerate().all(|(place, &it)| it == (place + 1) as f64);
    if named.is_empty() || !in_order {
        return Err(sections.fault("DEPOT_SECTION", "depots must be the first locations, in order"));
    }
    Ok(named.len())
}

fn distances(sections: &Sections, side: usize, rounding: Rounding) -> Result<Matrix, InstanceError> {
    let table = match sections.word("EDGE_WEIGHT_TYPE") {
        Some("EUC_2D") => {
            let rows = sections.table("NODE_COORD_SECTION", side, 2)?;
            let between = |a: &[f64], b: &[f64]| rounding.round((a[0] - b[0]).hypot(a[1] - b[1]));
            Matrix::from_arcs(side, |from, to| between(rows[from], rows[to]))
        }
        Some("EXPLICIT") if sections.word("EDGE_WEIGHT_FORMAT") == Some("FULL_MATRIX") => {
            let rows = sections.rows("EDGE_WEIGHT_SECTION");
            let rows = rows.ok_or(InstanceError::Missing { what: "EDGE_WEIGHT_SECTION" })?;
            let values: Vec<i64> = rows.iter().flatten().map(|&value| rounding.round(value)).collect();
            Matrix::new(side, &values)
        }
        _ => return Err(InstanceError::Missing { what: "EDGE_WEIGHT_TYPE : EUC_2D or EXPLICIT with FULL_MATRIX" }),
    };
    table.map_err(InstanceError::Problem)
}

fn clients(
    sections: &Sections,
    side: usize,
    depots_count: usize,
    rounding: Rounding,
) -> Result<Vec<Client>, InstanceError> {
    let demand = sections.column("DEMAND_SECTION", "DEMAND", side, 0.0)?;
    let service = sections.column("SERVICE_TIME_SECTION", "SERVICE_TIME", side, 0.0)?;
    let release = sections.column("RELEASE_TIME_SECTION", "RELEASE_TIME", side, 0.0)?;
    let prize = sections.column("PRIZE_SECTION", "PRIZE", side, 0.0)?;
    let windows = windows(sections, side, rounding)?;
    let client = |at: usize| Client {
        demand: vec![demand[at] as i64],
        service_time: rounding.round(service[at]),
        windows: vec![windows[at]],
        release: rounding.round(release[at]),
        prize: sections.has("PRIZE_SECTION").then(|| rounding.round(prize[at])),
    };
    if demand.iter().any(|it| it.fract() != 0.0) {
        return Err(sections.fault("DEMAND_SECTION", "demands must be whole numbers"));
    }
    Ok((depots_count..side).map(client).collect())
}

fn windows(sections: &Sections, side: usize, rounding: Rounding) -> Result<Vec<Window>, InstanceError> {
    if !sections.has("TIME_WINDOW_SECTION") {
        return Ok(vec![Window::ALWAYS; side]);
    }
    let rows = sections.table("TIME_WINDOW_SECTION", side, 2)?;
    Ok(rows.iter().map(|row| Window { open: rounding.round(row[0]), close: rounding.round(row[1]) }).collect())
}

/// The types of vehicles, alike ones joined, and the type of each vehicle that the file lists.
fn vehicles(
    sections: &Sections,
    side: usize,
    depots_count: usize,
    rounding: Rounding,
) -> Result<(Vec<VehicleType>, Vec<u32>), InstanceError> {
    let count = match sections.whole("VEHICLES")? {
        Some(count) => usize::try_from(count)
            .ok()
            .filter(|&count| count <= LISTED_MAX)
            .ok_or_else(|| sections.fault("VEHICLES", "the number is negative or too large"))?,
        None => side - depots_count,
    };
    let capacity = sections.column("CAPACITY_SECTION", "CAPACITY", count, (1_i64 << 40) as f64)?;
    let fixed = sections.column("VEHICLES_FIXED_COST_SECTION", "VEHICLES_FIXED_COST", count, 0.0)?;
    let unit = sections.column("VEHICLES_UNIT_DISTANCE_COST_SECTION", "VEHICLES_UNIT_DISTANCE_COST", count, 1.0)?;
    let depot = sections.column("VEHICLES_DEPOT_SECTION", "VEHICLES_DEPOT", count, 1.0)?;
    let distance = sections.column("VEHICLES_MAX_DISTANCE_SECTION", "VEHICLES_MAX_DISTANCE", count, -1.0)?;
    let duration = sections.column("VEHICLES_MAX_DURATION_SECTION", "VEHICLES_MAX_DURATION", count, -1.0)?;
    if [&capacity, &unit].iter().any(|list| list.iter().any(|it| it.fract() != 0.0)) {
        return Err(sections.fault("VEHICLES", "capacities and unit costs must be whole numbers"));
    }
    let shifts = windows(sections, side, rounding)?;
    let limit = |value: f64| (value >= 0.0).then(|| rounding.round(value));
    let (mut kinds, mut kind_of): (Vec<VehicleType>, Vec<u32>) = (Vec::new(), Vec::new());
    for at in 0..count {
        let depot = depot[at] as usize;
        let Some(shift) = depot.checked_sub(1).filter(|&it| it < depots_count).map(|it| shifts[it]) else {
            return Err(sections.fault("VEHICLES_DEPOT_SECTION", "the depot does not exist"));
        };
        let kind = VehicleType {
            count: 1,
            capacity: vec![capacity[at] as i64],
            start_depot: depot as u32 - 1,
            end_depot: depot as u32 - 1,
            fixed_cost: rounding.round(fixed[at]),
            unit_distance_cost: unit[at] as i64,
            unit_duration_cost: 0,
            shift,
            distance_max: limit(distance[at]),
            duration_max: limit(duration[at]),
            risk_max: None,
            profile: 0,
            barred_clients: Vec::new(),
        };
        let alike = kinds.iter().position(|known| VehicleType { count: 1, ..known.clone() } == kind);
        kind_of.push(alike.unwrap_or(kinds.len()) as u32);
        match alike {
            Some(place) => kinds[place].count += 1,
            None => kinds.push(kind),
        }
    }
    Ok((kinds, kind_of))
}
