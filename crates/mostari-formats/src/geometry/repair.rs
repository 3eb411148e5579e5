//! Repairs invalid polygons by a stated method, or says that no repair can be trusted.
//!
//! Each polygon's rings are cut at every crossing and filled by the even-odd rule (a point is inside if a ray from
//! it crosses the rings an odd number of times), which needs no guess about the direction of rings; the parts of
//! one feature are then united. Where rings wind round a place more than once the rule leaves that place out, which
//! for a hazard may be the wrong way: the share of such places is stated, and above [`DOUBLY_WOUND_SHARE_MAX`] the
//! repair is not trusted.

use super::validity::{Fault, fault};
use geo::{
    BooleanOps, GeodesicArea, Orient,
    bool_ops::{FillRule, OpType, unary_union},
    orient::Direction,
};
use geo_types::{Coord, MultiPolygon};

/// The method's name in the column `repair`.
pub(crate) const METHOD: &str = "even-odd";
/// Above this share of the outline's area that the even-odd rule leaves out, a person must decide.
pub(crate) const DOUBLY_WOUND_SHARE_MAX: f64 = 0.25;

/// A polygon after the check.
#[derive(Debug)]
pub(crate) enum Checked {
    /// It was valid and stays as it is, but that its outer rings run counter-clockwise afterwards.
    Valid(MultiPolygon<f64>),
    /// It was repaired.
    Repaired { shape: MultiPolygon<f64>, fault: Fault, at: Coord<f64>, before_m2: f64, after_m2: f64 },
    /// It cannot be repaired in a way that can be trusted.
    Hopeless { fault: Fault, at: Coord<f64>, why: String },
}

/// Checks a shape and repairs it if it is invalid.
///
/// Outer rings run counter-clockwise and holes clockwise afterwards (RFC 7946 section 3.1.6): shapefiles have it the
/// other way round, and the geodesic area of a clockwise ring is that of the rest of the earth.
pub(crate) fn checked(shape: MultiPolygon<f64>) -> Checked {
    let Some((fault_found, at)) = fault(&shape) else {
        return Checked::Valid(shape.orient(Direction::Default));
    };
    let hopeless = |why: String| Checked::Hopeless { fault: fault_found, at, why };
    if fault_found == Fault::NotANumber {
        return hopeless("no outline can be drawn".to_owned());
    }
    let repaired = renoded(&shape, FillRule::EvenOdd);
    let after_m2 = repaired.geodesic_area_unsigned();
    if repaired.0.is_empty() || after_m2 <= 0.0 {
        return hopeless("it encloses no area".to_owned());
    }
    let outline = renoded(&shape, FillRule::NonZero).geodesic_area_unsigned();
    let left_out_share = (outline - after_m2) / outline;
    if left_out_share > DOUBLY_WOUND_SHARE_MAX {
        return hopeless(format!(
            "{:.0} % of its {outline:.0} m2 is enclosed twice, and may be inside or a hole",
            left_out_share * 100.0
        ));
    }
    if fault(&repaired).is_some() {
        return hopeless("the repaired outline is not valid either".to_owned());
    }
    Checked::Repaired { shape: repaired, fault: fault_found, at, before_m2: outline, after_m2 }
}

/// The shape cut at every crossing, filled by a rule, its polygons united.
fn renoded(shape: &MultiPolygon<f64>, rule: FillRule) -> MultiPolygon<f64> {
    let nothing = MultiPolygon::<f64>(Vec::new());
    let parts: Vec<_> = (shape.0.iter())
        .flat_map(|polygon| {
            let turned = polygon.orient(Direction::Default);
            turned.boolean_op_with_fill_rule(&nothing, OpType::Union, rule).0
        })
        .collect();
    if shape.0.len() > 1 { unary_union(&parts) } else { MultiPolygon(parts) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::Area;
    use geo_types::{LineString, Polygon};

    fn polygon(points: &[(f64, f64)]) -> MultiPolygon<f64> {
        MultiPolygon(vec![Polygon::new(LineString::from(points.to_vec()), Vec::new())])
    }

    fn check(points: &[(f64, f64)], expect: Result<f64, &str>) {
        match (checked(polygon(points)), expect) {
            (Checked::Valid(shape) | Checked::Repaired { shape, .. }, Ok(area)) => {
                assert!((shape.unsigned_area() - area).abs() < 1e-6 * area, "{}", shape.unsigned_area());
                assert_eq!(fault(&shape), None);
            }
            (Checked::Hopeless { why, .. }, Err(expect)) => assert!(why.contains(expect), "{why}"),
            (other, expect) => panic!("{other:?}, not {expect:?}"),
        }
    }

    #[test]
    fn a_valid_polygon_stays_as_it_is() {
        check(&[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)], Ok(0.5));
    }

    #[test]
    fn a_clockwise_ring_is_turned_so_that_its_area_is_not_the_rest_of_the_earth() {
        let clockwise = polygon(&[(18.0, 44.0), (18.0, 44.1), (18.1, 44.1), (18.1, 44.0), (18.0, 44.0)]);
        let Checked::Valid(shape) = checked(clockwise) else { panic!("a square is valid") };
        assert!((80e6..100e6).contains(&shape.geodesic_area_unsigned()), "about 8 km by 11 km");
    }

    #[test]
    fn a_bow_tie_becomes_two_triangles() {
        check(&[(0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0), (0.0, 0.0)], Ok(2.0));
    }

    #[test]
    fn a_spike_is_cut_off() {
        check(&[(0.0, 0.0), (1.0, 0.0), (3.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)], Ok(1.0));
    }

    #[test]
    fn a_line_there_and_back_encloses_nothing() {
        check(&[(0.0, 0.0), (2.0, 0.0), (1.0, 0.0), (0.0, 0.0)], Err("encloses no area"));
    }

    #[test]
    fn a_ring_wound_twice_round_the_same_place_is_left_to_a_person() {
        let square = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0)];
        let inner = [(0.0, 0.1), (1.9, 0.1), (1.9, 1.9), (0.0, 1.9), (0.0, 0.0)];
        let twice: Vec<_> = square.iter().chain(&inner).copied().collect();
        check(&twice, Err("enclosed twice"));
    }

    #[test]
    fn overlapping_parts_of_one_feature_are_united() {
        let square = |x: f64| {
            Polygon::new(LineString::from(vec![(x, 0.0), (x + 2.0, 0.0), (x + 2.0, 2.0), (x, 2.0)]), Vec::new())
        };
        let Checked::Repaired { shape, .. } = checked(MultiPolygon(vec![square(0.0), square(1.0)])) else {
            panic!("two overlapping squares are not valid")
        };
        assert!((shape.unsigned_area() - 6.0).abs() < 1e-6);
    }
}
