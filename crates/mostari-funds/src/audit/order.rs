//! The order of things: I8, I9, I10, I17, I18.

use super::Found;
use super::books::{Books, Movement, expected_legs};
use crate::account::AccountKind;
use crate::ledger::{Ledger, Recorded};
use crate::outcome::{Leg, Outcome, Refusal};
use crate::statement::Statement;
use crate::{AccountId, EntryId};
use mostari_model::{Date, Period};
use std::collections::BTreeMap;

pub(super) fn check_fnd_208_ids(ledger: &Ledger, _: &Books<'_>) -> Found {
    let mut found = Found::new();
    let mut first: BTreeMap<&EntryId, &Recorded> = BTreeMap::new();
    for recorded in &ledger.history {
        let entry = &recorded.entry;
        let Some(before) = first.get(&entry.id) else {
            first.insert(&entry.id, recorded);
            if matches!(recorded.outcome, Outcome::Exists { .. }) {
                found.push((Some(entry.index), format!("`{}` exists, but was not said before", entry.id)));
            }
            continue;
        };
        let right = match &recorded.outcome {
            Outcome::Exists { first, answer } => {
                before.entry.repeats(entry) && *first == before.entry.index && **answer == before.outcome
            }
            Outcome::Refused(why) if matches!(**why, Refusal::ExistsDifferent { .. }) => !before.entry.repeats(entry),
            _ => false,
        };
        if !right {
            found.push((Some(entry.index), format!("`{}` was used before, and answered otherwise", entry.id)));
        }
    }
    found
}

pub(super) fn check_fnd_209_nothing_changed<'a>(ledger: &'a Ledger, books: &'a Books<'a>) -> Found {
    let mut found = Found::new();
    for two in ledger.history.windows(2) {
        if two[0].entry.index >= two[1].entry.index {
            found.push((Some(two[1].entry.index), "entries are not in the order of the record".to_owned()));
        }
    }
    let end = ledger.history.last().map_or(0, |last| last.entry.index + 1);
    if end != ledger.state.size {
        found.push((None, format!("the history ends at {end}, the state at {}", ledger.state.size)));
    }
    let mut posted: BTreeMap<&EntryId, &[Leg]> = BTreeMap::new();
    let mut reversed: BTreeMap<EntryId, EntryId> = BTreeMap::new();
    for movement in books.movements(ledger) {
        match &movement.origin.statement {
            Statement::Transfer(transfer) => {
                let stated = expected_legs(&transfer.moves);
                check_stated(&movement, &stated, &mut found);
                if posted.insert(&movement.origin.id, movement.legs).is_some() {
                    found.push((movement.index(), format!("`{}` was posted twice", movement.origin.id)));
                }
            }
            Statement::Reverse { of, .. } => {
                let back: Vec<_> = movement.legs.iter().rev().map(|leg| (&leg.credit, &leg.debit, &leg.lots)).collect();
                let there =
                    posted.get(of).map(|legs| legs.iter().map(|leg| (&leg.debit, &leg.credit, &leg.lots)).collect());
                if there != Some(back) {
                    found.push((movement.index(), format!("it does not take back what `{of}` moved")));
                }
                if reversed.insert(of.clone(), movement.origin.id.clone()).is_some() {
                    found.push((movement.index(), format!("`{of}` was reversed twice")));
                }
            }
            Statement::Dispatch(dispatch) => {
                check_stated(&movement, &[(&dispatch.from, &dispatch.transit, dispatch.amount)], &mut found);
            }
            Statement::ConfirmDelivery { .. } | Statement::Lose { .. } => {}
            _ => found.push((movement.index(), "the statement moves nothing, but something moved".to_owned())),
        }
    }
    if reversed != ledger.state.reversed {
        found.push((None, "the reversals of the state are not those of the history".to_owned()));
    }
    found
}

/// What moved is what was stated, or a part of a single move.
fn check_stated(movement: &Movement<'_>, stated: &[(&AccountId, &AccountId, u64)], found: &mut Found) {
    let part = match &movement.recorded.entry.statement {
        Statement::Post { amount, .. } => *amount,
        _ => None,
    };
    let fits = movement.legs.len() == stated.len()
        && movement.legs.iter().zip(stated).all(|(leg, (debit, credit, amount))| {
            let right = part.unwrap_or(*amount);
            &leg.debit == *debit && &leg.credit == *credit && leg.amount == right && right <= *amount
        });
    if !fits {
        found.push((movement.index(), format!("what moved is not what `{}` stated", movement.origin.id)));
    }
}

pub(super) fn check_fnd_210_open_periods<'a>(ledger: &'a Ledger, books: &'a Books<'a>) -> Found {
    let mut found = Found::new();
    let mut open: Vec<Period> = Vec::new();
    for recorded in &ledger.history {
        match (&recorded.entry.statement, &recorded.outcome) {
            (Statement::OpenPeriod { period }, Outcome::Done) => open.push(*period),
            (Statement::ClosePeriod { period }, Outcome::Done) => open.retain(|it| it != period),
            _ => {}
        }
        let Some(movement) = books.movement(recorded) else { continue };
        let is_open = |day: Date| open.iter().any(|period| period.contains(day));
        let (happened, recorded_on, booked) = (recorded.entry.happened, recorded.entry.recorded, movement.booked);
        let right = booked == happened || (booked == recorded_on && !is_open(happened));
        if !is_open(booked) || !right {
            let message = format!("it happened on {happened}, was recorded on {recorded_on} and booked on {booked}");
            found.push((movement.index(), message));
        }
    }
    found
}

pub(super) fn check_fnd_217_homes<'a>(ledger: &'a Ledger, books: &'a Books<'a>) -> Found {
    let mut found = Found::new();
    for recorded in &ledger.history {
        let (legs, by) = match &recorded.outcome {
            Outcome::Held(hold) => (&hold.legs, recorded.entry.as_ref()),
            Outcome::Posted(posting) => (&posting.legs, books.origin(&recorded.entry)),
            _ => continue,
        };
        for leg in legs {
            let Some(card) = books.cards.get(&leg.debit) else { continue };
            // What banks and rounding give is no party's to spend; claims are carried in by anybody.
            let free = matches!(card.kind, AccountKind::Exchange | AccountKind::Rounding | AccountKind::Reported);
            if !free && card.home != by.log {
                let message = format!("`{}` of `{}` was debited from `{}`", leg.debit, card.home, by.log);
                found.push((Some(recorded.entry.index), message));
            }
        }
    }
    found
}

pub(super) fn check_fnd_218_replay(ledger: &Ledger, _: &Books<'_>) -> Found {
    let again = Ledger::replay(ledger.history.iter().map(|recorded| recorded.entry.as_ref()));
    let mut found = Found::new();
    for (then, now) in ledger.history.iter().zip(&again.history) {
        if then != now {
            found.push((Some(then.entry.index), "the entry is answered otherwise when it is replayed".to_owned()));
        }
    }
    let (stands, gives) = (ledger.state_digest(), again.state_digest());
    if stands != gives {
        found.push((None, format!("the state is {}, the entries give {}", stands.short(), gives.short())));
    }
    found
}
