//! Events at the precision that their source claims.

use super::{PlacedEvent, Placer, points, points::Found, references::Resolved};
use crate::{
    AreaIndex, Gazetteer,
    findings::{ABOVE_FINEST, COUNTRY_DIFFERS, INTERNATIONAL, PRECISION_UNKNOWN},
};
use mostari_model::Finding;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Codes of the UCDP GED codebook (version 25.1, variable `where_prec`).
mod precision {
    /// The event is known to the second-order unit.
    pub(super) const SECOND_ORDER: i64 = 3;
    /// The event is known to the first-order unit.
    pub(super) const FIRST_ORDER: i64 = 4;
    /// The event is known to a line or a region.
    pub(super) const REGION: i64 = 5;
    /// The event is known to the country.
    pub(super) const COUNTRY: i64 = 6;
    /// International waters or airspace.
    pub(super) const INTERNATIONAL: i64 = 7;
}

/// For each area, the areas to which less precise events inside it are credited.
struct Coarser {
    second_order: Vec<AreaIndex>,
    first_order: Vec<AreaIndex>,
    country: Vec<AreaIndex>,
}

impl Coarser {
    fn of(gazetteer: &Gazetteer) -> Self {
        let areas = 0..gazetteer.areas.len();
        let level = |area: AreaIndex| gazetteer.areas[area].level;
        // Without a unit of just that level, the next larger one: never a smaller one than the source claims to know.
        let at_most = |most: u8| areas.clone().map(move |area| gazetteer.upward(area).find(|up| level(*up) <= most));
        let or_root = |(area, found): (AreaIndex, Option<AreaIndex>)| found.unwrap_or_else(|| gazetteer.root_of(area));
        let second = areas.clone().map(|area| gazetteer.upward(area).find(|up| level(*up) == 2).unwrap_or(area));
        Self {
            second_order: second.collect(),
            first_order: at_most(1).enumerate().map(or_root).collect(),
            country: areas.clone().map(|area| gazetteer.root_of(area)).collect(),
        }
    }

    /// Where an event counts that lies in an area, with its stated precision; an unknown code is trusted least.
    fn credit(&self, area: AreaIndex, stated: Option<i64>) -> Option<AreaIndex> {
        match stated {
            None | Some(1 | 2) => Some(area),
            Some(precision::SECOND_ORDER) => Some(self.second_order[area]),
            Some(precision::FIRST_ORDER) => Some(self.first_order[area]),
            Some(precision::INTERNATIONAL) => None,
            Some(_) => Some(self.country[area]),
        }
    }
}

/// What became of one event.
#[derive(Debug, Clone, Copy)]
struct Credit {
    under_point: Option<AreaIndex>,
    /// By its point, else by its reference.
    area: Option<AreaIndex>,
    credited: Option<AreaIndex>,
}

impl Credit {
    /// Whether it counts at a larger unit than the one in which it lies.
    fn is_above(&self) -> bool {
        self.credited.is_some() && self.credited != self.area
    }
}

/// What all events share while they are placed.
struct Crediting {
    found: Vec<Found>,
    resolved: Resolved,
    coarser: Coarser,
    /// The country that each distinct place names.
    countries: Vec<Option<AreaIndex>>,
}

impl Placer<'_> {
    /// Places each event by its point, else by its reference, and credits it by its precision.
    pub(super) fn events(&mut self) -> Vec<PlacedEvent> {
        let events = &self.snapshot.tables.events;
        let found = points::find_all(&self.gazetteer, &events.longitude, &events.latitude);
        let international = |i: usize| events.where_precision[i] == Some(precision::INTERNATIONAL);
        let by_reference = |i: usize| found[i].needs_reference() && !international(i);
        let resolved = Resolved::of(&self.gazetteer, &events.place, &events.row, &events.dataset, by_reference);
        let places = events.place.values().iter();
        let countries = places.map(|place| self.gazetteer.country(&place.country)).collect();
        let crediting = Crediting { found, resolved, coarser: Coarser::of(&self.gazetteer), countries };
        let rows = 0..events.len();
        let credits: Vec<Credit> = rows.clone().into_par_iter().map(|i| self.credit(&crediting, i)).collect();
        let notable: Vec<usize> = rows.filter(|i| self.is_notable(&crediting, credits[*i], *i)).collect();
        let of_event = |i: usize| self.event_findings(&crediting, credits[i], i);
        let findings: Vec<Finding> = notable.into_par_iter().flat_map_iter(of_event).collect();
        self.findings.extend(findings);
        self.report_above(&credits);
        self.keep("events", crediting.resolved);
        credits.par_iter().map(|c| PlacedEvent { under_point: c.under_point, credited: c.credited }).collect()
    }

    fn credit(&self, crediting: &Crediting, i: usize) -> Credit {
        let events = &self.snapshot.tables.events;
        let (stated, code) = (events.where_precision[i], events.place.codes()[i]);
        let found = crediting.found[i];
        let under_point = found.area();
        let area = if found.needs_reference() { crediting.resolved.area(code) } else { under_point };
        let known_to_country = matches!(stated, Some(precision::REGION | precision::COUNTRY));
        let by_country = || crediting.countries[code as usize].filter(|_| known_to_country);
        let credited = area.or_else(by_country).and_then(|area| crediting.coarser.credit(area, stated));
        Credit { under_point, area, credited }
    }

    /// Whether there may be something to say about an event: of most there is not.
    fn is_notable(&self, crediting: &Crediting, credit: Credit, i: usize) -> bool {
        let events = &self.snapshot.tables.events;
        let is_clear = matches!(crediting.found[i], Found::In(_) | Found::NotGiven);
        let is_precise = matches!(events.where_precision[i], None | Some(1..precision::INTERNATIONAL));
        let country = crediting.countries[events.place.codes()[i] as usize];
        let is_there =
            credit.under_point.is_none_or(|under| country.is_none_or(|c| crediting.coarser.country[under] == c));
        !(is_clear && is_precise && is_there)
    }

    /// What there is to say about one event: its point, its precision, its country.
    fn event_findings(&self, crediting: &Crediting, credit: Credit, i: usize) -> impl Iterator<Item = Finding> + use<> {
        let events = &self.snapshot.tables.events;
        let (stated, found) = (events.where_precision[i], crediting.found[i]);
        let (dataset, row) = (events.dataset[i], events.row[i]);
        // A point of an event that is known to its country, or to no country, stands for nothing.
        let international = stated == Some(precision::INTERNATIONAL);
        let stands_for_nothing = international || (credit.area.is_none() && credit.credited.is_some());
        let at = (events.longitude[i], events.latitude[i]);
        let point = (!stands_for_nothing).then(|| self.point_finding(found, at, dataset, row)).flatten();
        let id = || events.event_id.get(i);
        let precision = match stated {
            Some(precision::INTERNATIONAL) => {
                let message = format!("event `{}` has precision 7 and is counted nowhere", id());
                Some(self.finding(INTERNATIONAL, dataset, row, message))
            }
            Some(stated) if !(1..=7).contains(&stated) => {
                let message = format!("event `{}` has precision `{stated}`", id());
                Some(self.finding(PRECISION_UNKNOWN, dataset, row, message))
            }
            _ => None,
        };
        let stated_country = crediting.countries[events.place.codes()[i] as usize];
        let elsewhere = stated_country.zip(credit.under_point);
        let country = elsewhere.filter(|(country, under)| crediting.coarser.country[*under] != *country).map(
            |(country, under)| {
                let (stated, under) = (self.gazetteer.describe(country), self.gazetteer.describe(under));
                self.finding(
                    COUNTRY_DIFFERS,
                    dataset,
                    row,
                    format!("event `{}` is of {stated} but lies in {under}", id()),
                )
            },
        );
        [point, precision, country].into_iter().flatten()
    }

    /// One note for each dataset with events that count at a larger unit.
    fn report_above(&mut self, credits: &[Credit]) {
        let events = &self.snapshot.tables.events;
        let mut above: BTreeMap<u32, (u64, u32)> = BTreeMap::new();
        for (i, _) in credits.iter().enumerate().filter(|(_, credit)| credit.is_above()) {
            above.entry(events.dataset[i]).or_insert((0, events.row[i])).0 += 1;
        }
        for (dataset, (count, row)) in above {
            let message =
                format!("{count} events are counted at the larger unit that their precision names; the first is here");
            self.report(ABOVE_FINEST, dataset, row, message);
        }
    }
}
