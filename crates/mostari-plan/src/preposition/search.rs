//! Benders' decomposition: relaxed depots first, with points drawn towards the best so far, then whole depots.

use super::master::{Depots, Master, Proposed, Target};
use super::risk;
use super::stage::{Decision, Plane, Seen, Stage};
use super::{Effort, PrepositionError};

/// How far from the best point towards the program's point the cuts are taken (in-out separation, Ben-Ameur and Neto
/// 2007, doi:10.1002/net.20174).
const INTO: f64 = 0.5;

/// Part of the gap within which the relaxed depots, and the stock of given depots, are solved.
const INNER_SHARE: f64 = 0.3;

/// Rounds in which the stock of given depots is improved, at most.
const STOCK_ROUNDS_MAX: u32 = 12;

/// Nodes of the search tree of one program of whole depots; what is left open at the limit shows in the bound.
const NODES_MAX: u32 = 20_000;

/// The best decision and what is proven of it.
pub(super) struct Found {
    pub decision: Decision,
    pub bound: f64,
    pub rounds: u32,
    pub is_stopped: bool,
}

/// A search under way.
struct Search<'a, 'b> {
    stage: &'a Stage<'b>,
    master: Master<'b>,
    effort: &'a Effort,
    stop: &'a mut dyn FnMut() -> bool,
    best: (Decision, f64),
    bound: f64,
    rounds: u32,
}

/// Searches from a first decision with whole depots.
pub(super) fn search(
    stage: &Stage<'_>,
    first: Decision,
    effort: &Effort,
    stop: &mut dyn FnMut() -> bool,
) -> Result<Found, PrepositionError> {
    let groups = effort.groups.clamp(1, stage.problem.scenarios.len());
    let known_cost = objective(stage, &first, &stage.look(&first).costs);
    let master = Master::new(stage.problem, groups, known_cost);
    let best = (first.clone(), known_cost);
    let mut search = Search { stage, master, effort, stop, best, bound: 0.0, rounds: 0 };
    search.look(&first);
    search.relaxed()?;
    search.whole()?;
    let Search { best: (decision, objective), bound, rounds, .. } = search;
    let is_stopped = objective - bound > effort.gap * objective;
    Ok(Found { decision, bound: bound.min(objective), rounds, is_stopped })
}

fn objective(stage: &Stage<'_>, decision: &Decision, costs: &[f64]) -> f64 {
    (1.0 + stage.problem.risk_weight) * stage.first_cost(decision) + risk::measure(stage.problem, costs)
}

impl Search<'_, '_> {
    fn is_close(&self, gap: f64) -> bool {
        self.best.1 - self.bound <= gap * self.best.1
    }

    fn is_over(&mut self) -> bool {
        self.rounds >= self.effort.rounds_max || (self.stop)()
    }

    fn objective(&self, decision: &Decision, seen: &Seen) -> f64 {
        objective(self.stage, decision, &seen.costs)
    }

    /// Looks at a decision and adds the cuts that follow.
    fn look(&mut self, decision: &Decision) -> Seen {
        let (seen, problem) = (self.stage.look(decision), self.stage.problem);
        let groups = self.effort.groups.clamp(1, problem.scenarios.len());
        for group in 0..groups {
            let mut plane = Plane::none(problem);
            for at in (group..problem.scenarios.len()).step_by(groups) {
                plane.add(&seen.planes[at], problem.scenarios[at].probability);
            }
            self.master.add(Target::Group(group), plane);
        }
        if problem.risk_weight > 0.0 {
            let mut plane = Plane::none(problem);
            for (weight, of) in risk::tail_weights(problem, &seen.costs).iter().zip(&seen.planes) {
                if *weight > 0.0 {
                    plane.add(of, *weight);
                }
            }
            self.master.add(Target::Tail, plane);
        }
        self.rounds += 1;
        seen
    }

    fn propose(&mut self, depots: &Depots<'_>) -> Result<Proposed, PrepositionError> {
        self.master.propose(depots, self.effort.seed).map_err(|source| PrepositionError::Master { source })
    }

    /// Cuts for depots that may be open in part, until no better bound is in sight.
    fn relaxed(&mut self) -> Result<(), PrepositionError> {
        let inner = INNER_SHARE * self.effort.gap;
        let mut centre = self.best.clone();
        while !self.is_over() {
            let proposed = self.propose(&Depots::Relaxed)?;
            let gained = proposed.bound - self.bound;
            self.bound = self.bound.max(proposed.bound);
            if centre.1 - self.bound <= inner * centre.1 {
                break;
            }
            let into = if gained < 1e-5 * self.bound.abs() { 1.0 } else { INTO };
            let point = centre.0.towards(&proposed.decision, into);
            let seen = self.look(&point);
            let value = self.objective(&point, &seen);
            if value < centre.1 {
                centre = (point, value);
            }
        }
        Ok(())
    }

    /// Whole depots: a decision by the program, the best stock for its depots, again until the gap is closed.
    fn whole(&mut self) -> Result<(), PrepositionError> {
        let gap = INNER_SHARE * self.effort.gap;
        while !self.is_close(self.effort.gap) && !self.is_over() {
            let proposed = self.propose(&Depots::Whole { gap, nodes: NODES_MAX })?;
            self.bound = self.bound.max(proposed.bound);
            if self.is_close(self.effort.gap) {
                break;
            }
            self.stock(proposed.decision)?;
        }
        Ok(())
    }

    /// The best stock for these depots.
    fn stock(&mut self, first: Decision) -> Result<(), PrepositionError> {
        let open: Vec<f64> = first.open.iter().map(|open| open.round()).collect();
        let mut point = Decision { open: open.clone(), stock: first.stock };
        let mut centre: Option<(Decision, f64)> = None;
        for round in 0..STOCK_ROUNDS_MAX {
            let seen = self.look(&point);
            let value = self.objective(&point, &seen);
            if value < self.best.1 {
                self.best = (point.clone(), value);
            }
            if centre.as_ref().is_none_or(|centre| value < centre.1) {
                centre = Some((point, value));
            }
            let (at, worth) = centre.as_ref().expect("set above");
            let proposed = self.propose(&Depots::Fixed(&open))?;
            let left = worth - proposed.bound;
            // Depots that cannot become the best any more are left alone.
            let is_hopeless = proposed.bound > self.best.1;
            if left <= INNER_SHARE * self.effort.gap * worth || is_hopeless || self.is_over() {
                break;
            }
            point = at.towards(&proposed.decision, if round % 3 == 2 { 1.0 } else { INTO });
            point.open.clone_from(&open);
        }
        Ok(())
    }
}
