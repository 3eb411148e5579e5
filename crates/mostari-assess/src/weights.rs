//! Which areas touch: queen contiguity, computed from the boundaries.

use geo::LinesIter;
use geo::algorithm::line_measures::{Distance, Euclidean};
use geo_types::{Line, MultiPolygon};
use rayon::prelude::*;
use rstar::{AABB, RTree, RTreeObject};
use std::collections::BTreeSet;

/// How far apart two boundaries may lie and still touch, in degrees: about one metre. Published boundaries of
/// neighbours are rounded to five or six decimals, not always at the same points.
pub const TOLERANCE_DEGREES: f64 = 1e-5;

/// Neighbours of each area: binary weights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Weights {
    /// For each area, the positions of its neighbours in ascending order, without itself.
    pub neighbours: Vec<Vec<usize>>,
}

/// A piece of boundary and whose it is.
struct Edge {
    line: Line<f64>,
    area: usize,
}

impl RTreeObject for Edge {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.line.start.x, self.line.start.y], [self.line.end.x, self.line.end.y])
    }
}

impl Weights {
    /// Areas that share at least one boundary point, within [`TOLERANCE_DEGREES`]. An area without a boundary
    /// has no neighbours.
    ///
    /// # Source
    /// Queen contiguity: Anselin 1988, *Spatial Econometrics*, section 3.1.
    pub fn queen(shapes: &[Option<&MultiPolygon<f64>>]) -> Self {
        let edges_of = |area: usize| shapes[area].into_iter().flat_map(LinesIter::lines_iter);
        let edges: Vec<Edge> =
            (0..shapes.len()).flat_map(|area| edges_of(area).map(move |line| Edge { line, area })).collect();
        let tree = RTree::bulk_load(edges);
        let touching = |area: usize| {
            let mut found = BTreeSet::new();
            for line in edges_of(area) {
                for other in tree.locate_in_envelope_intersecting(&around(&line)) {
                    if other.area != area && !found.contains(&other.area) && touch(&line, &other.line) {
                        found.insert(other.area);
                    }
                }
            }
            found.into_iter().collect()
        };
        Self { neighbours: (0..shapes.len()).into_par_iter().map(touching).collect() }
    }
}

fn around(line: &Line<f64>) -> AABB<[f64; 2]> {
    let (a, b, t) = (line.start, line.end, TOLERANCE_DEGREES);
    AABB::from_corners([a.x.min(b.x) - t, a.y.min(b.y) - t], [a.x.max(b.x) + t, a.y.max(b.y) + t])
}

fn touch(a: &Line<f64>, b: &Line<f64>) -> bool {
    Euclidean.distance(a, b) <= TOLERANCE_DEGREES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::square;

    fn check(shapes: &[Option<MultiPolygon<f64>>], expect: &[&[usize]]) {
        let shapes: Vec<_> = shapes.iter().map(Option::as_ref).collect();
        assert_eq!(Weights::queen(&shapes).neighbours, expect);
    }

    #[test]
    fn squares_that_share_a_corner_or_an_edge_are_neighbours() {
        check(
            &[Some(square(0.0, 0.0, 1.0)), Some(square(1.0, 1.0, 1.0)), Some(square(1.0, 0.0, 1.0))],
            &[&[1, 2], &[0, 2], &[0, 1]],
        );
    }

    #[test]
    fn a_corner_on_the_middle_of_an_edge_touches_it() {
        check(&[Some(square(0.0, 0.0, 3.0)), Some(square(3.0, 1.0, 1.0))], &[&[1], &[0]]);
    }

    #[test]
    fn a_gap_of_less_than_a_metre_still_touches_and_a_wider_one_does_not() {
        check(&[Some(square(0.0, 0.0, 1.0)), Some(square(1.000_005, 0.0, 1.0))], &[&[1], &[0]]);
        check(&[Some(square(0.0, 0.0, 1.0)), Some(square(1.000_05, 0.0, 1.0))], &[&[], &[]]);
    }

    #[test]
    fn boundaries_that_cross_without_a_common_point_touch() {
        check(&[Some(square(0.0, 0.0, 1.0)), Some(square(0.9, 0.5, 1.0))], &[&[1], &[0]]);
    }

    #[test]
    fn an_area_without_a_boundary_has_no_neighbours() {
        check(&[Some(square(0.0, 0.0, 1.0)), None], &[&[], &[]]);
    }
}
