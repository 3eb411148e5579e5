//! The portfolio as a mixed-integer program with one binary variable for each candidate and month in which it
//! may start: 1 from the month of its start on ("has started by"). No variable stands for who pays or works.
//!
//! A sum of demands, each of which may be met by some donors, can be met if and only if for every set S of donors
//! the demands that only S may meet do not exceed what S has (Hall 1935; Gale 1957 for divisible supply). The same
//! holds for the weeks of a capability in a month. Rows for the unions of the sets that occur therefore say exactly
//! what payment and crew variables would, and keep the program small. [`super::money`] and [`super::crews`] find
//! the payments and crews afterwards; that they exist is what the rows guarantee.

use super::PlanError;
use super::grid::{Grid, Set, WEEKS_SLACK};
use mostari_milp::{Kind, Model, Row, Sense, Solution, Variable};
use std::collections::{BTreeMap, BTreeSet};

/// Minor units in the unit of a row about money: the solver's tolerance of 1e-6 is then a tenth of a minor unit,
/// and whole minor units that hold within it hold exactly.
const MONEY_ROW_UNIT: f64 = 100_000.0;

/// Most unions of sets of donors or parties for which rows are made.
const UNIONS_MAX: usize = 4_096;

/// Start of each candidate, by position; `None` = not in the plan.
pub(crate) type Starts = Vec<Option<usize>>;

/// What a program is about, beside the grid.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// Months in which each candidate may start; empty = it stays out.
    pub starts: Vec<Vec<usize>>,
    /// A candidate that must be in.
    pub forced: Option<usize>,
    /// What to do about the share of every area.
    pub fairness: Fairness,
}

/// The share of its possible benefit that every area gets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fairness {
    /// Whatever comes out.
    Free,
    /// At least this.
    Floor(f64),
    /// As large as can be: the objective, instead of the benefit.
    Largest,
}

impl Question {
    /// Every candidate in every month that is open to it.
    pub fn whole(grid: &Grid<'_>, fairness: Fairness) -> Self {
        Self { starts: grid.candidates.iter().map(|c| c.starts.clone()).collect(), forced: None, fairness }
    }
}

/// A program and what its variables mean.
pub(crate) struct Program {
    pub model: Model,
    /// Months in which each candidate may start.
    pub starts: Vec<Vec<usize>>,
    /// For each candidate, by position in its `starts`: 1 if it started then or before.
    pub steps: Vec<Vec<Variable>>,
    /// Rows that join candidates which do not wait for each other: money, weeks, floors.
    pub links: Vec<Row>,
}

impl Program {
    pub fn of(grid: &Grid<'_>, question: &Question) -> Result<Self, PlanError> {
        let mut model = Model::new(Sense::Maximise);
        let by_benefit = question.fairness != Fairness::Largest;
        let mut steps = Vec::with_capacity(question.starts.len());
        for (candidate, starts) in question.starts.iter().enumerate() {
            let benefit = |start: usize| if by_benefit { grid.benefit(candidate, start) } else { 0.0 };
            let costs = differences(starts, benefit);
            steps.push(costs.into_iter().map(|cost| model.add_binary(cost)).collect::<Vec<_>>());
        }
        let mut program = Self { model, starts: question.starts.clone(), steps, links: Vec::new() };
        program.once_started_stays_started();
        program.precedence(grid);
        program.money(grid)?;
        program.weeks(grid)?;
        program.fairness(grid, question.fairness);
        if let Some(candidate) = question.forced {
            // A row, not a bound: a bound would undo that of a candidate whose needs cannot be met.
            let last: Vec<(Variable, f64)> =
                program.steps[candidate].last().map(|step| (*step, 1.0)).into_iter().collect();
            program.model.add_row(1.0, 1.0, &last);
        }
        Ok(program)
    }

    /// The start of each candidate in a solution.
    pub fn decode(&self, solution: &Solution) -> Starts {
        let start = |(steps, starts): (&Vec<Variable>, &Vec<usize>)| {
            steps.iter().position(|step| solution.is_one(*step)).map(|k| starts[k])
        };
        self.steps.iter().zip(&self.starts).map(start).collect()
    }

    /// A linear function of the month in which a candidate starts.
    fn terms(&self, candidate: usize, of_start: impl Fn(usize) -> f64) -> Vec<(Variable, f64)> {
        let coefficients = differences(&self.starts[candidate], of_start);
        self.steps[candidate].iter().copied().zip(coefficients).filter(|(_, c)| *c != 0.0).collect()
    }

    fn once_started_stays_started(&mut self) {
        for steps in &self.steps {
            for pair in steps.windows(2) {
                self.model.add_row(f64::NEG_INFINITY, 0.0, &[(pair[0], 1.0), (pair[1], -1.0)]);
            }
        }
    }

    fn precedence(&mut self, grid: &Grid<'_>) {
        for later in 0..self.steps.len() {
            for (step, done) in self.waits(grid, later) {
                match done {
                    None => self.model.set_bounds(step, 0.0, 0.0),
                    Some(done) => drop(self.model.add_row(f64::NEG_INFINITY, 0.0, &[(step, 1.0), (done, -1.0)])),
                }
            }
        }
    }

    /// Which step of a candidate must wait for which of another; for none that there is, if it never may be taken.
    pub fn waits(&self, grid: &Grid<'_>, later: usize) -> Vec<(Variable, Option<Variable>)> {
        let mut waits = Vec::new();
        for &earlier in &grid.candidates[later].needs {
            let duration = grid.candidates[earlier].duration;
            // How many starts of the earlier one are complete before each start of the later one.
            let complete = |start: usize| self.starts[earlier].partition_point(|s| s + duration <= start);
            // "Started by" only grows, so that of all starts with the same count the last says it all.
            let last_of_count: BTreeMap<usize, usize> =
                self.starts[later].iter().enumerate().map(|(k, start)| (complete(*start), k)).collect();
            let step = |(count, k): (usize, usize)| {
                (self.steps[later][k], count.checked_sub(1).map(|done| self.steps[earlier][done]))
            };
            waits.extend(last_of_count.into_iter().map(step));
        }
        waits
    }

    fn money(&mut self, grid: &Grid<'_>) -> Result<(), PlanError> {
        if grid.relaxed.money {
            return Ok(());
        }
        for year in 0..grid.years.len() {
            let mut demands = Vec::new();
            for (i, candidate) in grid.candidates.iter().enumerate() {
                let amount = |start: usize| grid.payments_by_year(i, start)[year] as f64 / MONEY_ROW_UNIT;
                let most = self.most(i, amount);
                if most > 0.0 {
                    demands.push((candidate.donors, self.terms(i, amount), most));
                }
            }
            let has = |set: Set| {
                let budgets = super::grid::members(set).map(|donor| grid.budgets[donor][year]);
                budgets.map(i128::from).sum::<i128>() as f64 / MONEY_ROW_UNIT
            };
            self.rows_of_sets(&demands, has)?;
        }
        Ok(())
    }

    fn weeks(&mut self, grid: &Grid<'_>) -> Result<(), PlanError> {
        for capability in (0..grid.capabilities.len()).filter(|c| grid.binds(*c)) {
            for month in 0..grid.months {
                let mut demands = Vec::new();
                for (i, candidate) in grid.candidates.iter().enumerate() {
                    for crew in candidate.crews.iter().filter(|crew| crew.capability == capability) {
                        let during = |start: usize| {
                            let works = start <= month && month < start + candidate.duration;
                            if works { crew.weeks_per_month } else { 0.0 }
                        };
                        let most = self.most(i, during);
                        if most > 0.0 {
                            demands.push((crew.parties[month], self.terms(i, during), most));
                        }
                    }
                }
                self.rows_of_sets(&demands, |set| grid.capacity(capability, month, set) + WEEKS_SLACK)?;
            }
        }
        Ok(())
    }

    fn most(&self, candidate: usize, of_start: impl Fn(usize) -> f64) -> f64 {
        self.starts[candidate].iter().map(|start| of_start(*start)).fold(0.0, f64::max)
    }

    /// For every union of the sets that occur: what only its members may meet is at most what they have.
    fn rows_of_sets(&mut self, demands: &[Demand], has: impl Fn(Set) -> f64) -> Result<(), PlanError> {
        let occurring: BTreeSet<Set> = demands.iter().map(|(set, ..)| *set).collect();
        for union in unions(&occurring)? {
            let within = || demands.iter().filter(|(set, ..)| set & !union == 0);
            if within().map(|(.., most)| most).sum::<f64>() <= has(union) {
                continue;
            }
            let terms: Vec<(Variable, f64)> = within().flat_map(|(_, terms, _)| terms.iter().copied()).collect();
            self.links.push(self.model.add_row(f64::NEG_INFINITY, has(union), &terms));
        }
        Ok(())
    }

    fn fairness(&mut self, grid: &Grid<'_>, fairness: Fairness) {
        let (floor, share) = match fairness {
            Fairness::Free => return,
            Fairness::Floor(floor) if floor <= 0.0 => return,
            Fairness::Floor(floor) => (floor, None),
            Fairness::Largest => (0.0, Some(self.model.add_variable(1.0, 0.0, 1.0, Kind::Continuous))),
        };
        for candidates in grid.by_area().values() {
            let possible: f64 = candidates.iter().map(|i| grid.candidates[*i].possible).sum();
            if possible <= 0.0 {
                continue;
            }
            // In shares of what is possible, so that areas of any size weigh the same in the solver's tolerance.
            let share_of = |i: &usize| self.terms(*i, |start| grid.benefit(*i, start) / possible);
            let mut terms: Vec<(Variable, f64)> = candidates.iter().flat_map(share_of).collect();
            terms.extend(share.map(|share| (share, -1.0)));
            self.links.push(self.model.add_row(floor, f64::INFINITY, &terms));
        }
    }
}

/// Who may meet a demand, what it is, and the most that it can be.
type Demand = (Set, Vec<(Variable, f64)>, f64);

/// Coefficients of the "has started by" variables for a function of the start.
fn differences(starts: &[usize], of_start: impl Fn(usize) -> f64) -> Vec<f64> {
    let values: Vec<f64> = starts.iter().map(|start| of_start(*start)).collect();
    (0..values.len()).map(|k| values[k] - values.get(k + 1).copied().unwrap_or(0.0)).collect()
}

/// All unions of one or more of the sets.
fn unions(sets: &BTreeSet<Set>) -> Result<BTreeSet<Set>, PlanError> {
    let mut all: BTreeSet<Set> = BTreeSet::new();
    for set in sets {
        let joined: Vec<Set> = all.iter().map(|other| other | set).collect();
        all.extend(joined);
        all.insert(*set);
        if all.len() > UNIONS_MAX {
            return Err(PlanError::TooManyCombinations);
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unions_are_all_that_can_be_joined() {
        let sets = BTreeSet::from([0b001, 0b010, 0b110]);
        assert_eq!(unions(&sets).unwrap(), BTreeSet::from([0b001, 0b010, 0b011, 0b110, 0b111]));
    }

    #[test]
    fn differences_sum_back_to_the_function_of_the_start() {
        let starts = [2, 3, 5];
        let steps = differences(&starts, |start| (start * start) as f64);
        assert_eq!(steps, [4.0 - 9.0, 9.0 - 25.0, 25.0]);
        assert_eq!(steps[1..].iter().sum::<f64>(), 9.0);
    }
}
