//! Earmarks: I6. Lots are followed from their making through every account.

use super::Found;
use super::books::{Books, ended, exchange_legs};
use crate::account::AccountKind;
use crate::ledger::{Ledger, Recorded};
use crate::lot::{Earmark, Strength, Use};
use crate::outcome::{Leg, Outcome};
use crate::statement::{Entry, Move, Plain, Statement};
use crate::{AccountId, EntryId, LotId};
use mostari_model::{AreaId, Date};
use std::collections::BTreeMap;

/// What an account holds of each lot, in the order of use: all, and reserved.
type Stand = BTreeMap<(Date, LotId), (i128, i128)>;

/// Where the lots are, as the history says.
struct Trail<'a> {
    ledger: &'a Ledger,
    books: &'a Books<'a>,
    parents: BTreeMap<&'a AreaId, Option<&'a AreaId>>,
    earmarks: BTreeMap<LotId, Earmark>,
    issued: BTreeMap<LotId, u128>,
    holdings: BTreeMap<&'a AccountId, Stand>,
    waiting: BTreeMap<&'a EntryId, &'a [Leg]>,
    /// The lots that the latest exchange sold.
    sold: Vec<LotId>,
    found: Found,
}

pub(super) fn check_fnd_206_earmarks<'a>(ledger: &'a Ledger, books: &'a Books<'a>) -> Found {
    let mut trail = Trail {
        ledger,
        books,
        parents: BTreeMap::new(),
        earmarks: BTreeMap::new(),
        issued: BTreeMap::new(),
        holdings: BTreeMap::new(),
        waiting: BTreeMap::new(),
        sold: Vec::new(),
        found: Found::new(),
    };
    for recorded in &ledger.history {
        trail.follow(recorded);
    }
    trail.compare();
    trail.found
}

impl<'a> Trail<'a> {
    fn follow(&mut self, recorded: &'a Recorded) {
        for id in ended(recorded) {
            self.reserve(self.waiting.get(id).copied().unwrap_or_default(), -1);
            self.waiting.remove(id);
        }
        match (&recorded.entry.statement, &recorded.outcome) {
            (Statement::PlaceArea { area, parent }, Outcome::Done) => {
                self.parents.insert(area, parent.as_ref());
            }
            (_, Outcome::Held(hold)) => {
                self.check_choices(&recorded.entry, &hold.legs, false);
                self.waiting.insert(&recorded.entry.id, &hold.legs);
            }
            (_, Outcome::Posted(posting)) => {
                let origin = self.books.origin(&recorded.entry);
                let chose_now = origin.id == recorded.entry.id;
                match chose_now {
                    true => self.check_choices(&recorded.entry, &posting.legs, true),
                    false => posting.legs.iter().for_each(|leg| self.carry(leg, origin)),
                }
            }
            _ => {}
        }
    }

    /// Goes leg by leg: was the choice right, then move or reserve it, so that the next leg sees it.
    fn check_choices(&mut self, entry: &'a Entry, legs: &'a [Leg], moves: bool) {
        let plains = plains_of(entry, legs.len());
        for (at, leg) in legs.iter().enumerate() {
            match (&entry.statement, plains.get(at).copied().flatten()) {
                (Statement::Transfer(_), Some(plain)) => {
                    let give_back =
                        matches!(self.books.kind(&leg.credit), Some(AccountKind::Outside | AccountKind::Donor));
                    let rule = Choice {
                        purpose: plain.purpose.as_ref(),
                        day: entry.happened,
                        give_back,
                        deviates: plain.deviation.as_ref().is_some_and(|reason| !reason.trim().is_empty()),
                    };
                    self.check_choice(entry, leg, &rule);
                }
                (Statement::Dispatch(dispatch), _) => {
                    let purpose = Some(&dispatch.purpose);
                    let rule = Choice { purpose, day: entry.happened, give_back: false, deviates: false };
                    self.check_choice(entry, leg, &rule);
                }
                (Statement::Transfer(_), None) => {
                    let rule = Choice { purpose: None, day: entry.happened, give_back: false, deviates: false };
                    self.check_choice(entry, leg, &rule);
                }
                _ => {}
            }
            match moves {
                true => self.carry(leg, entry),
                false => self.reserve(std::slice::from_ref(leg), 1),
            }
        }
    }

    /// The lots of a debit must be the first that may be used, in the order of expiry.
    fn check_choice(&mut self, entry: &Entry, leg: &Leg, rule: &Choice<'_>) {
        let is_source = self.books.kind(&leg.debit).is_none_or(|kind| !kind.is_controlled());
        if is_source {
            return;
        }
        let mut right: Vec<(LotId, u64)> = Vec::new();
        let mut missing = i128::from(leg.amount);
        for pass in [true, false] {
            for ((expires, lot), (all, reserved)) in self.holdings.get(&leg.debit).into_iter().flatten() {
                let usable = rule.give_back || *expires >= rule.day;
                let earmark = &self.earmarks[lot];
                let fits = usable && rule.purpose.is_none_or(|purpose| self.permits(earmark, purpose));
                let departs = rule.deviates && *expires >= rule.day && earmark.strength == Strength::Soft && !fits;
                let part = (all - reserved).min(missing);
                if part > 0 && (if pass { fits } else { departs }) {
                    missing -= part;
                    right.push((*lot, u64::try_from(part).unwrap_or(u64::MAX)));
                }
            }
        }
        let chosen: Vec<(LotId, u64)> = leg.lots.iter().map(|portion| (portion.lot, portion.amount)).collect();
        if chosen != right {
            let message = format!("`{}` gave {chosen:?}, in order of use it should be {right:?}", leg.debit);
            self.found.push((Some(entry.index), message));
        }
    }

    fn permits(&self, earmark: &Earmark, purpose: &Use) -> bool {
        let sector = earmark.sectors.is_empty() || earmark.sectors.iter().any(|it| *it == purpose.sector);
        let intent = earmark.purposes.is_empty() || earmark.purposes.iter().any(|it| *it == purpose.purpose);
        let chain = std::iter::successors(purpose.area.as_ref(), |area| self.parents.get(*area).copied().flatten());
        let area = earmark.areas.is_empty() || chain.into_iter().any(|area| earmark.areas.contains(area));
        sector && intent && area
    }

    fn reserve(&mut self, legs: &'a [Leg], sign: i128) {
        for leg in legs {
            for portion in &leg.lots {
                let key = self.key(portion.lot);
                self.holdings.entry(&leg.debit).or_default().entry(key).or_default().1 +=
                    sign * i128::from(portion.amount);
            }
        }
    }

    fn key(&self, lot: LotId) -> (Date, LotId) {
        (self.earmarks.get(&lot).and_then(|earmark| earmark.expires).unwrap_or(Date::MAX), lot)
    }

    /// Moves the lots of a leg; one never seen before is made here.
    fn carry(&mut self, leg: &'a Leg, origin: &'a Entry) {
        if self.books.kind(&leg.credit) == Some(AccountKind::Exchange) {
            self.sold = leg.lots.iter().map(|portion| portion.lot).collect();
        }
        for portion in &leg.lots {
            let is_new = !self.earmarks.contains_key(&portion.lot);
            if is_new {
                let earmark = self.stated_earmark(portion.lot, leg, origin);
                self.earmarks.insert(portion.lot, earmark);
                self.issued.insert(portion.lot, u128::from(portion.amount));
            }
            let (key, amount) = (self.key(portion.lot), i128::from(portion.amount));
            if !is_new {
                let held = self.holdings.entry(&leg.debit).or_default();
                let rest = held.entry(key).or_default();
                rest.0 -= amount;
                if *rest == (0, 0) {
                    held.remove(&key);
                }
            }
            self.holdings.entry(&leg.credit).or_default().entry(key).or_default().0 += amount;
        }
    }

    /// The earmark that the statement gives to what enters; what was bought has that of a lot that was sold for it.
    fn stated_earmark(&mut self, lot: LotId, leg: &Leg, origin: &Entry) -> Earmark {
        let Statement::Transfer(transfer) = &origin.statement else { return Earmark::default() };
        let stated = transfer.moves.iter().find_map(|one| match one {
            Move::Plain(plain) if plain.debit == leg.debit && plain.credit == leg.credit => Some(plain),
            _ => None,
        });
        if let Some(plain) = stated {
            return plain.earmark.clone().unwrap_or_default();
        }
        let parent = self.ledger.state.lots.get(lot.0 as usize).and_then(|lot| lot.parent);
        match parent.filter(|parent| self.sold.contains(parent)) {
            Some(parent) => self.earmarks.get(&parent).cloned().unwrap_or_default(),
            None => {
                self.found.push((Some(origin.index), format!("{lot} was bought for no lot that was sold")));
                Earmark::default()
            }
        }
    }

    /// Every lot is conserved, and the state holds what the history gives.
    fn compare(&mut self) {
        let ledger = self.ledger;
        let mut sums: BTreeMap<LotId, u128> = BTreeMap::new();
        for (id, account) in &ledger.state.accounts {
            let mut followed = self.holdings.remove(id).unwrap_or_default();
            followed.retain(|_, held| *held != (0, 0));
            let stands: Stand = account
                .holdings
                .iter()
                .map(|(lot, held)| (self.key(lot), (i128::from(held.posted), i128::from(held.reserved))))
                .collect();
            for ((_, lot), (all, _)) in &stands {
                *sums.entry(*lot).or_default() += all.unsigned_abs();
            }
            if followed != stands {
                self.found.push((None, format!("`{id}` holds other lots than its history gives")));
            }
        }
        for (at, lot) in ledger.state.lots.iter().enumerate() {
            let id = LotId(u32::try_from(at).unwrap_or(u32::MAX));
            let (sum, issued) = (sums.remove(&id).unwrap_or(0), self.issued.get(&id).copied().unwrap_or(0));
            if sum != u128::from(lot.issued) || issued != sum {
                self.found.push((None, format!("{id} was issued as {issued}, all accounts hold {sum} of it")));
            }
            if self.earmarks.get(&id) != Some(&lot.earmark) {
                self.found.push((None, format!("{id} has another earmark than was stated")));
            }
        }
    }
}

/// How a debit chooses.
struct Choice<'a> {
    purpose: Option<&'a Use>,
    day: Date,
    give_back: bool,
    deviates: bool,
}

/// For each leg of a transfer the plain move behind it; `None` for legs of exchanges.
fn plains_of(entry: &Entry, legs: usize) -> Vec<Option<&Plain>> {
    let mut plains = Vec::with_capacity(legs);
    if let Statement::Transfer(transfer) = &entry.statement {
        for one in &transfer.moves {
            match one {
                Move::Plain(plain) => plains.push(Some(plain)),
                Move::Exchange(exchange) => plains.extend(exchange_legs(exchange).iter().map(|_| None)),
            }
        }
    }
    plains
}
