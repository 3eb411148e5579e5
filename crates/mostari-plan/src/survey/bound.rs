//! What no set of flights exceeds.
//!
//! A tour enters and leaves each look; half of the shortest way in and half of the shortest way out belong to it
//! alone. With the hours on the spot that is the least that a look takes of the hours of all flights of its kind. What
//! is left is a knapsack with one choice a candidate; at any price of an hour its relaxation bounds the worth, and the
//! best price is sought for one kind after the other.

use super::can;
use super::travel;
use crate::problem::survey::SurveyProblem;

/// Passes over the kinds.
const PASSES: u32 = 6;

/// Halvings of the range of a price.
const HALVINGS: u32 = 60;

/// A look that some flight can take: candidate, kind, worth, least hours.
struct Item {
    candidate: usize,
    kind: usize,
    prize: f64,
    hours: f64,
}

/// A worth that no plan exceeds.
pub(super) fn bound(problem: &SurveyProblem, prizes: &[f64]) -> f64 {
    let items = items(problem, prizes);
    let hours = hours(problem, &items);
    let mut prices = vec![0.0; problem.kinds.len()];
    let mut least = at(problem, &items, &hours, &prices);
    for _ in 0..PASSES {
        for kind in 0..prices.len() {
            let steepest = |item: &Item| if item.hours > 0.0 { item.prize / item.hours } else { 0.0 };
            let mut range = (0.0, items.iter().filter(|item| item.kind == kind).map(steepest).fold(0.0, f64::max));
            // The bound is convex in each price: thirds that cannot hold the least are cut off.
            for _ in 0..HALVINGS {
                let (low, high) = (range.0 + (range.1 - range.0) / 3.0, range.1 - (range.1 - range.0) / 3.0);
                let mut value = |price: f64| {
                    prices[kind] = price;
                    at(problem, &items, &hours, &prices)
                };
                if value(low) <= value(high) { range.1 = high } else { range.0 = low }
            }
            prices[kind] = range.0;
            least = least.min(at(problem, &items, &hours, &prices));
        }
    }
    least
}

/// Hours at their prices, and for each candidate what its best look is worth beyond the price of its hours.
fn at(problem: &SurveyProblem, items: &[Item], hours: &[f64], prices: &[f64]) -> f64 {
    let mut best = vec![0.0_f64; problem.candidates.len()];
    for item in items {
        best[item.candidate] = best[item.candidate].max(item.prize - prices[item.kind] * item.hours);
    }
    best.iter().sum::<f64>() + hours.iter().zip(prices).map(|(hours, price)| hours * price).sum::<f64>()
}

fn items(problem: &SurveyProblem, prizes: &[f64]) -> Vec<Item> {
    let can_be = |at: &usize| {
        prizes[*at] > 0.0 && problem.flights.iter().any(|flight| can(problem, flight, &problem.looks[*at]))
    };
    let taken: Vec<usize> = (0..problem.looks.len()).filter(can_be).collect();
    taken
        .iter()
        .map(|&at| {
            let look = &problem.looks[at];
            let others = taken.iter().filter(|&&other| other != at).map(|&other| &problem.looks[other]);
            let bases = problem.flights.iter().filter(|flight| flight.kind == look.kind).map(|flight| flight.base);
            let places = others.filter(|other| other.kind == look.kind && other.candidate != look.candidate);
            let places: Vec<u32> = places.map(|other| other.place).chain(bases).collect();
            let hours = look.hours + nearest(problem, look.kind, look.place, &places);
            Item { candidate: look.candidate as usize, kind: look.kind as usize, prize: prizes[at], hours }
        })
        .collect()
}

/// Half of the shortest way in and half of the shortest way out.
fn nearest(problem: &SurveyProblem, kind: u32, place: u32, places: &[u32]) -> f64 {
    let way_in = places.iter().map(|&other| travel(problem, kind, other, place)).fold(f64::INFINITY, f64::min);
    let way_out = places.iter().map(|&other| travel(problem, kind, place, other)).fold(f64::INFINITY, f64::min);
    (way_in + way_out) / 2.0
}

/// By kind, the hours of its flights less what leaving and entering their bases takes.
fn hours(problem: &SurveyProblem, items: &[Item]) -> Vec<f64> {
    let mut hours = vec![0.0; problem.kinds.len()];
    for flight in &problem.flights {
        let looks = problem.looks.iter().filter(|look| can(problem, flight, look));
        let places: Vec<u32> = looks.map(|look| look.place).collect();
        let is_used = items.iter().any(|item| item.kind == flight.kind as usize);
        if !places.is_empty() && is_used {
            hours[flight.kind as usize] +=
                (flight.hours_max - nearest(problem, flight.kind, flight.base, &places)).max(0.0);
        }
    }
    hours
}
