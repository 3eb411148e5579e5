//! Rules about what the plan brings, from the formula as the documentation states it:
//! people x severity x weights x months of service in the horizon x exp(-hazard x deaths per 100,000 and year x years of work).

use super::conditions::speaks_of;
use super::{Found, Subject, about};
use mostari_model::{AreaId, Project};
use std::collections::BTreeMap;

/// Part by which two figures may differ: what sums of floats in another order do.
const TOLERANCE: f64 = 1e-9;

/// Share by which an area may miss its floor: what the solver's own tolerance allows.
const FLOOR_TOLERANCE: f64 = 1e-5;

fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()).max(1.0)
}

fn completes(subject: &Subject<'_>, project: &Project) -> f64 {
    let rate = subject.problem.insecurity.get(&project.area).copied().unwrap_or(0.0);
    let years = f64::from(project.duration_months) / 12.0;
    f64::exp(-(subject.problem.parameters.conflict_hazard * rate * years))
}

/// The product of the weights that speak of a project.
fn weight(subject: &Subject<'_>, project: &Project) -> f64 {
    let mut product = 1.0;
    for weight in &subject.problem.conditions.weights {
        if speaks_of(subject, &weight.which, project) {
            product *= weight.factor;
        }
    }
    product
}

/// Benefit if a project serves from the month at this position on.
fn benefit(subject: &Subject<'_>, project: &Project, serves_from: i64) -> f64 {
    let months = (i64::from(subject.problem.means.months) - serves_from).max(0) as f64;
    project.people as f64 * project.severity * weight(subject, project) * months * completes(subject, project)
}

/// The first position at which a project can serve: it starts at once, or when it may, and works through.
fn first_service(subject: &Subject<'_>, project: &Project) -> i64 {
    let mut position = 0_i64;
    if let Some(earliest) = project.earliest {
        let beyond = i64::from(subject.problem.means.months);
        while position < beyond && (subject.problem.means.start + position as i32).first_day() < earliest {
            position += 1;
        }
    }
    // Work starts in every so many months only.
    while position % i64::from(subject.problem.parameters.start_every.max(1)) != 0 {
        position += 1;
    }
    position + i64::from(project.duration_months)
}

/// Every area with candidates gets at least the floor.
pub(super) fn floor(subject: &Subject<'_>) -> Found {
    let (plan, problem) = (subject.plan, subject.problem);
    let mut found = Found::new();
    if plan.floor != problem.parameters.floor {
        found.push((None, format!("made for a floor of {}, asked for was {}", plan.floor, problem.parameters.floor)));
    }
    let mut areas: BTreeMap<&AreaId, (f64, f64)> = BTreeMap::new();
    for project in &problem.projects {
        areas.entry(&project.area).or_default().1 += benefit(subject, project, first_service(subject, project));
    }
    for (chosen, project) in subject.chosen() {
        let serves_from = i64::from(chosen.end - problem.means.start) + 1;
        areas.entry(&project.area).or_default().0 += benefit(subject, project, serves_from);
    }
    for (area, (gets, possible)) in &areas {
        if *gets < (plan.floor - FLOOR_TOLERANCE) * possible {
            let message = format!("{area} gets {gets:.1} of {possible:.1}, the floor is {}", plan.floor);
            found.push((None, message));
        }
        match plan.areas.get(*area) {
            Some(said) if is_same(said.benefit, *gets) && is_same(said.possible, *possible) => {}
            Some(said) => {
                let message = format!("{area}: says {} of {}, it is {gets} of {possible}", said.benefit, said.possible);
                found.push((None, message));
            }
            None => found.push((None, format!("{area} has candidates and is not in the plan's areas"))),
        }
    }
    found
        .extend(plan.areas.keys().filter(|a| !areas.contains_key(a)).map(|a| (None, format!("{a} has no candidates"))));
    found
}

/// Benefits and the objective are what the formula gives; the bound is not below; the gap is theirs.
pub(super) fn objective(subject: &Subject<'_>) -> Found {
    let plan = subject.plan;
    let mut found = Found::new();
    if plan.conflict_hazard != subject.problem.parameters.conflict_hazard {
        found.push((None, format!("made with the conflict hazard {}", plan.conflict_hazard)));
    }
    let mut sum = 0.0;
    for (chosen, project) in subject.chosen() {
        let brings = benefit(subject, project, i64::from(chosen.end - subject.problem.means.start) + 1);
        sum += brings;
        if !is_same(chosen.benefit, brings) {
            found.push(about(chosen, format!("says it brings {}, it brings {brings}", chosen.benefit)));
        }
        let likely = completes(subject, project);
        if !is_same(chosen.completes, likely) {
            found.push(about(chosen, format!("says it completes with {}, it is {likely}", chosen.completes)));
        }
    }
    if !is_same(plan.objective, sum) {
        found.push((None, format!("says it brings {}, its projects bring {sum}", plan.objective)));
    }
    if plan.bound < plan.objective * (1.0 - TOLERANCE) {
        found.push((None, format!("the bound {} is below the objective {}", plan.bound, plan.objective)));
    }
    let apart = plan.bound - plan.objective;
    let gap = if apart <= 0.0 {
        0.0
    } else if plan.objective > 0.0 {
        apart / plan.objective
    } else {
        1.0
    };
    if !is_same(plan.gap, gap) {
        found.push((None, format!("says a gap of {}, it is {gap}", plan.gap)));
    }
    found
}
