//! What one reader may see at one point of the record.

use crate::{AreaId, Clearance, Date, Digest, Label, PlaceRef, Tables};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a mission is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mission {
    /// Its name.
    pub name: String,
    /// ISO 3166-1 alpha-3 code of the country, upper case.
    pub country: String,
}

/// Number of a dataset among those that a reader may see, in the order of the log, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DatasetId(pub u64);

impl fmt::Display for DatasetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// One file's worth of tables, as the record knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dataset {
    /// Its number in the snapshot.
    pub id: DatasetId,
    /// File name as it was added.
    pub file: String,
    /// Who publishes it: `UCDP GED 25.1`, or the file name if nobody said.
    pub source: String,
    /// Licence as stated by the user, or empty.
    pub licence: String,
    /// Who may read it.
    pub label: Label,
    /// Id of the reader that read it.
    pub reader: String,
    /// Digest of the file's bytes.
    pub file_digest: Digest,
    /// Kinds of table with their row counts and the digests of their stored columns.
    pub tables: Vec<(String, u64, Digest)>,
    /// Records in the file that the reader saw.
    pub rows: u64,
    /// The day that it was added (record time).
    pub added: Date,
}

/// A place reference that a person settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// As the files name it.
    pub place: PlaceRef,
    /// The area that is meant, or `None`: no area of this mission.
    pub area: Option<AreaId>,
}

/// Plain columnar data for one reader at one point of the record: immutable, and the only thing that engines read.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The mission.
    pub mission: Mission,
    /// Digest over the mission, the datasets' contents and what was settled: independent of keys, clocks and paths.
    pub digest: Digest,
    /// How many entries of the log it was made from: those that the reader may see.
    pub entries_seen: u64,
    /// How many entries that this reader could see were erased: what is missing here is not known to anybody any more.
    pub erased: u64,
    /// For whom it was taken.
    pub reader: Clearance,
    /// The union of the labels of everything in it.
    pub label: Label,
    /// Where the rows come from; a row's `dataset` is a position in this list.
    pub datasets: Vec<Dataset>,
    /// The observations. Datasets stand in the order of the log.
    pub tables: Tables,
    /// Places that a person settled; a later one overrides an earlier one.
    pub settled: Vec<Settled>,
}

impl Snapshot {
    /// An empty snapshot of a mission, to build upon in tests and examples.
    pub fn empty(mission: Mission) -> Self {
        let digest = Digest::of_value(&mission);
        Self {
            mission,
            digest,
            entries_seen: 0,
            erased: 0,
            reader: Clearance::none(),
            label: Label::public(),
            datasets: Vec::new(),
            tables: Tables::default(),
            settled: Vec::new(),
        }
    }
}
