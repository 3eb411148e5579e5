//! A problem from a snapshot, its assessment, candidates and means.

use crate::findings::{INSECURITY_ASSUMED, NOT_IN_PROBLEM, WORD_UNKNOWN};
use crate::problem::{Parameters, Parts, Problem, ProblemError};
use mostari_model::{AreaId, Assessment, Clearance, Conditions, Finding, Label, Means, Project, Snapshot, Which};
use mostari_place::Gazetteer;
use std::collections::{BTreeMap, BTreeSet};

/// The indicator that says how many died in an area in the last twelve months.
const DEATHS_INDICATOR: &str = "conflict-deaths";

/// Deaths are counted for this many people.
const PER_PEOPLE: f64 = 100_000.0;

impl Problem {
    /// Gathers a problem. Candidates that cannot be planned are left out; insecurity that is unknown is taken to be the
    /// median of the areas where it is known. Both are reported in the problem's `findings`.
    ///
    /// # Errors
    /// [`ProblemError`] if the means or parameters make no sense, or two candidates share an id.
    pub fn of(
        snapshot: &Snapshot,
        gazetteer: &Gazetteer,
        assessment: &Assessment,
        projects: Vec<Project>,
        means: Means,
        conditions: Conditions,
        parameters: Parameters,
    ) -> Result<Self, ProblemError> {
        let mut findings = Vec::new();
        check_areas(&means, &conditions, gazetteer)?;
        findings.extend(unknown_words(&means, &conditions, &projects));
        let (projects, left_out): (Vec<Project>, Vec<Project>) =
            projects.into_iter().partition(|p| misfit(p, gazetteer, &means).is_none());
        for project in &left_out {
            let why = misfit(project, gazetteer, &means).unwrap_or_default();
            findings.push(Finding::new(NOT_IN_PROBLEM, format!("`{}`: {why}", project.id)));
        }
        let parents = gazetteer.areas.iter().map(|node| {
            let parent = node.parent.map(|parent| gazetteer.areas[parent].id.clone());
            (node.id.clone(), parent)
        });
        let insecurity = insecurity(gazetteer, assessment, &projects, &mut findings);
        Self::new(Parts {
            snapshot: snapshot.digest,
            assessment: assessment.digest(),
            label: label_of_visible_caveats(&means, &snapshot.reader).join(&snapshot.label).join(&assessment.label),
            reader: snapshot.reader.clone(),
            parents: parents.collect(),
            insecurity,
            projects,
            means,
            conditions,
            agreed: None,
            parameters,
            findings,
        })
    }
}

/// The labels of the caveats that the reader may see: reasons name them, so the plan carries their labels too.
fn label_of_visible_caveats(means: &Means, reader: &Clearance) -> Label {
    let caveats = means.parties.iter().flat_map(|party| &party.caveats);
    let labels = caveats.filter_map(|caveat| caveat.label.parse::<Label>().ok());
    labels.filter(|label| label.is_readable_by(reader)).fold(Label::public(), |all, label| all.join(&label))
}

/// What the conditions with a choice of projects speak of, by their ids.
fn which_of(conditions: &Conditions) -> impl Iterator<Item = (&str, &Which)> {
    let running = conditions.running.iter().map(|running| (running.id.as_str(), &running.which));
    running.chain(conditions.weights.iter().map(|weight| (weight.id.as_str(), &weight.which)))
}

/// An area that no gazetteer knows would quietly switch a caveat or an earmark off.
fn check_areas(means: &Means, conditions: &Conditions, gazetteer: &Gazetteer) -> Result<(), ProblemError> {
    let earmarks = means.donors.iter().flat_map(|donor| donor.earmark.areas.iter().map(move |area| (&donor.id, area)));
    let caveats = means.parties.iter().flat_map(|party| {
        party.caveats.iter().flat_map(move |caveat| caveat.areas.iter().map(move |area| (&party.id, area)))
    });
    let named = earmarks.chain(caveats).map(|(who, area)| (who.as_str(), area));
    let decided = which_of(conditions).flat_map(|(id, which)| which.areas.iter().map(move |area| (id, area)));
    match named.chain(decided).find(|(_, area)| gazetteer.index_of(area).is_none()) {
        Some((who, area)) => Err(ProblemError::UnknownArea { who: who.into(), area: area.clone() }),
        None => Ok(()),
    }
}

/// Sectors and kinds that an earmark or caveat names and no candidate has: perhaps misspelt.
fn unknown_words(means: &Means, conditions: &Conditions, projects: &[Project]) -> Vec<Finding> {
    let known: BTreeSet<&str> = projects.iter().flat_map(|p| [p.sector.as_str(), p.kind.as_str()]).collect();
    let earmarks = means.donors.iter().map(|donor| (&donor.id, [&donor.earmark.sectors, &donor.earmark.kinds]));
    let caveats = means
        .parties
        .iter()
        .flat_map(|party| party.caveats.iter().map(move |caveat| (&party.id, [&caveat.sectors, &caveat.kinds])));
    let words = earmarks
        .chain(caveats)
        .flat_map(|(who, lists)| lists.into_iter().flatten().map(move |word| (who.as_str(), word)));
    let decided = which_of(conditions)
        .flat_map(|(id, which)| which.sectors.iter().chain(&which.kinds).map(move |word| (id, word)));
    words
        .chain(decided)
        .filter(|(_, word)| !known.contains(word.as_str()))
        .map(|(who, word)| {
            Finding::new(WORD_UNKNOWN, format!("`{who}` names `{word}`; no candidate is of that sector or kind"))
        })
        .collect()
}

fn misfit(project: &Project, gazetteer: &Gazetteer, means: &Means) -> Option<String> {
    if gazetteer.index_of(&project.area).is_none() {
        return Some(format!("area `{}` is not in the gazetteer", project.area));
    }
    let cost = project.cost.likely;
    (cost.currency != means.currency).then(|| format!("it costs {cost}, and the means are in {}", means.currency))
}

/// Recent deaths per 100,000 people and year, for every area with a candidate.
fn insecurity(
    gazetteer: &Gazetteer,
    assessment: &Assessment,
    projects: &[Project],
    findings: &mut Vec<Finding>,
) -> BTreeMap<AreaId, f64> {
    let areas: BTreeSet<&AreaId> = projects.iter().map(|p| &p.area).collect();
    let latest = assessment.latest();
    let rate = |area: &AreaId| {
        let (people, _) = gazetteer.areas[gazetteer.index_of(area)?].people.filter(|(people, _)| *people > 0)?;
        let deaths = latest.get(DEATHS_INDICATOR, "", area)?.value?;
        Some(deaths / people as f64 * PER_PEOPLE)
    };
    let rates: BTreeMap<&AreaId, Option<f64>> = areas.into_iter().map(|area| (area, rate(area))).collect();
    let mut known: Vec<f64> = rates.values().flatten().copied().collect();
    known.sort_by(f64::total_cmp);
    // The lower of two middle ones: a rate that some area really has. With nothing known, all areas are alike.
    let median = known.get(known.len().saturating_sub(1) / 2).copied();
    let unknown: Vec<&str> = rates.iter().filter(|(_, rate)| rate.is_none()).map(|(area, _)| area.as_str()).collect();
    if !unknown.is_empty() {
        let what = match median {
            Some(median) => format!("{median:.1} deaths per 100 000 people and year are assumed"),
            None => "nothing is known anywhere, so that no area counts as less secure than another".to_owned(),
        };
        let message = format!("{} areas ({}): {what}", unknown.len(), unknown.join(", "));
        findings.push(Finding::new(INSECURITY_ASSUMED, message));
    }
    let filled = |(area, rate): (&AreaId, Option<f64>)| (area.clone(), rate.or(median).unwrap_or(0.0));
    rates.into_iter().map(filled).collect()
}
