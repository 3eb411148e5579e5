//! Goods on their way: dispatched, reported by who delivers, confirmed by somebody else, lost with a cause.

use crate::account::AccountKind;
use crate::holdings::Wanted;
use crate::ledger::Ledger;
use crate::lot::Portion;
use crate::outcome::{Leg, Outcome, Posting, Refusal, Signature};
use crate::state::{Planned, State};
use crate::statement::{Dispatch, Entry};
use crate::transfer::{Mover, at_home};
use crate::waiting::take;
use crate::{AccountId, EntryId};
use mostari_model::{Date, PartyId};
use serde::{Deserialize, Serialize};

/// What became of a dispatch. The columns are different claims and are never added, but for the last two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consignment {
    /// Who brings it.
    pub deliverer: PartyId,
    /// The account that it is in meanwhile.
    pub transit: AccountId,
    /// Where it is meant to arrive.
    pub to: AccountId,
    /// What left the stock, in smallest parts.
    pub dispatched: u64,
    /// What the deliverer says arrived: a claim.
    pub reported: u64,
    /// What somebody else confirmed.
    pub confirmed: u64,
    /// What was stated as lost.
    pub lost: u64,
    /// The lots still on the way.
    pub on_the_way: Vec<Portion>,
}

impl Consignment {
    /// What is neither confirmed nor lost yet, in smallest parts.
    pub fn open(&self) -> u64 {
        self.dispatched - self.confirmed - self.lost
    }
}

impl Ledger {
    pub(crate) fn dispatch(&mut self, entry: &Entry, dispatch: &Dispatch) -> Result<Outcome, Refusal> {
        let mover = Mover { entry, overrides: false };
        let planned = self.state.plan_dispatch(&mover, dispatch)?;
        let needs = self.state.signature_for_legs([&planned.leg].into_iter())?;
        if needs != Signature::None {
            return self.hold_planned(&mover, vec![planned], needs);
        }
        let booked = self.state.booked(entry.happened, entry.recorded)?;
        let legs = vec![self.state.commit(planned, false)?.leg];
        self.state.send(&entry.id, dispatch, &legs);
        Ok(Outcome::Posted(Posting { booked, legs }))
    }

    pub(crate) fn confirm_delivery(
        &mut self,
        entry: &Entry,
        dispatch: &EntryId,
        amount: u64,
    ) -> Result<Outcome, Refusal> {
        let to = self.state.known_consignment(dispatch)?.to.clone();
        let booked = self.state.booked(entry.happened, entry.recorded)?;
        let leg = self.state.leave_transit(entry, dispatch, &to, amount)?;
        self.state.consignment_mut(dispatch).confirmed += amount;
        Ok(Outcome::Posted(Posting { booked, legs: vec![leg] }))
    }

    pub(crate) fn lose(
        &mut self,
        entry: &Entry,
        dispatch: &EntryId,
        loss: &AccountId,
        amount: u64,
    ) -> Result<Outcome, Refusal> {
        if !matches!(self.state.known(loss)?.card.kind, AccountKind::Loss(_)) {
            return Err(Refusal::KindWrong { account: loss.clone() });
        }
        let booked = self.state.booked(entry.happened, entry.recorded)?;
        let leg = self.state.leave_transit(entry, dispatch, loss, amount)?;
        self.state.consignment_mut(dispatch).lost += amount;
        Ok(Outcome::Posted(Posting { booked, legs: vec![leg] }))
    }
}

fn plain_leg(debit: &AccountId, credit: &AccountId, amount: u64, lots: Vec<Portion>) -> Planned {
    let (debit, credit) = (debit.clone(), credit.clone());
    let leg = Leg { debit, credit, amount, lots, kind: None, taken_back: false, grant: None, excess: 0 };
    Planned { leg, issues: Vec::new() }
}

impl State {
    fn plan_dispatch(&self, mover: &Mover<'_>, dispatch: &Dispatch) -> Result<Planned, Refusal> {
        let (from, transit) = self.pair(&dispatch.from, &dispatch.transit, dispatch.amount)?;
        let (_, to) = self.pair(&dispatch.transit, &dispatch.to, dispatch.amount)?;
        at_home(mover, from)?;
        let arrives = matches!(to.card.kind, AccountKind::Delivered | AccountKind::Stock);
        let kinds = [
            (from, from.card.kind == AccountKind::Stock),
            (transit, transit.card.kind == AccountKind::Transit),
            (to, arrives && to.card.account != from.card.account),
        ];
        if let Some((account, _)) = kinds.iter().find(|(_, fits)| !fits) {
            return Err(Refusal::KindWrong { account: account.card.account.clone() });
        }
        let (amount, day) = (dispatch.amount, mover.entry.happened);
        let wanted = Wanted { amount, purpose: Some(&dispatch.purpose), day, give_back: false, deviates: false };
        Ok(plain_leg(&dispatch.from, &dispatch.transit, amount, self.choose(from, &wanted)?))
    }

    /// Writes down that goods are on their way.
    pub(crate) fn send(&mut self, id: &EntryId, dispatch: &Dispatch, legs: &[Leg]) {
        let consignment = Consignment {
            deliverer: dispatch.deliverer.clone(),
            transit: dispatch.transit.clone(),
            to: dispatch.to.clone(),
            dispatched: dispatch.amount,
            reported: 0,
            confirmed: 0,
            lost: 0,
            on_the_way: legs.iter().flat_map(|leg| leg.lots.iter().copied()).collect(),
        };
        self.consignments.insert(id.clone(), consignment);
    }

    fn known_consignment(&self, dispatch: &EntryId) -> Result<&Consignment, Refusal> {
        self.consignments.get(dispatch).ok_or_else(|| Refusal::DispatchUnknown { dispatch: dispatch.clone() })
    }

    fn consignment_mut(&mut self, dispatch: &EntryId) -> &mut Consignment {
        self.consignments.get_mut(dispatch).expect("looked up before")
    }

    pub(crate) fn report_delivery(
        &mut self,
        entry: &Entry,
        dispatch: &EntryId,
        amount: u64,
    ) -> Result<Outcome, Refusal> {
        let known = self.known_consignment(dispatch)?;
        if known.deliverer != entry.party {
            return Err(Refusal::DelivererWrong { dispatch: dispatch.clone() });
        }
        let unreported = known.dispatched - known.reported;
        check_amount(dispatch, amount, unreported)?;
        self.consignment_mut(dispatch).reported += amount;
        Ok(Outcome::Done)
    }

    /// Moves goods out of transit on the word of somebody other than the deliverer.
    fn leave_transit(
        &mut self,
        entry: &Entry,
        dispatch: &EntryId,
        to: &AccountId,
        amount: u64,
    ) -> Result<Leg, Refusal> {
        let known = self.known_consignment(dispatch)?;
        if known.deliverer == entry.party {
            return Err(Refusal::DelivererWrong { dispatch: dispatch.clone() });
        }
        check_amount(dispatch, amount, known.open())?;
        let (transit, _) = self.pair(&known.transit, to, amount)?;
        at_home(&Mover { entry, overrides: false }, transit)?;
        let mut missing = amount;
        let lots: Vec<Portion> = known.on_the_way.iter().map_while(|portion| take(&mut missing, *portion)).collect();
        let planned = plain_leg(&known.transit, to, amount, lots);
        let leg = self.commit(planned, false)?.leg;
        let rest = without(&self.known_consignment(dispatch)?.on_the_way, amount);
        self.consignment_mut(dispatch).on_the_way = rest;
        Ok(leg)
    }
}

fn check_amount(dispatch: &EntryId, amount: u64, on_the_way: u64) -> Result<(), Refusal> {
    if amount == 0 {
        return Err(Refusal::AmountWrong { amount });
    }
    match amount <= on_the_way {
        true => Ok(()),
        false => Err(Refusal::MoreThanDispatched { dispatch: dispatch.clone(), wanted: amount, on_the_way }),
    }
}

/// What is left of portions after so much was taken from the front.
fn without(portions: &[Portion], amount: u64) -> Vec<Portion> {
    let mut gone = amount;
    let rest = |portion: &Portion| {
        let taken = portion.amount.min(gone);
        gone -= taken;
        Portion { amount: portion.amount - taken, ..*portion }
    };
    portions.iter().map(rest).filter(|portion| portion.amount > 0).collect()
}

/// Consignments that are still open some days after their dispatch: the id and what is missing, in smallest parts.
pub fn overdue(ledger: &Ledger, days: i64) -> Vec<(EntryId, u64)> {
    let last = |date: Date| date.saturating_add(jiff::Span::new().days(days));
    let is_overdue = |id: &EntryId| ledger.answer(id).is_some_and(|it| last(it.entry.happened) < ledger.today());
    let open = ledger.consignments().filter(|(id, consignment)| consignment.open() > 0 && is_overdue(id));
    open.map(|(id, consignment)| (id.clone(), consignment.open())).collect()
}
