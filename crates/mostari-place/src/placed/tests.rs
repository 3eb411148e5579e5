//! A country of two districts, one of them with two communes: 0 to 2 degrees east, 0 to 1 degree north.

use super::{Placed, place};
use geo_types::{Geometry, polygon};
use mostari_model::{Area, Date, Event, Facility, Mission, Need, PlaceRef, Population, Severity, Snapshot};

fn square(west: f64, east: f64) -> Option<Geometry<f64>> {
    Some(polygon![(x: west, y: 0.0), (x: east, y: 0.0), (x: east, y: 1.0), (x: west, y: 1.0)].into())
}

fn world() -> Snapshot {
    let mut snapshot = Snapshot::empty(Mission { name: "test".into(), country: "LBR".into() });
    let areas = [
        ("LR01", "West", 1, "LR", square(0.0, 1.0)),
        ("LR02", "East", 1, "LR", square(1.0, 2.0)),
        ("LR0101", "Near", 2, "LR01", square(0.0, 0.5)),
        ("LR0102", "Far", 2, "LR01", square(0.5, 1.0)),
    ];
    for (i, (code, name, level, parent, shape)) in areas.into_iter().enumerate() {
        let (code, name, parent_code) = (code.into(), name.into(), parent.into());
        let row = i as u32 + 1;
        snapshot.tables.areas.push(Area { code, name, level: Some(level), parent_code, shape, row, ..Area::default() });
    }
    snapshot
}

fn id(placed: &Placed, area: Option<usize>) -> String {
    area.map_or("-".into(), |area| placed.gazetteer.areas[area].id.to_string())
}

/// Places one event; the area under its point, the area it counts for, and the codes of findings.
#[track_caller]
fn check(longitude: f64, precision: Option<i64>, expect: &str) {
    let mut snapshot = world();
    let (longitude, latitude) = (Some(longitude), Some(0.5));
    let event = Event { longitude, latitude, where_precision: precision, row: 2, ..Event::default() };
    snapshot.tables.events.push(event);
    let placed = place(&snapshot);
    let event = placed.events[0];
    let codes: Vec<_> = placed.findings.iter().map(|finding| finding.code.as_ref()).collect();
    let found = format!("{} {} {}", id(&placed, event.under_point), id(&placed, event.credited), codes.join(" "));
    assert_eq!(found.trim(), expect);
}

#[test]
fn an_exact_event_counts_where_it_lies() {
    check(0.2, Some(1), "LR0101 LR0101");
    check(0.7, Some(2), "LR0102 LR0102");
    check(1.5, None, "LR02 LR02");
}

#[test]
fn an_event_known_to_its_district_counts_there() {
    check(0.2, Some(3), "LR0101 LR0101");
    check(0.2, Some(4), "LR0101 LR01 PLC-026");
    check(1.5, Some(4), "LR02 LR02");
}

#[test]
fn an_event_known_to_its_country_counts_there() {
    check(0.2, Some(5), "LR0101 LBR PLC-026");
    check(0.2, Some(6), "LR0101 LBR PLC-026");
}

#[test]
fn an_event_in_international_waters_counts_nowhere() {
    check(0.2, Some(7), "LR0101 - PLC-023");
    check(9.0, Some(7), "- - PLC-023");
}

#[test]
fn an_unknown_precision_is_trusted_least() {
    check(0.2, Some(0), "LR0101 LBR PLC-025 PLC-026");
}

#[test]
fn a_point_just_outside_goes_to_the_nearest_area_and_is_reported() {
    check(2.02, Some(1), "LR02 LR02 PLC-020");
    check(-0.02, Some(4), "LR0101 LR01 PLC-020 PLC-026");
}

#[test]
fn a_point_that_lies_in_an_area_the_other_way_round_is_reported_and_not_turned() {
    let mut snapshot = world();
    let facility = Facility { longitude: Some(0.5), latitude: Some(1.8), row: 2, ..Facility::default() };
    snapshot.tables.facilities.push(facility);
    let placed = place(&snapshot);
    assert_eq!((placed.facilities[0], placed.findings[0].code.as_ref()), (None, "PLC-027"));
    assert!(placed.findings[0].message.contains("the other way round it is in East"), "{}", placed.findings[0].message);
}

#[test]
fn a_point_far_outside_is_not_used_and_reported() {
    check(2.2, Some(1), "- - PLC-021");
}

#[test]
fn numbers_that_are_no_coordinates_are_reported_and_the_row_asks_for_a_place() {
    check(200.0, Some(1), "- - PLC-024 PLC-012");
}

#[test]
fn an_event_without_coordinates_lies_where_its_name_says() {
    let mut snapshot = world();
    let named = PlaceRef { name: "Near".into(), ..PlaceRef::default() };
    snapshot.tables.events.push(Event { place: named, where_precision: Some(4), ..Event::default() });
    let placed = place(&snapshot);
    assert_eq!((placed.events[0].under_point, id(&placed, placed.events[0].credited)), (None, "LR01".into()));
}

#[test]
fn a_point_in_another_country_than_stated_is_reported() {
    let mut snapshot = world();
    let mut abroad = Area { code: "SL01".into(), name: "Abroad".into(), level: Some(1), ..Area::default() };
    (abroad.country, abroad.shape) = ("SLE".into(), square(2.0, 3.0));
    snapshot.tables.areas.push(abroad);
    let place_ref = PlaceRef { country: "Liberia".into(), ..PlaceRef::default() };
    let (longitude, latitude) = (Some(2.5), Some(0.5));
    snapshot.tables.events.push(Event { place: place_ref, longitude, latitude, ..Event::default() });
    let placed = place(&snapshot);
    assert_eq!(id(&placed, placed.events[0].credited), "SL01");
    assert_eq!(placed.findings[0].code, "PLC-022");
}

#[test]
fn an_area_takes_its_latest_total_and_never_a_part() {
    let mut snapshot = world();
    let of = |name: &str| PlaceRef { name: name.into(), ..PlaceRef::default() };
    for (year, group, people) in [(2020, "total", 10), (2022, "total", 30), (2021, "total", 20), (2023, "women", 5)] {
        let (place, date, group) = (of("Near"), Some(Date::constant(year, 1, 1)), group.into());
        snapshot.tables.populations.push(Population {
            place,
            date,
            group,
            people: Some(people),
            ..Population::default()
        });
    }
    let placed = place(&snapshot);
    let near = placed.populations[0].unwrap();
    assert_eq!(placed.gazetteer.areas[near].people, Some((30, 0)));
}

#[test]
fn two_totals_for_one_day_are_reported() {
    let mut snapshot = world();
    for people in [10, 20] {
        let place = PlaceRef { code: "LR0101".into(), ..PlaceRef::default() };
        snapshot.tables.populations.push(Population {
            place,
            group: "total".into(),
            people: Some(people),
            ..Population::default()
        });
    }
    let placed = place(&snapshot);
    assert_eq!(placed.findings[0].code, "PLC-030");
    assert_eq!(placed.gazetteer.areas[placed.populations[0].unwrap()].people, Some((20, 0)));
}

#[test]
fn a_population_table_names_no_area_twice() {
    let mut snapshot = world();
    for name in ["Near", "Near (old town)"] {
        let place = PlaceRef { name: name.into(), ..PlaceRef::default() };
        snapshot.tables.populations.push(Population { place, ..Population::default() });
    }
    let placed = place(&snapshot);
    assert_eq!(id(&placed, placed.populations[0]), "LR0101");
    assert_eq!(placed.populations[1], None);
    assert_eq!(placed.findings[0].code, "PLC-011");
}

#[test]
fn a_need_without_a_place_is_national() {
    let mut snapshot = world();
    snapshot.tables.needs.push(Need::default());
    let placed = place(&snapshot);
    assert_eq!(id(&placed, placed.needs[0]), "LBR");
}

#[test]
fn a_facility_lies_at_its_point_else_where_its_name_says() {
    let mut snapshot = world();
    let named = PlaceRef { name: "East".into(), ..PlaceRef::default() };
    let (longitude, latitude) = (Some(0.7), Some(0.2));
    snapshot.tables.facilities.push(Facility { longitude, latitude, place: named.clone(), ..Facility::default() });
    snapshot.tables.facilities.push(Facility { place: named, ..Facility::default() });
    let placed = place(&snapshot);
    assert_eq!(
        (id(&placed, placed.facilities[0]), id(&placed, placed.facilities[1])),
        ("LR0102".into(), "LR02".into())
    );
    assert_eq!(placed.matches[0].rows, 1, "only the row without a point needed its name");
}

#[test]
fn rows_without_an_area_are_those_of_its_errors() {
    let mut snapshot = world();
    for (name, longitude) in [("Near", None), ("Atlantis", None), ("", Some(0.2)), ("", Some(50.0)), ("", None)] {
        let (place, latitude) = (PlaceRef { name: name.into(), ..PlaceRef::default() }, longitude.map(|_| 0.5));
        snapshot.tables.events.push(Event { place, longitude, latitude, ..Event::default() });
    }
    let placed = place(&snapshot);
    let errors = placed.findings.iter().filter(|finding| finding.severity == Severity::Error).count() as u64;
    assert_eq!((placed.counts[0].rows, placed.counts[0].placed, errors), (5, 2, 3));
}

#[test]
fn the_tree_hangs_by_codes_then_by_boundaries_and_the_country_is_made() {
    let mut snapshot = world();
    let mut lost = Area { code: "LR0909".into(), name: "Lost".into(), level: Some(2), ..Area::default() };
    (lost.parent_code, lost.shape) = ("LR09".into(), square(1.2, 1.4));
    snapshot.tables.areas.push(lost);
    let placed = place(&snapshot);
    let gazetteer = &placed.gazetteer;
    let up = |code: &str| {
        let area = gazetteer.index_of(&code.into()).unwrap();
        gazetteer.upward(area).map(|area| gazetteer.areas[area].id.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(up("LR0102"), "LR0102 LR01 LBR");
    assert_eq!(up("LR0909"), "LR0909 LR02 LBR");
    assert_eq!(
        gazetteer.leaves().map(|area| gazetteer.areas[area].id.to_string()).collect::<Vec<_>>().join(" "),
        "LR0101 LR0102 LR0909"
    );
    // One degree by one degree at the equator is 12,309 km2 (WGS 84 ellipsoid).
    let west = gazetteer.index_of(&"LR01".into()).unwrap();
    assert_eq!((gazetteer.areas[west].area_m2.unwrap() / 1e6).round(), 12_309.0);
}

#[test]
fn the_newest_version_of_an_area_is_used_and_the_older_name_kept() {
    let mut snapshot = world();
    let (code, name, valid_from) = ("LR02".into(), "Sunrise".into(), Some(Date::constant(2024, 1, 1)));
    snapshot.tables.areas.push(Area {
        code,
        name,
        valid_from,
        level: Some(1),
        shape: square(1.0, 2.0),
        ..Area::default()
    });
    let placed = place(&snapshot);
    let area = placed.gazetteer.index_of(&"LR02".into()).unwrap();
    assert_eq!(placed.gazetteer.areas[area].name, "Sunrise");
    assert_eq!(placed.gazetteer.areas[area].other_names, ["East"]);
    assert_eq!(placed.findings[0].code, "PLC-001");
}
