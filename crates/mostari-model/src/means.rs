//! The means: who can pay and who can work, when, and under which caveats.

use crate::{AreaId, Currency, Label, Money, Month, PartyId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The longest horizon: 50 years. Beyond it nobody can promise money, and a model grows with every month.
const MONTHS_MAX: u32 = 600;

/// Donors and parties over a planning horizon, written as TOML (`means.toml`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Means {
    /// Currency of every budget.
    pub currency: Currency,
    /// First month of the horizon.
    pub start: Month,
    /// Months in the horizon.
    pub months: u32,
    /// Who pays.
    #[serde(rename = "donor", default)]
    pub donors: Vec<Donor>,
    /// Who works.
    #[serde(rename = "party", default)]
    pub parties: Vec<Party>,
}

/// A donor with yearly budgets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Donor {
    /// Unique id.
    pub id: PartyId,
    /// Name.
    pub name: String,
    /// Calendar year (as text, a TOML key) to budget in major units. Money not named is not there.
    pub budget: BTreeMap<String, i64>,
    /// What the money may be used for.
    #[serde(default)]
    pub earmark: Earmark,
}

/// What a donor's money may be used for. An empty list means: anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Earmark {
    /// Sectors.
    pub sectors: Vec<String>,
    /// Areas; an area covers everything below it.
    pub areas: Vec<AreaId>,
    /// Kinds of project.
    pub kinds: Vec<String>,
    /// Last month whose work it pays for; empty = to the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Month>,
}

/// A party that can carry work out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Unique id.
    pub id: PartyId,
    /// Name.
    pub name: String,
    /// `force`, `agency`, `ministry`, `municipality`, `ngo`, `contractor`, `community`.
    #[serde(rename = "type")]
    pub party_type: String,
    /// What it can do and how much of it.
    #[serde(rename = "capability", default)]
    pub capabilities: Vec<Capability>,
    /// What it will not do.
    #[serde(rename = "caveat", default)]
    pub caveats: Vec<Caveat>,
}

/// Weeks of one capability that a party offers in each month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capability {
    /// Name: `engineer`, `clearance`, `builder`, `trainer`, …; what catalogues call `work_weeks`.
    pub name: String,
    /// Weeks in a month, unless `by_month` says otherwise.
    pub weeks_per_month: f64,
    /// Months from the start of the horizon before it is there: to be called up, shipped, trained.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lead_months: u32,
    /// Weeks in particular months (`"2024-07" = 0.0`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by_month: BTreeMap<String, f64>,
}

/// What a party will not do. Each list that is not empty narrows the caveat; all empty forbids everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caveat {
    /// Unique id within the party.
    pub id: String,
    /// Sectors that it forbids.
    #[serde(default)]
    pub sectors: Vec<String>,
    /// Kinds of project that it forbids.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Areas in which it forbids work, with everything below them.
    #[serde(default)]
    pub areas: Vec<AreaId>,
    /// First month in which it holds; empty = from the start.
    #[serde(default)]
    pub from: Option<Month>,
    /// Last month in which it holds; empty = to the end.
    #[serde(default)]
    pub until: Option<Month>,
    /// Who may read it. To others it is "a restriction of a contributor".
    #[serde(default = "public")]
    pub label: String,
}

fn is_zero(months: &u32) -> bool {
    *months == 0
}

fn public() -> String {
    Label::public().to_string()
}

/// Why means cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MeansError {
    /// Two donors or parties share an id.
    #[error("`{0}` stands twice in the means")]
    Twice(String),
    /// A budget year is no year.
    #[error("donor `{donor}`: `{year}` is not a year")]
    Year {
        /// The donor.
        donor: String,
        /// The key.
        year: String,
    },
    /// A number makes no sense.
    #[error("`{who}`: {what}")]
    Number {
        /// Donor or party.
        who: String,
        /// What is wrong.
        what: &'static str,
    },
    /// A month key is no month.
    #[error("party `{party}`: `{month}` is not a month, write `2024-06`")]
    Month {
        /// The party.
        party: String,
        /// The key.
        month: String,
    },
    /// A caveat's label cannot be read.
    #[error("party `{party}`, caveat `{caveat}`: `{label}` is not a label")]
    Label {
        /// The party.
        party: String,
        /// The caveat.
        caveat: String,
        /// The text.
        label: String,
    },
}

impl Means {
    /// The last month of the horizon.
    pub fn last_month(&self) -> Month {
        self.start + (self.months as i32 - 1)
    }

    /// Checks what TOML cannot: unique ids, years, months, numbers, labels.
    ///
    /// # Errors
    /// The first [`MeansError`] in the order of the file.
    pub fn validate(&self) -> Result<(), MeansError> {
        if !(1..=MONTHS_MAX).contains(&self.months) {
            return Err(MeansError::Number { who: "means".into(), what: "months must be 1 to 600" });
        }
        let mut seen = BTreeSet::new();
        let ids = self.donors.iter().map(|d| &d.id).chain(self.parties.iter().map(|p| &p.id));
        if let Some(id) = ids.into_iter().find(|id| !seen.insert(id.as_str())) {
            return Err(MeansError::Twice(id.to_string()));
        }
        self.donors.iter().try_for_each(Donor::validate)?;
        self.parties.iter().try_for_each(Party::validate)
    }
}

impl Donor {
    /// Budget of a calendar year.
    ///
    /// # Panics
    /// Never after [`Means::validate`], which bounds budgets.
    pub fn budget_in(&self, year: i32, currency: Currency) -> Money {
        let major = self.budget.get(&year.to_string()).copied().unwrap_or(0);
        Money::from_major(major, currency).expect("validated to fit")
    }

    fn validate(&self) -> Result<(), MeansError> {
        for (year, major) in &self.budget {
            if year.len() != 4 || year.parse::<u16>().is_err() {
                return Err(MeansError::Year { donor: self.id.to_string(), year: year.clone() });
            }
            if !(0..=1_000_000_000_000).contains(major) {
                return Err(MeansError::Number { who: self.id.to_string(), what: "a budget must be 0 to 10^12" });
            }
        }
        Ok(())
    }
}

impl Party {
    /// Weeks of a capability in a month of a horizon that starts with another.
    pub fn weeks(&self, capability: &str, month: Month, start: Month) -> f64 {
        let of_month = |c: &Capability| c.by_month.get(&month.to_string()).copied().unwrap_or(c.weeks_per_month);
        let is_there = |c: &&Capability| c.name == capability && month >= start + c.lead_months as i32;
        self.capabilities.iter().filter(is_there).map(of_month).sum()
    }

    fn validate(&self) -> Result<(), MeansError> {
        for capability in &self.capabilities {
            let weeks = capability.by_month.values().chain([&capability.weeks_per_month]);
            if capability.lead_months > MONTHS_MAX {
                return Err(MeansError::Number { who: self.id.to_string(), what: "a lead is at most 600 months" });
            }
            if weeks.into_iter().any(|w| !(w.is_finite() && *w >= 0.0)) {
                return Err(MeansError::Number { who: self.id.to_string(), what: "weeks must be at least 0" });
            }
            if let Some(month) = capability.by_month.keys().find(|m| m.parse::<Month>().is_err()) {
                return Err(MeansError::Month { party: self.id.to_string(), month: month.clone() });
            }
        }
        for caveat in &self.caveats {
            if caveat.label.parse::<Label>().is_err() {
                let (party, caveat_id) = (self.id.to_string(), caveat.id.clone());
                return Err(MeansError::Label { party, caveat: caveat_id, label: caveat.label.clone() });
            }
        }
        Ok(())
    }
}
