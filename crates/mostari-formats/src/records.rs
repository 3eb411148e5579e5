//! Splits large delimited text into records without copying, in pieces that can be read side by side.
//!
//! The same rules as [`Sheet::of_text`](crate::Sheet::of_text): a quote counts only at the start of a field, a
//! doubled quote inside is one quote, `\n`, `\r\n` and `\r` end a record, and blank lines are numbered but are no
//! records.

use std::{borrow::Cow, ops::Range};

/// Bytes of one piece: large enough to make the joining cheap, fixed so that nothing depends on the machine.
const PIECE_BYTES: usize = 16 << 20;
/// Bytes of a field that are looked at eight at a time before a search with wide instructions pays.
const SHORT_FIELD_BYTES: usize = 32;
const WORD_BYTES: usize = size_of::<u64>();

/// Walks the records of a text.
#[derive(Debug)]
pub(crate) struct Records<'a> {
    text: &'a str,
    delimiter: u8,
    /// Where the next record starts, in bytes.
    pub(crate) at: usize,
    /// Number of the last row that was read; the first is 1. Blank lines count.
    pub(crate) row: u32,
    /// Whether a quote was opened and never closed.
    pub(crate) unclosed: bool,
}

/// A field as it stands in the text; cut out only when asked for, as most columns of a wide file are not.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    whole: &'a str,
    start: usize,
    end: usize,
    /// For a quoted field: where the closing quote stands, counted from `start`, and whether quotes are doubled before it.
    quoted: Option<(usize, bool)>,
}

impl<'a> Field<'a> {
    /// Its content, without quotes.
    pub(crate) fn text(&self) -> Cow<'a, str> {
        let raw = &self.whole[self.start..self.end];
        match self.quoted {
            None => Cow::Borrowed(raw),
            Some((end, false)) if end == raw.len() => Cow::Borrowed(raw),
            Some((end, _)) => Cow::Owned(raw[..end].replace("\"\"", "\"") + raw.get(end + 1..).unwrap_or("")),
        }
    }
}

impl<'a> Records<'a> {
    pub(crate) fn of(text: &'a str, delimiter: u8) -> Self {
        Self { text, delimiter, at: 0, row: 0, unclosed: false }
    }

    /// Reads one record, shows its fields with their columns from 0, and returns how many there were; `None` at
    /// the end.
    pub(crate) fn next(&mut self, mut show: impl FnMut(usize, Field<'a>)) -> Option<usize> {
        self.pass_blank_lines();
        if self.at >= self.text.len() {
            return None;
        }
        self.row += 1;
        let mut column = 0;
        loop {
            let (field, ended) = self.field();
            show(column, field);
            column += 1;
            if ended {
                return Some(column);
            }
        }
    }

    fn pass_blank_lines(&mut self) {
        while self.end_line() {
            self.row += 1;
        }
    }

    /// Passes the end of a line if it stands here.
    fn end_line(&mut self) -> bool {
        let length = match &self.text.as_bytes()[self.at..] {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        self.at += length;
        length > 0
    }

    /// One field, and whether it was the last of its record.
    fn field(&mut self) -> (Field<'a>, bool) {
        let bytes = self.text.as_bytes();
        let (start, quoted_end) = match bytes.get(self.at) {
            Some(b'"') => (self.at + 1, Some(self.closing_quote(self.at + 1))),
            _ => (self.at, None),
        };
        let end = match quoted_end {
            None => self.field_end(start),
            Some((closing, _)) => self.field_end((closing + 1).min(bytes.len())),
        };
        // Where nothing follows the closing quote, as should be, the field ends before it.
        let field_end = quoted_end.map(|(closing, _)| closing).filter(|closing| closing + 1 >= end).unwrap_or(end);
        let quoted = quoted_end.map(|(closing, doubled)| (closing - start, doubled));
        let field = Field { whole: self.text, start, end: field_end, quoted };
        self.at = end;
        if bytes.get(end) == Some(&self.delimiter) {
            self.at += 1;
            return (field, false);
        }
        self.end_line();
        (field, true)
    }

    /// Where the quote that closes a field stands (the end of the text if none does), and whether some are doubled.
    fn closing_quote(&mut self, from: usize) -> (usize, bool) {
        let bytes = self.text.as_bytes();
        let (mut from, mut doubled) = (from, false);
        loop {
            match memchr::memchr(b'"', &bytes[from..]) {
                None => {
                    self.unclosed = true;
                    return (bytes.len(), doubled);
                }
                Some(offset) if bytes.get(from + offset + 1) == Some(&b'"') => {
                    doubled = true;
                    from += offset + 2;
                }
                Some(offset) => return (from + offset, doubled),
            }
        }
    }

    /// Where the next delimiter or end of line stands.
    fn field_end(&self, from: usize) -> usize {
        let rest = &self.text.as_bytes()[from..];
        let short = &rest[..rest.len().min(SHORT_FIELD_BYTES)];
        let (words, tail) = short.as_chunks::<WORD_BYTES>();
        for (position, word) in words.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            let found = zero_bytes(word ^ repeated(self.delimiter))
                | zero_bytes(word ^ repeated(b'\n'))
                | zero_bytes(word ^ repeated(b'\r'));
            if found != 0 {
                return from + position * WORD_BYTES + found.trailing_zeros() as usize / 8;
            }
        }
        let passed = short.len() - tail.len();
        memchr::memchr3(self.delimiter, b'\n', b'\r', &rest[passed..])
            .map_or(from + rest.len(), |offset| from + passed + offset)
    }
}

/// A byte in all places of a word.
const fn repeated(byte: u8) -> u64 {
    u64::from_le_bytes([byte; WORD_BYTES])
}

/// The top bit of the lowest byte that is zero; bits above it mean nothing. Zero if no byte is.
/// Mycroft's test, as in Warren, *Hacker's Delight* (2nd ed. 2013), section 6-1.
const fn zero_bytes(word: u64) -> u64 {
    word.wrapping_sub(repeated(0x01)) & !word & repeated(0x80)
}

/// Cuts a text into pieces that end with a line end outside of quotes, judged by counting quotes.
///
/// A stray quote inside an unquoted field can mislead the count; whoever reads a piece finds
/// [`Records::unclosed`] true at its end then, and must read the whole as one piece.
pub(crate) fn pieces(bytes: &[u8]) -> Vec<Range<usize>> {
    use rayon::prelude::*;
    let odd: Vec<bool> =
        bytes.par_chunks(PIECE_BYTES).map(|piece| memchr::memchr_iter(b'"', piece).count() % 2 == 1).collect();
    let mut cuts = vec![0];
    let mut inside = false;
    for (piece, odd) in odd.iter().enumerate() {
        let start = piece * PIECE_BYTES;
        let last = *cuts.last().expect("starts with one");
        if piece > 0 && start >= last {
            let cut = line_end_outside(&bytes[start..], inside).map_or(bytes.len(), |offset| start + offset);
            cuts.push(cut);
        }
        inside ^= odd;
    }
    cuts.push(bytes.len());
    cuts.windows(2).map(|ends| ends[0]..ends[1]).filter(|piece| !piece.is_empty()).collect()
}

/// The place after the first `\n` outside of quotes.
fn line_end_outside(bytes: &[u8], inside: bool) -> Option<usize> {
    let mut inside = inside;
    for at in memchr::memchr2_iter(b'"', b'\n', bytes) {
        if bytes[at] == b'"' {
            inside = !inside;
        } else if !inside {
            return Some(at + 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Sheet;
    use proptest::prelude::*;

    fn rows_of(text: &str) -> Vec<(u32, Vec<String>)> {
        let mut records = Records::of(text, b',');
        let mut rows = Vec::new();
        let mut row = Vec::new();
        while records.next(|_, field| row.push(field.text().into_owned())).is_some() {
            rows.push((records.row, std::mem::take(&mut row)));
        }
        rows
    }

    #[test]
    fn quotes_breaks_and_blank_lines_are_read_as_in_any_spreadsheet() {
        let rows = rows_of("a,b\r\n\"x\n\"\"y\"\"\",2\n\n,\"\"\n\"q\"z,1");
        let expect = [(1, vec!["a", "b"]), (2, vec!["x\n\"y\"", "2"]), (4, vec!["", ""]), (5, vec!["qz", "1"])];
        assert_eq!(rows, expect.map(|(row, cells)| (row, cells.into_iter().map(str::to_owned).collect::<Vec<_>>())));
    }

    #[test]
    fn a_cut_never_falls_inside_quotes() {
        assert_eq!(line_end_outside(b"ab\"\nc\"\nd", false), Some(7));
        assert_eq!(line_end_outside(b"ab\"\nc", true), Some(4));
        assert_eq!(line_end_outside(b"ab", false), None);
    }

    #[test]
    fn pieces_cover_the_text_and_agree_with_reading_it_whole() {
        let line = format!("1,\"{}\n{}\",2\n", "x".repeat(3000), "y".repeat(1000));
        let text = line.repeat(2 * PIECE_BYTES / line.len() + 10);
        let pieces = pieces(text.as_bytes());
        assert!(pieces.len() >= 2);
        let count = |piece: Range<usize>| {
            let mut records = Records::of(&text[piece], b',');
            std::iter::from_fn(|| records.next(|_, _| ())).map(|width| assert_eq!(width, 3)).count()
        };
        let whole = count(0..text.len());
        assert_eq!(pieces.into_iter().map(count).sum::<usize>(), whole);
    }

    proptest! {
        #[test]
        fn agrees_with_the_csv_library_on_any_text(text in "[a,\"\r\n]{0,40}") {
            let sheet = Sheet::of_text(&text, b',');
            let expect: Vec<(u32, Vec<String>)> = sheet
                .all_rows()
                .filter(|row| !row.is_empty())
                .map(|row| (row.number(), (0..row.len()).map(|column| row.raw(column).to_owned()).collect()))
                .collect();
            prop_assert_eq!(rows_of(&text), expect);
        }
    }
}
