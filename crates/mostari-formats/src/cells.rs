//! Reads the cells of a sheet as values and keeps a finding for each one that is not what it should be.

use crate::{
    findings::text as cards,
    sheet::{Sheet, SheetRow},
    values::{self, DateColumn, DayOrder, ValueError},
};
use mostari_model::{Date, Finding, FindingCard, Period};

/// A sheet being read. A column that the file lacks is `None`, and so are all its cells.
#[derive(Debug)]
pub struct CellReader<'a> {
    /// The sheet.
    pub sheet: &'a Sheet,
    /// What was met so far.
    pub findings: Vec<Finding>,
}

impl<'a> CellReader<'a> {
    /// Begins with what is wrong with the shape of the sheet.
    pub fn new(sheet: &'a Sheet) -> Self {
        Self { sheet, findings: sheet.shape_findings() }
    }

    /// The text of a cell, trimmed.
    pub fn text(&self, row: SheetRow<'a>, column: Option<usize>) -> &'a str {
        column.map_or("", |column| row.cell(column))
    }

    /// A count of people or things, at least 0.
    pub fn count(&mut self, row: SheetRow<'a>, column: Option<usize>) -> Option<i64> {
        self.value(row, column, values::count)
    }

    /// A whole number.
    pub fn integer(&mut self, row: SheetRow<'a>, column: Option<usize>) -> Option<i64> {
        self.value(row, column, values::integer)
    }

    /// A number.
    pub fn number(&mut self, row: SheetRow<'a>, column: Option<usize>) -> Option<f64> {
        self.value(row, column, values::number)
    }

    /// Looks at all dates of a column and reports if day and month cannot be told apart.
    pub fn date_column(&mut self, column: Option<usize>) -> DateColumn {
        let Some(column) = column else { return DateColumn { order: DayOrder::NotNeeded } };
        let dates = DateColumn::of(self.sheet.column_cells(column));
        let Some(message) = dates.order.doubt() else { return dates };
        self.findings.push(Finding::new(cards::DATE_ORDER, message).in_column(self.sheet.column_name(column)));
        dates
    }

    /// The days that a date covers.
    pub fn period(&mut self, row: SheetRow<'a>, column: Option<usize>, dates: DateColumn) -> Option<Period> {
        self.value(row, column, |text| dates.period(text))
    }

    /// The first day that a date covers.
    pub fn first_day(&mut self, row: SheetRow<'a>, column: Option<usize>, dates: DateColumn) -> Option<Date> {
        self.period(row, column, dates).map(|period| period.from)
    }

    /// The last day that a date covers.
    pub fn last_day(&mut self, row: SheetRow<'a>, column: Option<usize>, dates: DateColumn) -> Option<Date> {
        self.period(row, column, dates).map(|period| period.to)
    }

    /// Keeps a finding about a cell.
    pub fn report(&mut self, card: &'static FindingCard, row: SheetRow<'a>, column: Option<usize>, message: String) {
        let finding = Finding::new(card, message).at_row(row.number().into());
        self.findings.push(match column {
            Some(column) => finding.in_column(self.sheet.column_name(column)),
            None => finding,
        });
    }

    fn value<T>(
        &mut self,
        row: SheetRow<'a>,
        column: Option<usize>,
        read: impl Fn(&str) -> Result<Option<T>, ValueError>,
    ) -> Option<T> {
        let read = read(row.cell(column?));
        read.unwrap_or_else(|error| {
            self.report(card_of(&error), row, column, error.to_string());
            None
        })
    }
}

/// The finding that a value error makes.
pub(crate) fn card_of(error: &ValueError) -> &'static FindingCard {
    match error {
        ValueError::NotDate(_) => cards::BAD_DATE,
        ValueError::Negative(_) => cards::NEGATIVE_COUNT,
        _ => cards::BAD_NUMBER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bad_cell_is_unknown_and_named() {
        let sheet = Sheet::of_text("name,people,date\nA,many,2024-01-05\nB,-3,31/31/2024\nC,n/a,\n", b',');
        let mut cells = CellReader::new(&sheet);
        let dates = cells.date_column(sheet.column("date"));
        let read: Vec<_> = sheet
            .rows()
            .map(|row| (cells.count(row, sheet.column("people")), cells.first_day(row, sheet.column("date"), dates)))
            .collect();
        assert_eq!(read, [(None, Some(jiff::civil::date(2024, 1, 5))), (None, None), (None, None)]);
        let said: Vec<String> =
            cells.findings.iter().map(|f| format!("{} {:?} {}", f.code, f.row, f.message)).collect();
        assert_eq!(
            said,
            [
                "ING-007 Some(2) `many` is not a number",
                "ING-021 Some(3) `-3` is negative",
                "ING-008 Some(3) `31/31/2024` is not a date",
            ]
        );
    }

    #[test]
    fn dates_that_could_be_read_both_ways_are_reported_once() {
        let sheet = Sheet::of_text("date\n01/02/2024\n03/04/2024\n", b',');
        let mut cells = CellReader::new(&sheet);
        cells.date_column(Some(0));
        assert_eq!(cells.findings.len(), 1);
        assert_eq!(cells.findings[0].code, "ING-009");
    }
}
