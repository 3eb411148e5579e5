//! Convoys: from what a person wrote down and the record to rounds of vehicles, with a reason for whatever is not brought.
//!
//! A way leads from smallest area to touching area, never through one that is closed or that the vehicle's contributor
//! does not enter. [`routing`] puts that in the tables of `mostari_routing`, [`unserved`] asks its verified reasons.

mod routing;
mod unserved;

use crate::findings::{CONVOY_COUNT_UNKNOWN, CONVOY_NOTHING_WANTED};
use crate::mission::Ways;
use crate::problem::convoys::{
    Closed, ConvoyPlan, ConvoyProblem, DETOUR, Demand, Depot, Good, NoEntry, Round, Stop, Vehicle,
};
use crate::problem::ground::Ground;
use mostari_model::{AreaId, Assessment, Clearance, Currency, Finding, Label, PlaceRef, Snapshot};
use mostari_place::{Gazetteer, Match};
use mostari_routing::engine::{Budget, Settings, solve as route};
use mostari_routing::problem::ProblemError;
use routing::{Lifted, Tables};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Name and version, for the record.
pub const ENGINE: &str = concat!("mostari-plan convoys ", env!("CARGO_PKG_VERSION"));

/// The most that serving an area may be worth: more does not fit the whole costs of the routing.
const WORTH_MAX: f64 = 300_000.0;

/// The count of an area that is no indicator: everybody who lives there.
pub const PEOPLE: &str = "people";

/// What a person writes down: `convoys.toml`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvoyFile {
    /// Currency of the costs; EUR if not said.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// Factor on every step from area to area; [`DETOUR`] if not said.
    #[serde(default)]
    pub detour: Option<f64>,
    /// What is brought.
    #[serde(rename = "good", default)]
    pub goods: Vec<Good>,
    /// Where from.
    #[serde(rename = "depot", default)]
    pub depots: Vec<Depot>,
    /// With what.
    #[serde(rename = "vehicle", default)]
    pub vehicles: Vec<Vehicle>,
    /// Who wants what.
    #[serde(rename = "demand", default)]
    pub demands: Vec<Demand>,
    /// Who wants how much for each person that the record counts.
    #[serde(rename = "demand_from", default)]
    pub counted: Vec<Counted>,
    /// What is closed.
    #[serde(default)]
    pub closed: Vec<Closed>,
}

/// So much for each person that the record counts in an area.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counted {
    /// [`PEOPLE`], or an indicator of the assessment that counts people, such as `needs-people`.
    pub count: String,
    /// The part of the indicator, such as a sector; empty for the whole.
    #[serde(default)]
    pub part: String,
    /// Share of them that is to be served, 0 to 1; all if not said.
    #[serde(default)]
    pub share: Option<f64>,
    /// How much of each good for one person.
    pub per_person: BTreeMap<String, f64>,
    /// Only in these areas and below them; everywhere if not said.
    #[serde(default)]
    pub areas: Vec<AreaId>,
    /// Minutes at each stop.
    #[serde(default)]
    pub minutes: Option<f64>,
    /// What it is worth to serve one person; if not said, they are served whatever it costs.
    #[serde(default)]
    pub worth_per_person: Option<f64>,
}

/// Why there are no convoys.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConvoyError {
    /// An entry of the file cannot be used.
    #[error("{table} {number}: {what}")]
    Entry {
        /// Its table: `depot`, `vehicle`, `demand`, `demand_from`, `closed`, `good`.
        table: &'static str,
        /// Its number in the table, from 1.
        number: usize,
        /// What is wrong.
        what: String,
    },
    /// The file says nothing of what is needed.
    #[error("there is no `[[{0}]]`")]
    Missing(&'static str),
    /// Nothing is to be brought.
    #[error("nothing is to be brought anywhere")]
    NoDemand,
    /// A factor that makes no sense.
    #[error("a detour is a factor from 1 to 5")]
    Detour,
    /// Amounts, costs or times are too large to be summed.
    #[error("amounts, costs or times do not fit")]
    Routing(#[from] ProblemError),
}

impl ConvoyFile {
    /// Indicators that the file asks the assessment for.
    pub fn indicators(&self) -> Vec<String> {
        let asked = self.counted.iter().filter(|counted| counted.count != PEOPLE);
        asked.map(|counted| counted.count.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Areas by the codes of the record, where the file has them in small letters or by a name that means one area.
    fn spelled_as_in(mut self, gazetteer: &Gazetteer) -> Self {
        let spell = |area: &mut AreaId| *area = spelled(area, gazetteer);
        self.depots.iter_mut().for_each(|depot| spell(&mut depot.area));
        self.demands.iter_mut().for_each(|demand| spell(&mut demand.area));
        self.counted.iter_mut().flat_map(|counted| &mut counted.areas).for_each(spell);
        let caveats = self.vehicles.iter_mut().flat_map(|vehicle| &mut vehicle.caveats);
        caveats.flat_map(|caveat| &mut caveat.areas).for_each(spell);
        let closed = self.closed.iter_mut().flat_map(|it| it.area.iter_mut().chain(it.between.iter_mut().flatten()));
        closed.for_each(spell);
        self
    }
}

/// The code of an area that a person wrote by its code or by its name, if that is beyond doubt; else what was written.
pub fn spelled(written: &AreaId, gazetteer: &Gazetteer) -> AreaId {
    let by_name = || match gazetteer.resolve(&PlaceRef { name: written.to_string(), ..PlaceRef::default() }) {
        Match::Exact { area, .. } => Some(area),
        _ => None,
    };
    let found = gazetteer.index_of(written).or_else(by_name);
    found.map_or_else(|| written.clone(), |area| gazetteer.areas[area].id.clone())
}

impl ConvoyProblem {
    /// Gathers what a person wrote down, what the record counts, and where things are. What is unknown is reported and
    /// not planned for.
    ///
    /// # Errors
    /// [`ConvoyError`] names the first entry that cannot be used.
    pub fn of(
        snapshot: &Snapshot,
        gazetteer: &Gazetteer,
        assessment: Option<&Assessment>,
        file: ConvoyFile,
    ) -> Result<(Self, Vec<Finding>), ConvoyError> {
        let ground = Ground::of(snapshot, gazetteer);
        let mut findings = Vec::new();
        let mut file = file.spelled_as_in(gazetteer);
        for (number, counted) in file.counted.iter().enumerate() {
            let found = demands_of(&ground, assessment, counted, number + 1, &mut findings)?;
            file.demands.extend(found);
        }
        let label = label_of(&file.vehicles, &snapshot.reader).join(&snapshot.label);
        let label = assessment.map_or(label.clone(), |assessment| label.join(&assessment.label));
        let problem = Self {
            ground,
            reader: snapshot.reader.clone(),
            label,
            currency: file.currency.unwrap_or_else(|| "EUR".parse().expect("a currency")),
            detour: file.detour.unwrap_or(DETOUR),
            goods: file.goods,
            depots: file.depots,
            vehicles: priced(file.vehicles),
            demands: file.demands,
            closed: file.closed,
        };
        problem.validate()?;
        let demands = joined(problem.demands);
        let problem = Self { demands, ..problem };
        if problem.demands.is_empty() { Err(ConvoyError::NoDemand) } else { Ok((problem, findings)) }
    }

    /// The problem as its reader sees it: without the caveats that others keep to themselves. This is what may be kept
    /// beside the answer; of the whole not even a digest, which could be tried against guesses.
    #[must_use]
    pub fn as_seen(&self) -> Self {
        let mut seen = self.clone();
        let is_seen = |caveat: &NoEntry| caveat.label.parse::<Label>().is_ok_and(|it| it.is_readable_by(&self.reader));
        seen.vehicles.iter_mut().for_each(|vehicle| vehicle.caveats.retain(is_seen));
        seen
    }

    /// Whether every entry speaks of what there is.
    ///
    /// # Errors
    /// [`ConvoyError`] names the first that does not.
    pub fn validate(&self) -> Result<(), ConvoyError> {
        let missing = [("good", self.goods.is_empty()), ("depot", self.depots.is_empty())];
        let missing = missing.into_iter().chain([("vehicle", self.vehicles.is_empty())]).find(|(_, is)| *is);
        if let Some((what, _)) = missing {
            return Err(ConvoyError::Missing(what));
        }
        if !(1.0..=5.0).contains(&self.detour) {
            return Err(ConvoyError::Detour);
        }
        all("good", &self.goods, |good, number| {
            let twice = self.goods[..number].iter().any(|other| other.id == good.id);
            twice.then(|| format!("`{}` stands twice", good.id))
        })?;
        all("depot", &self.depots, |depot, number| {
            let twice = self.depots[..number].iter().any(|other| other.id == depot.id);
            twice.then(|| format!("`{}` stands twice", depot.id)).or_else(|| self.stands_nowhere(&depot.area))
        })?;
        all("vehicle", &self.vehicles, |vehicle, number| self.vehicle_fault(vehicle, number))?;
        all("demand", &self.demands, |demand, _| self.demand_fault(demand))?;
        all("closed", &self.closed, |closed, _| self.closed_fault(closed))?;
        Ok(())
    }

    fn stands_nowhere(&self, area: &AreaId) -> Option<String> {
        match (self.ground.find(area), self.ground.knows(area)) {
            (Some(_), _) => None,
            (None, true) => Some(format!("`{area}` is no smallest area with a known boundary")),
            (None, false) => Some(format!("area `{area}` is not in the gazetteer")),
        }
    }

    fn vehicle_fault(&self, vehicle: &Vehicle, number: usize) -> Option<String> {
        let unknown_good = |good: &&String| self.goods.iter().all(|known| known.id != **good);
        let is_amount = |number: f64| number.is_finite() && (0.0..=1e9).contains(&number);
        let costs = [vehicle.cost_fixed, vehicle.cost_per_km, vehicle.cost_per_hour];
        let caveat = |caveat: &NoEntry| {
            let area = caveat.areas.iter().find(|area| !self.ground.knows(area));
            area.map(|area| format!("caveat `{}`: area `{area}` is not in the gazetteer", caveat.id)).or_else(|| {
                let is_label = caveat.label.parse::<Label>().is_ok();
                (!is_label).then(|| format!("caveat `{}`: `{}` is not a label", caveat.id, caveat.label))
            })
        };
        match () {
            () if self.vehicles[..number].iter().any(|other| other.id == vehicle.id) => {
                Some(format!("`{}` stands twice", vehicle.id))
            }
            () if self.depots.iter().all(|depot| depot.id != vehicle.depot) => {
                Some(format!("there is no depot `{}`", vehicle.depot))
            }
            () if !(vehicle.speed_kmh >= 1.0 && vehicle.speed_kmh <= 1_000.0) => {
                Some("`speed_kmh` is from 1 to 1000".into())
            }
            () if vehicle.hours_max.is_some_and(|hours| !(is_amount(hours) && hours > 0.0)) => {
                Some("`hours_max` is more than 0".into())
            }
            () if vehicle.count == 0 || vehicle.count > 10_000 => Some("`count` is from 1 to 10000".into()),
            () if costs.iter().any(|cost| !is_amount(*cost)) => Some("a cost is from 0 to 10^9".into()),
            () if vehicle.capacity.values().any(|amount| *amount < 0) => Some("a capacity is below 0".into()),
            () => {
                let good = vehicle.capacity.keys().find(unknown_good);
                good.map(|good| format!("there is no good `{good}`"))
                    .or_else(|| vehicle.caveats.iter().find_map(caveat))
            }
        }
    }

    fn demand_fault(&self, demand: &Demand) -> Option<String> {
        let unknown_good = |good: &&String| self.goods.iter().all(|known| known.id != **good);
        let is_time = |minutes: f64| (0.0..=100_000.0).contains(&minutes);
        let from = |what: String| if demand.source.is_empty() { what } else { format!("{what} ({})", demand.source) };
        match () {
            () if self.stands_nowhere(&demand.area).is_some() => self.stands_nowhere(&demand.area).map(from),
            () if demand.goods.keys().any(|good| unknown_good(&good)) => {
                demand.goods.keys().find(unknown_good).map(|good| from(format!("there is no good `{good}`")))
            }
            () if demand.goods.values().any(|amount| *amount < 0) => Some(from("an amount is below 0".into())),
            () if demand.minutes.is_some_and(|minutes| !is_time(minutes)) => {
                Some(from("`minutes` is from 0 to 100000".into()))
            }
            () if demand.worth.is_some_and(|worth| !(0.0..=WORTH_MAX).contains(&worth)) => {
                Some(from("`worth` is from 0 to 300000".into()))
            }
            () => None,
        }
    }

    fn closed_fault(&self, closed: &Closed) -> Option<String> {
        let areas = closed.area.iter().chain(closed.between.iter().flatten());
        let unknown = areas.clone().find(|area| !self.ground.knows(area));
        match (closed.area.is_some(), closed.between.is_some()) {
            _ if unknown.is_some() => unknown.map(|area| format!("area `{area}` is not in the gazetteer")),
            (true, true) | (false, false) => Some("names an `area` or what lies `between` two".into()),
            _ => None,
        }
    }
}

/// The first entry of a table with a fault.
fn all<T>(table: &'static str, entries: &[T], fault: impl Fn(&T, usize) -> Option<String>) -> Result<(), ConvoyError> {
    let faults = entries.iter().enumerate().find_map(|(at, entry)| Some((at, fault(entry, at)?)));
    faults.map_or(Ok(()), |(at, what)| Err(ConvoyError::Entry { table, number: at + 1, what }))
}

/// Where no vehicle says what it costs, a kilometre costs 1: the least distance is sought.
fn priced(mut vehicles: Vec<Vehicle>) -> Vec<Vehicle> {
    let is_free = |vehicle: &Vehicle| vehicle.cost_fixed + vehicle.cost_per_km + vehicle.cost_per_hour == 0.0;
    if vehicles.iter().all(is_free) {
        vehicles.iter_mut().for_each(|vehicle| vehicle.cost_per_km = 1.0);
    }
    vehicles
}

/// One demand for each area, in the order in which areas are first named: amounts and worths add up, the longest stop
/// counts. Served whatever it costs if any part of it is.
fn joined(demands: Vec<Demand>) -> Vec<Demand> {
    let mut joined: Vec<Demand> = Vec::new();
    let mut place_of: BTreeMap<AreaId, usize> = BTreeMap::new();
    for demand in demands.into_iter().filter(|demand| demand.goods.values().any(|amount| *amount != 0)) {
        let Some(&at) = place_of.get(&demand.area) else {
            place_of.insert(demand.area.clone(), joined.len());
            joined.push(demand);
            continue;
        };
        let sum = &mut joined[at];
        demand.goods.into_iter().for_each(|(good, amount)| *sum.goods.entry(good).or_insert(0) += amount);
        sum.minutes = sum.minutes.into_iter().chain(demand.minutes).reduce(f64::max);
        sum.worth = sum.worth.zip(demand.worth).map(|(one, other)| one + other);
        if !demand.source.is_empty() && sum.source != demand.source {
            sum.source = format!("{}; {}", sum.source, demand.source);
        }
    }
    joined
}

/// What the people that the record counts want.
fn demands_of(
    ground: &Ground,
    assessment: Option<&Assessment>,
    counted: &Counted,
    number: usize,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Demand>, ConvoyError> {
    let fault = |what: String| Err(ConvoyError::Entry { table: "demand_from", number, what });
    let share = counted.share.unwrap_or(1.0);
    if !(0.0..=1.0).contains(&share) {
        return fault("`share` is from 0 to 1".into());
    }
    if counted.per_person.values().any(|amount| !(0.0..=1e6).contains(amount)) {
        return fault("an amount for a person is from 0 to 10^6".into());
    }
    if let Some(area) = counted.areas.iter().find(|area| !ground.knows(area)) {
        return fault(format!("area `{area}` is not in the gazetteer"));
    }
    let latest = assessment.map(Assessment::latest).unwrap_or_default();
    let (mut demands, mut unknown) = (Vec::new(), Vec::new());
    let within = |at: &usize| counted.areas.is_empty() || ground.is_within(*at, &counted.areas);
    for at in (0..ground.places.len()).filter(within) {
        let place = &ground.places[at];
        let value = match counted.count.as_str() {
            PEOPLE => place.people.map(|people| people as f64),
            indicator => latest.get(indicator, &counted.part, &place.area).and_then(|value| value.value),
        };
        let Some(people) = value else {
            unknown.push(place.name.as_str());
            continue;
        };
        let people = people * share;
        let amount = |(good, each): (&String, &f64)| (good.clone(), (people * each - 1e-6).ceil().max(0.0) as i64);
        let part = if counted.part.is_empty() { String::new() } else { format!(" ({})", counted.part) };
        demands.push(Demand {
            area: place.area.clone(),
            goods: counted.per_person.iter().map(amount).collect(),
            minutes: counted.minutes,
            worth: counted.worth_per_person.map(|worth| worth * people),
            source: format!("{}{part} x {share}", counted.count),
        });
    }
    if !unknown.is_empty() {
        let message = format!(
            "`{}` is unknown in {} areas ({}): nothing is brought there for it",
            counted.count,
            unknown.len(),
            some(&unknown)
        );
        findings.push(Finding::new(CONVOY_COUNT_UNKNOWN, message));
    }
    if demands.iter().all(|demand| demand.goods.values().all(|amount| *amount == 0)) {
        findings.push(Finding::new(CONVOY_NOTHING_WANTED, format!("`{}`, share {share}", counted.count)));
    }
    Ok(demands)
}

/// The first of many names.
fn some(names: &[&str]) -> String {
    const SOME: usize = 8;
    let more = if names.len() > SOME { ", …" } else { "" };
    format!("{}{more}", names.iter().take(SOME).copied().collect::<Vec<_>>().join(", "))
}

/// The labels of the caveats that the reader sees: reasons name them, so the plan carries their labels too.
fn label_of(vehicles: &[Vehicle], reader: &Clearance) -> Label {
    let labels = vehicles.iter().flat_map(|vehicle| &vehicle.caveats).filter_map(|it| it.label.parse::<Label>().ok());
    labels.filter(|label| label.is_readable_by(reader)).fold(Label::public(), |all, label| all.join(&label))
}

/// Rounds for a problem, and why what is not brought is not.
///
/// # Errors
/// [`ConvoyError`] if the problem does not [validate](ConvoyProblem::validate), or its numbers do not fit.
pub fn solve(problem: &ConvoyProblem, seed: u64, budget: &mut dyn Budget) -> Result<ConvoyPlan, ConvoyError> {
    problem.validate()?;
    let tables = Tables::of(problem)?;
    let routed = tables.problem(problem, Lifted::Nothing)?;
    let outcome = route(&routed, &Settings { seed, ..Settings::default() }, budget)?;
    let mut solution = outcome.solution;
    unserved::insert_what_fits(&routed, &mut solution);
    let rounds = rounds_of(problem, &tables, &routed, &solution);
    let unserved = unserved::reasons(problem, &tables, &routed, &solution)?;
    // A sum of no rounds at all would be -0.
    let cost = rounds.iter().map(|round| round.cost).sum::<f64>() + 0.0;
    Ok(ConvoyPlan { rounds, unserved, cost, label: problem.label.clone() })
}

/// Routes in the words of the mission.
fn rounds_of(
    problem: &ConvoyProblem,
    tables: &Tables,
    routed: &mostari_routing::problem::Problem,
    solution: &mostari_routing::problem::Solution,
) -> Vec<Round> {
    let mut used = vec![0; problem.vehicles.len()];
    let mut ways_of: BTreeMap<usize, BTreeMap<usize, Ways>> = BTreeMap::new();
    let mut rounds = Vec::new();
    let name = |at: usize| problem.ground.places[at].area.clone();
    let goods = |amounts: &[i64]| {
        let named = problem.goods.iter().zip(amounts).filter(|(_, amount)| **amount > 0);
        named.map(|(good, amount)| (good.id.clone(), *amount)).collect::<BTreeMap<String, i64>>()
    };
    for route in &solution.routes {
        let kind = route.vehicle_type as usize;
        let vehicle = &problem.vehicles[kind];
        let depot = tables.depot_of(problem, vehicle);
        let ways = ways_of.entry(kind).or_insert_with(|| tables.ways(problem, kind, Lifted::Nothing));
        used[kind] += 1;
        let mut round = Round {
            vehicle: vehicle.id.clone(),
            number: used[kind],
            depot: vehicle.depot.clone(),
            stops: Vec::new(),
            back_through: Vec::new(),
            load: BTreeMap::new(),
            distance_m: 0,
            duration_s: 0,
            cost: 0.0,
        };
        let start = tables.place_of_depot[depot];
        let (mut location, mut here) = (depot, start);
        let profile = &routed.profiles[routed.vehicle_types[kind].profile as usize];
        for &client in &route.clients {
            let part = &routed.clients[client as usize];
            let to = routed.location(client as usize);
            let place = tables.place_of_client(client as usize);
            round.distance_m += profile.distance.get(location, to);
            round.duration_s += profile.travel_time(location, to);
            let unloaded = goods(&part.demand);
            unloaded.iter().for_each(|(good, amount)| *round.load.entry(good.clone()).or_insert(0) += amount);
            match round.stops.last_mut() {
                // Parts of one demand, one after the other, are one stop.
                Some(stop) if here == place && stop.area == problem.ground.places[place].area => {
                    unloaded.into_iter().for_each(|(good, amount)| *stop.goods.entry(good).or_insert(0) += amount);
                }
                _ => {
                    let through = ways[&here].through(here, place).into_iter().map(name).collect();
                    round.stops.push(Stop { area: name(place), through, goods: unloaded, after_s: round.duration_s });
                    round.duration_s += part.service_time;
                }
            }
            (location, here) = (to, place);
        }
        round.back_through = ways[&here].through(here, start).into_iter().map(name).collect();
        round.distance_m += profile.distance.get(location, depot);
        round.duration_s += profile.travel_time(location, depot);
        round.cost = vehicle.cost_fixed
            + vehicle.cost_per_km * round.distance_m as f64 / 1_000.0
            + vehicle.cost_per_hour * round.duration_s as f64 / 3_600.0;
        rounds.push(round);
    }
    rounds
}

#[cfg(test)]
mod tests;
