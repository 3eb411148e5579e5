//! Convoys on a mission: who stands where, who wants what, what may not be entered; and which vehicle goes where with
//! what. Plain data; no search stands here.

use super::ground::Ground;
use mostari_model::{AreaId, Clearance, Currency, Label};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much longer a way is than the steps from point to point of the areas that it passes, if nothing is said: our
/// assumption. Roads were found 1.12 to 2.10 times as long as great circles, country by country (Ballou, Rahardja and
/// Sakai 2002, doi:10.1016/S0965-8564(01)00044-1), and steps from area to area are longer than one great circle already.
pub const DETOUR: f64 = 1.2;

/// Minutes at each stop if nothing is said: our assumption.
pub const STOP_MINUTES: f64 = 30.0;

/// What is brought: how it is called and counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Good {
    /// Unique id.
    pub id: String,
    /// What one is: `kg`, `kit`, `pallet`.
    #[serde(default)]
    pub unit: String,
}

/// Where vehicles start and return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Depot {
    /// Unique id.
    pub id: String,
    /// The smallest area that it stands in.
    pub area: AreaId,
}

/// Where a contributor's vehicles do not go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoEntry {
    /// Unique id among the caveats of its vehicles.
    pub id: String,
    /// Areas, with everything below them.
    pub areas: Vec<AreaId>,
    /// Who may read it. To others it is "a restriction of a contributor".
    #[serde(default = "public")]
    pub label: String,
}

fn public() -> String {
    Label::public().to_string()
}

/// Vehicles that are alike. Each makes one round from its depot and back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vehicle {
    /// Unique id.
    pub id: String,
    /// How many.
    pub count: u32,
    /// Where they start and return.
    pub depot: String,
    /// How much of each good fits; of a good that is not named, nothing.
    pub capacity: BTreeMap<String, i64>,
    /// Mean speed on the way, in kilometres an hour.
    pub speed_kmh: f64,
    /// The longest round, stops included, in hours; any if not said.
    #[serde(default)]
    pub hours_max: Option<f64>,
    /// Cost of using one at all.
    #[serde(default)]
    pub cost_fixed: f64,
    /// Cost of a kilometre. If no vehicle says any cost, a kilometre costs 1.
    #[serde(default)]
    pub cost_per_km: f64,
    /// Cost of an hour, stops included.
    #[serde(default)]
    pub cost_per_hour: f64,
    /// Where they do not go.
    #[serde(rename = "caveat", default)]
    pub caveats: Vec<NoEntry>,
}

/// What an area wants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// The smallest area.
    pub area: AreaId,
    /// How much of each good.
    pub goods: BTreeMap<String, i64>,
    /// Minutes at each stop there; [`STOP_MINUTES`] if not said.
    #[serde(default)]
    pub minutes: Option<f64>,
    /// What it is worth to serve it, in the currency of the costs; if not said, it is served whatever it costs.
    #[serde(default)]
    pub worth: Option<f64>,
    /// Where the amount comes from: a file's row, or how it was counted.
    #[serde(skip_deserializing, default)]
    pub source: String,
}

/// What is closed to everybody: areas, or the passage between two areas.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closed {
    /// An area, with everything below it.
    #[serde(default)]
    pub area: Option<AreaId>,
    /// Two areas between which nobody passes, each with everything below it.
    #[serde(default)]
    pub between: Option<[AreaId; 2]>,
    /// Why, in words.
    #[serde(default)]
    pub why: String,
}

/// Everything that convoys are a function of, beside the seed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConvoyProblem {
    /// Where things stand.
    pub ground: Ground,
    /// For whom: decides which caveats are named.
    pub reader: Clearance,
    /// Label of the record that was used, and of the caveats that this reader sees.
    pub label: Label,
    /// Currency of the costs.
    pub currency: Currency,
    /// Factor on every step from area to area.
    pub detour: f64,
    /// What is brought.
    pub goods: Vec<Good>,
    /// Where from.
    pub depots: Vec<Depot>,
    /// With what.
    pub vehicles: Vec<Vehicle>,
    /// Where to: one for each area at most.
    pub demands: Vec<Demand>,
    /// What is closed.
    pub closed: Vec<Closed>,
}

/// One stop of a round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stop {
    /// The area.
    pub area: AreaId,
    /// Areas passed since the stop before, or since the depot.
    pub through: Vec<AreaId>,
    /// What is unloaded.
    pub goods: BTreeMap<String, i64>,
    /// Seconds after departure when unloading begins.
    pub after_s: i64,
}

/// What one vehicle does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Round {
    /// Which vehicles.
    pub vehicle: String,
    /// Which of them, from 1.
    pub number: u32,
    /// The depot.
    pub depot: String,
    /// The stops in order.
    pub stops: Vec<Stop>,
    /// Areas passed on the way back.
    pub back_through: Vec<AreaId>,
    /// What it carries when it leaves.
    pub load: BTreeMap<String, i64>,
    /// How far, in metres.
    pub distance_m: i64,
    /// How long, in seconds, stops included.
    pub duration_s: i64,
    /// What it costs.
    pub cost: f64,
}

/// What is not brought, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unserved {
    /// The area.
    pub area: AreaId,
    /// What is missing there.
    pub goods: BTreeMap<String, i64>,
    /// Why, in words; each was verified by putting it on every round and on a further vehicle.
    pub reason: String,
    /// What would let it in, each verified in the same way.
    pub changes: Vec<String>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConvoyPlan {
    /// Who does what.
    pub rounds: Vec<Round>,
    /// Who gets less than it wants.
    pub unserved: Vec<Unserved>,
    /// Cost of all rounds.
    pub cost: f64,
    /// Label of everything that was used.
    pub label: Label,
}
