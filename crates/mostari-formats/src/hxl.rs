//! The Humanitarian Exchange Language: finding the row of hashtags and reading it, by the rules of libhxl 5.2.2.
//!
//! A row is the tag row if at least half of its cells with content are hashtags, such as `#adm1+name`. The first
//! one within 25 rows counts; what stands above is headings. Case and blanks do not matter; a hashtag and its
//! attributes begin with a letter, so `#affected+2013` is none.

use crate::{ReadError, Sheet, SheetRow, findings::text as cards};
use mostari_model::Finding;
use std::fmt;

/// Rows within which the tag row must stand (libhxl `HXLReader._find_tags`).
const TAG_ROWS_MAX: usize = 25;
/// Cells that a message names before it says how many more there are.
const CELLS_NAMED: usize = 6;

/// A hashtag with its attributes, in lower case: `#affected+f+children`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// The hashtag with its `#`.
    pub name: String,
    /// Attributes without their `+`, in the order of the file.
    pub attributes: Vec<String>,
}

impl Tag {
    /// Reads a hashtag; the error says why the text is none.
    fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim().to_lowercase();
        let rest = text.strip_prefix('#').ok_or("it does not begin with `#`")?;
        let mut parts = rest.split('+');
        let name = parts.next().unwrap_or_default().trim_end();
        if !is_token(name) {
            return Err("a hashtag is a letter, then letters, digits and `_`");
        }
        let mut attributes = Vec::new();
        for part in parts {
            let attribute = part.trim_end();
            match attribute.bytes().next() {
                Some(first) if first.is_ascii_digit() => return Err("an attribute must begin with a letter"),
                _ if !is_token(attribute) => return Err("an attribute is a letter, then letters, digits and `_`"),
                _ => attributes.push(attribute.to_owned()),
            }
        }
        Ok(Self { name: format!("#{name}"), attributes })
    }

    /// Whether it has an attribute.
    pub fn has(&self, attribute: &str) -> bool {
        self.attributes.iter().any(|own| own == attribute)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.attributes.iter().try_for_each(|attribute| write!(f, "+{attribute}"))
    }
}

fn is_token(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The tag row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagRow {
    /// Its position in [`Sheet::all_rows`].
    pub position: usize,
    /// The tag of each column; `None` where the cell is blank or no hashtag.
    pub tags: Vec<Option<Tag>>,
    /// Columns whose cell has content that is no hashtag, and why not.
    pub malformed: Vec<(usize, &'static str)>,
}

impl TagRow {
    /// The tag row if this is one.
    fn of(row: SheetRow<'_>, position: usize) -> Option<Self> {
        let (tags, malformed, filled) = parse_row(row);
        let found = tags.iter().flatten().count();
        (found > 0 && found * 2 >= filled).then_some(Self { position, tags, malformed })
    }

    /// Finds the tag row of a sheet.
    pub fn find(sheet: &Sheet) -> Option<Self> {
        sheet.all_rows().take(TAG_ROWS_MAX).enumerate().find_map(|(position, row)| Self::of(row, position))
    }

    /// Finds the tag row, or refuses with the row that comes nearest and the cells that are wrong in it.
    ///
    /// # Errors
    /// [`ReadError::Refused`].
    pub fn require(sheet: &Sheet) -> Result<Self, ReadError> {
        Self::find(sheet).ok_or_else(|| ReadError::Refused(Box::new(no_tags(sheet))))
    }
}

type ParsedRow = (Vec<Option<Tag>>, Vec<(usize, &'static str)>, usize);

fn parse_row(row: SheetRow<'_>) -> ParsedRow {
    let (mut tags, mut malformed, mut filled) = (Vec::new(), Vec::new(), 0);
    for (column, cell) in row.cells().enumerate() {
        filled += usize::from(!cell.is_empty());
        tags.push(match Tag::parse(cell) {
            Ok(tag) => Some(tag),
            Err(_) if cell.is_empty() => None,
            Err(reason) => {
                malformed.push((column, reason));
                None
            }
        });
    }
    (tags, malformed, filled)
}

/// The finding that no row of a sheet has hashtags, naming the cells that failed in the row that comes nearest.
fn no_tags(sheet: &Sheet) -> Finding {
    let attempts = |row: &SheetRow<'_>| row.cells().filter(|cell| is_attempt(cell)).count();
    let rows = sheet.all_rows().take(TAG_ROWS_MAX).filter(|row| attempts(row) > 0);
    // The most attempts, and among equals the first row.
    let Some(row) = rows.min_by_key(|row| std::cmp::Reverse(attempts(row))) else {
        let message = "no hashtags in the first 25 rows: no cell looks like `#adm1+name`";
        return Finding::new(cards::HXL_NO_TAGS, message);
    };
    let (tags, malformed, filled) = parse_row(row);
    let wrong: Vec<String> = malformed
        .iter()
        .take(CELLS_NAMED)
        .map(|(at, why)| format!("`{}` in column {}: {why}", row.cell(*at), at + 1))
        .collect();
    let more = malformed.len().saturating_sub(CELLS_NAMED);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    let message = format!(
        "no hashtags in the first 25 rows; row {} comes nearest with {} hashtags in {filled} cells, half are needed; {}{more}",
        row.number(),
        tags.iter().flatten().count(),
        wrong.join("; "),
    );
    Finding::new(cards::HXL_NO_TAGS, message).at_row(row.number().into())
}

/// Whether somebody may have meant a hashtag: `#…`, or words joined by `+`.
fn is_attempt(cell: &str) -> bool {
    cell.starts_with('#') || (cell.contains('+') && cell.split('+').all(|part| is_token(part.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let sheet = Sheet::of_text(text, b',');
        let row = TagRow::find(&sheet).expect("a tag row");
        let tags: Vec<String> = row.tags.iter().map(|tag| tag.as_ref().map_or(String::new(), Tag::to_string)).collect();
        assert_eq!(tags, expect);
    }

    fn check_refused(text: &str, parts: &[&str]) {
        match TagRow::require(&Sheet::of_text(text, b',')) {
            Err(ReadError::Refused(finding)) => {
                assert_eq!(finding.code, "ING-030");
                assert!(parts.iter().all(|part| finding.message.contains(part)), "{}", finding.message);
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn case_and_blanks_do_not_matter() {
        check(" #ADM1 +Name , #affected+F +Children\n", &["#adm1+name", "#affected+f+children"]);
    }

    #[test]
    fn headings_may_stand_above_and_columns_may_be_empty() {
        check("Title\n\nWhere,,How many\n#adm1,,#affected\n", &["#adm1", "", "#affected"]);
    }

    #[test]
    fn half_of_the_cells_are_enough() {
        check("#adm1,country\n", &["#adm1", ""]);
        check_refused(
            "#adm1,country,sector\n",
            &["row 1", "1 hashtags in 3 cells", "`country` in column 2: it does not begin with `#`"],
        );
    }

    #[test]
    fn an_attribute_that_begins_with_a_digit_is_named() {
        check_refused(
            "a,b\n#affected+2013,#affected+2014\n",
            &["row 2", "`#affected+2013` in column 1: an attribute must begin with a letter"],
        );
    }

    #[test]
    fn hashtags_without_their_sign_are_named() {
        check_refused("sector+es,org+es\nWASH,A\n", &["`sector+es` in column 1: it does not begin with `#`"]);
    }

    #[test]
    fn a_tag_row_after_row_25_is_not_found() {
        check(&format!("{}#org\n", "x\n".repeat(24)), &["#org"]);
        check_refused(&format!("{}#org\n", "x\n".repeat(25)), &["no cell looks like"]);
    }
}
