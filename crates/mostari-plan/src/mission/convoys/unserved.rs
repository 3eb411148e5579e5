//! Why something is not brought, in words, and what would let it in: every statement is one that the checker of the
//! routing verified, on the rounds as they are, with one thing lifted at a time.

use super::ConvoyError;
use super::routing::{Lifted, Tables, in_currency};
use crate::problem::convoys::{ConvoyProblem, Unserved};
use mostari_model::{Label, Money};
use mostari_routing::problem::{Problem, Route, Solution};
use mostari_routing::why::{Lift, Reason, Verdict, why_unserved};
use std::collections::BTreeMap;

/// What is closed and caveats that are lifted one by one; each makes the tables anew.
const LIFTS_MAX: usize = 40;
/// Changes that are named for one area.
const CHANGES_MAX: usize = 4;
/// What a restriction is called that the reader may not see.
const RESTRICTION: &str = "a restriction of a contributor";

/// Puts in what could be served as the rounds are, until nothing can; a search cut off early may leave some.
pub(super) fn insert_what_fits(problem: &Problem, solution: &mut Solution) {
    let mut at = 0;
    while at < solution.unserved.len() {
        let client = solution.unserved[at];
        let reason = why_unserved(problem, solution, client);
        let place = reason.feasible().filter(|_| reason.verdict() == Verdict::CouldBeServed).cloned();
        let Some(place) = place else {
            at += 1;
            continue;
        };
        let kind =
            reason.by_type.iter().find(|of| of.feasible.as_ref() == Some(&place)).map_or(0, |of| of.vehicle_type);
        match place.route {
            Some(route) => solution.routes[route].clients.insert(place.position, client),
            None => solution.routes.push(Route { vehicle_type: kind, clients: vec![client] }),
        }
        solution.unserved.remove(at);
        at = 0;
    }
}

/// A reason for each demand that is not wholly met.
pub(super) fn reasons(
    problem: &ConvoyProblem,
    tables: &Tables,
    routed: &Problem,
    solution: &Solution,
) -> Result<Vec<Unserved>, ConvoyError> {
    let mut parts_of: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &client in &solution.unserved {
        parts_of.entry(tables.demand_of[client as usize]).or_default().push(client);
    }
    // The largest part speaks for all of them.
    let size = |client: &u32| (routed.clients[*client as usize].demand.iter().sum::<i64>(), std::cmp::Reverse(*client));
    let largest = |parts: &[u32]| parts.iter().copied().max_by_key(size).expect("a part for each");
    let asked: Vec<(u32, Reason)> =
        parts_of.iter().map(|(demand, parts)| (*demand, why_unserved(routed, solution, largest(parts)))).collect();
    let is_shut_out = |reason: &Reason| reason.by_type.iter().any(|of| of.lifts.iter().any(needs_a_way));
    let shut_out = asked.iter().any(|(_, reason)| is_shut_out(reason));
    let lifted = if shut_out { lifted_problems(problem, tables)? } else { Vec::new() };
    let mut all = Vec::new();
    for (demand, reason) in &asked {
        let mut goods = BTreeMap::new();
        for part in &parts_of[demand] {
            let amounts = problem.goods.iter().zip(&routed.clients[*part as usize].demand).filter(|(_, it)| **it > 0);
            amounts.for_each(|(good, amount)| *goods.entry(good.id.clone()).or_insert(0) += amount);
        }
        let mut changes = small_changes(problem, reason, "");
        let mut opens = Vec::new();
        for (what, with) in lifted.iter().filter(|_| is_shut_out(reason)) {
            let would = why_unserved(with, solution, reason.client);
            let pays = |cost: i64| would.prize.is_none_or(|prize| cost < prize);
            let feasible = would.feasible().filter(|place| pays(place.cost)).map(|place| place.cost);
            let further = small_changes(problem, &would, &format!("without {}, and ", words_of(problem, *what)));
            if feasible.is_some() || (!has_a_way(reason) && has_a_way(&would)) {
                opens.push(Opening { what: *what, cost: feasible, further });
            }
        }
        for opening in opens.iter().filter(|opening| opening.what != Lifted::All || opens.len() == 1) {
            match opening.cost {
                Some(cost) => {
                    changes.push(format!("without {}: {} more", words_of(problem, opening.what), money(problem, cost)));
                }
                None => changes.extend(opening.further.first().cloned()),
            }
        }
        let reason = words(problem, reason, &opens);
        changes.dedup();
        changes.truncate(CHANGES_MAX);
        all.push(Unserved { area: problem.demands[*demand as usize].area.clone(), goods, reason, changes });
    }
    Ok(all)
}

/// What lifting one thing brings.
struct Opening {
    what: Lifted,
    /// What serving then costs more, if nothing else stands against it.
    cost: Option<i64>,
    /// What would be needed beside it, where a way alone is not enough.
    further: Vec<String>,
}

/// Whether some vehicle has a way there, if perhaps no room or time.
fn has_a_way(reason: &Reason) -> bool {
    reason.by_type.iter().any(|of| of.feasible.is_some() || of.lifts.iter().any(|lift| !needs_a_way(lift)))
}

fn needs_a_way(lift: &Lift) -> bool {
    lift.codes.iter().any(|code| matches!(*code, "RTE-008" | "RTE-009"))
}

/// The problem with each thing lifted that is closed or that a caveat forbids, and with all of them.
fn lifted_problems(problem: &ConvoyProblem, tables: &Tables) -> Result<Vec<(Lifted, Problem)>, ConvoyError> {
    let closed = (0..problem.closed.len()).map(Lifted::Closed);
    let caveats = problem
        .vehicles
        .iter()
        .enumerate()
        .flat_map(|(at, vehicle)| (0..vehicle.caveats.len()).map(move |caveat| Lifted::Caveat(at, caveat)));
    let all = closed.chain(caveats).take(LIFTS_MAX).chain([Lifted::All]);
    all.map(|what| Ok((what, tables.problem(problem, what)?))).collect()
}

fn words_of(problem: &ConvoyProblem, lifted: Lifted) -> String {
    match lifted {
        Lifted::Nothing | Lifted::All => "anything closed and any restriction".to_owned(),
        Lifted::Closed(at) => {
            let closed = &problem.closed[at];
            let what = match (&closed.area, &closed.between) {
                (Some(area), _) => format!("the closure of {}", problem.ground.name(area)),
                (None, Some([one, other])) => {
                    format!("the closure between {} and {}", problem.ground.name(one), problem.ground.name(other))
                }
                (None, None) => "a closure".to_owned(),
            };
            if closed.why.is_empty() { what } else { format!("{what} ({})", closed.why) }
        }
        Lifted::Caveat(vehicle, at) => {
            let vehicle = &problem.vehicles[vehicle];
            let caveat = &vehicle.caveats[at];
            match caveat.label.parse::<Label>().is_ok_and(|label| label.is_readable_by(&problem.reader)) {
                true => format!("the caveat `{}` of `{}`", caveat.id, vehicle.id),
                false => RESTRICTION.to_owned(),
            }
        }
    }
}

/// The reason in words.
fn words(problem: &ConvoyProblem, reason: &Reason, opens: &[Opening]) -> String {
    if reason.verdict() == Verdict::DoesNotPay {
        let (cost, worth) = (reason.feasible().map_or(0, |place| place.cost), reason.prize.unwrap_or(0));
        return format!("it would cost {} more and is worth {}", money(problem, cost), money(problem, worth));
    }
    if has_a_way(reason) {
        return "the vehicles that may go there have no room or time left".to_owned();
    }
    let Some(Opening { what, cost, .. }) = opens.first() else {
        return "no vehicle has a way there, even if nothing were closed or restricted".to_owned();
    };
    let stands = match what {
        Lifted::All => "what is closed and restrictions of contributors together leave no vehicle a way".to_owned(),
        Lifted::Closed(_) | Lifted::Nothing => format!("{} leaves no vehicle a way", words_of(problem, *what)),
        Lifted::Caveat(..) => format!("{} keeps vehicles out", words_of(problem, *what)),
    };
    match cost {
        Some(_) => stands,
        None => format!("{stands}, and those that there are have no room or time left"),
    }
}

/// What would let it in: more vehicles, room, or time, each alone; `beside` says what else has to be lifted.
fn small_changes(problem: &ConvoyProblem, reason: &Reason, beside: &str) -> Vec<String> {
    let mut found: Vec<(i64, String)> = Vec::new();
    for of in &reason.by_type {
        let vehicle = &problem.vehicles[of.vehicle_type as usize];
        for lift in of.lifts.iter().filter(|lift| lift.codes.len() == 1) {
            let excess = lift.excess[0];
            let what = match lift.codes[0] {
                "RTE-006" => format!("one more `{}`", vehicle.id),
                "RTE-007" => format!("room for {excess} more on a `{}`", vehicle.id),
                "RTE-011" => {
                    format!("{:.1} h more on a round of a `{}`", (excess as f64 / 360.0).ceil() / 10.0, vehicle.id)
                }
                _ => continue,
            };
            found.push((lift.insertion.cost, format!("{beside}{what}: {} more", money(problem, lift.insertion.cost))));
        }
    }
    found.sort();
    found.into_iter().map(|(_, what)| what).collect()
}

fn money(problem: &ConvoyProblem, cost: i64) -> Money {
    let digits = i32::try_from(problem.currency.minor_digits()).unwrap_or(2);
    Money::new((in_currency(cost) * 10_f64.powi(digits)).round() as i64, problem.currency)
}
