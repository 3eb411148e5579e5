//! From gaps to candidate projects: by rule from a catalogue, and from files of proposals.

mod facilities;
mod hazards;
mod indicators;
mod order;
mod proposals;
mod severity;

#[cfg(test)]
mod tests;

use crate::findings::NOTHING_PROPOSED;
use mostari_model::{
    Answer, Assessment, Catalogue, CostRange, Finding, FindingCard, LatestValues, Money, Origin, Project, ProjectId,
    ProjectKind, Snapshot, Trigger,
};
use mostari_place::{AreaIndex, Placed};
use std::collections::{BTreeMap, BTreeSet};

/// What rules look at.
pub(crate) struct Ground<'a> {
    pub snapshot: &'a Snapshot,
    pub placed: &'a Placed,
    pub latest: LatestValues<'a>,
    pub catalogue: &'a Catalogue,
    /// Areas with nothing below them, in the gazetteer's order.
    pub leaves: BTreeSet<AreaIndex>,
}

/// A project that a rule calls for, before it has an id.
pub(crate) struct Call {
    pub area: AreaIndex,
    pub point: Option<(f64, f64)>,
    pub answer: Answer,
    /// How many units of the kind: 1 project, or hectares.
    pub units: f64,
    pub people: u64,
    pub severity: f64,
}

/// Proposes candidates by rule from the catalogue and the assessment, and takes proposals of parties beside them.
///
/// Projects stand in the order of the catalogue, area and number; then proposals in the order of the record.
/// Same arguments, same projects. Everything that could not be used is a finding.
pub fn nominate(
    snapshot: &Snapshot,
    placed: &Placed,
    assessment: &Assessment,
    catalogue: &Catalogue,
) -> (Vec<Project>, Vec<Finding>) {
    let leaves = placed.gazetteer.leaves().collect();
    let ground = Ground { snapshot, placed, latest: assessment.latest(), catalogue, leaves };
    let mut findings = Findings::default();
    let mut projects = Vec::new();
    for kind in &catalogue.kinds {
        let calls = match &kind.trigger {
            Trigger::TooFewFacilities { facility, people_max } => {
                facilities::too_few(&ground, kind, facility, *people_max, &mut findings)
            }
            Trigger::FacilityNotFunctional { facility } => {
                facilities::not_functional(&ground, kind, facility, &mut findings)
            }
            Trigger::HazardNearPeople { within_m, hectares_max } => {
                hazards::near_people(&ground, kind, *within_m, *hectares_max, &mut findings)
            }
            Trigger::IndicatorAbove { indicator, part, above } => {
                indicators::above(&ground, kind, (indicator, part), *above, &mut findings)
            }
        };
        if calls.is_empty() {
            findings.add(NOTHING_PROPOSED, format!("`{}`: {}", kind.id, kind.title));
        }
        projects.extend(number(&ground, kind, calls));
    }
    order::link(&mut projects, catalogue);
    let proposed = proposals::read(&ground, &projects, &mut findings);
    projects.extend(proposed);
    (projects, findings.0)
}

/// Gives each call an id, in the order of the calls: `kind:area:n`.
fn number(ground: &Ground<'_>, kind: &ProjectKind, calls: Vec<Call>) -> Vec<Project> {
    let mut numbers: BTreeMap<AreaIndex, u32> = BTreeMap::new();
    let project = |call: Call| {
        let n = numbers.entry(call.area).or_default();
        *n += 1;
        let node = &ground.placed.gazetteer.areas[call.area];
        let money = |major: f64| to_money(major * call.units, ground.catalogue);
        Project {
            id: ProjectId::from(format!("{}:{}:{n}", kind.id, node.id)),
            title: format!("{}, {}", kind.title, node.name),
            kind: kind.id.clone(),
            sector: kind.sector.clone(),
            area: node.id.clone(),
            point: call.point,
            origin: Origin::Rule { kind: kind.id.clone() },
            answers: vec![call.answer],
            cost: CostRange { low: money(kind.cost_low), likely: money(kind.cost_likely), high: money(kind.cost_high) },
            duration_months: kind.duration_months,
            work: kind.work_weeks.iter().map(|(name, weeks)| (name.clone(), weeks * call.units)).collect(),
            needs_before: Vec::new(),
            people: call.people.min(kind.serves_people_max),
            severity: call.severity,
            earliest: None,
            executors: Vec::new(),
        }
    };
    calls.into_iter().map(project).collect()
}

/// An estimate in major units as money, rounded to the minor unit.
fn to_money(major: f64, catalogue: &Catalogue) -> Money {
    let minor = major * 10_f64.powi(catalogue.currency.minor_digits() as i32);
    // A cast saturates: an absurd cost stays absurd and cannot wrap round to a small one.
    Money::new(minor.round() as i64, catalogue.currency)
}

/// Findings in the making.
#[derive(Default)]
pub(crate) struct Findings(pub Vec<Finding>);

impl Findings {
    pub fn add(&mut self, card: &'static FindingCard, message: String) {
        self.0.push(Finding::new(card, message));
    }

    /// A finding about a row of a table of the snapshot.
    pub fn add_at(
        &mut self,
        card: &'static FindingCard,
        ground: &Ground<'_>,
        (dataset, row): (u32, u32),
        message: String,
    ) {
        let file = ground.snapshot.datasets.get(dataset as usize).map(|d| d.file.clone()).unwrap_or_default();
        self.0.push(Finding::new(card, message).in_file(file).at_row(u64::from(row)));
    }
}

impl Ground<'_> {
    /// People in an area, if known.
    pub fn people(&self, area: AreaIndex) -> Option<u64> {
        self.placed.gazetteer.areas[area].people.map(|(people, _)| people)
    }

    /// `Gornja Luka (X01)`.
    pub fn words(&self, area: AreaIndex) -> String {
        let node = &self.placed.gazetteer.areas[area];
        format!("{} ({})", node.name, node.id)
    }

    /// The leaf of a facility, if it is in one.
    pub fn leaf_of_facility(&self, row: usize) -> Option<AreaIndex> {
        self.placed.facilities.get(row).copied().flatten().filter(|area| self.leaves.contains(area))
    }
}
