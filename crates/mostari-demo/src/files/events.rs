//! Events of the invented war, in the 49 columns of UCDP GED.

use crate::Options;
use crate::names::plain;
use crate::random::Random;
use crate::world::{COUNTRY, World, round};
use jiff::civil::Date;
use std::fmt::Write;

const HEADER: &str = "id,relid,year,active_year,code_status,type_of_violence,conflict_dset_id,conflict_new_id,conflict_name,\
dyad_dset_id,dyad_new_id,dyad_name,side_a_dset_id,side_a_new_id,side_a,side_b_dset_id,side_b_new_id,side_b,\
number_of_sources,source_article,source_office,source_date,source_headline,source_original,where_prec,\
where_coordinates,where_description,adm_1,adm_2,latitude,longitude,geom_wkt,priogrid_gid,country,country_id,region,\
event_clarity,date_prec,date_start,date_end,deaths_a,deaths_b,deaths_civilians,deaths_unknown,best,high,low,gwnoa,gwnob";

/// The war lasted from here…
const WAR_START: Date = Date::constant(2020, 3, 1);
/// …this many days, until the armistice of 2022-12.
const WAR_DAYS: f64 = 1_000.0;
/// And some violence goes on until the end of 2023.
const AFTER_DAYS: f64 = 390.0;

/// How precise the place is, with shares as in a real country file: (UCDP where_prec, share).
const WHERE_PREC: [(u8, f64); 6] = [(1, 0.66), (2, 0.20), (3, 0.08), (4, 0.03), (5, 0.015), (6, 0.015)];
const KINDS: [(u8, f64); 3] = [(1, 0.6), (2, 0.1), (3, 0.3)];

/// Writes the events. The flaws: an id that stands twice, swapped coordinates, a missing coordinate, an event
/// outside the country, a low estimate above the best one.
pub fn ged(world: &World, options: &Options) -> String {
    let mut random = Random::new(options.seed, "events");
    let mut text = format!("{HEADER}\n");
    let mut id = 500_000;
    let hurt: f64 = world.areas.iter().map(|area| 0.05 + area.war).sum::<f64>() / world.areas.len() as f64;
    for (i, area) in world.areas.iter().enumerate() {
        let war = options.events_per_area * (0.05 + area.war) / hurt;
        for day in
            days(&mut random, war * 0.85, 0.0, WAR_DAYS).chain(days(&mut random, war * 0.15, WAR_DAYS, AFTER_DAYS))
        {
            id += 1;
            line(&mut text, world, i, id, day, &mut random);
        }
    }
    flaws(&mut text, world, id);
    text
}

fn days(random: &mut Random, mean: f64, from: f64, span: f64) -> std::vec::IntoIter<i64> {
    let count = random.count(mean);
    let mut days: Vec<i64> = (0..count).map(|_| random.between(from, from + span) as i64).collect();
    days.sort_unstable();
    days.into_iter()
}

fn line(text: &mut String, world: &World, area: usize, id: u32, day: i64, random: &mut Random) {
    let at = world.point_in(area, random);
    let precision = *random.weighted(&WHERE_PREC);
    let kind = *random.weighted(&KINDS);
    let best = (random.unit().powi(-1).powf(0.9) - 0.6) as u64;
    let (low, high) =
        ((best as f64 * random.between(0.5, 1.0)) as u64, best + (best as f64 * random.between(0.0, 0.8)) as u64);
    let civilians = if kind == 3 { best } else { (best as f64 * random.between(0.0, 0.5)) as u64 };
    let date = WAR_START.saturating_add(jiff::Span::new().days(day));
    let until =
        if random.chance(0.08) { date.saturating_add(jiff::Span::new().days(random.below(9) as i64)) } else { date };
    let place = &world.areas[area];
    let region = &world.regions[place.parent];
    let names = (plain(&region.name), if precision <= 3 { plain(&place.name) } else { String::new() });
    let town = &place.settlements[random.below(place.settlements.len())].name;
    let row = Row { id, kind, precision, at, date, until, best, low, high, civilians };
    row.write(text, &format!("{town}, near the road"), &names.0, &names.1);
}

struct Row {
    id: u32,
    kind: u8,
    precision: u8,
    at: (f64, f64),
    date: Date,
    until: Date,
    best: u64,
    low: u64,
    high: u64,
    civilians: u64,
}

impl Row {
    fn write(&self, text: &mut String, place: &str, region: &str, area: &str) {
        let (lon, lat) = (round(self.at.0), round(self.at.1));
        let year = self.date.year();
        let armed = self.best - self.civilians;
        writeln!(
            text,
            "{id},VLM-{year}-{kind}-{id},{year},1,Clear,{kind},1,1,Velmora: Government,1,1,Government of Velmora - Northern Council,\
             1,1,Government of Velmora,2,2,Northern Council,2,\"Velmora Daily, {date}\",,{date},,,{prec},\"{place}\",{area},{region},{area},\
             {lat},{lon},POINT ({lon} {lat}),1,{COUNTRY},999,Atlantic,1,1,{date},{until},{a},{b},{c},0,{best},{high},{low},,",
            id = self.id,
            kind = self.kind,
            date = self.date,
            until = self.until,
            prec = self.precision,
            a = armed / 2,
            b = armed - armed / 2,
            c = self.civilians,
            best = self.best,
            high = self.high,
            low = self.low,
        )
        .expect("writing to a string cannot fail");
    }
}

fn flaws(text: &mut String, world: &World, last: u32) {
    let area = &world.areas[0];
    let (region, name) = (plain(&world.regions[area.parent].name), plain(&area.name));
    let town = area.settlements[0].at;
    let date = Date::constant(2023, 5, 9);
    let sound =
        |id| Row { id, kind: 1, precision: 1, at: town, date, until: date, best: 2, low: 1, high: 3, civilians: 0 };
    let rows = [
        Row { best: 1, ..sound(last) },
        Row { at: (town.1, town.0), ..sound(last + 1) },
        Row { at: (-12.0, 40.5), ..sound(last + 2) },
        Row { low: 9, ..sound(last + 3) },
    ];
    for row in rows {
        row.write(text, &area.settlements[0].name, &region, &name);
    }
    let whole_rows = text.len();
    sound(last + 4).write(text, &area.settlements[0].name, &region, &name);
    let missing = text[whole_rows..].replacen(&format!(",{},{},POINT", round(town.1), round(town.0)), ",,,POINT", 1);
    text.truncate(whole_rows);
    text.push_str(&missing);
}
