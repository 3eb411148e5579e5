//! Takes a file out of what it is wrapped in: gzip, or a zip archive of one file or one shapefile.

use crate::{ReadError, findings::text as cards};
use mostari_model::{Finding, FindingCard};
use std::{
    borrow::Cow,
    io::{Cursor, Read},
};
use zip::ZipArchive;

/// Most bytes that are unpacked from one archive: more is taken for an attack or an accident.
const UNPACKED_BYTES_MAX: u64 = 2 << 30;
/// Most bytes that are unpacked for each packed one, beyond [`UNPACKED_BYTES_FREE`]. Tables and XML pack to a fiftieth at
/// best; deflate can reach a thousandth, with nothing in it.
const UNPACKED_RATIO_MAX: u64 = 250;
/// Bytes that may come out of any archive, however small.
const UNPACKED_BYTES_FREE: u64 = 64 << 20;

/// The first bytes of a compound file, such as XLS.
const OLE2: &[u8] = b"\xd0\xcf\x11\xe0";

/// The bytes of the file proper, and of the files that stood beside it in the archive.
#[derive(Debug)]
pub(crate) struct Unpacked<'a> {
    pub(crate) bytes: Cow<'a, [u8]>,
    pub(crate) siblings: Vec<(String, Vec<u8>)>,
}

/// Unpacks gzip and zip, also one within the other; workbooks, which are zip archives too, stay as they are.
pub(crate) fn unpack(bytes: &[u8]) -> Result<Unpacked<'_>, ReadError> {
    /// Wrappings within wrappings that are opened before giving up.
    const DEPTH_MAX: usize = 3;
    let mut unpacked = Unpacked { bytes: Cow::Borrowed(bytes), siblings: Vec::new() };
    let mut was_zipped = false;
    for _ in 0..DEPTH_MAX {
        let next = match &unpacked.bytes {
            bytes if bytes.starts_with(b"\x1f\x8b") => gunzip(bytes)?,
            bytes if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") => match unzip(bytes)? {
                Some(inner) => {
                    was_zipped = true;
                    inner
                }
                // As libhxl does: people zip several versions of a workbook, and data packed twice hide them.
                None if was_zipped => return Err(zipped_workbook()),
                None => break,
            },
            bytes if was_zipped && bytes.starts_with(OLE2) => return Err(zipped_workbook()),
            _ => break,
        };
        unpacked = next;
    }
    Ok(unpacked)
}

fn zipped_workbook() -> ReadError {
    refused(cards::ZIPPED_WORKBOOK, "the zip archive holds a workbook".to_owned())
}

fn refused(card: &'static FindingCard, message: String) -> ReadError {
    ReadError::Refused(Box::new(Finding::new(card, message)))
}

fn gunzip(bytes: &[u8]) -> Result<Unpacked<'static>, ReadError> {
    let packed = bytes.len() as u64;
    let bytes = read_limited(flate2::read::MultiGzDecoder::new(bytes), packed, "the gzip file")?;
    Ok(Unpacked { bytes: Cow::Owned(bytes), siblings: Vec::new() })
}

/// Unpacks what is `packed` bytes large, up to the limits; memory never holds more than one byte beyond them.
fn read_limited(source: impl Read, packed: u64, name: &str) -> Result<Vec<u8>, ReadError> {
    let most = packed.saturating_mul(UNPACKED_RATIO_MAX).clamp(UNPACKED_BYTES_FREE, UNPACKED_BYTES_MAX);
    let mut bytes = Vec::new();
    source
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| refused(cards::DAMAGED_CONTAINER, format!("{name} cannot be unpacked: {error}")))?;
    if bytes.len() as u64 > most {
        let message = format!("{name} has {packed} bytes and unpacks to more than {most}");
        return Err(refused(cards::SWELLS, message));
    }
    Ok(bytes)
}

/// The file in the archive; `None` if the archive is a workbook.
fn unzip(bytes: &[u8]) -> Result<Option<Unpacked<'static>>, ReadError> {
    let damaged = |error| refused(cards::DAMAGED_CONTAINER, format!("the zip archive cannot be opened: {error}"));
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let names = archive.file_names().map(|name| name.map(|name| name.into_owned()));
    let names = names.collect::<Result<Vec<String>, _>>().map_err(damaged)?;
    if names.iter().any(|name| matches!(name.as_str(), "[Content_Types].xml" | "mimetype" | "xl/workbook.xml")) {
        return Ok(None);
    }
    let mut names: Vec<String> = names.into_iter().filter(|name| is_content(name)).collect();
    names.sort();
    let main = match names.as_slice() {
        [] => return Err(refused(cards::EMPTY_FILE, "the zip archive holds no file".to_owned())),
        [one] => one.clone(),
        several => the_shapefile(several).ok_or_else(|| several_files(several))?,
    };
    let mut bytes = Cow::Borrowed(&[][..]);
    let mut siblings = Vec::new();
    for name in &names {
        let file = archive.by_name(name).map_err(damaged)?;
        let packed = file.compressed_size();
        let content = read_limited(file, packed, &format!("`{name}` in the zip archive"))?;
        if *name == main {
            bytes = Cow::Owned(content);
        } else if stem(name) == stem(&main) {
            siblings.push((extension(name), content));
        }
    }
    Ok(Some(Unpacked { bytes, siblings }))
}

fn several_files(names: &[String]) -> ReadError {
    let shown = names.iter().take(8).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    refused(cards::SEVERAL_FILES, format!("the zip archive holds {} files: {shown}", names.len()))
}

/// The `.shp` if the archive holds exactly one.
fn the_shapefile(names: &[String]) -> Option<String> {
    let mut shapes = names.iter().filter(|name| extension(name) == "shp");
    shapes.next().filter(|_| shapes.next().is_none()).cloned()
}

/// Neither a folder nor what macOS leaves in archives.
fn is_content(name: &str) -> bool {
    !name.ends_with('/') && !name.starts_with("__MACOSX/") && !name.ends_with(".DS_Store")
}

fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn extension(name: &str) -> String {
    name.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use zip::{ZipWriter, write::SimpleFileOptions};

    fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn refusal(bytes: &[u8]) -> String {
        match unpack(bytes) {
            Err(ReadError::Refused(finding)) => format!("{}: {}", finding.code, finding.message),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn one_file_in_an_archive_is_taken_out() {
        assert_eq!(*unpack(&zipped(&[("a.csv", "id\n1\n"), ("__MACOSX/._a.csv", "x")])).unwrap().bytes, *b"id\n1\n");
    }

    #[test]
    fn gzip_in_zip_is_opened_to_the_ground() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&zipped(&[("a.csv", "id\n")])).unwrap();
        assert_eq!(*unpack(&encoder.finish().unwrap()).unwrap().bytes, *b"id\n");
    }

    #[test]
    fn a_zipped_shapefile_brings_its_siblings() {
        let bytes = zipped(&[("x/a.SHP", "shapes"), ("x/a.dbf", "table"), ("readme.txt", "-")]);
        let unpacked = unpack(&bytes).unwrap();
        assert_eq!((&*unpacked.bytes, unpacked.siblings), (&b"shapes"[..], vec![("dbf".into(), b"table".to_vec())]));
    }

    #[test]
    fn several_files_are_refused_by_name() {
        assert_eq!(
            refusal(&zipped(&[("b.csv", ""), ("a.csv", "")])),
            "ING-004: the zip archive holds 2 files: `a.csv`, `b.csv`"
        );
    }

    #[test]
    fn a_small_file_that_swells_without_end_is_refused() {
        let zeros = vec![0; 1 << 20];
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file("a.csv", SimpleFileOptions::default()).unwrap();
        for _ in 0..=(UNPACKED_BYTES_FREE >> 20) {
            encoder.write_all(&zeros).unwrap();
            writer.write_all(&zeros).unwrap();
        }
        for bomb in [encoder.finish().unwrap(), writer.finish().unwrap().into_inner()] {
            assert!(bomb.len() < 100_000);
            assert!(refusal(&bomb).starts_with("ING-026"), "{}", refusal(&bomb));
        }
    }

    #[test]
    fn a_cut_off_archive_is_refused() {
        assert!(refusal(&zipped(&[("a.csv", "id\n1\n")])[..40]).starts_with("ING-003"));
        assert!(refusal(b"\x1f\x8b\x08").starts_with("ING-003"));
    }
}
