//! Deliveries and payees: I12, I15.

use super::Found;
use super::books::Books;
use crate::account::AccountKind;
use crate::ledger::Ledger;
use crate::outcome::Outcome;
use crate::statement::{Dispatch, Standing, Statement};
use crate::{AccountId, EntryId};
use mostari_model::PartyId;
use std::collections::BTreeMap;

/// Of a dispatch: what was reported, confirmed, lost.
type Columns = [u128; 3];

pub(super) fn check_fnd_212_deliveries<'a>(ledger: &'a Ledger, books: &'a Books<'a>) -> Found {
    let mut found = Found::new();
    let mut sent: BTreeMap<&EntryId, (&Dispatch, Columns)> = BTreeMap::new();
    for recorded in &ledger.history {
        let index = Some(recorded.entry.index);
        if let Some(movement) = books.movement(recorded)
            && let Statement::Dispatch(dispatch) = &movement.origin.statement
        {
            sent.insert(&movement.origin.id, (dispatch, [0; 3]));
        }
        let (dispatch, column, amount, arrives) = match (&recorded.entry.statement, &recorded.outcome) {
            (Statement::ReportDelivery { dispatch, amount }, Outcome::Done) => (dispatch, 0, *amount, None),
            (Statement::ConfirmDelivery { dispatch, amount }, Outcome::Posted(_)) => (dispatch, 1, *amount, None),
            (Statement::Lose { dispatch, loss, amount }, Outcome::Posted(_)) => (dispatch, 2, *amount, Some(loss)),
            _ => continue,
        };
        let Some((stated, columns)) = sent.get_mut(dispatch) else {
            found.push((index, format!("`{dispatch}` was never sent")));
            continue;
        };
        if (recorded.entry.party == stated.deliverer) != (column == 0) {
            found.push((index, format!("`{}` speaks of its own delivery", recorded.entry.party)));
        }
        columns[column] += u128::from(amount);
        if columns[1] + columns[2] > u128::from(stated.amount) || columns[0] > u128::from(stated.amount) {
            found.push((index, format!("of `{dispatch}` more arrived or was lost than was sent")));
        }
        let to: &AccountId = arrives.unwrap_or(&stated.to);
        let legs = recorded.outcome.legs();
        let moved =
            legs.len() == 1 && legs[0].amount == amount && legs[0].debit == stated.transit && legs[0].credit == *to;
        let is_loss = arrives.is_none_or(|loss| matches!(books.kind(loss), Some(AccountKind::Loss(_))));
        if column > 0 && !(moved && is_loss) {
            found.push((index, format!("what moved is not what was stated of `{dispatch}`")));
        }
    }
    for (id, it) in &ledger.state.consignments {
        let stands = [it.reported, it.confirmed, it.lost].map(u128::from);
        if sent.remove(id).is_none_or(|(stated, columns)| columns != stands || stated.amount != it.dispatched) {
            found.push((None, format!("the columns of `{id}` are not those of its history")));
        }
    }
    found.extend(sent.into_keys().map(|id| (None, format!("the dispatch `{id}` was forgotten"))));
    found
}

pub(super) fn check_fnd_215_payees<'a>(ledger: &'a Ledger, books: &'a Books<'a>) -> Found {
    let mut found = Found::new();
    let mut released: BTreeMap<&PartyId, bool> = BTreeMap::new();
    for recorded in &ledger.history {
        if let (Statement::SetStanding { payee, standing, .. }, Outcome::Done) =
            (&recorded.entry.statement, &recorded.outcome)
        {
            if recorded.entry.party == *payee {
                found.push((Some(recorded.entry.index), format!("`{payee}` released itself")));
            }
            released.insert(payee, *standing == Standing::Released);
        }
        for leg in recorded.outcome.legs() {
            let Some(card) = books.cards.get(&leg.credit).filter(|card| card.kind == AccountKind::Payee) else {
                continue;
            };
            if released.get(&card.owner) != Some(&true) {
                found.push((Some(recorded.entry.index), format!("`{}` was paid and was not released", card.owner)));
            }
        }
    }
    found
}
