//! Neighbourhood search: a plan made better part by part.
//!
//! Most candidates keep what the plan says of them, some dozens are free again, and the solver finds the best for these
//! (large neighbourhood search: Shaw 1998, doi:10.1007/3-540-49481-2_30; with a mixed-integer program for the parts and the
//! linear relaxation as a guide: Danna, Rothberg and Le Pape 2005, doi:10.1007/s10107-004-0518-7). Candidates are freed
//! together that compete: in the same area, for the same crews, in the same years, or because the relaxation wants another
//! start for them.

use super::grid::Grid;
use super::model::{Fairness, Program, Question, Starts};
use crate::synthetic::Draws;
use mostari_milp::{Limits, MilpError, Solution, StoppedBy};

/// Nodes of the tree of the whole program before the parts are looked at: what is easy is solved by then.
const NODES_FIRST: u32 = 20;
/// Neighbourhoods that are searched before the tree of the whole program is gone on with.
const ROUNDS: usize = 60;
/// How many candidates are free in the first neighbourhood of a kind, and in the smallest.
const FREE_FIRST: f64 = 40.0;
const FREE_LEAST: f64 = 10.0;
/// By how much a neighbourhood grows that was searched to its end, and by how much one shrinks that was too large.
const GROWS: f64 = 1.15;
const SHRINKS: f64 = 0.75;
/// Most nodes of the tree of a neighbourhood.
const NODES: u32 = 5;
/// The part of the benefit below which nothing better is looked for in a neighbourhood.
const WITHIN: f64 = 2e-4;

/// Solves the program of all candidates in all their months: its tree for a moment, then neighbourhoods, then the tree
/// again, from the best plan that was found. Easy programs are proven in the first step.
///
/// # Errors
/// Those of [`mostari_milp::solve`].
pub(super) fn solve(
    grid: &Grid<'_>,
    fairness: Fairness,
    program: &Program,
    limits: &Limits,
    clock: Option<fn() -> f64>,
) -> Result<(Starts, Solution), MilpError> {
    let deadline = Deadline { clock, at: clock.map_or(0.0, |now| now()) + limits.seconds };
    let nodes_first = limits.nodes.unwrap_or(u32::MAX).min(NODES_FIRST);
    let first = match mostari_milp::solve(&program.model, &Limits { nodes: Some(nodes_first), ..limits.clone() }) {
        Ok(solution) => solution,
        Err(MilpError::NothingFound(StoppedBy::Nodes)) => {
            let solution = mostari_milp::solve(&program.model, limits)?;
            return Ok((program.decode(&solution), solution));
        }
        Err(error) => return Err(error),
    };
    let found = program.decode(&first);
    if first.stopped_by != StoppedBy::Nodes || limits.nodes == Some(nodes_first) {
        return Ok((found, first));
    }
    let until =
        Until { enough: first.bound / (1.0 + limits.gap), deadline, rounds: ROUNDS, seed: u64::from(limits.seed) };
    let better = improve(grid, &Question::whole(grid, fairness), &wished(program)?, found, &until)?;
    let benefit = benefit(grid, &better);
    let left = deadline.seconds_left();
    let stopped_by = if benefit >= until.enough { StoppedBy::Gap } else { StoppedBy::Time };
    let values = program.values_of(&better);
    if stopped_by == StoppedBy::Gap || left <= 0.0 {
        let gap = (first.bound - benefit) / benefit;
        return Ok((better, Solution { objective: benefit, values, gap, stopped_by, ..first }));
    }
    let last = Limits { warm_start: Some(values), seconds: left, ..limits.clone() };
    let solution = mostari_milp::solve(&program.model, &last)?;
    Ok((program.decode(&solution), Solution { bound: solution.bound.min(first.bound), ..solution }))
}

/// The starts that the linear relaxation wants, if it wants one more than half.
fn wished(program: &Program) -> Result<Starts, MilpError> {
    let relaxed = mostari_milp::solve(&program.model.relaxed(), &Limits::exact(1))?;
    Ok(program.decode(&relaxed))
}

/// What a plan brings.
fn benefit(grid: &Grid<'_>, starts: &Starts) -> f64 {
    starts.iter().enumerate().filter_map(|(i, start)| start.map(|start| grid.benefit(i, start))).sum()
}

/// When the search ends by a clock that the caller lends.
#[derive(Debug, Clone, Copy)]
struct Deadline {
    clock: Option<fn() -> f64>,
    at: f64,
}

impl Deadline {
    fn seconds_left(self) -> f64 {
        self.at - self.clock.map_or(0.0, |now| now())
    }
}

/// When the search ends before its last round.
#[derive(Debug, Clone, Copy)]
struct Until {
    /// This is brought.
    enough: f64,
    /// The clock.
    deadline: Deadline,
    /// So many neighbourhoods were searched.
    rounds: usize,
    /// Seed of what is freed when.
    seed: u64,
}

/// A plan that brings at least as much as the one that was found.
fn improve(
    grid: &Grid<'_>,
    question: &Question,
    wished: &Starts,
    found: Starts,
    until: &Until,
) -> Result<Starts, MilpError> {
    let mut search = Search { grid, question, wished, draws: Draws(until.seed), free: [FREE_FIRST; KINDS.len()] };
    let (mut best, mut brings) = (benefit(grid, &found), found);
    for round in 0..until.rounds {
        if until.deadline.seconds_left() <= 0.0 || best >= until.enough {
            break;
        }
        let better = search.best_of_some(round % KINDS.len(), &brings)?;
        if let Some(better) = better.filter(|better| benefit(grid, better) > best) {
            (best, brings) = (benefit(grid, &better), better);
        }
    }
    Ok(brings)
}

/// What the candidates of a neighbourhood have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Common {
    /// They would start within a year of each other, or are not in the plan.
    Years,
    /// They take the same capabilities.
    Crews,
    /// The linear relaxation wants another start for them.
    Wish,
    /// They are in one area.
    Area,
}

const KINDS: [Common; 4] = [Common::Years, Common::Crews, Common::Wish, Common::Area];

struct Search<'a> {
    grid: &'a Grid<'a>,
    question: &'a Question,
    /// What the linear relaxation wants.
    wished: &'a Starts,
    draws: Draws,
    /// How many candidates a neighbourhood of each kind frees.
    free: [f64; KINDS.len()],
}

impl Search<'_> {
    /// Which candidates are free: those that have something in common with one that is drawn, and others if these are few.
    fn neighbourhood(&mut self, kind: usize, starts: &Starts) -> Vec<bool> {
        let mut line: Vec<usize> = (0..starts.len()).filter(|i| !self.question.starts[*i].is_empty()).collect();
        for at in (1..line.len()).rev() {
            line.swap(at, self.draws.below(at + 1));
        }
        let mut free = vec![false; starts.len()];
        let Some(&drawn) = line.first() else { return free };
        let (projects, year) = (&self.grid.problem.projects, |i: usize| starts[i].map(|start| start / 12));
        let alike = |i: &usize| match KINDS[kind] {
            Common::Area => projects[*i].area == projects[drawn].area,
            Common::Crews => projects[*i].work.keys().eq(projects[drawn].work.keys()),
            Common::Years => year(*i).zip(year(drawn)).is_none_or(|(one, other)| one.abs_diff(other) <= 1),
            Common::Wish => starts[*i] != self.wished[*i],
        };
        line.sort_by_key(|i| !alike(i));
        line.iter().take(self.free[kind] as usize).for_each(|i| free[*i] = true);
        free
    }

    /// The best plan in which only the candidates of a neighbourhood differ; `None` if the search found nothing.
    fn best_of_some(&mut self, kind: usize, starts: &Starts) -> Result<Option<Starts>, MilpError> {
        let free = self.neighbourhood(kind, starts);
        let mut question = self.question.clone();
        for (i, start) in starts.iter().enumerate().filter(|(i, _)| !free[*i]) {
            question.starts[i] = start.iter().copied().collect();
            question.stay[i] = start.is_some();
        }
        let program = Program::of(self.grid, &question).expect("no more combinations than of the whole");
        let warm_start = Some(program.values_of(starts));
        let limits = Limits { gap: WITHIN, nodes: Some(NODES), warm_start, ..Limits::exact(1) };
        let solved = mostari_milp::solve(&program.model, &limits);
        let is_done = matches!(&solved, Ok(solution) if solution.stopped_by == StoppedBy::Gap);
        let free = &mut self.free[kind];
        *free = (*free * if is_done { GROWS } else { SHRINKS })
            .clamp(FREE_LEAST, starts.len().max(FREE_LEAST as usize) as f64);
        match solved {
            Ok(solution) => Ok(Some(program.decode(&solution))),
            // Of what is left the solver proves nothing in so few nodes; the plan that stands is one, but for rounding.
            Err(MilpError::Infeasible | MilpError::NothingFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::grid::Relaxed;
    use super::*;
    use crate::problem::Problem;
    use crate::synthetic::{self, Shape};

    /// An invented problem that the tree does not finish at once.
    fn problem(seed: u64) -> Problem {
        let mut parts = synthetic::parts(Shape { projects: 60, months: 36, donors: 5, areas: 10, seed });
        (parts.parameters.floor, parts.parameters.start_every) = (0.02, 12);
        Problem::new(parts).unwrap()
    }

    #[test]
    fn a_neighbourhood_never_makes_a_plan_worse_and_keeps_every_row() {
        let problem = problem(3);
        let grid = Grid::of(&problem, Relaxed::default());
        let fairness = Fairness::Floor(0.02);
        let question = Question::whole(&grid, fairness);
        let program = Program::of(&grid, &question).unwrap();
        let found = mostari_milp::solve(&program.model, &Limits { nodes: Some(1), ..Limits::exact(1) }).unwrap();
        let found = program.decode(&found);
        let until =
            Until { enough: f64::INFINITY, deadline: Deadline { clock: None, at: f64::INFINITY }, rounds: 12, seed: 1 };
        let better = improve(&grid, &question, &wished(&program).unwrap(), found.clone(), &until).unwrap();
        assert!(benefit(&grid, &better) >= benefit(&grid, &found));
        // Everything fixed as the plan says: the rows hold, or there is no solution.
        let starts = better.iter().map(|start| start.iter().copied().collect()).collect();
        let stay = better.iter().map(Option::is_some).collect();
        let as_it_is = Question { starts, stay, ..question };
        assert!(mostari_milp::solve(&Program::of(&grid, &as_it_is).unwrap().model, &Limits::exact(1)).is_ok());
    }
}
