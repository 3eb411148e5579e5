//! Rules about what people decided beside the means.

use super::area::is_covered;
use super::{Found, Subject};
use mostari_model::{Chosen, Project, ProjectId, Which};
use std::collections::{BTreeMap, BTreeSet};

/// Whether a condition speaks of a project.
pub(super) fn speaks_of(subject: &Subject<'_>, which: &Which, project: &Project) -> bool {
    if !which.projects.is_empty() && !which.projects.contains(&project.id) {
        return false;
    }
    if !which.kinds.is_empty() && !which.kinds.contains(&project.kind) {
        return false;
    }
    if !which.sectors.is_empty() && !which.sectors.contains(&project.sector) {
        return false;
    }
    is_covered(&project.area, &which.areas, &subject.problem.parents)
}

fn chosen_ids<'a>(subject: &Subject<'a>) -> BTreeSet<&'a ProjectId> {
    subject.plan.chosen.iter().map(|chosen| &chosen.project).collect()
}

/// What must be in is in.
pub(super) fn required(subject: &Subject<'_>) -> Found {
    let chosen = chosen_ids(subject);
    let missing = subject.problem.conditions.required.iter().filter(|id| !chosen.contains(id));
    missing.map(|id| (Some(id.clone()), "must be in the plan, and is not".to_owned())).collect()
}

/// Of alternatives at most one is done.
pub(super) fn alternatives(subject: &Subject<'_>) -> Found {
    let chosen = chosen_ids(subject);
    let mut found = Found::new();
    for alternative in &subject.problem.conditions.alternatives {
        let done: BTreeSet<&ProjectId> = alternative.projects.iter().filter(|id| chosen.contains(id)).collect();
        if done.len() > 1 {
            found.push((None, format!("`{}`: {} of its alternatives are done", alternative.id, done.len())));
        }
    }
    found
}

/// What belongs together is done all or none.
pub(super) fn bundles(subject: &Subject<'_>) -> Found {
    let chosen = chosen_ids(subject);
    let mut found = Found::new();
    for bundle in &subject.problem.conditions.bundles {
        let (done, left): (Vec<_>, Vec<_>) = bundle.projects.iter().partition(|id| chosen.contains(id));
        if !done.is_empty() && !left.is_empty() {
            found.push((None, format!("`{}`: {} of it are done, {} are not", bundle.id, done.len(), left.len())));
        }
    }
    found
}

/// Who waits for one of several starts when one of them is complete and the pause is over.
pub(super) fn after(subject: &Subject<'_>) -> Found {
    let ends: BTreeMap<&ProjectId, _> = subject.plan.chosen.iter().map(|c| (&c.project, c.end)).collect();
    let starts: BTreeMap<&ProjectId, _> = subject.plan.chosen.iter().map(|c| (&c.project, c.start)).collect();
    let mut found = Found::new();
    for after in &subject.problem.conditions.after {
        let Some(start) = starts.get(&after.project) else { continue };
        let is_over = |id: &ProjectId| ends.get(id).is_some_and(|end| *start - *end > after.lag_months as i32);
        if !after.any.iter().any(is_over) {
            let message = format!("starts in {start}, before `{}` allows it", after.id);
            found.push((Some(after.project.clone()), message));
        }
    }
    found
}

/// No owner pays more for running in a calendar year than it can: each month after completion costs a twelfth.
pub(super) fn running(subject: &Subject<'_>) -> Found {
    let (problem, mut found) = (subject.problem, Found::new());
    for owner in &problem.conditions.owners {
        let mut twelfths: BTreeMap<i32, i128> = BTreeMap::new();
        for running in problem.conditions.running.iter().filter(|running| running.owner == owner.id) {
            for (chosen, _) in subject.chosen().filter(|(_, project)| speaks_of(subject, &running.which, project)) {
                for year in years_of_service(subject, chosen) {
                    *twelfths.entry(year).or_default() += i128::from(running.cost_per_year);
                }
            }
        }
        for (year, cost) in twelfths {
            let has = owner.running_budget.get(&year.to_string()).copied().unwrap_or(0);
            if cost > i128::from(has) * 12 {
                let cost = cost as f64 / 12.0;
                found.push((None, format!("`{}` pays {cost:.0} for running in {year}, it has {has}", owner.id)));
            }
        }
    }
    found
}

/// The calendar year of each month of service in the horizon.
fn years_of_service(subject: &Subject<'_>, chosen: &Chosen) -> Vec<i32> {
    let means = &subject.problem.means;
    let mut month = chosen.end + 1;
    let mut years = Vec::new();
    while month - means.start < means.months as i32 {
        years.push(month.year());
        month = month + 1;
    }
    years
}
