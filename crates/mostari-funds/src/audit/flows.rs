//! Rates, grants, budgets, pairs, totals: I3, I4, I7, I13, I16.

use super::Found;
use super::approvals::approvals;
use super::books::{Books, exchange_legs};
use crate::chain::{Matching, Reference, pairs, unconfirmed};
use crate::ledger::Ledger;
use crate::outcome::Outcome;
use crate::statement::{Budget, Move, Statement};
use crate::{BudgetId, GrantId};
use mostari_model::{AidActivity, Clearance, TransactionType};
use std::collections::{BTreeMap, BTreeSet};

/// After so many days an unmatched flow must have been published as a discrepancy.
const MATCH_WITHIN_DAYS: u32 = 180;
/// A bank may round by one smallest part and by one in so many.
const ROUNDING_SHARE: u64 = 10_000;

pub(super) fn check_fnd_203_units_and_rates<'a>(ledger: &'a Ledger, books: &'a Books<'a>) -> Found {
    let mut found = Found::new();
    for movement in books.movements(ledger) {
        for leg in movement.legs {
            if books.unit(&leg.debit) != books.unit(&leg.credit) {
                found.push((movement.index(), format!("`{}` and `{}` count different things", leg.debit, leg.credit)));
            }
        }
        let Statement::Transfer(transfer) = &movement.origin.statement else { continue };
        for exchange in transfer.moves.iter().filter_map(|one| match one {
            Move::Exchange(exchange) => Some(exchange),
            Move::Plain(_) => None,
        }) {
            let legs = exchange_legs(exchange);
            let residue: u64 = legs[2..].iter().map(|(.., amount)| amount).sum();
            let moved =
                |wanted: &(_, _, u64)| movement.legs.iter().any(|leg| (&leg.debit, &leg.credit, leg.amount) == *wanted);
            let stated = exchange.rate.denominator > 0 && !exchange.rate.source.trim().is_empty();
            if !stated || !legs.iter().all(moved) || residue > 1 + (exchange.gets + residue) / ROUNDING_SHARE {
                found.push((movement.index(), format!("{} is not what the rate gives", exchange.gets)));
            }
        }
    }
    found
}

/// Pledged, committed, disbursed, expended.
fn step(kind: TransactionType) -> Option<usize> {
    match kind.code() {
        12 | 13 => Some(0),
        2 | 11 => Some(1),
        1 | 3 | 7 => Some(2),
        4 => Some(3),
        _ => None,
    }
}

pub(super) fn check_fnd_204_grant_order<'a>(ledger: &'a Ledger, books: &'a Books<'a>) -> Found {
    let approvals = approvals(ledger);
    let mut found = Found::new();
    let mut grants: BTreeMap<&GrantId, ([i128; 4], [i128; 3])> = BTreeMap::new();
    for movement in books.movements(ledger) {
        let overrides =
            matches!(&movement.origin.statement, Statement::Transfer(it) if it.override_reason.is_some())
                && approvals.get(&movement.origin.id).into_iter().flatten().any(|approval| {
                    approval.party != movement.origin.party && Some(approval.index) <= movement.index()
                });
        for leg in movement.legs {
            let (Some(grant), Some(step)) = (&leg.grant, leg.kind.and_then(step)) else { continue };
            let (totals, allowed) = grants.entry(grant).or_default();
            let amount = i128::from(leg.amount);
            totals[step] += if leg.taken_back { -amount } else { amount };
            // An override allows what it was signed for: what its leg says that it exceeds.
            if leg.excess > 0 && !overrides {
                found.push((movement.index(), format!("`{grant}` was exceeded and no second party signed")));
            } else if leg.excess > 0 {
                allowed[if leg.taken_back { step } else { step.saturating_sub(1) }.min(2)] += i128::from(leg.excess);
            }
            for below in 1..totals.len() {
                let over = totals[below] - totals[below - 1] - allowed[below - 1];
                if over > 0 {
                    found.push((movement.index(), format!("a step of `{grant}` exceeds the one above by {over}")));
                }
            }
        }
    }
    for (id, grant) in &ledger.state.grants {
        let (totals, _) = grants.remove(id).unwrap_or_default();
        if grant.posted.map(i128::from) != totals {
            found.push((None, format!("`{id}` stands at {:?}, its history gives {totals:?}", grant.posted)));
        }
    }
    found
}

pub(super) fn check_fnd_207_budget_tree(ledger: &Ledger, _: &Books<'_>) -> Found {
    let mut found = Found::new();
    let mut tree: BTreeMap<&BudgetId, &Budget> = BTreeMap::new();
    for recorded in &ledger.history {
        let (Statement::Budget(budget), Outcome::Done) = (&recorded.entry.statement, &recorded.outcome) else {
            continue;
        };
        tree.insert(&budget.budget, budget);
        for whole in tree.values().filter(|it| it.budget == budget.budget || budget.parent.as_ref() == Some(&it.budget))
        {
            let parts = tree.values().copied().filter(|part| part.parent.as_ref() == Some(&whole.budget));
            let worth = |part: &Budget| match &part.rate {
                None => (part.unit == whole.unit).then_some(u128::from(part.allocation)),
                Some(rate) => {
                    let product = u128::from(part.allocation) * u128::from(rate.numerator);
                    (rate.denominator > 0).then(|| product.div_ceil(u128::from(rate.denominator)))
                }
            };
            let sum: Option<u128> = parts.map(worth).sum();
            if sum.is_none_or(|sum| sum > u128::from(whole.allocation)) {
                let message = format!("the parts of `{}` come to {sum:?} of {}", whole.budget, whole.allocation);
                found.push((Some(recorded.entry.index), message));
            }
        }
    }
    let same = ledger.state.budgets.len() == tree.len()
        && ledger.state.budgets.iter().all(|(id, budget)| tree.get(id) == Some(&budget));
    if !same {
        found.push((None, "the budgets of the state are not those of the history".to_owned()));
    }
    found
}

/// The reported activities with their posted transactions, from the history alone.
fn reported(ledger: &Ledger) -> Vec<AidActivity> {
    crate::aid::to_aid(ledger, &Clearance::of(every_compartment(ledger))).0
}

fn every_compartment(ledger: &Ledger) -> BTreeSet<String> {
    let labels = ledger.history.iter().map(|it| &it.entry.label).filter(|label| !label.is_public());
    labels.flat_map(|label| label.to_string().split('+').map(str::to_owned).collect::<Vec<_>>()).collect()
}

pub(super) fn check_fnd_213_pairs(ledger: &Ledger, _: &Books<'_>) -> Found {
    let activities = reported(ledger);
    let mut found = Found::new();
    let by_id: BTreeMap<&str, &AidActivity> = activities.iter().map(|it| (it.id.as_str(), it)).collect();
    let mut used = BTreeSet::new();
    for pair in pairs(&activities, Matching::default()) {
        let sum = |sides: &[Reference]| {
            let amounts = sides.iter().filter_map(|it| by_id.get(it.activity.as_str())?.transactions.get(it.position));
            amounts.map(|it| i128::from(it.amount.minor)).sum::<i128>()
        };
        if sum(&pair.out) != sum(&pair.into) {
            found.push((None, format!("the sides of a pair of `{}` differ", pair.out[0].activity)));
        }
        for side in pair.out.iter().chain(&pair.into) {
            if !used.insert(side.clone()) {
                found.push((None, format!("transaction {} of `{}` is paired twice", side.position, side.activity)));
            }
        }
    }
    for loose in unconfirmed(&activities, Matching::default(), MATCH_WITHIN_DAYS, ledger.today()) {
        let published = (loose.entry.activity.clone(), loose.entry.position as u64);
        if !ledger.state.discrepancies.contains(&published) {
            let Reference { activity, position } = loose.entry;
            found.push((None, format!("transaction {position} of `{activity}`: {}", loose.words)));
        }
    }
    found
}

pub(super) fn check_fnd_216_totals<'a>(ledger: &'a Ledger, books: &'a Books<'a>) -> Found {
    let mut found = Found::new();
    let movements = books.movements(ledger);
    for recorded in &ledger.history {
        let (Statement::StateTotal(total), Outcome::Done) = (&recorded.entry.statement, &recorded.outcome) else {
            continue;
        };
        let (mut public, mut restricted) = (0_i128, 0_i128);
        for movement in movements.iter().take_while(|it| it.recorded.entry.index < recorded.entry.index) {
            if movement.booked < total.period.from || movement.booked > total.period.to {
                continue;
            }
            let counted = movement
                .legs
                .iter()
                .filter(|leg| leg.kind == Some(total.kind) && books.unit(&leg.debit) == Some(&total.unit));
            let sum: i128 = counted.map(|leg| i128::from(leg.amount) * if leg.taken_back { -1 } else { 1 }).sum();
            match movement.recorded.entry.label.is_public() && movement.origin.label.is_public() {
                true => public += sum,
                false => restricted += sum,
            }
        }
        if restricted != i128::from(total.restricted) || public + restricted != i128::from(total.total) {
            let message = format!(
                "stated are {} with {} not shown, postings give {public} and {restricted}",
                total.total, total.restricted
            );
            found.push((Some(recorded.entry.index), message));
        }
    }
    found
}
