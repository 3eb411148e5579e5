//! Snapshot to assessment. One indicator a file in `indicators/`; each has its [`About`] card and a line in [`all`].
//!
//! The engine does no I/O and reads no clock; it uses nothing that is dated after the day of the assessment.
//! Same snapshot, same parameters, same version: same bytes, whatever the number of threads.

mod events;
mod fdr;
mod findings;
mod indicators;
mod needs;
mod overlay;
mod permutation;
mod population;
mod sheet;
mod weights;
#[cfg(test)]
mod world;

pub use fdr::rejected;
pub use findings::FINDINGS;
pub use indicators::all;
pub use indicators::hot_spots::getis_ord_star;
pub use indicators::needs_severity::preliminary_severity;
pub use permutation::two_sided_p;
pub use weights::Weights;

use events::EventCounts;
use jiff::ToSpan;
use mostari_model::{About, Assessment, DatasetId, Date, Finding, IndicatorValue, Period, Snapshot};
use mostari_place::{AreaIndex, Placed};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// What an indicator reads: the snapshot, and where its rows lie.
pub struct Ground<'a> {
    /// The snapshot.
    pub snapshot: &'a Snapshot,
    /// Areas in a tree, and the area of every row of every table.
    pub placed: &'a Placed,
    /// The day of the assessment: nothing later is used.
    pub as_of: Date,
    /// Counted once, however many indicators ask.
    events: OnceLock<EventCounts>,
}

impl<'a> Ground<'a> {
    /// What indicators read on a day.
    pub fn new(snapshot: &'a Snapshot, placed: &'a Placed, as_of: Date) -> Self {
        Self { snapshot, placed, as_of, events: OnceLock::new() }
    }

    /// Events by area, month and kind.
    pub(crate) fn events(&self) -> &EventCounts {
        self.events.get_or_init(|| events::count(self))
    }

    /// The twelve months that end with the day of the assessment.
    pub fn year(&self) -> Period {
        let from = self.as_of.saturating_sub(1.year());
        Period { from: from.tomorrow().unwrap_or(from), to: self.as_of }
    }

    /// Areas with nothing below them, in the gazetteer's order.
    pub fn leaves(&self) -> Vec<AreaIndex> {
        let areas = &self.placed.gazetteer.areas;
        let parents: BTreeSet<AreaIndex> = areas.iter().filter_map(|area| area.parent).collect();
        (0..areas.len()).filter(|area| !parents.contains(area)).collect()
    }

    /// The ids of datasets by their position in the snapshot.
    pub fn sources(&self, datasets: &BTreeSet<u32>) -> Vec<DatasetId> {
        let mut ids: Vec<DatasetId> = datasets.iter().map(|i| self.snapshot.datasets[*i as usize].id).collect();
        ids.sort_unstable();
        ids
    }

    /// The name of the file that a dataset was read from.
    pub fn file(&self, dataset: u32) -> &str {
        self.snapshot.datasets.get(dataset as usize).map_or("", |dataset| dataset.file.as_str())
    }
}

/// A number about areas.
pub trait Indicator: Sync {
    /// Its card.
    fn about(&self) -> &'static About;

    /// One or more values for every area that it speaks of; unknown is a value of `None`, never an omission.
    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue>;

    /// What it could not use, or used with doubt. A finding that several indicators report is kept once.
    fn findings(&self, _ground: &Ground<'_>) -> Vec<Finding> {
        Vec::new()
    }
}

/// What to assess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The day of the assessment: nothing later is used.
    pub as_of: Date,
    /// Ids of the indicators; `None` is all of them.
    pub indicators: Option<Vec<String>>,
}

/// Why there is no assessment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AssessError {
    /// No indicator has this id.
    #[error("no indicator is called `{id}`")]
    UnknownIndicator {
        /// What was asked for.
        id: String,
    },
}

impl AssessError {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownIndicator { .. } => findings::UNKNOWN_INDICATOR.code,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        let ids: Vec<&str> = all().iter().map(|indicator| indicator.about().id).collect();
        format!("the indicators are {}", ids.join(", "))
    }
}

/// Computes indicator values from a snapshot whose rows are placed.
///
/// Values stand in the order of [`all`], then part, area (the gazetteer's order), period. Every number is
/// rounded to [`SIGNIFICANT_DIGITS`], because the mathematics libraries of two machines may differ in the
/// last bit and must not give two digests.
///
/// # Errors
/// [`AssessError::UnknownIndicator`] if an id in the options is not one of [`all`].
pub fn assess(snapshot: &Snapshot, placed: &Placed, options: &Options) -> Result<Assessment, AssessError> {
    let chosen = choose(options.indicators.as_deref())?;
    let ground = Ground::new(snapshot, placed, options.as_of);
    // Before the indicators are spread over the cores: those that wait for another one's count would leave it to one core.
    ground.events();
    let results: Vec<(Vec<IndicatorValue>, Vec<Finding>)> = chosen
        .par_iter()
        .map(|indicator| (ordered(indicator.assess(&ground), placed), indicator.findings(&ground)))
        .collect();
    let (values, found): (Vec<_>, Vec<_>) = results.into_iter().unzip();
    Ok(Assessment {
        snapshot: snapshot.digest,
        as_of: options.as_of,
        engine: concat!("mostari-assess ", env!("CARGO_PKG_VERSION")).to_owned(),
        label: snapshot.label.clone(),
        indicators: chosen.iter().map(|indicator| indicator.about().id.to_owned()).collect(),
        values: values.into_iter().flatten().map(rounded).collect(),
        findings: findings::ordered(found.into_iter().flatten().collect()),
    })
}

/// The indicators of these ids, in the order of [`all`] whatever the order of the ids.
fn choose(ids: Option<&[String]>) -> Result<Vec<&'static dyn Indicator>, AssessError> {
    let Some(ids) = ids else { return Ok(all().to_vec()) };
    if let Some(id) = ids.iter().find(|id| all().iter().all(|indicator| indicator.about().id != **id)) {
        return Err(AssessError::UnknownIndicator { id: id.clone() });
    }
    Ok(all().iter().copied().filter(|indicator| ids.iter().any(|id| id == indicator.about().id)).collect())
}

/// By part, area, period.
fn ordered(mut values: Vec<IndicatorValue>, placed: &Placed) -> Vec<IndicatorValue> {
    let order: BTreeMap<_, AreaIndex> =
        placed.gazetteer.areas.iter().enumerate().map(|(index, area)| (&area.id, index)).collect();
    let place = |value: &IndicatorValue| order.get(&value.area).copied();
    values.sort_by(|a, b| (&a.part, place(a), a.period).cmp(&(&b.part, place(b), b.period)));
    values
}

/// Digits of a number that are kept. Doubles carry 15 to 17; three are given up so that no digest hangs on the last bit.
pub const SIGNIFICANT_DIGITS: usize = 12;

fn rounded(value: IndicatorValue) -> IndicatorValue {
    let round = |number: Option<f64>| number.map(round_significant);
    IndicatorValue { value: round(value.value), low: round(value.low), high: round(value.high), ..value }
}

fn round_significant(number: f64) -> f64 {
    if number == 0.0 {
        return 0.0; // also takes the sign off -0
    }
    let text = format!("{number:.*e}", SIGNIFICANT_DIGITS - 1);
    text.parse().expect("a float that was just printed reads back")
}

/// The latest date of any dated observation, for want of a better day of assessment: the engine reads no clock.
///
/// What is valid for a span (needs, food security) counts with its first day: the last lies ahead by design.
/// Projections are no observations.
pub fn default_as_of(snapshot: &Snapshot) -> Option<Date> {
    let tables = &snapshot.tables;
    let whole = [
        &tables.events.date_start,
        &tables.events.date_end,
        &tables.hazards.date,
        &tables.needs.date_start,
        &tables.food_phases.analysed,
        &tables.displacements.date,
        &tables.activities.date_start,
        &tables.flows.date,
        &tables.figures.date,
    ];
    let counted = |row: &usize| !tables.populations.method.get(*row).eq_ignore_ascii_case("projection");
    let current = |row: &usize| tables.food_phases.validity.get(*row).eq_ignore_ascii_case("current");
    let populations = (0..tables.populations.len()).filter(counted).filter_map(|row| tables.populations.date[row]);
    let phases = (0..tables.food_phases.len()).filter(current).filter_map(|row| tables.food_phases.date_start[row]);
    whole.into_iter().flatten().filter_map(|date| *date).chain(populations).chain(phases).max()
}

#[cfg(test)]
mod tests;
