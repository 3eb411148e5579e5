//! Reasons in sentences, with figures.

use crate::portfolio::{Grid, Group};
use mostari_model::{AreaId, Money, Month, PartyId, ProjectId, ReasonGroup};
use std::collections::BTreeMap;
use std::fmt::Display;

/// Why a project cannot be done at all, for one group of rules.
pub(super) fn impossible(grid: &Grid<'_>, i: usize, group: &ReasonGroup) -> String {
    let project = &grid.problem.projects[i];
    match group {
        ReasonGroup::Money(donors) if donors.is_empty() => {
            format!("no donor's earmark allows `{}` ({}) in {}", project.kind, project.sector, project.area)
        }
        ReasonGroup::Money(donors) => {
            let (has, names) = (budget(grid, donors), list(donors));
            format!(
                "it costs {}, and {names}, who may pay, have {has} over all years, too little in the years of work",
                project.cost.likely
            )
        }
        ReasonGroup::Capability(name) => match project.work.get(name) {
            Some(weeks) => {
                let each = weeks / f64::from(project.duration_months);
                format!(
                    "it takes {each:.1} weeks of `{name}` in each month of work, more than the parties that may work on it have"
                )
            }
            None => format!("what it must wait for takes more weeks of `{name}` than there are"),
        },
        ReasonGroup::Caveat(ids) if ids.is_empty() => "a restriction of a contributor forbids it".to_owned(),
        ReasonGroup::Caveat(ids) => format!("forbidden by {}", list(ids)),
        ReasonGroup::Precedence(ids) => {
            format!("it must wait for {}, which cannot be complete early enough within the means", list(ids))
        }
        ReasonGroup::Horizon => {
            let last = grid.problem.means.last_month();
            let earliest = project.earliest.map(|day| format!(" from {day} on")).unwrap_or_default();
            format!("{} months of work{earliest} do not end by {last}", project.duration_months)
        }
        ReasonGroup::Condition(ids) => format!("the condition {} forbids it", list(ids)),
        ReasonGroup::Running(owners) => format!("{} cannot pay for running it once it is complete", list(owners)),
        ReasonGroup::Required(ids) => format!("{} must be in the plan", list(ids)),
        ReasonGroup::Benefit | ReasonGroup::Floor(_) | ReasonGroup::NotExamined => {
            unreachable!("not a reason why something is impossible")
        }
    }
}

/// A group of rules in a few words, as a part of what cannot hold together.
pub(super) fn group(group: &Group, reason: &ReasonGroup) -> String {
    match (group, reason) {
        (Group::Budget(_), ReasonGroup::Money(donors)) => format!("what {} has in each year", list(donors)),
        (Group::Earmark(_), ReasonGroup::Money(donors)) => format!("what the money of {} is for", list(donors)),
        (_, ReasonGroup::Money(donors)) => format!("the money of {}", list(donors)),
        (_, ReasonGroup::Capability(name)) => format!("the weeks of `{name}`"),
        (_, ReasonGroup::Caveat(ids)) if ids.is_empty() => "a restriction of a contributor".to_owned(),
        (_, ReasonGroup::Caveat(ids)) => format!("the caveat {}", list(ids)),
        (_, ReasonGroup::Precedence(ids)) => format!("that {} must be complete before", list(ids)),
        (_, ReasonGroup::Horizon) => "the end of the horizon".to_owned(),
        (_, ReasonGroup::Condition(ids)) => format!("the condition {}", list(ids)),
        (_, ReasonGroup::Running(owners)) => format!("what {} can pay for running", list(owners)),
        (_, ReasonGroup::Required(ids)) => format!("that {} must be in", list(ids)),
        (_, ReasonGroup::Floor(areas)) => format!("the floor of {}", list(areas)),
        (_, ReasonGroup::Benefit | ReasonGroup::NotExamined) => unreachable!("no group of rules"),
    }
}

/// More money and weeks that let a project in.
pub(super) fn more(money: &BTreeMap<i32, Money>, weeks: &BTreeMap<String, BTreeMap<Month, f64>>) -> String {
    let of_year = |(year, amount): (&i32, &Money)| format!("{amount} in {year}");
    let mut parts: Vec<String> = money.iter().map(of_year).collect();
    for (capability, months) in weeks {
        let sum: f64 = months.values().sum();
        let span = match (months.keys().next(), months.keys().next_back()) {
            (Some(first), Some(last)) if first == last => format!("in {first}"),
            (Some(first), Some(last)) => format!("from {first} to {last}"),
            _ => String::new(),
        };
        parts.push(format!("{sum:.1} weeks of `{capability}` {span}"));
    }
    format!("it could be in beside all the others with {} more", parts.join(" and "))
}

/// Why there is no reason.
pub(super) fn not_examined(reasons_max: usize) -> String {
    format!("not examined: only the {reasons_max} projects with the largest possible benefit were forced in")
}

/// Why there is no reason although it was asked for.
pub(super) fn no_answer() -> String {
    "not known: no plan with it was found before the search met its limit of nodes".to_owned()
}

/// Why a project that could be done is left out.
pub(super) fn benefit(before: f64, after: f64, displaces: &[ProjectId], benefit_per_month: f64) -> String {
    if benefit_per_month == 0.0 {
        return "nobody is counted as served by it, so that it adds nothing to the plan".to_owned();
    }
    let lost = grouped(before - after);
    match displaces {
        ids if after > before * (1.0 + AGREED_FROM) => format!(
            "with it the plan could bring {} person-months more, and would disturb more of what was agreed{}",
            grouped(after - before),
            if ids.is_empty() { String::new() } else { format!(": {} would leave", list(ids)) }
        ),
        ids if after > before * (1.0 + ROUNDING) => {
            let more = 100.0 * (after - before) / before;
            let leaves = if ids.is_empty() { "nothing".to_owned() } else { list(ids) };
            format!(
                "it might as well be in: with it, and {leaves} out, the plan brings {more:.4} % more, less than the search looks for"
            )
        }
        [] => {
            format!("with it the plan brings {lost} person-months (weighted by severity) less, though nothing leaves")
        }
        ids => format!(
            "with it the plan brings {lost} person-months (weighted by severity) less: it displaces {}",
            list(ids)
        ),
    }
}

/// Why a project is left out for the sake of fairness.
pub(super) fn floor(floor: f64, areas: &[AreaId]) -> String {
    format!("with it no plan gives every area its {:.1} %; short of it: {}", floor * 100.0, list(areas))
}

fn budget(grid: &Grid<'_>, donors: &[PartyId]) -> Money {
    let means = &grid.problem.means;
    let paying = means.donors.iter().filter(|donor| donors.contains(&donor.id));
    let minor = paying.flat_map(|donor| grid.years.iter().map(|y| donor.budget_in(*y, means.currency).minor));
    Money::new(minor.fold(0, i64::saturating_add), means.currency)
}

fn list<T: Display>(items: &[T]) -> String {
    items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(", ")
}

/// From here on more benefit is passed over only for the sake of what was agreed.
const AGREED_FROM: f64 = 1e-3;

/// A part of a plan that is no more than the solver's rounding.
const ROUNDING: f64 = 1e-7;

/// A whole number with its digits in groups of three.
fn grouped(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        let cases = [(0.2, "0"), (999.0, "999"), (1_000.0, "1 000"), (1_234_567.0, "1 234 567")];
        for (number, expect) in cases {
            assert_eq!(grouped(number), expect);
        }
    }
}
