//! The first stage as a program: depots, stock, and cuts in place of the scenarios.
//!
//! The solver sees shares of a depot's volume and costs in thousandths of a known plan's, so that its tolerances, which
//! are absolute, mean the same in every problem.

use super::stage::{Decision, Plane};
use crate::problem::preposition::PrepositionProblem;
use mostari_milp::{Kind, Limits, MilpError, Model, Sense, Solution, Variable, relaxed_over, solve};

/// Parts in which the cost of a known plan is counted.
const COST_PARTS: f64 = 1_000.0;

/// A slope below this is left out of a cut, which is lowered by as much.
const SLOPE_MIN: f64 = 1e-7;

/// What a cut bounds from below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The expected cost of a group of scenarios.
    Group(usize),
    /// The mean cost of the worst.
    Tail,
}

struct Cut {
    target: Target,
    plane: Plane,
    idle: u32,
}

/// All cuts so far.
pub(super) struct Master<'a> {
    problem: &'a PrepositionProblem,
    groups: usize,
    /// Cost that the solver sees as 1.
    unit_cost: f64,
    cuts: Vec<Cut>,
}

/// By depot, the least and the most part in which it may be open.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Range {
    pub low: Vec<f64>,
    pub high: Vec<f64>,
}

impl Range {
    pub fn free(depots: usize) -> Self {
        Self { low: vec![0.0; depots], high: vec![1.0; depots] }
    }

    pub fn fixed(open: &[f64]) -> Self {
        Self { low: open.to_vec(), high: open.to_vec() }
    }

    pub fn is_fixed(&self, depot: usize) -> bool {
        self.low[depot] == self.high[depot]
    }
}

struct Built {
    model: Model,
    open: Vec<Variable>,
    stock: Vec<Vec<Variable>>,
    groups: Vec<Variable>,
    tail: Variable,
}

/// A decision and the value that no other falls below.
pub(super) struct Proposed {
    pub decision: Decision,
    pub bound: f64,
    /// By depot, what the bound rises at least by if it opens further than it is here; falls at most by if less.
    pub slopes: Vec<f64>,
}

impl<'a> Master<'a> {
    /// `known_cost` is the objective of any plan.
    pub fn new(problem: &'a PrepositionProblem, groups: usize, known_cost: f64) -> Self {
        let unit_cost = if known_cost > 0.0 { known_cost / COST_PARTS } else { 1.0 };
        Self { problem, groups, unit_cost, cuts: Vec::new() }
    }

    /// Units of a good that fill a depot.
    fn full(&self, good: usize, depot: usize) -> f64 {
        self.problem.depots[depot].capacity_volume / self.problem.goods[good].unit_volume
    }

    pub fn add(&mut self, target: Target, plane: Plane) {
        self.cuts.push(Cut { target, plane, idle: 0 });
    }

    /// Solves with the cuts there are.
    pub fn propose(&mut self, range: &Range, seed: u32) -> Result<Proposed, MilpError> {
        let built = self.build(range, Kind::Continuous);
        let solution = solve(&built.model, &Limits::exact(seed))?;
        let slopes = self.slopes(&solution);
        self.count_idle(&built, &solution);
        Ok(Proposed { decision: self.decision(&built, &solution), bound: solution.bound * self.unit_cost, slopes })
    }

    /// Solves with whole depots, as far as a gap or so many nodes of the solver's tree; no slopes.
    pub fn propose_whole(&self, range: &Range, gap: f64, nodes: u32, seed: u32) -> Result<Proposed, MilpError> {
        let built = self.build(range, Kind::Integer);
        let solution = solve(&built.model, &Limits { gap, nodes: Some(nodes), ..Limits::exact(seed) })?;
        Ok(Proposed {
            decision: self.decision(&built, &solution),
            bound: solution.bound * self.unit_cost,
            slopes: Vec::new(),
        })
    }

    fn decision(&self, built: &Built, solution: &Solution) -> Decision {
        let value = |variable: &Variable| solution.value(*variable).max(0.0);
        Decision {
            open: built.open.iter().map(|v| value(v).min(1.0)).collect(),
            stock: built.stock.iter().enumerate().map(|(good, row)| self.amounts(good, row, &value)).collect(),
        }
    }

    /// The bounds that follow if a depot is closed and if it is open.
    pub fn either(&self, range: &Range, depot: usize) -> Result<(f64, f64), MilpError> {
        let built = self.build(range, Kind::Continuous);
        let solutions = relaxed_over(&built.model, built.open[depot], &[0.0, 1.0])?;
        let bound = |at: usize| solutions.get(at).map_or(f64::INFINITY, |solution| solution.bound * self.unit_cost);
        Ok((bound(0), bound(1)))
    }

    /// Weighed by their prices the cuts are one plane, which is least at each depot by itself: with no stock, or filled
    /// with one good.
    fn slopes(&self, solution: &Solution) -> Vec<f64> {
        // Columns are depots, then stock by good; the first rows are the volumes of depots.
        let depots = self.problem.depots.len();
        let duals = solution.duals.as_ref().expect("the program has no whole variables");
        let slope = |depot: usize| {
            // The volume's price goes back from stock to the depot.
            let volume = -duals.rows[depot].min(0.0);
            let reduced = |good: usize| duals.variables[(good + 1) * depots + depot] - volume;
            let stock = (0..self.problem.goods.len()).map(reduced).fold(0.0, f64::min);
            (duals.variables[depot] + volume + stock) * self.unit_cost
        };
        (0..depots).map(slope).collect()
    }

    fn build(&self, range: &Range, kind: Kind) -> Built {
        let problem = self.problem;
        let first = (1.0 + problem.risk_weight) / self.unit_cost;
        let mut model = Model::new(Sense::Minimise);
        let mut open = Vec::with_capacity(problem.depots.len());
        for (at, depot) in problem.depots.iter().enumerate() {
            let (low, high) = (range.low[at], range.high[at]);
            open.push(model.add_variable(first * depot.opening_cost, low, high, kind));
        }
        let mut stock = Vec::with_capacity(problem.goods.len());
        for (at, good) in problem.goods.iter().enumerate() {
            let cost = |depot: usize| first * good.stock_cost * self.full(at, depot);
            let row = (0..open.len()).map(|depot| model.add_variable(cost(depot), 0.0, 1.0, Kind::Continuous));
            stock.push(row.collect::<Vec<Variable>>());
        }
        for (at, depot) in open.iter().enumerate() {
            let mut terms = vec![(*depot, -1.0)];
            terms.extend(stock.iter().map(|row| (row[at], 1.0)));
            model.add_row(f64::NEG_INFINITY, 0.0, &terms);
        }
        let groups: Vec<Variable> =
            (0..self.groups).map(|_| model.add_variable(1.0, 0.0, f64::INFINITY, Kind::Continuous)).collect();
        let tail = model.add_variable(problem.risk_weight, 0.0, f64::INFINITY, Kind::Continuous);
        // The mean of the worst is not less than the mean of all.
        let mut terms: Vec<(Variable, f64)> = groups.iter().map(|&group| (group, -1.0)).collect();
        terms.push((tail, 1.0));
        model.add_row(0.0, f64::INFINITY, &terms);
        let mut built = Built { model, open, stock, groups, tail };
        for cut in &self.cuts {
            let (terms, constant) = self.row(&built, cut);
            built.model.add_row(constant, f64::INFINITY, &terms);
        }
        built
    }

    fn count_idle(&mut self, built: &Built, solution: &Solution) {
        let is_tight = |cut: &Cut| {
            let (terms, constant) = self.row(built, cut);
            let value: f64 = terms.iter().map(|(variable, weight)| weight * solution.value(*variable)).sum();
            value - constant <= 1e-6 * constant.abs().max(1.0)
        };
        let tight: Vec<bool> = self.cuts.iter().map(is_tight).collect();
        for (cut, is_tight) in self.cuts.iter_mut().zip(tight) {
            cut.idle = if is_tight { 0 } else { cut.idle + 1 };
        }
    }

    /// Drops cuts that had no part in the last so many programs.
    pub fn forget_idle(&mut self, idle_max: u32) {
        self.cuts.retain(|cut| cut.idle <= idle_max);
    }

    /// Units of a good by depot, never more than fills the depot.
    fn amounts(&self, good: usize, row: &[Variable], value: &dyn Fn(&Variable) -> f64) -> Vec<f64> {
        row.iter().enumerate().map(|(depot, share)| value(share).min(1.0) * self.full(good, depot)).collect()
    }

    /// Target less the plane's slopes, in units of the solver, and what they are at least.
    fn row(&self, built: &Built, cut: &Cut) -> (Vec<(Variable, f64)>, f64) {
        let target = match cut.target {
            Target::Group(group) => built.groups[group],
            Target::Tail => built.tail,
        };
        let (mut terms, mut constant) = (vec![(target, 1.0)], cut.plane.constant / self.unit_cost);
        let mut add = |variable: Variable, slope: f64| {
            if slope < -SLOPE_MIN {
                terms.push((variable, -slope));
            } else {
                // No variable exceeds 1.
                constant += slope.min(0.0);
            }
        };
        for (depot, slope) in cut.plane.open.iter().enumerate() {
            add(built.open[depot], slope / self.unit_cost);
        }
        for (good, row) in cut.plane.stock.iter().enumerate() {
            for (depot, slope) in row.iter().enumerate() {
                add(built.stock[good][depot], slope * self.full(good, depot) / self.unit_cost);
            }
        }
        (terms, constant)
    }
}
