//! Rules about what is in the plan and when.

use super::{Found, Subject, about, conditions};
use mostari_model::{Digest, Month, ProjectId};
use std::collections::BTreeMap;

/// The plan is of this problem; every candidate is either chosen or not chosen, once; nothing else is.
pub(super) fn once(subject: &Subject<'_>) -> Found {
    let (plan, problem) = (subject.plan, subject.problem);
    let mut found = Found::new();
    let digests = [
        ("snapshot", plan.snapshot, problem.snapshot),
        ("assessment", plan.assessment, problem.assessment),
        ("projects", plan.projects, Digest::of_value(&problem.projects)),
        ("means", plan.means, Digest::of_value(&problem.means)),
    ];
    for (what, of_plan, of_problem) in digests {
        if of_plan != of_problem {
            let message = format!("made for the {what} {}, checked against {}", of_plan.short(), of_problem.short());
            found.push((None, message));
        }
    }
    let conditions = (!problem.conditions.is_empty()).then(|| Digest::of_value(&problem.conditions));
    if plan.conditions != conditions {
        found.push((None, "made under other conditions than those it is checked against".to_owned()));
    }
    let mut times: BTreeMap<&ProjectId, u32> = BTreeMap::new();
    let mentioned = plan.chosen.iter().map(|c| &c.project).chain(plan.not_chosen.iter().map(|n| &n.project));
    for id in mentioned {
        *times.entry(id).or_default() += 1;
        if !subject.projects.contains_key(id) {
            found.push((Some(id.clone()), "is no candidate".to_owned()));
        }
    }
    for id in subject.projects.keys() {
        match times.get(id) {
            Some(1) => {}
            None => found.push((Some((*id).clone()), "is neither chosen nor not chosen".to_owned())),
            Some(n) => found.push((Some((*id).clone()), format!("stands {n} times in the plan"))),
        }
    }
    found
}

/// Work lies in the horizon, not before the earliest day, and lasts as long as the project says.
pub(super) fn horizon(subject: &Subject<'_>) -> Found {
    let (plan, means) = (subject.plan, &subject.problem.means);
    let mut found = Found::new();
    if (plan.start, plan.months) != (means.start, means.months) {
        let message = format!(
            "plans {} months from {}, the means {} from {}",
            plan.months, plan.start, means.months, means.start
        );
        found.push((None, message));
    }
    if plan.start_every != subject.problem.parameters.start_every {
        found.push((None, format!("made for work that starts in every {} months", plan.start_every)));
    }
    let last: Month = means.start + (means.months as i32 - 1);
    for (chosen, project) in subject.chosen() {
        if chosen.start < means.start || last < chosen.end {
            let message = format!("works from {} to {}, outside {} to {last}", chosen.start, chosen.end, means.start);
            found.push(about(chosen, message));
        }
        let lasts = chosen.end - chosen.start + 1;
        if lasts != project.duration_months as i32 {
            found.push(about(chosen, format!("lasts {lasts} months, the project says {}", project.duration_months)));
        }
        let every = i64::from(plan.start_every.max(1));
        if i64::from(chosen.start - means.start) % every != 0 {
            found.push(about(chosen, format!("starts in {}, work starts in every {every} months only", chosen.start)));
        }
        if let Some(earliest) = project.earliest.filter(|day| chosen.start.first_day() < *day) {
            found.push(about(chosen, format!("starts in {}, not before {earliest} was said", chosen.start)));
        }
    }
    found
}

/// A project starts after those that it needs are complete.
pub(super) fn precedence(subject: &Subject<'_>) -> Found {
    let ends: BTreeMap<&ProjectId, Month> = subject.plan.chosen.iter().map(|c| (&c.project, c.end)).collect();
    let mut found = conditions::after(subject);
    for (chosen, project) in subject.chosen() {
        for need in &project.needs_before {
            match ends.get(need) {
                Some(end) if *end < chosen.start => {}
                Some(end) => {
                    let message = format!("starts in {}, but needs `{need}`, which ends in {end}", chosen.start);
                    found.push(about(chosen, message));
                }
                None => found.push(about(chosen, format!("needs `{need}`, which is not chosen"))),
            }
        }
    }
    found
}

/// What is under way keeps its month, and nothing else starts before the month of the new plan.
pub(super) fn under_way(subject: &Subject<'_>) -> Found {
    let mut found = Found::new();
    if subject.plan.agreed != subject.problem.agreed {
        found.push((None, "made beside another earlier plan than that it is checked against".to_owned()));
    }
    let Some(agreed) = &subject.problem.agreed else { return found };
    for chosen in &subject.plan.chosen {
        match agreed.starts.get(&chosen.project) {
            Some(begun) if *begun < agreed.from && chosen.start != *begun => {
                found.push(about(chosen, format!("is under way since {begun}, and starts in {}", chosen.start)));
            }
            Some(begun) if *begun < agreed.from => {}
            _ if chosen.start < agreed.from => {
                found.push(about(chosen, format!("starts in {}, before {}", chosen.start, agreed.from)));
            }
            _ => {}
        }
    }
    found
}
