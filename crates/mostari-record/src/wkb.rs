//! Geometries as ISO well-known binary, little-endian; every coordinate comes back bit for bit.
//!
//! A line, rectangle or triangle, which well-known binary does not know, comes back as the line string or polygon of
//! the same shape.

use geo_traits::to_geo::ToGeoGeometry;
use geo_types::{Geometry, Point};
use wkb::{reader::read_wkb, writer::WriteOptions};

/// Adds a geometry's bytes to `out`.
///
/// # Errors
/// In words, if it has a point with a coordinate that is no number: well-known binary would read it as an empty point.
pub(crate) fn write(geometry: &Geometry<f64>, out: &mut Vec<u8>) -> Result<(), String> {
    if has_point_of_nan(geometry) {
        return Err("a geometry has a point whose coordinate is no number".to_owned());
    }
    wkb::writer::write_geometry(out, geometry, &WriteOptions::default()).map_err(|error| error.to_string())
}

/// Reads a geometry's bytes.
///
/// # Errors
/// In words, if they are not one.
pub(crate) fn read(bytes: &[u8]) -> Result<Geometry<f64>, String> {
    let parsed = read_wkb(bytes).map_err(|error| error.to_string())?;
    parsed.try_to_geometry().ok_or_else(|| "a geometry has an empty point".to_owned())
}

fn has_point_of_nan(geometry: &Geometry<f64>) -> bool {
    let is_nan = |point: &Point<f64>| point.x().is_nan() || point.y().is_nan();
    match geometry {
        Geometry::Point(point) => is_nan(point),
        Geometry::MultiPoint(points) => points.iter().any(is_nan),
        Geometry::GeometryCollection(parts) => parts.iter().any(has_point_of_nan),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{GeometryCollection, LineString, MultiPolygon, Polygon, line_string, point, polygon};

    fn check(geometry: impl Into<Geometry<f64>>) {
        let geometry = geometry.into();
        let mut bytes = Vec::new();
        write(&geometry, &mut bytes).unwrap();
        assert_eq!(read(&bytes).unwrap(), geometry);
    }

    /// The example of OGC 06-103r4 section 8: a point is a byte order, the type 1, x, y.
    #[test]
    fn a_point_has_the_bytes_of_the_standard() {
        let mut bytes = Vec::new();
        write(&point!(x: 1.0, y: 2.0).into(), &mut bytes).unwrap();
        assert_eq!(bytes, [&[1, 1, 0, 0, 0][..], &1f64.to_le_bytes(), &2f64.to_le_bytes()].concat());
    }

    #[test]
    fn coordinates_come_back_bit_for_bit() {
        check(point!(x: 0.1 + 0.2, y: -0.0));
        check(point!(x: f64::MIN_POSITIVE / 8.0, y: f64::MAX));
        check(line_string![(x: 17.81, y: 43.337), (x: 18.413, y: 43.856)]);
    }

    #[test]
    fn holes_and_parts_are_kept() {
        let ring = |x: f64, side: f64| {
            LineString::from(vec![(x, 0.0), (x + side, 0.0), (x + side, side), (x, side), (x, 0.0)])
        };
        let holed = Polygon::new(ring(0.0, 9.0), vec![ring(1.0, 1.0), ring(4.0, 2.0)]);
        check(holed.clone());
        check(MultiPolygon(vec![holed.clone(), Polygon::new(ring(20.0, 1.0), vec![])]));
        let parts = GeometryCollection(vec![holed.into(), point!(x: 1.0, y: 1.0).into()]);
        check(Geometry::GeometryCollection(parts));
    }

    #[test]
    fn empty_geometries_stay_empty() {
        check(Polygon::<f64>::new(LineString(vec![]), vec![]));
        check(MultiPolygon::<f64>(vec![]));
        check(LineString::<f64>(vec![]));
        check(Geometry::GeometryCollection(GeometryCollection(vec![])));
    }

    #[test]
    fn a_ring_with_coordinates_that_are_no_numbers_is_kept_and_such_a_point_refused() {
        let mut bytes = Vec::new();
        assert!(write(&point!(x: f64::NAN, y: 1.0).into(), &mut bytes).is_err());
        write(&polygon![(x: f64::NAN, y: 1.0), (x: 0.0, y: 1.0), (x: 1.0, y: 1.0)].into(), &mut bytes).unwrap();
        assert!(read(&bytes).is_ok());
    }

    #[test]
    fn cut_bytes_are_refused() {
        let mut bytes = Vec::new();
        write(&line_string![(x: 1.0, y: 2.0), (x: 3.0, y: 4.0)].into(), &mut bytes).unwrap();
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length]).is_err(), "{length} bytes");
        }
    }
}
