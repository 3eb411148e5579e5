//! How a file names a place, before anybody decides which area is meant.

use serde::{Deserialize, Serialize};

/// A place as a file names it: never yet an area. `mostari-place` finds the area and says how sure it is.
///
/// All texts are as spelled in the file, trimmed; empty means not given.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct PlaceRef {
    /// Country name or ISO code, if the row has one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
    /// Administrative level (0 = country) of `code` and `name`, if the file says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// P-code or other code; always text.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// Name of the place.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Code of the unit above, if given.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub parent_code: String,
    /// Name of the unit above, if given.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub parent_name: String,
}

impl PlaceRef {
    /// Whether the file says nothing at all about the place.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The text under which a distinct reference is stored and settled: canonical JSON.
    pub fn to_key(&self) -> String {
        serde_json::to_string(self).expect("plain strings serialise")
    }

    /// Reads back [`PlaceRef::to_key`].
    ///
    /// # Errors
    /// The JSON error if the text is not such a key.
    pub fn from_key(key: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(key)
    }

    /// As a person would say it: `Kenema (SL0102), Eastern`.
    pub fn to_words(&self) -> String {
        let mut words = match (self.name.is_empty(), self.code.is_empty()) {
            (false, false) => format!("{} ({})", self.name, self.code),
            (false, true) => self.name.clone(),
            (true, false) => self.code.clone(),
            (true, true) => String::new(),
        };
        for above in [&self.parent_name, &self.country] {
            if !above.is_empty() {
                if !words.is_empty() {
                    words.push_str(", ");
                }
                words.push_str(above);
            }
        }
        if words.is_empty() { "(no place given)".to_owned() } else { words }
    }
}
