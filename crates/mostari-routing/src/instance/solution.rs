//! Solution files: `Route #1: 4 7 2` lines and a `Cost` line.

use super::{Instance, InstanceError};
use crate::problem::{Route, Solution};
use std::fmt::Write as _;

/// A solution as published.
#[derive(Debug, Clone, PartialEq)]
pub struct PublishedSolution {
    /// The routes as far as they are not empty.
    pub solution: Solution,
    /// The cost as the file states it, on whatever scale.
    pub cost: f64,
}

/// Reads a solution file of this instance. Visits are locations (the first client is the number of depots); the place
/// of a route in the file is the vehicle that drives it.
///
/// # Errors
/// [`InstanceError`], the first met.
pub fn read_solution(text: &str, instance: &Instance) -> Result<PublishedSolution, InstanceError> {
    let mut routes = Vec::new();
    let mut cost = None;
    for (number, line) in text.lines().map(str::trim).enumerate() {
        let unknown = || InstanceError::Unknown { line: number + 1, text: line.chars().take(80).collect() };
        if let Some(rest) = line.strip_prefix("Route #") {
            let (place, visits) = rest.split_once(':').ok_or_else(unknown)?;
            let place: usize = place.trim().parse().map_err(|_| unknown())?;
            let visits: Result<Vec<usize>, _> = visits.split_whitespace().map(str::parse).collect();
            let clients = clients_of(&visits.map_err(|_| unknown())?, instance).ok_or_else(unknown)?;
            let vehicle_type = place.checked_sub(1).and_then(|it| instance.vehicle_type_of.get(it));
            let vehicle_type = *vehicle_type.ok_or_else(unknown)?;
            if !clients.is_empty() {
                routes.push(Route { vehicle_type, clients });
            }
        } else if let Some(rest) = line.strip_prefix("Cost") {
            cost = Some(rest.trim_start_matches([':', ' ']).parse::<f64>().map_err(|_| unknown())?);
        } else if !line.is_empty() {
            return Err(unknown());
        }
    }
    let cost = cost.ok_or(InstanceError::Missing { what: "Cost" })?;
    let mut served = vec![false; instance.problem.clients.len()];
    routes.iter().flat_map(|route| &route.clients).for_each(|&client| served[client as usize] = true);
    let unserved = (0..served.len() as u32).filter(|&client| !served[client as usize]).collect();
    Ok(PublishedSolution { solution: Solution { routes, unserved }, cost })
}

fn clients_of(visits: &[usize], instance: &Instance) -> Option<Vec<u32>> {
    let client = |&visit: &usize| {
        let client = visit.checked_sub(instance.problem.depots_count)?;
        (client < instance.problem.clients.len()).then_some(client as u32)
    };
    visits.iter().map(client).collect()
}

/// Writes a solution in the same form; `cost` is in whole units.
pub fn write_solution(solution: &Solution, cost: i64, instance: &Instance) -> String {
    let mut text = String::new();
    let mut next: Vec<usize> = vec![0; instance.problem.vehicle_types.len()];
    let mut placed: Vec<(usize, &Route)> = Vec::new();
    for route in &solution.routes {
        let kind = route.vehicle_type as usize;
        let free = (next[kind]..instance.vehicle_type_of.len())
            .find(|&place| instance.vehicle_type_of[place] as usize == kind)
            .unwrap_or(instance.vehicle_type_of.len());
        next[kind] = free + 1;
        placed.push((free, route));
    }
    placed.sort_by_key(|&(place, _)| place);
    for (place, route) in placed {
        let _ = write!(text, "Route #{}:", place + 1);
        for &client in &route.clients {
            let _ = write!(text, " {}", instance.problem.location(client as usize));
        }
        text.push('\n');
    }
    let _ = writeln!(text, "Cost {cost}");
    text
}

/// Scales on which published costs stand, in whole units a published unit.
const SCALES: [i64; 6] = [1, 10, 100, 1_000, 10_000, 100_000];

/// How many of our whole units a published unit of cost is, found by pricing the published routes (`priced`, in whole
/// units): the power of ten that brings both within a thousandth of each other. `None` where there is none, so that no
/// gap is printed on a wrong scale.
pub fn published_scale(priced: i64, published: &PublishedSolution) -> Option<i64> {
    let off = |scale: i64| (published.cost * scale as f64 / priced as f64 - 1.0).abs();
    SCALES.into_iter().find(|&scale| off(scale) < 1e-3)
}
