//! Severity of needs: the preliminary phase that JIAF 2 derives from the sectors' phases.

use crate::needs::{self, AreaNeeds, JOINT, is_main_sector, needs};
use crate::sheet::{Known, Sheet};
use crate::{Ground, Indicator};
use mostari_model::{About, Confidence, Direction, Finding, IndicatorValue, Kind, Period, Unit};
use mostari_place::AreaIndex;
use std::collections::BTreeSet;

static ABOUT: About = About {
    id: "needs-severity",
    kind: Kind::Indicator,
    name: "Severity of needs",
    summary: "How severe are humanitarian conditions in each area, across sectors?",
    unit: "phase",
    range: "1 (minimal) to 5 (catastrophic)",
    direction: Direction::HigherIsWorse,
    source: "JIAF 2 Technical Manual (July 2024), Box 22: preliminary severity. Support for the JIAF process, not endorsed by it",
    method: "Phase 2, 3 or 4 if at least four sectors are in that phase or worse; phase 5 if at least two sectors are in \
             phase 5 and two others in phase 4 or worse; else phase 1. Sectors without a phase make bounds. A stated \
             intersectoral phase stands, and the rule is its check.",
    protection: "A phase by area; no group of people is rated.",
};

/// Sectors that must be in a phase or worse (Box 22).
const SECTORS_IN_PHASE: usize = 4;
/// Sectors that must be in phase 5, and others beside them in phase 4 or worse, for phase 5 (Box 22).
const SECTORS_IN_FIVE: usize = 2;

/// The preliminary severity phase of an area from the phases (1 to 5) of its sectors.
///
/// It never rises with a lower phase nor falls with a higher one, so that missing sectors can be bounded by 1 and 5.
///
/// # Source
/// JIAF 2 Technical Manual (July 2024), Box 22.
///
/// ```
/// use mostari_assess::preliminary_severity;
/// assert_eq!(preliminary_severity(&[3, 3, 3, 4, 1, 1]), 3);
/// assert_eq!(preliminary_severity(&[5, 5, 4, 4, 1, 1]), 5);
/// assert_eq!(preliminary_severity(&[5, 5, 5]), 1);
/// ```
pub fn preliminary_severity(phases: &[u8]) -> u8 {
    let at_least = |phase: u8| phases.iter().filter(|p| **p >= phase).count();
    if at_least(5) >= SECTORS_IN_FIVE && at_least(4) >= 2 * SECTORS_IN_FIVE {
        return 5;
    }
    (2..=4).rev().find(|phase| at_least(*phase) >= SECTORS_IN_PHASE).unwrap_or(1)
}

/// See [`ABOUT`].
pub(crate) struct NeedsSeverity;

impl Indicator for NeedsSeverity {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let mut sheet = Sheet::new(ground, &ABOUT, Unit::Phase);
        let (needs, day) = (needs(ground), Period::day(ground.as_of));
        let rated = |here: &AreaNeeds| here.sectors.values().any(|stated| stated.severity.is_some());
        let anywhere = needs.values().any(rated);
        let sectors: BTreeSet<&String> =
            needs.values().flat_map(|here| here.sectors.keys()).filter(|sector| is_main_sector(sector)).collect();
        let leaves: BTreeSet<AreaIndex> = ground.leaves().into_iter().collect();
        for area in 0..ground.placed.gazetteer.areas.len() {
            match needs.get(&area).filter(|here| rated(here)) {
                Some(here) => write(&mut sheet, area, here, &sectors),
                None if !leaves.contains(&area) => {} // JIAF knows no severity of a country
                None if anywhere => sheet.unknown(area, "", day, "no severity is stated for this area"),
                None => sheet.unknown(area, "", day, "no data about the severity of needs"),
            }
        }
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        needs::findings(ground)
    }
}

fn write(sheet: &mut Sheet<'_>, area: AreaIndex, here: &AreaNeeds, sectors: &BTreeSet<&String>) {
    let phases = |missing: u8, of: fn(&crate::needs::Stated) -> Option<i64>| -> Vec<u8> {
        let phase = |sector: &&String| here.sectors.get(*sector).and_then(of);
        sectors.iter().map(|sector| phase(sector).map_or(missing, |phase| phase as u8)).collect()
    };
    let low = preliminary_severity(&phases(1, |stated| stated.severity_low));
    let high = preliminary_severity(&phases(5, |stated| stated.severity));
    let rated =
        sectors.iter().filter(|s| here.sectors.get(**s).is_some_and(|stated| stated.severity.is_some())).count();
    let stated = here.sectors.get(JOINT).and_then(|stated| stated.severity);
    let rule = match low == high {
        true => format!("the rule gives phase {low} from {rated} of {} sectors", sectors.len()),
        false => format!("the rule gives phase {low} to {high}: {rated} of {} sectors are rated", sectors.len()),
    };
    let known = match stated {
        Some(stated) => Known {
            value: Some(stated as f64),
            low: Some(f64::from(low).min(stated as f64)),
            high: Some(f64::from(high).max(stated as f64)),
            confidence: if low == high && i64::from(low) == stated { Confidence::Good } else { Confidence::Fair },
            doubt: format!("stated phase, a decision of people; {rule}"),
            sources: &here.sources,
        },
        None => Known {
            value: (low == high).then_some(f64::from(low)),
            low: Some(f64::from(low)),
            high: Some(f64::from(high)),
            confidence: Confidence::Fair,
            doubt: format!("preliminary phase, before people look at it; {rule}"),
            sources: &here.sources,
        },
    };
    sheet.write(area, "", here.period, known);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{World, date};
    use mostari_model::Need;

    /// Box 22 read aloud, sorted phases from the worst: the fourth worst decides up to 4; five needs two 5s and two 4s.
    fn oracle(phases: &[u8]) -> u8 {
        let mut worst = phases.to_vec();
        worst.sort_unstable_by(|a, b| b.cmp(a));
        match worst.as_slice() {
            [5, 5, third, fourth, ..] if *third >= 4 && *fourth >= 4 => 5,
            [_, _, _, fourth, ..] => (*fourth).min(4),
            _ => 1,
        }
    }

    #[test]
    fn every_combination_of_up_to_eight_sectors_agrees_with_the_box_read_aloud() {
        for sectors in 0..=8u32 {
            for number in 0..5u32.pow(sectors) {
                let phases: Vec<u8> = (0..sectors).map(|i| (number / 5u32.pow(i) % 5) as u8 + 1).collect();
                assert_eq!(preliminary_severity(&phases), oracle(&phases), "{phases:?}");
            }
        }
    }

    fn check(phases: &[(&str, Option<i64>)], expect: [Option<f64>; 3]) {
        let mut world = World::row(1, "2024-06-30");
        for (sector, severity) in phases {
            world.snapshot.tables.needs.push(Need {
                sector: (*sector).into(),
                severity: *severity,
                in_need: Some(1),
                date_start: Some(date("2024-01-01")),
                ..Need::default()
            });
            world.placed.needs.push(Some(1));
        }
        let value = world.value(&NeedsSeverity, "A1", "");
        assert_eq!([value.value, value.low, value.high], expect, "{}", value.doubt);
    }

    #[test]
    fn four_sectors_in_three_make_phase_three() {
        check(
            &[("EDU", Some(3)), ("FSC", Some(3)), ("HEA", Some(4)), ("NUT", Some(3)), ("WSH", Some(1))],
            [Some(3.0); 3],
        );
    }

    #[test]
    fn a_missing_sector_makes_bounds_and_never_phase_one() {
        let phases = [("EDU", Some(3)), ("FSC", Some(3)), ("HEA", Some(3)), ("NUT", None)];
        check(&phases, [None, Some(1.0), Some(3.0)]);
    }

    #[test]
    fn parts_of_protection_are_no_sectors() {
        let phases = [("EDU", Some(3)), ("FSC", Some(3)), ("PRO-CPN", Some(3)), ("PRO-GBV", Some(3)), ("HEA", Some(1))];
        check(&phases, [Some(1.0); 3]);
    }

    #[test]
    fn a_stated_phase_stands_with_the_rule_as_bounds() {
        let phases = [("ALL", Some(4)), ("EDU", Some(3)), ("FSC", Some(3)), ("HEA", Some(3)), ("NUT", Some(3))];
        check(&phases, [Some(4.0), Some(3.0), Some(4.0)]);
    }

    #[test]
    fn without_phases_the_severity_is_unknown() {
        check(&[("EDU", None)], [None; 3]);
    }
}
