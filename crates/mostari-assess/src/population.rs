//! Total population of each area by date: what every "per people" indicator divides by.

use crate::{Ground, findings::ROWS_DISAGREE};
use mostari_model::{Date, Finding};
use mostari_place::AreaIndex;
use std::collections::BTreeMap;

/// The total population of an area on a day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Count {
    /// The day that it is for; `None` if the file does not say.
    pub date: Option<Date>,
    /// People: the largest, where rows of a dataset disagree.
    pub people: i64,
    /// The smallest, where rows disagree.
    pub people_low: i64,
    /// `census`, `estimate`, … in the source's words.
    pub method: String,
    /// Position of its dataset.
    pub dataset: u32,
}

/// For each area its counts from the oldest to the latest, none after the day of the assessment. A count without
/// a date stands first. Of two datasets for one day the later prevails.
pub(crate) fn counts(ground: &Ground<'_>) -> Vec<Vec<Count>> {
    let table = &ground.snapshot.tables.populations;
    let mut found: Vec<BTreeMap<Option<Date>, Count>> = vec![BTreeMap::new(); ground.placed.gazetteer.areas.len()];
    for (row, area) in ground.placed.populations.iter().enumerate() {
        let (Some(area), Some(people)) = (*area, table.people[row]) else { continue };
        let date = table.date[row];
        if !is_total(table.group.get(row)) || date.is_some_and(|day| day > ground.as_of) || people < 0 {
            continue;
        }
        let method = table.method.get(row).clone();
        let new = Count { date, people, people_low: people, method, dataset: table.dataset[row] };
        let kept = found[area].entry(date).or_insert_with(|| new.clone());
        *kept = prevailing(kept.clone(), new);
    }
    found.into_iter().map(|by_date| by_date.into_values().collect()).collect()
}

fn is_total(group: &str) -> bool {
    group.is_empty() || group.eq_ignore_ascii_case("total")
}

/// Independent of the order of the two.
fn prevailing(a: Count, b: Count) -> Count {
    match a.dataset.cmp(&b.dataset) {
        std::cmp::Ordering::Greater => a,
        std::cmp::Ordering::Less => b,
        std::cmp::Ordering::Equal => {
            let low = a.people_low.min(b.people_low);
            let method = a.method.clone().min(b.method.clone());
            Count { people_low: low, method, people: a.people.max(b.people), ..a }
        }
    }
}

/// The latest count of each area; one without a date only where there is no other.
pub(crate) fn latest(ground: &Ground<'_>) -> Vec<Option<Count>> {
    counts(ground).into_iter().map(|counts| counts.last().cloned()).collect()
}

/// Rows without a number, in no area, later than the day of the assessment, or in disagreement.
pub(crate) fn findings(ground: &Ground<'_>) -> Vec<Finding> {
    let table = &ground.snapshot.tables.populations;
    let missing = ground.placed.populations.iter().map(Option::is_none);
    let mut findings = crate::events::without_area(ground, "population row", missing, &table.dataset);
    let mut later: BTreeMap<u32, u64> = BTreeMap::new();
    for row in 0..table.len() {
        if table.date[row].is_some_and(|day| day > ground.as_of) {
            *later.entry(table.dataset[row]).or_default() += 1;
        }
        if table.people[row].is_none_or(|people| people < 0) {
            let message = match table.people[row] {
                None => "the row gives no number of people".to_owned(),
                Some(people) => format!("{people} people cannot be"),
            };
            let finding = Finding::new(crate::findings::WITHOUT_FIGURE, message).in_column("people");
            findings.push(finding.in_file(ground.file(table.dataset[row])).at_row(u64::from(table.row[row])));
        }
    }
    findings
        .extend(later.into_iter().map(|(d, number)| crate::events::after_as_of(ground, d, number, "population row")));
    for (area, counts) in counts(ground).into_iter().enumerate() {
        for count in counts.iter().filter(|count| count.people_low < count.people) {
            let name = &ground.placed.gazetteer.areas[area].name;
            let message = format!("total population of {name}: {} or {}", count.people_low, count.people);
            findings.push(Finding::new(ROWS_DISAGREE, message).in_file(ground.file(count.dataset)));
        }
    }
    findings
}

/// The people of an area and the dataset that says so.
pub(crate) fn people(latest: &[Option<Count>], area: AreaIndex) -> Option<(f64, u32)> {
    latest[area].as_ref().map(|count| (count.people as f64, count.dataset))
}
