//! What a file is, by its content: looked at once, then shown to every reader.

use crate::{
    ReadError,
    findings::text as cards,
    json::Json,
    sheet::{Sheet, plain_name},
    sniff::{self, HEAD_ROWS},
    text,
    unpack::unpack,
    workbook::read_workbook,
};
use mostari_model::{Finding, FindingCard};
use std::{borrow::Cow, sync::OnceLock};

/// Bytes at the start of a text by which it is judged.
const HEAD_BYTES: usize = 1 << 16;
/// Bytes at the start of a JSON file by which it is judged: one boundary may be long.
const JSON_HEAD_BYTES: usize = 8 << 20;

/// The bytes of a file and of the files beside it that belong to it.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// File name as the user gave it: for messages only, never for detection.
    pub name: &'a str,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Files with the same stem (`.dbf`, `.prj`, `.cpg`, `.shx` of a shapefile): lower-case extension and bytes.
    pub siblings: &'a [(String, Vec<u8>)],
}

/// The outer shape of a file.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Container {
    /// Text in rows and columns.
    Delimited {
        /// `,`, `;`, tab or `|`.
        delimiter: u8,
        /// The first rows as texts (at most 30), the header first.
        head: Vec<Vec<String>>,
    },
    /// A spreadsheet (XLSX, XLS, ODS).
    Spreadsheet {
        /// The first rows of the first sheet that has any, as texts (at most 30).
        head: Vec<Vec<String>>,
    },
    /// A GeoJSON feature collection.
    GeoJson {
        /// Property names seen in the first features, in order of appearance.
        properties: Vec<String>,
        /// Geometry types seen in the first features.
        geometries: Vec<String>,
    },
    /// Other JSON. If it holds a table, [`Probe::head`] and [`Probe::sheet`] show it.
    Json,
    /// A shapefile (`.shp` bytes).
    Shapefile,
    /// Nothing that we know.
    Unknown,
}

/// A file that was looked at.
#[derive(Debug, Clone)]
pub struct Probe<'a> {
    /// The file.
    pub input: Input<'a>,
    /// Its outer shape.
    pub container: Container,
    bytes: Cow<'a, [u8]>,
    siblings: Cow<'a, [(String, Vec<u8>)]>,
    sheets: Vec<Sheet>,
    /// The text if it is not plain UTF-8, decoded when first asked for; `None` if the bytes are the text.
    decoded: OnceLock<Option<Recoded>>,
    json: OnceLock<Result<Json, String>>,
}

/// A text that was not UTF-8.
#[derive(Debug, Clone)]
struct Recoded {
    text: String,
    encoding: &'static str,
    replaced: bool,
}

impl<'a> Probe<'a> {
    /// Looks at a file: takes it out of gzip or zip, then judges it by its first part.
    ///
    /// # Errors
    /// [`ReadError::Refused`] if the file is empty or damaged.
    pub fn of(input: &Input<'a>) -> Result<Self, ReadError> {
        let unpacked = unpack(input.bytes)?;
        let siblings = match unpacked.siblings {
            own if own.is_empty() => Cow::Borrowed(input.siblings),
            own => Cow::Owned(own),
        };
        let mut probe = Self {
            input: *input,
            container: Container::Unknown,
            bytes: unpacked.bytes,
            siblings,
            sheets: Vec::new(),
            decoded: OnceLock::new(),
            json: OnceLock::new(),
        };
        if probe.bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(refused(cards::EMPTY_FILE, "there is nothing in the file"));
        }
        probe.container = probe.judge()?;
        Ok(probe)
    }

    fn judge(&mut self) -> Result<Container, ReadError> {
        if is_workbook(&self.bytes) {
            self.sheets = read_workbook(&self.bytes)?;
            let sheet = self.main_sheet().ok_or_else(|| refused(cards::EMPTY_FILE, "every sheet is blank"))?;
            return Ok(Container::Spreadsheet { head: head_of(&self.sheets[sheet]) });
        }
        if is_shapefile(&self.bytes) {
            return Ok(Container::Shapefile);
        }
        let text = text::decode_head(&self.bytes[..self.bytes.len().min(HEAD_BYTES)]);
        match text.trim_start().as_bytes().first() {
            Some(b'{' | b'[') => Ok(self.judge_json()),
            Some(b'<') if is_web_page(&text) => {
                let start: String = text.trim_start().chars().take(40).collect();
                Err(refused(cards::WEB_PAGE, format!("the file begins with `{}`", start.escape_default())))
            }
            Some(b'<') | None => Ok(Container::Unknown),
            _ if is_binary(&text) => Ok(Container::Unknown),
            _ => {
                let (delimiter, head) = sniff::delimiter(&text);
                Ok(Container::Delimited { delimiter, head })
            }
        }
    }

    fn judge_json(&self) -> Container {
        let text = text::decode_head(&self.bytes[..self.bytes.len().min(JSON_HEAD_BYTES)]);
        match sniff::features(&text) {
            Some(features) => Container::GeoJson { properties: features.properties, geometries: features.geometries },
            None => Container::Json,
        }
    }

    /// The bytes of the file proper, out of gzip or zip.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The files beside it, from the folder or from the same zip archive: lower-case extension and bytes.
    pub fn siblings(&self) -> &[(String, Vec<u8>)] {
        &self.siblings
    }

    /// The bytes of the file beside it with this extension.
    pub fn sibling(&self, extension: &str) -> Option<&[u8]> {
        self.siblings.iter().find(|(of, _)| of == extension).map(|(_, bytes)| bytes.as_slice())
    }

    /// The whole file as text without a byte order mark, decoded at most once.
    ///
    /// That it was not UTF-8 is told by [`Probe::findings`], which [`crate::read`] adds to the reading.
    pub fn text(&self) -> &str {
        let recoded = self.decoded.get_or_init(|| {
            let decoded = text::decode(&self.bytes);
            decoded.assumed.map(|encoding| Recoded {
                text: decoded.text.trim_start_matches('\u{feff}').to_owned(),
                encoding,
                replaced: decoded.replaced,
            })
        });
        match recoded {
            Some(recoded) => &recoded.text,
            None => simdutf8::basic::from_utf8(text::without_mark(&self.bytes)).expect("decode found it to be UTF-8"),
        }
    }

    /// The first rows as texts (at most 30) of anything that is a table: text, spreadsheet, JSON; else empty.
    pub fn head(&self) -> Vec<Vec<String>> {
        match &self.container {
            Container::Delimited { head, .. } | Container::Spreadsheet { head } => head.clone(),
            Container::Json => self.sheet().map_or(Vec::new(), |sheet| head_of(&sheet)),
            _ => Vec::new(),
        }
    }

    /// Whether the first row with content, or the properties of GeoJSON, have all these names, but for case,
    /// blanks, `_`, `-` and `.`.
    pub fn has_columns(&self, names: &[&str]) -> bool {
        let columns: Vec<String> = self.columns().iter().map(|column| plain_name(column)).collect();
        names.iter().all(|name| columns.contains(&plain_name(name)))
    }

    /// The names in the first row with content, or the properties of GeoJSON.
    pub fn columns(&self) -> Vec<String> {
        match &self.container {
            Container::GeoJson { properties, .. } => properties.clone(),
            _ => {
                let mut head = self.head().into_iter();
                head.find(|row| row.iter().any(|cell| !cell.is_empty())).unwrap_or_default()
            }
        }
    }

    /// The table: delimited text, the first sheet of a workbook that has content, or the first table in JSON.
    ///
    /// # Errors
    /// [`ReadError::Refused`] if the file holds no table.
    pub fn sheet(&self) -> Result<Cow<'_, Sheet>, ReadError> {
        let none = || refused(cards::DAMAGED_CONTAINER, "the file holds no table");
        match &self.container {
            Container::Delimited { delimiter, .. } => Ok(Cow::Owned(Sheet::of_text(self.text(), *delimiter))),
            Container::Spreadsheet { .. } => {
                self.main_sheet().map(|at| Cow::Borrowed(&self.sheets[at])).ok_or_else(none)
            }
            Container::Json => self.json()?.to_sheet().map(Cow::Owned).ok_or_else(none),
            _ => Err(none()),
        }
    }

    /// Every sheet of a workbook in its order; empty for other files.
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// The note that a workbook has more sheets with content than the one that was read.
    pub fn other_sheets_finding(&self, read: &str) -> Option<Finding> {
        let others = self.sheets.iter().filter(|sheet| !sheet.is_blank() && sheet.name() != read);
        let names: Vec<String> = others.map(|sheet| format!("`{}`", sheet.name())).collect();
        let message = || format!("only the sheet `{read}` was read, not {}", names.join(", "));
        (!names.is_empty()).then(|| Finding::new(cards::OTHER_SHEETS, message()))
    }

    /// The file as JSON, parsed at most once.
    ///
    /// # Errors
    /// [`ReadError::Refused`] with the line and column if it is not JSON.
    pub fn json(&self) -> Result<&Json, ReadError> {
        let parsed = self.json.get_or_init(|| serde_json::from_str(self.text()).map_err(|error| error.to_string()));
        parsed
            .as_ref()
            .map_err(|error| refused(cards::DAMAGED_CONTAINER, format!("the file is no sound JSON: {error}")))
    }

    /// What came to light on the way to the text: an encoding other than UTF-8.
    pub fn findings(&self) -> Vec<Finding> {
        let Some(Some(recoded)) = self.decoded.get() else { return Vec::new() };
        let unclear =
            if recoded.replaced { "; some bytes mean nothing in it and were replaced by \u{fffd}" } else { "" };
        if recoded.encoding.starts_with("UTF-16") && !recoded.replaced {
            return Vec::new();
        }
        let message = format!("the text is not UTF-8; it was read as {}{unclear}", recoded.encoding);
        vec![Finding::new(cards::NOT_UTF8, message)]
    }

    /// What it looks like, for the message that no reader fits.
    pub fn describe(&self) -> String {
        let columns = || {
            let names = self.columns();
            let shown = names.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            if names.len() > 12 { format!("{shown} and {} more", names.len() - 12) } else { shown }
        };
        match &self.container {
            Container::Delimited { .. } => format!("a text table with the columns {}", columns()),
            Container::Spreadsheet { .. } => format!("a spreadsheet with the columns {}", columns()),
            Container::GeoJson { .. } => format!("GeoJSON with the properties {}", columns()),
            Container::Json => "JSON of an unknown layout".to_owned(),
            Container::Shapefile => "a shapefile".to_owned(),
            Container::Unknown => "neither a table, nor JSON, nor a shapefile".to_owned(),
        }
    }

    fn main_sheet(&self) -> Option<usize> {
        self.sheets.iter().position(|sheet| !sheet.is_blank())
    }
}

fn refused(card: &'static FindingCard, message: impl Into<String>) -> ReadError {
    ReadError::Refused(Box::new(Finding::new(card, message)))
}

fn head_of(sheet: &Sheet) -> Vec<Vec<String>> {
    sheet.all_rows().take(HEAD_ROWS).map(|row| row.cells().map(str::to_owned).collect()).collect()
}

/// OLE2 (XLS), or a zip archive, which unpacking would have opened were it no workbook.
fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") || bytes.starts_with(b"PK\x03\x04")
}

/// File code 9994 and version 1000 (ESRI Shapefile Technical Description, 1998, table 1).
fn is_shapefile(bytes: &[u8]) -> bool {
    bytes.starts_with(&9994_i32.to_be_bytes()) && bytes.get(28..32) == Some(&1000_i32.to_le_bytes())
}

fn is_web_page(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(15).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<body", "<head"].iter().any(|mark| start.starts_with(mark))
}

/// Control characters that no text has.
fn is_binary(text: &str) -> bool {
    text.chars()
        .any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c' | '\x1a' | '\u{85}' | '\u{80}'..='\u{9f}'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expect: &str) {
        let input = Input { name: "x", bytes, siblings: &[] };
        let seen = match Probe::of(&input) {
            Ok(probe) => probe.describe(),
            Err(ReadError::Refused(finding)) => format!("{}: {}", finding.code, finding.message),
            Err(other) => other.to_string(),
        };
        assert_eq!(seen, expect);
    }

    #[test]
    fn a_file_is_known_by_its_content() {
        check(b"id;best\n1;2\n", "a text table with the columns `id`, `best`");
        check(b"\xff\xfei\0d\0,\0x\0", "a text table with the columns `id`, `x`");
        check(b" [{\"a\": 1}]", "JSON of an unknown layout");
        check(
            br#"{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"a": 1}}]}"#,
            "GeoJSON with the properties `a`",
        );
        check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither a table, nor JSON, nor a shapefile");
    }

    #[test]
    fn nothing_and_a_web_page_are_refused_with_a_reason() {
        check(b"", "ING-001: there is nothing in the file");
        check(b" \r\n", "ING-001: there is nothing in the file");
        check(b"<!DOCTYPE html><p>Sign in", "ING-023: the file begins with `<!DOCTYPE html><p>Sign in`");
    }

    #[test]
    fn an_old_encoding_is_told_once_the_text_was_asked_for() {
        let input = Input { name: "x", bytes: b"name,n\nPr\xe9fecture,1\n", siblings: &[] };
        let probe = Probe::of(&input).unwrap();
        assert!(probe.findings().is_empty());
        assert!(probe.text().contains("Préfecture"));
        assert_eq!(probe.findings()[0].code, "ING-002");
    }

    #[test]
    fn columns_are_known_in_any_container() {
        for bytes in [&b"\n\nId,Admin 1\n"[..], br#"[{"id": 1, "ADMIN_1": 2}]"#] {
            let probe = Probe::of(&Input { name: "x", bytes, siblings: &[] }).unwrap();
            assert!(probe.has_columns(&["ID", "admin1"]));
            assert!(!probe.has_columns(&["admin2"]));
        }
    }
}
