//! Events counted by area, month and kind: what the conflict indicators and the hot spots share.
//!
//! An event counts where its stated precision allows (`Placed`): in a leaf, or in an area above one. It counts
//! in the month in which it began, also if it lasted longer: a source gives one number of deaths for the whole
//! event, and spreading it over months would make fractions of events that nobody reported.

use crate::{Ground, findings};
use mostari_model::{Finding, Month, Period};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Whole-number sums over events: adding them in any order gives the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub events: u64,
    pub deaths_low: i64,
    pub deaths_best: i64,
    pub deaths_high: i64,
    /// Events without a best estimate of deaths.
    pub without_deaths: u64,
    /// Events known only to within about 25 km (UCDP GED codebook, `where_prec` 2).
    pub approximate: u64,
    /// Events that ended in a later month than they began.
    pub long: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.deaths_low += other.deaths_low;
        self.deaths_best += other.deaths_best;
        self.deaths_high += other.deaths_high;
        self.without_deaths += other.without_deaths;
        self.approximate += other.approximate;
        self.long += other.long;
    }
}

/// The events of one area.
#[derive(Debug, Clone, Default)]
pub(crate) struct AreaEvents {
    /// By month, then kind; only where there are events.
    pub months: Vec<(Month, u32, Tally)>,
    /// By kind, in the twelve months of the assessment.
    pub year: BTreeMap<u32, Tally>,
    /// Datasets that gave them.
    pub sources: BTreeSet<u32>,
}

/// The events of one source, by area.
#[derive(Debug, Default)]
pub(crate) struct EventCounts {
    /// One entry for each area of the gazetteer.
    pub areas: Vec<AreaEvents>,
    /// Words for the kinds, by their code.
    pub kinds: Vec<String>,
    /// Days of the assessment's twelve months that the events' datasets cover, and how many days those months have.
    pub covered_days: (i32, i32),
    /// The datasets that cover them.
    pub covering: BTreeSet<u32>,
    pub findings: Vec<Finding>,
}

/// Precision "within about 25 km" of the UCDP GED codebook.
const WHERE_NEAR: i64 = 2;

/// Days in a row of months: the span that a dataset covers runs from its first to its last month with an event.
fn days(period: Period) -> i32 {
    period.from.until(period.to).map_or(0, |span| span.get_days()) + 1
}

/// Counts the events that began on or before the day of the assessment.
pub(crate) fn count(ground: &Ground<'_>) -> EventCounts {
    let mut findings = Vec::new();
    let families = families(ground);
    let Some(family) = best_family(ground, &families) else {
        return EventCounts {
            areas: vec![AreaEvents::default(); ground.placed.gazetteer.areas.len()],
            findings: unplaced(ground),
            ..EventCounts::default()
        };
    };
    findings.extend(unplaced(ground));
    findings.extend(others_unused(ground, &families, family));
    let chosen = &families[family];
    let repeated = repeated(ground, &chosen.spans, &mut findings);
    let mut used = vec![false; ground.snapshot.datasets.len()];
    chosen.spans.keys().for_each(|dataset| used[*dataset as usize] = true);
    let by_area = rows_by_area(ground, |row| used[dataset(ground, row) as usize] && !repeated.contains(&row));
    findings.extend(unused_dates(ground, &by_area));
    let areas = by_area.par_iter().map(|rows| tally(ground, rows)).collect();
    let (covered_days, covering) = coverage(ground, &chosen.spans);
    if covered_days.0 < covered_days.1 {
        let message = format!(
            "{} of the {} days {} are covered: events are recorded {}",
            covered_days.0,
            covered_days.1,
            ground.year(),
            chosen
                .spans
                .values()
                .map(ToString::to_string)
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect::<Vec<_>>()
                .join(", "),
        );
        findings.push(Finding::new(findings::WINDOW_NOT_COVERED, message));
    }
    let kinds = ground.snapshot.tables.events.kind.values().to_vec();
    EventCounts { areas, kinds, covered_days, covering, findings }
}

fn dataset(ground: &Ground<'_>, row: u32) -> u32 {
    ground.snapshot.tables.events.dataset[row as usize]
}

/// The datasets that one reader read, each with the months that its events span.
#[derive(Debug, Default)]
struct Family {
    spans: BTreeMap<u32, Period>,
    events: u64,
}

/// Datasets of the same reader describe events in the same terms and share ids; those of two readers (UCDP, ACLED)
/// report the same events under different ids, and adding them would count the dead twice.
fn families(ground: &Ground<'_>) -> BTreeMap<String, Family> {
    let events = &ground.snapshot.tables.events;
    let mut spans: Vec<Option<(mostari_model::Date, mostari_model::Date, u64)>> =
        vec![None; ground.snapshot.datasets.len()];
    for (row, placed) in ground.placed.events.iter().enumerate() {
        let (Some(_), Some(day)) = (placed.credited, events.date_start[row]) else { continue };
        let span = spans[events.dataset[row] as usize].get_or_insert((day, day, 0));
        *span = (span.0.min(day), span.1.max(day), span.2 + 1);
    }
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    for (dataset, span) in spans.into_iter().enumerate() {
        let Some((first, last, count)) = span else { continue };
        let reader = ground.snapshot.datasets[dataset].reader.clone();
        let family = families.entry(reader).or_default();
        family
            .spans
            .insert(dataset as u32, Period { from: Month::of(first).first_day(), to: Month::of(last).last_day() });
        family.events += count;
    }
    families
}

/// The source that covers most of the twelve months; of equals, the one with most events; of equals, the first by name.
fn best_family<'f>(ground: &Ground<'_>, families: &'f BTreeMap<String, Family>) -> Option<&'f str> {
    let merit = |family: &Family| (coverage(ground, &family.spans).0.0, family.events);
    families.iter().rev().max_by_key(|(_, family)| merit(family)).map(|(reader, _)| reader.as_str())
}

/// How many days of the twelve months lie in at least one span, of how many; and the datasets of those spans.
fn coverage(ground: &Ground<'_>, spans: &BTreeMap<u32, Period>) -> ((i32, i32), BTreeSet<u32>) {
    let year = ground.year();
    let inside = |span: &Period| Period { from: span.from.max(year.from), to: span.to.min(year.to) };
    let mut parts: Vec<(Period, u32)> = spans.iter().map(|(dataset, span)| (inside(span), *dataset)).collect();
    parts.retain(|(part, _)| part.from <= part.to);
    parts.sort_unstable();
    let (mut covered, mut until) = (0, None);
    for (part, _) in &parts {
        let from =
            until.map_or(part.from, |until: mostari_model::Date| part.from.max(until.tomorrow().unwrap_or(until)));
        if from <= part.to {
            covered += days(Period { from, to: part.to });
            until = Some(part.to);
        }
    }
    ((covered, days(year)), parts.into_iter().map(|(_, dataset)| dataset).collect())
}

/// Rows whose event id stands again in a dataset that was added later.
fn repeated(ground: &Ground<'_>, spans: &BTreeMap<u32, Period>, findings: &mut Vec<Finding>) -> BTreeSet<u32> {
    let mut rows = BTreeSet::new();
    if spans.len() < 2 {
        return rows;
    }
    let events = &ground.snapshot.tables.events;
    let mut latest: HashMap<&str, u32> = HashMap::new();
    let members = || (0..events.len()).filter(|row| spans.contains_key(&events.dataset[*row]));
    for row in members().filter(|row| !events.event_id.get(*row).is_empty()) {
        let newest = latest.entry(events.event_id.get(row)).or_insert(0);
        *newest = (*newest).max(events.dataset[row]);
    }
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    for row in members() {
        if latest.get(events.event_id.get(row)).is_some_and(|newest| *newest > events.dataset[row]) {
            rows.insert(row as u32);
            *counts.entry(events.dataset[row]).or_default() += 1;
        }
    }
    for (dataset, count) in counts {
        let message = format!("{} stand again in a later dataset", crate::sheet::count(count, "event"));
        findings.push(Finding::new(findings::EVENT_TWICE, message).in_file(ground.file(dataset)));
    }
    rows
}

/// Rows of each area, in the order of the table: a counting sort.
fn rows_by_area(ground: &Ground<'_>, used: impl Fn(u32) -> bool) -> Vec<Vec<u32>> {
    let mut rows = vec![Vec::new(); ground.placed.gazetteer.areas.len()];
    for (row, placed) in ground.placed.events.iter().enumerate() {
        if let Some(area) = placed.credited
            && used(row as u32)
        {
            rows[area].push(row as u32);
        }
    }
    rows
}

/// Sums the events of one area by month and kind.
fn tally(ground: &Ground<'_>, rows: &[u32]) -> AreaEvents {
    let events = &ground.snapshot.tables.events;
    let year = ground.year();
    let dated = |row: &u32| Some((events.date_start[*row as usize].filter(|day| *day <= ground.as_of)?, *row));
    let months = || rows.iter().filter_map(dated).map(|(day, _)| Month::of(day));
    let (Some(first), Some(last)) = (months().min(), months().max()) else { return AreaEvents::default() };
    // A sum for each month and kind from the first to the last; most stay empty and are left out.
    let kinds = events.kind.values().len();
    let mut sums = vec![Tally::default(); ((last - first) as usize + 1) * kinds];
    let mut area = AreaEvents::default();
    for (day, row) in rows.iter().filter_map(dated) {
        let kind = events.kind.codes()[row as usize];
        let event = single(ground, row as usize);
        sums[(Month::of(day) - first) as usize * kinds + kind as usize].add(&event);
        if year.contains(day) {
            area.year.entry(kind).or_default().add(&event);
        }
        area.sources.insert(events.dataset[row as usize]);
    }
    let month_and_kind = |(i, sum): (usize, Tally)| (first + (i / kinds) as i32, (i % kinds) as u32, sum);
    area.months = sums.into_iter().enumerate().filter(|(_, sum)| sum.events > 0).map(month_and_kind).collect();
    area
}

/// One event. Where a source gives one figure only, the bounds are that figure; where its bounds do not enclose the
/// best estimate (which the reader reports), they are moved to it, so that a sum always lies between its bounds.
fn single(ground: &Ground<'_>, row: usize) -> Tally {
    let events = &ground.snapshot.tables.events;
    let best = events.deaths_best[row];
    let month = |date: Option<mostari_model::Date>| date.map(Month::of);
    let bound = |stated: Option<i64>, outer: fn(i64, i64) -> i64| match (stated, best) {
        (Some(stated), Some(best)) => outer(stated, best),
        (one, other) => one.or(other).unwrap_or(0),
    };
    Tally {
        events: 1,
        deaths_low: bound(events.deaths_low[row], i64::min),
        deaths_best: best.unwrap_or(0),
        deaths_high: bound(events.deaths_high[row], i64::max),
        without_deaths: u64::from(best.is_none()),
        approximate: u64::from(events.where_precision[row] == Some(WHERE_NEAR)),
        long: u64::from(month(events.date_end[row]) > month(events.date_start[row])),
    }
}

/// Events that no area is credited with, by dataset.
fn unplaced(ground: &Ground<'_>) -> Vec<Finding> {
    let missing = ground.placed.events.iter().map(|event| event.credited.is_none());
    without_area(ground, "event", missing, &ground.snapshot.tables.events.dataset)
}

/// Rows of a table that have no area, by dataset.
pub(crate) fn without_area(
    ground: &Ground<'_>,
    noun: &str,
    missing: impl Iterator<Item = bool>,
    datasets: &[u32],
) -> Vec<Finding> {
    let mut counts: BTreeMap<u32, u64> = BTreeMap::new();
    for (_, dataset) in missing.zip(datasets).filter(|(missing, _)| *missing) {
        *counts.entry(*dataset).or_default() += 1;
    }
    let finding = |(dataset, number)| {
        let message = format!("{} without an area", crate::sheet::count(number, noun));
        Finding::new(findings::WITHOUT_AREA, message).in_file(ground.file(dataset))
    };
    counts.into_iter().map(finding).collect()
}

/// Events without a day, one by one; events after the day of the assessment, by dataset.
fn unused_dates(ground: &Ground<'_>, by_area: &[Vec<u32>]) -> Vec<Finding> {
    let events = &ground.snapshot.tables.events;
    let undated = |row: &usize| events.date_start[*row].is_none();
    let mut findings: Vec<Finding> = (0..events.len())
        .filter(undated)
        .map(|row| {
            let message = format!("event `{}` has no first day", events.event_id.get(row));
            let finding = Finding::new(findings::WITHOUT_DATE, message).in_file(ground.file(events.dataset[row]));
            finding.at_row(u64::from(events.row[row])).in_column("date_start")
        })
        .collect();
    let mut later: BTreeMap<u32, u64> = BTreeMap::new();
    let after = |row: &&u32| events.date_start[**row as usize].is_some_and(|day| day > ground.as_of);
    for row in by_area.iter().flatten().filter(after) {
        *later.entry(events.dataset[*row as usize]).or_default() += 1;
    }
    findings.extend(later.into_iter().map(|(dataset, number)| after_as_of(ground, dataset, number, "event")));
    findings
}

/// Rows of a dataset that are dated after the day of the assessment.
pub(crate) fn after_as_of(ground: &Ground<'_>, dataset: u32, number: u64, noun: &str) -> Finding {
    let message = format!("{} dated after {}", crate::sheet::count(number, noun), ground.as_of);
    Finding::new(findings::AFTER_AS_OF, message).in_file(ground.file(dataset))
}

fn others_unused(ground: &Ground<'_>, families: &BTreeMap<String, Family>, chosen: &str) -> Vec<Finding> {
    let others = families.iter().filter(|(reader, _)| *reader != chosen);
    let finding = |(dataset, reader): (u32, &String)| {
        let message = format!("events read by `{reader}` are not added to those read by `{chosen}`");
        Finding::new(findings::OTHER_EVENT_SOURCE, message).in_file(ground.file(dataset))
    };
    others.flat_map(|(reader, family)| family.spans.keys().map(move |d| (*d, reader))).map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{World, date};
    use mostari_model::Event;

    fn totals(world: &World) -> (u64, i64) {
        let counts = count(&world.ground());
        let cells = counts.areas.iter().flat_map(|area| &area.months);
        cells.fold((0, 0), |sum, (_, _, tally)| (sum.0 + tally.events, sum.1 + tally.deaths_best))
    }

    #[test]
    fn every_placed_event_is_in_exactly_one_area_month_and_kind() {
        let mut world = World::row(2, "1995-12-31");
        world.add_event("1994-03-05", 3, Some(1));
        world.add_event("1995-07-11", 40, Some(2));
        world.add_event("1995-07-12", 2, Some(0));
        world.add_event("1995-07-12", 9, None);
        assert_eq!(totals(&world), (3, 45));
        assert_eq!(count(&world.ground()).findings.len(), 2, "one row without an area, twelve months covered in part");
    }

    #[test]
    fn bounds_that_do_not_enclose_the_best_estimate_are_moved_to_it() {
        let mut world = World::row(1, "1995-12-31");
        let day = Some(date("1995-06-28"));
        let wrong = Event {
            date_start: day,
            deaths_low: Some(9),
            deaths_best: Some(2),
            deaths_high: Some(3),
            ..Event::default()
        };
        world.add_event_row(wrong, Some(1));
        let tally = count(&world.ground()).areas[1].months[0].2;
        assert_eq!((tally.deaths_low, tally.deaths_best, tally.deaths_high), (2, 2, 3));
    }

    #[test]
    fn an_event_counts_in_the_month_in_which_it_began() {
        let mut world = World::row(1, "1995-12-31");
        let event = Event {
            date_start: Some(date("1995-06-28")),
            date_end: Some(date("1995-08-02")),
            deaths_best: Some(5),
            ..Event::default()
        };
        world.add_event_row(event, Some(1));
        let months = &count(&world.ground()).areas[1].months;
        assert_eq!((months.len(), months[0].0.to_string().as_str(), months[0].2.long), (1, "1995-06", 1));
    }

    #[test]
    fn an_event_without_a_day_or_after_the_day_of_assessment_is_reported() {
        let mut world = World::row(1, "1995-06-30");
        world.add_event("1995-06-01", 1, Some(1));
        world.add_event("1995-07-01", 1, Some(1));
        world.add_event_row(Event { row: 9, ..Event::default() }, Some(1));
        let codes: Vec<String> = count(&world.ground()).findings.iter().map(|f| f.code.to_string()).collect();
        assert_eq!(codes, ["ASM-003", "ASM-004", "ASM-005"]);
        assert_eq!(totals(&world), (1, 1));
    }

    #[test]
    fn two_sources_of_the_same_war_are_not_added() {
        let mut world = World::row(1, "1995-12-31");
        world.add_event("1995-01-15", 10, Some(1));
        world.add_event("1995-12-15", 10, Some(1));
        let other = world.add_dataset("other-events");
        let row = world.add_event("1995-12-15", 12, Some(1));
        world.snapshot.tables.events.dataset[row] = other;
        assert_eq!(totals(&world), (2, 20));
        assert!(count(&world.ground()).findings.iter().any(|f| f.code == "ASM-006"));
    }

    #[test]
    fn an_event_in_two_releases_of_a_source_counts_once_as_the_later_one_has_it() {
        let mut world = World::row(1, "1995-12-31");
        let newer = world.add_dataset("test-events");
        for (dataset, deaths) in [(0, 10), (newer, 12)] {
            let event = Event {
                event_id: "BOS-1".into(),
                date_start: Some(date("1995-12-15")),
                deaths_best: Some(deaths),
                dataset,
                ..Event::default()
            };
            world.add_event_row(event, Some(1));
        }
        assert_eq!(totals(&world), (1, 12));
    }
}
