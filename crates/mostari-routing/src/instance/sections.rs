//! The text of a VRPLIB file as words and tables of numbers.

use super::InstanceError;
use std::collections::BTreeMap;

/// Words that say nothing about the problem.
const SILENT: &[&str] = &["NAME", "COMMENT", "TYPE", "EDGE_WEIGHT_TYPE", "EDGE_WEIGHT_FORMAT", "NODE_COORD_TYPE"];
/// Words with a number that we understand.
const NUMBERS: &[&str] = &[
    "DIMENSION",
    "VEHICLES",
    "CAPACITY",
    "SERVICE_TIME",
    "RELEASE_TIME",
    "VEHICLES_MAX_DURATION",
    "VEHICLES_MAX_DISTANCE",
    "VEHICLES_FIXED_COST",
    "VEHICLES_UNIT_DISTANCE_COST",
];
/// Sections that we understand.
const SECTIONS: &[&str] = &[
    "NODE_COORD_SECTION",
    "EDGE_WEIGHT_SECTION",
    "DEMAND_SECTION",
    "DEPOT_SECTION",
    "SERVICE_TIME_SECTION",
    "RELEASE_TIME_SECTION",
    "PRIZE_SECTION",
    "TIME_WINDOW_SECTION",
    "CAPACITY_SECTION",
    "VEHICLES_DEPOT_SECTION",
    "VEHICLES_FIXED_COST_SECTION",
    "VEHICLES_UNIT_DISTANCE_COST_SECTION",
    "VEHICLES_MAX_DISTANCE_SECTION",
    "VEHICLES_MAX_DURATION_SECTION",
];

/// Words and tables by name.
pub(super) struct Sections {
    words: BTreeMap<String, String>,
    tables: BTreeMap<String, Vec<Vec<f64>>>,
}

impl Sections {
    /// Splits the text; a name that is not known is refused, for it may hold a rule.
    pub(super) fn read(text: &str) -> Result<Self, InstanceError> {
        let mut found = Self { words: BTreeMap::new(), tables: BTreeMap::new() };
        let mut open: Option<String> = None;
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            let unknown = || InstanceError::Unknown { line: number + 1, text: line.chars().take(80).collect() };
            if line.is_empty() {
                continue;
            }
            if line == "EOF" {
                break;
            }
            if !line.starts_with(|it: char| it.is_ascii_alphabetic()) {
                let row: Result<Vec<f64>, _> = line.split_whitespace().map(str::parse::<f64>).collect();
                let row = row.ok().filter(|row| row.iter().all(|it| it.is_finite())).ok_or_else(unknown)?;
                let section = open.as_ref().ok_or_else(unknown)?;
                found.tables.entry(section.clone()).or_default().push(row);
                continue;
            }
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            let (name, value) = (name.trim(), value.trim());
            if SECTIONS.contains(&name) {
                found.tables.entry(name.to_owned()).or_default();
                open = Some(name.to_owned());
            } else if SILENT.contains(&name) || NUMBERS.contains(&name) {
                found.words.insert(name.to_owned(), value.trim_matches('"').to_owned());
            } else {
                return Err(unknown());
            }
        }
        Ok(found)
    }

    pub(super) fn word(&self, name: &str) -> Option<&str> {
        self.words.get(name).map(String::as_str)
    }

    pub(super) fn has(&self, section: &str) -> bool {
        self.tables.contains_key(section)
    }

    pub(super) fn rows(&self, section: &str) -> Option<&[Vec<f64>]> {
        self.tables.get(section).map(Vec::as_slice)
    }

    pub(super) fn fault(&self, section: &str, what: &'static str) -> InstanceError {
        InstanceError::Section { section: section.to_owned(), what }
    }

    /// A word that is a whole number.
    pub(super) fn whole(&self, name: &'static str) -> Result<Option<i64>, InstanceError> {
        let parse = |word: &str| word.parse::<i64>().map_err(|_| self.fault(name, "a whole number is wanted"));
        self.word(name).map(parse).transpose()
    }

    /// Rows `1 .. count` of a section without their leading number, each of `width` values.
    pub(super) fn table(&self, name: &'static str, count: usize, width: usize) -> Result<Vec<&[f64]>, InstanceError> {
        let rows = self.rows(name).ok_or(InstanceError::Missing { what: name })?;
        if rows.len() != count {
            return Err(self.fault(name, "the number of rows does not fit"));
        }
        let sound = |(place, row): (usize, &Vec<f64>)| row.len() == width + 1 && row[0] == (place + 1) as f64;
        if !rows.iter().enumerate().all(sound) {
            return Err(self.fault(name, "rows must be numbered from 1 and have the right number of values"));
        }
        Ok(rows.iter().map(|row| &row[1..]).collect())
    }

    /// A section of one value a row, or one word for all rows, or the default.
    pub(super) fn column(
        &self,
        section: &'static str,
        word: &'static str,
        count: usize,
        default: f64,
    ) -> Result<Vec<f64>, InstanceError> {
        if self.has(section) {
            return Ok(self.table(section, count, 1)?.iter().map(|row| row[0]).collect());
        }
        let Some(text) = self.word(word) else { return Ok(vec![default; count]) };
        let value = text.parse::<f64>().ok().filter(|it| it.is_finite());
        Ok(vec![value.ok_or_else(|| self.fault(word, "a number is wanted"))?; count])
    }
}
