//! The search: take strings of clients out, put them back greedily, keep the result if it is good enough.
//!
//! Everything that is kept obeys every rule; a client that fits nowhere waits outside and costs more the longer it waits.

mod kinds;
mod model;
mod random;
mod recreate;
mod routes;
mod ruin;
mod timing;

use crate::problem::{Problem, ProblemError, Route, Solution};
use model::Model;
use random::Random;
use recreate::Inserter;
use routes::Routes;

/// How long the search may go on. An engine reads no clock: the caller says what share is spent.
pub trait Budget {
    /// The share spent after so many iterations; the search ends at 1 or more.
    fn spent(&mut self, iterations: u64) -> f64;
}

/// A budget of iterations: the same result on every machine.
#[derive(Debug, Clone, Copy)]
pub struct Iterations(pub u64);

impl Budget for Iterations {
    fn spent(&mut self, iterations: u64) -> f64 {
        iterations as f64 / self.0.max(1) as f64
    }
}

/// What decides the search besides the problem.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Decides every random choice.
    pub seed: u64,
    /// How much worse a step may well be, as a share of the mean cost of an arc: at the beginning and at the end.
    /// `None` for what suits the problem: [`WARMTH`], or [`WARMTH_TIMED`] where time can forbid a route.
    pub warmth: Option<(f64, f64)>,
}

/// Warmth at the beginning and at the end where time forbids nothing.
pub const WARMTH: (f64, f64) = (1.0, 0.003);
/// Warmth at the beginning and at the end where windows, shifts or durations forbid routes, which makes hollows deeper.
pub const WARMTH_TIMED: (f64, f64) = (3.0, 0.01);

impl Default for Settings {
    fn default() -> Self {
        Self { seed: 1, warmth: None }
    }
}

/// What the search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The routes and who is on none.
    pub solution: Solution,
    /// Cost of the routes and the prizes that were let go.
    pub cost: i64,
    /// Clients that must be served and are not.
    pub required_unserved_count: usize,
    /// Steps made.
    pub iterations: u64,
}

/// One step in so many is an upheaval: whole routes are taken out, and many places overlooked.
const UPHEAVAL_IN: usize = 32;
/// Steps between two looks at the budget.
const STEPS_A_LOOK: u64 = 64;
/// What all clients together may be worth, so that sums stay far from overflow.
const WORTH_SUM_MAX: i64 = 1 << 60;
/// Optional clients outside that a step tries again.
const RETRIES_MAX: usize = 8;

/// Finds routes.
///
/// # Errors
/// [`ProblemError`] if the problem does not [validate](Problem::validate).
pub fn solve(problem: &Problem, settings: &Settings, budget: &mut dyn Budget) -> Result<Outcome, ProblemError> {
    problem.validate()?;
    let model = Model::new(problem);
    let mut search = Search::new(&model, settings);
    search.step_from_nothing();
    let warmth = search.arc_cost();
    let usual = if model.timed || model.durations { WARMTH_TIMED } else { WARMTH };
    let (start, end) = settings.warmth.unwrap_or(usual);
    let cooling = (end / start).ln();
    let mut iterations = 0;
    loop {
        let spent = budget.spent(iterations);
        if spent >= 1.0 || problem.clients.is_empty() {
            break;
        }
        let temperature = warmth * start * (cooling * spent).exp();
        for _ in 0..STEPS_A_LOOK {
            search.step(temperature);
        }
        iterations += STEPS_A_LOOK;
    }
    Ok(search.outcome(iterations))
}

/// The best routes so far.
#[derive(Debug, Clone)]
struct Best {
    routes: Vec<(u32, Vec<u32>)>,
    required_unserved_count: usize,
    cost: i64,
}

struct Search<'m> {
    model: &'m Model,
    routes: Routes,
    inserter: Inserter,
    random: Random,
    /// Clients on no route.
    outside: Vec<u32>,
    outside_before: Vec<u32>,
    removed: Vec<u32>,
    sequence: Vec<u32>,
    /// What serving a client is worth, by location: its prize, or a weight that grows while it is outside.
    worth: Vec<i64>,
    best: Best,
}

impl<'m> Search<'m> {
    fn new(model: &'m Model, settings: &Settings) -> Self {
        let routes = Routes::new(model);
        let inserter = Inserter::new(model, &routes, true);
        Self {
            inserter,
            random: Random::new(settings.seed),
            outside: (model.depots as u32..model.side as u32).collect(),
            outside_before: Vec::new(),
            removed: Vec::new(),
            sequence: Vec::new(),
            worth: worths(model),
            best: Best { routes: Vec::new(), required_unserved_count: usize::MAX, cost: i64::MAX },
            routes,
            model,
        }
    }

    fn step_from_nothing(&mut self) {
        self.rebuild(0.0);
        self.routes.keep();
        self.remember_if_best();
    }

    /// The mean cost of an arc of the present routes; where there are none, half of what a vehicle for one client costs.
    fn arc_cost(&self) -> f64 {
        let vehicles: u32 = self.routes.used.iter().sum();
        if vehicles > 0 {
            let served = self.model.side - self.model.depots - self.outside.len();
            return self.routes.cost as f64 / (served as f64 + f64::from(vehicles));
        }
        let cheapest = |at: u32| self.model.kinds.iter().filter_map(|kind| recreate::alone(self.model, kind, at)).min();
        let costs: Vec<i64> = (self.model.depots as u32..self.model.side as u32).filter_map(cheapest).collect();
        costs.iter().sum::<i64>() as f64 / 2.0 / costs.len().max(1) as f64
    }

    /// Puts back what was removed and what waited outside.
    fn rebuild(&mut self, temperature: f64) {
        let Self { model, routes, inserter, random, outside, removed, worth, sequence, .. } = self;
        // All required clients are tried again, and some optional ones.
        let mut optional = 0;
        let chosen = random.below(outside.len().max(1));
        let whole = removed.is_empty();
        outside.rotate_left(chosen);
        outside.retain(|&at| {
            let is_optional = model.prize[at as usize].is_some();
            optional += usize::from(is_optional);
            let tried = whole || !is_optional || optional <= RETRIES_MAX;
            if tried {
                removed.push(at);
            }
            !tried
        });
        inserter.recreate(model, routes, random, removed, worth, temperature);
        outside.append(removed);
        kinds::reassign(model, routes, sequence);
    }

    fn step(&mut self, temperature: f64) {
        self.outside_before.clone_from(&self.outside);
        let before = self.objective();
        let upheaval = self.random.below(UPHEAVAL_IN) == 0;
        ruin::ruin(self.model, &mut self.routes, &mut self.random, &mut self.removed, upheaval);
        self.inserter.overlook_more(upheaval);
        self.rebuild(temperature);
        let after = self.objective();
        let allowed = -temperature * self.random.share().ln();
        if ((after - before) as f64) < allowed {
            self.routes.keep();
            if after < before {
                self.remember_if_best();
            }
        } else {
            self.routes.take_back(self.model);
            std::mem::swap(&mut self.outside, &mut self.outside_before);
        }
        let worth_max = WORTH_SUM_MAX / self.model.side as i64;
        for &at in &self.outside {
            let worth = &mut self.worth[at as usize];
            if self.model.prize[at as usize].is_none() && *worth < worth_max {
                *worth += 1 + *worth / 1000;
            }
        }
    }

    fn objective(&self) -> i64 {
        self.routes.cost + self.outside.iter().map(|&at| self.worth[at as usize]).sum::<i64>()
    }

    fn remember_if_best(&mut self) {
        let optional = |&&at: &&u32| self.model.prize[at as usize].is_some();
        let required = self.outside.len() - self.outside.iter().filter(optional).count();
        let cost = self.routes.cost + self.outside.iter().filter_map(|&at| self.model.prize[at as usize]).sum::<i64>();
        if (required, cost) >= (self.best.required_unserved_count, self.best.cost) {
            return;
        }
        self.best.required_unserved_count = required;
        self.best.cost = cost;
        let mut used = 0;
        for state in self.routes.routes.iter().filter(|state| state.count > 0) {
            if used == self.best.routes.len() {
                self.best.routes.push((0, Vec::new()));
            }
            let (kind, sequence) = &mut self.best.routes[used];
            *kind = state.kind;
            sequence.clear();
            self.routes.collect(state, sequence);
            used += 1;
        }
        self.best.routes.truncate(used);
    }

    fn outcome(self, iterations: u64) -> Outcome {
        let depots = self.model.depots as u32;
        let mut served = vec![false; self.model.side];
        let mut routes: Vec<Route> = Vec::new();
        for (kind, sequence) in self.best.routes {
            sequence.iter().for_each(|&at| served[at as usize] = true);
            routes.push(Route { vehicle_type: kind, clients: sequence.iter().map(|at| at - depots).collect() });
        }
        routes.sort();
        let unserved = (0..self.model.side as u32 - depots).filter(|it| !served[(it + depots) as usize]).collect();
        Outcome {
            solution: Solution { routes, unserved },
            cost: self.best.cost,
            required_unserved_count: self.best.required_unserved_count,
            iterations,
        }
    }
}

/// What it is worth to serve each client at the beginning: a required one pays for any vehicle of its own.
fn worths(model: &Model) -> Vec<i64> {
    let dearest = |at: u32| model.kinds.iter().filter_map(|kind| recreate::alone(model, kind, at)).max();
    let highest = (model.depots as u32..model.side as u32).filter_map(dearest).max().unwrap_or(0);
    let worth = |at: usize| match model.prize[at] {
        Some(prize) => prize,
        None => 2 * highest + 1,
    };
    (0..model.side).map(worth).collect()
}
