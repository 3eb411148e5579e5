//! Survey flights: where a drone's or a team's next look reduces the plan's doubt most.
//!
//! A look is worth what deciding after it is worth more than deciding now (preposterior analysis, Raiffa and Schlaifer
//! 1961; [`information`]): nothing if no result would change the decision. Flights then collect worth within their
//! hours (team orienteering, Chao, Golden and Wasil 1996, doi:10.1016/0377-2217(94)00289-4): insertion, local search
//! and restarts from the best so far ([`tours`]), with a bound that no set of flights exceeds ([`bound`]).

mod bound;
mod information;
mod tours;

use crate::problem::survey::{Look, SurveyPlan, SurveyProblem, Tour};

/// How much work to put into a plan. The same effort gives the same plan on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Rounds of shaking and improving.
    pub rounds: u32,
    /// Seed of the shaking.
    pub seed: u64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { rounds: 400, seed: 1 }
    }
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SurveyError {
    /// A figure makes no sense.
    #[error("{subject}: {what}")]
    Figure {
        /// The candidate, look, kind or flight.
        subject: String,
        /// What is wrong.
        what: &'static str,
    },
}

/// Plans flights. `stop` is asked between rounds and ends the search early with the best flights so far.
///
/// # Errors
/// [`SurveyError::Figure`] if a figure makes no sense.
pub fn solve(
    problem: &SurveyProblem,
    effort: &Effort,
    stop: &mut dyn FnMut() -> bool,
) -> Result<SurveyPlan, SurveyError> {
    validate(problem)?;
    let looks: Vec<_> = problem.looks.iter().map(|look| information::worth(problem, look)).collect();
    let prizes: Vec<f64> = looks.iter().map(|look| look.worth).collect();
    let orders = tours::search(problem, &prizes, effort, stop);
    let tours: Vec<Tour> = problem
        .flights
        .iter()
        .zip(orders)
        .map(|(flight, order)| Tour {
            hours: tours::hours(problem, flight, &order),
            worth: order.iter().map(|&look| prizes[look]).sum(),
            looks: order.into_iter().map(|look| look as u32).collect(),
        })
        .collect();
    let worth: f64 = tours.iter().map(|tour| tour.worth).sum();
    let bound = bound::bound(problem, &prizes).max(worth);
    let gap = if worth > 0.0 { (bound - worth) / worth } else { 0.0 };
    Ok(SurveyPlan { looks, tours, worth, bound, gap })
}

fn validate(problem: &SurveyProblem) -> Result<(), SurveyError> {
    let wrong = |subject: &str, what| Err(SurveyError::Figure { subject: subject.into(), what });
    let are_chances = |chances: &mut dyn Iterator<Item = f64>| {
        let (mut sum, mut all) = (0.0, true);
        chances.for_each(|chance| (sum, all) = (sum + chance, all && (0.0..=1.0).contains(&chance)));
        all && (sum - 1.0).abs() <= 1e-9
    };
    for candidate in &problem.candidates {
        if candidate.chances.len() != candidate.worth.len() || !are_chances(&mut candidate.chances.iter().copied()) {
            return wrong(&candidate.id, "a chance and a worth for each state, chances with the sum 1");
        }
        if candidate.worth.iter().any(|worth| !worth.is_finite()) {
            return wrong(&candidate.id, "worth is finite");
        }
    }
    for kind in &problem.kinds {
        let places = kind.travel_time_h.len();
        let is_row = |row: &Vec<f64>| row.len() == places && row.iter().all(|hours| *hours >= 0.0);
        if !kind.travel_time_h.iter().all(is_row) {
            return wrong(&kind.id, "a travel time from each place to each, none negative");
        }
        if has_quicker_detour(&kind.travel_time_h) {
            return wrong(&kind.id, "travel times are the shortest: no detour over a third place is quicker");
        }
    }
    let has_place = |kind: u32, place: u32| {
        problem.kinds.get(kind as usize).is_some_and(|kind| (place as usize) < kind.travel_time_h.len())
    };
    for look in &problem.looks {
        let Some(candidate) = problem.candidates.get(look.candidate as usize) else {
            return wrong(&look.id, "its candidate is unknown");
        };
        let states = candidate.chances.len();
        let has_rows = look.results.iter().all(|row| row.len() == states);
        let is_told = |state: usize| are_chances(&mut look.results.iter().map(|row| row[state]));
        if !has_rows || !(0..states).all(is_told) {
            return wrong(&look.id, "chances of the results have the sum 1 for each state");
        }
        if !(has_place(look.kind, look.place) && look.hours.is_finite() && look.hours >= 0.0) {
            return wrong(&look.id, "a known kind and place, and hours that are not negative");
        }
    }
    for flight in &problem.flights {
        if !(has_place(flight.kind, flight.base) && flight.hours_max.is_finite() && flight.hours_max >= 0.0) {
            return wrong(&flight.id, "a known kind and base, and hours that are not negative");
        }
    }
    Ok(())
}

/// Hours by which a detour may be quicker: what rounding of travel times does.
const DETOUR_TOLERANCE_H: f64 = 1e-6;

fn has_quicker_detour(hours: &[Vec<f64>]) -> bool {
    hours.iter().any(|from| {
        from.iter().zip(hours).any(|(first, onwards)| {
            from.iter().zip(onwards).any(|(direct, second)| first + second < direct - DETOUR_TOLERANCE_H)
        })
    })
}

/// Hours of a kind from a place to another.
fn travel(problem: &SurveyProblem, kind: u32, from: u32, to: u32) -> f64 {
    problem.kinds[kind as usize].travel_time_h[from as usize][to as usize]
}

/// Whether a flight could take a look if it took no other.
fn can(problem: &SurveyProblem, flight: &crate::problem::survey::Flight, look: &Look) -> bool {
    flight.kind == look.kind && {
        let out = travel(problem, look.kind, flight.base, look.place);
        out + look.hours + travel(problem, look.kind, look.place, flight.base) <= flight.hours_max
    }
}

#[cfg(test)]
mod tests;
