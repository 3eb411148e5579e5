//! What the leaves of a log say, checked from its published files alone: the same way for a mission folder, for a web server
//! that mirrors a log, and for a bundle.

use crate::{
    entry::{Body, Entry},
    findings::{
        AUTHOR_FOREIGN, CHAIN_BROKEN, ENTRY_UNREADABLE, KEY_CHANGE_REFUSED, SEQUENCE_WRONG, SIGNATURE_WRONG,
        TREE_DIFFERS,
    },
    index::ChainEnd,
    key::AuthorKey,
    keys::KeyBook,
    leaf::{Leaf, open_all},
    settings::Settings,
    signatures::KnownKeys,
};
use mostari_log::{AuditFault, Checkpoint, Fetch, Tile, TileKind, audit};
use mostari_model::{Digest, Finding, FindingCard};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What the leaves of a log say, as far as they could be checked.
#[derive(Debug, Default)]
pub struct LeafCheck {
    /// Entries that were read and match the tree.
    pub entries: u64,
    /// Signatures of authors that are right.
    pub signatures: u64,
    /// The first entry that is not proven.
    pub first_fault: Option<u64>,
    /// Faults, in the order of the log.
    pub findings: Vec<Finding>,
    /// Where every author's chain ends.
    pub(crate) ends: BTreeMap<AuthorKey, ChainEnd>,
}

/// Checks a log from its published files: every entry against the tree of the checkpoint, every tile, and of every leaf its
/// bytes, its signature, its author's chain and whether the key was valid there.
pub fn check_leaves<F: Fetch>(source: &F, checkpoint: &Checkpoint) -> LeafCheck {
    check_leaves_and(source, checkpoint, |_| ())
}

/// The same; `visit` gets the entries in order, some at a time, as far as they can be read without their payloads.
pub(crate) fn check_leaves_and<F: Fetch>(
    source: &F,
    checkpoint: &Checkpoint,
    mut visit: impl FnMut(Vec<Opened>) + Send,
) -> LeafCheck {
    let keys = KnownKeys::default();
    let mut chains = Chains { origin: checkpoint.origin.clone(), ..Chains::default() };
    let mut follow = |opened: Vec<Opened>| {
        opened.iter().for_each(|opened| chains.follow(opened));
        visit(opened);
    };
    // What needs one thread is done for some entries while signatures of the next ones are checked on all.
    let mut waiting: Vec<Opened> = Vec::new();
    let tree = audit(source, checkpoint, |first, entries| {
        let before = std::mem::take(&mut waiting);
        (waiting, ()) = rayon::join(|| Opened::of(first, entries, &keys), || follow(before));
    });
    follow(waiting);
    let mut check = chains.check;
    check.ends = chains.ends;
    if let Err(AuditFault { index, path, reason }) = tree {
        let message = format!("from entry {index} on nothing is proven: {reason}");
        check.findings.push(Finding::new(TREE_DIFFERS, message).in_file(path));
        check.first_fault = Some(check.first_fault.map_or(index, |first| first.min(index)));
    }
    check
}

/// An entry as far as it could be read.
pub(crate) struct Opened {
    pub index: u64,
    pub digest: Digest,
    is_signed: bool,
    pub said: Result<OpenedLeaf, String>,
}

/// A leaf whose bytes are right, and what it says.
pub(crate) struct OpenedLeaf {
    author: AuthorKey,
    sequence: u64,
    previous: Digest,
    /// The leaf, if there may be a payload beside it.
    pub sealed: Option<Leaf>,
    pub entry: Result<Entry, String>,
}

impl Opened {
    /// Reads entries that follow each other.
    fn of(first: u64, entries: &[Vec<u8>], keys: &KnownKeys) -> Vec<Self> {
        let bytes: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
        let leaves = open_all(&bytes, keys);
        let open = |(at, leaf): (usize, Result<(Leaf, bool), String>)| {
            let (index, digest) = (first + at as u64, Digest::of(bytes[at]));
            let is_signed = leaf.as_ref().is_ok_and(|(_, is_signed)| *is_signed);
            Self { index, digest, is_signed, said: leaf.map(|(leaf, _)| OpenedLeaf::of(index, digest, leaf)) }
        };
        leaves.into_par_iter().enumerate().map(open).collect()
    }
}

impl OpenedLeaf {
    fn of(index: u64, digest: Digest, leaf: Leaf) -> Self {
        let Leaf { author, sequence, previous, .. } = leaf;
        let sealed = leaf.is_sealed().then(|| leaf.clone());
        Self { author, sequence, previous, sealed, entry: Entry::read(index, digest, leaf, None) }
    }
}

/// Follows every author's chain and the book of keys.
#[derive(Default)]
struct Chains {
    origin: String,
    ends: BTreeMap<AuthorKey, ChainEnd>,
    keys: KeyBook,
    check: LeafCheck,
}

impl Chains {
    fn find(&mut self, index: u64, card: &'static FindingCard, message: String) {
        self.check.first_fault.get_or_insert(index);
        self.check.findings.push(Finding::new(card, message).in_file(format!("log/{}", bundle_of(index))));
    }

    fn follow(&mut self, opened: &Opened) {
        let index = opened.index;
        self.check.entries += 1;
        self.check.signatures += u64::from(opened.is_signed);
        let leaf = match &opened.said {
            Ok(leaf) => leaf,
            Err(reason) => {
                return self.find(index, ENTRY_UNREADABLE, format!("entry {index} cannot be read: {reason}"));
            }
        };
        let author = leaf.author;
        if !opened.is_signed {
            self.find(index, SIGNATURE_WRONG, format!("entry {index} is not signed by {author}"));
        }
        let end = self.ends.get(&author).copied().unwrap_or_default();
        if leaf.sequence != end.next {
            let message = format!("entry {index} is its author's number {}; {} was due", leaf.sequence, end.next);
            self.find(index, SEQUENCE_WRONG, message);
        } else if leaf.previous != end.previous {
            let message = format!("entry {index} does not follow from its author's entry before it");
            self.find(index, CHAIN_BROKEN, message);
        }
        self.ends.insert(author, ChainEnd { next: leaf.sequence.saturating_add(1), previous: opened.digest });
        self.check_key(index, leaf);
    }

    fn check_key(&mut self, index: u64, leaf: &OpenedLeaf) {
        match &leaf.entry {
            // The log's name names its founder's key: so the first entry cannot be by anybody else.
            Ok(Entry { body: Body::Founded(founded), .. })
                if index == 0 && Settings::origin_of(&founded.country, &founded.author) == self.origin =>
            {
                self.keys = KeyBook::of_founder(&founded.origin, founded.author, &founded.name);
            }
            Ok(entry) => {
                if let Err(reason) = self.keys.note(entry) {
                    let message = format!("entry {index} would change the keys, but {reason}");
                    self.check.findings.push(Finding::new(KEY_CHANGE_REFUSED, message));
                }
            }
            Err(reason) => {
                self.find(index, ENTRY_UNREADABLE, format!("entry {index} cannot be read: {reason}"));
            }
        }
        if !self.keys.is_valid(&leaf.author, index) {
            let message = format!("entry {index} is by {}, a key that is not valid there", leaf.author);
            self.find(index, AUTHOR_FOREIGN, message);
        }
    }
}

fn bundle_of(index: u64) -> Tile {
    Tile::new(TileKind::Entries, index / mostari_log::TILE_WIDTH, mostari_log::TILE_WIDTH).expect("a full tile")
}
