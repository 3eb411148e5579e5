//! What would have to change for a project to enter beside everything that is in the plan.
//!
//! Everything in the plan keeps its month. Then, one after the other: the least money that would have to be added, the
//! least weeks of each capability, and which caveat or condition would have to go, each alone. Where none is enough alone,
//! the least money and weeks together. What is least is proven by the solver.

use super::groups::{forbidding, name};
use super::words;
use crate::portfolio::{Extra, Fairness, Grid, Group, PlanError, Program, Question, Starts, Taken};
use mostari_milp::{Limits, MilpError, StoppedBy, solve};
use mostari_model::{Change, Money, ReasonGroup};
use std::collections::{BTreeMap, BTreeSet};

/// Most nodes of one question. What is not proven to be least within them is not stated.
const NODES_MAX: u32 = 2_000;

/// The changes of which each alone lets a project in; those that are nothing are left out.
pub(super) fn changes(grid: &Grid<'_>, starts: &Starts, i: usize) -> Result<Vec<Change>, PlanError> {
    let mut found = Vec::new();
    let takes: BTreeSet<usize> = grid
        .with_needs(i)
        .into_iter()
        .filter(|j| starts[*j].is_none())
        .flat_map(|j| grid.candidates[j].crews.iter().map(|crew| crew.capability))
        .collect();
    let money = Extra { money: true, weeks: BTreeSet::new() };
    let weeks = takes.iter().map(|c| Extra { money: false, weeks: BTreeSet::from([*c]) });
    for extra in [money].into_iter().chain(weeks) {
        let least = least(grid, starts, i, extra)?;
        found.extend(least.map(|taken| to_change(grid, &taken)).filter(|change| !is_nothing(change)));
    }
    let rules = forbidding(grid, i).into_iter().chain(grid.conditions_on(i).into_iter().map(Group::Condition));
    for group in rules {
        let without = Grid::of(grid.problem, [group.clone()].into());
        if least(&without, starts, i, Extra::default())?.is_some() {
            let reason = name(grid, &group);
            let words = format!("it could be in without {}", words::group(&group, &reason));
            found.push(Change { group: reason, words, money: BTreeMap::new(), weeks: BTreeMap::new() });
        }
    }
    if found.is_empty() {
        let together = least(grid, starts, i, Extra { money: true, weeks: takes })?;
        found.extend(together.map(|taken| to_change(grid, &taken)).filter(|change| !is_nothing(change)));
    }
    Ok(found)
}

/// How little more lets the project in beside the plan; `None` if nothing does, or it was not proven.
fn least(grid: &Grid<'_>, starts: &Starts, i: usize, extra: Extra) -> Result<Option<Taken>, PlanError> {
    let mut open: Vec<Vec<usize>> = starts.iter().map(|start| start.iter().copied().collect()).collect();
    let mut stay: Vec<bool> = starts.iter().map(Option::is_some).collect();
    for j in grid.with_needs(i).into_iter().filter(|j| starts[*j].is_none()) {
        open[j].clone_from(&grid.candidates[j].starts);
    }
    stay[i] = true;
    let fairness = Fairness::Floor(grid.problem.parameters.floor);
    let question = Question { starts: open, stay, fairness, extra, keep: None };
    let program = Program::of(grid, &question)?;
    match solve(&program.model, &Limits { nodes: Some(NODES_MAX), ..Limits::exact(1) }) {
        Ok(solution) if solution.stopped_by == StoppedBy::Gap => Ok(Some(program.taken(&solution))),
        Ok(_) | Err(MilpError::Infeasible | MilpError::NothingFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn to_change(grid: &Grid<'_>, taken: &Taken) -> Change {
    let currency = grid.problem.means.currency;
    let by_year = grid.years.iter().zip(&taken.money).filter(|(_, minor)| **minor > 0);
    let money: BTreeMap<i32, Money> = by_year.map(|(year, minor)| (*year, Money::new(*minor, currency))).collect();
    let mut weeks = BTreeMap::new();
    for (capability, months) in &taken.weeks {
        let by_month = months.iter().enumerate().filter(|(_, weeks)| **weeks > 0.0);
        let by_month: BTreeMap<_, _> = by_month.map(|(month, weeks)| (grid.month(month), *weeks)).collect();
        if !by_month.is_empty() {
            weeks.insert(grid.capabilities[*capability].clone(), by_month);
        }
    }
    let group = match (money.is_empty(), weeks.keys().next()) {
        (true, Some(capability)) => ReasonGroup::Capability(capability.clone()),
        _ => ReasonGroup::Money(Vec::new()),
    };
    Change { words: words::more(&money, &weeks), group, money, weeks }
}

fn is_nothing(change: &Change) -> bool {
    change.money.is_empty() && change.weeks.is_empty()
}
