//! Branch and Benders cut: relaxed depots first, with points drawn towards the best so far, then a tree of depots that
//! are open or closed, with cuts at its nodes.

use super::master::{Master, Proposed, Range, Target};
use super::risk;
use super::stage::{Decision, Plane, Seen, Stage};
use super::{Effort, PrepositionError};

/// How far from the best point towards the program's point the cuts are taken (in-out separation, Ben-Ameur and Neto
/// 2007, doi:10.1002/net.20174).
const INTO: f64 = 0.5;

/// Part of the gap within which the relaxed depots, and the stock of given depots, are solved.
const INNER_SHARE: f64 = 0.3;

/// Rounds in which the stock of given depots is improved, at most.
const STOCK_ROUNDS_MAX: u32 = 60;

/// Steps in which prices climb at a point with depots open in part.
const CLIMB_ROUNDS: u32 = 10;

/// Programs that a cut may have no part in before it is dropped: while depots are relaxed, and in the tree.
const IDLE_MAX: (u32, u32) = (8, 60);

/// The best decision and what is proven of it.
pub(super) struct Found {
    pub decision: Decision,
    pub bound: f64,
    pub rounds: u32,
    pub is_stopped: bool,
}

/// A search under way.
pub(super) struct Search<'a, 'b> {
    pub stage: &'a Stage<'b>,
    pub master: Master<'b>,
    pub effort: &'a Effort,
    stop: &'a mut dyn FnMut() -> bool,
    pub best: (Decision, f64),
    pub bound: f64,
    rounds: u32,
    /// By scenario and good, prices of stock where prices last climbed.
    prices: Vec<Vec<f64>>,
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
    let prices = vec![Vec::new(); stage.problem.scenarios.len() * stage.problem.goods.len()];
    let mut search = Search { stage, master, effort, stop, best, bound: 0.0, rounds: 0, prices };
    search.look(&first);
    search.relaxed()?;
    super::tree::grow(&mut search)?;
    let is_stopped = search.bound < search.cutoff();
    let Search { best: (decision, objective), bound, rounds, .. } = search;
    Ok(Found { decision, bound: bound.min(objective), rounds, is_stopped })
}

fn objective(stage: &Stage<'_>, decision: &Decision, costs: &[f64]) -> f64 {
    (1.0 + stage.problem.risk_weight) * stage.first_cost(decision) + risk::measure(stage.problem, costs)
}

impl Search<'_, '_> {
    /// What a bound has to reach so that nothing that is worth finding lies beyond.
    pub fn cutoff(&self) -> f64 {
        self.best.1 * (1.0 - self.effort.gap)
    }

    /// Takes a bound of the tree, where plans that cannot beat the cutoff may have been left out.
    pub fn raise(&mut self, bound: f64) {
        self.bound = self.bound.max(bound.min(self.cutoff()));
    }

    pub fn is_over(&mut self) -> bool {
        self.rounds >= self.effort.rounds_max || (self.stop)()
    }

    fn objective(&self, decision: &Decision, seen: &Seen) -> f64 {
        objective(self.stage, decision, &seen.costs)
    }

    /// Looks at a decision and adds the cuts that follow; its objective.
    pub fn look(&mut self, decision: &Decision) -> f64 {
        let seen = match decision.open.iter().all(|open| *open == 0.0 || *open == 1.0) {
            true => self.stage.look(decision),
            false => self.stage.look_in_part(decision, &mut self.prices, CLIMB_ROUNDS),
        };
        let problem = self.stage.problem;
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
        self.objective(decision, &seen)
    }

    pub fn propose(&mut self, range: &Range) -> Result<Proposed, PrepositionError> {
        self.master.propose(range, self.effort.seed).map_err(|source| PrepositionError::Master { source })
    }

    /// Cuts for depots that may be open in part, until no better bound is in sight.
    fn relaxed(&mut self) -> Result<(), PrepositionError> {
        let inner = INNER_SHARE * self.effort.gap;
        let mut centre = self.best.clone();
        let range = Range::free(centre.0.open.len());
        let mut slow = 0;
        while !self.is_over() {
            let proposed = self.propose(&range)?;
            self.master.forget_idle(IDLE_MAX.0);
            let gained = proposed.bound - self.bound;
            self.bound = self.bound.max(proposed.bound);
            slow = if gained < 0.1 * inner * self.bound.abs() { slow + 1 } else { 0 };
            if slow >= 8 || centre.1 - self.bound <= 0.1 * inner * centre.1 {
                break;
            }
            let into = if gained < 1e-5 * self.bound.abs() { 1.0 } else { INTO };
            let point = centre.0.towards(&proposed.decision, into);
            let value = self.look(&point);
            if value < centre.1 {
                centre = (point, value);
            }
        }
        Ok(())
    }

    /// The best stock for these depots.
    pub fn stock(&mut self, first: &Decision) -> Result<(), PrepositionError> {
        let open: Vec<f64> = first.open.iter().map(|open| open.round()).collect();
        let range = Range::fixed(&open);
        let mut point = first.clone().with_depots(&open);
        let mut centre: Option<(Decision, f64)> = None;
        for round in 0..STOCK_ROUNDS_MAX {
            let value = self.look(&point);
            if value < self.best.1 {
                self.best = (point.clone(), value);
            }
            if centre.as_ref().is_none_or(|centre| value < centre.1) {
                centre = Some((point, value));
            }
            let (at, worth) = centre.as_ref().expect("set above");
            let proposed = self.propose(&range)?;
            let left = worth - proposed.bound;
            // Depots that cannot become the best any more are left alone.
            let is_hopeless = proposed.bound > self.cutoff();
            if left <= INNER_SHARE * self.effort.gap * worth || is_hopeless || self.is_over() {
                break;
            }
            let into = if round % 3 == 2 { 1.0 } else { INTO };
            point = at.towards(&proposed.decision, into).with_depots(&open);
        }
        Ok(())
    }

    /// The bounds that follow if a depot is closed and if it is open.
    pub fn either(&mut self, range: &Range, depot: usize) -> Result<(f64, f64), PrepositionError> {
        self.master.either(range, depot).map_err(|source| PrepositionError::Master { source })
    }

    /// Whole depots by the solver, to within part of the gap.
    pub fn propose_whole(&mut self, range: &Range, nodes: u32) -> Result<Proposed, PrepositionError> {
        let (gap, seed) = (INNER_SHARE * self.effort.gap, self.effort.seed);
        self.master.propose_whole(range, gap, nodes, seed).map_err(|source| PrepositionError::Master { source })
    }

    /// Drops cuts that had no part in the tree for long.
    pub fn forget_idle(&mut self) {
        self.master.forget_idle(IDLE_MAX.1);
    }
}
