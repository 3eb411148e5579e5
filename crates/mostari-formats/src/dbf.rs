//! The attribute table of a shapefile (dBASE III), row by row and cell by cell.
//!
//! Written here because a row must keep its number next to its shape: the crate `dbase` passes over deleted rows
//! in silence and loses a row for one bad cell. Layout: "Data File Header Structure for the dBASE Version 7 Table
//! File", dBase LLC; the part used here is the same since dBASE III.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use serde_json::{Map, Number, Value};

/// Bytes before the first field descriptor, and bytes of each.
const HEADER_BYTES: usize = 32;
/// The flag of a deleted row.
const DELETED: u8 = b'*';

/// Language drivers (byte 29) that a decoder exists for: (driver, encoding label), from the Visual FoxPro list.
const DRIVERS: [(u8, &str); 14] = [
    (0x03, "windows-1252"),
    (0x57, "windows-1252"),
    (0x58, "windows-1252"),
    (0x59, "windows-1252"),
    (0x26, "ibm866"),
    (0x65, "ibm866"),
    (0x4f, "big5"),
    (0x4d, "gbk"),
    (0x7d, "windows-1255"),
    (0x7e, "windows-1256"),
    (0xc8, "windows-1250"),
    (0xc9, "windows-1251"),
    (0xca, "windows-1254"),
    (0xcb, "windows-1253"),
];

/// A row: its properties, or `None` if it is marked as deleted.
pub(crate) type Row = Option<Map<String, Value>>;

/// A table and what was assumed about its encoding.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Row>,
    /// Rows that the header promises beyond the end of the file.
    pub(crate) missing_rows: usize,
    /// The encoding that was assumed because nothing named one and the texts are not plain ASCII.
    pub(crate) assumed: Option<&'static str>,
}

struct Field {
    name: String,
    kind: u8,
    from: usize,
    to: usize,
}

/// Reads a table; `code_page` is the content of the `.cpg` file.
///
/// # Errors
/// Why the header cannot be believed, in words.
pub(crate) fn read(bytes: &[u8], code_page: Option<&[u8]>) -> Result<Table, String> {
    let u16_at = |at: usize| bytes.get(at..at + 2).map(|b| usize::from(u16::from_le_bytes([b[0], b[1]])));
    let count = bytes.get(4..8).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]) as usize);
    let (Some(count), Some(start), Some(width)) = (count, u16_at(8), u16_at(10)) else {
        return Err("the attribute table ends within its header".to_owned());
    };
    if start < HEADER_BYTES || start > bytes.len() || width < 2 {
        return Err("the header of the attribute table contradicts itself".to_owned());
    }
    let body = &bytes[start..];
    let (encoding, assumed) = encoding(code_page, bytes[29], body);
    let fields = fields(&bytes[HEADER_BYTES..start], width, encoding);
    let rows: Vec<Row> = body.chunks_exact(width).take(count).map(|row| read_row(row, &fields, encoding)).collect();
    Ok(Table { missing_rows: count - rows.len(), rows, assumed: assumed.then(|| encoding.name()) })
}

/// The encoding, and whether it is an assumption that matters.
fn encoding(code_page: Option<&[u8]>, driver: u8, body: &[u8]) -> (&'static Encoding, bool) {
    let named = code_page.and_then(|label| encoding_of_label(&String::from_utf8_lossy(label)));
    let driven = || DRIVERS.iter().find(|(of, _)| *of == driver).and_then(|(_, label)| label_encoding(label));
    if let Some(encoding) = named.or_else(driven) {
        return (encoding, false);
    }
    let guess = if std::str::from_utf8(body).is_ok() { UTF_8 } else { WINDOWS_1252 };
    (guess, !body.is_ascii())
}

fn label_encoding(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes())
}

/// What `.cpg` files say: `UTF-8`, `1252`, `ANSI 1252`, `ISO 88591`, `OEM 866`, `CP1250`.
fn encoding_of_label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim_start_matches('\u{feff}').trim();
    let digits: String = label.chars().filter(char::is_ascii_digit).collect();
    label_encoding(label).or_else(|| match digits.as_str() {
        "65001" | "8" => Some(UTF_8),
        "866" => label_encoding("ibm866"),
        _ => match digits.strip_prefix("8859") {
            Some(part) => label_encoding(&format!("iso-8859-{}", part.trim_start_matches('0'))),
            None => label_encoding(&format!("windows-{digits}")),
        },
    })
}

fn fields(descriptors: &[u8], width: usize, encoding: &'static Encoding) -> Vec<Field> {
    let mut fields = Vec::new();
    // The first byte of a row is the flag.
    let mut from = 1;
    for descriptor in descriptors.chunks_exact(HEADER_BYTES).take_while(|descriptor| descriptor[0] != b'\r') {
        let name = descriptor[..11].split(|byte| *byte == 0).next().unwrap_or_default();
        let to = from + usize::from(descriptor[16]);
        if to > width {
            break;
        }
        let name = encoding.decode_without_bom_handling(name).0.trim().to_owned();
        fields.push(Field { name, kind: descriptor[11], from, to });
        from = to;
    }
    fields
}

fn read_row(row: &[u8], fields: &[Field], encoding: &'static Encoding) -> Row {
    if row[0] == DELETED {
        return None;
    }
    let value = |field: &Field| {
        let text = encoding.decode_without_bom_handling(&row[field.from..field.to]).0;
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0').to_owned();
        match field.kind {
            // Stars fill a cell whose number did not fit.
            _ if text.is_empty() || text.bytes().all(|b| b == b'*') => Value::Null,
            b'N' | b'F' => number(&text).unwrap_or(Value::String(text)),
            _ => Value::String(text),
        }
    };
    Some(fields.iter().map(|field| (field.name.clone(), value(field))).collect())
}

fn number(text: &str) -> Option<Value> {
    match text.parse::<i64>() {
        Ok(whole) => Some(whole.into()),
        Err(_) => text.parse::<f64>().ok().and_then(Number::from_f64).map(Value::Number),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A table of text columns; a row that begins with `*` is deleted.
    pub(crate) fn table(columns: &[(&str, u8)], driver: u8, rows: &[(&str, &[&[u8]])]) -> Vec<u8> {
        let width: usize = 1 + columns.iter().map(|(_, length)| usize::from(*length)).sum::<usize>();
        let start = HEADER_BYTES * (columns.len() + 1) + 1;
        let mut bytes = vec![3, 26, 1, 1];
        bytes.extend((rows.len() as u32).to_le_bytes());
        bytes.extend((start as u16).to_le_bytes());
        bytes.extend((width as u16).to_le_bytes());
        bytes.resize(HEADER_BYTES, 0);
        bytes[29] = driver;
        for (name, length) in columns {
            let mut descriptor = name.as_bytes().to_vec();
            descriptor.resize(HEADER_BYTES, 0);
            (descriptor[11], descriptor[16]) = (b'C', *length);
            bytes.extend(descriptor);
        }
        bytes.push(b'\r');
        for (flag, cells) in rows {
            bytes.extend(flag.as_bytes());
            for ((_, length), cell) in columns.iter().zip(*cells) {
                let mut cell = cell.to_vec();
                cell.resize(usize::from(*length), b' ');
                bytes.extend(cell);
            }
        }
        bytes
    }

    fn check(driver: u8, code_page: Option<&[u8]>, cell: &[u8], expect: (&str, Option<&str>)) {
        let bytes = table(&[("NAME", 20)], driver, &[(" ", &[cell])]);
        let table = read(&bytes, code_page).unwrap();
        let name = table.rows[0].as_ref().unwrap()["NAME"].as_str().unwrap().to_owned();
        assert_eq!((name.as_str(), table.assumed), expect);
    }

    #[test]
    fn the_code_page_file_names_the_encoding_before_the_header() {
        check(0x57, Some(b"UTF-8"), "Kémo".as_bytes(), ("Kémo", None));
        check(0x57, Some(b"\xef\xbb\xbfANSI 1250\r\n"), b"Br\xe8ko", ("Brčko", None));
        check(0x57, Some(b"ISO 88592"), b"Br\xe8ko", ("Brčko", None));
        check(0x57, None, b"K\xe9mo", ("Kémo", None));
    }

    #[test]
    fn an_encoding_that_nobody_names_is_assumed_and_told() {
        check(0, None, b"K\xe9mo", ("Kémo", Some("windows-1252")));
        check(0, None, "Brčko".as_bytes(), ("Brčko", Some("UTF-8")));
        check(0, None, b"Lobaye", ("Lobaye", None));
    }

    #[test]
    fn a_deleted_row_keeps_its_place() {
        let bytes = table(&[("A", 2)], 0x57, &[(" ", &[b"x"]), ("*", &[b"y"]), (" ", &[b"z"])]);
        let rows = read(&bytes, None).unwrap().rows;
        assert_eq!((rows.len(), rows[1].is_none()), (3, true));
    }

    #[test]
    fn a_table_cut_off_says_how_many_rows_are_missing() {
        let bytes = table(&[("A", 2)], 0x57, &[(" ", &[b"x"]), (" ", &[b"y"])]);
        assert_eq!(read(&bytes[..bytes.len() - 1], None).unwrap().missing_rows, 1);
        assert!(read(&bytes[..20], None).is_err());
    }
}
