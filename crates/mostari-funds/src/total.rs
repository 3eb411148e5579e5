//! Public totals: what is public adds up to them, with a remainder that is not shown but stated.

use crate::UnitId;
use crate::ledger::Ledger;
use crate::outcome::{Outcome, Posting, Refusal};
use crate::statement::{Entry, Statement, Total};
use mostari_model::{Date, Period, TransactionType};
use std::collections::BTreeMap;

/// Sums over postings of one type, unit and span of days of booking, in smallest parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Postings whose entries are public.
    pub public: i64,
    /// The others.
    pub restricted: i64,
}

/// Sums by unit, type and day of booking: of public postings, and of the others.
pub(crate) type SumsByDay = BTreeMap<UnitId, BTreeMap<TransactionType, BTreeMap<Date, [i128; 2]>>>;

/// The sums of postings of a type, in a unit, booked in a period.
///
/// `None` if a sum does not fit 63 bits.
pub fn sums(ledger: &Ledger, unit: &UnitId, kind: TransactionType, period: Period) -> Option<Sums> {
    let days = ledger.sums.get(unit).and_then(|kinds| kinds.get(&kind));
    let booked = days.into_iter().flat_map(|days| days.range(period.from..=period.to.max(period.from)));
    let [public, restricted] = booked.fold([0_i128; 2], |sum, (_, day)| [sum[0] + day[0], sum[1] + day[1]]);
    Some(Sums { public: i64::try_from(public).ok()?, restricted: i64::try_from(restricted).ok()? })
}

impl Ledger {
    /// Adds what was just posted to the sums.
    pub(crate) fn count(&mut self, entry: &Entry, outcome: &Outcome) {
        let Outcome::Posted(Posting { booked, legs }) = outcome else { return };
        let original = match &entry.statement {
            Statement::Post { of, .. } | Statement::Approve { of } => self.answer(of),
            _ => None,
        };
        let is_public = entry.label.is_public() && original.is_none_or(|it| it.entry.label.is_public());
        for leg in legs {
            let (Some(kind), Some(account)) = (leg.kind, self.state.accounts.get(&leg.debit)) else { continue };
            let unit = &account.card.unit;
            let kinds = match self.sums.get_mut(unit) {
                Some(kinds) => kinds,
                None => self.sums.entry(unit.clone()).or_default(),
            };
            let sums = kinds.entry(kind).or_default().entry(*booked).or_default();
            let amount = i128::from(leg.amount);
            sums[usize::from(!is_public)] += if leg.taken_back { -amount } else { amount };
        }
    }

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
