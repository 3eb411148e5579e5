//! Eighteen questions to a ledger, each of which finds nothing where its invariant holds.
//!
//! They are answered from the history alone, by code of its own: what `apply` believed is not asked. Only the last one
//! replays the entries. So an answer that was planted in the state or in the history shows.

mod approvals;
mod balances;
mod books;
mod deliveries;
mod flows;
mod lots;
mod order;

use crate::findings as cards;
use crate::ledger::Ledger;
use books::Books;
use mostari_model::{Finding, FindingCard};
use std::fmt;

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which invariant, 1 to 18.
    pub invariant: u8,
    /// Index of the entry that shows it, if one does.
    pub index: Option<u64>,
    /// What was found.
    pub message: String,
}

/// One question.
#[derive(Debug)]
pub struct Query {
    /// Which invariant it is about, 1 to 18.
    pub invariant: u8,
    /// What must hold.
    pub rule: &'static str,
    /// The card of what it finds.
    pub card: &'static FindingCard,
    run: for<'a> fn(&'a Ledger, &'a Books<'a>) -> Found,
}

/// What a query found: the entry, if one shows it, and words.
type Found = Vec<(Option<u64>, String)>;

macro_rules! queries {
    ($($number:literal $run:path, $card:ident, $rule:literal;)*) => {
        /// The questions, in the order of the invariants.
        pub static QUERIES: &[Query] =
            &[$(Query { invariant: $number, rule: $rule, card: cards::$card, run: $run }),*];
    };
}

queries! {
    1 balances::check_fnd_201_debits_equal_credits, DEBITS_DIFFER,
        "debits equal credits in every movement and every unit, and the totals of accounts are theirs";
    2 balances::check_fnd_202_whole_amounts, AMOUNT_NOT_WHOLE,
        "amounts are whole and above 0, units have the scale of ISO 4217";
    3 flows::check_fnd_203_units_and_rates, UNITS_MIXED,
        "no movement joins two units; exchanges keep their stated rate, the residue in its account";
    4 flows::check_fnd_204_grant_order, GRANT_ORDER,
        "pledge >= commitment >= disbursed >= expended, but for overrides signed by a second party";
    5 balances::check_fnd_205_nothing_below_zero, BELOW_ZERO,
        "no controlled account falls below zero, reservations included";
    6 lots::check_fnd_206_earmarks, EARMARK_BROKEN,
        "lots are used as their earmarks permit, the first to expire first, and are conserved";
    7 flows::check_fnd_207_budget_tree, BUDGET_BROKEN,
        "the parts of a budget do not exceed it";
    8 order::check_fnd_208_ids, ID_TWICE,
        "an id stands for one statement; a retry gets the first answer";
    9 order::check_fnd_209_nothing_changed, HISTORY_CHANGED,
        "what was posted is what was stated; a posting is reversed at most once";
    10 order::check_fnd_210_open_periods, BOOKED_CLOSED,
        "postings are booked in open periods";
    11 approvals::check_fnd_211_four_eyes, TWO_EYES,
        "large movements have the signature of somebody other than their maker";
    12 deliveries::check_fnd_212_deliveries, DELIVERY_BROKEN,
        "who delivers does not confirm, and what arrives and is lost is at most what was sent";
    13 flows::check_fnd_213_pairs, FLOW_UNMATCHED,
        "flows are paired once, or their discrepancy is published";
    14 approvals::check_fnd_214_pending_ends, PENDING_LEFT,
        "what waits ends once, by posting, voiding or expiry";
    15 deliveries::check_fnd_215_payees, PAID_BLOCKED,
        "only released payees are paid";
    16 flows::check_fnd_216_totals, TOTAL_BROKEN,
        "public totals are the public postings and the restricted remainder";
    17 order::check_fnd_217_homes, FOREIGN_DEBIT,
        "accounts are debited only from their home log";
    18 order::check_fnd_218_replay, NOT_REPLAYED,
        "the entries give this state";
}

/// Asks all questions.
pub fn audit(ledger: &Ledger) -> Vec<Violation> {
    let books = Books::of(ledger);
    QUERIES.iter().flat_map(|query| query.ask_with(ledger, &books)).collect()
}

impl Query {
    /// What violates its invariant; nothing where it holds.
    pub fn ask(&self, ledger: &Ledger) -> Vec<Violation> {
        self.ask_with(ledger, &Books::of(ledger))
    }

    fn ask_with<'a>(&self, ledger: &'a Ledger, books: &'a Books<'a>) -> Vec<Violation> {
        let violation = |(index, message)| Violation { invariant: self.invariant, index, message };
        (self.run)(ledger, books).into_iter().map(violation).collect()
    }
}

impl Violation {
    /// As a finding, with its code and hint.
    pub fn to_finding(&self) -> Finding {
        let query = QUERIES.iter().find(|query| query.invariant == self.invariant).expect("made by a query");
        Finding::new(query.card, self.to_string())
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "entry {index}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

#[cfg(test)]
mod tests;
