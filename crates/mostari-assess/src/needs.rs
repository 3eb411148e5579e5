//! Needs of each area by sector: one figure for everybody, from the newest rows, nothing added that may overlap.

use crate::Ground;
use crate::events::{after_as_of, without_area};
use crate::findings::{OVERLAPPING_GROUPS, ROWS_DISAGREE, WITHOUT_FIGURE};
use crate::sheet;
use mostari_model::{Date, Finding, Period};
use mostari_place::AreaIndex;
use std::collections::{BTreeMap, BTreeSet};

/// What is stated about a sector in an area.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Stated {
    /// People in need of everybody; the largest, where rows disagree.
    pub in_need: Option<i64>,
    /// The smallest stated figure; or the largest group, where only groups are given.
    pub in_need_low: Option<i64>,
    /// Severity phase, the highest where rows disagree.
    pub severity: Option<i64>,
    pub severity_low: Option<i64>,
    /// Groups whose rows were not added.
    pub groups: u64,
}

/// The needs of one area at one time.
#[derive(Debug, Clone)]
pub(crate) struct AreaNeeds {
    pub period: Period,
    pub sectors: BTreeMap<String, Stated>,
    /// People who live there, if the file says.
    pub people: Option<i64>,
    pub sources: BTreeSet<u32>,
}

/// The word for all sectors together.
pub(crate) const JOINT: &str = "ALL";

/// Whether a word stands for all sectors together.
fn is_joint(sector: &str) -> bool {
    ["all", "intersectoral", "inter-sectoral", "joint", "overall"].iter().any(|word| sector.eq_ignore_ascii_case(word))
}

/// Areas of responsibility within Protection, and modalities across sectors: they travel with the figures and are
/// no sectors of their own, in the mosaic or in the severity rule (JIAF 2 technical manual, July 2024).
pub(crate) fn is_main_sector(sector: &str) -> bool {
    const WITHIN: [&str; 9] = [
        "child protection",
        "gender-based violence",
        "gender based violence",
        "mine action",
        "housing, land and property",
        "general protection",
        "multi-purpose cash",
        "refugee response",
        "ms",
    ];
    let lower = sector.to_lowercase();
    !is_joint(sector)
        && !sector.is_empty()
        && !lower.starts_with("pro-")
        && !WITHIN.iter().any(|w| lower.starts_with(w))
}

/// The key of a row's sector: one word for the joint figure however it is spelled.
fn sector_key(sector: &str) -> String {
    if is_joint(sector) { JOINT.to_owned() } else { sector.to_owned() }
}

/// Which rows of an area are used: those of the newest period, and of these the ones of the dataset added last.
type Newest = (Option<Date>, u32);

fn newest(ground: &Ground<'_>) -> BTreeMap<AreaIndex, Newest> {
    let table = &ground.snapshot.tables.needs;
    let mut newest: BTreeMap<AreaIndex, Newest> = BTreeMap::new();
    for (row, area) in ground.placed.needs.iter().enumerate() {
        let start = table.date_start[row];
        if let (Some(area), true) = (*area, start.is_none_or(|day| day <= ground.as_of)) {
            let found = (start, table.dataset[row]);
            newest.entry(area).and_modify(|kept| *kept = (*kept).max(found)).or_insert(found);
        }
    }
    newest
}

/// The needs of every area that the newest rows speak of.
pub(crate) fn needs(ground: &Ground<'_>) -> BTreeMap<AreaIndex, AreaNeeds> {
    let table = &ground.snapshot.tables.needs;
    let newest = newest(ground);
    let mut needs: BTreeMap<AreaIndex, AreaNeeds> = BTreeMap::new();
    for (row, area) in ground.placed.needs.iter().enumerate() {
        let Some(area) = *area else { continue };
        if newest.get(&area) != Some(&(table.date_start[row], table.dataset[row])) {
            continue;
        }
        let period = Period {
            from: table.date_start[row].unwrap_or(ground.as_of),
            to: table.date_end[row].unwrap_or(table.date_start[row].unwrap_or(ground.as_of)),
        };
        let new = || AreaNeeds { period, sectors: BTreeMap::new(), people: None, sources: BTreeSet::new() };
        let here = needs.entry(area).or_insert_with(new);
        here.period.to = here.period.to.max(period.to);
        here.sources.insert(table.dataset[row]);
        let stated = here.sectors.entry(sector_key(table.sector.get(row))).or_default();
        if table.group.get(row).is_empty() {
            here.people = here.people.max(table.people[row]);
            stated.add(table.in_need[row], table.severity[row]);
        } else if table.in_need[row].is_some() {
            stated.groups += 1;
        }
    }
    only_groups(ground, &newest, &mut needs);
    needs
}

impl Stated {
    fn add(&mut self, in_need: Option<i64>, severity: Option<i64>) {
        let in_need = in_need.filter(|people| *people >= 0);
        let severity = severity.filter(|phase| (1..=5).contains(phase));
        let least = |a: Option<i64>, b: Option<i64>| a.into_iter().chain(b).min();
        self.in_need = self.in_need.max(in_need);
        self.in_need_low = least(self.in_need_low, in_need);
        self.severity = self.severity.max(severity);
        self.severity_low = least(self.severity_low, severity);
    }
}

/// Where no row speaks of everybody, the largest group is the least that can be in need.
fn only_groups(ground: &Ground<'_>, newest: &BTreeMap<AreaIndex, Newest>, needs: &mut BTreeMap<AreaIndex, AreaNeeds>) {
    let table = &ground.snapshot.tables.needs;
    for (row, area) in ground.placed.needs.iter().enumerate() {
        let Some(area) = *area else { continue };
        if newest.get(&area) != Some(&(table.date_start[row], table.dataset[row])) || table.group.get(row).is_empty() {
            continue;
        }
        let stated = needs.get_mut(&area).and_then(|here| here.sectors.get_mut(&sector_key(table.sector.get(row))));
        if let Some(stated) = stated.filter(|stated| stated.in_need.is_none()) {
            stated.in_need_low = stated.in_need_low.max(table.in_need[row].filter(|people| *people >= 0));
        }
    }
}

/// Rows that were not used or disagree.
pub(crate) fn findings(ground: &Ground<'_>) -> Vec<Finding> {
    let table = &ground.snapshot.tables.needs;
    let missing = ground.placed.needs.iter().map(Option::is_none);
    let mut findings = without_area(ground, "needs row", missing, &table.dataset);
    let mut later: BTreeMap<u32, u64> = BTreeMap::new();
    let mut empty: BTreeMap<u32, u64> = BTreeMap::new();
    let mut groups: BTreeMap<u32, u64> = BTreeMap::new();
    for row in 0..table.len() {
        let dataset = table.dataset[row];
        *later.entry(dataset).or_default() += u64::from(table.date_start[row].is_some_and(|day| day > ground.as_of));
        *groups.entry(dataset).or_default() += u64::from(!table.group.get(row).is_empty());
        let without = table.in_need[row].is_none() && table.severity[row].is_none();
        *empty.entry(dataset).or_default() += u64::from(without && table.group.get(row).is_empty());
    }
    let some = |counts: BTreeMap<u32, u64>| counts.into_iter().filter(|(_, number)| *number > 0);
    findings.extend(some(later).map(|(dataset, number)| after_as_of(ground, dataset, number, "needs row")));
    findings.extend(some(groups).map(|(dataset, number)| {
        let message = format!("{} about a group of people", sheet::count(number, "row"));
        Finding::new(OVERLAPPING_GROUPS, message).in_file(ground.file(dataset))
    }));
    findings.extend(some(empty).map(|(dataset, number)| {
        let message = format!("{} with neither people in need nor severity", sheet::count(number, "row"));
        Finding::new(WITHOUT_FIGURE, message).in_file(ground.file(dataset)).in_column("in_need")
    }));
    for (area, here) in needs(ground) {
        let node = &ground.placed.gazetteer.areas[area];
        for (sector, stated) in &here.sectors {
            if let (Some(low), Some(high)) = (stated.in_need_low, stated.in_need)
                && low < high
            {
                let message = format!("people in need, {sector}, {}: {low} or {high}", node.name);
                findings.push(Finding::new(ROWS_DISAGREE, message));
            }
        }
    }
    findings
}
