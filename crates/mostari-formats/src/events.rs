//! Events of organised violence: what UCDP and ACLED files have in common, checked row by row.

use crate::{
    Reading,
    cells::card_of,
    findings::text as cards,
    values::{self, DateColumn, DayOrder, ValueError, is_day_and_month},
};
use mostari_model::{Events, Finding, FindingCard, Period, PlaceRef};
use rayon::prelude::*;
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    hash::Hasher,
};

/// The cells that make an event; also their order in [`EventCells`] and [`EventLayout::columns`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    Id,
    Kind,
    DateStart,
    DateEnd,
    DatePrecision,
    WherePrecision,
    Latitude,
    Longitude,
    Country,
    Admin1,
    Admin2,
    Admin3,
    Where,
    Low,
    Best,
    High,
    Civilians,
}

/// How many slots there are.
pub(crate) const SLOTS: usize = Slot::Civilians as usize + 1;

/// The texts of one event; empty where the file has none.
pub(crate) type EventCells<'a> = [Cow<'a, str>; SLOTS];

/// How one source writes events.
pub(crate) struct EventLayout {
    /// The column of each slot; none if the source does not have it.
    pub(crate) columns: [&'static str; SLOTS],
    /// Slots without which nothing can be read.
    pub(crate) required: &'static [Slot],
    /// The word for a kind; `None` if the code is not in the source's list.
    pub(crate) kind_of: fn(&str) -> Option<&str>,
    /// The UCDP precision of place for the source's; `None` if it is not in the source's list.
    pub(crate) where_precision_of: fn(i64) -> Option<i64>,
}

/// Builds the table of one piece of a file.
pub(crate) struct EventBuilder<'l> {
    layout: &'l EventLayout,
    dates: DateColumn,
    /// The events so far.
    pub(crate) events: Events,
    /// What was met.
    pub(crate) findings: Vec<Finding>,
    /// Records seen.
    pub(crate) rows: u64,
    /// The last row number of the piece, counted within it.
    pub(crate) last_row: u32,
    /// Whether a date such as `05/06/2024` was met, whose order the whole column must decide.
    pub(crate) needs_day_order: bool,
    places: HashMap<Vec<u8>, u32>,
    place_key: Vec<u8>,
}

impl<'l> EventBuilder<'l> {
    /// Begins a piece; `order` is that of the dates in the whole column.
    pub(crate) fn new(layout: &'l EventLayout, order: DayOrder) -> Self {
        Self {
            layout,
            dates: DateColumn { order },
            events: Events::default(),
            findings: Vec::new(),
            rows: 0,
            last_row: 0,
            needs_day_order: false,
            places: HashMap::new(),
            place_key: Vec::new(),
        }
    }

    /// Adds the event of one record, or the finding why it cannot be used.
    pub(crate) fn push(&mut self, cells: &EventCells<'_>, row: u32) {
        self.rows += 1;
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            self.report(cards::BLANK_ROW, row, None, "the row is blank".to_owned());
            return;
        }
        let Some(days) = self.days(cells, row) else {
            self.report(
                cards::NO_DATE,
                row,
                Some(Slot::DateStart),
                "no usable date: the event was not used".to_owned(),
            );
            return;
        };
        self.push_identity(cells, row);
        self.events.date_start.push(Some(days.from));
        self.events.date_end.push(Some(days.to));
        self.push_place(cells, row);
        self.push_deaths(cells, row);
        self.events.row.push(row);
        self.events.dataset.push(0);
    }

    fn push_identity(&mut self, cells: &EventCells<'_>, row: u32) {
        let id = cells[Slot::Id as usize].trim();
        if id.is_empty() {
            self.report(cards::NO_ID, row, Some(Slot::Id), "the event has no id".to_owned());
        }
        self.events.event_id.push_str(id);
        let code = cells[Slot::Kind as usize].trim();
        let kind = (self.layout.kind_of)(code);
        if kind.is_none() {
            self.report(cards::BAD_CODE, row, Some(Slot::Kind), format!("`{code}` is not in the code list"));
        }
        self.events.kind.push_str(kind.unwrap_or(""));
        let date_precision = self.code(cells, Slot::DatePrecision, row, |code| (1..=5).contains(&code).then_some(code));
        self.events.date_precision.push(date_precision);
        let where_precision = self.code(cells, Slot::WherePrecision, row, self.layout.where_precision_of);
        self.events.where_precision.push(where_precision);
    }

    /// The days of the event. A day that the row lacks is the other; days in reverse are taken in order and told.
    fn days(&mut self, cells: &EventCells<'_>, row: u32) -> Option<Period> {
        let start = self.day(cells, Slot::DateStart, row);
        let end = self.day(cells, Slot::DateEnd, row);
        let (from, to) = (start.or(end)?.from, end.or(start)?.to);
        if from <= to {
            return Some(Period { from, to });
        }
        let message = format!("first day {from}, last day {to}: taken the other way round");
        self.report(cards::DATES_REVERSED, row, Some(Slot::DateEnd), message);
        Some(Period { from: to, to: from })
    }

    fn day(&mut self, cells: &EventCells<'_>, slot: Slot, row: u32) -> Option<Period> {
        let text = cells[slot as usize].trim();
        if let Some(date) = values::iso_date(text) {
            return Some(Period::day(date));
        }
        self.needs_day_order |= is_day_and_month(text);
        let period = self.dates.period(text);
        self.value(period, slot, row)
    }

    fn push_place(&mut self, cells: &EventCells<'_>, row: u32) {
        let latitude = self.number(cells, Slot::Latitude, row);
        let longitude = self.number(cells, Slot::Longitude, row);
        let point = latitude.zip(longitude).and_then(|(latitude, longitude)| self.point(latitude, longitude, row));
        self.events.latitude.push(point.map(|(latitude, _)| latitude));
        self.events.longitude.push(point.map(|(_, longitude)| longitude));
        let texts = [Slot::Country, Slot::Admin1, Slot::Admin2, Slot::Admin3, Slot::Where];
        self.place_key.clear();
        for slot in texts {
            self.place_key.extend_from_slice(cells[slot as usize].trim().as_bytes());
            self.place_key.push(0);
        }
        let code = match self.places.get(&self.place_key) {
            Some(code) => *code,
            None => {
                let code = self.events.place.code_of(place_of(texts.map(|slot| cells[slot as usize].trim())));
                self.places.insert(self.place_key.clone(), code);
                code
            }
        };
        self.events.place.push_code(code);
    }

    /// The point if it can be one; else the finding why not.
    fn point(&mut self, latitude: f64, longitude: f64, row: u32) -> Option<(f64, f64)> {
        let card = match (latitude, longitude) {
            (0.0, 0.0) => cards::COORDINATES_ZERO,
            (-90.0..=90.0, -180.0..=180.0) => return Some((latitude, longitude)),
            (-180.0..=180.0, -90.0..=90.0) => cards::COORDINATES_SWAPPED,
            _ => cards::COORDINATES_OUT_OF_RANGE,
        };
        self.report(card, row, Some(Slot::Latitude), format!("latitude {latitude}, longitude {longitude}"));
        None
    }

    fn push_deaths(&mut self, cells: &EventCells<'_>, row: u32) {
        let low = self.count(cells, Slot::Low, row);
        let best = self.count(cells, Slot::Best, row);
        let high = self.count(cells, Slot::High, row);
        let disordered = |low: Option<i64>, high: Option<i64>| low.zip(high).is_some_and(|(low, high)| low > high);
        if disordered(low, best) || disordered(best, high) || disordered(low, high) {
            let say = |deaths: Option<i64>| deaths.map_or("unknown".to_owned(), |deaths| deaths.to_string());
            let message = format!("low {}, best {}, high {}", say(low), say(best), say(high));
            self.report(cards::DEATHS_ORDER, row, Some(Slot::Best), message);
        }
        self.events.deaths_low.push(low);
        self.events.deaths_best.push(best);
        self.events.deaths_high.push(high);
        let civilians = self.count(cells, Slot::Civilians, row);
        self.events.deaths_civilians.push(civilians);
    }

    fn count(&mut self, cells: &EventCells<'_>, slot: Slot, row: u32) -> Option<i64> {
        self.value(values::count(&cells[slot as usize]), slot, row)
    }

    fn number(&mut self, cells: &EventCells<'_>, slot: Slot, row: u32) -> Option<f64> {
        self.value(values::number(&cells[slot as usize]), slot, row)
    }

    fn code(&mut self, cells: &EventCells<'_>, slot: Slot, row: u32, of: impl Fn(i64) -> Option<i64>) -> Option<i64> {
        let code = self.value(values::integer(&cells[slot as usize]), slot, row)?;
        let known = of(code);
        if known.is_none() {
            self.report(cards::BAD_CODE, row, Some(slot), format!("`{code}` is not in the code list"));
        }
        known
    }

    fn value<T>(&mut self, read: Result<Option<T>, ValueError>, slot: Slot, row: u32) -> Option<T> {
        read.unwrap_or_else(|error| {
            self.report(card_of(&error), row, Some(slot), error.to_string());
            None
        })
    }

    /// Keeps a finding about a row.
    pub(crate) fn report(&mut self, card: &'static FindingCard, row: u32, slot: Option<Slot>, message: String) {
        let finding = Finding::new(card, message).at_row(row.into());
        self.findings.push(match slot {
            Some(slot) => finding.in_column(self.layout.columns[slot as usize]),
            None => finding,
        });
    }
}

/// The place in the source's words: the smallest unit that is named, under the one above it; else the free text.
fn place_of([country, admin1, admin2, admin3, free]: [&str; 5]) -> PlaceRef {
    let (level, name, above) = if !admin3.is_empty() {
        (Some(3), admin3, admin2)
    } else if !admin2.is_empty() {
        (Some(2), admin2, admin1)
    } else if !admin1.is_empty() {
        (Some(1), admin1, "")
    } else {
        (None, free, "")
    };
    PlaceRef {
        country: country.to_owned(),
        level,
        name: name.to_owned(),
        parent_name: above.to_owned(),
        ..PlaceRef::default()
    }
}

/// Joins the pieces of a file in order and takes out events that stand twice.
pub(crate) fn join(pieces: Vec<EventBuilder<'_>>, rows_before: u32) -> Reading {
    let mut offset = rows_before;
    let mut parts = Vec::with_capacity(pieces.len());
    let (mut findings, mut rows, mut id_column) = (Vec::new(), 0, "");
    for mut piece in pieces {
        piece.events.row.iter_mut().for_each(|row| *row += offset);
        findings.extend(piece.findings.into_iter().map(|mut finding| {
            finding.row = finding.row.map(|row| row + u64::from(offset));
            finding
        }));
        parts.push(piece.events);
        rows += piece.rows;
        offset += piece.last_row;
        id_column = piece.layout.columns[Slot::Id as usize];
    }
    let mut all = Events::concat(parts);
    let twice = rows_standing_twice(&all);
    for (again, first) in &twice {
        let (id, first) = (all.event_id.get(*again), all.row[*first]);
        let message = format!("event `{id}` stands already in row {first}");
        findings.push(Finding::new(cards::EVENT_TWICE, message).at_row(all.row[*again].into()).in_column(id_column));
    }
    if !twice.is_empty() {
        all = (0..all.len()).filter(|at| !twice.contains_key(at)).map(|at| all.get(at)).collect();
    }
    findings.sort_by_key(|finding| finding.row);
    Reading { tables: vec![all.into()], findings, rows }
}

/// For each event whose id stood before: its position and that of the first.
fn rows_standing_twice(events: &Events) -> BTreeMap<usize, usize> {
    let hash = |at: usize| {
        let mut hasher = std::hash::DefaultHasher::new();
        hasher.write(events.event_id.get(at).as_bytes());
        (hasher.finish(), at as u32)
    };
    let mut hashes: Vec<(u64, u32)> = (0..events.len()).into_par_iter().map(hash).collect();
    hashes.par_sort_unstable();
    let mut twice = BTreeMap::new();
    for alike in hashes.chunk_by(|a, b| a.0 == b.0).filter(|alike| alike.len() > 1) {
        for (position, (_, again)) in alike.iter().enumerate() {
            let id = events.event_id.get(*again as usize);
            let first = alike[..position].iter().find(|(_, first)| events.event_id.get(*first as usize) == id);
            if let Some((_, first)) = first
                && !id.is_empty()
            {
                twice.insert(*again as usize, *first as usize);
            }
        }
    }
    twice
}
