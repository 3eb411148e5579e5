//! The register: all entries in one order, and everything that follows from them.

use crate::{
    AssetRequest, Conflict, Entry, Need, ProjectRecord, Series,
    book::{Book, Refused},
    findings::SAME_PLACE,
    order::{Awaited, introduces, order, waits_for},
};
use jiff::Timestamp;
use mostari_model::{Digest, Finding, Label, NeedId, ProjectId, RequestId};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What several logs say of needs, projects and deliveries, brought together.
///
/// It is a function of the *set* of entries: whatever order they arrive in, and however often, the register is the same
/// ([`Register::state_digest`]). The order in which they count is that of the logs where they are silent about each other
/// by what each builds upon, then by the time that their authors state: see the module `order` and decision 0016.
///
/// Nothing is ever dropped: each entry is in [`Register::log`], used or refused with its reasons. An entry that is refused
/// because it speaks of something unknown is used once the entry that states it arrives.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// By log, by index; at one place there is more than one entry only if a log contradicts itself.
    logs: BTreeMap<String, BTreeMap<u64, Vec<Arc<Entry>>>>,
    log: Vec<Logged>,
    book: Book,
    /// The latest time that any entry states, with the log and index: what comes behind can be appended.
    latest: Option<(Timestamp, String, u64)>,
    /// What entries wait for and nobody has stated.
    awaited: BTreeSet<Awaited>,
    introduced: BTreeSet<Awaited>,
    is_forced: bool,
}

/// An entry in the register's order.
#[derive(Debug, Clone)]
pub struct Logged {
    /// The entry.
    pub entry: Arc<Entry>,
    /// Why it is not used; empty if it is.
    pub refused: Refused,
}

impl Register {
    /// The register of some entries, given in any order.
    pub fn replay(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut register = Self::default();
        register.extend(entries);
        register
    }

    /// Takes some entries, in any order, and reckons anew once. Entries that are there already change nothing.
    pub fn extend(&mut self, entries: impl IntoIterator<Item = Entry>) {
        let mut is_changed = false;
        for entry in entries {
            is_changed |= self.keep(entry).is_some();
        }
        if is_changed {
            self.reckon();
        }
    }

    /// Takes one entry and gives the reasons why it is refused; none if it is used or was there already.
    ///
    /// An entry behind all others costs what it takes; one that belongs before others makes the register reckon anew.
    pub fn apply(&mut self, entry: Entry) -> Vec<Finding> {
        let id = entry.id.clone();
        let at_end = self.is_behind_all(&entry);
        match self.keep(entry) {
            Some(entry) if at_end => {
                self.note(&entry);
                let refused = self.book.take(&entry);
                self.log.push(Logged { entry, refused });
            }
            Some(_) => self.reckon(),
            None => {}
        }
        self.log
            .iter()
            .rev()
            .find(|logged| logged.entry.id == id)
            .map_or_else(Vec::new, |logged| logged.refused.clone())
    }

    /// Every entry, in the order in which they count.
    pub fn log(&self) -> &[Logged] {
        &self.log
    }

    /// The entries that are not used, with the reasons.
    pub fn refused(&self) -> impl Iterator<Item = &Logged> {
        self.log.iter().filter(|logged| !logged.refused.is_empty())
    }

    /// The projects.
    pub fn projects(&self) -> &BTreeMap<ProjectId, ProjectRecord> {
        &self.book.projects
    }

    /// One project.
    pub fn project(&self, id: &ProjectId) -> Option<&ProjectRecord> {
        self.book.projects.get(id)
    }

    /// The needs.
    pub fn needs(&self) -> &BTreeMap<NeedId, Need> {
        &self.book.needs
    }

    /// The requests for military assets.
    pub fn requests(&self) -> &BTreeMap<RequestId, AssetRequest> {
        &self.book.requests
    }

    /// Published rates, by series and part.
    pub fn series(&self) -> &BTreeMap<String, BTreeMap<String, Series>> {
        &self.book.series
    }

    /// Every field in which values stand against each other, by project and field.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let fields =
            self.projects().values().flat_map(|project| project.fields.iter().map(move |named| (project, named)));
        fields.filter_map(|(project, (name, field))| field.conflict(&project.id, name)).collect()
    }

    /// The compartments that a reader of everything here must hold, refused entries included.
    pub fn label(&self) -> Label {
        self.log.iter().fold(Label::public(), |label, logged| label.join(&logged.entry.label))
    }

    /// Digest of all entries in their order and of everything that follows from them: equal for equal sets of entries.
    pub fn state_digest(&self) -> Digest {
        let entries: Vec<_> = self
            .log
            .iter()
            .map(|logged| {
                (Digest::of_value(&*logged.entry), logged.refused.iter().map(|f| &f.code).collect::<Vec<_>>())
            })
            .collect();
        Digest::of_value(&("projects 1", entries, &self.book))
    }

    pub(crate) fn book(&self) -> &Book {
        &self.book
    }

    /// Puts an entry in its place; `None` if it is there already.
    fn keep(&mut self, entry: Entry) -> Option<Arc<Entry>> {
        let held = self.logs.entry(entry.log.clone()).or_default().entry(entry.index).or_default();
        if held.iter().any(|other| **other == entry) {
            return None;
        }
        let entry = Arc::new(entry);
        held.push(Arc::clone(&entry));
        held.sort_by_cached_key(|entry| Digest::of_value(&**entry));
        Some(entry)
    }

    /// Whether an entry that is not there yet counts behind all that are.
    fn is_behind_all(&self, entry: &Entry) -> bool {
        let is_latest = self
            .latest
            .as_ref()
            .is_none_or(|(recorded, log, index)| (recorded, log, index) < (&entry.recorded, &entry.log, &entry.index));
        let log = self.logs.get(&entry.log).and_then(|log| log.last_key_value());
        let is_last = log.is_none_or(|(index, _)| *index < entry.index);
        let is_awaited = introduces(entry).iter().any(|awaited| self.awaited.contains(awaited));
        is_latest && is_last && !is_awaited && !self.is_forced
    }

    /// Remembers what decides where later entries go.
    fn note(&mut self, entry: &Entry) {
        let introduced = introduces(entry);
        for awaited in waits_for(entry) {
            if !self.introduced.contains(&awaited) && !introduced.contains(&awaited) {
                self.awaited.insert(awaited);
            }
        }
        self.introduced.extend(introduced);
        self.latest = self.latest.take().max(Some((entry.recorded, entry.log.clone(), entry.index)));
    }

    /// Orders all entries and takes them one after the other.
    fn reckon(&mut self) {
        let ordered = order(&self.logs);
        self.is_forced = ordered.is_forced;
        self.book = Book::default();
        self.log = Vec::with_capacity(ordered.entries.len());
        (self.latest, self.awaited, self.introduced) = Default::default();
        self.introduced = ordered.entries.iter().flat_map(|entry| introduces(entry)).collect();
        for entry in ordered.entries {
            self.note(&entry);
            let same = &self.logs[&entry.log][&entry.index];
            let refused = match same.len() {
                1 => self.book.take(&entry),
                more => {
                    let message = format!("the log {} says {more} things at place {}", entry.log, entry.index);
                    self.book.remember(&entry, vec![Finding::new(SAME_PLACE, message)])
                }
            };
            self.log.push(Logged { entry, refused });
        }
    }
}
