//! An indicator above a threshold.

use super::{Call, Findings, Ground, severity};
use crate::findings::{INDICATOR_UNKNOWN, PEOPLE_UNKNOWN};
use mostari_model::{Answer, ProjectKind, Unit};

/// One project in each smallest area where the latest value is above the threshold. It serves the people that the
/// indicator counts, if it counts people, else those who live there.
pub(super) fn above(
    ground: &Ground<'_>,
    kind: &ProjectKind,
    (indicator, part): (&str, &str),
    threshold: f64,
    findings: &mut Findings,
) -> Vec<Call> {
    let name = if part.is_empty() { indicator.to_owned() } else { format!("{indicator} ({part})") };
    let mut calls = Vec::new();
    let mut unknown = Vec::new();
    for &area in &ground.leaves {
        let id = &ground.placed.gazetteer.areas[area].id;
        let latest = ground.latest.get(indicator, part, id);
        let Some((latest, value)) = latest.and_then(|v| Some((v, v.value?))) else {
            unknown.push(ground.words(area));
            continue;
        };
        if value <= threshold {
            continue;
        }
        let people = if latest.unit == Unit::People { Some(value as u64) } else { ground.people(area) };
        let Some(people) = people else {
            findings.add(PEOPLE_UNKNOWN, format!("{}, for `{}`", ground.words(area), kind.id));
            continue;
        };
        let words =
            format!("{name} is {value} {} in {}; the catalogue's threshold is {threshold}", latest.unit, latest.period);
        let ratio = if threshold > 0.0 { severity::of_ratio(value, threshold) } else { severity::of_ratio(1.0, 1.0) };
        calls.push(Call {
            area,
            point: None,
            answer: Answer { area: id.clone(), indicator: indicator.to_owned(), part: part.to_owned(), value, words },
            units: 1.0,
            people,
            severity: severity::of_area(ground, area).unwrap_or(ratio),
        });
    }
    if !unknown.is_empty() {
        let message = format!(
            "`{name}`, which `{}` asks for, is unknown in {} areas: {}",
            kind.id,
            unknown.len(),
            unknown.join(", ")
        );
        findings.add(INDICATOR_UNKNOWN, message);
    }
    calls
}
