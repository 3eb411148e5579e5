//! What the careful do before they spend.

use super::{Habits, SECTORS, World};
use crate::holdings::{Wanted, fitting};
use crate::{AccountId, GrantId, Move, Plain, Standing, Use, step_of};
use mostari_model::{PartyId, TransactionType};

/// How many lots a careful bookkeeper looks at before a payment.
const LOTS_LOOKED_AT: usize = 32;

/// Whether there is nothing to move.
pub(super) fn is_nothing(one: &Move) -> bool {
    match one {
        Move::Plain(plain) => plain.amount == 0,
        Move::Exchange(exchange) => exchange.gives == 0,
    }
}

impl World {
    /// What a project is for, if anybody cares.
    pub(super) fn plan_of(&self, project: u64) -> Option<Use> {
        let (sector, area) = (SECTORS[(project % 3) as usize].to_owned(), ["north", "south"][(project % 2) as usize]);
        let plan = Use { sector, area: Some(area.into()), purpose: String::new() };
        (self.shape.habits == Habits::Careful).then_some(plan)
    }

    pub(super) fn may_be_paid(&self, project: u64) -> bool {
        let payee = PartyId::from(format!("payee-{project}").as_str());
        self.ledger.standing(&payee) == Some(Standing::Released)
    }

    /// What may be used today of the lots that come next.
    pub(super) fn usable(&self, account: &str, purpose: Option<&Use>) -> u64 {
        let Some(account) = self.ledger.account(&AccountId::from(account)) else { return 0 };
        let state = &self.ledger.state;
        let wanted = Wanted { amount: u64::MAX, purpose, day: self.day, give_back: false, deviates: false };
        let lots = fitting(&account.holdings, &state.lots, &state.areas, &wanted);
        lots.take(LOTS_LOOKED_AT).map(|portion| portion.amount).sum()
    }

    /// Whether the donor's grant line has room for it, if anybody cares.
    pub(super) fn has_room(&self, donor: u64, kind: TransactionType, amount: u64) -> bool {
        let grant = self.ledger.state.grants.get(&GrantId::from(format!("grant-{donor}")));
        let (Some(grant), Some(step @ 1..)) = (grant, step_of(kind)) else { return true };
        let above = grant.posted[step - 1] + grant.excess[step - 1];
        self.shape.habits == Habits::Careless || grant.posted[step] + grant.held[step] + amount <= above
    }

    /// Gives back what has expired in the hands of a donor, its programme or a project.
    pub(super) fn give_back_expired(&mut self, donor: u64, project: u64) {
        let from = [format!("donor-{donor}"), format!("programme-{donor}"), format!("project-{project}")]
            [self.pick(3) as usize]
            .clone();
        let Some(account) = self.ledger.account(&AccountId::from(from.as_str())) else { return };
        let is_expired = |lot| self.ledger.lot(lot).is_some_and(|lot| lot.earmark.is_expired(self.day));
        let expired = account.holdings.iter().filter(|(lot, _)| is_expired(*lot));
        let amount: u64 = expired.map(|(_, held)| held.free()).sum();
        if amount > 0 {
            self.transfer("hq", vec![Move::Plain(Plain::new(from, "world-EUR", amount))]);
        }
    }
}
