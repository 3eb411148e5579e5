//! What waits: for a second signature, or to be carried out. It holds what it needs, and it ends.

use crate::declare::stated;
use crate::ledger::Ledger;
use crate::lot::Portion;
use crate::outcome::{Hold, Leg, Outcome, Posting, Refusal, Signature};
use crate::state::{Planned, State, legs_of};
use crate::statement::{Entry, Move, Statement};
use crate::transfer::Mover;
use crate::{EntryId, SignerId};
use mostari_model::{Date, PartyId};
use serde::{Deserialize, Serialize};

/// How many days a movement waits for its second signature if nobody said how long.
pub const APPROVAL_DAYS: i64 = 90;

/// Legs that are reserved and wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    pub(crate) planned: Vec<Planned>,
    /// Whose second signature is still missing.
    pub needs: Signature,
    /// Whether it waits to be posted, signed or not.
    pub is_pending: bool,
    /// Whether a grant line may be exceeded.
    pub overrides: bool,
    /// What it reverses, if it is a reversal.
    pub reverses: Option<EntryId>,
    /// Who made it.
    pub maker: SignerId,
    /// For which party.
    pub party: PartyId,
    /// The last day on which it can be carried out.
    pub expires: Date,
}

impl Waiting {
    /// What is reserved.
    pub fn legs(&self) -> impl Iterator<Item = &Leg> {
        self.planned.iter().map(|planned| &planned.leg)
    }
}

impl Ledger {
    pub(crate) fn hold(
        &mut self,
        mover: &Mover<'_>,
        moves: &[Move],
        needs: Signature,
        pending_until: Option<Date>,
    ) -> Result<Outcome, Refusal> {
        let expires = self.last_day(mover.entry, pending_until)?;
        // Planned one by one, each reserved before the next, so that two moves cannot count on the same lots.
        let mut reserved: Vec<Planned> = Vec::new();
        for one in moves {
            let next = self.state.plan(mover, one).and_then(|next| {
                self.state.reserve_all(&next, mover.overrides)?;
                Ok(next)
            });
            match next {
                Ok(next) => reserved.extend(next),
                Err(refusal) => {
                    self.state.release_all(&reserved);
                    return Err(refusal);
                }
            }
        }
        Ok(self.keep(mover, reserved, needs, pending_until.is_some(), expires))
    }

    /// Reserves legs that wait for a second signature.
    pub(crate) fn hold_planned(
        &mut self,
        mover: &Mover<'_>,
        planned: Vec<Planned>,
        needs: Signature,
    ) -> Result<Outcome, Refusal> {
        let expires = self.last_day(mover.entry, None)?;
        self.state.reserve_all(&planned, mover.overrides)?;
        Ok(self.keep(mover, planned, needs, false, expires))
    }

    fn last_day(&self, entry: &Entry, pending_until: Option<Date>) -> Result<Date, Refusal> {
        let until = || entry.recorded.saturating_add(jiff::Span::new().days(APPROVAL_DAYS));
        let expires = pending_until.unwrap_or_else(until);
        if expires < self.state.today { Err(Refusal::ExpiryPassed { expires }) } else { Ok(expires) }
    }

    fn keep(
        &mut self,
        mover: &Mover<'_>,
        planned: Vec<Planned>,
        needs: Signature,
        is_pending: bool,
        expires: Date,
    ) -> Outcome {
        let entry = mover.entry;
        let legs = planned.iter().map(|planned| planned.leg.clone()).collect();
        let waiting = Waiting {
            planned,
            needs,
            is_pending,
            overrides: mover.overrides,
            reverses: match &entry.statement {
                Statement::Reverse { of, .. } => Some(of.clone()),
                _ => None,
            },
            maker: entry.by.clone(),
            party: entry.party.clone(),
            expires,
        };
        self.state.expiries.insert((expires, entry.id.clone()));
        self.state.waiting.insert(entry.id.clone(), waiting);
        Outcome::Held(Hold { legs, expires, needs })
    }

    pub(crate) fn approve(&mut self, entry: &Entry, of: &EntryId) -> Result<Outcome, Refusal> {
        let not_waiting = || Refusal::NotWaiting { of: of.clone() };
        let waiting = self.state.waiting.get(of).filter(|waiting| waiting.needs != Signature::None);
        let waiting = waiting.ok_or_else(not_waiting)?;
        if waiting.maker == entry.by {
            return Err(Refusal::SameSigner { of: of.clone() });
        }
        if waiting.needs == Signature::OtherParty && waiting.party == entry.party {
            return Err(Refusal::SameParty { of: of.clone() });
        }
        if !waiting.is_pending {
            return self.complete(entry, of, None);
        }
        self.state.waiting.get_mut(of).ok_or_else(not_waiting)?.needs = Signature::None;
        Ok(Outcome::Done)
    }

    pub(crate) fn post(&mut self, entry: &Entry, of: &EntryId, amount: Option<u64>) -> Result<Outcome, Refusal> {
        let waiting = self.state.waiting.get(of).ok_or_else(|| Refusal::NotWaiting { of: of.clone() })?;
        if waiting.needs != Signature::None {
            return Err(Refusal::NotApproved { of: of.clone() });
        }
        self.complete(entry, of, amount)
    }

    /// Moves what was reserved, or leaves it waiting as it was.
    fn complete(&mut self, entry: &Entry, of: &EntryId, amount: Option<u64>) -> Result<Outcome, Refusal> {
        let booked = self.state.booked(entry.happened, entry.recorded)?;
        let waiting = self.state.waiting.get(of).ok_or_else(|| Refusal::NotWaiting { of: of.clone() })?.clone();
        let planned = match amount {
            None => waiting.planned.clone(),
            Some(amount) => {
                vec![part_of(&waiting.planned, amount).ok_or_else(|| Refusal::PartWrong { of: of.clone() })?]
            }
        };
        self.state.release_all(&waiting.planned);
        let committed = self.state.commit_all(planned, waiting.overrides).inspect_err(|_| {
            waiting.planned.iter().for_each(|planned| self.state.reserve_again(planned));
        })?;
        let legs = legs_of(committed);
        self.state.forget(of);
        self.after_posting(of, &legs);
        Ok(Outcome::Posted(Posting { booked, legs }))
    }

    /// What a dispatch or a reversal does beside moving, once it has moved.
    fn after_posting(&mut self, of: &EntryId, legs: &[Leg]) {
        let stated_at = self.position(of).expect("what waits was stated");
        match &self.history[stated_at].entry.statement {
            Statement::Dispatch(dispatch) => {
                let dispatch = dispatch.clone();
                self.state.send(of, &dispatch, legs);
            }
            Statement::Reverse { of: original, .. } => {
                self.state.reversed.insert(original.clone(), of.clone());
            }
            _ => {
                self.carried_out.insert(of.clone(), self.history.len());
            }
        }
    }
}

/// The part of a single leg that makes or takes at most one kind of lot portion after another, from the first on.
fn part_of(planned: &[Planned], amount: u64) -> Option<Planned> {
    let [only] = planned else { return None };
    if amount == 0 || amount > only.leg.amount {
        return None;
    }
    let mut part = only.clone();
    part.leg.amount = amount;
    let mut missing = amount;
    part.leg.lots = only.leg.lots.iter().map_while(|portion| take(&mut missing, *portion)).collect();
    for issue in &mut part.issues {
        issue.amount = amount;
    }
    Some(part)
}

/// As much of a portion as is still missing; `None` once nothing is.
pub(crate) fn take(missing: &mut u64, portion: Portion) -> Option<Portion> {
    let amount = portion.amount.min(*missing);
    *missing -= amount;
    (amount > 0).then_some(Portion { amount, ..portion })
}

impl State {
    fn reserve_all(&mut self, planned: &[Planned], overrides: bool) -> Result<(), Refusal> {
        for (done, next) in planned.iter().enumerate() {
            if let Err(refusal) = self.reserve(next, overrides) {
                self.release_all(&planned[..done]);
                return Err(refusal);
            }
        }
        Ok(())
    }

    fn release_all(&mut self, planned: &[Planned]) {
        planned.iter().for_each(|planned| self.release(planned));
    }

    fn forget(&mut self, of: &EntryId) {
        if let Some(waiting) = self.waiting.remove(of) {
            self.expiries.remove(&(waiting.expires, of.clone()));
        }
    }

    pub(crate) fn void(&mut self, of: &EntryId, reason: &str) -> Result<Outcome, Refusal> {
        stated("reason", reason)?;
        let waiting = self.waiting.get(of).ok_or_else(|| Refusal::NotWaiting { of: of.clone() })?;
        let planned = waiting.planned.clone();
        self.release_all(&planned);
        self.forget(of);
        Ok(Outcome::Done)
    }

    /// Gives up what waits beyond its last day.
    pub(crate) fn expire(&mut self) -> Vec<EntryId> {
        let mut expired = Vec::new();
        let today = self.today;
        while let Some((_, id)) = self.expiries.first().filter(|(expires, _)| *expires < today).cloned() {
            let planned = self.waiting.get(&id).map(|waiting| waiting.planned.clone()).unwrap_or_default();
            self.release_all(&planned);
            self.forget(&id);
            expired.push(id);
        }
        expired
    }

    /// Whether a reversal of this posting waits for its second signature.
    pub(crate) fn has_reversal_waiting(&self, of: &EntryId) -> bool {
        self.waiting.values().any(|waiting| waiting.reverses.as_ref() == Some(of))
    }
}
