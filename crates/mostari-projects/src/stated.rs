//! A statement of the record as the register takes it.

use crate::Entry;
use mostari_model::Stated;

impl Entry {
    /// The entry that a log carries.
    ///
    /// # Errors
    /// In words, if this version does not know what is stated.
    pub fn of(stated: &Stated) -> Result<Self, String> {
        let statement = serde_json::from_value(stated.statement.clone())
            .map_err(|error| format!("entry {} of {}: {error}", stated.index, stated.log))?;
        Ok(Self {
            log: stated.log.clone(),
            index: stated.index,
            id: stated.id.clone(),
            by: stated.by.clone(),
            party: stated.party.clone(),
            recorded: stated.recorded,
            happened: stated.happened,
            label: stated.label.clone(),
            after: stated.after.clone(),
            statement,
        })
    }
}
