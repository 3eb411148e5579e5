//! Projects that parties put forward, read from files (OC4IDS).

use super::{Findings, Ground, severity, to_money};
use crate::findings::{
    PROPOSAL_CLOSED, PROPOSAL_COMPLETED, PROPOSAL_CURRENCY, PROPOSAL_INCOMPLETE, PROPOSAL_KIND_UNKNOWN,
    PROPOSAL_SPREAD, PROPOSAL_TWICE, PROPOSAL_WORK_UNKNOWN, SEVERITY_ASSUMED,
};
use mostari_model::{CostRange, DatasetId, FindingCard, Money, Origin, Project, ProjectId, ProjectKind, Proposal};
use mostari_place::AreaIndex;
use std::collections::BTreeSet;

/// Spread of a budget that comes without one, as a part of it: our assumption, reported wherever it is used.
const SPREAD_ASSUMED: f64 = 0.20;

/// Days of a month, on average in the Gregorian calendar: a duration in days becomes whole months, rounded up.
const DAYS_PER_MONTH: f64 = 30.436_875;

/// Every proposal that is still open and complete enough, in the order of the record.
pub(super) fn read(ground: &Ground<'_>, by_rule: &[Project], findings: &mut Findings) -> Vec<Project> {
    let mut ids: BTreeSet<ProjectId> = by_rule.iter().map(|p| p.id.clone()).collect();
    let mut projects = Vec::new();
    for (row, proposal) in ground.snapshot.tables.proposals.iter().enumerate() {
        let mut say = |card: &'static FindingCard, message: String| {
            let message = format!("`{}`: {message}", proposal.project_id);
            findings.add_at(card, ground, (proposal.dataset, proposal.row), message);
        };
        if matches!(proposal.status.as_str(), "completed" | "cancelled") {
            say(PROPOSAL_CLOSED, format!("its status is `{}`", proposal.status));
            continue;
        }
        let id = ProjectId::new(&proposal.project_id);
        if !ids.insert(id.clone()) {
            say(PROPOSAL_TWICE, "the id was met before".to_owned());
            continue;
        }
        let area = ground.placed.proposals.get(row).copied().flatten();
        match complete(ground, &proposal, id.clone(), area, &mut say) {
            Ok(project) => projects.push(project),
            Err((card, message)) => {
                ids.remove(&id);
                say(card, message);
            }
        }
    }
    projects
}

type Refusal = (&'static FindingCard, String);

fn complete(
    ground: &Ground<'_>,
    proposal: &Proposal,
    id: ProjectId,
    area: Option<AreaIndex>,
    say: &mut impl FnMut(&'static FindingCard, String),
) -> Result<Project, Refusal> {
    let lacks = |what: &str| (PROPOSAL_INCOMPLETE, format!("it lacks {what}"));
    let kind = ground.catalogue.kind(&proposal.kind);
    if kind.is_none() && !proposal.kind.is_empty() {
        say(PROPOSAL_KIND_UNKNOWN, format!("kind `{}`", proposal.kind));
    }
    let area = area.ok_or_else(|| lacks("a place that is one of the areas"))?;
    let node = &ground.placed.gazetteer.areas[area];
    let cost = cost(ground, proposal, kind, say)?;
    let duration_months = match (duration_months(proposal), kind) {
        (Some(months), _) => months,
        (None, Some(kind)) => {
            say(PROPOSAL_COMPLETED, format!("{} months of work, from kind `{}`", kind.duration_months, kind.id));
            kind.duration_months
        }
        (None, None) => return Err(lacks("a duration")),
    };
    let people = match (proposal.people.and_then(|p| u64::try_from(p).ok()), kind, ground.people(area)) {
        (Some(people), ..) => people,
        (None, Some(kind), Some(people)) => {
            let served = people.min(kind.serves_people_max);
            say(
                PROPOSAL_COMPLETED,
                format!("serves {served} people, from kind `{}` and the people of {}", kind.id, node.id),
            );
            served
        }
        _ => return Err(lacks("a number of people served")),
    };
    let work = kind.filter(|kind| kind.unit == "project").map(|kind| kind.work_weeks.clone());
    if work.is_none() {
        say(PROPOSAL_WORK_UNKNOWN, "no weeks of any capability".to_owned());
    }
    let severity = severity::of_area(ground, area).unwrap_or_else(|| {
        say(SEVERITY_ASSUMED, format!("severity {} in {}", severity::SEVERITY_RANGE.0, node.id));
        severity::SEVERITY_RANGE.0
    });
    let split =
        |text: &str| text.split('|').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let sector = split(&proposal.sector).into_iter().next().or_else(|| kind.map(|kind| kind.sector.clone()));
    let dataset = ground.snapshot.datasets.get(proposal.dataset as usize).map_or(DatasetId(0), |d| d.id);
    Ok(Project {
        title: if proposal.title.is_empty() { id.to_string() } else { proposal.title.clone() },
        id,
        kind: proposal.kind.clone(),
        sector: sector.ok_or_else(|| lacks("a sector"))?,
        area: node.id.clone(),
        point: proposal.longitude.zip(proposal.latitude),
        origin: Origin::File { dataset, party: proposal.party.clone() },
        answers: Vec::new(),
        cost,
        duration_months,
        work: work.unwrap_or_default(),
        needs_before: split(&proposal.needs_before).into_iter().map(ProjectId::from).collect(),
        people,
        severity,
        earliest: proposal.date_start,
        executors: Vec::new(),
    })
}

fn cost(
    ground: &Ground<'_>,
    proposal: &Proposal,
    kind: Option<&ProjectKind>,
    say: &mut impl FnMut(&'static FindingCard, String),
) -> Result<CostRange, Refusal> {
    let currency = ground.catalogue.currency;
    match (proposal.budget_minor, kind) {
        (Some(minor), _) if minor < 0 => Err((PROPOSAL_INCOMPLETE, format!("its budget is {minor} minor units"))),
        (Some(_), _) if proposal.currency != currency.as_str() => {
            Err((PROPOSAL_CURRENCY, format!("budget in `{}`, the catalogue is in {currency}", proposal.currency)))
        }
        (Some(minor), kind) => {
            let (low, high) = match kind {
                Some(kind) => (kind.cost_low / kind.cost_likely, kind.cost_high / kind.cost_likely),
                None => {
                    say(PROPOSAL_SPREAD, format!("{} is taken as the likely cost", Money::new(minor, currency)));
                    (1.0 - SPREAD_ASSUMED, 1.0 + SPREAD_ASSUMED)
                }
            };
            let part = |of: f64| Money::new((minor as f64 * of).round() as i64, currency);
            Ok(CostRange { low: part(low), likely: Money::new(minor, currency), high: part(high) })
        }
        (None, Some(kind)) if kind.unit == "project" => {
            let money = |major: f64| to_money(major, ground.catalogue);
            say(PROPOSAL_COMPLETED, format!("cost of {}, from kind `{}`", money(kind.cost_likely), kind.id));
            Ok(CostRange { low: money(kind.cost_low), likely: money(kind.cost_likely), high: money(kind.cost_high) })
        }
        (None, _) => Err((PROPOSAL_INCOMPLETE, "it lacks a budget".to_owned())),
    }
}

/// From the duration in days, else from the first and last day; whole months, rounded up.
fn duration_months(proposal: &Proposal) -> Option<u32> {
    let days = match (proposal.duration_days, proposal.date_start, proposal.date_end) {
        (Some(days), ..) => days as f64,
        (None, Some(start), Some(end)) => f64::from((end - start).get_days()) + 1.0,
        _ => return None,
    };
    (days > 0.0).then(|| (days / DAYS_PER_MONTH).ceil() as u32)
}
