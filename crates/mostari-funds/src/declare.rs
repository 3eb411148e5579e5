//! Statements that move nothing: units, accounts, areas, periods, budgets, standings, activities.

use crate::account::{AMOUNT_MAX, Account, AccountCard, Unit, UnitKind};
use crate::outcome::{Outcome, Refusal};
use crate::state::{Days, State};
use crate::statement::{Budget, Entry, Standing};
use crate::{BudgetId, UnitId};
use mostari_model::{AidActivity, AreaId, Currency, PartyId, Period};

/// The most decimal digits that goods and work may have.
const DIGITS_MAX: u8 = 9;

/// A name that must be stated, and is not.
pub(crate) fn stated(what: &str, text: &str) -> Result<(), Refusal> {
    match text.trim().is_empty() {
        true => Err(Refusal::Empty { what: what.to_owned() }),
        false => Ok(()),
    }
}

impl State {
    pub(crate) fn known_unit(&self, unit: &UnitId) -> Result<&Unit, Refusal> {
        self.units.get(unit).ok_or_else(|| Refusal::UnitUnknown { unit: unit.clone() })
    }

    pub(crate) fn open_unit(&mut self, unit: &Unit) -> Result<Outcome, Refusal> {
        let currency = unit.unit.as_str().parse::<Currency>().ok();
        let digits = currency.map(Currency::minor_digits);
        let fits = match unit.kind {
            UnitKind::Money => digits == Some(u32::from(unit.digits)),
            // A name that is a currency's must not count anything else.
            UnitKind::Goods | UnitKind::Work => currency.is_none() && unit.digits <= DIGITS_MAX,
        };
        if !fits {
            return Err(Refusal::ScaleWrong { unit: unit.unit.clone(), digits });
        }
        match self.units.get(&unit.unit) {
            Some(known) if known == unit => Ok(Outcome::Done),
            Some(_) => Err(Refusal::DeclaredDifferently { name: unit.unit.to_string() }),
            None => {
                self.units.insert(unit.unit.clone(), unit.clone());
                Ok(Outcome::Done)
            }
        }
    }

    pub(crate) fn open_account(&mut self, card: &AccountCard) -> Result<Outcome, Refusal> {
        self.known_unit(&card.unit)?;
        match self.accounts.get(&card.account) {
            Some(known) if known.card == *card => Ok(Outcome::Done),
            Some(_) => Err(Refusal::DeclaredDifferently { name: card.account.to_string() }),
            None => {
                self.accounts.insert(card.account.clone(), Account::new(card.clone()));
                Ok(Outcome::Done)
            }
        }
    }

    pub(crate) fn place_area(&mut self, area: &AreaId, parent: Option<&AreaId>) -> Result<Outcome, Refusal> {
        let mut here = parent;
        while let Some(above) = here {
            if above == area {
                return Err(Refusal::AreaCircle { area: area.clone() });
            }
            here = self.areas.get(above).and_then(Option::as_ref);
        }
        match self.areas.get(area) {
            Some(known) if known.as_ref() != parent => Err(Refusal::DeclaredDifferently { name: area.to_string() }),
            _ => {
                self.areas.insert(area.clone(), parent.cloned());
                Ok(Outcome::Done)
            }
        }
    }

    pub(crate) fn open_period(&mut self, period: Period) -> Result<Outcome, Refusal> {
        let wrong = Refusal::PeriodWrong { from: period.from, to: period.to };
        if period.to < period.from {
            return Err(wrong);
        }
        match self.periods.range(..=period.to).next_back() {
            Some((from, days)) if *from == period.from && days.to == period.to => {}
            Some((_, days)) if days.to >= period.from => return Err(wrong),
            _ => {}
        }
        self.periods.insert(period.from, Days { to: period.to, is_open: true });
        Ok(Outcome::Done)
    }

    pub(crate) fn close_period(&mut self, period: Period) -> Result<Outcome, Refusal> {
        match self.periods.get_mut(&period.from) {
            Some(days) if days.to == period.to && days.is_open => {
                days.is_open = false;
                Ok(Outcome::Done)
            }
            _ => Err(Refusal::PeriodWrong { from: period.from, to: period.to }),
        }
    }

    pub(crate) fn set_standing(
        &mut self,
        entry: &Entry,
        payee: &PartyId,
        standing: Standing,
        reason: &str,
    ) -> Result<Outcome, Refusal> {
        stated("reason", reason)?;
        if entry.party == *payee {
            return Err(Refusal::OwnStanding { payee: payee.clone() });
        }
        self.standings.insert(payee.clone(), standing);
        Ok(Outcome::Done)
    }

    /// Keeps the card of an activity; a later one replaces it, and both stay in the history.
    pub(crate) fn set_activity(&mut self, activity: &AidActivity) -> Result<Outcome, Refusal> {
        stated("identifier of the activity", &activity.id)?;
        if !activity.transactions.is_empty() {
            return Err(Refusal::AidDiffers { activity: activity.id.clone() });
        }
        self.activities.insert(activity.id.clone(), Box::new(activity.clone()));
        Ok(Outcome::Done)
    }

    pub(crate) fn set_discrepancy(&mut self, activity: &str, position: u64, words: &str) -> Result<Outcome, Refusal> {
        stated("explanation", words)?;
        if !self.activities.contains_key(activity) {
            return Err(Refusal::AidDiffers { activity: activity.to_owned() });
        }
        self.discrepancies.insert((activity.to_owned(), position));
        Ok(Outcome::Done)
    }

    /// Takes a node of the budget tree, new or restated, if the tree holds with it.
    pub(crate) fn set_budget(&mut self, budget: &Budget) -> Result<Outcome, Refusal> {
        self.known_unit(&budget.unit)?;
        if budget.allocation > AMOUNT_MAX {
            return Err(Refusal::AmountWrong { amount: budget.allocation });
        }
        self.check_budget_place(budget)?;
        let before = self.budgets.insert(budget.budget.clone(), budget.clone());
        let above = budget.parent.as_ref().map_or(Ok(()), |parent| self.check_parts(parent));
        if let Err(refusal) = above.and_then(|()| self.check_parts(&budget.budget)) {
            match before {
                Some(before) => self.budgets.insert(budget.budget.clone(), before),
                None => self.budgets.remove(&budget.budget),
            };
            return Err(refusal);
        }
        Ok(Outcome::Done)
    }

    fn check_budget_place(&self, budget: &Budget) -> Result<(), Refusal> {
        let wrong = || Refusal::BudgetWrong { budget: budget.budget.clone() };
        // A restated node keeps its unit and its parent: only the allocation and the rate are restated.
        let same = |known: &Budget| known.unit == budget.unit && known.parent == budget.parent;
        if !self.budgets.get(&budget.budget).is_none_or(same) {
            return Err(wrong());
        }
        let Some(parent) = &budget.parent else {
            return if budget.rate.is_none() { Ok(()) } else { Err(wrong()) };
        };
        let parent = self.budgets.get(parent).filter(|parent| parent.budget != budget.budget).ok_or_else(wrong)?;
        let rate_fits = match &budget.rate {
            None => parent.unit == budget.unit,
            Some(rate) => parent.unit != budget.unit && rate.denominator > 0 && !rate.source.trim().is_empty(),
        };
        if rate_fits { Ok(()) } else { Err(wrong()) }
    }

    /// Children's allocations in their parent's unit, each rounded up, against the parent's.
    fn check_parts(&self, parent: &BudgetId) -> Result<(), Refusal> {
        let Some(whole) = self.budgets.get(parent) else { return Ok(()) };
        let mut children = 0_u64;
        for child in self.budgets.values().filter(|child| child.parent.as_ref() == Some(parent)) {
            let part = match &child.rate {
                None => Some(child.allocation),
                Some(rate) => {
                    let product = u128::from(child.allocation) * u128::from(rate.numerator);
                    u64::try_from(product.div_ceil(u128::from(rate.denominator))).ok()
                }
            };
            let sum = part.and_then(|part| children.checked_add(part)).filter(|sum| *sum <= AMOUNT_MAX);
            children = sum.ok_or_else(|| Refusal::Overflow { of: parent.to_string() })?;
        }
        match children <= whole.allocation {
            true => Ok(()),
            false => Err(Refusal::BudgetExceeded { budget: parent.clone(), allocation: whole.allocation, children }),
        }
    }
}
