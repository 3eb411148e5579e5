//! Administrative boundaries as a shapefile, loose or zipped.

use crate::{
    Container, Fit, Probe, ReadError, Reader, Reading,
    readers::areas::{fit_of_columns, read_areas},
    shapefile_file,
};
use mostari_model::{About, Direction, Kind};

/// The reader.
pub(crate) struct AreasShapefile;

static ABOUT: About = About {
    id: "areas-shapefile",
    kind: Kind::Reader,
    name: "Administrative boundaries (shapefile)",
    summary: "Reads administrative units with codes, names, parents and boundaries from COD-AB shapefiles.",
    unit: "areas",
    range: "levels 0 to 5, one level a file; WGS 84, ETRS89, UTM on either, or web Mercator",
    direction: Direction::Neutral,
    source: "ESRI Shapefile Technical Description (1998); OCHA Common Operational Datasets, administrative boundaries",
    method: "As the GeoJSON reader, with column names cut to ten characters; the encoding comes from the .cpg file or the \
             language driver, the reference system from the .prj file.",
    protection: "Public boundaries only; nothing about persons.",
};

impl Reader for AreasShapefile {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        if !matches!(probe.container, Container::Shapefile) {
            return Fit::No;
        }
        // Without attributes this is still the reader that can say what is missing.
        match fit_of_columns(&shapefile_file::columns(probe)) {
            Fit::No if probe.sibling("dbf").is_none() => Fit::Maybe,
            fit => fit,
        }
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        let file = shapefile_file::read(probe)?;
        Ok(read_areas(file.features, file.findings, file.rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Input, dbf::tests::table};
    use mostari_model::Table;
    use shapefile::{Point, Polygon, PolygonRing, ShapeWriter};
    use std::io::Cursor;

    fn square(west: f64) -> Polygon {
        let corners = [(0.0, 0.0), (0.0, 0.1), (0.1, 0.1), (0.1, 0.0), (0.0, 0.0)];
        Polygon::new(PolygonRing::Outer(corners.iter().map(|(x, y)| Point::new(west + x, 5.0 + y)).collect()))
    }

    fn shapes(count: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let squares: Vec<Polygon> = (0..count).map(|i| square(18.0 + f64::from(i))).collect();
        ShapeWriter::new(&mut bytes).write_shapes(&squares).unwrap();
        bytes.into_inner()
    }

    /// Two records with truncated column names, beside these files: codes and what was found.
    fn check(shp: &[u8], siblings: &[(&str, Vec<u8>)], expect: Result<(&[&str], &[&str]), &str>) {
        let siblings: Vec<(String, Vec<u8>)> = siblings.iter().map(|(e, b)| ((*e).to_owned(), b.clone())).collect();
        let probe = Probe::of(&Input { name: "x", bytes: shp, siblings: &siblings }).unwrap();
        assert_ne!(AreasShapefile.fits(&probe), Fit::No);
        match (AreasShapefile.read(&probe), expect) {
            (Ok(reading), Ok((codes, found))) => {
                let Table::Areas(areas) = &reading.tables[0] else { panic!("areas") };
                assert_eq!(areas.code.iter().collect::<Vec<_>>(), codes);
                assert_eq!(reading.findings.iter().map(|finding| &*finding.code).collect::<Vec<_>>(), found);
                let errors = reading.findings.iter().filter(|f| f.severity == mostari_model::Severity::Error).count();
                assert_eq!(reading.rows, (areas.len() + errors) as u64);
            }
            (Err(ReadError::Refused(finding)), Err(code)) => assert_eq!(finding.code, code),
            (other, expect) => panic!("{other:?}, not {expect:?}"),
        }
    }

    fn attributes() -> Vec<u8> {
        let columns = [("admin1Pcod", 6), ("admin1Name", 10), ("admin0Pcod", 2)];
        table(&columns, 0x57, &[(" ", &[b"XX01", b"K\xe9mo", b"XX"]), (" ", &[b"XX02", b"B", b"XX"])])
    }

    const PRJ: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]"#;

    #[test]
    fn column_names_cut_to_ten_characters_are_known() {
        let beside = [("dbf", attributes()), ("prj", PRJ.into())];
        check(&shapes(2), &beside, Ok((&["XX01", "XX02"], &[])));
    }

    #[test]
    fn without_prj_wgs_84_is_assumed_and_told() {
        check(&shapes(2), &[("dbf", attributes())], Ok((&["XX01", "XX02"], &["GEO-012"])));
    }

    #[test]
    fn another_datum_is_refused() {
        let prj = r#"GEOGCS["GCS_MGI",DATUM["D_MGI",SPHEROID["Bessel_1841",6377397.155,299.1528128]]]"#;
        check(&shapes(2), &[("dbf", attributes()), ("prj", prj.into())], Err("GEO-011"));
    }

    #[test]
    fn a_shapefile_without_attributes_is_refused() {
        check(&shapes(2), &[], Err("GEO-018"));
    }

    #[test]
    fn shapes_cut_off_lose_only_what_is_cut() {
        let whole = shapes(2);
        let beside = [("dbf", attributes()), ("prj", PRJ.into())];
        check(&whole[..whole.len() - 20], &beside, Ok((&["XX01"], &["GEO-020"])));
        check(&shapes(3), &beside, Ok((&["XX01", "XX02"], &["GEO-020"])));
    }
}
