//! How an indicator writes its values down.

use crate::Ground;
use mostari_model::{About, Confidence, IndicatorValue, Period, Unit};
use mostari_place::AreaIndex;
use std::collections::BTreeSet;

/// The values of one indicator as they are written.
pub(crate) struct Sheet<'a> {
    ground: &'a Ground<'a>,
    about: &'static About,
    unit: Unit,
    values: Vec<IndicatorValue>,
}

/// A number with its doubt.
pub(crate) struct Known<'a> {
    /// The number; `None` where only bounds are known.
    pub value: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    pub confidence: Confidence,
    pub doubt: String,
    /// Positions of datasets in the snapshot.
    pub sources: &'a BTreeSet<u32>,
}

impl<'a> Sheet<'a> {
    pub(crate) fn new(ground: &'a Ground<'a>, about: &'static About, unit: Unit) -> Self {
        Self { ground, about, unit, values: Vec::new() }
    }

    /// Writes a number. One that is not known is never more than poorly bounded.
    pub(crate) fn write(&mut self, area: AreaIndex, part: &str, period: Period, known: Known<'_>) {
        let finite = [known.value, known.low, known.high].into_iter().flatten().all(f64::is_finite);
        assert!(finite, "{} computed a number that is not finite", self.about.id);
        let confidence = if known.value.is_none() { Confidence::None } else { known.confidence };
        self.values.push(IndicatorValue {
            area: self.ground.placed.gazetteer.areas[area].id.clone(),
            indicator: self.about.id.to_owned(),
            part: part.to_owned(),
            period,
            value: known.value,
            low: known.low,
            high: known.high,
            unit: self.unit,
            confidence,
            doubt: known.doubt,
            sources: self.ground.sources(known.sources),
        });
    }

    /// Writes that a number is not known, and why.
    pub(crate) fn unknown(&mut self, area: AreaIndex, part: &str, period: Period, because: impl Into<String>) {
        let none = BTreeSet::new();
        let doubt = because.into();
        let known = Known { value: None, low: None, high: None, confidence: Confidence::None, doubt, sources: &none };
        self.write(area, part, period, known);
    }

    /// Everything that was written.
    pub(crate) fn finish(self) -> Vec<IndicatorValue> {
        self.values
    }
}

/// `1 event`, `2 events`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    if number == 1 {
        return format!("1 {noun}");
    }
    match noun.strip_suffix('y') {
        Some(stem) => format!("{number} {stem}ies"),
        None => format!("{number} {noun}s"),
    }
}
