//! The engine as a whole: choice, order, rounding, and what must never change a result.

use super::*;
use crate::world::{World, date};
use mostari_model::{Event, Hazard, Kind, Need, Population, Route};
use proptest::prelude::*;

fn options(world: &World, ids: Option<&[&str]>) -> Options {
    let indicators = ids.map(|ids| ids.iter().map(|id| (*id).to_owned()).collect());
    Options { as_of: world.as_of, indicators }
}

fn run(world: &World) -> Assessment {
    assess(&world.snapshot, &world.placed, &options(world, None)).unwrap()
}

#[test]
fn every_card_is_complete_unique_and_has_its_section_in_the_docs() {
    let docs = include_str!("../../../docs/indicators.md");
    let mut ids = BTreeSet::new();
    for about in all().iter().map(|indicator| indicator.about()) {
        assert!(ids.insert(about.id), "{} stands twice", about.id);
        assert_eq!(about.kind, Kind::Indicator, "{}", about.id);
        for (field, text) in about.texts() {
            assert!(!text.trim().is_empty(), "{}: {field} is empty", about.id);
            assert!(!text.contains("  "), "{}: {field} has a double blank", about.id);
        }
        let start = docs.find(&format!("## {}\n", about.id)).unwrap_or_else(|| panic!("{} has no heading", about.id));
        let section = docs[start + 3..].split("\n## ").next().unwrap();
        for word in ["Question", "Method", "Source", "Unit", "Doubt"] {
            assert!(section.contains(&format!("**{word}.**")), "{}: no {word} in the docs", about.id);
        }
    }
}

#[test]
fn an_empty_snapshot_gives_unknown_for_every_leaf_and_nothing_else() {
    let world = World::row(2, "2020-01-01");
    let assessment = run(&world);
    let series = ["conflict-events-monthly", "conflict-deaths-monthly"];
    for id in assessment.indicators.iter().filter(|id| !series.contains(&id.as_str())) {
        let values: Vec<_> = assessment.values.iter().filter(|value| value.indicator == **id).collect();
        assert_eq!(values.iter().map(|v| v.area.as_str()).collect::<Vec<_>>(), ["A1", "A2"], "{id}");
        assert!(values.iter().all(|value| value.value.is_none() && !value.doubt.is_empty()), "{id}");
    }
}

#[test]
fn indicators_come_in_their_own_order_whatever_was_asked_for_first() {
    let world = World::row(1, "2020-01-01");
    let ids = ["presence", "conflict-events"];
    let assessment = assess(&world.snapshot, &world.placed, &options(&world, Some(&ids))).unwrap();
    assert_eq!(assessment.indicators, ["conflict-events", "presence"]);
    assert_eq!(assessment.engine, concat!("mostari-assess ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn an_unknown_id_is_refused_with_its_code_and_the_list() {
    let world = World::row(1, "2020-01-01");
    let error = assess(&world.snapshot, &world.placed, &options(&world, Some(&["peace"]))).unwrap_err();
    assert_eq!((error.code(), error.to_string().as_str()), ("ASM-001", "no indicator is called `peace`"));
    assert!(error.hint().contains("hot-spots"));
}

#[test]
fn numbers_keep_twelve_digits() {
    for (number, expect) in [(1.0 / 3.0, 0.333_333_333_333), (62_715.0, 62_715.0), (-0.0, 0.0), (1.23e-20, 1.23e-20)] {
        assert_eq!(round_significant(number).to_bits(), f64::to_bits(expect));
    }
    assert_eq!(round_significant(0.1 + 0.2), 0.3);
}

#[test]
fn the_default_day_is_the_latest_observation_and_no_projection() {
    let mut world = World::row(1, "2020-01-01");
    assert_eq!(default_as_of(&world.snapshot), None);
    world.add_event("1995-12-14", 1, Some(1));
    let count =
        |day: &str, method: &str| Population { date: Some(date(day)), method: method.into(), ..Default::default() };
    world.snapshot.tables.populations.push(count("2013-01-01", "census"));
    world.snapshot.tables.populations.push(count("2050-01-01", "projection"));
    assert_eq!(default_as_of(&world.snapshot), Some(date("2013-01-01")));
}

#[test]
fn the_year_has_twelve_months_to_the_day() {
    let period = |day: &str| World::row(1, day).ground().year().to_string();
    assert_eq!(period("1995-12-31"), "1995-01-01/1995-12-31");
    assert_eq!(period("2024-06-15"), "2023-06-16/2024-06-15");
    assert_eq!(period("2024-02-29"), "2023-03-01/2024-02-29");
}

/// A row of each table that the engine reads, from small numbers.
type Seed = (usize, i64, u8);

fn build(seeds: &[Seed], order: &[usize]) -> World {
    let mut world = World::row(4, "1995-12-31").with_boundaries();
    for &i in order {
        let (area, number, kind) = seeds[i];
        let day = date("1995-01-15").saturating_add((number % 340).days());
        let event = Event {
            event_id: format!("e{i}"),
            kind: ["state-based", "one-sided"][usize::from(kind) % 2].into(),
            date_start: Some(day),
            deaths_best: (kind % 5 != 0).then_some(number),
            row: i as u32 + 2,
            ..Event::default()
        };
        world.add_event_row(event, Some(area));
        let (shape, state) = (crate::world::square(area as f64 - 0.7, 0.0, f64::from(kind) / 300.0), "suspected");
        let shape = Some(geo_types::Geometry::MultiPolygon(shape));
        world.snapshot.tables.hazards.push(Hazard { state: state.into(), shape, ..Hazard::default() });
        let date = Some(date("1991-01-01").saturating_add(((i % 2) as i32 * 365).days()));
        let people = Some(number + 1);
        world.snapshot.tables.populations.push(Population { date, people, row: i as u32, ..Population::default() });
        world.placed.populations.push(Some(area));
        let sector = ["HEA", "WSH", "EDU"][usize::from(kind) % 3].to_owned();
        let severity = Some(i64::from(kind % 5) + 1);
        world.snapshot.tables.needs.push(Need { sector, in_need: people, severity, ..Need::default() });
        world.placed.needs.push(Some(area));
        let (x, status) = (area as f64 - 0.3, ["", "open", "closed"][usize::from(kind) % 3].to_owned());
        let line = geo_types::Geometry::LineString(vec![(x, 0.5), (x, 0.5 + f64::from(kind) / 1000.0)].into());
        world.snapshot.tables.routes.push(Route { status, shape: Some(line), ..Route::default() });
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_order_of_rows_never_changes_the_assessment(
        seeds in prop::collection::vec((0..5usize, 0..5_000i64, 1..255u8), 1..30),
        shuffle in any::<u64>(),
    ) {
        let straight: Vec<usize> = (0..seeds.len()).collect();
        let mut mixed = straight.clone();
        mixed.sort_by_key(|i| (*i as u64 + 1).wrapping_mul(shuffle | 1));
        let (one, two) = (run(&build(&seeds, &straight)), run(&build(&seeds, &mixed)));
        prop_assert_eq!(&one.values, &two.values);
        prop_assert_eq!(one.digest(), two.digest());
    }

    #[test]
    fn one_more_event_never_lowers_a_count(
        seeds in prop::collection::vec((0..5usize, 0..5_000i64, 1..255u8), 1..20),
        extra in (0..5usize, 0..5_000i64),
    ) {
        let order: Vec<usize> = (0..seeds.len()).collect();
        let before = build(&seeds, &order);
        let mut after = build(&seeds, &order);
        after.add_event("1995-06-15", extra.1, Some(extra.0));
        for id in ["conflict-events", "conflict-deaths", "conflict-events-monthly", "conflict-deaths-monthly"] {
            let of = |world: &World| assess(&world.snapshot, &world.placed, &options(world, Some(&[id]))).unwrap();
            let later = of(&after);
            for value in of(&before).values.iter().filter(|value| value.value.is_some()) {
                let same = |v: &&IndicatorValue| (&v.area, &v.part, v.period) == (&value.area, &value.part, value.period);
                let now = later.values.iter().find(same).expect("a value stays");
                prop_assert!(now.value >= value.value, "{id} {}", value.area);
            }
        }
    }
}
