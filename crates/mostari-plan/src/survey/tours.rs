//! Flights by insertion and local search; shaken and improved again from the best so far, as Vansteenwegen, Souffriau,
//! Vanden Berghe and Van Oudheusden do for time windows (2009, doi:10.1016/j.cor.2009.03.008).

use super::{Effort, can, travel};
use crate::problem::survey::{Flight, SurveyProblem};
use crate::synthetic::Draws;

/// Hours below which a difference is rounding.
const HOURS_TOLERANCE: f64 = 1e-9;

/// Rounds without a better plan after which the search goes back to the best.
const PATIENCE: u32 = 20;

/// Hours of a flight with these looks; 0 without any.
pub(super) fn hours(problem: &SurveyProblem, flight: &Flight, order: &[usize]) -> f64 {
    let Some(last) = order.last() else { return 0.0 };
    let (mut hours, mut place) = (0.0, flight.base);
    for &look in order {
        let look = &problem.looks[look];
        hours += travel(problem, flight.kind, place, look.place) + look.hours;
        place = look.place;
    }
    hours + travel(problem, flight.kind, problem.looks[*last].place, flight.base)
}

/// The looks of each flight, in their order.
pub(super) fn search(
    problem: &SurveyProblem,
    prizes: &[f64],
    effort: &Effort,
    stop: &mut dyn FnMut() -> bool,
) -> Vec<Vec<usize>> {
    let mut draws = Draws(effort.seed);
    let mut here = Tours::new(problem, prizes);
    here.improve();
    let mut best = here.orders.clone();
    let mut most = here.worth();
    let mut waited = 0;
    for _ in 0..effort.rounds {
        if stop() {
            break;
        }
        here.shake(&mut draws);
        here.improve();
        if here.worth() > most + 1e-12 * most {
            (best, most, waited) = (here.orders.clone(), here.worth(), 0);
        } else {
            waited += 1;
        }
        if waited >= PATIENCE {
            waited = 0;
            here.set(best.clone());
        }
    }
    best
}

struct Tours<'a> {
    problem: &'a SurveyProblem,
    prizes: &'a [f64],
    orders: Vec<Vec<usize>>,
    /// By candidate, the look that is taken.
    taken: Vec<Option<usize>>,
    /// Looks that are worth anything.
    wanted: Vec<usize>,
}

/// A look put into a flight at a position.
#[derive(Clone, Copy)]
struct Place {
    flight: usize,
    position: usize,
    hours: f64,
}

impl<'a> Tours<'a> {
    fn new(problem: &'a SurveyProblem, prizes: &'a [f64]) -> Self {
        let wanted = (0..prizes.len()).filter(|&look| prizes[look] > 0.0).collect();
        let orders = vec![Vec::new(); problem.flights.len()];
        Self { problem, prizes, orders, taken: vec![None; problem.candidates.len()], wanted }
    }

    fn set(&mut self, orders: Vec<Vec<usize>>) {
        self.taken.fill(None);
        for &look in orders.iter().flatten() {
            let candidate = self.candidate(look);
            self.taken[candidate] = Some(look);
        }
        self.orders = orders;
    }

    fn candidate(&self, look: usize) -> usize {
        self.problem.looks[look].candidate as usize
    }

    fn worth(&self) -> f64 {
        self.orders.iter().flatten().map(|&look| self.prizes[look]).sum()
    }

    fn hours(&self, flight: usize, order: &[usize]) -> f64 {
        hours(self.problem, &self.problem.flights[flight], order)
    }

    fn fits(&self, flight: usize, hours: f64) -> bool {
        hours <= self.problem.flights[flight].hours_max
    }

    /// Until no step helps: shorter tours, then more looks, then better ones.
    fn improve(&mut self) {
        loop {
            for flight in 0..self.orders.len() {
                self.shorten(flight);
            }
            self.balance();
            if !self.insert_all() && !self.exchange() {
                break;
            }
        }
    }

    /// The best place for a look in a flight, `order` being what the flight does.
    fn place(&self, flight: usize, order: &[usize], look: usize) -> Option<Place> {
        let told = &self.problem.flights[flight];
        let new = &self.problem.looks[look];
        if !can(self.problem, told, new) {
            return None;
        }
        let at = |position: usize| order.get(position).map_or(told.base, |&look| self.problem.looks[look].place);
        let way = |from: u32, to: u32| travel(self.problem, told.kind, from, to);
        let extra = |position: usize| {
            let before = if position == 0 { told.base } else { at(position - 1) };
            let after = at(position);
            let was = if order.is_empty() { 0.0 } else { way(before, after) };
            way(before, new.place) + new.hours + way(new.place, after) - was
        };
        let best = (0..=order.len()).map(|position| (position, extra(position))).min_by(|a, b| a.1.total_cmp(&b.1));
        let (position, _) = best.expect("there is a first position");
        let mut with = order.to_vec();
        with.insert(position, look);
        let hours = self.hours(flight, &with);
        self.fits(flight, hours).then_some(Place { flight, position, hours })
    }

    /// Looks in as long as any fits, the most worth for an extra hour first.
    fn insert_all(&mut self) -> bool {
        let mut is_changed = false;
        loop {
            let now: Vec<f64> = (0..self.orders.len()).map(|flight| self.hours(flight, &self.orders[flight])).collect();
            let mut best: Option<(f64, usize, Place)> = None;
            for &look in self.wanted.iter().filter(|&&look| self.taken[self.candidate(look)].is_none()) {
                for (flight, now) in now.iter().enumerate() {
                    let Some(place) = self.place(flight, &self.orders[flight], look) else { continue };
                    let ratio = self.prizes[look] / (place.hours - now).max(HOURS_TOLERANCE);
                    if best.as_ref().is_none_or(|(most, ..)| ratio > *most) {
                        best = Some((ratio, look, place));
                    }
                }
            }
            let Some((_, look, place)) = best else { return is_changed };
            self.put(look, place);
            is_changed = true;
        }
    }

    fn put(&mut self, look: usize, place: Place) {
        self.orders[place.flight].insert(place.position, look);
        let candidate = self.candidate(look);
        self.taken[candidate] = Some(look);
    }

    /// One look out, a better one in: the exchange that gains most.
    fn exchange(&mut self) -> bool {
        let mut best: Option<(f64, usize, usize, usize, Place)> = None;
        for from in 0..self.orders.len() {
            for position in 0..self.orders[from].len() {
                let out = self.orders[from][position];
                let mut without = self.orders[from].clone();
                without.remove(position);
                for &look in &self.wanted {
                    let gain = self.prizes[look] - self.prizes[out];
                    let is_free = self.taken[self.candidate(look)].is_none_or(|taken| taken == out);
                    if gain <= 1e-12 * self.prizes[out] || !is_free || best.as_ref().is_some_and(|b| gain <= b.0) {
                        continue;
                    }
                    for flight in 0..self.orders.len() {
                        let order = if flight == from { &without } else { &self.orders[flight] };
                        if let Some(place) = self.place(flight, order, look) {
                            best = Some((gain, from, position, look, place));
                            break;
                        }
                    }
                }
            }
        }
        let Some((_, from, position, look, place)) = best else { return false };
        let out = self.orders[from].remove(position);
        let candidate = self.candidate(out);
        self.taken[candidate] = None;
        self.put(look, place);
        true
    }

    /// Turns parts of a tour round (2-opt) and moves up to three looks elsewhere in it (or-opt) while that saves hours.
    fn shorten(&mut self, flight: usize) {
        let mut order = self.orders[flight].clone();
        let mut hours = self.hours(flight, &order);
        'again: loop {
            for first in 0..order.len() {
                for last in first + 1..order.len() {
                    order[first..=last].reverse();
                    let turned = self.hours(flight, &order);
                    if turned < hours - HOURS_TOLERANCE {
                        hours = turned;
                        continue 'again;
                    }
                    order[first..=last].reverse();
                }
            }
            for length in 1..=3.min(order.len().saturating_sub(1)) {
                for first in 0..=order.len() - length {
                    let mut rest = order.clone();
                    let moved: Vec<usize> = rest.drain(first..first + length).collect();
                    for to in 0..=rest.len() {
                        let mut with = rest.clone();
                        with.splice(to..to, moved.iter().copied());
                        let new = self.hours(flight, &with);
                        if new < hours - HOURS_TOLERANCE {
                            (order, hours) = (with, new);
                            continue 'again;
                        }
                    }
                }
            }
            break;
        }
        self.orders[flight] = order;
    }

    /// Moves looks from flight to flight while that saves hours in sum.
    fn balance(&mut self) {
        'again: loop {
            for from in 0..self.orders.len() {
                for position in 0..self.orders[from].len() {
                    let look = self.orders[from][position];
                    let mut without = self.orders[from].clone();
                    without.remove(position);
                    let saved = self.hours(from, &self.orders[from]) - self.hours(from, &without);
                    for flight in (0..self.orders.len()).filter(|&flight| flight != from) {
                        let Some(place) = self.place(flight, &self.orders[flight], look) else { continue };
                        let spent = place.hours - self.hours(flight, &self.orders[flight]);
                        if spent < saved - HOURS_TOLERANCE {
                            self.orders[from] = without;
                            self.orders[flight].insert(place.position, look);
                            continue 'again;
                        }
                    }
                }
            }
            return;
        }
    }

    /// Takes a run of looks out of every flight.
    fn shake(&mut self, draws: &mut Draws) {
        for flight in 0..self.orders.len() {
            let count = self.orders[flight].len();
            if count == 0 {
                continue;
            }
            let length = 1 + draws.below(count.div_ceil(2));
            let first = draws.below(count);
            let is_out = |position: usize| (position + count - first) % count < length;
            let order = std::mem::take(&mut self.orders[flight]);
            for (position, look) in order.into_iter().enumerate() {
                if is_out(position) {
                    let candidate = self.candidate(look);
                    self.taken[candidate] = None;
                } else {
                    self.orders[flight].push(look);
                }
            }
        }
    }
}
