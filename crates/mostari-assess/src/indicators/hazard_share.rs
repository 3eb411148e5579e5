//! Share of an area's surface that is suspected or confirmed to be hazardous, by exact overlay.

use crate::findings::{AFTER_AS_OF, HAZARD_WITHOUT_SURFACE, WORD_NOT_KNOWN};
use crate::overlay::{polygons, reaches, surface_m2, union, within, without};
use crate::sheet::{self, Known, Sheet};
use crate::{Ground, Indicator};
use geo::{BoundingRect, CoordsIter};
use geo_types::{MultiPolygon, Polygon, Rect};
use mostari_model::{About, Confidence, Date, Direction, Finding, IndicatorValue, Kind, Period, Unit};
use mostari_place::AreaIndex;
use rayon::prelude::*;
use rstar::{AABB, RTree, RTreeObject};
use std::collections::{BTreeMap, BTreeSet};

static ABOUT: About = About {
    id: "hazard-share",
    kind: Kind::Indicator,
    name: "Share of hazardous ground",
    summary: "How much of each area's surface is suspected or confirmed to be contaminated with explosive ordnance?",
    unit: "share",
    range: "0 to 1",
    direction: Direction::HigherIsWorse,
    source: "IMAS 07.11 Land release: suspected (SHA) and confirmed hazardous areas (CHA); cancelled, reduced, cleared",
    method: "Union of suspected and confirmed polygons, less cancelled, reduced and cleared ones that are not older, \
             within the boundary; overlaps count once. Low: confirmed only. High: nothing subtracted.",
    protection: "Surface by area only.",
};

/// Above this share of features without a place, a share of ground is poor knowledge.
const WITHOUT_PLACE_SHARE_MAX: f64 = 0.1;

/// See [`ABOUT`].
pub(crate) struct HazardShare;

/// What a state of IMAS 07.11 means for the ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Suspected,
    Confirmed,
    Released,
    /// An accident: a report, not a piece of ground.
    Incident,
}

impl Meaning {
    fn of(state: &str) -> Option<Self> {
        match state {
            "suspected" => Some(Self::Suspected),
            "confirmed" => Some(Self::Confirmed),
            "cancelled" | "reduced" | "cleared" => Some(Self::Released),
            "incident" => Some(Self::Incident),
            _ => None,
        }
    }
}

/// A polygon of the hazard data.
struct Piece {
    polygon: Polygon<f64>,
    bounds: Rect<f64>,
    meaning: Meaning,
    date: Option<Date>,
}

impl RTreeObject for Piece {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        envelope(&self.bounds)
    }
}

fn envelope(bounds: &Rect<f64>) -> AABB<[f64; 2]> {
    AABB::from_corners([bounds.min().x, bounds.min().y], [bounds.max().x, bounds.max().y])
}

/// The hazard data of a mission on a day.
#[derive(Default)]
struct Hazards {
    pieces: RTree<Piece>,
    sources: BTreeSet<u32>,
    /// Features that are neither incidents nor later, and how many of them have no geometry, or no surface.
    features: u64,
    without_place: u64,
    without_surface: u64,
}

impl Indicator for HazardShare {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn assess(&self, ground: &Ground<'_>) -> Vec<IndicatorValue> {
        let mut sheet = Sheet::new(ground, &ABOUT, Unit::Share);
        let (hazards, day) = (hazards(ground), Period::day(ground.as_of));
        let leaves = ground.leaves();
        let shapes = leaves.par_iter().map(|area| ground.placed.gazetteer.areas[*area].shape.as_ref());
        let shares: Vec<Option<Shares>> = shapes.map(|shape| shape.map(|shape| shares(&hazards, shape))).collect();
        for (area, shares) in leaves.into_iter().zip(shares) {
            match shares {
                _ if hazards.features == 0 => sheet.unknown(area, "", day, "no data about hazard areas"),
                None => sheet.unknown(area, "", day, "the boundary of the area is not known"),
                Some(shares) => write(&mut sheet, &hazards, area, day, &shares),
            }
        }
        sheet.finish()
    }

    fn findings(&self, ground: &Ground<'_>) -> Vec<Finding> {
        let table = &ground.snapshot.tables.hazards;
        let mut findings = Vec::new();
        let mut no_surface: BTreeMap<(u32, &str, &str), u64> = BTreeMap::new();
        let mut unknown: BTreeMap<(u32, &str), u64> = BTreeMap::new();
        let mut later: BTreeMap<u32, u64> = BTreeMap::new();
        for row in 0..table.len() {
            let (dataset, state) = (table.dataset[row], table.state.get(row).as_str());
            match Meaning::of(state) {
                None => *unknown.entry((dataset, state)).or_default() += 1,
                Some(Meaning::Incident) => {}
                Some(_) if table.date[row].is_some_and(|day| day > ground.as_of) => {
                    *later.entry(dataset).or_default() += 1
                }
                Some(_) => {
                    let what = match &table.shape[row] {
                        None => "without geometry",
                        Some(shape) if polygons(shape).is_empty() => "given as a point or line",
                        Some(_) => continue,
                    };
                    *no_surface.entry((dataset, state, what)).or_default() += 1;
                }
            }
        }
        for ((dataset, state, what), number) in no_surface {
            let message = format!("{} {what}", sheet::count(number, &format!("{state} feature")));
            findings.push(Finding::new(HAZARD_WITHOUT_SURFACE, message).in_file(ground.file(dataset)));
        }
        for ((dataset, state), number) in unknown {
            let message = format!("{} in the state `{state}`", sheet::count(number, "feature"));
            findings.push(Finding::new(WORD_NOT_KNOWN, message).in_file(ground.file(dataset)).in_column("state"));
        }
        for (dataset, number) in later {
            let message = format!("{} dated after {}", sheet::count(number, "hazard feature"), ground.as_of);
            findings.push(Finding::new(AFTER_AS_OF, message).in_file(ground.file(dataset)));
        }
        findings
    }
}

fn hazards(ground: &Ground<'_>) -> Hazards {
    let table = &ground.snapshot.tables.hazards;
    let mut hazards = Hazards::default();
    let mut pieces = Vec::new();
    for row in 0..table.len() {
        let Some(meaning) = Meaning::of(table.state.get(row)).filter(|m| *m != Meaning::Incident) else { continue };
        let date = table.date[row];
        if date.is_some_and(|day| day > ground.as_of) {
            continue;
        }
        hazards.features += 1;
        hazards.sources.insert(table.dataset[row]);
        let Some(shape) = &table.shape[row] else {
            hazards.without_place += 1;
            continue;
        };
        let polygons = polygons(shape);
        hazards.without_surface += u64::from(polygons.is_empty());
        pieces.extend(polygons.into_iter().filter_map(|polygon| {
            let bounds = polygon.bounding_rect()?;
            Some(Piece { polygon, bounds, meaning, date })
        }));
    }
    // The order of rows must leave no trace, not even in the last bit of a sum over corners.
    pieces.sort_by(|a, b| a.date.cmp(&b.date).then_with(|| by_corners(&a.polygon, &b.polygon)));
    hazards.pieces = RTree::bulk_load(pieces);
    hazards
}

fn by_corners(a: &Polygon<f64>, b: &Polygon<f64>) -> std::cmp::Ordering {
    let order = |(a, b): (geo_types::Coord<f64>, geo_types::Coord<f64>)| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y));
    let mut pairs = a.coords_iter().zip(b.coords_iter()).map(order);
    pairs.find(|order| order.is_ne()).unwrap_or_else(|| a.coords_count().cmp(&b.coords_count()))
}

/// Shares of an area's surface.
#[derive(Debug, Default)]
struct Shares {
    remaining: f64,
    confirmed: f64,
    unreduced: f64,
}

fn shares(hazards: &Hazards, area: &MultiPolygon<f64>) -> Shares {
    let Some(bounds) = area.bounding_rect() else { return Shares::default() };
    let near: Vec<&Piece> = hazards.pieces.locate_in_envelope_intersecting(&envelope(&bounds)).collect();
    let (released, hazardous): (Vec<&Piece>, Vec<&Piece>) =
        near.into_iter().partition(|piece| piece.meaning == Meaning::Released);
    if hazardous.is_empty() {
        return Shares::default();
    }
    let confirmed: Vec<&Piece> = hazardous.iter().copied().filter(|p| p.meaning == Meaning::Confirmed).collect();
    let whole = surface_m2(area);
    let share = |shape: MultiPolygon<f64>| (surface_m2(&within(&shape, area)) / whole).clamp(0.0, 1.0);
    Shares {
        remaining: share(remaining(&hazardous, &released)),
        confirmed: share(remaining(&confirmed, &released)),
        unreduced: share(union(hazardous.iter().map(|piece| &piece.polygon))),
    }
}

/// The union of hazard areas, each less what was released since it was reported. Where either has no date, the
/// release counts: land is released after it was suspected, and real files rarely say when.
fn remaining(hazardous: &[&Piece], released: &[&Piece]) -> MultiPolygon<f64> {
    let mut by_date: BTreeMap<Option<Date>, Vec<&Polygon<f64>>> = BTreeMap::new();
    hazardous.iter().for_each(|piece| by_date.entry(piece.date).or_default().push(&piece.polygon));
    let left = by_date.into_iter().map(|(reported, polygons)| {
        let hazard = union(polygons);
        let Some(bounds) = hazard.bounding_rect() else { return hazard };
        let since = |piece: &&&Piece| reported.is_none_or(|day| piece.date.is_none_or(|released| released >= day));
        let releases = released.iter().filter(since).map(|piece| &piece.polygon);
        without(&hazard, &union(releases.filter(|polygon| reaches(polygon, &bounds))))
    });
    let left: Vec<Polygon<f64>> = left.flat_map(|shape| shape.0).collect();
    union(&left)
}

fn write(sheet: &mut Sheet<'_>, hazards: &Hazards, area: AreaIndex, day: Period, shares: &Shares) {
    let mut doubts = vec!["low: confirmed only; high: nothing subtracted".to_owned()];
    if shares.unreduced == 0.0 {
        doubts = vec!["no hazard area is recorded here, which does not prove that there is none".to_owned()];
    }
    let lost = hazards.without_place + hazards.without_surface;
    if lost > 0 {
        let all = hazards.features;
        doubts.push(format!(
            "{} of {all} features have no place and {} no surface: they could lie here too",
            hazards.without_place, hazards.without_surface
        ));
    }
    let confidence = match lost as f64 > WITHOUT_PLACE_SHARE_MAX * hazards.features as f64 {
        true => Confidence::Poor,
        false if shares.unreduced == 0.0 => Confidence::Poor,
        false => Confidence::Fair,
    };
    let high = (shares.unreduced > 0.0).then_some(shares.unreduced);
    let known = Known {
        value: Some(shares.remaining),
        low: Some(shares.confirmed.min(shares.remaining)),
        high: high.map(|high| high.max(shares.remaining)),
        confidence,
        doubt: doubts.join("; "),
        sources: &hazards.sources,
    };
    sheet.write(area, "", day, known);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{World, date, square};
    use geo_types::Geometry;
    use mostari_model::Hazard;

    fn add(world: &mut World, state: &str, x: f64, width: f64, day: Option<&str>) {
        let shape = square(x, 0.0, 1.0).0[0].clone();
        let shape = geo::Scale::scale_around_point(&shape, width, 1.0, geo_types::coord! { x: x, y: 0.0 });
        world.snapshot.tables.hazards.push(Hazard {
            state: state.into(),
            shape: Some(Geometry::Polygon(shape)),
            date: day.map(date),
            ..Hazard::default()
        });
    }

    /// Value, low and high of A1, to nine digits.
    fn check(world: &World, expect: [Option<f64>; 3]) {
        let value = world.value(&HazardShare, "A1", "");
        for (found, expect) in [value.value, value.low, value.high].into_iter().zip(expect) {
            match (found, expect) {
                (Some(found), Some(expect)) => assert!((found - expect).abs() < 1e-8, "{found} is not {expect}"),
                (found, expect) => assert_eq!(found, expect, "{}", value.doubt),
            }
        }
    }

    #[test]
    fn overlapping_hazards_count_once_and_stop_at_the_boundary() {
        let mut world = World::row(2, "2020-01-01");
        add(&mut world, "suspected", 0.5, 0.3, None);
        add(&mut world, "suspected", 0.6, 0.9, None);
        check(&world, [Some(0.5), Some(0.0), Some(0.5)]);
        let second = world.value(&HazardShare, "A2", "");
        assert!((second.value.unwrap() - 0.5).abs() < 1e-8);
    }

    #[test]
    fn cleared_ground_is_subtracted_and_the_upper_bound_keeps_it() {
        let mut world = World::row(1, "2020-01-01");
        add(&mut world, "suspected", 0.0, 0.4, None);
        add(&mut world, "confirmed", 0.4, 0.2, None);
        add(&mut world, "cleared", 0.3, 0.2, None);
        check(&world, [Some(0.4), Some(0.1), Some(0.6)]);
    }

    #[test]
    fn ground_that_was_suspected_again_after_its_release_remains() {
        let mut world = World::row(1, "2020-01-01");
        add(&mut world, "suspected", 0.0, 0.4, Some("2019-05-01"));
        add(&mut world, "cleared", 0.0, 0.4, Some("2010-05-01"));
        check(&world, [Some(0.4), Some(0.0), Some(0.4)]);
        add(&mut world, "cancelled", 0.0, 0.1, Some("2019-06-01"));
        check(&world, [Some(0.3), Some(0.0), Some(0.4)]);
        world.as_of = date("2019-05-31");
        check(&world, [Some(0.4), Some(0.0), Some(0.4)]);
    }

    #[test]
    fn a_feature_without_a_place_makes_doubt_and_a_finding() {
        let mut world = World::row(1, "2020-01-01");
        add(&mut world, "suspected", 0.0, 0.4, None);
        world.snapshot.tables.hazards.push(Hazard { state: "cleared".into(), ..Hazard::default() });
        let value = world.value(&HazardShare, "A1", "");
        assert!(value.doubt.contains("1 of 2 features have no place"), "{}", value.doubt);
        assert_eq!(value.confidence, Confidence::Poor);
        assert_eq!(world.codes(&HazardShare), ["ASM-009"]);
    }

    #[test]
    fn an_area_without_records_is_open_at_the_top_and_without_data_unknown() {
        let mut world = World::row(3, "2020-01-01");
        check(&world, [None, None, None]);
        add(&mut world, "suspected", 2.1, 0.4, None);
        check(&world, [Some(0.0), Some(0.0), None]);
    }

    #[test]
    fn a_state_that_nobody_defined_is_reported() {
        let mut world = World::row(1, "2020-01-01");
        add(&mut world, "dodgy", 0.0, 0.4, None);
        add(&mut world, "incident", 0.0, 0.4, None);
        assert_eq!(world.codes(&HazardShare), ["ASM-010"]);
        check(&world, [None, None, None]);
    }
}
