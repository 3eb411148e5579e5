//! Releases: an entry says again, for more readers, what a sealed one of the same party said.
//!
//! The sealed entry stays as it is; the new one points at it ([`RELEASES`]), keeps its label, author and time, and gives a
//! reason. For whoever may see the release it stands in the place of its source, under the lower label: what is read from
//! the record has it once, at the same place and in the same words, whether a reader sees one of them or both.

use crate::{
    entry::{Body, Entry},
    error::{RecordError, Result},
    findings::RELEASE_FALSE,
    gather::Draft,
    key::AuthorKey,
    keys::KeyBook,
    leaf::Reference,
    mission::Mission,
};
use jiff::Timestamp;
use mostari_model::{Clearance, Finding, Label};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, btree_map::Entry as Place};

/// The role of a reference from a release to its source.
pub const RELEASES: &str = "releases";

/// What was true of a sealed entry, told by its release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// Who could read it.
    pub label_before: Label,
    /// The key that signed it.
    pub author: AuthorKey,
    /// When its author says that it was recorded.
    pub recorded_at: Timestamp,
    /// Why it is released.
    pub reason: String,
}

/// An entry as it counts for a reader.
pub(crate) struct Standing {
    /// The entry; a release has the index, author and time of its source.
    pub entry: Entry,
    /// The index from which on this reader can know of it: that of the source if the reader may see it, else of the release.
    pub known_from: u64,
}

impl Entry {
    /// The index of the sealed entry that this one releases.
    pub fn releases(&self) -> Option<u64> {
        self.release.as_ref()?;
        self.source().map(|source| source.index)
    }

    fn source(&self) -> Option<&Reference> {
        self.references.iter().find(|reference| reference.role == RELEASES)
    }
}

impl Mission {
    /// Drafts the release of a sealed entry. Whoever signs it must be of the party that said it.
    ///
    /// # Errors
    /// `REC-037` if the entry cannot be released to this label, `REC-038` if the key is another party's.
    pub fn draft_release(&self, index: u64, to: &Label, reason: &str, by: &AuthorKey) -> Result<Draft> {
        let refuse = |reason| Err(RecordError::NotReleasable { index, reason });
        let source = self.entry(index)?;
        match &source.body {
            _ if source.label.is_public() => return refuse("it is public"),
            Body::Withheld => return refuse("it is erased, or was never here"),
            Body::Dataset(_) | Body::Settled(_) | Body::Decision(_) | Body::Said(_) => {}
            _ => return refuse("only datasets, settled places, decisions and statements are released"),
        }
        if source.label.is_readable_by(&Clearance::for_label(to)) {
            return refuse("whoever may read that label may read the entry already");
        }
        let keys = self.keys()?;
        let (originator, party) = (keys.party(&source.author), keys.party(by));
        if originator != party {
            let word = |party: Option<&str>| party.unwrap_or_default().to_owned();
            return Err(RecordError::NotOriginator { index, originator: word(originator), party: word(party) });
        }
        let is_released = |entry: &Entry| entry.releases() == Some(index) && entry.label == *to;
        if let Some(earlier) = self.standing_entries(None, None)?.into_iter().find(is_released) {
            return Err(RecordError::ReleasedAlready { index, by: earlier.index });
        }
        let recorded_at = source.recorded_at.ok_or(RecordError::NotReleasable { index, reason: "it has no time" })?;
        let (label_before, author, reason) = (source.label, source.author, reason.to_owned());
        Ok(Draft {
            area: source.area,
            references: vec![Reference { role: RELEASES.to_owned(), index, leaf: source.digest }],
            release: Some(Released { label_before, author, recorded_at, reason }),
            ..Draft::new(to.clone(), source.body)
        })
    }

    /// Entries that count for a reader, each statement once, in the order of the log: a released one in the place of its
    /// source.
    pub(crate) fn in_their_places(&self, entries: Vec<Entry>) -> Result<Vec<Standing>> {
        let keys = self.keys()?;
        let mut places: BTreeMap<u64, Standing> = BTreeMap::new();
        for entry in entries {
            let Some(standing) = self.in_its_place(entry, &keys)? else { continue };
            match places.entry(standing.entry.index) {
                Place::Vacant(place) => drop(place.insert(standing)),
                Place::Occupied(mut place) => {
                    let held = place.get_mut();
                    let known_from = held.known_from.min(standing.known_from);
                    if is_easier(&standing.entry, &held.entry) {
                        held.entry = standing.entry;
                    }
                    held.known_from = known_from;
                }
            }
        }
        Ok(places.into_values().collect())
    }

    /// `None` for a release that is none.
    fn in_its_place(&self, entry: Entry, keys: &KeyBook) -> Result<Option<Standing>> {
        let known_from = entry.index;
        let Some(release) = entry.release.clone() else { return Ok(Some(Standing { entry, known_from })) };
        if self.fault_of_release(&entry, keys)?.is_some() {
            return Ok(None);
        }
        let index = entry.releases().unwrap_or(known_from);
        let (author, recorded_at) = (release.author, Some(release.recorded_at));
        Ok(Some(Standing { entry: Entry { index, author, recorded_at, ..entry }, known_from }))
    }

    /// What is wrong with a release, in words; asked of the leaves alone, so that every holder of the log judges alike.
    fn fault_of_release(&self, entry: &Entry, keys: &KeyBook) -> Result<Option<&'static str>> {
        let Some(release) = &entry.release else { return Ok(None) };
        let Some(source) = entry.source().filter(|source| source.index < entry.index) else {
            return Ok(Some("it names no earlier entry"));
        };
        let held = self.entry(source.index)?;
        let is_same = held.digest == source.leaf && held.author == release.author && held.label == release.label_before;
        Ok(match () {
            () if !is_same || held.label.is_public() => Some("its source is not the entry that it describes"),
            () if keys.party(&held.author) != keys.party(&entry.author) => Some("it is not by the party of its source"),
            () => None,
        })
    }

    /// Lists the releases that do not count, and those that do not say what their source says, as far as that can be read.
    pub(crate) fn check_releases(&self, entries: &[Entry], findings: &mut Vec<Finding>) {
        let mut releases = entries.iter().filter(|entry| entry.release.is_some()).peekable();
        // What else is wrong with the log was said before.
        let Some(keys) = releases.peek().and_then(|_| self.keys().ok()) else { return };
        for entry in releases {
            let differs = || {
                let held = self.entry(entry.releases()?).ok()?;
                let is_same = held.body == entry.body && held.area == entry.area;
                (held.body != Body::Withheld && !is_same).then_some("it does not say what its source says")
            };
            if let Some(reason) = self.fault_of_release(entry, &keys).ok().flatten().or_else(differs) {
                let message = format!("entry {} is no release: {reason}", entry.index);
                findings.push(Finding::new(RELEASE_FALSE, message));
            }
        }
    }
}

/// Whether of two that say the same, in the order of the log, the later one is to be taken: it is easier to read, or the
/// earlier one is erased.
fn is_easier(later: &Entry, held: &Entry) -> bool {
    let compartments = |entry: &Entry| entry.label.compartments().count();
    held.body == Body::Withheld || compartments(later) <= compartments(held)
}
