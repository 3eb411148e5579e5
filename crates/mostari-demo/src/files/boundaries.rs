//! Boundaries as a national geodata office publishes them (COD-AB property names).

use crate::names::plain;
use crate::world::{COUNTRY, ISO2, Point, World};
use serde_json::{Value, json};

/// 2022-03-01 in milliseconds, as such files write dates.
const VALID_ON_MS: i64 = 1_646_092_800_000;

fn polygon(rings: &[Vec<Point>]) -> Value {
    let ring = |r: &Vec<Point>| json!([r.iter().map(|p| json!([p.0, p.1])).collect::<Vec<_>>()]);
    match rings {
        [one] => json!({"type": "Polygon", "coordinates": ring(one)}),
        many => json!({"type": "MultiPolygon", "coordinates": many.iter().map(ring).collect::<Vec<_>>()}),
    }
}

pub(super) fn collection(features: Vec<Value>) -> Vec<u8> {
    let mut text = String::from("{\"type\":\"FeatureCollection\",\"features\":[\n");
    let lines: Vec<String> = features.iter().map(Value::to_string).collect();
    text.push_str(&lines.join(",\n"));
    text.push_str("\n]}\n");
    text.into_bytes()
}

/// First level.
pub fn adm1(world: &World) -> Vec<u8> {
    let feature = |region: &crate::world::Region| {
        json!({"type": "Feature", "geometry": polygon(&region.rings), "properties": {
            "admin1Name_en": plain(&region.name), "admin1Name_vm": region.name, "admin1Pcode": region.code,
            "admin0Name_en": COUNTRY, "admin0Pcode": ISO2, "validOn": VALID_ON_MS, "ValidTo": null}})
    };
    collection(world.regions.iter().map(feature).collect())
}

/// Second level. The flaw: one area has no name in the main column, only in the alternative one.
pub fn adm2(world: &World) -> Vec<u8> {
    let feature = |(i, area): (usize, &crate::world::Area)| {
        let region = &world.regions[area.parent];
        let name = if i == 4 { Value::Null } else { json!(plain(&area.name)) };
        json!({"type": "Feature", "geometry": polygon(std::slice::from_ref(&area.ring)), "properties": {
            "admin2Name_en": name, "admin2AltName1_en": area.name, "admin2Pcode": area.code,
            "admin1Name_en": plain(&region.name), "admin1Pcode": region.code,
            "admin0Name_en": COUNTRY, "admin0Pcode": ISO2, "validOn": VALID_ON_MS, "ValidTo": null}})
    };
    collection(world.areas.iter().enumerate().map(feature).collect())
}
