//! Food security by the Integrated Phase Classification: people in phase 3 or worse, and the phase of an area.

use crate::events::{after_as_of, without_area};
use crate::findings::{CHECK_DIFFERS, EARLIER_ROUND, ROWS_DISAGREE, WITHOUT_FIGURE, WORD_NOT_KNOWN};
use crate::sheet::{Known, Sheet};
use crate::{Ground, Indicator};
use mostari_model::{About, Confidence, Date, Direction, Finding, IndicatorValue, Kind, Period, PlaceRef, Unit};
use mostari_place::AreaIndex;
use std::collections::{BTreeMap, BTreeSet};

const SOURCE: &str = "IPC Technical Manual 3.1 (2021), protocol 2.4: an area is in the highest phase that at least 20 percent \
    of its people are in, or worse";
const PROTECTION: &str = "Counts and phases by area.";

static PEOPLE: About = About {
    id: "food-insecure-people",
    kind: Kind::Indicator,
    name: "People in acute food insecurity",
    summary: "How many people of each area are in IPC phase 3 or worse?",
    unit: "people",
    range: "0 to the population analysed",
    direction: Direction::HigherIsWorse,
    source: SOURCE,
    method: "Sum of phases 3, 4 and 5 of the latest current analysis that began on or before the day of the assessment; \
             the overlapping rows `3+` and `all` are checks and never added.",
    protection: PROTECTION,
};
static PHASE: About = About {
    id: "food-phase",
    kind: Kind::Indicator,
    name: "Phase of acute food insecurity",
    summary: "In which IPC phase is each area?",
    unit: "phase",
    range: "1 (none or minimal) to 5 (catastrophe or famine)",
    direction: Direction::HigherIsWorse,
    source: SOURCE,
    method: "The highest phase such that at least 20 percent of the analysed people are in it or worse. Famine also needs \
             evidence on malnutrition and mortality, which such files do not carry.",
    protection: PROTECTION,
};

/// Share of people that puts an area into a phase (IPC Technical Manual 3.1, protocol 2.4).
const AREA_PHASE_SHARE: f64 = 0.2;
/// Shares are published in whole percent and people to the last one: what rounding may move.
const ROUNDING_SHARE: f64 = 0.005;

/// People in phase 3 or worse.
pub(crate) struct FoodInsecurePeople;
/// The area's phase.
pub(crate) struct FoodPhase;

/// People by phase of one area, in one analysis.
#[derive(Debug, Clone, Default)]
struct Analysis {
    phases: [Option<i64>; 5],
    three_or_worse: Option<i64>,
    all: Option<i64>,
    /// Whether two rows for one place and phase gave different numbers.
    disagree: bool,
    /// Places of the file within the area.
    places: usize,
}

/// An analysis with its time.
struct Current {
    period: Period,
    analysis: Analysis,
    sources: BTreeSet<u32>,
}

/// Later wins: first day of validity, day of the analysis, dataset.
type Newest = (Date, Option<Date>, u32);

fn key(ground: &Ground<'_>, row: usize) -> Option<Newest> {
    let table = &ground.snapshot.tables.food_phases;
    let current = table.validity.get(row).trim().eq_ignore_ascii_case("current");
    let start = table.date_start[row].filter(|day| current && *day <= ground.as_of)?;
    Some((start, table.analysed[row], table.dataset[row]))
}

/// The latest current analysis of every area, without those that newer ones replace.
fn current(ground: &Ground<'_>) -> BTreeMap<AreaIndex, Current> {
    let mut analyses = latest(ground);
    let superseded = superseded(ground, &analyses);
    analyses.retain(|area, _| !superseded.contains(area));
    analyses
}

/// The latest current analysis of every area.
fn latest(ground: &Ground<'_>) -> BTreeMap<AreaIndex, Current> {
    let table = &ground.snapshot.tables.food_phases;
    let placed = || ground.placed.food_phases.iter().enumerate().filter_map(|(row, area)| Some((row, (*area)?)));
    let mut newest: BTreeMap<AreaIndex, Newest> = BTreeMap::new();
    for (row, area) in placed() {
        let Some(found) = key(ground, row) else { continue };
        newest.entry(area).and_modify(|kept| *kept = (*kept).max(found)).or_insert(found);
    }
    // Several places of the file may lie in one area: they are added. One place stated twice is not.
    type Cells<'a> = BTreeMap<&'a PlaceRef, BTreeMap<&'a str, (i64, i64)>>;
    let mut cells: BTreeMap<AreaIndex, (Newest, Date, Cells<'_>)> = BTreeMap::new();
    for (row, area) in placed() {
        let (Some(found), Some(people)) = (key(ground, row), table.people[row].filter(|p| *p >= 0)) else { continue };
        if newest[&area] != found {
            continue;
        }
        let end = table.date_end[row].unwrap_or(found.0);
        let entry = cells.entry(area).or_insert_with(|| (found, end, BTreeMap::new()));
        entry.1 = entry.1.max(end);
        let phases = entry.2.entry(table.place.get(row)).or_default();
        let cell = phases.entry(table.phase.get(row).trim()).or_insert((people, people));
        *cell = (cell.0.min(people), cell.1.max(people));
    }
    let finish = |(area, ((start, _, dataset), end, places)): (AreaIndex, (Newest, Date, Cells<'_>))| {
        let analysis = sum_of_places(places.into_values());
        (area, Current { period: Period { from: start, to: end }, analysis, sources: BTreeSet::from([dataset]) })
    };
    cells.into_iter().map(finish).collect()
}

/// Areas whose analysis yields to a newer one of an area within or above them: the same people must not stand twice,
/// once in an old figure and once in a new one.
fn superseded(ground: &Ground<'_>, analyses: &BTreeMap<AreaIndex, Current>) -> BTreeSet<AreaIndex> {
    let mut superseded = BTreeSet::new();
    for (area, here) in analyses {
        for above in ground.placed.gazetteer.upward(*area).skip(1) {
            let Some(of_above) = analyses.get(&above) else { continue };
            match of_above.period.from.cmp(&here.period.from) {
                std::cmp::Ordering::Less => superseded.insert(above),
                std::cmp::Ordering::Greater => superseded.insert(*area),
                std::cmp::Ordering::Equal => false,
            };
        }
    }
    superseded
}

fn sum_of_places<'a>(places: impl ExactSizeIterator<Item = BTreeMap<&'a str, (i64, i64)>>) -> Analysis {
    let mut sum = Analysis { places: places.len(), ..Analysis::default() };
    let mut of_phase: BTreeMap<&str, (i64, usize)> = BTreeMap::new();
    for phases in places {
        for (phase, (low, high)) in phases {
            sum.disagree |= low < high;
            let total = of_phase.entry(phase).or_default();
            *total = (total.0 + high, total.1 + 1);
        }
    }
    // A phase that one of the places lacks is not known for the area.
    let known = |phase: &str| of_phase.get(phase).filter(|(_, count)| *count == sum.places).map(|(people, _)| *people);
    let phases = ["1", "2", "3", "4", "5"].map(known);
    let (three_or_worse, all) = (known("3+"), known("all"));
    Analysis { phases, three_or_worse, all, ..sum }
}

impl Analysis {
    fn three_and_above(&self) -> Option<i64> {
        self.phases[2..].iter().copied().sum()
    }

    /// The least that the given phases support.
    fn three_and_above_least(&self) -> Option<i64> {
        let given: Vec<i64> = self.phases[2..].iter().flatten().copied().collect();
        (!given.is_empty()).then(|| given.iter().sum())
    }

    /// The phase of the area, and the share that is in it or worse.
    fn phase(&self) -> Option<(u8, f64)> {
        let people: Vec<i64> = self.phases.iter().copied().collect::<Option<_>>()?;
        let all: i64 = people.iter().sum();
        if all <= 0 {
            return None;
        }
        let share = |phase: u8| people[usize::from(phase) - 1..].iter().sum::<i64>() as f64 / all as f64;
        (1..=5).rev().map(|phase| (phase, share(phase))).find(|(_, share)| *share >= AREA_PHASE_SHARE)
    }

    /// The phase if every share were moved up by this much (down if negative).
    fn phase_if_moved(&self, by: f64) -> Option<u8> {
        let people: Vec<i64> = self.phases.iter().copied().collect::<Option<_>>()?;
        let all: i64 = people.iter().sum();
        let share = |phase: u8| people[usize::from(phase) - 1..].iter().sum::<i64>() as f64 / all.max(1) as f64;
        (2..=5).rev().find(|phase| share(*phase) + by >= AREA_PHASE_SHARE).or(Some(1))
    }
}

/// Whether the day still lies in the validity of the analysis, in words.
fn age(ground: &Ground<'_>, period: Period) -> (bool, String) {
    match period.contains(ground.as_of) {
        true => (true, "valid on the day of the assessment".to_owned()),
        false => (false, format!("the latest analysis ended on {}", period.to)),
    }
}

impl Indicator for FoodInsecurePeople {
    fn about(&self) -> &'static About {
        &PEOPLE
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let mut sheet = Sheet::new(ground, &PEOPLE, Unit::People);
        for_each(ground, &mut sheet, |sheet, area, here| {
            let (valid, age) = age(ground, here.period);
            let analysis = &here.analysis;
            let (value, how) = match (analysis.three_and_above(), analysis.three_or_worse) {
                (Some(sum), _) => (Some(sum), "phases 3, 4 and 5 added"),
                (None, Some(stated)) => (Some(stated), "the stated `3+`, since a phase of its own is missing"),
                (None, None) => (None, "a phase is missing; low: the phases that are given"),
            };
            let least = analysis.three_and_above_least();
            let known = Known {
                value: value.map(|people| people as f64),
                low: least.into_iter().chain(value).min().map(|people| people as f64),
                high: value.max(analysis.three_or_worse).or(analysis.all).map(|people| people as f64),
                confidence: if valid && !analysis.disagree { Confidence::Fair } else { Confidence::Poor },
                doubt: format!("{how}; {age}; consensus of analysts, {} of the file here", places(analysis)),
                sources: &here.sources,
            };
            sheet.write(area, "", here.period, known);
        });
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        findings(ground)
    }
}

fn places(analysis: &Analysis) -> String {
    crate::sheet::count(analysis.places as u64, "place")
}

impl Indicator for FoodPhase {
    fn about(&self) -> &'static About {
        &PHASE
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let mut sheet = Sheet::new(ground, &PHASE, Unit::Phase);
        for_each(ground, &mut sheet, |sheet, area, here| {
            let (valid, age) = age(ground, here.period);
            let Some((phase, share)) = here.analysis.phase() else {
                sheet.unknown(area, "", here.period, format!("a phase is missing from the analysis; {age}"));
                return;
            };
            let known = Known {
                value: Some(f64::from(phase)),
                low: here.analysis.phase_if_moved(-ROUNDING_SHARE).map(f64::from),
                high: here.analysis.phase_if_moved(ROUNDING_SHARE).map(f64::from),
                confidence: if valid && !here.analysis.disagree { Confidence::Fair } else { Confidence::Poor },
                doubt: format!(
                    "{:.0} percent are in phase {phase} or worse; {age}; bounds: shares half a percent lower or higher",
                    share * 100.0
                ),
                sources: &here.sources,
            };
            sheet.write(area, "", here.period, known);
        });
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        findings(ground)
    }
}

/// Every area with an analysis, and every leaf without one as unknown.
fn for_each(ground: &Ground<'_>, sheet: &mut Sheet<'_>, write: impl Fn(&mut Sheet<'_>, AreaIndex, &Current)) {
    let (current, day) = (current(ground), Period::day(ground.as_of));
    for (area, here) in &current {
        write(sheet, *area, here);
    }
    for area in ground.leaves().into_iter().filter(|area| !current.contains_key(area)) {
        let above = ground.placed.gazetteer.upward(area).skip(1).find(|above| current.contains_key(above));
        let because = match above {
            _ if current.is_empty() => "no current food security analysis".to_owned(),
            Some(above) => format!("analysed only for {} as a whole", ground.placed.gazetteer.areas[above].name),
            None => "no current analysis of this area".to_owned(),
        };
        sheet.unknown(area, "", day, because);
    }
}

fn findings(ground: &Ground<'_>) -> Vec<Finding> {
    let table = &ground.snapshot.tables.food_phases;
    let missing = ground.placed.food_phases.iter().map(Option::is_none);
    let mut findings = without_area(ground, "food security row", missing, &table.dataset);
    let mut later: BTreeMap<u32, u64> = BTreeMap::new();
    for row in 0..table.len() {
        let at = |finding: Finding| finding.in_file(ground.file(table.dataset[row])).at_row(u64::from(table.row[row]));
        if table.date_start[row].is_some_and(|day| day > ground.as_of) {
            *later.entry(table.dataset[row]).or_default() += 1;
        }
        let phase = table.phase.get(row).trim();
        if !["1", "2", "3", "4", "5", "3+", "all"].contains(&phase) {
            findings.push(at(Finding::new(WORD_NOT_KNOWN, format!("phase `{phase}`")).in_column("phase")));
        }
        if table.people[row].is_none_or(|people| people < 0) {
            findings.push(at(Finding::new(WITHOUT_FIGURE, "the row gives no number of people").in_column("people")));
        }
    }
    findings.extend(later.into_iter().map(|(d, number)| after_as_of(ground, d, number, "food security row")));
    let analyses = latest(ground);
    let superseded = superseded(ground, &analyses);
    for (area, here) in analyses {
        let name = &ground.placed.gazetteer.areas[area].name;
        if superseded.contains(&area) {
            let message =
                format!("the analysis of {name}, {}: a newer one is of an area within or above it", here.period);
            findings.push(Finding::new(EARLIER_ROUND, message));
            continue;
        }
        if here.analysis.disagree {
            findings.push(Finding::new(ROWS_DISAGREE, format!("people by phase in {name}, from {}", here.period)));
        }
        let (sum, stated) = (here.analysis.three_and_above(), here.analysis.three_or_worse);
        // Each of three phases was rounded to whole people.
        if let (Some(sum), Some(stated)) = (sum, stated)
            && (sum - stated).abs() > 3 * here.analysis.places as i64
        {
            let message = format!("{name}: phases 3 to 5 add up to {sum}, but `3+` is {stated}");
            findings.push(Finding::new(CHECK_DIFFERS, message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{World, date, place};
    use mostari_model::FoodPhase as Row;

    /// Rows of one place of a file, as published for Grimari in April 2023: 51,275 people analysed.
    fn add(world: &mut World, name: &str, validity: &str, from: &str, to: &str, people: &[(&str, i64)]) {
        for (phase, people) in people {
            world.snapshot.tables.food_phases.push(Row {
                place: place(name),
                validity: validity.into(),
                date_start: Some(date(from)),
                date_end: Some(date(to)),
                phase: (*phase).into(),
                people: Some(*people),
                ..Row::default()
            });
            world.placed.food_phases.push(Some(1));
        }
    }

    const GRIMARI: [(&str, i64); 7] =
        [("all", 51_275), ("3+", 25_637), ("1", 10_255), ("2", 15_383), ("3", 17_946), ("4", 7_691), ("5", 0)];

    fn grimari() -> World {
        let mut world = World::row(2, "2023-06-01");
        add(&mut world, "Grimari", "current", "2023-04-01", "2023-08-31", &GRIMARI);
        world
    }

    fn check(world: &World, indicator: &dyn Indicator, expect: [Option<f64>; 3]) {
        let value = world.value(indicator, "A1", "");
        assert_eq!([value.value, value.low, value.high], expect, "{}", value.doubt);
    }

    #[test]
    fn an_old_analysis_of_the_whole_yields_to_a_new_one_of_a_part() {
        let mut world = grimari();
        add(&mut world, "All", "current", "2019-05-01", "2019-08-31", &GRIMARI);
        world.placed.food_phases[GRIMARI.len()..].fill(Some(0));
        let areas: Vec<AreaIndex> = current(&world.ground()).into_keys().collect();
        assert_eq!(areas, [1], "the people of 2019 do not stand beside those of 2023");
        assert_eq!(world.codes(&FoodInsecurePeople), ["ASM-013"], "what was left out is said");
    }

    #[test]
    fn phases_three_to_five_are_added_and_the_overlapping_rows_are_not() {
        check(&grimari(), &FoodInsecurePeople, [Some(25_637.0); 3]);
        assert_eq!(grimari().codes(&FoodInsecurePeople), [""; 0]);
    }

    #[test]
    fn fifteen_percent_in_four_and_fifty_in_three_make_phase_three() {
        check(&grimari(), &FoodPhase, [Some(3.0); 3]);
    }

    #[test]
    fn twenty_percent_are_enough_and_a_hair_less_is_in_doubt() {
        for (four, expect) in [(20, [Some(4.0), Some(3.0), Some(4.0)]), (19, [Some(3.0); 3])] {
            let mut world = World::row(1, "2023-06-01");
            let people = [("1", 30), ("2", 30), ("3", 40 - four), ("4", four), ("5", 0)];
            add(&mut world, "P", "current", "2023-04-01", "2023-08-31", &people);
            check(&world, &FoodPhase, expect);
        }
    }

    #[test]
    fn a_projection_and_an_older_analysis_are_not_used() {
        let mut world = grimari();
        add(&mut world, "Grimari", "first projection", "2023-05-01", "2024-03-31", &[("3", 1), ("4", 1), ("5", 1)]);
        add(&mut world, "Grimari", "current", "2022-09-01", "2023-03-31", &[("3", 2), ("4", 2), ("5", 2)]);
        check(&world, &FoodInsecurePeople, [Some(25_637.0); 3]);
        world.as_of = date("2023-01-01");
        check(&world, &FoodInsecurePeople, [Some(6.0); 3]);
        check(&world, &FoodPhase, [None; 3]);
    }

    #[test]
    fn a_missing_phase_is_not_zero() {
        let mut world = World::row(1, "2023-06-01");
        add(&mut world, "P", "current", "2023-04-01", "2023-08-31", &[("all", 100), ("3", 20), ("4", 10)]);
        check(&world, &FoodInsecurePeople, [None, Some(30.0), Some(100.0)]);
        add(&mut world, "P", "current", "2023-04-01", "2023-08-31", &[("3+", 32)]);
        check(&world, &FoodInsecurePeople, [Some(32.0), Some(30.0), Some(32.0)]);
    }

    #[test]
    fn two_places_in_one_area_are_added_and_a_place_stated_twice_is_not() {
        let mut world = grimari();
        add(&mut world, "Grimari sites", "current", "2023-04-01", "2023-08-31", &GRIMARI);
        check(&world, &FoodInsecurePeople, [Some(51_274.0); 3]);
        add(&mut world, "Grimari sites", "current", "2023-04-01", "2023-08-31", &GRIMARI);
        check(&world, &FoodInsecurePeople, [Some(51_274.0); 3]);
    }

    #[test]
    fn a_total_that_its_phases_do_not_support_is_reported() {
        let mut world = World::row(1, "2023-06-01");
        add(&mut world, "P", "current", "2023-04-01", "2023-08-31", &[("3", 10), ("4", 0), ("5", 0), ("3+", 90)]);
        assert_eq!(world.codes(&FoodPhase), ["ASM-012"]);
    }

    #[test]
    fn an_area_that_nobody_analysed_is_unknown() {
        assert_eq!(grimari().value(&FoodPhase, "A2", "").value, None);
    }
}
