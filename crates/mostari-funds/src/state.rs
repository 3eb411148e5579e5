//! The state and the only five ways in which totals and holdings change: commit, undo, reserve, release, expire.

use crate::account::{AMOUNT_MAX, Account, AccountKind, Unit};
use crate::goods::Consignment;
use crate::grant::Grant;
use crate::holdings::Places;
use crate::lot::{Areas, Earmark, Lot, Portion};
use crate::outcome::{Leg, Refusal};
use crate::statement::{Budget, Standing};
use crate::waiting::Waiting;
use crate::{AccountId, BudgetId, EntryId, GrantId, LotId, UnitId};
use mostari_model::{AidActivity, Date, PartyId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A span of days that is open for booking or closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Days {
    pub to: Date,
    pub is_open: bool,
}

/// What the entries amount to. Nothing in it depends on anything else, and its bytes are canonical.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    pub size: u64,
    pub today: Date,
    pub refused: u64,
    pub units: BTreeMap<UnitId, Unit>,
    pub accounts: BTreeMap<AccountId, Account>,
    pub areas: Areas,
    pub grants: BTreeMap<GrantId, Grant>,
    pub budgets: BTreeMap<BudgetId, Budget>,
    /// By first day.
    pub periods: BTreeMap<Date, Days>,
    pub lots: Vec<Lot>,
    /// Follows from the lots, and is not stored.
    #[serde(skip)]
    pub places: Places,
    pub waiting: BTreeMap<EntryId, Waiting>,
    /// What waits, by its last day.
    pub expiries: BTreeSet<(Date, EntryId)>,
    /// What was reversed, and by which entry.
    pub reversed: BTreeMap<EntryId, EntryId>,
    pub consignments: BTreeMap<EntryId, Consignment>,
    pub standings: BTreeMap<PartyId, Standing>,
    pub activities: BTreeMap<String, Box<AidActivity>>,
    pub discrepancies: BTreeSet<(String, u64)>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            size: 0,
            today: Date::MIN,
            refused: 0,
            units: BTreeMap::new(),
            accounts: BTreeMap::new(),
            areas: Areas::new(),
            grants: BTreeMap::new(),
            budgets: BTreeMap::new(),
            periods: BTreeMap::new(),
            lots: Vec::new(),
            places: Places::default(),
            waiting: BTreeMap::new(),
            expiries: BTreeSet::new(),
            reversed: BTreeMap::new(),
            consignments: BTreeMap::new(),
            standings: BTreeMap::new(),
            activities: BTreeMap::new(),
            discrepancies: BTreeSet::new(),
        }
    }
}

/// A lot that is still to be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Issue {
    pub earmark: Earmark,
    pub amount: u64,
    pub parent: Option<LotId>,
}

/// A leg that was checked: its lots are chosen, or it will make new ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Planned {
    pub leg: Leg,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issues: Vec<Issue>,
}

/// A leg that was moved, and how many lots it made: all that is needed to undo it.
pub(crate) struct Committed {
    pub leg: Leg,
    made: usize,
}

/// The legs alone.
pub(crate) fn legs_of(committed: Vec<Committed>) -> Vec<Leg> {
    committed.into_iter().map(|committed| committed.leg).collect()
}

impl State {
    /// Makes what follows from the rest and is not stored, after the rest was read from a file.
    pub(crate) fn derive(&mut self) {
        self.places = Places::of_all(&self.lots);
        self.accounts.values_mut().for_each(|account| account.holdings.shelve(&self.places));
    }

    pub(crate) fn known(&self, account: &AccountId) -> Result<&Account, Refusal> {
        self.accounts.get(account).ok_or_else(|| Refusal::AccountUnknown { account: account.clone() })
    }

    fn known_mut(&mut self, account: &AccountId) -> &mut Account {
        self.accounts.get_mut(account).expect("a planned leg names accounts that were looked up")
    }

    /// The day of booking: that of the event, or, where its period is closed, that of the record.
    pub(crate) fn booked(&self, happened: Date, recorded: Date) -> Result<Date, Refusal> {
        let is_open = |day: &Date| {
            let period = self.periods.range(..=*day).next_back();
            period.is_some_and(|(_, days)| days.is_open && *day <= days.to)
        };
        [happened, recorded].into_iter().find(is_open).ok_or(Refusal::PeriodClosed { happened, recorded })
    }

    /// What may change between reserving and posting: room in the totals, and whether the payee may be paid.
    fn check_leg(&self, leg: &Leg) -> Result<(), Refusal> {
        let (debit, credit) = (self.known(&leg.debit)?, self.known(&leg.credit)?);
        let room = |posted: u64, pending: u64, account: &AccountId| {
            let total = posted.checked_add(pending).and_then(|sum| sum.checked_add(leg.amount));
            match total.is_some_and(|total| total <= AMOUNT_MAX) {
                true => Ok(()),
                false => Err(Refusal::Overflow { of: account.to_string() }),
            }
        };
        room(debit.debits_posted, debit.debits_pending, &leg.debit)?;
        room(credit.credits_posted, credit.credits_pending, &leg.credit)?;
        if credit.card.kind == AccountKind::Payee {
            self.check_payee(&credit.card.owner)?;
        }
        Ok(())
    }

    fn check_payee(&self, payee: &PartyId) -> Result<(), Refusal> {
        match self.standings.get(payee) {
            Some(Standing::Released) => Ok(()),
            other => Err(Refusal::PayeeBlocked { payee: payee.clone(), suspended: other.is_some() }),
        }
    }

    /// Moves a planned leg, or says why it cannot be and changes nothing.
    pub(crate) fn commit(&mut self, planned: Planned, overrides: bool) -> Result<Committed, Refusal> {
        let Planned { mut leg, issues } = planned;
        self.check_leg(&leg)?;
        if u32::try_from(self.lots.len() + issues.len()).is_err() {
            return Err(Refusal::Overflow { of: "lots".to_owned() });
        }
        leg.excess = self.grant_post(&leg, overrides)?;
        let places = std::mem::take(&mut self.places);
        let debit = self.known_mut(&leg.debit);
        debit.debits_posted += leg.amount;
        for portion in &leg.lots {
            debit.holdings.change(places.of(portion.lot), |held| held.posted -= portion.amount);
        }
        let credit = self.known_mut(&leg.credit);
        credit.credits_posted += leg.amount;
        for portion in &leg.lots {
            credit.holdings.change(places.of(portion.lot), |held| held.posted += portion.amount);
        }
        self.places = places;
        let made = issues.len();
        for issue in issues {
            let amount = issue.amount;
            let lot = self.issue(&leg, issue);
            leg.lots.push(Portion { lot, amount });
        }
        Ok(Committed { leg, made })
    }

    fn issue(&mut self, leg: &Leg, issue: Issue) -> LotId {
        let id = LotId(u32::try_from(self.lots.len()).expect("checked before"));
        let unit = self.known_mut(&leg.credit).card.unit.clone();
        self.places.add(&issue.earmark);
        self.lots.push(Lot {
            unit,
            earmark: issue.earmark,
            issued: issue.amount,
            from: leg.debit.clone(),
            parent: issue.parent,
        });
        let place = self.places.of(id);
        self.known_mut(&leg.credit).holdings.change(place, |held| held.posted += issue.amount);
        id
    }

    /// Undoes the latest commit: legs are undone in the opposite order.
    fn undo(&mut self, committed: &Committed) {
        let leg = &committed.leg;
        self.known_mut(&leg.debit).debits_posted -= leg.amount;
        self.known_mut(&leg.credit).credits_posted -= leg.amount;
        let old = leg.lots.len() - committed.made;
        for portion in leg.lots[old..].iter().rev() {
            let place = self.places.of(portion.lot);
            self.known_mut(&leg.credit).holdings.change(place, |held| held.posted -= portion.amount);
            self.lots.pop();
            self.places.remove_last();
        }
        for portion in &leg.lots[..old] {
            let place = self.places.of(portion.lot);
            self.known_mut(&leg.credit).holdings.change(place, |held| held.posted -= portion.amount);
            self.known_mut(&leg.debit).holdings.change(place, |held| held.posted += portion.amount);
        }
        self.grant_undo(leg);
    }

    /// Reserves a planned leg, or says why it cannot be and changes nothing.
    pub(crate) fn reserve(&mut self, planned: &Planned, overrides: bool) -> Result<(), Refusal> {
        self.check_leg(&planned.leg)?;
        self.grant_hold(&planned.leg, overrides)?;
        self.reserve_amounts(&planned.leg);
        Ok(())
    }

    /// Reserves again what was reserved a moment ago, whatever has changed for payees since.
    pub(crate) fn reserve_again(&mut self, planned: &Planned) {
        self.grant_hold(&planned.leg, true).expect("its grant line had room for it a moment ago");
        self.reserve_amounts(&planned.leg);
    }

    fn reserve_amounts(&mut self, leg: &Leg) {
        for portion in &leg.lots {
            let place = self.places.of(portion.lot);
            self.known_mut(&leg.debit).holdings.change(place, |held| held.reserved += portion.amount);
        }
        self.known_mut(&leg.debit).debits_pending += leg.amount;
        self.known_mut(&leg.credit).credits_pending += leg.amount;
    }

    /// Gives free what a leg had reserved.
    pub(crate) fn release(&mut self, planned: &Planned) {
        let leg = &planned.leg;
        self.grant_release(leg);
        for portion in &leg.lots {
            let place = self.places.of(portion.lot);
            self.known_mut(&leg.debit).holdings.change(place, |held| held.reserved -= portion.amount);
        }
        self.known_mut(&leg.debit).debits_pending -= leg.amount;
        self.known_mut(&leg.credit).credits_pending -= leg.amount;
    }

    /// Commits all legs or none.
    pub(crate) fn commit_all(&mut self, planned: Vec<Planned>, overrides: bool) -> Result<Vec<Committed>, Refusal> {
        let mut done = Vec::with_capacity(planned.len());
        match self.commit_after(&mut done, planned, overrides) {
            Ok(()) => Ok(done),
            Err(refusal) => {
                self.undo_all(&done);
                Err(refusal)
            }
        }
    }

    /// Commits legs after those that are done; if one cannot be, those before it stand and are in the list.
    pub(crate) fn commit_after(
        &mut self,
        done: &mut Vec<Committed>,
        planned: Vec<Planned>,
        overrides: bool,
    ) -> Result<(), Refusal> {
        for next in planned {
            done.push(self.commit(next, overrides)?);
        }
        Ok(())
    }

    /// Undoes what was committed, the last first.
    pub(crate) fn undo_all(&mut self, done: &[Committed]) {
        done.iter().rev().for_each(|committed| self.undo(committed));
    }
}
