//! A topic: one indicator, or one part of it, with the value of each area that a map and a table show.

use mostari_model::{About, AreaId, Assessment, Confidence, DatasetId, Direction, IndicatorValue, Month, Period, Unit};
use mostari_place::AreaIndex;
use std::collections::{BTreeMap, BTreeSet};

/// What is shown for one area.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    pub(crate) value: Option<f64>,
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    pub(crate) confidence: Confidence,
    pub(crate) doubt: String,
    pub(crate) period: Period,
}

/// One indicator or one part of it.
#[derive(Debug, Clone)]
pub(crate) struct Topic<'a> {
    pub(crate) indicator: &'a str,
    pub(crate) part: &'a str,
    pub(crate) card: Option<&'a About>,
    pub(crate) unit: Unit,
    /// The period that the cells speak of, from the first day of any to the last of any.
    pub(crate) period: Period,
    pub(crate) cells: BTreeMap<AreaIndex, Cell>,
    pub(crate) sources: BTreeSet<DatasetId>,
    /// Whether it is a series of monthly counts: for the chart, not for a map.
    pub(crate) monthly: bool,
    /// The values as they stand in the assessment.
    pub(crate) values: &'a [IndicatorValue],
}

impl<'a> Topic<'a> {
    /// Every indicator and part of an assessment, in its order.
    pub(crate) fn all(
        assessment: &'a Assessment,
        cards: &[&'a About],
        area_of: &BTreeMap<&'a AreaId, AreaIndex>,
    ) -> Vec<Self> {
        assessment
            .values
            .chunk_by(|a, b| (&a.indicator, &a.part) == (&b.indicator, &b.part))
            .map(|values| {
                let card = cards.iter().find(|card| card.id == values[0].indicator).copied();
                Self::of(values, card, area_of)
            })
            .collect()
    }

    fn of(values: &'a [IndicatorValue], card: Option<&'a About>, area_of: &BTreeMap<&'a AreaId, AreaIndex>) -> Self {
        let unit = values[0].unit;
        let monthly = matches!(unit, Unit::Events | Unit::Deaths) && values.iter().all(is_month);
        let mut by_area: BTreeMap<AreaIndex, Vec<&IndicatorValue>> = BTreeMap::new();
        for value in values {
            if let Some(area) = area_of.get(&value.area) {
                by_area.entry(*area).or_default().push(value);
            }
        }
        let cells: BTreeMap<_, _> = by_area.iter().map(|(area, values)| (*area, latest(values))).collect();
        let days = |pick: fn(&Cell) -> mostari_model::Date| cells.values().map(pick);
        let period = Period {
            from: days(|c| c.period.from).min().unwrap_or(values[0].period.from),
            to: days(|c| c.period.to).max().unwrap_or(values[0].period.to),
        };
        let sources = values.iter().flat_map(|value| value.sources.iter().copied()).collect();
        let (indicator, part) = (values[0].indicator.as_str(), values[0].part.as_str());
        Self { indicator, part, card, unit, period, cells, sources, monthly, values }
    }

    /// The value of an area, where it is known.
    pub(crate) fn known(&self, area: AreaIndex) -> Option<f64> {
        self.cells.get(&area).and_then(|cell| cell.value).filter(|value| value.is_finite())
    }

    /// What a person calls it: the card's name and the part.
    pub(crate) fn name(&self) -> String {
        let name = self.card.map_or(self.indicator, |card| card.name);
        if self.part.is_empty() { name.to_owned() } else { format!("{name}: {}", self.part) }
    }

    /// Whether small values are the ones to worry about.
    pub(crate) fn low_is_worse(&self) -> bool {
        self.card.is_some_and(|card| card.direction == Direction::HigherIsBetter)
    }

    /// Known areas among these, the worst first; ties in the gazetteer's order.
    pub(crate) fn worst(&self, areas: &[AreaIndex]) -> Vec<(AreaIndex, f64)> {
        let mut known: Vec<_> = areas.iter().filter_map(|area| Some((*area, self.known(*area)?))).collect();
        known.sort_by(|a, b| if self.low_is_worse() { a.1.total_cmp(&b.1) } else { b.1.total_cmp(&a.1) });
        known
    }

    /// How many of these areas have each confidence word, from good to none; an area without a cell has none.
    pub(crate) fn confidence(&self, areas: &[AreaIndex]) -> Vec<(Confidence, usize)> {
        let word = |area: &AreaIndex| match self.cells.get(area) {
            Some(cell) if cell.value.is_some() => cell.confidence,
            _ => Confidence::None,
        };
        let mut counts: BTreeMap<Confidence, usize> = BTreeMap::new();
        areas.iter().for_each(|area| *counts.entry(word(area)).or_default() += 1);
        counts.into_iter().rev().collect()
    }
}

fn is_month(value: &IndicatorValue) -> bool {
    value.period == Period::month(Month::of(value.period.from))
}

/// The value whose period ends last; of those that end together, the one over the longest period.
fn latest(values: &[&IndicatorValue]) -> Cell {
    let last = values.iter().max_by_key(|v| (v.period.to, std::cmp::Reverse(v.period.from)));
    let value = last.expect("an area stands here because it has a value");
    Cell {
        value: value.value,
        low: value.low,
        high: value.high,
        confidence: value.confidence,
        doubt: value.doubt.clone(),
        period: value.period,
    }
}

/// How a reader's eye is led: topics in this order of units come first.
const UNITS_FIRST: [Unit; 8] = [
    Unit::Deaths,
    Unit::ZScore,
    Unit::Share,
    Unit::Phase,
    Unit::People,
    Unit::PeoplePerFacility,
    Unit::DeathsPer100k,
    Unit::Events,
];

/// The topics to show, at most `count`: one an indicator, differing in unit as far as there are enough,
/// none a series of months, each with a known value in at least one of the areas.
pub(crate) fn chosen<'t, 'a>(topics: &'t [Topic<'a>], areas: &[AreaIndex], count: usize) -> Vec<&'t Topic<'a>> {
    let known = |topic: &Topic<'_>| areas.iter().filter(|area| topic.known(**area).is_some()).count();
    let mut candidates: Vec<&Topic<'a>> = Vec::new();
    for group in topics.chunk_by(|a, b| a.indicator == b.indicator) {
        if group.iter().all(|topic| topic.monthly) {
            continue;
        }
        let whole_first = |topic: &&Topic<'a>| (topic.part.is_empty() && known(topic) > 0, known(topic));
        // `max_by_key` takes the last of equals; reversed, that is the first part in the assessment's order.
        candidates.extend(group.iter().rev().max_by_key(whole_first).filter(|topic| known(topic) > 0));
    }
    let rank = |topic: &&Topic<'a>| UNITS_FIRST.iter().position(|u| *u == topic.unit).unwrap_or(UNITS_FIRST.len());
    candidates.sort_by_key(rank);
    let mut units = BTreeSet::new();
    let (first, again): (Vec<_>, Vec<_>) = candidates.into_iter().partition(|topic| units.insert(topic.unit));
    let mut picked: Vec<_> = first.into_iter().chain(again).take(count).collect();
    picked.sort_by_key(rank);
    picked
}
