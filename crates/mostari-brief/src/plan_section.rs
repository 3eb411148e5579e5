//! The plan: how good it is, what is done where and when, who pays, who works, and for which need.

use crate::{
    ground::Ground,
    map, money,
    outline::Outlines,
    situation::BOUNDARIES,
    summary::{check_words, sum},
    text, timeline,
};
use maud::{Markup, html};
use mostari_model::{AreaId, CheckReport, Chosen, Origin, Plan, Project, StoppedBy, Work};
use mostari_place::AreaIndex;
use std::collections::BTreeMap;

/// Areas whose answered share stands open; the others fold away.
const SHARES_OPEN: usize = 20;

/// The section.
pub(crate) fn plan(ground: &Ground<'_>, outlines: Option<&Outlines>) -> Markup {
    html! {
        section #plan {
            h2 { "Plan" }
            @match ground.input.plan {
                None => p { "No plan has been made of this assessment." },
                Some(plan) => {
                    (quality(ground, plan))
                    @if plan.chosen.is_empty() {
                        p { "No project is chosen; section “Why not the others” says why." }
                    } @else {
                        (chosen_table(ground, plan))
                        (timeline::timeline(ground, plan))
                    }
                    div.side-by-side {
                        (money::money(ground, plan))
                        (plan_map(ground, plan, outlines))
                    }
                    (shares(ground, plan))
                }
            }
        }
    }
}

/// What was sought, how close the plan is to the best possible, and what the checker says.
fn quality(ground: &Ground<'_>, plan: &Plan) -> Markup {
    let stopped = match plan.stopped_by {
        StoppedBy::Gap => "the search ended because the gap was proven",
        StoppedBy::Nodes => "the search ended at its limit of nodes, the same on every machine",
        StoppedBy::Prices => {
            "the search ended with the best plan among the months that prices favour, the same on every machine"
        }
        StoppedBy::Time => "the search ended at its time limit; another run may differ",
    };
    html! {
        p {
            "Sought: the most " dfn { "severity-weighted person-months" } " of service within the horizon. Each month in which a completed "
            "project serves a person counts by how severe the need is, times the probability that the project is completed given recent insecurity in its area."
        }
        dl.facts {
            div { dt { "Reached" } dd data-value=(plan.objective) data-unit="severity-weighted person-months" { (text::plain(plan.objective)) } }
            div { dt { "No plan exceeds" } dd data-value=(plan.bound) data-unit="severity-weighted person-months" { (text::plain(plan.bound)) } }
            div { dt { "Gap" } dd data-value=(plan.gap) data-unit="share" { (text::percent(plan.gap)) "; " (stopped) } }
            div { dt { "Floor" } dd data-value=(plan.floor) data-unit="share" {
                @if plan.floor > 0.0 { "every area gets at least " (text::percent(plan.floor)) " of what is possible there" }
                @else { "none: no area is guaranteed a share" }
            } }
            div { dt { "Assumption" } dd data-value=(plan.conflict_hazard) data-unit="for each death per 100 000 people and year" {
                "the hazard of not completing a project is " (plan.conflict_hazard) " a year for each death per 100\u{202f}000 people and year in its area"
            } }
            div { dt { "Check" } dd { (checked(ground.input.check)) } }
        }
    }
}

fn checked(check: Option<&CheckReport>) -> Markup {
    html! {
        @match check {
            None => strong { "not checked" },
            Some(check) => {
                (check_words(check))
                @if !check.violations.is_empty() {
                    ul.violations {
                        @for violation in &check.violations {
                            li {
                                strong { "Violation" } ": "
                                @if let Some(project) = &violation.project { (project) ": " }
                                (violation.message)
                            }
                        }
                    }
                }
            }
        }
    }
}

fn chosen_table(ground: &Ground<'_>, plan: &Plan) -> Markup {
    html! {
        table.plan {
            caption { "Chosen projects in the order of their start; cost is the likely cost, low to high below it" }
            thead { tr {
                th scope="col" { "What and where" }
                th scope="col" { "When" }
                th.n scope="col" { "Cost" }
                th scope="col" { "Who pays" }
                th scope="col" { "Who works" }
                th.n scope="col" { "People served" span.unit { "once complete" } }
                th.n scope="col" { "Benefit" span.unit { "severity-weighted person-months" } }
                th scope="col" { "Answers" }
            } }
            tbody { @for chosen in &plan.chosen { (chosen_row(ground, chosen)) } }
        }
    }
}

fn chosen_row(ground: &Ground<'_>, chosen: &Chosen) -> Markup {
    let project = ground.project(&chosen.project);
    html! {
        tr {
            th scope="row" {
                (ground.project_title(&chosen.project))
                @if let Some(project) = project {
                    span.under { (ground.area_name(&project.area)) "; " (project.sector) "; " (origin(project)) }
                }
                span.under.id { (chosen.project) }
            }
            td {
                span.nowrap { (chosen.start) }
                @if chosen.end != chosen.start { " " span.nowrap { "to " (chosen.end) } }
            }
            (cost_cell(project))
            td {
                @for payment in &chosen.payers {
                    span.line { (ground.party_name(&payment.donor)) " " (payment.year) ": " (text::money(payment.amount)) }
                }
            }
            td {
                @for work in &chosen.executors {
                    span.line { (ground.party_name(&work.party)) ": " (work.capability) ", " (weeks(work, chosen)) }
                }
            }
            @match project {
                Some(project) => td.n data-value=(project.people) data-unit="people" { (text::count(project.people as usize)) },
                None => td.n.unknown { "unknown" },
            }
            td.n data-value=(chosen.benefit) data-unit="severity-weighted person-months" {
                (text::plain(chosen.benefit))
                span.span { "completed with " (text::percent(chosen.completes)) }
            }
            td.reason { (answers(project)) }
        }
    }
}

/// `2.5 weeks a month`, with the months where they are not all those of the project.
fn weeks(work: &Work, chosen: &Chosen) -> String {
    let span = match (work.from, work.until) == (chosen.start, chosen.end) {
        true => String::new(),
        false if work.from == work.until => format!(" in {}", work.from),
        false => format!(" from {} to {}", work.from, work.until),
    };
    format!("{:.1} weeks a month{span}", work.weeks_per_month)
}

/// The likely cost with its spread.
pub(crate) fn cost_cell(project: Option<&Project>) -> Markup {
    html! {
        @match project {
            Some(project) => td.n data-value=(project.cost.likely.to_major_f64()) data-unit=(project.cost.likely.currency) {
                (text::money(project.cost.likely))
                span.span { (text::amount(project.cost.low)) "\u{2013}" (text::amount(project.cost.high)) }
            },
            None => td.n.unknown { "unknown" },
        }
    }
}

fn origin(project: &Project) -> String {
    match &project.origin {
        Origin::Rule { .. } => "proposed by rule".to_owned(),
        Origin::File { party, .. } if party.is_empty() => "put forward in a file".to_owned(),
        Origin::File { party, .. } => format!("put forward by {party}"),
    }
}

fn answers(project: Option<&Project>) -> Markup {
    html! {
        @match project {
            Some(project) if !project.answers.is_empty() => {
                @for answer in &project.answers { span.line { (answer.words) } }
            },
            _ => "its party did not say",
        }
    }
}

fn plan_map(ground: &Ground<'_>, plan: &Plan, outlines: Option<&Outlines>) -> Markup {
    let mut counts: BTreeMap<AreaIndex, usize> = BTreeMap::new();
    let projects = plan.chosen.iter().filter_map(|chosen| ground.project(&chosen.project));
    projects.filter_map(|p| ground.area_index(&p.area)).for_each(|area| *counts.entry(area).or_default() += 1);
    let Some(outlines) = outlines.filter(|_| !counts.is_empty()) else { return html! {} };
    let costs = plan.chosen.iter().flat_map(|c| &c.payers).map(|payment| payment.amount);
    let counts: Vec<_> = counts.into_iter().collect();
    html! {
        figure.map-figure {
            figcaption { span.figure-number { "Map" } " Chosen projects by area" }
            (map::count_map(ground, outlines, &counts, "Chosen projects by area"))
            dl.lines {
                div { dt { "Unit" } dd { "projects; the number in the circle" } }
                div { dt { "Source" } dd { "this plan" @if let Some(total) = sum(costs) { ", " (text::money(total)) } } }
                div { dt { "As of" } dd { (ground.input.assessment.as_of) } }
                div { dt { "Confidence" } dd { "area level only; sites are not shown" } }
            }
            p.note { (BOUNDARIES) }
        }
    }
}

/// How each area fares, the least answered first.
fn shares(ground: &Ground<'_>, plan: &Plan) -> Markup {
    let share = |id: &AreaId| {
        let answered = &plan.areas[id];
        if answered.possible > 0.0 { answered.benefit / answered.possible } else { 0.0 }
    };
    let mut areas: Vec<(&AreaId, f64)> =
        plan.areas.iter().filter(|(_, a)| a.possible > 0.0).map(|(id, _)| (id, share(id))).collect();
    areas.sort_by(|a, b| a.1.total_cmp(&b.1));
    let none = areas.iter().filter(|(_, share)| *share == 0.0).count();
    let (open, folded) = areas.split_at(areas.len().min(SHARES_OPEN));
    html! {
        @if !areas.is_empty() {
            h3 { "How each area fares" }
            p {
                "The share of the benefit possible in an area (every candidate there, as early as it can be done) that the plan brings. "
                (text::many(none, "area")) " of " (text::count(areas.len())) " with candidate projects "
                (if none == 1 { "gets" } else { "get" }) " nothing."
            }
            (share_rows(ground, plan, open, "Least answered areas"))
            @if !folded.is_empty() {
                details {
                    summary { "The other " (text::many(folded.len(), "area")) }
                    (share_rows(ground, plan, folded, "Other areas with candidate projects"))
                }
            }
        }
    }
}

fn share_rows(ground: &Ground<'_>, plan: &Plan, areas: &[(&AreaId, f64)], caption: &str) -> Markup {
    html! {
        table.shares {
            caption { (caption) "; the upright mark is the floor, " (text::percent(plan.floor)) }
            thead { tr {
                th scope="col" { "Area" }
                th.n scope="col" { "Answered" span.unit { "%" } }
                th scope="col" { "Answered, drawn" }
                th.n scope="col" { "Brought" span.unit { "severity-weighted person-months" } }
                th.n scope="col" { "Possible" span.unit { "severity-weighted person-months" } }
            } }
            tbody {
                @for (id, share) in areas {
                    @let answered = &plan.areas[*id];
                    tr {
                        th scope="row" { (ground.area_name(id)) }
                        td.n data-value=(share) data-unit="share" { (text::number(*share, mostari_model::Unit::Share)) }
                        td { (money::bar(*share, (plan.floor > 0.0).then_some(plan.floor))) }
                        td.n data-value=(answered.benefit) data-unit="severity-weighted person-months" { (text::plain(answered.benefit)) }
                        td.n data-value=(answered.possible) data-unit="severity-weighted person-months" { (text::plain(answered.possible)) }
                    }
                }
            }
        }
    }
}
