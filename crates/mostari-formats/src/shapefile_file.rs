//! Shapefiles: shapes and attributes side by side, brought to WGS 84, as features.

use crate::{
    Probe, ReadError, dbf,
    findings::geo as cards,
    geojson_file::{Feature, Features, Given},
    projection::Projection,
};
use geo::Intersects;
use geo_types::{Coord, Geometry, LineString, MultiLineString, MultiPolygon, Point, Polygon};
use mostari_model::{Finding, FindingCard};
use shapefile::{PolygonRing, Shape, ShapeReader};
use std::io::Cursor;

/// Reads a shapefile; rows are numbered as its records are, from 1.
///
/// # Errors
/// [`ReadError::Refused`] without attributes, for a reference system that we do not know, or for a damaged header.
pub(crate) fn read(probe: &Probe<'_>) -> Result<Features, ReadError> {
    let refuse =
        |card: &'static FindingCard, message: String| ReadError::Refused(Box::new(Finding::new(card, message)));
    let dbf = probe.sibling("dbf").ok_or_else(|| refuse(cards::NO_ATTRIBUTES, "there is no .dbf file".to_owned()))?;
    let table = dbf::read(dbf, probe.sibling("cpg")).map_err(|why| refuse(cards::NO_ATTRIBUTES, why))?;
    let mut findings = Vec::new();
    if let Some(encoding) = table.assumed {
        findings.push(Finding::new(cards::ENCODING_ASSUMED, format!("the attributes were read as {encoding}")));
    }
    let projection = match probe.sibling("prj") {
        Some(prj) => {
            Projection::of_wkt(&String::from_utf8_lossy(prj)).map_err(|why| refuse(cards::UNKNOWN_CRS, why))?
        }
        None => {
            findings.push(Finding::new(cards::CRS_ASSUMED, "there is no .prj file; WGS 84 was assumed"));
            None
        }
    };
    if let Some(projection) = &projection {
        findings.push(Finding::new(cards::REPROJECTED, format!("coordinates brought from {projection} to WGS 84")));
    }
    let damaged = |error: shapefile::Error| refuse(cards::NOT_FEATURES, format!("the .shp cannot be read: {error}"));
    let mut reader = ShapeReader::new(Cursor::new(probe.bytes())).map_err(damaged)?;
    let mut shapes = reader.iter_shapes();
    let mut features = Vec::new();
    let mut rows = 0;
    let mut lost = None;
    let attributes = table.rows.into_iter().map(Ok).chain((0..table.missing_rows).map(|_| Err(())));
    for (attributes, row) in attributes.zip(1_u32..) {
        rows += 1;
        // After a damaged record nobody can say where the next one begins.
        let shape = if lost.is_some() { None } else { shapes.next() };
        if let Some(Err(error)) = &shape {
            lost = Some(error.to_string());
        }
        let mut say = |card, message: String| findings.push(Finding::new(card, message).at_row(row.into()));
        match (attributes, shape) {
            (Err(()), _) => say(cards::RECORD_DAMAGED, "the attribute table ends before this record".to_owned()),
            (Ok(None), _) => say(cards::RECORD_DELETED, "the record is marked as deleted".to_owned()),
            (Ok(Some(properties)), Some(Ok(shape))) => {
                let geometry = placed(geometry(shape), projection.as_ref());
                features.push(Feature { row, properties, geometry });
            }
            (Ok(Some(_)), _) => {
                let why = lost.as_deref().unwrap_or("the .shp ends before this record");
                say(cards::RECORD_DAMAGED, format!("no shape can be read: {why}"));
            }
        }
    }
    if lost.is_none() {
        for _ in shapes.take_while(Result::is_ok) {
            rows += 1;
            let message = "the shape has no row in the attribute table".to_owned();
            findings.push(Finding::new(cards::RECORD_DAMAGED, message).at_row(rows));
        }
    }
    Ok(Features { features, findings, rows })
}

/// The column names of the attribute table; empty if there is none that can be read.
pub(crate) fn columns(probe: &Probe<'_>) -> Vec<String> {
    let table = probe.sibling("dbf").and_then(|dbf| dbf::read(dbf, probe.sibling("cpg")).ok());
    let first = table.and_then(|table| table.rows.into_iter().flatten().next());
    first.map_or(Vec::new(), |row| row.keys().cloned().collect())
}

fn placed(given: Given, projection: Option<&Projection>) -> Given {
    match (given, projection) {
        (Given::Shape(mut shape), Some(projection)) => match projection.to_wgs84(&mut shape) {
            Ok(()) => Given::Shape(shape),
            Err(why) => Given::Bad(why),
        },
        (given, _) => given,
    }
}

/// The rings of a polygon with or without heights, and whether each is an outer one (clockwise).
macro_rules! rings {
    ($polygon:expr) => {
        ($polygon.rings().iter())
            .map(|ring| {
                let line = LineString(ring.points().iter().map(|p| Coord { x: p.x, y: p.y }).collect());
                (matches!(ring, PolygonRing::Outer(_)), line)
            })
            .collect()
    };
}

/// The parts of a line with or without heights.
macro_rules! parts {
    ($line:expr) => {
        MultiLineString(
            ($line.parts().iter())
                .map(|part| LineString(part.iter().map(|p| Coord { x: p.x, y: p.y }).collect()))
                .collect(),
        )
    };
}

fn geometry(shape: Shape) -> Given {
    let point = |x, y| Given::Shape(Geometry::Point(Point::new(x, y)));
    match shape {
        Shape::NullShape => Given::Nothing("the shape is null".to_owned()),
        Shape::Point(p) => point(p.x, p.y),
        Shape::PointM(p) => point(p.x, p.y),
        Shape::PointZ(p) => point(p.x, p.y),
        Shape::Polyline(line) => Given::Shape(Geometry::MultiLineString(parts!(line))),
        Shape::PolylineM(line) => Given::Shape(Geometry::MultiLineString(parts!(line))),
        Shape::PolylineZ(line) => Given::Shape(Geometry::MultiLineString(parts!(line))),
        Shape::Polygon(polygon) => assembled(rings!(polygon)),
        Shape::PolygonM(polygon) => assembled(rings!(polygon)),
        Shape::PolygonZ(polygon) => assembled(rings!(polygon)),
        other => Given::Bad(format!("a shape of type {} is not read", other.shapetype())),
    }
}

/// Puts each hole into the outer ring that holds it; a hole that none holds is an outer ring drawn the wrong way.
fn assembled(rings: Vec<(bool, LineString<f64>)>) -> Given {
    let (outer, holes): (Vec<_>, Vec<_>) =
        rings.into_iter().filter(|(_, ring)| !ring.0.is_empty()).partition(|ring| ring.0);
    let mut polygons: Vec<Polygon<f64>> = outer.into_iter().map(|(_, ring)| Polygon::new(ring, Vec::new())).collect();
    let (outer_count, mut turned) = (polygons.len(), Vec::new());
    for (_, hole) in holes {
        let holds = |polygon: &Polygon<f64>| {
            let shell = Polygon::new(polygon.exterior().clone(), Vec::new());
            hole.points().all(|point| shell.intersects(&point))
        };
        match (0..outer_count).find(|at| outer_count == 1 || holds(&polygons[*at])) {
            Some(at) => polygons[at].interiors_push(hole),
            None => turned.push(Polygon::new(hole, Vec::new())),
        }
    }
    polygons.extend(turned);
    match polygons.len() {
        0 => Given::Nothing("the polygon has no rings".to_owned()),
        1 => Given::Shape(Geometry::Polygon(polygons.remove(0))),
        _ => Given::Shape(Geometry::MultiPolygon(MultiPolygon(polygons))),
    }
}
