//! A small world for tests, put together by hand: areas as squares, rows placed where the test says.

use crate::{Ground, Indicator};
use geo_types::{Geometry, MultiPolygon, Point, polygon};
use mostari_model::{
    Area, AreaId, Dataset, DatasetId, Date, Digest, Event, IndicatorValue, Label, Mission, PlaceRef, Snapshot,
};
use mostari_place::{AreaNode, Gazetteer, Placed, PlacedEvent};

/// A snapshot, where its rows lie, and a day.
pub(crate) struct World {
    pub snapshot: Snapshot,
    pub placed: Placed,
    pub as_of: Date,
}

/// A date as people write it.
pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// A square of one degree with its lower left corner at a point of the grid.
pub(crate) fn square(x: f64, y: f64, side: f64) -> MultiPolygon<f64> {
    let ring = polygon![(x: x, y: y), (x: x + side, y: y), (x: x + side, y: y + side), (x: x, y: y + side)];
    MultiPolygon::new(vec![ring])
}

impl World {
    /// A country `C` (area 0) with `count` squares of one degree in a row below it: `A1` (area 1) and so on.
    pub(crate) fn row(count: usize, as_of: &str) -> Self {
        let mission = Mission { name: "Test".into(), country: "TST".into() };
        let mut world = Self { snapshot: Snapshot::empty(mission), placed: Placed::default(), as_of: date(as_of) };
        world.add_area("C", 0, None, None);
        for i in 0..count {
            world.add_area(&format!("A{}", i + 1), 1, Some(0), Some(square(i as f64, 0.0, 1.0)));
        }
        world.add_dataset("test-events");
        world
    }

    pub(crate) fn add_area(&mut self, id: &str, level: u8, parent: Option<usize>, shape: Option<MultiPolygon<f64>>) {
        let corner = shape.as_ref().map(|s| s.0[0].exterior().0[0]);
        self.placed.gazetteer.areas.push(AreaNode {
            id: AreaId::new(id),
            name: id.to_owned(),
            other_names: Vec::new(),
            level,
            parent,
            inside: corner.map(|c| Point::new(c.x + 0.5, c.y + 0.5)),
            area_m2: None,
            people: None,
            dataset: 0,
            shape,
        });
    }

    /// Builds the gazetteer from the areas that have a boundary, as from a file: before this, `locate` finds nothing.
    pub(crate) fn with_boundaries(mut self) -> Self {
        for node in std::mem::take(&mut self.placed.gazetteer.areas) {
            let (code, level) = (node.id.to_string(), Some(i64::from(node.level)));
            let shape = node.shape.map(Geometry::MultiPolygon);
            self.snapshot.tables.areas.push(Area { name: code.clone(), code, level, shape, ..Area::default() });
        }
        self.placed.gazetteer = Gazetteer::of(&self.snapshot).0;
        self
    }

    /// Adds a dataset of a reader and returns its position.
    pub(crate) fn add_dataset(&mut self, reader: &str) -> u32 {
        let position = self.snapshot.datasets.len() as u32;
        self.snapshot.datasets.push(Dataset {
            id: DatasetId(u64::from(position) + 10),
            file: format!("file-{position}.csv"),
            source: "test".into(),
            licence: String::new(),
            label: Label::public(),
            reader: reader.to_owned(),
            file_digest: Digest::of(b""),
            tables: Vec::new(),
            rows: 0,
            added: date("2000-01-01"),
        });
        position
    }

    /// Adds a one-day event of kind `state-based` with one figure of deaths, credited to an area.
    pub(crate) fn add_event(&mut self, day: &str, deaths: i64, area: Option<usize>) -> usize {
        let n = self.snapshot.tables.events.len();
        self.add_event_row(
            Event {
                event_id: format!("e{n}"),
                kind: "state-based".into(),
                date_start: Some(date(day)),
                date_end: Some(date(day)),
                where_precision: Some(1),
                deaths_low: Some(deaths),
                deaths_best: Some(deaths),
                deaths_high: Some(deaths),
                row: n as u32 + 2,
                ..Event::default()
            },
            area,
        )
    }

    pub(crate) fn add_event_row(&mut self, event: Event, area: Option<usize>) -> usize {
        self.snapshot.tables.events.push(event);
        self.placed.events.push(PlacedEvent { under_point: area, credited: area });
        self.snapshot.tables.events.len() - 1
    }

    pub(crate) fn ground(&self) -> Ground<'_> {
        Ground::new(&self.snapshot, &self.placed, self.as_of)
    }

    /// All values of an indicator.
    pub(crate) fn assess(&self, indicator: &dyn Indicator) -> Vec<IndicatorValue> {
        indicator.assess(&self.ground())
    }

    /// The value of an indicator for an area and part; there must be exactly one.
    pub(crate) fn value(&self, indicator: &dyn Indicator, area: &str, part: &str) -> IndicatorValue {
        let mut all = self.assess(indicator);
        all.retain(|value| value.area.as_str() == area && value.part == part);
        assert_eq!(all.len(), 1, "values of {area} `{part}`");
        all.remove(0)
    }

    /// Codes of the findings of an indicator, in order.
    pub(crate) fn codes(&self, indicator: &dyn Indicator) -> Vec<String> {
        let findings = crate::findings::ordered(indicator.findings(&self.ground()));
        findings.iter().map(|finding| finding.code.to_string()).collect()
    }
}

/// A place by its name.
pub(crate) fn place(name: &str) -> PlaceRef {
    PlaceRef { name: name.to_owned(), ..PlaceRef::default() }
}
