//! Units and accounts: what is counted, and where it is.
//!
//! A movement debits one account and credits another. A credit brings, a debit takes: the balance of an account is its
//! credits less its debits. All amounts are counts of the smallest part of the unit (cents, litres, thousandths of a week).

use crate::Holdings;
use crate::{AccountId, LogId, UnitId};
use mostari_model::{AreaId, PartyId};
use serde::{Deserialize, Serialize};

/// The largest amount and the largest total of an account: what [`mostari_model::Money`] can hold.
pub const AMOUNT_MAX: u64 = i64::MAX as u64;

/// What kind of thing a unit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitKind {
    /// A currency of ISO 4217; its digits are those of the standard.
    Money,
    /// Goods: litres of diesel, tonnes of cement.
    Goods,
    /// Work: weeks of engineers.
    Work,
}

/// A unit and its scale, fixed for ever once it is opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its id: the ISO 4217 code for money.
    pub unit: UnitId,
    /// What it counts.
    pub kind: UnitKind,
    /// Decimal digits of the smallest part that is counted (2: hundredths).
    pub digits: u8,
    /// From this amount on, in smallest parts, a second signature is needed; never if `None`.
    pub four_eyes_from: Option<u64>,
}

/// Why goods or money were lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossCause {
    /// It went bad, leaked or broke.
    Spoilage,
    /// It was taken by force.
    Looting,
    /// It went where it was not meant to go.
    Diversion,
}

/// What an account is for. The kind decides which movements may touch it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountKind {
    /// The world outside: what is debited here enters the ledger as a new lot, what is credited was given back.
    Outside,
    /// What a donor has paid in and not yet assigned.
    Donor,
    /// What a programme holds.
    Programme,
    /// What a project holds.
    Project,
    /// What was paid to a contractor, supplier or other receiver outside.
    Payee,
    /// What only the log that is its home may spend, so that it can do so offline.
    Escrow,
    /// Goods or weeks in a store.
    Stock,
    /// Goods on the way: dispatched, not yet confirmed.
    Transit,
    /// Goods whose arrival somebody other than the deliverer confirmed.
    Delivered,
    /// What was lost, by cause.
    Loss(LossCause),
    /// Differences between a stated rate and the amount that a bank paid.
    Rounding,
    /// The two sides of exchanges between units.
    Exchange,
    /// Pledges and commitments: words, not money. Carries no lots.
    Promise,
    /// What publishers report elsewhere: claims. Carries no lots.
    Reported,
}

impl AccountKind {
    /// Whether its balance, less what is reserved, may never fall below zero.
    pub const fn is_controlled(self) -> bool {
        !matches!(self, Self::Outside | Self::Rounding | Self::Exchange | Self::Promise | Self::Reported)
    }

    /// Whether it holds words rather than money or goods.
    pub const fn is_memorandum(self) -> bool {
        matches!(self, Self::Promise | Self::Reported)
    }

    /// Whether money that arrives here has been put to a use, so that the use must be stated.
    pub const fn is_use(self) -> bool {
        matches!(self, Self::Project | Self::Payee | Self::Delivered)
    }

    /// Whether only exchanges and dispatches may touch it.
    pub(crate) const fn is_internal(self) -> bool {
        matches!(self, Self::Rounding | Self::Exchange | Self::Transit)
    }
}

/// The card of an account, as it was opened; it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountCard {
    /// Its id.
    pub account: AccountId,
    /// What it counts.
    pub unit: UnitId,
    /// What it is for.
    pub kind: AccountKind,
    /// Whose it is.
    pub owner: PartyId,
    /// The one log whose entries may debit it.
    pub home: LogId,
    /// Where it is, if it is anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaId>,
    /// The aid activity that it belongs to, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub activity: String,
}

/// An account with its four totals, each at most [`AMOUNT_MAX`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its card.
    pub card: AccountCard,
    /// All that was taken.
    pub debits_posted: u64,
    /// All that was brought.
    pub credits_posted: u64,
    /// What is reserved to be taken.
    pub debits_pending: u64,
    /// What is promised to be brought.
    pub credits_pending: u64,
    /// Which lots it holds; empty for memorandum accounts.
    pub holdings: Holdings,
}

impl Account {
    pub(crate) fn new(card: AccountCard) -> Self {
        Self {
            card,
            debits_posted: 0,
            credits_posted: 0,
            debits_pending: 0,
            credits_pending: 0,
            holdings: Holdings::default(),
        }
    }

    /// What it holds, in smallest parts; below zero only where the kind is not controlled.
    pub fn balance(&self) -> i64 {
        signed(self.credits_posted) - signed(self.debits_posted)
    }

    /// What may still be taken: the balance less what is reserved.
    pub fn available(&self) -> i64 {
        self.balance().saturating_sub(signed(self.debits_pending))
    }
}

/// An amount as a signed number.
pub(crate) fn signed(amount: u64) -> i64 {
    i64::try_from(amount).expect("amounts and totals are checked against AMOUNT_MAX")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_reserved_is_no_longer_available() {
        let card = AccountCard {
            account: "a".into(),
            unit: "EUR".into(),
            kind: AccountKind::Project,
            owner: "ngo".into(),
            home: "hq".into(),
            area: None,
            activity: String::new(),
        };
        let account = Account { credits_posted: 100, debits_posted: 30, debits_pending: 50, ..Account::new(card) };
        assert_eq!((account.balance(), account.available()), (70, 20));
    }

    #[test]
    fn words_are_neither_controlled_nor_a_use() {
        for kind in [AccountKind::Promise, AccountKind::Reported] {
            assert!(kind.is_memorandum() && !kind.is_controlled() && !kind.is_use());
        }
    }
}
