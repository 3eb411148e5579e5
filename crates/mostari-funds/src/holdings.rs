//! Which lots an account holds, and which of them a debit takes.
//!
//! A debit takes lots in the order of their expiry, the older first, as far as their earmarks permit the stated use.
//! An account may come to hold thousands of lots that a use does not permit or that have expired. So that no debit walks
//! over them, lots stand on shelves: one for each set of uses, in the order of expiry.

use crate::LotId;
use crate::lot::{Areas, Earmark, Lot, Portion, Strength, Use};
use mostari_model::Date;
use serde::{Deserialize, Serialize, Serializer};
use std::collections::BTreeMap;
use std::collections::btree_map::Range;
use std::ops::Bound;

/// How many of the lots that forbid a use a refusal names; it counts the others.
pub const LOTS_NAMED: usize = 16;

/// What an account holds of one lot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// All of it, in smallest parts.
    pub posted: u64,
    /// What of it is reserved for movements that wait.
    pub reserved: u64,
}

impl Held {
    /// What may still be taken.
    pub const fn free(self) -> u64 {
        self.posted - self.reserved
    }

    /// Whether there is something, and nothing of it is free.
    fn is_reserved(self) -> bool {
        self.posted > 0 && self.free() == 0
    }
}

/// The order of use, by expiry, then by age, in one number: year, month, day and lot, so that comparing is one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Order(u64);

impl Order {
    /// Added to every year, so that the first, -9999, is 0.
    const YEARS: i16 = 9_999;

    fn new(expires: Date, lot: LotId) -> Self {
        let year = (expires.year() + Self::YEARS) as u64;
        let day = (year << 9) | ((expires.month() as u64) << 5) | (expires.day() as u64);
        Self((day << 32) | lot.0 as u64)
    }

    const fn lot(self) -> LotId {
        LotId(self.0 as u32)
    }

    fn expires(self) -> Date {
        let day = self.0 >> 32;
        Date::constant((day >> 9) as i16 - Self::YEARS, ((day >> 5) & 15) as i8, (day & 31) as i8)
    }
}

/// Where a lot stands in every account that holds a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    order: Order,
    /// The shelf, named by the first lot that may be used for the same.
    shelf: LotId,
}

/// The places of all lots: a function of their earmarks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Places {
    of: Vec<Place>,
    /// By what is permitted: the earmark without donor and expiry.
    shelves: BTreeMap<Earmark, LotId>,
}

impl Places {
    /// The places of these lots.
    pub(crate) fn of_all(lots: &[Lot]) -> Self {
        let mut places = Self::default();
        lots.iter().for_each(|lot| places.add(&lot.earmark));
        places
    }

    pub(crate) fn of(&self, lot: LotId) -> Place {
        self.of[lot.0 as usize]
    }

    /// Places the next lot.
    pub(crate) fn add(&mut self, earmark: &Earmark) {
        let lot = LotId(u32::try_from(self.of.len()).expect("the number of lots was checked before"));
        let permitted = Earmark { donor: None, expires: None, ..earmark.clone() };
        let shelf = *self.shelves.entry(permitted).or_insert(lot);
        self.of.push(Place { order: Order::new(earmark.expires.unwrap_or(Date::MAX), lot), shelf });
    }

    /// Forgets the place of the latest lot.
    pub(crate) fn remove_last(&mut self) {
        let Some(last) = self.of.pop() else { return };
        if last.shelf == last.order.lot() {
            self.shelves.retain(|_, first| *first != last.shelf);
        }
    }
}

/// The lots of an account, in the order in which they are used: by expiry, then by age.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Vec<HeldRow>")]
pub struct Holdings {
    shelves: BTreeMap<LotId, Shelf>,
    /// How many of the lots are reserved as a whole.
    reserved: usize,
}

type Shelf = BTreeMap<Order, Held>;

#[derive(Serialize, Deserialize)]
struct HeldRow {
    expires: Date,
    lot: LotId,
    posted: u64,
    reserved: u64,
}

impl Serialize for Holdings {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(self.sorted().into_iter().map(|(order, held)| HeldRow {
            expires: order.expires(),
            lot: order.lot(),
            posted: held.posted,
            reserved: held.reserved,
        }))
    }
}

/// All on one shelf, until somebody who knows the places puts them right.
impl From<Vec<HeldRow>> for Holdings {
    fn from(rows: Vec<HeldRow>) -> Self {
        let pair =
            |row: HeldRow| (Order::new(row.expires, row.lot), Held { posted: row.posted, reserved: row.reserved });
        let shelf: Shelf = rows.into_iter().map(pair).collect();
        let reserved = shelf.values().filter(|held| held.is_reserved()).count();
        Self { shelves: BTreeMap::from([(LotId(0), shelf)]), reserved }
    }
}

impl Holdings {
    /// Every lot that the account holds a part of, in the order of use.
    pub fn iter(&self) -> impl Iterator<Item = (LotId, Held)> + '_ {
        self.sorted().into_iter().map(|(order, held)| (order.lot(), held))
    }

    fn sorted(&self) -> Vec<(Order, Held)> {
        let mut all: Vec<(Order, Held)> =
            self.shelves.values().flatten().map(|(order, held)| (*order, *held)).collect();
        all.sort_unstable_by_key(|(order, _)| *order);
        all
    }

    /// What the account holds of a lot.
    pub fn of(&self, lot: LotId) -> Held {
        let mut all = self.shelves.values().flatten();
        all.find(|(order, _)| order.lot() == lot).map_or(Held::default(), |(_, held)| *held)
    }

    pub(crate) fn at(&self, place: Place) -> Held {
        self.shelves.get(&place.shelf).and_then(|shelf| shelf.get(&place.order)).copied().unwrap_or_default()
    }

    /// Changes one holding; what is empty afterwards is forgotten, so that equal states are equal bytes.
    pub(crate) fn change(&mut self, place: Place, by: impl FnOnce(&mut Held)) {
        let shelf = self.shelves.entry(place.shelf).or_default();
        let held = shelf.entry(place.order).or_default();
        self.reserved -= usize::from(held.is_reserved());
        by(held);
        self.reserved += usize::from(held.is_reserved());
        if *held == Held::default() {
            shelf.remove(&place.order);
            if shelf.is_empty() {
                self.shelves.remove(&place.shelf);
            }
        }
    }

    /// Puts everything on its shelf, after the holdings were read from a file.
    pub(crate) fn shelve(&mut self, places: &Places) {
        let all = std::mem::take(&mut self.shelves);
        for (order, held) in all.into_values().flatten() {
            self.shelves.entry(places.of(order.lot()).shelf).or_default().insert(order, held);
        }
    }

    /// What is free of the lots on some shelves, of each within a span, in the order of use.
    fn in_order(&self, span_of: impl Fn(LotId) -> Option<Span>) -> impl Iterator<Item = Portion> {
        let mut heads: Vec<Head<'_>> =
            self.shelves.iter().filter_map(|(id, shelf)| Head::of(shelf.range(span_of(*id)?))).collect();
        let lots = std::iter::from_fn(move || {
            let (at, _) = heads.iter().enumerate().min_by_key(|(_, head)| head.order)?;
            let portion = Portion { lot: heads[at].order.lot(), amount: heads[at].held.free() };
            match Head::of(std::mem::take(&mut heads[at].rest)) {
                Some(next) => heads[at] = next,
                None => drop(heads.swap_remove(at)),
            }
            Some(portion)
        });
        lots.filter(|portion| portion.amount > 0)
    }

    /// How many lots have something free.
    fn count_free(&self) -> usize {
        self.shelves.values().map(BTreeMap::len).sum::<usize>() - self.reserved
    }
}

/// The first lot of a part of a shelf, and the rest.
struct Head<'a> {
    order: Order,
    held: Held,
    rest: Range<'a, Order, Held>,
}

impl<'a> Head<'a> {
    fn of(mut rest: Range<'a, Order, Held>) -> Option<Self> {
        let (&order, &held) = rest.next()?;
        Some(Self { order, held, rest })
    }
}

/// A part of a shelf.
type Span = (Bound<Order>, Bound<Order>);

const WHOLE: Span = (Bound::Unbounded, Bound::Unbounded);

/// What can still be used on a day.
fn unexpired(day: Date) -> Span {
    (Bound::Included(Order::new(day, LotId(0))), Bound::Unbounded)
}

/// What can no longer be used on a day.
fn expired(day: Date) -> Span {
    (Bound::Unbounded, Bound::Excluded(Order::new(day, LotId(0))))
}

/// Which lots a debit may take.
pub(crate) struct Wanted<'a> {
    /// How much, in smallest parts.
    pub amount: u64,
    /// What for; `None` where money is only moved on and keeps its earmark.
    pub purpose: Option<&'a Use>,
    /// The day of use.
    pub day: Date,
    /// Whether expired lots may be taken: only to give them back.
    pub give_back: bool,
    /// Whether soft earmarks may be departed from.
    pub deviates: bool,
}

/// Why nothing was chosen: what the earmarks permit, and lots that they forbid.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Forbidden {
    /// How much may be used so, in smallest parts.
    pub permitted: u64,
    /// The first lots, in the order of use, that may not, at most [`LOTS_NAMED`].
    pub lots: Vec<Portion>,
    /// How many more there are.
    pub more: usize,
}

/// What is free of the lots whose earmark permits it, in the order of use.
pub(crate) fn fitting(
    holdings: &Holdings,
    lots: &[Lot],
    areas: &Areas,
    wanted: &Wanted<'_>,
) -> impl Iterator<Item = Portion> {
    let usable = if wanted.give_back { WHOLE } else { unexpired(wanted.day) };
    holdings.in_order(move |shelf| permits(lots, shelf, areas, wanted).then_some(usable))
}

/// Whether the lots of a shelf may be used so, apart from their expiry.
fn permits(lots: &[Lot], shelf: LotId, areas: &Areas, wanted: &Wanted<'_>) -> bool {
    wanted.purpose.is_none_or(|purpose| lots[shelf.0 as usize].earmark.permits(purpose, areas))
}

/// The first lot that fits, if it is enough: the same as [`fitting`] begins with, in fewer steps, as most debits end here.
fn enough_at_once(holdings: &Holdings, lots: &[Lot], areas: &Areas, wanted: &Wanted<'_>) -> Option<Portion> {
    let usable = if wanted.give_back { WHOLE } else { unexpired(wanted.day) };
    let first_of = |(id, shelf): (&LotId, &Shelf)| {
        let mut free = permits(lots, *id, areas, wanted).then(|| shelf.range(usable))?;
        free.find_map(|(order, held)| (held.free() > 0).then_some((*order, held.free())))
    };
    let (order, amount) = holdings.shelves.iter().filter_map(first_of).min()?;
    (amount >= wanted.amount).then_some(Portion { lot: order.lot(), amount })
}

/// Takes lots in the order of use: first those whose earmark permits it, then, with a reason, soft ones that do not.
pub(crate) fn choose(
    holdings: &Holdings,
    lots: &[Lot],
    areas: &Areas,
    wanted: &Wanted<'_>,
) -> Result<Vec<Portion>, Forbidden> {
    if let Some(first) = enough_at_once(holdings, lots, areas, wanted) {
        return Ok(vec![Portion { amount: wanted.amount, ..first }]);
    }
    let permits = |shelf| permits(lots, shelf, areas, wanted);
    let is_soft = |shelf: LotId| lots[shelf.0 as usize].earmark.strength == Strength::Soft;
    let soft = |shelf| (wanted.deviates && is_soft(shelf) && !permits(shelf)).then_some(unexpired(wanted.day));
    let mut taken = Taken { portions: Vec::new(), missing: wanted.amount };
    if fitting(holdings, lots, areas, wanted).any(|portion| taken.is_enough_with(portion)) {
        return Ok(taken.portions);
    }
    let fit = taken.portions.len();
    if holdings.in_order(soft).any(|portion| taken.is_enough_with(portion)) {
        return Ok(taken.portions);
    }
    let forbids = |shelf| match permits(shelf) {
        false => Some(WHOLE),
        true => (!wanted.give_back).then_some(expired(wanted.day)),
    };
    let named: Vec<Portion> = holdings.in_order(forbids).take(LOTS_NAMED).collect();
    let more = holdings.count_free() - fit - named.len();
    Err(Forbidden { permitted: wanted.amount - taken.missing, lots: named, more })
}

/// What was taken so far, and how much is still missing.
struct Taken {
    portions: Vec<Portion>,
    missing: u64,
}

impl Taken {
    /// Takes as much of a portion as is still missing; whether that is all now.
    fn is_enough_with(&mut self, portion: Portion) -> bool {
        let amount = portion.amount.min(self.missing);
        self.missing -= amount;
        self.portions.push(Portion { amount, ..portion });
        self.missing == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 1, 1);

    fn lot(sector: &str, strength: Strength, expires: Option<Date>) -> Lot {
        let sectors = (!sector.is_empty()).then(|| sector.to_owned()).into_iter().collect();
        let earmark = Earmark { sectors, strength, expires, ..Earmark::default() };
        Lot { unit: "EUR".into(), earmark, issued: 10, from: "x".into(), parent: None }
    }

    fn holding(lots: &[Lot], free: impl Fn(usize) -> u64) -> Holdings {
        let (mut holdings, places) = (Holdings::default(), Places::of_all(lots));
        for at in 0..lots.len() {
            let place = places.of(LotId(u32::try_from(at).unwrap()));
            holdings.change(place, |held| *held = Held { posted: 2 + free(at), reserved: 2 });
        }
        holdings
    }

    fn to(sector: &str) -> Use {
        Use { sector: sector.to_owned(), ..Use::default() }
    }

    fn check(amount: u64, sector: &str, deviates: bool, expect: Result<&[(u32, u64)], u64>) {
        let lots = [
            lot("health", Strength::Hard, None),
            lot("health", Strength::Hard, Some(date(2026, 6, 30))),
            lot("roads", Strength::Soft, Some(date(2026, 3, 31))),
            lot("", Strength::Hard, Some(date(2025, 12, 31))),
        ];
        let purpose = to(sector);
        let wanted = Wanted { amount, purpose: Some(&purpose), day: TODAY, give_back: false, deviates };
        let got = choose(&holding(&lots, |_| 10), &lots, &Areas::new(), &wanted);
        let plain = got.map(|portions| portions.iter().map(|it| (it.lot.0, it.amount)).collect::<Vec<_>>());
        assert_eq!(plain.as_deref().map_err(|why| why.permitted), expect);
    }

    #[test]
    fn the_lot_that_expires_first_is_used_first() {
        check(15, "health", false, Ok(&[(1, 10), (0, 5)]));
    }

    #[test]
    fn a_soft_earmark_is_departed_from_only_with_a_reason_and_last() {
        check(25, "health", false, Err(20));
        check(25, "health", true, Ok(&[(1, 10), (0, 10), (2, 5)]));
    }

    #[test]
    fn what_has_expired_is_not_used() {
        check(10, "schools", false, Err(0));
    }

    #[test]
    fn the_order_of_use_is_that_of_the_dates_and_gives_them_back() {
        let days = [Date::MIN, date(-1, 12, 31), date(0, 1, 1), date(2026, 1, 31), date(2026, 2, 1), Date::MAX];
        for (at, day) in days.into_iter().enumerate() {
            let order = Order::new(day, LotId(u32::MAX));
            assert_eq!((order.expires(), order.lot()), (day, LotId(u32::MAX)));
            assert!(days[at + 1..].iter().all(|later| order < Order::new(*later, LotId(0))));
        }
    }

    #[test]
    fn a_refusal_names_the_first_lots_that_forbid_the_use_and_counts_the_others() {
        let lots: Vec<Lot> = (0..40).map(|_| lot("roads", Strength::Hard, None)).collect();
        let purpose = to("health");
        let wanted = Wanted { amount: 5, purpose: Some(&purpose), day: TODAY, give_back: false, deviates: false };
        let why = choose(&holding(&lots, |_| 10), &lots, &Areas::new(), &wanted).unwrap_err();
        assert_eq!((why.permitted, why.lots.len(), why.more), (0, LOTS_NAMED, 40 - LOTS_NAMED));
        assert_eq!(why.lots[0], Portion { lot: LotId(0), amount: 10 });
    }

    /// The rule as it is told: one walk over everything in the order of use, then one over what is soft.
    fn choose_by_walking(holdings: &Holdings, lots: &[Lot], wanted: &Wanted<'_>) -> Result<Vec<Portion>, Forbidden> {
        let earmark = |portion: &Portion| &lots[portion.lot.0 as usize].earmark;
        let all = holdings.iter().map(|(lot, held)| Portion { lot, amount: held.free() });
        let (fitting, others): (Vec<Portion>, Vec<Portion>) = all.filter(|it| it.amount > 0).partition(|it| {
            let permits = wanted.purpose.is_none_or(|purpose| earmark(it).permits(purpose, &Areas::new()));
            permits && (wanted.give_back || !earmark(it).is_expired(wanted.day))
        });
        let is_soft = |it: &&Portion| {
            wanted.deviates && earmark(it).strength == Strength::Soft && !earmark(it).is_expired(wanted.day)
        };
        let (mut missing, mut portions) = (wanted.amount, Vec::new());
        for portion in fitting.iter().chain(others.iter().filter(is_soft)) {
            let amount = portion.amount.min(missing);
            missing -= amount;
            portions.extend((amount > 0).then_some(Portion { amount, ..*portion }));
        }
        let named = others.len().min(LOTS_NAMED);
        let why = || Forbidden {
            permitted: wanted.amount - missing,
            lots: others[..named].to_vec(),
            more: others.len() - named,
        };
        if missing == 0 { Ok(portions) } else { Err(why()) }
    }

    fn any_lot() -> impl Strategy<Value = (Lot, u64)> {
        let sector = prop::sample::select(vec!["", "health", "roads"]);
        let strength = prop::sample::select(vec![Strength::Hard, Strength::Soft]);
        let expires = prop::option::of((-3_i64..3).prop_map(|days| TODAY + jiff::Span::new().days(days)));
        (sector, strength, expires, 0_u64..4)
            .prop_map(|(sector, strength, expires, free)| (lot(sector, strength, expires), free))
    }

    proptest! {
        #[test]
        fn shelves_give_what_a_walk_over_all_lots_gives(
            held in prop::collection::vec(any_lot(), 0..40), amount in 1_u64..60,
            sector in prop::option::of(prop::sample::select(vec!["health", "roads", "schools"])),
            give_back in any::<bool>(), deviates in any::<bool>(),
        ) {
            let (lots, free): (Vec<Lot>, Vec<u64>) = held.into_iter().unzip();
            let holdings = holding(&lots, |at| free[at]);
            let purpose = sector.map(to);
            let wanted = Wanted { amount, purpose: purpose.as_ref(), day: TODAY, give_back, deviates };
            let got = choose(&holdings, &lots, &Areas::new(), &wanted);
            prop_assert_eq!(got, choose_by_walking(&holdings, &lots, &wanted));
        }
    }
}
