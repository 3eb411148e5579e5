//! Snapshot to assessment. One indicator a file in `indicators/`; each has its [`About`] card and a line in [`all`].

use mostari_model::{About, Date, IndicatorValue, Snapshot};
use mostari_place::Placed;

/// What an indicator reads: the snapshot, and where its rows lie.
pub struct Ground<'a> {
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    /// Areas in a tree, and the area of every row of every table.
    pub placed: &'a Placed,
    /// The day of the assessment: nothing later is used.
    pub as_of: Date,
}

/// A number about areas.
pub trait Indicator: Sync {
    /// Its card.
    fn about(&self) -> &'static About;

    /// One or more values for every area that it speaks of; unknown is a value of `None`, never an omission.
    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue>;
}

/// Every indicator.
pub fn all() -> &'static [&'static dyn Indicator] {
    &[]
}
