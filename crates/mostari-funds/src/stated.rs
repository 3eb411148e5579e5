//! A statement of the record as the ledger takes it.

use crate::Entry;
use jiff::tz::TimeZone;
use mostari_model::Stated;

impl Entry {
    /// The entry that a log carries; its index is its place in the order of all logs that the record holds.
    ///
    /// # Errors
    /// In words, if this version does not know what is stated.
    pub fn of(stated: &Stated) -> Result<Self, String> {
        let statement = serde_json::from_value(stated.statement.clone())
            .map_err(|error| format!("entry {} of {}: {error}", stated.index, stated.log))?;
        Ok(Self {
            index: stated.order,
            id: stated.id.as_str().into(),
            log: stated.log.as_str().into(),
            by: stated.by.as_str().into(),
            party: stated.party.clone(),
            recorded: stated.recorded.to_zoned(TimeZone::UTC).date(),
            happened: stated.happened,
            label: stated.label.clone(),
            statement,
        })
    }
}
