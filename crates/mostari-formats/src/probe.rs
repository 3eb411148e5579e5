//! What a file is, by its content: looked at once, then shown to every reader.

use crate::ReadError;

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
    /// Other JSON.
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
}

impl<'a> Probe<'a> {
    /// Looks at a file.
    ///
    /// # Errors
    /// [`ReadError::Refused`] if the file is empty or damaged.
    pub fn of(input: &Input<'a>) -> Result<Self, ReadError> {
        Ok(Self { input: *input, container: Container::Unknown })
    }

    /// What it looks like, for the message that no reader fits.
    pub fn describe(&self) -> String {
        format!("{:?}", self.container)
    }
}
