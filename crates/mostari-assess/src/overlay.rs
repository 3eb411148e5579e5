//! Surfaces of polygons and of their overlay: nothing is sampled, rasterised or counted twice; corners are snapped to a
//! grid of about a millimetre.
//!
//! Overlays are computed in degrees, where the edges of published polygons are straight (RFC 7946, 3.1.1), and
//! then measured on the ellipsoid. Why not in a projection: decision 0007.

use geo::{BooleanOps, BoundingRect, Intersects, Orient, orient::Direction, unary_union};
use geo_types::{Geometry, Line, LineString, MultiPolygon, Polygon, Rect};

/// Semi-major axis of WGS 84 in metres (NGA.STND.0036 v1.0.0, table 3.1).
const SEMI_MAJOR_M: f64 = 6_378_137.0;
/// First eccentricity squared of WGS 84 (the same, table 3.3).
const ECCENTRICITY_SQUARED: f64 = 6.694_379_990_141e-3;

/// Surface of a multipolygon on the WGS 84 ellipsoid in square metres, its edges straight in degrees.
///
/// Green's theorem on the authalic function q, which turns latitude into surface: the surface between the equator
/// and an edge is a²/2 times the integral of q along the edge's longitudes, taken by three-point Gauss-Legendre
/// quadrature. Cutting an edge in two changes nothing, so that parts add up to the whole.
///
/// # Source
/// Snyder 1987, *Map Projections: A Working Manual* (USGS Professional Paper 1395), equation 3-12.
pub(crate) fn surface_m2(shape: &MultiPolygon<f64>) -> f64 {
    let ring = |ring: &LineString<f64>| ring.lines().map(|edge| under_edge_m2(&edge)).sum::<f64>().abs();
    let polygon = |p: &Polygon<f64>| ring(p.exterior()) - p.interiors().iter().map(ring).sum::<f64>();
    shape.iter().map(polygon).sum()
}

fn under_edge_m2(edge: &Line<f64>) -> f64 {
    // Nodes and weights of three-point Gauss-Legendre quadrature on 0 to 1.
    let offset = 0.5 * 0.6f64.sqrt();
    let nodes = [(0.5 - offset, 5.0 / 18.0), (0.5, 8.0 / 18.0), (0.5 + offset, 5.0 / 18.0)];
    let latitude = |t: f64| (edge.start.y + t * edge.dy()).to_radians();
    let mean: f64 = nodes.iter().map(|(t, weight)| weight * authalic_q(latitude(*t))).sum();
    SEMI_MAJOR_M * SEMI_MAJOR_M / 2.0 * mean * edge.dx().to_radians()
}

/// Snyder's q of a latitude in radians.
fn authalic_q(latitude: f64) -> f64 {
    let e = ECCENTRICITY_SQUARED.sqrt();
    let sine = latitude.sin();
    let round = sine / (1.0 - ECCENTRICITY_SQUARED * sine * sine);
    (1.0 - ECCENTRICITY_SQUARED) * (round + (e * sine).atanh() / e)
}

/// The polygons of a geometry; none for points and lines.
pub(crate) fn polygons(geometry: &Geometry<f64>) -> Vec<Polygon<f64>> {
    match geometry {
        Geometry::Polygon(polygon) => vec![polygon.clone()],
        Geometry::MultiPolygon(parts) => parts.0.clone(),
        Geometry::Rect(rect) => vec![rect.to_polygon()],
        Geometry::Triangle(triangle) => vec![triangle.to_polygon()],
        Geometry::GeometryCollection(parts) => parts.iter().flat_map(polygons).collect(),
        Geometry::Point(_) | Geometry::MultiPoint(_) => Vec::new(),
        Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_) => Vec::new(),
    }
}

/// The union of polygons.
///
/// The union counts windings, so outer rings must all turn one way and holes the other; the results of an overlay
/// do not promise that, and neither do files.
pub(crate) fn union<'p>(polygons: impl IntoIterator<Item = &'p Polygon<f64>>) -> MultiPolygon<f64> {
    let turned: Vec<Polygon<f64>> = polygons.into_iter().map(|polygon| polygon.orient(Direction::Default)).collect();
    unary_union(&turned)
}

/// What is in `a` but not in `b`.
pub(crate) fn without(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    if a.0.is_empty() || b.0.is_empty() { a.clone() } else { a.difference(b) }
}

/// What is in both.
pub(crate) fn within(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    if a.0.is_empty() || b.0.is_empty() { MultiPolygon::new(Vec::new()) } else { a.intersection(b) }
}

/// Whether a polygon may reach into a box, and the box of a polygon.
pub(crate) fn reaches(polygon: &Polygon<f64>, bounds: &Rect<f64>) -> bool {
    polygon.bounding_rect().is_some_and(|own| own.intersects(bounds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::square;
    use geo::{GeodesicArea, Scale};
    use proptest::prelude::*;

    fn check_m2(shape: &MultiPolygon<f64>, expect: f64, relative: f64) {
        let found = surface_m2(shape);
        assert!((found / expect - 1.0).abs() <= relative, "{found} is not {expect}");
    }

    #[test]
    fn the_whole_ellipsoid_has_its_known_surface() {
        // 510 065 621.724 km² (Moritz 2000, GRS 80; WGS 84 differs in the tenth digit).
        let ring =
            LineString::from(vec![(-180.0, -90.0), (180.0, -90.0), (180.0, 90.0), (-180.0, 90.0), (-180.0, -90.0)]);
        check_m2(&MultiPolygon::new(vec![Polygon::new(ring, Vec::new())]), 510_065_621_724_000.0, 1e-9);
    }

    #[test]
    fn a_small_square_agrees_with_the_geodesic_surface() {
        let shape = square(17.8, 43.3, 0.01);
        check_m2(&shape, shape.geodesic_area_unsigned(), 1e-6);
    }

    #[test]
    fn a_hole_is_not_counted() {
        let whole = square(10.0, 10.0, 1.0);
        let hole = square(10.25, 10.25, 0.5);
        check_m2(&without(&whole, &hole), surface_m2(&whole) - surface_m2(&hole), 1e-9);
    }

    #[test]
    fn polygons_that_overlap_count_once_whichever_way_they_turn() {
        let a = square(0.0, 0.0, 1.0);
        let clockwise = square(0.5, 0.0, 1.0).orient(Direction::Reversed);
        let all: Vec<_> = [a, clockwise].iter().flat_map(|s| polygons(&Geometry::MultiPolygon(s.clone()))).collect();
        let one_and_a_half = square(0.0, 0.0, 1.0).scale_xy(1.5, 1.0);
        check_m2(&union(&all), surface_m2(&one_and_a_half), 1e-9);
    }

    #[test]
    fn a_union_of_a_union_keeps_its_holes() {
        let ring = without(&square(0.0, 0.0, 1.0), &square(0.25, 0.25, 0.5));
        let beside = square(3.0, 0.0, 1.0);
        let again = |shapes: &[&MultiPolygon<f64>]| {
            let all: Vec<_> = shapes.iter().flat_map(|s| polygons(&Geometry::MultiPolygon((*s).clone()))).collect();
            union(&all)
        };
        let once = again(&[&ring, &beside]);
        check_m2(&once, surface_m2(&ring) + surface_m2(&beside), 1e-9);
        check_m2(&again(&[&once, &beside]), surface_m2(&once), 1e-9);
        check_m2(&union(&once.0), surface_m2(&once), 1e-9);
    }

    /// A degree of latitude, rounded up.
    const METRES_PER_DEGREE: f64 = 111_700.0;
    /// How far the overlay may move a corner, in metres: 10 degrees / 2^30 is a millimetre; both ends of an edge move.
    const SNAP_M: f64 = 0.005;

    proptest! {
        #[test]
        fn parts_of_an_overlay_add_up_to_the_whole(
            squares in prop::collection::vec((0.0..3.0f64, 40.0..43.0f64, 0.05..1.0f64), 1..12),
            cut in 0.5..2.5f64,
        ) {
            let all: Vec<_> = squares.iter().flat_map(|(x, y, side)| square(*x, *y, *side).0).collect();
            let whole = union(&all);
            // Corners are snapped to an integer grid of about 10 degrees / 2^30, some millimetres, over the whole extent;
            // so a surface is known to that much along its outline.
            let outline_m: f64 = squares.iter().map(|(_, _, side)| 4.0 * side * METRES_PER_DEGREE).sum();
            let same = |a: f64, b: f64| (a - b).abs() < outline_m * SNAP_M;
            let holed = without(&whole, &square(squares[0].0 + 0.01, squares[0].1 + 0.01, 0.02));
            prop_assert!(same(surface_m2(&union(&holed.0)), surface_m2(&holed)));
            let left = square(cut - 10.0, 36.0, 10.0);
            let right = square(cut, 36.0, 10.0);
            let parts = surface_m2(&within(&whole, &left)) + surface_m2(&within(&whole, &right));
            prop_assert!(same(parts, surface_m2(&whole)));
            let inside_and_out = surface_m2(&within(&whole, &left)) + surface_m2(&without(&whole, &left));
            prop_assert!(same(inside_and_out, surface_m2(&whole)));
        }
    }
}
