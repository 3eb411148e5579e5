//! Geographic files of real places; skipped where the data is not at hand.

use mostari_formats::{Input, Reading, read};
use mostari_model::{Table, count_by_code};
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
    let bytes = real(path)?;
    let start = Instant::now();
    let input = Input { name: path, bytes: &bytes, siblings: &[] };
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

/// Null and invalid geometries as GEOS 3.13 counts them (`shapely.is_valid`).
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
