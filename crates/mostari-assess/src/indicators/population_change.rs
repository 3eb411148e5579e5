//! How the population of an area has changed between its earliest and its latest count.

use crate::population::{self, Count};
use crate::sheet::{Known, Sheet};
use crate::{Ground, Indicator};
use mostari_model::{About, Confidence, Direction, Finding, IndicatorValue, Kind, Period, Unit};
use std::collections::BTreeSet;

static ABOUT: About = About {
    id: "population-change",
    kind: Kind::Indicator,
    name: "Population change",
    summary: "By how much has the population of each area changed between the earliest and the latest count?",
    unit: "share",
    range: "-1 (everybody left) and up",
    direction: Direction::Neutral,
    source: "Relative change; census practice: UN Principles and Recommendations for Population and Housing Censuses, \
             Revision 3 (2017)",
    method: "(latest - earliest) / earliest total population, on or before the day of the assessment; the period runs \
             from the one to the other.",
    protection: "Totals by area only; no group of the population is compared.",
};

/// See [`ABOUT`].
pub(crate) struct PopulationChange;

impl Indicator for PopulationChange {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let mut sheet = Sheet::new(ground, &ABOUT, Unit::Share);
        let leaves: BTreeSet<usize> = ground.leaves().into_iter().collect();
        for (area, counts) in population::counts(ground).into_iter().enumerate() {
            let dated: Vec<Count> = counts.into_iter().filter(|count| count.date.is_some()).collect();
            match dated.as_slice() {
                [first, .., last] => write(&mut sheet, area, first, last),
                [_] if leaves.contains(&area) => {
                    sheet.unknown(area, "", Period::day(ground.as_of), "only one dated count is known");
                }
                [] if leaves.contains(&area) => {
                    sheet.unknown(area, "", Period::day(ground.as_of), "no dated count of the population is known");
                }
                _ => {} // an area above the leaves speaks where it was counted
            }
        }
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        population::findings(ground)
    }
}

fn write(sheet: &mut Sheet<'_>, area: usize, first: &Count, last: &Count) {
    let (Some(from), Some(to)) = (first.date, last.date) else { return };
    let period = Period { from, to };
    if first.people_low <= 0 {
        sheet.unknown(area, "", period, "nobody lived here at the earliest count: there is nothing to compare with");
        return;
    }
    let change = |last: i64, first: i64| Some((last - first) as f64 / first as f64);
    let both_censuses = [first, last].iter().all(|count| count.method.eq_ignore_ascii_case("census"));
    let words =
        |count: &Count| if count.method.is_empty() { "method not said".to_owned() } else { count.method.clone() };
    let known = Known {
        value: change(last.people, first.people),
        low: change(last.people_low, first.people),
        high: change(last.people, first.people_low),
        confidence: if both_censuses { Confidence::Good } else { Confidence::Fair },
        doubt: format!(
            "{} people ({}) to {} people ({}); counts of one name are compared, boundaries may have changed between them",
            first.people,
            words(first),
            last.people,
            words(last)
        ),
        sources: &BTreeSet::from([first.dataset, last.dataset]),
    };
    sheet.write(area, "", period, known);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{World, date};
    use mostari_model::Population;

    fn check(rows: &[(&str, &str, i64)], expect: [Option<f64>; 3]) -> World {
        let mut world = World::row(1, "2014-01-01");
        for (day, group, people) in rows {
            world.snapshot.tables.populations.push(Population {
                date: Some(date(day)),
                group: (*group).into(),
                people: Some(*people),
                method: "census".into(),
                ..Population::default()
            });
            world.placed.populations.push(Some(1));
        }
        let value = world.value(&PopulationChange, "A1", "");
        assert_eq!([value.value, value.low, value.high], expect, "{}", value.doubt);
        world
    }

    #[test]
    fn half_of_the_people_left() {
        check(&[("1991-01-01", "total", 20_000), ("2013-01-01", "total", 10_000)], [Some(-0.5); 3]);
    }

    #[test]
    fn parts_of_the_population_and_later_counts_are_left_out() {
        let rows = [("1991-01-01", "total", 100), ("2013-01-01", "women", 52), ("2015-01-01", "total", 300)];
        let world = check(&rows, [None; 3]);
        assert_eq!(world.codes(&PopulationChange), ["ASM-004"]);
    }

    #[test]
    fn rows_that_disagree_widen_the_bounds() {
        let rows = [("1991-01-01", "total", 100), ("2013-01-01", "total", 150), ("2013-01-01", "total", 130)];
        let world = check(&rows, [Some(0.5), Some(0.3), Some(0.5)]);
        assert_eq!(world.codes(&PopulationChange), ["ASM-011"]);
    }

    #[test]
    fn an_area_that_nobody_counted_is_unknown() {
        check(&[], [None; 3]);
    }
}
