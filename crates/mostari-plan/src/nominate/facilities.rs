//! Too few facilities for the people, and facilities that do not work.

use super::{Call, Findings, Ground, severity};
use crate::findings::{FACILITY_NEVER_RECORDED, FACILITY_NOT_IN_A_LEAF, PEOPLE_UNKNOWN};
use mostari_model::{Answer, ProjectKind, Trigger};
use mostari_place::AreaIndex;
use std::collections::BTreeMap;

/// The indicator that a call for a facility answers.
const PEOPLE_PER_FACILITY: &str = "people-per-facility";

/// Severity of a facility that does not work at all, and of one that works in part, where no phase is known.
const SEVERITY_DOWN: f64 = 3.0;
const SEVERITY_PARTIAL: f64 = 2.0;

fn is_down(status: &str) -> bool {
    matches!(status, "destroyed" | "closed" | "partial")
}

/// Rows of facilities of a kind by leaf; those in none are reported.
fn by_leaf(ground: &Ground<'_>, facility: &str, findings: &mut Findings) -> BTreeMap<AreaIndex, Vec<usize>> {
    let table = &ground.snapshot.tables.facilities;
    let mut rows: BTreeMap<AreaIndex, Vec<usize>> = BTreeMap::new();
    for row in (0..table.len()).filter(|row| table.kind.get(*row) == facility) {
        match ground.leaf_of_facility(row) {
            Some(area) => rows.entry(area).or_default().push(row),
            None => {
                let message = format!("`{facility}` {}", name(ground, row));
                findings.add_at(FACILITY_NOT_IN_A_LEAF, ground, (table.dataset[row], table.row[row]), message);
            }
        }
    }
    rows
}

fn name(ground: &Ground<'_>, row: usize) -> String {
    let table = &ground.snapshot.tables.facilities;
    match (table.name.get(row), table.facility_id.get(row)) {
        ("", id) => format!("`{id}`"),
        (name, _) => format!("`{name}`"),
    }
}

fn point(ground: &Ground<'_>, row: usize) -> Option<(f64, f64)> {
    let table = &ground.snapshot.tables.facilities;
    Some((table.longitude[row]?, table.latitude[row]?))
}

/// One project for each facility that the standard asks for and that is not there.
///
/// What does not work is not counted as there, unless the catalogue has a kind that rehabilitates it: one gap
/// does not call for two projects.
pub(super) fn too_few(
    ground: &Ground<'_>,
    kind: &ProjectKind,
    facility: &str,
    people_max: u64,
    findings: &mut Findings,
) -> Vec<Call> {
    let table = &ground.snapshot.tables.facilities;
    let rows = by_leaf(ground, facility, findings);
    if rows.is_empty() {
        findings.add(FACILITY_NEVER_RECORDED, format!("`{facility}`, which `{}` speaks of", kind.id));
        return Vec::new();
    }
    let rehabilitated = ground
        .catalogue
        .kinds
        .iter()
        .any(|k| matches!(&k.trigger, Trigger::FacilityNotFunctional { facility: other } if other == facility));
    let mut calls = Vec::new();
    for &area in &ground.leaves {
        let Some(people) = ground.people(area) else {
            findings.add(PEOPLE_UNKNOWN, format!("{}, for `{}`", ground.words(area), kind.id));
            continue;
        };
        let here = rows.get(&area).map_or(&[][..], Vec::as_slice);
        let working = here.iter().filter(|row| !is_down(table.status.get(**row))).count() as u64;
        let counted = if rehabilitated { here.len() as u64 } else { working };
        let missing = people.div_ceil(people_max).saturating_sub(counted);
        if missing == 0 {
            continue;
        }
        let answer = gap(ground, area, facility, people, working, people_max);
        let severity =
            severity::of_area(ground, area).unwrap_or_else(|| severity::of_ratio(answer.value, people_max as f64));
        let unserved = people - people_max * counted;
        calls.extend((0..missing).map(|n| Call {
            area,
            point: None,
            answer: answer.clone(),
            units: 1.0,
            // Shared out evenly, so that the new ones together serve exactly those without one.
            people: unserved / missing + u64::from(n < unserved % missing),
            severity,
        }));
    }
    calls
}

fn gap(ground: &Ground<'_>, area: AreaIndex, facility: &str, people: u64, working: u64, people_max: u64) -> Answer {
    // With none there is no number of people for each: the people themselves are the finite figure.
    let (value, words) = match working {
        0 => (
            people as f64,
            format!("{people} people and no working {facility}; the catalogue asks for one for each {people_max}"),
        ),
        _ => {
            let each = people as f64 / working as f64;
            (each, format!("{each:.0} people for each working {facility}; the catalogue asks for at most {people_max}"))
        }
    };
    let id = ground.placed.gazetteer.areas[area].id.clone();
    Answer { area: id, indicator: PEOPLE_PER_FACILITY.into(), part: facility.to_owned(), value, words }
}

/// One project for each facility that is destroyed, closed or works in part.
pub(super) fn not_functional(
    ground: &Ground<'_>,
    kind: &ProjectKind,
    facility: &str,
    findings: &mut Findings,
) -> Vec<Call> {
    let table = &ground.snapshot.tables.facilities;
    let mut calls = Vec::new();
    for (area, here) in by_leaf(ground, facility, findings) {
        let down: Vec<usize> = here.iter().copied().filter(|row| is_down(table.status.get(*row))).collect();
        if down.is_empty() {
            continue;
        }
        let Some(people) = ground.people(area) else {
            findings.add(PEOPLE_UNKNOWN, format!("{}, for `{}`", ground.words(area), kind.id));
            continue;
        };
        for &row in &down {
            let status = table.status.get(row);
            let assumed = if status == "partial" { SEVERITY_PARTIAL } else { SEVERITY_DOWN };
            calls.push(Call {
                area,
                point: point(ground, row),
                answer: Answer {
                    area: ground.placed.gazetteer.areas[area].id.clone(),
                    indicator: PEOPLE_PER_FACILITY.into(),
                    part: facility.to_owned(),
                    value: people as f64,
                    words: format!("{facility} {} is {status}; {people} people live in the area", name(ground, row)),
                },
                units: 1.0,
                // Those who live there share all that are recorded there.
                people: people / here.len() as u64,
                severity: severity::of_area(ground, area).unwrap_or(assumed),
            });
        }
    }
    calls
}
