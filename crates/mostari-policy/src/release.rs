//! What a release says: the statement that lowers a label, for the record to carry as an entry.

use crate::disclosure::{Price, Protected, Rule};
use mostari_model::{Digest, Label, PartyId};
use serde::{Deserialize, Serialize};

/// The method that made the table, with its version: another method, another word.
pub const METHOD: &str = "hypercube-1";

/// A release: what was taken from where, protected how, and for whom it is now.
///
/// As JSON:
/// ```text
/// {"source":"9f86…","earlier":["60303a…"],"table":"people helped","released":"fd61…","method":"hypercube-1",
///  "rule":{"measure":"counts","hidden_max":10,"spread_min":10},"hidden":4,
///  "label_before":["humanitarian"],"label_after":[],"originator":"Clinic Network"}
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Digest of the snapshot that the true table was taken from.
    pub source: Digest,
    /// Digests of the earlier released tables that it was held against, oldest first.
    pub earlier: Vec<Digest>,
    /// Id of the table.
    pub table: String,
    /// Digest of the released table.
    pub released: Digest,
    /// How it was protected.
    pub method: String,
    /// What is too small to show.
    pub rule: Rule,
    /// How many cells are hidden.
    pub hidden: u64,
    /// Who could read the source.
    pub label_before: Label,
    /// Who may read the release.
    pub label_after: Label,
    /// The party whose data it is; only its key signs a release.
    pub originator: PartyId,
}

impl Release {
    /// States a protected table. `earlier` are the releases that [`crate::disclosure::protect`] was given.
    ///
    /// The [`Price`] is not part of it: how many cells were hidden for their own sake is for the originator alone.
    pub fn of(
        protected: &Protected,
        rule: &Rule,
        source: Digest,
        earlier: Vec<Digest>,
        (label_before, label_after): (Label, Label),
        originator: PartyId,
    ) -> Self {
        let Price { hidden_primary, hidden_secondary, .. } = protected.price;
        Self {
            source,
            earlier,
            table: protected.table.layout.table.clone(),
            released: Digest::of_value(&protected.table),
            method: METHOD.to_owned(),
            rule: rule.clone(),
            hidden: hidden_primary + hidden_secondary,
            label_before,
            label_after,
            originator,
        }
    }
}
