//! The portfolio as a mixed-integer program with one binary variable for each candidate and month in which it
//! may start: 1 from the month of its start on ("has started by"). No variable stands for who pays or works.
//!
//! A sum of demands, each of which may be met by some donors, can be met if and only if for every set S of donors
//! the demands that only S may meet do not exceed what S has (Hall 1935; Gale 1957 for divisible supply). The same
//! holds for the weeks of a capability in a month. Rows for the unions of the sets that occur therefore say exactly
//! what payment and crew variables would, and keep the program small. [`super::money`] and [`super::crews`] find
//! the payments and crews afterwards; that they exist is what the rows guarantee.

use super::PlanError;
use super::grid::{Candidate, Grid, Group, Need, Set, WEEKS_SLACK};
use mostari_milp::{Kind, Model, Row, Sense, Solution, Variable};
use std::collections::{BTreeMap, BTreeSet};

/// Minor units in the unit of a row about money: the solver's tolerance of 1e-6 is then a tenth of a minor unit,
/// and whole minor units that hold within it hold exactly.
const MONEY_ROW_UNIT: f64 = 100_000.0;

/// What is less than this of a minor unit or a week is the solver's rounding.
const ROUNDING: f64 = 1e-6;

/// Most unions of sets of donors or parties for which rows are made.
const UNIONS_MAX: usize = 4_096;

/// Start of each candidate, by position; `None` = not in the plan.
pub(crate) type Starts = Vec<Option<usize>>;

/// What a program is about, beside the grid.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// Months in which each candidate may start; empty = it stays out.
    pub starts: Vec<Vec<usize>>,
    /// Whether each candidate must be in. One that must, and has one month only, is no question: it becomes a constant.
    pub stay: Vec<bool>,
    /// What to do about the share of every area.
    pub fairness: Fairness,
    /// What there may be more of, at a price: if anything, as little of it as will do is the objective.
    pub extra: Extra,
    /// What was agreed is to be kept as far as can be: if anything, that is the objective, and this the least benefit.
    pub keep: Option<f64>,
}

/// What keeping a project in the plan is worth when as little as can be is to be disturbed: our weights, no one's measure.
const STAYS_IN: f64 = 2.0;
/// The same for one that is under way.
const GOES_ON: f64 = 4.0;
/// What keeping its month is worth beside that.
const KEEPS_ITS_MONTH: f64 = 1.0;

/// What there may be more of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Extra {
    pub money: bool,
    /// Capabilities, by position.
    pub weeks: BTreeSet<usize>,
}

impl Extra {
    pub fn is_none(&self) -> bool {
        !self.money && self.weeks.is_empty()
    }
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
    /// A variable of the program, to be set.
    Open,
}

impl Question {
    /// Every candidate in every month that is open to it; those that are required must be in.
    pub fn whole(grid: &Grid<'_>, fairness: Fairness) -> Self {
        Self::among(grid, grid.candidates.iter().map(|c| c.starts.clone()).collect(), fairness)
    }

    /// Candidates in the months named for each; those that are required must be in.
    pub fn among(grid: &Grid<'_>, starts: Vec<Vec<usize>>, fairness: Fairness) -> Self {
        let mut stay = vec![false; starts.len()];
        grid.required().into_iter().for_each(|i| stay[i] = true);
        Self { stay, starts, fairness, extra: Extra::default(), keep: None }
    }
}

/// A program and what its variables mean.
pub(crate) struct Program {
    pub model: Model,
    /// Months in which each candidate may start.
    pub starts: Vec<Vec<usize>>,
    /// For each candidate, by position in its `starts`: 1 if it started then or before; none for one that is fixed.
    pub steps: Vec<Vec<Variable>>,
    /// The month of each candidate that is in without question.
    fixed: Vec<Option<usize>>,
    /// Rows that join candidates which do not wait for each other: money, weeks, floors.
    pub links: Vec<Row>,
    /// The least share of any area, where it is a variable.
    pub share: Option<Variable>,
    /// More money, by year, and more weeks, by capability and month.
    more: More,
}

/// Variables for what there may be more of.
#[derive(Debug, Default)]
struct More {
    money: Vec<Variable>,
    weeks: BTreeMap<usize, Vec<Variable>>,
}

/// How much more a solution takes: minor units by year, weeks by capability and month.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Taken {
    pub money: Vec<i64>,
    pub weeks: BTreeMap<usize, Vec<f64>>,
}

impl Program {
    pub fn of(grid: &Grid<'_>, question: &Question) -> Result<Self, PlanError> {
        let mut model = Model::new(Sense::Maximise);
        let by_benefit = question.fairness != Fairness::Largest && question.extra.is_none();
        let fixed: Vec<Option<usize>> =
            question.starts.iter().zip(&question.stay).map(|(s, stay)| only(s, *stay)).collect();
        let agreed = grid.agreed();
        let mut steps = Vec::with_capacity(question.starts.len());
        for (candidate, starts) in question.starts.iter().enumerate() {
            let worth = |start: usize| match (question.keep, by_benefit) {
                (Some(_), _) => kept(agreed[candidate], start),
                (None, true) => grid.benefit(candidate, start),
                (None, false) => 0.0,
            };
            let costs = if fixed[candidate].is_some() { Vec::new() } else { differences(starts, worth) };
            steps.push(costs.into_iter().map(|cost| model.add_binary(cost)).collect::<Vec<_>>());
        }
        let more = More::of(grid, &question.extra, &mut model);
        let (starts, links) = (question.starts.clone(), Vec::new());
        let mut program = Self { model, starts, steps, fixed, links, share: None, more };
        program.once_started_stays_started();
        program.precedence(grid);
        program.money(grid)?;
        program.weeks(grid)?;
        program.waits_for_any(grid);
        program.conditions(grid);
        program.running(grid);
        program.fairness(grid, question.fairness);
        program.least_benefit(grid, question.keep);
        for candidate in (0..question.stay.len()).filter(|candidate| question.stay[*candidate]) {
            program.stay(candidate);
        }
        Ok(program)
    }

    /// The start of each candidate in a solution.
    pub fn decode(&self, solution: &Solution) -> Starts {
        let start = |i: usize| {
            let first = self.steps[i].iter().position(|step| solution.is_one(*step));
            self.fixed[i].or_else(|| first.map(|k| self.starts[i][k]))
        };
        (0..self.steps.len()).map(start).collect()
    }

    /// The values of the variables in a plan with these starts; what says nothing of a start is left at 0.
    pub fn values_of(&self, starts: &Starts) -> Vec<f64> {
        let mut values = vec![0.0; self.model.variables_count()];
        for (i, steps) in self.steps.iter().enumerate() {
            let Some(start) = starts[i] else { continue };
            let begun = self.starts[i].iter().zip(steps).filter(|(month, _)| **month >= start);
            begun.for_each(|(_, step)| values[step.index()] = 1.0);
        }
        values
    }

    /// How much more a solution takes, rounded up to whole minor units and thousandths of a week.
    pub fn taken(&self, solution: &Solution) -> Taken {
        let minor =
            |variable: &Variable| (solution.value(*variable) * MONEY_ROW_UNIT - ROUNDING).ceil().max(0.0) as i64;
        let thousandths = |variable: &Variable| ((solution.value(*variable) - ROUNDING) * 1e3).ceil().max(0.0) / 1e3;
        let weeks = |(c, months): (&usize, &Vec<Variable>)| (*c, months.iter().map(thousandths).collect());
        Taken { money: self.more.money.iter().map(minor).collect(), weeks: self.more.weeks.iter().map(weeks).collect() }
    }

    /// A function of the month in which a candidate starts, as a constant and linear terms.
    fn sum(&self, candidate: usize, of_start: impl Fn(usize) -> f64) -> (f64, Vec<(Variable, f64)>) {
        if let Some(start) = self.fixed[candidate] {
            return (of_start(start), Vec::new());
        }
        let coefficients = differences(&self.starts[candidate], of_start);
        (0.0, self.steps[candidate].iter().copied().zip(coefficients).filter(|(_, c)| *c != 0.0).collect())
    }

    fn once_started_stays_started(&mut self) {
        for steps in &self.steps {
            for pair in steps.windows(2) {
                self.model.add_row(f64::NEG_INFINITY, 0.0, &[(pair[0], 1.0), (pair[1], -1.0)]);
            }
        }
    }

    fn precedence(&mut self, grid: &Grid<'_>) {
        for later in 0..self.starts.len() {
            for (step, done) in self.waits(grid, later) {
                match done {
                    None => self.model.set_bounds(step, 0.0, 0.0),
                    Some(done) => drop(self.model.add_row(f64::NEG_INFINITY, 0.0, &[(step, 1.0), (done, -1.0)])),
                }
            }
            for need in &grid.candidates[later].needs {
                self.wait_with_fixed(grid.candidates[need.candidate].duration + need.lag, need.candidate, later);
            }
        }
    }

    /// Precedence where one of the two is fixed.
    fn wait_with_fixed(&mut self, duration: usize, earlier: usize, later: usize) {
        match (self.fixed[earlier], self.fixed[later]) {
            // Before the earlier one is complete the later one cannot have started.
            (Some(begun), None) => {
                let too_early = self.starts[later].partition_point(|start| *start < begun + duration);
                if let Some(step) = too_early.checked_sub(1).map(|k| self.steps[later][k]) {
                    self.model.set_bounds(step, 0.0, 0.0);
                }
            }
            // The earlier one must have started in time; without such a month the row cannot hold.
            (None, Some(start)) => {
                let in_time = self.starts[earlier].partition_point(|begun| begun + duration <= start);
                let step = in_time.checked_sub(1).map(|k| (self.steps[earlier][k], 1.0));
                self.model.add_row(1.0, f64::INFINITY, &step.into_iter().collect::<Vec<_>>());
            }
            (Some(begun), Some(start)) if begun + duration > start => {
                self.model.add_row(1.0, f64::INFINITY, &[]);
            }
            _ => {}
        }
    }

    /// Which step of a candidate must wait for which of another; for none that there is, if it never may be taken.
    pub fn waits(&self, grid: &Grid<'_>, later: usize) -> Vec<(Variable, Option<Variable>)> {
        let mut waits = Vec::new();
        let free = |need: &&Need| self.fixed[need.candidate].is_none() && self.fixed[later].is_none();
        for &Need { candidate: earlier, lag } in grid.candidates[later].needs.iter().filter(free) {
            let duration = grid.candidates[earlier].duration + lag;
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

    /// Whether a candidate is in: a constant and a term.
    fn is_in(&self, candidate: usize) -> (f64, Option<(Variable, f64)>) {
        match self.fixed[candidate] {
            Some(_) => (1.0, None),
            None => (0.0, self.steps[candidate].last().map(|step| (*step, 1.0))),
        }
    }

    /// A candidate that must be in. A row, not a bound: a bound would undo that of one whose needs cannot be met.
    fn stay(&mut self, candidate: usize) {
        if self.fixed[candidate].is_none() {
            let (_, last) = self.is_in(candidate);
            let row = self.model.add_row(1.0, 1.0, &last.into_iter().collect::<Vec<_>>());
            self.links.push(row);
        }
    }

    /// Who waits for one of several has started by a month only if one of them was complete early enough.
    fn waits_for_any(&mut self, grid: &Grid<'_>) {
        for (later, candidate) in grid.candidates.iter().enumerate() {
            for any in &candidate.any_of {
                for (start, step) in self.started_by(later) {
                    let (mut done, mut terms) = (0.0, step.map(|step| (step, -1.0)).into_iter().collect::<Vec<_>>());
                    for &earlier in &any.of {
                        let lasts = grid.candidates[earlier].duration + any.lag;
                        match self.fixed[earlier] {
                            Some(begun) => done += f64::from(u8::from(begun + lasts <= start)),
                            None => {
                                let in_time = self.starts[earlier].partition_point(|begun| begun + lasts <= start);
                                terms.extend(in_time.checked_sub(1).map(|k| (self.steps[earlier][k], 1.0)));
                            }
                        }
                    }
                    let started = f64::from(u8::from(step.is_none()));
                    self.links.push(self.model.add_row(started - done, f64::INFINITY, &terms));
                }
            }
        }
    }

    /// The starts of a candidate, each with the variable that says "by then"; none for one that is fixed.
    fn started_by(&self, candidate: usize) -> Vec<(usize, Option<Variable>)> {
        match self.fixed[candidate] {
            Some(start) => vec![(start, None)],
            None => {
                let steps = self.steps[candidate].iter().copied().map(Some);
                self.starts[candidate].iter().copied().zip(steps).collect()
            }
        }
    }

    /// Of alternatives at most one is in; of a bundle all are in or none.
    fn conditions(&mut self, grid: &Grid<'_>) {
        for alternative in grid.alternatives() {
            let (fixed, terms): (Vec<f64>, Vec<_>) = alternative.iter().map(|i| self.is_in(*i)).unzip();
            let terms: Vec<_> = terms.into_iter().flatten().collect();
            self.links.push(self.model.add_row(f64::NEG_INFINITY, 1.0 - fixed.iter().sum::<f64>(), &terms));
        }
        for bundle in grid.bundles() {
            for pair in bundle.windows(2) {
                let ((one, first), (other, second)) = (self.is_in(pair[0]), self.is_in(pair[1]));
                let minus = second.map(|(step, _)| (step, -1.0));
                let terms: Vec<_> = first.into_iter().chain(minus).collect();
                self.links.push(self.model.add_row(other - one, other - one, &terms));
            }
        }
    }

    /// No owner pays more for running in a calendar year than it can.
    fn running(&mut self, grid: &Grid<'_>) {
        let currency = grid.problem.means.currency;
        for (o, owner) in grid.problem.conditions.owners.iter().enumerate() {
            for (y, year) in grid.years.iter().enumerate() {
                let (mut fixed, mut terms, mut most) = (0.0, Vec::new(), 0.0);
                for (i, candidate) in grid.candidates.iter().enumerate() {
                    let Some((_, cost)) = candidate.running.iter().find(|(owner, _)| *owner == o) else { continue };
                    let amount =
                        |start: usize| *cost as f64 / 12.0 * grid.service_in_year(i, start, y) as f64 / MONEY_ROW_UNIT;
                    let (constant, of_start) = self.sum(i, amount);
                    most += self.most(i, amount);
                    fixed += constant;
                    terms.extend(of_start);
                }
                let has = owner.budget_in(*year, currency).minor as f64 / MONEY_ROW_UNIT;
                if most > has {
                    self.links.push(self.model.add_row(f64::NEG_INFINITY, has - fixed, &terms));
                }
            }
        }
    }

    fn money(&mut self, grid: &Grid<'_>) -> Result<(), PlanError> {
        if grid.drops(&Group::Money) {
            return Ok(());
        }
        for year in 0..grid.years.len() {
            let mut demands = Vec::new();
            for span in grid.spans.iter().filter(|span| span.year == year) {
                for (i, candidate) in grid.candidates.iter().enumerate() {
                    let amount = |start: usize| grid.payment_in(span, i, start) as f64 / MONEY_ROW_UNIT;
                    let most = self.most(i, amount);
                    if most > 0.0 {
                        demands.push(self.demand(candidate.donors & span.live, i, amount, most));
                    }
                }
            }
            let has = |set: Set| {
                let budgets = super::grid::members(set).map(|donor| grid.budgets[donor][year]);
                budgets.map(i128::from).sum::<i128>() as f64 / MONEY_ROW_UNIT
            };
            let more = self.more.money.get(year).copied();
            self.rows_of_sets(&demands, has, more)?;
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
                            demands.push(self.demand(crew.parties[month], i, during, most));
                        }
                    }
                }
                let more = self.more.weeks.get(&capability).map(|months| months[month]);
                self.rows_of_sets(&demands, |set| grid.capacity(capability, month, set) + WEEKS_SLACK, more)?;
            }
        }
        Ok(())
    }

    fn most(&self, candidate: usize, of_start: impl Fn(usize) -> f64) -> f64 {
        self.starts[candidate].iter().map(|start| of_start(*start)).fold(0.0, f64::max)
    }

    fn demand(&self, set: Set, candidate: usize, of_start: impl Fn(usize) -> f64, most: f64) -> Demand {
        let (fixed, terms) = self.sum(candidate, of_start);
        Demand { set, fixed, terms, most }
    }

    /// For every union of the sets that occur: what only its members may meet is at most what they have.
    /// More of it is at everybody's service, as that of one more member of every set would be.
    fn rows_of_sets(
        &mut self,
        demands: &[Demand],
        has: impl Fn(Set) -> f64,
        more: Option<Variable>,
    ) -> Result<(), PlanError> {
        let occurring: BTreeSet<Set> = demands.iter().map(|demand| demand.set).collect();
        for union in unions(&occurring)? {
            let within = || demands.iter().filter(|demand| demand.set & !union == 0);
            if within().map(|demand| demand.most).sum::<f64>() <= has(union) {
                continue;
            }
            let left = has(union) - within().map(|demand| demand.fixed).sum::<f64>();
            let mut terms: Vec<(Variable, f64)> = within().flat_map(|demand| demand.terms.iter().copied()).collect();
            terms.extend(more.map(|more| (more, -1.0)));
            self.links.push(self.model.add_row(f64::NEG_INFINITY, left, &terms));
        }
        Ok(())
    }

    /// The benefit is at least so much; in shares of it, so that the row is of the size of the others.
    fn least_benefit(&mut self, grid: &Grid<'_>, least: Option<f64>) {
        let Some(least) = least.filter(|least| *least > 0.0) else { return };
        let of = |i: usize| self.sum(i, |start| grid.benefit(i, start) / least);
        let (fixed, terms): (Vec<f64>, Vec<_>) = (0..self.starts.len()).map(of).unzip();
        let terms: Vec<(Variable, f64)> = terms.into_iter().flatten().collect();
        self.links.push(self.model.add_row(1.0 - fixed.iter().sum::<f64>(), f64::INFINITY, &terms));
    }

    fn fairness(&mut self, grid: &Grid<'_>, fairness: Fairness) {
        let (floor, share) = match fairness {
            Fairness::Free => return,
            Fairness::Floor(floor) if floor <= 0.0 => return,
            Fairness::Floor(floor) => (floor, None),
            Fairness::Largest => (0.0, Some(self.model.add_variable(1.0, 0.0, 1.0, Kind::Continuous))),
            Fairness::Open => (0.0, Some(self.model.add_variable(0.0, 0.0, 1.0, Kind::Continuous))),
        };
        self.share = share;
        for (area, candidates) in &grid.by_area() {
            if grid.drops(&Group::Floor((*area).clone())) {
                continue;
            }
            let possible: f64 = candidates.iter().map(|i| grid.candidates[*i].possible).sum();
            if possible <= 0.0 {
                continue;
            }
            // In shares of what is possible, so that areas of any size weigh the same in the solver's tolerance.
            let share_of = |i: &usize| self.sum(*i, |start| grid.benefit(*i, start) / possible);
            let (fixed, open): (Vec<f64>, Vec<_>) = candidates.iter().map(share_of).unzip();
            let mut terms: Vec<(Variable, f64)> = open.into_iter().flatten().collect();
            terms.extend(share.map(|share| (share, -1.0)));
            let left = floor - fixed.iter().sum::<f64>();
            self.links.push(self.model.add_row(left, f64::INFINITY, &terms));
        }
    }
}

impl More {
    /// All the money that every candidate costs, and all the weeks, count alike where both may be more.
    fn of(grid: &Grid<'_>, extra: &Extra, model: &mut Model) -> Self {
        let mut more = Self::default();
        if extra.money {
            let all = grid.candidates.iter().map(|c| c.cost as f64).sum::<f64>() / MONEY_ROW_UNIT;
            let price = -1.0 / all.max(1.0);
            more.money =
                grid.years.iter().map(|_| model.add_variable(price, 0.0, f64::INFINITY, Kind::Continuous)).collect();
        }
        for &capability in &extra.weeks {
            let of_capability = |c: &Candidate| c.crews.iter().find(|crew| crew.capability == capability).cloned();
            let all: f64 = grid.candidates.iter().filter_map(of_capability).map(|crew| crew.weeks_per_month).sum();
            let price = -1.0 / all.max(1.0);
            let months = (0..grid.months).map(|_| model.add_variable(price, 0.0, f64::INFINITY, Kind::Continuous));
            more.weeks.insert(capability, months.collect());
        }
        more
    }
}

/// What a start keeps of what was agreed.
fn kept(agreed: Option<(usize, bool)>, start: usize) -> f64 {
    match agreed {
        None => 0.0,
        Some((month, is_under_way)) => {
            let stays = if is_under_way { GOES_ON } else { STAYS_IN };
            stays + if month == start { KEEPS_ITS_MONTH } else { 0.0 }
        }
    }
}

/// What some may meet: the part that is fixed, the part that depends on months, and the most that it can be.
struct Demand {
    set: Set,
    fixed: f64,
    terms: Vec<(Variable, f64)>,
    most: f64,
}

/// The month of a candidate that must be in and has one only.
fn only(starts: &[usize], stays: bool) -> Option<usize> {
    match starts {
        [start] if stays => Some(*start),
        _ => None,
    }
}

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
