//! Events at the precision that their source claims.

use super::{PlacedEvent, Placer, points, points::Found, references::Resolved};
use crate::{
    AreaIndex, Gazetteer,
    findings::{ABOVE_FINEST, COUNTRY_DIFFERS, INTERNATIONAL, PRECISION_UNKNOWN},
};
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

impl Placer<'_> {
    /// Places each event by its point, else by its reference, and credits it by its precision.
    pub(super) fn events(&mut self) -> Vec<PlacedEvent> {
        let events = &self.snapshot.tables.events;
        let found = points::find_all(&self.gazetteer, &events.longitude, &events.latitude);
        let international = |i: usize| events.where_precision[i] == Some(precision::INTERNATIONAL);
        let by_reference = |i: usize| found[i].needs_reference() && !international(i);
        let resolved = Resolved::of(&self.gazetteer, &events.place, &events.row, &events.dataset, by_reference);
        let coarser = Coarser::of(&self.gazetteer);
        let countries: Vec<Option<AreaIndex>> =
            events.place.values().iter().map(|place| self.gazetteer.country(&place.country)).collect();
        let credits: Vec<Credit> = (0..found.len())
            .into_par_iter()
            .map(|i| {
                let (stated, code) = (events.where_precision[i], events.place.codes()[i]);
                let under_point = found[i].area();
                let area = if found[i].needs_reference() { resolved.area(code) } else { under_point };
                let known_to_country = matches!(stated, Some(precision::REGION | precision::COUNTRY));
                let by_country = || countries[code as usize].filter(|_| known_to_country);
                let credited = area.or_else(by_country).and_then(|area| coarser.credit(area, stated));
                Credit { under_point, area, credited }
            })
            .collect();
        let mut larger: BTreeMap<u32, (u64, u32)> = BTreeMap::new();
        for (i, Credit { under_point, area, credited }) in credits.iter().copied().enumerate() {
            let stated = events.where_precision[i];
            // A point of an event that is known to its country, or to no country, stands for nothing.
            let stands_for_nothing = international(i) || (area.is_none() && credited.is_some());
            let clear = matches!(found[i], Found::In(_) | Found::NotGiven);
            if !clear && !stands_for_nothing {
                let at = (events.longitude[i], events.latitude[i]);
                self.report_point(found[i], at, events.dataset[i], events.row[i]);
            }
            if stated.is_some_and(|stated| stated == precision::INTERNATIONAL || !(1..=7).contains(&stated)) {
                self.report_precision(i, stated.unwrap_or_default());
            }
            if let (Some(country), Some(under)) = (countries[events.place.codes()[i] as usize], under_point)
                && coarser.country[under] != country
            {
                self.report_country(i, country, under);
            }
            if credited.is_some() && credited != area {
                larger.entry(events.dataset[i]).or_insert((0, events.row[i])).0 += 1;
            }
        }
        for (dataset, (count, row)) in larger {
            let message =
                format!("{count} events are counted at the larger unit that their precision names; the first is here");
            self.report(ABOVE_FINEST, dataset, row, message);
        }
        self.keep("events", resolved);
        credits.par_iter().map(|c| PlacedEvent { under_point: c.under_point, credited: c.credited }).collect()
    }

    fn report_precision(&mut self, event: usize, stated: i64) {
        let events = &self.snapshot.tables.events;
        let (dataset, row) = (events.dataset[event], events.row[event]);
        let id = events.event_id.get(event);
        match stated {
            precision::INTERNATIONAL => {
                self.report(
                    INTERNATIONAL,
                    dataset,
                    row,
                    format!("event `{id}` has precision 7 and is counted nowhere"),
                );
            }
            _ => self.report(PRECISION_UNKNOWN, dataset, row, format!("event `{id}` has precision `{stated}`")),
        }
    }

    fn report_country(&mut self, event: usize, country: AreaIndex, under: AreaIndex) {
        let events = &self.snapshot.tables.events;
        let (stated, under) = (self.gazetteer.describe(country), self.gazetteer.describe(under));
        let message = format!("event `{}` is of {stated} but lies in {under}", events.event_id.get(event));
        self.report(COUNTRY_DIFFERS, events.dataset[event], events.row[event], message);
    }
}
