//! A table without tags is known by its header: the columns that a format must have and may have, each with
//! the names that files give it; and the rows under such a header, read cell by cell by the reader's own names.

use crate::{
    Fit, Probe, ReadError,
    cells::{CellReader, card_of},
    findings::{profiles as cards, text as base},
    sheet::{Sheet, SheetRow, plain_name},
    values::{DateColumn, ValueError, integer, is_missing, number},
};
use mostari_model::{Date, Finding, FindingCard};

/// Rows at the top of a file among which the header is looked for: titles and notes often stand above it.
const HEADER_ROWS_MAX: usize = 25;

/// The names of one column: the first is the one that readers use.
pub(crate) type Names = &'static [&'static str];

/// What the header of a format looks like.
pub(crate) struct Profile {
    /// Columns without which the file is not of this format.
    pub(crate) must: &'static [Names],
    /// Columns that are read if they are there.
    pub(crate) may: &'static [Names],
}

impl Profile {
    /// `Yes` if one of the first rows has every column that must be there.
    pub(crate) fn fit(&self, probe: &Probe<'_>) -> Fit {
        if has_header(probe, |header| self.covers(header)) { Fit::Yes } else { Fit::No }
    }

    /// The rows of the file under its header: of a workbook, the first sheet that has such a header.
    ///
    /// # Errors
    /// [`ReadError::Refused`] if the file holds no table, or no row has every column that must be there.
    pub(crate) fn entries(&self, probe: &Probe<'_>) -> Result<Entries, ReadError> {
        let Some(mut entries) = entries_under(probe, |header| self.covers(header))? else {
            return Err(self.refusal(probe.sheet()?.as_ref()));
        };
        let names = self.must.iter().chain(self.may);
        entries.columns = names.filter_map(|names| Some((names[0], entries.sheet.column_of(names)?))).collect();
        Ok(entries)
    }

    fn covers(&self, header: &[String]) -> bool {
        let header: Vec<String> = header.iter().map(|name| plain_name(name)).collect();
        self.must.iter().all(|names| names.iter().any(|name| header.contains(&plain_name(name))))
    }

    fn refusal(&self, sheet: &Sheet) -> ReadError {
        let missing = self.must.iter().filter(|names| sheet.column_of(names).is_none());
        let missing: Vec<String> = missing.map(|names| format!("`{}`", names.join("` or `"))).collect();
        let message = format!("the header lacks {}", missing.join(", "));
        ReadError::Refused(Box::new(Finding::new(base::MISSING_COLUMN, message)))
    }
}

/// Whether one of the first rows of a table, or of a sheet of a workbook, is such a header.
pub(crate) fn has_header(probe: &Probe<'_>, is_header: impl Fn(&[String]) -> bool) -> bool {
    match probe.sheets() {
        [] => probe.head().iter().take(HEADER_ROWS_MAX).any(|row| is_header(row)),
        sheets => sheets.iter().any(|sheet| header_in(sheet, &is_header).is_some()),
    }
}

/// The rows under the first such header, before its columns have names; `None` if there is none.
///
/// # Errors
/// [`ReadError::Refused`] if the file holds no table.
pub(crate) fn entries_under(
    probe: &Probe<'_>,
    is_header: impl Fn(&[String]) -> bool,
) -> Result<Option<Entries>, ReadError> {
    let fitting = probe.sheets().iter().find(|sheet| header_in(sheet, &is_header).is_some());
    let sheet = match fitting {
        Some(sheet) => sheet.clone(),
        None => probe.sheet()?.into_owned(),
    };
    let Some(header) = header_in(&sheet, &is_header) else { return Ok(None) };
    let sheet = sheet.with_header_at(header);
    let mut findings: Vec<Finding> = probe.other_sheets_finding(sheet.name()).into_iter().collect();
    findings.extend(sheet.shape_findings());
    Ok(Some(Entries { sheet, columns: Vec::new(), findings }))
}

fn header_in(sheet: &Sheet, is_header: impl Fn(&[String]) -> bool) -> Option<usize> {
    let mut rows = sheet.all_rows().take(HEADER_ROWS_MAX);
    rows.position(|row| is_header(&row.cells().map(str::to_owned).collect::<Vec<_>>()))
}

/// The rows of a table under a known header.
#[derive(Debug)]
pub(crate) struct Entries {
    /// The whole table.
    pub(crate) sheet: Sheet,
    /// Reader's name of a column and its position.
    columns: Vec<(&'static str, usize)>,
    /// What was met on the way here.
    pub(crate) findings: Vec<Finding>,
}

impl Entries {
    /// Every row in order, without blank rows and rows of HXL tags, which are no data.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Entry<'_>> {
        self.sheet.rows().filter(|row| !is_tag_row(row)).map(|cells| Entry { entries: self, cells })
    }

    /// How many rows of data there are.
    pub(crate) fn count(&self) -> u64 {
        self.iter().count() as u64
    }

    /// Where a column stands, if the file has it.
    pub(crate) fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().find(|(name, _)| *name == column).map(|(_, position)| *position)
    }

    /// Whether the file has one of these columns.
    pub(crate) fn has_any(&self, columns: &[&str]) -> bool {
        columns.iter().any(|column| self.position(column).is_some())
    }

    /// The column's name as the file spells it.
    pub(crate) fn spelled(&self, column: &str) -> &str {
        self.position(column).map_or("", |position| self.sheet.column_name(position))
    }

    /// How the dates of a column are to be read; says so if day and month cannot be told apart.
    pub(crate) fn days(&self, column: &str, findings: &mut Vec<Finding>) -> Days {
        self.days_at(self.position(column), findings)
    }

    /// [`Entries::days`] of the column at a position; without one, no row has a date.
    pub(crate) fn days_at(&self, position: Option<usize>, findings: &mut Vec<Finding>) -> Days {
        let mut cells = CellReader { sheet: &self.sheet, findings: Vec::new() };
        let dates = cells.date_column(position);
        findings.append(&mut cells.findings);
        Days { position, dates }
    }
}

/// Whether most cells of a row are HXL hashtags.
fn is_tag_row(row: &SheetRow<'_>) -> bool {
    let filled = row.cells().filter(|cell| !cell.is_empty()).count();
    let is_tag = |cell: &&str| cell.strip_prefix('#').is_some_and(|tag| tag.starts_with(|c: char| c.is_alphabetic()));
    filled > 0 && row.cells().filter(is_tag).count() * 2 > filled
}

/// How the dates of one column are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Days {
    position: Option<usize>,
    dates: DateColumn,
}

/// One row of [`Entries`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'e> {
    entries: &'e Entries,
    cells: SheetRow<'e>,
}

impl<'e> Entry<'e> {
    /// Its number in the file, from 1.
    pub(crate) fn row(&self) -> u32 {
        self.cells.number()
    }

    /// The text of a column; empty if the file has no such column.
    pub(crate) fn text(&self, column: &str) -> &'e str {
        self.entries.position(column).map_or("", |position| self.at(position))
    }

    /// The text of a column, or nothing where it only says that there is no value.
    pub(crate) fn known(&self, column: &str) -> &'e str {
        Some(self.text(column)).filter(|text| !is_missing(text)).unwrap_or("")
    }

    /// The text at a position.
    pub(crate) fn at(&self, position: usize) -> &'e str {
        self.cells.cell(position)
    }

    /// Its cells, for telling whether two rows are the same.
    pub(crate) fn cells(&self) -> Vec<&'e str> {
        self.cells.cells().collect()
    }

    /// A count of people: `None` if not given, or if the cell holds none, which is reported.
    pub(crate) fn people(&self, column: &str, findings: &mut Vec<Finding>) -> Option<i64> {
        self.entries.position(column).and_then(|position| self.people_at(position, findings))
    }

    /// [`Entry::people`] of the cell at a position. A fraction of a person is rounded and reported.
    pub(crate) fn people_at(&self, position: usize, findings: &mut Vec<Finding>) -> Option<i64> {
        let text = self.at(position);
        let found =
            |card, message: String| self.finding(card, message).in_column(self.entries.sheet.column_name(position));
        let count = match integer(text) {
            Ok(count) => count?,
            Err(ValueError::NotWhole(_)) => {
                let rounded = number(text).ok().flatten()?.round() as i64;
                findings.push(found(cards::COUNT_ROUNDED, format!("`{text}` became {rounded}")));
                rounded
            }
            Err(error) => {
                findings.push(found(card_of(&error), error.to_string()));
                return None;
            }
        };
        if count < 0 {
            findings.push(found(base::NEGATIVE_COUNT, format!("`{text}` is negative")));
            return None;
        }
        Some(count)
    }

    /// A whole number that counts no people: a year, a round.
    pub(crate) fn whole(&self, column: &str, findings: &mut Vec<Finding>) -> Option<i64> {
        integer(self.text(column)).unwrap_or_else(|error| {
            findings.push(self.cell_finding(card_of(&error), column, error.to_string()));
            None
        })
    }

    /// The first and the last day that a date covers; `None` if not given, or if it is no date, which is reported.
    pub(crate) fn days(&self, days: Days, findings: &mut Vec<Finding>) -> Option<(Date, Date)> {
        let position = days.position?;
        match days.dates.period(self.at(position)) {
            Ok(period) => period.map(|period| (period.from, period.to)),
            Err(error) => {
                let column = self.entries.sheet.column_name(position);
                findings.push(self.finding(card_of(&error), error.to_string()).in_column(column));
                None
            }
        }
    }

    /// A finding about this row.
    pub(crate) fn finding(&self, card: &'static FindingCard, message: impl Into<String>) -> Finding {
        Finding::new(card, message).at_row(self.row().into())
    }

    /// A finding about a cell of this row.
    pub(crate) fn cell_finding(&self, card: &'static FindingCard, column: &str, message: impl Into<String>) -> Finding {
        self.finding(card, message).in_column(self.entries.spelled(column))
    }
}

/// What the tests of the readers share.
#[cfg(test)]
pub(crate) mod testing {
    use crate::{Input, Reading};
    use mostari_model::Severity;

    /// Reads a file that the reader of this id must take by its content, and counts that no row was lost.
    pub(crate) fn read_with(id: &str, file: &str) -> Reading {
        let input = Input { name: "x", bytes: file.as_bytes(), siblings: &[] };
        let (about, reading) = crate::read(&input, None).expect("the file is a table");
        assert_eq!(about.id, id);
        let errors = reading.findings.iter().filter(|finding| finding.severity == Severity::Error);
        let told: std::collections::BTreeSet<u64> = errors.filter_map(|finding| finding.row).collect();
        let mut used = std::collections::BTreeSet::new();
        for table in &reading.tables {
            if let Some((_, mostari_model::Column::Rows(rows))) = table.columns().pop() {
                used.extend(rows.iter().map(|row| u64::from(*row)));
            }
        }
        assert_eq!(used.union(&told).count() as u64, reading.rows, "a row is neither used nor told of");
        reading
    }

    /// The codes of the findings in their order.
    pub(crate) fn codes(reading: &Reading) -> Vec<&str> {
        reading.findings.iter().map(|finding| finding.code.as_ref()).collect()
    }
}
