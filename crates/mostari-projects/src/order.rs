//! One order for the entries of several logs: a function of the set of entries, whatever order they arrive in.
//!
//! 1. Within a log, entries stand in the order of their index. This is never broken.
//! 2. An entry stands behind those that it names (`after`, the versions of an edit or decision, the terms that it signs)
//!    and behind the one that introduces a thing that it speaks of (need, project, delivery, visit, handover, request).
//! 3. Of the entries that could come next, the one that was recorded first comes; then by name of the log.
//!
//! Where logs contradict each other so that rule 2 cannot be kept, the entry that was recorded first comes, and what it
//! speaks of is then unknown to it. A clock that lies can therefore move an entry among those of other logs only, and
//! never before what it builds upon.

use crate::{Entry, Statement};
use jiff::Timestamp;
use mostari_model::EntryId;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What an entry may have to wait for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Awaited {
    Entry(EntryId),
    /// Kind and id.
    Thing(&'static str, String),
}

/// The entries in one order.
#[derive(Debug, Default)]
pub(crate) struct Ordered {
    pub entries: Vec<Arc<Entry>>,
    /// Whether rule 2 was broken somewhere.
    pub is_forced: bool,
}

/// Puts the entries of some logs in order; at one place of a log there may be several, which stay together.
pub(crate) fn order(logs: &BTreeMap<String, BTreeMap<u64, Vec<Arc<Entry>>>>) -> Ordered {
    let all = || logs.values().flat_map(BTreeMap::values).flatten();
    let introduced: BTreeSet<Awaited> = all().flat_map(|entry| introduces(entry)).collect();
    let mut heads: Vec<Head> = logs.values().map(|log| Head::new(log.values(), &introduced)).collect();
    let mut done: BTreeSet<Awaited> = BTreeSet::new();
    let mut ordered = Ordered::default();
    loop {
        // Logs stand in the order of their names, so that the first of the least is the one by rule 3.
        let next = heads.iter_mut().enumerate().filter_map(|(log, head)| Some((head.rank(&done)?, log)));
        let Some(((forced, _), log)) = next.min() else { return ordered };
        ordered.is_forced |= forced;
        for entry in heads[log].take(&introduced) {
            done.extend(introduces(entry));
            ordered.entries.push(Arc::clone(entry));
        }
    }
}

/// The next place of a log, and what it still waits for.
struct Head<'a> {
    rest: std::collections::btree_map::Values<'a, u64, Vec<Arc<Entry>>>,
    next: Option<&'a Vec<Arc<Entry>>>,
    waits: Vec<Awaited>,
}

impl<'a> Head<'a> {
    fn new(
        rest: std::collections::btree_map::Values<'a, u64, Vec<Arc<Entry>>>,
        introduced: &BTreeSet<Awaited>,
    ) -> Self {
        let mut head = Self { rest, next: None, waits: Vec::new() };
        head.take(introduced);
        head
    }

    /// Whether it still waits, and when it was recorded; `None` at the end of the log.
    fn rank(&mut self, done: &BTreeSet<Awaited>) -> Option<(bool, Timestamp)> {
        let recorded = self.next?.iter().map(|entry| entry.recorded).min()?;
        self.waits.retain(|awaited| !done.contains(awaited));
        Some((!self.waits.is_empty(), recorded))
    }

    /// Gives the entries of this place and goes on to the next.
    fn take(&mut self, introduced: &BTreeSet<Awaited>) -> &'a [Arc<Entry>] {
        let taken = self.next.map_or(&[][..], Vec::as_slice);
        self.next = self.rest.next();
        let entries = self.next.map_or(&[][..], Vec::as_slice);
        let own: BTreeSet<Awaited> = entries.iter().flat_map(|entry| introduces(entry)).collect();
        let waits = entries.iter().flat_map(|entry| waits_for(entry));
        self.waits = waits.filter(|awaited| introduced.contains(awaited) && !own.contains(awaited)).collect();
        taken
    }
}

/// What others may wait for in this entry.
pub(crate) fn introduces(entry: &Entry) -> Vec<Awaited> {
    let mut all = vec![Awaited::Entry(entry.id.clone())];
    let mut thing = |kind, id: &str| all.push(Awaited::Thing(kind, id.to_owned()));
    match &entry.statement {
        Statement::NeedStated(stated) => thing("need", stated.need.as_str()),
        Statement::Nominated(nominated) => thing("project", nominated.project.as_str()),
        Statement::DeliveryReported { delivery, .. } => thing("delivery", delivery.as_str()),
        Statement::Visited(visited) => thing("visit", visited.visit.as_str()),
        Statement::HandoverPrepared { handover, .. } => thing("handover", handover.as_str()),
        Statement::MilitaryAssetRequested(asked) => thing("request", asked.request.as_str()),
        _ => {}
    }
    all
}

/// What this entry waits for.
pub(crate) fn waits_for(entry: &Entry) -> Vec<Awaited> {
    let mut all: Vec<Awaited> = entry.after.iter().cloned().map(Awaited::Entry).collect();
    if let Some(project) = entry.statement.project() {
        all.push(Awaited::Thing("project", project.as_str().to_owned()));
    }
    let mut thing = |kind, id: &str| all.push(Awaited::Thing(kind, id.to_owned()));
    match &entry.statement {
        Statement::Nominated(nominated) => nominated.needs.iter().for_each(|need| thing("need", need.as_str())),
        Statement::DeliveryConfirmed { delivery, .. } | Statement::DeliveryPaid { delivery, .. } => {
            thing("delivery", delivery.as_str());
        }
        Statement::DeliveryVerified { delivery, visit, .. } => {
            thing("delivery", delivery.as_str());
            thing("visit", visit.as_str());
        }
        Statement::HandoverSigned { handover, terms } => {
            thing("handover", handover.as_str());
            all.push(Awaited::Entry(terms.clone()));
        }
        Statement::Accepted { handover, .. } | Statement::DefectMended { handover, .. } => {
            thing("handover", handover.as_str());
        }
        Statement::MilitaryAssetEnded { request } => thing("request", request.as_str()),
        Statement::FieldEdited { base, .. } => all.push(Awaited::Entry(base.clone())),
        Statement::ConflictStated { versions, .. } | Statement::ConflictDecided { versions, .. } => {
            all.extend(versions.iter().cloned().map(Awaited::Entry));
        }
        _ => {}
    }
    all
}
