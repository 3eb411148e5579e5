//! Do rounds keep what was said? Worked out from the mission's own words, apart from the search and from its tables.
//!
//! | code | rule |
//! | --- | --- |
//! | CNV-R01 | every round names a vehicle that there is, each once, from its own depot, with at least one stop |
//! | CNV-R02 | every way leads from area to touching area |
//! | CNV-R03 | no way passes or ends in an area that is closed, or crosses between two where that is closed |
//! | CNV-R04 | no way passes or ends in an area that a caveat of the vehicle names |
//! | CNV-R05 | a round carries what it unloads, and no more than fits |
//! | CNV-R06 | distance, duration and cost are those of the ways and stops |
//! | CNV-R07 | no round takes longer than it may |
//! | CNV-R08 | what is brought and what is said to be missing add up to what is wanted |
//! | CNV-R09 | the cost of all is the sum |

use super::area::is_covered;
use crate::problem::Breach;
use crate::problem::convoys::{ConvoyPlan, ConvoyProblem, Depot, Round, STOP_MINUTES, Vehicle};
use mostari_model::AreaId;
use std::collections::{BTreeMap, BTreeSet};

/// How many rules there are.
pub const RULES: usize = 9;

/// Mean radius of the Earth in metres (IUGG).
const RADIUS_M: f64 = 6_371_008.8;

/// Part by which lengths, times and costs may differ, and metres or seconds for a leg: whole numbers were added.
const TOLERANCE: f64 = 1e-4;
const TOLERANCE_A_LEG: f64 = 2.0;

/// Every rule that the plan breaks.
pub fn check_convoys(plan: &ConvoyPlan, problem: &ConvoyProblem) -> Vec<Breach> {
    let mut found = Vec::new();
    let mut driven = BTreeSet::new();
    for round in &plan.rounds {
        let vehicle = problem.vehicles.iter().find(|vehicle| vehicle.id == round.vehicle);
        let depot = problem.depots.iter().find(|depot| depot.id == round.depot);
        let (Some(vehicle), Some(depot)) = (vehicle, depot) else {
            found.push(Breach::new("CNV-R01", &round.vehicle, "there is no such vehicle or depot"));
            continue;
        };
        let is_known = (1..=vehicle.count).contains(&round.number) && vehicle.depot == round.depot;
        if !is_known || round.stops.is_empty() || !driven.insert((&round.vehicle, round.number)) {
            found.push(Breach::new(
                "CNV-R01",
                name(round),
                "it is not there, drives twice, from elsewhere, or nowhere",
            ));
        }
        check_way(round, (vehicle, depot), problem, &mut found);
        check_cnv_r05_load(round, vehicle, problem, &mut found);
    }
    check_cnv_r08_amounts(plan, problem, &mut found);
    let sum: f64 = plan.rounds.iter().map(|round| round.cost).sum();
    if !is_near(plan.cost, sum, 0.01) {
        found.push(Breach::new("CNV-R09", "", format!("says {}, it is {sum}", plan.cost)));
    }
    found
}

fn name(round: &Round) -> String {
    format!("{} {}", round.vehicle, round.number)
}

fn is_near(stated: f64, found: f64, slack: f64) -> bool {
    (stated - found).abs() <= TOLERANCE * found.abs() + slack
}

/// Follows a round area by area.
fn check_way(round: &Round, (vehicle, depot): (&Vehicle, &Depot), problem: &ConvoyProblem, found: &mut Vec<Breach>) {
    let who = name(round);
    let barred: Vec<AreaId> = vehicle.caveats.iter().flat_map(|caveat| caveat.areas.clone()).collect();
    let closed: Vec<AreaId> = problem.closed.iter().filter_map(|closed| closed.area.clone()).collect();
    let parents = &problem.ground.parents;
    let is_in = |area: &AreaId, of: &[AreaId]| !of.is_empty() && is_covered(area, of, parents);
    let (mut metres, mut seconds, mut steps) = (0.0, 0.0, 0.0);
    let mut here = &depot.area;
    let ways = round.stops.iter().map(|stop| (&stop.through, &stop.area, Some(stop)));
    for (through, end, stop) in ways.chain([(&round.back_through, &depot.area, None)]) {
        for next in through.iter().chain([end]) {
            if is_in(next, &closed) || is_in(here, &closed) {
                found.push(Breach::new("CNV-R03", &who, format!("passes `{next}`, which is closed")));
            }
            // At home it stands whatever its caveat says.
            if is_in(next, &barred) && *next != depot.area {
                found.push(Breach::new("CNV-R04", &who, format!("passes `{next}`, which it does not enter")));
            }
            for [one, other] in problem.closed.iter().filter_map(|closed| closed.between.as_ref()) {
                let [one, other] = [one, other].map(|area| vec![area.clone()]);
                if *next != *here
                    && ((is_in(here, &one) && is_in(next, &other)) || (is_in(here, &other) && is_in(next, &one)))
                {
                    found.push(Breach::new("CNV-R03", &who, format!("crosses from `{here}` to `{next}`")));
                }
            }
            match length_m(problem, here, next) {
                Some(length) => metres += length * problem.detour,
                None => found.push(Breach::new("CNV-R02", &who, format!("`{here}` does not touch `{next}`"))),
            }
            here = next;
            steps += 1.0;
        }
        if let Some(stop) = stop {
            let arrives = seconds + metres / vehicle.speed_kmh * 3.6;
            if !is_near(stop.after_s as f64, arrives, TOLERANCE_A_LEG * steps) {
                found.push(Breach::new("CNV-R06", &who, format!("`{end}`: after {} s, it is {arrives}", stop.after_s)));
            }
            let demand = problem.demands.iter().find(|demand| demand.area == *end);
            seconds += demand.and_then(|demand| demand.minutes).unwrap_or(STOP_MINUTES) * 60.0;
        }
    }
    seconds += metres / vehicle.speed_kmh * 3.6;
    let slack = TOLERANCE_A_LEG * steps;
    let cost = vehicle.cost_fixed
        + vehicle.cost_per_km * round.distance_m as f64 / 1_000.0
        + vehicle.cost_per_hour * round.duration_s as f64 / 3_600.0;
    let figures = [
        (round.distance_m as f64, metres, slack, "metres"),
        (round.duration_s as f64, seconds, slack, "seconds"),
        (round.cost, cost, 0.01, "cost"),
    ];
    for (stated, worked_out, slack, what) in figures {
        if !is_near(stated, worked_out, slack) {
            found.push(Breach::new("CNV-R06", &who, format!("{what}: says {stated}, it is {worked_out}")));
        }
    }
    if let Some(hours) = vehicle.hours_max.filter(|hours| round.duration_s as f64 > hours * 3_600.0 + 1.0) {
        found.push(Breach::new("CNV-R07", &who, format!("{} s, it may take {hours} h", round.duration_s)));
    }
}

/// Metres of one step, by the haversine of the two points; `None` if the areas do not touch.
fn length_m(problem: &ConvoyProblem, from: &AreaId, to: &AreaId) -> Option<f64> {
    let place = |area: &AreaId| problem.ground.places.iter().position(|place| place.area == *area);
    let (from, to) = (place(from)?, place(to)?);
    if from == to {
        return Some(0.0);
    }
    if !problem.ground.neighbours[from].contains(&(to as u32)) {
        return None;
    }
    let [one, other] = [from, to].map(|at| &problem.ground.places[at]);
    let north = (other.latitude - one.latitude).to_radians();
    let east = (other.longitude - one.longitude).to_radians();
    let [a, b] = [one.latitude, other.latitude].map(f64::to_radians);
    let half = (north / 2.0).sin().powi(2) + a.cos() * b.cos() * (east / 2.0).sin().powi(2);
    Some(2.0 * RADIUS_M * half.sqrt().asin())
}

fn check_cnv_r05_load(round: &Round, vehicle: &Vehicle, problem: &ConvoyProblem, found: &mut Vec<Breach>) {
    for good in &problem.goods {
        let unloaded: i64 = round.stops.iter().filter_map(|stop| stop.goods.get(&good.id)).sum();
        let load = round.load.get(&good.id).copied().unwrap_or(0);
        let fits = vehicle.capacity.get(&good.id).copied().unwrap_or(0);
        let is_taken = round.stops.iter().any(|stop| stop.goods.get(&good.id).is_some_and(|amount| *amount < 0));
        if unloaded != load || load > fits || is_taken {
            let message = format!("`{}`: carries {load}, unloads {unloaded}, room for {fits}", good.id);
            found.push(Breach::new("CNV-R05", name(round), message));
        }
    }
}

fn check_cnv_r08_amounts(plan: &ConvoyPlan, problem: &ConvoyProblem, found: &mut Vec<Breach>) {
    let mut left: BTreeMap<(&AreaId, &str), i64> = BTreeMap::new();
    for demand in &problem.demands {
        demand
            .goods
            .iter()
            .for_each(|(good, amount)| *left.entry((&demand.area, good.as_str())).or_insert(0) += amount);
    }
    let stops = plan.rounds.iter().flat_map(|round| &round.stops).map(|stop| (&stop.area, &stop.goods));
    for (area, goods) in stops.chain(plan.unserved.iter().map(|unserved| (&unserved.area, &unserved.goods))) {
        for (good, amount) in goods {
            match left.get_mut(&(area, good.as_str())) {
                Some(left) => *left -= amount,
                None => found.push(Breach::new("CNV-R08", area.as_str(), format!("nobody wants `{good}` there"))),
            }
        }
    }
    for ((area, good), left) in left.into_iter().filter(|(_, left)| *left != 0) {
        found.push(Breach::new("CNV-R08", area.as_str(), format!("{left} of `{good}` are not accounted for")));
    }
}
