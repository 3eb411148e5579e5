//! Tables of counts for release: an indicator as its originator holds it, and what was released of it before.

use crate::failure::Failure;
use mostari_model::{Assessment, Clearance, DatasetId, Digest, IndicatorValue, Label, Stated};
use mostari_place::Gazetteer;
use mostari_policy::disclosure::{CellId, Layout, ReleasedTable};
use mostari_policy::measure::{Count, Groups, Measure, Shown};
use mostari_policy::release::Release;
use mostari_record::{Body, Mission, RecordError};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The kind of the entry that states a released table, for its readers.
pub const RELEASE: &str = "release";
/// The kind of the sealed entry with the true table, for its originator.
pub const SOURCE: &str = "release-source";
/// The sum of all parts of an indicator.
const ALL: &str = "all";

/// How the parts of an indicator make up its whole.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whole {
    /// They sum to it.
    Sum,
    /// They overlap, so that a whole would tell about them what no sum tells: it is left out.
    LeftOut,
}

/// The indicators that count, area by area, so that a total is the sum of its areas. Whatever else holds between the cells
/// of a table (a maximum, a ratio, the months of a year) could undo its protection, so that no other is released.
const MEASURES: &[(&str, Whole)] = &[
    ("conflict-events", Whole::Sum),
    ("conflict-deaths", Whole::Sum),
    ("displacement", Whole::LeftOut),
    ("needs-people", Whole::LeftOut),
];

/// The true table and what became of it, as its sealed entry says.
#[derive(Serialize, Deserialize)]
pub struct Source {
    /// Digest of the released table.
    pub released: Digest,
    /// What is true.
    pub measure: Measure,
}

/// What a release says, as its entry says it.
#[derive(Serialize, Deserialize)]
pub struct Told {
    /// What was taken from where, protected how, and for whom it is now.
    pub release: Release,
    /// Why.
    pub reason: String,
}

/// The indicator's latest values as a table of areas, parts and periods, with the areas above as sums of those below.
///
/// # Errors
/// [`Failure::Table`] if the indicator is none that can be released, or nothing is known of it.
pub fn measure(assessment: &Assessment, gazetteer: &Gazetteer, indicator: &str) -> Result<Measure, Failure> {
    let (_, whole) = MEASURES.iter().find(|(id, _)| *id == indicator).ok_or_else(|| {
        let known: Vec<&str> = MEASURES.iter().map(|(id, _)| *id).collect();
        Failure::Table(format!("`{indicator}` is no table that can be released; these are: {}", known.join(", ")))
    })?;
    let leaves: BTreeSet<&str> = gazetteer.leaves().map(|area| gazetteer.areas[area].id.as_str()).collect();
    let mine = |value: &&IndicatorValue| value.indicator == indicator && leaves.contains(value.area.as_str());
    let values: Vec<&IndicatorValue> = assessment.values.iter().filter(mine).collect();
    let parts: BTreeSet<&str> =
        values.iter().map(|value| value.part.as_str()).filter(|part| !part.is_empty()).collect();
    let known = values.iter().filter(|value| !value.part.is_empty()).filter_map(|value| Some((*value, value.value?)));
    let counts = known.map(|(value, number)| counted(value, number)).collect::<Result<Vec<_>, _>>()?;
    if counts.is_empty() {
        return Err(Failure::Table(format!("nothing is known of `{indicator}` for this reader and day")));
    }
    if *whole == Whole::Sum {
        check_sums(&values)?;
    }
    let all = (*whole == Whole::Sum).then(|| (ALL.to_owned(), parts.iter().map(|part| (*part).to_owned()).collect()));
    let sector_groups: Groups = all.into_iter().collect();
    let told: BTreeSet<&CellId> = counts.iter().map(|known| &known.cell).collect();
    let of_period = |value: &&&IndicatorValue| told.iter().any(|cell| cell.period == value.period.to_string());
    let periods: BTreeMap<_, _> =
        values.iter().filter(of_period).map(|value| (value.period.to_string(), value.period)).collect();
    let area_groups = groups(gazetteer);
    let is_told = |id: &str| leaves.contains(id) || area_groups.contains_key(id);
    let layout = Layout {
        table: indicator.to_owned(),
        areas: gazetteer.areas.iter().map(|area| area.id.clone()).filter(|id| is_told(id.as_str())).collect(),
        sectors: parts.iter().map(|part| (*part).to_owned()).chain(sector_groups.keys().cloned()).collect(),
        periods: periods.keys().cloned().collect(),
        coverage: None,
    };
    Ok(Measure { layout, area_groups, sector_groups, periods, counts })
}

fn counted(value: &IndicatorValue, number: f64) -> Result<Count, Failure> {
    let cell = CellId::new(value.area.as_str(), &value.part, &value.period.to_string());
    match number >= 0.0 && number.fract() == 0.0 && number < 2_f64.powi(53) {
        true => Ok(Count { cell, count: number as u64 }),
        false => Err(Failure::Table(format!("{cell}: {number} is no count"))),
    }
}

/// A whole that is not the sum of its parts would give away what the parts hide.
fn check_sums(values: &[&IndicatorValue]) -> Result<(), Failure> {
    let mut sums: BTreeMap<(&str, String), (f64, Option<f64>)> = BTreeMap::new();
    for value in values {
        let (sum, whole) = sums.entry((value.area.as_str(), value.period.to_string())).or_insert((0.0, None));
        match value.part.is_empty() {
            true => *whole = value.value,
            false => *sum += value.value.unwrap_or(f64::NAN),
        }
    }
    let differs = sums.iter().find(|(_, (sum, whole))| whole.is_some_and(|whole| *sum != whole));
    differs.map_or(Ok(()), |((area, period), (sum, _))| {
        Err(Failure::Table(format!("the parts of {area} in {period} sum to {sum}, which is not the whole")))
    })
}

/// Every area above with the areas at the bottom that lie in it.
fn groups(gazetteer: &Gazetteer) -> Groups {
    let mut groups = Groups::new();
    for leaf in gazetteer.leaves() {
        for above in gazetteer.upward(leaf).skip(1) {
            let id = gazetteer.areas[leaf].id.to_string();
            groups.entry(gazetteer.areas[above].id.to_string()).or_default().insert(id);
        }
    }
    groups
}

/// Everything that this log ever released of a measure, oldest first; what was corrected since was seen all the same.
///
/// # Errors
/// [`Failure::Table`] if the true table of a release is gone: then nothing can be held against it.
pub fn earlier(mission: &Mission, table: &str) -> Result<Vec<Shown>, Failure> {
    let mut sources: BTreeMap<Digest, Measure> = BTreeMap::new();
    let mut releases = Vec::new();
    for entry in mission.entries(0)? {
        let Body::Said(said) = entry.body else { continue };
        let fault = |error: serde_json::Error| Failure::Table(format!("entry {}: {error}", entry.index));
        match said.kind.as_str() {
            SOURCE => {
                let source: Source = serde_json::from_value(said.statement).map_err(fault)?;
                sources.insert(source.released, source.measure);
            }
            RELEASE => {
                let told: Told = serde_json::from_value(said.statement).map_err(fault)?;
                releases.extend((told.release.table == table).then_some((entry.index, told.release.released)));
            }
            _ => {}
        }
    }
    let shown = |(index, digest): (u64, Digest)| {
        let gone = || Failure::Table(format!("the true table behind the release of entry {index} is gone"));
        Ok(Shown { measure: sources.get(&digest).cloned().ok_or_else(gone)?, table: table_of(mission, &digest)? })
    };
    releases.into_iter().map(shown).collect()
}

fn table_of(mission: &Mission, digest: &Digest) -> Result<ReleasedTable, Failure> {
    let fault = |error: serde_json::Error| Failure::Table(format!("the released table {digest}: {error}"));
    serde_json::from_slice(&mission.blob(digest)?).map_err(fault)
}

/// A table that a reader may see, released here or in a log that was taken in.
pub struct Published {
    /// The entry that says so.
    pub stated: Stated,
    /// What it says.
    pub told: Told,
    /// The table.
    pub table: ReleasedTable,
}

/// The tables that were released, as far as a reader may see.
///
/// # Errors
/// As [`Mission::stated`].
pub fn published(mission: &Mission, reader: &Clearance) -> Result<Vec<Published>, Failure> {
    let mirrors = mission.mirrors()?;
    let holder = |log: &str| {
        let mirror = mirrors.iter().find(|mirror| mirror.said.origin == log);
        mirror.map_or(mission, |mirror| &mirror.mission)
    };
    let read = |stated: Stated| {
        let told: Told = serde_json::from_value(stated.statement.clone())
            .map_err(|error| Failure::Table(format!("entry {} of {}: {error}", stated.index, stated.log)))?;
        let table = table_of(holder(&stated.log), &told.release.released)?;
        Ok(Published { stated, told, table })
    };
    mission.stated(RELEASE, reader)?.into_iter().map(read).collect()
}

/// Refuses a signer who is of another party than somebody whose data would be seen by more people.
///
/// # Errors
/// `REC-038`.
pub fn check_originators(
    mission: &Mission,
    assessment: &Assessment,
    indicator: &str,
    (reader, to): (&Clearance, &Label),
    party: &str,
) -> Result<(), Failure> {
    let used = assessment.values.iter().filter(|value| value.indicator == indicator);
    let used: BTreeSet<_> = used.flat_map(|value| &value.sources).collect();
    let (keys, entries) = (mission.keys()?, mission.dataset_entries(reader)?);
    for DatasetId(number) in used {
        let entry = usize::try_from(*number).ok().and_then(|number| entries.get(number));
        let sealed = entry.filter(|entry| !entry.label.is_readable_by(&Clearance::for_label(to)));
        let Some(entry) = sealed else { continue };
        let originator = keys.party(&entry.author).unwrap_or_default();
        if originator != party {
            let (originator, party) = (originator.to_owned(), party.to_owned());
            return Err(RecordError::NotOriginator { index: entry.index, originator, party }.into());
        }
    }
    Ok(())
}
