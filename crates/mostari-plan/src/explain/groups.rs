//! Which groups of rules stand in the way of a project that cannot be done even alone.

use super::words;
use crate::portfolio::{Extra, Fairness, Grid, Group, PlanError, Program, Question, Relaxed};
use mostari_milp::{Limits, MilpError, solve};
use mostari_model::{Caveat, Label, PartyId, ProjectId, Reason, ReasonGroup};

/// The reason why a project cannot be done alone, or `None` if it can. Verified: without each of the groups that
/// the reason names the project could be done, with all of them it cannot; both were solved.
pub(super) fn why_impossible(grid: &Grid<'_>, i: usize) -> Result<Option<Reason>, PlanError> {
    if is_possible(grid, i)? {
        return Ok(None);
    }
    let project = &grid.problem.projects[i];
    let taken = project.work.iter().filter(|(_, weeks)| **weeks > 0.0).map(|(name, _)| name.clone());
    let capabilities: std::collections::BTreeSet<String> = match project.needs_before.is_empty() {
        true => taken.collect(),
        false => grid.capabilities.iter().cloned().collect(),
    };
    // In the order in which they are put back. The later a group, the sooner it is blamed: what a project must wait for
    // explains more than what that lacks, and a caveat more than the weeks that would be needed without it.
    let mut groups = vec![Group::Money];
    groups.extend(capabilities.into_iter().map(Group::Capability));
    groups.extend((0..grid.problem.conditions.owners.len()).map(Group::Running));
    groups.push(Group::Caveats);
    groups.extend(grid.conditions_on(i).into_iter().map(Group::Condition));
    groups.extend([Group::Horizon, Group::Precedence]);
    let mut relaxed: Relaxed = groups.iter().cloned().collect();
    let mut blamed = Vec::new();
    for group in groups {
        let mut tighter = relaxed.clone();
        tighter.remove(&group);
        if is_possible(&Grid::of(grid.problem, tighter.clone()), i)? {
            relaxed = tighter;
        } else {
            blamed.push(group);
        }
    }
    let named: Vec<ReasonGroup> = blamed.iter().map(|group| to_reason(grid, i, group)).collect();
    let Some(group) = named.last().cloned() else {
        // Each group could be put back, so all of them together allow the project: it was possible after all.
        return Ok(None);
    };
    let words = named.iter().rev().map(|group| words::impossible(grid, i, group)).collect::<Vec<_>>().join("; and ");
    Ok(Some(Reason { group, words, forced_objective: None, displaces: Vec::new(), changes: Vec::new() }))
}

/// Whether a project and all that it needs before fit into the rules, with nothing else going on.
fn is_possible(grid: &Grid<'_>, i: usize) -> Result<bool, PlanError> {
    let mut starts = vec![Vec::new(); grid.candidates.len()];
    for j in grid.with_needs(i) {
        starts[j].clone_from(&grid.candidates[j].starts);
    }
    if starts[i].is_empty() {
        return Ok(false);
    }
    let mut stay = vec![false; starts.len()];
    stay[i] = true;
    let program =
        Program::of(grid, &Question { starts, stay, fairness: Fairness::Free, extra: Extra::default(), keep: None })?;
    match solve(&program.model, &Limits::exact(1)) {
        Ok(_) => Ok(true),
        Err(MilpError::Infeasible) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// A group as the plan names it, where it stands in the way of a project.
fn to_reason(grid: &Grid<'_>, i: usize, group: &Group) -> ReasonGroup {
    match group {
        Group::Caveats => ReasonGroup::Caveat(visible_caveats(grid, i)),
        Group::Money => ReasonGroup::Money(donors(grid, i)),
        Group::Precedence => ReasonGroup::Precedence(blocking(grid, i)),
        other => name(grid, other),
    }
}

/// A group as the plan names it. A caveat that the reader may not see has no name.
pub(super) fn name(grid: &Grid<'_>, group: &Group) -> ReasonGroup {
    let problem = grid.problem;
    let project = |i: &usize| problem.projects[*i].id.clone();
    match group {
        Group::Money => ReasonGroup::Money(problem.means.donors.iter().map(|donor| donor.id.clone()).collect()),
        Group::Budget(d) | Group::Earmark(d) => ReasonGroup::Money(vec![problem.means.donors[*d].id.clone()]),
        Group::Capability(name) => ReasonGroup::Capability(name.clone()),
        Group::Caveats => ReasonGroup::Caveat(Vec::new()),
        Group::Caveat(p, c) => {
            let party = &problem.means.parties[*p];
            let caveat = &party.caveats[*c];
            let shown = is_readable(grid, caveat).then(|| format!("{}/{}", party.id, caveat.id));
            ReasonGroup::Caveat(shown.into_iter().collect())
        }
        Group::Horizon => ReasonGroup::Horizon,
        Group::Precedence => ReasonGroup::Precedence(Vec::new()),
        Group::Needs(i) => ReasonGroup::Precedence(problem.projects[*i].needs_before.clone()),
        Group::Condition(id) => ReasonGroup::Condition(vec![id.clone()]),
        Group::Running(owner) => ReasonGroup::Running(vec![problem.conditions.owners[*owner].id.clone()]),
        Group::Required(i) => ReasonGroup::Required(vec![project(i)]),
        Group::Floor(area) => ReasonGroup::Floor(vec![area.clone()]),
    }
}

/// The caveats that forbid work on a project in some month, of parties that could do it.
pub(super) fn forbidding(grid: &Grid<'_>, i: usize) -> Vec<Group> {
    let project = &grid.problem.projects[i];
    let mut caveats = Vec::new();
    for (p, party) in grid.problem.means.parties.iter().enumerate() {
        let takes_part = party.capabilities.iter().any(|c| project.work.get(&c.name).is_some_and(|w| *w > 0.0));
        for (c, caveat) in party.caveats.iter().enumerate().filter(|_| takes_part) {
            if (0..grid.months).any(|month| grid.forbids(caveat, project, grid.month(month))) {
                caveats.push(Group::Caveat(p, c));
            }
        }
    }
    caveats
}

fn is_readable(grid: &Grid<'_>, caveat: &Caveat) -> bool {
    caveat.label.parse::<Label>().is_ok_and(|label| label.is_readable_by(&grid.problem.reader))
}

/// Donors whose earmark allows the project.
fn donors(grid: &Grid<'_>, i: usize) -> Vec<PartyId> {
    let means = &grid.problem.means;
    let allowed = |(d, _): &(usize, &mostari_model::Donor)| grid.candidates[i].donors >> d & 1 == 1;
    means.donors.iter().enumerate().filter(allowed).map(|(_, donor)| donor.id.clone()).collect()
}

/// Caveats that forbid work on the project in some month and that the reader may see, as `party/caveat`.
fn visible_caveats(grid: &Grid<'_>, i: usize) -> Vec<String> {
    let named = forbidding(grid, i).into_iter().map(|caveat| name(grid, &caveat));
    named.filter_map(|reason| if let ReasonGroup::Caveat(ids) = reason { Some(ids) } else { None }).flatten().collect()
}

/// What the project must wait for.
fn blocking(grid: &Grid<'_>, i: usize) -> Vec<ProjectId> {
    let mut ids = grid.problem.projects[i].needs_before.clone();
    let after = grid.problem.conditions.after.iter().filter(|after| after.project == grid.problem.projects[i].id);
    ids.extend(after.flat_map(|after| after.any.clone()));
    ids.sort();
    ids.dedup();
    ids
}
