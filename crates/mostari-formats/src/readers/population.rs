//! Population tables: one row for each area, by code or by name.
//!
//! Three layouts are known by their headers:
//!
//! - by year: `municipality, population_1991, population_2013` (each figure becomes a row with its date);
//! - by part, as the common operational datasets write it (COD-PS): `ADM2_PCODE, T_TL, F_TL, M_TL, F_00_04, ...`,
//!   where `T_TL` is the total and every other column a part of it that is never added to it;
//! - long: one column `population`, perhaps with a date and a group.
//!
//! A totals row among the areas is found by its name, or by being the sum of all other rows while standing first or
//! last. It is a check and no area.

use crate::{
    Fit, Probe, ReadError, Reader, Reading,
    findings::{profiles as cards, text as base},
    profile::{Days, Entry, entries_under, has_header},
    readers::population_header::Header,
};
use mostari_model::{About, Date, Direction, Finding, Kind, PlaceRef, Population as Row, Populations};
use std::collections::{BTreeMap, BTreeSet};

/// Reads population tables.
pub(crate) struct Population;

static ABOUT: About = About {
    id: "population",
    kind: Kind::Reader,
    name: "Population tables (census, COD-PS)",
    summary: "How many people live in each area, at which date, in total and by part",
    unit: "people",
    range: "0 and more",
    direction: Direction::Neutral,
    source: "OCHA common operational datasets on population statistics (COD-PS); census tables of statistics offices",
    method: "Read by header names; totals rows are checked and left out; parts are kept apart from totals",
    protection: "Counts by area only",
};

/// Words that name a totals row in the languages of the tables that we met.
const TOTAL_WORDS: [&str; 14] = [
    "total",
    "totals",
    "grand total",
    "total general",
    "total général",
    "all",
    "overall",
    "sum",
    "ukupno",
    "ukupan",
    "gjithsej",
    "insgesamt",
    "итого",
    "المجموع",
];

/// Fewest rows beside a totals row that show it to be one by its sum alone: two figures and their sum are a chance.
const OTHER_ROWS_MIN: usize = 3;

impl Reader for Population {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        let fits =
            |sure: bool| has_header(probe, |row| Header::of(row).is_some_and(|header| header.is_sure() || !sure));
        match (fits(true), fits(false)) {
            (true, _) => Fit::Yes,
            (false, true) => Fit::Maybe,
            _ => Fit::No,
        }
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        let found = entries_under(probe, |row| Header::of(row).is_some())?;
        let Some(mut entries) = found else {
            let message = "the header names no area, or no figure such as `population`, `population_1991` or `T_TL`";
            return Err(ReadError::Refused(Box::new(Finding::new(base::MISSING_COLUMN, message))));
        };
        let mut findings = std::mem::take(&mut entries.findings);
        let names: Vec<String> =
            entries.sheet.header().into_iter().flat_map(|row| row.cells()).map(str::to_owned).collect();
        let header = Header::of(&names).expect("entries_under found this header");
        let dates = entries.days_at(header.date, &mut findings);
        let lines: Vec<Line> =
            entries.iter().filter_map(|entry| Line::read(entry, &header, dates, &mut findings)).collect();
        let totals = totals_rows(&lines, &mut findings);
        let mut table = Populations::default();
        let mut seen = BTreeMap::new();
        for line in lines.iter().filter(|line| !totals.contains(&line.row)) {
            line.check_parts(&header, &mut findings);
            line.write(&mut table, &mut seen, &mut findings);
        }
        Ok(Reading { tables: vec![table.into()], findings, rows: entries.count() })
    }
}

/// Which column of the figures, at which date, of which group: what may be compared between rows.
type Key = (usize, Option<Date>, String);

/// One row of the file: a place and its figures.
struct Line {
    row: u32,
    place: PlaceRef,
    method: &'static str,
    figures: Vec<(Key, i64)>,
}

impl Line {
    fn read(entry: Entry<'_>, header: &Header, dates: Days, findings: &mut Vec<Finding>) -> Option<Self> {
        let place = header.place_of(entry);
        if place.name.is_empty() && place.code.is_empty() {
            findings.push(entry.finding(cards::NO_PLACE, "neither a code nor a name of an area"));
            return None;
        }
        let row_date = entry.days(dates, findings).map(|(first, _)| first);
        let row_group = header.group_of(entry);
        let mut figures = Vec::new();
        for (at, figure) in header.figures.iter().enumerate() {
            let before = findings.len();
            match entry.people_at(figure.column, findings) {
                Some(people) => {
                    let group = row_group.clone().unwrap_or_else(|| figure.group.clone());
                    figures.push(((at, figure.date.or(row_date), group), people));
                }
                None if findings.len() == before => {
                    let message = format!("{}: no figure", place.to_words());
                    findings.push(entry.finding(cards::BLANK_CELL, message).in_column(&figure.name));
                }
                None => {}
            }
        }
        if figures.is_empty() {
            findings.push(entry.finding(cards::NO_FIGURE, format!("{}: every figure is blank", place.to_words())));
            return None;
        }
        Some(Self { row: entry.row(), place, method: header.method, figures })
    }

    /// Compares women and men, and the ages, with the total of the row.
    fn check_parts(&self, header: &Header, findings: &mut Vec<Finding>) {
        let people = |column: usize| self.figures.iter().find(|((at, ..), _)| *at == column).map(|(_, people)| *people);
        for (total, parts) in &header.sums {
            let known: Vec<i64> = parts.iter().filter_map(|part| people(*part)).collect();
            let (Some(total), true) = (people(*total), known.len() == parts.len()) else { continue };
            let sum: i64 = known.iter().sum();
            // Each of the parts and the total may be rounded by half a person.
            if (sum - total).abs() * 2 > parts.len() as i64 + 1 {
                let names: Vec<&str> = parts.iter().map(|part| header.figures[*part].name.as_str()).collect();
                let message = format!("{}: {} add up to {sum}, not {total}", self.place.to_words(), names.join(" + "));
                findings.push(Finding::new(cards::PARTS_OFF, message).at_row(self.row.into()));
            }
        }
    }

    fn write(
        &self,
        table: &mut Populations,
        seen: &mut BTreeMap<(PlaceRef, Option<Date>, String), u32>,
        findings: &mut Vec<Finding>,
    ) {
        for ((_, date, group), people) in &self.figures {
            let first = *seen.entry((self.place.clone(), *date, group.clone())).or_insert(self.row);
            if first != self.row {
                let message = format!("{}, {group}: see row {first}", self.place.to_words());
                findings.push(Finding::new(cards::ROW_TWICE, message).at_row(self.row.into()));
                continue;
            }
            table.push(Row {
                place: self.place.clone(),
                date: *date,
                group: group.clone(),
                people: Some(*people),
                method: self.method.to_owned(),
                row: self.row,
                ..Row::default()
            });
        }
    }

    fn is_named_total(&self) -> bool {
        let name = self.place.name.trim_end_matches(':').to_lowercase();
        self.place.code.is_empty() && TOTAL_WORDS.contains(&name.as_str())
    }
}

/// The rows that are totals of the others, each reported with what shows it.
fn totals_rows(lines: &[Line], findings: &mut Vec<Finding>) -> BTreeSet<u32> {
    let named: Vec<&Line> = lines.iter().filter(|line| line.is_named_total()).collect();
    let mut totals: BTreeSet<u32> = named.iter().map(|line| line.row).collect();
    let areas: Vec<&Line> = lines.iter().filter(|line| !totals.contains(&line.row)).collect();
    let sums = sums_of(&areas);
    for line in named {
        let off = line.figures.iter().find(|(key, people)| sums.get(key).is_none_or(|(sum, _)| sum != people));
        let words = line.place.to_words();
        let (card, message) = match off {
            None => (cards::TOTAL_ROW, format!("`{words}` is the sum of the other rows in every column")),
            Some((key, people)) => {
                let sum = sums.get(key).map_or(0, |(sum, _)| *sum);
                (cards::TOTAL_OFF, format!("`{words}` says {people} where the other rows add up to {sum}"))
            }
        };
        findings.push(Finding::new(card, message).at_row(line.row.into()));
    }
    for line in areas.first().into_iter().chain(areas.last()) {
        let is_sum = |(key, people): &(Key, i64)| {
            sums.get(key).is_some_and(|(sum, rows)| *people > 0 && sum - people == *people && *rows > OTHER_ROWS_MIN)
        };
        if line.figures.iter().all(is_sum) && totals.insert(line.row) {
            let message = format!("`{}` is the sum of the other rows in every column", line.place.to_words());
            findings.push(Finding::new(cards::TOTAL_ROW, message).at_row(line.row.into()));
        }
    }
    totals
}

/// Sum and number of rows of each comparable figure.
fn sums_of(lines: &[&Line]) -> BTreeMap<Key, (i64, usize)> {
    let mut sums: BTreeMap<Key, (i64, usize)> = BTreeMap::new();
    for (key, people) in lines.iter().flat_map(|line| &line.figures) {
        let sum = sums.entry(key.clone()).or_default();
        sum.0 += people;
        sum.1 += 1;
    }
    sums
}

#[cfg(test)]
mod tests {
    use crate::profile::testing::{codes, read_with};
    use mostari_model::Table;

    /// Each row as `place date group people`.
    fn check(file: &str, expect: &[&str], expect_codes: &[&str]) {
        let reading = read_with("population", file);
        let [Table::Populations(rows)] = &reading.tables[..] else { panic!("not one table of population") };
        let said = rows.iter().map(|row| {
            let date = row.date.map_or("?".to_owned(), |date| date.to_string());
            format!("{} {date} {} {}", row.place.to_words(), row.group, row.people.expect("a row has a figure"))
        });
        assert_eq!(said.collect::<Vec<_>>(), expect);
        assert_eq!(codes(&reading), expect_codes);
    }

    #[test]
    fn each_year_of_a_wide_table_is_a_row_and_a_blank_is_unknown() {
        check(
            "municipality,population_1991,population_2013\nA,10,8\nB,,5\nC,,\n",
            &["A 1991-01-01 total 10", "A 2013-01-01 total 8", "B 2013-01-01 total 5"],
            &["ING-076", "ING-076", "ING-076", "ING-050"],
        );
    }

    #[test]
    fn a_totals_row_is_found_by_its_name_or_by_its_sum() {
        let areas = ["A 2013-01-01 total 1", "B 2013-01-01 total 2", "C 2013-01-01 total 4"];
        let file = |last: &str| format!("name,population_2013\nA,1\nB,2\nC,4\n{last}\n");
        check(&file("UKUPNO,7"), &areas, &["ING-073"]);
        check(&file("Xland,7"), &areas, &["ING-073"]);
        check(&file("Total,9"), &areas, &["ING-074"]);
        check("name,population_2013\nXland,7\nA,1\nB,2\nC,4\n", &areas, &["ING-073"]);
    }

    #[test]
    fn total_and_parts_of_a_cod_ps_table_are_kept_apart() {
        check(
            "ADM1_EN,ADM1_PCODE,ADM2_EN,ADM2_PCODE,F_TL,M_TL,T_TL,T_00_04,T_05PLUS\nA,XX1,B,XX11,4,5,9,2,7\nA,XX1,C,XX12,4,5,12,2,10\n",
            &[
                "B (XX11), A ? F_TL 4",
                "B (XX11), A ? M_TL 5",
                "B (XX11), A ? total 9",
                "B (XX11), A ? T_00_04 2",
                "B (XX11), A ? T_05PLUS 7",
                "C (XX12), A ? F_TL 4",
                "C (XX12), A ? M_TL 5",
                "C (XX12), A ? total 12",
                "C (XX12), A ? T_00_04 2",
                "C (XX12), A ? T_05PLUS 10",
            ],
            &["ING-075"],
        );
    }

    #[test]
    fn a_long_table_may_have_dates_and_groups() {
        check(
            "pcode,year,sex,population\nXX1,2020,all,9\nXX1,2020,female,5\nXX1,2020,female,5\n,2020,all,4\n",
            &["XX1 2020-01-01 total 9", "XX1 2020-01-01 female 5"],
            &["ING-052", "ING-051"],
        );
    }
}
