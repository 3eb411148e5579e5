//! Which cells are too small to show, and how uncertain they must stay.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The largest count that is hidden: 1 to 10 are not shown, 0 and 11 are.
///
/// # Source
/// Centers for Medicare & Medicaid Services, *CMS Cell Size Suppression Policy* (2017, reviewed 2024): no value of 1 to
/// 10 is reported, nor any that lets one be derived; zero does not violate it.
pub const COUNT_HIDDEN_MAX: u64 = 10;

/// The fewest contributors to an amount that is shown. With two, each knows the other's share.
///
/// # Source
/// Hundepool et al., *Statistical Disclosure Control* (Wiley 2012), doi:10.1002/9781118348239, chapter 4: minimum frequency rule.
pub const CONTRIBUTORS_MIN: u64 = 3;

/// The `p` of the p% rule: the second contributor must not be able to tell the first one's share to within this.
///
/// # Source
/// Hundepool et al. 2012, chapter 4: p% rule. The value is ours; statistical offices keep theirs secret.
pub const SHARE_PERCENT: u64 = 15;

/// Which cells are hidden for their own sake, and how far the others must leave them open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "measure", rename_all = "lowercase")]
pub enum Rule {
    /// Counts of people, households, incidents.
    Counts {
        /// Counts from 1 to this are hidden.
        hidden_max: u64,
        /// The upper and the lower bound that anybody can derive for a hidden small count lie at least this far apart.
        spread_min: u64,
    },
    /// Amounts that parties contribute to: tonnes, litres, minor units of money.
    Amounts {
        /// Amounts with fewer contributors are hidden.
        contributors_min: u64,
        /// The `p` of the p% rule; also how far, in percent of the amount, both bounds must stay from it.
        share_percent: u64,
    },
}

/// How open a cell must stay to whoever holds all releases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// The lower bound is at least this far below the value.
    pub below: u64,
    /// The upper bound is at least this far above the value.
    pub above: u64,
    /// The bounds are at least this far apart.
    pub spread: u64,
}

impl Rule {
    /// Hides counts of 1 to 10 and leaves each as uncertain as 0 to 10: nobody learns more than that it is small, and
    /// nobody can be sure of that.
    pub const fn counts() -> Self {
        Self::Counts { hidden_max: COUNT_HIDDEN_MAX, spread_min: COUNT_HIDDEN_MAX }
    }

    /// Hides amounts of fewer than three contributors, or of which one has nearly all.
    pub const fn amounts() -> Self {
        Self::Amounts { contributors_min: CONTRIBUTORS_MIN, share_percent: SHARE_PERCENT }
    }

    /// What a cell of this value and these contributions needs; `None` if it may be shown.
    pub fn need(&self, value: u64, contributions: &BTreeMap<&str, u64>) -> Option<Need> {
        match *self {
            Self::Counts { hidden_max, spread_min } => {
                (1..=hidden_max).contains(&value).then_some(Need { below: 0, above: 0, spread: spread_min.max(1) })
            }
            Self::Amounts { contributors_min, share_percent } => {
                let mut shares: Vec<u64> = contributions.values().copied().filter(|share| *share > 0).collect();
                shares.sort_unstable_by(|a, b| b.cmp(a));
                let few = (shares.len() as u64) < contributors_min;
                let [first, second] = [0, 1].map(|i| shares.get(i).copied().unwrap_or(0));
                let rest = u128::from(value.saturating_sub(first).saturating_sub(second));
                let told = rest * 100 < u128::from(share_percent) * u128::from(first);
                let percent = u128::from(value) * u128::from(share_percent);
                let away = u64::try_from(percent.div_ceil(100)).unwrap_or(u64::MAX).clamp(1, value.max(1));
                (value > 0 && (few || told)).then_some(Need { below: away, above: away, spread: 0 })
            }
        }
    }
}

impl Need {
    /// Whether bounds around a value are wide enough; no upper bound is wide enough above.
    pub fn is_met(&self, value: u64, low: u64, high: Option<u64>) -> bool {
        let below = low.saturating_add(self.below) <= value;
        below
            && high
                .is_none_or(|high| value.saturating_add(self.above) <= high && low.saturating_add(self.spread) <= high)
    }

    /// What meets both.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            below: self.below.max(other.below),
            above: self.above.max(other.above),
            spread: self.spread.max(other.spread),
        }
    }
}
