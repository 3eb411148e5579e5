//! Administrative boundaries as GeoJSON: COD-AB in all its spellings, and geoBoundaries.

use crate::{
    Container, Fit, Probe, ReadError, Reader, Reading,
    findings::geo as cards,
    geojson_file::{self, Feature, Given},
    geometry::{Bulk, Takes, settle},
    readers::{
        area_names::{self, Unit},
        properties::{date, text},
    },
};
use mostari_model::{About, Area, Areas, Direction, Finding, Kind, Table};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Names of the day from which a boundary is valid, in plain form.
const VALID_FROM: [&str; 1] = ["validon"];
/// Names of the day until which it was valid.
const VALID_TO: [&str; 1] = ["validto"];
/// The properties by which geoBoundaries files are known.
const GEO_BOUNDARIES: [&str; 4] = ["shapeName", "shapeID", "shapeGroup", "shapeType"];

/// The reader.
pub(crate) struct AreasGeoJson;

static ABOUT: About = About {
    id: "areas",
    kind: Kind::Reader,
    name: "Administrative boundaries (GeoJSON)",
    summary: "Reads administrative units with codes, names, parents and boundaries from COD-AB and geoBoundaries files.",
    unit: "areas",
    range: "levels 0 to 5, one level a file",
    direction: Direction::Neutral,
    source: "OCHA Common Operational Datasets, administrative boundaries (cod.unocha.org); Runfola et al. 2020, \
             geoBoundaries, doi:10.1371/journal.pone.0231866",
    method: "The level is that of the deepest code column; of several names the one in Latin script with diacritics is shown \
             and the others are kept; invalid boundaries are repaired by the even-odd rule and reported.",
    protection: "Public boundaries only; nothing about persons.",
};

impl Reader for AreasGeoJson {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn fits(&self, probe: &Probe<'_>) -> Fit {
        let Container::GeoJson { properties, geometries } = &probe.container else { return Fit::No };
        let has_points_only = !geometries.is_empty() && geometries.iter().all(|kind| kind.contains("Point"));
        if has_points_only {
            return Fit::No;
        }
        if is_geo_boundaries(properties) {
            return Fit::Yes;
        }
        fit_of_columns(properties)
    }

    fn read(&self, probe: &Probe<'_>) -> Result<Reading, ReadError> {
        let file = geojson_file::read(probe.text())?;
        Ok(read_areas(file.features, file.findings, file.rows))
    }
}

/// How well column names fit a boundary file.
pub(super) fn fit_of_columns(columns: &[String]) -> Fit {
    let has_code = |role| matches!(role, area_names::Role::Code(level) if level > 0);
    if columns.iter().filter_map(|column| area_names::role(column)).any(has_code) {
        Fit::Yes
    } else if area_names::deepest(columns.iter().map(String::as_str)).is_some() {
        Fit::Maybe
    } else {
        Fit::No
    }
}

fn is_geo_boundaries(properties: &[String]) -> bool {
    GEO_BOUNDARIES.iter().all(|name| properties.iter().any(|property| property == name))
}

/// Makes areas of features, whatever file they come from.
pub(super) fn read_areas(features: Vec<Feature>, mut findings: Vec<Finding>, rows: u64) -> Reading {
    let bulk = Bulk::of(features.iter().filter_map(|feature| match &feature.geometry {
        Given::Shape(shape) => Some(shape),
        _ => None,
    }));
    let level = area_names::deepest(features.iter().flat_map(|feature| feature.properties.keys().map(String::as_str)));
    let mut areas = Areas::default();
    let mut first_rows: BTreeMap<String, u32> = BTreeMap::new();
    for Feature { row, properties, geometry } in features {
        let mut area = match level {
            Some(level) => cod_area(&properties, level, row, &mut findings),
            None => geo_boundaries_area(&properties, row, &mut findings),
        };
        if let Some(first) = first_rows.get(&area.code) {
            let message = format!("code `{}` stands at feature {first} already", area.code);
            findings.push(Finding::new(cards::CODE_TWICE, message).at_row(row.into()));
            continue;
        }
        first_rows.insert(area.code.clone(), row);
        area.shape = settle(geometry, row, Takes::Polygons, bulk.as_ref(), &mut findings).shape;
        areas.push(area);
    }
    Reading { tables: vec![Table::Areas(areas)], findings, rows }
}

fn cod_area(properties: &Map<String, Value>, level: u8, row: u32, findings: &mut Vec<Finding>) -> Area {
    let country = area_names::unit(properties, 0);
    let parent = if level == 0 { Unit::default() } else { area_names::unit(properties, level - 1) };
    let mut unit = area_names::unit(properties, level);
    if unit.stands_in {
        let message = format!("`{}` stands in for the name that is not given", unit.name);
        findings.push(Finding::new(cards::OTHER_NAME, message).at_row(row.into()));
    }
    let country = [country.code, country.name].into_iter().find(|word| !word.is_empty()).unwrap_or_default();
    if unit.code.is_empty() {
        unit.code = fallback_code(&country, level, row);
        let message = format!("`{}` has no code and is known as `{}`", unit.name, unit.code);
        findings.push(Finding::new(cards::NO_CODE, message).at_row(row.into()));
    }
    if unit.name.is_empty() {
        let message = format!("`{}` has no name at all", unit.code);
        findings.push(Finding::new(cards::OTHER_NAME, message).at_row(row.into()));
        unit.name = unit.code.clone();
    }
    if let Some(end) = date(properties, &VALID_TO, row, findings) {
        let message = format!("the boundary of `{}` was valid until {end}", unit.code);
        findings.push(Finding::new(cards::NO_LONGER_VALID, message).at_row(row.into()));
    }
    Area {
        code: unit.code,
        name: unit.name,
        other_names: unit.other_names.join("|"),
        level: Some(level.into()),
        parent_code: parent.code,
        parent_name: parent.name,
        country,
        valid_from: date(properties, &VALID_FROM, row, findings),
        shape: None,
        row,
        dataset: 0,
    }
}

/// Codes are ISO 3166-2 where the file has them, else `BIH-ADM3-<shapeID>`: country, level and the file's own id.
fn geo_boundaries_area(properties: &Map<String, Value>, row: u32, findings: &mut Vec<Finding>) -> Area {
    let of = |name: &str| text(properties, &[name]).unwrap_or_default();
    let (country, kind) = (of("shapegroup"), of("shapetype"));
    let level = kind.strip_prefix("ADM").and_then(|level| level.parse::<u8>().ok()).filter(|level| *level <= 5);
    if level.is_none() {
        let message = format!("`{kind}` is not a level from ADM0 to ADM5");
        findings.push(Finding::new(cards::BAD_VALUE, message).at_row(row.into()).in_column("shapeType"));
    }
    let (iso, id, mut name) = (of("shapeiso"), of("shapeid"), of("shapename"));
    // A country code alone (`BIH`) says which country, not which area.
    let has_iso = !iso.is_empty() && (level == Some(0) || iso != country);
    let code = if has_iso {
        iso
    } else if id.is_empty() {
        let code = fallback_code(&country, level.unwrap_or(0), row);
        let message = format!("`{name}` has no code and is known as `{code}`");
        findings.push(Finding::new(cards::NO_CODE, message).at_row(row.into()));
        code
    } else {
        format!("{country}-{kind}-{id}")
    };
    if name.is_empty() {
        findings.push(Finding::new(cards::OTHER_NAME, format!("`{code}` has no name at all")).at_row(row.into()));
        name.clone_from(&code);
    }
    Area { code, name, level: level.map(i64::from), country, row, ..Area::default() }
}

/// An id for an area without one: stable as long as the file is.
fn fallback_code(country: &str, level: u8, row: u32) -> String {
    let country = if country.is_empty() { "X" } else { country };
    format!("{country}-ADM{level}-row{row}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Input;

    const SQUARE: &str = r#"{"type":"Polygon","coordinates":[[[18,44],[18.1,44],[18.1,44.1],[18,44.1],[18,44]]]}"#;

    /// Features with these properties and a square: codes, names and what was found.
    fn check(properties: &[&str], expect: &[(&str, &str, &str)], codes: &[&str]) {
        let features: Vec<String> = properties
            .iter()
            .map(|properties| format!(r#"{{"type":"Feature","properties":{properties},"geometry":{SQUARE}}}"#))
            .collect();
        let file = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
        let probe = Probe::of(&Input { name: "x", bytes: file.as_bytes(), siblings: &[] }).unwrap();
        assert_ne!(AreasGeoJson.fits(&probe), Fit::No);
        let reading = AreasGeoJson.read(&probe).unwrap();
        let Table::Areas(areas) = &reading.tables[0] else { panic!("areas") };
        let got: Vec<_> = areas.iter().map(|area| (area.code, area.name, area.parent_code)).collect();
        let expect: Vec<_> = expect.iter().map(|(a, b, c)| (a.to_string(), b.to_string(), c.to_string())).collect();
        assert_eq!(got, expect);
        assert_eq!(reading.findings.iter().map(|finding| &*finding.code).collect::<Vec<_>>(), codes);
    }

    #[test]
    fn a_unit_knows_its_code_its_name_and_the_unit_above() {
        check(
            &[r#"{"ADM2_PCODE":"XX0102","ADM2_EN":"Gornja","ADM1_PCODE":"XX01","ADM0_EN":"Xland"}"#],
            &[("XX0102", "Gornja", "XX01")],
            &[],
        );
    }

    #[test]
    fn a_code_that_stands_twice_counts_once() {
        let one = r#"{"adm1_pcode":"XX01","adm1_name":"A"}"#;
        check(&[one, one], &[("XX01", "A", "")], &["GEO-014"]);
    }

    #[test]
    fn a_unit_without_code_or_name_is_kept_under_an_id() {
        check(
            &[r#"{"adm1_pcode":null,"adm1_name":"A","adm0_pcode":"XX"}"#, r#"{"adm1_pcode":"XX02","adm1_name":null}"#],
            &[("XX-ADM1-row1", "A", "XX"), ("XX02", "XX02", "")],
            &["GEO-015", "GEO-016"],
        );
    }

    #[test]
    fn a_boundary_that_has_ended_is_told() {
        check(
            &[r#"{"adm1_pcode":"XX01","adm1_name":"A","validTo":1434326400000}"#],
            &[("XX01", "A", "")],
            &["GEO-017"],
        );
    }

    #[test]
    fn geo_boundaries_have_ids_of_country_level_and_shape() {
        let with = |iso: &str| {
            format!(
                r#"{{"shapeName":"Olovo","shapeISO":"{iso}","shapeID":"43B7","shapeGroup":"BIH","shapeType":"ADM3"}}"#
            )
        };
        check(&[&with("")], &[("BIH-ADM3-43B7", "Olovo", "")], &[]);
        check(&[&with("BA-05")], &[("BA-05", "Olovo", "")], &[]);
    }
}
