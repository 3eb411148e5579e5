//! Balances: I1, I2, I5.

use super::Found;
use super::books::{Books, ended};
use crate::account::{AMOUNT_MAX, UnitKind};
use crate::ledger::Ledger;
use crate::outcome::{Leg, Outcome};
use crate::{AccountId, EntryId, UnitId};
use mostari_model::Currency;
use std::collections::BTreeMap;

pub(super) fn check_fnd_201_debits_equal_credits<'a>(ledger: &'a Ledger, books: &'a Books<'a>) -> Found {
    let mut found = Found::new();
    let mut totals: BTreeMap<&AccountId, (i128, i128)> = BTreeMap::new();
    for movement in books.movements(ledger) {
        let mut by_unit: BTreeMap<&UnitId, i128> = BTreeMap::new();
        for leg in movement.legs {
            let amount = i128::from(leg.amount);
            totals.entry(&leg.debit).or_default().0 += amount;
            totals.entry(&leg.credit).or_default().1 += amount;
            for (account, sign) in [(&leg.debit, -1), (&leg.credit, 1)] {
                match books.unit(account) {
                    Some(unit) => *by_unit.entry(unit).or_default() += sign * amount,
                    None => found.push((movement.index(), format!("`{account}` was never opened"))),
                }
            }
        }
        for (unit, difference) in by_unit.into_iter().filter(|(_, difference)| *difference != 0) {
            found.push((movement.index(), format!("credits less debits of `{unit}` are {difference}")));
        }
    }
    let mut by_unit: BTreeMap<&UnitId, i128> = BTreeMap::new();
    for (id, account) in &ledger.state.accounts {
        let stands = (i128::from(account.debits_posted), i128::from(account.credits_posted));
        *by_unit.entry(&account.card.unit).or_default() += stands.1 - stands.0;
        let moved = totals.remove(id).unwrap_or_default();
        if moved != stands {
            found.push((None, format!("`{id}` stands at {stands:?}, debits and credits moved are {moved:?}")));
        }
    }
    found.extend(totals.into_keys().map(|id| (None, format!("`{id}` moved and is no account"))));
    let unequal = by_unit.into_iter().filter(|(_, difference)| *difference != 0);
    found.extend(unequal.map(|(unit, difference)| (None, format!("all of `{unit}` comes to {difference}"))));
    found
}

pub(super) fn check_fnd_202_whole_amounts<'a>(ledger: &'a Ledger, books: &'a Books<'a>) -> Found {
    let mut found = Found::new();
    for (id, unit) in &ledger.state.units {
        let currency = id.as_str().parse::<Currency>().ok();
        let right = match unit.kind {
            UnitKind::Money => currency.is_some_and(|it| it.minor_digits() == u32::from(unit.digits)),
            UnitKind::Goods | UnitKind::Work => currency.is_none(),
        };
        if !right || books.units.get(id) != Some(&unit) {
            found.push((None, format!("`{id}` has {} digits", unit.digits)));
        }
    }
    for movement in books.movements(ledger) {
        for leg in movement.legs {
            let parts: u128 = leg.lots.iter().map(|portion| u128::from(portion.amount)).sum();
            let is_memorandum = books.kind(&leg.debit).is_some_and(|kind| kind.is_memorandum());
            let should_be = if is_memorandum { 0 } else { u128::from(leg.amount) };
            let empty = leg.lots.iter().any(|portion| portion.amount == 0);
            if leg.amount == 0 || leg.amount > AMOUNT_MAX || parts != should_be || empty {
                let message = format!("{} from `{}` is made of lots of {parts}", leg.amount, leg.debit);
                found.push((movement.index(), message));
            }
        }
    }
    found
}

/// A running account: balance, reserved to go, promised to come.
type Running<'a> = BTreeMap<&'a AccountId, (i128, i128, i128)>;

fn reserve<'a>(running: &mut Running<'a>, legs: &'a [Leg], sign: i128) {
    for leg in legs {
        running.entry(&leg.debit).or_default().1 += sign * i128::from(leg.amount);
        running.entry(&leg.credit).or_default().2 += sign * i128::from(leg.amount);
    }
}

pub(super) fn check_fnd_205_nothing_below_zero<'a>(ledger: &'a Ledger, books: &'a Books<'a>) -> Found {
    let mut found = Found::new();
    let mut running = Running::new();
    let mut waiting: BTreeMap<&EntryId, &[Leg]> = BTreeMap::new();
    for recorded in &ledger.history {
        for id in ended(recorded) {
            reserve(&mut running, waiting.remove(id).unwrap_or_default(), -1);
        }
        let legs = match &recorded.outcome {
            Outcome::Held(hold) => {
                waiting.insert(&recorded.entry.id, &hold.legs);
                reserve(&mut running, &hold.legs, 1);
                hold.legs.as_slice()
            }
            Outcome::Posted(posting) => {
                for leg in &posting.legs {
                    running.entry(&leg.debit).or_default().0 -= i128::from(leg.amount);
                    running.entry(&leg.credit).or_default().0 += i128::from(leg.amount);
                }
                posting.legs.as_slice()
            }
            _ => continue,
        };
        for leg in legs {
            let (balance, reserved, _) = running[&leg.debit];
            if books.kind(&leg.debit).is_none_or(|kind| kind.is_controlled()) && balance - reserved < 0 {
                let message = format!("`{}` has {balance}, of which {reserved} are reserved", leg.debit);
                found.push((Some(recorded.entry.index), message));
            }
        }
    }
    for (id, account) in &ledger.state.accounts {
        let (_, to_go, to_come) = running.get(id).copied().unwrap_or_default();
        if (to_go, to_come) != (i128::from(account.debits_pending), i128::from(account.credits_pending)) {
            found.push((None, format!("`{id}` has other reservations than its history")));
        }
    }
    found
}
