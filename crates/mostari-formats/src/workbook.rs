//! Spreadsheets (XLSX, XLS, ODS, XLSB) as sheets of texts.

use crate::{ReadError, findings::text as cards, sheet::Sheet};
use calamine::{Cell, Data, DataRef, ExcelDateTime, Reader as _, Sheets, open_workbook_auto_from_rs};
use mostari_model::Finding;
use std::{
    fmt::Display,
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// Most cells that are laid out for one sheet, blank ones among them: a stray mark in the last corner of a sheet
/// must not fill the memory.
const CELLS_MAX: usize = 50_000_000;

/// Every sheet of a workbook, in its order.
///
/// # Errors
/// [`ReadError::Refused`] if the workbook is damaged.
pub(crate) fn read_workbook(bytes: &[u8]) -> Result<Vec<Sheet>, ReadError> {
    // The library is made for sound workbooks and may panic on a damaged one; a reader must not.
    catch_unwind(AssertUnwindSafe(|| read_sheets(bytes)))
        .unwrap_or_else(|_| Err("its inside contradicts itself".to_owned()))
        .map_err(|reason| {
            let message = format!("the workbook cannot be opened: {reason}");
            ReadError::Refused(Box::new(Finding::new(cards::DAMAGED_CONTAINER, message)))
        })
}

fn read_sheets(bytes: &[u8]) -> Result<Vec<Sheet>, String> {
    let mut workbook = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(to_text)?;
    let names = workbook.sheet_names();
    names.iter().map(|name| read_sheet(&mut workbook, name)).collect()
}

fn to_text(error: impl Display) -> String {
    error.to_string()
}

fn read_sheet(workbook: &mut Sheets<Cursor<&[u8]>>, name: &str) -> Result<Sheet, String> {
    if let Sheets::Xlsx(workbook) = workbook {
        let Ok(mut cells) = workbook.worksheet_cells_reader(name) else { return Ok(Sheet::named(name)) };
        let mut rows = Rows::of(name);
        while let Some(cell) = cells.next_cell().map_err(to_text)? {
            rows.add(&cell)?;
        }
        return Ok(rows.finish());
    }
    let Ok(range) = workbook.worksheet_range(name) else { return Ok(Sheet::named(name)) };
    let mut sheet = Sheet::named(name);
    let (first_row, first_column) = range.start().unwrap_or((0, 0));
    for number in 1..=first_row {
        sheet.push_row(number, [""; 0]);
    }
    for (row, number) in range.rows().zip(first_row + 1..) {
        let margin = std::iter::repeat_n(String::new(), first_column as usize);
        sheet.push_row(number, margin.chain(row.iter().map(data_text)));
    }
    Ok(sheet)
}

/// Lays out cells that come in order of row and column.
struct Rows {
    sheet: Sheet,
    row: Vec<String>,
    row_number: u32,
    cells: usize,
}

impl Rows {
    fn of(name: &str) -> Self {
        Self { sheet: Sheet::named(name), row: Vec::new(), row_number: 1, cells: 0 }
    }

    fn add(&mut self, cell: &Cell<DataRef<'_>>) -> Result<(), String> {
        let text = data_text(&Data::from(cell.get_value().clone()));
        if text.is_empty() {
            return Ok(());
        }
        let (row, column) = cell.get_position();
        if row + 1 < self.row_number {
            return Err("its rows are not in order".to_owned());
        }
        self.cells += (row + 1 - self.row_number) as usize + (column as usize).saturating_sub(self.row.len());
        if self.cells > CELLS_MAX {
            return Err(format!("sheet `{}` spreads over more than {CELLS_MAX} cells", self.sheet.name()));
        }
        while self.row_number < row + 1 {
            self.end_row();
        }
        if self.row.len() <= column as usize {
            self.row.resize(column as usize + 1, String::new());
        }
        self.row[column as usize] = text;
        Ok(())
    }

    fn end_row(&mut self) {
        self.sheet.push_row(self.row_number, self.row.drain(..));
        self.row_number += 1;
    }

    fn finish(mut self) -> Sheet {
        if !self.row.is_empty() {
            self.end_row();
        }
        self.sheet
    }
}

/// A cell as text: numbers as short as they are exact, dates as `2024-06-30` (with `T12:30:00` if there is a time).
fn data_text(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::DateTime(date) => date_text(date),
        Data::Error(error) => error.to_string(),
    }
}

fn date_text(date: &ExcelDateTime) -> String {
    if date.is_duration() || !(1.0..2_958_466.0).contains(&date.as_f64()) {
        return date.as_f64().to_string();
    }
    match date.to_ymd_hms_milli() {
        (year, month, day, 0, 0, 0, _) => format!("{year:04}-{month:02}-{day:02}"),
        (year, month, day, hour, minute, second, _) => {
            format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn a_date_cell_is_written_as_a_date_in_both_date_systems() {
        let text = |value, is_1904| date_text(&ExcelDateTime::new(value, ExcelDateTimeType::DateTime, is_1904));
        // ECMA-376 part 1, section 18.17.4.3: serial 39448 is 2008-01-01 in the 1900 system.
        assert_eq!(text(39_448.0, false), "2008-01-01");
        assert_eq!(text(37_986.5, true), "2008-01-01T12:00:00");
    }

    #[test]
    fn numbers_are_written_as_short_as_they_are_exact() {
        assert_eq!(data_text(&Data::Float(5.0)), "5");
        assert_eq!(data_text(&Data::Float(0.1)), "0.1");
        assert_eq!(data_text(&Data::Float(1e21)), "1000000000000000000000");
    }

    #[test]
    fn a_damaged_workbook_is_refused_and_nothing_breaks() {
        for bytes in [&b"\xd0\xcf\x11\xe0 no"[..], b"PK\x03\x04 no", b""] {
            assert!(read_workbook(bytes).is_err());
        }
    }
}
