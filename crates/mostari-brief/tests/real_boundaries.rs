//! Real boundaries: every area is drawn and the page stays light. Values stay unknown: nothing is made up here.

#![allow(clippy::unwrap_used, reason = "a file that cannot be read must fail the test")]

mod world;

use geo_types::{LineString, MultiPolygon, Polygon};
use mostari_brief::brief;
use mostari_model::Unit;
use serde_json::Value;
use world::World;

fn ring(points: &Value) -> LineString<f64> {
    points.as_array().unwrap().iter().map(|p| (p[0].as_f64().unwrap(), p[1].as_f64().unwrap())).collect()
}

fn polygon(rings: &Value) -> Polygon<f64> {
    let mut rings: Vec<LineString<f64>> = rings.as_array().unwrap().iter().map(ring).collect();
    let exterior = rings.remove(0);
    Polygon::new(exterior, rings)
}

/// Names and shapes of a file of polygons; `None` if the data are not on this machine.
fn municipalities() -> Option<Vec<(String, MultiPolygon<f64>)>> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = std::env::var("MOSTARI_DATA").unwrap_or_else(|_| default.to_owned());
    let text = std::fs::read_to_string(format!("{data}/bosnia/municipalities-adm3.geojson")).ok()?;
    let file: Value = serde_json::from_str(&text).unwrap();
    let area = |feature: &Value| {
        let properties = feature["properties"].as_object().unwrap();
        let name = ["shapeName", "adm3_name", "name"].iter().find_map(|key| properties.get(*key)?.as_str());
        let (kind, parts) = (&feature["geometry"]["type"], &feature["geometry"]["coordinates"]);
        let shape = match kind.as_str() {
            Some("Polygon") => polygon(parts).into(),
            _ => parts.as_array().unwrap().iter().map(polygon).collect(),
        };
        (name.unwrap_or("unnamed").to_owned(), shape)
    };
    Some(file["features"].as_array().unwrap().iter().map(area).collect())
}

#[test]
fn a_hundred_and_forty_two_municipalities_fit_into_a_light_page() {
    let Some(areas) = municipalities() else {
        println!("skipped: no MOSTARI_DATA");
        return;
    };
    let mut world = World::of(areas.iter().map(|(name, shape)| (name.as_str(), shape.clone())).collect());
    for (indicator, unit) in [("deaths", Unit::Deaths), ("hazard", Unit::Share)] {
        (0..areas.len()).for_each(|area| world.add(indicator, area, None, unit));
    }
    let page = brief(&world.briefing());
    let outlines: Vec<&str> = page.split("<path id=\"a").skip(1).collect();
    assert_eq!(outlines.len(), areas.len());
    let drawn: usize = outlines.iter().map(|path| path.find("</path>").unwrap()).sum();
    assert!(drawn < 100_000, "{drawn} bytes of outlines");
    assert!(page.len() < 300_000, "{} bytes", page.len());
}
