//! What an entry of the log says. How its bytes spell it is known to [`crate::leaf`] alone.
//!
//! A public statement stands in its leaf. Any other is *sealed*: it lies beside the log as a [`Payload`], and the leaf
//! carries a commitment to it. A payload can be erased; then the entry is [`Body::Withheld`], and its place stays proven.

use crate::{
    key::AuthorKey,
    keys::KeyChange,
    leaf::{EntryId, LEAF_BYTES_MAX, Leaf, Reference, SALT_BYTES, SEALED, commit},
    release::Released,
};
use jiff::Timestamp;
use mostari_model::{AreaId, Date, Digest, EntryId as EntryName, Label, Settled, canonical_json};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The path of the one commitment of a sealed statement.
const SEALED_PATH: &str = "statement";
/// The public field that holds a public statement.
const BODY_FIELD: &str = "body";
/// The public field that says of which sealed entry a public statement is the release.
const RELEASE_FIELD: &str = "release";

/// Kinds by which the record itself finds entries again.
pub(crate) const FOUNDED: &str = "founded";
pub(crate) const DATASET: &str = "dataset";
pub(crate) const SETTLED: &str = "settled";
pub(crate) const COMPUTATION: &str = "computation";
pub(crate) const KEY: &str = "key";
pub(crate) const CORRECTION: &str = "correction";
pub(crate) const ERASURE: &str = "erasure";
pub(crate) const MIRRORED: &str = "mirrored";

/// One entry of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its position in the log, from 0.
    pub index: u64,
    /// The SHA-256 of its leaf; its author's next entry names it.
    pub digest: Digest,
    /// Who signed it.
    pub author: AuthorKey,
    /// Position among its author's entries, from 0.
    pub author_sequence: u64,
    /// The digest of its author's entry before it; for the first one that of no bytes.
    pub previous: Digest,
    /// The author's idempotency id.
    pub id: EntryId,
    /// When its author says that it was recorded: a claim. Order is the index. `None` if that is withheld.
    pub recorded_at: Option<Timestamp>,
    /// Who may read it.
    pub label: Label,
    /// The area that it is about.
    pub area: Option<AreaId>,
    /// Other entries that it speaks of.
    pub references: Vec<Reference>,
    /// If it says for more readers what a sealed entry said: what was true of that one.
    pub release: Option<Released>,
    /// What it says.
    pub body: Body,
}

/// What an entry says, by kind.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Body {
    /// The mission was founded: always entry 0.
    Founded(Founded),
    /// A file was added.
    Dataset(DatasetBody),
    /// A person said which area a place reference means.
    Settled(Settled),
    /// An engine computed something from a snapshot.
    Computation(Computation),
    /// A key was added, replaced or revoked.
    Key(KeyChange),
    /// An entry shall not count any more.
    Correction(Correction),
    /// A person decided something, perhaps against what an engine said.
    Decision(Decision),
    /// What an entry said was destroyed.
    Erasure(Erasure),
    /// Another party's log was taken in, up to a point.
    Mirrored(Mirrored),
    /// A statement that another engine understands: of funds, of projects, a release.
    Said(Said),
    /// What it says is not here: erased, or never given to this holder of the log.
    Withheld,
}

impl Body {
    /// The kind as the log writes it.
    pub fn kind(&self) -> &str {
        match self {
            Self::Founded(_) => FOUNDED,
            Self::Dataset(_) => DATASET,
            Self::Settled(_) => SETTLED,
            Self::Computation(_) => COMPUTATION,
            Self::Key(_) => KEY,
            Self::Correction(_) => CORRECTION,
            Self::Decision(_) => "decision",
            Self::Erasure(_) => ERASURE,
            Self::Mirrored(_) => MIRRORED,
            Self::Said(said) => &said.kind,
            Self::Withheld => SEALED,
        }
    }

    /// What the entry is about; a later entry with the same subject speaks of the same thing.
    pub(crate) fn subject(&self, label: &Label) -> Digest {
        match self {
            Self::Dataset(dataset) => dataset_subject(&dataset.file_digest, &dataset.reader, label),
            Self::Settled(settled) => Digest::of_value(&("settled", &settled.place)),
            Self::Computation(computation) => computation_subject(computation.kind, &computation.snapshot),
            other => Digest::of_value(&(other.kind(), other.to_value())),
        }
    }

    fn to_value(&self) -> Value {
        let value = match self {
            Self::Founded(founded) => serde_json::to_value(founded),
            Self::Dataset(dataset) => serde_json::to_value(dataset),
            Self::Settled(settled) => serde_json::to_value(settled),
            Self::Computation(computation) => serde_json::to_value(computation),
            Self::Key(change) => serde_json::to_value(change),
            Self::Correction(correction) => serde_json::to_value(correction),
            Self::Decision(decision) => serde_json::to_value(decision),
            Self::Erasure(erasure) => serde_json::to_value(erasure),
            Self::Mirrored(mirrored) => serde_json::to_value(mirrored),
            Self::Said(said) => serde_json::to_value(said),
            Self::Withheld => Ok(Value::Null),
        };
        value.expect("our types have string keys and finite depth")
    }

    fn from_value(kind: &str, value: Value) -> Result<Self, String> {
        match kind {
            FOUNDED => serde_json::from_value(value).map(Self::Founded),
            DATASET => serde_json::from_value(value).map(Self::Dataset),
            SETTLED => serde_json::from_value(value).map(Self::Settled),
            COMPUTATION => serde_json::from_value(value).map(Self::Computation),
            KEY => serde_json::from_value(value).map(Self::Key),
            CORRECTION => serde_json::from_value(value).map(Self::Correction),
            "decision" => serde_json::from_value(value).map(Self::Decision),
            ERASURE => serde_json::from_value(value).map(Self::Erasure),
            MIRRORED => serde_json::from_value(value).map(Self::Mirrored),
            kind if is_word(kind) => Said::from_value(kind, value).map(Self::Said),
            other => return Err(format!("its kind `{other}` is none")),
        }
        .map_err(|error| error.to_string())
    }
}

impl Said {
    /// The statement is put aside meanwhile: most entries are of this kind, and it would be copied field by field.
    fn from_value(kind: &str, mut value: Value) -> serde_json::Result<Self> {
        let statement = value.get_mut("statement").map(Value::take);
        let said: Self = serde_json::from_value(value)?;
        Ok(Self { kind: kind.to_owned(), statement: statement.unwrap_or_default(), ..said })
    }
}

fn is_word(kind: &str) -> bool {
    kind != SEALED && !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

/// The beginning of a mission: who answers for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Founded {
    /// Name of the mission.
    pub name: String,
    /// ISO 3166-1 alpha-3 code of the country.
    pub country: String,
    /// Name under which the log is known.
    pub origin: String,
    /// The key that may add others.
    pub author: AuthorKey,
    /// What that key is for beside its authority, as the policies have words for it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<String>,
}

/// A correction: the entry stays in the log and counts no more. Correcting a correction brings it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Which entry.
    pub of: u64,
    /// The entry that says it better, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<u64>,
    /// Why.
    pub reason: String,
}

/// A decision, signed and with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What it is about: a plan, a project, an indicator.
    pub about: String,
    /// What was decided.
    pub decision: String,
    /// Why.
    pub reason: String,
    /// What an engine had said instead, if the decision goes against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrides: Option<String>,
}

/// That what an entry said was destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Which entry.
    pub of: u64,
    /// Why, in words that give nothing away.
    pub reason: String,
}

/// That another party's log was taken in: what both agree on from here on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mirrored {
    /// Name of the other log.
    pub origin: String,
    /// Its verifier key (C2SP signed-note): a later copy must be signed by the same one.
    pub key: String,
    /// The party for which it speaks.
    pub party: String,
    /// How many of its entries were taken in.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Digest,
}

/// A statement of another engine's kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// Which engine's: `funds`, `project`, `release`; it stands on the leaf.
    #[serde(skip)]
    pub kind: String,
    /// What its author calls it, so that later statements can name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<EntryName>,
    /// When it happened, as its author says.
    pub happened: Date,
    /// The statement in the engine's words. Numbers are integers.
    pub statement: Value,
    /// Bulk that it speaks of, by SHA-256; it was stored before ([`crate::Mission::store_result`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blobs: Vec<Digest>,
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
    /// Sites for people to reach.
    Sites,
    /// Rounds of vehicles that bring goods.
    Convoys,
    /// Teams that stand ready, and chances of a visit.
    Presence,
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
    /// What a payload says, by itself.
    pub(crate) fn of_payload(payload: &Payload) -> Result<Self, String> {
        let sealed: Sealed = serde_json::from_slice(&payload.bytes).map_err(|error| error.to_string())?;
        Self::from_value(&sealed.kind, sealed.body)
    }

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
            Self::Said(said) => said.blobs.iter().map(|digest| (*digest, "bulk")).collect(),
            _ => Vec::new(),
        }
    }
}

/// What is kept beside the log for a sealed entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// Random bytes without which nobody can guess what the commitment stands for.
    pub salt: [u8; SALT_BYTES],
    /// The sealed statement, canonical JSON.
    pub bytes: Vec<u8>,
}

/// An entry before author, sequence and chain are known.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub id: EntryId,
    pub time: Timestamp,
    pub area: Option<AreaId>,
    pub label: Label,
    pub references: Vec<Reference>,
    pub release: Option<Released>,
    pub body: Body,
}

/// What a sealed leaf leaves out.
#[derive(Serialize, Deserialize)]
struct Sealed {
    kind: String,
    time: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    area: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    references: Vec<(String, u64, Digest)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    release: Option<Released>,
    body: Value,
}

impl Statement {
    /// The unsigned leaf, and the payload if it is sealed. `salt` is only used then.
    pub fn to_leaf(
        &self,
        author: AuthorKey,
        sequence: u64,
        previous: Digest,
        salt: [u8; SALT_BYTES],
    ) -> (Leaf, Option<Payload>) {
        let mut leaf = Leaf {
            kind: self.body.kind().to_owned(),
            author,
            sequence,
            previous,
            id: self.id,
            time: Some(self.time.as_second()),
            area: self.area.as_ref().map(ToString::to_string),
            label: self.label.clone(),
            fields: BTreeMap::new(),
            commitments: BTreeMap::new(),
            references: self.references.clone(),
        };
        if self.label.is_public() {
            leaf.fields.insert(BODY_FIELD.to_owned(), self.body.to_value());
            leaf.fields.extend(self.release.iter().map(|release| (RELEASE_FIELD.to_owned(), json!(release))));
            return (leaf, None);
        }
        let sealed = Sealed {
            kind: std::mem::replace(&mut leaf.kind, SEALED.to_owned()),
            time: leaf.time.take().expect("it was set above"),
            area: leaf.area.take(),
            references: leaf.references.drain(..).map(|r| (r.role, r.index, r.leaf)).collect(),
            release: self.release.clone(),
            body: self.body.to_value(),
        };
        let bytes = canonical_json(&sealed);
        leaf.commitments.insert(SEALED_PATH.to_owned(), commit(&salt, SEALED_PATH, &bytes));
        (leaf, Some(Payload { salt, bytes }))
    }
}

impl Entry {
    /// Reads an entry from its leaf, and from its payload if that is at hand.
    ///
    /// # Errors
    /// In words, if the leaf says nothing that this version knows, or the payload is not what the leaf stands for.
    pub(crate) fn read(index: u64, digest: Digest, leaf: Leaf, payload: Option<&Payload>) -> Result<Self, String> {
        let Leaf { kind, author, sequence, previous, id, time, area, label, mut fields, commitments, references } =
            leaf;
        let mut entry = Self {
            index,
            digest,
            author,
            author_sequence: sequence,
            previous,
            id,
            recorded_at: time.map(to_timestamp).transpose()?,
            label,
            area: area.map(Into::into),
            references,
            release: None,
            body: Body::Withheld,
        };
        if kind != SEALED {
            let value = fields.remove(BODY_FIELD).ok_or("it has no body")?;
            let release = fields.remove(RELEASE_FIELD).map(serde_json::from_value).transpose();
            entry.release = release.map_err(|error| error.to_string())?;
            entry.body = Body::from_value(&kind, value)?;
            return Ok(entry);
        }
        let commitment = commitments.get(SEALED_PATH).ok_or("it is sealed without a commitment")?;
        let Some(payload) = payload else { return Ok(entry) };
        if commit(&payload.salt, SEALED_PATH, &payload.bytes) != *commitment {
            return Err("what is kept beside the log is not what it was sealed over".to_owned());
        }
        let sealed: Sealed = serde_json::from_slice(&payload.bytes).map_err(|error| error.to_string())?;
        entry.recorded_at = Some(to_timestamp(sealed.time)?);
        entry.area = sealed.area.map(Into::into);
        let reference = |(role, index, leaf)| Reference { role, index, leaf };
        entry.references = sealed.references.into_iter().map(reference).collect();
        entry.release = sealed.release;
        entry.body = Body::from_value(&sealed.kind, sealed.body)?;
        Ok(entry)
    }

    /// The entry as one line of canonical JSON, for exports and terminals.
    pub fn to_json(&self) -> Value {
        json!({
            "index": self.index, "leaf": self.digest, "author": self.author, "sequence": self.author_sequence,
            "recorded_at": self.recorded_at.map(|at| at.to_string()), "label": self.label,
            "area": self.area.as_ref().map(ToString::to_string), "kind": self.body.kind(), "body": self.body.to_value(),
            "releases": self.releases(), "release": self.release,
        })
    }
}

/// Whether a leaf of these bytes fits into the log.
pub(crate) fn fits(bytes: &[u8]) -> bool {
    bytes.len() <= LEAF_BYTES_MAX
}

fn to_timestamp(seconds: i64) -> Result<Timestamp, String> {
    Timestamp::from_second(seconds).map_err(|_| "its time is out of range".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::AuthorSecret;
    use mostari_model::PlaceRef;

    fn statement(label: &str, name: &str) -> Statement {
        Statement {
            id: [1; 16],
            time: "2024-06-19T19:22:45Z".parse().unwrap(),
            area: Some("BA-1".into()),
            label: label.parse().unwrap(),
            references: vec![Reference { role: "corrects".into(), index: 2, leaf: Digest::of(b"x") }],
            release: None,
            body: Body::Settled(Settled {
                place: PlaceRef { name: name.into(), ..PlaceRef::default() },
                area: Some("BA-1".into()),
            }),
        }
    }

    fn seal(statement: &Statement) -> (Vec<u8>, Option<Payload>) {
        let secret = AuthorSecret::from_seed(&[9; 32]);
        let (leaf, payload) = statement.to_leaf(secret.author(), 3, Digest::of(b"before"), [5; SALT_BYTES]);
        (leaf.seal(&secret).unwrap(), payload)
    }

    fn read(bytes: &[u8], payload: Option<&Payload>) -> Entry {
        let signed = Leaf::open(bytes).unwrap();
        assert!(signed.is_signed());
        Entry::read(7, Digest::of(bytes), signed.leaf, payload).unwrap()
    }

    #[test]
    fn a_statement_comes_back_public_and_sealed() {
        for label in ["public", "force", "force+humanitarian"] {
            let said = statement(label, "Šamac");
            let (bytes, payload) = seal(&said);
            let entry = read(&bytes, payload.as_ref());
            assert_eq!((&entry.body, &entry.label, entry.author_sequence), (&said.body, &said.label, 3));
            assert_eq!(
                (entry.recorded_at, entry.area, entry.references),
                (Some(said.time), said.area, said.references)
            );
            assert_eq!(payload.is_none(), said.label.is_public());
        }
    }

    #[test]
    fn sealed_leaves_of_a_label_look_alike_and_say_nothing() {
        let (a, payload) = seal(&statement("force", "Šamac"));
        let (b, _) =
            seal(&Statement { area: None, references: vec![], ..statement("force", "a much longer name of a place") });
        assert_eq!(a.len(), b.len());
        assert!(!a.windows(5).any(|window| window == "Šama".as_bytes()));
        assert_eq!(read(&a, None).body, Body::Withheld);
        assert_eq!(read(&a, None).recorded_at, None);
        let other = Payload { salt: [6; SALT_BYTES], ..payload.unwrap() };
        let leaf = Leaf::open(&a).unwrap().leaf;
        assert!(Entry::read(7, Digest::of(&a), leaf, Some(&other)).unwrap_err().contains("sealed over"));
    }

    #[test]
    fn no_byte_of_a_leaf_can_change() {
        let (bytes, _) = seal(&statement("public", "Šamac"));
        for position in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[position] ^= 1;
            assert!(!Leaf::open(&changed).is_ok_and(|leaf| leaf.is_signed()), "byte {position}");
        }
    }

    #[test]
    fn the_same_leaf_spelled_otherwise_is_refused() {
        let (bytes, _) = seal(&statement("public", "Šamac"));
        // The key 0 as two bytes instead of one.
        let longer = [&bytes[..1], &[0x18, 0x00], &bytes[2..]].concat();
        assert!(Leaf::open(&longer).unwrap_err().contains("deterministic"));
        assert!(Leaf::open(&[bytes.as_slice(), &[0]].concat()).is_err());
    }

    #[test]
    fn a_cut_leaf_and_an_unknown_kind_are_refused_in_words() {
        let (bytes, _) = seal(&statement("public", "Šamac"));
        for length in 0..bytes.len() {
            assert!(Leaf::open(&bytes[..length]).is_err());
        }
        assert!(Body::from_value("Miracle!", Value::Null).unwrap_err().contains("Miracle"));
    }
}
