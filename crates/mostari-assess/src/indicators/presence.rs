//! Who is there: organisations active in each area.

use crate::events::{after_as_of, without_area};
use crate::findings::WITHOUT_FIGURE;
use crate::sheet::{self, Known, Sheet};
use crate::{Ground, Indicator};
use mostari_model::{About, Confidence, Direction, Finding, IndicatorValue, Kind, Period, Unit};
use mostari_place::AreaIndex;
use std::collections::{BTreeMap, BTreeSet};

static ABOUT: About = About {
    id: "presence",
    kind: Kind::Indicator,
    name: "Organisations present",
    summary: "How many organisations report to be active in each area?",
    unit: "organisations",
    range: "0 and up",
    direction: Direction::HigherIsBetter,
    source: "OCHA, Who does What, Where (3W): Information Management guidance",
    method: "Distinct names among activities that run on the day of the assessment, as reported; activities known only to \
             be in an area above widen the upper bound.",
    protection: "Numbers of organisations; none is named.",
};

/// Words for activities that do not run (any more, or yet), as 3W files spell them.
const NOT_RUNNING: [&str; 8] =
    ["completed", "closed", "ended", "planned", "pipeline", "suspended", "cancelled", "canceled"];

/// See [`ABOUT`].
pub(crate) struct Presence;

/// Names and datasets by area.
#[derive(Default)]
struct Active<'a> {
    organisations: BTreeMap<AreaIndex, BTreeSet<&'a str>>,
    sources: BTreeSet<u32>,
    undated: u64,
}

fn active<'a>(ground: &'a Ground<'_>) -> Active<'a> {
    let table = &ground.snapshot.tables.activities;
    let mut active = Active::default();
    for row in 0..table.len() {
        active.sources.insert(table.dataset[row]);
        let (start, end) = (table.date_start[row], table.date_end[row]);
        let runs = start.is_none_or(|day| day <= ground.as_of) && end.is_none_or(|day| day >= ground.as_of);
        let stopped = NOT_RUNNING.iter().any(|word| table.status.get(row).trim().eq_ignore_ascii_case(word));
        let organisation = table.organisation.get(row).trim();
        let area = ground.placed.activities.get(row).copied().flatten();
        if let (Some(area), true, false, false) = (area, runs, stopped, organisation.is_empty()) {
            active.undated += u64::from(start.is_none() && end.is_none());
            active.organisations.entry(area).or_default().insert(organisation);
        }
    }
    active
}

impl Indicator for Presence {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let mut sheet = Sheet::new(ground, &ABOUT, Unit::Organisations);
        let (active, day) = (active(ground), Period::day(ground.as_of));
        let leaves: BTreeSet<AreaIndex> = ground.leaves().into_iter().collect();
        let none = BTreeSet::new();
        for area in 0..ground.placed.gazetteer.areas.len() {
            let here = active.organisations.get(&area).unwrap_or(&none);
            if !leaves.contains(&area) && here.is_empty() {
                continue;
            }
            if active.sources.is_empty() {
                sheet.unknown(area, "", day, "no data about who does what where");
                continue;
            }
            let above = ground.placed.gazetteer.upward(area).skip(1);
            let elsewhere: BTreeSet<&str> =
                above.filter_map(|a| active.organisations.get(&a)).flatten().copied().collect();
            let could = elsewhere.difference(here).count();
            sheet.write(area, "", day, known(&active, here.len(), could, leaves.contains(&area)));
        }
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        let table = &ground.snapshot.tables.activities;
        let missing = ground.placed.activities.iter().map(Option::is_none);
        let mut findings = without_area(ground, "activity", missing, &table.dataset);
        let mut later: BTreeMap<u32, u64> = BTreeMap::new();
        for row in 0..table.len() {
            if table.organisation.get(row).trim().is_empty() {
                let finding = Finding::new(WITHOUT_FIGURE, "the row names no organisation").in_column("organisation");
                findings.push(finding.in_file(ground.file(table.dataset[row])).at_row(u64::from(table.row[row])));
            }
            if table.date_start[row].is_some_and(|day| day > ground.as_of) {
                *later.entry(table.dataset[row]).or_default() += 1;
            }
        }
        findings.extend(later.into_iter().map(|(d, number)| after_as_of(ground, d, number, "activity")));
        findings
    }
}

fn known<'s>(active: &'s Active<'_>, here: usize, could: usize, leaf: bool) -> Known<'s> {
    let mut doubts =
        vec!["as far as organisations reported; one that spells its name in two ways counts twice".to_owned()];
    if !leaf {
        doubts.push("only what is reported no finer than this area".to_owned());
    }
    if could > 0 {
        doubts
            .push(format!("{} reported in the areas above could be here", sheet::count(could as u64, "organisation")));
    }
    if active.undated > 0 {
        doubts.push(format!("{} without dates taken as running", sheet::count(active.undated, "row")));
    }
    Known {
        value: Some(here as f64),
        low: Some(here as f64),
        // Nobody reported says nothing about those who do not report.
        high: (here > 0).then_some((here + could) as f64),
        confidence: if here > 0 && active.undated == 0 { Confidence::Fair } else { Confidence::Poor },
        doubt: doubts.join("; "),
        sources: &active.sources,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{World, date};
    use mostari_model::Activity;

    fn add(world: &mut World, organisation: &str, status: &str, days: (&str, &str), area: usize) {
        world.snapshot.tables.activities.push(Activity {
            organisation: organisation.into(),
            status: status.into(),
            date_start: Some(date(days.0)),
            date_end: Some(date(days.1)),
            ..Activity::default()
        });
        world.placed.activities.push(Some(area));
    }

    fn check(world: &World, area: &str, expect: [Option<f64>; 3]) {
        let value = world.value(&Presence, area, "");
        assert_eq!([value.value, value.low, value.high], expect, "{}", value.doubt);
    }

    #[test]
    fn an_organisation_counts_once_and_only_while_it_runs() {
        let mut world = World::row(2, "2014-10-01");
        add(&mut world, "Red Cross", "ongoing", ("2014-01-01", "2014-12-31"), 1);
        add(&mut world, "Red Cross", "ongoing", ("2014-02-01", "2014-12-31"), 1);
        add(&mut world, "MSF", "Completed", ("2014-01-01", "2014-12-31"), 1);
        add(&mut world, "UNICEF", "ongoing", ("2014-01-01", "2014-06-30"), 1);
        add(&mut world, "WFP", "ongoing", ("2014-01-01", "2014-12-31"), 0);
        check(&world, "A1", [Some(1.0), Some(1.0), Some(2.0)]);
        check(&world, "A2", [Some(0.0), Some(0.0), None]);
        check(&world, "C", [Some(1.0), Some(1.0), Some(1.0)]);
    }

    #[test]
    fn without_a_3w_nothing_is_known() {
        check(&World::row(1, "2014-10-01"), "A1", [None; 3]);
    }

    #[test]
    fn a_row_that_names_nobody_or_starts_later_is_reported() {
        let mut world = World::row(1, "2014-10-01");
        add(&mut world, " ", "", ("2014-11-01", "2014-12-31"), 1);
        assert_eq!(world.codes(&Presence), ["ASM-004", "ASM-014"]);
    }
}
