//! Why a client is on no route, and what would let it in.
//!
//! Every statement is verified: the client is put at every place of every route, and on a vehicle of its own of every
//! type, and the independent checker says which rules that breaks. A place where nothing is broken is a feasible
//! insertion; a place where one rule alone is broken shows that lifting this rule would let the client in, and by how
//! much it would have to give. Routes stay as they are otherwise.

use crate::check::{Violation, route_faults};
use crate::problem::{Problem, Route, Solution};

/// A place for the client in the present routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    /// The route by its place in the solution; `None` for a vehicle that is not in use.
    pub route: Option<usize>,
    /// Clients before it on the route.
    pub position: usize,
    /// What the route then costs more.
    pub cost: i64,
}

/// Rules which, lifted together, let the client in; no part of them does with this type of vehicle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lift {
    /// The codes of the rules (see [`crate::check::CODES`]), ascending; one or more.
    pub codes: Vec<&'static str>,
    /// By how much each rule is passed, in its own unit, summed over what it limits (goods, say).
    pub excess: Vec<i64>,
    /// The cheapest place where these rules alone are broken.
    pub insertion: Insertion,
}

/// What stands between a client and the vehicles of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeReason {
    /// The type.
    pub vehicle_type: u32,
    /// The cheapest place where every rule holds, if there is one.
    pub feasible: Option<Insertion>,
    /// Where there is none: the smallest sets of rules that would have to be lifted, fewest rules and lowest cost first.
    pub lifts: Vec<Lift>,
}

/// Why a client is on no route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The client.
    pub client: u32,
    /// Its prize, if it may be left out.
    pub prize: Option<i64>,
    /// By type of vehicle.
    pub by_type: Vec<TypeReason>,
}

/// The reason in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It could be served as the routes are, for less than its prize (or must be served): the routes can be improved.
    CouldBeServed,
    /// It could be served, but costs as much as its prize or more.
    DoesNotPay,
    /// One rule lifted would let it in.
    OneRule,
    /// Several rules would have to be lifted at once.
    SeveralRules,
}

impl Reason {
    /// The cheapest feasible insertion over all types.
    pub fn feasible(&self) -> Option<&Insertion> {
        self.by_type.iter().filter_map(|it| it.feasible.as_ref()).min_by_key(|it| it.cost)
    }

    /// The reason in one word.
    pub fn verdict(&self) -> Verdict {
        match (self.feasible(), self.prize) {
            (Some(place), Some(prize)) if place.cost >= prize => Verdict::DoesNotPay,
            (Some(_), _) => Verdict::CouldBeServed,
            (None, _) if self.by_type.iter().any(|it| it.lifts.iter().any(|lift| lift.codes.len() == 1)) => {
                Verdict::OneRule
            }
            (None, _) => Verdict::SeveralRules,
        }
    }
}

/// Says why a client of the problem is on no route of a solution that the checker accepts apart from missing clients.
pub fn why_unserved(problem: &Problem, solution: &Solution, client: u32) -> Reason {
    let by_type = (0..problem.vehicle_types.len() as u32).map(|kind| type_reason(problem, solution, client, kind));
    Reason { client, prize: problem.clients[client as usize].prize, by_type: by_type.collect() }
}

/// The reasons of all unserved clients, in their order.
pub fn why_all(problem: &Problem, solution: &Solution) -> Vec<Reason> {
    solution.unserved.iter().map(|&client| why_unserved(problem, solution, client)).collect()
}

fn type_reason(problem: &Problem, solution: &Solution, client: u32, vehicle_type: u32) -> TypeReason {
    let mut reason = TypeReason { vehicle_type, feasible: None, lifts: Vec::new() };
    let of_type = |(_, route): &(usize, &Route)| route.vehicle_type == vehicle_type;
    let used = solution.routes.iter().filter(|route| route.vehicle_type == vehicle_type).count();
    for (place, route) in solution.routes.iter().enumerate().filter(of_type) {
        let (_, cost_before) = route_faults(problem, route);
        for position in 0..=route.clients.len() {
            let mut longer = route.clone();
            longer.clients.insert(position, client);
            let (faults, cost) = route_faults(problem, &longer);
            note(&mut reason, faults, Insertion { route: Some(place), position, cost: cost - cost_before });
        }
    }
    let (mut faults, cost) = route_faults(problem, &Route { vehicle_type, clients: vec![client] });
    if used >= problem.vehicle_types[vehicle_type as usize].count as usize {
        faults.push(Violation { code: "RTE-006", route: None, client: None, excess: 1 });
    }
    note(&mut reason, faults, Insertion { route: None, position: 0, cost });
    if reason.feasible.is_some() {
        reason.lifts.clear();
    }
    let all = reason.lifts.clone();
    let is_part = |small: &Lift, large: &Lift| {
        small.codes.len() < large.codes.len() && small.codes.iter().all(|code| large.codes.contains(code))
    };
    reason.lifts.retain(|lift| !all.iter().any(|other| is_part(other, lift)));
    reason
        .lifts
        .sort_by(|a, b| (a.codes.len(), a.insertion.cost, &a.codes).cmp(&(b.codes.len(), b.insertion.cost, &b.codes)));
    reason
}

/// Keeps a place if it is the cheapest of its kind.
fn note(reason: &mut TypeReason, faults: Vec<Violation>, insertion: Insertion) {
    if faults.is_empty() {
        if reason.feasible.as_ref().is_none_or(|known| insertion.cost < known.cost) {
            reason.feasible = Some(insertion);
        }
        return;
    }
    let mut codes: Vec<&'static str> = faults.iter().map(|fault| fault.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let sum = |code: &&str| faults.iter().filter(|fault| fault.code == *code).map(|fault| fault.excess).sum();
    let lift = Lift { excess: codes.iter().map(sum).collect(), codes, insertion };
    match reason.lifts.iter_mut().find(|known| known.codes == lift.codes) {
        Some(known) if lift.insertion.cost < known.insertion.cost => *known = lift,
        Some(_) => {}
        None => reason.lifts.push(lift),
    }
}
