//! Projects that the invented ministry has put forward, as an OC4IDS project package.

use crate::names::plain;
use crate::random::Random;
use crate::world::{ISO2, World, round};
use serde_json::{Value, json};

/// (catalogue kind, OC4IDS sector, OC4IDS type, title, cost in EUR, days, people)
const KINDS: [(&str, &str, &str, &str, f64, u32, f64); 4] = [
    ("market-rebuild", "economy", "rehabilitation", "Rebuild the market hall of", 95_000.0, 150, 6_000.0),
    ("water-network", "waterAndWaste", "rehabilitation", "Repair the water network of", 240_000.0, 240, 9_000.0),
    ("school-new", "education", "construction", "Build a school in", 310_000.0, 270, 2_500.0),
    ("town-hall", "governance", "rehabilitation", "Reopen the town hall of", 60_000.0, 90, 4_000.0),
];

/// One proposal for about every other area. The flaws: a project without a budget, one that is already complete,
/// a status outside the code list.
pub fn oc4ids(world: &World, seed: u64) -> String {
    let mut random = Random::new(seed, "proposals");
    let mut projects = Vec::new();
    for (i, area) in world.areas.iter().enumerate() {
        if !random.chance(0.25 + 0.6 * area.war) {
            continue;
        }
        let (kind, sector, project_type, title, cost, days, people) = random.pick(&KINDS);
        let number = projects.len() + 1;
        let town = &area.settlements[0];
        let status = match number {
            2 => "completed",
            3 => "planned",
            _ => "identification",
        };
        let mut project = json!({
            "id": format!("oc4ids-xv01-{number:04}"),
            "updated": "2023-12-01T00:00:00Z",
            "title": format!("{title} {}", town.name),
            "status": status,
            "type": project_type,
            "sector": [sector],
            "additionalClassifications": [{"scheme": "mostari", "id": kind}],
            "benefits": [{"beneficiaries": [{"description": "residents", "numberOfPeople": (people * random.between(0.5, 1.0)) as u64}]}],
            "period": {"durationInDays": days},
            "budget": {"amount": {"amount": (cost * random.between(0.8, 1.3)).round(), "currency": "EUR"}},
            "locations": [{
                "id": "1",
                "geometry": {"type": "Point", "coordinates": [round(town.at.0), round(town.at.1)]},
                "gazetteer": {"scheme": "OCHA-PCODE", "identifiers": [area.code]},
                "address": {"locality": plain(&area.name), "countryName": ISO2},
            }],
            "parties": [{"id": "XV-MOW", "name": "Ministry of Works of Velmora (invented)", "roles": ["publicAuthority"]}],
        });
        if i == 5 {
            project["budget"] = Value::Null;
        }
        projects.push(project);
    }
    let package = json!({
        "uri": "urn:velmora:projects",
        "publishedDate": "2023-12-01T00:00:00Z",
        "version": "0.9",
        "publisher": {"name": "Ministry of Works of Velmora (invented)"},
        "projects": projects,
    });
    serde_json::to_string_pretty(&package).expect("plain JSON serialises")
}
