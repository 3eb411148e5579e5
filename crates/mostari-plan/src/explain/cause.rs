//! Why there is no plan at all: a smallest set of named groups of rules that cannot hold together.
//!
//! Divide and conquer over the groups (QuickXplain: Junker 2004, AAAI-04, 167-172): a set is found of which every group
//! is needed, with a number of questions that grows with the size of the answer rather than with the number of groups.
//! Afterwards it is verified: together the groups of the set allow no plan, and without any one of them there is one.

use super::groups::name;
use super::words;
use crate::portfolio::{Cause, Fairness, Grid, Group, PlanError, Program, Question, Relaxed};
use mostari_milp::{Limits, MilpError, solve};

/// Any plan will do: the first is taken.
const ANY: f64 = 1e9;

/// Most nodes of one question. One that ends by it counts as feasible, so that no group is blamed for what is not proven.
const NODES_MAX: u32 = 20_000;

/// A smallest set of groups that allow no plan together, in the order of [`all_groups`]; each is needed.
///
/// Empty if the rules that have no name (the horizon, how long work lasts, who may do it) rule out every plan alone, or
/// if the question was too hard to answer within the limit on nodes.
///
/// # Errors
/// Defects of the solver.
pub(crate) fn smallest_cause(grid: &Grid<'_>) -> Result<Vec<Cause>, PlanError> {
    let question = Conflict { grid, all: all_groups(grid) };
    if question.is_feasible(&question.all)? {
        return Ok(Vec::new());
    }
    let mut found = question.explain(&[], &[], &question.all)?;
    found.sort();
    let named = |group: &Group| {
        let reason = name(grid, group);
        Cause { words: words::group(group, &reason), group: reason }
    };
    match question.is_smallest(&found)? {
        true => Ok(found.iter().map(named).collect()),
        false => Ok(Vec::new()),
    }
}

/// Every group that can be named, the one that says most when blamed last: among equals the later is kept.
fn all_groups(grid: &Grid<'_>) -> Vec<Group> {
    let problem = grid.problem;
    let required =
        problem.conditions.required.iter().filter_map(|id| problem.projects.iter().position(|p| p.id == *id));
    let mut groups: Vec<Group> = required.map(Group::Required).collect();
    if problem.parameters.floor > 0.0 {
        groups.extend(grid.by_area().into_keys().cloned().map(Group::Floor));
    }
    groups.extend(grid.capabilities.iter().cloned().map(Group::Capability));
    groups.extend((0..problem.means.donors.len()).map(Group::Budget));
    groups.extend((0..problem.means.donors.len()).map(Group::Earmark));
    for (p, party) in problem.means.parties.iter().enumerate() {
        groups.extend((0..party.caveats.len()).map(|c| Group::Caveat(p, c)));
    }
    let waiting = (0..problem.projects.len()).filter(|i| !problem.projects[*i].needs_before.is_empty());
    groups.extend(waiting.map(Group::Needs));
    groups.extend((0..problem.conditions.owners.len()).map(Group::Running));
    let conditions = &problem.conditions;
    let together = conditions.alternatives.iter().chain(&conditions.bundles).map(|condition| condition.id.clone());
    let ids = together.chain(conditions.after.iter().map(|after| after.id.clone()));
    groups.extend(ids.map(Group::Condition));
    groups
}

struct Conflict<'g, 'p> {
    grid: &'g Grid<'p>,
    all: Vec<Group>,
}

impl Conflict<'_, '_> {
    /// What of `open` is needed beside `kept` so that there is no plan; `fresh` was added to `kept` last.
    fn explain(&self, kept: &[Group], fresh: &[Group], open: &[Group]) -> Result<Vec<Group>, PlanError> {
        if !fresh.is_empty() && !self.is_feasible(kept)? {
            return Ok(Vec::new());
        }
        if open.len() <= 1 {
            return Ok(open.to_vec());
        }
        let (left, right) = open.split_at(open.len() / 2);
        let of_left = self.explain(&[kept, right].concat(), right, left)?;
        let of_right = self.explain(&[kept, &of_left].concat(), &of_left, right)?;
        Ok([of_left, of_right].concat())
    }

    /// Whether the set allows no plan, and allows one without any of its groups.
    fn is_smallest(&self, set: &[Group]) -> Result<bool, PlanError> {
        if self.is_feasible(set)? {
            return Ok(false);
        }
        for one in set {
            let others: Vec<Group> = set.iter().filter(|group| *group != one).cloned().collect();
            if !self.is_feasible(&others)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether there is a plan if of all groups only these hold.
    fn is_feasible(&self, kept: &[Group]) -> Result<bool, PlanError> {
        let relaxed: Relaxed = self.all.iter().filter(|group| !kept.contains(group)).cloned().collect();
        let grid = Grid::of(self.grid.problem, relaxed);
        let fairness = Fairness::Floor(grid.problem.parameters.floor);
        let program = Program::of(&grid, &Question::whole(&grid, fairness))?;
        match solve(&program.model, &Limits { gap: ANY, nodes: Some(NODES_MAX), ..Limits::exact(1) }) {
            Ok(_) | Err(MilpError::NothingFound(_)) => Ok(true),
            Err(MilpError::Infeasible) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
