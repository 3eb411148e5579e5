//! Which area is nearest to a point outside all of them.

use crate::AreaIndex;
use geo::LinesIter;
use geo_types::{Coord, MultiPolygon};
use rstar::{
    RTree,
    primitives::{GeomWithData, Line},
};

/// Mean radius of the Earth in metres (IUGG).
const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// The boundaries, to be searched by distance.
///
/// Longitudes are shortened by the cosine of the middle latitude, so that degrees are about equal in both directions.
#[derive(Debug, Clone)]
pub(crate) struct Boundaries {
    edges: RTree<GeomWithData<Line<[f64; 2]>, u32>>,
    shortening: f64,
}

impl Boundaries {
    /// Collects the boundaries of some areas.
    pub(crate) fn new<'a>(shapes: impl Iterator<Item = (AreaIndex, &'a MultiPolygon<f64>)> + Clone) -> Self {
        let latitudes = shapes.clone().flat_map(|(_, shape)| shape.lines_iter().map(|line| line.start.y));
        let (low, high) = latitudes.fold((f64::MAX, f64::MIN), |(low, high), y| (low.min(y), high.max(y)));
        let shortening = (f64::midpoint(low, high)).to_radians().cos();
        let flat = |point: Coord<f64>| [point.x * shortening, point.y];
        let edges = shapes
            .flat_map(|(area, shape)| {
                let edge = move |line: geo_types::Line<f64>| Line::new(flat(line.start), flat(line.end));
                shape.lines_iter().map(move |line| GeomWithData::new(edge(line), area as u32))
            })
            .collect();
        Self { edges: RTree::bulk_load(edges), shortening }
    }

    /// The area with the nearest boundary, and how far that is in metres; the first area of several at equal distance.
    pub(crate) fn nearest(&self, point: Coord<f64>) -> Option<(AreaIndex, f64)> {
        let flat = [point.x * self.shortening, point.y];
        let mut by_distance = self.edges.nearest_neighbor_iter_with_distance_2(&flat);
        let (edge, least) = by_distance.next()?;
        let same = by_distance.take_while(|(_, distance)| *distance <= least).map(|(edge, _)| edge.data);
        let area = same.fold(edge.data, u32::min);
        let at = edge.geom().nearest_point(&flat);
        let to = Coord { x: at[0] / self.shortening, y: at[1] };
        Some((area as AreaIndex, distance_m(point, to)))
    }
}

/// Metres between two points that are close together.
fn distance_m(from: Coord<f64>, to: Coord<f64>) -> f64 {
    let east = (to.x - from.x).to_radians() * f64::midpoint(from.y, to.y).to_radians().cos();
    let north = (to.y - from.y).to_radians();
    EARTH_RADIUS_M * east.hypot(north)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::polygon;

    #[test]
    fn the_nearest_boundary_is_named_with_its_distance() {
        let square = |x: f64| polygon![(x: x, y: 44.0), (x: x + 1.0, y: 44.0), (x: x + 1.0, y: 45.0), (x: x, y: 45.0)];
        let shapes: Vec<MultiPolygon<f64>> = vec![square(16.0).into(), square(17.0).into()];
        let boundaries = Boundaries::new(shapes.iter().enumerate());
        // One hundredth of a degree of latitude is 1,112 m.
        let (area, distance) = boundaries.nearest(Coord { x: 17.5, y: 45.01 }).unwrap();
        assert_eq!((area, distance.round()), (1, 1112.0));
        // A corner that both share: the first area in order.
        assert_eq!(boundaries.nearest(Coord { x: 17.0, y: 43.99 }).unwrap().0, 0);
    }
}
