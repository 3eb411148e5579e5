//! Each shape's verdict is the one of GEOS 3.14 (`shapely.is_valid_reason`).

use super::*;
use serde_json::Value;

/// Rings of polygons as JSON, and the fault that they should show.
fn check(polygons: &str, expect: Option<Fault>) {
    let json: Value = serde_json::from_str(polygons).unwrap();
    let ring = |ring: &Value| {
        let position = |c: &Value| Coord { x: c[0].as_f64().unwrap(), y: c[1].as_f64().unwrap() };
        LineString(ring.as_array().unwrap().iter().map(position).collect())
    };
    let polygon = |polygon: &Value| {
        let mut rings = polygon.as_array().unwrap().iter().map(ring);
        Polygon::new(rings.next().unwrap(), rings.collect())
    };
    let shape = MultiPolygon(json.as_array().unwrap().iter().map(polygon).collect());
    assert_eq!(fault(&shape).map(|(fault, _)| fault), expect, "{polygons}");
}

#[test]
fn a_square_is_valid_and_so_is_nothing() {
    check("[[[[0,0],[4,0],[4,4],[0,4],[0,0]]]]", None);
    check("[]", None);
}

#[test]
fn a_repeated_position_does_no_harm() {
    check("[[[[0,0],[4,0],[4,0],[4,4],[0,4],[0,0]]]]", None);
}

#[test]
fn a_bow_tie_crosses_itself() {
    check("[[[[0,0],[4,4],[4,0],[0,4],[0,0]]]]", Some(Fault::SelfIntersection));
}

#[test]
fn a_figure_of_eight_touches_itself() {
    check("[[[[0,0],[2,2],[4,0],[4,4],[2,2],[0,4],[0,0]]]]", Some(Fault::RingSelfIntersection));
}

#[test]
fn a_corner_on_a_far_side_touches_it() {
    check("[[[[0,0],[4,0],[4,4],[2,0],[0,4],[0,0]]]]", Some(Fault::RingSelfIntersection));
}

#[test]
fn a_spike_runs_back_over_itself() {
    check("[[[[0,0],[4,0],[6,0],[4,0],[4,4],[0,0]]]]", Some(Fault::SelfIntersection));
    check("[[[[0,0],[4,0],[4,4],[4,2],[0,0]]]]", Some(Fault::SelfIntersection));
}

#[test]
fn a_line_there_and_back_has_too_few_corners_or_lies_on_itself() {
    check("[[[[0,0],[4,0],[0,0]]]]", Some(Fault::TooFewPoints));
    check("[[[[0,0],[4,0],[2,0],[0,0]]]]", Some(Fault::SelfIntersection));
}

#[test]
fn a_hole_may_touch_its_shell_once_but_not_twice() {
    check("[[[[0,0],[8,0],[8,8],[0,8],[0,0]],[[0,4],[2,2],[4,4],[2,6],[0,4]]]]", None);
    let twice = "[[[[0,0],[8,0],[8,8],[0,8],[0,0]],[[0,4],[4,2],[8,4],[4,6],[0,4]]]]";
    check(twice, Some(Fault::DisconnectedInterior));
}

#[test]
fn a_hole_lies_in_its_shell_and_in_no_other_hole() {
    let outside = "[[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[5,5],[6,5],[6,6],[5,5]]]]";
    check(outside, Some(Fault::HoleOutsideShell));
    let nested = "[[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[1,8],[8,8],[8,1],[1,1]],[[2,2],[2,3],[3,3],[3,2],[2,2]]]]";
    check(nested, Some(Fault::NestedHoles));
}

#[test]
fn a_hole_that_leaves_its_shell_through_a_corner_crosses_it() {
    let hole = "[[[[0,0],[4,0],[4,4],[0,4],[0,0]],[[2,2],[4,4],[6,6],[6,2],[2,2]]]]";
    check(hole, Some(Fault::SelfIntersection));
}

#[test]
fn three_holes_in_a_ring_cut_out_an_island_but_a_star_of_them_does_not() {
    let shell = "[[0,0],[20,0],[20,20],[0,20],[0,0]]";
    let (a, b) = ("[[5,5],[10,5],[5,10],[5,5]]", "[[10,5],[15,5],[15,10],[10,5]]");
    let circle = format!("[[{shell},{a},{b},[[5,10],[15,10],[10,15],[5,10]]]]");
    check(&circle, Some(Fault::DisconnectedInterior));
    let star = format!("[[{shell},{a},{b},[[10,5],[9,2],[11,2],[10,5]]]]");
    check(&star, None);
}

#[test]
fn polygons_of_one_shape_may_touch_but_not_overlap() {
    let square = "[[[0,0],[4,0],[4,4],[0,4],[0,0]]]";
    check(&format!("[{square},[[[4,4],[6,4],[6,6],[4,6],[4,4]]]]"), None);
    check(&format!("[{square},[[[4,0],[8,0],[8,4],[4,4],[4,0]]]]"), Some(Fault::SelfIntersection));
    check(&format!("[{square},[[[1,1],[2,1],[2,2],[1,2],[1,1]]]]"), Some(Fault::NestedShells));
    check(&format!("[{square},{square}]"), Some(Fault::SelfIntersection));
}

#[test]
fn an_island_in_a_lake_is_no_nested_polygon() {
    let lake = "[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[1,1],[1,8],[8,8],[8,1],[1,1]]]";
    check(&format!("[{lake},[[[3,3],[5,3],[5,5],[3,5],[3,3]]]]"), None);
}
