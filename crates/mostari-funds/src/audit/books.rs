//! What every question needs: the cards that were opened, and the movements with the entry that first stated them.

use crate::account::{AccountCard, AccountKind, Unit};
use crate::ledger::{Ledger, Recorded};
use crate::outcome::{Leg, Outcome};
use crate::statement::{Entry, Exchange, Move, Statement};
use crate::{AccountId, EntryId, UnitId};
use mostari_model::Date;
use std::collections::BTreeMap;

/// What the history declares, looked up by id.
pub(super) struct Books<'a> {
    pub units: BTreeMap<&'a UnitId, &'a Unit>,
    pub cards: BTreeMap<&'a AccountId, &'a AccountCard>,
    /// The first entry of each id.
    pub first: BTreeMap<&'a EntryId, &'a Recorded>,
}

/// Something that moved.
pub(super) struct Movement<'a> {
    pub recorded: &'a Recorded,
    /// The entry that stated it: another one if it waited first.
    pub origin: &'a Entry,
    pub booked: Date,
    pub legs: &'a [Leg],
}

impl<'a> Books<'a> {
    pub(super) fn of(ledger: &'a Ledger) -> Self {
        let mut books = Self { units: BTreeMap::new(), cards: BTreeMap::new(), first: BTreeMap::new() };
        for recorded in &ledger.history {
            books.first.entry(&recorded.entry.id).or_insert(recorded);
            match (&recorded.entry.statement, &recorded.outcome) {
                (Statement::OpenUnit(unit), Outcome::Done) => {
                    books.units.insert(&unit.unit, unit);
                }
                (Statement::OpenAccount(card), Outcome::Done) => {
                    books.cards.insert(&card.account, card);
                }
                _ => {}
            }
        }
        books
    }

    /// The entry whose statement an entry carries out.
    pub(super) fn origin(&self, entry: &'a Entry) -> &'a Entry {
        match &entry.statement {
            Statement::Post { of, .. } | Statement::Approve { of } => self.first.get(of).map_or(entry, |it| &it.entry),
            _ => entry,
        }
    }

    pub(super) fn movement(&self, recorded: &'a Recorded) -> Option<Movement<'a>> {
        let Outcome::Posted(posting) = &recorded.outcome else { return None };
        let (booked, legs) = (posting.booked, posting.legs.as_slice());
        Some(Movement { recorded, origin: self.origin(&recorded.entry), booked, legs })
    }

    pub(super) fn movements(&self, ledger: &'a Ledger) -> Vec<Movement<'a>> {
        ledger.history.iter().filter_map(|recorded| self.movement(recorded)).collect()
    }

    pub(super) fn unit(&self, account: &AccountId) -> Option<&'a UnitId> {
        self.cards.get(account).map(|card| &card.unit)
    }

    pub(super) fn kind(&self, account: &AccountId) -> Option<AccountKind> {
        self.cards.get(account).map(|card| card.kind)
    }
}

impl Movement<'_> {
    pub(super) fn index(&self) -> Option<u64> {
        Some(self.recorded.entry.index)
    }
}

/// Ids whose waiting ends with this entry.
pub(super) fn ended(recorded: &Recorded) -> Vec<&EntryId> {
    let mut ended: Vec<&EntryId> = recorded.expired.iter().collect();
    match (&recorded.entry.statement, &recorded.outcome) {
        (Statement::Post { of, .. } | Statement::Approve { of }, Outcome::Posted(_)) => ended.push(of),
        (Statement::Void { of, .. }, Outcome::Done) => ended.push(of),
        _ => {}
    }
    ended
}

/// What the legs of a transfer must be: debit, credit, amount.
pub(super) fn expected_legs(moves: &[Move]) -> Vec<(&AccountId, &AccountId, u64)> {
    let mut legs = Vec::new();
    for one in moves {
        match one {
            Move::Plain(plain) => legs.push((&plain.debit, &plain.credit, plain.amount)),
            Move::Exchange(exchange) => legs.extend(exchange_legs(exchange)),
        }
    }
    legs
}

/// Sold, bought at the rate, and the residue to or from its account.
pub(super) fn exchange_legs(exchange: &Exchange) -> Vec<(&AccountId, &AccountId, u64)> {
    let rate = &exchange.rate;
    let exact = u128::from(exchange.gives) * u128::from(rate.numerator) / u128::from(rate.denominator.max(1));
    let exact = u64::try_from(exact).unwrap_or(u64::MAX);
    let mut legs = vec![
        (&exchange.from, &exchange.sold_to, exchange.gives),
        (&exchange.bought_from, &exchange.to, exact.min(exchange.gets)),
    ];
    if exchange.gets > exact {
        legs.push((&exchange.rounding, &exchange.to, exchange.gets - exact));
    }
    if exchange.gets < exact {
        legs.push((&exchange.bought_from, &exchange.rounding, exact - exchange.gets));
    }
    legs
}
