//! One view of everything that comes in rows and columns: delimited text, spreadsheets, tables in JSON.

use crate::findings::text as cards;
use mostari_model::Finding;

/// A table of texts in memory, packed end to end.
///
/// Rows are numbered as a spreadsheet numbers them: blank lines count, and a cell with line breaks is one row.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    name: String,
    packed: String,
    cell_ends: Vec<usize>,
    row_ends: Vec<usize>,
    row_numbers: Vec<u32>,
    header: usize,
    unclosed_quote: bool,
}

/// One row of a [`Sheet`].
#[derive(Debug, Clone, Copy)]
pub struct SheetRow<'a> {
    sheet: &'a Sheet,
    at: usize,
}

impl<'a> SheetRow<'a> {
    /// Its number in the file, from 1.
    pub fn number(&self) -> u32 {
        self.sheet.row_numbers[self.at]
    }

    /// The text of a column, trimmed; empty where the row ends before it.
    pub fn cell(&self, column: usize) -> &'a str {
        self.raw(column).trim()
    }

    /// The text of a column as it stands in the file; empty where the row ends before it.
    pub fn raw(&self, column: usize) -> &'a str {
        let cell = self.first_cell() + column;
        if cell >= self.sheet.row_ends[self.at] {
            return "";
        }
        let start = if cell == 0 { 0 } else { self.sheet.cell_ends[cell - 1] };
        &self.sheet.packed[start..self.sheet.cell_ends[cell]]
    }

    /// How many cells the row has.
    pub fn len(&self) -> usize {
        self.sheet.row_ends[self.at] - self.first_cell()
    }

    /// Whether the row has no cells.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether every cell is blank.
    pub fn is_blank(&self) -> bool {
        self.cells().all(str::is_empty)
    }

    /// Its cells, trimmed.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = &'a str> + use<'a> {
        let row = *self;
        (0..row.len()).map(move |column| row.cell(column))
    }

    fn first_cell(&self) -> usize {
        if self.at == 0 { 0 } else { self.sheet.row_ends[self.at - 1] }
    }
}

impl Sheet {
    /// An empty sheet; the name is that of the workbook's tab, or empty.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Reads delimited text (RFC 4180, lenient: rows may differ in length, quotes may stand anywhere).
    pub fn of_text(text: &str, delimiter: u8) -> Self {
        let mut sheet = Self::named("");
        sheet.packed.reserve(text.len());
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        let mut number = 0;
        // Reading UTF-8 from memory cannot fail: rows may be of any length and every byte string is a record.
        while reader.read_record(&mut record).unwrap_or(false) {
            let start = record.position().map_or(0, |position| position.byte() as usize);
            for _ in 0..blank_lines(text.as_bytes(), start) {
                number += 1;
                sheet.push_row(number, [""; 0]);
            }
            number += 1;
            sheet.push_row(number, record.iter());
        }
        let odd_quotes = memchr::memchr_iter(b'"', text.as_bytes()).count() % 2 == 1;
        let last_runs_on = sheet.all_rows().last().is_some_and(|row| row.cells().any(|cell| cell.contains('\n')));
        sheet.unclosed_quote = odd_quotes && last_runs_on;
        sheet
    }

    /// Adds a row at the end; the header is the first row with content until [`Sheet::with_header_at`] says otherwise.
    pub fn push_row<T: AsRef<str>>(&mut self, number: u32, cells: impl IntoIterator<Item = T>) {
        for cell in cells {
            self.packed.push_str(cell.as_ref());
            self.cell_ends.push(self.packed.len());
        }
        self.row_ends.push(self.cell_ends.len());
        self.row_numbers.push(number);
        if self.header + 1 == self.row_ends.len() && self.row(self.header).is_blank() {
            self.header += 1;
        }
    }

    /// Name of the workbook's tab; empty for text and JSON.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same sheet with another header: a position in [`Sheet::all_rows`].
    pub fn with_header_at(mut self, position: usize) -> Self {
        self.header = position;
        self
    }

    /// Every row with its blank ones, from the top of the file.
    pub fn all_rows(&self) -> impl ExactSizeIterator<Item = SheetRow<'_>> {
        (0..self.row_ends.len()).map(|at| self.row(at))
    }

    /// The rows under the header that have any content.
    pub fn rows(&self) -> impl Iterator<Item = SheetRow<'_>> {
        (self.header + 1..self.row_ends.len()).map(|at| self.row(at)).filter(|row| !row.is_blank())
    }

    /// The header; `None` if the sheet is blank.
    pub fn header(&self) -> Option<SheetRow<'_>> {
        (self.header < self.row_ends.len()).then(|| self.row(self.header))
    }

    /// The name of a column, as in the header; empty beyond its end.
    pub fn column_name(&self, column: usize) -> &str {
        self.header().map_or("", |header| header.cell(column))
    }

    /// The first column of this name: spelled exactly so, else but for case, blanks, `_`, `-` and `.`.
    pub fn column(&self, name: &str) -> Option<usize> {
        let header = self.header()?;
        header.cells().position(|cell| cell == name).or_else(|| self.columns(name).first().copied())
    }

    /// The first column that has one of these names, in the order of the names.
    pub fn column_of(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.column(name))
    }

    /// Every column of this name but for case, blanks, `_`, `-` and `.`: duplicate headers are kept.
    pub fn columns(&self, name: &str) -> Vec<usize> {
        let wanted = plain_name(name);
        let header = self.header();
        header
            .iter()
            .flat_map(SheetRow::cells)
            .enumerate()
            .filter(|(_, cell)| plain_name(cell) == wanted)
            .map(|(at, _)| at)
            .collect()
    }

    /// The trimmed texts of a column under the header, blank rows left out.
    pub fn column_cells(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows().map(move |row| row.cell(column))
    }

    /// Whether no row has content.
    pub fn is_blank(&self) -> bool {
        self.packed.chars().all(char::is_whitespace)
    }

    /// What is wrong with the shape: rows longer than the header or cut short, blank rows, a quote never closed.
    pub fn shape_findings(&self) -> Vec<Finding> {
        let width = self.header().map_or(0, |header| header.len());
        let mut findings = Vec::new();
        for row in self.rows() {
            let surplus = (width..row.len()).filter(|column| !row.cell(*column).is_empty()).count();
            // A row that was cut off in text lost its delimiters too; programs leave trailing empty cells out.
            let message = match (surplus, row.len() * 2 < width) {
                (0, false) => continue,
                (0, true) => format!("{} cells where the header has {width}", row.len()),
                _ => format!("{} cells where the header has {width}: the surplus was not used", row.len()),
            };
            findings.push(Finding::new(cards::RAGGED_ROW, message).at_row(row.number().into()));
        }
        findings.extend(self.blank_finding());
        if self.unclosed_quote
            && let Some(last) = self.all_rows().last()
        {
            let message = "a quote `\"` is opened and never closed: rows may have run together";
            findings.push(Finding::new(cards::UNCLOSED_QUOTE, message).at_row(last.number().into()));
        }
        findings
    }

    fn blank_finding(&self) -> Option<Finding> {
        let last = (0..self.row_ends.len()).rev().find(|at| !self.row(*at).is_blank())?;
        let mut blank = (self.header + 1..last).map(|at| self.row(at)).filter(SheetRow::is_blank);
        let first = blank.next()?;
        let message = format!("{} blank rows between others were passed over", 1 + blank.count());
        Some(Finding::new(cards::BLANK_ROW, message).at_row(first.number().into()))
    }

    fn row(&self, at: usize) -> SheetRow<'_> {
        SheetRow { sheet: self, at }
    }
}

/// A column name without what people write differently: case, blanks, `_`, `-`, `.`.
pub fn plain_name(name: &str) -> String {
    let kept = name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-' | '.' | '\u{feff}'));
    kept.flat_map(char::to_lowercase).collect()
}

/// How many blank lines the CSV reader passed over before the record that it began to look for at `start`.
fn blank_lines(text: &[u8], start: usize) -> usize {
    let after_return = start > 0 && text[start - 1] == b'\r';
    let mut rest = &text[start..];
    if after_return {
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    let mut lines = 0;
    loop {
        rest = match rest {
            [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] => rest,
            _ => return lines,
        };
        lines += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let sheet = Sheet::of_text(text, b',');
        let rows = sheet.rows().map(|row| format!("{}: {}", row.number(), row.cells().collect::<Vec<_>>().join("|")));
        assert_eq!(rows.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn rows_carry_the_number_that_a_spreadsheet_shows() {
        check("a,b\n1,2\n\n3,4\n", &["2: 1|2", "4: 3|4"]);
        check("a,b\r\n1,2\r\n\r\n\r\n3,4", &["2: 1|2", "5: 3|4"]);
        check("\n\na,b\n1,2\n", &["4: 1|2"]);
        check("a,b\n\"x\ny\",2\n3,4\n", &["2: x\ny|2", "3: 3|4"]);
    }

    #[test]
    fn columns_are_found_by_name_however_it_is_spelled() {
        let sheet = Sheet::of_text("Admin 1 Name,ADM1_PCODE,adm1-pcode\nx,y,z\n", b',');
        assert_eq!(sheet.column("admin1name"), Some(0));
        assert_eq!(sheet.columns("adm1_pcode"), [1, 2]);
        assert_eq!(sheet.column("adm1-pcode"), Some(2));
        assert_eq!(sheet.column("adm2"), None);
    }

    #[test]
    fn a_row_with_surplus_cells_is_reported_and_a_blank_row_counted() {
        let findings = Sheet::of_text("a,b\n1,2,3\n\n,\n4,5\n", b',').shape_findings();
        let said: Vec<_> = findings.iter().map(|f| (f.code.as_ref(), f.row)).collect();
        assert_eq!(said, [("ING-005", Some(2)), ("ING-020", Some(3))]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_reported() {
        let findings = Sheet::of_text("a,b\n1,\"2\n3,4\n", b',').shape_findings();
        assert!(findings.iter().any(|finding| finding.code == "ING-022"));
    }

    #[test]
    fn an_empty_text_has_no_header() {
        assert!(Sheet::of_text("", b',').header().is_none());
        assert!(Sheet::of_text("\n \n", b',').is_blank());
    }
}
