//! `mostari.toml`: what a mission is, for people and programs.

use crate::{
    error::{RecordError, Result},
    key::AuthorKey,
};
use mostari_model::Clearance;
use serde::{Deserialize, Serialize};
use std::{fs, io::Write, path::Path};

/// Format of the folder; raised when an older program could not read it any more.
pub(crate) const FORMAT: u32 = 2;
/// The oldest format that this program can read.
const FORMAT_OLDEST: u32 = 2;

/// The content of `mostari.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Format of the folder.
    pub format: u32,
    /// Name of the mission.
    pub name: String,
    /// ISO 3166-1 alpha-3 code of the country.
    pub country: String,
    /// Name under which the log is known to others: no scheme, no blank, no `+` (C2SP signed-note).
    pub origin: String,
    /// Who founded the mission and writes here.
    pub author: AuthorKey,
    /// The verifier key of the log (C2SP signed-note), for whoever checks it from outside.
    pub log: String,
    /// Whether this folder is a copy: it has no keys, and no mirrors of other logs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_copy: bool,
    /// In a copy: whose clearance it was made for. What others may see is proven in it, not held. `None`: it holds everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_for: Option<Clearance>,
}

/// Only the format, so that a newer file is recognised before its other keys are asked for.
#[derive(Deserialize)]
struct FormatOnly {
    format: u32,
}

impl Settings {
    /// Settings of a new mission.
    pub(crate) fn new(name: &str, country: &str, author: AuthorKey, log: String) -> Self {
        let origin = Self::origin_of(country, &author);
        Self {
            format: FORMAT,
            name: name.to_owned(),
            country: country.to_owned(),
            origin,
            author,
            log,
            is_copy: false,
            copy_for: None,
        }
    }

    /// The name of a log: nobody else's has it, because it names the founder's key.
    pub(crate) fn origin_of(country: &str, author: &AuthorKey) -> String {
        format!("mostari/{}/{}", country.to_ascii_lowercase(), author.short())
    }

    /// Refuses a name of several lines and a country that is no alpha-3 code.
    pub(crate) fn check(name: &str, country: &str) -> Result<()> {
        if name.trim().is_empty() || name.chars().any(char::is_control) {
            return Err(RecordError::Name { what: "name", value: name.to_owned() });
        }
        if country.len() != 3 || !country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Err(RecordError::Name { what: "country", value: country.to_owned() });
        }
        Ok(())
    }

    pub(crate) fn read(path: &Path) -> Result<Self> {
        let fault = |reason: String| RecordError::Settings { path: path.to_owned(), reason };
        let text = fs::read_to_string(path).map_err(RecordError::io("read", path))?;
        let FormatOnly { format } = toml::from_str(&text).map_err(|error| fault(error.to_string()))?;
        if format > FORMAT {
            return Err(RecordError::NewerFormat { found: format, known: FORMAT });
        }
        if format < FORMAT_OLDEST {
            return Err(RecordError::OlderFormat { found: format, oldest: FORMAT_OLDEST });
        }
        let settings: Self = toml::from_str(&text).map_err(|error| fault(error.to_string()))?;
        Self::check(&settings.name, &settings.country).map_err(|error| fault(error.to_string()))?;
        Ok(settings)
    }

    /// Writes the file durably; it must not exist.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let mut file = fs::File::create_new(path).map_err(RecordError::io("create", path))?;
        file.write_all(self.to_text().as_bytes()).and_then(|()| file.sync_all()).map_err(RecordError::io("write", path))
    }

    /// Writes the file durably in the place of one that may be there.
    pub(crate) fn replace(&self, path: &Path) -> Result<()> {
        let next = path.with_extension("toml.partial");
        match fs::remove_file(&next) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(RecordError::io("remove", &next)(error));
            }
            _ => {}
        }
        self.write(&next)?;
        fs::rename(&next, path).map_err(RecordError::io("rename", &next))
    }

    fn to_text(&self) -> String {
        let keys = toml::to_string(self).expect("plain strings and numbers are TOML");
        format!("# A Mostari mission. The record beside this file is append-only: change nothing by hand.\n{keys}")
    }
}
