//! Rules about who works.

use super::area::is_covered;
use super::{Found, Subject, about};
use mostari_model::{Caveat, Chosen, Month, Party, PartyId, Project, Work};
use std::collections::{BTreeMap, BTreeSet};

/// Weeks that two sums may differ by: about a minute of work, more than numbers round.
const TOLERANCE_WEEKS: f64 = 1e-4;

fn months(from: Month, until: Month) -> impl Iterator<Item = Month> {
    std::iter::successors(Some(from), |month| Some(*month + 1)).take_while(move |month| *month <= until)
}

fn party<'a>(subject: &Subject<'a>, id: &PartyId) -> Option<&'a Party> {
    subject.problem.means.parties.iter().find(|party| party.id == *id)
}

/// The work of each capability is done in full in each month, by parties that may.
pub(super) fn work(subject: &Subject<'_>) -> Found {
    let mut found = Found::new();
    for (chosen, project) in subject.chosen() {
        for entry in &chosen.executors {
            let misfit = misfit(subject, chosen, project, entry);
            found.extend(misfit.map(|what| about(chosen, format!("`{}` {what}", entry.party))));
        }
        let named = chosen.executors.iter().map(|entry| &entry.capability);
        let capabilities: BTreeSet<&String> = project.work.keys().chain(named).collect();
        for capability in capabilities {
            let asked = project.work.get(capability).copied().unwrap_or(0.0) / f64::from(project.duration_months);
            for month in months(chosen.start, chosen.end) {
                let works = |e: &&Work| e.capability == *capability && e.from <= month && month <= e.until;
                let given: f64 = chosen.executors.iter().filter(works).map(|e| e.weeks_per_month).sum();
                if (given - asked).abs() > TOLERANCE_WEEKS {
                    let message = format!("{given:.4} weeks of `{capability}` in {month}, it takes {asked:.4}");
                    found.push(about(chosen, message));
                }
            }
        }
    }
    found
}

fn misfit(subject: &Subject<'_>, chosen: &Chosen, project: &Project, entry: &Work) -> Option<&'static str> {
    if party(subject, &entry.party).is_none() {
        return Some("works, which is no party of the means");
    }
    if !project.executors.is_empty() && !project.executors.contains(&entry.party) {
        return Some("works, which the project does not name as executor");
    }
    if entry.from < chosen.start || chosen.end < entry.until || entry.until < entry.from {
        return Some("works in months that are not those of the project");
    }
    (entry.weeks_per_month.is_nan() || entry.weeks_per_month <= 0.0).then_some("works no weeks")
}

/// A party gives in a month no more weeks than it has.
pub(super) fn weeks(subject: &Subject<'_>) -> Found {
    let mut given: BTreeMap<(&PartyId, &str, Month), f64> = BTreeMap::new();
    for entry in subject.plan.chosen.iter().flat_map(|chosen| &chosen.executors) {
        for month in months(entry.from, entry.until) {
            *given.entry((&entry.party, &entry.capability, month)).or_default() += entry.weeks_per_month;
        }
    }
    let mut found = Found::new();
    for ((id, capability, month), weeks) in given {
        let mut has = 0.0;
        for offer in party(subject, id).iter().flat_map(|p| &p.capabilities).filter(|c| c.name == capability) {
            if month - subject.problem.means.start >= offer.lead_months as i32 {
                has += offer.by_month.get(&month.to_string()).copied().unwrap_or(offer.weeks_per_month);
            }
        }
        if weeks > has + TOLERANCE_WEEKS {
            found.push((None, format!("`{id}` gives {weeks:.4} weeks of `{capability}` in {month}, it has {has:.4}")));
        }
    }
    found
}

/// No party works against a caveat.
pub(super) fn caveat(subject: &Subject<'_>) -> Found {
    let mut found = Found::new();
    for (chosen, project) in subject.chosen() {
        for entry in &chosen.executors {
            let Some(party) = party(subject, &entry.party) else { continue };
            for caveat in party.caveats.iter().filter(|caveat| speaks_of(subject, caveat, project)) {
                let holds = |month: &Month| {
                    caveat.from.is_none_or(|from| *month >= from) && caveat.until.is_none_or(|until| *month <= until)
                };
                if let Some(month) = months(entry.from, entry.until).find(holds) {
                    let message = format!("`{}` works in {month} against its caveat `{}`", party.id, caveat.id);
                    found.push(about(chosen, message));
                }
            }
        }
    }
    found
}

fn speaks_of(subject: &Subject<'_>, caveat: &Caveat, project: &Project) -> bool {
    let names = |list: &[String], word: &String| list.is_empty() || list.contains(word);
    names(&caveat.sectors, &project.sector)
        && names(&caveat.kinds, &project.kind)
        && is_covered(&project.area, &caveat.areas, &subject.problem.parents)
}
