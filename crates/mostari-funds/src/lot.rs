//! Earmarked lots: money remembers who gave it and what for, wherever it goes.
//!
//! A lot is made when something enters the ledger, and never changes. Accounts hold parts of lots ([`crate::Holdings`]).

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
