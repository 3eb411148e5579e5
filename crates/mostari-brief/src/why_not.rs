//! Why not the others: a reason for each project that is not in the plan, grouped by what stands in the way.

use crate::{ground::Ground, plan_section::cost_cell, text};
use maud::{Markup, html};
use mostari_model::{NotChosen, Plan, ReasonGroup};
use std::collections::BTreeMap;

/// Projects of a group that stand open; the others fold away.
const OPEN: usize = 12;

/// The section; nothing where there is no plan.
pub(crate) fn why_not(ground: &Ground<'_>) -> Markup {
    let Some(plan) = ground.input.plan else { return html! {} };
    let mut groups: BTreeMap<(usize, &'static str), Vec<&NotChosen>> = BTreeMap::new();
    plan.not_chosen.iter().for_each(|one| groups.entry(heading(&one.reason.group)).or_default().push(one));
    let verified = plan.not_chosen.iter().filter(|one| one.verified).count();
    html! {
        section #why-not {
            h2 { "Why not the others" }
            @if plan.not_chosen.is_empty() {
                p { "Every candidate project is in the plan." }
            } @else {
                p {
                    (text::many(plan.not_chosen.len(), "candidate project")) " not in the plan. For " (text::count(verified))
                    " the reason is verified: the plan was solved again with the project forced in."
                }
                @for ((_, heading), members) in &groups { (group(ground, plan, heading, members)) }
            }
        }
    }
}

/// Order and heading of a group.
fn heading(group: &ReasonGroup) -> (usize, &'static str) {
    match group {
        ReasonGroup::Money(_) => (0, "Money"),
        ReasonGroup::Capability(_) => (1, "Too few weeks of work"),
        ReasonGroup::Precedence(_) => (2, "Waits for another project"),
        ReasonGroup::Caveat(_) => (3, "A restriction of a contributor"),
        ReasonGroup::Horizon => (4, "Does not end within the horizon"),
        ReasonGroup::Floor(_) => (5, "Another area would fall below its floor"),
        ReasonGroup::Condition(_) => (6, "A condition that people set"),
        ReasonGroup::Running(_) => (7, "Nobody could pay for running it"),
        ReasonGroup::Required(_) => (8, "Another project must be in"),
        ReasonGroup::Benefit => (9, "Would displace more than it brings"),
        ReasonGroup::NotExamined => (10, "Not examined"),
    }
}

fn group(ground: &Ground<'_>, plan: &Plan, heading: &str, members: &[&NotChosen]) -> Markup {
    let (open, folded) = members.split_at(members.len().min(OPEN));
    html! {
        h3 { (heading) " (" (text::count(members.len())) ")" }
        (rows(ground, plan, heading, open))
        @if !folded.is_empty() {
            details {
                summary { "The other " (text::many(folded.len(), "project")) " of this group" }
                (rows(ground, plan, heading, folded))
            }
        }
    }
}

fn rows(ground: &Ground<'_>, plan: &Plan, heading: &str, members: &[&NotChosen]) -> Markup {
    html! {
        table.why-not {
            caption { "Not chosen: " (heading) }
            thead { tr {
                th scope="col" { "Project and area" }
                th.n scope="col" { "Cost" }
                th scope="col" { "Why not" }
                th scope="col" { "Verified" }
            } }
            tbody { @for one in members { (row(ground, plan, one)) } }
        }
    }
}

fn row(ground: &Ground<'_>, plan: &Plan, one: &NotChosen) -> Markup {
    let project = ground.project(&one.project);
    let displaces: Vec<&str> = one.reason.displaces.iter().map(|id| ground.project_title(id)).collect();
    html! {
        tr {
            th scope="row" {
                (ground.project_title(&one.project))
                @if let Some(project) = project { span.under { (ground.area_name(&project.area)) "; " (project.sector) } }
            }
            (cost_cell(project))
            td {
                (one.reason.words)
                @if let Some(forced) = one.reason.forced_objective {
                    span.under {
                        "With it, the best plan reaches " (text::plain(forced)) " instead of " (text::plain(plan.objective))
                        " severity-weighted person-months"
                        @if !displaces.is_empty() { ", without " (displaces.join(", ")) }
                        "."
                    }
                }
                @for change in &one.reason.changes { span.under { (text::sentence(&change.words)) } }
            }
            td { @if one.verified { span.mark aria-hidden="true" { "✓ " } "re-solved" } @else { "not verified" } }
        }
    }
}
