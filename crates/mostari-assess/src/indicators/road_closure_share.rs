//! Share of the length of recorded roads that is closed.

use crate::events::without_area;
use crate::sheet::{Known, Sheet};
use crate::{Ground, Indicator};
use geo::{Distance, Haversine, InterpolatePoint};
use geo_types::{Geometry, Line, LineString, Point};
use mostari_model::{About, Confidence, Direction, Finding, IndicatorValue, Kind, Period, Unit};
use mostari_place::AreaIndex;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

static ABOUT: About = About {
    id: "road-closure-share",
    kind: Kind::Indicator,
    name: "Share of closed roads",
    summary: "How much of the length of each area's recorded roads is closed?",
    unit: "share",
    range: "0 to 1",
    direction: Direction::HigherIsWorse,
    source: "States as in OpenStreetMap (key access) and the access maps of the Logistics Cluster; lengths: great circle \
             on the mean sphere",
    method: "Length of closed roads by length of all recorded roads; a road counts as a whole to the area of the point \
             halfway along it. Low: roads that do not say are open. High: they are closed.",
    protection: "Shares of length by area; no road is listed or named.",
};

/// Kinds of the table of routes that carry no vehicle: values of the OSM keys `highway`, `railway` and `waterway`.
const NO_ROADS: [&str; 36] = [
    "abandoned",
    "bridleway",
    "canal",
    "construction",
    "corridor",
    "cycleway",
    "dam",
    "disused",
    "ditch",
    "drain",
    "elevator",
    "fairway",
    "footway",
    "funicular",
    "light_rail",
    "miniature",
    "monorail",
    "narrow_gauge",
    "path",
    "pedestrian",
    "planned",
    "platform",
    "preserved",
    "pressurised",
    "proposed",
    "rail",
    "razed",
    "river",
    "steps",
    "stream",
    "subway",
    "tidal_channel",
    "tram",
    "via_ferrata",
    "waterfall",
    "weir",
];

/// See [`ABOUT`].
pub(crate) struct RoadClosureShare;

/// The roads of one area, in whole **millimetres**, so that the order of rows leaves no trace in a sum.
#[derive(Default)]
struct InArea {
    all_mm: u64,
    closed_mm: u64,
    restricted_mm: u64,
    not_said_mm: u64,
    sources: BTreeSet<u32>,
}

impl Indicator for RoadClosureShare {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let mut sheet = Sheet::new(ground, &ABOUT, Unit::Share);
        let (areas, day) = (by_area(ground), Period::day(ground.as_of));
        let nothing = (0..ground.snapshot.tables.routes.len()).all(|row| !is_road(ground, row));
        for area in ground.leaves() {
            match areas.get(&area) {
                _ if nothing => sheet.unknown(area, "", day, "no data about roads"),
                None => {
                    sheet.unknown(area, "", day, "no road is recorded here, which does not prove that there is none")
                }
                Some(here) => sheet.write(area, "", day, known(here)),
            }
        }
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        let lost = placed(ground).into_iter().enumerate().map(|(row, at)| at.is_none() && is_road(ground, row));
        without_area(ground, "road", lost, &ground.snapshot.tables.routes.dataset)
    }
}

fn is_road(ground: &Ground<'_>, row: usize) -> bool {
    let kind = ground.snapshot.tables.routes.kind.get(row).trim();
    !NO_ROADS.iter().any(|word| word.eq_ignore_ascii_case(kind))
}

/// The leaf of each road and its length in millimetres; `None` for what is no road, has no line, or lies in no leaf.
fn placed(ground: &Ground<'_>) -> Vec<Option<(AreaIndex, u64)>> {
    let leaves: BTreeSet<AreaIndex> = ground.leaves().into_iter().collect();
    let place = |row: usize| {
        let shape = ground.snapshot.tables.routes.shape[row].as_ref().filter(|_| is_road(ground, row))?;
        let (length_m, middle) = measure(shape)?;
        let area = ground.placed.gazetteer.locate(middle.x(), middle.y()).filter(|area| leaves.contains(area))?;
        Some((area, (length_m * 1000.0).round() as u64))
    };
    (0..ground.snapshot.tables.routes.len()).into_par_iter().map(place).collect()
}

fn by_area(ground: &Ground<'_>) -> BTreeMap<AreaIndex, InArea> {
    let table = &ground.snapshot.tables.routes;
    let mut areas: BTreeMap<AreaIndex, InArea> = BTreeMap::new();
    for (row, place) in placed(ground).into_iter().enumerate() {
        let Some((area, length_mm)) = place else { continue };
        let here = areas.entry(area).or_default();
        here.all_mm += length_mm;
        here.sources.insert(table.dataset[row]);
        match table.status.get(row).as_str() {
            "closed" => here.closed_mm += length_mm,
            "restricted" => here.restricted_mm += length_mm,
            "" => here.not_said_mm += length_mm,
            _ => {} // open
        }
    }
    areas
}

/// Length of a road in **metres**, and the point halfway along it; `None` if it has no length.
///
/// On the sphere: up to 0.5 % off the ellipsoid, which a share of lengths in one area hardly sees, and many times faster.
fn measure(shape: &Geometry<f64>) -> Option<(f64, Point<f64>)> {
    let lines: &[LineString<f64>] = match shape {
        Geometry::LineString(line) => std::slice::from_ref(line),
        Geometry::MultiLineString(lines) => &lines.0,
        _ => &[],
    };
    let long = |segment: Line<f64>| (segment, Haversine.distance(segment.start_point(), segment.end_point()));
    let segments: Vec<(Line<f64>, f64)> = lines.iter().flat_map(LineString::lines).map(long).collect();
    let length_m: f64 = segments.iter().map(|(_, long_m)| long_m).sum();
    let mut left_m = length_m / 2.0;
    for (segment, long_m) in segments {
        if long_m > 0.0 && left_m <= long_m {
            let (start, end) = (segment.start_point(), segment.end_point());
            return Some((length_m, Haversine.point_at_ratio_between(start, end, left_m / long_m)));
        }
        left_m -= long_m;
    }
    None
}

fn known(here: &InArea) -> Known<'_> {
    let share = |mm: u64| Some(mm as f64 / here.all_mm as f64);
    let km = |mm: u64| format!("{:.1} km", mm as f64 / 1e6);
    let nobody_says = here.not_said_mm == here.all_mm;
    let mut doubts = vec!["as recorded, on no stated day; roads that nobody recorded are missing".to_owned()];
    if nobody_says {
        doubts.push("no road here says whether it is open".to_owned());
    } else if here.not_said_mm > 0 {
        doubts.push(format!("{} of {} do not say, taken as open", km(here.not_said_mm), km(here.all_mm)));
    }
    if here.restricted_mm > 0 {
        doubts.push(format!("{} only restricted, not counted as closed", km(here.restricted_mm)));
    }
    if here.sources.len() > 1 {
        doubts.push("a road that stands in several files counts in each".to_owned());
    }
    Known {
        value: share(here.closed_mm).filter(|_| !nobody_says),
        low: share(here.closed_mm),
        high: share(here.closed_mm + here.not_said_mm),
        confidence: if 2 * here.not_said_mm > here.all_mm { Confidence::Poor } else { Confidence::Fair },
        doubt: doubts.join("; "),
        sources: &here.sources,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::World;
    use mostari_model::Route;

    fn add(world: &mut World, kind: &str, status: &str, points: &[(f64, f64)]) {
        let shape = Some(Geometry::LineString(points.to_vec().into()));
        let route = Route { kind: kind.into(), status: status.into(), shape, ..Route::default() };
        world.snapshot.tables.routes.push(route);
    }

    /// Roads from south to north in the middle of A1, with their lengths in tenths of a degree.
    fn check(roads: &[(&str, &str, i32)], expect: [Option<f64>; 3]) -> World {
        let mut world = World::row(2, "2020-01-01").with_boundaries();
        for (kind, status, tenths) in roads {
            add(&mut world, kind, status, &[(0.5, 0.1), (0.5, 0.1 + f64::from(*tenths) / 10.0)]);
        }
        let value = world.value(&RoadClosureShare, "A1", "");
        for (found, expect) in [value.value, value.low, value.high].into_iter().zip(expect) {
            assert_eq!(found.is_some(), expect.is_some(), "{}", value.doubt);
            let off = found.zip(expect).map_or(0.0, |(found, expect)| (found - expect).abs());
            assert!(off < 1e-8, "{found:?} is not {expect:?}");
        }
        world
    }

    #[test]
    fn length_counts_and_a_restricted_road_is_not_closed() {
        check(
            &[("primary", "closed", 1), ("track", "restricted", 1), ("track", "open", 2)],
            [Some(0.25), Some(0.25), Some(0.25)],
        );
    }

    #[test]
    fn a_road_that_does_not_say_may_be_closed() {
        let world = check(&[("primary", "closed", 1), ("track", "", 4)], [Some(0.2), Some(0.2), Some(1.0)]);
        let value = world.value(&RoadClosureShare, "A1", "");
        assert_eq!(value.confidence, Confidence::Poor);
        assert!(value.doubt.contains("44.5 km of 55.6 km do not say"), "{}", value.doubt);
    }

    #[test]
    fn where_no_road_says_the_share_lies_anywhere() {
        check(&[("track", "", 4)], [None, Some(0.0), Some(1.0)]);
    }

    #[test]
    fn an_area_without_roads_is_unknown() {
        check(&[], [None; 3]);
        let world = check(&[("track", "open", 1)], [Some(0.0); 3]);
        let value = world.value(&RoadClosureShare, "A2", "");
        assert_eq!((value.value, value.low, value.high), (None, None, None));
    }

    #[test]
    fn rivers_rails_and_footpaths_are_no_roads() {
        let world = check(&[("river", "closed", 1), ("rail", "", 1), ("Path", "closed", 1)], [None; 3]);
        assert!(world.value(&RoadClosureShare, "A1", "").doubt.contains("no data about roads"));
    }

    #[test]
    fn a_road_counts_as_a_whole_where_its_middle_lies() {
        let mut world = World::row(2, "2020-01-01").with_boundaries();
        add(&mut world, "primary", "closed", &[(0.9, 0.5), (1.0, 0.5), (1.5, 0.5)]);
        add(&mut world, "primary", "open", &[(0.1, 0.5), (0.7, 0.5)]);
        let values = world.assess(&RoadClosureShare);
        assert_eq!(values.iter().map(|value| value.value).collect::<Vec<_>>(), [Some(0.0), Some(1.0)]);
    }

    #[test]
    fn a_road_without_a_line_or_outside_is_reported() {
        let mut world = World::row(1, "2020-01-01").with_boundaries();
        add(&mut world, "primary", "closed", &[(7.0, 0.5), (8.0, 0.5)]);
        world.snapshot.tables.routes.push(Route::default());
        world.snapshot.tables.routes.push(Route { kind: "river".into(), ..Route::default() });
        let findings = RoadClosureShare.findings(&world.ground());
        assert_eq!(findings.iter().map(|f| f.message.as_str()).collect::<Vec<_>>(), ["2 roads without an area"]);
        assert_eq!(world.codes(&RoadClosureShare), ["ASM-002"]);
    }
}
