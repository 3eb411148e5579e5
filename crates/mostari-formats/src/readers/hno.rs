//! Humanitarian needs as OCHA publishes them for each response plan (HNO, HNRP): people in need and targeted by
//! area, cluster and population group.
//!
//! These files mix figures with their totals. What may be added is decided so that no person is summed twice:
//!
//! - A row for a whole country is a total.
//! - A row for an area is a total if the file has rows of the same cluster for areas within it.
//! - Of the rows of one area and cluster, the one for everybody (category `total` or blank) counts. The groups beside it
//!   (`Children`, `Children - Male`, `IDP - Total`) are the same people, cut several ways, and are marked as totals:
//!   to look at, never to add.
//! - Clusters are never added to each other, as a person can need several; `ALL` is the figure for all of them.

use crate::{
    Fit, Probe, ReadError, Reader, Reading,
    findings::profiles as cards,
    profile::{Entries, Entry, Profile},
};
use mostari_model::{About, Direction, Finding, Kind, Need, Needs, PlaceRef};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
};

/// Reads tables of humanitarian needs.
pub(crate) struct Hno;

static ABOUT: About = About {
    id: "hno",
    kind: Kind::Reader,
    name: "Humanitarian needs (HNO, HNRP)",
    summary: "Who needs help of which cluster, by area and population group",
    unit: "people",
    range: "0 and more",
    direction: Direction::HigherIsWorse,
    source: "OCHA Humanitarian Programme Cycle tools, caseload tables on the Humanitarian Data Exchange",
    method: "Read by header names; rows that count the same people again are marked as totals by level, group and cluster",
    protection: "Counts by area and group only",
};

const PROFILE: Profile = Profile {
    must: &[
        &["cluster", "Sector", "Cluster code"],
        &["in_need", "People in need", "PIN"],
        &["targeted", "People targeted", "Target"],
        &["admin1_code", "Admin 1 PCode", "adm1_pcode"],
    ],
    may: &[
        &["country", "Country ISO3", "Country", "ISO3"],
        &["admin1_name", "Admin 1 Name", "adm1_name", "Admin 1"],
        &["admin2_code", "Admin 2 PCode", "adm2_pcode"],
        &["admin2_name", "Admin 2 Name", "adm2_name", "Admin 2"],
        &["admin3_code", "Admin 3 PCode", "adm3_pcode"],
        &["admin3_name", "Admin 3 Name", "adm3_name", "Admin 3"],
        &["description", "Cluster name"],
        &["category", "Population group"],
        &["population", "Total population"],
        &["affected", "People affected"],
        &["reached", "People reached"],
        &["severity", "Severity phase"],
    ],
};

/// Codes and names of administrative levels 1 to 3.
const LEVELS: [(&str, &str); 3] =
    [("admin1_code", "admin1_name"), ("admin2_code", "admin2_name"), ("admin3_code", "admin3_name")];

impl Reader for Hno {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        PROFILE.fit(probe)
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        let mut entries = PROFILE.entries(probe)?;
        let mut findings = std::mem::take(&mut entries.findings);
        let sectors = Sectors::of(&entries);
        let codes = Codes::of(&entries);
        let mut rows: Vec<Row> = Vec::new();
        let mut seen = BTreeMap::new();
        for entry in entries.iter() {
            let row = Row::read(entry, &sectors, &codes, &mut findings);
            if !row.has_figures() {
                findings.push(entry.finding(cards::NO_FIGURE, format!("{}: every figure is blank", row.words())));
            } else if let Some(first) = seen.insert(row.key(), entry.row()) {
                findings.push(entry.finding(cards::ROW_TWICE, format!("{}: see row {first}", row.words())));
                seen.insert(row.key(), first);
            } else {
                rows.push(row);
            }
        }
        mark_totals(&mut rows, &mut findings);
        check_areas_against_totals(&rows, &entries, &mut findings);
        let table: Needs = rows.into_iter().map(|row| row.need).collect();
        Ok(Reading { tables: vec![table.into()], findings, rows: entries.count() })
    }
}

/// What each cluster is called: its code where the code has one meaning in its country, else its description.
struct Sectors<'e>(BTreeMap<(&'e str, &'e str), BTreeSet<&'e str>>);

impl<'e> Sectors<'e> {
    fn of(entries: &'e Entries) -> Self {
        let mut meanings: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for entry in entries.iter() {
            let code = (entry.text("country"), entry.text("cluster"));
            meanings.entry(code).or_default().insert(entry.text("description"));
        }
        Self(meanings)
    }

    fn name(&self, entry: Entry<'e>) -> String {
        let (code, description) = (entry.text("cluster"), entry.text("description"));
        let meanings = self.0.get(&(entry.text("country"), code)).map_or(0, BTreeSet::len);
        let keeps_code = meanings <= 1 || description.to_lowercase().contains("overall");
        if description.is_empty() || (keeps_code && !code.is_empty()) { code } else { description }.to_owned()
    }
}

/// The area codes of each country and level, for rows that name their own area and not the ones above it.
struct Codes<'e>(BTreeMap<(&'e str, usize), BTreeSet<&'e str>>);

impl<'e> Codes<'e> {
    fn of(entries: &'e Entries) -> Self {
        let mut codes: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for entry in entries.iter() {
            for (above, (column, _)) in LEVELS.iter().enumerate() {
                let code = entry.known(column);
                if !code.is_empty() {
                    codes.entry((entry.text("country"), above + 1)).or_default().insert(code);
                }
            }
        }
        Self(codes)
    }

    /// Puts the area above where a row leaves it out: its P-code is the beginning of the codes within it.
    fn fill_gaps(&self, units: &mut [String]) {
        let Some((own, above)) = units.split_last_mut() else { return };
        for level in 1..above.len() {
            if above[level].is_empty()
                && let Some(codes) = self.0.get(&(above[0].as_str(), level))
            {
                let starts = own.char_indices().rev().map(|(end, _)| &own[..end]);
                let found = starts.filter(|start| !start.is_empty()).find(|start| codes.contains(start));
                above[level] = found.unwrap_or_default().to_owned();
            }
        }
    }
}

/// A row with its areas, from the country down: each by its code, else by its name.
struct Row {
    need: Need,
    units: Vec<String>,
}

impl Row {
    fn read<'e>(entry: Entry<'e>, sectors: &Sectors<'e>, codes: &Codes<'e>, findings: &mut Vec<Finding>) -> Self {
        let mut count = |column| entry.people(column, findings);
        let mut need = Need {
            people: count("population"),
            in_need: count("in_need"),
            targeted: count("targeted"),
            affected: count("affected"),
            reached: count("reached"),
            severity: count("severity"),
            sector: sectors.name(entry),
            group: group_of(entry.text("category")).to_owned(),
            row: entry.row(),
            ..Need::default()
        };
        if let (Some(in_need), Some(targeted)) = (need.in_need, need.targeted)
            && targeted > in_need
        {
            let message = format!("{targeted} people targeted, {in_need} in need");
            findings.push(entry.cell_finding(cards::TARGET_ABOVE_NEED, "targeted", message));
        }
        let (place, mut units) = place_of(entry);
        codes.fill_gaps(&mut units);
        need.place = place;
        Self { need, units }
    }

    fn level(&self) -> usize {
        self.units.len() - 1
    }

    fn has_figures(&self) -> bool {
        let Need { people, in_need, targeted, affected, reached, severity, .. } = self.need;
        [people, in_need, targeted, affected, reached, severity].iter().any(Option::is_some)
    }

    fn key(&self) -> (Vec<String>, String, String) {
        (self.units.clone(), self.need.sector.clone(), self.need.group.clone())
    }

    fn words(&self) -> String {
        let place = if self.level() == 0 { "the whole country".to_owned() } else { self.need.place.to_words() };
        let group = if self.need.group.is_empty() { "everybody" } else { &self.need.group };
        format!("{place}, {}, {group}", self.need.sector)
    }
}

/// The population group, or nothing for everybody.
fn group_of(category: &str) -> &str {
    let everybody = ["total", "all", "overall"].iter().any(|word| category.eq_ignore_ascii_case(word));
    if everybody { "" } else { category }
}

/// The deepest area that the row names, and all of its areas from the country down.
fn place_of(entry: Entry<'_>) -> (PlaceRef, Vec<String>) {
    let country = entry.text("country");
    let mut place = PlaceRef { country: country.to_owned(), level: Some(0), ..PlaceRef::default() };
    let mut units = vec![country.to_owned()];
    for (above, (code_column, name_column)) in LEVELS.iter().enumerate() {
        let (code, name) = (entry.known(code_column), entry.known(name_column));
        if code.is_empty() && name.is_empty() {
            continue;
        }
        let level = above + 1;
        units.resize(level, String::new());
        units.push(if code.is_empty() { name } else { code }.to_owned());
        place.parent_code = std::mem::replace(&mut place.code, code.to_owned());
        place.parent_name = std::mem::replace(&mut place.name, name.to_owned());
        place.level = Some(level as u8);
    }
    (place, units)
}

/// Marks every row whose people another row counts too.
fn mark_totals(rows: &mut [Row], findings: &mut Vec<Finding>) {
    let mut with_areas_within = BTreeSet::new();
    let mut groups: BTreeMap<(Vec<String>, String), Vec<String>> = BTreeMap::new();
    for row in rows.iter() {
        let sector = &row.need.sector;
        for level in 0..row.level() {
            with_areas_within.insert((row.units[..=level].to_vec(), sector.clone()));
        }
        groups.entry((row.units.clone(), sector.clone())).or_default().push(row.need.group.clone());
    }
    let mut told = BTreeSet::new();
    for row in rows {
        let here = (row.units.clone(), row.need.sector.clone());
        let beside = &groups[&here];
        let is_group = !row.need.group.is_empty();
        let only_groups = is_group && beside.len() > 1 && !beside.iter().any(String::is_empty);
        if only_groups && told.insert(here.clone()) {
            let message =
                format!("{}, {}: {} groups and no total", row.need.place.to_words(), row.need.sector, beside.len());
            findings.push(Finding::new(cards::GROUPS_OVERLAP, message).at_row(row.need.row.into()));
        }
        let is_total = row.level() == 0 || with_areas_within.contains(&here) || (is_group && beside.len() > 1);
        row.need.is_total = Some(i64::from(is_total));
    }
}

/// Compares each row for everybody with the rows of the next level within it, cluster by cluster.
fn check_areas_against_totals(rows: &[Row], entries: &Entries, findings: &mut Vec<Finding>) {
    let everybody = || rows.iter().filter(|row| row.need.group.is_empty());
    let mut within: BTreeMap<(&[String], &str), BTreeMap<usize, Sum>> = BTreeMap::new();
    for row in everybody() {
        for level in 0..row.level() {
            let levels = within.entry((&row.units[..=level], &row.need.sector)).or_default();
            levels.entry(row.level()).or_default().add(&row.need);
        }
    }
    for upper in everybody() {
        // The shallowest level within it: deeper ones say the same once more.
        let Some(sum) = within.get(&(&upper.units[..], upper.need.sector.as_str())).and_then(|l| l.values().next())
        else {
            continue;
        };
        let pairs = [("in_need", sum.in_need, upper.need.in_need), ("targeted", sum.targeted, upper.need.targeted)];
        for (column, sum_of_areas, total) in pairs {
            let Some(total) = total else { continue };
            let card = match sum_of_areas.cmp(&total) {
                Ordering::Equal => continue,
                Ordering::Less => cards::AREAS_BELOW_TOTAL,
                Ordering::Greater => cards::AREAS_ABOVE_TOTAL,
            };
            let message = format!("{}: {} area(s) add up to {sum_of_areas} of {total}", upper.words(), sum.areas);
            let finding = Finding::new(card, message).at_row(upper.need.row.into());
            findings.push(finding.in_column(entries.spelled(column)));
        }
    }
}

/// Sum over the areas of one level.
#[derive(Default)]
struct Sum {
    areas: u64,
    in_need: i64,
    targeted: i64,
}

impl Sum {
    fn add(&mut self, need: &Need) {
        self.areas += 1;
        self.in_need += need.in_need.unwrap_or(0);
        self.targeted += need.targeted.unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use crate::profile::testing::{codes, read_with};
    use mostari_model::Table;

    const HEADER: &str = "Country ISO3,Admin 1 PCode,Admin 1 Name,Admin 2 PCode,Admin 2 Name,Description,Cluster,Category,Population,In Need,Targeted\n";

    /// Each row as `place sector group in_need`, the totals in brackets.
    fn check(rows: &str, expect: &[&str], expect_codes: &[&str]) {
        let reading = read_with("hno", &format!("{HEADER}{rows}"));
        let [Table::Needs(needs)] = &reading.tables[..] else { panic!("not one table of needs") };
        let said = needs.iter().map(|need| {
            let number = need.in_need.map_or("?".to_owned(), |number| number.to_string());
            let words = format!("{}{} {} {} {number}", need.place.country, need.place.code, need.sector, need.group);
            if need.is_total == Some(1) { format!("({words})") } else { words }
        });
        assert_eq!(said.collect::<Vec<_>>(), expect);
        assert_eq!(codes(&reading), expect_codes);
    }

    #[test]
    fn a_country_and_the_groups_beside_everybody_are_totals() {
        check(
            "XX,,,,,Final caseload,ALL,,100,50,40\nXX,XX1,A,,,Final caseload,ALL,total,100,50,40\n\
             XX,XX1,A,,,Final caseload,ALL,Children,,30,20\nXX,XX1,A,,,Final caseload,ALL,Children - Male,,15,10\n",
            &["(XX ALL  50)", "XXXX1 ALL  50", "(XXXX1 ALL Children 30)", "(XXXX1 ALL Children - Male 15)"],
            &[],
        );
    }

    #[test]
    fn an_area_is_a_total_of_the_areas_within_it_by_code_where_the_row_leaves_the_upper_one_out() {
        check(
            "XX,XX1,A,,,Health,HEA,total,,50,\nXX,,,XX11,B,Health,HEA,total,,30,\nXX,,,XX12,C,Health,HEA,total,,25,\n",
            &["(XXXX1 HEA  50)", "XXXX11 HEA  30", "XXXX12 HEA  25"],
            &["ING-056"],
        );
    }

    #[test]
    fn groups_without_a_row_for_everybody_are_never_added() {
        check(
            "XX,XX1,A,,,Health,HEA,Children,,5,\nXX,XX1,A,,,Health,HEA,Female,,6,\nXX,XX2,B,,,Health,HEA,IDP,,7,\n",
            &["(XXXX1 HEA Children 5)", "(XXXX1 HEA Female 6)", "XXXX2 HEA IDP 7"],
            &["ING-057"],
        );
    }

    #[test]
    fn one_code_with_two_meanings_is_told_apart_by_its_description() {
        check(
            "XX,XX1,A,,,Protection (overall),PRO,total,,9,\nXX,XX1,A,,,General Protection,PRO,total,,7,\n",
            &["XXXX1 PRO  9", "XXXX1 General Protection  7"],
            &[],
        );
    }

    #[test]
    fn blank_and_broken_cells_are_unknown_and_never_zero() {
        check(
            "XX,XX1,A,,,Health,HEA,total,,,\nXX,XX2,B,,,Health,HEA,total,9,many,\nXX,XX2,B,,,Health,HEA,total,9,8,\n\
             XX,XX3,C,,,Health,HEA,total,,7.6,9\n",
            &["XXXX2 HEA  ?", "XXXX3 HEA  8"],
            &["ING-050", "ING-007", "ING-051", "ING-053", "ING-058"],
        );
    }
}
