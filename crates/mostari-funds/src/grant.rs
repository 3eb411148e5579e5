//! Grant lines: pledge >= commitment >= disbursed >= expended, at every moment.

use crate::outcome::{Leg, Outcome, Refusal};
use crate::state::State;
use crate::{GrantId, UnitId};
use mostari_model::{PartyId, TransactionType};
use serde::{Deserialize, Serialize};

/// The four steps of a grant, in order.
pub const STEPS: [&str; 4] = ["pledged", "committed", "disbursed", "expended"];

/// The step that a type of movement counts towards, if any: its position in [`STEPS`].
pub const fn step_of(kind: TransactionType) -> Option<usize> {
    match kind {
        TransactionType::OutgoingPledge | TransactionType::IncomingPledge => Some(0),
        TransactionType::OutgoingCommitment | TransactionType::IncomingCommitment => Some(1),
        TransactionType::Disbursement | TransactionType::IncomingFunds | TransactionType::Reimbursement => Some(2),
        TransactionType::Expenditure => Some(3),
        _ => None,
    }
}

/// A grant line and its totals, in smallest parts of its unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// What it counts.
    pub unit: UnitId,
    /// Who gives.
    pub donor: PartyId,
    /// Who gets.
    pub receiver: PartyId,
    /// What was posted, by step.
    pub posted: [u64; 4],
    /// What is reserved, by step.
    pub held: [u64; 4],
    /// By how much each step may exceed the one above it, by signed overrides.
    pub excess: [u64; 3],
}

impl Grant {
    pub(crate) fn new(unit: &UnitId, donor: &PartyId, receiver: &PartyId) -> Self {
        let (unit, donor, receiver) = (unit.clone(), donor.clone(), receiver.clone());
        Self { unit, donor, receiver, posted: [0; 4], held: [0; 4], excess: [0; 3] }
    }

    /// By how much the step would exceed the one above, if it and what is reserved of it came to more.
    fn exceeds(&self, step: usize) -> u64 {
        match step.checked_sub(1) {
            None => 0,
            Some(above) => (self.posted[step] + self.held[step])
                .saturating_sub(self.posted[above].saturating_add(self.excess[above])),
        }
    }

    fn refuse(&self, grant: &GrantId, step: usize) -> Refusal {
        Refusal::GrantExceeded {
            grant: grant.clone(),
            would_be: self.posted[step] + self.held[step],
            allowed: self.posted[step - 1].saturating_add(self.excess[step - 1]),
        }
    }
}

/// The grant line of a leg and its step.
fn target(leg: &Leg) -> Option<(&GrantId, usize)> {
    Some((leg.grant.as_ref()?, step_of(leg.kind?)?))
}

impl State {
    pub(crate) fn open_grant(&mut self, id: &GrantId, grant: Grant) -> Result<Outcome, Refusal> {
        if !self.units.contains_key(&grant.unit) {
            return Err(Refusal::UnitUnknown { unit: grant.unit });
        }
        match self.grants.get(id) {
            Some(_) => Err(Refusal::DeclaredDifferently { name: id.to_string() }),
            None => {
                self.grants.insert(id.clone(), grant);
                Ok(Outcome::Done)
            }
        }
    }

    /// Whether the line is there, counts this unit, and the type has a step in it.
    pub(crate) fn check_grant(&self, leg: &Leg, unit: &UnitId) -> Result<(), Refusal> {
        let Some(id) = &leg.grant else { return Ok(()) };
        let known = self.grants.get(id).filter(|_| leg.kind.and_then(step_of).is_some());
        let grant = known.ok_or_else(|| Refusal::GrantUnknown { grant: id.clone() })?;
        match grant.unit == *unit {
            true => Ok(()),
            false => Err(Refusal::WrongUnit { got: unit.clone(), expected: grant.unit.clone() }),
        }
    }

    /// Counts a posted leg; gives by how much it needed an override.
    pub(crate) fn grant_post(&mut self, leg: &Leg, overrides: bool) -> Result<u64, Refusal> {
        let Some((id, step)) = target(leg) else { return Ok(0) };
        let grant = self.grants.get_mut(id).expect("a planned leg names a known grant line");
        let before = grant.posted[step];
        // What is taken back lowers the step; then the step below may stand too high.
        let checked = match leg.taken_back {
            true => {
                let brought = grant.posted[step];
                let Some(rest) = brought.checked_sub(leg.amount) else {
                    return Err(Refusal::TakenBackTooMuch { grant: id.clone(), brought, wanted: leg.amount });
                };
                grant.posted[step] = rest;
                step + 1
            }
            false => {
                let sum = grant.posted[step]
                    .checked_add(leg.amount)
                    .filter(|sum| sum.checked_add(grant.held[step]).is_some());
                grant.posted[step] = sum.ok_or_else(|| Refusal::Overflow { of: id.to_string() })?;
                step
            }
        };
        let excess = if checked < STEPS.len() { grant.exceeds(checked) } else { 0 };
        if excess > 0 && !overrides {
            let refusal = grant.refuse(id, checked);
            grant.posted[step] = before;
            return Err(refusal);
        }
        if excess > 0 {
            grant.excess[checked - 1] += excess;
        }
        Ok(excess)
    }

    /// Undoes [`Self::grant_post`].
    pub(crate) fn grant_undo(&mut self, leg: &Leg) {
        let Some((id, step)) = target(leg) else { return };
        let grant = self.grants.get_mut(id).expect("a planned leg names a known grant line");
        let checked = if leg.taken_back { step + 1 } else { step };
        if leg.excess > 0 {
            grant.excess[checked - 1] -= leg.excess;
        }
        match leg.taken_back {
            true => grant.posted[step] += leg.amount,
            false => grant.posted[step] -= leg.amount,
        }
    }

    /// Counts a reserved leg. What is taken back counts only once it is posted.
    pub(crate) fn grant_hold(&mut self, leg: &Leg, overrides: bool) -> Result<(), Refusal> {
        let Some((id, step)) = target(leg).filter(|_| !leg.taken_back) else { return Ok(()) };
        let grant = self.grants.get_mut(id).expect("a planned leg names a known grant line");
        let sum = grant.held[step].checked_add(leg.amount).filter(|sum| sum.checked_add(grant.posted[step]).is_some());
        grant.held[step] = sum.ok_or_else(|| Refusal::Overflow { of: id.to_string() })?;
        if grant.exceeds(step) > 0 && !overrides {
            let refusal = grant.refuse(id, step);
            grant.held[step] -= leg.amount;
            return Err(refusal);
        }
        Ok(())
    }

    /// Undoes [`Self::grant_hold`].
    pub(crate) fn grant_release(&mut self, leg: &Leg) {
        let Some((id, step)) = target(leg).filter(|_| !leg.taken_back) else { return };
        let grant = self.grants.get_mut(id).expect("a planned leg names a known grant line");
        grant.held[step] -= leg.amount;
    }
}
