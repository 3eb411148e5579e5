//! Geographic files of real places; skipped where the data is not at hand.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

use geo::GeodesicArea;
use mostari_formats::{Input, Reading, read};
use mostari_model::{Area, Facilities, Finding, Severity, Table, count_by_code};
use std::{collections::BTreeMap, path::PathBuf, time::Instant};

/// The bytes of a real file, or `None` after saying that the test is skipped.
fn real(path: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("MOSTARI_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    let bytes = std::fs::read(root.join(path)).ok();
    if bytes.is_none() {
        println!("skipped: {path} is not in {}", root.display());
    }
    bytes
}

/// Reads a real file with the reader that fits best, which must be this one.
fn reading(path: &str, reader: &str) -> Option<Reading> {
    reading_with(path, &[], reader)
}

/// The same, with the files beside it.
fn reading_with(path: &str, siblings: &[(String, Vec<u8>)], reader: &str) -> Option<Reading> {
    let bytes = real(path)?;
    let start = Instant::now();
    let input = Input { name: path, bytes: &bytes, siblings };
    let (about, reading) = read(&input, None).unwrap();
    println!(
        "{path}: {} rows, {:?}, {:.2} s",
        reading.rows,
        count_by_code(&reading.findings),
        start.elapsed().as_secs_f64()
    );
    assert_eq!(about.id, reader, "{path}");
    Some(reading)
}

fn counts(expect: &[(&str, u64)]) -> BTreeMap<String, u64> {
    expect.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect()
}

/// Null and invalid geometries as GEOS 3.14 counts them (`shapely.is_valid`).
#[test]
fn bosnian_hazards_show_every_null_and_every_invalid_geometry() {
    let (mut rows, mut null, mut invalid) = (0, 0, 0);
    for (path, expect_null, expect_invalid) in [
        ("bosnia/hazards/suspect_areas_simplyfied.geojson", 3_097, 467),
        ("bosnia/hazards/cleared_areas_simplyfied.geojson", 113, 709),
    ] {
        let Some(reading) = reading(path, "hazards") else { return };
        let codes = count_by_code(&reading.findings);
        let of = |code: &str| codes.get(code).copied().unwrap_or(0);
        assert_eq!(of("GEO-003"), expect_null, "{path}");
        assert_eq!(of("GEO-004") + of("GEO-005"), expect_invalid, "{path}");
        assert_eq!(codes.keys().filter(|code| !["GEO-003", "GEO-004", "GEO-005"].contains(&code.as_str())).count(), 0);
        let Table::Hazards(hazards) = &reading.tables[0] else { panic!("hazards") };
        assert_eq!(hazards.len() as u64, reading.rows);
        let without = hazards.shape.iter().filter(|shape| shape.is_none()).count() as u64;
        assert_eq!(without, of("GEO-003") + of("GEO-005"));
        rows += reading.rows;
        null += of("GEO-003");
        invalid += of("GEO-004") + of("GEO-005");
    }
    assert_eq!((rows, null, invalid), (19_397, 3_210, 1_176));
}

#[test]
fn accident_reports_and_lifted_minefields_are_points() {
    let Some(reports) = reading("bosnia/hazards/incidents.geojson", "hazards") else { return };
    assert_eq!((reports.rows, count_by_code(&reports.findings)), (1_442, counts(&[])));
    let Some(lifted) = reading("bosnia/hazards/lifted_minefields.geojson", "hazards") else { return };
    assert_eq!((lifted.rows, count_by_code(&lifted.findings)), (925, counts(&[])));
    let Table::Hazards(hazards) = &lifted.tables[0] else { panic!("hazards") };
    assert!(hazards.state.iter().all(|state| state == "cleared"));
}

fn areas(reading: &Reading) -> Vec<Area> {
    let Table::Areas(areas) = &reading.tables[0] else { panic!("areas") };
    areas.iter().collect()
}

/// Features, and whether all of them are valid boundaries, as the publishers' own counts say.
#[test]
fn boundaries_of_every_spelling_are_read_whole() {
    for (path, rows, level, parent) in [
        ("bosnia/municipalities-adm3.geojson", 142, 3, ""),
        ("car/CAF_adm1.geojson", 17, 1, "CF"),
        ("car/CAF_adm2.geojson", 72, 2, "CF12"),
        ("car/CAF_adm3.geojson", 175, 3, "CF121"),
        ("westafrica/GIN_adm2.geojson", 34, 2, "GN008"),
        ("westafrica/LBR_adm1.geojson", 15, 1, "LR"),
        ("westafrica/LBR_adm2.geojson", 136, 2, "LR06"),
        ("westafrica/SLE_adm1.geojson", 4, 1, "SL"),
        ("westafrica/SLE_adm2.geojson", 14, 2, "SL03"),
        ("westafrica/SLE_adm3.geojson", 167, 3, "SL0304"),
    ] {
        let Some(reading) = reading(path, "areas") else { return };
        let areas = areas(&reading);
        assert_eq!((reading.rows, areas.len()), (rows, rows as usize), "{path}");
        assert!(areas.iter().all(|area| area.level == Some(level) && area.shape.is_some()), "{path}");
        assert_eq!(areas[0].parent_code, parent, "{path}");
        assert_eq!(count_by_code(&reading.findings), counts(&[]), "{path}");
    }
}

#[test]
fn codes_of_the_central_african_republic_chain_through_three_levels() {
    let Some(one) = reading("car/CAF_adm1.geojson", "areas") else { return };
    let Some(two) = reading("car/CAF_adm2.geojson", "areas") else { return };
    let Some(three) = reading("car/CAF_adm3.geojson", "areas") else { return };
    for (below, above) in [(&two, &one), (&three, &two)] {
        let codes: Vec<String> = areas(above).into_iter().map(|area| area.code).collect();
        assert!(areas(below).iter().all(|area| codes.contains(&area.parent_code)));
    }
}

/// Largest difference of area that is taken for the same unit in another version of the boundary. The shapefile is
/// the version valid from 2014-08-07 to 2015-06-15, the day from which the GeoJSON is valid; rivers and the limits
/// of Bangui (a city of 66 km2) were drawn anew between them.
const VERSION_SHARE_MAX: f64 = 0.013;
const BANGUI_SHARE_MAX: f64 = 0.05;

#[test]
fn shapefile_and_geojson_of_the_same_areas_agree() {
    let stem = "car/adm1-shapefile/caf_admbnda_adm1";
    let siblings: Option<Vec<(String, Vec<u8>)>> =
        ["dbf", "prj", "shx"].iter().map(|e| Some(((*e).to_owned(), real(&format!("{stem}.{e}"))?))).collect();
    let Some(siblings) = siblings else { return };
    let Some(shapefile) = reading_with(&format!("{stem}.shp"), &siblings, "areas-shapefile") else { return };
    let Some(geojson) = reading("car/CAF_adm1.geojson", "areas") else { return };
    shapefile.findings.iter().for_each(|finding| println!("{finding}"));
    let by_code = |reading: &Reading| -> BTreeMap<String, Area> {
        areas(reading).into_iter().map(|area| (area.code.clone(), area)).collect()
    };
    let (old, new) = (by_code(&shapefile), by_code(&geojson));
    assert_eq!((old.len(), old.keys().collect::<Vec<_>>()), (17, new.keys().collect::<Vec<_>>()));
    for (old, new) in old.values().zip(new.values()) {
        assert_eq!((&old.name, &old.parent_code, &old.country), (&new.name, &new.parent_code, &new.country));
        let area_m2 = |area: &Area| area.shape.as_ref().unwrap().geodesic_area_unsigned();
        let share = (area_m2(old) - area_m2(new)).abs() / area_m2(new);
        println!("{} {}: {:.0} m2, {:.5} apart", new.code, new.name, area_m2(new), share);
        assert!(
            share <= if new.code == "CF71" { BANGUI_SHARE_MAX } else { VERSION_SHARE_MAX },
            "{}: {share}",
            new.code
        );
        assert_eq!(old.valid_from, "2014-08-07".parse().ok());
        assert_eq!(new.valid_from, "2015-06-15".parse().ok());
    }
    let codes = count_by_code(&shapefile.findings);
    assert_eq!(codes.get("GEO-017"), Some(&17));
}

fn facilities(reading: &Reading) -> &Facilities {
    let Table::Facilities(facilities) = &reading.tables[0] else { panic!("facilities") };
    facilities
}

#[test]
fn every_point_of_three_countries_is_a_facility_or_a_finding() {
    for (path, rows) in [
        ("bosnia/osm-points-2019.geojson", 39_437),
        ("car/osm-points-2019.geojson", 11_084),
        ("westafrica/osm-points-liberia-2019.geojson", 47_276),
    ] {
        let Some(reading) = reading(path, "facilities") else { return };
        let is_unused = |finding: &&Finding| finding.severity == Severity::Error || finding.code == "GEO-047";
        let unused = reading.findings.iter().filter(is_unused).count();
        assert_eq!((reading.rows, facilities(&reading).len() + unused), (rows, rows as usize), "{path}");
        let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
        for kind in facilities(&reading).kind.iter().filter(|kind| !kind.starts_with("other.")) {
            *kinds.entry(kind).or_default() += 1;
        }
        println!("{kinds:?}");
        for finding in reading.findings.iter().take(5) {
            println!("{finding}");
        }
    }
}
