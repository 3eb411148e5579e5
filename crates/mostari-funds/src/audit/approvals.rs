//! Signatures and waiting: I11, I14.

use super::Found;
use super::books::{Books, ended};
use crate::account::AccountKind;
use crate::ledger::Ledger;
use crate::outcome::{Leg, Outcome};
use crate::statement::{Entry, Move, Statement};
use crate::{AccountId, EntryId, UnitId};
use mostari_model::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Accepted approvals of an entry, in order: index and entry.
pub(super) type Approvals<'a> = BTreeMap<&'a EntryId, Vec<&'a Entry>>;

pub(super) fn approvals(ledger: &Ledger) -> Approvals<'_> {
    let mut approvals = Approvals::new();
    for recorded in &ledger.history {
        if let (Statement::Approve { of }, Outcome::Done | Outcome::Posted(_)) =
            (&recorded.entry.statement, &recorded.outcome)
        {
            approvals.entry(of).or_default().push(&recorded.entry);
        }
    }
    approvals
}

/// What a statement moves of each account that it debits, before anything is carried out.
fn debits<'a>(origin: &'a Entry, legs: &'a [Leg]) -> Vec<(&'a AccountId, u64)> {
    match &origin.statement {
        Statement::Transfer(transfer) => {
            let of_move = |one: &'a Move| match one {
                Move::Plain(plain) => vec![(&plain.debit, plain.amount)],
                Move::Exchange(it) => vec![(&it.from, it.gives), (&it.bought_from, it.gets)],
            };
            transfer.moves.iter().flat_map(of_move).collect()
        }
        Statement::Dispatch(dispatch) => vec![(&dispatch.from, dispatch.amount)],
        Statement::Reverse { .. } => legs.iter().map(|leg| (&leg.debit, leg.amount)).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn check_fnd_211_four_eyes<'a>(ledger: &'a Ledger, books: &'a Books<'a>) -> Found {
    let approvals = approvals(ledger);
    let mut found = Found::new();
    for movement in books.movements(ledger) {
        let mut sums: BTreeMap<&UnitId, u128> = BTreeMap::new();
        for (account, amount) in debits(movement.origin, movement.legs) {
            let Some(card) = books.cards.get(account).filter(|card| card.kind != AccountKind::Reported) else {
                continue;
            };
            *sums.entry(&card.unit).or_default() += u128::from(amount);
        }
        let is_large = sums.iter().any(|(unit, sum)| {
            books.units.get(*unit).and_then(|unit| unit.four_eyes_from).is_some_and(|from| *sum >= u128::from(from))
        });
        let signed = approvals
            .get(&movement.origin.id)
            .into_iter()
            .flatten()
            .any(|approval| approval.by != movement.origin.by && Some(approval.index) <= movement.index());
        if is_large && !signed {
            found.push((movement.index(), format!("`{}` was signed by one alone", movement.origin.id)));
        }
    }
    found
}

pub(super) fn check_fnd_214_pending_ends(ledger: &Ledger, _: &Books<'_>) -> Found {
    let mut found = Found::new();
    let mut waiting: BTreeMap<&EntryId, Date> = BTreeMap::new();
    let mut over = BTreeSet::new();
    for recorded in &ledger.history {
        for id in ended(recorded) {
            if waiting.remove(id).is_none() || !over.insert(id) {
                found.push((Some(recorded.entry.index), format!("`{id}` ends, but does not wait")));
            }
        }
        let today = recorded.entry.recorded;
        if let Outcome::Held(hold) = &recorded.outcome {
            waiting.insert(&recorded.entry.id, hold.expires);
        }
        let late: Vec<&EntryId> = waiting.iter().filter(|(_, expires)| **expires < today).map(|(id, _)| *id).collect();
        found.extend(late.iter().map(|id| (Some(recorded.entry.index), format!("`{id}` waits beyond its last day"))));
        waiting.retain(|_, expires| *expires >= today);
    }
    let stands: BTreeMap<&EntryId, _> = ledger.state.waiting.iter().map(|(id, it)| (id, it.expires)).collect();
    if stands != waiting {
        found.push((None, "what waits in the state is not what waits in the history".to_owned()));
    }
    found
}
