//! Where in the history each id was first used: positions alone, as the ids themselves stand in the history.

use crate::EntryId;
use crate::ledger::Recorded;
use hashbrown::HashTable;

/// Positions in a history, found by the id of the entry that stands there. Follows from the history.
#[derive(Debug, Clone, Default)]
pub(crate) struct Positions(HashTable<usize>);

impl PartialEq for Positions {
    fn eq(&self, other: &Self) -> bool {
        // Of two equal histories they are the same; in which order a table keeps them says nothing.
        self.0.len() == other.0.len()
    }
}

impl Positions {
    /// The positions of a whole history.
    pub fn of(history: &[Recorded]) -> Self {
        let mut positions = Self::default();
        positions.reserve(history.len());
        for end in 1..=history.len() {
            let so_far = &history[..end];
            if positions.find(&so_far[end - 1].entry.id, so_far).is_none() {
                positions.add_last(so_far);
            }
        }
        positions
    }

    /// Makes room for so many more.
    pub fn reserve(&mut self, more: usize) {
        assert!(self.0.is_empty(), "room is made before the first position");
        self.0 = HashTable::with_capacity(more);
    }

    /// Where an id was first used.
    pub fn find(&self, id: &EntryId, history: &[Recorded]) -> Option<usize> {
        self.0.find(id.spread(), |at| history[*at].entry.id == *id).copied()
    }

    /// Adds the last entry of the history, whose id was not used before.
    pub fn add_last(&mut self, history: &[Recorded]) {
        let spread_at = |at: &usize| history[*at].entry.id.spread();
        let last = history.len() - 1;
        self.0.insert_unique(spread_at(&last), last, spread_at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ledger, synthetic};

    #[test]
    fn an_id_is_found_where_it_was_first_used() {
        let (_, ledger) = synthetic::history(synthetic::Shape { seed: 3, postings: 2_000, ..Default::default() });
        let history = ledger.history();
        let positions = Positions::of(history);
        for (at, recorded) in history.iter().enumerate() {
            let first = history.iter().position(|other| other.entry.id == recorded.entry.id).unwrap();
            assert_eq!(positions.find(&recorded.entry.id, history), Some(first), "entry {at}");
            assert_eq!(ledger.position(&recorded.entry.id), Some(first));
        }
        assert!(positions.0.len() < history.len(), "some ids are said again");
        assert_eq!(positions.find(&"never said".into(), history), None);
        assert_eq!(Ledger::replay(history.iter().map(|it| it.entry.as_ref())).position(&"e1".into()), Some(1));
    }
}
