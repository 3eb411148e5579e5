//! Public totals: what is public adds up to them, with a remainder that is not shown but stated.

use crate::UnitId;
use crate::ledger::{Ledger, Recorded};
use crate::outcome::{Leg, Outcome, Posting, Refusal};
use crate::statement::{Statement, Total};
use mostari_model::{Label, Period, TransactionType};

/// Sums over postings of one type, unit and span of days of booking, in smallest parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Postings whose entries are public.
    pub public: i64,
    /// The others.
    pub restricted: i64,
}

/// The sums of postings of a type, in a unit, booked in a period.
///
/// `None` if a sum does not fit 63 bits.
pub fn sums(ledger: &Ledger, unit: &UnitId, kind: TransactionType, period: Period) -> Option<Sums> {
    let (mut public, mut restricted) = (0_i128, 0_i128);
    for recorded in &ledger.history {
        let Outcome::Posted(Posting { booked, legs }) = &recorded.outcome else { continue };
        let wanted = |leg: &&Leg| {
            leg.kind == Some(kind) && ledger.state.accounts.get(&leg.debit).is_some_and(|it| it.card.unit == *unit)
        };
        if !period.contains(*booked) {
            continue;
        }
        let sum: i128 = legs.iter().filter(wanted).map(|leg| worth(leg)).sum();
        match label_of(ledger, recorded).is_public() {
            true => public += sum,
            false => restricted += sum,
        }
    }
    Some(Sums { public: i64::try_from(public).ok()?, restricted: i64::try_from(restricted).ok()? })
}

fn worth(leg: &Leg) -> i128 {
    let amount = i128::from(leg.amount);
    if leg.taken_back { -amount } else { amount }
}

/// The label of a posting: that of its entry joined with that of the entry that it carries out.
pub(crate) fn label_of(ledger: &Ledger, recorded: &Recorded) -> Label {
    let original = match &recorded.entry.statement {
        Statement::Post { of, .. } | Statement::Approve { of } => ledger.answer(of),
        _ => None,
    };
    original.map_or_else(|| recorded.entry.label.clone(), |it| recorded.entry.label.join(&it.entry.label))
}

impl Ledger {
    pub(crate) fn check_total(&self, total: &Total) -> Result<Outcome, Refusal> {
        self.state.known_unit(&total.unit)?;
        let overflow = || Refusal::Overflow { of: total.unit.to_string() };
        let sums = sums(self, &total.unit, total.kind, total.period).ok_or_else(overflow)?;
        match sums.restricted == total.restricted && sums.public.checked_add(sums.restricted) == Some(total.total) {
            true => Ok(Outcome::Done),
            false => Err(Refusal::TotalWrong { public: sums.public, restricted: sums.restricted }),
        }
    }
}
