//! Why not? Each project that is not in the plan is forced in and the problem solved again.
//!
//! A project that cannot be done at all, even alone, is explained by the smallest set of rule groups that must give
//! way for it ([`groups`]). Any other is forced in while every chosen project keeps its month or leaves: what leaves
//! is what it displaces, and what the plan then brings is stated. If that is more than before, the plan was not as
//! good as could be: the better one takes its place, and the questions are asked again.

mod cause;
mod changes;
mod groups;
mod words;

pub(crate) use cause::smallest_cause;

use crate::portfolio::{Extra, Fairness, Grid, PlanError, Program, Question, Starts};
use changes::changes;
use groups::why_impossible;
use mostari_milp::{Limits, MilpError, Solution, StoppedBy, solve};
use mostari_model::{AreaId, ProjectId, Reason, ReasonGroup};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Most nodes of a search with one project forced in. Small programs: hardly ever met.
const NODES_MAX: u32 = 5_000;

/// How many of the chosen projects, those that bring least, may leave when a question is first asked; then all.
const LEAVE_FIRST: [usize; 2] = [200, 1_000];

/// How near to the best answer is near enough in a large portfolio, as a part of the plan: the rest is slow to prove.
const GAP_OF_LARGE: f64 = 1e-6;

/// By how much of itself a plan must grow to count as better: more than the solver's rounding.
const BETTER_BY: f64 = 1e-7;

/// The same for a large portfolio. Every better plan makes all reasons stale; what is worth less than this is said instead.
const BETTER_BY_OF_LARGE: f64 = 1e-4;

/// A plan that no single forced project makes better, and a reason with its verification for each that is not in it.
pub(crate) struct Explained {
    pub starts: Starts,
    pub reasons: Vec<(usize, Reason, bool)>,
}

/// What became of a plan into which a project was forced.
enum Forced {
    /// It is better: the starts.
    Better(Starts),
    /// It is not, and whether that is proven.
    Because(Reason, bool),
    /// It cannot be done whatever else is done.
    Impossible(Reason),
}

/// Asks why for every project that is left out, or only for the `reasons_max` with the largest possible benefit.
///
/// Some are asked about side by side. A better plan makes the answers so far stale, and they are asked for again; as
/// answers are taken in the order of the projects, the result does not depend on how many threads there are.
pub(crate) fn explain(grid: &Grid<'_>, starts: Starts, reasons_max: Option<usize>) -> Result<Explained, PlanError> {
    let mut asking = Asking { grid, starts, impossible: BTreeSet::new(), answers: BTreeMap::new() };
    loop {
        let examined = examined(grid, &asking.starts, reasons_max);
        let open: Vec<usize> =
            (0..examined.len()).filter(|i| examined[*i] && !asking.answers.contains_key(i)).collect();
        match open.is_empty() {
            true => return Ok(asking.finish(reasons_max)),
            false => open.chunks(SIDE_BY_SIDE).try_for_each(|some| asking.ask(some))?,
        }
    }
}

/// How many questions are asked side by side: the same on every machine.
const SIDE_BY_SIDE: usize = 16;

/// Answers on the way.
struct Asking<'g, 'p> {
    grid: &'g Grid<'p>,
    starts: Starts,
    /// Projects that cannot be done at all, whatever the plan.
    impossible: BTreeSet<usize>,
    /// Why a project is not in the plan as it stands, and whether that is verified.
    answers: BTreeMap<usize, (Reason, bool)>,
}

impl Asking<'_, '_> {
    /// Asks about some projects; the first better plan is taken, and what was asked after it is left open.
    fn ask(&mut self, some: &[usize]) -> Result<(), PlanError> {
        let left_out: Vec<usize> = some.iter().copied().filter(|i| self.starts[*i].is_none()).collect();
        let asked: Vec<_> = left_out.par_iter().map(|i| self.why_not(*i)).collect();
        for (i, asked) in left_out.into_iter().zip(asked) {
            match asked? {
                Forced::Better(better) => {
                    self.starts = better;
                    self.answers.retain(|i, _| self.impossible.contains(i));
                    return Ok(());
                }
                Forced::Because(reason, verified) => drop(self.answers.insert(i, (reason, verified))),
                Forced::Impossible(reason) => {
                    self.impossible.insert(i);
                    self.answers.insert(i, (reason, true));
                }
            }
        }
        Ok(())
    }

    fn why_not(&self, i: usize) -> Result<Forced, PlanError> {
        match why_impossible(self.grid, i)? {
            Some(reason) => Ok(Forced::Impossible(reason)),
            None => match force(self.grid, &self.starts, i) {
                // One question without an answer is no reason to have no plan.
                Err(PlanError::NothingFound) => Ok(Forced::Because(not_examined(words::no_answer()), false)),
                answer => answer,
            },
        }
    }

    fn finish(mut self, reasons_max: Option<usize>) -> Explained {
        let left_out: Vec<usize> = (0..self.starts.len()).filter(|i| self.starts[*i].is_none()).collect();
        let not_asked = || (not_examined(words::not_examined(reasons_max.unwrap_or(0))), false);
        let mut reason = |i: usize| {
            let (reason, verified) = self.answers.remove(&i).unwrap_or_else(not_asked);
            (i, reason, verified)
        };
        let reasons = left_out.into_iter().map(&mut reason).collect();
        Explained { starts: self.starts, reasons }
    }
}

fn not_examined(words: String) -> Reason {
    Reason {
        group: ReasonGroup::NotExamined,
        words,
        forced_objective: None,
        displaces: Vec::new(),
        changes: Vec::new(),
    }
}

/// Which of the projects that are left out are asked about.
fn examined(grid: &Grid<'_>, starts: &Starts, reasons_max: Option<usize>) -> Vec<bool> {
    let mut left_out: Vec<usize> = (0..starts.len()).filter(|i| starts[*i].is_none()).collect();
    left_out.sort_by(|a, b| grid.candidates[*b].possible.total_cmp(&grid.candidates[*a].possible).then(a.cmp(b)));
    left_out.truncate(reasons_max.unwrap_or(usize::MAX));
    let mut examined = vec![false; starts.len()];
    left_out.into_iter().for_each(|i| examined[i] = true);
    examined
}

/// Every chosen project keeps its month, or leaves if it brings at most `may_leave`; this one, and what it needs before,
/// may start whenever they can.
fn neighbours(grid: &Grid<'_>, starts: &Starts, forced: usize, fairness: Fairness, may_leave: f64) -> Question {
    let mut open: Vec<Vec<usize>> = starts.iter().map(|start| start.iter().copied().collect()).collect();
    let brings = |(i, start): (usize, &Option<usize>)| start.is_some_and(|start| grid.benefit(i, start) > may_leave);
    let mut stay: Vec<bool> = starts.iter().enumerate().map(brings).collect();
    for i in grid.with_needs(forced) {
        open[i].clone_from(&grid.candidates[i].starts);
    }
    grid.required().into_iter().chain([forced]).for_each(|i| stay[i] = true);
    Question { starts: open, stay, fairness, extra: Extra::default(), keep: None }
}

fn limits(grid: &Grid<'_>) -> Limits {
    let gap = if grid.is_large() { GAP_OF_LARGE } else { 0.0 };
    let exact = Limits::exact((grid.problem.parameters.seed & 0x7fff_ffff) as u32);
    Limits { gap, nodes: Some(NODES_MAX), ..exact }
}

fn force(grid: &Grid<'_>, starts: &Starts, i: usize) -> Result<Forced, PlanError> {
    let floor = Fairness::Floor(grid.problem.parameters.floor);
    match force_among(grid, starts, i, floor)? {
        Some((forced, solution)) => compare(grid, starts, i, forced, &solution),
        None if grid.is_large() => below_floor(grid, starts, i, false),
        None => force_in_whole(grid, starts, i, floor),
    }
}

/// The best plan with a project forced in while every chosen one keeps its month or leaves; `None` if there is none.
///
/// First only those that bring least may leave. What that costs is the most that leaving may cost at all, so that no
/// project that brings more than this need be looked at: the second answer is the best of all.
fn force_among(
    grid: &Grid<'_>,
    starts: &Starts,
    i: usize,
    fairness: Fairness,
) -> Result<Option<(Starts, Solution)>, PlanError> {
    let mut benefits: Vec<f64> =
        starts.iter().enumerate().filter_map(|(i, start)| start.map(|start| grid.benefit(i, start))).collect();
    benefits.sort_by(f64::total_cmp);
    let ask = |may_leave: f64| {
        let program = Program::of(grid, &neighbours(grid, starts, i, fairness, may_leave))?;
        match solve(&program.model, &limits(grid)) {
            Ok(solution) => Ok(Some((program.decode(&solution), solution))),
            Err(MilpError::Infeasible) => Ok(None),
            Err(error) => Err(PlanError::from(error)),
        }
    };
    for first in LEAVE_FIRST {
        let may_leave = benefits.get(first).copied().unwrap_or(f64::INFINITY);
        if may_leave.is_infinite() {
            break;
        }
        let Some((forced, solution)) = ask(may_leave)? else { continue };
        let most = total(grid, starts) + gain(grid, starts, i) - total(grid, &forced);
        return if most <= may_leave { Ok(Some((forced, solution))) } else { ask(most * (1.0 + BETTER_BY)) };
    }
    ask(f64::INFINITY)
}

/// The most that a project and what it needs before can bring more than now.
fn gain(grid: &Grid<'_>, starts: &Starts, i: usize) -> f64 {
    let more = |i: usize| {
        let best = grid.candidates[i].starts.iter().map(|start| grid.benefit(i, *start)).fold(0.0, f64::max);
        best - starts[i].map_or(0.0, |start| grid.benefit(i, start))
    };
    grid.with_needs(i).into_iter().map(more).sum()
}

/// Where the floor rules out that everything else keeps its month: all may move.
fn force_in_whole(grid: &Grid<'_>, starts: &Starts, i: usize, floor: Fairness) -> Result<Forced, PlanError> {
    let mut whole = Question::whole(grid, floor);
    whole.stay[i] = true;
    let program = Program::of(grid, &whole)?;
    match solve(&program.model, &limits(grid)) {
        Ok(solution) => compare(grid, starts, i, program.decode(&solution), &solution),
        Err(MilpError::Infeasible) => below_floor(grid, starts, i, true),
        Err(MilpError::NothingFound(_)) => below_floor(grid, starts, i, false),
        Err(error) => Err(error.into()),
    }
}

fn below_floor(grid: &Grid<'_>, starts: &Starts, i: usize, verified: bool) -> Result<Forced, PlanError> {
    let (forced, _) = force_among(grid, starts, i, Fairness::Free)?.ok_or(PlanError::NothingFound)?;
    let floor = grid.problem.parameters.floor;
    let is_below = |candidates: &[usize]| {
        let possible: f64 = candidates.iter().map(|c| grid.candidates[*c].possible).sum();
        let benefit: f64 = candidates.iter().filter_map(|c| forced[*c].map(|s| grid.benefit(*c, s))).sum();
        benefit < floor * possible * (1.0 - BETTER_BY)
    };
    let areas: Vec<AreaId> =
        grid.by_area().into_iter().filter(|(_, c)| is_below(c)).map(|(area, _)| area.clone()).collect();
    let words = words::floor(floor, &areas);
    let displaces = displaced(grid, starts, &forced);
    let changes = changes(grid, starts, i)?;
    let reason = Reason { group: ReasonGroup::Floor(areas), words, forced_objective: None, displaces, changes };
    Ok(Forced::Because(reason, verified))
}

fn compare(
    grid: &Grid<'_>,
    starts: &Starts,
    i: usize,
    forced: Starts,
    solution: &Solution,
) -> Result<Forced, PlanError> {
    let (before, after) = (total(grid, starts), total(grid, &forced));
    let better_by = if grid.is_large() { BETTER_BY_OF_LARGE } else { BETTER_BY };
    // A plan that disturbs little what was agreed may bring less than another: that one is not better.
    if after > before * (1.0 + better_by) && grid.problem.agreed.is_none() {
        return Ok(Forced::Better(forced));
    }
    let displaces = displaced(grid, starts, &forced);
    let words = words::benefit(before, after, &displaces, grid.candidates[i].benefit_per_month);
    let changes = changes(grid, starts, i)?;
    let reason = Reason { group: ReasonGroup::Benefit, words, forced_objective: Some(after), displaces, changes };
    Ok(Forced::Because(reason, solution.stopped_by == StoppedBy::Gap))
}

fn total(grid: &Grid<'_>, starts: &Starts) -> f64 {
    starts.iter().enumerate().filter_map(|(i, start)| start.map(|s| grid.benefit(i, s))).sum()
}

fn displaced(grid: &Grid<'_>, before: &Starts, after: &Starts) -> Vec<ProjectId> {
    let left = |i: &usize| before[*i].is_some() && after[*i].is_none();
    (0..before.len()).filter(left).map(|i| grid.problem.projects[i].id.clone()).collect()
}
