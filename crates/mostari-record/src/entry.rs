//! What an entry of the log says, and its signed bytes.
//!
//! The rest of the crate knows an entry as a [`Statement`] inside a [`Leaf`]; how a leaf spells it (canonical JSON in
//! this first form) is known only here.

use crate::key::{AuthorKey, AuthorSecret, SIGNATURE_BYTES};
use jiff::Timestamp;
use mostari_model::{Digest, Label, Settled, canonical_json};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The most bytes of a leaf: what an entry bundle of C2SP tlog-tiles can carry.
pub(crate) const LEAF_BYTES_MAX: usize = 65_535;
/// Version of the statement.
const STATEMENT_VERSION: u32 = 1;
/// Stands before the statement when it is signed, so that a signature means nothing anywhere else.
const SIGNED_CONTEXT: &[u8] = b"mostari entry 1\n";

/// One entry of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its position in the log, from 0.
    pub index: u64,
    /// The digest of its bytes; the next entry names it.
    pub digest: Digest,
    /// Who signed it.
    pub author: AuthorKey,
    /// Position among its author's entries, from 0.
    pub author_sequence: u64,
    /// The digest of the entry before it; for the first one that of no bytes.
    pub previous: Digest,
    /// When its author says that it was recorded: a claim. Order is the index.
    pub recorded_at: Timestamp,
    /// Who may read it.
    pub label: Label,
    /// What it says.
    pub body: Body,
}

/// What an entry says, by kind.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// A file was added.
    Dataset(DatasetBody),
    /// A person said which area a place reference means.
    Settled(Settled),
    /// An engine computed something from a snapshot.
    Computation(Computation),
}

impl Body {
    /// The kind as the log writes it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Dataset(_) => "dataset",
            Self::Settled(_) => "settled",
            Self::Computation(_) => "computation",
        }
    }

    /// What the entry is about; a later entry with the same subject speaks of the same thing.
    pub(crate) fn subject(&self, label: &Label) -> Digest {
        match self {
            Self::Dataset(dataset) => dataset_subject(&dataset.file_digest, &dataset.reader, label),
            Self::Settled(settled) => Digest::of_value(&("settled", &settled.place)),
            Self::Computation(computation) => computation_subject(computation.kind, &computation.snapshot),
        }
    }

    fn to_value(&self) -> Value {
        let value = match self {
            Self::Dataset(dataset) => serde_json::to_value(dataset),
            Self::Settled(settled) => serde_json::to_value(settled),
            Self::Computation(computation) => serde_json::to_value(computation),
        };
        value.expect("our types have string keys and finite depth")
    }

    fn from_value(kind: &str, value: Value) -> Result<Self, String> {
        match kind {
            "dataset" => serde_json::from_value(value).map(Self::Dataset),
            "settled" => serde_json::from_value(value).map(Self::Settled),
            "computation" => serde_json::from_value(value).map(Self::Computation),
            other => return Err(format!("its kind `{other}` is not known to this version")),
        }
        .map_err(|error| error.to_string())
    }
}

/// The subject of a dataset: the same file, read by the same reader, under the same label.
pub(crate) fn dataset_subject(file_digest: &Digest, reader: &str, label: &Label) -> Digest {
    Digest::of_value(&("dataset", file_digest, reader, label))
}

/// The subject of a computation: its kind and what it was computed from.
pub(crate) fn computation_subject(kind: ComputationKind, snapshot: &Digest) -> Digest {
    Digest::of_value(&("computation", kind, snapshot))
}

/// A file that was added, and what a reader made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatasetBody {
    /// File name as it was added.
    pub file: String,
    /// Who publishes it.
    pub source: String,
    /// Licence as stated by the user, or empty.
    pub licence: String,
    /// Id of the reader that read it.
    pub reader: String,
    /// Digest of the file's bytes, which the blobs keep.
    pub file_digest: Digest,
    /// Records in the file that the reader saw.
    pub rows: u64,
    /// The tables, in the reader's order.
    pub tables: Vec<TableBody>,
    /// How many findings of each code.
    pub findings: BTreeMap<String, u64>,
    /// The blob with the findings, one canonical JSON object a line.
    pub findings_digest: Digest,
}

/// A stored table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableBody {
    /// Kind of table.
    pub kind: String,
    /// Its rows.
    pub rows: u64,
    /// The blob with its columns.
    pub digest: Digest,
}

/// Which engine computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ComputationKind {
    /// Indicator values.
    Assess,
    /// Candidate projects.
    Nominate,
    /// A plan.
    Plan,
}

/// A computation, stated so that anybody who holds the snapshot can repeat it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Computation {
    /// Which engine.
    pub kind: ComputationKind,
    /// Digest of the snapshot that it read.
    pub snapshot: Digest,
    /// What it was asked: dates, ids, seed, digests of catalogue and means. Bulk stays in blobs.
    pub parameters: Value,
    /// Blobs that it was computed from beside the snapshot: a catalogue, means, candidates.
    #[serde(default)]
    pub inputs: Vec<Digest>,
    /// Name and version of the engine.
    pub engine: String,
    /// The digest that the engine states for its result.
    pub result_digest: Digest,
    /// The blob with the result's bytes; mostly the same digest.
    pub result_blob: Digest,
}

impl Body {
    /// The blobs that it needs, each with a word for what it is.
    pub(crate) fn blobs(&self) -> Vec<(Digest, &'static str)> {
        match self {
            Self::Dataset(dataset) => [(dataset.file_digest, "original file"), (dataset.findings_digest, "findings")]
                .into_iter()
                .chain(dataset.tables.iter().map(|table| (table.digest, "table")))
                .collect(),
            Self::Computation(computation) => {
                let inputs = computation.inputs.iter().map(|digest| (*digest, "input"));
                inputs.chain([(computation.result_blob, "result")]).collect()
            }
            Self::Settled(_) => Vec::new(),
        }
    }
}

/// An entry before it is signed.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub author: AuthorKey,
    pub author_sequence: u64,
    pub previous: Digest,
    pub recorded_at: Timestamp,
    pub label: Label,
    pub body: Body,
}

/// A statement as its bytes spell it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spelled {
    version: u32,
    kind: String,
    author: AuthorKey,
    author_sequence: u64,
    previous: Digest,
    recorded_at: Timestamp,
    label: Label,
    body: Value,
}

/// The bytes of an entry: the statement as canonical JSON, then the 64 bytes of the author's signature over it.
///
/// ```text
/// {"author":"ed25519:…","author_sequence":0,"body":{…},"kind":"dataset","label":[],"previous":"e3b0…",
///  "recorded_at":"2024-06-19T19:22:45Z","version":1}<64 bytes>
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Leaf(Vec<u8>);

impl Leaf {
    /// Spells a statement and signs it.
    pub fn seal(statement: &Statement, secret: &AuthorSecret) -> Self {
        let mut bytes = spell(statement);
        let signature = secret.sign(&[SIGNED_CONTEXT, &bytes].concat());
        bytes.extend(signature);
        Self(bytes)
    }

    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// Reads the statement; the reason in words if it is none.
    pub fn open(&self) -> Result<Statement, String> {
        let (spelled, _) = self.parts()?;
        let spelled: Spelled = serde_json::from_slice(spelled).map_err(|error| error.to_string())?;
        if spelled.version != STATEMENT_VERSION {
            return Err(format!("its version {} is not known to this version", spelled.version));
        }
        Ok(Statement {
            author: spelled.author,
            author_sequence: spelled.author_sequence,
            previous: spelled.previous,
            recorded_at: spelled.recorded_at,
            label: spelled.label,
            body: Body::from_value(&spelled.kind, spelled.body)?,
        })
    }

    /// Whether the author whom it names signed exactly these bytes, and the bytes are the canonical ones.
    pub fn is_signed(&self, statement: &Statement) -> bool {
        self.parts().is_ok_and(|(spelled, signature)| {
            spelled == spell(statement) && statement.author.has_signed(&[SIGNED_CONTEXT, spelled].concat(), signature)
        })
    }

    fn parts(&self) -> Result<(&[u8], &[u8; SIGNATURE_BYTES]), String> {
        self.0.split_last_chunk().ok_or_else(|| "it is shorter than a signature".to_owned())
    }
}

fn spell(statement: &Statement) -> Vec<u8> {
    canonical_json(&Spelled {
        version: STATEMENT_VERSION,
        kind: statement.body.kind().to_owned(),
        author: statement.author,
        author_sequence: statement.author_sequence,
        previous: statement.previous,
        recorded_at: statement.recorded_at,
        label: statement.label.clone(),
        body: statement.body.to_value(),
    })
}

impl Entry {
    pub(crate) fn of(index: u64, digest: Digest, statement: Statement) -> Self {
        let Statement { author, author_sequence, previous, recorded_at, label, body } = statement;
        Self { index, digest, author, author_sequence, previous, recorded_at, label, body }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mostari_model::PlaceRef;

    fn sealed() -> (Statement, Leaf) {
        let dir = tempfile::tempdir().unwrap();
        let secret = AuthorSecret::create(&dir.path().join("key")).unwrap();
        let statement = Statement {
            author: secret.author(),
            author_sequence: 3,
            previous: Digest::of(b""),
            recorded_at: "2024-06-19T19:22:45Z".parse().unwrap(),
            label: "force".parse().unwrap(),
            body: Body::Settled(Settled {
                place: PlaceRef { name: "Šamac".into(), ..PlaceRef::default() },
                area: Some("BA-1".into()),
            }),
        };
        let leaf = Leaf::seal(&statement, &secret);
        (statement, leaf)
    }

    #[test]
    fn a_leaf_opens_to_what_was_sealed() {
        let (statement, leaf) = sealed();
        let opened = leaf.open().unwrap();
        assert_eq!(format!("{opened:?}"), format!("{statement:?}"));
        assert!(leaf.is_signed(&opened));
    }

    #[test]
    fn no_byte_of_a_leaf_can_change() {
        let (statement, leaf) = sealed();
        for position in 0..leaf.as_bytes().len() {
            let mut bytes = leaf.as_bytes().to_vec();
            bytes[position] ^= 1;
            let changed = Leaf::from_bytes(bytes);
            assert!(!changed.is_signed(&changed.open().unwrap_or_else(|_| statement.clone())), "byte {position}");
        }
    }

    #[test]
    fn the_same_statement_spelled_otherwise_is_not_signed() {
        let (statement, leaf) = sealed();
        let spaced = [b" ", leaf.as_bytes()].concat();
        let spaced = Leaf::from_bytes(spaced);
        assert_eq!(spaced.open().unwrap().author, statement.author);
        assert!(!spaced.is_signed(&statement));
    }

    #[test]
    fn a_short_leaf_and_an_unknown_kind_are_refused_in_words() {
        assert!(Leaf::from_bytes(vec![0; 63]).open().unwrap_err().contains("shorter"));
        assert!(Body::from_value("miracle", Value::Null).unwrap_err().contains("`miracle`"));
    }
}
