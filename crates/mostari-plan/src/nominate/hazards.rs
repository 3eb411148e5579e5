//! Hazard areas close to where people live or go.

use super::{Call, Findings, Ground, severity};
use crate::findings::{HAZARD_NOT_USED, HAZARD_PEOPLE_ESTIMATED, PEOPLE_UNKNOWN};
use geo::{BoundingRect, Distance, Euclidean, GeodesicArea, InteriorPoint, MapCoords};
use geo_types::{Coord, Geometry, MultiPolygon, Point};
use mostari_model::{Answer, Date, ProjectKind};
use mostari_place::AreaIndex;
use rstar::{AABB, RTree, primitives::GeomWithData};
use std::collections::{BTreeMap, BTreeSet};

/// The indicator that a call for clearance answers.
const HAZARD_SHARE: &str = "hazard-share";

/// Metres in a degree of latitude on a sphere of the Earth's mean radius, 6 371 008.8 m (IUGG 1980).
const METRES_PER_DEGREE: f64 = 111_195.08;

/// Square metres in a hectare.
const HECTARE_M2: f64 = 10_000.0;

/// Severity of a hazard where no phase is known: confirmed, and merely suspected.
const SEVERITY_CONFIRMED: f64 = 3.0;
const SEVERITY_SUSPECTED: f64 = 2.0;

type Places = RTree<GeomWithData<[f64; 2], usize>>;

/// A hazard area that somebody lives or goes near.
struct Near {
    row: usize,
    hectares: f64,
    is_confirmed: bool,
    point: (f64, f64),
    /// Rows of the facilities and settlements within the distance.
    places: BTreeSet<usize>,
}

/// Clearance projects of at most `hectares_max` hectares: in each area, confirmed hazards first, then by row.
///
/// Each feature counts with its own surface; what overlaps is not merged, as a team has to survey each.
pub(super) fn near_people(
    ground: &Ground<'_>,
    kind: &ProjectKind,
    within_m: f64,
    hectares_max: f64,
    findings: &mut Findings,
) -> Vec<Call> {
    let places = places(ground);
    let mut by_area: BTreeMap<AreaIndex, Vec<Near>> = BTreeMap::new();
    for row in open_hazards(ground) {
        match near(ground, &places, row, within_m) {
            Ok(Some((area, near))) => by_area.entry(area).or_default().push(near),
            Ok(None) => {}
            Err(why) => {
                let table = &ground.snapshot.tables.hazards;
                findings.add_at(HAZARD_NOT_USED, ground, (table.dataset[row], table.row[row]), why.to_owned());
            }
        }
    }
    let mut calls = Vec::new();
    for (area, mut hazards) in by_area {
        hazards.sort_by_key(|h| (!h.is_confirmed, h.row));
        calls.extend(group(ground, kind, area, &hazards, hectares_max, findings));
    }
    calls
}

fn places(ground: &Ground<'_>) -> Places {
    let table = &ground.snapshot.tables.facilities;
    let point = |row: usize| Some(GeomWithData::new([table.longitude[row]?, table.latitude[row]?], row));
    RTree::bulk_load((0..table.len()).filter_map(point).collect())
}

/// Rows that are suspected or confirmed and not released by a later row of the same id.
fn open_hazards(ground: &Ground<'_>) -> Vec<usize> {
    let table = &ground.snapshot.tables.hazards;
    let mut released: BTreeMap<&str, Option<Date>> = BTreeMap::new();
    for row in 0..table.len() {
        let id = table.hazard_id.get(row);
        if !id.is_empty() && matches!(table.state.get(row).as_str(), "cancelled" | "reduced" | "cleared") {
            let latest = released.entry(id).or_insert(table.date[row]);
            *latest = (*latest).max(table.date[row]);
        }
    }
    let is_open = |row: &usize| {
        let is_hazard = matches!(table.state.get(*row).as_str(), "suspected" | "confirmed");
        // Of rows without dates the release holds.
        is_hazard && released.get(table.hazard_id.get(*row)).is_none_or(|release| table.date[*row] > *release)
    };
    (0..table.len()).filter(is_open).collect()
}

/// The hazard if somebody is near it, with its area; an error says why it cannot be used.
fn near(
    ground: &Ground<'_>,
    places: &Places,
    row: usize,
    within_m: f64,
) -> Result<Option<(AreaIndex, Near)>, &'static str> {
    let table = &ground.snapshot.tables.hazards;
    let shape = match &table.shape[row] {
        Some(Geometry::Polygon(polygon)) => MultiPolygon(vec![polygon.clone()]),
        Some(Geometry::MultiPolygon(polygons)) => polygons.clone(),
        Some(_) => return Err("it is no polygon"),
        None => return Err("it has no geometry"),
    };
    let (Some(inside), Some(bounds)) = (shape.interior_point(), shape.bounding_rect()) else {
        return Err("its polygon is empty");
    };
    let leaf = ground.placed.gazetteer.locate(inside.x(), inside.y()).filter(|area| ground.leaves.contains(area));
    let Some(area) = leaf else { return Err("it lies in no area") };
    let east_m_per_degree = METRES_PER_DEGREE * inside.y().to_radians().cos();
    let (east, north) = (within_m / east_m_per_degree, within_m / METRES_PER_DEGREE);
    let (min, max) = (bounds.min(), bounds.max());
    let window = AABB::from_corners([min.x - east, min.y - north], [max.x + east, max.y + north]);
    // On a plane that touches the Earth here: within a few kilometres as good as exact.
    let to_metres =
        |c: Coord<f64>| Coord { x: (c.x - inside.x()) * east_m_per_degree, y: (c.y - inside.y()) * METRES_PER_DEGREE };
    let shape_m = shape.map_coords(to_metres);
    let is_near = |place: &&GeomWithData<[f64; 2], usize>| {
        let [x, y] = *place.geom();
        Euclidean.distance(&Point(to_metres(Coord { x, y })), &shape_m) <= within_m
    };
    let near: BTreeSet<usize> = places.locate_in_envelope(&window).filter(is_near).map(|place| place.data).collect();
    let hectares = table.area_m2[row].unwrap_or_else(|| shape.geodesic_area_unsigned()) / HECTARE_M2;
    let is_confirmed = table.state.get(row) == "confirmed";
    let point = (inside.x(), inside.y());
    Ok((!near.is_empty()).then_some((area, Near { row, hectares, is_confirmed, point, places: near })))
}

/// A part of a project in the making.
#[derive(Default)]
struct Lot {
    hectares: f64,
    is_confirmed: bool,
    hazards: u32,
    point: Option<(f64, f64)>,
    places: BTreeSet<usize>,
}

/// Fills projects one after the other; a hazard that does not fit goes on in the next.
fn group(
    ground: &Ground<'_>,
    kind: &ProjectKind,
    area: AreaIndex,
    hazards: &[Near],
    hectares_max: f64,
    findings: &mut Findings,
) -> Vec<Call> {
    let mut lots = vec![Lot::default()];
    for hazard in hazards {
        let mut left = hazard.hectares;
        while left > 0.0 {
            if lots.last().is_none_or(|lot| lot.hectares >= hectares_max) {
                lots.push(Lot::default());
            }
            let lot = lots.last_mut().expect("one was pushed");
            let part = left.min(hectares_max - lot.hectares);
            lot.hectares += part;
            lot.is_confirmed |= hazard.is_confirmed;
            lot.hazards += 1;
            lot.point.get_or_insert(hazard.point);
            lot.places.extend(&hazard.places);
            left -= part;
        }
    }
    lots.retain(|lot| lot.hectares > 0.0);
    let count = lots.len() as u64;
    let call = |lot: Lot| {
        let Some(people) = people_near(ground, area, &lot, count, findings) else {
            findings.add(PEOPLE_UNKNOWN, format!("{}, for `{}`", ground.words(area), kind.id));
            return None;
        };
        let assumed = if lot.is_confirmed { SEVERITY_CONFIRMED } else { SEVERITY_SUSPECTED };
        let words = format!(
            "{:.1} hectares of {} hazard areas lie near {} settlements or facilities",
            lot.hectares,
            lot.hazards,
            lot.places.len()
        );
        let id = ground.placed.gazetteer.areas[area].id.clone();
        let answer =
            Answer { area: id, indicator: HAZARD_SHARE.into(), part: String::new(), value: lot.hectares, words };
        let severity = severity::of_area(ground, area).unwrap_or(assumed);
        Some(Call { area, point: lot.point, answer, units: lot.hectares, people, severity })
    };
    lots.into_iter().filter_map(call).collect()
}

/// People of the settlements near a lot; without a count, an even share of the people of the area.
fn people_near(ground: &Ground<'_>, area: AreaIndex, lot: &Lot, lots: u64, findings: &mut Findings) -> Option<u64> {
    let table = &ground.snapshot.tables.facilities;
    let counted: Vec<u64> = lot.places.iter().filter_map(|row| u64::try_from(table.people[*row]?).ok()).collect();
    if !counted.is_empty() {
        return Some(counted.iter().sum());
    }
    let share = ground.people(area)? / lots;
    findings
        .add(HAZARD_PEOPLE_ESTIMATED, format!("{}: {share} people for each of {lots} projects", ground.words(area)));
    Some(share)
}
