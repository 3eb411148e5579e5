//! The ledger: entries in, balances out.

use crate::account::{Account, Unit};
use crate::goods::Consignment;
use crate::grant::Grant;
use crate::lot::Lot;
use crate::outcome::{Outcome, Refusal};
use crate::positions::Positions;
use crate::state::State;
use crate::statement::{Entry, Standing, Statement};
use crate::total::SumsByDay;
use crate::waiting::Waiting;
use crate::{AccountId, EntryId, GrantId, LotId, UnitId};
use mostari_model::{AidActivity, Date, Digest, PartyId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An entry and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// The entry, where it was read to: taking it over moves no more than its address.
    pub entry: Box<Entry>,
    /// What became of it.
    pub outcome: Outcome,
    /// What had waited too long when it came, and was given up before it was looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expired: Vec<EntryId>,
}

/// Everything that the entries so far amount to: a pure function of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Stored")]
pub struct Ledger {
    pub(crate) state: State,
    pub(crate) history: Vec<Recorded>,
    /// Where in the history each id was first used. Follows from it, and is not stored.
    #[serde(skip)]
    by_id: Positions,
    /// Where in the history each transfer that had to wait was carried out.
    pub(crate) carried_out: BTreeMap<EntryId, usize>,
    pub(crate) sums: SumsByDay,
}

/// A ledger as it is read from a file, without what follows from the rest.
#[derive(Deserialize)]
struct Stored {
    state: State,
    history: Vec<Recorded>,
    carried_out: BTreeMap<EntryId, usize>,
    sums: SumsByDay,
}

impl From<Stored> for Ledger {
    fn from(stored: Stored) -> Self {
        let Stored { mut state, history, carried_out, sums } = stored;
        state.derive();
        let by_id = Positions::of(&history);
        Self { state, history, by_id, carried_out, sums }
    }
}

impl Ledger {
    /// A ledger in which nothing was stated.
    pub fn new() -> Self {
        Self::default()
    }

    /// Applies entries in the order of the record. Those that are given away are kept without being copied.
    pub fn replay<E: Into<Box<Entry>>>(entries: impl IntoIterator<Item = E>) -> Self {
        let entries = entries.into_iter();
        let mut ledger = Self::new();
        // At a million entries growing by and by would cost as much as half the bookkeeping.
        ledger.history.reserve(entries.size_hint().0);
        ledger.by_id.reserve(entries.size_hint().0);
        for entry in entries {
            // What is out of the order of the record has no place in it.
            let _ = ledger.take(entry.into());
        }
        ledger
    }

    /// Takes an entry and says what became of it. What was refused changed nothing, and stays listed.
    ///
    /// An entry that was applied before gets the answer of then. One whose index is not beyond the last one is
    /// refused and not listed: the caller has mixed up the order of the record.
    pub fn apply(&mut self, entry: &Entry) -> Outcome {
        match self.take(Box::new(entry.clone())) {
            Ok(at) => self.history[at].outcome.clone(),
            Err(refusal) => refusal.into(),
        }
    }

    /// Takes an entry; gives the place of its answer in the history.
    fn take(&mut self, entry: Box<Entry>) -> Result<usize, Refusal> {
        let at = self.history.len();
        let is_late = entry.index < self.state.size;
        let first_at = self.by_id.find(&entry.id, &self.history);
        let first = first_at.map(|at| &self.history[at]);
        if let Some(first_at) = first_at.filter(|_| first.is_some_and(|first| first.entry == entry)) {
            return Ok(first_at);
        }
        if is_late {
            return Err(Refusal::OutOfOrder { least: self.state.size });
        }
        let answer = first.map(|first| match first.entry.repeats(&entry) {
            true => Outcome::Exists { first: first.entry.index, answer: Box::new(first.outcome.clone()) },
            false => Refusal::ExistsDifferent { first: first.entry.index }.into(),
        });
        self.state.size = entry.index + 1;
        self.state.today = self.state.today.max(entry.recorded);
        let expired = self.state.expire();
        let outcome = match answer {
            Some(answer) => answer,
            None => self.state(&entry).unwrap_or_else(Outcome::from),
        };
        if matches!(outcome, Outcome::Refused(_)) {
            self.state.refused += 1;
        }
        self.count(&entry, &outcome);
        self.history.push(Recorded { entry, outcome, expired });
        if first_at.is_none() {
            self.by_id.add_last(&self.history);
        }
        Ok(at)
    }

    fn state(&mut self, entry: &Entry) -> Result<Outcome, Refusal> {
        match &entry.statement {
            Statement::OpenUnit(unit) => self.state.open_unit(unit),
            Statement::OpenAccount(card) => self.state.open_account(card),
            Statement::PlaceArea { area, parent } => self.state.place_area(area, parent.as_ref()),
            Statement::OpenGrant { grant, unit, donor, receiver } => {
                self.state.open_grant(grant, Grant::new(unit, donor, receiver))
            }
            Statement::Budget(budget) => self.state.set_budget(budget),
            Statement::OpenPeriod { period } => self.state.open_period(*period),
            Statement::ClosePeriod { period } => self.state.close_period(*period),
            Statement::SetStanding { payee, standing, reason } => {
                self.state.set_standing(entry, payee, *standing, reason)
            }
            Statement::Activity { activity } => self.state.set_activity(activity),
            Statement::Discrepancy { activity, position, words } => {
                self.state.set_discrepancy(activity, *position, words)
            }
            Statement::Transfer(transfer) => self.transfer(entry, transfer),
            Statement::Dispatch(dispatch) => self.dispatch(entry, dispatch),
            Statement::Approve { of } => self.approve(entry, of),
            Statement::Post { of, amount } => self.post(entry, of, *amount),
            Statement::Void { of, reason } => self.state.void(of, reason),
            Statement::Reverse { of, reason } => self.reverse(entry, of, reason),
            Statement::ReportDelivery { dispatch, amount } => self.state.report_delivery(entry, dispatch, *amount),
            Statement::ConfirmDelivery { dispatch, amount } => self.confirm_delivery(entry, dispatch, *amount),
            Statement::Lose { dispatch, loss, amount } => self.lose(entry, dispatch, loss, *amount),
            Statement::StateTotal(total) => self.check_total(total),
        }
    }

    /// The digest of the state, over canonical bytes: two nodes that applied the same entries have the same.
    pub fn state_digest(&self) -> Digest {
        Digest::of_value(&self.state)
    }

    /// How far it has read: one more than the index of the last entry.
    pub fn size(&self) -> u64 {
        self.state.size
    }

    /// The latest day on which an entry was recorded.
    pub fn today(&self) -> Date {
        self.state.today
    }

    /// Every entry and what became of it, in order.
    pub fn history(&self) -> &[Recorded] {
        &self.history
    }

    /// What became of the entry with this id, if there is one.
    pub fn answer(&self, id: &EntryId) -> Option<&Recorded> {
        self.history.get(self.position(id)?)
    }

    /// Where in the history an id was first used.
    pub(crate) fn position(&self, id: &EntryId) -> Option<usize> {
        self.by_id.find(id, &self.history)
    }

    /// What was refused, in order.
    pub fn refused(&self) -> impl Iterator<Item = (&Entry, &Refusal)> {
        self.history.iter().filter_map(|recorded| match &recorded.outcome {
            Outcome::Refused(refusal) => Some((recorded.entry.as_ref(), refusal.as_ref())),
            _ => None,
        })
    }

    /// An account.
    pub fn account(&self, account: &AccountId) -> Option<&Account> {
        self.state.accounts.get(account)
    }

    /// All accounts, by the text of their ids.
    pub fn accounts(&self) -> impl Iterator<Item = (&AccountId, &Account)> {
        by_text(&self.state.accounts, AccountId::as_str)
    }

    /// A unit.
    pub fn unit(&self, unit: &UnitId) -> Option<&Unit> {
        self.state.units.get(unit)
    }

    /// A lot.
    pub fn lot(&self, lot: LotId) -> Option<&Lot> {
        self.state.lots.get(lot.0 as usize)
    }

    /// All grant lines, by the text of their ids.
    pub fn grants(&self) -> impl Iterator<Item = (&GrantId, &Grant)> {
        by_text(&self.state.grants, GrantId::as_str)
    }

    /// What waits for a signature or to be carried out, by the text of the id of its entry.
    pub fn waiting(&self) -> impl Iterator<Item = (&EntryId, &Waiting)> {
        by_text(&self.state.waiting, EntryId::as_str)
    }

    /// A dispatch and what became of it.
    pub fn consignment(&self, dispatch: &EntryId) -> Option<&Consignment> {
        self.state.consignments.get(dispatch)
    }

    /// Goods that were dispatched, by the text of the id of the dispatch.
    pub fn consignments(&self) -> impl Iterator<Item = (&EntryId, &Consignment)> {
        by_text(&self.state.consignments, EntryId::as_str)
    }

    /// Whether a payee may be paid; `None` if nobody said so.
    pub fn standing(&self, payee: &PartyId) -> Option<Standing> {
        self.state.standings.get(payee).copied()
    }

    /// The stated aid activities, without transactions, by id.
    pub fn activities(&self) -> impl Iterator<Item = &AidActivity> {
        self.state.activities.values().map(AsRef::as_ref)
    }
}

fn by_text<K, V>(map: &BTreeMap<K, V>, text: fn(&K) -> &str) -> impl Iterator<Item = (&K, &V)> {
    let mut all: Vec<(&K, &V)> = map.iter().collect();
    all.sort_by(|a, b| text(a.0).cmp(text(b.0)));
    all.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

        #[test]
        fn what_is_refused_changes_nothing(seed in any::<u64>()) {
            let (entries, _) = synthetic::history(synthetic::Shape { seed, postings: 120, ..Default::default() });
            let mut ledger = Ledger::new();
            for entry in entries {
                let mut before = ledger.state.clone();
                if matches!(ledger.apply(&entry), Outcome::Refused(_)) {
                    // It is counted, the day moves on, and what waited too long is given up: no more.
                    before.size = entry.index + 1;
                    before.today = before.today.max(entry.recorded);
                    before.refused += 1;
                    before.expire();
                    prop_assert_eq!(&ledger.state, &before);
                }
            }
        }
    }

    #[test]
    fn an_entry_out_of_the_order_of_the_record_is_refused_and_not_listed() {
        let (entries, mut ledger) = synthetic::history(synthetic::Shape { postings: 20, ..Default::default() });
        let late = Entry { id: "late".into(), ..entries[3].clone() };
        assert_eq!(ledger.apply(&late), Refusal::OutOfOrder { least: ledger.size() }.into());
        assert_eq!(ledger.history().len(), entries.len());
    }
}
