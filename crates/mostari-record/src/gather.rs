//! A batch while it is gathered: what shall be said, and leaves that others signed, each checked against the log and against
//! what stands in the batch before it. What is refused leaves no trace in the batch.

use crate::{
    entry::{Body, Entry, Payload},
    error::{RecordError, Result},
    index::{ChainEnd, Indexed},
    key::AuthorKey,
    keys::KeyBook,
    leaf::{EntryId, Reference, open_all},
    pen::{random, sign},
    release::Released,
    signatures::KnownKeys,
    writer::Writer,
};
use jiff::Timestamp;
use mostari_model::{AreaId, Digest, Label};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What shall be said; whoever signs it, a [`Writer`] or a [`Pen`](crate::Pen), adds author, sequence and chain.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Who may read it.
    pub label: Label,
    /// The area that it is about.
    pub area: Option<AreaId>,
    /// Other entries.
    pub references: Vec<Reference>,
    /// If it releases a sealed entry: what was true of that one ([`crate::Mission::draft_release`]).
    pub release: Option<Released>,
    /// An idempotency id; a random one if `None`.
    pub id: Option<EntryId>,
    /// What it says.
    pub body: Body,
}

impl Draft {
    /// A draft without area, references and id.
    pub fn new(label: Label, body: Body) -> Self {
        Self { label, area: None, references: Vec::new(), release: None, id: None, body }
    }
}

/// What became of a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The entry that says it.
    pub index: u64,
    /// Whether the log said it already: then nothing was added.
    pub already_present: bool,
}

/// A leaf that another author signed elsewhere, and what it was sealed over if that came along.
#[derive(Debug, Clone)]
pub struct ForeignLeaf {
    /// The bytes of the leaf.
    pub bytes: Vec<u8>,
    /// Its payload.
    pub payload: Option<Payload>,
}

/// A foreign leaf that was read and whose signature was checked: all that can be asked without the log.
pub(crate) struct CheckedLeaf {
    bytes: Vec<u8>,
    entry: Entry,
    payload: Option<Payload>,
}

impl CheckedLeaf {
    /// Reads and checks leaves; the reason in words of each that will not do.
    fn of(foreign: &[ForeignLeaf], keys: &KnownKeys) -> Vec<Result<Self, String>> {
        let bytes: Vec<&[u8]> = foreign.iter().map(|leaf| leaf.bytes.as_slice()).collect();
        let read = |(ForeignLeaf { bytes, payload }, leaf): (&ForeignLeaf, Result<_, String>)| match leaf? {
            (_, false) => Err("its author did not sign it".to_owned()),
            (leaf, true) => {
                // Its place is not known yet.
                let entry = Entry::read(u64::MAX, Digest::of(bytes), leaf, payload.as_ref())?;
                Ok(Self { bytes: bytes.clone(), entry, payload: payload.clone() })
            }
        };
        match open_all(&bytes, keys) {
            one if one.len() == 1 => foreign.iter().zip(one).map(read).collect(),
            many => foreign.par_iter().zip(many).map(read).collect(),
        }
    }
}

/// One more for the batch.
pub(crate) enum Request {
    /// To be said by the mission's own author.
    Own(Box<Draft>, Timestamp),
    /// Signed elsewhere.
    Foreign(Box<Result<CheckedLeaf, String>>),
}

impl Request {
    /// To take in leaves; all of it that needs neither log nor order is done here.
    pub fn foreign(leaves: &[ForeignLeaf], keys: &KnownKeys) -> impl Iterator<Item = Self> + use<> {
        CheckedLeaf::of(leaves, keys).into_iter().map(|leaf| Self::Foreign(Box::new(leaf)))
    }
}

/// The batch.
pub(crate) struct Gathering<'a, 'm> {
    writer: &'a Writer<'m>,
    /// Where chains end that the batch has moved.
    ends: BTreeMap<AuthorKey, ChainEnd>,
    /// The keys, once the batch has changed them.
    keys: Option<KeyBook>,
    leaves: Vec<Vec<u8>>,
    indexed: Vec<Indexed>,
    by_subject: BTreeMap<Digest, (usize, Body, Label)>,
    by_id: BTreeMap<(AuthorKey, EntryId), usize>,
}

impl<'a, 'm> Gathering<'a, 'm> {
    pub fn new(writer: &'a Writer<'m>) -> Self {
        let (ends, by_subject, by_id) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { writer, ends, keys: None, leaves: Vec::new(), indexed: Vec::new(), by_subject, by_id }
    }

    /// What was gathered: leaves, and how the index shall know them.
    pub fn finish(self) -> (Vec<Vec<u8>>, Vec<Indexed>) {
        (self.leaves, self.indexed)
    }

    pub fn add(&mut self, request: Request) -> Result<Appended> {
        match request {
            Request::Own(draft, at) => self.say(&draft, at),
            Request::Foreign(leaf) => {
                let leaf = leaf.map_err(|reason| RecordError::Entry { index: self.next_index(), reason })?;
                self.join(leaf)
            }
        }
    }

    fn next_index(&self) -> u64 {
        self.writer.size() + self.leaves.len() as u64
    }

    fn end_of(&self, author: &AuthorKey) -> Result<ChainEnd> {
        self.ends.get(author).map_or_else(|| self.writer.index().chain_end(author), |end| Ok(*end))
    }

    /// Whether the author may sign the next entry. The first one is what the keys begin with.
    fn check_author(&self, author: AuthorKey) -> Result<()> {
        let index = self.next_index();
        match index == 0 || self.keys.as_ref().unwrap_or(self.writer.known_keys()).is_valid(&author, index) {
            true => Ok(()),
            false => Err(RecordError::AuthorUnknown { author }),
        }
    }

    fn check_blobs(&self, body: &Body) -> Result<()> {
        let is_missing = |digest: &Digest| !self.writer.holds_blob(digest);
        match body.blobs().into_iter().map(|(digest, _)| digest).find(is_missing) {
            Some(digest) => Err(RecordError::BlobMissing { digest }),
            None => Ok(()),
        }
    }

    /// Says a draft as the mission's own author.
    fn say(&mut self, draft: &Draft, at: Timestamp) -> Result<Appended> {
        let author = self.writer.author();
        self.check_author(author)?;
        self.check_blobs(&draft.body)?;
        let subject = draft.body.subject(&draft.label);
        if let Some(index) = self.already_said(author, &subject, draft)? {
            return Ok(Appended { index, already_present: true });
        }
        let id = draft.id.map_or_else(random, Ok)?;
        let end = self.end_of(&author)?;
        let (bytes, payload) = sign(draft, id, at, self.writer.secret(), end)?;
        let indexed = Indexed {
            index: self.next_index(),
            author,
            sequence: end.next,
            leaf: Digest::of(&bytes),
            subject,
            id,
            kind: draft.body.kind().to_owned(),
            label: draft.label.clone(),
            payload,
        };
        Ok(self.push(bytes, indexed, draft.body.clone()))
    }

    /// Takes in a leaf that another author signed.
    fn join(&mut self, leaf: CheckedLeaf) -> Result<Appended> {
        let CheckedLeaf { bytes, mut entry, payload } = leaf;
        let Entry { author, author_sequence: sequence, digest, .. } = entry;
        self.check_author(author)?;
        let end = self.end_of(&author)?;
        if sequence < end.next {
            return self.known(author, sequence, &digest);
        }
        if sequence > end.next {
            return Err(RecordError::ChainGap { author, due: end.next, found: sequence });
        }
        if entry.previous != end.previous {
            return Err(RecordError::Forked { author, sequence });
        }
        entry.index = self.next_index();
        let indexed = Indexed::of(&entry, payload);
        Ok(self.push(bytes, indexed, entry.body))
    }

    /// From here on nothing is refused.
    fn push(&mut self, bytes: Vec<u8>, indexed: Indexed, body: Body) -> Appended {
        let Indexed { index, author, sequence, leaf, subject, id, .. } = indexed;
        let position = self.leaves.len();
        if matches!(body, Body::Key(_)) {
            let keys = self.keys.get_or_insert_with(|| self.writer.known_keys().clone());
            // A change that the book refuses changes nothing; `verify` says so.
            let _ = keys.note_body(&body, &indexed.label, author, index);
        }
        self.ends.insert(author, ChainEnd { next: sequence + 1, previous: leaf });
        self.by_subject.insert(subject, (position, body, indexed.label.clone()));
        self.by_id.insert((author, id), position);
        self.indexed.push(indexed);
        self.leaves.push(bytes);
        Appended { index, already_present: false }
    }

    fn known(&self, author: AuthorKey, sequence: u64, digest: &Digest) -> Result<Appended> {
        let in_batch = self.indexed.iter().find(|entry| entry.author == author && entry.sequence == sequence);
        let (index, held) = match in_batch {
            Some(entry) => (entry.index, entry.leaf),
            None => {
                let index = self.writer.index().by_author(&author, sequence)?;
                let index = index.ok_or(RecordError::ChainGap { author, due: sequence, found: sequence })?;
                (index, Digest::of(&self.writer.leaf(index)?))
            }
        };
        match held == *digest {
            true => Ok(Appended { index, already_present: true }),
            false => Err(RecordError::Forked { author, sequence }),
        }
    }

    /// The entry that says the same. A file is the same whatever is now said about it; of everything else the latest word
    /// counts, so that A, then B, then A again is three entries.
    fn already_said(&self, author: AuthorKey, subject: &Digest, draft: &Draft) -> Result<Option<u64>> {
        if let Some(id) = &draft.id {
            return self.retried(author, id, draft);
        }
        let is_same = |body: &Body, label: &Label| {
            matches!(draft.body, Body::Dataset(_)) || (*body == draft.body && *label == draft.label)
        };
        if let Some((position, body, label)) = self.by_subject.get(subject) {
            return Ok(is_same(body, label).then(|| self.indexed[*position].index));
        }
        for index in self.writer.index().about(subject)? {
            let entry = self.writer.entry(index)?;
            if entry.body.subject(&entry.label) == *subject {
                return Ok(is_same(&entry.body, &entry.label).then_some(index));
            }
        }
        Ok(None)
    }

    /// A retry with equal content is the same entry; with other content it is refused.
    fn retried(&self, author: AuthorKey, id: &EntryId, draft: &Draft) -> Result<Option<u64>> {
        let answer = |index: u64, body: &Body, label: &Label| match *body == draft.body && *label == draft.label {
            true => Ok(Some(index)),
            false => Err(RecordError::IdUsed { index }),
        };
        for index in self.writer.index().with_id(id)? {
            let entry = self.writer.entry(index)?;
            if entry.id == *id && entry.author == author {
                return answer(index, &entry.body, &entry.label);
            }
        }
        match self.by_id.get(&(author, *id)) {
            None => Ok(None),
            Some(position) => {
                let before = &self.indexed[*position];
                match self.by_subject.get(&before.subject).filter(|(at, ..)| at == position) {
                    Some((_, body, label)) => answer(before.index, body, label),
                    None => Err(RecordError::IdUsed { index: before.index }),
                }
            }
        }
    }
}
