//! Earmarked lots: money remembers who gave it and what for, wherever it goes.
//!
//! A lot is made when something enters the ledger, and never changes. Accounts hold parts of lots. A debit takes lots
//! in the order of their expiry, the older first, as far as their earmarks permit the stated use.

use crate::{AccountId, LotId, UnitId};
use mostari_model::{AreaId, Date, PartyId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How strictly an earmark binds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// Never for anything else.
    #[default]
    Hard,
    /// A wish: may be departed from with a stated reason, which stays visible.
    Soft,
}

/// What a lot may be used for. An empty list means anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Earmark {
    /// Who gave it, and is owed the account of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub donor: Option<PartyId>,
    /// Sectors.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub sectors: BTreeSet<String>,
    /// Areas; those below are meant too.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub areas: BTreeSet<AreaId>,
    /// Purposes, as the donor words them or by code.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub purposes: BTreeSet<String>,
    /// The last day on which it may be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
    /// How strictly it binds.
    #[serde(default)]
    pub strength: Strength,
}

/// What money or goods are used for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Use {
    /// Sector, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sector: String,
    /// Area.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaId>,
    /// Purpose, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub purpose: String,
}

/// A lot: something that entered the ledger under one earmark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lot {
    /// What it counts.
    pub unit: UnitId,
    /// What it may be used for.
    pub earmark: Earmark,
    /// How much of it entered, in smallest parts; the holdings of all accounts together are always this.
    pub issued: u64,
    /// The account that it entered from.
    pub from: AccountId,
    /// The lot of another unit that it was exchanged from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<LotId>,
}

/// A part of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Portion {
    /// Which lot.
    pub lot: LotId,
    /// How much of it, in smallest parts.
    pub amount: u64,
}

/// Areas and what they lie in, as stated to the ledger.
pub type Areas = BTreeMap<AreaId, Option<AreaId>>;

impl Earmark {
    /// Whether the day is past its expiry.
    pub fn is_expired(&self, day: Date) -> bool {
        self.expires.is_some_and(|expires| expires < day)
    }

    /// Whether this use is what the lot was given for, apart from its expiry.
    pub fn permits(&self, purpose: &Use, areas: &Areas) -> bool {
        let names = |list: &BTreeSet<String>, word: &str| list.is_empty() || list.contains(word);
        names(&self.sectors, &purpose.sector)
            && names(&self.purposes, &purpose.purpose)
            && (self.areas.is_empty() || purpose.area.as_ref().is_some_and(|area| self.covers(area, areas)))
    }

    fn covers(&self, area: &AreaId, areas: &Areas) -> bool {
        let mut here = Some(area);
        while let Some(area) = here {
            if self.areas.contains(area) {
                return true;
            }
            here = areas.get(area).and_then(Option::as_ref);
        }
        false
    }
}

/// What an account holds of one lot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// All of it, in smallest parts.
    pub posted: u64,
    /// What of it is reserved for movements that wait.
    pub reserved: u64,
}

/// The lots of an account, in the order in which they are used: by expiry, then by age.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<HeldRow>", into = "Vec<HeldRow>")]
pub struct Holdings(BTreeMap<(Date, LotId), Held>);

#[derive(Clone, Serialize, Deserialize)]
struct HeldRow {
    expires: Date,
    lot: LotId,
    posted: u64,
    reserved: u64,
}

impl From<Holdings> for Vec<HeldRow> {
    fn from(holdings: Holdings) -> Self {
        let row = |((expires, lot), held): ((Date, LotId), Held)| HeldRow {
            expires,
            lot,
            posted: held.posted,
            reserved: held.reserved,
        };
        holdings.0.into_iter().map(row).collect()
    }
}

impl From<Vec<HeldRow>> for Holdings {
    fn from(rows: Vec<HeldRow>) -> Self {
        let pair = |row: HeldRow| ((row.expires, row.lot), Held { posted: row.posted, reserved: row.reserved });
        Self(rows.into_iter().map(pair).collect())
    }
}

impl Holdings {
    /// Every lot that the account holds a part of, in the order of use.
    pub fn iter(&self) -> impl Iterator<Item = (LotId, Held)> + '_ {
        self.0.iter().map(|((_, lot), held)| (*lot, *held))
    }

    /// What the account holds of a lot.
    pub fn of(&self, lot: LotId) -> Held {
        self.0.iter().find(|((_, id), _)| *id == lot).map_or(Held::default(), |(_, held)| *held)
    }

    pub(crate) fn at(&self, key: (Date, LotId)) -> Held {
        self.0.get(&key).copied().unwrap_or_default()
    }

    /// Changes one holding; what is empty afterwards is forgotten, so that equal states are equal bytes.
    pub(crate) fn change(&mut self, key: (Date, LotId), by: impl FnOnce(&mut Held)) {
        let held = self.0.entry(key).or_default();
        by(held);
        if *held == Held::default() {
            self.0.remove(&key);
        }
    }
}

/// Where a lot stands in the order of use.
pub(crate) fn order_of(lots: &[Lot], id: LotId) -> (Date, LotId) {
    (lots[id.0 as usize].earmark.expires.unwrap_or(Date::MAX), id)
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

/// Takes lots in the order of use: first those whose earmark permits it, then, with a reason, soft ones that do not.
/// Gives the portions, or what is permitted and which lots are left that are not.
pub(crate) fn choose(
    holdings: &Holdings,
    lots: &[Lot],
    areas: &Areas,
    wanted: &Wanted<'_>,
) -> Result<Vec<Portion>, (u64, Vec<Portion>)> {
    let mut portions = Vec::new();
    let mut other = Vec::new();
    let mut missing = wanted.amount;
    let mut take = |portion: Portion, missing: &mut u64| {
        let amount = portion.amount.min(*missing);
        *missing -= amount;
        portions.push(Portion { amount, ..portion });
    };
    for (lot, held) in holdings.iter() {
        let free = held.posted - held.reserved;
        if free == 0 {
            continue;
        }
        let earmark = &lots[lot.0 as usize].earmark;
        let usable = wanted.give_back || !earmark.is_expired(wanted.day);
        let fits = usable && wanted.purpose.is_none_or(|purpose| earmark.permits(purpose, areas));
        let portion = Portion { lot, amount: free };
        if fits {
            take(portion, &mut missing);
            if missing == 0 {
                return Ok(portions);
            }
        } else {
            other.push(portion);
        }
    }
    let is_soft = |portion: &Portion| {
        let earmark = &lots[portion.lot.0 as usize].earmark;
        wanted.deviates && earmark.strength == Strength::Soft && !earmark.is_expired(wanted.day)
    };
    for portion in other.iter().filter(|portion| is_soft(portion)) {
        take(*portion, &mut missing);
        if missing == 0 {
            return Ok(portions);
        }
    }
    Err((wanted.amount - missing, other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn earmark(sector: &str, area: &str, expires: Option<Date>) -> Earmark {
        let set = |word: &str| (!word.is_empty()).then(|| word.to_owned()).into_iter().collect();
        let areas = (!area.is_empty()).then(|| AreaId::from(area)).into_iter().collect();
        Earmark { sectors: set(sector), areas, expires, ..Earmark::default() }
    }

    fn to(sector: &str, area: &str) -> Use {
        Use { sector: sector.to_owned(), area: Some(area.into()), purpose: String::new() }
    }

    fn areas() -> Areas {
        Areas::from([("village".into(), Some("district".into())), ("district".into(), None)])
    }

    #[test]
    fn an_earmark_for_a_district_permits_its_villages() {
        assert!(earmark("", "district", None).permits(&to("health", "village"), &areas()));
        assert!(!earmark("", "village", None).permits(&to("health", "district"), &areas()));
    }

    #[test]
    fn an_earmark_for_health_forbids_roads_and_one_for_nothing_forbids_nothing() {
        assert!(!earmark("health", "", None).permits(&to("roads", "village"), &areas()));
        assert!(earmark("", "", None).permits(&to("roads", "village"), &areas()));
    }

    fn check(amount: u64, purpose: &Use, deviates: bool, expect: Result<&[(u32, u64)], u64>) {
        let lots: Vec<Lot> = [
            earmark("health", "", None),
            earmark("health", "", Some(date(2026, 6, 30))),
            Earmark { strength: Strength::Soft, ..earmark("roads", "", Some(date(2026, 3, 31))) },
            earmark("", "", Some(date(2025, 12, 31))),
        ]
        .into_iter()
        .map(|earmark| Lot { unit: "EUR".into(), earmark, issued: 10, from: "x".into(), parent: None })
        .collect();
        let mut holdings = Holdings::default();
        for id in (0..4).map(LotId) {
            holdings.change(order_of(&lots, id), |held| held.posted = 10);
        }
        let wanted = Wanted { amount, purpose: Some(purpose), day: date(2026, 1, 1), give_back: false, deviates };
        let got = choose(&holdings, &lots, &areas(), &wanted);
        let plain = got.map(|portions| portions.iter().map(|p| (p.lot.0, p.amount)).collect::<Vec<_>>());
        assert_eq!(plain.as_deref().map_err(|(permitted, _)| *permitted), expect);
    }

    #[test]
    fn the_lot_that_expires_first_is_used_first() {
        check(15, &to("health", "village"), false, Ok(&[(1, 10), (0, 5)]));
    }

    #[test]
    fn a_soft_earmark_is_departed_from_only_with_a_reason_and_last() {
        check(25, &to("health", "village"), false, Err(20));
        check(25, &to("health", "village"), true, Ok(&[(1, 10), (0, 10), (2, 5)]));
    }

    #[test]
    fn what_has_expired_is_not_used() {
        check(10, &to("schools", "village"), false, Err(0));
    }
}
