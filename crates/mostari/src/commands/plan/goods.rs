//! What convoys bring, from where, with what: read from the files that a person wrote.

use crate::failure::Failure;
use mostari_model::AreaId;
use mostari_plan::mission::convoys::{ConvoyError, ConvoyFile};
use mostari_plan::problem::convoys::{Closed, Demand};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The files, joined, and the text of the one that is TOML, to find rows in.
pub struct Goods {
    /// What they say.
    pub file: ConvoyFile,
    path: PathBuf,
    text: String,
}

/// Reads one TOML file and any number of CSV files with demands.
pub fn read(paths: &[PathBuf], closed: &[String]) -> Result<Goods, Failure> {
    let is_csv = |path: &&PathBuf| path.extension().is_some_and(|it| it.eq_ignore_ascii_case("csv"));
    let (tables, settings): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(is_csv);
    let [path] = settings.as_slice() else {
        let why = match settings.len() {
            0 => "depots and vehicles stand in a TOML file: name it with a second `--goods`",
            _ => "one TOML file says what there is; demands can stand in CSV files beside it",
        };
        return Err(fault(paths.last().map_or(Path::new(""), PathBuf::as_path), None, why.to_owned()));
    };
    let text = text_of(path)?;
    let row_of = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let mut file: ConvoyFile = toml::from_str(&text)
        .map_err(|error| fault(path, error.span().map(|span| row_of(span.start)), error.message().to_owned()))?;
    for table in tables {
        file.demands.extend(demands(table)?);
    }
    for areas in closed {
        let areas: Vec<AreaId> = areas.split(',').map(|area| AreaId::new(area.trim())).collect();
        let why = String::new();
        file.closed.push(match areas.as_slice() {
            [area] => Closed { area: Some(area.clone()), between: None, why },
            [one, other] => Closed { area: None, between: Some([one.clone(), other.clone()]), why },
            _ => {
                let value = areas.iter().map(AreaId::as_str).collect::<Vec<_>>().join(",");
                return Err(Failure::Option { value, expected: "an area, or two with a comma between them" });
            }
        });
    }
    Ok(Goods { file, path: (*path).clone(), text })
}

impl Goods {
    /// An error of the engine with the row of the entry that it names.
    pub fn failure(&self, error: ConvoyError) -> Failure {
        let row = match &error {
            ConvoyError::Entry { table, number, .. } => self.row_of(table, *number),
            _ => None,
        };
        Failure::Goods { path: self.path.clone(), row, source: error.into() }
    }

    /// The row at which an entry of a table begins, if it stands in the TOML file.
    fn row_of(&self, table: &str, number: usize) -> Option<usize> {
        let header = format!("[[{table}]]");
        let rows = self.text.lines().enumerate().filter(|(_, line)| line.trim_start().starts_with(&header));
        rows.map(|(row, _)| row + 1).nth(number - 1)
    }
}

fn fault(path: &Path, row: Option<usize>, why: String) -> Failure {
    Failure::Goods { path: path.to_owned(), row, source: why.into() }
}

fn text_of(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|source| Failure::Read { path: path.to_owned(), source })
}

/// Rows of a CSV file: `area`, `good`, `amount`, and if they are there `worth` and `minutes`.
fn demands(path: &Path) -> Result<Vec<Demand>, Failure> {
    let text = text_of(path)?;
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let header = reader.headers().map_err(|error| fault(path, Some(1), error.to_string()))?.clone();
    let column = |name: &str| header.iter().position(|of| of.eq_ignore_ascii_case(name));
    let needed = |name: &str| column(name).ok_or_else(|| fault(path, Some(1), format!("there is no column `{name}`")));
    let (area, good, amount) = (needed("area")?, needed("good")?, needed("amount")?);
    let (worth, minutes) = (column("worth"), column("minutes"));
    let mut found = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let row = error.position().map(|position| position.line() as usize);
            fault(path, row, error.to_string())
        })?;
        let row = record.position().map(|position| position.line() as usize);
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let whole: i64 = cell(amount)
            .parse()
            .map_err(|_| fault(path, row, format!("amount `{}` is no whole number", cell(amount))))?;
        let number = |at: Option<usize>, name: &str| -> Result<Option<f64>, Failure> {
            match at.map(cell).filter(|text| !text.is_empty()) {
                None => Ok(None),
                Some(text) => {
                    text.parse().map(Some).map_err(|_| fault(path, row, format!("{name} `{text}` is no number")))
                }
            }
        };
        let file = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        found.push(Demand {
            area: AreaId::new(cell(area)),
            goods: BTreeMap::from([(cell(good).to_owned(), whole)]),
            minutes: number(minutes, "minutes")?,
            worth: number(worth, "worth")?,
            source: format!("{file}:{}", row.unwrap_or(0)),
        });
    }
    Ok(found)
}
