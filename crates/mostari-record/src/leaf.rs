//! The bytes of an entry: what its author signs, in deterministic CBOR.
//!
//! ```text
//! {0: version, 1: kind, 2: author key, 3: author sequence, 4: hash of the author's entry before it,
//!  5: idempotency id, 6: time (POSIX seconds, a claim), 7: area, 8: [label], 9: {public fields},
//!  10: {path: commitment}, 11: [[role, log index, leaf hash]], 12: signature}
//! ```
//! Absent parts are left out. The signature is Ed25519 over `mostari entry 2\n` and the bytes of the map without its last
//! pair. An author's entries form a chain of their own: two entries with one sequence number show that the author forked.
//!
//! What not everybody may read is not in the leaf. It is *sealed*: the kind is `sealed`, time, area and references are left
//! out, and one commitment stands for all of it: HMAC-SHA256 under 32 random bytes of salt. So all sealed leaves of a
//! label look alike, and nobody can guess what is in one.

use crate::{
    cbor,
    key::{AuthorKey, AuthorSecret, SIGNATURE_BYTES},
    signatures::{KnownKeys, Signed},
};
use minicbor::{Decoder, Encoder};
use mostari_model::{Digest, Label};
use rayon::prelude::*;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The most bytes of a leaf: what an entry bundle of C2SP tlog-tiles can carry.
pub(crate) const LEAF_BYTES_MAX: usize = mostari_log::ENTRY_BYTES_MAX;
/// Version of the leaf's spelling.
const VERSION: u64 = 2;
/// Stands before the leaf when it is signed, so that a signature means nothing anywhere else.
const SIGNED_CONTEXT: &[u8] = b"mostari entry 2\n";
/// Bytes of a salt.
pub(crate) const SALT_BYTES: usize = 32;
/// Bytes of an idempotency id.
pub(crate) const ID_BYTES: usize = 16;
/// The kind that stands on a leaf whose true kind not everybody may read.
pub(crate) const SEALED: &str = "sealed";
const MAP_PARTS: u64 = 12;

/// An idempotency id: the same statement sent twice is one entry.
pub type EntryId = [u8; ID_BYTES];

/// A pointer from one entry to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// What the other one is to this one: `corrects`, `decides`, `releases`, …
    pub role: String,
    /// Its index in this log.
    pub index: u64,
    /// The SHA-256 of its leaf.
    pub leaf: Digest,
}

/// A leaf, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// The kind, or `sealed`.
    pub kind: String,
    /// Who signs.
    pub author: AuthorKey,
    /// Position among the author's entries, from 0.
    pub sequence: u64,
    /// The SHA-256 of the author's leaf before this one; of no bytes for the first one.
    pub previous: Digest,
    /// The idempotency id.
    pub id: EntryId,
    /// When the author says that it was said, in POSIX seconds: a claim.
    pub time: Option<i64>,
    /// The area that it is about.
    pub area: Option<String>,
    /// Who may read what is sealed.
    pub label: Label,
    /// What everybody may read.
    pub fields: BTreeMap<String, Value>,
    /// What stands for the rest.
    pub commitments: BTreeMap<String, Digest>,
    /// Other entries.
    pub references: Vec<Reference>,
}

impl Leaf {
    /// Spells and signs it.
    ///
    /// # Errors
    /// In words, if a field cannot be spelled.
    pub(crate) fn seal(&self, secret: &AuthorSecret) -> Result<Vec<u8>, String> {
        let mut bytes = self.spell()?;
        let signature = secret.sign(&[SIGNED_CONTEXT, &bytes].concat());
        append_signature(&mut bytes, &signature);
        Ok(bytes)
    }

    /// Reads a leaf and checks that its bytes are the only right ones. The signature is another question:
    /// [`SignedLeaf::is_signed`].
    ///
    /// # Errors
    /// In words, if they are not.
    pub fn open(bytes: &[u8]) -> Result<SignedLeaf<'_>, String> {
        if bytes.len() > LEAF_BYTES_MAX {
            return Err(format!("it has {} bytes; a leaf has at most {LEAF_BYTES_MAX}", bytes.len()));
        }
        let (leaf, signature) = read(bytes)?;
        let mut spelled = leaf.spell()?;
        let unsigned = spelled.len();
        append_signature(&mut spelled, &signature);
        match spelled == bytes {
            true => Ok(SignedLeaf { leaf, unsigned: &bytes[..unsigned], signature }),
            false => Err("its bytes are not the deterministic ones".to_owned()),
        }
    }

    /// Whether what not everybody may read is left out of it.
    pub fn is_sealed(&self) -> bool {
        self.kind == SEALED
    }

    /// The map, with room left in its head for the signature.
    fn spell(&self) -> Result<Vec<u8>, String> {
        let parts = [
            self.time.is_some(),
            self.area.is_some(),
            !self.label.is_public(),
            !self.fields.is_empty(),
            !self.commitments.is_empty(),
            !self.references.is_empty(),
        ];
        let count = 7 + parts.into_iter().filter(|is_there| *is_there).count() as u64;
        let mut out = Vec::with_capacity(512);
        let e = &mut Encoder::new(&mut out);
        (|| {
            e.map(count)?.u8(0)?.u64(VERSION)?.u8(1)?.str(&self.kind)?;
            e.u8(2)?.bytes(self.author.as_bytes())?.u8(3)?.u64(self.sequence)?;
            e.u8(4)?.bytes(self.previous.as_bytes())?.u8(5)?.bytes(&self.id)?;
            if let Some(time) = self.time {
                e.u8(6)?.i64(time)?;
            }
            if let Some(area) = &self.area {
                e.u8(7)?.str(area)?;
            }
            if !self.label.is_public() {
                e.u8(8)?.array(self.label.compartments().count() as u64)?;
                for compartment in self.label.compartments() {
                    e.str(compartment)?;
                }
            }
            Ok::<_, minicbor::encode::Error<std::convert::Infallible>>(())
        })()
        .map_err(|error| error.to_string())?;
        if !self.fields.is_empty() {
            out.push(9);
            cbor::encode_map(self.fields.iter(), &mut out)?;
        }
        let e = &mut Encoder::new(&mut out);
        (|| {
            if !self.commitments.is_empty() {
                let mut sorted: Vec<_> = self.commitments.iter().collect();
                sorted.sort_by(|(a, _), (b, _)| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
                e.u8(10)?.map(sorted.len() as u64)?;
                for (path, commitment) in sorted {
                    e.str(path)?.bytes(commitment.as_bytes())?;
                }
            }
            if !self.references.is_empty() {
                e.u8(11)?.array(self.references.len() as u64)?;
                for Reference { role, index, leaf } in &self.references {
                    e.array(3)?.str(role)?.u64(*index)?.bytes(leaf.as_bytes())?;
                }
            }
            Ok::<_, minicbor::encode::Error<std::convert::Infallible>>(())
        })()
        .map_err(|error| error.to_string())?;
        Ok(out)
    }
}

fn append_signature(bytes: &mut Vec<u8>, signature: &[u8; SIGNATURE_BYTES]) {
    bytes.push(12);
    bytes.extend([0x58, SIGNATURE_BYTES as u8]);
    bytes.extend(signature);
}

/// A leaf whose bytes are right; whether its author signed them is still to be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedLeaf<'a> {
    /// What it says.
    pub leaf: Leaf,
    unsigned: &'a [u8],
    signature: [u8; SIGNATURE_BYTES],
}

impl SignedLeaf<'_> {
    /// Whether the author that it names signed it.
    pub fn is_signed(&self) -> bool {
        self.signed().is_right()
    }

    /// What its author is said to have signed.
    fn signed(&self) -> Signed<'_> {
        Signed { author: self.leaf.author, message: [SIGNED_CONTEXT, self.unsigned], signature: &self.signature }
    }
}

/// Opens leaves, on all cores if they are many; of each whether the author that it names signed it.
pub(crate) fn open_all(leaves: &[&[u8]], keys: &KnownKeys) -> Vec<Result<(Leaf, bool), String>> {
    let opened: Vec<_> = match leaves {
        // Not worth waking other threads.
        [one] => vec![Leaf::open(one)],
        many => many.par_iter().map(|bytes| Leaf::open(bytes)).collect(),
    };
    let signed: Vec<_> = opened.iter().flatten().map(SignedLeaf::signed).collect();
    let mut are_right = keys.are_right(&signed).into_iter();
    let mut pair = |leaf: SignedLeaf<'_>| (leaf.leaf, are_right.next() == Some(true));
    opened.into_iter().map(|leaf| leaf.map(&mut pair)).collect()
}

/// Reads loosely; the caller spells it again and compares.
fn read(bytes: &[u8]) -> Result<(Leaf, [u8; SIGNATURE_BYTES]), String> {
    let words = |error: minicbor::decode::Error| error.to_string();
    let d = &mut Decoder::new(bytes);
    let count = d.map().map_err(words)?.filter(|count| *count <= MAP_PARTS + 1).ok_or("it is no map of a leaf")?;
    let mut leaf = Leaf {
        kind: String::new(),
        author: AuthorKey::from_bytes([0; 32]),
        sequence: 0,
        previous: Digest::of(b""),
        id: [0; ID_BYTES],
        time: None,
        area: None,
        label: Label::public(),
        fields: BTreeMap::new(),
        commitments: BTreeMap::new(),
        references: Vec::new(),
    };
    let mut signature = None;
    for _ in 0..count {
        match d.u8().map_err(words)? {
            0 => match d.u64().map_err(words)? {
                VERSION => {}
                other => return Err(format!("its version {other} is not known to this program")),
            },
            1 => leaf.kind = d.str().map_err(words)?.to_owned(),
            2 => leaf.author = AuthorKey::from_bytes(array(d)?),
            3 => leaf.sequence = d.u64().map_err(words)?,
            4 => leaf.previous = Digest::from_bytes(array(d)?),
            5 => leaf.id = array(d)?,
            6 => leaf.time = Some(d.i64().map_err(words)?),
            7 => leaf.area = Some(d.str().map_err(words)?.to_owned()),
            8 => leaf.label = read_label(d)?,
            9 => leaf.fields = read_fields(d)?,
            10 => leaf.commitments = read_commitments(d)?,
            11 => leaf.references = read_references(d)?,
            12 => signature = Some(array(d)?),
            other => return Err(format!("it has a part {other} that is not known")),
        }
    }
    Ok((leaf, signature.ok_or("it has no signature")?))
}

fn array<const N: usize>(d: &mut Decoder<'_>) -> Result<[u8; N], String> {
    let bytes = d.bytes().map_err(|error| error.to_string())?;
    bytes.try_into().map_err(|_| format!("a part has {} bytes instead of {N}", bytes.len()))
}

fn read_label(d: &mut Decoder<'_>) -> Result<Label, String> {
    let count = d.array().map_err(|error| error.to_string())?.ok_or("its label has no length")?;
    let mut words = Vec::new();
    for _ in 0..count {
        words.push(d.str().map_err(|error| error.to_string())?);
    }
    words.join("+").parse().map_err(|_| "its label is none".to_owned())
}

fn read_fields(d: &mut Decoder<'_>) -> Result<BTreeMap<String, Value>, String> {
    match cbor::decode(d)? {
        Value::Object(map) => Ok(map.into_iter().collect()),
        _ => Err("its public fields are no map".to_owned()),
    }
}

fn read_commitments(d: &mut Decoder<'_>) -> Result<BTreeMap<String, Digest>, String> {
    let count = d.map().map_err(|error| error.to_string())?.ok_or("its commitments have no length")?;
    let mut commitments = BTreeMap::new();
    for _ in 0..count {
        let path = d.str().map_err(|error| error.to_string())?.to_owned();
        commitments.insert(path, Digest::from_bytes(array(d)?));
    }
    Ok(commitments)
}

fn read_references(d: &mut Decoder<'_>) -> Result<Vec<Reference>, String> {
    let count = d.array().map_err(|error| error.to_string())?.ok_or("its references have no length")?;
    let mut references = Vec::new();
    for _ in 0..count {
        if d.array().map_err(|error| error.to_string())? != Some(3) {
            return Err("a reference has not three parts".to_owned());
        }
        let role = d.str().map_err(|error| error.to_string())?.to_owned();
        let index = d.u64().map_err(|error| error.to_string())?;
        references.push(Reference { role, index, leaf: Digest::from_bytes(array(d)?) });
    }
    Ok(references)
}

/// What stands on the leaf for a value that is kept beside it: HMAC-SHA256 (RFC 2104) under the salt, over path and value.
pub(crate) fn commit(salt: &[u8; SALT_BYTES], path: &str, value: &[u8]) -> Digest {
    let mut key = [0; 64];
    key[..SALT_BYTES].copy_from_slice(salt);
    let pad = |byte: u8| key.map(|k| k ^ byte);
    let inner = Sha256::new()
        .chain_update(pad(0x36))
        .chain_update((path.len() as u64).to_be_bytes())
        .chain_update(path)
        .chain_update(value)
        .finalize();
    Digest::from_bytes(Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into())
}
