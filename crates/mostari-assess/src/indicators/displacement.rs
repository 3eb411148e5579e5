//! Displaced people present: the latest round of each operation, kinds apart.

use crate::events::{after_as_of, without_area};
use crate::findings::{EARLIER_ROUND, WITHOUT_DATE, WITHOUT_FIGURE};
use crate::population;
use crate::sheet::{self, Known, Sheet};
use crate::{Ground, Indicator};
use mostari_model::{About, Confidence, Date, Direction, Finding, IndicatorValue, Kind, Period, Unit};
use mostari_place::AreaIndex;
use std::collections::{BTreeMap, BTreeSet};

const SOURCE: &str = "IOM Displacement Tracking Matrix, Methodological Framework (2017): rounds of mobility tracking \
    replace each other; IASC Guiding Principles on Internal Displacement for the kinds";
const PROTECTION: &str = "Counts by area and kind; no site, household or person.";

macro_rules! card {
    ($id:literal, $name:literal, $summary:literal, $unit:literal, $range:literal, $method:literal) => {
        About {
            id: $id,
            kind: Kind::Indicator,
            name: $name,
            summary: $summary,
            unit: $unit,
            range: $range,
            direction: Direction::HigherIsWorse,
            source: SOURCE,
            method: $method,
            protection: PROTECTION,
        }
    };
}

static PEOPLE: About = card!(
    "displacement",
    "Displaced people present",
    "How many displaced people, returnees and refugees are present in each area?",
    "people",
    "0 and up",
    "The latest round of each operation on the day of the assessment; kinds are never added. Where two operations \
     or files count in one area, the larger figure is used and their sum is the upper bound."
);
static SHARE: About = card!(
    "displacement-share",
    "Displaced people as a share of the population",
    "How many displaced people are present for each resident who was counted?",
    "share",
    "0 and up; above 1 where the displaced outnumber the counted residents",
    "Displaced people present by the latest total population of the area, which may or may not include them."
);

/// People present.
pub(crate) struct Displacement;
/// The same by population.
pub(crate) struct DisplacementShare;

/// People of one kind in one area.
struct Present {
    people: i64,
    sum: i64,
    /// Figures that may be about the same people.
    counts: u64,
    latest: Date,
    sources: BTreeSet<u32>,
}

/// A row that can be used.
struct Row<'a> {
    index: usize,
    area: Option<AreaIndex>,
    operation: (&'a str, &'a str),
    day: Date,
    people: i64,
}

fn rows<'a>(ground: &'a Ground<'_>) -> Vec<Row<'a>> {
    let table = &ground.snapshot.tables.displacements;
    let row = |index: usize| {
        let day = table.date[index].filter(|day| *day <= ground.as_of)?;
        let people = table.people[index].filter(|people| *people >= 0)?;
        let area = ground.placed.displacements.get(index).copied().flatten();
        let operation = table.operation.get(index).as_str();
        // Without an operation's name, files of one publisher are one operation: its later figures replace the earlier.
        let dataset = &ground.snapshot.datasets[table.dataset[index] as usize];
        let reader = if operation.is_empty() { dataset.reader.as_str() } else { "" };
        Some(Row { index, area, operation: (operation, reader), day, people })
    };
    (0..table.len()).filter_map(row).collect()
}

/// A round is told by its number; where there is none, by its day.
type Round = (Option<i64>, Option<Date>);

fn round_of(ground: &Ground<'_>, row: &Row<'_>) -> Round {
    match ground.snapshot.tables.displacements.round[row.index] {
        Some(number) => (Some(number), None),
        None => (None, Some(row.day)),
    }
}

/// The rows of the latest round of each operation; and how many others each operation has.
fn current<'a>(ground: &'a Ground<'_>) -> (Vec<Row<'a>>, BTreeMap<String, u64>) {
    let rows = rows(ground);
    let mut latest: BTreeMap<(&str, &str), (Date, Round)> = BTreeMap::new();
    for row in &rows {
        // The latest round is the one seen last, since a series may start its numbers again.
        let found = (row.day, round_of(ground, row));
        latest.entry(row.operation).and_modify(|kept| *kept = (*kept).max(found)).or_insert(found);
    }
    let mut earlier: BTreeMap<String, u64> = BTreeMap::new();
    let kept = rows.into_iter().filter(|row| {
        let is_current = latest[&row.operation].1 == round_of(ground, row);
        if !is_current {
            *earlier.entry(row.operation.0.to_owned()).or_default() += 1;
        }
        is_current
    });
    (kept.collect(), earlier)
}

/// Who counted whom where: kind, area, operation, dataset.
type Count<'a> = (&'a str, AreaIndex, (&'a str, &'a str), u32);

/// What one file of an operation reports of one kind in one area.
struct Figure {
    /// Rows without an origin: the whole.
    whole: Option<i64>,
    /// Rows with origins: parts of the whole.
    by_origin: i64,
    latest: Date,
    sources: BTreeSet<u32>,
}

/// People present by kind and area.
fn present(ground: &Ground<'_>) -> BTreeMap<String, BTreeMap<AreaIndex, Present>> {
    let table = &ground.snapshot.tables.displacements;
    // A row without an origin is the whole; rows with origins are its parts and are not added to it. Two files of one
    // operation count apart: they may repeat each other, as UNHCR's tables of population and of solutions do.
    let mut figures: BTreeMap<Count<'_>, Figure> = BTreeMap::new();
    let (rows, _) = current(ground);
    for row in &rows {
        let Some(area) = row.area else { continue };
        let dataset = table.dataset[row.index];
        let key = (table.kind.get(row.index).as_str(), area, row.operation, dataset);
        let none = || Figure { whole: None, by_origin: 0, latest: row.day, sources: BTreeSet::new() };
        let figure = figures.entry(key).or_insert_with(none);
        match table.origin.get(row.index).is_empty() {
            true => figure.whole = Some(figure.whole.unwrap_or(0) + row.people),
            false => figure.by_origin += row.people,
        }
        figure.latest = figure.latest.max(row.day);
        figure.sources.insert(dataset);
    }
    let mut present: BTreeMap<String, BTreeMap<AreaIndex, Present>> = BTreeMap::new();
    for ((kind, area, ..), figure) in figures {
        let people = figure.whole.unwrap_or(figure.by_origin);
        let none = || Present { people: 0, sum: 0, counts: 0, latest: figure.latest, sources: BTreeSet::new() };
        let here = present.entry(kind.to_owned()).or_default().entry(area).or_insert_with(none);
        here.people = here.people.max(people);
        here.sum += people;
        here.counts += 1;
        here.latest = here.latest.max(figure.latest);
        here.sources.extend(figure.sources);
    }
    present
}

impl Indicator for Displacement {
    fn about(&self) -> &'static About {
        &PEOPLE
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let mut sheet = Sheet::new(ground, &PEOPLE, Unit::People);
        for_each(ground, &mut sheet, |sheet, area, kind, here| {
            let known = Known {
                value: Some(here.people as f64),
                low: Some(here.people as f64),
                high: Some(here.sum as f64),
                confidence: Confidence::Fair,
                doubt: doubt(here),
                sources: &here.sources,
            };
            sheet.write(area, kind, Period::day(here.latest), known);
        });
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        findings(ground)
    }
}

impl Indicator for DisplacementShare {
    fn about(&self) -> &'static About {
        &SHARE
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let mut sheet = Sheet::new(ground, &SHARE, Unit::Share);
        let residents = population::latest(ground);
        for_each(ground, &mut sheet, |sheet, area, kind, here| {
            let day = Period::day(here.latest);
            let Some((people, dataset)) = population::people(&residents, area).filter(|(people, _)| *people > 0.0)
            else {
                sheet.unknown(area, kind, day, "the population of the area is not known");
                return;
            };
            let mut sources = here.sources.clone();
            sources.insert(dataset);
            let known = Known {
                value: Some(here.people as f64 / people),
                low: Some(here.people as f64 / people),
                high: Some(here.sum as f64 / people),
                confidence: Confidence::Poor,
                doubt: format!("{}; by {people} residents, who may or may not include them", doubt(here)),
                sources: &sources,
            };
            sheet.write(area, kind, day, known);
        });
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        let mut findings = findings(ground);
        findings.extend(population::findings(ground));
        findings
    }
}

fn doubt(here: &Present) -> String {
    match here.counts {
        1 => "estimate of one operation's latest round".to_owned(),
        number => {
            format!(
                "{number} files or operations count here and may count the same people; the larger figure, up to their sum"
            )
        }
    }
}

/// Every area with a figure of a kind, and every leaf without one as unknown.
fn for_each(
    ground: &Ground<'_>,
    sheet: &mut Sheet<'_>,
    mut write: impl FnMut(&mut Sheet<'_>, AreaIndex, &str, &Present),
) {
    let (present, leaves, day) = (present(ground), ground.leaves(), Period::day(ground.as_of));
    if present.is_empty() {
        leaves.iter().for_each(|area| sheet.unknown(*area, "", day, "no data about displaced people"));
    }
    for (kind, areas) in &present {
        for (area, here) in areas {
            write(sheet, *area, kind, here);
        }
        for area in leaves.iter().filter(|area| !areas.contains_key(area)) {
            sheet.unknown(*area, kind, day, "no figure for this area");
        }
    }
}

fn findings(ground: &Ground<'_>) -> Vec<Finding> {
    let table = &ground.snapshot.tables.displacements;
    let missing = ground.placed.displacements.iter().map(Option::is_none);
    let mut findings = without_area(ground, "displacement row", missing, &table.dataset);
    let mut later: BTreeMap<u32, u64> = BTreeMap::new();
    for row in 0..table.len() {
        let at = |finding: Finding| finding.in_file(ground.file(table.dataset[row])).at_row(u64::from(table.row[row]));
        match table.date[row] {
            None => findings.push(at(Finding::new(WITHOUT_DATE, "the row gives no reporting date")).in_column("date")),
            Some(day) if day > ground.as_of => *later.entry(table.dataset[row]).or_default() += 1,
            Some(_) => {}
        }
        if table.people[row].is_none_or(|people| people < 0) {
            findings.push(at(Finding::new(WITHOUT_FIGURE, "the row gives no number of people")).in_column("people"));
        }
    }
    findings.extend(later.into_iter().map(|(d, number)| after_as_of(ground, d, number, "displacement row")));
    for (operation, number) in current(ground).1 {
        let name = if operation.is_empty() { "an operation without a name" } else { operation.as_str() };
        findings.push(Finding::new(EARLIER_ROUND, format!("{} of {name}", sheet::count(number, "row"))));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{World, date, place};
    use mostari_model::Displacement as Row;

    fn add(world: &mut World, operation: &str, round: Option<i64>, day: &str, origin: &str, people: i64) {
        world.snapshot.tables.displacements.push(Row {
            kind: "idp".into(),
            operation: operation.into(),
            round,
            date: Some(date(day)),
            origin: if origin.is_empty() { Default::default() } else { place(origin) },
            people: Some(people),
            ..Row::default()
        });
        world.placed.displacements.push(Some(1));
    }

    fn check(world: &World, expect: [f64; 3]) {
        let value = world.value(&Displacement, "A1", "idp");
        assert_eq!([value.value, value.low, value.high], expect.map(Some), "{}", value.doubt);
    }

    #[test]
    fn only_the_latest_round_counts() {
        let mut world = World::row(2, "2024-06-30");
        add(&mut world, "Response", Some(1), "2024-01-01", "", 500);
        add(&mut world, "Response", Some(2), "2024-03-01", "", 400);
        add(&mut world, "Response", Some(3), "2024-07-01", "", 300);
        check(&world, [400.0; 3]);
        assert_eq!(world.codes(&Displacement), ["ASM-004", "ASM-013"]);
        assert_eq!(world.value(&Displacement, "A2", "idp").value, None, "no row is unknown, not 0");
    }

    #[test]
    fn origins_are_parts_and_two_operations_are_not_added() {
        let mut world = World::row(1, "2024-06-30");
        add(&mut world, "Response", Some(1), "2024-01-01", "North", 100);
        add(&mut world, "Response", Some(1), "2024-01-01", "South", 150);
        check(&world, [250.0; 3]);
        add(&mut world, "Response", Some(1), "2024-01-01", "", 260);
        check(&world, [260.0; 3]);
        add(&mut world, "Baseline", None, "2024-02-01", "", 200);
        check(&world, [260.0, 260.0, 460.0]);
    }

    #[test]
    fn two_files_of_one_operation_are_not_added() {
        let mut world = World::row(1, "2024-06-30");
        add(&mut world, "", None, "2023-12-31", "North", 400);
        let solutions = world.add_dataset("unhcr-solutions");
        add(&mut world, "", None, "2023-12-31", "North", 380);
        world.snapshot.datasets[solutions as usize].reader = world.snapshot.datasets[0].reader.clone();
        world.snapshot.tables.displacements.dataset[1] = solutions;
        check(&world, [400.0, 400.0, 780.0]);
    }

    #[test]
    fn the_share_needs_a_population() {
        let mut world = World::row(1, "2024-06-30");
        add(&mut world, "Response", Some(1), "2024-01-01", "", 250);
        assert_eq!(world.value(&DisplacementShare, "A1", "idp").value, None);
        world.snapshot.tables.populations.push(mostari_model::Population { people: Some(1_000), ..Default::default() });
        world.placed.populations.push(Some(1));
        assert_eq!(world.value(&DisplacementShare, "A1", "idp").value, Some(0.25));
    }
}
