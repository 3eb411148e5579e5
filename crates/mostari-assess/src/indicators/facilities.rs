//! Facilities: how many people share one, how many are recorded, and how far the nearest one is.

use crate::population::{self, Count};
use crate::sheet::{self, Known, Sheet};
use crate::{Ground, Indicator};
use geo::algorithm::line_measures::{Distance, Geodesic};
use geo_types::Point;
use mostari_model::{About, Confidence, Direction, Finding, IndicatorValue, Kind, Period, Unit};
use mostari_place::AreaIndex;
use rayon::prelude::*;
use rstar::primitives::GeomWithData;
use rstar::{PointDistance, RTree};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of facility that people are served by; bridges, settlements and power lines serve in other ways.
const SERVING_KINDS: [&str; 8] = [
    "health.hospital",
    "health.clinic",
    "health.pharmacy",
    "education.school",
    "water.point",
    "market",
    "police",
    "fire.station",
];
/// Kinds of this family are places where people live.
const SETTLEMENT: &str = "settlement.";

const SOURCE: &str = "Counts as recorded. Sphere Handbook 2018, Health systems standard 1.1, compares facilities with people; \
    distances: Karney 2013, doi:10.1007/s00190-012-0578-z (geodesics on the ellipsoid)";
const PROTECTION: &str = "Counts, ratios and mean distances by area; no facility is listed or named.";

macro_rules! card {
    ($id:literal, $name:literal, $summary:literal, $unit:literal, $direction:ident, $method:literal) => {
        About {
            id: $id,
            kind: Kind::Indicator,
            name: $name,
            summary: $summary,
            unit: $unit,
            range: "0 and up",
            direction: Direction::$direction,
            source: SOURCE,
            method: $method,
            protection: PROTECTION,
        }
    };
}

static PEOPLE_PER: About = card!(
    "people-per-facility",
    "People for each facility",
    "How many people share one functional facility of each kind?",
    "people per facility",
    HigherIsWorse,
    "Latest total population of the area by facilities that are functional or whose state is not said; the lower bound \
     also counts partly functional ones. No facility recorded: unknown, since a map may be incomplete."
);
static RECORDED: About = card!(
    "facilities",
    "Recorded facilities",
    "How many functional facilities of each kind are recorded in each area?",
    "facilities",
    HigherIsBetter,
    "Counts facilities that are functional or whose state is not said. Low: said to be functional. The top is open: \
     a facility that nobody recorded is not counted."
);
static NEAREST: About = card!(
    "nearest-facility",
    "Distance to the nearest facility",
    "How far from the settlements of an area is the nearest functional facility of each kind, in a straight line?",
    "metres",
    HigherIsWorse,
    "Geodesic distance from each settlement to the nearest facility anywhere in the mission, mean weighted by people \
     where all settlements give them; low and high are the nearest and the farthest settlement."
);

/// People by facilities.
pub(crate) struct PeoplePerFacility;
/// Facilities alone.
pub(crate) struct Facilities;
/// Metres to the nearest.
pub(crate) struct NearestFacility;

/// Facilities of one kind in one area.
#[derive(Debug, Clone, Copy, Default)]
struct InArea {
    functional: u64,
    not_said: u64,
    partial: u64,
    out_of_use: u64,
}

impl InArea {
    /// In use as far as anybody said.
    fn in_use(&self) -> u64 {
        self.functional + self.not_said
    }
}

/// Facilities by kind, then area.
struct ByKind {
    areas: BTreeMap<&'static str, BTreeMap<AreaIndex, InArea>>,
    sources: BTreeMap<&'static str, BTreeSet<u32>>,
}

fn by_kind(ground: &Ground<'_>) -> ByKind {
    let table = &ground.snapshot.tables.facilities;
    let mut by_kind = ByKind { areas: BTreeMap::new(), sources: BTreeMap::new() };
    for row in 0..table.len() {
        let Some(kind) = serving(table.kind.get(row)) else { continue };
        by_kind.sources.entry(kind).or_default().insert(table.dataset[row]);
        let areas = by_kind.areas.entry(kind).or_default();
        let Some(area) = ground.placed.facilities.get(row).copied().flatten() else { continue };
        let in_area = areas.entry(area).or_default();
        match table.status.get(row).as_str() {
            "functional" => in_area.functional += 1,
            "" => in_area.not_said += 1,
            "partial" => in_area.partial += 1,
            _ => in_area.out_of_use += 1,
        }
    }
    by_kind
}

fn serving(kind: &str) -> Option<&'static str> {
    SERVING_KINDS.into_iter().find(|serving| *serving == kind)
}

fn unplaced(ground: &Ground<'_>) -> Vec<Finding> {
    let table = &ground.snapshot.tables.facilities;
    let lost = |row: usize| serving(table.kind.get(row)).is_some() && ground.placed.facilities[row].is_none();
    crate::events::without_area(ground, "facility", (0..ground.placed.facilities.len()).map(lost), &table.dataset)
}

const NO_DATA: &str = "no data about facilities that serve people";

impl Indicator for PeoplePerFacility {
    fn about(&self) -> &'static About {
        &PEOPLE_PER
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let mut sheet = Sheet::new(ground, &PEOPLE_PER, Unit::PeoplePerFacility);
        let (kinds, people, day) = (by_kind(ground), population::latest(ground), Period::day(ground.as_of));
        for area in ground.leaves() {
            if kinds.areas.is_empty() {
                sheet.unknown(area, "", day, NO_DATA);
            }
            for (kind, areas) in &kinds.areas {
                let found = areas.get(&area).copied().unwrap_or_default();
                write_ratio(&mut sheet, area, kind, day, &found, &people, &kinds.sources[kind]);
            }
        }
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        let mut findings = unplaced(ground);
        findings.extend(population::findings(ground));
        findings
    }
}

fn write_ratio(
    sheet: &mut Sheet<'_>,
    area: AreaIndex,
    kind: &str,
    day: Period,
    found: &InArea,
    people: &[Option<Count>],
    sources: &BTreeSet<u32>,
) {
    let Some((people, dataset)) = population::people(people, area) else {
        sheet.unknown(area, kind, day, "the population of the area is not known");
        return;
    };
    let mut sources = sources.clone();
    sources.insert(dataset);
    let per = |facilities: u64| (facilities > 0).then(|| people / facilities as f64);
    let doubt = match found.in_use() {
        0 => format!(
            "no facility in use is recorded here for {people} people: so many that none has one, or the map is incomplete"
        ),
        _ => doubt(found),
    };
    // One of those in use may be out of use, and one that nobody recorded may be in use: the bounds say what was said.
    let known = Known {
        value: per(found.in_use()),
        low: per(found.in_use() + found.partial),
        high: per(found.functional),
        confidence: if found.not_said > found.functional { Confidence::Poor } else { Confidence::Fair },
        doubt,
        sources: &sources,
    };
    sheet.write(area, kind, day, known);
}

fn doubt(found: &InArea) -> String {
    let facilities = |number| sheet::count(number, "facility");
    let mut doubts = vec!["facilities that nobody recorded are missing".to_owned()];
    for (number, what) in [
        (found.not_said, "without a stated condition, taken as in use"),
        (found.partial, "only partly functional, not counted"),
        (found.out_of_use, "destroyed or closed, not counted"),
    ] {
        if number > 0 {
            doubts.push(format!("{} {what}", facilities(number)));
        }
    }
    doubts.join("; ")
}

impl Indicator for Facilities {
    fn about(&self) -> &'static About {
        &RECORDED
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let mut sheet = Sheet::new(ground, &RECORDED, Unit::Facilities);
        let (kinds, day) = (by_kind(ground), Period::day(ground.as_of));
        for area in ground.leaves() {
            if kinds.areas.is_empty() {
                sheet.unknown(area, "", day, NO_DATA);
            }
            for (kind, areas) in &kinds.areas {
                let found = areas.get(&area).copied().unwrap_or_default();
                let known = Known {
                    value: Some(found.in_use() as f64),
                    low: Some(found.functional as f64),
                    high: None,
                    confidence: if found.not_said >= found.functional { Confidence::Poor } else { Confidence::Fair },
                    doubt: doubt(&found),
                    sources: &kinds.sources[kind],
                };
                sheet.write(area, kind, day, known);
            }
        }
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        unplaced(ground)
    }
}

/// A point on the ellipsoid in earth-centred metres: straight distances through the earth order as those along it do.
type Spot = GeomWithData<[f64; 3], Point<f64>>;

/// Straight and geodesic distances of far places order alike to better than this; every facility that is nearer
/// in a straight line than the nearest one times this factor is measured along the ellipsoid.
const CHORD_MARGIN: f64 = 1.01;

fn spot(point: Point<f64>) -> Spot {
    const SEMI_MAJOR_M: f64 = 6_378_137.0;
    const ECCENTRICITY_SQUARED: f64 = 6.694_379_990_141e-3;
    let (longitude, latitude) = (point.x().to_radians(), point.y().to_radians());
    let radius = SEMI_MAJOR_M / (1.0 - ECCENTRICITY_SQUARED * latitude.sin().powi(2)).sqrt();
    let flat = radius * latitude.cos();
    let up = radius * (1.0 - ECCENTRICITY_SQUARED) * latitude.sin();
    Spot::new([flat * longitude.cos(), flat * longitude.sin(), up], point)
}

/// Metres from a point to the nearest facility.
fn nearest_m(tree: &RTree<Spot>, from: Point<f64>) -> Option<f64> {
    let from = spot(from);
    let nearest = tree.nearest_neighbor(from.geom())?;
    let reach = nearest.distance_2(from.geom()).sqrt() * CHORD_MARGIN + 1.0;
    let near = tree.locate_within_distance(*from.geom(), reach * reach);
    near.map(|facility| Geodesic.distance(from.data, facility.data)).min_by(f64::total_cmp)
}

/// Where people of an area live: points with people.
struct Settlements {
    points: Vec<(Point<f64>, f64)>,
    how: &'static str,
    sources: BTreeSet<u32>,
}

fn point_of(ground: &Ground<'_>, row: usize) -> Option<Point<f64>> {
    let table = &ground.snapshot.tables.facilities;
    Some(Point::new(table.longitude[row]?, table.latitude[row]?))
}

fn settlements(ground: &Ground<'_>) -> BTreeMap<AreaIndex, Settlements> {
    let table = &ground.snapshot.tables.facilities;
    let mut rows: BTreeMap<AreaIndex, Vec<(usize, Point<f64>)>> = BTreeMap::new();
    for (row, area) in ground.placed.facilities.iter().enumerate() {
        if let (Some(area), Some(point), true) =
            (*area, point_of(ground, row), table.kind.get(row).starts_with(SETTLEMENT))
        {
            rows.entry(area).or_default().push((row, point));
        }
    }
    let gather = |rows: Vec<(usize, Point<f64>)>| {
        let weighted = rows.iter().all(|(row, _)| table.people[*row].is_some_and(|people| people > 0));
        let weight = |row: usize| if weighted { table.people[row].unwrap_or(0) as f64 } else { 1.0 };
        let mut points: Vec<(Point<f64>, f64)> = rows.iter().map(|(row, point)| (*point, weight(*row))).collect();
        // Sums of floats depend on their order; rows may come in any.
        points
            .sort_by(|a, b| (a.0.x().total_cmp(&b.0.x())).then(a.0.y().total_cmp(&b.0.y())).then(a.1.total_cmp(&b.1)));
        let how = if weighted { "mean over settlements by their people" } else { "plain mean over settlements" };
        Settlements { points, how, sources: rows.iter().map(|(row, _)| table.dataset[*row]).collect() }
    };
    rows.into_iter().map(|(area, rows)| (area, gather(rows))).collect()
}

impl Indicator for NearestFacility {
    fn about(&self) -> &'static About {
        &NEAREST
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let mut sheet = Sheet::new(ground, &NEAREST, Unit::Metres);
        let (day, leaves, table) = (Period::day(ground.as_of), ground.leaves(), &ground.snapshot.tables.facilities);
        let mut trees: BTreeMap<&'static str, (Vec<Spot>, BTreeSet<u32>)> = BTreeMap::new();
        for row in 0..table.len() {
            let Some(kind) = serving(table.kind.get(row)) else { continue };
            let (spots, sources) = trees.entry(kind).or_default();
            if let (Some(point), "functional" | "") = (point_of(ground, row), table.status.get(row).as_str()) {
                spots.push(spot(point));
                sources.insert(table.dataset[row]);
            }
        }
        if trees.is_empty() {
            leaves.iter().for_each(|area| sheet.unknown(*area, "", day, NO_DATA));
        }
        let homes = settlements(ground);
        for (kind, (spots, sources)) in trees {
            let tree = RTree::bulk_load(spots);
            let measured: Vec<_> =
                leaves.par_iter().map(|area| distances(ground, &tree, *area, homes.get(area))).collect();
            for (area, measured) in leaves.iter().zip(measured) {
                match measured {
                    Err(because) => sheet.unknown(*area, kind, day, because),
                    Ok(measured) => write_distance(&mut sheet, *area, kind, day, &measured, &sources),
                }
            }
        }
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        unplaced(ground)
    }
}

struct Measured<'a> {
    mean_m: f64,
    least_m: f64,
    most_m: f64,
    settlements: Option<&'a Settlements>,
}

fn distances<'h>(
    ground: &Ground<'_>,
    tree: &RTree<Spot>,
    area: AreaIndex,
    homes: Option<&'h Settlements>,
) -> Result<Measured<'h>, &'static str> {
    if tree.size() == 0 {
        return Err("no facility of this kind is known to be in use");
    }
    let inside = ground.placed.gazetteer.areas[area].inside.map(|point| (point, 1.0));
    let points: Vec<(Point<f64>, f64)> =
        homes.map_or_else(|| inside.into_iter().collect(), |homes| homes.points.clone());
    let metres: Vec<(f64, f64)> =
        points.iter().filter_map(|(point, people)| Some((nearest_m(tree, *point)?, *people))).collect();
    if metres.is_empty() {
        return Err("neither a settlement nor the boundary of the area is known");
    }
    let people: f64 = metres.iter().map(|(_, people)| people).sum();
    Ok(Measured {
        mean_m: metres.iter().map(|(metres, people)| metres * people).sum::<f64>() / people,
        least_m: metres.iter().map(|(metres, _)| *metres).fold(f64::INFINITY, f64::min),
        most_m: metres.iter().map(|(metres, _)| *metres).fold(0.0, f64::max),
        settlements: homes,
    })
}

fn write_distance(
    sheet: &mut Sheet<'_>,
    area: AreaIndex,
    kind: &str,
    day: Period,
    measured: &Measured<'_>,
    sources: &BTreeSet<u32>,
) {
    let (how, sources) = match measured.settlements {
        Some(homes) => {
            let number = homes.points.len() as u64;
            (format!("{} ({number})", homes.how), sources | &homes.sources)
        }
        None => ("from one point inside the area: no settlement is known".to_owned(), sources.clone()),
    };
    let known = Known {
        value: Some(measured.mean_m),
        low: Some(measured.least_m),
        high: Some(measured.most_m),
        confidence: if measured.settlements.is_some() { Confidence::Fair } else { Confidence::Poor },
        doubt: format!("straight line, not by road; {how}; a facility that nobody recorded may be nearer"),
        sources: &sources,
    };
    sheet.write(area, kind, day, known);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{World, date, place};
    use mostari_model::{Facility, Population};

    fn add(world: &mut World, kind: &str, status: &str, at: (f64, f64), people: Option<i64>, area: Option<usize>) {
        world.snapshot.tables.facilities.push(Facility {
            kind: kind.into(),
            status: status.into(),
            longitude: Some(at.0),
            latitude: Some(at.1),
            people,
            ..Facility::default()
        });
        world.placed.facilities.push(area);
    }

    /// Two areas; 12,000 people in A1, where two clinics work, one in part and one not at all.
    fn world() -> World {
        let mut world = World::row(2, "2020-01-01");
        world.snapshot.tables.populations.push(Population {
            place: place("A1"),
            date: Some(date("2019-01-01")),
            group: "total".into(),
            people: Some(12_000),
            ..Population::default()
        });
        world.placed.populations.push(Some(1));
        for (status, x) in [("functional", 0.1), ("", 0.2), ("partial", 0.3), ("destroyed", 0.4)] {
            add(&mut world, "health.clinic", status, (x, 0.5), None, Some(1));
        }
        world
    }

    fn check(world: &World, indicator: &dyn Indicator, area: &str, expect: [Option<f64>; 3]) {
        let value = world.value(indicator, area, "health.clinic");
        assert_eq!([value.value, value.low, value.high].map(|v| v.map(f64::round)), expect, "{}", value.doubt);
    }

    #[test]
    fn people_share_the_facilities_in_use() {
        check(&world(), &PeoplePerFacility, "A1", [Some(6_000.0), Some(4_000.0), Some(12_000.0)]);
        check(&world(), &Facilities, "A1", [Some(2.0), Some(1.0), None]);
    }

    #[test]
    fn no_recorded_facility_is_unknown_and_the_count_stays_open() {
        let mut world = world();
        world.snapshot.tables.populations.push(Population { people: Some(500), ..Population::default() });
        world.placed.populations.push(Some(2));
        check(&world, &PeoplePerFacility, "A2", [None, None, None]);
        check(&world, &Facilities, "A2", [Some(0.0), Some(0.0), None]);
    }

    #[test]
    fn an_area_without_population_is_unknown() {
        let value = world().value(&PeoplePerFacility, "A2", "health.clinic");
        assert_eq!(value.doubt, "the population of the area is not known");
    }

    #[test]
    fn the_nearest_clinic_may_lie_in_the_next_area_and_people_weigh() {
        let mut world = world();
        // 1 degree of longitude on the equator is 111 319.49 m (WGS 84).
        add(&mut world, "settlement.village", "", (1.2, 0.5), Some(300), Some(2));
        add(&mut world, "settlement.village", "", (1.4, 0.5), Some(100), Some(2));
        let value = world.value(&NearestFacility, "A2", "health.clinic");
        let m = Geodesic.distance(Point::new(0.2, 0.5), Point::new(1.2, 0.5));
        assert!((m - 111_315.3).abs() < 1.0, "{m}");
        assert_eq!(value.low, Some(m));
        assert!((value.value.unwrap() / m - 1.05).abs() < 1e-6, "1.0 and 1.2 degrees, three to one");
    }

    #[test]
    fn without_settlements_the_distance_is_from_inside_the_area() {
        let value = world().value(&NearestFacility, "A2", "health.clinic");
        assert!((value.value.unwrap() / 1.3 - 111_315.3).abs() < 1.0);
        assert_eq!(value.confidence, Confidence::Poor);
    }

    #[test]
    fn without_any_facility_everything_is_unknown() {
        let world = World::row(1, "2020-01-01");
        let all: [&dyn Indicator; 3] = [&PeoplePerFacility, &Facilities, &NearestFacility];
        for indicator in all {
            assert_eq!(world.value(indicator, "A1", "").value, None);
        }
    }
}
