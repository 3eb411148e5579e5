//! Hazard areas, facilities and roads as GeoJSON.

use super::boundaries::collection;
use crate::random::Random;
use crate::world::{Point, World, round};
use serde_json::{Value, json};

fn feature(geometry: Value, properties: Value) -> Value {
    json!({"type": "Feature", "geometry": geometry, "properties": properties})
}

fn point(at: Point) -> Value {
    json!({"type": "Point", "coordinates": [round(at.0), round(at.1)]})
}

/// A rough circle; every third one is indented as minefields along a trench are.
fn blob(at: Point, radius_degrees: f64, random: &mut Random) -> Vec<Value> {
    let count = 9;
    let mut ring: Vec<Value> = (0..count)
        .map(|i| {
            let angle = std::f64::consts::TAU * f64::from(i) / f64::from(count);
            let r = radius_degrees * random.between(0.55, 1.0);
            json!([round(at.0 + r * angle.cos()), round(at.1 + 0.75 * r * angle.sin())])
        })
        .collect();
    ring.push(ring[0].clone());
    ring
}

/// Hazard areas in the states of land release. The flaws: no geometry, a ring that crosses itself, overlaps.
pub fn hazards(world: &World, seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed, "hazards");
    let mut features = Vec::new();
    let mut number = 0;
    for (i, area) in world.areas.iter().enumerate() {
        for _ in 0..random.count(9.0 * area.war) {
            number += 1;
            let at = world.point_in(i, &mut random);
            let ring = blob(at, random.between(0.0015, 0.006), &mut random);
            let state =
                *random.weighted(&[("Suspected", 0.45), ("Confirmed", 0.25), ("Cleared", 0.2), ("Cancelled", 0.1)]);
            let geometry =
                if random.chance(0.05) { Value::Null } else { json!({"type": "Polygon", "coordinates": [ring]}) };
            let id = format!("HA-{number:04}");
            features.push(feature(
                geometry,
                json!({"hazard_id": id, "status": state, "type": "Minefield", "date": "2023-09-01"}),
            ));
        }
    }
    let (x, y) = world.areas[0].settlements[0].at;
    let (x, y) = (x + 0.004, y + 0.004);
    let bow_tie = json!([[[x, y], [x + 0.004, y + 0.004], [x + 0.004, y], [x, y + 0.004], [x, y]]]);
    let properties = json!({"hazard_id": "HA-9999", "status": "Suspected", "type": "Minefield", "date": "2023-09-01"});
    features.push(feature(json!({"type": "Polygon", "coordinates": bow_tie}), properties));
    collection(features)
}

/// Settlements, services and bridges, laid out as map exports are. The flaws: an object twice, one without tags.
pub fn facilities(world: &World, seed: u64) -> Vec<u8> {
    let mut random = Random::new(seed, "facilities");
    let mut features = Vec::new();
    let mut id = 9_000_000_000_u64;
    let mut add = |at: Point, mut properties: Value| {
        id += 1;
        properties["osm_id"] = json!(id);
        properties["osm_type"] = json!("nodes");
        features.push(feature(point(at), properties));
    };
    for (i, area) in world.areas.iter().enumerate() {
        for (k, place) in area.settlements.iter().enumerate() {
            let kind = if k == 0 { "town" } else { "village" };
            add(place.at, json!({"place": kind, "name": place.name, "population": place.people.to_string()}));
        }
        for (tag, value, mean) in [
            ("amenity", "clinic", 1.4),
            ("amenity", "school", 3.0),
            ("amenity", "hospital", 0.25),
            ("amenity", "drinking_water", 2.5),
            ("amenity", "police", 0.5),
        ] {
            for n in 0..random.count(mean) {
                let at = world.point_in(i, &mut random);
                let hurt = random.chance(0.55 * area.war);
                let mut properties = json!({"name": format!("{} {value} {}", area.settlements[0].name, n + 1)});
                properties[tag] = json!(value);
                if hurt {
                    properties["operational_status"] = json!(if random.chance(0.6) { "destroyed" } else { "closed" });
                }
                add(at, properties);
            }
        }
    }
    for (at, name, stands) in world.roads.iter().filter_map(|road| road.bridge.as_ref()) {
        let load = random.pick(&[8, 12, 20, 40]).to_string();
        let mut properties = json!({"man_made": "bridge", "name": name, "maxweight": load});
        if !stands {
            properties["operational_status"] = json!("destroyed");
        }
        add(*at, properties);
    }
    add(world.areas[1].settlements[0].at, json!({"note": "seen from the air"}));
    let twice = features[0].clone();
    features.push(twice);
    collection(features)
}

/// Roads; those over a fallen bridge are closed.
pub fn roads(world: &World) -> Vec<u8> {
    let feature_of = |(i, road): (usize, &crate::world::Road)| {
        let line: Vec<Value> = road.line.iter().map(|p| json!([p.0, p.1])).collect();
        let through = road.joins.0 != road.joins.1;
        let mut properties =
            json!({"osm_id": 7_000_000_000_u64 + i as u64, "highway": if through { "secondary" } else { "track" }});
        properties["surface"] = json!(if through { "asphalt" } else { "gravel" });
        if let Some((_, name, stands)) = &road.bridge {
            properties["name"] = json!(format!("Road over {name}"));
            if !stands {
                properties["status"] = json!("closed");
            }
        }
        feature(json!({"type": "LineString", "coordinates": line}), properties)
    };
    collection(world.roads.iter().enumerate().map(feature_of).collect())
}
