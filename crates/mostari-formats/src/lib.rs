//! Readers of the published formats: bytes in, tables and findings out.
//!
//! Detection goes by content, never by file name. Bad input is not an error: a reader returns what it could
//! read and a [`Finding`](mostari_model::Finding) for every row that it could not, so that row 88 being wrong
//! never loses row 89. No reader touches a file: the binary brings the bytes.
//!
//! To add a reader: copy the smallest file in `readers/`, fill its [`About`], add the line to [`all`].

mod cells;
mod dbf;
mod event_source;
mod events;
mod findings;
mod geojson_file;
mod geometry;
mod hxl;
mod iati;
mod json;
mod json_out;
mod passport;
mod probe;
mod profile;
mod projection;
mod readers;
mod records;
mod shapefile_file;
mod sheet;
mod sniff;
pub mod stanag4774;
mod text;
mod unpack;
mod values;
mod workbook;
mod xml;

pub use cells::CellReader;
pub use findings::FINDINGS;
pub use hxl::{Tag, TagRow};
pub use iati::{WriteError, read_iati, write_iati};
pub use json::Json;
pub use passport::{PassportLocation, PassportParty, ProjectPassport, is_oc4ids_sector, write_oc4ids};
pub use probe::{Container, Input, Probe};
pub use readers::hxl::hxl_tags;
pub use sheet::{Sheet, SheetRow, plain_name};
pub use values::{DateColumn, DayOrder, ValueError, count, integer, is_missing, number};

use mostari_model::{About, Finding, Table};

/// How well a reader fits a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// Not its kind of file.
    No,
    /// Could be: it has some of what the reader needs.
    Maybe,
    /// Has the marks of exactly this format.
    Yes,
}

/// What a reader made of a file.
///
/// `rows` counts the records in the file; each one is either in a table or named by a finding.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The observations.
    pub tables: Vec<Table>,
    /// What was not used or is doubtful, with row and column; the caller adds the file's name.
    pub findings: Vec<Finding>,
    /// Records in the file (rows under the header, features, flows).
    pub rows: u64,
}

/// Why a file as a whole could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// No reader fits.
    #[error("no reader fits this file: {0}")]
    NoReader(String),
    /// The asked-for reader does not exist.
    #[error("there is no reader `{0}`")]
    UnknownReader(String),
    /// The file is damaged or not what it seems; the finding says why.
    #[error("{}", .0.message)]
    Refused(Box<Finding>),
}

/// A reader of one format.
pub trait Reader: Sync {
    /// Its card.
    fn about(&self) -> &'static About;

    /// How well it fits, by content.
    fn fits(&self, probe: &Probe<'_>) -> Fit;

    /// Reads the file.
    ///
    /// # Errors
    /// [`ReadError::Refused`] if nothing of the file can be trusted.
    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError>;
}

/// Every reader, the most particular first: where two fit equally well, the earlier one reads.
pub fn all() -> &'static [&'static dyn Reader] {
    &[
        &readers::ged::Ged,
        &readers::acled::Acled,
        &readers::areas::AreasGeoJson,
        &readers::areas_shapefile::AreasShapefile,
        &readers::hazards::HazardAreas,
        &readers::facilities::Facilities,
        &readers::routes::Routes,
        &readers::oc4ids::Oc4ids,
        &readers::iati::Iati,
        &readers::hno::Hno,
        &readers::ipc::Ipc,
        &readers::fts::Fts,
        &readers::unhcr::Unhcr,
        &readers::dtm::Dtm,
        &readers::hxl::Hxl,
        &readers::three_w::ThreeW,
        &readers::population::Population,
    ]
}

/// A file and the reader that will read it.
pub struct Detected<'a> {
    reader: &'static dyn Reader,
    probe: Probe<'a>,
}

impl Detected<'_> {
    /// The reader's card.
    pub fn about(&self) -> &'static About {
        self.reader.about()
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`ReadError::Refused`] if nothing of the file can be trusted.
    pub fn read(&self) -> Result<Reading, ReadError> {
        let mut reading = self.reader.read(&self.probe)?;
        reading.findings.splice(0..0, self.probe.findings());
        if reading.rows == 0 {
            reading.findings.push(Finding::new(findings::text::NO_ROWS, "there is nothing below its heading"));
        }
        Ok(reading)
    }
}

/// Finds the reader that fits best, or the one of the id `kind`. Only the head of a large file is looked at.
///
/// # Errors
/// [`ReadError`] if none fits or the file is damaged.
pub fn detect<'a>(input: &Input<'a>, kind: Option<&str>) -> Result<Detected<'a>, ReadError> {
    let probe = Probe::of(input)?;
    let reader = match kind {
        Some(id) => *all()
            .iter()
            .find(|reader| reader.about().id == id)
            .ok_or_else(|| ReadError::UnknownReader(id.to_owned()))?,
        None => best_fit(&probe)?,
    };
    Ok(Detected { reader, probe })
}

/// [`detect`] and [`Detected::read`] in one.
///
/// # Errors
/// As both.
pub fn read(input: &Input<'_>, kind: Option<&str>) -> Result<(&'static About, Reading), ReadError> {
    let detected = detect(input, kind)?;
    Ok((detected.about(), detected.read()?))
}

fn best_fit(probe: &Probe<'_>) -> Result<&'static dyn Reader, ReadError> {
    let mut best: Option<(Fit, &'static dyn Reader)> = None;
    for reader in all() {
        let fit = reader.fits(probe);
        if fit > best.map_or(Fit::No, |(fit, _)| fit) {
            best = Some((fit, *reader));
        }
    }
    best.map(|(_, reader)| reader).ok_or_else(|| ReadError::NoReader(probe.describe()))
}
