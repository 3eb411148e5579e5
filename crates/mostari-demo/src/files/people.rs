//! Files about people: always counts by area, never persons.

use crate::names::plain;
use crate::random::Random;
use crate::world::{Area, COUNTRY, ISO3, World};
use std::fmt::Write;

const WRITES: &str = "writing to a string cannot fail";

fn people(area: &Area) -> (u64, u64) {
    area.settlements.iter().fold((0, 0), |sum, s| (sum.0 + s.people_before, sum.1 + s.people))
}

/// Population before and after the war, by name. The flaws: `;`, Latin-1, a totals row, one name in another order.
pub fn population(world: &World) -> Vec<u8> {
    let mut text = String::from("municipality;population_2019;population_2023\r\n");
    let mut total = (0, 0);
    for area in &world.areas {
        let (before, now) = people(area);
        total = (total.0 + before, total.1 + now);
        // A clerk writes `Velamor (Upper)` for `Upper Velamor`; Latin-1 has no `š`, `ć`, `ž`, but it has `í` and `ü`.
        let name = match area.name.split_once(' ') {
            Some((which, rest)) => format!("{rest} ({which})"),
            None => area.name.clone(),
        };
        let name: String =
            name.chars().map(|c| if (c as u32) < 256 { c.to_string() } else { plain(&c.to_string()) }).collect();
        write!(text, "{name};{before};{now}\r\n").expect(WRITES);
    }
    write!(text, "Total;{};{}\r\n", total.0, total.1).expect(WRITES);
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("only Latin-1 characters were written")).collect()
}

const SECTORS: [(&str, f64); 5] =
    [("Health", 0.5), ("WASH", 0.6), ("Education", 0.35), ("Food Security", 0.45), ("Shelter", 0.4)];

/// Needs with HXL tags. The flaws: a national row, a negative count, an unknown code, blanks for "not assessed".
pub fn needs(world: &World, seed: u64) -> String {
    let mut random = Random::new(seed, "needs");
    let mut text = String::from(
        "Area code,Area,Sector,People,People in need,Severity,Date\n\
         #adm2+code,#adm2+name,#sector,#population,#inneed,#severity,#date\n",
    );
    for (i, area) in world.areas.iter().enumerate() {
        let (_, now) = people(area);
        for (sector, weight) in SECTORS {
            let share = (weight * (0.25 + area.war) * random.between(0.6, 1.2)).min(0.95);
            let in_need = (now as f64 * share) as u64;
            let severity = 1 + (share * 5.5).min(4.0) as u64;
            let not_assessed = random.chance(0.06);
            let (in_need, severity) = match not_assessed {
                true => (String::new(), String::new()),
                false => (in_need.to_string(), severity.to_string()),
            };
            let in_need = if i == 2 && sector == "Shelter" { "-40".to_owned() } else { in_need };
            writeln!(text, "{},{},{sector},{now},{in_need},{severity},2023-11-30", area.code, plain(&area.name))
                .expect(WRITES);
        }
    }
    writeln!(text, ",{COUNTRY},Health,{},,,2023-11-30", world.people().1).expect(WRITES);
    writeln!(text, "XV99999,Nowhere,Health,1200,300,3,2023-11-30").expect(WRITES);
    text
}

/// Displaced and returned people by area and round, in the columns of a displacement tracking export.
pub fn displacement(world: &World, seed: u64) -> String {
    let mut random = Random::new(seed, "displacement");
    let mut text = String::from(
        "id,operation,admin0Name,admin0Pcode,admin1Name,admin1Pcode,admin2Name,admin2Pcode,adminLevel,numPresentIdpInd,\
         reportingDate,yearReportingDate,monthReportingDate,roundNumber,displacementReason,assessmentType\n",
    );
    let mut id = 0;
    for (round, (date, year, month)) in
        [("2022-12-15", 2022, 12), ("2023-06-15", 2023, 6), ("2023-11-15", 2023, 11)].iter().enumerate()
    {
        for area in &world.areas {
            let (before, now) = people(area);
            let fled = (before.saturating_sub(now)) as f64;
            let hosted =
                ((1.0 - area.war) * fled.max(300.0) * random.between(0.4, 1.1) * (1.0 - 0.25 * round as f64)) as u64;
            let region = &world.regions[area.parent];
            id += 1;
            writeln!(
                text,
                "{id},Velmora tracking,{COUNTRY},{ISO3},{},{},{},{},2,{hosted},{date}T00:00:00,{year},{month},{},Conflict,BA",
                plain(&region.name), region.code, plain(&area.name), area.code, round + 1,
            )
            .expect(WRITES);
        }
    }
    text
}

const ORGANISATIONS: [(&str, &str); 8] = [
    ("Bridgewrights without Frontiers", "International NGO"),
    ("Velmora Red Lamp", "National NGO"),
    ("United Works Agency", "UN Agency"),
    ("Clean Wells Trust", "International NGO"),
    ("Northern Women's Cooperative", "National NGO"),
    ("Mine Watch Velmora", "National NGO"),
    ("School Roofs Fund", "International NGO"),
    ("Ministry of Health", "Goverment"),
];

/// Who does what where. The flaws: ISO3 prefixes in the codes, `#N/A`, misspelled types, a trailing blank.
pub fn who_does_what(world: &World, seed: u64) -> String {
    let mut random = Random::new(seed, "3w");
    let mut text = String::from("Country,Region,Organisation,Activity,Pcode,Org type\n");
    for area in &world.areas {
        for _ in 0..random.count(2.2) {
            let (organisation, kind) = random.pick(&ORGANISATIONS);
            let activity = random.pick(&SECTORS).0;
            let code = if random.chance(0.03) { "#N/A".to_owned() } else { area.code.replacen("XV", ISO3, 1) };
            let country = if random.chance(0.1) { "Velmora " } else { COUNTRY };
            writeln!(text, "{country},{},{organisation},{activity},{code},{kind}", plain(&area.name)).expect(WRITES);
        }
    }
    text
}
