//! Conflict events and deaths: the last twelve months of every area, and the series of months.

use crate::events::{AreaEvents, EventCounts, Tally};
use crate::sheet::{self, Known, Sheet};
use crate::{Ground, Indicator};
use mostari_model::{About, Confidence, Direction, Finding, IndicatorValue, Kind, Period, Unit};
use mostari_place::AreaIndex;
use std::collections::{BTreeMap, BTreeSet};

const SOURCE: &str = "UCDP Georeferenced Event Dataset codebook (Sundberg and Melander 2013, \
    doi:10.1177/0022343313484347): low, best and high estimates of deaths; `where_prec` 1 to 7; `date_prec` 1 to 5";
const PROTECTION: &str = "Areas and periods only; no event, person or point leaves the engine.";

macro_rules! card {
    ($id:literal, $name:literal, $summary:literal, $unit:literal, $method:literal) => {
        About {
            id: $id,
            kind: Kind::Indicator,
            name: $name,
            summary: $summary,
            unit: $unit,
            range: "0 and up",
            direction: Direction::HigherIsWorse,
            source: SOURCE,
            method: $method,
            protection: PROTECTION,
        }
    };
}

static EVENTS: About = card!(
    "conflict-events",
    "Conflict events in twelve months",
    "How many events of organised violence began in each area in the twelve months before the day of the assessment?",
    "events",
    "Counts events where their stated precision allows: in a leaf area, or in the area above that they are known to \
     lie in. An area without events is 0 only on days that the source covers; else it is unknown."
);
static DEATHS: About = card!(
    "conflict-deaths",
    "Conflict deaths in twelve months",
    "How many people died in each area in events that began in the twelve months before the day of the assessment?",
    "deaths",
    "Sums the best estimate of each event; the bounds are the sums of the low and of the high estimates."
);
static EVENTS_MONTHLY: About = card!(
    "conflict-events-monthly",
    "Conflict events by month",
    "How many events of organised violence began in each area in each month?",
    "events",
    "As conflict-events, by the month in which an event began; only months with events are listed."
);
static DEATHS_MONTHLY: About = card!(
    "conflict-deaths-monthly",
    "Conflict deaths by month",
    "How many people died in each area in events that began in each month?",
    "deaths",
    "As conflict-deaths, by the month in which an event began; only months with events are listed."
);

/// Events or deaths of the twelve months.
pub(crate) struct Conflict(Unit);

/// Events or deaths of each month.
pub(crate) struct Monthly(Unit);

impl Conflict {
    pub(crate) const EVENTS: Self = Self(Unit::Events);
    pub(crate) const DEATHS: Self = Self(Unit::Deaths);
}

impl Monthly {
    pub(crate) const EVENTS: Self = Self(Unit::Events);
    pub(crate) const DEATHS: Self = Self(Unit::Deaths);
}

impl Indicator for Conflict {
    fn about(&self) -> &'static About {
        if self.0 == Unit::Events { &EVENTS } else { &DEATHS }
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let counts = ground.events();
        let mut sheet = Sheet::new(ground, self.about(), self.0);
        let leaves: BTreeSet<AreaIndex> = ground.leaves().into_iter().collect();
        let kinds = kinds_of_year(counts);
        for area in 0..counts.areas.len() {
            let events = &counts.areas[area];
            if !leaves.contains(&area) && events.year.is_empty() {
                continue; // an area above the leaves speaks only of what is placed no finer
            }
            if counts.covered_days.0 == 0 && events.year.is_empty() {
                sheet.unknown(area, "", ground.year(), not_covered(counts));
                continue;
            }
            let sources = &counts.covering | &events.sources;
            for (part, of_kind) in &kinds {
                let mine = sum_of(events, of_kind);
                let above = sum_above(ground, counts, area, of_kind);
                let mut known = known(self.0, &mine, &above, leaves.contains(&area), &sources);
                limit_to_coverage(&mut known, counts);
                sheet.write(area, part, ground.year(), known);
            }
        }
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        ground.events().findings.clone()
    }
}

impl Indicator for Monthly {
    fn about(&self) -> &'static About {
        if self.0 == Unit::Events { &EVENTS_MONTHLY } else { &DEATHS_MONTHLY }
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let counts = ground.events();
        let mut sheet = Sheet::new(ground, self.about(), self.0);
        let leaves: BTreeSet<AreaIndex> = ground.leaves().into_iter().collect();
        let by_month: Vec<BTreeMap<_, Vec<(u32, Tally)>>> = counts.areas.iter().map(months_of).collect();
        for (area, events) in counts.areas.iter().enumerate() {
            for (month, by_kind) in &by_month[area] {
                let mut whole = Tally::default();
                by_kind.iter().for_each(|(_, tally)| whole.add(tally));
                let above_in = |kind: Option<u32>| {
                    let mut sum = Tally::default();
                    for above in ground.placed.gazetteer.upward(area).skip(1) {
                        let there = by_month[above].get(month).into_iter().flatten();
                        there.filter(|(k, _)| kind.is_none_or(|kind| kind == *k)).for_each(|(_, t)| sum.add(t));
                    }
                    sum
                };
                let leaf = leaves.contains(&area);
                let period = Period::month(*month);
                sheet.write(area, "", period, known(self.0, &whole, &above_in(None), leaf, &events.sources));
                for (kind, mine) in by_kind.iter().filter(|(kind, _)| !counts.kinds[*kind as usize].is_empty()) {
                    let known = known(self.0, mine, &above_in(Some(*kind)), leaf, &events.sources);
                    sheet.write(area, &counts.kinds[*kind as usize], period, known);
                }
            }
        }
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        ground.events().findings.clone()
    }
}

fn months_of(events: &AreaEvents) -> BTreeMap<mostari_model::Month, Vec<(u32, Tally)>> {
    let mut months: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (month, kind, tally) in &events.months {
        months.entry(*month).or_default().push((*kind, *tally));
    }
    months
}

/// The whole (an empty word, any kind) and each kind that occurs in the twelve months.
fn kinds_of_year(counts: &EventCounts) -> BTreeMap<String, Option<u32>> {
    let occurring = counts.areas.iter().flat_map(|area| area.year.keys());
    let named = occurring.map(|kind| (counts.kinds[*kind as usize].clone(), Some(*kind)));
    let mut kinds: BTreeMap<String, Option<u32>> = named.collect();
    kinds.insert(String::new(), None);
    kinds
}

fn sum_of(events: &AreaEvents, kind: &Option<u32>) -> Tally {
    let mut sum = Tally::default();
    events.year.iter().filter(|(k, _)| kind.is_none_or(|kind| kind == **k)).for_each(|(_, tally)| sum.add(tally));
    sum
}

/// What is known only to lie somewhere in the areas above.
fn sum_above(ground: &Ground<'_>, counts: &EventCounts, area: AreaIndex, kind: &Option<u32>) -> Tally {
    let mut sum = Tally::default();
    ground.placed.gazetteer.upward(area).skip(1).for_each(|above| sum.add(&sum_of(&counts.areas[above], kind)));
    sum
}

/// Puts numbers, bounds and doubt together.
///
/// Events: the upper bound adds those that are known only to lie in an area above. Deaths: the bounds are the
/// source's own estimates, open at the top if an event has none.
fn known<'s>(unit: Unit, mine: &Tally, above: &Tally, leaf: bool, sources: &'s BTreeSet<u32>) -> Known<'s> {
    let (value, low, high) = match unit {
        Unit::Events => (mine.events as f64, mine.events as f64, Some((mine.events + above.events) as f64)),
        _ => {
            let high = (mine.without_deaths == 0).then_some(mine.deaths_high as f64);
            (mine.deaths_best as f64, mine.deaths_low as f64, high)
        }
    };
    let confidence = match above.events + mine.approximate + mine.without_deaths {
        0 if leaf => Confidence::Good,
        doubtful if doubtful > mine.events => Confidence::Poor,
        _ => Confidence::Fair,
    };
    let value = Some(value);
    Known { value, low: Some(low), high, confidence, doubt: doubt(unit, mine, above, leaf), sources }
}

fn doubt(unit: Unit, mine: &Tally, above: &Tally, leaf: bool) -> String {
    let events = |number| sheet::count(number, "event");
    let mut doubts = vec![match unit {
        Unit::Events => "as reported by the source; events that nobody reported are missing".to_owned(),
        _ => "best estimate between the source's low and high estimates".to_owned(),
    }];
    if !leaf {
        doubts.push("only what is known no finer than this area; what is placed in its parts stands there".to_owned());
    }
    if above.events > 0 {
        let text = match unit {
            Unit::Events => format!("{} known only to lie in the areas above could be here", events(above.events)),
            _ => format!("{} deaths known only to lie in the areas above could be here", above.deaths_best),
        };
        doubts.push(text);
    }
    for (number, what) in [
        (mine.approximate, "placed only to within about 25 km"),
        (mine.without_deaths, "without a figure of deaths"),
        (mine.long, "counted in the month of the first day but ended in a later month"),
    ] {
        if number > 0 {
            doubts.push(format!("{} {what}", events(number)));
        }
    }
    doubts.join("; ")
}

fn limit_to_coverage(known: &mut Known<'_>, counts: &EventCounts) {
    let (covered, all) = counts.covered_days;
    if covered < all {
        known.high = None;
        known.confidence = Confidence::Poor;
        known.doubt = format!("the source covers {covered} of {all} days, so this is a lower bound; {}", known.doubt);
    }
}

fn not_covered(counts: &EventCounts) -> &'static str {
    match counts.areas.iter().all(|area| area.months.is_empty()) {
        true => "no event data",
        false => "no event data cover these twelve months",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{World, date};
    use mostari_model::Event;

    /// Value, low and high of an area's part.
    fn check(world: &World, indicator: &dyn Indicator, area: &str, part: &str, expect: [Option<f64>; 3]) {
        let value = world.value(indicator, area, part);
        assert_eq!([value.value, value.low, value.high], expect, "{area} `{part}`: {}", value.doubt);
    }

    /// A year of events: two in A1, one only known to lie in the country.
    fn year() -> World {
        let mut world = World::row(2, "1995-12-31");
        world.add_event("1995-01-01", 1, Some(1));
        world.add_event("1995-12-31", 5, Some(1));
        world.add_event("1995-06-01", 7, Some(0));
        world
    }

    #[test]
    fn an_imprecise_event_stays_above_and_widens_the_bound_of_each_leaf() {
        let world = year();
        check(&world, &Conflict::EVENTS, "A1", "", [Some(2.0), Some(2.0), Some(3.0)]);
        check(&world, &Conflict::EVENTS, "A2", "", [Some(0.0), Some(0.0), Some(1.0)]);
        check(&world, &Conflict::EVENTS, "C", "", [Some(1.0), Some(1.0), Some(1.0)]);
    }

    #[test]
    fn deaths_carry_the_low_and_high_estimates_of_the_source() {
        let mut world = year();
        let event = Event {
            kind: "one-sided".into(),
            date_start: Some(date("1995-03-03")),
            deaths_low: Some(10),
            deaths_best: Some(20),
            deaths_high: Some(60),
            ..Event::default()
        };
        world.add_event_row(event, Some(2));
        check(&world, &Conflict::DEATHS, "A2", "", [Some(20.0), Some(10.0), Some(60.0)]);
        check(&world, &Conflict::DEATHS, "A2", "one-sided", [Some(20.0), Some(10.0), Some(60.0)]);
        check(&world, &Conflict::DEATHS, "A2", "state-based", [Some(0.0), Some(0.0), Some(0.0)]);
    }

    #[test]
    fn an_area_without_event_data_is_unknown_not_zero() {
        let world = World::row(1, "1995-12-31");
        check(&world, &Conflict::EVENTS, "A1", "", [None, None, None]);
        let mut old = year();
        old.as_of = date("2013-01-01");
        check(&old, &Conflict::DEATHS, "A1", "", [None, None, None]);
        assert_eq!(old.codes(&Conflict::DEATHS), ["ASM-005"]);
    }

    #[test]
    fn half_covered_months_give_a_lower_bound() {
        let mut world = year();
        world.as_of = date("1996-06-30");
        let value = world.value(&Conflict::EVENTS, "A1", "");
        assert_eq!((value.value, value.high, value.confidence), (Some(1.0), None, Confidence::Poor));
        assert!(value.doubt.starts_with("the source covers 184 of 366 days"), "{}", value.doubt);
    }

    #[test]
    fn an_event_without_a_figure_leaves_the_deaths_open_at_the_top() {
        let mut world = year();
        let event = Event { date_start: Some(date("1995-03-03")), ..Event::default() };
        world.add_event_row(event, Some(2));
        check(&world, &Conflict::DEATHS, "A2", "", [Some(0.0), Some(0.0), None]);
    }

    #[test]
    fn the_monthly_series_adds_up_to_the_placed_events() {
        let world = year();
        let mut values = world.assess(&Monthly::DEATHS);
        values.retain(|value| value.part.is_empty());
        assert_eq!(values.iter().filter_map(|value| value.value).sum::<f64>(), 13.0);
        assert_eq!(values.iter().map(|v| v.period.to_string()).collect::<Vec<_>>(), ["1995-06", "1995-01", "1995-12"]);
    }
}
